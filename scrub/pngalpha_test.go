package scrub

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scrub/redact"
)

// TestNothingUnderTransparentPixels hides a picture under transparent pixels.
func TestNothingUnderTransparentPixels(t *testing.T) {
	shallow, deep := image.NewNRGBA(image.Rect(0, 0, 61, 47)), image.NewNRGBA64(image.Rect(0, 0, 61, 47))
	for y := range 47 {
		for x := range 61 {
			c := color.NRGBA{uint8(4*x + 1), uint8(5*y + 1), uint8(x * y), uint8(x / 30 * 100)}
			shallow.SetNRGBA(x, y, c)
			deep.SetNRGBA64(x, y, color.NRGBA64{uint16(c.R) * 257, uint16(c.G) * 257, uint16(c.B) * 257, uint16(c.A)})
		}
	}
	files := map[string][]byte{}
	for name, m := range map[string]image.Image{"8 bits": shallow, "16 bits": deep} {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		files[name] = b.Bytes()
	}
	in, out := filepath.Join(t.TempDir(), "in.png"), filepath.Join(t.TempDir(), "out.png")
	if err := os.WriteFile(in, files["8 bits"], 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command(testenv.Program(t, "convert"), in, "-interlace", "PNG", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	interlaced, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	files["interlaced"] = interlaced
	for name, file := range files {
		_, r := cleanBytes(t, file)
		before, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		after, err := png.Decode(bytes.NewReader(r.Data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		seen := 0
		for y := range 47 {
			for x := range 61 {
				a, b := color.NRGBA64Model.Convert(before.At(x, y)).(color.NRGBA64), color.NRGBA64Model.Convert(after.At(x, y)).(color.NRGBA64)
				if a.A == 0 {
					a = color.NRGBA64{}
				} else {
					seen++
				}
				if nrgba, ok := after.(draw.Image); !ok || a.A != b.A || nrgba.At(x, y) != before.At(x, y) && a.A != 0 {
					t.Fatalf("%s: pixel %d,%d is %v, not %v", name, x, y, b, a)
				}
				switch m := after.(type) {
				case *image.NRGBA:
					if c := m.NRGBAAt(x, y); c.A == 0 && c != (color.NRGBA{}) {
						t.Fatalf("%s: %v is under the transparent pixel %d,%d", name, c, x, y)
					}
				case *image.NRGBA64:
					if c := m.NRGBA64At(x, y); c.A == 0 && c != (color.NRGBA64{}) {
						t.Fatalf("%s: %v is under the transparent pixel %d,%d", name, c, x, y)
					}
				default:
					t.Fatalf("%s: decoded to %T", name, after)
				}
			}
		}
		if seen == 0 {
			t.Errorf("%s: no pixel is seen", name)
		}
		if _, again := cleanBytes(t, r.Data); !bytes.Equal(again.Data, r.Data) {
			t.Errorf("%s: cleaning the copy changes it", name)
		}
	}
}

// TestCoveredWithTransparentPixels covers a region of a PNG that hides a picture.
func TestCoveredWithTransparentPixels(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 96, 96))
	for y := range 96 {
		for x := range 96 {
			m.SetNRGBA(x, y, color.NRGBA{uint8(2 * x), uint8(2 * y), uint8(x * y), uint8(x / 48 * 255)})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	p, err := scan.Read(t.Context(), "transparent.png", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	plan := &redact.Plan{Version: 1, Regions: []redact.Region{{Style: redact.Solid, Box: redact.Box{X: 56, Y: 20, W: 20, H: 24}}}}
	r, err := Clean(t.Context(), p, Options{Plan: plan, Noise: seeded(1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(t.Context(), p, r.Data, r.Covered); err != nil {
		t.Error(err)
	}
	// A pixel that is seen and lies outside may not differ.
	m.SetNRGBA(95, 95, color.NRGBA{1, 2, 3, 255})
	b.Reset()
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if p, err = scan.Read(t.Context(), "transparent.png", b.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := Verify(t.Context(), p, r.Data, r.Covered); err == nil {
		t.Error("a pixel that differs was let through")
	}
}
