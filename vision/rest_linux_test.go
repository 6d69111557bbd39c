package vision_test

import (
	"context"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"blindspot/vision"
	"blindspot/vision/background"
)

// resident is the memory that the test holds, in MB.
func resident(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	kB, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kB >> 10
}

const someFaces = "dlib-faces/examples/faces/2008_002506.jpg"

func TestRestGivesMemoryBack(t *testing.T) {
	e := engine(t)
	pic := photo(t, someFaces)
	first := detect(t, e, pic, vision.Options{})
	before := resident(t)
	if err := e.Rest(); err != nil {
		t.Fatal(err)
	}
	after := resident(t)
	t.Logf("%d MB before, %d MB after", before, after)
	if before-after < 30 {
		t.Errorf("%d MB of %d MB are left", after, before)
	}
	if err := e.Rest(); err != nil {
		t.Errorf("a second rest: %v", err)
	}
	if again := detect(t, e, pic, vision.Options{}); !reflect.DeepEqual(first.Detections, again.Detections) {
		t.Errorf("found after a rest: %v; before: %v", again.Detections, first.Detections)
	}
}

// A rest between and during looks, some of which yield, changes nothing about them.
func TestRestWhileLooking(t *testing.T) {
	e := engine(t)
	pic := photo(t, someFaces)
	want := detect(t, e, pic, vision.Options{Only: []vision.Check{vision.Faces}}).Detections
	var looks sync.WaitGroup
	for _, ctx := range []context.Context{t.Context(), background.Context(t.Context())} {
		looks.Go(func() {
			for range 4 {
				found, err := e.Detect(ctx, pic, vision.Options{Only: []vision.Check{vision.Faces}})
				if err != nil || !reflect.DeepEqual(found.Detections, want) {
					t.Errorf("%v, %v; want %v", found, err, want)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		looks.Wait()
		close(ended)
	}()
	for {
		if err := e.Rest(); err != nil {
			t.Error(err)
		}
		select {
		case <-ended:
			return
		case <-time.After(time.Millisecond):
		}
	}
}
