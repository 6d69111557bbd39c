package outline

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

const (
	// maxSide bounds a map's sides, in pixels.
	maxSide = 4096
	// minSpan and maxSpan bound how much a map shows from top to bottom, in
	// degrees of latitude: less shows how coarse the outlines are, more no shape
	// that is known. emptySpan is shown where no country is near.
	minSpan, maxSpan, emptySpan = 7, 60, 24
	// margin is how much larger a map is than the country on it.
	margin = 1.35
	// coast is how far from a country's outline a position may lie for the map to
	// show that country, in degrees: the outlines cut bays, capes and islands. It
	// is not coloured then, as the position may be another's.
	coast = .6
)

// palette is the colours of a map.
type palette struct{ sea, land, country, border, pin, rim color.RGBA }

var (
	light = palette{
		sea: color.RGBA{0xd6, 0xe4, 0xee, 0xff}, land: color.RGBA{0xf2, 0xef, 0xe8, 0xff}, country: color.RGBA{0xe0, 0xd3, 0xb8, 0xff},
		border: color.RGBA{0xa8, 0x9e, 0x8c, 0xff}, pin: color.RGBA{0xd0, 0x3a, 0x28, 0xff}, rim: color.RGBA{0xff, 0xff, 0xff, 0xff},
	}
	dark = palette{
		sea: color.RGBA{0x16, 0x1f, 0x29, 0xff}, land: color.RGBA{0x33, 0x3c, 0x45, 0xff}, country: color.RGBA{0x50, 0x5d, 0x6a, 0xff},
		border: color.RGBA{0x7a, 0x86, 0x92, 0xff}, pin: color.RGBA{0xff, 0x6d, 0x58, 0xff}, rim: color.RGBA{0x10, 0x14, 0x18, 0xff},
	}
)

// Map draws a map of width × height pixels (1 to 4096 each) with a pin whose tip
// is at the position, given in degrees (WGS 84). It shows the country around the
// pin, or, of one that is too large for that, the part around it; north is up.
// The projection is equirectangular with its standard parallel in the middle. The
// country that the pin is in is coloured; one that is too small for the outlines,
// as Singapore, is part of its neighbour there.
// land and countries are the outlines to draw; neither may be nil. darkly chooses
// colours for a dark window.
//
// It fails for a position that is none and for a size out of range.
func Map(land, countries *Shapes, latitude, longitude float64, width, height int, darkly bool) (*image.RGBA, error) {
	if !(math.Abs(latitude) <= 90 && math.Abs(longitude) <= 180) {
		return nil, fmt.Errorf("drawing a map: %g, %g is no position", latitude, longitude)
	}
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return nil, fmt.Errorf("drawing a map: size %d×%d", width, height)
	}
	pin := point{longitude, latitude}
	here := countries.find(pin)
	shown := here
	if shown < 0 {
		shown = countries.nearest(pin, coast)
	}
	v := viewOf(countries, shown, pin, float64(width), float64(height))
	colours := light
	if darkly {
		colours = dark
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Rect, image.NewUniform(colours.sea), image.Point{}, draw.Src)
	ground := v.fill(land.polygons)
	draw.DrawMask(img, img.Rect, image.NewUniform(colours.land), image.Point{}, ground, image.Point{}, draw.Over)
	if here >= 0 {
		name := countries.polygons[here].name
		var own []polygon
		for _, p := range countries.polygons {
			if p.name == name {
				own = append(own, p)
			}
		}
		mask := v.fill(own)
		multiply(mask, ground)
		draw.DrawMask(img, img.Rect, image.NewUniform(colours.country), image.Point{}, mask, image.Point{}, draw.Over)
	}
	lines := v.stroke(countries.polygons, max(.8, float64(min(width, height))/260))
	multiply(lines, ground)
	draw.DrawMask(img, img.Rect, image.NewUniform(colours.border), image.Point{}, lines, image.Point{}, draw.Over)
	v.drawPin(img, pin, colours)
	return img, nil
}

// view is the part of the world that a map shows.
type view struct {
	centre        point
	scale         float64 // pixels for a degree of latitude
	stretch       float64 // of a degree of longitude, in degrees of latitude
	width, height float64 // pixels
}

// viewOf chooses what to show: the polygon with index shown, if it fits, else what
// lies around pin.
func viewOf(countries *Shapes, shown int, pin point, width, height float64) view {
	v := view{centre: pin, width: width, height: height}
	span := float64(emptySpan)
	if shown >= 0 {
		b := countries.polygons[shown].box
		middle := point{(b.min.lon + b.max.lon) / 2, (b.min.lat + b.max.lat) / 2}
		wide := (b.max.lon - b.min.lon) * stretchAt(middle.lat)
		span = margin * max(b.max.lat-b.min.lat, wide*height/width)
		if span <= maxSpan {
			v.centre = middle
		}
		span = min(maxSpan, max(minSpan, span))
	}
	v.stretch = stretchAt(v.centre.lat)
	v.scale = height / span
	return v
}

// stretchAt is how long a degree of longitude is drawn; near the poles longer
// than it is, so that a map shows something.
func stretchAt(latitude float64) float64 {
	return max(.2, math.Cos(latitude*math.Pi/180))
}

// project gives the pixel of p, seen turns of the earth further east.
func (v view) project(p point, turns float64) (x, y float32) {
	return float32((p.lon+360*turns-v.centre.lon)*v.stretch*v.scale + v.width/2), float32((v.centre.lat-p.lat)*v.scale + v.height/2)
}

