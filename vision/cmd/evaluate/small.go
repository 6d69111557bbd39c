package main

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"time"

	"golang.org/x/image/draw"

	"blindspot/vision"
)

// A picture of 12 megapixels, as a phone takes.
const smallWidth, smallHeight = 4000, 3000

const (
	smallGap     = 60  // between photos, in pixels
	smallOverlap = .3  // IoU from which a small face counts as found: a pixel is much of it
	smallLongest = 900 // the longer side that a photo may have there, in pixels
)

// smallSides are the sides, in pixels, to which the faces are shrunk.
var smallSides = []float64{6, 8, 10, 12, 15, 20, 25, 30}

// smallEdges part the faces there by the width of their box.
var smallEdges = []float32{6, 8, 10, 12, 15, 20, 25, 30, 60}

// small says how many faces of which width are found in large pictures: the photos
// with truth, shrunk until their narrowest face has each of smallSides, stand there
// in rows on a grainy ground.
func (m *measure) small(ctx context.Context, truth []boxesOf) (*smallFaces, error) {
	s := &smallFaces{}
	s.side, s.tenths = m.engine.Smallest(m.setting, smallWidth, smallHeight)
	for _, side := range smallSides {
		img, planted, err := m.plant(ctx, truth, side)
		if err != nil {
			return nil, err
		}
		if len(planted) == 0 {
			continue
		}
		start := time.Now()
		found, err := m.detect(ctx, vision.Picture{RGBA: img, Width: smallWidth, Height: smallHeight}, vision.Faces)
		if err != nil {
			return nil, err
		}
		s.spent += time.Since(start)
		s.looks++
		for _, b := range planted {
			hit := false
			for _, d := range found {
				hit = hit || vision.IoU(b, d.Box) >= smallOverlap
			}
			s.add(b.W, hit)
		}
	}
	return s, nil
}

// smallFaces counts faces by the width of their box.
type smallFaces struct {
	side, tenths int // what [vision.Engine.Smallest] says
	sizes        [8]struct{ truth, hit int }
	above, below struct{ truth, hit int } // from side on, and down to six tenths of it
	looks        int
	spent        time.Duration
}

func (s *smallFaces) add(width float32, hit bool) {
	count := func(c *struct{ truth, hit int }) {
		if c.truth++; hit {
			c.hit++
		}
	}
	if width >= smallEdges[len(smallEdges)-1] {
		return
	}
	for i := len(smallEdges) - 2; i >= 0; i-- {
		if width >= smallEdges[i] {
			count(&s.sizes[i])
			break
		}
	}
	if width >= float32(s.side) {
		count(&s.above)
	} else if width >= .6*float32(s.side) {
		count(&s.below)
	}
}

// print writes the table, and what the program tells people beside it.
func (s *smallFaces) print(m *measure) {
	if s.looks == 0 {
		return
	}
	fmt.Fprintf(m.out, "  small  faces in 12 megapixels, %v a look\n", (s.spent / time.Duration(s.looks)).Round(time.Millisecond))
	for i, c := range s.sizes {
		if c.truth > 0 {
			fmt.Fprintf(m.out, "         %-12s %d of %d found (%.2f)\n", fmt.Sprintf("%.0f to %.0f px", smallEdges[i], smallEdges[i+1]), c.hit, c.truth, ratio(c.hit, c.truth))
		}
	}
	fmt.Fprintf(m.out, "         from %d px %d of %d found (%.2f; the program says 9 in 10), from %.0f to %d px %d of %d (%.2f; it says %d in 10)\n",
		s.side, s.above.hit, s.above.truth, ratio(s.above.hit, s.above.truth), .6*float32(s.side), s.side, s.below.hit, s.below.truth, ratio(s.below.hit, s.below.truth), s.tenths)
}

// plant draws the photos with truth, shrunk until the narrowest face in each is side
// pixels wide, in rows as far as there is room, and returns where their faces are.
// A photo that would be enlarged or too large is left out.
func (m *measure) plant(ctx context.Context, truth []boxesOf, side float64) (*image.RGBA, []vision.Box, error) {
	img := image.NewRGBA(image.Rect(0, 0, smallWidth, smallHeight))
	rng := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < len(img.Pix); i += 4 {
		v := uint8(120 + rng.IntN(9))
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = v, v+10, v-20, 255
	}
	var planted []vision.Box
	x, y, row := smallGap, smallGap, 0
	for _, t := range truth {
		narrowest := float32(0)
		for _, b := range t.Boxes {
			if narrowest == 0 || b.W < narrowest {
				narrowest = b.W
			}
		}
		k := side / float64(narrowest)
		if narrowest <= 0 || k > 1 {
			continue
		}
		pic, done, err := m.load(ctx, t.File)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.File, err)
		}
		w, h := int(float64(pic.Width)*k), int(float64(pic.Height)*k)
		if x+w+smallGap > smallWidth {
			x, y, row = smallGap, y+row+smallGap, 0
		}
		if w < 1 || h < 1 || max(w, h) > smallLongest || y+h+smallGap > smallHeight {
			done()
			continue
		}
		draw.CatmullRom.Scale(img, image.Rect(x, y, x+w, y+h), pic.RGBA, pic.RGBA.Rect, draw.Src, nil)
		done()
		for _, b := range t.Boxes {
			c := float32(k)
			planted = append(planted, vision.Box{X: float32(x) + b.X*c, Y: float32(y) + b.Y*c, W: b.W * c, H: b.H * c})
		}
		x, row = x+w+smallGap, max(row, h)
	}
	return img, planted, nil
}
