package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"blindspot/internal/testenv"
)

// The benchmarks measure whole runs of the built program, as a user waits for
// them: start, models, work. Beside the time they give the peak of the resident
// memory of the largest run.

// largePhoto is a real photo with faces, scaled to 4000 × 3000 pixels, with a
// place and a serial number in its metadata.
func largePhoto(b *testing.B) string {
	b.Helper()
	source := filepath.Join(testenv.Photos(b), "face_recognition/examples/knn_examples/test/obama_and_biden.jpg")
	path := filepath.Join(b.TempDir(), "large.jpg")
	run(b, testenv.Program(b, "convert"), source, "-resize", "4000x3000!", "-quality", "92", path)
	run(b, testenv.Program(b, "exiftool"), "-q", "-overwrite_original", "-GPSLatitude=48.8584", "-GPSLatitudeRef=N",
		"-GPSLongitude=2.2945", "-GPSLongitudeRef=E", "-SerialNumber=SN-12345", path)
	return path
}

func run(b *testing.B, name string, args ...string) {
	b.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// measure runs the program b.N times with args; "OUT" among them stands for an
// export folder that is new each time.
func measure(b *testing.B, args ...string) {
	b.Helper()
	env := append(os.Environ(), "BLINDSPOT_DATA="+dataFolder(b))
	peak := int64(0)
	for b.Loop() {
		now := slices.Clone(args)
		if i := slices.Index(now, "OUT"); i >= 0 {
			now[i] = b.TempDir()
		}
		cmd := exec.Command(program, now...)
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("blindspot %s: %v\n%.500s", strings.Join(now, " "), err, out)
		}
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, usage.Maxrss)
		}
	}
	b.ReportMetric(float64(peak)/1024, "peak-MB")
}

func BenchmarkCheck12MP(b *testing.B) {
	photo := largePhoto(b)
	for name, flags := range map[string][]string{"fast": {"--fast"}, "thorough": {"--thorough"}, "no-vision": {"--no-vision"}} {
		b.Run(name, func(b *testing.B) {
			if name != "no-vision" {
				needDetectors(b)
			}
			measure(b, append([]string{"check", "--json", photo}, flags...)...)
		})
	}
}

func BenchmarkClean12MP(b *testing.B) {
	photo := largePhoto(b)
	plan := filepath.Join(b.TempDir(), "plan.json")
	regions := `{"version": 1, "regions": [{"box": {"x": 1000, "y": 600, "w": 800, "h": 900}, "shape": "ellipse", "style": "blur"}]}`
	if err := os.WriteFile(plan, []byte(regions), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("metadata", func(b *testing.B) { measure(b, "clean", "--json", "--out", "OUT", photo) })
	b.Run("plan-no-vision", func(b *testing.B) {
		measure(b, "clean", "--json", "--no-vision", "--plan", plan, "--out", "OUT", photo)
	})
	b.Run("faces", func(b *testing.B) {
		needDetectors(b)
		measure(b, "clean", "--json", "--redact", "faces", "--out", "OUT", photo)
	})
}

// hundred is a folder of the hundred largest JPEGs among the photos, without those
// that are refused.
func hundred(b *testing.B) string {
	b.Helper()
	entries := slices.DeleteFunc(testenv.Index(b, "JPEG"), func(e testenv.Entry) bool { return !e.Decodes })
	slices.SortFunc(entries, func(x, y testenv.Entry) int { return y.Width*y.Height - x.Width*x.Height })
	var paths []string
	for _, e := range entries {
		paths = append(paths, filepath.Join(testenv.Photos(b), filepath.FromSlash(e.File)))
	}
	dir := b.TempDir()
	copied := 0
	for _, p := range blindspot(b, environment(b, b.TempDir()), append([]string{"clean", "--dry-run", "--json", "--out", b.TempDir()}, paths...)...).report(b).Photos {
		if p.Error != nil || copied == 100 {
			continue
		}
		data, err := os.ReadFile(p.Path)
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.jpg", copied)), data, 0o600); err != nil {
			b.Fatal(err)
		}
		copied++
	}
	if copied < 100 {
		b.Fatalf("%d photos", copied)
	}
	return dir
}

func BenchmarkFolderOf100(b *testing.B) {
	dir := hundred(b)
	b.Run("check", func(b *testing.B) {
		needDetectors(b)
		measure(b, "check", "--json", dir)
	})
	b.Run("check-no-vision", func(b *testing.B) { measure(b, "check", "--json", "--no-vision", dir) })
	b.Run("clean", func(b *testing.B) { measure(b, "clean", "--json", "--out", "OUT", dir) })
}

// forget asks the system to drop a file, or the files of a folder, from its
// cache.
func forget(b *testing.B, path string) {
	b.Helper()
	err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := f.Sync(); err != nil {
			return err
		}
		return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
	})
	if err != nil {
		b.Fatal(err)
	}
}
