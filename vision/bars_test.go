package vision

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

// TestFamiliesIn holds that a strip that a reader reads is never kept from it, and that
// most random bars are.
func TestFamiliesIn(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	read, kept := 0, 0
	for range 3000 {
		var writer gozxing.Writer
		var format gozxing.BarcodeFormat
		var text string
		k := 0
		switch rng.IntN(4) {
		case 0:
			writer, format, text = oned.NewEAN8Writer(), gozxing.BarcodeFormat_EAN_8, fmt.Sprintf("%07d", rng.IntN(1e7))
		case 1:
			writer, format, text = oned.NewEAN13Writer(), gozxing.BarcodeFormat_EAN_13, fmt.Sprintf("%012d", rng.Int64N(1e12))
		default:
			k = 1
			writer, format = oned.NewCode128Writer(), gozxing.BarcodeFormat_CODE_128
			for range 1 + rng.IntN(12) {
				text += string(rune(' ' + rng.IntN(95)))
			}
		}
		bits, err := writer.Encode(text, format, 1, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		// Drawn with modules of any width, blurred, of little contrast, noisy.
		module, dark, light := 1+rng.Float64()*3, rng.IntN(90), 140+rng.IntN(116)
		blur, noise, start := rng.Float64()*module, rng.IntN(30), module*(3+rng.Float64()*12)
		w, h := int(start*2+module*float64(bits.GetWidth())), 6+rng.IntN(40)
		g := grey{make([]byte, w*h), w, h}
		for x := range w {
			sum := 0.0
			const samples = 8
			for s := range samples {
				at := (float64(x) + .5 - start + blur*(float64(s)/samples-.5)) / module
				if at >= 0 && int(at) < bits.GetWidth() && bits.Get(int(at), 0) {
					sum += float64(dark)
				} else {
					sum += float64(light)
				}
			}
			for y := range h {
				g.pix[y*w+x] = byte(min(max(int(sum/samples)+rng.IntN(noise+1)-noise/2, 0), 255))
			}
		}
		src, err := gozxing.NewPlanarYUVLuminanceSource(g.pix, w, h, 0, 0, w, h, false)
		if err != nil {
			t.Fatal(err)
		}
		bmp, err := gozxing.NewBinaryBitmap(gozxing.NewGlobalHistgramBinarizer(src))
		if err != nil {
			t.Fatal(err)
		}
		if r, err := families[k].reader().Decode(bmp, nil); err != nil || r.GetText() == "" {
			continue
		}
		read++
		for _, f := range familiesIn(gozxing.NewGlobalHistgramBinarizer(src), h) {
			if f.name == families[k].name {
				kept++
			}
		}
	}
	t.Logf("%d strips are read, %d of them shown to the reader", read, kept)
	if read < 1000 || kept < read {
		t.Errorf("of %d strips that are read %d are shown to the reader", read, kept)
	}
	shown := 0
	const others = 200
	for range others {
		const w, h = 300, 20
		g := grey{make([]byte, w*h), w, h}
		for x, v := 0, byte(0); x < w; v = ^v {
			for n := 1 + rng.IntN(8); n > 0 && x < w; n, x = n-1, x+1 {
				for y := range h {
					g.pix[y*w+x] = v
				}
			}
		}
		src, err := gozxing.NewPlanarYUVLuminanceSource(g.pix, w, h, 0, 0, w, h, false)
		if err != nil {
			t.Fatal(err)
		}
		shown += len(familiesIn(gozxing.NewGlobalHistgramBinarizer(src), h))
	}
	if shown > others {
		t.Errorf("%d of %d strips of random bars are shown to a reader", shown, 2*others)
	}
}
