package redact

// aan are the factors by which the outputs of [fdct] are too large, by frequency:
// 1 for 0, else √2·cos(kπ/16).
var aan = [8]float32{1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.541196100, 0.275899379}

// fdct is the two-dimensional forward DCT of an 8 × 8 block in place, by Arai,
// Agui and Nakajima (1988): coefficient (u, v) comes out 8·aan[u]·aan[v] times
// what JPEG (T.81, A.3.3) defines.
func fdct(b *[64]float32) {
	for i := 0; i < 64; i += 8 {
		fdct8(&b[i], &b[i+1], &b[i+2], &b[i+3], &b[i+4], &b[i+5], &b[i+6], &b[i+7])
	}
	for i := range 8 {
		fdct8(&b[i], &b[i+8], &b[i+16], &b[i+24], &b[i+32], &b[i+40], &b[i+48], &b[i+56])
	}
}

func fdct8(p0, p1, p2, p3, p4, p5, p6, p7 *float32) {
	s07, d07 := *p0+*p7, *p0-*p7
	s16, d16 := *p1+*p6, *p1-*p6
	s25, d25 := *p2+*p5, *p2-*p5
	s34, d34 := *p3+*p4, *p3-*p4

	even0, even3 := s07+s34, s07-s34
	even1, even2 := s16+s25, s16-s25
	*p0, *p4 = even0+even1, even0-even1
	z := (even2 + even3) * 0.707106781
	*p2, *p6 = even3+z, even3-z

	o0, o1, o2 := d34+d25, d25+d16, d16+d07
	z5 := (o0 - o2) * 0.382683433
	z2, z4 := 0.541196100*o0+z5, 1.306562965*o2+z5
	z3 := o1 * 0.707106781
	a, b := d07+z3, d07-z3
	*p5, *p3 = b+z2, b-z2
	*p1, *p7 = a+z4, a-z4
}

// quantiser turns what [fdct] gives into quantised coefficients.
type quantiser [64]float32

// newQuantiser makes one for a table in natural order.
func newQuantiser(table *[64]uint16) *quantiser {
	var q quantiser
	for i, v := range table {
		q[i] = 1 / (8 * aan[i/8] * aan[i%8] * float32(v))
	}
	return &q
}

// quantise rounds to the nearest, but the mean of the block (DC) up or down as
// dither from 0 to 1 says: so a gradient is not cut into bands, and noise
// survives the coarsest table.
func (q *quantiser) quantise(b *[64]float32, dither float32, out *[64]int16) {
	const bias = 1 << 14 // makes truncation round, and keeps it one way below zero
	for i, v := range b {
		out[i] = int16(int32(v*q[i]+bias+0.5) - bias)
	}
	out[0] = int16(int32(b[0]*q[0]+bias+dither) - bias)
}
