package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"blindspot/internal/testenv"
)

// peakLimit is the most memory that a look at one photo of 48 megapixels may take,
// in MB, on two cores: each core holds a run of a model.
const peakLimit = 400

// BenchmarkCheck48MP measures a look at a real photo enlarged to 48 megapixels, and
// fails where it takes more than peakLimit.
func BenchmarkCheck48MP(b *testing.B) {
	needDetectors(b)
	photo := filepath.Join(b.TempDir(), "48MP.jpg")
	run(b, testenv.Program(b, "convert"), filepath.Join(testenv.Photos(b), "face-api-vlad/demo/sample6.jpg"),
		"-resize", "8064x6048!", "-sampling-factor", "2x2", "-quality", "92", photo)
	for _, setting := range []string{"--fast", "--thorough"} {
		b.Run(setting[2:], func(b *testing.B) {
			peak := int64(0)
			for b.Loop() {
				cmd := exec.Command(program, "check", "--json", setting, photo)
				cmd.Env = append(os.Environ(), "BLINDSPOT_DATA="+dataFolder(b), "GOMAXPROCS=2")
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("blindspot check %s: %v\n%.500s", setting, err, out)
				}
				peak = max(peak, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss>>10)
			}
			b.ReportMetric(float64(peak), "peak-MB")
			if peak > peakLimit {
				b.Errorf("%d MB at the most, over %d", peak, peakLimit)
			}
		})
	}
}
