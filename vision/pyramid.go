package vision

import (
	"image"
	"math"
	"sync"

	"blindspot/vision/raster"
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
	greys   map[int]grey  // levels in grey
	buffers sync.Pool     // *[]byte for parts
}

func newPyramid(img *image.RGBA) *pyramid {
	return &pyramid{w: img.Rect.Dx(), h: img.Rect.Dy(), levels: []*image.RGBA{img}, greys: map[int]grey{}}
}

// newPartialPyramid is a pyramid over w × h pixels that part draws, of which img is
// level first.
func newPartialPyramid(img *image.RGBA, first, w, h int, part func(image.Rectangle, []byte) (*image.RGBA, error)) *pyramid {
	levels := make([]*image.RGBA, first+1)
	levels[first] = img
	return &pyramid{w: w, h: h, first: first, part: part, levels: levels, greys: map[int]grey{}}
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
	return p.held(i), float64(int(1) << i)
}

// held is level i, which is not below the first. The caller has locked p.
func (p *pyramid) held(i int) *image.RGBA {
	for len(p.levels) <= i {
		p.levels = append(p.levels, raster.Halve(p.levels[len(p.levels)-1]))
	}
	return p.levels[i]
}

// grey is [pyramid.level] in grey.
func (p *pyramid) grey(side float64) (g grey, shrink float64) {
	i := max(p.wanted(side), p.first)
	p.mu.Lock()
	defer p.mu.Unlock()
	g, ok := p.greys[i]
	if !ok {
		img := p.held(i)
		g = greyOf(img, img.Rect)
		p.greys[i] = g
	}
	return g, float64(int(1) << i)
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
		img = raster.Halve(img)
	}
	shrink := float64(int(1) << i)
	return view{img, float64(at.X) / shrink, float64(at.Y) / shrink, shrink, func() { p.buffers.Put(buf) }}, nil
}

// greyView is a part of a level of a pyramid, in grey.
type greyView struct {
	grey   grey
	x, y   float64 // where it lies in the level
	shrink float64
}

// greyView is [pyramid.view] in grey: all of a level that is held.
func (p *pyramid) greyView(r region, side float64) (greyView, error) {
	if p.wanted(side) >= p.first {
		g, shrink := p.grey(side)
		return greyView{grey: g, shrink: shrink}, nil
	}
	v, err := p.view(r, side)
	if err != nil {
		return greyView{}, err
	}
	defer v.done()
	return greyView{greyOf(v.img, v.img.Rect), v.x, v.y, v.shrink}, nil
}

// fill writes the part r of the picture, scaled to w × h and then turned clockwise by
// a number of quarters, into the top left of a tensor of three planes of W × H
// (float32, NCHW), and pads the rest. r is in pixels of the full picture.
func (p *pyramid) fill(dst []float32, W, H int, r region, w, h, quarters int, pl *planes) error {
	need := max(float64(w)/r.w, float64(h)/r.h) * float64(max(p.w, p.h))
	v, err := p.view(r, need)
	if err != nil {
		return err
	}
	defer v.done()
	pl.sample(dst, W, H, v.img, region{r.x/v.shrink - v.x, r.y/v.shrink - v.y, r.w / v.shrink, r.h / v.shrink}, w, h, quarters)
	return nil
}

// warp samples the part r of the picture along m, which gives points in its full
// pixels, from the level whose longer side is at least side; see [warp].
func (p *pyramid) warp(dst []float32, W, H int, r Box, side float64, m affine, w, h int, pl *planes) error {
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

// scene is the picture turned clockwise by a number of quarters.
type scene struct {
	*pyramid
	quarters int
}

// whole is the turned picture in its own pixels.
func (s scene) whole() region {
	all := s.pyramid.whole()
	if s.quarters&1 == 1 {
		all.w, all.h = all.h, all.w
	}
	return all
}

// fill is [pyramid.fill] for r, w and h of the turned picture.
func (s scene) fill(dst []float32, W, H int, r region, w, h int, pl *planes) error {
	if s.quarters&1 == 1 {
		w, h = h, w
	}
	return s.pyramid.fill(dst, W, H, r.unrotated(s.quarters, s.pyramid.whole()), w, h, s.quarters, pl)
}
