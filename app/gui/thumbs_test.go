package gui

import (
	"image/color"
	"testing"
)

func TestThumbnails(t *testing.T) {
	data := thumbnail(picture(400, 300))
	if len(data) == 0 || len(data) > 10_000 {
		t.Errorf("a thumbnail takes %d bytes", len(data))
	}
	var held thumbs
	items := make([]*item, 3*maxThumbs)
	for i := range items {
		items[i] = &item{thumb: data}
		pic := held.of(items[i])
		if pic == nil || pic.Rect.Dx() != 2*thumbSide || pic.Rect.Dy() != 2*thumbSide {
			t.Fatalf("thumbnail %d is %v", i, pic)
		}
		if len(held.decoded) > maxThumbs || len(held.order) != len(held.decoded) {
			t.Fatalf("%d thumbnails are kept decoded, in an order of %d", len(held.decoded), len(held.order))
		}
	}
	last := items[len(items)-1]
	first := held.of(last)
	if held.of(last) != first {
		t.Error("what was just shown is decoded again")
	}
	if held.of(items[0]) == nil {
		t.Error("what was dropped can't be shown again")
	}
	dark := picture(300, 300)
	for i := range dark.Pix {
		dark.Pix[i] = 0
		if i%4 == 3 {
			dark.Pix[i] = 0xff
		}
	}
	last.thumb = thumbnail(dark)
	held.forget(last)
	if c := held.of(last).At(20, 20); c != (color.RGBA{A: 0xff}) {
		t.Errorf("the old thumbnail is shown: %v", c)
	}
	for _, it := range []*item{{}, {thumb: []byte("no picture")}} {
		if held.of(it) != nil {
			t.Errorf("a thumbnail is shown for %q", it.thumb)
		}
	}
}
