package webp

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/bits"
)

// Frame is a VP8 key frame, the payload of a VP8 chunk, cut into its partitions
// (RFC 6386, 9.1 and 9.5).
type Frame struct {
	Head       []byte   // up to the first partition
	First      []byte   // a header, and how each macroblock is predicted
	Partitions [][]byte // coefficients, one row of macroblocks in each in turn
}

// Cut cuts a frame. It is false for one that is none, or is cut off before its last
// partition.
func Cut(frame []byte) (Frame, bool) {
	if len(frame) < frameStart || frame[0]&1 != 0 || string(frame[3:6]) != startCode {
		return Frame{}, false
	}
	n := int(frame[0])>>5 | int(frame[1])<<3 | int(frame[2])<<11
	if frameStart+n > len(frame) {
		return Frame{}, false
	}
	f := Frame{Head: frame[:frameStart], First: frame[frameStart:][:n]}
	count := readHeader(newBoolReader(f.First)).partitions
	sizes, rest := frame[frameStart+n:], []byte(nil)
	if len(sizes) < 3*(count-1) {
		return Frame{}, false
	}
	sizes, rest = sizes[:3*(count-1)], sizes[3*(count-1):]
	for ; len(sizes) > 0; sizes = sizes[3:] {
		n := int(sizes[0]) | int(sizes[1])<<8 | int(sizes[2])<<16
		if n > len(rest) {
			return Frame{}, false
		}
		f.Partitions, rest = append(f.Partitions, rest[:n]), rest[n:]
	}
	f.Partitions = append(f.Partitions, rest)
	return f, true
}

// Join is the inverse of [Cut]. No partition may be longer than those that Cut gave,
// save the last.
func (f Frame) Join() []byte {
	n := len(f.First)
	out := bytes.Clone(f.Head)
	out[0] = out[0]&31 | byte(n<<5)
	out[1], out[2] = byte(n>>3), byte(n>>11)
	out = append(out, f.First...)
	for _, p := range f.Partitions[:len(f.Partitions)-1] {
		out = append(out, byte(len(p)), byte(len(p)>>8), byte(len(p)>>16))
	}
	return append(out, bytes.Join(f.Partitions, nil)...)
}

// header is what a key frame's first partition begins with (RFC 6386, 9.2 to 9.6 and
// 19.2), as far as it matters here.
type header struct {
	quality    Quality // of the finest segment
	partitions int     // for coefficients
	// hasMap says that macroblocks name their segments, mapProb with which
	// probabilities.
	hasMap  bool
	mapProb [3]uint8
}

func readHeader(r *boolReader) header {
	h := header{mapProb: [3]uint8{255, 255, 255}}
	r.uint(2) // colour space, clamping
	segmented, absolute := r.flag(), false
	var segments [4]int
	if segmented {
		h.hasMap = r.flag()
		if r.flag() {
			absolute = r.flag()
			for i := range segments {
				segments[i] = r.optional(7)
			}
			for range 4 {
				r.optional(6) // strengths of the filter
			}
		}
		for i := range h.mapProb {
			if h.hasMap && r.flag() {
				h.mapProb[i] = uint8(r.uint(8))
			}
		}
	}
	r.uint(1 + 6 + 3) // kind, level and sharpness of the filter
	if r.flag() && r.flag() {
		for range 8 {
			r.optional(6)
		}
	}
	h.partitions = 1 << r.uint(2)
	q := Quality{index: r.uint(7)}
	for i := range q.deltas {
		q.deltas[i] = r.optional(4)
	}
	if segmented {
		base, finest := q.index, 127
		for _, s := range segments {
			if !absolute {
				s += base
			}
			finest = min(finest, s)
		}
		q.index = max(finest, 0)
	}
	h.quality = q
	return h
}

// How a subblock is predicted (RFC 6386, 11.2), in the order of [subblockProbability].
const (
	subblockDC = iota
	subblockTrueMotion
	subblockVertical
	subblockHorizontal
	subblockRightDown
	subblockVerticalRight
	subblockLeftDown
	subblockVerticalLeft
	subblockHorizontalDown
	subblockHorizontalUp
	subblockModes
)

// Used is how many bytes of First and of each of Partitions a decoder needs. It is
// false for a frame that needs more than there are, which is damaged. The frame is
// followed bit by bit, without computing a sample, in time that its bytes bound, or
// until ctx ends.
func (f Frame) Used(ctx context.Context) (first int, partitions []int, ok bool) {
	_, first, partitions, ok = f.Lean(ctx)
	return first, partitions, ok
}

// minSpare is from how many probabilities on that nothing is coded by a frame is
// written without them: encoders have a few when they guess.
const minSpare = 8

