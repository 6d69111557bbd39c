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

// preview decodes the photo at path as displayed, to be shown.
func preview(ctx context.Context, path string) (image.Image, error) {
	p, err := scan.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	pic, err := pixels.Decode(ctx, p, previewSide)
	if err != nil {
		return nil, err
	}
	size := pic.Bounds().Size()
	if max(size.X, size.Y) <= previewSide {
		return pic.RGBA, nil
	}
	// Fyne uploads *image.RGBA as it is and copies anything else.
	small := imaging.Fit(pic.RGBA, previewSide, previewSide, imaging.Box)
	return &image.RGBA{Pix: small.Pix, Stride: small.Stride, Rect: small.Rect}, nil // opaque: NRGBA and RGBA agree
}
