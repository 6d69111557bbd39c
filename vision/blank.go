package vision

import (
	"image"
	"math"
)

// detailSide is the side of the grid that detail measures on.
const detailSide = 24

// blank says whether a box in the picture's pixels is a smooth patch; see
// [blankSide].
func (l *look) blank(b Box) (bool, error) {
	longest := max(b.W, b.H)
	if l.setting == Second || longest < blankSide {
		return false, nil
	}
	b = b.clip(l.width(), l.height())
	// Two pixels a cell are enough to take a mean of.
	v, err := l.pyramid.view(b.region(), float64(max(l.pyramid.w, l.pyramid.h))*2*detailSide/float64(longest))
	if err != nil {
		return false, err
	}
	defer v.done()
	k := float32(1 / v.shrink)
	return detail(v.img, Box{b.X*k - float32(v.x), b.Y*k - float32(v.y), b.W * k, b.H * k}) < blankDetail, nil
}

// detail is the mean absolute Laplacian of the grey values in the middle half of
// b, 8-bit levels, on a grid of detailSide cells a side, each the mean of its
// pixels: eyes, nose and mouth give some 15 and more, a smooth patch some 2.
func detail(img *image.RGBA, b Box) float64 {
	b = b.clip(float32(img.Rect.Dx()), float32(img.Rect.Dy()))
	var grid [detailSide][detailSide]float64
	for gy := range detailSide {
		y0, y1 := cellOf(b.Y, b.H, gy, img.Rect.Dy())
		for gx := range detailSide {
			x0, x1 := cellOf(b.X, b.W, gx, img.Rect.Dx())
			var sum float64
			for y := y0; y < y1; y++ {
				for x := x0; x < x1; x++ {
					i := y*img.Stride + 4*x
					sum += .299*float64(img.Pix[i]) + .587*float64(img.Pix[i+1]) + .114*float64(img.Pix[i+2])
				}
			}
			grid[gy][gx] = sum / float64((y1-y0)*(x1-x0))
		}
	}
	const from, to = detailSide / 4, detailSide * 3 / 4
	var sum float64
	for y := from; y < to; y++ {
		for x := from; x < to; x++ {
			sum += math.Abs(4*grid[y][x] - grid[y-1][x] - grid[y+1][x] - grid[y][x-1] - grid[y][x+1])
		}
	}
	return sum / ((to - from) * (to - from))
}

// cellOf are the pixels, at least one and below limit, of cell i of detailSide
// that divide length from start.
func cellOf(start, length float32, i, limit int) (from, to int) {
	from = min(max(int(start+length*float32(i)/detailSide), 0), limit-1)
	to = min(int(start+length*float32(i+1)/detailSide), limit)
	return from, max(to, from+1)
}
