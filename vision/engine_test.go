package vision_test

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/vision"
)

const groupPhoto = "dlib-faces/examples/faces/2007_007763.jpg" // seven faces

func countKind(r *vision.Result, k vision.Kind) int {
	n := 0
	for _, d := range r.Detections {
		if d.Kind == k {
			n++
		}
	}
	return n
}

// TestTurnedPhotos finds the faces of a photo that lies on its side or upside
// down, at the right places.
func TestTurnedPhotos(t *testing.T) {
	e := engine(t)
	upright := photo(t, groupPhoto)
	want := detect(t, e, upright, vision.Options{Only: []vision.Check{vision.Faces}}).Detections
	w, h := upright.Width, upright.Height
	for quarters := 1; quarters <= 3; quarters++ {
		tw, th := w, h
		if quarters != 2 {
			tw, th = h, w
		}
		img := image.NewRGBA(image.Rect(0, 0, tw, th))
		at := func(x, y int) (int, int) { // a quarter clockwise, a half, three quarters
			return [4]int{x, h - 1 - y, w - 1 - x, y}[quarters], [4]int{y, x, h - 1 - y, w - 1 - x}[quarters]
		}
		for y := range h {
			for x := range w {
				tx, ty := at(x, y)
				img.SetRGBA(tx, ty, upright.RGBAAt(x, y))
			}
		}
		for _, s := range []vision.Setting{vision.Fast, vision.Thorough} {
			got := detect(t, e, picture(img), vision.Options{Setting: s, Only: []vision.Check{vision.Faces}}).Detections
			found := 0
			for _, face := range want {
				tx, ty := at(int(face.Box.X+face.Box.W/2), int(face.Box.Y+face.Box.H/2))
				for _, d := range got {
					if float32(tx) > d.Box.X && float32(tx) < d.Box.X+d.Box.W && float32(ty) > d.Box.Y && float32(ty) < d.Box.Y+d.Box.H {
						found++
						break
					}
				}
			}
			t.Logf("%d quarters, setting %d: %d of %d faces, %d boxes", quarters, s, found, len(want), len(got))
			if found < len(want)-1 {
				t.Errorf("%d quarters, setting %d: %d of %d faces found", quarters, s, found, len(want))
			}
		}
	}
}

// TestFacesRecall holds the floor of what is found in a folder whose faces are all
// known; cmd/evaluate prints the figures.
func TestFacesRecall(t *testing.T) {
	e := engine(t)
	for _, s := range []vision.Setting{vision.Fast, vision.Second} {
		all, found := 0, 0
		for _, entry := range truthOf(t).Faces {
			res := detect(t, e, photo(t, entry.File), vision.Options{Setting: s, Only: []vision.Check{vision.Faces}})
			for _, b := range entry.Boxes {
				all++
				for _, d := range res.Detections {
					if vision.IoU(b, d.Box) >= .35 {
						found++
						break
					}
				}
			}
		}
		t.Logf("setting %d: %d of %d faces", s, found, all)
		if float64(found) < .95*float64(all) {
			t.Errorf("setting %d: %d of %d faces found, fewer than 95 %%", s, found, all)
		}
	}
}

// TestPlatesRecall holds the floor of plates at night, far from the model's home, and
// that a thorough look finds no fewer than a fast one.
func TestPlatesRecall(t *testing.T) {
	e := engine(t)
	count := func(setting vision.Setting) (found, all int) {
		for _, entry := range truthOf(t).Plates {
			res := detect(t, e, photo(t, entry.File), vision.Options{Setting: setting, Only: []vision.Check{vision.Plates, vision.Texts}})
			for _, b := range entry.Boxes {
				all++
				if slices.ContainsFunc(res.Detections, func(d vision.Detection) bool {
					return d.Kind == vision.Plate && vision.IoU(b, d.Box) >= .35
				}) {
					found++
				}
			}
		}
		return found, all
	}
	fast, all := count(vision.Fast)
	thorough, _ := count(vision.Thorough)
	t.Logf("%d of %d plates fast, %d thorough", fast, all, thorough)
	if fast*10 < all*8 || thorough < fast {
		t.Errorf("%d of %d plates found fast, %d thorough", fast, all, thorough)
	}
}

