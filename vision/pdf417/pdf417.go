// Package pdf417 reads PDF417 symbols (ISO/IEC 15438), which boarding passes and
// driving licences carry, in grey pictures. Start with [Decode]; [Locate] says
// quickly where in a large picture to look.
//
// A symbol may be turned by any angle, mirrored, seen somewhat from the side, lack
// its stop pattern, and be of the truncated kind. Micro PDF417 is another code and
// is not read, nor are symbols light on dark.
package pdf417

import (
	"errors"
	"image"
	"math"

	"blindspot/vision/raster"
)

// All sizes and limits of the reader. Lengths are in modules, the width of the
// thinnest bar, unless said otherwise.
const (
	codewords  = 929
	wordWidth  = 17 // modules of a codeword
	wordRuns   = 8  // bars and spaces of a codeword
	startWidth = 17
	stopWidth  = 18
	// The sizes that ISO/IEC 15438 allows.
	minRows, maxRows = 3, 90
	maxColumns       = 30
	maxWords         = 928
	maxLevel         = 8

	// maxSide bounds the sides of a picture in pixels, so that positions are exact
	// in float32.
	maxSide = 1 << 16
	// minModule is the width of a module in pixels below which bars blur into one
	// another.
	minModule = 0.9
	// blockWidth is the part of a line of pixels whose darkest and lightest are
	// taken together, in pixels; a threshold looks blockReach blocks to either side.
	blockWidth, blockReach = raster.PieceLength, 2
	// minContrast is the range of grey levels from which a line has edges.
	minContrast = 36
	// runError is the most by which one bar or space may differ, pairError the most
	// by which a bar with its space may: that is the same however thick the ink is.
	runError, pairError = 0.9, 0.6
	// maxHits bounds the places per picture and direction that look like a guard
	// pattern, maxChains the lines of them, minChain the hits that make a line. No
	// photo of things that are no codes came near.
	maxHits, maxChains, minChain = 20000, 128, 3
	// strongChain hits of one pattern make a symbol likely even if it cannot be read.
	strongChain = 8
	// chainGap is how many lines of pixels that are looked at may miss the pattern.
	chainGap = 6
	// maxSymbols bounds how many symbols of a picture are read.
	maxSymbols = 16
	// maxShrinks is how often a picture is halved when nothing could be read in it:
	// noise fades, and large modules become small.
	maxShrinks = 2
	// minCrop is the side in pixels below which halving leaves nothing to read.
	minCrop = 48

	// probes is how many lines across a symbol are looked at for its size.
	probes = 240
	// perRow bounds how many lines are looked at per row of the symbol.
	minPerRow, maxPerRow = 3, 9
	// perModule bounds the samples per module along a line.
	minPerModule, maxPerModule = 4, 10
	// boundaryError is how far a codeword may begin from where it should.
	boundaryError = 2.5
	// rowError is how far from its row a codeword may be read.
	rowError = 1.4
	// maxCandidates is how many values of one codeword are counted.
	maxCandidates = 4
	// softSamples is how many samples per module a codeword is matched with, and
	// softLines how many lines are averaged for it.
	softSamples, softLines = 3, 8
)

// Point is a place in pixels, (0,0) being the top left corner of the first pixel.
type Point struct{ X, Y float64 }

// Symbol is one PDF417 symbol of a picture.
type Symbol struct {
	// Read says whether the symbol could be read; if not, only Corners is set.
	Read bool
	// Text is what the symbol holds.
	Text string
	// Corners are where the first row starts and ends and where the last row ends
	// and starts, guard patterns included. They are rough if the symbol was not
	// read.
	Corners [4]Point
	// Rows and Columns of data codewords, and the level of error correction, 0 to 8.
	Rows, Columns, Level int
	// Corrected is how many codewords were wrong or missing.
	Corrected int
}

// Bounds is the box around the corners.
func (s Symbol) Bounds() image.Rectangle {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, c := range s.Corners {
		x0, y0, x1, y1 = min(x0, c.X), min(y0, c.Y), max(x1, c.X), max(y1, c.Y)
	}
	return image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1)))
}

