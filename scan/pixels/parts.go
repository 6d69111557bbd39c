package pixels

import (
	"context"
	"image"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/turbojpeg"
)

// parts is a JPEG at full size of which parts are drawn.
type parts struct {
	planes      *turbojpeg.Planes
	orientation int
}

// DecodeParts is [Decode] at minSide for who also needs parts of the photo at full
// size: of a JPEG whose decode is smaller than the photo [Picture.Part] draws them,
// which takes 1.5 bytes a pixel (4:2:0) where a decode at full size takes 4. Any
// other photo, a CMYK JPEG among them, is decoded at full size. The result is to be
// closed.
func DecodeParts(ctx context.Context, p *scan.Photo, minSide int) (*Picture, error) {
	if p.Format != container.JPEG || denominator(max(p.Width, p.Height), minSide) == 1 {
		return Decode(ctx, p, 0)
	}
	pic, err := Decode(ctx, p, minSide)
	if err != nil || pic.Rect.Dx() == pic.Width {
		return pic, err
	}
	planes, err := turbojpeg.DecodePlanes(p.Data, MaxPixels)
	if err != nil {
		return Decode(ctx, p, 0)
	}
	pic.parts = &parts{planes, p.Orientation}
	if err := ctx.Err(); err != nil {
		pic.Close()
		return nil, err
	}
	return pic, nil
}

// HasParts says whether [Picture.Part] draws what RGBA does not show.
func (pic *Picture) HasParts() bool { return pic.parts != nil }

// Part draws the pixels of r, in the photo's full size as displayed, and perhaps
// some around it: the result's bounds are where it lies. buf is used for the pixels
// where it is large enough. It is only for pictures that have parts.
func (pic *Picture) Part(r image.Rectangle, buf []byte) (*image.RGBA, error) {
	planes := pic.parts.planes
	stored := image.Pt(planes.Width, planes.Height)
	s := planes.Aligned(toStored(r.Intersect(image.Rect(0, 0, pic.Width, pic.Height)), pic.parts.orientation, stored))
	img := &image.RGBA{Pix: buf, Stride: 4 * s.Dx(), Rect: image.Rect(0, 0, s.Dx(), s.Dy())}
	if n := img.Stride * s.Dy(); cap(buf) < n {
		img.Pix = make([]byte, n)
	} else {
		img.Pix = buf[:n]
	}
	if err := planes.Draw(img, s); err != nil {
		return nil, err
	}
	img = orient(img, pic.parts.orientation)
	img.Rect = img.Rect.Add(toDisplayed(s, pic.parts.orientation, stored).Min)
	return img, nil
}

// Close frees what parts are drawn from. The picture itself stays.
func (pic *Picture) Close() {
	if pic.parts != nil {
		pic.parts.planes.Close()
	}
}
