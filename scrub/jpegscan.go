package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/bits"
	"slices"

	"blindspot/scan"
	"blindspot/scan/container"
)

// Where a scan ends is known only to a decoder: bytes behind its last MCU, or
// behind the last one before a restart marker, are passed over by every viewer and
// may hold anything. So the scans are followed code by code (ISO/IEC 10918-1,
// annexes F and G), without computing a coefficient.

const (
	// maxBlocks bounds the blocks of a progressive picture, each of which takes 8
	// bytes here: half a gigapixel.
	maxBlocks = 1 << 23
	// minVisits and visitsPerByte bound how many blocks all scans of a file visit: a
	// progressive picture of one colour has some 60 for each byte, and a small
	// hostile file can ask for billions.
	minVisits     = 1 << 21
	visitsPerByte = 128
	// minDecisions and decisionsPerByte bound in the same way the decisions of
	// arithmetic-coded scans, of which photos have some 20 for each byte.
	minDecisions     = 1 << 24
	decisionsPerByte = 128
)

// followedScans are the scans of a picture that could be followed to their ends, by
// the index of their part. A scan that is damaged, or coded in a way that is not
// known here (lossless), is not among them.
type followedScans struct {
	runs   map[int][][]byte // what of a scan holds the picture
	unseen []container.Part // the bytes between and behind these
	// unfollowed are the parts of the scans that are not among runs.
	unfollowed []container.Part
}

// followScans follows the scans of p, until ctx ends.
func followScans(ctx context.Context, p *scan.Photo) *followedScans {
	followed := &followedScans{runs: map[int][][]byte{}}
	followed.follow(ctx, p)
	for i, part := range p.Parts {
		if part.ID == "ECS" && followed.runs[i] == nil {
			followed.unfollowed = append(followed.unfollowed, part)
		}
	}
	return followed
}

func (followed *followedScans) follow(ctx context.Context, p *scan.Photo) {
	f := &scanFollower{
		visits:    minVisits + visitsPerByte*len(p.Data),
		decisions: minDecisions + decisionsPerByte*len(p.Data),
	}
	for i := range f.conditions {
		f.conditions[i] = qmConditioning{low: 0, high: 1, k: 5}
	}
	for id, t := range standardTables() {
		f.dc[id], f.ac[id] = t.dc, t.ac
	}
	for i, part := range p.Parts {
		b := part.Payload(p.Data)
		switch part.ID {
		case "SOF0", "SOF1", "SOF2", "SOF9", "SOF10":
			f.arithmetic = part.ID == "SOF9" || part.ID == "SOF10"
			if !f.frame(b, p.Height, part.ID == "SOF2" || part.ID == "SOF10") {
				return
			}
		case "DAC":
			f.condition(b)
		case "DHT":
			f.define(b)
		case "DRI":
			f.interval = int(binary.BigEndian.Uint16(b))
		case "SOS":
			if i+1 == len(p.Parts) || p.Parts[i+1].ID != "ECS" {
				return
			}
			data := p.Parts[i+1]
			runs, ok := f.scan(ctx, b, data.Payload(p.Data))
			if !ok {
				return // what follows may refine what was not understood
			}
			followed.add(i+1, data, runs)
		}
	}
}

// add takes over the runs of a scan; data is its part.
func (f *followedScans) add(i int, data container.Part, runs []scanRun) {
	for _, run := range runs {
		f.runs[i] = append(f.runs[i], run.data)
		if run.unseen == 0 {
			continue
		}
		behind := container.Part{
			ID: "ECS", Name: "bytes behind scan data", Kind: container.Unknown,
			Offset: data.Offset + int64(run.from+len(run.data)), Length: int64(run.unseen),
		}
		if run.restart {
			behind.Name, behind.Kind = "restart marker too many", container.Structure
		}
		f.unseen = append(f.unseen, behind)
	}
}

// scanRun is a piece of a scan's data that holds the picture, where it begins
// there, and how many bytes follow that do not.
type scanRun struct {
	data         []byte
	from, unseen int
	restart      bool // they are a restart marker, which some encoders end a scan with
}

// jpegComponent is one component of a frame.
type jpegComponent struct {
	id, h, v      byte
	width, height int      // in blocks, without those that only fill MCUs
	nonzero       []uint64 // progressive: a bit for each coefficient, in zig-zag order, that is not zero so far
}

