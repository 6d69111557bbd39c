package vision

import (
	"image"
	"math"
	"sync"

	"blindspot/models"
)

// pyramid holds a picture and its halvings, made when first asked for. Scaling
// starts from the smallest level that is not smaller than what is wanted, so a
// bilinear step never shrinks by more than two and does not alias. The largest
// levels may not be held: parts of them are drawn from the photo when needed.
type pyramid struct {
	w, h  int                                                      // of level 0
	first int                                                      // the first level that is held
	part  func(r image.Rectangle, buf []byte) (*image.RGBA, error) // draws level 0; nil where it is held

	mu      sync.Mutex
	levels  []*image.RGBA // levels[i] is 2^i times smaller than level 0, rounded up
	buffers sync.Pool     // *[]byte for parts
}

func newPyramid(img *image.RGBA) *pyramid {
	return &pyramid{w: img.Rect.Dx(), h: img.Rect.Dy(), levels: []*image.RGBA{img}}
}

// newPartialPyramid is a pyramid over w × h pixels that part draws, of which img is
// level first.
func newPartialPyramid(img *image.RGBA, first, w, h int, part func(image.Rectangle, []byte) (*image.RGBA, error)) *pyramid {
	levels := make([]*image.RGBA, first+1)
	levels[first] = img
	return &pyramid{w: w, h: h, first: first, part: part, levels: levels}
}

// whole is the picture in its own pixels.
func (p *pyramid) whole() region { return region{0, 0, float64(p.w), float64(p.h)} }

// wanted is the smallest level whose longer side is at least side.
func (p *pyramid) wanted(side float64) int {
	i := 0
	for longest := max(p.w, p.h); float64(longest)/float64(int(2)<<i) >= side && longest>>i > 1; {
		i++
	}
	return i
}

// level is the smallest level that is held whose longer side is at least side, or
// else the largest one.
func (p *pyramid) level(side float64) (img *image.RGBA, shrink float64) {
	i := max(p.wanted(side), p.first)
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.levels) <= i {
		p.levels = append(p.levels, halve(p.levels[len(p.levels)-1]))
	}
	return p.levels[i], float64(int(1) << i)
}

// view is a part of a level of a pyramid.
type view struct {
	img    *image.RGBA // bounds from (0,0)
	x, y   float64     // where img lies in the level
	shrink float64
	done   func() // gives img back; it is not used any more then
}

// margin is how many pixels of a level are drawn around what is wanted, for the
// neighbours that interpolation reads.
const margin = 2

// view gives the part r of the picture on the smallest level whose longer side is
// at least side.
func (p *pyramid) view(r region, side float64) (view, error) {
	i := p.wanted(side)
	if i >= p.first {
		img, shrink := p.level(side)
		return view{img: img, shrink: shrink, done: func() {}}, nil
	}
	around := margin << i
	x0, y0 := min(max(int(r.x)-around, 0), p.w-1), min(max(int(r.y)-around, 0), p.h-1)
	x1, y1 := min(int(math.Ceil(r.x+r.w))+around, p.w), min(int(math.Ceil(r.y+r.h))+around, p.h)
	want := image.Rect(x0, y0, max(x1, x0+1), max(y1, y0+1))
	buf, _ := p.buffers.Get().(*[]byte)
	if buf == nil {
		buf = new([]byte)
	}
	img, err := p.part(want, *buf)
	if err != nil {
		return view{}, err
	}
	*buf = img.Pix
	at := img.Rect.Min
	img = &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect.Sub(at)}
	for range i {
		img = halve(img)
	}
	shrink := float64(int(1) << i)
	return view{img, float64(at.X) / shrink, float64(at.Y) / shrink, shrink, func() { p.buffers.Put(buf) }}, nil
}

func longer(img *image.RGBA) int { return max(img.Rect.Dx(), img.Rect.Dy()) }

// halve averages squares of four pixels. An odd last row or column is averaged
// with itself, so a level's side is the half rounded up.
func halve(src *image.RGBA) *image.RGBA {
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	w, h := (sw+1)/2, (sh+1)/2
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		a := src.Pix[2*y*src.Stride:][:4*sw]
		b := a
		if 2*y+1 < sh {
			b = src.Pix[(2*y+1)*src.Stride:][:4*sw]
		}
		d := dst.Pix[y*dst.Stride:][:4*w]
		full := sw / 2
		for x := range full {
			p, q := a[8*x:8*x+8:8*x+8], b[8*x:8*x+8:8*x+8]
			o := d[4*x : 4*x+4 : 4*x+4]
			o[0] = uint8((uint(p[0]) + uint(p[4]) + uint(q[0]) + uint(q[4]) + 2) >> 2)
			o[1] = uint8((uint(p[1]) + uint(p[5]) + uint(q[1]) + uint(q[5]) + 2) >> 2)
			o[2] = uint8((uint(p[2]) + uint(p[6]) + uint(q[2]) + uint(q[6]) + 2) >> 2)
			o[3] = 255
		}
		if full < w {
			for c := range 3 {
				d[4*full+c] = uint8((uint(a[8*full+c]) + uint(b[8*full+c]) + 1) >> 1)
			}
			d[4*full+3] = 255
		}
	}
	return dst
}

