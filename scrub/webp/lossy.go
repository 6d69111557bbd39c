package webp

import (
	"errors"
	"fmt"
	"image"
	"math"
)

// Quality is how coarsely a VP8 frame is quantised, and how its blocks' edges are
// smoothed.
type Quality struct {
	index  int    // of the quantisers, 0 (finest) to 127
	deltas [5]int // for Y1 DC, Y2 DC, Y2 AC, UV DC and UV AC
}

// FilterReach is how far, in pixels, a decoder's smoothing at the edges of blocks (RFC
// 6386, 15) carries what a macroblock shows. Each edge is smoothed with what the one
// before left, so there is no certain bound. Of 40,000 frames of random coefficients and
// all strengths, luminance came 3 pixels to the left and up and 10 to the right and
// down, chrominance further than 12 pixels in 8.
const FilterReach = 12

const (
	frameStart = 10 // where the first partition begins, in bytes
	startCode  = "\x9D\x01\x2A"
	// maxModes is how many bytes the first partition can have.
	maxModes = 1<<19 - 1
	// partitions is log₂ of the number of partitions for coefficients: with eight,
	// none outgrows what decoders take.
	partitions = 3
)

var errFrame = errors.New("webp: damaged VP8 frame header")

// ReadQuality is the quality of a VP8 key frame, the payload of a VP8 chunk: that
// of its finest segment.
func ReadQuality(frame []byte) (Quality, error) {
	if len(frame) < frameStart || frame[0]&1 != 0 || string(frame[3:6]) != startCode {
		return Quality{}, errFrame
	}
	return readHeader(newBoolReader(frame[frameStart:])).quality, nil
}

// Step is the largest step of the quantisers for luminance, in levels of 0 to 255:
// what a sample of a picture that is coded at this quality may be off by.
func (q Quality) Step() int { return q.steps()[planeY1].ac }

// steps are the quantisers of a kind of block.
type steps struct{ dc, ac int }

// steps are the quantisers by plane (RFC 6386, 9.6 and 14.1).
func (q Quality) steps() [planeUV + 1]steps {
	dc := func(delta, top int) int { return stepDC[min(max(q.index+delta, 0), top)] }
	ac := func(delta int) int { return stepAC[min(max(q.index+delta, 0), 127)] }
	return [planeUV + 1]steps{
		planeY1: {dc(q.deltas[0], 127), ac(0)},
		planeY2: {2 * dc(q.deltas[1], 127), max(ac(q.deltas[2])*155/100, 8)},
		planeUV: {dc(q.deltas[3], 117), ac(q.deltas[4])},
	}
}

// Modes of predicting a macroblock (RFC 6386, 8.2).
const (
	modeDC = iota
	modeVertical
	modeHorizontal
	modeTrueMotion
	modes
)

// What is taken for pixels above and to the left of the picture.
const (
	outsideAbove = 127
	outsideLeft  = 129
)

// plane is a plane of samples as the decoder will have them, in whole macroblocks.
type plane struct {
	source []byte // what is encoded
	stride int    // of source
	w, h   int    // samples in source
	side   int    // of a macroblock: 16 or 8
	width  int    // of decoded, in samples
	made   []byte // what the decoder has before it smooths edges
}

func newPlane(source []byte, stride, w, h, side, across, down int) *plane {
	return &plane{source: source, stride: stride, w: w, h: h, side: side, width: across * side, made: make([]byte, across*side*down*side)}
}

// square is the part of a plane in one macroblock; its rows are of side samples.
type square [256]uint8

// wanted is the macroblock (mx, my) of the source, its last column and row repeated
// beyond the picture.
func (p *plane) wanted(mx, my int, out *square) {
	n := p.side
	for y := range n {
		row := p.source[min(my*n+y, p.h-1)*p.stride:]
		inside := min(max(p.w-mx*n, 0), n)
		copy(out[y*n:(y+1)*n], row[mx*n:mx*n+inside])
		for x := inside; x < n; x++ {
			out[y*n+x] = row[p.w-1]
		}
	}
}

