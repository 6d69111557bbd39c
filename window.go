//go:build !headless

package main

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2/app"

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
	gui.New(app.NewWithID(appID), gui.Config{
		Speak: func(language string) (gui.Checker, gui.Exporter) {
			checker := check.New(engine, wordsIn(language)).WithPlaces(store)
			return checker, export.New(checker)
		},
		Installer: store,
		Detectors: engine,
	}).Run(paths)
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
