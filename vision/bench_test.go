package vision_test

import (
	"context"
	"fmt"
	"image"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"blindspot/vision"
)

// enlarged is a photo of faces at another size.
func enlarged(t testing.TB, w, h int) vision.Picture {
	t.Helper()
	src := photo(t, "dlib-faces/examples/faces/bald_guys.jpg")
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(dst, dst.Rect, src.RGBA, src.Rect, draw.Src, nil)
	return vision.Picture{RGBA: dst, Width: w, Height: h}
}

// BenchmarkDetect measures whole looks and each check alone. The fast setting is
// given what a decoder gives it: the smallest halving of not less than InputSide.
func BenchmarkDetect(b *testing.B) {
	e := engine(b)
	sizes := []struct {
		name       string
		w, h, fast int // fast: how many times smaller the fast setting's picture is
	}{{"1MP", 1152, 864, 1}, {"12MP", 4000, 3000, 2}, {"48MP", 8000, 6000, 4}}
	checks := map[string][]vision.Check{
		"whole": nil, "faces": {vision.Faces}, "objects": {vision.Objects}, "plates": {vision.Plates}, "text": {vision.Texts}, "codes": {vision.Codes},
	}
	for _, s := range []struct {
		name    string
		setting vision.Setting
	}{{"fast", vision.Fast}, {"thorough", vision.Thorough}} {
		for _, size := range sizes {
			k := 1
			if s.setting == vision.Fast {
				k = size.fast
			}
			pic := enlarged(b, size.w/k, size.h/k)
			pic.Width, pic.Height = size.w, size.h
			for _, name := range []string{"whole", "faces", "objects", "plates", "text", "codes"} {
				if s.setting == vision.Thorough && name != "whole" {
					continue
				}
				b.Run(fmt.Sprintf("%s/%s/%s", s.name, size.name, name), func(b *testing.B) {
					for b.Loop() {
						detect(b, e, pic, vision.Options{Setting: s.setting, Only: checks[name]})
					}
				})
			}
		}
	}
}

// residentMB is the process's resident memory, 0 where the system does not say.
func residentMB() int {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize() >> 20
}

// BenchmarkMemory looks at real photos of changing sizes with all checks and tells
// after every hundred looks, and at the end, what stays resident: a leak shows as
// growth with the number of looks. Run it with -benchtime 500x.
func BenchmarkMemory(b *testing.B) {
	e := engine(b)
	var pictures []vision.Picture
	for _, f := range truthOf(b).Faces {
		pictures = append(pictures, photo(b, f.File))
	}
	for _, size := range [][2]int{{640, 480}, {480, 640}, {1280, 720}, {900, 600}} {
		pictures = append(pictures, enlarged(b, size[0], size[1]))
	}
	i := 0
	for b.Loop() {
		if _, err := e.Detect(context.Background(), pictures[i%len(pictures)], vision.Options{}); err != nil {
			b.Fatal(err)
		}
		if i++; i%100 == 0 {
			b.Logf("after %d looks %d MB resident", i, residentMB())
		}
	}
	runtime.GC()
	b.ReportMetric(float64(residentMB()), "MB-resident")
}
