package vision

import (
	"image"
	"math"

	"blindspot/models"
	"blindspot/vision/raster"
)

// region is a part of a picture in its own pixels, with fractions.
type region struct{ x, y, w, h float64 }

// unrotated is where r of a picture turned clockwise by a number of quarters lies in
// the picture before, which is all.
func (r region) unrotated(quarters int, all region) region {
	switch quarters & 3 {
	case 1:
		return region{r.y, all.h - r.x - r.w, r.h, r.w}
	case 2:
		return region{all.w - r.x - r.w, all.h - r.y - r.h, r.w, r.h}
	case 3:
		return region{all.w - r.y - r.h, r.x, r.h, r.w}
	}
	return r
}

// planes says how pixels become the values of a tensor.
type planes struct {
	raster.Planes
	pad [3]float32
}

func planesOf(n *models.Network) *planes {
	p := &planes{Planes: raster.Planes{Order: [3]int{0, 1, 2}}}
	if n.Colour == "BGR" {
		p.Order = [3]int{2, 1, 0}
	}
	for c := range 3 {
		p.Scale[c] = 1 / n.Std[c]
		p.Offset[c] = -n.Mean[c] / n.Std[c]
		p.pad[c] = n.Pad*p.Scale[c] + p.Offset[c]
	}
	return p
}

// around fills what a picture of w × h leaves of three planes of W × H.
func (p *planes) around(dst []float32, W, H, w, h int) {
	for c, v := range p.pad {
		plane := dst[c*W*H:][:W*H]
		for y := range H {
			row := plane[y*W:][:W]
			if y < h {
				row = row[w:]
			}
			for x := range row {
				row[x] = v
			}
		}
	}
}

// sample is [pyramid.fill] for a region of one level, bilinear with pixel centres at
// halves and the border repeated.
func (p *planes) sample(dst []float32, W, H int, img *image.RGBA, r region, w, h, quarters int) {
	if quarters&1 == 1 {
		p.around(dst, W, H, h, w)
	} else {
		p.around(dst, W, H, w, h)
	}
	across := raster.TapsOf(w, r.x, r.w, img.Rect.Dx())
	down := raster.TapsOf(h, r.y, r.h, img.Rect.Dy())
	raster.Sample(dst, W, H, img, across, down, quarters, &p.Planes)
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

// warp samples img along m into w × h of a tensor of three planes of W × H from
// its top left, bilinear, with the border repeated. Points are pixel centres.
func warp(dst []float32, W, H int, img *image.RGBA, m affine, w, h int, pl *planes) {
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
			for p, o := range pl.Order {
				top := float32(a[o]) + (float32(b[o])-float32(a[o]))*fx
				bottom := float32(c[o]) + (float32(d[o])-float32(c[o]))*fx
				dst[p*W*H+y*W+x] = (top+(bottom-top)*fy)*pl.Scale[p] + pl.Offset[p]
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
