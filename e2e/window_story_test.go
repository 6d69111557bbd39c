package e2e

import (
	"flag"
	"fmt"
	"image"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blindspot/internal/testenv"
	"blindspot/internal/xdisplay"
)

// press presses keys one after the other.
func (w *window) press(keys ...key) {
	w.t.Helper()
	for _, k := range keys {
		w.display.Type(k...)
	}
}

// key is a key with those that are held down meanwhile, before it.
type key []xdisplay.Key

func ctrl(k xdisplay.Key) key      { return key{xdisplay.KeyControl, k} }
func shift(k xdisplay.Key) key     { return key{xdisplay.KeyShift, k} }
func ctrlShift(k xdisplay.Key) key { return key{xdisplay.KeyControl, xdisplay.KeyShift, k} }

var (
	tab, space, escape = key{xdisplay.KeyTab}, key{' '}, key{xdisplay.KeyEscape}
	left, right, down  = key{xdisplay.KeyLeft}, key{xdisplay.KeyRight}, key{xdisplay.KeyDown}
)

// asks says whether a dialog is open: what lies under it is in its shadow.
func asks(picture *image.RGBA) bool {
	c := picture.RGBAAt(picture.Rect.Min.X+2, picture.Rect.Min.Y+2)
	return c.R < 0xe8 // the window's ground is 0xf5 where it is light
}

func asksNothing(picture *image.RGBA) bool { return !asks(picture) }

// works says whether the bar is shown that tells how many photos are checked.
func works(picture *image.RGBA) bool {
	bottom := picture.Rect.Max.Y
	const least = 80 * 10 // pixels
	n := 0
	for y := bottom - 75; y < bottom; y++ {
		for x := 80; x < 170; x++ { // right of thumbnails, left of what is drawn of scores
			if c := picture.RGBAAt(x, y); int(c.B)-int(c.R) > 40 {
				n++
			}
		}
	}
	return n >= least
}

// checked waits until no photo is being checked any more.
func (w *window) checked(limit time.Duration) {
	w.t.Helper()
	w.until("how many photos are checked", works)
	w.within(limit, "that all photos are checked", func(p *image.RGBA) bool { return !works(p) })
}

// pixelsIn counts the pixels of r in which two pictures differ.
func pixelsIn(r image.Rectangle, a, b *image.RGBA) int {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if a.RGBAAt(x, y) != b.RGBAAt(x, y) {
				n++
			}
		}
	}
	return n
}

// differs waits until r shows something else than in before.
func (w *window) differs(what string, r image.Rectangle, before *image.RGBA) {
	w.t.Helper()
	w.until(what, func(p *image.RGBA) bool { return pixelsIn(r, p, before) > 200 })
}

// photoArea is where the photo is shown.
var photoArea = image.Rect(xdisplay.Width/4, 100, xdisplay.Width*3/5, xdisplay.Height-150)

// someone's photos, in a folder of their own.
func (w *window) photos(sources ...string) []string {
	w.t.Helper()
	dir := filepath.Join(w.home, "Pictures")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	return copyPhotos(w.t, dir, sources...)
}

// copyPhotos copies photos of the folder beside the checkout to dir, under names
// that sort as they are given.
func copyPhotos(t testing.TB, dir string, sources ...string) []string {
	t.Helper()
	var paths []string
	for i, source := range sources {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(t), filepath.FromSlash(source)))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprintf("IMG_%04d%s", 4711+i, strings.ToLower(filepath.Ext(source))))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// The story of half a minute, with the keyboard alone: photos that were copied in
