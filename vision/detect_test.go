package vision_test

import (
	"context"
	"image"
	"image/draw"
	"os"
	"path/filepath"
	"testing"

	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/webp"

	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/vision"
)

// engine is an engine with all models; the test is skipped where they are not
// installed.
func engine(t testing.TB) *vision.Engine {
	t.Helper()
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	e := vision.New(store)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	for check, err := range e.Available() {
		if err != nil {
			testenv.Missing(t, "detectors are not installed (make deps): "+string(check)+": "+err.Error())
		}
	}
	return e
}

// photo decodes a file of the folder of photos.
func photo(t testing.TB, name string) vision.Picture {
	t.Helper()
	f, err := os.Open(filepath.Join(testenv.Photos(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return picture(img)
}

func picture(img image.Image) vision.Picture {
	b := img.Bounds()
	rgba := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(rgba, rgba.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(rgba, rgba.Rect, img, b.Min, draw.Over)
	return vision.Picture{RGBA: rgba, Width: b.Dx(), Height: b.Dy()}
}

func detect(t testing.TB, e *vision.Engine, pic vision.Picture, o vision.Options) *vision.Result {
	t.Helper()
	res, err := e.Detect(context.Background(), pic, o)
	if err != nil {
		t.Fatal(err)
	}
	for check, err := range res.Failed {
		t.Errorf("%s failed: %v", check, err)
	}
	return res
}

func TestDetect(t *testing.T) {
	e := engine(t)
	res := detect(t, e, photo(t, "dlib-faces/examples/faces/2007_007763.jpg"), vision.Options{})
	var faces, people int
	for _, d := range res.Detections {
		switch d.Kind {
		case vision.Face:
			faces++
			if len(d.Landmarks) != 5 {
				t.Errorf("face with %d landmarks", len(d.Landmarks))
			}
		case vision.Person:
			people++
		}
	}
	if faces < 7 || people < 5 {
		t.Errorf("%d faces and %d people, at least 7 and 5 expected", faces, people)
	}
	for check, ran := range res.Ran {
		if !ran {
			t.Errorf("%s did not run", check)
		}
	}
}
