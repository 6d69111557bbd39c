package webp

import (
	"cmp"
	"math/bits"
	"slices"
)

const (
	maxLength     = 15 // bits of a prefix code (RFC 9649, 3.7.2.1)
	maxMetaLength = 7  // bits of the code for the lengths of a prefix code
)

// prefixCode is a canonical prefix code. A code of one symbol takes no bits.
type prefixCode struct {
	length []uint8
	code   []uint16 // as it is written, its first bit lowest
}

func (b *bitWriter) symbol(c *prefixCode, s int) { b.write(uint32(c.code[s]), uint(c.length[s])) }

// codeLengths are those of a Huffman code with at most limit bits a symbol, 0 for
// what does not come. Where the tree is too deep, rare symbols count as less rare.
func codeLengths(counts []int, limit int) []uint8 {
	type node struct{ count, symbol, left, right int }
	lengths := make([]uint8, len(counts))
	for floor := 1; ; floor *= 2 {
		var nodes []node
		for s, n := range counts {
			if n > 0 {
				nodes = append(nodes, node{count: max(n, floor), symbol: s})
			}
		}
		leaves := len(nodes)
		if leaves <= 1 {
			if leaves == 1 {
				lengths[nodes[0].symbol] = 1
			}
			return lengths
		}
		slices.SortStableFunc(nodes, func(a, b node) int { return cmp.Compare(a.count, b.count) })
		// The leaves and the nodes above them are each in order, so the least is
		// the first of either.
		leaf, inner := 0, leaves
		least := func() int {
			if leaf < leaves && (inner == len(nodes) || nodes[leaf].count <= nodes[inner].count) {
				leaf++
				return leaf - 1
			}
			inner++
			return inner - 1
		}
		for len(nodes) < 2*leaves-1 {
			a := least()
			b := least()
			nodes = append(nodes, node{count: nodes[a].count + nodes[b].count, left: a, right: b})
		}
		depth := make([]int, len(nodes))
		deepest := 0
		for i := len(nodes) - 1; i >= leaves; i-- {
			depth[nodes[i].left], depth[nodes[i].right] = depth[i]+1, depth[i]+1
		}
		for i, n := range nodes[:leaves] {
			lengths[n.symbol] = uint8(min(depth[i], 255))
			deepest = max(deepest, depth[i])
		}
		if deepest <= limit {
			return lengths
		}
	}
}

// newPrefixCode makes the canonical code of those lengths.
func newPrefixCode(lengths []uint8) *prefixCode {
	c := &prefixCode{length: lengths, code: make([]uint16, len(lengths))}
	used, last, code := 0, 0, 0
	for n := 1; n <= maxLength; n++ {
		for s, length := range lengths {
			if int(length) == n {
				c.code[s] = bits.Reverse16(uint16(code)) >> (16 - n)
				code++
				used, last = used+1, s
			}
		}
		code <<= 1
	}
	if used == 1 {
		c.length = make([]uint8, len(lengths))
		c.code[last] = 0
	}
	return c
}

// metaOrder is the order in which the lengths of the code for lengths are written.
var metaOrder = [19]int{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// run is a length of a prefix code, or a repetition.
type run struct {
	symbol int
	extra  uint32
	bits   uint
}

// runs are the lengths as they are written, long repetitions taken together.
func runs(lengths []uint8) []run {
	const repeat, zeros, manyZeros = 16, 17, 18
	var out []run
	previous := uint8(8)
	for i := 0; i < len(lengths); {
		v, n := lengths[i], 1
		for i+n < len(lengths) && lengths[i+n] == v {
			n++
		}
		i += n
		if v != 0 && v != previous {
			out = append(out, run{symbol: int(v)})
			previous = v
			n--
		}
		for n > 0 {
			switch {
			case n < 3:
				out = append(out, run{symbol: int(v)})
				n--
			case v != 0:
				k := min(n, 6)
				out = append(out, run{repeat, uint32(k - 3), 2})
				n -= k
			case n < 11:
				out = append(out, run{zeros, uint32(n - 3), 3})
				n = 0
			default:
				k := min(n, 138)
				out = append(out, run{manyZeros, uint32(k - 11), 7})
				n -= k
			}
		}
	}
	return out
}

// prefixCode writes a prefix code for symbols that come so often, and returns it.
func (b *bitWriter) prefixCode(counts []int) *prefixCode {
	var used []int
	for s, n := range counts {
		if n > 0 {
			used = append(used, s)
		}
	}
	lengths := codeLengths(counts, maxLength)
	if len(used) == 0 {
		used = []int{0}
	}
	if len(used) <= 2 && used[len(used)-1] < 256 { // a simple code
		b.write(1, 1)
		b.write(uint32(len(used)-1), 1)
		if used[0] < 2 {
			b.write(0, 1)
			b.write(uint32(used[0]), 1)
		} else {
			b.write(1, 1)
			b.write(uint32(used[0]), 8)
		}
		if len(used) == 2 {
			b.write(uint32(used[1]), 8)
		}
		return newPrefixCode(lengths)
	}
	b.write(0, 1)
	tokens := runs(lengths)
	meta := make([]int, len(metaOrder))
	for _, t := range tokens {
		meta[t.symbol]++
	}
	metaLengths := codeLengths(meta, maxMetaLength)
	n := len(metaOrder)
	for n > 4 && metaLengths[metaOrder[n-1]] == 0 {
		n--
	}
	b.write(uint32(n-4), 4)
	for _, s := range metaOrder[:n] {
		b.write(uint32(metaLengths[s]), 3)
	}
	b.write(0, 1) // as many lengths as the alphabet has symbols
	code := newPrefixCode(metaLengths)
	for _, t := range tokens {
		b.symbol(code, t.symbol)
		b.write(t.extra, t.bits)
	}
	return newPrefixCode(lengths)
}
