//go:build headless

package main

import (
	"fmt"
	"os"

	"blindspot/app/cli"
)

// openWindow says that this build has none.
func openWindow([]string) int {
	fmt.Fprintln(os.Stderr, "blindspot: error: this build has no window\nblindspot: hint: blindspot help shows what can be said")
	return cli.ExitUsage
}