// scanFollower follows the scans of one picture.
type scanFollower struct {
	components   []jpegComponent
	mcusX, mcusY int
	progressive  bool
	interval     int // MCUs between restart markers, 0 for none
	visits       int // blocks that may still be visited
	dc, ac       [4]*huffman
	arithmetic   bool
	conditions   [4]qmConditioning
	decisions    int // that may still be decoded
}

// frame reads a frame header; height replaces one that is left open.
func (f *scanFollower) frame(b []byte, height int, progressive bool) bool {
	const list = 6
	if h := int(binary.BigEndian.Uint16(b[1:])); h != 0 {
		height = h
	}
	width := int(binary.BigEndian.Uint16(b[3:]))
	maxH, maxV := 1, 1
	for c := list; c < len(b); c += 3 {
		h, v := b[c+1]>>4, b[c+1]&15
		known := slices.ContainsFunc(f.components, func(o jpegComponent) bool { return o.id == b[c] })
		if h < 1 || h > 4 || v < 1 || v > 4 || known {
			return false
		}
		maxH, maxV = max(maxH, int(h)), max(maxV, int(v))
		f.components = append(f.components, jpegComponent{id: b[c], h: h, v: v})
	}
	const side = 8
	f.progressive = progressive
	f.mcusX, f.mcusY = ceilDiv(width, side*maxH), ceilDiv(height, side*maxV)
	blocks := 0
	for i := range f.components {
		c := &f.components[i]
		c.width, c.height = ceilDiv(width*int(c.h), side*maxH), ceilDiv(height*int(c.v), side*maxV)
		blocks += c.width * c.height
	}
	return width > 0 && height > 0 && (!progressive || blocks <= maxBlocks)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// define takes over the tables of a DHT segment.
func (f *scanFollower) define(b []byte) {
	for len(b) >= 17 {
		size := 17
		for _, n := range b[1:17] {
			size += int(n)
		}
		if size > len(b) {
			return
		}
		if id := b[0] & 15; id < 4 {
			if b[0]>>4 == 0 {
				f.dc[id] = huffmanOf(b[1:size])
			} else {
				f.ac[id] = huffmanOf(b[1:size])
			}
		}
		b = b[size:]
	}
}

// condition takes over what a DAC segment sets.
func (f *scanFollower) condition(b []byte) {
	for ; len(b) >= 2; b = b[2:] {
		id, value := b[0]&15, b[1]
		switch {
		case int(id) >= len(f.conditions):
		case b[0]>>4 == 0:
			f.conditions[id].low, f.conditions[id].high = value&15, value>>4
		default:
			f.conditions[id].k = value
		}
	}
}

// scan follows one scan's data, until ctx ends; header is the payload of its SOS.
func (f *scanFollower) scan(ctx context.Context, header, data []byte) (runs []scanRun, ok bool) {
	s, mcus, ok := f.walk(header)
	if !ok {
		return nil, false
	}
	interval := f.interval
	if interval == 0 {
		interval = mcus
	}
	for at, from := 0, 0; at < mcus; {
		if from > 0 {
			runs = append(runs, scanRun{data: data[from-2 : from], from: from - 2}) // the marker
		}
		// Intervals are followed some at a time: those that have all their MCUs in pairs.
		var pieces [maxIntervals][]byte
		n, behind := 0, from
		for ; n < maxIntervals && at+(n+1)*interval < mcus; n++ {
			marker := nextRestart(data[behind:])
			if marker < 0 {
				return nil, false
			}
			pieces[n] = data[behind:][:marker]
			behind += marker + 2
		}
		var ends [maxIntervals]int
		inPairs, ok := s.inPairs(ctx, pieces[:n], interval, &ends)
		if !ok {
			return nil, false
		}
		if n == 0 {
			pieces[0], n = data[from:], 1
		}
		for i, piece := range pieces[:n] {
			if i > 0 {
				runs = append(runs, scanRun{data: data[from-2 : from], from: from - 2})
			}
			if i >= inPairs {
				if ends[i], ok = s.interval(ctx, piece, at, min(at+interval, mcus)); !ok {
					return nil, false
				}
			}
			end, unseen := ends[i], piece[ends[i]:]
			runs = append(runs, scanRun{piece[:end], from, len(unseen), len(unseen) == 2 && nextRestart(unseen) == 0})
			at, from = at+interval, from+len(piece)+2
		}
	}
	return runs, true
}

// walk is the beginning of a scan with that header, and how many MCUs it has; false
// where it cannot be followed.
func (f *scanFollower) walk(header []byte) (s *scanWalk, mcus int, ok bool) {
	n := int(header[0])
	s = &scanWalk{f: f, first: header[1+2*n], last: header[2+2*n], refines: header[3+2*n]>>4 != 0}
	if !f.progressive {
		s.first, s.last, s.refines = 0, blockSize-1, false // whatever it says: decoders do not look
	}
	for i := range n {
		id, selectors := header[1+2*i], header[2+2*i]
		for j := range f.components {
			if c := &f.components[j]; c.id == id {
				part := scanPart{
					c: c, dc: f.dc[selectors>>4&3], ac: f.ac[selectors&3],
					index: i, dcTable: selectors >> 4, acTable: selectors & 15,
				}
				s.parts = append(s.parts, part)
				break
			}
		}
	}
	if len(s.parts) != n || n == 0 || s.last > 63 || s.first > s.last || !s.tables() {
		return nil, 0, false
	}
	if n == 1 {
		s.blocks = s.parts
		return s, s.parts[0].c.width * s.parts[0].c.height, true
	}
	for _, p := range s.parts {
		s.blocks = append(s.blocks, slices.Repeat([]scanPart{p}, int(p.c.h)*int(p.c.v))...)
	}
	return s, f.mcusX * f.mcusY, true
}

// interval follows the MCUs from at to end, which data holds, and returns where
// in data they end.
func (s *scanWalk) interval(ctx context.Context, data []byte, at, end int) (int, bool) {
	if s.f.visits -= (end - at) * len(s.blocks); s.f.visits < 0 || ctx.Err() != nil {
		return 0, false
	}
	if s.f.arithmetic {
		return s.arithmetic(ctx, data, at, end)
	}
	s.in = bitReader{b: data}
	ok := false
	switch {
	case !s.f.progressive:
		ok = inPieces(ctx, end-at-s.ahead(ctx, end-at), s.sequential)
	case s.first == 0 && s.refines:
		ok = s.in.skip((end - at) * len(s.blocks))
	case s.first == 0:
		ok = inPieces(ctx, end-at, s.firstDC)
	case s.refines:
		ok = s.refineAC(s.parts[0].ac, s.parts[0].c.nonzero[at:end])
	default:
		ok = s.firstAC(s.parts[0].ac, s.parts[0].c.nonzero[at:end])
	}
	return s.in.end(), ok && s.in.sound()
}

// maxUnheard is how many MCUs of a scan are followed before a cancellation is heard.
const maxUnheard = 1 << 10

// inPieces follows MCUs some at a time, until ctx ends. Scans of AC coefficients,
// whose runs reach across blocks, go without: maxBlocks bounds them.
func inPieces(ctx context.Context, mcus int, follow func(int) bool) bool {
	for ; mcus > 0; mcus -= maxUnheard {
		if ctx.Err() != nil || !follow(min(mcus, maxUnheard)) {
			return false
		}
	}
	return true
}

// nextRestart is where in b the next restart marker is, -1 for none.
func nextRestart(b []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(b[i:], 0xFF)
		if i += n; n < 0 || i+1 == len(b) {
			return -1
		}
		if b[i+1] >= 0xD0 && b[i+1] <= 0xD7 {
			return i
		}
	}
}

