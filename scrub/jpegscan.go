package scrub

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"blindspot/scan"
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
)

// trimScans gives, for each part that is scan data and could be followed to its
// end, the runs of it that hold the picture. A scan that is damaged, or coded in
// a way that is not known here (arithmetic, lossless), has no entry.
func trimScans(p *scan.Photo) map[int][][]byte {
	f := &scanFollower{visits: minVisits + visitsPerByte*len(p.Data)}
	trimmed := map[int][][]byte{}
	for i, part := range p.Parts {
		b := part.Payload(p.Data)
		switch part.ID {
		case "SOF0", "SOF1", "SOF2":
			if !f.frame(b, p.Height, part.ID == "SOF2") {
				return nil
			}
		case "DHT":
			f.define(b)
		case "DRI":
			f.interval = int(binary.BigEndian.Uint16(b))
		case "SOS":
			if i+1 == len(p.Parts) || p.Parts[i+1].ID != "ECS" {
				return trimmed
			}
			runs, ok := f.scan(b, p.Parts[i+1].Payload(p.Data))
			if !ok {
				return trimmed // what follows may refine what was not understood
			}
			trimmed[i+1] = runs
		}
	}
	return trimmed
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
				f.dc[id] = newHuffman(b[1:17], b[17:size], false)
			} else {
				f.ac[id] = newHuffman(b[1:17], b[17:size], !f.progressive)
			}
		}
		b = b[size:]
	}
}

// scan follows one scan's data; header is the payload of its SOS.
func (f *scanFollower) scan(header, data []byte) (runs [][]byte, ok bool) {
	n := int(header[0])
	s := scanWalk{f: f, first: header[1+2*n], last: header[2+2*n], refines: header[3+2*n]>>4 != 0}
	for i := range n {
		id, selectors := header[1+2*i], header[2+2*i]
		for j := range f.components {
			if c := &f.components[j]; c.id == id {
				part := scanPart{c, f.dc[selectors>>4&3], f.ac[selectors&3]}
				s.parts = append(s.parts, part)
				for range int(c.h) * int(c.v) {
					s.blocks = append(s.blocks, part)
				}
				break
			}
		}
	}
	if len(s.parts) != n || n == 0 || s.last > 63 || s.first > s.last || !s.tables() {
		return nil, false
	}
	mcus := f.mcusX * f.mcusY
	if n == 1 {
		mcus, s.blocks = s.parts[0].c.width*s.parts[0].c.height, s.parts
	}
	interval := f.interval
	if interval == 0 {
		interval = mcus
	}
	for at := 0; ; {
		marker := len(data)
		if at+interval < mcus {
			if marker = nextRestart(data); marker < 0 {
				return nil, false
			}
		}
		end, ok := s.interval(data[:marker], at, min(at+interval, mcus))
		if !ok {
			return nil, false
		}
		runs = append(runs, data[:end])
		if at += interval; at >= mcus {
			return runs, true
		}
		runs = append(runs, data[marker:marker+2])
		data = data[marker+2:]
	}
}

// interval follows the MCUs from at to end, which data holds, and returns where
// in data they end.
func (s *scanWalk) interval(data []byte, at, end int) (int, bool) {
	if s.f.visits -= (end - at) * len(s.blocks); s.f.visits < 0 {
		return 0, false
	}
	s.in, s.eobRun = bitReader{b: data}, 0
	for ; at < end; at++ {
		if !s.mcu(at) {
			return 0, false
		}
	}
	return s.in.end(), true
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
}

// scanWalk is where in a scan its follower is.
type scanWalk struct {
	f           *scanFollower
	in          bitReader
	parts       []scanPart // the components
	blocks      []scanPart // those of an MCU, in order
	first, last byte       // of the coefficients that the scan holds
	refines     bool
	eobRun      int
}

// tables reports whether the scan has those that it needs, and prepares it.
func (s *scanWalk) tables() bool {
	if !s.f.progressive {
		for _, p := range s.parts {
			if p.dc == nil || p.ac == nil || p.ac.runs == nil {
				return false
			}
		}
		return s.first == 0 && s.last == 63
	}
	if s.first == 0 {
		for _, p := range s.parts {
			if p.dc == nil && !s.refines {
				return false
			}
		}
		return s.last == 0
	}
	p := s.parts[0]
	if len(s.parts) > 1 || p.ac == nil {
		return false
	}
	if p.c.nonzero == nil {
		p.c.nonzero = make([]uint64, p.c.width*p.c.height)
	}
	return true
}

