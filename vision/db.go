package vision

import (
	"fmt"
	"math"
	"slices"
)

const (
	// dbBinary, dbScore and dbUnclip are PaddleOCR's defaults for DB.
	dbBinary = 0.3 // probability from which a pixel is text
	dbScore  = 0.5 // mean probability from which a box is text
	dbUnclip = 1.5 // how much the shrunken region grows: area · dbUnclip / perimeter
	// dbMinSide is the least shorter side of a region before it grows, in pixels
	// of the map.
	dbMinSide = 3
	// dbMaxRegions bounds what a picture of noise can cost.
	dbMaxRegions = 1000
)

// quad is a turned rectangle: its middle, its length along the direction
// (cos, sin), and its height across.
type quad struct {
	centre   Point
	w, h     float32
	cos, sin float32
	score    float32
	cut      bool // it reaches the side of a tile
}

// position is where p lies from the middle of q, along its direction and across.
func (q quad) position(p Point) (along, across float32) {
	dx, dy := p.X-q.centre.X, p.Y-q.centre.Y
	return dx*q.cos + dy*q.sin, -dx*q.sin + dy*q.cos
}

// corners are top left, top right, bottom right, bottom left as one reads.
func (q quad) corners() [4]Point {
	ux, uy := q.cos*q.w/2, q.sin*q.w/2
	vx, vy := -q.sin*q.h/2, q.cos*q.h/2
	c := q.centre
	return [4]Point{
		{c.X - ux - vx, c.Y - uy - vy}, {c.X + ux - vx, c.Y + uy - vy},
		{c.X + ux + vx, c.Y + uy + vy}, {c.X - ux + vx, c.Y - uy + vy},
	}
}

// box is the upright box around q.
func (q quad) box() Box {
	c := q.corners()
	x0, y0, x1, y1 := c[0].X, c[0].Y, c[0].X, c[0].Y
	for _, p := range c[1:] {
		x0, y0, x1, y1 = min(x0, p.X), min(y0, p.Y), max(x1, p.X), max(y1, p.Y)
	}
	return Box{x0, y0, x1 - x0, y1 - y0}
}

// transform maps q by x' = x·k + dx, y' = y·k + dy.
func (q quad) transform(k, dx, dy float32) quad {
	q.centre = Point{q.centre.X*k + dx, q.centre.Y*k + dy}
	q.w *= k
	q.h *= k
	return q
}

// decodeDB reads the probability map of a DB text detector (Liao et al., "Real-time
// Scene Text Detection with Differentiable Binarization", AAAI 2020), [1,1,H,W]
// for an input of W × H of which the top left w × h are picture. Each connected
// region becomes the smallest turned rectangle around it, grown by the unclip
// rule, in pixels of the input.
func decodeDB(out []tensor, W, H, w, h int) ([]quad, error) {
	if len(out) != 1 || len(out[0].data) != W*H {
		return nil, fmt.Errorf("the map does not fit an input of %d × %d", W, H)
	}
	prob := out[0].data
	seen := make([]bool, W*H)
	var quads []quad
	var stack []int
	var edge []Point
	for start := range prob {
		if seen[start] || prob[start] < dbBinary || start%W >= w || start/W >= h {
			continue
		}
		stack = append(stack[:0], start)
		seen[start] = true
		edge = edge[:0]
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := i%W, i/W
			border := false
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					nx, ny := x+dx, y+dy
					if nx < 0 || ny < 0 || nx >= w || ny >= h {
						border = true
						continue
					}
					j := ny*W + nx
					if prob[j] < dbBinary {
						border = true
						continue
					}
					if !seen[j] {
						seen[j] = true
						stack = append(stack, j)
					}
				}
			}
			if border {
				// The corners of the pixel, so that a region of one pixel has an area.
				fx, fy := float32(x), float32(y)
				edge = append(edge, Point{fx, fy}, Point{fx + 1, fy}, Point{fx, fy + 1}, Point{fx + 1, fy + 1})
			}
		}
		q := smallestQuad(hull(edge))
		if min(q.w, q.h) < dbMinSide {
			continue
		}
		q.score = meanInside(prob, W, w, h, q)
		if q.score < dbScore {
			continue
		}
		d := q.w * q.h * dbUnclip / (2 * (q.w + q.h))
		q.w += 2 * d
		q.h += 2 * d
		quads = append(quads, q)
		if len(quads) == dbMaxRegions {
			break
		}
	}
	return quads, nil
}

