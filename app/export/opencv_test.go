package export_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/assets"
	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// BenchmarkFaces finds the faces of a 12-megapixel photo, blurs them, and writes
// and verifies the copy. It compares that with OpenCV doing the same without
// verifying, where Python has OpenCV, and reports how many times as fast it is, by
// the medians of what both need within a program that runs already.
func BenchmarkFaces(b *testing.B) {
	in := filepath.Join(b.TempDir(), "large.jpg")
	source := filepath.Join(testenv.Photos(b), "dlib-faces/examples/faces/2008_001322.jpg")
	if out, err := exec.Command(testenv.Program(b, "convert"), source, "-resize", "4000x3000!", "-quality", "92", in).CombinedOutput(); err != nil {
		b.Fatalf("convert: %v: %s", err, out)
	}
	store, err := models.Open()
	if err != nil {
		b.Fatal(err)
	}
	model, err := store.Path("faces")
	if err != nil {
		testenv.Missing(b, "detectors are not installed (make deps): "+err.Error())
	}
	engine := vision.New(store)
	defer engine.Close()
	words, err := assets.English()
	if err != nil {
		b.Fatal(err)
	}
	exporter := export.New(check.New(engine, words))

	faces := 0
	clean := func(out string) {
		p, err := scan.Open(b.Context(), in)
		if err != nil {
			b.Fatal(err)
		}
		pic, err := pixels.Decode(b.Context(), p, engine.InputSide(vision.Fast))
		if err != nil {
			b.Fatal(err)
		}
		found, err := engine.Detect(b.Context(), check.View(pic), vision.Options{Only: []vision.Check{vision.Faces}})
		if err != nil {
			b.Fatal(err)
		}
		seen := &check.Photo{Width: pic.Width, Height: pic.Height}
		for i, d := range found.Detections {
			seen.Detections = append(seen.Detections, check.NewDetection(i+1, d, pic.Width, pic.Height))
		}
		plan := export.Plan(seen, redact.Blur, func(check.Detection) bool { return true })
		results, err := exporter.Run(b.Context(), []export.Job{{Path: in, Plan: plan}}, export.Options{Dir: out}, nil)
		if err != nil {
			b.Fatal(err)
		}
		if r := results[0]; r.Err != nil || !r.Verified {
			b.Fatalf("verified %v: %v", r.Verified, r.Err)
		}
		faces = len(plan.Regions)
	}
	clean(filepath.Join(b.TempDir(), "out")) // loads the models

	var ours, theirs []time.Duration
	for b.Loop() {
		out := filepath.Join(b.TempDir(), "out")
		began := time.Now()
		clean(out)
		ours = append(ours, time.Since(began))
	}
	slices.Sort(ours)
	b.ReportMetric(float64(faces), "faces")

	peer := filepath.Join(testenv.Root(b), "..", "shared", "peers", "opencv_faces.py")
	if exec.Command("python3", "-c", "import cv2").Run() != nil {
		b.Log("no comparison: Python has no OpenCV (python3-opencv)")
		return
	}
	if _, err := os.Stat(peer); err != nil {
		b.Log("no comparison: no ../shared/peers/opencv_faces.py beside the checkout")
		return
	}
	args := []string{peer, model, b.TempDir()}
	for range max(len(ours), 3) {
		args = append(args, in)
	}
	text, err := exec.Command("python3", args...).Output()
	if err != nil {
		b.Fatalf("opencv_faces.py: %v", err)
	}
	// It prints a line for each photo, without the time that its start takes.
	for line := range strings.Lines(string(text)) {
		var n, read, detect, write int
		if _, err := fmt.Sscanf(line, in+" faces=%d read=%d detect=%d write=%d ms", &n, &read, &detect, &write); err != nil {
			b.Fatalf("opencv_faces.py printed %q: %v", line, err)
		}
		theirs = append(theirs, time.Duration(read+detect+write)*time.Millisecond)
	}
	slices.Sort(theirs)
	b.ReportMetric(theirs[len(theirs)/2].Seconds()/ours[len(ours)/2].Seconds(), "×faster-than-OpenCV")
}
