package attack

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"
)

// What other tools draw over a face, in a square of side × side pixels: all are
// functions of what they cover.
const (
	side = 96
	// kernel is that of a widely used tool's box blur, half the square, and of
	// the usual call of OpenCV's Gaussian blur.
	kernel = side/2 | 1
	// regular weighs a deblurred picture's size against its error: the variance of
	// rounding to 8 bits over that of a face's samples.
	regular = 0.29 * 0.29 / (50 * 50)
)

// matrix is a linear operator on a line of side pixels.
type matrix [side][side]float64

// blurring is the operator that convolves a line with weights, mirrored at its
// ends without repeating them, as OpenCV does.
func blurring(weights []float64) *matrix {
	var m matrix
	var sum float64
	for _, w := range weights {
		sum += w
	}
	for i := range side {
		for k, w := range weights {
			j := i + k - len(weights)/2
			if j < 0 {
				j = -j
			}
			if j >= side {
				j = 2*side - 2 - j
			}
			m[i][j] += w / sum
		}
	}
	return &m
}

func boxBlur() *matrix {
	weights := make([]float64, kernel)
	for i := range weights {
		weights[i] = 1
	}
	return blurring(weights)
}

// gaussianBlur has the sigma that OpenCV takes for its kernel.
func gaussianBlur() *matrix {
	sigma := 0.3*((kernel-1)*0.5-1) + 0.8
	weights := make([]float64, kernel)
	for i := range weights {
		x := (float64(i) - kernel/2) / sigma
		weights[i] = math.Exp(-x * x / 2)
	}
	return blurring(weights)
}

// mosaic has tiles of so many pixels, which divide the square.
func mosaic(tile int) *matrix {
	var m matrix
	for i := range side {
		for j := i / tile * tile; j < i/tile*tile+tile; j++ {
			m[i][j] = 1 / float64(tile)
		}
	}
	return &m
}

// square is a plane of samples, by line.
type square = matrix

// times is the product. The race detector, for which it has nothing, would make it
// the slowest part of all.
//
//go:norace
func (m *matrix) times(o *matrix) *matrix {
	var out matrix
	for i := range side {
		for k, f := range m[i] {
			if f == 0 {
				continue
			}
			for j, v := range o[k] {
				out[i][j] += f * v
			}
		}
	}
	return &out
}

func (m *matrix) transposed() *matrix {
	var out matrix
	for i := range side {
		for j, v := range m[i] {
			out[j][i] = v
		}
	}
	return &out
}

// deblurrer undoes a blur by regularised least squares (Tikhonov), by the
// singular values of its operator.
type deblurrer struct {
	u, v   *matrix // columns are the singular vectors
	values [side]float64
}

// newDeblurrer decomposes m by one-sided Jacobi rotations (Hestenes 1958).
func newDeblurrer(m *matrix) *deblurrer {
	u, v := m.transposed(), &matrix{} // by rows, as rows are easier to rotate
	for i := range side {
		v[i][i] = 1
	}
	rotate := func(a, b *[side]float64, c, s float64) {
		for k := range side {
			a[k], b[k] = c*a[k]-s*b[k], s*a[k]+c*b[k]
		}
	}
	for range 30 { // enough by far: it converges quadratically
		var off float64
		for p := range side - 1 {
			for q := p + 1; q < side; q++ {
				var pp, qq, pq float64
				for k := range side {
					pp, qq, pq = pp+u[p][k]*u[p][k], qq+u[q][k]*u[q][k], pq+u[p][k]*u[q][k]
				}
				if math.Abs(pq) < 1e-14 {
					continue
				}
				off = max(off, math.Abs(pq))
				zeta := (qq - pp) / (2 * pq)
				t := math.Copysign(1, zeta) / (math.Abs(zeta) + math.Sqrt(1+zeta*zeta))
				c := 1 / math.Sqrt(1+t*t)
				rotate(&u[p], &u[q], c, c*t)
				rotate(&v[p], &v[q], c, c*t)
			}
		}
		if off < 1e-12 {
			break
		}
	}
	d := &deblurrer{v: v.transposed()}
	for i := range side {
		for _, x := range u[i] {
			d.values[i] += x * x
		}
		d.values[i] = math.Sqrt(d.values[i])
		for k := range side {
			u[i][k] /= max(d.values[i], 1e-12)
		}
	}
	d.u = u.transposed()
	return d
}

// blur is the square as the blur leaves it.
func (m *matrix) blur(s *square) *square { return m.times(s).times(m.transposed()) }

// deblur is the square that the blur would turn into s with the least squared
// error, weighed against its own size.
func (d *deblurrer) deblur(s *square) *square {
	z := d.u.transposed().times(s).times(d.u)
	for i := range side {
		for j := range side {
			v := d.values[i] * d.values[j]
			z[i][j] *= v / (v*v + regular)
		}
	}
	return d.v.times(z).times(d.v.transposed())
}

// filtered is a copy of img with the square whose first pixel is at put through
// filter, rounded to 8 bits.
func filtered(img *image.RGBA, at image.Point, filter func(*square) *square) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	copy(out.Pix, img.Pix)
	for c := range 3 {
		var plane square
		for y := range side {
			for x := range side {
				// From mid-grey, which is what deblurring tends to without knowing.
				plane[y][x] = float64(img.Pix[img.PixOffset(at.X+x, at.Y+y)+c]) - 128
			}
		}
		for y, line := range filter(&plane) {
			for x, v := range line {
				out.Pix[out.PixOffset(at.X+x, at.Y+y)+c] = uint8(min(max(math.Round(v+128), 0), 255))
			}
		}
	}
	return out
}

// The inverse brings back most of what a blur took of a picture, 8 bits and all.
func TestDeblur(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			v := uint8(60 + rng.IntN(8) + 100*(x/12%2^y/12%2))
			copy(img.Pix[img.PixOffset(x, y):], []byte{v, v / 2, 255 - v, 255})
		}
	}
	distance := func(a *image.RGBA) (sum float64) {
		for i, v := range a.Pix {
			d := float64(v) - float64(img.Pix[i])
			sum += d * d
		}
		return math.Sqrt(sum / float64(len(a.Pix)))
	}
	for name, m := range map[string]*matrix{"box": boxBlur(), "Gaussian": gaussianBlur()} {
		blurred := filtered(img, image.Point{}, m.blur)
		before, after := distance(blurred), distance(filtered(blurred, image.Point{}, newDeblurrer(m).deblur))
		t.Logf("%s: off by %.1f levels blurred, %.1f deblurred", name, before, after)
		if after > 0.9*before {
			t.Errorf("%s: off by %.1f levels blurred, %.1f deblurred", name, before, after)
		}
	}
}
