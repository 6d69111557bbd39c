package scrub

import (
	"bytes"
	"encoding/binary"
	"sync"
)

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
	// definition is 16 counts of codes by length, and the symbols.
	definition []byte
}

// standardTable is a pair of tables with the lookups for them.
type standardTable struct {
	dc, ac        *huffman
	begin, within *blockRuns
}

// standardTables are those that decoders take where a picture has none, as frames of
// Motion JPEG do (annex K.3): for luma and for colours. More than half of all photos
// have them, so they are built once.
var standardTables = sync.OnceValue(func() [2]standardTable {
	var tables [2]standardTable
	for id, t := range [...]struct{ dcCounts, acCounts, acSymbols string }{
		{
			"\x00\x01\x05\x01\x01\x01\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00",
			"\x00\x02\x01\x03\x03\x02\x04\x03\x05\x05\x04\x04\x00\x00\x01\x7d",
			"\x01\x02\x03\x00\x04\x11\x05\x12\x21\x31\x41\x06\x13\x51\x61\x07\x22\x71\x14\x32\x81\x91\xa1\x08\x23\x42\xb1" +
				"\xc1\x15\x52\xd1\xf0\x24\x33\x62\x72\x82\x09\x0a\x16\x17\x18\x19\x1a\x25\x26\x27\x28\x29\x2a\x34\x35\x36\x37" +
				"\x38\x39\x3a\x43\x44\x45\x46\x47\x48\x49\x4a\x53\x54\x55\x56\x57\x58\x59\x5a\x63\x64\x65\x66\x67\x68\x69\x6a" +
				"\x73\x74\x75\x76\x77\x78\x79\x7a\x83\x84\x85\x86\x87\x88\x89\x8a\x92\x93\x94\x95\x96\x97\x98\x99\x9a\xa2\xa3" +
				"\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xd2\xd3" +
				"\xd4\xd5\xd6\xd7\xd8\xd9\xda\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa",
		},
		{
			"\x00\x03\x01\x01\x01\x01\x01\x01\x01\x01\x01\x00\x00\x00\x00\x00",
			"\x00\x02\x01\x02\x04\x04\x03\x04\x07\x05\x04\x04\x00\x01\x02\x77",
			"\x00\x01\x02\x03\x11\x04\x05\x21\x31\x06\x12\x41\x51\x07\x61\x71\x13\x22\x32\x81\x08\x14\x42\x91\xa1\xb1\xc1" +
				"\x09\x23\x33\x52\xf0\x15\x62\x72\xd1\x0a\x16\x24\x34\xe1\x25\xf1\x17\x18\x19\x1a\x26\x27\x28\x29\x2a\x35\x36" +
				"\x37\x38\x39\x3a\x43\x44\x45\x46\x47\x48\x49\x4a\x53\x54\x55\x56\x57\x58\x59\x5a\x63\x64\x65\x66\x67\x68\x69" +
				"\x6a\x73\x74\x75\x76\x77\x78\x79\x7a\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x92\x93\x94\x95\x96\x97\x98\x99\x9a" +
				"\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca" +
				"\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa",
		},
	} {
		const dcSymbols = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b"
		dc, ac := newHuffman([]byte(t.dcCounts+dcSymbols)), newHuffman([]byte(t.acCounts+t.acSymbols))
		begin, within := blockLookups(dc, ac)
		tables[id] = standardTable{dc, ac, begin, within}
	}
	return tables
})

// huffmanOf is the table of a definition in a DHT segment, without the byte that names
// it; nil where its counts make no code.
func huffmanOf(definition []byte) *huffman {
	for _, t := range standardTables() {
		for _, standard := range [...]*huffman{t.dc, t.ac} {
			if bytes.Equal(definition, standard.definition) {
				return standard
			}
		}
	}
	return newHuffman(definition)
}

// newHuffman builds the lookups; its argument and result are those of huffmanOf.
func newHuffman(definition []byte) *huffman {
	counts, symbols := definition[:16], definition[16:]
	t := &huffman{definition: definition}
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
			return t.definition[16+t.index[length]+int(next-t.low[length])>>(16-length)], length
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
	unknownRun codeRun = blockSize << 8
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

// blockLookups are the runs of a sequential picture's blocks: from their beginning, and
// from within.
func blockLookups(dc, ac *huffman) (begin, within *blockRuns) {
	alone := ac.singles(func(symbol byte, length int) codeRun { return acRun(symbol, length, false) })
	return newRuns(dc.singles(dcRun), alone), newRuns(alone, alone)
}

// newRuns builds the runs that begin with codes of first, and go on with those of
// ac, single codes both.
func newRuns(first, ac *blockRuns) *blockRuns {
	t := new(blockRuns)
	for next := range uint32(len(t)) {
		run := first[next]
		for run.bits() < lookBits && run.advance() < blockSize {
			more := ac[next<<run.bits()&(1<<lookBits-1)]
			if more == unknownRun || run.bits()+more.bits() > lookBits || run.advance()+more.advance()&(endOfBlock-1) > blockSize {
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
