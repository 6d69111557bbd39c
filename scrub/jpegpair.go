package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
)

// Where a code ends is known only once it has been looked up, so a processor mostly
// waits while it follows a scan. Two places of a scan are followed at once here, in the
// time that one takes: from where the picture begins, and from its middle, where it is
// a guess what the bits mean. Huffman codes fall into step: where the first comes to
// the end of a block that the second was at the end of too, all that the second found
// behind is true, for the same bits are followed from the same place. Where that does
// not happen, what the second found is forgotten.

const (
	// pairWindow is how many bytes are followed at once, and minPair those that it is
	// worth it for.
	pairWindow = 1 << 15
	minPair    = 1 << 13
	// maxGuesses is how often the second may begin anew where it makes no sense.
	maxGuesses = 64
)

// stream is one of the two places.
type stream struct {
	acc    uint64 // as a bitReader's
	i      int    // of the byte in the window that is behind acc
	s      uint32 // 63 less the bits in acc, and from bit 8 on the coefficient
	table  uint32 // where in the pair's runs the next code is looked up
	x      uint32 // blocks passed since the last turn
	blocks int    // and before it
}

// at is how many bits of the window are behind u.
func (u *stream) at() int { return u.i<<3 - 63 + int(u.s&63) }

// whole is how many blocks are behind u.
func (u *stream) whole() int { return u.blocks + int(u.x) }

// mark is the end of an MCU that a stream was at.
type mark struct{ bits, blocks int }

// streamPair follows two places of a sequential scan.
type streamPair struct {
	// What points elsewhere comes first: behind it the garbage collector need not look.
	blocks []scanPart
	marks  []mark // of the second stream

	window [pairWindow + 8]byte // without stuffed bytes
	runs   [2 * 4 * 1 << lookBits]codeRun
	// steps holds for each block of some MCUs where within it codes are looked up, and
	// from bit 32 on what that is less than where they are at the beginning of the next.
	steps  [256]uint64
	first  uint32 // the table at the beginning of an MCU
	mcu    uint32 // blocks
	turn   uint32 // blocks after which a stream's x is set back
	misses int    // how often the streams did not join
}

// newStreamPair prepares for MCUs of blocks.
func newStreamPair(blocks []scanPart) *streamPair {
	p := &streamPair{blocks: blocks, mcu: uint32(len(blocks))}
	var known []*blockRuns
	table := func(t *blockRuns) uint32 {
		for i, k := range known {
			if k == t {
				return uint32(i) << lookBits
			}
		}
		at := uint32(len(known)) << lookBits
		copy(p.runs[at:], t[:])
		known = append(known, t)
		return at
	}
	p.first = table(blocks[0].begin)
	for i := range p.steps {
		within := table(blocks[i%len(blocks)].within)
		next := table(blocks[(i+1)%len(blocks)].begin)
		p.steps[i] = uint64(next-within)<<32 | uint64(within)
	}
	p.turn = (uint32(len(p.steps)) - 16 - p.mcu) / p.mcu * p.mcu
	return p
}

// unstuff fills window with what b begins with, without stuffed bytes, and returns how
// many bytes that are.
func unstuff(window, b []byte) int {
	n := 0
	for n < len(window) && len(b) > 0 {
		plain := bytes.IndexByte(b[:min(len(b), len(window)-n)], 0xFF)
		if plain < 0 {
			return n + copy(window[n:], b)
		}
		n += copy(window[n:], b[:plain])
		if b = b[plain:]; len(b) < 2 || b[1] != 0 {
			return n
		}
		window[n] = 0xFF
		n, b = n+1, b[2:]
	}
	return n
}

// stuffed is how many bytes those of b were before they were unstuffed.
func stuffed(b []byte) int { return len(b) + bytes.Count(b, []byte{0xFF}) }

// begin is a stream from the beginning of an MCU, some bits into the window.
func (p *streamPair) begin(bits int) stream {
	i, used := bits>>3, bits&7
	return stream{acc: binary.BigEndian.Uint64(p.window[i:]) << used, i: i + 7, s: uint32(7 + used), table: p.first}
}