// TestPersons tells persons in portraits apart.
func TestPersons(t *testing.T) {
	e := engine(t)
	portraits := truthOf(t).Persons
	var photos [][][]float32
	var names []string
	for _, p := range portraits {
		if len(names) == 24 {
			break
		}
		pic := photo(t, p.File)
		res := detect(t, e, pic, vision.Options{Only: []vision.Check{vision.Faces}})
		if countKind(res, vision.Face) == 0 {
			t.Errorf("no face in %s", p.File)
			continue
		}
		v, err := e.Embed(context.Background(), pic, res.Detections[0])
		if err != nil {
			t.Fatal(err)
		}
		if len(v) != 128 || vision.Similarity(v, v) < .999 {
			t.Fatalf("embedding of %d numbers, %v like itself", len(v), vision.Similarity(v, v))
		}
		photos, names = append(photos, [][]float32{v}), append(names, p.Person)
	}
	numbers := vision.Group(photos, vision.SamePerson)
	wrong, pairs := 0, 0
	for i := range names {
		for j := range i {
			pairs++
			if (names[i] == names[j]) != (numbers[i][0] == numbers[j][0]) {
				wrong++
			}
		}
	}
	t.Logf("%d of %d pairs wrong", wrong, pairs)
	if wrong*50 > pairs {
		t.Errorf("%d of %d pairs of portraits are grouped wrongly", wrong, pairs)
	}
	if _, err := e.Embed(context.Background(), photo(t, portraits[0].File), vision.Detection{Kind: vision.Face}); err == nil {
		t.Error("a face without landmarks was embedded")
	}
}

// TestConcurrent runs the engine from several goroutines; -race watches.
func TestConcurrent(t *testing.T) {
	e := engine(t)
	pic := photo(t, groupPhoto)
	var wg sync.WaitGroup
	results := make([]*vision.Result, 4)
	for i := range results {
		wg.Go(func() {
			res, err := e.Detect(context.Background(), pic, vision.Options{})
			if err != nil {
				t.Error(err)
			}
			results[i] = res
		})
	}
	wg.Wait()
	for _, r := range results[1:] {
		if len(r.Detections) != len(results[0].Detections) {
			t.Errorf("%d detections in one call, %d in another", len(r.Detections), len(results[0].Detections))
		}
	}
}

// TestCancel ends a look of seconds soon after its context.
func TestCancel(t *testing.T) {
	e := engine(t)
	img := image.NewRGBA(image.Rect(0, 0, 6000, 4000))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 31)
	}
	pic := vision.Picture{RGBA: img, Width: 6000, Height: 4000}
	// The models are loaded first: that is not what is cancelled.
	detect(t, e, photo(t, groupPhoto), vision.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancelled := make(chan time.Time, 1)
	time.AfterFunc(300*time.Millisecond, func() { cancelled <- time.Now(); cancel() })
	res, err := e.Detect(ctx, pic, vision.Options{Setting: vision.Thorough})
	if !errors.Is(err, context.Canceled) || res != nil {
		t.Errorf("Detect returned %v, %v", res, err)
	}
	t.Logf("ended %v after it was cancelled", time.Since(<-cancelled).Round(time.Millisecond))
	if _, err := e.Detect(ctx, pic, vision.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Detect with an ended context returned %v", err)
	}
	if n := countKind(detect(t, e, photo(t, groupPhoto), vision.Options{Only: []vision.Check{vision.Faces}}), vision.Face); n < 7 {
		t.Errorf("%d faces after a cancelled look, 7 expected", n)
	}
}

