package gui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"

	"blindspot/vision"
)

// area is a rectangle in the view.
type area struct {
	pos  fyne.Position
	size fyne.Size
}

func (a area) meets(b area) bool {
	return a.pos.X < b.pos.X+b.size.Width && b.pos.X < a.pos.X+a.size.Width &&
		a.pos.Y < b.pos.Y+b.size.Height && b.pos.Y < a.pos.Y+a.size.Height
}

// holds says that p lies in a.
func (a area) holds(p fyne.Position) bool {
	return p.X >= a.pos.X && p.Y >= a.pos.Y && p.X < a.pos.X+a.size.Width && p.Y < a.pos.Y+a.size.Height
}

// labelGap lies between a box and a label outside it, labelInset between its outline and
// one inside.
const (
	labelGap   = 2
	labelInset = 3
)

// spots are where a label of size may lie by box, the best first: above it, below it,
// beside it, and where inside says so in its corners.
func spots(box area, size fyne.Size, inside bool) []area {
	left, top := box.pos.X, box.pos.Y
	right, bottom := left+box.size.Width, top+box.size.Height
	end, middle := right-size.Width, (left+right-size.Width)/2
	above, below := top-size.Height-labelGap, bottom+labelGap
	all := []fyne.Position{
		{X: left, Y: above}, {X: end, Y: above}, {X: middle, Y: above},
		{X: left, Y: below}, {X: end, Y: below}, {X: middle, Y: below},
		{X: right + labelGap, Y: top}, {X: left - size.Width - labelGap, Y: top},
		{X: right + labelGap, Y: bottom - size.Height}, {X: left - size.Width - labelGap, Y: bottom - size.Height},
	}
	if inside && size.Width+2*labelInset <= box.size.Width && size.Height+2*labelInset <= box.size.Height {
		near, far := left+labelInset, end-labelInset
		all = append(all,
			fyne.NewPos(near, top+labelInset), fyne.NewPos(far, top+labelInset),
			fyne.NewPos(near, bottom-size.Height-labelInset), fyne.NewPos(far, bottom-size.Height-labelInset))
	}
	areas := make([]area, len(all))
	for i, pos := range all {
		areas[i] = area{pos, size}
	}
	return areas
}

// labelling finds places for labels in a view.
type labelling struct {
	view  fyne.Size
	boxes []*boxShape
	taken []taken
}

// taken is a place that a label or a cross has.
type taken struct {
	area
	of *boxShape // nil for a cross
}

// free is the first of spots that lies in the view and on nothing taken, on no face
// that is to be seen and, where strict, on no box but its own.
func (l *labelling) free(own *boxShape, spots []area, strict bool) (area, bool) {
	for _, a := range spots {
		if a.pos.X < 0 || a.pos.Y < 0 || a.pos.X+a.size.Width > l.view.Width || a.pos.Y+a.size.Height > l.view.Height {
			continue
		}
		if !slices.ContainsFunc(l.taken, func(t taken) bool { return t.of != own && a.meets(t.area) }) &&
			!slices.ContainsFunc(l.boxes, func(s *boxShape) bool { return s != own && (strict || s.face) && a.meets(s.area()) }) {
			return a, true
		}
	}
	return area{}, false
}

// place finds a place for the label of s, whole or only its symbol, and says whether
// there is one.
func (l *labelling) place(s *boxShape) bool {
	for _, short := range []bool{false, true} {
		for _, strict := range []bool{true, false} {
			if a, ok := l.free(s, spots(s.area(), s.labelSize(short), !s.face), strict); ok {
				s.putLabel(a, short)
				l.taken = append(l.taken, taken{a, s})
				return true
			}
		}
	}
	return false
}

// insist finds a place for the whole label of s, at which one points: over other labels
// and, where nothing else is left, over whatever lies above its box.
func (l *labelling) insist(s *boxShape) {
	before := l.taken
	defer func() { l.taken = before }()
	size := s.labelSize(false)
	all := spots(s.area(), size, !s.face)
	for range 2 { // the second time over other labels
		for _, strict := range []bool{true, false} {
			if a, ok := l.free(s, all, strict); ok {
				s.putLabel(a, false)
				return
			}
		}
		l.taken = nil
	}
	a := all[0]
	a.pos.X = min(max(a.pos.X, 0), max(0, l.view.Width-size.Width))
	a.pos.Y = min(max(a.pos.Y, 0), max(0, l.view.Height-size.Height))
	s.putLabel(a, false)
}

// label lists the objects of all labels that are shown without being pointed at.
func (r *boxRenderer) label() (objects []fyne.CanvasObject, l *labelling) {
	b := r.view
	l = &labelling{view: b.view.size, boxes: r.boxes}
	var some []*boxShape
	for i, s := range r.boxes {
		if s.own {
			l.taken = append(l.taken, taken{b.cross(i), nil})
		}
		if !s.unlabelled && i != b.selected {
			some = append(some, s)
		}
	}
	if len(some) > maxLabels {
		some = slices.DeleteFunc(some, func(s *boxShape) bool { return !s.told })
	}
	// What is new comes first, then what is large: labels of small boxes find room
	// where larger ones do not.
	slices.SortStableFunc(some, func(s, o *boxShape) int {
		if s.told != o.told {
			if s.told {
				return -1
			}
			return 1
		}
		return cmp.Compare(o.area().size.Width, s.area().size.Width)
	})
	if b.selected >= 0 && b.selected != b.hovered {
		s := r.boxes[b.selected]
		l.insist(s)
		l.taken = append(l.taken, taken{s.labelArea(), s})
		objects = append(objects, s.labelObjects()...)
	}
	for _, s := range some {
		if l.place(s) && !s.pointed {
			objects = append(objects, s.labelObjects()...)
		}
	}
	return objects, l
}

// isFace says that a face can be seen where m is.
func isFace(m mark) bool {
	return !m.covered && !m.own() && m.detection.Kind == string(vision.Face)
}
