package scan

import "image"

// ToDisplay maps a rectangle in stored pixels to the photo as displayed.
// Orientations are those of EXIF 2.32, tag 0x0112.
func (p *Photo) ToDisplay(r image.Rectangle) image.Rectangle {
	return image.Rectangle{Min: p.toDisplay(r.Min), Max: p.toDisplay(r.Max)}.Canon()
}

// toDisplay maps a corner of a pixel grid, not a pixel.
func (p *Photo) toDisplay(c image.Point) image.Point {
	w, h := p.Width, p.Height
	switch p.Orientation {
	case 2:
		return image.Pt(w-c.X, c.Y)
	case 3:
		return image.Pt(w-c.X, h-c.Y)
	case 4:
		return image.Pt(c.X, h-c.Y)
	case 5:
		return image.Pt(c.Y, c.X)
	case 6:
		return image.Pt(h-c.Y, c.X)
	case 7:
		return image.Pt(h-c.Y, w-c.X)
	case 8:
		return image.Pt(c.Y, w-c.X)
	}
	return c
}
