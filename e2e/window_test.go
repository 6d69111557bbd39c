package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"blindspot/internal/testenv"
	"blindspot/internal/xdisplay"
	"blindspot/internal/xdnd"
)

const (
	title = "Blindspot"
	// startLimit is how long the window may take to show; workLimit how long the
	// check or the cleaning of one photo, batchLimit of hundreds. A busy machine
	// needs more than a user would bear.
	startLimit = time.Minute
	workLimit  = 2 * time.Minute
	batchLimit = 20 * time.Minute
)

// Where things lie in a window as large as the display. The list of photos is
// the left fifth, with its first row under the buttons; the photo is shown in the
// middle; the right column ends with the button that cleans.
const (
	listX     = 150
	firstRowY = 88
	rowHeight = 68
	pictureX  = 660
	pictureY  = 450
)

// buildWindow builds the program with its window once for all tests.
var buildWindow = sync.OnceValues(func() (string, error) {
	path := filepath.Join(filepath.Dir(program), "blindspot-window")
	build := exec.Command("go", "build", "-o", path, "..")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// window is a running program and the display that it shows its window on.
type window struct {
	t       testing.TB
	display *xdisplay.Display
	id      uint32
	area    image.Rectangle // of the display that the window covers
	home    string
	cmd     *exec.Cmd
	log     *bytes.Buffer // to be read once the program has ended
	ended   chan struct{}
	err     error // what it ended with
}

// settings are what a user has chosen in an earlier start, by the names under which
// the window keeps it.
type settings map[string]any

// openWindow starts the program on a display of its own, with more in its
// environment.
func openWindow(t testing.TB, chosen settings, more ...string) *window {
	t.Helper()
	return openWindowAt(t, t.TempDir(), chosen, more...)
}

// openWindowAt is openWindow for a user whose home folder is home.
func openWindowAt(t testing.TB, home string, chosen settings, more ...string) *window {
	t.Helper()
	display := xdisplay.Start(t)
	path, err := buildWindow()
	if err != nil {
		t.Fatal(err)
	}
	w := &window{t: t, display: display, home: home, log: &bytes.Buffer{}, ended: make(chan struct{})}
	if chosen != nil {
		data, err := json.Marshal(chosen)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(home, ".config", "fyne", "org.blindspot.Blindspot", "preferences.json")
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	w.cmd = exec.Command(path)
	w.cmd.Env = append(environment(t, w.home, "DISPLAY="+display.Name, "FYNE_THEME=light", "FYNE_SCALE=1"), more...)
	w.cmd.Stdout, w.cmd.Stderr = w.log, w.log
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(w.ended)
		w.err = w.cmd.Wait()
	}()
	t.Cleanup(func() {
		w.cmd.Process.Kill()
		<-w.ended
		if t.Failed() {
			t.Logf("the window's log:\n%s", w.log)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	if w.id, err = display.Window(ctx, title); err != nil {
		t.Fatal(err)
	}
	w.resize(xdisplay.Width, xdisplay.Height)
	display.Focus(w.id)
	return w
}

// resize gives the window another size.
func (w *window) resize(width, height int) {
	w.t.Helper()
	w.area = image.Rect(0, 0, width, height)
	w.display.Resize(w.id, width, height)
}

// picture is what the window shows.
func (w *window) picture() *image.RGBA {
	w.t.Helper()
	return w.display.PictureOf(w.area)
}

// drop drops files on the window.
func (w *window) drop(files ...string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), startLimit)
	defer cancel()
	if err := xdnd.Drop(ctx, w.display.Name, w.id, xdisplay.Width/2, xdisplay.Height/2, files...); err != nil {
		w.t.Fatal(err)
	}
}

// until waits until the display shows what is looked for, for as long as work on one
// photo may take.
func (w *window) until(what string, shown func(*image.RGBA) bool) {
	w.t.Helper()
	w.within(workLimit, what, shown)
}

// within waits until the display shows what is looked for.
func (w *window) within(limit time.Duration, what string, shown func(*image.RGBA) bool) {
	w.t.Helper()
	deadline := time.Now().Add(limit)
	for {
		if shown(w.picture()) {
			return
		}
		select {
		case <-w.ended:
			w.t.Fatalf("the program ended while the test waited for %s: %v", what, w.err)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			w.keep("failed.png")
			w.t.Fatalf("the window did not show %s within %v (build/failed.png)", what, limit)
		}
	}
}

// keep writes what the display shows into the build folder.
func (w *window) keep(name string) {
	w.t.Helper()
	path := filepath.Join(testenv.Root(w.t), "build", name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), writePNG(path, w.picture())); err != nil {
		w.t.Error(err)
	}
}

func writePNG(path string, picture image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return errors.Join(encoder.Encode(f, picture), f.Close())
}

// cleanButton finds the button that cleans: while it can be pressed, it is the
// one large area of a strong colour in the right column's last row.
func cleanButton(picture *image.RGBA) (image.Point, bool) {
	bottom := picture.Rect.Max
	return button(picture, image.Rect(bottom.X*2/3, bottom.Y-45, bottom.X, bottom.Y))
}

// button finds the one large area of a strong colour in corner.
func button(picture *image.RGBA, corner image.Rectangle) (image.Point, bool) {
	const least = 60 * 20 // pixels
	areas := map[color.RGBA]image.Rectangle{}
	counts := map[color.RGBA]int{}
	for y := corner.Min.Y; y < corner.Max.Y; y++ {
		for x := corner.Min.X; x < corner.Max.X; x++ {
			c := picture.RGBAAt(x, y)
			if max(c.R, c.G, c.B)-min(c.R, c.G, c.B) < 90 {
				continue
			}
			counts[c]++
			areas[c] = areas[c].Union(image.Rect(x, y, x+1, y+1))
		}
	}
	var best color.RGBA
	for c, n := range counts {
		if n > counts[best] {
			best = c
		}
	}
	area := areas[best]
	if n := counts[best]; n < least || n*2 < area.Dx()*area.Dy() {
		return image.Point{}, false
	}
	return area.Min.Add(area.Max).Div(2), true
}

// ready says whether the selected photo can be cleaned.
func ready(picture *image.RGBA) bool {
	_, ok := cleanButton(picture)
	return ok
}

// selectRow clicks on a photo of the list and waits until it is checked.
func (w *window) selectRow(i int) {
	w.t.Helper()
	w.display.Click(image.Pt(listX, firstRowY+i*rowHeight+rowHeight/2))
	w.until(fmt.Sprintf("that photo %d is checked", i+1), ready)
}

// exported are the files in the window's export folder, without those that are
// being written.
func (w *window) exported() []string {
	paths, err := filepath.Glob(filepath.Join(w.home, "Pictures", "Blindspot", "[^.]*"))
	if err != nil {
		w.t.Fatal(err)
	}
	return paths
}

// clean clicks Clean and waits for one more copy, whose path it returns.
func (w *window) clean() string {
	w.t.Helper()
	before := map[string]bool{}
	for _, path := range w.exported() {
		before[path] = true
	}
	button, ok := cleanButton(w.picture())
	if !ok {
		w.t.Fatal("there is no button to clean with")
	}
	w.display.Click(button)
	var written string
	w.until("a copy in the export folder", func(*image.RGBA) bool {
		for _, path := range w.exported() {
			if !before[path] {
				written = path
				return true
			}
		}
		return false
	})
	// The button can be pressed again once the window knows the copy's score.
	w.until("the end of the cleaning", ready)
	return written
}

// quit closes the window as its user does, and fails where the program doesn't
// end well or Fyne had something to say about goroutines.
func (w *window) quit() {
	w.t.Helper()
	w.display.Focus(w.id)
	w.display.Type(xdisplay.KeyControl, 'q')
	select {
	case <-w.ended:
		if w.err != nil {
			w.t.Errorf("the program ended with %v", w.err)
		}
	case <-time.After(startLimit):
		w.t.Error("the program does not end")
		w.cmd.Process.Signal(syscall.SIGQUIT) // its goroutines come into the log
		<-w.ended
	}
	if strings.Contains(w.log.String(), "Error in Fyne call thread") {
		w.t.Error("the window was touched from another goroutine than Fyne's")
	}
}

// A person drops photos on the window, draws a box, cleans, and finds the copies.
func TestWindow(t *testing.T) {
	needDetectors(t)
	dir, err := filepath.Abs(testenv.Photos(t))
	if err != nil {
		t.Fatal(err)
	}
	photos := []string{
		filepath.Join(dir, "exif-samples/jpg/gps/DSCN0010.jpg"),
		filepath.Join(dir, "dlib-faces/examples/faces/2008_002506.jpg"),
		filepath.Join(dir, "metadata-extractor-images/png/Issue 356 (dotnet).png"),
	}
	for _, p := range photos {
		if _, err := os.Stat(p); err != nil {
			t.Fatal(err)
		}
	}
	before := sums(t, photos)
	w := openWindow(t, nil)
	w.drop(photos...)

	copies := map[string]string{}
	for i := range photos {
		w.selectRow(i)
		if i == 0 {
			const half = 50
			w.display.Drag(image.Pt(pictureX-half, pictureY-half), image.Pt(pictureX+half, pictureY+half))
			w.keep("window-drawn.png")
		}
		copies[photos[i]] = w.clean()
	}
	w.keep("window.png")
	w.quit()

	if after := sums(t, photos); !equal(before, after) {
		t.Error("an original was changed")
	}
	var written []string
	for _, original := range photos {
		written = append(written, copies[original])
	}
	tags := describe(t, written)
	for original, c := range copies {
		if found := leftovers(tags[c]); len(found) > 0 {
			t.Errorf("%s: the copy still says %v", short(t, original), found)
		}
		if err := tidy(c); err != nil {
			t.Errorf("%s: the copy holds %v", short(t, original), err)
		}
	}
	neutral(t, copies)
	if n := len(w.exported()); n != len(photos) {
		t.Errorf("%d files in the export folder for %d photos", n, len(photos))
	}
	drawn(t, photos[0], copies[photos[0]])
}

// Without detectors the window opens all the same, and cleans.
func TestWindowWithoutDetectors(t *testing.T) {
	original, err := filepath.Abs(filepath.Join(testenv.Photos(t), "exif-samples/jpg/gps/DSCN0010.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	w := openWindow(t, nil, "BLINDSPOT_DATA="+t.TempDir(), "BLINDSPOT_ONNXRUNTIME=")
	w.drop(original)
	w.until("that the photo is checked", ready) // the first one is selected
	w.keep("window-without-detectors.png")
	c := w.clean()
	w.quit()
	judge(t, map[string]string{original: c}, map[string]bool{original: true})
}

// drawn fails unless a box in the middle of the photo, and little else of it, is
// covered in the copy.
func drawn(t *testing.T, original, copied string) {
	t.Helper()
	before, err := samples(original)
	if err != nil {
		t.Fatal(err)
	}
	after, err := samples(copied)
	if err != nil {
		t.Fatal(err)
	}
	if before.w != after.w || before.h != after.h {
		t.Fatalf("the copy has %d×%d pixels, the original %d×%d", after.w, after.h, before.w, before.h)
	}
	changed := 0
	middle := false
	for i := range before.w * before.h {
		if bytes.Equal(before.data[i*before.n:(i+1)*before.n], after.data[i*before.n:(i+1)*before.n]) {
			continue
		}
		changed++
		x, y := i%before.w, i/before.w
		middle = middle || x == before.w/2 && abs(y-before.h/2) < before.h/8
	}
	share := float64(changed) / float64(before.w*before.h)
	t.Logf("the drawn box changed %.1f %% of the pixels", 100*share)
	if !middle || share > 0.5 {
		t.Errorf("a box was drawn in the middle; the middle changed: %v, and %.0f %% of the pixels", middle, 100*share)
	}
}

func abs(n int) int { return max(n, -n) }

func equal[V comparable](a, b map[string]V) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}
