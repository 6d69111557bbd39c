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
