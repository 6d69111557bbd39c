// Package raster scales and turns 8-bit pictures for networks and readers of codes.
// Its inner loops are written in C, which the compiler turns into vector instructions:
// they take a third of the time of the same loops in Go. Sizes are checked before.
package raster

// #cgo CFLAGS: -O3
// #include "kernels.h"
import "C"

import (
	"fmt"
	"image"
	"unsafe"
)

// check panics where img, which comes from this program, is not as its size says.
func check(img *image.RGBA) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if w < 1 || h < 1 || img.Stride < 4*w || len(img.Pix) < img.Stride*(h-1)+4*w {
		panic(fmt.Sprintf("raster: %d bytes, %d a row, for %v", len(img.Pix), img.Stride, img.Rect))
	}
}

func words(row []byte) *C.uint32_t { return (*C.uint32_t)(unsafe.Pointer(unsafe.SliceData(row))) }

func bytes(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(b))) }

func floats(f []float32) *C.float { return (*C.float)(unsafe.Pointer(unsafe.SliceData(f))) }

// Halve averages squares of four pixels of src, which is opaque. An odd last row or
// column is averaged with itself, so the result's side is the half rounded up.
func Halve(src *image.RGBA) *image.RGBA {
	check(src)
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
		C.halve(words(d), words(a), words(b), C.size_t(sw/2))
		if sw%2 == 1 {
			for c := range 4 {
				d[4*(w-1)+c] = uint8((int(a[4*(sw-1)+c]) + int(b[4*(sw-1)+c]) + 1) / 2)
			}
		}
	}
	return dst
}

// Grey writes the part r of src in grey, Rec. 601, into dst: r.Dx() · r.Dy() levels,
// row by row. r lies in src.
func Grey(dst []byte, src *image.RGBA, r image.Rectangle) {
	check(src)
	if !r.In(src.Rect) || len(dst) < r.Dx()*r.Dy() {
		panic(fmt.Sprintf("raster: %v of %v into %d bytes", r, src.Rect, len(dst)))
	}
	for y := range r.Dy() {
		C.grey(bytes(dst[y*r.Dx():]), words(src.Pix[src.PixOffset(r.Min.X, r.Min.Y+y):]), C.size_t(r.Dx()))
	}
}

// Turn writes into dst, rows of w, samples of src, a picture of sw × sh levels of at
// least 2 × 2: bilinear, with the border repeated, the first at (x,y), each (dx,dy)
// after the one before it and (-dy,dx) below the one above it. Whole numbers are the
// middles of pixels.
func Turn(dst []byte, w int, src []byte, sw, sh int, x, y, dx, dy float64) {
	if w < 1 || sw < 2 || sh < 2 || len(src) < sw*sh {
		panic(fmt.Sprintf("raster: %d levels for %d × %d into rows of %d", len(src), sw, sh, w))
	}
	const one = 1 << 16
	stepX, stepY := C.int64_t(dx*one), C.int64_t(dy*one)
	for j := range len(dst) / w {
		px, py := C.int64_t((x-dy*float64(j))*one), C.int64_t((y+dx*float64(j))*one) // in parts of a pixel
		C.turn(bytes(dst[j*w:]), C.size_t(w), bytes(src), C.size_t(sw), C.size_t(sh), px, py, stepX, stepY)
	}
}

// BlockSide is the side of the blocks of [Blocks], PieceLength the length of the pieces
// of [Pieces].
const (
	BlockSide   = 8
	PieceLength = 16
)

// Blocks gives the darkest, the lightest and the sum of the levels of each of len(lo)
// blocks of src that lie side by side, the first at its top left. Rows are stride
// apart.
func Blocks(lo, hi []byte, sum []uint16, src []byte, stride int) {
	n := len(lo)
	if n == 0 {
		return
	}
	if len(hi) != n || len(sum) != n || stride < BlockSide*n || len(src) < stride*(BlockSide-1)+BlockSide*n {
		panic(fmt.Sprintf("raster: %d blocks of %d levels, %d a row", n, len(src), stride))
	}
	C.blocks(bytes(lo), bytes(hi), (*C.uint16_t)(unsafe.SliceData(sum)), bytes(src), C.size_t(stride), C.size_t(n))
}

// Pieces gives the darkest and the lightest of each of len(lo) pieces of src, one after
// the other.
func Pieces(lo, hi, src []byte) {
	n := len(lo)
	if n == 0 {
		return
	}
	if len(hi) != n || len(src) < PieceLength*n {
		panic(fmt.Sprintf("raster: %d pieces of %d levels", n, len(src)))
	}
	C.pieces(bytes(lo), bytes(hi), bytes(src), C.size_t(n))
}

