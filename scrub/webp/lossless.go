// Package webp encodes pictures as the bitstreams of WebP: [Lossless] as VP8L
// (RFC 9649), [Lossy] as a VP8 key frame (RFC 6386), [Alpha] the transparency of
// the latter. golang.org/x/image/webp decodes them. [Frame.Used] follows a key frame
// to where a decoder stops reading.
//
// Each is a pure function of the samples that it is given: no time, no machine
// and no earlier picture shows in its bytes.
package webp

import (
	"fmt"
	"image"
	"math/bits"
)

// MaxSide is the largest width and height of a picture, in pixels, that both
// bitstreams can hold.
const MaxSide = 1<<14 - 1

// Types of transforms (RFC 9649, 4).
const (
	predictorTransform = 0
	subtractGreen      = 2
)

const (
	opaque = 0xFF << 24 // the alpha of an opaque pixel

	tileBits = 4 // log₂ of the side of the squares that share a predictor

	minMatch = 3
	maxMatch = 4096
	hashBits = 16

	// Of the distance codes (RFC 9649, 5.2.2) two of those that name a neighbour
	// are used: the pixel above and the one to the left.
	rowAbove, justBefore = 1, 2
	neighbours           = 120
	maxDistance          = 1<<20 - neighbours

	lengthSymbols   = 24 // share an alphabet with the green values
	distanceSymbols = 40
)

// Lossless encodes img, of 1 to [MaxSide] pixels across and down, as the payload
// of a VP8L chunk. Every pixel is kept, the colours of transparent ones too.
func Lossless(img *image.NRGBA) ([]byte, error) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if err := checkSize(w, h); err != nil {
		return nil, err
	}
	pix := make([]uint32, 0, w*h)
	alpha := uint32(opaque)
	for y := range h {
		for row := img.Pix[y*img.Stride:][:4*w]; len(row) > 0; row = row[4:] {
			v := uint32(row[3])<<24 | uint32(row[0])<<16 | uint32(row[1])<<8 | uint32(row[2])
			alpha &= v
			pix = append(pix, v)
		}
	}
	var b bitWriter
	b.write(0x2F, 8)
	b.write(uint32(w-1), 14)
	b.write(uint32(h-1), 14)
	if alpha == opaque {
		b.write(0, 1)
	} else {
		b.write(1, 1)
	}
	b.write(0, 3) // version
	for i, v := range pix {
		green := v >> 8 & 0xFF
		pix[i] = subtract(v, green<<16|green)
	}
	b.write(1, 1)
	b.write(subtractGreen, 2)
	b.picture(pix, w, h)
	return b.bytes(), nil
}

// Alpha encodes a plane of w × h alpha samples, whose rows are stride apart, as
// the payload of an ALPH chunk, without loss.
func Alpha(plane []byte, stride, w, h int) ([]byte, error) {
	if err := checkSize(w, h); err != nil {
		return nil, err
	}
	pix := make([]uint32, 0, w*h)
	for y := range h {
		for _, v := range plane[y*stride:][:w] {
			pix = append(pix, opaque|uint32(v)<<8)
		}
	}
	const compressed = 1 // as VP8L without its header, neither filtered nor reduced
	b := bitWriter{out: []byte{compressed}}
	b.picture(pix, w, h)
	return b.bytes(), nil
}

func checkSize(w, h int) error {
	if w < 1 || h < 1 || w > MaxSide || h > MaxSide {
		return fmt.Errorf("webp: a picture of %d × %d pixels", w, h)
	}
	return nil
}

// picture writes the predictor transform and what it leaves of pix, which it
// changes.
func (b *bitWriter) picture(pix []uint32, w, h int) {
	modes, tilesAcross := chooseModes(pix, w, h)
	residuals(pix, w, modes, tilesAcross)
	b.write(1, 1)
	b.write(predictorTransform, 2)
	b.write(tileBits-2, 3)
	b.entropyCoded(modes, tilesAcross, false)
	b.write(0, 1) // no other transform
	b.entropyCoded(pix, w, true)
}

// subtract and add work on each channel of a pixel, modulo 256.
func subtract(a, b uint32) uint32 {
	ag := 0x00FF00FF + a&0xFF00FF00 - b&0xFF00FF00
	rb := 0xFF00FF00 + a&0x00FF00FF - b&0x00FF00FF
	return ag&0xFF00FF00 | rb&0x00FF00FF
}

// average is that of each channel, rounded down.
func average(a, b uint32) uint32 { return (a^b)&0xFEFEFEFE>>1 + a&b }

// candidates are the predictors to choose from (RFC 9649, 4.1): left, top, their
// average, whichever of them is nearer to the slope, and the slope.
var candidates = [5]uint32{1, 2, 7, 11, 12}

// predict is what predictor mode, one of candidates, says of a pixel with those to
// its left, above it, and above to the left.
func predict(mode, left, top, corner uint32) uint32 {
	switch mode {
	case 1:
		return left
	case 2:
		return top
	case 7:
		return average(left, top)
	case 11:
		var toLeft, toTop int
		for s := 0; s < 32; s += 8 {
			l, t, c := int(left>>s&0xFF), int(top>>s&0xFF), int(corner>>s&0xFF)
			toLeft += max(t-c, c-t)
			toTop += max(l-c, c-l)
		}
		if toLeft < toTop {
			return left
		}
		return top
	}
	var out uint32
	for s := 0; s < 32; s += 8 {
		v := int(left>>s&0xFF) + int(top>>s&0xFF) - int(corner>>s&0xFF)
		out |= uint32(min(max(v, 0), 255)) << s
	}
	return out
}

