package webp

import (
	"bytes"
	"image"
	"math/rand/v2"
	"slices"
	"testing"
)

// filtered is a frame of side × side macroblocks whose edges are smoothed. The
// macroblock at (1, 1) is made of inner, all others of outer, and none is predicted by
// that one, so that nothing but smoothing carries it beyond its edges.
func filtered(side int, simple bool, level, sharpness, index int, inner, outer *rand.Rand) []byte {
	e := newEncoder(image.NewYCbCr(image.Rect(0, 0, 16*side, 16*side), image.YCbCrSubsampleRatio420), Quality{index: index})
	e.modes, e.skipProb = newBoolWriter(), 1
	w := newBoolWriter()
	m := e.modes
	kind := 0
	if simple {
		kind = 1
	}
	m.uint(0, 2)
	m.uint(0, 1)
	m.uint(kind, 1)
	m.uint(level, 6)
	m.uint(sharpness, 3)
	m.uint(0, 1)
	m.uint(0, 2)
	m.uint(index, 7)
	for range 5 {
		m.optional(0, 4)
	}
	m.uint(1, 1)
	for i := range updateProbability {
		for j := range updateProbability[i] {
			for k := range updateProbability[i][j] {
				for _, p := range updateProbability[i][j][k] {
					m.bit(p, false)
				}
			}
		}
	}
	m.uint(1, 1)
	m.uint(int(e.skipProb), 8)
	e.above = make([][9]int, side)
	for my := range side {
		e.left = [9]int{}
		for mx := range side {
			mode := modeVertical
			if my == 2 && mx > 0 {
				mode = modeHorizontal
			}
			e.writeModes(false, mode, mode)
			random := outer
			if mx == 1 && my == 1 {
				random = inner
			}
			above, left := &e.above[mx], &e.left
			place := func(plane, first, a, l, most int) {
				var v levels
				for i := first; i < len(v); i++ {
					if random.IntN(4) == 0 {
						v[i] = int32(random.IntN(2*most+1) - most)
					}
				}
				n := e.coefficients(w, plane, above[a]+left[l], first, &v)
				above[a], left[l] = n, n
			}
			place(planeY2, 0, 8, 8, 3)
			for i := range 16 {
				place(planeY1, 1, i%4, i/4, 1)
			}
			for c := range 2 {
				for i := range 4 {
					place(planeUV, 0, 4+2*c+i%2, 4+2*c+i/2, 1)
				}
			}
		}
	}
	first := m.bytes()
	n := len(first)<<5 | 1<<4
	out := []byte{byte(n), byte(n >> 8), byte(n >> 16), 0x9D, 0x01, 0x2A, byte(16 * side), 0, byte(16 * side), 0}
	return append(append(out, first...), w.bytes()...)
}

// TestFilterReach changes one macroblock and nothing else of frames that are smoothed in
// all ways, and measures how far from it samples change.
func TestFilterReach(t *testing.T) {
	const side, low, high = 4, 16, 31
	trials := 4000
	if testing.Short() {
		trials = 400
	}
	random := rand.New(rand.NewPCG(7, 8))
	var reach [2][4]int // of luminance and chrominance, in pixels: to the left, up, right, down
	total := map[int]int{}
	for trial := range trials {
		simple, level, sharpness, index := trial%4 == 0, random.IntN(64), random.IntN(8), random.IntN(128)
		seed := random.Uint64()
		var shows [2]*image.YCbCr
		for i := range shows {
			frame := filtered(side, simple, level, sharpness, index, rand.New(rand.NewPCG(seed, uint64(i))), rand.New(rand.NewPCG(seed, 9)))
			shows[i] = shown(t, frame)
			shows[i].Y, shows[i].Cb, shows[i].Cr = bytes.Clone(shows[i].Y), bytes.Clone(shows[i].Cb), bytes.Clone(shows[i].Cr)
		}
		far := 0
		measure := func(c int, a, b []byte, stride int) {
			scale := 1 + c
			for i := range a {
				if a[i] == b[i] {
					continue
				}
				x, y := i%stride*scale, i/stride*scale
				for d, n := range [4]int{low - x, low - y, x + scale - 1 - high, y + scale - 1 - high} {
					reach[c][d] = max(reach[c][d], n)
					far = max(far, n)
				}
			}
		}
		measure(0, shows[0].Y, shows[1].Y, shows[0].YStride)
		measure(1, shows[0].Cb, shows[1].Cb, shows[0].CStride)
		measure(1, shows[0].Cr, shows[1].Cr, shows[0].CStride)
		total[far]++
	}
	t.Logf("reach of luminance %v, of chrominance %v; trials by reach: %v", reach[0], reach[1], total)
	beyond := 0
	for far, n := range total {
		if far > FilterReach {
			beyond += n
		}
	}
	if luminance := slices.Max(reach[0][:]); luminance > FilterReach || luminance < FilterReach/2 {
		t.Errorf("luminance reaches %d pixels", luminance)
	}
	if beyond*1000 > trials {
		t.Errorf("chrominance reaches more than %d pixels in %d of %d trials", FilterReach, beyond, trials)
	}
}
