package export

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"blindspot/app/check"
	"blindspot/scrub/redact"
)

// TestVerifyADamagedOriginal passes the copy of a file that decoders complain about,
// and refuses it once a byte is changed.
func TestVerifyADamagedOriginal(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 96, 64))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i >> 5)
	}
	m.Set(0, 0, color.White)
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, m, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, m); err != nil {
		t.Fatal(err)
	}
	end := j.Len() - 2
	for name, file := range map[string][]byte{
		"more.jpg": append(append(bytes.Clone(j.Bytes()[:end]), bytes.Repeat([]byte("more"), 50)...), j.Bytes()[end:]...),
		"cut.png":  p.Bytes()[:p.Len()*2/3],
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			e := newExporter(t)
			results, err := e.Run(t.Context(), []Job{{Path: path}}, Options{Dir: t.TempDir()}, nil)
			if err != nil || results[0].Err != nil {
				t.Fatal(err, results[0].Err)
			}
			copied := *results[0].Output
			v, err := e.Verify(t.Context(), path, copied, nil)
			if err != nil || !v.Verified || len(v.Changed) > 0 {
				t.Errorf("the copy does not pass: %+v, %v", v, err)
			}
			b, err := os.ReadFile(copied)
			if err != nil {
				t.Fatal(err)
			}
			b[len(b)/2] ^= 0x10
			if err := os.WriteFile(copied, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if v, err := e.Verify(t.Context(), path, copied, nil); err == nil && v.Verified {
				t.Error("a changed copy passes")
			}
		})
	}
}

// TestDataThatCannotBeFollowedIsSaid checks, copies and judges a photo whose pixel data
// breaks off: each time it is said that nobody saw what may hide there.
func TestDataThatCannotBeFollowedIsSaid(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 96, 64))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i >> 5)
	}
	var j bytes.Buffer
	if err := jpeg.Encode(&j, m, nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		said bool
	}{
		"sound.jpg": {j.Bytes(), false},
		"cut.jpg":   {append(bytes.Clone(j.Bytes()[:j.Len()-400]), 0xFF, 0xD9), true},
	} {
		t.Run(name, func(t *testing.T) {
			path, out := filepath.Join(t.TempDir(), name), t.TempDir()
			if err := os.WriteFile(path, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			e := newExporter(t)
			photo := e.checker.One(t.Context(), path, nil, check.Options{NoVision: true})
			said := e.checker.Unfollowed(photo.Unfollowed)
			if (said != "") != c.said || slices.Contains(photo.Warnings, said) != c.said {
				t.Errorf("check says %q of %v", photo.Warnings, photo.Unfollowed)
			}
			results, err := e.Run(t.Context(), []Job{{Path: path}}, Options{Dir: out}, nil)
			if err != nil || results[0].Err != nil {
				t.Fatal(err, results[0].Err)
			}
			if (len(results[0].Unfollowed) > 0) != c.said {
				t.Errorf("clean gives %v", results[0].Unfollowed)
			}
			v, err := e.Verify(t.Context(), path, *results[0].Output, nil)
			if err != nil || !v.Verified || (len(v.Warnings) > 0) != c.said {
				t.Errorf("verify gives %+v, %v", v, err)
			}
			all, err := e.VerifyFolder(t.Context(), out)
			if err != nil || len(all) != 1 || (len(all[0].Warnings) > 0) != c.said {
				t.Errorf("verify of the folder gives %+v, %v", all, err)
			}
		})
	}
}

// With a plan, whatever is changed outside of what it covers is refused; without one
// covered areas are expected.
func TestVerifyRefusesChangesOutsideThePlan(t *testing.T) {
	path, plan := portrait(t)
	e := newExporter(t)
	more := &redact.Plan{Version: 1, Regions: append(slices.Clone(plan.Regions), redact.Region{Box: redact.Box{X: 20, Y: 200, W: 60, H: 60}, Style: redact.Blur})}
	results, err := e.Run(t.Context(), []Job{{Path: path, Plan: more}}, Options{Dir: t.TempDir()}, nil)
	if err != nil || results[0].Err != nil {
		t.Fatal(err, results[0].Err)
	}
	for name, test := range map[string]struct {
		plan *redact.Plan
		want bool
	}{
		"its plan":             {more, true},
		"no plan":              {nil, true},
		"a plan of one region": {plan, false},
	} {
		v, err := e.Verify(t.Context(), path, *results[0].Output, test.plan)
		if err != nil || v.Verified != test.want {
			t.Errorf("%s: verified %t, %q, %v", name, v.Verified, v.Problems, err)
		}
	}
}