// Steps gives, for each column and each row of w × h levels, by how much levels differ
// from their left neighbours and from those above, in all. The first row and column,
// which lack one of the two, do not count.
func Steps(pix []byte, w, h int) (across, down []uint32) {
	checkLevels(pix, w, h)
	across, down = make([]uint32, w), make([]uint32, h)
	C.steps((*C.uint32_t)(unsafe.SliceData(across)), (*C.uint32_t)(unsafe.SliceData(down)), bytes(pix), C.size_t(w), C.size_t(h))
	return across, down
}

// Energy gives the sum of the squares of what levels differ by from their left
// neighbours, and from those above. The first row and column do not count.
func Energy(pix []byte, w, h int) (across, down uint64) {
	checkLevels(pix, w, h)
	var a, d C.uint64_t
	C.energy(&a, &d, bytes(pix), C.size_t(w), C.size_t(h))
	return uint64(a), uint64(d)
}

// checkLevels panics where pix does not hold w × h levels, or too many in a row to be
// added up.
func checkLevels(pix []byte, w, h int) {
	if w < 1 || h < 1 || w > 1<<16 || len(pix) < w*h {
		panic(fmt.Sprintf("raster: %d levels for %d × %d", len(pix), w, h))
	}
}

// Taps say where samples lie: each between two neighbouring pixels.
type Taps struct {
	at      []C.uint32_t // the first of the two
	weights []uint8      // of the second, in 256ths
}

// TapsOf are n samples over [start, start+length) of limit pixels, whose middles lie
// at halves; the border is repeated.
func TapsOf(n int, start, length float64, limit int) Taps {
	t := Taps{make([]C.uint32_t, n), make([]uint8, n)}
	step := length / float64(n)
	for i := range n {
		f := start + (float64(i)+.5)*step - .5
		f = min(max(f, 0), float64(limit-1))
		at := uint64(f*256 + .5)
		t.at[i], t.weights[i] = C.uint32_t(at>>8), uint8(at)
	}
	return t
}

// direct says whether samples are neighbouring pixels taken as they are.
func (t Taps) direct() bool {
	for i, at := range t.at {
		if t.weights[i] != 0 || at != t.at[0]+C.uint32_t(i) {
			return false
		}
	}
	return true
}

// Planes say how pixels become the values of a tensor: plane c holds the colour
// Order[c] of red, green and blue, 0 to 255, times Scale[c], plus Offset[c].
type Planes struct {
	Order         [3]int
	Scale, Offset [3]float32
}

// Sample writes samples of img, turned clockwise by a number of quarters, into the top
// left of three planes of W × H. Samples lie at across and down in img as it is. They
// are bilinear in steps of 1/256 pixel, and rounded to whole levels, as those of images
// are that networks are trained on.
func Sample(dst []float32, W, H int, img *image.RGBA, across, down Taps, quarters int, p *Planes) {
	check(img)
	w, h := len(across.at), len(down.at)
	tw, th := w, h
	quarters &= 3
	if quarters&1 == 1 {
		tw, th = h, w
	}
	if w < 1 || h < 1 || tw > W || th > H || len(dst) < 3*W*H || !across.within(img.Rect.Dx()) || !down.within(img.Rect.Dy()) {
		panic(fmt.Sprintf("raster: %d × %d samples of %v into %d × %d", w, h, img.Rect, W, H))
	}
	first := int(across.at[0])
	pixels := min(int(across.at[w-1])-first+2, img.Rect.Dx()-first)
	at := make([]C.uint32_t, w)
	weights := make([]uint8, 4*w) // of each colour
	for i := range at {
		at[i] = across.at[i] - C.uint32_t(first)
		for c := range 4 {
			weights[4*i+c] = across.weights[i]
		}
	}
	if across.direct() {
		at = nil
	}
	line := make([]byte, 4*(pixels+1))
	var band []float32
	if quarters&1 == 1 {
		band = make([]float32, 3*C.BAND*w)
	}
	var colours [3]C.int
	for c, o := range p.Order {
		colours[c] = C.int(o & 3)
	}
	C.sample(floats(dst), C.size_t(W*H), C.size_t(W), bytes(img.Pix[4*first:]), C.size_t(img.Stride), C.size_t(pixels),
		C.size_t(w), C.size_t(h), unsafe.SliceData(at), bytes(weights), unsafe.SliceData(down.at), bytes(down.weights), C.int(quarters),
		&colours[0], floats(p.Scale[:]), floats(p.Offset[:]), words(line), floats(band))
}

// within says whether all samples lie between limit pixels, in order.
func (t Taps) within(limit int) bool {
	last := C.uint32_t(0)
	for i, at := range t.at {
		if at < last || int(at) >= limit || t.weights[i] > 0 && int(at)+1 >= limit {
			return false
		}
		last = at
	}
	return true
}
