package redact

import (
	"image"
	"math"
)

// sweeps is how often each level of a gradient is relaxed. The coarser levels
// have done most of the work; more than this is not seen.
const sweeps = 12

// field is a smooth gradient over one component of a patch: a value for each
// block, the mean of its samples, known for the ring and grown from there.
type field struct {
	rect  image.Rectangle // blocks: those covered and the ring around them
	value []float32       // 0 to 255, by block
	known []bool          // by block
	// corner is the gradient where blocks meet, one more across and down.
	corner  []float32
	average float32 // of the ring
	spread  float32 // its standard deviation
}

func newField(rect image.Rectangle) field {
	n := rect.Dx() * rect.Dy()
	return field{rect: rect, value: make([]float32, n), known: make([]bool, n)}
}

// set makes a block of the ring known.
func (f *field) set(x, y int, v float32) {
	i := (y-f.rect.Min.Y)*f.rect.Dx() + x - f.rect.Min.X
	f.value[i], f.known[i] = v, true
}

// grow computes the gradient from the blocks that are known: the membrane over
// the smoothed ring, with free ends at the picture's edges. Without a ring it is
// mid-grey.
func (f *field) grow() {
	w, h := f.rect.Dx(), f.rect.Dy()
	var n, sum, squares float64
	for i, v := range f.value {
		if f.known[i] {
			n, sum, squares = n+1, sum+float64(v), squares+float64(v)*float64(v)
		}
	}
	if n == 0 {
		f.average = 128
		for i := range f.value {
			f.value[i] = f.average
		}
	} else {
		f.average = float32(sum / n)
		f.spread = float32(math.Sqrt(max(0, squares/n-sum*sum/(n*n))))
		f.value = smooth(w, h, f.value, f.known)
		membrane(w, h, f.value, f.known)
	}
	f.corner = make([]float32, (w+1)*(h+1))
	for y := range h + 1 {
		for x := range w + 1 {
			var sum, n float32
			for by := max(y-1, 0); by <= min(y, h-1); by++ {
				for bx := max(x-1, 0); bx <= min(x, w-1); bx++ {
					sum, n = sum+f.value[by*w+bx], n+1
				}
			}
			f.corner[y*(w+1)+x] = sum / n
		}
	}
}

// corners are the gradient and noise, by corner as the gradient itself, at the
// corners of block (x, y): top left, top right, bottom left, bottom right.
func (f *field) corners(noise []float32, x, y int) (tl, tr, bl, br float32) {
	w := f.rect.Dx() + 1
	i := (y-f.rect.Min.Y)*w + x - f.rect.Min.X
	j := i + w
	return f.corner[i] + noise[i], f.corner[i+1] + noise[i+1], f.corner[j] + noise[j], f.corner[j+1] + noise[j+1]
}

// mean is the gradient in the block at (x, y), or in the nearest to it.
func (f *field) mean(x, y int) float32 {
	x = min(max(x, f.rect.Min.X), f.rect.Max.X-1) - f.rect.Min.X
	y = min(max(y, f.rect.Min.Y), f.rect.Max.Y-1) - f.rect.Min.Y
	return f.value[y*f.rect.Dx()+x]
}

// smooth averages each known value with the known ones around it.
func smooth(w, h int, value []float32, known []bool) []float32 {
	out := make([]float32, len(value))
	for y := range h {
		for x := range w {
			if !known[y*w+x] {
				continue
			}
			var sum, n float32
			for j := max(y-1, 0); j <= min(y+1, h-1); j++ {
				for i := max(x-1, 0); i <= min(x+1, w-1); i++ {
					if known[j*w+i] {
						sum, n = sum+value[j*w+i], n+1
					}
				}
			}
			out[y*w+x] = sum / n
		}
	}
	return out
}

// membrane fills the values that are not known with the solution of Laplace's
// equation: a guess from the same problem at half the size, then Gauss-Seidel
// sweeps (cascadic multigrid). At least one value must be known.
func membrane(w, h int, value []float32, known []bool) {
	cw, ch := (w+1)/2, (h+1)/2
	if cw == w && ch == h {
		return // a single value, and known
	}
	coarse, coarseKnown := make([]float32, cw*ch), make([]bool, cw*ch)
	unknown := false
	for y := range ch {
		for x := range cw {
			var sum, n float32
			for j := 2 * y; j < min(2*y+2, h); j++ {
				for i := 2 * x; i < min(2*x+2, w); i++ {
					if known[j*w+i] {
						sum, n = sum+value[j*w+i], n+1
					} else {
						unknown = true
					}
				}
			}
			if n > 0 {
				coarse[y*cw+x], coarseKnown[y*cw+x] = sum/n, true
			}
		}
	}
	if !unknown {
		return
	}
	membrane(cw, ch, coarse, coarseKnown)
	for y := range h {
		for x := range w {
			if !known[y*w+x] {
				value[y*w+x] = between(cw, ch, coarse, x, y)
			}
		}
	}
	for range sweeps {
		for y := range h {
			for x := range w {
				i := y*w + x
				if known[i] {
					continue
				}
				var sum, n float32
				if x > 0 {
					sum, n = sum+value[i-1], n+1
				}
				if x < w-1 {
					sum, n = sum+value[i+1], n+1
				}
				if y > 0 {
					sum, n = sum+value[i-w], n+1
				}
				if y < h-1 {
					sum, n = sum+value[i+w], n+1
				}
				value[i] = sum / n
			}
		}
	}
}

// between is coarse, of w × h, in the middle of the cell (x, y) of a grid twice as fine.
func between(w, h int, coarse []float32, x, y int) float32 {
	// The middle lies a quarter of a coarse cell beside the middle of x/2, y/2.
	x0, y0 := x/2, y/2
	x1, y1 := min(max(x0+2*(x%2)-1, 0), w-1), min(max(y0+2*(y%2)-1, 0), h-1)
	return (9*coarse[y0*w+x0] + 3*coarse[y0*w+x1] + 3*coarse[y1*w+x0] + coarse[y1*w+x1]) / 16
}