// follow follows both streams, until one is due for a turn or a code takes a closer
// look. What they read behind the window's end makes no sense, but does no harm. All
// is without a branch that depends on what is read.
func (p *streamPair) follow(u, v *stream) {
	acc, i, s, table, x := u.acc, u.i, u.s, u.table, u.x
	acc2, i2, s2, table2, x2 := v.acc, v.i, v.s, v.table, v.x
	const odd = blockSize << 8
	for x < p.turn && x2 < p.turn {
		at := i & (pairWindow - 1)
		acc |= binary.BigEndian.Uint64(p.window[at:at+8]) >> ((s ^ 63) & 63)
		i += int(s & 63 >> 3)
		s &= 0xFF07
		at2 := i2 & (pairWindow - 1)
		acc2 |= binary.BigEndian.Uint64(p.window[at2:at2+8]) >> ((s2 ^ 63) & 63)
		i2 += int(s2 & 63 >> 3)
		s2 &= 0xFF07

		e := int32(int16(p.runs[table+uint32(acc>>(64-lookBits))]))
		e2 := int32(int16(p.runs[table2+uint32(acc2>>(64-lookBits))]))
		s += uint32(e)
		s2 += uint32(e2)
		if (s|s2)&odd != 0 {
			s -= uint32(e)
			s2 -= uint32(e2)
			break
		}
		acc <<= uint32(e) & 63
		acc2 <<= uint32(e2) & 63
		ended := uint32(e >> 15) // all bits, or none
		step := p.steps[uint8(x)]
		table = uint32(step) + uint32(step>>32)&ended
		s &^= ended << 8
		x -= ended
		ended2 := uint32(e2 >> 15)
		step2 := p.steps[uint8(x2)]
		table2 = uint32(step2) + uint32(step2>>32)&ended2
		s2 &^= ended2 << 8
		x2 -= ended2

		// Again: there are bits enough in acc for two.
		e = int32(int16(p.runs[table+uint32(acc>>(64-lookBits))]))
		e2 = int32(int16(p.runs[table2+uint32(acc2>>(64-lookBits))]))
		s += uint32(e)
		s2 += uint32(e2)
		if (s|s2)&odd != 0 {
			s -= uint32(e)
			s2 -= uint32(e2)
			break
		}
		acc <<= uint32(e) & 63
		acc2 <<= uint32(e2) & 63
		ended = uint32(e >> 15)
		step = p.steps[uint8(x)]
		table = uint32(step) + uint32(step>>32)&ended
		s &^= ended << 8
		x -= ended
		ended2 = uint32(e2 >> 15)
		step2 = p.steps[uint8(x2)]
		table2 = uint32(step2) + uint32(step2>>32)&ended2
		s2 &^= ended2 << 8
		x2 -= ended2
	}
	u.acc, u.i, u.s, u.table, u.x = acc, i, s, table, x
	v.acc, v.i, v.s, v.table, v.x = acc2, i2, s2, table2, x2
}

// step follows u to the end of a run of codes, or of one code. It is false where there
// is none.
func (p *streamPair) step(u *stream) bool {
	at := u.i & (pairWindow - 1)
	u.acc |= binary.BigEndian.Uint64(p.window[at:at+8]) >> ((u.s ^ 63) & 63)
	u.i += int(u.s & 63 >> 3)
	u.s &= 0xFF07
	e := p.runs[u.table+uint32(u.acc>>(64-lookBits))]
	if k := int(u.s >> 8); outOfBlock(k + e.advance()) {
		if e = p.blocks[u.x%p.mcu].one(u.acc, k); e == unknownRun {
			return false
		}
	}
	u.acc <<= e.bits()
	u.s += uint32(e)
	step := p.steps[uint8(u.x)]
	u.table = uint32(step)
	if u.s >= blockSize<<8 {
		u.table += uint32(step >> 32)
		u.s &= 0xFF
		u.x++
	}
	return true
}

// align follows u to the end of an MCU, if it is not at one.
func (p *streamPair) align(u *stream) bool {
	for u.s>>8 != 0 || u.x%p.mcu != 0 {
		if !p.step(u) {
			return false
		}
	}
	if u.x >= p.turn {
		u.blocks, u.x = u.whole(), 0
	}
	return true
}

// pass follows the n bytes in the window, some bits into which an MCU begins, but no
// more than most blocks. It returns the end of an MCU, false where the data makes no
// sense.
func (p *streamPair) pass(bits, n, most int) (mark, bool) {
	u, middle := p.begin(bits), n/2<<3
	v, guesses, ahead := p.guess(middle), 1, true
	for u.at() < middle {
		if u.whole()+2*len(p.steps) > most {
			ok := p.align(&u) && u.at() <= n<<3
			return mark{u.at(), u.whole()}, ok
		}
		if ahead {
			p.follow(&u, &v)
		}
		if !p.advance(&u) || u.at() > n<<3 {
			return mark{}, false
		}
		if !ahead {
			continue
		}
		turns := v.x >= p.turn
		sound := p.advance(&v)
		begin := (v.at() + 8) &^ 7
		switch {
		case begin >= n<<3:
			ahead = false
		case sound && turns:
			p.marks = append(p.marks, mark{v.at(), v.whole()})
		case !sound && guesses < maxGuesses:
			v, guesses = p.guess(begin), guesses+1
		case !sound:
			ahead = false
		}
	}
	return p.join(&u, n, most)
}

// guess is a stream from somewhere in the window, as if an MCU began there. Its first
// turn comes soon.
func (p *streamPair) guess(bits int) stream {
	p.marks = append(p.marks[:0], mark{bits, 0})
	const soon = 32
	v := p.begin(bits)
	v.x = p.turn - min(p.turn, max(1, soon/p.mcu)*p.mcu)
	v.blocks = -int(v.x)
	return v
}

// advance turns u, if it is time to, and else follows it by a step.
func (p *streamPair) advance(u *stream) bool {
	if u.x >= p.turn {
		return p.align(u)
	}
	return p.step(u)
}

