package export_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
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

// group is a 12-megapixel photo of four people, put together from photos of one each.
func group(b *testing.B) string {
	b.Helper()
	var args []string
	for _, name := range []string{"obama/obama.jpg", "biden/biden.jpg", "alex_lacamoire/img1.jpg", "rose_leslie/img1.jpg"} {
		path := filepath.Join(testenv.Photos(b), "face_recognition", "examples", "knn_examples", "train", name)
		args = append(args, "(", path, "-resize", "1000x1250^", "-gravity", "north", "-extent", "1000x1250",
			"-background", "#8a97a5", "-gravity", "center", "-extent", "1000x3000", ")")
	}
	file := filepath.Join(b.TempDir(), "group.jpg")
	args = append(args, "+append", "-attenuate", "0.2", "+noise", "Gaussian", "-quality", "90", file)
	if out, err := exec.Command(testenv.Program(b, "convert"), args...).CombinedOutput(); err != nil {
		b.Fatalf("convert: %v: %s", err, out)
	}
	return file
}

// pythonWithOpenCV is a Python that has OpenCV, the system's own where the first on
// the path has none; "" for none.
func pythonWithOpenCV() string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import cv2").Run() == nil {
			return python
		}
	}
	return ""
}

// highWater is the most memory that a process has had, in megabytes, by its status in
// /proc.
func highWater(b *testing.B, status string) float64 {
	b.Helper()
	var kB float64
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if _, err := fmt.Sscanf(rest, "%f kB", &kB); err != nil {
				b.Fatal(err)
			}
		}
	}
	return kB / 1024
}

// processor is the processor time that this process has taken, or with
// RUSAGE_CHILDREN the programs it has run.
func processor(b *testing.B, who int) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFaces finds the four faces of a 12-megapixel photo, blurs them, writes the
// copy, opens it again and looks at it again. It compares that with OpenCV doing the
// same without looking again, in turns, where a Python has OpenCV, and reports how
// many times as fast it is, by the medians of what both need within a program that
// runs already, what it takes of the processor, and the most memory that both took.
func BenchmarkFaces(b *testing.B) {
	in := group(b)
	store, err := models.Open()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := store.Path("faces"); err != nil {
		testenv.Missing(b, "detectors are not installed (make deps): "+err.Error())
	}
	engine := vision.New(store)
	defer engine.Close()
	words, err := assets.English()
	if err != nil {
		b.Fatal(err)
	}
	exporter := export.New(check.New(engine, words))

	clean := func(out string) {
		p, err := scan.Open(b.Context(), in)
		if err != nil {
			b.Fatal(err)
		}
		side, _ := engine.InputSide(vision.Fast)
		pic, err := pixels.Decode(b.Context(), p, side)
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
		results, err := exporter.Run(b.Context(), []export.Job{{Path: in, Plan: plan, Policy: &export.Policy{Version: 1, Redact: []string{"faces"}, Style: redact.Blur}}}, export.Options{Dir: out}, nil)
		if err != nil {
			b.Fatal(err)
		}
		if r := results[0]; r.Err != nil || !r.Verified {
			b.Fatalf("verified %v: %v", r.Verified, r.Err)
		}
		if n := len(plan.Regions); n != 4 {
			b.Fatalf("%d faces were found", n)
		}
	}
	clean(filepath.Join(b.TempDir(), "out")) // loads the models

	compare, peer := true, filepath.Join(testenv.Root(b), "..", "shared", "peers", "opencv_faces.py")
	python := pythonWithOpenCV()
	if _, err := os.Stat(peer); err != nil || python == "" {
		b.Log("no comparison: no Python has OpenCV (python3-opencv), or there is no ../shared/peers/opencv_faces.py")
		compare = false
	}
	var ours, theirs []time.Duration
	var spent time.Duration
	var memory float64
	for b.Loop() {
		out := filepath.Join(b.TempDir(), "out")
		began, before := time.Now(), processor(b, syscall.RUSAGE_SELF)
		clean(out)
		ours = append(ours, time.Since(began))
		spent += processor(b, syscall.RUSAGE_SELF) - before
		if !compare {
			continue
		}
		b.StopTimer()
		took, peak := openCV(b, python, peer, in)
		theirs, memory = append(theirs, took), max(memory, peak)
		b.StartTimer()
	}
	median := func(times []time.Duration) float64 {
		slices.Sort(times)
		return times[len(times)/2].Seconds()
	}
	b.ReportMetric(spent.Seconds()*1000/float64(len(ours)), "cpu-ms")
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(highWater(b, string(status)), "MB")
	if compare {
		b.ReportMetric(median(theirs)/median(ours), "×faster-than-OpenCV")
		b.ReportMetric(memory, "MB-OpenCV")
	}
}

// openCV has OpenCV blur the faces of a photo twice. It returns how long the second
// time took, without the program's start, and the most memory it had, in megabytes.
func openCV(b *testing.B, python, program, photo string) (took time.Duration, peak float64) {
	b.Helper()
	model := filepath.Join(testenv.Models(b), "yunet_s_640_640.onnx") // OpenCV 4.6 reads no model of variable size
	// A program's memory by its exit status counts that of who started it.
	const run = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__'); print(open('/proc/self/status').read())"
	text, err := exec.Command(python, "-c", run, program, model, b.TempDir(), photo, photo).Output()
	if err != nil {
		b.Fatalf("%s: %v", program, err)
	}
	times, status, _ := strings.Cut(string(text), "Name:")
	for line := range strings.Lines(times) {
		var n, read, detect, write int
		if _, err := fmt.Sscanf(line, photo+" faces=%d read=%d detect=%d write=%d ms", &n, &read, &detect, &write); err != nil {
			b.Fatalf("%s printed %q: %v", program, line, err)
		}
		if n != 4 {
			b.Fatalf("%s found %d faces", program, n)
		}
		took = time.Duration(read+detect+write) * time.Millisecond
	}
	return took, highWater(b, status)
}
