package export

import (
	"fmt"
	"image"
	"math"

	"blindspot/scrub/redact"
)

const (
	// minTexture is the standard deviation of the second differences of
	// luminance, in 8-bit levels, from which a region has a pattern that could
	// be recognised in the copy. Below it a region is as good as plain.
	minTexture = 2.0
	// maxCorrelation is how much of that pattern the copy may show. Unrelated
	// pictures lie around 0, the same ones at 1.
	maxCorrelation = 0.4
	// minDeviations is how many standard deviations of chance, 1/√samples, a
	// correlation must lie above 0 to count: small regions agree by accident.
	minDeviations = 6.0
)

// patternSteps are the distances, in pixels, of the second differences: one for
// a sharp picture, one for what a blurred or shrunk one would keep.
var patternSteps = []int{1, 4}

// patternsGone returns an error that wraps [ErrStillVisible] if a region of plan
// shows in b what it showed in a. The fine structure of the two is compared: a
// gradient grown from the region's border has none in common with what it hides.
func patternsGone(a, b *image.RGBA, plan *redact.Plan) error {
	for _, region := range plan.Regions {
		r := region.Box
		area := image.Rect(r.X, r.Y, r.X+r.W, r.Y+r.H).Intersect(a.Bounds()).Intersect(b.Bounds())
		la, lb, mask := luminance(a, area), luminance(b, area), region.Mask(area)
		for _, step := range patternSteps {
			c, samples := correlation(la, lb, mask, step)
			if c > maxCorrelation && c*math.Sqrt(samples) > minDeviations {
				return fmt.Errorf("%w: the region at %d,%d shows %.0f %% of its pattern", ErrStillVisible, r.X, r.Y, 100*c)
			}
		}
	}
	return nil
}

// luminance is the part of m within area, by ITU-R BT.601.
func luminance(m *image.RGBA, area image.Rectangle) *image.Gray {
	g := image.NewGray(area)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		src, dst := m.Pix[m.PixOffset(area.Min.X, y):], g.Pix[g.PixOffset(area.Min.X, y):]
		for x := range area.Dx() {
			p := src[4*x:]
			dst[x] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2]) + 500) / 1000)
		}
	}
	return g
}

// correlation is Pearson's r of the second differences, over step pixels, of a
// and b where mask is set, and the number of independent samples it rests on. It
// is 0 where a has no texture.
func correlation(a, b *image.Gray, mask *image.Alpha, step int) (r, samples float64) {
	var n, sa, sb, saa, sbb, sab float64
	area := a.Rect.Inset(step)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			m := mask.PixOffset(x, y)
			if mask.Pix[m]&mask.Pix[m-step]&mask.Pix[m+step]&mask.Pix[m-step*mask.Stride]&mask.Pix[m+step*mask.Stride] == 0 {
				continue
			}
			i := a.PixOffset(x, y)
			va, vb := laplacian(a, i, step), laplacian(b, i, step)
			n++
			sa, sb = sa+va, sb+vb
			saa, sbb, sab = saa+va*va, sbb+vb*vb, sab+va*vb
		}
	}
	if n == 0 {
		return 0, 0
	}
	varA, varB := saa/n-(sa/n)*(sa/n), sbb/n-(sb/n)*(sb/n)
	if varA < minTexture*minTexture || varB <= 0 {
		return 0, 0
	}
	return (sab/n - sa/n*sb/n) / math.Sqrt(varA*varB), n / float64(step*step)
}

// laplacian is the second difference at index i of g over step pixels.
func laplacian(g *image.Gray, i, step int) float64 {
	p, s := g.Pix, step*g.Stride
	return float64(4*int(p[i]) - int(p[i-step]) - int(p[i+step]) - int(p[i-s]) - int(p[i+s]))
}
