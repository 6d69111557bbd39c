package pixels

import (
	"image"
	"image/color"
)

const (
	// seeThrough is the opacity, of 255, below which nothing is to be seen of a pixel.
	seeThrough = 8
	// minHidden is how many pixels that differ from their neighbour make a picture:
	// one of 16 × 16 pixels. Editors leave some along the edges of what they cut out.
	minHidden = 256
)

// hidden reports whether the transparent pixels of img hold colours that change from
// pixel to pixel, as those of a picture do.
func hidden(img image.Image) bool {
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return false
	}
	var at func(x, y int) color.NRGBA
	switch m := img.(type) {
	case *image.NRGBA:
		at = m.NRGBAAt
	case *image.NRGBA64:
		at = func(x, y int) color.NRGBA {
			c := m.NRGBA64At(x, y)
			return color.NRGBA{uint8(c.R >> 8), uint8(c.G >> 8), uint8(c.B >> 8), uint8(c.A >> 8)}
		}
	case *image.NYCbCrA:
		at = func(x, y int) color.NRGBA {
			c := m.NYCbCrAAt(x, y)
			return color.NRGBA{c.Y, c.Cb, c.Cr, c.A}
		}
	case *image.Paletted:
		palette := make([]color.NRGBA, 256)
		for i, c := range m.Palette {
			// The index as well: two entries of one colour still draw a picture.
			palette[i] = color.NRGBA{R: uint8(i), A: color.NRGBAModel.Convert(c).(color.NRGBA).A}
		}
		at = func(x, y int) color.NRGBA { return palette[m.ColorIndexAt(x, y)] }
	default:
		return false
	}
	b := img.Bounds()
	changes := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		last := at(b.Min.X, y)
		for x := b.Min.X + 1; x < b.Max.X; x++ {
			c := at(x, y)
			if c.A < seeThrough && last.A < seeThrough && (c.R != last.R || c.G != last.G || c.B != last.B) {
				changes++
			}
			last = c
		}
		if changes >= minHidden {
			return true
		}
	}
	return false
}
