package redact

import (
	"fmt"
	"image"
	"slices"
)

// blockSide is the side of the squares, in samples of a component, in which the
// ring is read and the gradient is grown: a DCT block of a JPEG.
const blockSide = 8

// layout is how a picture is cut: a cell is covered as a whole or not at all,
// and each component is a grid of blocks.
type layout struct {
	width, height int         // stored pixels
	margin        int         // pixels by which a region grows on each side
	cell          image.Point // an MCU of a JPEG, a pixel of a PNG
	components    []component
	model         *model
}

// component is one plane of samples.
type component struct {
	scale image.Point // pixels to a sample
	grid  image.Point // blocks across and down
}

func (l *layout) bounds() image.Rectangle { return image.Rect(0, 0, l.width, l.height) }

// ringed is the smallest rectangle of blocks of component c that holds the cells
// and one more block on each side, within the component.
func (l *layout) ringed(c int, cells image.Rectangle) image.Rectangle {
	k := &l.components[c]
	bx, by := blockSide*k.scale.X, blockSide*k.scale.Y
	return image.Rect(
		cells.Min.X*l.cell.X/bx-1, cells.Min.Y*l.cell.Y/by-1,
		(cells.Max.X*l.cell.X+bx-1)/bx+1, (cells.Max.Y*l.cell.Y+by-1)/by+1,
	).Intersect(image.Rectangle{Max: k.grid})
}

// reach is the pixels of which a ring around the cells is made, and all within.
func (l *layout) reach(cells image.Rectangle) image.Rectangle {
	var all image.Rectangle
	for c, k := range l.components {
		r := l.ringed(c, cells)
		bx, by := blockSide*k.scale.X, blockSide*k.scale.Y
		all = all.Union(image.Rect(r.Min.X*bx, r.Min.Y*by, r.Max.X*bx, r.Max.Y*by))
	}
	return all
}

// pixels is the part of the picture under the cells, and beyond its edge.
func (l *layout) pixels(cells image.Rectangle) image.Rectangle {
	return image.Rect(cells.Min.X*l.cell.X, cells.Min.Y*l.cell.Y, cells.Max.X*l.cell.X, cells.Max.Y*l.cell.Y)
}

// patch is a group of regions near each other, whose gradient is grown as one:
// what one of them covers is not ring to another.
type patch struct {
	bounds image.Rectangle // of the cells
	// owner has, by cell within bounds, 1 + the index of the region that is drawn
	// there, 0 where nothing is covered.
	owner   []uint16
	regions []int
	fields  []field // by component
}

func (p *patch) ownerAt(x, y int) int {
	if !(image.Point{x, y}).In(p.bounds) {
		return 0
	}
	return int(p.owner[(y-p.bounds.Min.Y)*p.bounds.Dx()+x-p.bounds.Min.X])
}

// place is where one region of a plan lies in the stored picture.
type place struct {
	outline outline
	cells   cells
	patch   *patch
}

// cover finds the cells that each region of the plan touches, in l's picture
// with the given orientation, and groups them.
func (l *layout) cover(plan *Plan, orientation int) (places []place, patches []*patch, err error) {
	for i, r := range plan.Regions {
		o := newOutline(r, orientation, l.width, l.height)
		grown := newOutline(r.grown(l.margin), orientation, l.width, l.height)
		c := grown.touched(l.cell, l.width, l.height)
		bounds := c.bounds()
		if bounds.Empty() {
			return nil, nil, fmt.Errorf("plan: regions[%d] lies outside the photo", i)
		}
		places = append(places, place{outline: o, cells: c})
		patches = l.join(patches, &patch{bounds: bounds, regions: []int{i}})
	}
	for _, p := range patches {
		p.owner = make([]uint16, p.bounds.Dx()*p.bounds.Dy())
		slices.Sort(p.regions)
		for _, i := range p.regions {
			places[i].patch = p
			c := &places[i].cells
			for j, run := range c.runs {
				row := (c.top + j - p.bounds.Min.Y) * p.bounds.Dx()
				for x := run[0]; x < run[1]; x++ {
					p.owner[row+x-p.bounds.Min.X] = uint16(i + 1)
				}
			}
		}
		for c := range l.components {
			p.fields = append(p.fields, newField(l.ringed(c, p.bounds)))
		}
	}
	return places, patches, nil
}

// grown is r with so many pixels more on each side.
func (r Region) grown(by int) Region {
	r.Box.X, r.Box.Y, r.Box.W, r.Box.H = r.Box.X-by, r.Box.Y-by, r.Box.W+2*by, r.Box.H+2*by
	return r
}

// join adds p to patches, and unites it with those that it comes near.
func (l *layout) join(patches []*patch, p *patch) []*patch {
	for i := 0; i < len(patches); {
		q := patches[i]
		if !l.reach(p.bounds).Overlaps(l.pixels(q.bounds)) && !l.reach(q.bounds).Overlaps(l.pixels(p.bounds)) {
			i++
			continue
		}
		p.bounds = p.bounds.Union(q.bounds)
		p.regions = append(p.regions, q.regions...)
		patches = slices.Delete(patches, i, i+1)
		i = 0 // the larger bounds may come near those passed before
	}
	return append(patches, p)
}

// covered are the places in stored pixels, within the picture.
func (l *layout) covered(places []place) []image.Rectangle {
	var all []image.Rectangle
	for _, p := range places {
		all = append(all, p.cells.rectangles(l.cell, l.bounds())...)
	}
	return all
}
