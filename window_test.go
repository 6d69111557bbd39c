//go:build !headless

package main

import (
	"errors"
	"testing"

	"blindspot/app/gui"
)

func TestNoDisplay(t *testing.T) {
	if !x11() {
		t.Skip("X11 only")
	}
	for _, display := range []string{"", "/nowhere:0"} {
		t.Setenv("DISPLAY", display)
		if _, err := newWindow(gui.Config{}); !errors.Is(err, errNoWindow) {
			t.Errorf("DISPLAY=%q: %v", display, err)
		}
	}
}
