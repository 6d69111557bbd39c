package pdf417

import "math"

// homography maps the plane to the plane as a camera sees it: rows of a 3 × 3
// matrix.
type homography [9]float64

func (h homography) apply(p Point) Point {
	w := h[6]*p.X + h[7]*p.Y + h[8]
	return Point{(h[0]*p.X + h[1]*p.Y + h[2]) / w, (h[3]*p.X + h[4]*p.Y + h[5]) / w}
}

// along is the line of points with the given second coordinate.
func (h homography) along(y float64) func(x float64) Point {
	a, b, c := h[1]*y+h[2], h[4]*y+h[5], h[7]*y+h[8]
	return func(x float64) Point {
		w := h[6]*x + c
		return Point{(h[0]*x + a) / w, (h[3]*x + b) / w}
	}
}

// quadrilateral maps (0,0), (w,0), (w,h), (0,h) to q (Heckbert, Fundamentals of
// Texture Mapping and Image Warping, 1989). It fails where q is not convex or
// nearly a line.
func quadrilateral(q [4]Point, w, h float64) (homography, bool) {
	sign := 0.0
	for i := range 4 {
		a, b, c := q[i], q[(i+1)%4], q[(i+2)%4]
		cross := (b.X-a.X)*(c.Y-b.Y) - (b.Y-a.Y)*(c.X-b.X)
		if math.Abs(cross) < 1 || cross*sign < 0 || math.IsNaN(cross) || math.IsInf(cross, 0) {
			return homography{}, false
		}
		sign = cross
	}
	dx1, dx2, dx3 := q[1].X-q[2].X, q[3].X-q[2].X, q[0].X-q[1].X+q[2].X-q[3].X
	dy1, dy2, dy3 := q[1].Y-q[2].Y, q[3].Y-q[2].Y, q[0].Y-q[1].Y+q[2].Y-q[3].Y
	d := dx1*dy2 - dx2*dy1
	g := (dx3*dy2 - dx2*dy3) / d
	k := (dx1*dy3 - dx3*dy1) / d
	return homography{
		(q[1].X - q[0].X + g*q[1].X) / w, (q[3].X - q[0].X + k*q[3].X) / h, q[0].X,
		(q[1].Y - q[0].Y + g*q[1].Y) / w, (q[3].Y - q[0].Y + k*q[3].Y) / h, q[0].Y,
		g / w, k / h, 1,
	}, true
}
