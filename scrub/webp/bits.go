package webp

import "math/bits"

// bitWriter packs bits from the least significant on (RFC 9649, 3.1).
type bitWriter struct {
	out  []byte
	held uint64
	n    uint // bits held, fewer than 8 between calls
}

// write appends the n ≤ 32 low bits of v.
func (b *bitWriter) write(v uint32, n uint) {
	b.held |= uint64(v) << b.n
	for b.n += n; b.n >= 8; b.n -= 8 {
		b.out = append(b.out, byte(b.held))
		b.held >>= 8
	}
}

// bytes is all that was written, filled up with zeros.
func (b *bitWriter) bytes() []byte {
	if b.n > 0 {
		b.write(0, 8-b.n)
	}
	return b.out
}

// boolWriter is the arithmetic encoder of VP8 (RFC 6386, 7.3).
type boolWriter struct {
	out    []byte
	span   uint32 // 128 to 255
	bottom uint32
	left   int // shifts until a byte is complete
}

func newBoolWriter() *boolWriter { return &boolWriter{span: 255, left: 24} }

// bit appends a bit that is 0 with the given probability, in 256ths.
func (w *boolWriter) bit(prob uint8, v bool) {
	split := 1 + (w.span-1)*uint32(prob)>>8
	if v {
		w.bottom += split
		if w.bottom < split { // past the 32 bits that are held
			w.carry()
		}
		w.span -= split
	} else {
		w.span = split
	}
	for w.span < 128 {
		w.span <<= 1
		if w.bottom&(1<<31) != 0 {
			w.carry()
		}
		w.bottom <<= 1
		if w.left--; w.left == 0 {
			w.out = append(w.out, byte(w.bottom>>24))
			w.bottom &= 1<<24 - 1
			w.left = 8
		}
	}
}

// carry adds one to what was written.
func (w *boolWriter) carry() {
	i := len(w.out) - 1
	for ; w.out[i] == 0xFF; i-- {
		w.out[i] = 0
	}
	w.out[i]++
}

// uint appends the n low bits of v, the highest first, each as likely 0 as 1.
func (w *boolWriter) uint(v, n int) {
	for n--; n >= 0; n-- {
		w.bit(even, v>>n&1 == 1)
	}
}

// optional appends a number that is mostly 0: n bits and a sign.
func (w *boolWriter) optional(v, n int) {
	w.bit(even, v != 0)
	if v != 0 {
		w.uint(max(v, -v), n)
		w.bit(even, v < 0)
	}
}

// bytes ends the stream.
func (w *boolWriter) bytes() []byte {
	if w.bottom&(1<<(32-w.left)) != 0 {
		w.carry()
	}
	v := w.bottom << (w.left & 7)
	for range w.left >> 3 {
		v <<= 8
	}
	for range 4 {
		w.out = append(w.out, byte(v>>24))
		v <<= 8
	}
	return w.out
}

// boolReader reads what a boolWriter wrote (RFC 6386, 7.3). It takes no byte before a
// bit depends on it; past the end it reads zeros.
type boolReader struct {
	data  []byte
	taken int         // bytes of data
	past  bool        // more were needed
	span  uint32      // 128 to 255
	value uint32      // two bytes, the first of them compared
	left  int         // bits of value that were taken and not used
	copy  *boolWriter // gets each bit that is read; nil for none
}

func newBoolReader(data []byte) *boolReader { return &boolReader{data: data, span: 255} }

func (r *boolReader) bit(prob uint8) bool {
	if r.left < 8 {
		if r.taken < len(r.data) {
			r.value |= uint32(r.data[r.taken]) << (8 - r.left)
			r.taken++
		} else {
			r.past = true
		}
		r.left += 8
	}
	split := 1 + (r.span-1)*uint32(prob)>>8
	v := r.value >= split<<8
	if v {
		r.span -= split
		r.value -= split << 8
	} else {
		r.span = split
	}
	shift := bits.LeadingZeros8(uint8(r.span))
	r.span, r.value, r.left = r.span<<shift, r.value<<shift, r.left-shift
	if r.copy != nil {
		r.copy.bit(prob, v)
	}
	return v
}

func (r *boolReader) flag() bool { return r.bit(even) }

func (r *boolReader) uint(n int) (v int) {
	for range n {
		v <<= 1
		if r.bit(even) {
			v |= 1
		}
	}
	return v
}

// optional reads a number that is mostly 0: n bits and a sign.
func (r *boolReader) optional(n int) int {
	if !r.flag() {
		return 0
	}
	v := r.uint(n)
	if r.flag() {
		return -v
	}
	return v
}