// scanPart is a component of a scan with its tables.
type scanPart struct {
	c      *jpegComponent
	dc, ac *huffman
	// For a sequential picture: what is looked up at the beginning of a block, and
	// then in it.
	begin, within *blockRuns
	// For an arithmetic-coded one: which of the scan's components it is, and its tables.
	index            int
	dcTable, acTable byte
}

// scanWalk is where in a scan its follower is.
type scanWalk struct {
	f           *scanFollower
	in          bitReader
	parts       []scanPart // the components
	blocks      []scanPart // those of an MCU, in order
	pair        *streamPair
	first, last byte // of the coefficients that the scan holds
	refines     bool
}

// tables reports whether the scan has those that it needs, and prepares it.
func (s *scanWalk) tables() bool {
	if s.f.arithmetic {
		return s.arithmeticTables()
	}
	if !s.f.progressive {
		for _, p := range s.parts {
			if p.dc == nil || p.ac == nil {
				return false
			}
		}
		s.lookups()
		return true
	}
	if s.first == 0 {
		for _, p := range s.parts {
			if p.dc == nil && !s.refines {
				return false
			}
		}
		return s.last == 0
	}
	if len(s.parts) > 1 || s.parts[0].ac == nil {
		return false
	}
	s.band()
	return true
}

// band prepares for a scan of AC coefficients, which is of one component.
func (s *scanWalk) band() {
	if c := s.parts[0].c; c.nonzero == nil {
		c.nonzero = make([]uint64, c.width*c.height)
	}
}

