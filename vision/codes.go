package vision

import (
	"cmp"
	"context"
	"errors"
	"image"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/aztec"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/multi/qrcode"
	qr "github.com/makiuchi-d/gozxing/qrcode"

	"blindspot/vision/pdf417"
	"blindspot/vision/personal"
	"blindspot/vision/raster"
)

// placeTries are how a place is read: with its longer side of so many pixels, as the
// readers want modules of three pixels and more and take noise for modules in large
// ones, and light on dark or not. The fast setting makes the first placeTriesFast.
var placeTries = []struct {
	side     float64
	inverted bool
}{{400, false}, {220, false}, {300, true}, {640, false}, {500, true}}

const (
	placeTriesFast = 3
	// codeGrow is what is added to a tightened place on each side, as a share.
	codeGrow = 0.04
	// minCodeSide is the smaller side of what is read.
	minCodeSide = 16
	// codeSide is the longer side at which a picture, or a tile of it, is searched
	// for QR codes.
	codeSide    = 1280
	codeOverlap = 256
	// symbolStep is the distance of the lines of pixels that are searched for PDF417
	// symbols, symbolSide the longer side at which a place that may hold one is read:
	// the widest has 600 modules. maxSymbolBoxes bounds these places.
	symbolStep     = 5
	symbolSide     = 1800
	maxSymbolBoxes = 32
	// symbolMargin is added on each side, as a share: corners are not exact.
	symbolMargin = 0.02
	// codeTimeout ends the wait for a reader: it cannot be stopped, but none takes
	// long on what it is given.
	codeTimeout = 5 * time.Second
)

// grey is a picture of grey levels.
type grey struct {
	pix  []byte
	w, h int
}

// greyOf is the part r of img in grey, Rec. 601.
func greyOf(img *image.RGBA, r image.Rectangle) grey {
	r = r.Intersect(img.Rect)
	g := grey{make([]byte, r.Dx()*r.Dy()), r.Dx(), r.Dy()}
	if !r.Empty() {
		raster.Grey(g.pix, img, r)
	}
	return g
}

// part is the part r of g, which lies in it: g itself where that is all.
func (g grey) part(r image.Rectangle) grey {
	if r.Dx() == g.w && r.Dy() == g.h {
		return g
	}
	t := grey{make([]byte, r.Dx()*r.Dy()), r.Dx(), r.Dy()}
	for y := range t.h {
		copy(t.pix[y*t.w:][:t.w], g.pix[(r.Min.Y+y)*g.w+r.Min.X:])
	}
	return t
}

// turned is g turned clockwise by a quarter.
func (g grey) turned() grey {
	t := grey{make([]byte, len(g.pix)), g.h, g.w}
	for y := range g.h {
		for x := range g.w {
			t.pix[x*t.w+g.h-1-y] = g.pix[y*g.w+x]
		}
	}
	return t
}

func (g grey) inverted() grey {
	t := grey{make([]byte, len(g.pix)), g.w, g.h}
	for i, v := range g.pix {
		t.pix[i] = 255 - v
	}
	return t
}

// Size, Row and Column make g a [pdf417.Lines].
func (g grey) Size() (w, h int)      { return g.w, g.h }
func (g grey) Row(y int, dst []byte) { copy(dst, g.pix[y*g.w:][:g.w]) }
func (g grey) Column(x int, dst []byte) {
	for y := range dst {
		dst[y] = g.pix[y*g.w+x]
	}
}

// rows is the strip of g from row a to row b.
func (g grey) rows(a, b int) grey { return grey{g.pix[a*g.w : b*g.w], g.w, b - a} }

// bitmap is g as gozxing reads it, black where it is darker than its surroundings.
func (g grey) bitmap() (*gozxing.BinaryBitmap, error) {
	src, err := gozxing.NewPlanarYUVLuminanceSource(g.pix, g.w, g.h, 0, 0, g.w, g.h, false)
	if err != nil {
		return nil, err
	}
	return gozxing.NewBinaryBitmap(binarizer{gozxing.NewHybridBinarizer(src), g})
}

// code is what a reader found, in pixels of what it was given.
type code struct {
	label string
	text  string
	box   Box
}

// errManyCodes is why codes were not looked for everywhere.
var errManyCodes = errors.New("there are more places that look like codes than are read")

var tryHarder = map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}

// search is a part of the picture to read codes in.
type search struct {
	region
	most float64 // the longer side at which it is read; at least, and less than twice that
	read func(g grey, at func(Box) Box, s Setting) []code
}