// Lean is f without probabilities that nothing in it is coded by, which could say
// anything, as far as that does not make it longer, and else f; and what [Frame.Used]
// gives of f.
func (f Frame) Lean(ctx context.Context) (lean Frame, first int, partitions []int, ok bool) {
	w, coeffs := f.walk(nil)
	if !w.macroblocks(ctx, coeffs) {
		return f, 0, nil, false
	}
	for _, c := range coeffs {
		partitions = append(partitions, c.taken)
	}
	first, lean = w.modes.taken, f
	if w.spare() < minSpare {
		return lean, first, partitions, true
	}
	out := newBoolWriter()
	again, _ := f.walk(&rewriting{out, func(plane, band, context, node int, value uint8, updated bool) (uint8, bool) {
		return value, updated && w.used(plane, band, context, node)
	}})
	if !again.macroblocks(ctx, nil) {
		return lean, 0, nil, false
	}
	if b := out.bytes(); len(b) < len(f.First) {
		lean.First = b
	}
	return lean, first, partitions, true
}

// rewriting is how a first partition is copied.
type rewriting struct {
	to *boolWriter
	// update says which value, if any, the copy brings for a probability that has this
	// one, which the frame may have brought.
	update func(plane, band, context, node int, value uint8, updated bool) (uint8, bool)
}

// used tells whether a walk that has come to its end has used a probability.
func (w *walk) used(plane, band, context, node int) bool {
	return w.prob[plane][band][context].seen>>node&1 != 0
}

// walk reads the frame's header, and is where the first macroblock begins; coeffs are
// the readers of its partitions.
func (f Frame) walk(copying *rewriting) (w *walk, coeffs []*boolReader) {
	width, height := int(binary.LittleEndian.Uint16(f.Head[6:])&MaxSide), int(binary.LittleEndian.Uint16(f.Head[8:])&MaxSide)
	modes := newBoolReader(f.First)
	if copying != nil {
		modes.copy = copying.to
	}
	w = &walk{modes: modes, header: readHeader(modes), above: make([]neighbour, (width+15)/16), rows: (height + 15) / 16}
	modes.flag() // for the frames after it
	for i := range w.prob {
		for j := range w.prob[i] {
			for k := range w.prob[i][j] {
				set := &w.prob[i][j][k]
				set.prob = defaultProbability[i][j][k]
				for l, p := range updateProbability[i][j][k] {
					modes.copy = nil
					updated := modes.bit(p)
					if updated {
						set.prob[l] = uint8(modes.uint(8))
						set.updated |= 1 << l
					}
					if copying == nil {
						continue
					}
					value, updated := copying.update(i, j, k, l, set.prob[l], updated)
					copying.to.bit(p, updated)
					if updated {
						copying.to.uint(int(value), 8)
					}
					modes.copy = copying.to
				}
			}
		}
	}
	if w.skips = modes.flag(); w.skips {
		w.skipProb = uint8(modes.uint(8))
	}
	for _, p := range f.Partitions {
		coeffs = append(coeffs, newBoolReader(p))
	}
	return w, coeffs
}

// macroblocks passes over all of them, or over how they are predicted alone where no
// coeffs are given. It is false where bytes run out, or ctx ends.
func (w *walk) macroblocks(ctx context.Context, coeffs []*boolReader) bool {
	for my := range w.rows {
		var c *boolReader
		if len(coeffs) > 0 {
			c = coeffs[my%len(coeffs)]
		}
		w.left = neighbour{}
		if ctx.Err() != nil {
			return false
		}
		for mx := range w.above {
			w.macroblock(&w.above[mx], c)
			if w.modes.past || c != nil && c.past {
				return false
			}
		}
	}
	return !w.modes.past
}

// spare counts the probabilities that the frame brings and that were not used.
func (w *walk) spare() (n int) {
	for i := range w.prob {
		for j := range w.prob[i] {
			for k := range w.prob[i][j] {
				set := &w.prob[i][j][k]
				n += bits.OnesCount16(set.updated &^ set.seen)
			}
		}
	}
	return n
}

// nodeSet are the probabilities of a block's coefficients at a place in it, each for one
// decision: which of them the frame brings, and which were used.
type nodeSet struct {
	prob          [nodes]uint8
	updated, seen uint16
}

// decide reads a decision.
func (s *nodeSet) decide(r *boolReader, node int) bool {
	s.seen |= 1 << node
	return r.bit(s.prob[node])
}

// neighbour is what a macroblock's coding depends on of the one above or to the left.
type neighbour struct {
	modes [4]uint8 // of the subblocks next to it
	// filled is 1 for blocks next to it that hold coefficients: four of luminance,
	// two of each chrominance, and the one of first coefficients.
	filled [9]int
}

