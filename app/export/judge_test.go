package export

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"
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