// visible says whether a box can be seen, turns of the earth further east.
func (v view) visible(b box, turns float64) bool {
	x0, y1 := v.project(b.min, turns)
	x1, y0 := v.project(b.max, turns)
	return x1 >= 0 && float64(x0) <= v.width && y1 >= 0 && float64(y0) <= v.height
}

// turns are the copies of the world that a map can show beside each other.
var turns = [...]float64{-1, 0, 1}

// fill is where polygons are.
func (v view) fill(polygons []polygon) *image.Alpha {
	r := v.rasterizer()
	for _, p := range polygons {
		for _, turn := range turns {
			if !v.visible(p.box, turn) {
				continue
			}
			for _, ring := range p.rings {
				r.MoveTo(v.project(ring[0], turn))
				for _, q := range ring[1:] {
					r.LineTo(v.project(q, turn))
				}
				r.ClosePath()
			}
		}
	}
	return v.mask(r)
}

// stroke is where the outlines of polygons are, drawn of a width in pixels.
func (v view) stroke(polygons []polygon, width float64) *image.Alpha {
	r := v.rasterizer()
	for _, p := range polygons {
		for _, turn := range turns {
			if !v.visible(p.box, turn) {
				continue
			}
			for _, ring := range p.rings {
				for i := 1; i < len(ring); i++ {
					if !cut(ring[i-1], ring[i]) {
						v.line(r, ring[i-1], ring[i], turn, float32(width))
					}
				}
			}
		}
	}
	return v.mask(r)
}

// cut says whether the edge ab is no border but the edge of the world.
func cut(a, b point) bool {
	const edge = 1e-3
	return 180-math.Abs(a.lon) < edge && 180-math.Abs(b.lon) < edge || 90-math.Abs(a.lat) < edge && 90-math.Abs(b.lat) < edge
}

// line adds the segment ab, always in the same sense of rotation: where lines
// overlap they add up.
func (v view) line(r *vector.Rasterizer, a, b point, turn float64, width float32) {
	x0, y0 := v.project(a, turn)
	x1, y1 := v.project(b, turn)
	outside := func(c0, c1 float32, limit float64) bool {
		return max(c0, c1) < -width || min(c0, c1) > float32(limit)+width
	}
	length := float32(math.Hypot(float64(x1-x0), float64(y1-y0)))
	if length == 0 || outside(x0, x1, v.width) || outside(y0, y1, v.height) {
		return
	}
	dx, dy := (x1-x0)/length*width/2, (y1-y0)/length*width/2
	x0, y0, x1, y1 = x0-dx, y0-dy, x1+dx, y1+dy // square ends close the corners
	r.MoveTo(x0-dy, y0+dx)
	r.LineTo(x1-dy, y1+dx)
	r.LineTo(x1+dy, y1-dx)
	r.LineTo(x0+dy, y0-dx)
	r.ClosePath()
}

func (v view) rasterizer() *vector.Rasterizer {
	return vector.NewRasterizer(int(v.width), int(v.height))
}

func (v view) mask(r *vector.Rasterizer) *image.Alpha {
	m := image.NewAlpha(image.Rect(0, 0, int(v.width), int(v.height)))
	r.DrawOp = draw.Src
	r.Draw(m, m.Rect, image.Opaque, image.Point{})
	return m
}

// multiply makes m empty where by is.
func multiply(m, by *image.Alpha) {
	for i, a := range by.Pix {
		m.Pix[i] = uint8(uint32(m.Pix[i]) * uint32(a) / 255)
	}
}

// drawPin draws a pin whose tip is at p: a rim, a drop on it, a dot within.
func (v view) drawPin(img *image.RGBA, p point, colours palette) {
	x, y := v.project(p, 0)
	radius := float32(max(4, min(v.width, v.height)/22))
	rim := max(1, radius/5)
	for _, part := range []struct {
		radius, tip float32
		colour      color.RGBA
	}{{radius + rim, y + rim, colours.rim}, {radius, y, colours.pin}} {
		r := v.rasterizer()
		drop(r, x, y-2.2*radius, part.radius, part.tip)
		r.Draw(img, img.Rect, image.NewUniform(part.colour), image.Point{})
	}
	r := v.rasterizer()
	disc(r, x, y-2.2*radius, radius*.4)
	r.Draw(img, img.Rect, image.NewUniform(colours.rim), image.Point{})
}

// quarter is how far the control points of a cubic Bézier curve lie from its ends
// to make a quarter of a circle of radius 1.
const quarter = .5523

// disc adds a circle.
func disc(r *vector.Rasterizer, x, y, radius float32) {
	k := quarter * radius
	r.MoveTo(x+radius, y)
	r.CubeTo(x+radius, y+k, x+k, y+radius, x, y+radius)
	r.CubeTo(x-k, y+radius, x-radius, y+k, x-radius, y)
	r.CubeTo(x-radius, y-k, x-k, y-radius, x, y-radius)
	r.CubeTo(x+k, y-radius, x+radius, y-k, x+radius, y)
	r.ClosePath()
}

// drop adds a circle whose lower half is drawn out to a tip at (x, tip).
func drop(r *vector.Rasterizer, x, y, radius, tip float32) {
	k := quarter * radius
	r.MoveTo(x-radius, y)
	r.CubeTo(x-radius, y-k, x-k, y-radius, x, y-radius)
	r.CubeTo(x+k, y-radius, x+radius, y-k, x+radius, y)
	r.CubeTo(x+radius, y+k*1.3, x+k*.5, tip-radius*.7, x, tip)
	r.CubeTo(x-k*.5, tip-radius*.7, x-radius, y+k*1.3, x-radius, y)
	r.ClosePath()
}
