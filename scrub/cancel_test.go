package scrub

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"

	"blindspot/scan"
	"blindspot/scrub/webp"
)

// polls is a context that counts how often it is asked whether it has ended, and ends
// when it has been asked most times.
type polls struct {
	context.Context
	asked, most int
}

func (c *polls) Err() error {
	c.asked++
	if c.asked > c.most {
		return context.Canceled
	}
	return nil
}

// TestCancelledWithinOneFile ends a clean and a check at many places within one large
// file. What is asked often is heard soon: so many times for so much work, and hardly
// ever again once the answer is no.
func TestCancelledWithinOneFile(t *testing.T) {
	side, places := 1024, 20
	if testing.Short() {
		side, places = 512, 3
	}
	random := rand.New(rand.NewPCG(3, 4))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	lines := func(loose byte) []byte { // of 1-bit pixels, in rows of 8 · side - 1
		row := append(make([]byte, side), loose)
		return bytes.Repeat(row, side)
	}
	palette := appendChunk(nil, "PLTE", make([]byte, 768))
	runs := strings.Repeat("\x01a", side*side/2)
	var baseline bytes.Buffer
	if err := jpeg.Encode(&baseline, large(side), nil); err != nil {
		t.Fatal(err)
	}
	lossless, err := webp.Lossless(large(side))
	if err != nil {
		t.Fatal(err)
	}
	mcus := side * side / 256 // of 16 × 16 pixels
	for name, c := range map[string]struct {
		file []byte
		work int // what one pass takes, in the steps between two questions
	}{
		"PNG":               {rawPNG(t, side, side, 8, 3, 0, bytes.Repeat(make([]byte, 1+side), side), palette), side * side / unheard},
		"PNG packed anew":   {rawPNG(t, 8*side-1, side, 1, 0, 0, lines(1)), 2 * side * side / unheard},
		"PNG of no pixels":  {emptyBlocks(t, side*side), side * side / unheard},
		"BMP":               {bitmap(side, side, 8, 0, strings.Repeat("a", 1024), string(noise(side*side))), side},
		"BMP in runs":       {bitmap(side*side, 1, 8, 1, strings.Repeat("a", 1024), runs), side * side / 2 / (1 << 14)},
		"lossless WebP":     {riff(riffChunk("VP8L", lossless)), len(lossless) / unheard},
		"lossy WebP":        {encodedWebP(t, "-resize", fmt.Sprintf("%dx%d!", side, side), "-quality", "80"), side / 16},
		"JPEG":              {baseline.Bytes(), mcus / maxUnheard},
		"progressive JPEG":  {recodedFile(t, baseline.Bytes(), "-progressive"), 6}, // scans
		"JPEG in intervals": {recodedFile(t, baseline.Bytes(), "-restart", "1"), side / 16},
		"arithmetic JPEG":   {recodedFile(t, baseline.Bytes(), "-arithmetic"), mcus / maxUnheard},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := scan.Read(t.Context(), name, c.file)
			if err != nil {
				t.Fatal(err)
			}
			whole := &polls{t.Context(), 0, 1 << 40}
			r, err := Clean(whole, p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if whole.asked < c.work {
				t.Errorf("asked %d times, want %d", whole.asked, c.work)
			}
			judged := &polls{t.Context(), 0, 1 << 40}
			if err := Verify(judged, p, r.Data, nil); err != nil {
				t.Fatal(err)
			}
			for name, step := range map[string]struct {
				asked int
				do    func(context.Context) error
			}{
				"Clean":  {whole.asked, func(ctx context.Context) error { _, err := Clean(ctx, p, Options{}); return err }},
				"Verify": {judged.asked, func(ctx context.Context) error { return Verify(ctx, p, r.Data, nil) }},
			} {
				const late = 8
				for most := 0; most < step.asked; most += max(1, step.asked/places) {
					ctx := &polls{t.Context(), 0, most}
					if err := step.do(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, ErrRefused) {
						t.Errorf("%s, ended at question %d of %d: %v", name, most, step.asked, err)
					}
					if ctx.asked > most+late {
						t.Errorf("%s, ended at question %d, asked %d times more", name, most, ctx.asked-most)
					}
				}
			}
		})
	}
}

// large is a picture that packs badly.
func large(side int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, side, side))
	random := rand.New(rand.NewPCG(5, 6))
	for i := range m.Pix {
		m.Pix[i] = byte(random.Uint32()) | byte(i%4/3*255)
	}
	return m
}

// emptyBlocks is a PNG of one pixel that size bytes of deflate blocks follow which hold
// nothing.
func emptyBlocks(t testing.TB, size int) []byte {
	t.Helper()
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write([]byte{0, 7}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	z.Write(bytes.Repeat([]byte{0, 0, 0, 0xFF, 0xFF}, size/5))
	b := appendChunk([]byte(pngSignature), "IHDR", []byte{0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0})
	return appendChunk(appendChunk(b, "IDAT", z.Bytes()), "IEND", nil)
}
