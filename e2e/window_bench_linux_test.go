package e2e

import (
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"blindspot/internal/testenv"
	"blindspot/internal/xdisplay"
)

// peak is the most memory that the program held at any time so far, in MB.
func (w *window) peak() float64 { return w.memory("VmHWM:") }

// rested is the memory that the program holds once nothing was done for a while, in MB.
func (w *window) rested() float64 {
	time.Sleep(restTime)
	return w.memory("VmRSS:")
}

// restTime is longer than the window waits before it gives back what only work needs.
const restTime = 12 * time.Second

// memory is what the system tells of the program's memory under a name, in MB.
func (w *window) memory(name string) float64 {
	w.t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.cmd.Process.Pid))
	if err != nil {
		w.t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			kB, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			if err != nil {
				w.t.Fatal(err)
			}
			return kB / 1024
		}
	}
	w.t.Fatal("the system does not tell the program's memory")
	return 0
}

// cpu is the time that the program's threads have worked so far.
func (w *window) cpu() time.Duration {
	w.t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", w.cmd.Process.Pid))
	if err != nil {
		w.t.Fatal(err)
	}
	// The fields after the name, which may hold spaces: proc_pid_stat(5).
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	const utime, stime, tick = 11, 12, 10 * time.Millisecond
	total := time.Duration(0)
	for _, i := range []int{utime, stime} {
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			w.t.Fatal(err)
		}
		total += time.Duration(n) * tick
	}
	return total
}

// strong is the number of pixels in a strong colour.
func strong(picture *image.RGBA) int {
	n := 0
	for i := 0; i < len(picture.Pix); i += 4 {
		if r, g, b := picture.Pix[i], picture.Pix[i+1], picture.Pix[i+2]; max(r, g, b)-min(r, g, b) > 90 {
			n++
		}
	}
	return n
}

// reportPulse reports how long the window's goroutine took to answer.
func reportPulse(b *testing.B, times []time.Duration) {
	b.Helper()
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	over := 0
	for _, d := range times {
		if d > 100*time.Millisecond {
			over++
		}
	}
	b.ReportMetric(ms(times[len(times)/2]), "median-ms")
	b.ReportMetric(ms(times[len(times)*99/100]), "p99-ms")
	b.ReportMetric(ms(times[len(times)-1]), "longest-ms")
	b.ReportMetric(100*float64(over)/float64(len(times)), "%-over-100ms")
	b.Logf("%d answers, %d of them later than 100 ms", len(times), over)
}

// BenchmarkWindowStart measures from the start of the process to a window that has
// drawn what it consists of and answers. A cold start finds neither the program nor
// its libraries and models in the system's cache of files.
func BenchmarkWindowStart(b *testing.B) {
	display := xdisplay.Start(b)
	path, err := buildWindow()
	if err != nil {
		b.Fatal(err)
	}
	// The button that adds photos, and a symbol, in the middle.
	middle := image.Rect(200, 200, 1000, 700)
	for _, cold := range []bool{false, true} {
		name := "warm"
		if cold {
			name = "cold"
		}
		b.Run(name, func(b *testing.B) {
			env := environment(b, b.TempDir(), "DISPLAY="+display.Name, "FYNE_THEME=light", "FYNE_SCALE=1")
			shown := time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				if cold {
					forget(b, path)
					forget(b, dataFolder(b))
				}
				cmd := exec.Command(path)
				cmd.Env = env
				began := time.Now()
				b.StartTimer()
				if err := cmd.Start(); err != nil {
					b.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(b.Context(), startLimit)
				id, err := display.Window(ctx, title)
				shown += time.Since(began)
				for drawn := false; !drawn && err == nil; {
					drawn = strong(display.PictureOf(middle)) > 3000
					err = ctx.Err()
				}
				if err == nil {
					display.Answers(id)
				}
				cancel()
				b.StopTimer()
				cmd.Process.Kill()
				cmd.Wait()
				if err != nil {
					b.Fatal(err)
				}
				// The display takes the window away after its program's end.
				time.Sleep(200 * time.Millisecond)
				b.StartTimer()
			}
			b.ReportMetric(float64(shown)/float64(b.N)/float64(time.Millisecond), "to-window-ms")
		})
	}
}

// BenchmarkWindowOf300 measures how long the window's goroutine takes to answer at
// the most while three hundred photos are checked, with nobody at the window and
// with somebody who goes through the list and scrolls it, and the memory after it.
func BenchmarkWindowOf300(b *testing.B) {
	needDetectors(b)
	dir, _, _ := threeHundred(b)
	for _, name := range []string{"watched", "used"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := openWindow(b, nil)
				idle := w.display.Pulse(w.id)
				time.Sleep(2 * time.Second)
				times := idle.Stop()
				b.Logf("idle: median %v, longest %v", times[len(times)/2], times[len(times)-1])
				pulse := w.display.Pulse(w.id)
				w.drop(dir)
				w.until("how many photos are checked", works)
				for works(w.picture()) {
					if name == "used" {
						w.press(down)
						w.display.Wheel(image.Pt(listX, xdisplay.Height/2), 3)
					}
					time.Sleep(300 * time.Millisecond)
				}
				reportPulse(b, pulse.Stop())
				b.ReportMetric(w.peak(), "peak-MB")
				b.ReportMetric(w.rested(), "rested-MB")
				w.quit()
			}
		})
	}
}

// BenchmarkWindowOf5000 measures the frames of a list of five thousand photos that is
// scrolled by 60 steps of the wheel a second, while they are checked and after it, and
// the memory that it takes, without detectors. Each frame draws the whole window; what
// one costs the program in time of a core tells of a busy machine too.
func BenchmarkWindowOf5000(b *testing.B) {
	const n = 5000
	dir := b.TempDir()
	source := filepath.Join(testenv.Photos(b), "exif-samples/jpg/gps/DSCN0010.jpg")
	data, err := os.ReadFile(source)
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("DSC%05d.jpg", i+1)), data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		w := openWindow(b, nil, "BLINDSPOT_DATA="+b.TempDir(), "BLINDSPOT_ONNXRUNTIME=")
		w.drop(dir)
		w.until("how many photos are checked", works)
		w.scrolled(b, "checking")
		w.within(batchLimit, "that all photos are checked", func(p *image.RGBA) bool { return !works(p) })
		w.scrolled(b, "checked")
		b.ReportMetric(w.peak(), "peak-MB")
		b.ReportMetric(w.rested(), "rested-MB")
		w.keep("window-5000.png")
		w.quit()
	}
}

// scrolled scrolls the list for ten seconds and reports its frames under the name of
// what goes on meanwhile.
func (w *window) scrolled(b *testing.B, what string) {
	b.Helper()
	pulse, frames := w.display.Pulse(w.id), w.display.Frames(w.id)
	began, worked := time.Now(), w.cpu()
	for time.Since(began) < 10*time.Second {
		w.display.Wheel(image.Pt(listX, xdisplay.Height/2), 60)
	}
	drawn, spent, worked := frames.Stop(), time.Since(began), w.cpu()-worked
	times := pulse.Stop()
	b.Logf("%s: %.0f frames in %.1f s; %v of a core; answers: median %v, 99 %% within %v, longest %v", what, drawn, spent.Seconds(), worked,
		times[len(times)/2], times[len(times)*99/100], times[len(times)-1])
	b.ReportMetric(drawn/spent.Seconds(), what+"-frames/s")
	if what == "checked" { // else most of it is the check's
		b.ReportMetric(float64(worked)/float64(time.Millisecond)/drawn, what+"-cpu-ms/frame")
	}
}
