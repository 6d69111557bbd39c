package turbojpeg

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"blindspot/internal/testenv"
)

// TestPlanes draws parts of photos of all samplings and compares them with the
// whole decode, whose chroma is interpolated: brightness is the same.
func TestPlanes(t *testing.T) {
	files, planes := 0, 0
	samples := map[string][]byte{"4:2:0": drawn(t, 101, 75), "grey": drawnGrey(t, 70, 45)}
	for i, e := range testenv.Index(t, "JPEG") {
		if testing.Short() && i%8 > 0 {
			continue
		}
		data, err := os.ReadFile(filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			t.Fatal(err)
		}
		samples[e.File] = data
	}
	for name, data := range samples {
		want, err := Decode(data, 1)
		if err != nil || want.Rect.Dx()*want.Rect.Dy() > 1<<20 {
			continue
		}
		files++
		p, err := DecodePlanes(data, 1<<24)
		if errors.Is(err, ErrNoPlanes) {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		planes++
		w, h := want.Rect.Dx(), want.Rect.Dy()
		for _, r := range []image.Rectangle{{Max: image.Pt(w, h)}, image.Rect(w/3, h/2, w/3+40, h/2+70), image.Rect(w-3, h-2, w+9, h)} {
			r = p.Aligned(r)
			got := image.NewRGBA(image.Rect(0, 0, r.Dx()+5, r.Dy()))
			if err := p.Draw(got, r); err != nil {
				t.Errorf("%s %v: %v", name, r, err)
				break
			}
			sum := 0
			for y := range r.Dy() {
				for x := range r.Dx() {
					a, b := got.RGBAAt(x, y), want.RGBAAt(r.Min.X+x, r.Min.Y+y)
					d := luma(a) - luma(b)
					sum += max(d, -d)
					if a.A != 255 {
						t.Fatalf("%s: transparent at %d,%d", name, x, y)
					}
				}
			}
			// Colours beyond the cube are cut, which changes brightness.
			if mean := float64(sum) / float64(r.Dx()*r.Dy()); mean > 3 {
				t.Errorf("%s %v: brightness differs by %.2f levels", name, r, mean)
			}
		}
		p.Close()
		p.Close()
		if err := p.Draw(image.NewRGBA(image.Rect(0, 0, w, h)), image.Rect(0, 0, w, h)); err == nil {
			t.Errorf("%s: closed planes are drawn", name)
		}
	}
	t.Logf("%d of %d files give planes", planes, files)
	if planes < files*9/10 {
		t.Errorf("%d of %d files give planes", planes, files)
	}
}

func luma(c color.RGBA) int { return (77*int(c.R) + 150*int(c.G) + 29*int(c.B)) >> 8 }

func drawnGrey(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 5)
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestPlanesRefuse(t *testing.T) {
	data := drawn(t, 101, 75)
	for name, d := range map[string][]byte{"nothing": nil, "no JPEG": []byte("no JPEG"), "cut short": data[:len(data)/2]} {
		if _, err := DecodePlanes(d, 1<<24); err == nil {
			t.Errorf("%s is decoded", name)
		}
	}
	if _, err := DecodePlanes(data, 101*75-1); err == nil {
		t.Error("more pixels than allowed are decoded")
	}
	p, err := DecodePlanes(data, 101*75)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, r := range []image.Rectangle{{}, image.Rect(8, 0, 20, 20), image.Rect(0, 0, 102, 75)} {
		if err := p.Draw(image.NewRGBA(image.Rect(0, 0, 101, 75)), r); err == nil {
			t.Errorf("%v is drawn", r)
		}
	}
	if err := p.Draw(image.NewRGBA(image.Rect(0, 0, 40, 40)), image.Rect(0, 0, 41, 40)); err == nil {
		t.Error("a part is drawn into a smaller picture")
	}
}
