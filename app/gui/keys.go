package gui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// keyPages are the parts of the page of keys, by key. Their texts hold a line for
// each: the keys, a bar, what they do.
var keyPages = []string{"window", "list", "picture", "compare"}

// showKeys shows the page of keys.
func (w *Window) showKeys() {
	page := container.NewVBox()
	for _, name := range keyPages {
		page.Add(heading(word("gui.keys." + name)))
		var rows []fyne.CanvasObject
		for line := range strings.Lines(word("gui.keys." + name + ".says")) {
			keys, does, _ := strings.Cut(strings.TrimSpace(line), "|")
			label := widget.NewLabel(keys)
			label.TextStyle.Bold = true
			rows = append(rows, label, text(does))
		}
		page.Add(container.New(form{}, rows...))
	}
	w.openPage(word("gui.keys"), container.NewVScroll(page), 760, 720)
}

// shortcuts binds the keys that work everywhere in the window.
func (w *Window) shortcuts() {
	const ctrl = fyne.KeyModifierShortcutDefault
	for key, f := range map[desktop.CustomShortcut]func(){
		{KeyName: fyne.KeyO, Modifier: ctrl}:                              w.askPhoto,
		{KeyName: fyne.KeyO, Modifier: ctrl | fyne.KeyModifierShift}:      w.askFolder,
		{KeyName: fyne.KeyReturn, Modifier: ctrl}:                         w.cleanActed,
		{KeyName: fyne.KeyReturn, Modifier: ctrl | fyne.KeyModifierShift}: w.cleanAll,
		{KeyName: fyne.KeyI, Modifier: ctrl}: func() {
			if w.selected != nil {
				w.showDetails(w.selected.photo)
			}
		},
		{KeyName: fyne.KeyE, Modifier: ctrl}:     w.compare,
		{KeyName: fyne.KeyL, Modifier: ctrl}:     func() { w.win.Canvas().Focus(w.list) },
		{KeyName: fyne.KeyP, Modifier: ctrl}:     func() { w.view.focus() },
		{KeyName: fyne.KeyComma, Modifier: ctrl}: w.showSettings,
		{KeyName: fyne.KeyQ, Modifier: ctrl}:     w.closing,
	} {
		w.shortcut(&key, f)
	}
	w.shortcut(&fyne.ShortcutUndo{}, w.undoEdit)
	w.shortcut(&fyne.ShortcutRedo{}, w.redoEdit)
	w.shortcut(&fyne.ShortcutSelectAll{}, w.chooseAll)
	w.shortcut(&fyne.ShortcutPaste{}, func() { w.pasted(w.app.Clipboard().Content()) })
	w.win.Canvas().SetOnTypedKey(w.typedKey)
}

// shortcut binds s to f, save while a dialog is open.
func (w *Window) shortcut(s fyne.Shortcut, f func()) {
	w.win.Canvas().AddShortcut(s, func(fyne.Shortcut) {
		if w.dialog == nil {
			f()
		}
	})
}

// typedKey takes keys that nothing else wants.
func (w *Window) typedKey(e *fyne.KeyEvent) {
	if w.dialog != nil {
		if e.Name == fyne.KeyEscape {
			w.dialog.Dismiss()
		}
		return
	}
	switch e.Name {
	case fyne.KeyF1:
		w.about()
	case fyne.KeyF2:
		w.showKeys()
	case fyne.KeyEscape:
		w.chooseNone()
	case fyne.KeyDelete:
		if w.view.selected >= 0 {
			w.view.TypedKey(e)
		} else {
			w.removeActed()
		}
	case fyne.KeyUp, fyne.KeyDown:
		w.list.TypedKey(e)
	}
}
