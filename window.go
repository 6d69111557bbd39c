//go:build !headless

package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"fyne.io/fyne/v2/app"
	"github.com/go-gl/glfw/v3.3/glfw"

	"blindspot/app/check"
	"blindspot/app/cli"
	"blindspot/app/export"
	"blindspot/app/gui"
	"blindspot/assets"
	"blindspot/models"
	"blindspot/vision"
)

// appID names the program's preferences; FyneApp.toml says the same.
const appID = "org.blindspot.Blindspot"

// openWindow opens the window on paths and returns when it is closed.
func openWindow(paths []string) int {
	if err := runWindow(paths); err != nil {
		fmt.Fprintf(os.Stderr, "blindspot: error: %v\n", err)
		if errors.Is(err, errNoWindow) {
			fmt.Fprintln(os.Stderr, "blindspot: hint: without a window it works too: blindspot help")
		}
		return cli.ExitFailed
	}
	return cli.ExitOK
}

func runWindow(paths []string) error {
	store, err := models.Open()
	if err != nil {
		return err
	}
	engine := vision.New(store)
	defer engine.Close()
	w, err := newWindow(gui.Config{
		Speak: func(language string) (gui.Checker, gui.Exporter) {
			checker := check.New(engine, wordsIn(language)).WithPlaces(store)
			return checker, export.New(checker)
		},
		Installer: store,
		Detectors: engine,
		Idle: func() error {
			err := engine.Rest()
			debug.FreeOSMemory()
			trim()
			return err
		},
	})
	if err != nil {
		return err
	}
	w.Run(paths)
	return nil
}

// wordsIn is the catalogue in language, which lies within the program.
func wordsIn(language string) *assets.Catalogue {
	words, err := assets.In(language)
	if err != nil {
		panic(fmt.Sprintf("reading the words for %s: %v", language, err))
	}
	return words
}

var errNoWindow = errors.New("no window can be opened")

// newWindow makes the window. GLFW, under Fyne, panics where it cannot have one.
func newWindow(c gui.Config) (w *gui.Window, err error) {
	if x11() && os.Getenv("DISPLAY") == "" {
		return nil, fmt.Errorf("%w: there is no display", errNoWindow)
	}
	nameLocale()
	defer func() {
		if p := recover(); p != nil {
			failed, ok := p.(*glfw.Error)
			if !ok {
				panic(p)
			}
			err = fmt.Errorf("%w: %v", errNoWindow, failed)
		}
	}()
	return gui.New(app.NewWithID(appID), c), nil
}
