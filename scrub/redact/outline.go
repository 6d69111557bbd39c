package redact

import (
	"image"
	"math"
)

// edgeTolerance is how far, in pixels, an outline may reach into a cell without
// touching it: more than rounding makes, less than anybody sees.
const edgeTolerance = 1e-6

// outline is a region in stored pixels: the points whose offset from the centre
// the matrix takes into the unit square or, for an ellipse, the unit disc.
type outline struct {
	cx, cy  float64
	ellipse bool
	// ux, uy, vx, vy take an offset (dx, dy) to local coordinates
	// u = ux·dx + uy·dy and v = vx·dx + vy·dy: u points right and v down as the
	// region is displayed, turned by its angle, ±1 at the box's edges.
	ux, uy, vx, vy float64
}

// stored gives by EXIF orientation the linear part of the map from display to
// stored coordinates: x = xx·X + xy·Y, y = yx·X + yy·Y.
var stored = [9]struct{ xx, xy, yx, yy float64 }{
	1: {1, 0, 0, 1}, 2: {-1, 0, 0, 1}, 3: {-1, 0, 0, -1}, 4: {1, 0, 0, -1},
	5: {0, 1, 1, 0}, 6: {0, 1, -1, 0}, 7: {0, -1, -1, 0}, 8: {0, -1, 1, 0},
}

// newOutline maps a region of the photo as displayed to a picture of w × h
// stored pixels with the given EXIF orientation.
func newOutline(r Region, orientation, w, h int) outline {
	if orientation < 1 || orientation > 8 {
		orientation = 1
	}
	l := stored[orientation]
	x, y := float64(r.Box.X)+float64(r.Box.W)/2, float64(r.Box.Y)+float64(r.Box.H)/2
	o := outline{cx: l.xx*x + l.xy*y, cy: l.yx*x + l.yy*y, ellipse: r.Shape == Ellipse}
	if l.xx+l.xy < 0 {
		o.cx += float64(w)
	}
	if l.yx+l.yy < 0 {
		o.cy += float64(h)
	}
	sin, cos := math.Sincos(r.Angle * math.Pi / 180)
	su, sv := 2/float64(r.Box.W), 2/float64(r.Box.H)
	// The map is orthogonal, so its transpose leads from stored to display.
	o.ux, o.uy = su*(cos*l.xx+sin*l.xy), su*(cos*l.yx+sin*l.yy)
	o.vx, o.vy = sv*(-sin*l.xx+cos*l.xy), sv*(-sin*l.yx+cos*l.yy)
	return o
}

// Mask is 255 at each pixel of area, in display pixels, whose centre lies within
// r's own shape (not grown to whole MCUs), and 0 elsewhere.
func (r Region) Mask(area image.Rectangle) *image.Alpha {
	mask := image.NewAlpha(area)
	o := newOutline(r, 1, 0, 0)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := mask.Pix[mask.PixOffset(area.Min.X, y):]
		for x := range area.Dx() {
			u, v := o.local(float64(area.Min.X+x)+.5, float64(y)+.5)
			if o.ellipse && u*u+v*v <= 1 || !o.ellipse && max(math.Abs(u), math.Abs(v)) <= 1 {
				row[x] = 255
			}
		}
	}
	return mask
}

// local takes a point in stored pixels to the region's own coordinates.
func (o *outline) local(x, y float64) (u, v float64) {
	x, y = x-o.cx, y-o.cy
	return o.ux*x + o.uy*y, o.vx*x + o.vy*y
}

// corners are those of the box, in stored pixels, in circular order.
func (o *outline) corners() [4][2]float64 {
	det := o.ux*o.vy - o.uy*o.vx
	ax, ay := o.vy/det, -o.vx/det // where u = 1, v = 0
	bx, by := -o.uy/det, o.ux/det // where u = 0, v = 1
	return [4][2]float64{
		{o.cx - ax - bx, o.cy - ay - by}, {o.cx + ax - bx, o.cy + ay - by},
		{o.cx + ax + bx, o.cy + ay + by}, {o.cx - ax + bx, o.cy - ay + by},
	}
}

