package scrub

import (
	"bytes"
	"compress/zlib"
	"slices"
	"testing"

	"blindspot/scan"
)

// TestUnfollowed names the parts of a picture in which bytes that no decoder looks at
// could not be told from others, and no other.
func TestUnfollowed(t *testing.T) {
	file := plainJPEG(t)
	cut := append(bytes.Clone(file[:len(file)-60]), 0xFF, 0xD9)
	lossless := bytes.Clone(file)
	lossless[bytes.Index(lossless, []byte{0xFF, 0xC0})+1] = 0xC3
	lossy := encodedWebP(t, "-quality", "80")
	clip := func(b []byte) []byte { return b[:len(b)/2] }
	alpha := encodedWebP(t, "-alpha", "set", "-channel", "A", "-fx", "(i+j)/112", "-quality", "80")
	// A 1-bit picture of which some rows are missing, with bits behind the last pixel.
	unended := func(row string) []byte {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		if _, err := w.Write([]byte(row + row)); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		b := appendChunk([]byte(pngSignature), "IHDR", []byte{0, 0, 0, 4, 0, 0, 0, 4, 1, 0, 0, 0, 0})
		return appendChunk(appendChunk(b, "IDAT", z.Bytes()), "IEND", nil)
	}
	for name, c := range map[string]struct {
		file []byte
		want []string
	}{
		"JPEG":                            {file, nil},
		"JPEG, cut":                       {cut, []string{"scan data"}},
		"lossless JPEG":                   {lossless, []string{"scan data"}},
		"arithmetic JPEG":                 {recoded(t, "-arithmetic"), nil},
		"progressive JPEG":                {recoded(t, "-progressive"), nil},
		"PNG":                             {plainPNG(t), nil},
		"PNG, cut":                        {unended("\x00\xF0"), nil},
		"PNG, cut, with bits of no pixel": {unended("\x00\xFF"), []string{"IDAT"}},
		"lossy WebP":                      {lossy, nil},
		"lossy WebP, cut":                 {withStream(t, lossy, "VP8 ", clip), []string{"VP8"}},
		"lossless WebP":                   {plainWebP(), nil},
		"lossless WebP, cut":              {withStream(t, plainWebP(), "VP8L", clip), []string{"VP8L"}},
		"WebP with alpha":                 {alpha, nil},
		"WebP with alpha, cut":            {withStream(t, alpha, "ALPH", clip), []string{"ALPH"}},
		"BMP":                             {plainBMP(t), nil},
	} {
		p, err := scan.Read(t.Context(), name, c.file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Clean(t.Context(), p, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got, checked []string
		for _, part := range r.Unfollowed {
			got = append(got, part.Name)
		}
		_, unfollowed := Parts(t.Context(), p)
		for _, part := range unfollowed {
			checked = append(checked, part.Name)
		}
		if !slices.Equal(got, c.want) || !slices.Equal(checked, c.want) {
			t.Errorf("%s: cleaning gives %q, checking %q, want %q", name, got, checked, c.want)
		}
	}
}
