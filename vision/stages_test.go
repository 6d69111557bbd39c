package vision

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/scan"
	"blindspot/scan/pixels"
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

// BenchmarkStages splits the fast setting's look at a JPEG, run by run, into the
// time of the decode, of scaling into tensors, of each model, and of reading its
// outputs (decoding, NMS, CTC). other-% is the share of the whole that is neither
// decode nor ONNX Runtime.
func BenchmarkStages(b *testing.B) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"1MP", 1152, 864}, {"12MP", 4000, 3000}, {"48MP", 8064, 6048}} {
		b.Run(size.name, func(b *testing.B) {
			e := installed(b)
			e.slots = make(chan struct{}, 1) // one run at a time, so that stages add up
			var mu sync.Mutex
			spent := map[string]time.Duration{}
			e.spent = func(task, stage string, d time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				if stage == "model" {
					stage = task
				}
				spent[stage] += d
			}
			p := sized(b, size.w, size.h)
			look := func() {
				start := time.Now()
				side, _ := e.InputSide(Fast)
				pic, err := pixels.Decode(b.Context(), p, side)
				if err != nil {
					b.Fatal(err)
				}
				spent["decode"] += time.Since(start)
				res, err := e.Detect(b.Context(), Picture{RGBA: pic.RGBA, Width: pic.Width, Height: pic.Height}, Options{})
				if err != nil || len(res.Failed) > 0 {
					b.Fatal(err, res.Failed)
				}
				spent["whole"] += time.Since(start)
			}
			look() // loads the models
			clear(spent)
			for b.Loop() {
				look()
			}
			rest := spent["whole"] - spent["decode"]
			for _, stage := range slices.Sorted(maps.Keys(spent)) {
				b.ReportMetric(spent[stage].Seconds()*1000/float64(b.N), stage+"-ms")
				if stage != "whole" && stage != "decode" && stage != "resize" && stage != "outputs" {
					rest -= spent[stage]
				}
			}
			b.ReportMetric(100*rest.Seconds()/spent["whole"].Seconds(), "other-%")
		})
	}
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