// join follows u until it is where the second stream was, and is then the last mark of
// that.
func (p *streamPair) join(u *stream, n, most int) (mark, bool) {
	for {
		if !p.align(u) || u.at() > n<<3 || u.whole() > most {
			return mark{}, false
		}
		here, ahead := mark{u.at(), u.whole()}, p.marks
		for len(ahead) > 0 && ahead[0].bits < here.bits {
			ahead = ahead[1:]
		}
		switch {
		case here.blocks+int(p.mcu) > most:
			return here, true
		case len(ahead) == 0:
			p.misses++
			return here, true
		case ahead[0].bits == here.bits:
			last := here
			for _, m := range ahead {
				if blocks := here.blocks + m.blocks - ahead[0].blocks; blocks <= most {
					last = mark{m.bits, blocks}
				}
			}
			return last, true
		}
		p.marks = ahead
		if !p.step(u) {
			return mark{}, false
		}
	}
}

// ahead follows MCUs of a sequential scan from the beginning of its data, as far as
// streams in pairs lead, and returns how many they are.
func (s *scanWalk) ahead(ctx context.Context, mcus int) int {
	const maxMisses = 2 // the streams do not fall into step
	r, blocks, bits := &s.in, 0, 0
	most := mcus * len(s.blocks)
	for len(r.b)-r.i >= minPair && ctx.Err() == nil {
		if s.pair == nil {
			s.pair = newStreamPair(s.blocks)
		}
		if s.pair.misses >= maxMisses {
			break
		}
		n := unstuff(s.pair.window[:pairWindow], r.b[r.i:])
		if n < minPair {
			break
		}
		end, ok := s.pair.pass(bits, n, most-blocks)
		if !ok || end.blocks == 0 {
			break
		}
		r.i += stuffed(s.pair.window[:end.bits>>3])
		blocks, bits = blocks+end.blocks, end.bits&7
	}
	if bits > 0 {
		r.fill()
		r.acc <<= bits
		r.n -= bits
	}
	return blocks / len(s.blocks)
}

// maxIntervals is how many intervals between restart markers are followed at once.
const maxIntervals = 64

// pairInterval is a stream that follows one of a scan's intervals.
type pairInterval struct {
	stream
	index  int // of the interval
	window []byte
	from   int // of window, in the pair's
}

// inPairs follows pieces of mcus MCUs each, which need no guess where the second begins,
// until ctx ends. It fills in where they end, and returns how many of them it followed:
// none where they are not made for it. It is false where one makes no sense.
func (s *scanWalk) inPairs(ctx context.Context, pieces [][]byte, mcus int, ends *[maxIntervals]int) (n int, ok bool) {
	const half = pairWindow / 2
	blocks := mcus * len(s.blocks)
	if s.f.progressive || s.f.arithmetic || len(pieces) < 2 || blocks < 2*len(s.blocks)+2 ||
		slices.ContainsFunc(pieces, func(b []byte) bool { return len(b) > half }) {
		return 0, true
	}
	if s.f.visits -= blocks * len(pieces); s.f.visits < 0 {
		return 0, false
	}
	if s.pair == nil {
		s.pair = newStreamPair(s.blocks)
	}
	p := s.pair
	// take begins the next piece.
	take := func(v *pairInterval) bool {
		v.window = p.window[v.from:][:unstuff(p.window[v.from:][:half], pieces[n])]
		v.stream, v.index = p.begin(v.from<<3), n
		p.aim(&v.stream, blocks)
		n++
		return ctx.Err() == nil
	}
	// end notes where v's piece ends, and takes another.
	end := func(v *pairInterval) bool {
		for v.whole() < blocks {
			if !p.advance(&v.stream) {
				return false
			}
		}
		used := (v.at()+7)>>3 - v.from
		if v.at() > (v.from+len(v.window))<<3 {
			return false
		}
		ends[v.index] = stuffed(v.window[:used])
		return n == len(pieces) || take(v)
	}
	u, v := pairInterval{from: 0}, pairInterval{from: half}
	if !take(&u) || !take(&v) {
		return 0, false
	}
	for n < len(pieces) {
		p.follow(&u.stream, &v.stream)
		for _, w := range [...]*pairInterval{&u, &v} {
			if !p.advance(&w.stream) {
				return 0, false
			}
			if w.x == 0 && !p.aim(&w.stream, blocks) && n < len(pieces) && !end(w) {
				return 0, false
			}
		}
	}
	// The last two, each to its end.
	return n, end(&u) && end(&v)
}

// aim has u turn before blocks are whole. It is false where few are left.
func (p *streamPair) aim(u *stream, blocks int) bool {
	whole := u.whole()
	ahead := min((blocks-whole-2)/int(p.mcu)*int(p.mcu), int(p.turn))
	if ahead <= 0 {
		return false
	}
	u.x = p.turn - uint32(ahead)
	u.blocks = whole - int(u.x)
	return true
}
