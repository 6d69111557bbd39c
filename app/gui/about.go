package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// aboutSections are the parts of the page about Blindspot, by key.
var aboutSections = []string{"does", "does-not", "misses", "score", "sources"}

// about says what Blindspot does and, above all, what it does not.
func (w *Window) about() {
	page := container.NewVBox(container.NewHBox(newButton(word("gui.keys"), theme.ComputerIcon(), func() {
		w.dialog.Dismiss()
		w.showKeys()
	})))
	for _, section := range aboutSections {
		for _, o := range []fyne.CanvasObject{heading(word("gui.about." + section)), text(word("gui.about." + section + ".says"))} {
			page.Add(o)
		}
	}
	w.openPage(word("gui.about"), container.NewVScroll(page), 680, 640)
}
