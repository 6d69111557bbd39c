//go:build !headless

package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// asProgram in the environment makes the test binary the program: Fyne makes windows
// on the main goroutine alone, where no test runs.
const asProgram = "BLINDSPOT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestNoDisplay(t *testing.T) {
	if !x11() {
		t.Skip("X11 only")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, display := range []string{"", "/nowhere:0"} {
		program := exec.CommandContext(t.Context(), self)
		program.Env = append(os.Environ(), asProgram+"=1", "DISPLAY="+display, "WAYLAND_DISPLAY=", "HOME="+t.TempDir())
		out, err := program.CombinedOutput()
		if program.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), errNoWindow.Error()) || strings.Contains(string(out), "goroutine ") {
			t.Errorf("DISPLAY=%q: %v: %s", display, err, out)
		}
	}
}