// walk is where in a frame its follower is.
type walk struct {
	header
	modes    *boolReader
	prob     [planes][bands][contexts]nodeSet
	skips    bool // macroblocks say whether they have coefficients
	skipProb uint8
	rows     int // of macroblocks
	above    []neighbour
	left     neighbour
}

// macroblock passes over one macroblock (RFC 6386, 19.3), whose coefficients are in c.
func (w *walk) macroblock(above *neighbour, c *boolReader) {
	m, left := w.modes, &w.left
	if w.hasMap {
		if m.bit(w.mapProb[0]) {
			m.bit(w.mapProb[2])
		} else {
			m.bit(w.mapProb[1])
		}
	}
	skip := w.skips && m.bit(w.skipProb)
	whole := m.bit(145)
	if whole {
		mode := m.wholeMode()
		above.modes, left.modes = [4]uint8{mode, mode, mode, mode}, [4]uint8{mode, mode, mode, mode}
	} else {
		for y := range left.modes {
			for x := range above.modes {
				mode := m.subblockMode(&subblockProbability[above.modes[x]][left.modes[y]])
				above.modes[x], left.modes[y] = mode, mode
			}
		}
	}
	if m.bit(142) && m.bit(114) { // how chrominance is predicted
		m.bit(183)
	}
	if c == nil {
		return
	}
	const second = 8
	if skip {
		a, l := above.filled[second], left.filled[second]
		above.filled, left.filled = [9]int{}, [9]int{}
		if !whole { // it has no block of first coefficients, and says nothing of it
			above.filled[second], left.filled[second] = a, l
		}
		return
	}
	place := func(plane, first, a, l int) {
		n := c.block(&w.prob[plane], above.filled[a]+left.filled[l], first)
		above.filled[a], left.filled[l] = n, n
	}
	plane, first := planes-1, 0
	if whole {
		place(planeY2, 0, second, second)
		plane, first = planeY1, 1
	}
	for i := range 16 {
		place(plane, first, i%4, i/4)
	}
	for i := range 8 {
		place(planeUV, 0, 4+i/4*2+i%2, 4+i/4*2+i%4/2)
	}
}

// wholeMode is how a macroblock's luminance is predicted as a whole, as one of the
// modes of subblocks.
func (r *boolReader) wholeMode() uint8 {
	switch {
	case !r.bit(156):
		if !r.bit(163) {
			return subblockDC
		}
		return subblockVertical
	case !r.bit(128):
		return subblockHorizontal
	}
	return subblockTrueMotion
}

// subblockMode is how a subblock is predicted.
func (r *boolReader) subblockMode(prob *[9]uint8) uint8 {
	switch {
	case !r.bit(prob[0]):
		return subblockDC
	case !r.bit(prob[1]):
		return subblockTrueMotion
	case !r.bit(prob[2]):
		return subblockVertical
	case !r.bit(prob[3]):
		switch {
		case !r.bit(prob[4]):
			return subblockHorizontal
		case !r.bit(prob[5]):
			return subblockRightDown
		}
		return subblockVerticalRight
	case !r.bit(prob[6]):
		return subblockLeftDown
	case !r.bit(prob[7]):
		return subblockVerticalLeft
	case !r.bit(prob[8]):
		return subblockHorizontalDown
	}
	return subblockHorizontalUp
}

// block passes over a block of coefficients from first on, and returns 1 where there
// are any (RFC 6386, 13).
func (r *boolReader) block(prob *[bands][contexts]nodeSet, context, first int) int {
	n := first
	p := &prob[bandOf[n]][context]
	if !p.decide(r, 0) {
		return 0
	}
	for {
		for !p.decide(r, 1) {
			if n++; n == len(bandOf) {
				return 1
			}
			p = &prob[bandOf[n]][0]
		}
		context = r.magnitude(p)
		r.bit(even) // the sign
		if n++; n == len(bandOf) {
			return 1
		}
		if p = &prob[bandOf[n]][context]; !p.decide(r, 0) {
			return 1
		}
	}
}

// magnitude passes over that of a coefficient, and returns it if it is 1, else 2.
func (r *boolReader) magnitude(p *nodeSet) int {
	switch {
	case !p.decide(r, 2):
		return 1
	case !p.decide(r, 3):
		if p.decide(r, 4) {
			p.decide(r, 5)
		}
	case !p.decide(r, 6):
		if p.decide(r, 7) {
			r.bit(165)
			r.bit(145)
		} else {
			r.bit(159)
		}
	default:
		class := 0
		if p.decide(r, 8) {
			class = 2
		}
		if p.decide(r, 9+class/2) {
			class++
		}
		for _, p := range largeBits[class] {
			r.bit(p)
		}
	}
	return 2
}