// region is a part of a picture in its own pixels, with fractions.
type region struct{ x, y, w, h float64 }

func whole(img *image.RGBA) region {
	return region{0, 0, float64(img.Rect.Dx()), float64(img.Rect.Dy())}
}

// planes says how pixels become the values of a tensor.
type planes struct {
	order      [3]int // plane c holds the colour order[c] of R, G, B
	scale, off [3]float32
	pad        [3]float32
}

func planesOf(n *models.Network) planes {
	p := planes{order: [3]int{0, 1, 2}}
	if n.Colour == "BGR" {
		p.order = [3]int{2, 1, 0}
	}
	for c := range 3 {
		p.scale[c] = 1 / n.Std[c]
		p.off[c] = -n.Mean[c] / n.Std[c]
		p.pad[c] = n.Pad*p.scale[c] + p.off[c]
	}
	return p
}

// fill writes the part r of the picture, scaled to w × h, into the top left of a
// tensor of three planes of W × H (float32, NCHW), and pads the rest. r is in
// pixels of the full picture.
func (p *pyramid) fill(dst []float32, W, H int, r region, w, h int, pl planes) error {
	need := max(float64(w)/r.w, float64(h)/r.h) * float64(max(p.w, p.h))
	v, err := p.view(r, need)
	if err != nil {
		return err
	}
	defer v.done()
	sample(dst, W, H, v.img, region{r.x/v.shrink - v.x, r.y/v.shrink - v.y, r.w / v.shrink, r.h / v.shrink}, w, h, pl)
	return nil
}

// sample is [pyramid.fill] on one level, bilinear with pixel centres at halves
// and the border repeated.
func sample(dst []float32, W, H int, img *image.RGBA, r region, w, h int, pl planes) {
	sw, sh := img.Rect.Dx(), img.Rect.Dy()
	for c := range 3 {
		plane := dst[c*W*H : (c+1)*W*H]
		for y := range H {
			from := 0
			if y < h {
				from = w
			}
			row := plane[y*W+from : (y+1)*W]
			for x := range row {
				row[x] = pl.pad[c]
			}
		}
	}
	xi, xf := taps(w, r.x, r.w, sw)
	yi, yf := taps(h, r.y, r.h, sh)
	// line(y) is row y of the picture, already scaled across: three planes of w.
	var cache [2]struct {
		y    int
		data []float32
	}
	for i := range cache {
		cache[i].y, cache[i].data = -1, make([]float32, 3*w)
	}
	direct := isIdentity(xi, xf)
	line := func(y int) []float32 {
		c := &cache[y&1]
		if c.y == y {
			return c.data
		}
		c.y = y
		src := img.Pix[y*img.Stride:][:4*sw]
		r, g, b := c.data[:w], c.data[w:2*w], c.data[2*w:3*w]
		if direct {
			src = src[4*xi[0]:]
			for x := range w {
				s := src[4*x : 4*x+4 : 4*x+4]
				r[x], g[x], b[x] = float32(s[0]), float32(s[1]), float32(s[2])
			}
			return c.data
		}
		// Offsets and fractions lie side by side so that one row stays in cache.
		for x, i := range xi {
			f := xf[x]
			s := src[4*i:]
			if len(s) < 8 { // the last column has no right neighbour
				r[x], g[x], b[x] = float32(s[0]), float32(s[1]), float32(s[2])
				continue
			}
			s = s[:8:8]
			r0, g0, b0 := float32(s[0]), float32(s[1]), float32(s[2])
			r[x] = r0 + (float32(s[4])-r0)*f
			g[x] = g0 + (float32(s[5])-g0)*f
			b[x] = b0 + (float32(s[6])-b0)*f
		}
		return c.data
	}
	for y := range h {
		top := line(yi[y])
		f := yf[y]
		if f == 0 {
			for c, o := range pl.order {
				out, in := dst[c*W*H+y*W:][:w], top[o*w:(o+1)*w]
				k, off := pl.scale[c], pl.off[c]
				for x, v := range in {
					out[x] = v*k + off
				}
			}
			continue
		}
		bottom := line(min(yi[y]+1, sh-1))
		for c, o := range pl.order {
			out := dst[c*W*H+y*W:][:w]
			a, b := top[o*w:][:w], bottom[o*w:][:w]
			k, off := pl.scale[c], pl.off[c]
			for x, v := range a {
				out[x] = (v+(b[x]-v)*f)*k + off
			}
		}
	}
}

