//go:build headless

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"blindspot/app/cli"
)

// windowProgram is the name of the program with the window, where a package holds
// both: so the command line works on machines without GL and X11.
const windowProgram = "blindspot-window"

// openWindow becomes the program with the window, which lies beside this one or in
// ../lib/blindspot, and otherwise says that there is none.
func openWindow(paths []string) int {
	exe, err := os.Executable()
	if err == nil {
		exe, err = filepath.EvalSymlinks(exe)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "blindspot: error: finding its own folder: %v\n", err)
		return cli.ExitFailed
	}
	dir := filepath.Dir(exe)
	nameLocale()
	for _, program := range []string{filepath.Join(dir, windowProgram), filepath.Join(dir, "..", "lib", "blindspot", windowProgram)} {
		if _, err := os.Stat(program); err != nil {
			continue
		}
		err := syscall.Exec(program, append([]string{program}, paths...), os.Environ())
		fmt.Fprintf(os.Stderr, "blindspot: error: opening the window by %s: %v\n", program, err)
		return cli.ExitFailed
	}
	if len(paths) > 0 {
		fmt.Fprintf(os.Stderr, "blindspot: error: %q is no verb, and this build has no window to open photos in\n", paths[0])
	} else {
		fmt.Fprintln(os.Stderr, "blindspot: error: this build has no window")
	}
	fmt.Fprintln(os.Stderr, "blindspot: hint: blindspot help shows what can be said")
	return cli.ExitUsage
}