// TestMissingModels switches off what has no model, and nothing else.
func TestMissingModels(t *testing.T) {
	engine(t) // skips where there is no runtime library
	installed, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := installed.Runtime()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("BLINDSPOT_DATA", dir)
	t.Setenv("BLINDSPOT_ONNXRUNTIME", lib)
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	e := vision.New(store)
	defer e.Close()
	copyModel := func(task string, damage bool) {
		t.Helper()
		m, _ := installed.Model(task)
		data, err := os.ReadFile(filepath.Join(testenv.Models(t), m.File))
		if err != nil {
			t.Fatal(err)
		}
		if damage {
			for i := range data {
				data[i] ^= 0x55
			}
		}
		if err := os.MkdirAll(filepath.Join(dir, "models"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "models", m.File), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	copyModel("faces", false)
	copyModel("objects", true)
	for check, err := range e.Available() {
		missing := check != vision.Faces && check != vision.Objects && check != vision.Codes
		if missing != errors.Is(err, models.ErrMissing) || !missing && err != nil {
			t.Errorf("%s: %v", check, err)
		}
	}
	res, err := e.Detect(context.Background(), photo(t, groupPhoto), vision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Ran[vision.Faces] || !res.Ran[vision.Codes] || countKind(res, vision.Face) < 7 {
		t.Errorf("faces and codes should have run: %v, %v", res.Ran, res.Failed)
	}
	for _, c := range []vision.Check{vision.Plates, vision.Texts} {
		if res.Ran[c] || !errors.Is(res.Failed[c], models.ErrMissing) {
			t.Errorf("%s: ran %v, %v", c, res.Ran[c], res.Failed[c])
		}
	}
	if err := res.Failed[vision.Objects]; !errors.Is(err, models.ErrCorrupt) || !strings.Contains(err.Error(), "yolox") {
		t.Errorf("a damaged model gives %v", err)
	}
	// Installed while the engine lives, it works.
	copyModel("objects", false)
	if res = detect(t, e, photo(t, groupPhoto), vision.Options{Only: []vision.Check{vision.Objects}}); countKind(res, vision.Person) < 5 {
		t.Errorf("%d people", countKind(res, vision.Person))
	}
}

func TestBadPictures(t *testing.T) {
	e := codeEngine(t)
	small := image.NewRGBA(image.Rect(0, 0, 4, 4))
	for name, pic := range map[string]vision.Picture{
		"none":      {},
		"empty":     {RGBA: image.NewRGBA(image.Rectangle{}), Width: 1, Height: 1},
		"no size":   {RGBA: small},
		"moved":     {RGBA: image.NewRGBA(image.Rect(1, 1, 4, 4)), Width: 3, Height: 3},
		"cut short": {RGBA: &image.RGBA{Pix: small.Pix[:10], Stride: 16, Rect: small.Rect}, Width: 4, Height: 4},
	} {
		res, err := e.Detect(context.Background(), pic, vision.Options{})
		if err != nil || len(res.Failed) < 5 || len(res.Ran) > 0 {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
	}
}

// TestOddSizes looks at pictures of extreme shapes.
func TestOddSizes(t *testing.T) {
	e := engine(t)
	for _, size := range [][2]int{{1, 1}, {1, 300}, {3000, 2}, {7, 5}, {33, 31}} {
		pic := vision.Picture{RGBA: image.NewRGBA(image.Rect(0, 0, size[0], size[1])), Width: 2 * size[0], Height: 2 * size[1]}
		for _, s := range []vision.Setting{vision.Fast, vision.Thorough, vision.Second} {
			for _, d := range detect(t, e, pic, vision.Options{Setting: s}).Detections {
				t.Errorf("%v: found %+v", size, d)
			}
		}
	}
}

func TestClose(t *testing.T) {
	e := codeEngine(t)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := e.Detect(context.Background(), picture(image.NewRGBA(image.Rect(0, 0, 9, 9))), vision.Options{})
	if err != nil || res.Failed[vision.Codes] == nil {
		t.Errorf("a closed engine gives %+v, %v", res, err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
