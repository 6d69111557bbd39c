package main

import (
	"os"
	"runtime"
	"strings"
)

// x11 says whether windows are shown by an X server.
func x11() bool { return runtime.GOOS != "windows" && runtime.GOOS != "darwin" }

// nameLocale gives a name to the locale that has none, which Fyne would complain
// of at every start.
func nameLocale() {
	if !x11() {
		return
	}
	locale := os.Getenv("LANG")
	for _, name := range []string{"LC_MESSAGES", "LC_ALL"} {
		if v := os.Getenv(name); v != "" {
			locale = v
		}
	}
	if language, _, _ := strings.Cut(locale, "."); language == "" || language == "C" || language == "POSIX" {
		os.Setenv("LC_ALL", "en_US.UTF-8")
	}
}
