package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"blindspot/scrub/redact"
	"blindspot/vision"
)

// boxMenu is the menu of mark i of the selected photo.
func (w *Window) boxMenu(i int) *fyne.Menu {
	m := w.selected.marks.now[i]
	toggle := word("gui.box.cover")
	if m.covered {
		toggle = word("gui.box.uncover")
	}
	menu := fyne.NewMenu("",
		fyne.NewMenuItem(toggle, func() { w.edit(func(ms *marks) { ms.set(!m.covered, i) }) }),
		fyne.NewMenuItemSeparator())
	style := func(s redact.Style, name string) {
		item := fyne.NewMenuItem(name, func() { w.edit(func(ms *marks) { ms.dress(i, s, 0) }) })
		item.Checked = m.covered && m.style == s
		if s == redact.Face {
			item.ChildMenu = w.toneMenu(i)
		}
		menu.Items = append(menu.Items, item)
	}
	common := m
	common.style = ""
	style("", word("gui.box.as-all", values{"Style": styleName(common.styled(w.covering))}))
	for _, s := range m.styles() {
		style(s, styleName(s))
	}
	if m.own() {
		menu.Items = append(menu.Items, fyne.NewMenuItemSeparator(),
			fyne.NewMenuItem(word("gui.box.remove"), func() { w.edit(func(ms *marks) { ms.remove(i) }) }))
	}
	return menu
}

// toneMenu are the tones of a face drawn over mark i.
func (w *Window) toneMenu(i int) *fyne.Menu {
	m := w.selected.marks.now[i]
	menu := fyne.NewMenu("")
	for _, tone := range tones {
		item := fyne.NewMenuItem(toneName(tone), func() { w.edit(func(ms *marks) { ms.dress(i, redact.Face, tone) }) })
		item.Checked = m.covered && m.style == redact.Face && m.tone == tone
		menu.Items = append(menu.Items, item)
	}
	return menu
}

// styles are those that m can have: a face is drawn over faces and over what the
// user drew.
func (m mark) styles() []redact.Style {
	if m.own() || m.detection.Kind == string(vision.Face) {
		return styles
	}
	return slices.DeleteFunc(slices.Clone(styles), func(s redact.Style) bool { return s == redact.Face })
}

// showBoxMenu shows the menu of mark i at a position in the view.
func (w *Window) showBoxMenu(i int, at fyne.Position) {
	if it := w.selected; it != nil && it.cleanable() && !w.comparing && i >= 0 && i < len(it.marks.now) {
		widget.ShowPopUpMenuAtRelativePosition(w.boxMenu(i), w.win.Canvas(), at, w.view)
	}
}