// predict fills out with what the mode makes of the samples around (mx, my).
func (p *plane) predict(mode, mx, my int, out *square) {
	n := p.side
	var above, left [16]int
	corner := outsideAbove
	at := my*n*p.width + mx*n
	for i := range n {
		above[i], left[i] = outsideAbove, outsideLeft
		if my > 0 {
			above[i] = int(p.made[at-p.width+i])
		}
		if mx > 0 {
			left[i] = int(p.made[at+i*p.width-1])
		}
	}
	switch {
	case my > 0 && mx > 0:
		corner = int(p.made[at-p.width-1])
	case my > 0:
		corner = outsideLeft
	}
	mean := 128
	if mx > 0 || my > 0 {
		sum, count := 0, 0
		if my > 0 {
			for _, v := range above[:n] {
				sum += v
			}
			count += n
		}
		if mx > 0 {
			for _, v := range left[:n] {
				sum += v
			}
			count += n
		}
		mean = (sum + count/2) / count
	}
	for y := range n {
		row := out[y*n : (y+1)*n]
		for x := range row {
			v := mean
			switch mode {
			case modeVertical:
				v = above[x]
			case modeHorizontal:
				v = left[y]
			case modeTrueMotion:
				v = min(max(left[y]+above[x]-corner, 0), 255)
			}
			row[x] = uint8(v)
		}
	}
}

// block is 4 × 4 coefficients or differences, by rows.
type block [16]int32

// levels are quantised coefficients in zigzag order.
type levels [16]int32

// forward is the DCT of the differences of two squares at (x, y) (14.3, inverted).
func forward(want, have *square, side, x, y int) (out block) {
	var t block
	for i := range 4 {
		k := (y+i)*side + x
		d0, d1 := int32(want[k])-int32(have[k]), int32(want[k+1])-int32(have[k+1])
		d2, d3 := int32(want[k+2])-int32(have[k+2]), int32(want[k+3])-int32(have[k+3])
		a0, a1, a2, a3 := d0+d3, d1+d2, d1-d2, d0-d3
		t[4*i], t[4*i+2] = (a0+a1)*8, (a0-a1)*8
		t[4*i+1], t[4*i+3] = (a2*2217+a3*5352+1812)>>9, (a3*2217-a2*5352+937)>>9
	}
	for i := range 4 {
		a0, a1, a2, a3 := t[i]+t[12+i], t[4+i]+t[8+i], t[4+i]-t[8+i], t[i]-t[12+i]
		out[i], out[8+i] = (a0+a1+7)>>4, (a0-a1+7)>>4
		out[4+i], out[12+i] = (a2*2217+a3*5352+12000)>>16, (a3*2217-a2*5352+51000)>>16
		if a3 != 0 {
			out[4+i]++
		}
	}
	return out
}

// backward adds the inverse DCT of b to the square at (x, y) (14.3).
func (b *block) backward(out *square, side, x, y int) {
	const c1, c2 = 85627, 35468 // 65536·√2·cos(π/8) and 65536·√2·sin(π/8)
	var m [4][4]int32
	for i := range 4 {
		s, d := b[i]+b[8+i], b[i]-b[8+i]
		u := b[4+i]*c2>>16 - b[12+i]*c1>>16
		v := b[4+i]*c1>>16 + b[12+i]*c2>>16
		m[i] = [4]int32{s + v, d + u, d - u, s - v}
	}
	for j := range 4 {
		s, d := m[0][j]+4+m[2][j], m[0][j]+4-m[2][j]
		u := m[1][j]*c2>>16 - m[3][j]*c1>>16
		v := m[1][j]*c1>>16 + m[3][j]*c2>>16
		row := out[(y+j)*side+x:][:4]
		for i, e := range [4]int32{(s + v) >> 3, (d + u) >> 3, (d - u) >> 3, (s - v) >> 3} {
			row[i] = uint8(min(max(int32(row[i])+e, 0), 255))
		}
	}
}

// forwardWHT is the Walsh-Hadamard transform of the first coefficients (14.4,
// inverted).
func forwardWHT(in *block) (out block) {
	var t block
	for i := range 4 {
		a0, a1, a2, a3 := in[4*i]+in[4*i+2], in[4*i+1]+in[4*i+3], in[4*i+1]-in[4*i+3], in[4*i]-in[4*i+2]
		t[4*i], t[4*i+1], t[4*i+2], t[4*i+3] = a0+a1, a3+a2, a3-a2, a0-a1
	}
	for i := range 4 {
		a0, a1, a2, a3 := t[i]+t[8+i], t[4+i]+t[12+i], t[4+i]-t[12+i], t[i]-t[8+i]
		out[i], out[4+i], out[8+i], out[12+i] = (a0+a1)>>1, (a3+a2)>>1, (a3-a2)>>1, (a0-a1)>>1
	}
	return out
}

