// Package pixels decodes a photo's picture, turned as it should be displayed.
package pixels

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/disintegration/imaging"
	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/turbojpeg"
)

const (
	// MaxPixels bounds the stored width times height of a picture that is
	// decoded: the largest phone sensors have 16384 × 12288.
	MaxPixels = 192 << 20
	// maxBytes bounds what a picture takes that a Go package decodes: its pixels
	// as stored, and again as RGBA. It leaves room for 100 million pixels of 16
	// bits a channel, which the largest cameras have.
	maxBytes = 1280 << 20
	// maxPNGRatio bounds how many pixels a byte of a PNG may stand for. Deflate
	// packs at most 1032 bytes into one, and a byte holds at most 8 pixels.
	maxPNGRatio = 1032 * 8
)

// Picture is a decoded photo in display orientation, opaque (transparency is
// laid over white), 8 bits a channel. Colour profiles are not applied.
type Picture struct {
	// RGBA may be smaller than the photo; its bounds start at (0,0).
	*image.RGBA
	// Width and Height are the photo's full size as displayed, in pixels.
	Width, Height int
	// Hidden reports that transparent pixels hold colours that change from pixel to
	// pixel, which may be a picture: the white in their place does not show it.
	Hidden bool

	parts *parts // the photo at full size, nil where RGBA is that
}

// Decode decodes p. With minSide > 0 the result may be smaller than the photo,
// but its longer side is at least min(minSide, the photo's longer side): JPEGs
// are then decoded by TurboJPEG at the smallest of 1/1, 1/2, 1/4, 1/8 that
// fills it. 0 decodes at full size.
//
// A JPEG that TurboJPEG refuses (CMYK, odd sampling, a warning) is decoded by
// image/jpeg. The error wraps [scan.ErrUnsupported] for a format without a
// decoder, [scan.ErrTooLarge] above [MaxPixels] or where it would take too much
// memory, else [scan.ErrDamaged].
func Decode(ctx context.Context, p *scan.Photo, minSide int) (*Picture, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	img, hides, err := decode(p, minSide)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", p.Path, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pic := &Picture{RGBA: orient(img, p.Orientation), Hidden: hides}
	pic.Width, pic.Height = p.DisplaySize()
	return pic, nil
}

// decode gives the picture as stored, over white, and whether it hides another.
func decode(p *scan.Photo, minSide int) (*image.RGBA, bool, error) {
	var turboErr error
	if p.Format == container.JPEG {
		img, err := decodeTurbo(p, minSide)
		if err == nil {
			return img, false, nil
		}
		turboErr = err
	}
	native, err := Native(p)
	if err != nil {
		if turboErr != nil {
			err = fmt.Errorf("%w; %w", turboErr, err)
		}
		return nil, false, err
	}
	return overWhite(native), hidden(native), nil
}

// checkSize judges the size that a decoder is about to take memory for.
func checkSize(p *scan.Photo, w, h int) error {
	if w < 1 || h < 1 {
		return fmt.Errorf("%w: size %d×%d", scan.ErrDamaged, w, h)
	}
	if w > MaxPixels/h {
		return fmt.Errorf("%w: %d×%d pixels", scan.ErrTooLarge, w, h)
	}
	if w != p.Width || h != p.Height {
		return fmt.Errorf("%w: %d×%d pixels where %d×%d were announced", scan.ErrDamaged, w, h, p.Width, p.Height)
	}
	return nil
}

// checkBytes judges the memory that a decoded picture of model m takes, together
// with its copy in RGBA.
func checkBytes(m color.Model, w, h int) error {
	const rgba = 4
	pixel := rgba + 4
	switch m {
	case color.RGBAModel:
		pixel = rgba // needs no copy
	case color.NRGBA64Model, color.RGBA64Model:
		pixel = rgba + 8
	case color.Gray16Model:
		pixel = rgba + 2
	case color.GrayModel:
		pixel = rgba + 1
	}
	if w*h > maxBytes/pixel {
		return fmt.Errorf("%w: %d×%d pixels of %d bytes", scan.ErrTooLarge, w, h, pixel)
	}
	return nil
}