// codes finds codes. Where there are more places than are read, it keeps what it
// found and returns errManyCodes.
func (l *look) codes() error {
	var symbols struct {
		sync.Mutex
		boxes []Box
	}
	readPart := func(g grey, at func(Box) Box, s Setting) []code {
		for _, r := range pdf417.Locate(g, symbolStep) {
			b := at(Box{float32(r.Min.X), float32(r.Min.Y), float32(r.Dx()), float32(r.Dy())}).clip(l.width(), l.height())
			symbols.Lock()
			symbols.boxes = append(symbols.boxes, b)
			symbols.Unlock()
		}
		return readQR(g, s)
	}
	searches := []search{{l.pyramid.whole(), codeSide, readPart}}
	if pic := searches[0]; l.setting == Thorough && max(pic.w, pic.h) > codeSide*1.25 {
		for _, r := range tiles(pic.w, pic.h, codeSide, codeOverlap) {
			searches = append(searches, search{r, codeSide, readPart})
		}
	}
	all, err := l.readAll(searches)
	boxes, more := distinctBoxes(symbols.boxes)
	searches = searches[:0]
	for _, b := range boxes {
		searches = append(searches, search{b.region(), symbolSide, readSymbols})
	}
	found, errSymbols := l.readAll(searches)
	all = append(all, found...)
	places, crowded := l.codePlaces()
	found, errPlaces := l.readPlaces(places, all)
	for _, c := range distinctCodes(append(all, found...)) {
		kind := personal.Code(c.text)
		l.add(Codes, Detection{Kind: Code, Label: c.label, Confidence: 1, Box: l.toPhoto(c.box), Text: c.text, Personal: string(kind)})
	}
	if err := cmp.Or(err, errSymbols, errPlaces); err != nil {
		return err
	}
	if crowded || more {
		return errManyCodes
	}
	return nil
}

// readAll reads codes in parts of the picture, and gives their boxes in its pixels.
func (l *look) readAll(searches []search) ([]code, error) {
	results := make([][]code, len(searches))
	err := l.each(len(searches), func(i int) error {
		s := searches[i]
		return l.engine.work(l.ctx, func() error {
			v, err := l.pyramid.greyView(s.region, float64(max(l.pyramid.w, l.pyramid.h))*min(s.most/max(s.w, s.h), 1))
			if err != nil {
				return err
			}
			r := image.Rect(int(s.x/v.shrink-v.x), int(s.y/v.shrink-v.y), int((s.x+s.w)/v.shrink-v.x+.5), int((s.y+s.h)/v.shrink-v.y+.5))
			r = r.Intersect(image.Rect(0, 0, v.grey.w, v.grey.h))
			g := v.grey.part(r)
			if g.w < minCodeSide || g.h < minCodeSide {
				return nil
			}
			left, top, scale := (float64(r.Min.X)+v.x)*v.shrink, (float64(r.Min.Y)+v.y)*v.shrink, v.shrink
			at := func(b Box) Box {
				k := float32(scale)
				return Box{b.X*k + float32(left), b.Y*k + float32(top), b.W * k, b.H * k}
			}
			results[i], err = l.readWithin(func() []code { return s.read(g, at, l.setting) })
			for k := range results[i] {
				results[i][k].box = at(results[i][k].box)
			}
			return err
		})
	})
	return slices.Concat(results...), err
}

// readPlaces reads codes in places that look like codes, save where one has been
// read. At each it makes tries in turn until one gives a code, from the second on
// without what lies around.
func (l *look) readPlaces(places []place, known []code) ([]code, error) {
	places = slices.DeleteFunc(places, func(p place) bool {
		return slices.ContainsFunc(known, func(c code) bool {
			// A place far larger than a code may hold another one.
			b := p.box()
			place, code := b.W*b.H, c.box.W*c.box.H
			return c.text != "" && place < 6*code && intersection(b, c.box) > .8*min(place, code)
		})
	})
	tries := placeTries
	if l.setting == Fast {
		tries = placeTries[:placeTriesFast]
	}
	results := make([][]code, len(places))
	err := l.each(len(places), func(i int) error {
		return l.engine.work(l.ctx, func() error {
			p := places[i]
			tight, ok, err := l.tightened(p)
			if err != nil || !ok {
				return err
			}
			for k, try := range tries {
				if k == 1 {
					p = tight
				}
				g, err := l.upright(p, try.side)
				if err != nil {
					return err
				}
				if g.w < minCodeSide || g.h < minCodeSide {
					continue
				}
				if try.inverted {
					g = g.inverted()
				}
				found, err := l.readWithin(func() []code { return readAny(g) })
				if err != nil {
					return err
				}
				if len(found) > 0 {
					found[0].box = tight.box().grow(codeGrow)
					results[i] = found[:1]
					return nil
				}
			}
			return nil
		})
	})
	return slices.Concat(results...), err
}

