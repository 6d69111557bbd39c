package gui

import (
	"slices"

	"fyne.io/fyne/v2"
)

// updateActions enables what can be done now.
func (w *Window) updateActions() {
	it := w.selected
	idle := w.cleaning == nil
	acted := w.acted()
	enable(w.cleaner.one, idle && slices.ContainsFunc(acted, (*item).cleanable))
	switch {
	case len(w.chosen) > 0:
		w.cleaner.says.SetText(words("gui.clean.chosen.says", len(acted)))
		w.cleaner.one.SetText(words("gui.clean.chosen", len(acted)))
	case it != nil && it.state == cleaned:
		w.cleaner.says.SetText(cleanSummary(it, w.choices))
		w.cleaner.one.SetText(word("gui.clean-again"))
	default:
		w.cleaner.says.SetText(cleanSummary(it, w.choices))
		w.cleaner.one.SetText(word("gui.clean"))
	}
	n := len(w.dirty(w.choices))
	w.cleaner.all.SetText(words("gui.clean-all", n))
	enable(w.cleaner.all, idle && n > 0)
	w.cleaner.all.Hidden = len(w.items) < 2
	w.other.SetText(map[bool]string{false: word("gui.compare"), true: word("gui.compare.end")}[w.comparing])
	w.other.Hidden = it == nil || it.output() == ""
	w.other.Refresh()
	enable(w.undo, it != nil && it.cleanable() && !w.comparing && len(it.marks.past) > 0)
	enable(w.redo, it != nil && it.cleanable() && !w.comparing && len(it.marks.future) > 0)
	w.hint.SetText(map[bool]string{false: word("gui.view.hint"), true: word("gui.view.compare")}[w.comparing])
	count := words("gui.photos", len(w.items))
	w.showAll.Hidden = w.only == onlyAll
	if w.only != onlyAll {
		count = word("gui.photos.some", values{"Shown": len(w.shown), "All": count})
	}
	if n := len(w.chosen); n > 0 {
		count = words("gui.chosen", n) // beside the number of photos it would be cut off
	}
	w.count.SetText(count)
}

func enable(b fyne.Disableable, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}