// the file manager are pasted, looked at, cleaned, and compared with their copies.
func TestWindowByKeyboard(t *testing.T) {
	needDetectors(t)
	w := openWindow(t, settings{"export.names": "number"})
	photos := w.photos("exif-samples/jpg/gps/DSCN0010.jpg", "dlib-faces/examples/faces/2008_002506.jpg")
	before := sums(t, photos)
	began := time.Now()
	var copied strings.Builder
	for _, p := range photos {
		copied.WriteString((&url.URL{Scheme: "file", Path: p}).String() + "\n")
	}
	w.display.Copy(copied.String())
	w.press(ctrl('v'))
	w.checked(workLimit)
	t.Logf("%.1f s: both photos are checked", time.Since(began).Seconds())

	// The second one, its first box, which is covered.
	first := w.picture()
	w.press(ctrl('l'), down)
	w.differs("the second photo", photoArea, first)
	second := w.picture()
	w.press(ctrl('p'), right)
	w.differs("the box that is gone to", photoArea, second)
	walked := w.picture()
	w.press(space)
	w.differs("the box that is covered", photoArea, walked)
	w.keep("window-keyboard-box.png")
	t.Logf("%.1f s: a face is covered", time.Since(began).Seconds())

	w.press(ctrlShift(xdisplay.KeyReturn))
	w.until("what needs a look before all are cleaned", asks)
	w.keep("window-keyboard-review.png")
	w.press(space) // on the button that has the focus
	w.until("two copies", func(*image.RGBA) bool { return len(w.exported()) == len(photos) })
	w.until("the summary", asks)
	t.Logf("%.1f s: both photos are cleaned", time.Since(began).Seconds())
	w.keep("window-keyboard-summary.png")
	w.press(escape)
	w.until("the window without the summary", asksNothing)

	cleaned := w.picture()
	w.press(ctrl('e'))
	w.differs("before and after", photoArea, cleaned)
	w.press(left, left, left)
	w.keep("window-keyboard-compare.png")
	w.press(ctrl('e'))
	w.quit()
	t.Logf("%.1f s from the paste to the end", time.Since(began).Seconds())

	if after := sums(t, photos); !equal(before, after) {
		t.Error("an original was changed")
	}
	w.judgeNumbered(photos)
	copies := w.exported()
	if len(copies) != len(photos) {
		t.Fatalf("%d copies of %d photos", len(copies), len(photos))
	}
	if n := changed(t, photos[1], copies[1]); n == 0 {
		t.Error("what was covered by a key is as it was")
	}
}

// A photo is added in the dialog's own list by keys, and cleaned.
func TestWindowOpensByKeyboard(t *testing.T) {
	w := openWindow(t, nil, "BLINDSPOT_DATA="+t.TempDir(), "BLINDSPOT_ONNXRUNTIME=")
	photos := w.photos("exif-samples/jpg/gps/DSCN0010.jpg", "exif-samples/jpg/gps/DSCN0040.jpg")
	w.press(ctrl('o'))
	w.until("the dialog to open a photo", asks)
	// Folders that are used often, then the files, where the folder above comes first;
	// and back from there to the button that adds the one that was chosen.
	w.press(tab, tab, right, right, space)
	w.keep("window-open.png")
	w.press(shift(xdisplay.KeyTab), shift(xdisplay.KeyTab), space)
	w.until("the window without the dialog", asksNothing)
	w.until("that the photo is checked", ready)
	w.press(ctrl(xdisplay.KeyReturn))
	w.until("a copy", func(*image.RGBA) bool { return len(w.exported()) == 1 })
	w.until("the end of the cleaning", ready)
	w.quit()
	judge(t, map[string]string{photos[1]: w.exported()[0]}, map[string]bool{photos[1]: true})
}

// judgeNumbered judges the copies of photos that were cleaned in their order, under
// numbers for names, of what nothing may be left of them.
func (w *window) judgeNumbered(photos []string) {
	w.t.Helper()
	t := w.t.(*testing.T)
	copies := w.exported()
	slices.Sort(copies)
	tags := describe(t, copies)
	for _, c := range copies {
		if found := leftovers(tags[c]); len(found) > 0 {
			t.Errorf("%s still says %v", filepath.Base(c), found)
		}
		if err := tidy(c); err != nil {
			t.Errorf("%s holds %v", filepath.Base(c), err)
		}
	}
}

// changed is the number of pixels that a copy has in other colours.
func changed(t *testing.T, original, copied string) int {
	t.Helper()
	before, err := samples(original)
	if err != nil {
		t.Fatal(err)
	}
	after, err := samples(copied)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range min(len(before.data), len(after.data)) {
		if before.data[i] != after.data[i] {
			n++
		}
	}
	return n + max(len(before.data), len(after.data)) - min(len(before.data), len(after.data))
}

// threeHundred are as many photos, of all kinds that are cleaned, in a new folder.
func threeHundred(t testing.TB) (dir string, photos []string, decodes map[string]bool) {
	t.Helper()
	const n = 300
	sources, read := photosOf(t)
	sources = slices.DeleteFunc(sources, func(p string) bool { return !read[p] })
	dir, decodes = t.TempDir(), map[string]bool{}
	for i := range n {
		source := sources[i%len(sources)]
		data, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprintf("DSC%05d%s", i+1, strings.ToLower(filepath.Ext(source))))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		photos, decodes[path] = append(photos, path), true
	}
	return dir, photos, decodes
}