// hull is the convex hull of points, counted round (Andrew's monotone chain).
func hull(points []Point) []Point {
	slices.SortFunc(points, func(a, b Point) int {
		if a.X != b.X {
			return int(math.Copysign(1, float64(a.X-b.X)))
		}
		if a.Y != b.Y {
			return int(math.Copysign(1, float64(a.Y-b.Y)))
		}
		return 0
	})
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	cross := func(o, a, b Point) float32 { return (a.X-o.X)*(b.Y-o.Y) - (a.Y-o.Y)*(b.X-o.X) }
	h := make([]Point, 0, len(points)+1)
	half := func(p Point, floor int) {
		for len(h) >= floor+2 && cross(h[len(h)-2], h[len(h)-1], p) <= 0 {
			h = h[:len(h)-1]
		}
		h = append(h, p)
	}
	for _, p := range points {
		half(p, 0)
	}
	floor := len(h) - 1
	for i := len(points) - 2; i >= 0; i-- {
		half(points[i], floor)
	}
	return h[:len(h)-1]
}

// smallestQuad is the rectangle of least area around a convex polygon; one of its
// sides lies on a side of the polygon. Its direction is the one in which a line of
// text in it would be read: along the longer side, left to right.
func smallestQuad(poly []Point) quad {
	best, bestArea := quad{}, float32(math.Inf(1))
	for i, p := range poly {
		n := poly[(i+1)%len(poly)]
		dx, dy := n.X-p.X, n.Y-p.Y
		length := float32(math.Hypot(float64(dx), float64(dy)))
		if length == 0 {
			continue
		}
		c, s := dx/length, dy/length
		u0, u1, v0, v1 := float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.Inf(1)), float32(math.Inf(-1))
		for _, q := range poly {
			u, v := q.X*c+q.Y*s, -q.X*s+q.Y*c
			u0, u1, v0, v1 = min(u0, u), max(u1, u), min(v0, v), max(v1, v)
		}
		if area := (u1 - u0) * (v1 - v0); area < bestArea {
			bestArea = area
			um, vm := (u0+u1)/2, (v0+v1)/2
			best = quad{centre: Point{um*c - vm*s, um*s + vm*c}, w: u1 - u0, h: v1 - v0, cos: c, sin: s}
		}
	}
	return best.readable()
}

// squarish is the ratio of sides up to which the direction nearer to level is the
// one of reading.
const squarish = 1.3

// readable turns q's direction to the one of reading.
func (q quad) readable() quad {
	turn := q.h > q.w
	if max(q.w, q.h) < squarish*min(q.w, q.h) {
		turn = abs(q.cos) < abs(q.sin)
	}
	if turn {
		q.w, q.h = q.h, q.w
		q.cos, q.sin = -q.sin, q.cos
	}
	if q.cos < -1e-3 || abs(q.cos) <= 1e-3 && q.sin < 0 {
		q.cos, q.sin = -q.cos, -q.sin
	}
	return q
}

// flipped is q read from the other end.
func (q quad) flipped() quad {
	q.cos, q.sin = -q.cos, -q.sin
	return q
}

// near says whether the middle of q can lie in k: without it most of q does not.
func (q quad) near(k quad) bool {
	along, across := k.position(q.centre)
	return abs(along) <= k.w/2 && abs(across) <= k.h/2
}

// inside is about how much of q lies in k, 0 to 1.
func (q quad) inside(k quad) float32 {
	const n = 7 // points a side
	hits := 0
	for i := range n {
		for j := range n {
			u, v := ((float32(i)+.5)/n-.5)*q.w, ((float32(j)+.5)/n-.5)*q.h
			dx := q.centre.X + u*q.cos - v*q.sin - k.centre.X
			dy := q.centre.Y + u*q.sin + v*q.cos - k.centre.Y
			if abs(dx*k.cos+dy*k.sin) <= k.w/2 && abs(-dx*k.sin+dy*k.cos) <= k.h/2 {
				hits++
			}
		}
	}
	return float32(hits) / (n * n)
}

// meanInside is the mean of the map over the pixels whose middle lies in q.
func meanInside(prob []float32, stride, w, h int, q quad) float32 {
	b := q.box().clip(float32(w), float32(h))
	var sum float32
	n := 0
	for y := int(b.Y); y < min(int(b.Y+b.H)+1, h); y++ {
		for x := int(b.X); x < min(int(b.X+b.W)+1, w); x++ {
			dx, dy := float32(x)+.5-q.centre.X, float32(y)+.5-q.centre.Y
			if abs(dx*q.cos+dy*q.sin) <= q.w/2 && abs(-dx*q.sin+dy*q.cos) <= q.h/2 {
				sum += prob[y*stride+x]
				n++
			}
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float32(n)
}
