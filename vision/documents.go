package vision

import (
	"cmp"
	"slices"

	"blindspot/vision/personal"
)

// paper is a document that text tells of, in the picture's pixels.
type paper struct {
	personal.Document
	box        Box // around the document
	confidence float32
}

const (
	// blockGap is how far lines of one document are apart, in their heights.
	blockGap = 2.5
	// blockHeights is how many times as high as another a line of the same block is.
	blockHeights = 4
	// paperFace is how far beside its text the portrait on a document may stand, as a
	// share of the longer side of the text, and how much larger than that side it may be.
	paperFace      = 0.6
	paperFaceSized = 0.9
	// paperWithin is the share of a document from which it is part of another.
	paperWithin = 0.5
	// paperLevel is the sine up to which lines are level enough for the shape of a
	// card to be told from one of them.
	paperLevel = 0.2
)

// papers puts lines that stand together into blocks, and takes these for documents.
func papers(read []snippet, lines []line, texts []string, found []personal.Match) []paper {
	boxes := make([]Box, len(lines))
	heights := make([]float32, len(lines))
	for i, ln := range lines {
		boxes[i], heights[i] = read[ln.members[0]].box(), read[ln.members[0]].h
		for _, k := range ln.members[1:] {
			boxes[i] = boxes[i].union(read[k].box())
		}
	}
	blocks := blocksOf(boxes, heights)
	told := personal.Documents(texts, found, blocks)
	var all []paper
	for b, block := range blocks {
		d, ok := told[b]
		if !ok {
			continue
		}
		p := paper{Document: d}
		for k, i := range block {
			if k == 0 {
				p.box = boxes[i]
			}
			p.box = p.box.union(boxes[i])
		}
		telling := boxes[d.Lines[0]]
		for _, i := range d.Lines {
			telling = telling.union(boxes[i])
			for _, k := range lines[i].members {
				p.confidence = max(p.confidence, read[k].confidence)
			}
		}
		if first := read[lines[d.Lines[0]].members[0]]; abs(first.sin) < paperLevel {
			p.box = p.box.union(shapeAround(d, telling, first.cos < 0))
		}
		all = append(all, p)
	}
	return all
}

// blocksOf puts the indices of lines whose boxes are near each other together, in
// order. It takes time by the square of the lines, which maxLines bounds.
func blocksOf(boxes []Box, heights []float32) [][]int {
	block := make([]int, len(boxes)) // the number of each line's block
	for i := range block {
		block[i] = i
	}
	for i := range boxes {
		for j := range i {
			low, high := min(heights[i], heights[j]), max(heights[i], heights[j])
			gap := blockGap * low
			a := Box{boxes[i].X - gap, boxes[i].Y - gap, boxes[i].W + 2*gap, boxes[i].H + 2*gap}
			if block[i] == block[j] || high > blockHeights*low || intersection(a, boxes[j]) <= 0 {
				continue
			}
			from, to := max(block[i], block[j]), min(block[i], block[j])
			for k := range i + 1 {
				if block[k] == from {
					block[k] = to
				}
			}
		}
	}
	at := map[int]int{}
	var blocks [][]int
	for i, b := range block {
		if _, ok := at[b]; !ok {
			at[b] = len(blocks)
			blocks = append(blocks, nil)
		}
		blocks[at[b]] = append(blocks[at[b]], i)
	}
	return blocks
}

// shapeAround is the box of the document of which lines are the machine-readable
// zone or the card number: by ISO/IEC 7810 a card is 85.6 × 54 mm, a passport's page
// 125 × 88 mm, and a line of 44 or 30 characters of 2.54 mm is 112 or 76 mm long.
func shapeAround(d personal.Document, lines Box, flipped bool) Box {
	var w, h, below float32 // in shares of the document's width
	switch {
	case d.Kind == personal.MRZ && d.Label == "passport":
		w, h, below = 125./112, 88./125, .05
	case d.Kind == personal.MRZ:
		w, h, below = 85.6/76, 54/85.6, .05
	case d.Kind == personal.Card:
		w, h, below = 85.6/66, 54/85.6, .28
	default:
		return lines
	}
	width := lines.W * w
	b := Box{lines.X - (width-lines.W)/2, 0, width, width * h}
	if flipped {
		b.Y = lines.Y - below*width
	} else {
		b.Y = lines.Y + lines.H + below*width - b.H
	}
	return b
}

// seenDocuments are the documents that text tells of, alone or with a face beside it.
// What words tell of within a document that a pattern tells of is part of it.
func (l *look) seenDocuments() []Detection {
	var all []Detection
	order := func(p paper) int {
		if p.Kind == "" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(l.documents, func(a, b paper) int { return cmp.Compare(order(a), order(b)) })
	for _, p := range l.documents {
		box := l.toPhoto(p.box)
		side := max(box.W, box.H)
		reach := Box{box.X - paperFace*side, box.Y - paperFace*side, box.W + 2*paperFace*side, box.H + 2*paperFace*side}
		portrait := slices.IndexFunc(l.found[Faces], func(f Detection) bool {
			return f.Box.H < paperFaceSized*side && reach.holds(f.Box.centre())
		})
		if portrait < 0 && !p.Sure {
			continue
		}
		if portrait >= 0 && p.Label != "letter" && p.Label != "ticket" {
			box = box.union(l.found[Faces][portrait].Box)
		}
		if p.Kind == "" && slices.ContainsFunc(all, func(d Detection) bool {
			return d.Personal != "" && intersection(d.Box, box) > paperWithin*box.W*box.H
		}) {
			continue
		}
		all = append(all, Detection{Kind: Document, Label: p.Label, Confidence: p.confidence, Box: box, Personal: string(p.Kind)})
	}
	return all
}
