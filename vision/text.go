package vision

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"blindspot/vision/personal"
)

const (
	// textSide is the longer side at which a picture is searched for text.
	textSide = 960
	// textTile is the side of a tile in a thorough look, which takes some 215 bytes
	// of memory a pixel, and textOverlap how far tiles overlap. Lines that a tile
	// cuts are put together.
	textTile    = 512
	textOverlap = 128
	// textSideSecond is that of a second look.
	textSideSecond = 1216
	// nearerTextSide is the longer side at which a vehicle or a screen is searched for
	// text, where that is at least nearerTextGain times the scale of the whole picture.
	nearerTextSide = 480
	nearerTextGain = 1.3
	// textScore is the confidence from which what was read counts.
	textScore = 0.6
	// textFlip is the confidence below which a line is also read upside down.
	textFlip = 0.8
	// unreadScore is the score from which text counts that could not be read.
	unreadScore = 0.75
	// maxLines bounds how many regions are read, the highest first. A page of
	// print has some 300.
	maxLines = 600
	// maxQuads bounds how many regions are put together, the highest ones first,
	// which takes time by their square: some 0.3 s for as many.
	maxQuads = 4096
	// maxLineWidth bounds a line's length at the reader's height.
	maxLineWidth = 1600
	// lineStep is what a line's length is rounded up to: each length that a
	// network sees costs memory for good.
	lineStep = 64
	// A region on a vehicle counts as a plate without being read if it is plateUnread
	// times wider than high and plateUnreadHeight pixels high: nobody reads less.
	plateUnread       = 2.5
	plateUnreadHeight = 12
	// textMargin is added to a region before it is read, as a share of its height.
	textMargin = 0.05
)

// errCrowded is why a look for text did not come to its end.
var errCrowded = errors.New("more text than is read")

// snippet is a region of text and what it says.
type snippet struct {
	quad
	text       string
	confidence float32
	plate      bool // where and how a plate would be
}

// texts finds and reads text, and says what of it is personal. Where there is more
// than is read, it keeps what it found and returns errCrowded.
func (l *look) texts() error {
	quads, crowded, err := l.findText()
	if err != nil {
		return err
	}
	snippets, err := l.readText(quads)
	if err != nil {
		return err
	}
	if err := l.readPlates(snippets); err != nil {
		return err
	}
	var read []snippet
	for _, s := range snippets {
		switch {
		case s.plate:
			read = append(read, s)
		case s.confidence >= textScore && strings.TrimSpace(s.text) != "":
			read = append(read, s)
		case s.score >= unreadScore:
			l.add(Texts, Detection{Kind: Text, Label: "text", Confidence: s.score, Box: l.toPhoto(s.box())})
		}
	}
	l.report(read)
	if crowded || len(quads) > maxLines {
		return errCrowded
	}
	return nil
}

// findText returns regions of text in the picture's pixels, and whether there are
// more than a map gives.
func (l *look) findText() (quads []quad, crowded bool, err error) {
	s, err := l.engine.session("text-regions")
	if err != nil {
		return nil, false, err
	}
	all := l.pyramid.whole()
	side := float64(textSide)
	if l.setting == Second {
		side = textSideSecond
	}
	longest := max(all.w, all.h)
	side = min(side, longest*maxUpscale)
	type part struct {
		region
		scale float64
		tile  bool
	}
	parts := []part{{all, side / longest, false}}
	if l.setting == Thorough {
		parts = nil
		scales := []float64{side / longest}
		if longest > textSide*1.25 {
			scales = append(scales, 1)
		}
		for _, k := range scales {
			regions := tiles(all.w, all.h, int(textTile/k), int(textOverlap/k))
			for _, r := range regions {
				parts = append(parts, part{r, k, len(regions) > 1})
			}
		}
	}
	for _, r := range l.nearer(parts[0].scale) {
		k := min(maxUpscale, nearerTextSide/max(r.w, r.h))
		parts = append(parts, part{r, k, true})
	}
	results := make([][]quad, len(parts))
	err = l.each(len(parts), func(i int) error {
		r := parts[i].region
		w, h := fit(r.w, r.h, max(r.w, r.h)*parts[i].scale)
		W, H := roundUp(w, s.net.Multiple), roundUp(h, s.net.Multiple)
		return l.infer(s, r, w, h, W, H, func(out []tensor) error {
			quads, err := decodeDB(out, W, H, w, h)
			for _, q := range quads {
				q = q.transform(float32(r.w/float64(w)), float32(r.x), float32(r.y))
				q.cut = parts[i].tile && cutByTile(q.box(), r, all)
				results[i] = append(results[i], q)
			}
			return err
		})
	})
	if err != nil {
		return nil, false, err
	}
	for _, r := range results {
		quads = append(quads, r...)
		crowded = crowded || len(r) >= dbMaxRegions
	}
	quads, more, err := putTogether(l.ctx, quads)
	return quads, crowded || more, err
}

