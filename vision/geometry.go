package vision

import (
	"cmp"
	"math"
	"slices"
)

// IoU is the intersection of two boxes over their union, 0 to 1.
func IoU(a, b Box) float32 {
	inter := intersection(a, b)
	if inter <= 0 {
		return 0
	}
	return inter / (a.W*a.H + b.W*b.H - inter)
}

func intersection(a, b Box) float32 {
	w := min(a.X+a.W, b.X+b.W) - max(a.X, b.X)
	h := min(a.Y+a.H, b.Y+b.H) - max(a.Y, b.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// nms is greedy non-maximum suppression: of two candidates of one class whose
// boxes overlap by more than limit (IoU) the one with the lower score goes. It
// reorders c, best first, and returns a part of it.
func nms(c []candidate, limit float32) []candidate {
	slices.SortStableFunc(c, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	kept := c[:0]
next:
	for _, x := range c {
		for _, y := range kept {
			if x.class == y.class && IoU(x.box, y.box) > limit {
				continue next
			}
		}
		kept = append(kept, x)
	}
	return kept
}

// candidate is what a decoder finds, in pixels of the network's input until it
// is mapped to those of the photo.
type candidate struct {
	box       Box
	score     float32
	class     int
	landmarks [5]Point // the person's right eye, left eye, nose, right and left mouth corner
	marked    bool     // landmarks are set
}

// transform maps a candidate by x' = x·sx + dx, y' = y·sy + dy.
func (c candidate) transform(sx, sy, dx, dy float32) candidate {
	c.box = Box{c.box.X*sx + dx, c.box.Y*sy + dy, c.box.W * sx, c.box.H * sy}
	for i, p := range c.landmarks {
		c.landmarks[i] = Point{p.X*sx + dx, p.Y*sy + dy}
	}
	return c
}

// unrotate maps a candidate found in a picture turned clockwise by the given
// number of quarters back to the picture before, of size w × h.
func (c candidate) unrotate(quarters int, w, h float32) candidate {
	turn := func(p Point) Point {
		switch quarters & 3 {
		case 1:
			return Point{p.Y, h - p.X}
		case 2:
			return Point{w - p.X, h - p.Y}
		case 3:
			return Point{w - p.Y, p.X}
		}
		return p
	}
	a, b := turn(Point{c.box.X, c.box.Y}), turn(Point{c.box.X + c.box.W, c.box.Y + c.box.H})
	c.box = Box{min(a.X, b.X), min(a.Y, b.Y), abs(a.X - b.X), abs(a.Y - b.Y)}
	for i, p := range c.landmarks {
		c.landmarks[i] = turn(p)
	}
	return c
}

func abs(x float32) float32 { return float32(math.Abs(float64(x))) }

// clip cuts a box to the picture; what lies outside altogether becomes empty.
func (b Box) clip(w, h float32) Box {
	x0, y0 := max(b.X, 0), max(b.Y, 0)
	x1, y1 := min(b.X+b.W, w), min(b.Y+b.H, h)
	return Box{x0, y0, max(x1-x0, 0), max(y1-y0, 0)}
}

// grow adds share of the size on every side.
func (b Box) grow(share float32) Box {
	return Box{b.X - b.W*share, b.Y - b.H*share, b.W * (1 + 2*share), b.H * (1 + 2*share)}
}

func (b Box) region() region {
	return region{float64(b.X), float64(b.Y), float64(b.W), float64(b.H)}
}

// holds says whether p lies in b or on its edge.
func (b Box) holds(p Point) bool {
	return p.X >= b.X && p.X <= b.X+b.W && p.Y >= b.Y && p.Y <= b.Y+b.H
}

func (b Box) centre() Point { return Point{b.X + b.W/2, b.Y + b.H/2} }

func (b Box) union(c Box) Box {
	x0, y0 := min(b.X, c.X), min(b.Y, c.Y)
	x1, y1 := max(b.X+b.W, c.X+c.W), max(b.Y+b.H, c.Y+c.H)
	return Box{x0, y0, x1 - x0, y1 - y0}
}

// finite says whether all numbers of a candidate can be reckoned with: networks
// fed with odd pictures can give infinite sizes.
func (c candidate) finite() bool {
	sum := c.box.X + c.box.Y + c.box.W + c.box.H + c.score
	for _, p := range c.landmarks {
		sum += p.X + p.Y
	}
	return !math.IsNaN(float64(sum)) && !math.IsInf(float64(sum), 0)
}
