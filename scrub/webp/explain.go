package webp

import "image"

const (
	// pixelSlack is by how much more than half a step a coefficient of the difference
	// between a picture and its encoding may be off: the inverse transform rounds each
	// sample.
	pixelSlack = 8
	// secondSlack is the same for the transform of sixteen first coefficients.
	secondSlack = 64
)

// Comparison is of a picture with what [Lossy] may have made of it.
type Comparison struct{ before, after *encoder }

// Compare compares before with after, of the same size, which a decoder gave.
func Compare(before, after *image.YCbCr, q Quality) *Comparison {
	return &Comparison{newEncoder(before, q), newEncoder(after, q)}
}

// Explains reports whether encoding may have made macroblock (mx, my) of after of that
// of before, whatever was in the macroblocks around. The encoder rounds each
// coefficient of what the prediction leaves to the nearest step, so no coefficient of
// the difference is larger than half of one. Where samples were cut off at black or
// white there is no telling, and it is true.
func (c *Comparison) Explains(mx, my int) bool {
	ok := true
	c.each(mx, my, func(over, slack int) { ok = ok && over <= slack })
	return ok
}

// each gives of every coefficient by how much its difference is larger than half a
// step, and how much the transforms explain of it.
func (c *Comparison) each(mx, my int, found func(over, slack int)) {
	var want, have square
	steps := c.before.steps
	for i, p := range c.before.planes {
		p.wanted(mx, my, &want)
		if !c.after.planes[i].stored(mx, my, &have) {
			return
		}
		if i > 0 {
			for n := range 4 {
				x, y := n%2*4, n/2*4
				if d := forward(&want, &have, 8, x, y); !cut(&have, 8, x, y) {
					steps[planeUV].over(&d, 0, pixelSlack, found)
				}
			}
			continue
		}
		var dc block
		whole := true
		for n := range dc {
			x, y := n%4*4, n/4*4
			d := forward(&want, &have, 16, x, y)
			dc[n] = d[0]
			if cut(&have, 16, x, y) {
				whole = false
				continue
			}
			steps[planeY1].over(&d, 1, pixelSlack, found)
		}
		if whole {
			dc = forwardWHT(&dc)
			steps[planeY2].over(&dc, 0, secondSlack, found)
		}
	}
}

// stored is the macroblock (mx, my) of the source with what a decoder has beyond the
// picture. It is false where that is not there.
func (p *plane) stored(mx, my int, out *square) bool {
	n := p.side
	if (mx+1)*n > p.stride || ((my+1)*n-1)*p.stride+(mx+1)*n > len(p.source) {
		return false
	}
	for y := range n {
		copy(out[y*n:(y+1)*n], p.source[(my*n+y)*p.stride+mx*n:])
	}
	return true
}

// cut reports whether a sample of the 4 × 4 at (x, y) is black or white.
func cut(s *square, side, x, y int) bool {
	for j := range 4 {
		for _, v := range s[(y+j)*side+x:][:4] {
			if v == 0 || v == 255 {
				return true
			}
		}
	}
	return false
}

// over gives by how much each coefficient from first on is larger than half a step.
func (q steps) over(b *block, first, slack int, found func(over, slack int)) {
	for n := first; n < len(b); n++ {
		step := q.ac
		if n == 0 {
			step = q.dc
		}
		v := int(b[zigzag[n]])
		found(max(v, -v)-step/2, slack)
	}
}