// putTogether joins what tiles have cut and drops what was found twice. It looks at
// maxQuads regions and says whether there are more.
func putTogether(ctx context.Context, quads []quad) (kept []quad, more bool, err error) {
	if more = len(quads) > maxQuads; more {
		highestFirst(quads)
		quads = quads[:maxQuads]
	}
	if quads, err = uncut(ctx, quads); err != nil {
		return nil, false, err
	}
	kept, err = distinct(ctx, quads)
	return kept, more, err
}

// highestFirst sorts regions by height: what is read first.
func highestFirst(quads []quad) {
	slices.SortStableFunc(quads, func(a, b quad) int { return cmp.Compare(b.h, a.h) })
}

// uncut puts lines together that tiles have cut: pieces of one height and direction
// that overlap along it.
func uncut(ctx context.Context, quads []quad) ([]quad, error) {
	for i := 0; i < len(quads); i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for j := 0; quads[i].cut && j < len(quads); j++ {
			if j == i || !quads[j].cut || !continues(quads[i], quads[j]) {
				continue
			}
			quads[i] = quads[i].joined(quads[j])
			quads = slices.Delete(quads, j, j+1)
			if j < i {
				i--
			}
			j = -1 // the longer line may reach others
		}
	}
	return quads, nil
}

// continues says whether b lies on the line of a and overlaps it.
func continues(a, b quad) bool {
	h := min(a.h, b.h)
	if max(a.h, b.h) > 1.6*h || a.cos*b.cos+a.sin*b.sin < .98 {
		return false
	}
	along, across := a.position(b.centre)
	return abs(across) < .4*h && abs(along) < (a.w+b.w)/2
}

// joined is the rectangle in the direction of a that holds a and b.
func (a quad) joined(b quad) quad {
	along, across := a.position(b.centre)
	from, to := min(-a.w/2, along-b.w/2), max(a.w/2, along+b.w/2)
	top, bottom := min(-a.h/2, across-b.h/2), max(a.h/2, across+b.h/2)
	mx, my := (from+to)/2, (top+bottom)/2
	a.centre = Point{a.centre.X + mx*a.cos - my*a.sin, a.centre.Y + mx*a.sin + my*a.cos}
	a.w, a.h, a.score = to-from, bottom-top, max(a.score, b.score)
	return a
}

// distinct drops regions most of which lies in a larger one.
func distinct(ctx context.Context, quads []quad) ([]quad, error) {
	slices.SortStableFunc(quads, func(a, b quad) int { return cmp.Compare(b.w*b.h, a.w*a.h) })
	var kept []quad
	for _, q := range quads {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(kept, func(k quad) bool { return q.near(k) && q.inside(k) > .6 }) {
			kept = append(kept, q)
		}
	}
	return kept, nil
}

// readText reads each region, the highest ones where there are too many.
func (l *look) readText(quads []quad) ([]snippet, error) {
	s, err := l.engine.session("text-reading")
	if err != nil {
		return nil, err
	}
	highestFirst(quads)
	alphabet := []rune(s.net.Alphabet)
	snippets := make([]snippet, len(quads))
	for i, q := range quads {
		snippets[i].quad = q
	}
	err = l.each(min(len(quads), maxLines), func(i int) error {
		q := quads[i]
		text, confidence, err := l.readLine(s, q, alphabet)
		if err != nil {
			return err
		}
		if confidence < textFlip {
			other, better, err := l.readLine(s, q.flipped(), alphabet)
			if err != nil {
				return err
			}
			if better > confidence {
				text, confidence, q = other, better, q.flipped()
			}
		}
		snippets[i] = snippet{quad: q, text: text, confidence: confidence}
		return nil
	})
	return snippets, err
}