// arithmeticTables is tables for an arithmetic-coded scan.
func (s *scanWalk) arithmeticTables() bool {
	for _, p := range s.parts {
		if int(p.dcTable) >= len(s.f.conditions) || int(p.acTable) >= len(s.f.conditions) {
			return false
		}
	}
	switch {
	case !s.f.progressive:
		return true
	case s.first == 0:
		return s.last == 0
	case len(s.parts) > 1:
		return false
	}
	s.band()
	return true
}

// lookups builds those for a scan of a sequential picture.
func (s *scanWalk) lookups() {
	for i := range s.parts {
		p := &s.parts[i]
		for _, q := range s.parts[:i] {
			if q.dc == p.dc && q.ac == p.ac {
				p.begin, p.within = q.begin, q.within
			}
		}
		for _, t := range standardTables() {
			if t.dc == p.dc && t.ac == p.ac {
				p.begin, p.within = t.begin, t.within
			}
		}
		if p.begin == nil {
			p.begin, p.within = blockLookups(p.dc, p.ac)
		}
	}
}

// sequential passes over MCUs of a sequential picture (annex F.2.2). It is false, as
// its kin below, where the data ends or makes no sense.
func (s *scanWalk) sequential(mcus int) bool {
	r := &s.in
	for range mcus {
		for block := range s.blocks {
			p := &s.blocks[block]
			k := 0
			r.acc, r.n, r.i, k = followCodes(r.b, r.acc, r.n, r.i, k, p.begin, p.within)
			for k < blockSize {
				// A stuffed byte, the end of the data, or a code that stands alone.
				if r.n < enough && !r.fill() {
					return false
				}
				e := p.one(r.acc, k)
				if e == unknownRun {
					return false
				}
				k += e.advance() // behind the last coefficient decoders end the block
				r.acc <<= e.bits()
				r.n -= e.bits()
				if k < blockSize {
					r.acc, r.n, r.i, k = followCodes(r.b, r.acc, r.n, r.i, k, p.within, p.within)
				}
			}
		}
	}
	return true
}

// outOfBlock reports whether codes that led to coefficient k do not belong to one
// block.
func outOfBlock(k int) bool {
	return k&blockSize != 0
}

// followCodes follows runs from coefficient k of a block, looked up in t and then in
// within, as far as it can without a closer look: to the end of the block where the
// k it returns is blockSize or more. The others are those of a bitReader.
func followCodes(b []byte, acc uint64, n, i, k int, t, within *blockRuns) (uint64, int, int, int) {
	for {
		if n < enough {
			var ok bool
			if acc, n, i, ok = glance(b, acc, n, i); !ok {
				return acc, n, i, k
			}
		}
		e := t[acc>>(64-lookBits)]
		next := k + e.advance()
		if outOfBlock(next) {
			return acc, n, i, k
		}
		acc <<= e.bits()
		n -= e.bits()
		if next >= blockSize {
			return acc, n, i, next
		}
		k, t = next, within
	}
}

// one is the code alone that bits begin with, of coefficient k.
func (p *scanPart) one(bits uint64, k int) codeRun {
	if k == 0 {
		return dcRun(p.dc.decode(bits))
	}
	symbol, length := p.ac.decode(bits)
	return acRun(symbol, length, false)
}

