package pixels

import (
	"encoding/binary"
	"image"
)

// tile is the side of the squares in which pixels are transposed: source and
// destination of one square stay in the first-level cache.
const tile = 32

// orient turns img, stored with the EXIF orientation o (1 to 8), as it should
// be displayed. It may reuse img.
func orient(img *image.RGBA, o int) *image.RGBA {
	switch o {
	case 2:
		mirror(img)
	case 3:
		rotate180(img)
	case 4:
		flip(img)
	case 5:
		return transpose(img, false, false)
	case 6:
		return transpose(img, true, false)
	case 7:
		return transpose(img, true, true)
	case 8:
		return transpose(img, false, true)
	}
	return img
}

func pixel(b []byte) uint32       { return binary.LittleEndian.Uint32(b) }
func setPixel(b []byte, v uint32) { binary.LittleEndian.PutUint32(b, v) }

// mirror swaps left and right.
func mirror(img *image.RGBA) {
	for y := range img.Rect.Dy() {
		reverse(img.Pix[y*img.Stride:][:4*img.Rect.Dx()])
	}
}

// rotate180 needs rows without gaps, as NewRGBA makes them.
func rotate180(img *image.RGBA) { reverse(img.Pix) }

// reverse turns the order of the pixels in b round.
func reverse(b []byte) {
	for i, j := 0, len(b)-4; i < j; i, j = i+4, j-4 {
		p, q := pixel(b[i:]), pixel(b[j:])
		setPixel(b[i:], q)
		setPixel(b[j:], p)
	}
}

// flip swaps top and bottom.
func flip(img *image.RGBA) {
	row := make([]byte, img.Stride)
	for i, j := 0, img.Rect.Dy()-1; i < j; i, j = i+1, j-1 {
		top, bottom := img.Pix[i*img.Stride:][:img.Stride], img.Pix[j*img.Stride:][:img.Stride]
		copy(row, top)
		copy(top, bottom)
		copy(bottom, row)
	}
}

// transpose swaps rows and columns, then left and right if mirrored, and top and
// bottom if flipped.
func transpose(src *image.RGBA, mirrored, flipped bool) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, h, w))
	start, dx, dy := 0, 4, dst.Stride
	if mirrored {
		start, dx = start+4*(h-1), -dx
	}
	if flipped {
		start, dy = start+dst.Stride*(w-1), -dy
	}
	for ty := 0; ty < h; ty += tile {
		for tx := 0; tx < w; tx += tile {
			for x := tx; x < min(tx+tile, w); x++ {
				from, to := ty*src.Stride+4*x, start+x*dy+ty*dx
				for range min(tile, h-ty) {
					setPixel(dst.Pix[to:], pixel(src.Pix[from:]))
					from += src.Stride
					to += dx
				}
			}
		}
	}
	return dst
}