// taps are the left neighbour of each of n samples over [start, start+length)
// and the weight of the right one.
func taps(n int, start, length float64, limit int) ([]int, []float32) {
	idx, frac := make([]int, n), make([]float32, n)
	step := length / float64(n)
	for i := range n {
		f := start + (float64(i)+.5)*step - .5
		f = min(max(f, 0), float64(limit-1))
		j := int(f)
		idx[i], frac[i] = j, float32(f-float64(j))
	}
	return idx, frac
}

// isIdentity says whether samples are neighbouring pixels taken as they are.
func isIdentity(idx []int, frac []float32) bool {
	for i := range idx {
		if frac[i] != 0 || idx[i] != idx[0]+i {
			return false
		}
	}
	return true
}

// rotate turns a picture clockwise by a number of quarters.
func rotate(src *image.RGBA, quarters int) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	if quarters&1 == 1 {
		w, h = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		row := dst.Pix[y*dst.Stride:][:4*w]
		var start, step int
		switch quarters & 3 {
		case 0:
			copy(row, src.Pix[y*src.Stride:][:4*w])
			continue
		case 1:
			start, step = (w-1)*src.Stride+4*y, -src.Stride
		case 2:
			start, step = (h-1-y)*src.Stride+4*(w-1), -4
		case 3:
			start, step = 4*(h-1-y), src.Stride
		}
		for x, o := 0, start; x < w; x, o = x+1, o+step {
			copy(row[4*x:4*x+4:4*x+4], src.Pix[o:o+4:o+4])
		}
	}
	return dst
}

// affine maps a point of the output to one of the input:
// x = a·u + b·v + c, y = d·u + e·v + f.
type affine struct{ a, b, c, d, e, f float64 }

// around is the box around the input points that m gives for an output of w × h.
func (m affine) around(w, h int) Box {
	b := Box{float32(m.c), float32(m.f), 0, 0}
	for _, p := range [3][2]float64{{float64(w), 0}, {0, float64(h)}, {float64(w), float64(h)}} {
		b = b.union(Box{float32(m.a*p[0] + m.b*p[1] + m.c), float32(m.d*p[0] + m.e*p[1] + m.f), 0, 0})
	}
	return b
}

// warp samples the part r of the picture along m, which gives points in its full
// pixels, from the level whose longer side is at least side; see [warp].
func (p *pyramid) warp(dst []float32, W, H int, r Box, side float64, m affine, w, h int, pl planes) error {
	v, err := p.view(r.region(), side)
	if err != nil {
		return err
	}
	defer v.done()
	k := v.shrink
	m = affine{m.a / k, m.b / k, (m.c+.5)/k - .5 - v.x, m.d / k, m.e / k, (m.f+.5)/k - .5 - v.y}
	warp(dst, W, H, v.img, m, w, h, pl)
	return nil
}

// warp samples img along m into w × h of a tensor of three planes of W × H from
// its top left, bilinear, with the border repeated. Points are pixel centres.
func warp(dst []float32, W, H int, img *image.RGBA, m affine, w, h int, pl planes) {
	sw, sh := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		for x := range w {
			u, v := float64(x), float64(y)
			sx := min(max(m.a*u+m.b*v+m.c, 0), float64(sw-1))
			sy := min(max(m.d*u+m.e*v+m.f, 0), float64(sh-1))
			x0, y0 := int(sx), int(sy)
			fx, fy := float32(sx-float64(x0)), float32(sy-float64(y0))
			x1, y1 := min(x0+1, sw-1), min(y0+1, sh-1)
			a, b := img.Pix[y0*img.Stride+4*x0:], img.Pix[y0*img.Stride+4*x1:]
			c, d := img.Pix[y1*img.Stride+4*x0:], img.Pix[y1*img.Stride+4*x1:]
			for p, o := range pl.order {
				top := float32(a[o]) + (float32(b[o])-float32(a[o]))*fx
				bottom := float32(c[o]) + (float32(d[o])-float32(c[o]))*fx
				dst[p*W*H+y*W+x] = (top+(bottom-top)*fy)*pl.scale[p] + pl.off[p]
			}
		}
	}
}

// fit is the size of a w × h picture scaled so that its longer side is side, at
// least one pixel.
func fit(w, h float64, side float64) (int, int) {
	k := side / max(w, h)
	return max(int(math.Round(w*k)), 1), max(int(math.Round(h*k)), 1)
}

// roundUp is n rounded up to a multiple of m.
func roundUp(n, m int) int { return (n + m - 1) / m * m }