// firstDC passes over MCUs of a first DC scan (annex G.1.2.1).
func (s *scanWalk) firstDC(mcus int) bool {
	r := &s.in
	for range mcus {
		for block := range s.blocks {
			if r.n < enough && !r.fill() {
				return false
			}
			symbol, length := s.blocks[block].dc.decode(r.acc)
			if length == 0 || symbol > 15 {
				return false
			}
			r.acc <<= (length + int(symbol)) & 63
			r.n -= length + int(symbol)
		}
	}
	return true
}

// firstAC passes over blocks of a first AC scan (annex G.1.2.2).
func (s *scanWalk) firstAC(t *huffman, nonzero []uint64) bool {
	r := &s.in
	b, acc, n, i := r.b, r.acc, r.n, r.i
	first, last := int(s.first), int(s.last)
	runs := newBandRuns(t)
	for at := 0; at < len(nonzero); at++ {
		made, block := uint64(0), at
		for k := first; k <= last; {
			if n < enough {
				var ok bool
				if acc, n, i, ok = glance(b, acc, n, i); !ok {
					r.acc, r.n, r.i = acc, n, i
					if !r.fill() {
						return false
					}
					acc, n, i = r.acc, r.n, r.i
				}
			}
			e := runs[acc>>(64-lookBits)]
			next := k + e.advance()
			if next > last+1 && (next < endOfBlock || next > endOfBlock+last) {
				symbol, length := t.decode(acc)
				if length == 0 {
					return false
				}
				run, size := symbol>>4, symbol&15
				if size == 0 && run < 15 {
					// The end of this block and of some behind it.
					acc <<= length & 63
					at += 1<<run - 1 + int(acc>>1>>(63-run))
					acc <<= run
					n -= length + int(run)
					break
				}
				e = maskedRun{codeRun: acRun(symbol, length, true)}
				if size > 0 {
					e.mask = 1 << run
				}
				if next = k + e.advance(); next > last+1 {
					return false
				}
			}
			made |= uint64(e.mask) << (k & 63)
			acc <<= e.bits()
			n -= e.bits()
			k = next
		}
		if made != 0 {
			nonzero[block] |= made
		}
	}
	r.acc, r.n, r.i = acc, n, i
	return true
}

// refineAC passes over blocks of a refining AC scan (annex G.1.2.3).
func (s *scanWalk) refineAC(t *huffman, nonzero []uint64) bool {
	r := &s.in
	b, acc, n, i := r.b, r.acc, r.n, r.i
	first, last := int(s.first), int(s.last)
	band := (uint64(2)<<last - 1) >> first << first
	blocks := 0 // the run of blocks that hold no more codes
	for at := range nonzero {
		before := nonzero[at]
		known, zeros := before&band, ^before&band // those still ahead
		for blocks == 0 && zeros|known != 0 {
			if n < enough {
				var ok bool
				if acc, n, i, ok = glance(b, acc, n, i); !ok {
					r.acc, r.n, r.i = acc, n, i
					if !r.fill() {
						return false
					}
					acc, n, i = r.acc, r.n, r.i
				}
			}
			symbol, length := t.decode(acc)
			run, size := symbol>>4, symbol&15
			if length == 0 || size > 1 {
				return false
			}
			acc <<= length & 63
			n -= length
			if size == 0 && run < 15 {
				blocks = 1<<run + int(acc>>1>>(63-run))
				acc <<= run
				n -= int(run)
				break
			}
			// Past run coefficients that are zero so far to the next such one, with a bit
			// for each on the way that is not.
			for range run {
				zeros &= zeros - 1
			}
			if zeros == 0 && size == 1 {
				return false
			}
			next := zeros & -zeros // 0 behind the last
			nonzero[at] |= next & -uint64(size)
			zeros &^= next
			passed := bits.OnesCount64(known & (next - 1))
			known &^= next - 1
			passed += int(size) // the sign
			if passed > n {
				r.acc, r.n, r.i = acc, n, i
				if !r.skip(passed) {
					return false
				}
				acc, n, i = r.acc, r.n, r.i
				continue
			}
			acc <<= passed & 63
			n -= passed
		}
		if blocks > 0 {
			blocks--
			if passed := bits.OnesCount64(known); passed > n {
				r.acc, r.n, r.i = acc, n, i
				if !r.skip(passed) {
					return false
				}
				acc, n, i = r.acc, r.n, r.i
			} else {
				acc <<= passed & 63
				n -= passed
			}
		}
	}
	r.acc, r.n, r.i = acc, n, i
	return true
}
