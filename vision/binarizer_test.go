package vision

import (
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
)

// TestBinarizer compares dark pixels with those of the library's binarizer. Sides that
// are no multiples of eight differ in the last blocks: there it takes what two blocks
// call dark.
func TestBinarizer(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, size := range [][2]int{{40, 40}, {320, 200}, {203, 117}, {64, 41}, {39, 80}, {33, 20}} {
		g := grey{make([]byte, size[0]*size[1]), size[0], size[1]}
		for i := range g.pix {
			x, y := i%g.w, i/g.w
			g.pix[i] = byte(x + y/2) // wraps: edges
			if (x/24+y/16)%3 == 0 {
				g.pix[i] = byte(rnd.IntN(256))
			} else if (x/24+y/16)%3 == 1 {
				g.pix[i] = byte(90 + rnd.IntN(25))
			}
		}
		src, err := gozxing.NewPlanarYUVLuminanceSource(g.pix, g.w, g.h, 0, 0, g.w, g.h, false)
		if err != nil {
			t.Fatal(err)
		}
		want, errWant := gozxing.NewHybridBinarizer(src).GetBlackMatrix()
		bmp, err := g.bitmap()
		if err != nil {
			t.Fatal(err)
		}
		got, err := bmp.GetBlackMatrix()
		if (err != nil) != (errWant != nil) {
			t.Fatalf("%v: error %v, want %v", size, err, errWant)
		}
		if err != nil {
			continue
		}
		w, h := g.w, g.h
		if min(w, h) >= 40 {
			w, h = w/8*8, h/8*8
			if w != g.w {
				w -= 8
			}
			if h != g.h {
				h -= 8
			}
		}
		dark := 0
		for y := range h {
			for x := range w {
				if got.Get(x, y) != want.Get(x, y) {
					t.Fatalf("%v: (%d,%d) dark: %v, want %v", size, x, y, got.Get(x, y), want.Get(x, y))
				}
				if got.Get(x, y) {
					dark++
				}
			}
		}
		if dark == 0 || dark == w*h {
			t.Errorf("%v: %d dark pixels", size, dark)
		}
	}
}

func BenchmarkBlackMatrix(b *testing.B) {
	g := grey{make([]byte, 2000*1500), 2000, 1500}
	for i := range g.pix {
		g.pix[i] = byte(i/9) ^ byte(i>>14)
	}
	for b.Loop() {
		bmp, err := g.bitmap()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := bmp.GetBlackMatrix(); err != nil {
			b.Fatal(err)
		}
	}
}