// readLine runs the reader over one region, turned level.
func (l *look) readLine(s *session, q quad, alphabet []rune) (text string, confidence float32, err error) {
	margin := 2 * textMargin * q.h
	q.w, q.h = q.w+margin, q.h+margin
	H := s.net.Height
	w := min(max(int(math.Round(float64(q.w)*float64(H)/float64(q.h))), 8), maxLineWidth)
	W := roundUp(w, lineStep)
	o := q.corners()[0]
	ux, uy := float64(q.cos*q.w)/float64(w), float64(q.sin*q.w)/float64(w)
	vx, vy := -float64(q.sin*q.h)/float64(H), float64(q.cos*q.h)/float64(H)
	m := affine{ux, vx, float64(o.X) + (ux+vx)/2 - .5, uy, vy, float64(o.Y) + (uy+vy)/2 - .5}
	around := q.box().clip(l.width(), l.height())
	side := float64(max(l.pyramid.w, l.pyramid.h)) * float64(H) / float64(q.h)
	err = l.engine.work(l.ctx, func() error {
		return s.run(l.ctx, W, H, func(in []float32) error {
			for c, v := range s.planes.pad {
				plane := in[c*W*H : (c+1)*W*H]
				for i := range plane {
					plane[i] = v
				}
			}
			return l.pyramid.warp(in, W, H, around, side, m, w, H, s.planes)
		}, func(out []tensor) error {
			text, confidence, err = decodeCTC(out, alphabet)
			return err
		})
	})
	return text, confidence, err
}

// readPlates marks the snippets that are plates by place, shape and text. One that
// reads as none is read again with other margins, and counts where one of these does:
// a frame or a country's strip beside the characters spoils some.
func (l *look) readPlates(snippets []snippet) error {
	s, err := l.engine.session("text-reading")
	if err != nil {
		return err
	}
	alphabet := []rune(s.net.Alphabet)
	boxes, street := l.vehicleBoxes()
	var doubtful []*snippet
	var onVehicle []bool
	for i := range snippets {
		x := &snippets[i]
		on := slices.ContainsFunc(boxes, func(b Box) bool { return b.holds(x.centre) })
		switch {
		case !plateShaped(x.quad) || !on && !street:
		case x.confidence >= textScore && personal.PlateLike(x.text):
			x.plate = true
		case len(doubtful) < maxCrops:
			doubtful, onVehicle = append(doubtful, x), append(onVehicle, on)
		}
	}
	return l.each(len(doubtful), func(i int) error {
		x := doubtful[i]
		for _, m := range plateMargins {
			q := x.quad
			q.w, q.h = q.w+m.w*x.h, q.h+m.h*x.h
			text, confidence, err := l.readLine(s, q, alphabet)
			if err != nil {
				return err
			}
			if confidence >= textScore && personal.PlateLike(text) {
				x.text, x.confidence, x.plate = text, confidence, true
				return nil
			}
		}
		// What a human can guess at, from the gaps between the characters, counts too.
		if onVehicle[i] && x.w >= plateUnread*x.h && x.h >= plateUnreadHeight && x.score >= unreadScore && x.confidence < textFlip && len(x.text) >= 5 {
			x.text, x.plate = "", true
		}
		return nil
	})
}

// plateMargins are what is added to a plate's width and height before it is read
// again, in heights.
var plateMargins = []struct{ w, h float32 }{{.1, .1}, {.1, -.1}, {.2, .2}, {.4, .2}}

// report adds what was read, each region once, named after the pattern that it or
// the line it is part of matches, and keeps the documents that lines tell of.
func (l *look) report(read []snippet) {
	lines := joinLines(read)
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = line.text
	}
	kind := make([]personal.Kind, len(read))
	found := personal.Find(texts)
	for _, m := range found {
		for k, part := range lines[m.Line].parts {
			if part.end <= m.Start || part.start >= m.End {
				continue
			}
			if i := lines[m.Line].members[k]; kind[i] == "" {
				kind[i] = m.Kind
			}
		}
	}
	l.documents = papers(read, lines, texts, found)
	for i, s := range read {
		if kind[i] == personal.Plate || kind[i] == "" || kind[i] == personal.Phone {
			if s.plate && s.text == "" {
				l.add(Texts, Detection{Kind: Plate, Label: "licence plate", Confidence: s.score, Box: l.toPhoto(s.box())})
				continue
			}
			if s.plate {
				l.add(Texts, Detection{Kind: Plate, Label: "licence plate", Confidence: s.confidence, Box: l.toPhoto(s.box()), Text: s.text, Personal: string(personal.Plate)})
				continue
			}
		}
		label := "text"
		if kind[i] != "" {
			label = kind[i].Label()
		}
		l.add(Texts, Detection{Kind: Text, Label: label, Confidence: s.confidence, Box: l.toPhoto(s.box()), Text: s.text, Personal: string(kind[i])})
	}
}

