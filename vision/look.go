package vision

import (
	"context"
	"errors"
	"sync"
)

// look is one call of Detect on one picture.
type look struct {
	ctx     context.Context
	engine  *Engine
	pic     Picture
	pyramid *pyramid
	setting Setting
	scale   struct{ x, y float32 } // from the picture's pixels to the photo's

	mu    sync.Mutex
	found map[Check][]Detection
	// documents are what the text check tells of documents.
	documents []paper

	// seen runs the object model once, for all who ask: candidates in the
	// picture's pixels, and the names of their classes.
	seen func() ([]candidate, []string, error)
}

func newLook(ctx context.Context, e *Engine, pic Picture, s Setting) *look {
	l := &look{
		ctx: ctx, engine: e, pic: pic, setting: s,
		pyramid: pic.pyramid(),
		found:   map[Check][]Detection{},
	}
	var labels []string
	once := sync.OnceValues(func() (found []candidate, err error) {
		err = guard(func() error {
			found, labels, err = l.findObjects()
			return err
		})
		return found, err
	})
	l.seen = func() ([]candidate, []string, error) {
		found, err := once()
		return found, labels, err
	}
	l.scale.x = float32(pic.Width) / l.width()
	l.scale.y = float32(pic.Height) / l.height()
	return l
}

// valid says what is wrong with a picture that detectors cannot be given.
func (p Picture) valid() error {
	switch {
	case p.RGBA == nil || p.Rect.Empty() || p.Width <= 0 || p.Height <= 0:
		return errors.New("the picture is empty")
	case p.Rect.Min.X != 0 || p.Rect.Min.Y != 0:
		return errors.New("the picture's bounds do not start at (0,0)")
	case p.Stride < 4*p.Rect.Dx() || len(p.Pix) < p.Stride*(p.Rect.Dy()-1)+4*p.Rect.Dx():
		return errors.New("the picture has fewer pixels than its size says")
	case p.Part != nil && p.halvings() < 0:
		return errors.New("the picture is no halving of the photo")
	}
	return nil
}

// maxHalvings is how often a photo may have been halved for a picture of it.
const maxHalvings = 6

// halvings is how often the photo is halved to give the picture, -1 for not at all.
func (p Picture) halvings() int {
	for k := range maxHalvings + 1 {
		round := 1<<k - 1
		if (p.Width+round)>>k == p.Rect.Dx() && (p.Height+round)>>k == p.Rect.Dy() {
			return k
		}
	}
	return -1
}

func (p Picture) pyramid() *pyramid {
	if p.Part == nil {
		return newPyramid(p.RGBA)
	}
	return newPartialPyramid(p.RGBA, p.halvings(), p.Width, p.Height, p.Part)
}

// width and height of what is looked at, in its own pixels.
func (l *look) width() float32  { return float32(l.pyramid.w) }
func (l *look) height() float32 { return float32(l.pyramid.h) }

// add keeps what a check found.
func (l *look) add(c Check, d ...Detection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.found[c] = append(l.found[c], d...)
}

// toPhoto maps a box from the picture's pixels to the photo's, cut to the photo.
func (l *look) toPhoto(b Box) Box {
	b = Box{b.X * l.scale.x, b.Y * l.scale.y, b.W * l.scale.x, b.H * l.scale.y}
	return b.clip(float32(l.pic.Width), float32(l.pic.Height))
}

// detection is a candidate, in the picture's pixels, as the caller sees it.
func (l *look) detection(c candidate, kind Kind, label string) Detection {
	d := Detection{Kind: kind, Label: label, Confidence: min(c.score, 1), Box: l.toPhoto(c.box)}
	if c.marked {
		for _, p := range c.landmarks {
			d.Landmarks = append(d.Landmarks, Point{p.X * l.scale.x, p.Y * l.scale.y})
		}
	}
	return d
}

// infer runs the model for task on a part of the picture scaled to w × h, in an
// input of W × H, and hands the outputs to read.
func (l *look) infer(s *session, r region, w, h, W, H int, read func([]tensor) error) error {
	return l.engine.work(l.ctx, func() error {
		return s.run(l.ctx, W, H, func(in []float32) error { return l.pyramid.fill(in, W, H, r, w, h, 0, s.planes) }, read)
	})
}
