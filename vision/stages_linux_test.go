package vision

import (
	"image"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"blindspot/scan/pixels"
)

// used is a clock of the system's that counts processor time, user's and system's.
func used(b *testing.B, clock int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		b.Error(err)
	}
	return time.Duration(t.Nano())
}

// BenchmarkStages splits a look at a JPEG into the time of the decode, of scaling
// into tensors, of each model, and of reading its outputs (decoding, NMS, CTC).
// other-% is the share of the whole that is neither decode nor ONNX Runtime.
//
// All is processor time, the whole that of the process and each stage that of the
// thread that does it: nothing hides behind what runs beside it, the garbage
// collector counts, and other load on the machine does not. A thorough look decodes
// what it looks at from near when it needs it; that is part of decode, and of resize
// too where it is for a tensor.
func BenchmarkStages(b *testing.B) {
	for _, s := range []struct {
		name    string
		setting Setting
	}{{"fast", Fast}, {"thorough", Thorough}} {
		for _, size := range []struct {
			name string
			w, h int
		}{{"1MP", 1152, 864}, {"12MP", 4000, 3000}, {"48MP", 8064, 6048}} {
			b.Run(s.name+"/"+size.name, func(b *testing.B) { benchmarkStages(b, s.setting, size.w, size.h) })
		}
	}
}

func benchmarkStages(b *testing.B, setting Setting, w, h int) {
	e := installed(b)
	var mu sync.Mutex
	spent := map[string]time.Duration{}
	add := func(stage string, d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		spent[stage] += d
	}
	thread := func() time.Duration { return used(b, unix.CLOCK_THREAD_CPUTIME_ID) }
	e.meter = &meter{thread, func(task, stage string, d time.Duration) {
		if stage == "model" {
			stage = task
		}
		add(stage, d)
	}}
	// decoding times f, which stays on one thread, as part of the decode.
	decoding := func(f func()) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		start := thread()
		f()
		add("decode", thread()-start)
	}
	p := sized(b, w, h)
	side, parts := e.InputSide(setting)
	look := func() {
		start := used(b, unix.CLOCK_PROCESS_CPUTIME_ID)
		var pic *pixels.Picture
		var err error
		decoding(func() {
			if parts {
				pic, err = pixels.DecodeParts(b.Context(), p, side)
			} else {
				pic, err = pixels.Decode(b.Context(), p, side)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		defer pic.Close()
		seen := Picture{RGBA: pic.RGBA, Width: pic.Width, Height: pic.Height}
		if pic.HasParts() {
			seen.Part = func(r image.Rectangle, buf []byte) (img *image.RGBA, err error) {
				decoding(func() { img, err = pic.Part(r, buf) })
				return img, err
			}
		}
		res, err := e.Detect(b.Context(), seen, Options{Setting: setting})
		if err != nil || len(res.Failed) > 0 {
			b.Fatal(err, res.Failed)
		}
		add("whole", used(b, unix.CLOCK_PROCESS_CPUTIME_ID)-start)
	}
	look() // loads the models
	runtime.GC()
	clear(spent)
	for b.Loop() {
		look()
	}
	rest := spent["whole"]
	for _, stage := range slices.Sorted(maps.Keys(spent)) {
		b.ReportMetric(spent[stage].Seconds()*1000/float64(b.N), stage+"-ms")
		if stage != "whole" && stage != "resize" && stage != "outputs" {
			rest -= spent[stage]
		}
	}
	b.ReportMetric(100*rest.Seconds()/spent["whole"].Seconds(), "other-%")
}
