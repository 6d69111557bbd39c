package preview

import (
	"image"
	"math"
)

// plane is the brightness of a picture as a summed-area table (Crow 1984), so
// that the mean of any rectangle costs four look-ups.
type plane struct {
	width, height int
	sums          []float64 // (width+1) × (height+1)
}

// planeOf takes the luma of img, by ITU-R BT.601, shrunk by a whole number so that
// its longer side comes to side pixels or somewhat more.
func planeOf(img *image.RGBA) *plane {
	k := max(1, max(img.Rect.Dx(), img.Rect.Dy())/side)
	w, h := max(1, img.Rect.Dx()/k), max(1, img.Rect.Dy()/k)
	// What is left over at the right and below is less than one pixel of the plane.
	kx, ky := min(k, img.Rect.Dx()), min(k, img.Rect.Dy())
	p := &plane{w, h, make([]float64, (w+1)*(h+1))}
	row := make([]int, w)
	for y := range h {
		clear(row)
		for v := y * ky; v < (y+1)*ky; v++ {
			line := img.Pix[v*img.Stride:]
			for x := range row {
				sum := 0
				for i := 4 * x * kx; i < 4*(x+1)*kx; i += 4 {
					sum += 299*int(line[i]) + 587*int(line[i+1]) + 114*int(line[i+2])
				}
				row[x] += sum
			}
		}
		total := 0.0
		for x := range w {
			total += float64(row[x]) / float64(1000*kx*ky)
			p.sums[(y+1)*(w+1)+x+1] = p.sums[y*(w+1)+x+1] + total
		}
	}
	return p
}

// sum is the sum over everything left of and above (x, y), in pixels; between
// pixels it is interpolated, which makes it exact for parts of pixels.
func (p *plane) sum(x, y float64) float64 {
	x, y = min(max(x, 0), float64(p.width)), min(max(y, 0), float64(p.height))
	x0, y0 := min(int(x), p.width-1), min(int(y), p.height-1)
	fx, fy := x-float64(x0), y-float64(y0)
	i := y0*(p.width+1) + x0
	j := i + p.width + 1
	return (1-fy)*((1-fx)*p.sums[i]+fx*p.sums[i+1]) + fy*((1-fx)*p.sums[j]+fx*p.sums[j+1])
}

// region is a rectangle in shares of a picture's sides, 0 to 1.
type region struct{ x, y, w, h float64 }

var whole = region{0, 0, 1, 1}

// grid gives the mean brightness of n × n cells of r, row by row.
func (p *plane) grid(r region, n int) []float64 {
	cells := make([]float64, n*n)
	above := make([]float64, n+1)
	below := make([]float64, n+1)
	stepX, stepY := r.w*float64(p.width)/float64(n), r.h*float64(p.height)/float64(n)
	x0, y0 := r.x*float64(p.width), r.y*float64(p.height)
	for i := range above {
		above[i] = p.sum(x0+float64(i)*stepX, y0)
	}
	for y := range n {
		for i := range below {
			below[i] = p.sum(x0+float64(i)*stepX, y0+float64(y+1)*stepY)
		}
		for x := range n {
			cells[y*n+x] = (below[x+1] - below[x] - above[x+1] + above[x]) / (stepX * stepY)
		}
		above, below = below, above
	}
	return cells
}

// turned gives an n × n grid as EXIF orientation o shows it.
func turned(grid []float64, n, o int) []float64 {
	if o == 1 {
		return grid
	}
	result := make([]float64, len(grid))
	for y := range n {
		for x := range n {
			u, v := x, y
			if o >= 5 {
				u, v = y, x
			}
			if o == 2 || o == 3 || o == 7 || o == 8 {
				u = n - 1 - u
			}
			if o == 3 || o == 4 || o == 6 || o == 7 {
				v = n - 1 - v
			}
			result[y*n+x] = grid[v*n+u]
		}
	}
	return result
}

// correlation is the normalised cross-correlation of two grids, -1 to 1, which
// does not change with brightness and contrast. It is 0 where one is flat.
func correlation(a, b []float64) float64 {
	ma, mb := mean(a), mean(b)
	var ab, aa, bb float64
	for i := range a {
		da, db := a[i]-ma, b[i]-mb
		ab += da * db
		aa += da * da
		bb += db * db
	}
	least := float64(len(a)) * leastContrast * leastContrast
	if aa < least || bb < least {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// leastContrast is the standard deviation, of 255, below which nothing can be
// seen.
const leastContrast = 1

func flat(grid []float64) bool {
	m, sum := mean(grid), 0.0
	for _, v := range grid {
		sum += (v - m) * (v - m)
	}
	return sum < float64(len(grid))*leastContrast*leastContrast
}

func mean(grid []float64) float64 {
	sum := 0.0
	for _, v := range grid {
		sum += v
	}
	return sum / float64(len(grid))
}