// vehicleBoxes are the places, grown a little, where a vehicle with a plate may
// be, and whether something of the street is seen, where vehicles are missed.
// Without the object model there are none.
func (l *look) vehicleBoxes() (boxes []Box, street bool) {
	found, labels, err := l.seen()
	if err != nil {
		return nil, false
	}
	for _, c := range found {
		switch label := labels[c.class]; {
		case plated[label]:
			boxes = append(boxes, c.box.grow(plateGrow).clip(l.width(), l.height()))
		case streets[label] && c.score >= l.objectLimit():
			street = true
		}
	}
	return boxes, street
}

// nearer are the parts that are searched for text from near: vehicles and screens
// that the whole picture, searched at scale, shows much smaller.
func (l *look) nearer(scale float64) []region {
	boxes, _ := l.vehicleBoxes()
	if found, labels, err := l.seen(); err == nil {
		for _, c := range found {
			if kinds[labels[c.class]] == Screen && c.score >= l.objectLimit() {
				boxes = append(boxes, c.box.clip(l.width(), l.height()))
			}
		}
	}
	var crops []region
	for _, b := range boxes {
		longer := float64(max(b.W, b.H))
		if len(crops) < maxCrops && min(b.W, b.H) >= 1 && min(maxUpscale, nearerTextSide/longer) > nearerTextGain*scale {
			crops = append(crops, b.region())
		}
	}
	return crops
}

// plateShaped says whether a region has the proportions of a plate, give or take
// what text detection adds: from 4:3 (motorcycles) to 7:1.
func plateShaped(q quad) bool { return q.w > 1.3*q.h && q.w < 7*q.h }

// line is a row of snippets that stand beside each other.
type line struct {
	text    string
	members []int // indices of snippets, left to right
	parts   []struct{ start, end int }
}

// joinLines puts snippets of one height and direction that follow each other
// along a line together, in reading order from the top.
func joinLines(s []snippet) []line {
	order := make([]int, len(s))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(s[a].centre.X*s[a].cos+s[a].centre.Y*s[a].sin, s[b].centre.X*s[b].cos+s[b].centre.Y*s[b].sin)
	})
	var rows [][]int
next:
	for _, i := range order {
		best, gapBest := -1, float32(math.Inf(1))
		for r, row := range rows {
			last := s[row[len(row)-1]]
			h := min(last.h, s[i].h)
			if max(last.h, s[i].h) > 1.8*h || last.cos*s[i].cos+last.sin*s[i].sin < .96 {
				continue
			}
			along, across := last.position(s[i].centre)
			gap := along - last.w/2 - s[i].w/2
			if abs(across) < .5*h && gap > -.8*h && gap < 2.5*h && gap < gapBest {
				best, gapBest = r, gap
			}
		}
		if best >= 0 {
			rows[best] = append(rows[best], i)
			continue next
		}
		rows = append(rows, []int{i})
	}
	slices.SortStableFunc(rows, func(a, b []int) int {
		qa, qb := s[a[0]], s[b[0]]
		return cmp.Compare(-qa.centre.X*qa.sin+qa.centre.Y*qa.cos, -qb.centre.X*qb.sin+qb.centre.Y*qb.cos)
	})
	lines := make([]line, len(rows))
	for r, row := range rows {
		ln := &lines[r]
		for _, i := range row {
			if ln.text != "" {
				ln.text += " "
			}
			start := len(ln.text)
			ln.text += strings.TrimSpace(s[i].text)
			ln.members = append(ln.members, i)
			ln.parts = append(ln.parts, struct{ start, end int }{start, len(ln.text)})
		}
	}
	return lines
}