// mcu passes over one MCU, which is a block in a scan of one component. It is
// false where the data ends or makes no sense.
func (s *scanWalk) mcu(at int) bool {
	if s.f.progressive && s.first > 0 {
		p := s.parts[0]
		if s.refines {
			return s.refineAC(p.ac, &p.c.nonzero[at])
		}
		return s.firstAC(p.ac, &p.c.nonzero[at])
	}
	for _, p := range s.blocks {
		ok := false
		switch {
		case !s.f.progressive:
			ok = s.in.block(p.dc, p.ac)
		case s.refines:
			s.in.skip(1)
			ok = s.in.sound()
		default:
			ok = s.in.skipDC(p.dc) && s.in.sound()
		}
		if !ok {
			return false
		}
	}
	return true
}

// firstAC passes over a block of a first AC scan (annex G.1.2.2).
func (s *scanWalk) firstAC(t *huffman, nonzero *uint64) bool {
	if s.eobRun > 0 {
		s.eobRun--
		return true
	}
	for k := int(s.first); k <= int(s.last); k++ {
		symbol, ok := s.in.symbol(t)
		if !ok {
			return false
		}
		run, size := int(symbol>>4), int(symbol&15)
		switch {
		case size > 0:
			k += run
			if k > int(s.last) {
				return false
			}
			s.in.skip(size)
			*nonzero |= 1 << k
		case run == 15:
			k += 15
		default:
			s.eobRun = 1<<run + s.in.take(run) - 1
			return s.in.sound()
		}
	}
	return s.in.sound()
}

// refineAC passes over a block of a refining AC scan (annex G.1.2.3).
func (s *scanWalk) refineAC(t *huffman, nonzero *uint64) bool {
	k, last := int(s.first), int(s.last)
	upTo := uint64(1)<<(last+1) - 1 // all ones for the last, 63
	for s.eobRun == 0 && k <= last {
		symbol, ok := s.in.symbol(t)
		if !ok {
			return false
		}
		run, size := int(symbol>>4), int(symbol&15)
		switch {
		case size > 1:
			return false
		case size == 1:
			s.in.skip(1) // the sign
		case run < 15:
			s.eobRun = 1<<run + s.in.take(run)
			continue
		}
		// Past run coefficients that are zero so far to the next such one, with a bit
		// for each on the way that is not.
		zeros := ^*nonzero >> k << k & upTo
		for range run {
			zeros &= zeros - 1
		}
		next := min(bits.TrailingZeros64(zeros), last+1)
		s.in.skip(bits.OnesCount64(*nonzero >> k << k & (1<<next - 1)))
		k = next
		if size == 1 {
			if k > last {
				return false
			}
			*nonzero |= 1 << k
		}
		k++
	}
	if s.eobRun > 0 {
		s.eobRun--
		if k <= last {
			s.in.skip(bits.OnesCount64(*nonzero >> k << k & upTo))
		}
	}
	return s.in.sound()
}

// lookBits is how many bits are looked up at once.
const lookBits = 11

// huffman is a Huffman table as lookups.
type huffman struct {
	// codes holds length<<8 | symbol by the next lookBits bits, 0 for a longer code.
	codes [1 << lookBits]uint16
	// runs is for blocks of a sequential picture: what the next bits say at once.
	runs *[1 << lookBits]acRun
	// For longer codes: the first code of each length left-aligned to 16 bits, the
	// one behind the last, and the index of the first one's symbol.
	low, high [17]uint32
	index     [17]int
	symbols   []byte
}

// acRun says how far the codes that begin with some bits lead.
type acRun struct {
	bits, advance   uint8 // all codes that fit, with the bits that follow each; endOfBlock is added to advance
	bits1, advance1 uint8 // the first code alone; bits1 is 0 for a longer code
}

// endOfBlock marks an advance that ends the block.
const endOfBlock = 128

// newHuffman builds the lookups, nil where the counts make no code.
func newHuffman(counts, symbols []byte, sequentialAC bool) *huffman {
	t := &huffman{symbols: symbols}
	code, n := uint32(0), 0
	for length := 1; length <= 16; length++ {
		count := int(counts[length-1])
		t.low[length], t.index[length] = code<<(16-length), n
		if code+uint32(count) > 1<<length {
			return nil
		}
		for range count {
			if length <= lookBits {
				from := code << (lookBits - length)
				for i := range uint32(1) << (lookBits - length) {
					t.codes[from+i] = uint16(length)<<8 | uint16(symbols[n])
				}
			}
			code++
			n++
		}
		t.high[length] = code << (16 - length)
		code <<= 1
	}
	if sequentialAC {
		t.runs = new([1 << lookBits]acRun)
		for i := range t.runs {
			t.runs[i] = t.run(uint32(i))
		}
	}
	return t
}

// run follows the codes in next, which is lookBits bits.
func (t *huffman) run(next uint32) (r acRun) {
	for used := uint8(0); used < lookBits; {
		e := t.codes[next<<used&(1<<lookBits-1)]
		length, run, size := uint8(e>>8), uint8(e)>>4, uint8(e)&15
		if length == 0 || length > lookBits-used {
			return r
		}
		total, advance := length+size, run+1
		if size == 0 && run < 15 {
			advance = endOfBlock
		}
		if used == 0 {
			r = acRun{total, advance, total, advance}
		} else if used+total > lookBits {
			return r
		} else {
			r.bits, r.advance = used+total, r.advance+advance
		}
		if used += total; advance == endOfBlock || r.advance >= 64 {
			return r
		}
	}
	return r
}