func decodeTurbo(p *scan.Photo, minSide int) (*image.RGBA, error) {
	h, err := turbojpeg.ReadHeader(p.Data)
	if err == nil {
		err = checkSize(p, h.Width, h.Height)
	}
	if err != nil {
		return nil, err
	}
	return turbojpeg.Decode(p.Data, denominator(max(h.Width, h.Height), minSide))
}

// denominator is the largest of 1, 2, 4, 8 by which side may be divided,
// rounded up, without falling under minSide.
func denominator(side, minSide int) int {
	if minSide <= 0 {
		return 1
	}
	d := 8
	for d > 1 && (side+d-1)/d < min(minSide, side) {
		d /= 2
	}
	return d
}

// Native decodes p at full size, in the colour model that it is stored in and
// not turned, by the Go package for its format. Errors are those of [Decode].
func Native(p *scan.Photo) (img image.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			img, err = nil, fmt.Errorf("%w: decoder failed: %v", scan.ErrDamaged, r)
		}
	}()
	var decodeConfig func(io.Reader) (image.Config, error)
	var decode func(io.Reader) (image.Image, error)
	switch p.Format {
	case container.JPEG:
		decodeConfig, decode = jpeg.DecodeConfig, jpeg.Decode
	case container.PNG:
		decodeConfig, decode = png.DecodeConfig, png.Decode
	case container.WebP:
		decodeConfig, decode = webp.DecodeConfig, webp.Decode
	case container.BMP:
		decodeConfig, decode = bmp.DecodeConfig, bmp.Decode
	default:
		return nil, fmt.Errorf("%w: pixels of %s", scan.ErrUnsupported, p.Format)
	}
	config, err := decodeConfig(bytes.NewReader(p.Data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", scan.ErrDamaged, err)
	}
	if err := checkSize(p, config.Width, config.Height); err != nil {
		return nil, err
	}
	if err := checkBytes(config.ColorModel, config.Width, config.Height); err != nil {
		return nil, err
	}
	if p.Format == container.PNG && p.Width*p.Height/maxPNGRatio > len(p.Data) {
		return nil, fmt.Errorf("%w: too few bytes for %d×%d pixels", scan.ErrDamaged, p.Width, p.Height)
	}
	img, err = decode(bytes.NewReader(p.Data))
	if err != nil && p.Format == container.JPEG && config.ColorModel == color.CMYKModel {
		// image/jpeg wants an Adobe marker in these; without one the numbers are ink.
		if ink, inkErr := turbojpeg.DecodeCMYK(p.Data); inkErr == nil {
			img, err = ink, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", scan.ErrDamaged, err)
	}
	if b := img.Bounds(); b != image.Rect(0, 0, p.Width, p.Height) {
		return nil, fmt.Errorf("%w: decoded to %v", scan.ErrDamaged, b)
	}
	return img, nil
}

// overWhite is src as opaque RGBA; src itself where it is that, from (0,0).
func overWhite(src image.Image) *image.RGBA {
	b := src.Bounds()
	if rgba, ok := src.(*image.RGBA); ok && b.Min == (image.Point{}) && rgba.Opaque() {
		return rgba
	}
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	if o, ok := src.(interface{ Opaque() bool }); ok && o.Opaque() {
		draw.Draw(dst, dst.Rect, src, b.Min, draw.Src)
		return dst
	}
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, src, b.Min, draw.Over)
	return dst
}

// Thumbnail is pic scaled down to fit side × side pixels, never up.
func Thumbnail(pic *Picture, side int) *image.RGBA {
	n := asNRGBA(pic.RGBA)
	if max(pic.Rect.Dx(), pic.Rect.Dy()) > 6*side {
		n = imaging.Fit(n, 3*side, 3*side, imaging.Box) // far cheaper, and as good before a last step by 3
	}
	return fromNRGBA(imaging.Fit(n, side, side, imaging.Lanczos))
}
