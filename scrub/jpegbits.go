package scrub

import "encoding/binary"

// bitReader reads the bits of one interval, which ends at a marker or with b. The
// loops over blocks hold acc, n and i in variables of their own, and hand them
// back to call one of its methods.
type bitReader struct {
	b    []byte
	acc  uint64 // the bits that are next, from the top; below them begins the next byte, or zeros
	n    int    // how many there are
	i    int    // of the next byte
	past int    // how many of them, the last, are made up behind the end
}

// enough is how many bits there are after a fill at least: a Huffman code and what
// follows it take at most 31.
const enough = 32

// glance adds to the n bits in acc those that begin at b[i], up to 8 bytes. It is
// false where one of these is 0xFF or behind the end, and n is as it was.
func glance(b []byte, acc uint64, n, i int) (uint64, int, int, bool) {
	if i+8 > len(b) {
		return acc, n, i, false
	}
	w := binary.BigEndian.Uint64(b[i:])
	if (^w-0x0101010101010101)&w&0x8080808080808080 != 0 {
		return acc, n, i, false
	}
	return acc | w>>(n&63), n | 56, i + (63-n)>>3, true
}

// fill makes n at least enough, from below that. It is false where bits behind the
// end were used.
func (r *bitReader) fill() bool {
	if !r.sound() {
		return false
	}
	var ok bool
	if r.acc, r.n, r.i, ok = glance(r.b, r.acc, r.n, r.i); ok {
		return true
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
	return true
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

// skip passes over count bits. It is false where they lie behind the end.
func (r *bitReader) skip(count int) bool {
	for count > r.n {
		if r.past > 0 {
			return false
		}
		count -= r.n
		r.acc, r.n = 0, 0
		r.fill()
	}
	r.acc <<= count
	r.n -= count
	return r.sound()
}

// lookBits is how many bits are looked up at once.
const lookBits = 11

// huffman is a Huffman table as lookups.
type huffman struct {
	// codes holds length<<8 | symbol by the next lookBits bits, 0 for a longer code.
	codes [1 << lookBits]uint16
	// For longer codes: the first code of each length left-aligned to 16 bits, the
	// one behind the last, and the index of the first one's symbol.
	low, high [17]uint32
	index     [17]int
	symbols   []byte
}

// newHuffman builds the lookups, nil where the counts make no code.
func newHuffman(counts, symbols []byte) *huffman {
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
				same := t.codes[code<<(lookBits-length):][:1<<(lookBits-length)]
				for i := range same {
					same[i] = uint16(length)<<8 | uint16(symbols[n])
				}
			}
			code++
			n++
		}
		t.high[length] = code << (16 - length)
		code <<= 1
	}
	return t
}

// decode is the symbol of the code that bits begin with, and the code's length; 0
// for none.
func (t *huffman) decode(bits uint64) (symbol byte, length int) {
	if e := t.codes[bits>>(64-lookBits)]; e != 0 {
		return byte(e), int(e >> 8)
	}
	return t.decodeLong(uint32(bits >> 48))
}

func (t *huffman) decodeLong(next uint32) (symbol byte, length int) {
	for length := lookBits + 1; length <= 16; length++ {
		if next >= t.low[length] && next < t.high[length] {
			return t.symbols[t.index[length]+int(next-t.low[length])>>(16-length)], length
		}
	}
	return 0, 0
}

// A codeRun is what codes take that follow each other in a block: in its lowest
// byte their bits, with the bits that follow each, in the next the coefficients.
type codeRun uint16

const (
	blockSize = 64 // coefficients
	// endOfBlock is added to the coefficients of a code that ends the block.
	endOfBlock = 128
	// unknownRun is for a code that takes a closer look: no bits, and more
	// coefficients than any other.
	unknownRun codeRun = 255 << 8
)

func (r codeRun) bits() int    { return int(r & 63) }
func (r codeRun) advance() int { return int(r >> 8) }

// dcRun is a DC code alone, unknownRun for one that there is none of.
func dcRun(symbol byte, length int) codeRun {
	if symbol > 15 || length == 0 {
		return unknownRun
	}
	return codeRun(length+int(symbol)) | 1<<8
}

// acRun is an AC code alone, unknownRun for none and for one that begins a run of
// blocks in a progressive picture.
func acRun(symbol byte, length int, progressive bool) codeRun {
	run, size := codeRun(symbol>>4), codeRun(symbol&15)
	switch {
	case length == 0:
		return unknownRun
	case size == 0 && run < 15:
		if progressive && run > 0 {
			return unknownRun
		}
		run = endOfBlock - 1
	}
	return codeRun(length) + size | (run+1)<<8
}

// blockRuns says how far the codes lead that begin with some bits: all those which
// lie whole within them, and at least the first if its code does.
type blockRuns [1 << lookBits]codeRun

// newRuns builds the runs that begin with codes of first, and go on with those of
// ac, single codes both.
func newRuns(first, ac *blockRuns) *blockRuns {
	t := new(blockRuns)
	for next := range uint32(len(t)) {
		run := first[next]
		for run.bits() < lookBits && run.advance() < blockSize {
			more := ac[next<<run.bits()&(1<<lookBits-1)]
			if more == unknownRun || run.bits()+more.bits() > lookBits {
				break
			}
			run += more
		}
		t[next] = run
	}
	return t
}

// singles are the codes of t alone, each as one makes a run of it.
func (t *huffman) singles(one func(symbol byte, length int) codeRun) *blockRuns {
	s := new(blockRuns)
	for next := 0; next < len(s); {
		e := t.codes[next]
		run, same := one(byte(e), int(e>>8)), 1
		if e != 0 {
			same = 1 << (lookBits - e>>8)
		}
		for range same {
			s[next] = run
			next++
		}
	}
	return s
}

// maskedRun is a codeRun and the coefficients that it makes nonzero, from the
// lowest bit.
type maskedRun struct {
	codeRun
	mask uint32
}

// bandRuns are blockRuns for the first scan of a band of a progressive picture.
type bandRuns [1 << lookBits]maskedRun

func newBandRuns(t *huffman) *bandRuns {
	const maxMask = 32
	singles := t.singles(func(symbol byte, length int) codeRun { return acRun(symbol, length, true) })
	runs := new(bandRuns)
	for next := range uint32(len(runs)) {
		run, mask := codeRun(0), uint32(0)
		for run.bits() < lookBits && run.advance() < maxMask {
			rest := next << run.bits() & (1<<lookBits - 1)
			more := singles[rest]
			if run != 0 && (more == unknownRun || run.bits()+more.bits() > lookBits || run.advance()+more.advance()&(endOfBlock-1) > maxMask) {
				break
			}
			run += more
			if byte(t.codes[rest])&15 > 0 {
				mask |= 1 << (run.advance() - 1)
			}
		}
		runs[next] = maskedRun{run, mask}
	}
	return runs
}
