package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/assets"
	"blindspot/internal/testenv"
)

// BenchmarkFolder cleans and verifies a folder of JPEGs without covering
// anything, as the command line does where it prints no JSON, and compares that with cp
// of the same files and with exiftool's command that keeps orientation and colours, in
// turns, on the same file system and with all files in the system's cache. None syncs
// what it wrote, and each begins with nothing left to sync. It reports how many times as long as cp it takes, and how many
// times as fast as exiftool it is, by the medians.
func BenchmarkFolder(b *testing.B) {
	exiftool := testenv.Program(b, "exiftool")
	in := b.TempDir()
	var jobs []export.Job
	var size int64
	for i, e := range testenv.Index(b, "JPEG", "MPO") {
		if !e.Decodes {
			continue
		}
		data, err := os.ReadFile(filepath.Join(testenv.Photos(b), e.File))
		if err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(in, strconv.Itoa(i)+".jpg")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			b.Fatal(err)
		}
		jobs = append(jobs, export.Job{Path: path})
		size += int64(len(data))
	}
	words, err := assets.English()
	if err != nil {
		b.Fatal(err)
	}
	exporter := export.New(check.New(nil, words))

	clean := func(out string) {
		results, err := exporter.Run(b.Context(), jobs, export.Options{Dir: out, NoSums: true}, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range results {
			if r.Err == nil && !r.Verified {
				b.Errorf("%s was not verified", r.Path)
			}
		}
	}
	run := func(name string, args ...string) {
		// exiftool's exit status tells of files that it cannot write.
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil && name != exiftool {
			b.Fatalf("%v: %s", err, out)
		}
	}
	var ours, cp, long []time.Duration
	clock := func(times *[]time.Duration, fn func(out string)) {
		out := filepath.Join(b.TempDir(), "out")
		run("sync")
		began := time.Now()
		fn(out)
		*times = append(*times, time.Since(began))
		if files, err := os.ReadDir(out); err != nil || len(files) < len(jobs)*9/10 {
			b.Fatalf("%d of %d files were written: %v", len(files), len(jobs), err)
		}
	}
	for b.Loop() {
		b.StopTimer()
		clock(&ours, clean)
		clock(&cp, func(out string) { run("cp", "-r", in, out) })
		clock(&long, func(out string) {
			run(exiftool, "-q", "-q", "-all=", "--icc_profile:all", "-tagsfromfile", "@", "-colorspacetags", "-orientation", "-o", out+"/", in)
		})
		b.StartTimer()
	}
	median := func(times []time.Duration) float64 {
		slices.Sort(times)
		return times[len(times)/2].Seconds()
	}
	b.ReportMetric(median(ours)*1e9, "ns/op")
	b.ReportMetric(float64(size)/1e6/median(ours), "MB/s")
	b.ReportMetric(median(ours)/median(cp), "×cp")
	b.ReportMetric(median(long)/median(ours), "×faster-than-exiftool")
	b.ReportMetric(float64(len(jobs))/median(ours), "files/s")
}