var errSize = errors.New("the picture is empty, too large, or has fewer pixels than its size says")

// Decode reads the symbols of a picture, in pixels of img from its top left. It
// gives symbols that it found but could not read as well. It fails only for a
// picture that is empty, too large or not whole.
//
// Work is bounded by the picture's size and by the limits of this package; a
// megapixel takes some 10 ms, a symbol as much again.
func Decode(img *image.Gray) ([]Symbol, error) {
	g, err := newGrey(img)
	if err != nil {
		return nil, err
	}
	var all []Symbol
	for shrink := 0; shrink <= maxShrinks; shrink++ {
		if shrink > 0 {
			if min(g.w, g.h) < 2*minCrop {
				break
			}
			g = g.halved()
		}
		found, read := g.symbols(), false
		for _, s := range found {
			for i := range s.Corners {
				s.Corners[i].X *= float64(int(1) << shrink)
				s.Corners[i].Y *= float64(int(1) << shrink)
			}
			read = read || s.Read
			all = append(all, s)
		}
		if read {
			break
		}
	}
	return distinct(all), nil
}

// distinct drops symbols that lie on one another, keeping the read ones.
func distinct(all []Symbol) []Symbol {
	var kept []Symbol
	for _, wanted := range []bool{true, false} {
	next:
		for _, s := range all {
			if s.Read != wanted {
				continue
			}
			box := s.Bounds()
			for _, k := range kept {
				both := box.Intersect(k.Bounds())
				if 2*both.Dx()*both.Dy() > min(box.Dx()*box.Dy(), k.Bounds().Dx()*k.Bounds().Dy()) {
					continue next
				}
			}
			kept = append(kept, s)
		}
	}
	return kept
}

// grey is a picture without gaps between its lines.
type grey struct {
	pix  []byte
	w, h int
}

func newGrey(img *image.Gray) (*grey, error) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if w <= 0 || h <= 0 || w > maxSide || h > maxSide || img.Stride < w || len(img.Pix) < (h-1)*img.Stride+w {
		return nil, errSize
	}
	if img.Stride == w {
		return &grey{img.Pix[:w*h], w, h}, nil
	}
	g := &grey{make([]byte, w*h), w, h}
	for y := range h {
		copy(g.pix[y*w:][:w], img.Pix[y*img.Stride:])
	}
	return g, nil
}

// Size, Row and Column make a grey picture a [Lines].
func (g *grey) Size() (w, h int)      { return g.w, g.h }
func (g *grey) Row(y int, dst []byte) { copy(dst, g.pix[y*g.w:][:g.w]) }
func (g *grey) Column(x int, dst []byte) {
	for y := range dst {
		dst[y] = g.pix[y*g.w+x]
	}
}

// halved averages squares of four pixels.
func (g *grey) halved() *grey {
	t := &grey{make([]byte, g.w/2*(g.h/2)), g.w / 2, g.h / 2}
	for y := range t.h {
		a, b := g.pix[2*y*g.w:][:g.w], g.pix[(2*y+1)*g.w:][:g.w]
		for x := range t.w {
			t.pix[y*t.w+x] = byte((int(a[2*x]) + int(a[2*x+1]) + int(b[2*x]) + int(b[2*x+1]) + 2) / 4)
		}
	}
	return t
}

// at is the grey level at a point, bilinear, with the border repeated.
func (g *grey) at(p Point) float32 {
	x := min(max(p.X-.5, 0), float64(g.w-1))
	y := min(max(p.Y-.5, 0), float64(g.h-1))
	i, j := int(x), int(y)
	fx, fy := float32(x-float64(i)), float32(y-float64(j))
	right, below := 1, g.w
	if i == g.w-1 {
		right = 0
	}
	if j == g.h-1 {
		below = 0
	}
	o := j*g.w + i
	top := float32(g.pix[o]) + (float32(g.pix[o+right])-float32(g.pix[o]))*fx
	bottom := float32(g.pix[o+below]) + (float32(g.pix[o+below+right])-float32(g.pix[o+below]))*fx
	return top + (bottom-top)*fy
}
