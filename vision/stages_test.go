package vision

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/scan"
)

// installed is an engine with all models.
func installed(t testing.TB) *Engine {
	t.Helper()
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	e := New(store)
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

// sized is a real photo as a JPEG of another size.
func sized(t testing.TB, w, h int) *scan.Photo {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Photos(t), "face-api-vlad/demo/sample6.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	large := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(large, large.Rect, img, img.Bounds(), draw.Src, nil)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, large, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	p, err := scan.Read(t.Context(), "sized.jpg", buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCancelRun ends one run of a model, which would take a second and more, with
// its context: its outputs are never read, and the next run is whole.
func TestCancelRun(t *testing.T) {
	e := installed(t)
	s, err := e.session("text-regions")
	if err != nil {
		t.Fatal(err)
	}
	const side = 2048
	nothing := func(in []float32) error { clear(in); return nil }
	ctx, cancel := context.WithCancel(t.Context())
	var cancelled time.Time
	err = s.run(ctx, side, side, func(in []float32) error {
		time.AfterFunc(100*time.Millisecond, func() { cancelled = time.Now(); cancel() })
		return nothing(in)
	}, func([]tensor) error {
		t.Error("the outputs of a cancelled run were read")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run returned %v", err)
	}
	t.Logf("ended %v after it was cancelled", time.Since(cancelled).Round(time.Millisecond))
	read := false
	if err := s.run(t.Context(), 64, 64, nothing, func(out []tensor) error { read = len(out) == 1; return nil }); err != nil || !read {
		t.Errorf("the next run: %v, outputs read: %v", err, read)
	}
}
