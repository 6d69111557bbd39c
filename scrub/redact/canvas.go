package redact

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"

	"blindspot/scan"
	"blindspot/scan/pixels"
)

// minRing is how many pixels of a block must be uncovered for its mean to count as
// ring: a few would bring their noise.
const minRing = 16

// canvas is the samples of a decoded picture, to be read and set as they are.
type canvas struct {
	image.Image
	pix           []byte
	stride        int
	width, height int
	pixel         int  // bytes to a pixel
	channels      int  // of colour
	deep          bool // 16 bits a sample
}

// openCanvas decodes p to grey or RGB with alpha. Indexed colours become RGB: a
// palette would tell which colours are covered.
func openCanvas(p *scan.Photo) (*canvas, error) {
	img, err := pixels.Native(p)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLayout, err)
	}
	c := &canvas{Image: img, width: p.Width, height: p.Height, channels: 3}
	switch m := img.(type) {
	case *image.Gray:
		c.pix, c.stride, c.pixel, c.channels = m.Pix, m.Stride, 1, 1
	case *image.Gray16:
		c.pix, c.stride, c.pixel, c.channels, c.deep = m.Pix, m.Stride, 2, 1, true
	case *image.RGBA: // opaque, as image/png and x/image/bmp decode it
		c.pix, c.stride, c.pixel = m.Pix, m.Stride, 4
	case *image.NRGBA:
		c.pix, c.stride, c.pixel = m.Pix, m.Stride, 4
	case *image.RGBA64: // opaque
		c.pix, c.stride, c.pixel, c.deep = m.Pix, m.Stride, 8, true
	case *image.NRGBA64:
		c.pix, c.stride, c.pixel, c.deep = m.Pix, m.Stride, 8, true
	case *image.Paletted:
		n := unindexed(m)
		c.Image, c.pix, c.stride, c.pixel = n, n.Pix, n.Stride, 4
	default:
		return nil, fmt.Errorf("%w: decoded to %T", ErrLayout, img)
	}
	return c, nil
}

