package gui

import (
	"context"
	"image"

	"github.com/disintegration/imaging"

	"blindspot/scan"
	"blindspot/scan/pixels"
)

// previewSide is the longer side of the picture shown, in pixels, at most. It
// keeps the texture far below what any graphics driver takes.
const previewSide = 2048

// minLevel is the longer side of the smallest level of a picture, in pixels.
const minLevel = 256

// levels are one picture at several sizes, the largest first, each half as large
// as the one before. The graphics driver samples a picture without filtering: one
// that is more than twice as large as it is shown would look ragged.
type levels []image.Image

// preview decodes the photo at path as displayed, to be shown.
func preview(ctx context.Context, path string) (levels, error) {
	p, err := scan.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	pic, err := pixels.Decode(ctx, p, previewSide)
	if err != nil {
		return nil, err
	}
	return newLevels(pic.RGBA), nil
}

// newLevels makes the levels of an opaque picture, none larger than previewSide.
func newLevels(pic *image.RGBA) levels {
	size := pic.Bounds().Size()
	if max(size.X, size.Y) > previewSide {
		pic = shrunk(pic, previewSide)
	}
	all := levels{pic}
	for side := max(pic.Rect.Dx(), pic.Rect.Dy()) / 2; side >= minLevel; side /= 2 {
		pic = shrunk(pic, side)
		all = append(all, pic)
	}
	return all
}

// shrunk is an opaque picture made to fit side × side pixels.
func shrunk(pic *image.RGBA, side int) *image.RGBA {
	small := imaging.Fit(pic, side, side, imaging.Box)
	// Opaque, NRGBA and RGBA are the same; Fyne uploads the latter as it is.
	return &image.RGBA{Pix: small.Pix, Stride: small.Stride, Rect: small.Rect}
}

// shown is the smallest level that has at least width pixels a row, else the
// largest; nil where there is none.
func (l levels) shown(width float32) image.Image {
	var best image.Image
	for _, level := range l {
		if best != nil && float32(level.Bounds().Dx()) < width {
			break
		}
		best = level
	}
	return best
}