// distinctBoxes drops boxes most of which lies in a larger one; more says that there
// are too many.
func distinctBoxes(all []Box) (kept []Box, more bool) {
	slices.SortStableFunc(all, func(a, b Box) int { return cmp.Compare(b.W*b.H, a.W*a.H) })
next:
	for _, b := range all {
		for _, k := range kept {
			if intersection(b, k) > .8*b.W*b.H {
				continue next
			}
		}
		if len(kept) == maxSymbolBoxes {
			return kept, true
		}
		kept = append(kept, b)
	}
	return kept, false
}

// distinctCodes drops what was found in several tiles, and an unread code where
// another was read.
func distinctCodes(all []code) []code {
	slices.SortStableFunc(all, func(a, b code) int {
		return cmp.Or(-cmp.Compare(min(len(a.text), 1), min(len(b.text), 1)), -cmp.Compare(a.box.W*a.box.H, b.box.W*b.box.H))
	})
	var kept []code
next:
	for _, c := range all {
		for _, k := range kept {
			if intersection(c.box, k.box) > .3*min(c.box.W*c.box.H, k.box.W*k.box.H) && (c.text == k.text || c.text == "") {
				continue next
			}
		}
		kept = append(kept, c)
	}
	return kept
}

// readWithin runs a reader, which may panic or take too long.
func (l *look) readWithin(read func() []code) ([]code, error) {
	type answer struct {
		codes []code
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		a.err = guard(func() error { a.codes = read(); return nil })
		done <- a
	}()
	ctx, cancel := context.WithTimeout(l.ctx, codeTimeout)
	defer cancel()
	select {
	case a := <-done:
		return a.codes, a.err
	case <-ctx.Done():
		if l.ctx.Err() != nil {
			return nil, l.ctx.Err()
		}
		return nil, errors.New("reading codes took too long")
	}
}

// readQR reads all QR codes.
func readQR(g grey, s Setting) []code {
	shades := []grey{g}
	if s == Thorough {
		shades = append(shades, g.inverted())
	}
	var found []code
	for _, g := range shades {
		bmp, err := g.bitmap()
		if err != nil {
			continue
		}
		results, err := qrcode.NewQRCodeMultiReader().DecodeMultiple(bmp, tryHarder)
		if err != nil {
			continue
		}
		for _, r := range results {
			found = append(found, code{"QR code", r.GetText(), qrBox(r.GetResultPoints())})
		}
	}
	return found
}

// readAny reads a place that is about as large as one code and stands upright. What
// box it gives means nothing.
func readAny(g grey) []code {
	bars := g.bars()
	if math.Abs(bars) <= squaresMost {
		if found := readSquares(g); found != nil {
			return found
		}
	}
	if math.Abs(bars) >= barsLeast {
		if bars < 0 {
			g = g.turned()
		}
		if label, text := readBars(g); text != "" {
			return []code{{label: label, text: text}}
		}
	}
	return nil
}

// readSquares reads QR, Data Matrix and Aztec codes.
func readSquares(g grey) []code {
	bmp, err := g.bitmap()
	if err != nil {
		return nil
	}
	for _, reader := range []struct {
		label string
		gozxing.Reader
	}{
		{"QR code", qr.NewQRCodeReader()},
		{"Data Matrix code", datamatrix.NewDataMatrixReader()},
		{"Aztec code", aztec.NewAztecReader()},
	} {
		if r, err := reader.Decode(bmp, tryHarder); err == nil && r.GetText() != "" {
			return []code{{label: reader.label, text: r.GetText()}}
		}
	}
	return nil
}

// readSymbols reads PDF417 symbols; those that it cannot read it finds all the same.
func readSymbols(g grey, _ func(Box) Box, _ Setting) []code {
	symbols, err := pdf417.Decode(&image.Gray{Pix: g.pix, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)})
	if err != nil {
		return nil
	}
	var found []code
	for _, s := range symbols {
		b := s.Bounds()
		found = append(found, code{"PDF417 code", s.Text, Box{float32(b.Min.X), float32(b.Min.Y), float32(b.Dx()), float32(b.Dy())}.grow(symbolMargin)})
	}
	return found
}

// qrBox is the box around a QR code from the middles of its finder patterns
// (bottom left, top left, top right). They lie 3.5 modules inside its corners, at
// most a quarter of the way between them.
func qrBox(p []gozxing.ResultPoint) Box {
	if len(p) < 3 {
		return Box{}
	}
	points := make([]Point, 4)
	for i := range 3 {
		points[i] = Point{float32(p[i].GetX()), float32(p[i].GetY())}
	}
	points[3] = Point{points[0].X + points[2].X - points[1].X, points[0].Y + points[2].Y - points[1].Y}
	b := Box{points[0].X, points[0].Y, 0, 0}
	for _, q := range points[1:] {
		b = b.union(Box{q.X, q.Y, 0, 0})
	}
	return b.grow(.25)
}
