package redact

import (
	"encoding/binary"
	"fmt"
	"image"
	"slices"

	"blindspot/scan"
)

// Fields of a bitmap's headers, by offset from the start of the file.
const (
	bmpPixelsAt   = 10
	bmpHeader     = 14 // with its size first
	bmpHeight     = 22
	bmpDepth      = 28
	bmpPacking    = 30
	bmpImageSize  = 34
	bmpUsed       = 46 // colours in the table, then how many of them matter
	bmpInfoHeader = 40 // the smallest header that openCanvas takes
)

// encodeBMP writes the canvas as p was stored, colours of a table as 24 bits.
func encodeBMP(p *scan.Photo, c *canvas, covered []image.Rectangle) ([]byte, error) {
	le := binary.LittleEndian
	size := bmpHeader + int(le.Uint32(p.Data[bmpHeader:])) // was decoded, so it is all there
	out := slices.Clone(p.Data[:size])
	pixel := int(le.Uint16(out[bmpDepth:])) / 8
	if pixel < 3 {
		pixel = 3
		le.PutUint16(out[bmpDepth:], 24)
		le.PutUint32(out[bmpPacking:], 0)
	}
	clear(out[bmpUsed : bmpHeader+bmpInfoHeader])
	stride := (c.width*pixel + 3) &^ 3
	// The depth is one that was decoded, so the pixels follow the header.
	from := int(le.Uint32(p.Data[bmpPixelsAt:]))
	rows := make([]byte, stride*c.height)
	keeps := pixel == 4
	if keeps {
		if copy(rows, p.Data[min(from, len(p.Data)):]) < len(rows) {
			return nil, fmt.Errorf("%w: BMP cut off", ErrLayout)
		}
	}
	upwards := int32(le.Uint32(out[bmpHeight:])) > 0
	at := func(x, y int) []byte {
		if upwards {
			y = c.height - 1 - y
		}
		return rows[y*stride+x*pixel:][:pixel]
	}
	for y := range c.height {
		for x := range c.width {
			rgb, bgr := c.at(x, y), at(x, y)
			bgr[0], bgr[1], bgr[2] = rgb[2], rgb[1], rgb[0]
		}
	}
	if keeps {
		// Some viewers take the fourth value for transparency. Where it is the same
		// all around, it stays so.
		fourth := fourthOutside(c, covered, at)
		for _, r := range covered {
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					at(x, y)[3] = fourth
				}
			}
		}
	}
	le.PutUint32(out[2:], uint32(size+len(rows)))
	clear(out[6:10])
	le.PutUint32(out[bmpPixelsAt:], uint32(size))
	le.PutUint32(out[bmpImageSize:], uint32(len(rows)))
	return append(out, rows...), nil
}

// fourthOutside is the fourth value of all pixels that are not covered, opaque where
// they differ.
func fourthOutside(c *canvas, covered []image.Rectangle, at func(x, y int) []byte) byte {
	value, seen := byte(0xFF), false
	for y, runs := range coveredCells(c.layout(), covered) {
		x := 0
		for _, run := range append(runs, [2]int{c.width, c.width}) {
			for ; x < run[0]; x++ {
				switch v := at(x, y)[3]; {
				case !seen:
					value, seen = v, true
				case v != value:
					return 0xFF
				}
			}
			x = max(x, run[1])
		}
	}
	return value
}