// chooseModes picks for each square the predictor that leaves the least, as the
// green channel of a picture tilesAcross wide.
func chooseModes(pix []uint32, w, h int) (modes []uint32, tilesAcross int) {
	const side = 1 << tileBits
	tilesAcross = (w + side - 1) / side
	for y0 := 0; y0 < h; y0 += side {
		for x0 := 0; x0 < w; x0 += side {
			best, least := candidates[0], int(^uint(0)>>1)
			for _, mode := range candidates {
				cost := 0
				for y := max(y0, 1); y < min(y0+side, h) && cost < least; y += 2 { // every other row tells
					for x := max(x0, 1); x < min(x0+side, w); x++ {
						i := y*w + x
						d := subtract(pix[i], predict(mode, pix[i-1], pix[i-w], pix[i-w-1]))
						for ; d != 0; d >>= 8 {
							v := int(int8(d))
							cost += max(v, -v)
						}
					}
				}
				if cost < least {
					best, least = mode, cost
				}
			}
			modes = append(modes, opaque|best<<8)
		}
	}
	return modes, tilesAcross
}

// residuals replaces each pixel by its difference from what is predicted, from the
// last on, so that the pixels before are still there.
func residuals(pix []uint32, w int, modes []uint32, tilesAcross int) {
	for i := len(pix) - 1; i >= 0; i-- {
		x, y := i%w, i/w
		var p uint32
		switch {
		case i == 0:
			p = opaque
		case y == 0:
			p = pix[i-1]
		case x == 0:
			p = pix[i-w]
		default:
			mode := modes[y>>tileBits*tilesAcross+x>>tileBits] >> 8 & 0xFF
			p = predict(mode, pix[i-1], pix[i-w], pix[i-w-1])
		}
		pix[i] = subtract(pix[i], p)
	}
}

// match is a run of pixels that are those so far before.
type match struct{ at, length, distance int }

// matches finds runs to copy, by the last place where two pixels came together.
func matches(pix []uint32, w int) []match {
	var all []match
	var last [1 << hashBits]int32 // place + 1
	for i := 0; i+minMatch <= len(pix); {
		hash := (uint64(pix[i])<<32 | uint64(pix[i+1])) * 0x9E3779B97F4A7C15 >> (64 - hashBits)
		seen := int(last[hash]) - 1
		last[hash] = int32(i + 1)
		best := match{at: i}
		for _, from := range [3]int{i - 1, i - w, seen} {
			if from < 0 || i-from > maxDistance {
				continue
			}
			n := 0
			for limit := min(maxMatch, len(pix)-i); n < limit && pix[from+n] == pix[i+n]; n++ {
			}
			if n > best.length {
				best.length, best.distance = n, i-from
			}
		}
		if best.length < minMatch {
			i++
			continue
		}
		all = append(all, best)
		i += best.length
	}
	return all
}

// distanceCode is what is written for a distance in a picture w pixels wide.
func distanceCode(distance, w int) int {
	switch distance {
	case w:
		return rowAbove
	case 1:
		return justBefore
	}
	return distance + neighbours
}

// prefix splits a length or a distance code into a symbol and extra bits
// (RFC 9649, 5.2.2).
func prefix(v int) (symbol int, extra uint32, n uint) {
	v--
	if v < 4 {
		return v, 0, 0
	}
	n = uint(bits.Len(uint(v))) - 2
	return 2*int(n+1) + v>>n&1, uint32(v) & (1<<n - 1), n
}

// entropyCoded writes pixels, or the main picture's pixels, with one group of
// prefix codes (RFC 9649, 5).
func (b *bitWriter) entropyCoded(pix []uint32, w int, main bool) {
	found := matches(pix, w)
	var green [256 + lengthSymbols]int
	var red, blue, alpha [256]int
	var distance [distanceSymbols]int
	each(pix, found, func(v uint32) {
		green[v>>8&0xFF]++
		red[v>>16&0xFF]++
		blue[v&0xFF]++
		alpha[v>>24]++
	}, func(m match) {
		s, _, _ := prefix(m.length)
		green[256+s]++
		s, _, _ = prefix(distanceCode(m.distance, w))
		distance[s]++
	})
	b.write(0, 1) // no colour cache
	if main {
		b.write(0, 1) // one group for all
	}
	greens, reds := b.prefixCode(green[:]), b.prefixCode(red[:])
	blues, alphas := b.prefixCode(blue[:]), b.prefixCode(alpha[:])
	dists := b.prefixCode(distance[:])
	each(pix, found, func(v uint32) {
		b.symbol(greens, int(v>>8&0xFF))
		b.symbol(reds, int(v>>16&0xFF))
		b.symbol(blues, int(v&0xFF))
		b.symbol(alphas, int(v>>24))
	}, func(m match) {
		s, extra, n := prefix(m.length)
		b.symbol(greens, 256+s)
		b.write(extra, n)
		s, extra, n = prefix(distanceCode(m.distance, w))
		b.symbol(dists, s)
		b.write(extra, n)
	})
}

// each calls back for every pixel that is written as it is and every match.
func each(pix []uint32, found []match, literal func(uint32), copied func(match)) {
	for i := 0; i < len(pix); i++ {
		if len(found) > 0 && found[0].at == i {
			copied(found[0])
			i += found[0].length - 1
			found = found[1:]
			continue
		}
		literal(pix[i])
	}
}
