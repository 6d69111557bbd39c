package pixels

import (
	"image"

	"github.com/disintegration/imaging"
)

// turns give by EXIF orientation how a stored picture becomes upright; imaging
// counts its angles anticlockwise.
var turns = [9]func(image.Image) *image.NRGBA{
	2: imaging.FlipH, 3: imaging.Rotate180, 4: imaging.FlipV,
	5: imaging.Transpose, 6: imaging.Rotate270, 7: imaging.Transverse, 8: imaging.Rotate90,
}

// orient turns img, opaque and stored with EXIF orientation o, as it should be
// displayed.
func orient(img *image.RGBA, o int) *image.RGBA {
	if o < 2 || o > 8 {
		return img
	}
	return fromNRGBA(turns[o](asNRGBA(img)))
}

// Of an opaque picture NRGBA and RGBA are the same bytes, and imaging is made
// for NRGBA.
func asNRGBA(img *image.RGBA) *image.NRGBA {
	return &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}

func fromNRGBA(img *image.NRGBA) *image.RGBA {
	return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}

// toDisplayed is where the rectangle r of a picture that is stored with a size and
// EXIF orientation o lies when it is displayed.
func toDisplayed(r image.Rectangle, o int, size image.Point) image.Rectangle {
	w, h := size.X, size.Y
	switch o {
	case 2:
		return image.Rect(w-r.Max.X, r.Min.Y, w-r.Min.X, r.Max.Y)
	case 3:
		return image.Rect(w-r.Max.X, h-r.Max.Y, w-r.Min.X, h-r.Min.Y)
	case 4:
		return image.Rect(r.Min.X, h-r.Max.Y, r.Max.X, h-r.Min.Y)
	case 5:
		return image.Rect(r.Min.Y, r.Min.X, r.Max.Y, r.Max.X)
	case 6:
		return image.Rect(h-r.Max.Y, r.Min.X, h-r.Min.Y, r.Max.X)
	case 7:
		return image.Rect(h-r.Max.Y, w-r.Max.X, h-r.Min.Y, w-r.Min.X)
	case 8:
		return image.Rect(r.Min.Y, w-r.Max.X, r.Max.Y, w-r.Min.X)
	}
	return r
}

// toStored is the inverse of [toDisplayed]: where a displayed rectangle is stored.
func toStored(r image.Rectangle, o int, size image.Point) image.Rectangle {
	switch o {
	case 5, 7: // their own inverse, of the turned picture
		return toDisplayed(r, o, image.Pt(size.Y, size.X))
	case 6:
		return toDisplayed(r, 8, image.Pt(size.Y, size.X))
	case 8:
		return toDisplayed(r, 6, image.Pt(size.Y, size.X))
	}
	return toDisplayed(r, o, size)
}
