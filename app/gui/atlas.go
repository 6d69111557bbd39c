package gui

import (
	"image"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"blindspot/assets/places/outline"
	"blindspot/scan/metadata"
)

// Tasks of the files that maps are drawn from.
const (
	taskLand      = "outline-land"
	taskCountries = "outline-countries"
)

// Size of a map in pixels, and its height in window units.
const (
	mapWidth, mapHeight = 800, 400
	mapShown            = 190
)

// atlas draws maps from two files, which it reads when it is first asked to. It is
// safe for concurrent use.
type atlas struct {
	landPath, countriesPath string

	read            sync.Once
	land, countries *outline.Shapes
	err             error
}

// newAtlas is an atlas of the files that i has installed; nil where it lacks one.
func newAtlas(i Installer) *atlas {
	if i == nil {
		return nil
	}
	land, err := i.Path(taskLand)
	if err != nil {
		return nil
	}
	countries, err := i.Path(taskCountries)
	if err != nil {
		return nil
	}
	return &atlas{landPath: land, countriesPath: countries}
}

// draw draws where p is.
func (a *atlas) draw(p metadata.Position, darkly bool) (*image.RGBA, error) {
	a.read.Do(func() {
		if a.land, a.err = outline.Open(a.landPath); a.err == nil {
			a.countries, a.err = outline.Open(a.countriesPath)
		}
	})
	if a.err != nil {
		return nil, a.err
	}
	return outline.Map(a.land, a.countries, p.Latitude, p.Longitude, mapWidth, mapHeight, darkly)
}

// mapOf is a map with a pin at p, which appears once it is drawn; nil where there
// is nothing to draw it from.
func (w *Window) mapOf(p metadata.Position) fyne.CanvasObject {
	a := w.atlas
	if a == nil {
		return nil
	}
	picture := &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleFastest, CornerRadius: 4}
	picture.SetMinSize(fyne.NewSize(0, mapShown))
	darkly := w.look.dark(w.app.Settings().ThemeVariant())
	w.spawn(func() {
		img, err := a.draw(p, darkly)
		w.do(func() {
			if err != nil {
				fyne.LogError("drawing a map", err)
				picture.Hide()
				return
			}
			picture.Image = img
			picture.Refresh()
		})
	})
	return picture
}
