package preview

import (
	"math"
	"slices"
)

// Measured over 95 pictures within 67 real photos, and over the same with a part
// cut off or covered: pictures that show the same correlate at .992 to 1, those of
// old cameras at .978; with a tenth cut off the median is .77.
const (
	// fine and coarse are the cells of a side of the grids that are compared.
	fine, coarse = 32, 16
	// alike is the correlation from which pictures show the same, partAlike that
	// from which one shows a part of the other, whose place is found roughly.
	alike, partAlike = .975, .96
	// toned is the correlation from which pictures show the same in other colours,
	// if no part of one matches the other better.
	toned = .9
	// block is the side of the squares of cells that are looked at for a change in
	// one place. It counts as one above changed, in steps of brightness of 255, and
	// above timesTypical of the median square: a change of tone is everywhere.
	block, changed, timesTypical = 4, 20, 5
	// smallest is the least share of a side that a cut leaves, for it to be found
	// as a cut rather than as something else.
	smallest = .5
	// barDepth is the brightness up to which a bar is black, barFlat the most that
	// the cells along one differ.
	barDepth, barFlat = 24, 8
)

// compare says what preview shows, in relation to photo. It does not matter which
// way either is turned, how bright it is, or whether its sides were stretched.
func compare(photo, preview *plane) Shows {
	a, b := photo.grid(whole, fine), preview.grid(whole, fine)
	if flat(b) {
		return Same // nothing can be seen on it
	}
	if flat(a) {
		return Different
	}
	full, o := -1.0, 1
	for i := 1; i <= 8; i++ {
		if c := correlation(a, turned(b, fine, i)); c > full {
			full, o = c, i
		}
	}
	b = turned(b, fine, o)
	odd := changedPlace(a, b)
	if full >= alike {
		if odd {
			return Different
		}
		return Same
	}
	// Which way it is turned can be told wrongly where the two differ much; most
	// are not.
	for _, o := range slices.Compact([]int{1, o}) {
		more, inPreview := search(preview, photo, o)
		less, inPhoto := search(photo, preview, inverse(o))
		switch {
		case max(more, less) < partAlike || max(more, less) < full:
			continue
		case more <= less:
			inPreview = whole
		case letterbox(preview, inPreview):
			inPhoto = whole
		default:
			return More
		}
		if changedPlace(photo.grid(inPhoto, fine), turned(preview.grid(inPreview, fine), fine, o)) {
			return Different
		}
		return Same
	}
	if full >= toned && !odd {
		return Same
	}
	return Different
}

// inverse is the orientation that undoes o.
func inverse(o int) int {
	switch o {
	case 6:
		return 8
	case 8:
		return 6
	}
	return o
}

// changedPlace says whether b, once brightness and contrast are a's, differs from
// a in one place far more than elsewhere.
func changedPlace(a, b []float64) bool {
	ma, mb := mean(a), mean(b)
	var ab, bb float64
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	gain := ab / max(bb, 1)
	var squares []float64
	for y := 0; y < fine; y += block {
		for x := 0; x < fine; x += block {
			sum := 0.0
			for j := y; j < y+block; j++ {
				for i := x; i < x+block; i++ {
					k := j*fine + i
					sum += math.Abs(a[k] - ma - gain*(b[k]-mb))
				}
			}
			squares = append(squares, sum/(block*block))
		}
	}
	slices.Sort(squares)
	worst, typical := squares[len(squares)-1], squares[len(squares)/2]
	return worst > changed && worst > timesTypical*typical
}

// search finds the part of large that is most like the whole of small, which is
// turned by orientation o against it. Parts have the shape of small.
func search(large, small *plane, o int) (best float64, part region) {
	w, h := float64(large.width), float64(large.height)
	sw, sh := float64(small.width), float64(small.height)
	want := small.grid(whole, coarse)
	want = turned(want, coarse, inverse(o))
	if o >= 5 {
		sw, sh = sh, sw
	}
	// The largest part of that shape.
	fit := min(w/sw, h/sh)
	most := region{w: fit * sw / w, h: fit * sh / h}
	best = -1
	try := func(scale, x, y float64) {
		r := region{w: most.w * scale, h: most.h * scale}
		if scale > 1 || scale < smallest || x < 0 || y < 0 || x+r.w > 1+1e-9 || y+r.h > 1+1e-9 {
			return
		}
		r.x, r.y = x, y
		if c := correlation(want, large.grid(r, coarse)); c > best {
			best, part = c, r
		}
	}
	const step = .05
	for scale := 1.0; scale >= smallest; scale -= step {
		for _, x := range starts(1-most.w*scale, step) {
			for _, y := range starts(1-most.h*scale, step) {
				try(scale, x, y)
			}
		}
	}
	for d := step / 2; d > .004; d /= 2 {
		at := part
		scale := at.w / most.w
		for _, s := range []float64{-d, 0, d} {
			for _, x := range []float64{-d, -d / 2, 0, d / 2, d} {
				for _, y := range []float64{-d, -d / 2, 0, d / 2, d} {
					try(min(1, scale+s), max(0, at.x+x), max(0, at.y+y))
				}
			}
		}
	}
	return best, part
}

// starts are places from 0 to room, both included, about step apart.
func starts(room, step float64) []float64 {
	n := int(math.Round(max(room, 0)/step)) + 1
	list := make([]float64, n)
	for i := range list {
		list[i] = max(room, 0) * float64(i) / float64(max(n-1, 1))
	}
	if n == 1 {
		list[0] = max(room, 0) / 2
	}
	return list
}

// letterbox says whether p is black around part.
func letterbox(p *plane, part region) bool {
	const edge = .01 // half a cell: where a bar ends, cells hold of both
	for _, bar := range []region{
		{0, 0, 1, part.y - edge},
		{0, part.y + part.h + edge, 1, 1 - part.y - part.h - edge},
		{0, 0, part.x - edge, 1},
		{part.x + part.w + edge, 0, 1 - part.x - part.w - edge, 1},
	} {
		if bar.w < edge || bar.h < edge {
			continue
		}
		cells := p.grid(bar, 8)
		if mean(cells) > barDepth || slices.Max(cells)-slices.Min(cells) > barFlat {
			return false
		}
	}
	return true
}
