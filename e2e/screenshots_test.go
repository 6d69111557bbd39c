package e2e

import (
	"flag"
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"blindspot/internal/xdisplay"
)

var screenshots = flag.String("screenshots", "", "take TestScreenshots' pictures of the window into this folder")

// Size of the window in docs.
const (
	shotWidth  = 1220
	shotHeight = 780
)

// landscapes are photos in which nobody can be recognised, of
// github.com/ianare/exif-samples, CC BY-SA 4.0.
var landscapes = []string{
	"exif-samples/jpg/gps/DSCN0010.jpg",
	"exif-samples/jpg/exif-org/sanyo-vpcg250.jpg",
	"exif-samples/jpg/gps/DSCN0040.jpg",
	"exif-samples/jpg/gps/DSCN0042.jpg",
	"exif-samples/jpg/exif-org/sony-powershota5.jpg",
	"exif-samples/jpg/exif-org/sanyo-vpcsx550.jpg",
}

// TestScreenshots takes the pictures of the window in docs: with the sample that the
// window draws itself, and with landscapes.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots")
	}
	needDetectors(t)

	w := openForPicture(t, nil)
	w.take("empty")
	w.trySample()
	w.take("findings")
	w.press(ctrl('i'))
	w.until("all hidden data", asks)
	w.take("hidden-data")
	w.press(escape)
	w.until("the window without hidden data", asksNothing)
	w.press(ctrl(xdisplay.KeyReturn))
	w.until("a copy", func(*image.RGBA) bool { return len(w.exported()) == 1 })
	w.until("the end of the cleaning", ready)
	w.press(ctrl('e'))
	w.take("before-after")
	w.press(ctrl('e'))

	w.drop(w.photos(landscapes...)...)
	w.until("that a quarter of the photos is checked", func(p *image.RGBA) bool {
		c := p.RGBAAt(45, shotHeight-54) // the bar is of a full colour up to there
		return int(c.B)-int(c.R) > 110
	})
	w.shoot("checking")
	w.until("that all photos are checked", func(p *image.RGBA) bool { return !works(p) })
	w.press(ctrlShift(xdisplay.KeyReturn))
	w.until("what needs a look", asks)
	w.take("review")
	w.press(space)
	w.until("the window without the question", asksNothing)
	w.until("the summary", asks)
	w.take("summary")
	w.press(escape)
	w.until("the window without the summary", asksNothing)
	for name, k := range map[string]key{"settings": ctrl(','), "keys": {xdisplay.KeyF2}, "about": {xdisplay.KeyF1}} {
		w.press(k)
		w.until("the page of "+name, asks)
		w.take(name)
		w.press(escape)
		w.until("the window without the page of "+name, asksNothing)
	}
	w.quit()

	for name, chosen := range map[string]settings{
		"dark":       {"window.shade": "dark"},
		"german":     {"window.language": "de"},
		"large-text": {"window.text": 1.5},
	} {
		w := openForPicture(t, chosen)
		w.trySample()
		w.take(name)
		w.quit()
	}
	w = openForPicture(t, nil, "BLINDSPOT_DATA="+filepath.Join(t.TempDir(), "none"), "BLINDSPOT_ONNXRUNTIME=")
	w.take("no-detectors")
	w.quit()
}

// openForPicture opens the window as large as it is in docs, for a user whose
// detectors are where they are for everybody.
func openForPicture(t *testing.T, chosen settings, more ...string) *window {
	t.Helper()
	home := t.TempDir()
	data := filepath.Join(home, ".local", "share", "blindspot")
	if err := os.MkdirAll(filepath.Dir(data), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dataFolder(t), data); err != nil {
		t.Fatal(err)
	}
	w := openWindowAt(t, home, chosen, append([]string{"BLINDSPOT_DATA="}, more...)...)
	w.resize(shotWidth, shotHeight)
	return w
}

// trySample opens the sample by keys: its button is the third.
func (w *window) trySample() {
	w.t.Helper()
	w.press(tab, tab, tab, space)
	w.until("that the sample is checked", ready)
}

// take takes a picture once nothing moves any more.
func (w *window) take(name string) {
	w.t.Helper()
	before := w.picture()
	w.until("a picture that stands still: "+name, func(*image.RGBA) bool {
		time.Sleep(time.Second)
		now := w.picture()
		const cursor = 200 // pixels, which blink
		still := pixelsIn(w.area, before, now) < cursor
		before = now
		return still
	})
	w.shoot(name)
}

// shoot takes a picture now.
func (w *window) shoot(name string) {
	w.t.Helper()
	if err := writePNG(filepath.Join(*screenshots, name+".png"), w.picture()); err != nil {
		w.t.Fatal(err)
	}
}
