package gui

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"

	"github.com/disintegration/imaging"
)

const (
	// thumbQuality is the JPEG quality at which a thumbnail is kept.
	thumbQuality = 85
	// maxThumbs is the number of thumbnails that are kept decoded: a few times
	// what fits the list on a large screen.
	maxThumbs = 128
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
	return b.Bytes()
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
