package vision

import (
	"image"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/aztec"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/datamatrix"
	"github.com/boombuler/barcode/qr"
)

// Whatever pixels a place has, the readers end, and what they read is named. A panic of
// the library that they use is caught where they run, as here.
func FuzzReadCodes(f *testing.F) {
	drawn := func(b barcode.Barcode, err error) {
		if err == nil {
			size := b.Bounds()
			b, err = barcode.Scale(b, max(4*size.Dx(), 48), max(4*size.Dy(), 48))
		}
		if err != nil {
			f.Fatal(err)
		}
		w, h := b.Bounds().Dx(), b.Bounds().Dy()
		img := image.NewGray(image.Rect(0, 0, w+32, h+32)) // with a quiet zone
		for i := range img.Pix {
			img.Pix[i] = 255
		}
		for y := range h {
			for x := range w {
				img.Set(x+16, y+16, b.At(x, y))
			}
		}
		f.Add(uint16(img.Rect.Dx()), img.Pix)
	}
	drawn(qr.Encode("https://example.org/?token=1", qr.M, qr.Auto))
	drawn(aztec.Encode([]byte("M1DOE/JANE"), 33, 0))
	drawn(datamatrix.Encode("JJD000390007"))
	drawn(code128.Encode("1Z999AA10123456784"))
	f.Add(uint16(40), make([]byte, 1600))
	f.Fuzz(func(t *testing.T, width uint16, pix []byte) {
		w := int(width)
		if w < minCodeSide || len(pix)/w < minCodeSide || len(pix) > 1<<17 {
			return
		}
		g := grey{pix[:len(pix)/w*w], w, len(pix) / w}
		for _, read := range []func() []code{
			func() []code { return readAny(g) },
			func() []code { return readQR(g, Thorough) },
			func() []code { return readSymbols(g, nil, Fast) },
		} {
			_ = guard(func() error {
				for _, c := range read() {
					if c.label == "" {
						t.Errorf("%+v has no name", c)
					}
				}
				return nil
			})
		}
	})
}