// backwardWHT is its inverse as a decoder computes it (14.4).
func backwardWHT(in *block) (out block) {
	var m block
	for i := range 4 {
		a0, a1, a2, a3 := in[i]+in[12+i], in[4+i]+in[8+i], in[4+i]-in[8+i], in[i]-in[12+i]
		m[i], m[8+i], m[4+i], m[12+i] = a0+a1, a0-a1, a3+a2, a3-a2
	}
	for i := range 4 {
		dc := m[4*i] + 3
		a0, a1, a2, a3 := dc+m[4*i+3], m[4*i+1]+m[4*i+2], m[4*i+1]-m[4*i+2], dc-m[4*i+3]
		out[4*i], out[4*i+1], out[4*i+2], out[4*i+3] = (a0+a1)>>3, (a3+a2)>>3, (a0-a1)>>3, (a3-a2)>>3
	}
	return out
}

// maxLevel is the largest coefficient that can be written.
const maxLevel = 2047 + 67

// quantise rounds the coefficients from first on to the nearest step, and leaves in
// b what a decoder makes of them.
func (q steps) quantise(b *block, first int, out *levels) {
	for n := first; n < 16; n++ {
		step := int32(q.ac)
		if n == 0 {
			step = int32(q.dc)
		}
		v := b[zigzag[n]]
		level := min((max(v, -v)+step/2)/step, maxLevel)
		if v < 0 {
			level = -level
		}
		out[n], b[zigzag[n]] = level, level*step
	}
}

// encoder writes one frame.
type encoder struct {
	across, down int // macroblocks
	planes       [3]*plane
	steps        [planeUV + 1]steps

	// What the first pass counts, and the second writes with.
	counting bool
	bits     [planes][bands][contexts][nodes][2]int
	skipped  int
	prob     probabilities
	skipProb uint8

	modes  *boolWriter
	coeffs [1 << partitions]*boolWriter
	// filled says which blocks above and to the left hold coefficients: four of
	// luminance, two of each chrominance, and the one of first coefficients.
	above [][9]int
	left  [9]int
}

// Lossy encodes img, which has 4:2:0 sampling, begins at (0,0) and has 1 to
// [MaxSide] pixels across and down, at quality q, as the payload of a VP8 chunk.
func Lossy(img *image.YCbCr, q Quality) ([]byte, error) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if err := checkSize(w, h); err != nil {
		return nil, err
	}
	if img.SubsampleRatio != image.YCbCrSubsampleRatio420 || img.Rect.Min != (image.Point{}) {
		return nil, fmt.Errorf("webp: sampling %v from %v", img.SubsampleRatio, img.Rect.Min)
	}
	return newEncoder(img, q).encode(q)
}

func newEncoder(img *image.YCbCr, q Quality) *encoder {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	e := &encoder{across: (w + 15) / 16, down: (h + 15) / 16, steps: q.steps(), prob: defaultProbability}
	e.planes = [3]*plane{
		newPlane(img.Y, img.YStride, w, h, 16, e.across, e.down),
		newPlane(img.Cb, img.CStride, (w+1)/2, (h+1)/2, 8, e.across, e.down),
		newPlane(img.Cr, img.CStride, (w+1)/2, (h+1)/2, 8, e.across, e.down),
	}
	return e
}