// extentY is the range of y that the outline takes.
func (o *outline) extentY() (y0, y1 float64) {
	if o.ellipse {
		a, b, c := o.form()
		dy := math.Sqrt(a / (a*c - b*b))
		return o.cy - dy, o.cy + dy
	}
	y0, y1 = math.Inf(1), math.Inf(-1)
	for _, p := range o.corners() {
		y0, y1 = min(y0, p[1]), max(y1, p[1])
	}
	return y0, y1
}

// form is the ellipse as a·dx² + 2b·dx·dy + c·dy² = 1.
func (o *outline) form() (a, b, c float64) {
	return o.ux*o.ux + o.vx*o.vx, o.ux*o.uy + o.vx*o.vy, o.uy*o.uy + o.vy*o.vy
}

// extentX is the range of x that the outline takes between y0 and y1; ok is
// false where it takes none.
func (o *outline) extentX(y0, y1 float64) (x0, x1 float64, ok bool) {
	if o.ellipse {
		a, b, c := o.form()
		det := a*c - b*b
		lim := math.Sqrt(a / det)
		d0, d1 := max(y0-o.cy, -lim), min(y1-o.cy, lim)
		if d0 > d1 {
			return 0, 0, false
		}
		// right is concave in dy, so its maximum lies at the nearest point to
		// the summit's; the left side is the right one turned about the centre.
		right := func(dy float64) float64 { return (-b*dy + math.Sqrt(max(0, a-det*dy*dy))) / a }
		summit := -b / c * math.Sqrt(c/det)
		return o.cx - right(min(max(summit, -d1), -d0)), o.cx + right(min(max(summit, d0), d1)), true
	}
	x0, x1 = math.Inf(1), math.Inf(-1)
	p := o.corners()
	for i, from := range p {
		to := p[(i+1)%4]
		if from[1] > to[1] {
			from, to = to, from
		}
		if to[1] < y0 || from[1] > y1 {
			continue
		}
		for _, y := range [2]float64{max(from[1], y0), min(to[1], y1)} {
			x := from[0]
			if to[1] > from[1] {
				x += (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1])
			} else if y == to[1] { // a level edge counts with both its ends
				x0, x1 = min(x0, to[0]), max(x1, to[0])
			}
			x0, x1 = min(x0, x), max(x1, x)
		}
	}
	return x0, x1, x0 <= x1
}

// cells are the cells of a grid that a region touches. The shapes are convex, so
// in each row they are one run.
type cells struct {
	top  int
	runs [][2]int // by row from top: first column and the one past the last
}

// touched are the cells of the given size that the outline touches within a
// picture of width × height pixels.
func (o *outline) touched(cell image.Point, width, height int) cells {
	w, h := float64(cell.X), float64(cell.Y)
	y0, y1 := o.extentY()
	y0, y1 = max(y0, 0), min(y1, float64(height))
	var c cells
	for row := int((y0 + edgeTolerance) / h); float64(row)*h < y1-edgeTolerance; row++ {
		x0, x1, ok := o.extentX(max(float64(row)*h, y0)+edgeTolerance, min(float64(row+1)*h, y1)-edgeTolerance)
		x0, x1 = max(x0, 0)+edgeTolerance, min(x1, float64(width))-edgeTolerance
		var run [2]int // empty beside the picture; rows in between keep their place
		if ok && x0 < x1 {
			run = [2]int{int(x0 / w), int(math.Ceil(x1 / w))}
		}
		if c.runs == nil {
			c.top = row
		}
		c.runs = append(c.runs, run)
	}
	return c
}

// bounds is the smallest rectangle around all cells, empty if there are none.
func (c cells) bounds() image.Rectangle {
	var r image.Rectangle
	for i, run := range c.runs {
		r = r.Union(image.Rect(run[0], c.top+i, run[1], c.top+i+1))
	}
	return r
}

// rectangles are the cells in pixels, clipped to the picture, equal runs of
// neighbouring rows joined.
func (c cells) rectangles(size image.Point, picture image.Rectangle) []image.Rectangle {
	var all []image.Rectangle
	for i := 0; i < len(c.runs); {
		run, j := c.runs[i], i+1
		for j < len(c.runs) && c.runs[j] == run {
			j++
		}
		r := image.Rect(run[0]*size.X, (c.top+i)*size.Y, run[1]*size.X, (c.top+j)*size.Y).Intersect(picture)
		if !r.Empty() {
			all = append(all, r)
		}
		i = j
	}
	return all
}
