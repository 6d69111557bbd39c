package vision

import (
	"image"
	"math"
)

// The rule for bystanders. The face that stands out most (by size, then by
// nearness to the middle) is never one; another is when two of these hold:
//
//   - it is small: less than bystanderSize of the largest face's height;
//   - it is off centre: its middle lies in the outer bystanderEdge of the
//     picture's width, or of its height;
//   - it is unsharp: its sharpness is less than bystanderSharp of the largest
//     face's;
//   - it is turned away: the nose lies outside the middle bystanderTurn of the
//     way between the eyes.
//
// A face of less than bystanderTiny of the largest one is one by itself. With one
// face alone nobody is a bystander. In a crowd everybody is: at least crowdFaces
// faces, the largest lower than crowdHeight of the picture, and crowdTurned of them
// turned away, for people who pose together look at the camera.
//
// Its error, on photos whose faces were told apart by eye (TestBystanderRule): on
// those it was made with, 2 of 67 people who posed are marked and 1 of 34 bystanders
// is not; on others, 21 of 134 (16 of them a cast posing in a meadow as if by
// chance) and 6 of 60 (all beside a passer-by close to the camera).
const (
	bystanderSize  = 0.6
	bystanderTiny  = 0.35
	bystanderEdge  = 0.2
	bystanderSharp = 0.35
	bystanderTurn  = 0.5
	crowdFaces     = 8
	crowdHeight    = 0.125
	crowdTurned    = 0.2
	// sharpSide is the side of the grid on which sharpness is measured.
	sharpSide = 32
)

// bystanders applies the rule to faces in the picture's pixels, at the size at which
// the fast setting looks.
func (l *look) bystanders(faces []candidate) []bool {
	img, shrink := l.pyramid.level(fastSide)
	k := float32(1 / shrink)
	scaled := make([]candidate, len(faces))
	for i, c := range faces {
		scaled[i] = c.transform(k, k, 0, 0)
	}
	return bystanders(scaled, img)
}

// bystanders applies the rule to faces in pixels of img.
func bystanders(faces []candidate, img *image.RGBA) []bool {
	marks := make([]bool, len(faces))
	if len(faces) < 2 {
		return marks
	}
	w, h := float32(img.Rect.Dx()), float32(img.Rect.Dy())
	if crowd(faces, h) {
		for i := range marks {
			marks[i] = true
		}
		return marks
	}
	first := 0
	prominence := func(c candidate) float32 {
		p := c.box.centre()
		off := abs(p.X/w-.5) + abs(p.Y/h-.5)
		return c.box.H * (1 - off/2)
	}
	largest := float32(0)
	for i, c := range faces {
		if prominence(c) > prominence(faces[first]) {
			first = i
		}
		largest = max(largest, c.box.H)
	}
	reference := sharpness(img, faces[first].box)
	for i, c := range faces {
		if i == first {
			continue
		}
		p := c.box.centre()
		signs := 0
		if c.box.H < bystanderSize*largest {
			signs++
		}
		if p.X < bystanderEdge*w || p.X > (1-bystanderEdge)*w || p.Y < bystanderEdge*h || p.Y > (1-bystanderEdge)*h {
			signs++
		}
		if sharpness(img, c.box) < bystanderSharp*reference {
			signs++
		}
		if c.marked && turnedAway(c.landmarks) {
			signs++
		}
		marks[i] = signs >= 2 || c.box.H < bystanderTiny*largest
	}
	return marks
}

// crowd says whether faces are those of people in a street, in a picture of height h.
func crowd(faces []candidate, h float32) bool {
	turned := 0
	for _, c := range faces {
		if c.box.H >= crowdHeight*h {
			return false
		}
		if c.marked && turnedAway(c.landmarks) {
			turned++
		}
	}
	return len(faces) >= crowdFaces && float64(turned) >= crowdTurned*float64(len(faces))
}

// turnedAway says whether the nose lies near or beyond one of the eyes.
func turnedAway(p [5]Point) bool {
	dx, dy := p[1].X-p[0].X, p[1].Y-p[0].Y
	d := dx*dx + dy*dy
	if d == 0 {
		return true
	}
	t := ((p[2].X-p[0].X)*dx + (p[2].Y-p[0].Y)*dy) / d
	return t < (1-bystanderTurn)/2 || t > (1+bystanderTurn)/2
}

// sharpness is the variance of the Laplacian of the grey values in b over their
// own variance, on a grid of sharpSide points a side at most: it tells focus from
// blur at equal size in the picture, whatever the contrast.
func sharpness(img *image.RGBA, b Box) float64 {
	b = b.clip(float32(img.Rect.Dx()), float32(img.Rect.Dy()))
	n := min(sharpSide, int(b.W), int(b.H))
	if n < 4 {
		return 0
	}
	grid := make([]float64, n*n)
	for y := range n {
		for x := range n {
			px := int(b.X + (float32(x)+.5)*b.W/float32(n))
			py := int(b.Y + (float32(y)+.5)*b.H/float32(n))
			i := min(py, img.Rect.Dy()-1)*img.Stride + 4*min(px, img.Rect.Dx()-1)
			grid[y*n+x] = .299*float64(img.Pix[i]) + .587*float64(img.Pix[i+1]) + .114*float64(img.Pix[i+2])
		}
	}
	var lap []float64
	for y := 1; y < n-1; y++ {
		for x := 1; x < n-1; x++ {
			i := y*n + x
			lap = append(lap, 4*grid[i]-grid[i-1]-grid[i+1]-grid[i-n]-grid[i+n])
		}
	}
	v := variance(grid)
	if v < 1 {
		return 0
	}
	return variance(lap) / v
}

func variance(x []float64) float64 {
	var sum, sq float64
	for _, v := range x {
		sum += v
		sq += v * v
	}
	n := float64(len(x))
	return math.Max(sq/n-sum/n*sum/n, 0)
}
