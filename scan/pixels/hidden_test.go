package pixels

import (
	"image"
	"image/color"
	"testing"
)

func TestHidden(t *testing.T) {
	const side = 64
	bounds := image.Rect(0, 0, side, side)
	busy := func(alpha uint8) *image.NRGBA {
		m := image.NewNRGBA(bounds)
		for y := range side {
			for x := range side {
				m.SetNRGBA(x, y, color.NRGBA{uint8(4 * x), uint8(4 * y), uint8(x * y), alpha})
			}
		}
		return m
	}
	deep := image.NewNRGBA64(bounds)
	palette := color.Palette{color.NRGBA{0, 0, 0, 0}, color.NRGBA{0, 0, 0, 0}, color.Black}
	indexed, plainIndexed := image.NewPaletted(bounds, palette), image.NewPaletted(bounds, palette)
	edges := image.NewNRGBA(bounds)
	lossy := image.NewNYCbCrA(bounds, image.YCbCrSubsampleRatio444)
	for y := range side {
		for x := range side {
			deep.SetNRGBA64(x, y, color.NRGBA64{uint16(1024 * x), uint16(1024 * y), 0, 0})
			indexed.SetColorIndex(x, y, uint8((x+y)%2))
			lossy.Y[lossy.YOffset(x, y)] = uint8(4 * x)
		}
		plainIndexed.SetColorIndex(y, y, 2)
		edges.SetNRGBA(y, y, color.NRGBA{200, 0, 0, 0})
	}
	for name, c := range map[string]struct {
		img  image.Image
		want bool
	}{
		"opaque": {busy(255), false}, "half seen": {busy(128), false}, "transparent": {busy(0), true},
		"nearly transparent": {busy(3), true}, "16 bits": {deep, true}, "two transparent indices": {indexed, true},
		"one transparent index": {plainIndexed, false}, "lossy WebP": {lossy, true}, "nothing below": {image.NewNRGBA(bounds), false},
		"an edge": {edges, false}, "grey": {image.NewGray(bounds), false},
	} {
		if got := hidden(c.img); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	for alpha, want := range map[uint8]bool{0: true, 255: false} {
		pic, err := Decode(t.Context(), asPNG(t, busy(alpha)), 0)
		if err != nil {
			t.Fatal(err)
		}
		if pic.Hidden != want {
			t.Errorf("PNG of opacity %d: got %v, want %v", alpha, pic.Hidden, want)
		}
	}
}
