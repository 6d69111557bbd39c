package deflate

import (
	"math/bits"
	"slices"
	"sync"
)

// table decodes the codes of an alphabet.
type table struct {
	lookup []uint32 // by the next bits
	// For longer codes: how many there are of each length, and their entries in order.
	counts  [maxBits + 1]int
	ordered []uint32
}

// build makes t the table for codes of these lengths; entries are what they stand for. As
// in zlib, which all but a few programs use, a set of codes that leaves some bits
// without a meaning is damage, unless it is a code of one bit alone or none at all.
func (t *table) build(lengths []uint8, entries []uint32, size int, meta bool) bool {
	t.counts = [maxBits + 1]int{}
	for _, n := range lengths {
		t.counts[n]++
	}
	t.counts[0] = 0
	left, codes := 1, 0
	var next, place [maxBits + 2]int
	for n := 1; n <= maxBits; n++ {
		next[n+1] = (next[n] + t.counts[n]) << 1
		place[n+1] = place[n] + t.counts[n]
		left = left<<1 - t.counts[n]
		codes += t.counts[n]
		if left < 0 {
			return false
		}
	}
	if left > 0 && (meta || codes > 1 || codes == 1 && t.counts[1] == 0) {
		return false
	}
	if t.lookup == nil {
		t.lookup = make([]uint32, 1<<size)
	}
	if left > 0 {
		for i := range t.lookup {
			t.lookup[i] = 1 | invalid
		}
	}
	t.ordered = slices.Grow(t.ordered[:0], codes)[:codes]
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		e := entries[symbol] | uint32(n)
		t.ordered[place[n]] = e
		place[n]++
		code := int(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		if int(n) > size {
			t.lookup[code&(1<<size-1)] = 0
		} else {
			for i := code; i < len(t.lookup); i += 1 << n {
				t.lookup[i] = e
			}
		}
	}
	return true
}

// slow is the entry of the code that bits begin with, which is longer than those that
// are looked up.
func (t *table) slow(bits uint64) uint32 {
	code, first, index := 0, 0, 0
	for n := 1; n <= maxBits; n++ {
		code |= int(bits & 1)
		bits >>= 1
		if count := t.counts[n]; code-first < count {
			return t.ordered[index+code-first]
		} else {
			index += count
			first = (first + count) << 1
			code <<= 1
		}
	}
	return maxBits | invalid
}

const (
	litSymbols  = 288 // two of which no stream has
	distSymbols = 32
	maxLit      = 286
	maxDist     = 30
)

// alphabets are the entries of the two alphabets without lengths (3.2.5).
var alphabets = sync.OnceValues(func() (lit, dist []uint32) {
	lit, dist = make([]uint32, litSymbols), make([]uint32, distSymbols)
	for i := range lit {
		lit[i] = literal | uint32(i)<<16
	}
	lit[endBlock] = end
	base := 3
	for i := endBlock + 1; i < maxLit-1; i++ {
		extra := max(0, (i-endBlock-1)/4-1)
		lit[i] = match | uint32(extra)<<4 | uint32(base)<<16
		base += 1 << extra
	}
	lit[maxLit-1] = match | longest<<16
	lit[maxLit], lit[maxLit+1] = invalid, invalid
	base = 1
	for i := range dist {
		extra := max(0, i/2-1)
		dist[i] = match | uint32(extra)<<4 | uint32(base)<<16
		if i >= maxDist {
			dist[i] = invalid
		}
		base += 1 << extra
	}
	return lit, dist
})

// fixedTables are those of blocks that have none of their own (3.2.6).
var fixedTables = sync.OnceValues(func() (lit, dist *table) {
	var lengths [litSymbols]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	a, b := alphabets()
	lit, dist = new(table), new(table)
	lit.build(lengths[:], a, litBits, false)
	for i := range distSymbols {
		lengths[i] = 5
	}
	dist.build(lengths[:distSymbols], b, distBits, false)
	return lit, dist
})

// codeOrder is the order in which lengths of the codes for lengths come (3.2.7).
var codeOrder = [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// metaBits is the longest of these codes.
const metaBits = 7

// tables reads those of a block (3.2.7).
func (f *follower) tables() error {
	var counts [3]int
	for i, n := range [3]int{5, 5, 4} {
		var err error
		if counts[i], err = f.take(n); err != nil {
			return err
		}
	}
	lits, dists, metas := counts[0]+257, counts[1]+1, counts[2]+4
	if lits > maxLit || dists > maxDist {
		return ErrCorrupt
	}
	var lengths [maxLit + maxDist]uint8
	var meta [19]uint8
	var symbols [19]uint32
	for i := range metas {
		n, err := f.take(3)
		if err != nil {
			return err
		}
		meta[codeOrder[i]] = uint8(n)
	}
	for i := range symbols {
		symbols[i] = uint32(i) << 16
	}
	codes := &f.own[2]
	if !codes.build(meta[:], symbols[:], metaBits, true) {
		return ErrCorrupt
	}
	for i := 0; i < lits+dists; {
		f.fill()
		e := codes.lookup[f.bits&(1<<metaBits-1)]
		if f.n < int(e&15) {
			return ErrCut
		}
		f.bits >>= e & 15
		f.n -= int(e & 15)
		symbol := e >> 16
		if symbol < 16 {
			lengths[i] = uint8(symbol)
			i++
			continue
		}
		value, extra, least := uint8(0), 2, 3
		switch symbol {
		case 16:
			if i == 0 {
				return ErrCorrupt
			}
			value = lengths[i-1]
		case 17:
			extra = 3
		case 18:
			extra, least = 7, 11
		}
		n, err := f.take(extra)
		if err != nil {
			return err
		}
		if n += least; i+n > lits+dists {
			return ErrCorrupt
		}
		for range n {
			lengths[i] = value
			i++
		}
	}
	if lengths[endBlock] == 0 {
		return ErrCorrupt
	}
	a, b := alphabets()
	f.lit, f.dist = &f.own[0], &f.own[1]
	if !f.lit.build(lengths[:lits], a, litBits, false) || !f.dist.build(lengths[lits:lits+dists], b, distBits, false) {
		return ErrCorrupt
	}
	return nil
}