func unindexed(src *image.Paletted) *image.NRGBA {
	dst := image.NewNRGBA(src.Rect)
	var palette [256]color.NRGBA // image/png refuses an index beyond the palette
	for i, c := range src.Palette {
		palette[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
	}
	for y := range src.Rect.Dy() {
		row := dst.Pix[y*dst.Stride:]
		for x, index := range src.Pix[y*src.Stride:][:src.Rect.Dx()] {
			c := palette[index]
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = c.R, c.G, c.B, c.A
		}
	}
	return dst
}

// at is the place of a pixel.
func (c *canvas) at(x, y int) []byte { return c.pix[y*c.stride+x*c.pixel:][:c.pixel] }

// sample is a channel of a pixel, 0 to 255.
func (c *canvas) sample(pixel []byte, channel int) float32 {
	if c.deep {
		return float32(binary.BigEndian.Uint16(pixel[2*channel:])) / 257
	}
	return float32(pixel[channel])
}

func (c *canvas) setSample(pixel []byte, channel int, v float32) {
	if c.deep {
		binary.BigEndian.PutUint16(pixel[2*channel:], uint16(v*257+0.5))
	} else {
		pixel[channel] = uint8(v + 0.5)
	}
}

// layout is the canvas's grid: cells are pixels.
func (c *canvas) layout() *layout {
	l := &layout{width: c.width, height: c.height, cell: image.Pt(1, 1), model: &rgbModel}
	if c.channels == 1 {
		l.model = &greyModel
	}
	for range c.channels {
		l.components = append(l.components, component{
			scale: image.Pt(1, 1),
			grid:  image.Pt((c.width+blockSide-1)/blockSide, (c.height+blockSide-1)/blockSide),
		})
	}
	return l
}

// block is the part of block (x, y) that lies in the picture, in pixels.
func (l *layout) block(x, y int) image.Rectangle {
	return image.Rect(x*blockSide, y*blockSide, (x+1)*blockSide, (y+1)*blockSide).Intersect(l.bounds())
}

// encoding makes a file like p of the canvas, in which the rectangles are covered.
type encoding func(p *scan.Photo, c *canvas, covered []image.Rectangle) ([]byte, error)

// applyCanvas redacts a picture of which each pixel can be set by itself.
func applyCanvas(ctx context.Context, p *scan.Photo, plan *Plan, n Noise, open func(*scan.Photo) (*canvas, error), encode encoding) (*Result, error) {
	c, err := open(p)
	if err != nil {
		return nil, err
	}
	return c.apply(ctx, p, plan, n, encode)
}

// apply covers the plan's regions of p, which c was decoded from, in c.
func (c *canvas) apply(ctx context.Context, p *scan.Photo, plan *Plan, n Noise, encode encoding) (*Result, error) {
	l := c.layout()
	places, patches, err := l.cover(plan, p.Orientation)
	if err != nil {
		return nil, err
	}
	for _, q := range patches {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.readRing(l, q)
	}
	a := newArtist(l, plan, places, patches, n)
	for _, q := range patches {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.paint(a, q)
	}
	covered := l.covered(places)
	data, err := encode(p, c, covered)
	if err != nil {
		return nil, err
	}
	return &Result{Data: data, Covered: covered}, nil
}

// readRing makes the blocks known of which enough is uncovered.
func (c *canvas) readRing(l *layout, q *patch) {
	rect := q.fields[0].rect // one grid for all channels
	for by := rect.Min.Y; by < rect.Max.Y; by++ {
		for bx := rect.Min.X; bx < rect.Max.X; bx++ {
			var sum [3]float32
			n := 0
			b := l.block(bx, by)
			for y := b.Min.Y; y < b.Max.Y; y++ {
				for x := b.Min.X; x < b.Max.X; x++ {
					if q.ownerAt(x, y) != 0 {
						continue
					}
					n++
					pixel := c.at(x, y)
					for k := range c.channels {
						sum[k] += c.sample(pixel, k)
					}
				}
			}
			if n < minRing {
				continue
			}
			for k := range c.channels {
				q.fields[k].set(bx, by, sum[k]/float32(n))
			}
		}
	}
}

// paint draws the covered pixels of a patch, all opaque.
func (c *canvas) paint(a *artist, q *patch) {
	rect := q.fields[0].rect
	var drawn [3][64]float32
	for by := rect.Min.Y; by < rect.Max.Y; by++ {
		for bx := rect.Min.X; bx < rect.Max.X; bx++ {
			b := a.layout.block(bx, by)
			region := 0 // the one that is in drawn
			for y := b.Min.Y; y < b.Max.Y; y++ {
				for x := b.Min.X; x < b.Max.X; x++ {
					owner := q.ownerAt(x, y)
					if owner == 0 {
						continue
					}
					if owner != region {
						region = owner
						for k := range c.channels {
							a.draw(owner-1, k, bx, by, &drawn[k])
						}
					}
					pixel := c.at(x, y)
					for i := range pixel {
						pixel[i] = 0xFF
					}
					for k := range c.channels {
						c.setSample(pixel, k, drawn[k][(y-by*blockSide)*blockSide+x-bx*blockSide])
					}
				}
			}
		}
	}
}

func unchangedCanvas(ctx context.Context, original, redacted *scan.Photo, covered []image.Rectangle) error {
	before, err := openCanvas(original)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	after, err := openCanvas(redacted)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if before.width != after.width || before.height != after.height {
		return fmt.Errorf("%d×%d pixels became %d×%d", before.width, before.height, after.width, after.height)
	}
	if before.pixel != after.pixel || before.deep != after.deep {
		return errors.New("sample layout changed")
	}
	for y, runs := range coveredCells(before.layout(), covered) {
		if err := ctx.Err(); err != nil {
			return err
		}
		x := 0
		for _, run := range append(runs, [2]int{before.width, before.width}) {
			if end := run[0]; end > x && !bytes.Equal(
				before.pix[y*before.stride+x*before.pixel:][:(end-x)*before.pixel],
				after.pix[y*after.stride+x*after.pixel:][:(end-x)*before.pixel]) {
				return fmt.Errorf("pixels differ outside the covered regions, in row %d", y)
			}
			x = max(x, run[1])
		}
	}
	return nil
}