func (e *encoder) encode(q Quality) ([]byte, error) {
	w, h := e.planes[0].w, e.planes[0].h
	e.counting = true
	e.frame()
	e.counting = false
	updates := e.choose()

	e.modes = newBoolWriter()
	for i := range e.coeffs {
		e.coeffs[i] = newBoolWriter()
	}
	m := e.modes
	m.uint(0, 2)     // colour space and clamping as ever
	m.uint(0, 1)     // one segment
	m.uint(0, 1+6+3) // edges are not smoothed again
	m.uint(0, 1)
	m.uint(partitions, 2)
	m.uint(q.index, 7)
	for _, d := range q.deltas {
		m.optional(d, 4)
	}
	m.uint(1, 1)
	for i := range updates {
		for j := range updates[i] {
			for k := range updates[i][j] {
				for l, changed := range updates[i][j][k] {
					m.bit(updateProbability[i][j][k][l], changed)
					if changed {
						m.uint(int(e.prob[i][j][k][l]), 8)
					}
				}
			}
		}
	}
	m.uint(1, 1)
	m.uint(int(e.skipProb), 8)
	e.frame()

	first := m.bytes()
	if len(first) > maxModes {
		return nil, fmt.Errorf("webp: %d × %d pixels are too many for VP8", w, h)
	}
	n := len(first)
	const key, shown = 0, 1 << 4
	tag := n<<5 | shown | key
	out := []byte{byte(tag), byte(tag >> 8), byte(tag >> 16), 0x9D, 0x01, 0x2A, byte(w), byte(w >> 8), byte(h), byte(h >> 8)}
	out = append(out, first...)
	var parts [1 << partitions][]byte
	for i, c := range e.coeffs {
		parts[i] = c.bytes()
		if n := len(parts[i]); n >= 1<<24 {
			return nil, fmt.Errorf("webp: %d × %d pixels are too many for VP8", w, h)
		} else if i < len(parts)-1 {
			out = append(out, byte(n), byte(n>>8), byte(n>>16))
		}
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out, nil
}

// frame encodes all macroblocks, or only counts.
func (e *encoder) frame() {
	e.above = make([][9]int, e.across)
	for my := range e.down {
		e.left = [9]int{}
		for mx := range e.across {
			e.macroblock(mx, my)
		}
	}
}

// best is the mode for the planes from first to last-1 at (mx, my), by squared
// error, with what it predicts.
func (e *encoder) best(first, last, mx, my int, want, have *[3]square) int {
	choice, least := 0, math.MaxInt
	var predicted [3]square
	for mode := range modes {
		cost := 0
		for c := first; c < last; c++ {
			p := e.planes[c]
			p.predict(mode, mx, my, &predicted[c])
			for i := range p.side * p.side {
				d := int(want[c][i]) - int(predicted[c][i])
				cost += d * d
			}
		}
		if cost < least {
			choice, least = mode, cost
			copy(have[first:last], predicted[first:last])
		}
	}
	return choice
}

func (e *encoder) macroblock(mx, my int) {
	var want, have [3]square
	for c, p := range e.planes {
		p.wanted(mx, my, &want[c])
	}
	lumaMode := e.best(0, 1, mx, my, &want, &have)
	chromaMode := e.best(1, 3, mx, my, &want, &have)

	var luma [16]levels
	var second levels
	var chroma [2][4]levels
	var blocks [16]block
	var dc block
	for i := range blocks {
		blocks[i] = forward(&want[0], &have[0], 16, i%4*4, i/4*4)
		dc[i] = blocks[i][0]
		e.steps[planeY1].quantise(&blocks[i], 1, &luma[i])
	}
	dc = forwardWHT(&dc)
	e.steps[planeY2].quantise(&dc, 0, &second)
	dc = backwardWHT(&dc)
	for i := range blocks {
		blocks[i][0] = dc[i]
		blocks[i].backward(&have[0], 16, i%4*4, i/4*4)
	}
	for c := range 2 {
		for i := range 4 {
			b := forward(&want[1+c], &have[1+c], 8, i%2*4, i/2*4)
			e.steps[planeUV].quantise(&b, 0, &chroma[c][i])
			b.backward(&have[1+c], 8, i%2*4, i/2*4)
		}
	}
	for c, p := range e.planes {
		for y := range p.side {
			copy(p.made[(my*p.side+y)*p.width+mx*p.side:][:p.side], have[c][y*p.side:])
		}
	}

	skip := second == levels{} && luma == [16]levels{} && chroma == [2][4]levels{}
	if e.counting {
		if skip {
			e.skipped++
		}
	} else {
		e.writeModes(skip, lumaMode, chromaMode)
	}
	above, left := &e.above[mx], &e.left
	if skip {
		*above, *left = [9]int{}, [9]int{}
		return
	}
	w := e.coeffs[my%len(e.coeffs)]
	place := func(plane, first, a, l int, v *levels) {
		n := e.coefficients(w, plane, above[a]+left[l], first, v)
		above[a], left[l] = n, n
	}
	place(planeY2, 0, 8, 8, &second)
	for i := range luma {
		place(planeY1, 1, i%4, i/4, &luma[i])
	}
	for c := range chroma {
		for i := range chroma[c] {
			place(planeUV, 0, 4+2*c+i%2, 4+2*c+i/2, &chroma[c][i])
		}
	}
}

// writeModes writes how a macroblock is predicted (RFC 6386, 11.2 and 11.4).
func (e *encoder) writeModes(skip bool, luma, chroma int) {
	m := e.modes
	m.bit(e.skipProb, skip)
	m.bit(145, true) // luminance as a whole
	m.bit(156, luma == modeHorizontal || luma == modeTrueMotion)
	if luma == modeHorizontal || luma == modeTrueMotion {
		m.bit(128, luma == modeTrueMotion)
	} else {
		m.bit(163, luma == modeVertical)
	}
	m.bit(142, chroma != modeDC)
	if chroma != modeDC {
		m.bit(114, chroma != modeVertical)
		if chroma != modeVertical {
			m.bit(183, chroma == modeTrueMotion)
		}
	}
}

// coefficients writes or counts a block of coefficients, and returns 1 where there
// are any (RFC 6386, 13).
func (e *encoder) coefficients(w *boolWriter, plane, context, first int, v *levels) int {
	last := 15
	for last >= first && v[last] == 0 {
		last--
	}
	n := first
	put := func(node int, bit bool) {
		band := bandOf[n]
		if e.counting {
			i := 0
			if bit {
				i = 1
			}
			e.bits[plane][band][context][node][i]++
			return
		}
		w.bit(e.prob[plane][band][context][node], bit)
	}
	raw := func(prob uint8, bit bool) {
		if !e.counting {
			w.bit(prob, bit)
		}
	}
	if last < first {
		put(0, false)
		return 0
	}
	put(0, true)
	for {
		for v[n] == 0 {
			put(1, false)
			n, context = n+1, 0
		}
		put(1, true)
		size := int(max(v[n], -v[n]))
		switch {
		case size == 1:
			put(2, false)
		case size <= 4:
			put(2, true)
			put(3, false)
			put(4, size > 2)
			if size > 2 {
				put(5, size == 4)
			}
		case size <= 10:
			put(2, true)
			put(3, true)
			put(6, false)
			put(7, size > 6)
			if size <= 6 {
				raw(159, size == 6)
			} else {
				raw(165, size > 8)
				raw(145, (size-7)&1 == 1)
			}
		default:
			put(2, true)
			put(3, true)
			put(6, true)
			class := 0
			for class < 3 && size >= 3+8<<(class+1) {
				class++
			}
			put(8, class >= 2)
			put(9+class/2, class%2 == 1)
			extra, probs := size-(3+8<<class), largeBits[class]
			for i, p := range probs {
				raw(p, extra>>(len(probs)-1-i)&1 == 1)
			}
		}
		raw(even, v[n] < 0)
		context = min(size, 2)
		if n++; n == 16 {
			return 1
		}
		put(0, n <= last)
		if n > last {
			return 1
		}
	}
}

// choose sets the probabilities by what was counted, and says which of them are
// worth being written.
func (e *encoder) choose() (changed [planes][bands][contexts][nodes]bool) {
	cost := func(p uint8, zeros, ones int) float64 { // in bits
		return -float64(zeros)*math.Log2(float64(p)/256) - float64(ones)*math.Log2(1-float64(p)/256)
	}
	for i := range e.bits {
		for j := range e.bits[i] {
			for k := range e.bits[i][j] {
				for l, n := range e.bits[i][j][k] {
					old := e.prob[i][j][k][l]
					zeros, ones := n[0], n[1]
					if zeros+ones == 0 {
						continue
					}
					p := uint8(min(max(256*zeros/(zeros+ones), 1), 255))
					update := updateProbability[i][j][k][l]
					stay, change := cost(old, zeros, ones)+cost(update, 1, 0), cost(p, zeros, ones)+cost(update, 0, 1)+8
					if change < stay {
						e.prob[i][j][k][l], changed[i][j][k][l] = p, true
					}
				}
			}
		}
	}
	all := e.across * e.down
	e.skipProb = uint8(min(max(256*(all-e.skipped)/all, 1), 255))
	return changed
}