// bitReader reads the bits of one interval, which ends at a marker or with b.
type bitReader struct {
	b    []byte
	i    int    // of the next byte
	acc  uint64 // the bits that are next, from the top
	n    int    // how many there are
	past int    // how many of them, the last, are made up behind the end
}

// fill makes n at least 32. It is called with n below that.
func (r *bitReader) fill() {
	if r.i+4 <= len(r.b) {
		w := binary.BigEndian.Uint32(r.b[r.i:])
		if (^w-0x01010101)&w&0x80808080 == 0 { // no byte is 0xFF
			r.acc |= uint64(w) << (32 - r.n)
			r.n += 32
			r.i += 4
			return
		}
	}
	for r.n <= 56 {
		switch {
		case r.i < len(r.b) && r.b[r.i] != 0xFF:
			r.acc |= uint64(r.b[r.i]) << (56 - r.n)
			r.i++
		case r.i+1 < len(r.b) && r.b[r.i+1] == 0: // a stuffed 0xFF
			r.acc |= 0xFF << (56 - r.n)
			r.i += 2
		default:
			r.past += 8
		}
		r.n += 8
	}
}

// sound reports whether no bit behind the end was used.
func (r *bitReader) sound() bool { return r.n >= r.past }

// end is the offset behind the byte that the last used bit lies in.
func (r *bitReader) end() int {
	i := r.i
	for unused := (r.n - r.past) / 8; unused > 0; unused-- {
		if i--; i > 0 && r.b[i] == 0 && r.b[i-1] == 0xFF {
			i--
		}
	}
	return i
}

// take returns the next count bits, at most 32 of them.
func (r *bitReader) take(count int) int {
	if r.n < 32 {
		r.fill()
	}
	v := int(r.acc >> (64 - count))
	r.acc <<= count
	r.n -= count
	return v
}

// skip passes over count bits, at most 64 of them.
func (r *bitReader) skip(count int) {
	if count > r.n {
		r.skipMore(count)
		return
	}
	r.acc <<= count
	r.n -= count
}

func (r *bitReader) skipMore(count int) {
	for count > 0 {
		if r.n < 32 {
			r.fill()
		}
		some := min(count, r.n)
		r.acc <<= some
		r.n -= some
		count -= some
	}
}

// symbol is the next code's symbol.
func (r *bitReader) symbol(t *huffman) (byte, bool) {
	if r.n < 32 {
		r.fill()
	}
	if e := t.codes[r.acc>>(64-lookBits)]; e != 0 {
		r.acc <<= e >> 8
		r.n -= int(e >> 8)
		return byte(e), true
	}
	next := uint32(r.acc >> 48)
	for length := lookBits + 1; length <= 16; length++ {
		if next >= t.low[length] && next < t.high[length] {
			r.acc <<= length
			r.n -= length
			return t.symbols[t.index[length]+int(next-t.low[length])>>(16-length)], true
		}
	}
	return 0, false
}

// skipDC passes over a DC difference.
func (r *bitReader) skipDC(t *huffman) bool {
	size, ok := r.symbol(t)
	if !ok || size > 15 {
		return false
	}
	r.skip(int(size))
	return true
}

// block passes over a block of a sequential picture (annex F.2.2).
func (r *bitReader) block(dc, ac *huffman) bool {
	if !r.skipDC(dc) {
		return false
	}
	acc, n := r.acc, r.n
	for k := 1; k < 64; {
		if n < 32 {
			r.acc, r.n = acc, n
			r.fill()
			acc, n = r.acc, r.n
		}
		e := ac.runs[acc>>(64-lookBits)]
		if next := k + int(e.advance&^endOfBlock); next < 64 && e.bits != 0 {
			acc <<= e.bits
			n -= int(e.bits)
			if e.advance >= endOfBlock {
				break
			}
			k = next
			continue
		}
		// Near the end of a block, or a long code: one code at a time.
		bits, advance := int(e.bits1), e.advance1
		if bits == 0 {
			r.acc, r.n = acc, n
			symbol, ok := r.symbol(ac)
			if !ok {
				return false
			}
			acc, n = r.acc, r.n
			bits, advance = int(symbol&15), symbol>>4+1
			if bits == 0 && symbol != 0xF0 {
				break
			}
		}
		acc <<= bits
		n -= bits
		if advance == endOfBlock {
			break
		}
		if k += int(advance); k > 64 {
			return false
		}
	}
	r.acc, r.n = acc, n
	return r.sound()
}
