package gui

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"image/jpeg"

	"github.com/disintegration/imaging"

	"blindspot/scan"
	"blindspot/scan/pixels"
)

const (
	// thumbQuality is the JPEG quality at which a thumbnail is kept.
	thumbQuality = 85
	// maxThumbs is the number of thumbnails that are kept decoded: a few times
	// what fits the list on a large screen.
	maxThumbs = 128
	// maxWanted is the number of photos that wait for a thumbnail: what one sees, and
	// a little of what one scrolled past.
	maxWanted = 32
)

// thumbnail is the middle of an opaque picture, square and as large as the list
// shows it on a fine screen, as a JPEG of a few kilobytes: the list keeps one of
// each photo. It is nil where that fails.
func thumbnail(pic *image.RGBA) []byte {
	small := imaging.Fill(pic, 2*thumbSide, 2*thumbSide, imaging.Center, imaging.Box)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: thumbQuality}); err != nil {
		return nil
	}
	return bytes.Clone(b.Bytes()) // without the room that the buffer grew by
}

// thumbs holds the thumbnails that were shown last, decoded.
type thumbs struct {
	decoded map[*item]*image.RGBA
	order   []*item // the oldest first
}

// of is the thumbnail of it, or nil.
func (t *thumbs) of(it *item) *image.RGBA {
	if pic, ok := t.decoded[it]; ok {
		return pic
	}
	if it.thumb == nil {
		return nil
	}
	pic, err := jpeg.Decode(bytes.NewReader(it.thumb))
	if err != nil {
		return nil
	}
	rgba := image.NewRGBA(pic.Bounds())
	draw.Draw(rgba, rgba.Rect, pic, image.Point{}, draw.Src)
	if t.decoded == nil {
		t.decoded = map[*item]*image.RGBA{}
	}
	if len(t.order) == maxThumbs {
		delete(t.decoded, t.order[0])
		t.order = append(t.order[:0], t.order[1:]...)
	}
	t.decoded[it] = rgba
	t.order = append(t.order, it)
	return rgba
}

// forget drops the decoded thumbnail of it, which has another one now or none.
func (t *thumbs) forget(it *item) {
	delete(t.decoded, it)
	for i, o := range t.order {
		if o == it {
			t.order = append(t.order[:i], t.order[i+1:]...)
			return
		}
	}
}

// miniature is the thumbnail of the photo at path; nil where there is none.
func miniature(ctx context.Context, path string) []byte {
	p, err := scan.Open(ctx, path)
	if err != nil {
		return nil
	}
	pic, err := pixels.Decode(ctx, p, 4*thumbSide)
	if err != nil {
		return nil
	}
	return thumbnail(pic.RGBA)
}

// want sees to it that a photo which is seen gets a thumbnail before it is checked:
// the one seen last first, one at a time.
func (l *photoList) want(it *item) {
	if it.blank || it.thumb != nil || it.state != waiting {
		return
	}
	it.blank = true
	l.wanted = append(l.wanted, it)
	if len(l.wanted) > maxWanted {
		l.wanted[0].blank = false // asked for again when it is seen again
		l.wanted = l.wanted[1:]
	}
	if !l.making {
		l.make()
	}
}

// make makes the thumbnail that was wanted last.
func (l *photoList) make() {
	w := l.window
	last := len(l.wanted) - 1
	it := l.wanted[last]
	l.wanted = l.wanted[:last]
	l.making = true
	w.spawn(func() {
		thumb := w.miniature(w.life, it.path)
		w.do(func() {
			l.making = false
			if it.thumb == nil && thumb != nil {
				it.thumb = thumb
				l.refreshItem(it)
			}
			if len(l.wanted) > 0 && !l.making {
				l.make()
			}
		})
	})
}
