package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blindspot/internal/testenv"
)

// program is the binary without a window, built by TestMain.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "blindspot-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "blindspot")
	// Tests run in their package's folder, which is one below the checkout.
	build := exec.Command("go", "build", "-tags", "headless", "-o", program, "..")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "go build -tags headless:", err)
		return 1
	}
	return m.Run()
}

// environment is what a program of a user is started with who has home for a
// home folder, and the detectors that are installed for whoever runs the test.
func environment(t testing.TB, home string, more ...string) []string {
	t.Helper()
	return append([]string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + home,
		"LANG=en_US.UTF-8",
		"TMPDIR=" + t.TempDir(),
		"BLINDSPOT_DATA=" + dataFolder(t),
		"BLINDSPOT_ONNXRUNTIME=" + os.Getenv("BLINDSPOT_ONNXRUNTIME"),
	}, more...)
}

// dataFolder is where make installs the detectors.
func dataFolder(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("BLINDSPOT_DATA"); dir != "" {
		return dir
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "blindspot")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(home, ".local", "share", "blindspot")
}

// needDetectors skips the test where the detectors are not installed, and fails
// it where CI is true.
func needDetectors(t testing.TB) {
	t.Helper()
	r := blindspot(t, environment(t, t.TempDir()), "models", "list")
	if bytes.Contains(r.stdout, []byte("not installed")) {
		testenv.Missing(t, "not all detectors are installed (make deps):\n"+string(r.stdout))
	}
}

// result is what a run of the program gave.
type result struct {
	stdout []byte
	stderr string
	status int
}

// runLimit is how long one run of the program may take before it counts as hung.
const runLimit = 10 * time.Minute

// blindspot runs the program.
func blindspot(t testing.TB, environment []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), runLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = environment
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("blindspot %s: %v", strings.Join(args, " "), errors.Join(err, ctx.Err()))
	}
	if cmd.ProcessState.ExitCode() < 0 || strings.Contains(stderr.String(), "\ngoroutine ") {
		t.Fatalf("blindspot %s crashed: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return result{stdout.Bytes(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// report is as much as the tests need of the document that --json prints. The
// names of all its fields are held by the scripts.
type report struct {
	Photos []photo `json:"photos"`
}

type photo struct {
	Path        string          `json:"path"`
	Score       *int            `json:"score"`
	ScoreAfter  *int            `json:"score_after"`
	UpperBound  bool            `json:"score_is_upper_bound"`
	Width       int             `json:"width"`
	Height      int             `json:"height"`
	Orientation int             `json:"orientation"`
	Checked     map[string]bool `json:"checked"`
	Detections  []detection     `json:"detections"`
	Error       *string         `json:"error"`
	Output      *string         `json:"output"`
	Lossless    bool            `json:"lossless"`
	Verified    bool            `json:"verified"`
	Removed     struct {
		Regions []box `json:"regions"`
	} `json:"removed"`
}

type detection struct {
	Kind string `json:"kind"`
	Box  box    `json:"box"`
}

type box struct{ X, Y, W, H int }

func (r result) report(t testing.TB) report {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(r.stdout))
	var doc report
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("standard output is no JSON: %v\nstatus %d\n%s\n%.2000s", err, r.status, r.stderr, r.stdout)
	}
	if d.More() {
		t.Fatalf("standard output holds more than one document: %.200s", r.stdout)
	}
	return doc
}
