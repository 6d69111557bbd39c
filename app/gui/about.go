package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// aboutSections are the parts of the page about Blindspot, by key.
var aboutSections = []string{"does", "does-not", "score", "sources"}

// about says what Blindspot does and, above all, what it does not.
func (w *Window) about() {
	page := container.NewVBox(container.NewHBox(widget.NewButtonWithIcon(word("gui.keys"), theme.ComputerIcon(), func() {
		w.dialog.Dismiss()
		w.showKeys()
	})))
	for _, section := range aboutSections {
		for _, o := range []fyne.CanvasObject{heading(word("gui.about." + section)), text(word("gui.about." + section + ".says"))} {
			page.Add(o)
		}
	}
	w.open(dialog.NewCustom(word("gui.about"), word("gui.close"), container.NewVScroll(page), w.win), 680, 640, nil)
}
