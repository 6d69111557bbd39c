// Command blindspot shows what photos say about people before they are posted,
// and makes clean copies. Without arguments, or with photos, it opens a window;
// with a verb it is a command line (blindspot help).
package main

import (
	"context"
	_ "embed"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"blindspot/app/cli"
)

// gcPercent collects earlier than Go's 100: a photo's pixels are large and soon
// done with. Measured over 100 photos: a sixth less memory at the same speed.
const gcPercent = 50

// fyneApp is what the program is packaged by.
//
//go:embed FyneApp.toml
var fyneApp string

// version is the Version of FyneApp.toml.
func version() string {
	for line := range strings.Lines(fyneApp) {
		if name, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == "Version" {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

func main() {
	debug.SetGCPercent(gcPercent)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	args := os.Args[1:]
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	status := 0
	if cli.IsVerb(args) {
		status = cli.Run(ctx, version(), args, cli.Streams{Out: os.Stdout, Err: os.Stderr})
	} else {
		stop() // the window closes itself
		status = openWindow(args)
	}
	stop()
	os.Exit(status)
}
