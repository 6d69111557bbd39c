package gui

import (
	"context"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestLevels(t *testing.T) {
	widths := func(l levels) []int {
		var all []int
		for _, level := range l {
			all = append(all, level.Bounds().Dx())
		}
		return all
	}
	if got := widths(newLevels(picture(4096, 1024))); !slices.Equal(got, []int{2048, 1024, 512, 256}) {
		t.Errorf("levels of %v", got)
	}
	if got := widths(newLevels(picture(40, 30))); !slices.Equal(got, []int{40}) {
		t.Errorf("levels of %v for a small picture", got)
	}
	l := newLevels(picture(2048, 1024))
	for width, want := range map[float32]int{5000: 2048, 2048: 2048, 1025: 2048, 1024: 1024, 600: 1024, 10: 256} {
		if got := l.shown(width).Bounds().Dx(); got != want {
			t.Errorf("shown %v wide by a level of %d, want %d", width, got, want)
		}
	}
	if levels(nil).shown(100) != nil {
		t.Error("something is shown for no picture")
	}
}

func TestPreview(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jpg")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(f, picture(3000, 1500), nil); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := preview(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if size := l[0].Bounds().Size(); size != image.Pt(2048, 1024) {
		t.Errorf("the preview is %v", size)
	}
	if _, ok := l[1].(*image.RGBA); !ok {
		t.Errorf("a level is %T, which Fyne copies at each upload", l[1])
	}
	if _, err := preview(context.Background(), path+".none"); err == nil {
		t.Error("a missing file gives no error")
	}
}
