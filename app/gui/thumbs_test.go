package gui

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"sync"
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

// Photos that wait for their check get a thumbnail when they are seen, and only then.
func TestThumbnailsOfWhatIsSeen(t *testing.T) {
	tr := newTrial(t)
	data := thumbnail(picture(400, 300))
	made := map[string]int{}
	tr.miniature = func(_ context.Context, path string) []byte {
		made[path]++
		return data
	}
	var names []string
	for i := range 500 {
		names = append(names, fmt.Sprintf("%03d.png", i))
	}
	tr.checker.during = sync.OnceFunc(func() {
		if len(made) == 0 || len(made) > 40 {
			t.Errorf("%d thumbnails were made of those in the window", len(made))
		}
		if first := tr.items[1]; first.thumb == nil || tr.list.thumbs.of(first) == nil {
			t.Error("a photo that waits has no thumbnail")
		}
		tr.list.ScrollTo(400)
		if tr.items[400].thumb == nil || tr.items[200].thumb != nil {
			t.Error("scrolling does not make the thumbnails of what is seen, or makes others")
		}
		if len(tr.list.wanted) > maxWanted {
			t.Errorf("%d photos wait for a thumbnail", len(tr.list.wanted))
		}
		tr.cancelChecks()
	})
	tr.add(names...)
	for path, n := range made {
		if n != 1 {
			t.Errorf("%d thumbnails were made of %s", n, path)
		}
	}
}

// While one thumbnail is made only so many photos wait for theirs; one that was
// scrolled past is asked for again.
func TestWantedThumbnailsAreBounded(t *testing.T) {
	tr := newTrial(t)
	var jobs []func()
	tr.spawn = func(f func()) { jobs = append(jobs, f) }
	items := make([]*item, 3*maxWanted)
	for i := range items {
		items[i] = &item{path: fmt.Sprint(i)}
		tr.list.want(items[i])
		tr.list.want(items[i])
	}
	if len(tr.list.wanted) != maxWanted || len(jobs) != 1 {
		t.Fatalf("%d wait, %d are made at a time", len(tr.list.wanted), len(jobs))
	}
	if items[1].blank || !items[len(items)-1].blank {
		t.Error("what was scrolled past counts as asked for")
	}
	var order []string
	tr.miniature = func(_ context.Context, path string) []byte {
		order = append(order, path)
		return nil
	}
	for len(jobs) > 0 {
		next := jobs[0]
		jobs = jobs[1:]
		next()
	}
	if len(order) != maxWanted+1 || order[1] != items[len(items)-1].path {
		t.Errorf("made in the order %q", order)
	}
}

func TestMiniature(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, picture(500, 300)), f.Close()); err != nil {
		t.Fatal(err)
	}
	if len(miniature(t.Context(), path)) == 0 {
		t.Error("a photo has no miniature")
	}
	if miniature(t.Context(), path+"x") != nil {
		t.Error("what is not there has a miniature")
	}
}