var all300 = flag.Bool("300", false, "check and clean 300 photos in the window")

// Three hundred photos are dropped at once, checked and cleaned, while somebody goes
// on using the window.
func TestWindowOf300(t *testing.T) {
	if !*all300 {
		t.Skip("takes minutes: give -300, as make window-300 does")
	}
	needDetectors(t)
	_, photos, _ := threeHundred(t)
	before := sums(t, photos)
	w := openWindow(t, settings{"export.names": "number"})
	began := time.Now()
	w.drop(photos...)
	w.until("how many photos are checked", works)
	for range 20 {
		w.press(down)
		time.Sleep(200 * time.Millisecond)
	}
	w.display.Wheel(image.Pt(listX, xdisplay.Height/2), 40)
	w.keep("window-300-checking.png")
	w.within(batchLimit, "that all photos are checked", func(p *image.RGBA) bool { return !works(p) })
	t.Logf("%.0f s: checked", time.Since(began).Seconds())
	w.press(ctrlShift(xdisplay.KeyReturn))
	w.until("what needs a look before all are cleaned", asks)
	w.keep("window-300-review.png")
	w.press(space)
	w.until("the window without the question", asksNothing)
	w.within(batchLimit, "the summary", asks)
	t.Logf("%.0f s: cleaned; %d copies", time.Since(began).Seconds(), len(w.exported()))
	w.keep("window-300-summary.png")
	w.press(escape)
	w.until("the window without the summary", asksNothing)
	w.quit()
	if after := sums(t, photos); !equal(before, after) {
		t.Error("an original was changed")
	}
	if n := len(w.exported()); float64(n) < wantCleaned*float64(len(photos)) {
		t.Errorf("%d copies of %d photos", n, len(photos))
	}
	w.judgeNumbered(photos)
}

// The folder for copies is taken away while photos are cleaned: as a stick that is
// pulled out. What was written by then is whole, nothing else is written, no original
// is touched, the window says so and goes on, and cleaning goes on where the folder
// is back.
func TestWindowLosesItsFolder(t *testing.T) {
	needDetectors(t)
	dir, photos, _ := threeHundred(t)
	for _, p := range photos[60:] {
		if err := os.Remove(p); err != nil {
			t.Fatal(err)
		}
	}
	photos = photos[:60]
	before := sums(t, photos)
	stick := filepath.Join(t.TempDir(), "stick")
	folder := filepath.Join(stick, "clean")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	w := openWindow(t, settings{"export.folder": folder, "export.names": "number"})
	w.drop(dir)
	w.checked(batchLimit)
	w.press(ctrlShift(xdisplay.KeyReturn))
	w.until("what needs a look before all are cleaned", asks)
	w.press(space)
	written := func() []string {
		found, err := filepath.Glob(filepath.Join(folder, "[^.]*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	w.until("the first copies", func(*image.RGBA) bool { return len(written()) >= 3 })
	pulled := stick + " pulled"
	if err := os.Rename(stick, pulled); err != nil {
		t.Fatal(err)
	}
	w.until("a message", asks)
	w.keep("window-folder-gone.png")
	folder = filepath.Join(pulled, "clean")
	whole := written()
	if _, err := os.Stat(stick); err == nil {
		t.Error("the folder that was taken away was made anew")
	}
	t.Logf("%d copies were written before", len(whole))
	tags := describe(t, whole)
	for _, c := range whole {
		if found := leftovers(tags[c]); len(found) > 0 {
			t.Errorf("%s still says %v", filepath.Base(c), found)
		}
		if err := tidy(c); err != nil {
			t.Errorf("%s holds %v", filepath.Base(c), err)
		}
	}
	w.press(escape)
	w.until("the window without the message", asksNothing)
	w.keep("window-folder-gone-after.png")

	// It is put back: the rest is cleaned.
	if err := os.Rename(pulled, stick); err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(stick, "clean")
	w.press(ctrlShift(xdisplay.KeyReturn))
	w.until("what needs a look before all are cleaned", asks)
	w.press(space)
	w.until("the window without the question", asksNothing)
	w.within(batchLimit, "the summary", asks)
	w.keep("window-folder-back.png")
	w.press(escape)
	w.quit()
	if after := sums(t, photos); !equal(before, after) {
		t.Error("an original was changed")
	}
	if n := len(written()); float64(n) < wantCleaned*float64(len(photos)) {
		t.Errorf("%d copies of %d photos", n, len(photos))
	}
}
