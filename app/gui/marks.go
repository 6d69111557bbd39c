package gui

import (
	"slices"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// covering is how places are covered that have no style of their own.
type covering struct {
	style redact.Style
	tone  int // of a drawn face's skin, as [redact.Region] has it
}

// mark is a place in a photo that can be covered.
type mark struct {
	box       redact.Box       // in display pixels
	detection *check.Detection // nil where the user drew it
	covered   bool
	style     redact.Style // "" where it is covered as all others are
	tone      int          // of the face drawn over it, where it has a style of its own
	fresh     bool         // seen only by the second look at a copy
	minor     bool         // no finding speaks of it
}

// own says that the user drew the mark.
func (m mark) own() bool { return m.detection == nil }

// styled is the style that m is covered with where c is chosen for all: a face is
// drawn where one was, or where the user asks for it.
func (m mark) styled(c covering) redact.Style {
	if m.style != "" {
		return m.style
	}
	style := c.style
	if style == redact.Face && !m.own() && m.detection.Kind != string(vision.Face) {
		return redact.Blur
	}
	return style
}

// region is what covers m where c is chosen for all.
func (m mark) region(p *check.Photo, c covering) redact.Region {
	style := m.styled(c)
	region := redact.Region{Box: m.box, Shape: redact.BoxShape, Style: style}
	if !m.own() {
		region = export.Region(p, *m.detection, style)
	}
	switch {
	case style != redact.Face:
	case m.style != "":
		region.Tone = m.tone
	default:
		region.Tone = c.tone
	}
	return region
}

// marks are the marks of one photo, with what was done to them.
type marks struct {
	now          []mark
	past, future [][]mark
}

// newMarks gives every detection of p a mark, covered where it is preselected.
func newMarks(p *check.Photo) marks {
	var m marks
	for i := range p.Detections {
		d := &p.Detections[i]
		spoken := slices.ContainsFunc(p.Findings, func(f check.Finding) bool {
			return f.Detection != nil && *f.Detection == d.ID
		})
		m.now = append(m.now, mark{
			box:       redact.Box(d.Box),
			detection: d,
			covered:   d.Preselected,
			minor:     !spoken && d.Kind != string(vision.Face),
		})
	}
	return m
}

// keeping is m with what the user did to old, the marks of an earlier check of the
// same photo: what was drawn is there again, and what was found in the same place
// is covered as it was.
func (m marks) keeping(old marks) marks {
	for _, o := range old.now {
		if o.own() {
			m.now = append(m.now, o)
			continue
		}
		for i, n := range m.now {
			if !n.own() && n.box == o.box && n.detection.Kind == o.detection.Kind {
				m.now[i].covered, m.now[i].style, m.now[i].tone = o.covered, o.style, o.tone
			}
		}
	}
	return m
}

// change keeps the present for undo before f changes a copy of it.
func (m *marks) change(f func([]mark) []mark) {
	m.past, m.future = append(m.past, m.now), nil
	m.now = f(slices.Clone(m.now))
}

// set covers or uncovers the marks with the given indices.
func (m *marks) set(covered bool, indices ...int) {
	m.change(func(now []mark) []mark {
		for _, i := range indices {
			now[i].covered = covered
		}
		return now
	})
}

// dress covers mark i in a style of its own, or with "" as all others; tone is that of
// a drawn face.
func (m *marks) dress(i int, style redact.Style, tone int) {
	m.change(func(now []mark) []mark {
		now[i].covered, now[i].style, now[i].tone = true, style, tone
		return now
	})
}

// draw adds a covered mark of the user's own.
func (m *marks) draw(b redact.Box) {
	m.change(func(now []mark) []mark { return append(now, mark{box: b, covered: true}) })
}

// remove takes away mark i if the user drew it, and says whether it did.
func (m *marks) remove(i int) bool {
	if i < 0 || i >= len(m.now) || !m.now[i].own() {
		return false
	}
	m.change(func(now []mark) []mark { return slices.Delete(now, i, i+1) })
	return true
}

// found adds what the second look at a copy saw. It is no step of the user's, so
// it goes into the past as well and undo does not lose it. It says whether any of
// it is new.
func (m *marks) found(ds []check.Detection) (any bool) {
	for i := range ds {
		fresh := mark{box: redact.Box(ds[i].Box), detection: &ds[i], fresh: true}
		known := func(o mark) bool { return o.fresh && o.box == fresh.box }
		if slices.ContainsFunc(m.now, known) {
			continue
		}
		any = true
		m.now = append(slices.Clip(m.now), fresh)
		for j := range m.past {
			m.past[j] = append(slices.Clip(m.past[j]), fresh)
		}
		for j := range m.future {
			m.future[j] = append(slices.Clip(m.future[j]), fresh)
		}
	}
	return any
}

func (m *marks) undo() bool { return step(&m.past, &m.now, &m.future) }
func (m *marks) redo() bool { return step(&m.future, &m.now, &m.past) }

// step moves the last of from into now, and now to the end of to.
func step(from *[][]mark, now *[]mark, to *[][]mark) bool {
	last := len(*from) - 1
	if last < 0 {
		return false
	}
	*to = append(*to, *now)
	*now = (*from)[last]
	*from = (*from)[:last]
	return true
}

// covered counts the marks that will be covered.
func (m *marks) covered() int {
	n := 0
	for _, k := range m.now {
		if k.covered {
			n++
		}
	}
	return n
}

// plan covers what is marked as covered, by c; nil where nothing is.
func (m *marks) plan(p *check.Photo, c covering) *redact.Plan {
	plan := &redact.Plan{Version: 1}
	for _, k := range m.now {
		if k.covered {
			plan.Regions = append(plan.Regions, k.region(p, c))
		}
	}
	if len(plan.Regions) == 0 {
		return nil
	}
	return plan
}

// fresh are the indices of the marks that only a look at a copy found and that are not
// covered.
func (m *marks) fresh() []int {
	var some []int
	for i, k := range m.now {
		if k.fresh && !k.covered {
			some = append(some, i)
		}
	}
	return some
}

// open are the indices of the marks of a kind that are not covered.
func (m *marks) open(kind vision.Kind) []int {
	var some []int
	for i, k := range m.now {
		if !k.own() && !k.covered && k.detection.Kind == string(kind) {
			some = append(some, i)
		}
	}
	return some
}

// of is the index of the mark for the detection with the given id, else -1.
func (m *marks) of(detection int) int {
	return slices.IndexFunc(m.now, func(k mark) bool {
		return !k.own() && !k.fresh && k.detection.ID == detection
	})
}
