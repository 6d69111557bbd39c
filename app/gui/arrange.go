package gui

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/risk"
)

// order is how the list is sorted.
type order string

const (
	byAdded order = "added"
	byScore order = "score" // the lowest first, those without one last
	byName  order = "name"
)

var orders = []order{byAdded, byScore, byName}

// only is which photos the list shows: a state, or those with a finding of an
// attack.
type only string

const (
	onlyAll    only = "all"
	onlyOpen   only = "open" // checked, without a copy
	onlyClean  only = "cleaned"
	onlyFailed only = "failed"
	// onlyDoubtful are those that need a look before they are cleaned with others.
	onlyDoubtful only = "doubtful"
)

var states = []only{onlyAll, onlyOpen, onlyDoubtful, onlyClean, onlyFailed}

// fits says that o shows it.
func (o only) fits(it *item) bool {
	switch o {
	case onlyAll:
		return true
	case onlyOpen:
		return it.photo != nil && it.state != failed && it.output() == ""
	case onlyDoubtful:
		return len(doubts(it)) > 0
	case onlyClean:
		return it.output() != ""
	case onlyFailed:
		return it.state == failed || it.result != nil && it.output() == ""
	}
	return it.photo != nil && slices.ContainsFunc(it.photo.Findings, func(f check.Finding) bool { return string(f.Attack) == string(o) })
}

// arranged are those of items that which shows, in order.
func arranged(items []*item, order order, which only) []*item {
	var some []*item
	for _, it := range items {
		if which.fits(it) {
			some = append(some, it)
		}
	}
	switch order {
	case byScore:
		value := func(it *item) int {
			if s := it.score(); s != nil {
				return s.value
			}
			return 101
		}
		slices.SortStableFunc(some, func(a, b *item) int { return cmp.Compare(value(a), value(b)) })
	case byName:
		name := func(it *item) string { return strings.ToLower(filepath.Base(it.path)) }
		slices.SortStableFunc(some, func(a, b *item) int { return strings.Compare(name(a), name(b)) })
	}
	return some
}

// arrange sorts and filters the list anew. It is called when something has ended,
// not for each photo: a list that moves under the mouse can't be used.
func (w *Window) arrange() {
	w.shown = arranged(w.items, w.order, w.only)
	w.list.Refresh()
	if i := slices.Index(w.shown, w.selected); i >= 0 {
		w.list.Select(i)
	} else {
		w.list.UnselectAll()
	}
	w.updateActions()
}

// unfilter lists all photos again.
func (w *Window) unfilter() {
	w.only = onlyAll
	w.arrange()
}

// arrangeMenu is the menu for the order of the list and what it shows.
func (w *Window) arrangeMenu() *fyne.Menu {
	m := fyne.NewMenu("")
	for _, o := range orders {
		item := fyne.NewMenuItem(word("gui.sort."+string(o)), func() {
			w.order = o
			w.arrange()
		})
		item.Checked = o == w.order
		m.Items = append(m.Items, item)
	}
	add := func(o only, name string) {
		item := fyne.NewMenuItem(name, func() {
			w.only = o
			w.arrange()
		})
		item.Checked = o == w.only
		m.Items = append(m.Items, item)
	}
	m.Items = append(m.Items, fyne.NewMenuItemSeparator())
	for _, o := range states {
		add(o, word("gui.only."+string(o)))
	}
	m.Items = append(m.Items, fyne.NewMenuItemSeparator())
	for _, a := range risk.Attacks {
		add(only(a), word("gui.only.attack", values{"Attack": attackTitle(a)}))
	}
	all := fyne.NewMenuItem(word("gui.choose.all"), w.chooseAll)
	all.Shortcut = &fyne.ShortcutSelectAll{}
	none := fyne.NewMenuItem(word("gui.choose.none"), w.chooseNone)
	none.Disabled = len(w.chosen) == 0
	m.Items = append(m.Items, fyne.NewMenuItemSeparator(), all, none)
	return m
}

func (w *Window) showArrangeMenu(under fyne.CanvasObject) {
	widget.ShowPopUpMenuAtRelativePosition(w.arrangeMenu(), w.win.Canvas(), fyne.NewPos(0, under.Size().Height), under)
}

// choose adds it to the photos that are acted on together, or takes it out.
func (w *Window) choose(it *item) {
	if w.chosen[it] {
		delete(w.chosen, it)
	} else {
		w.chosen[it] = true
	}
	w.choiceChanged()
}

// chooseAll chooses all that the list shows.
func (w *Window) chooseAll() {
	for _, it := range w.shown {
		w.chosen[it] = true
	}
	w.choiceChanged()
}

func (w *Window) chooseNone() {
	clear(w.chosen)
	w.choiceChanged()
}

func (w *Window) choiceChanged() {
	w.list.Refresh()
	w.updateActions()
}

// clicked takes in a click on photo i of the list: with Ctrl it is chosen, with
// Shift all from the selected one to it.
func (w *Window) clicked(i int) {
	before, it := w.selected, w.shown[i]
	switch held := w.modifiers(); {
	case held&fyne.KeyModifierShortcutDefault != 0:
		if before != nil && len(w.chosen) == 0 {
			w.chosen[before] = true
		}
		w.choose(it)
	case held&fyne.KeyModifierShift != 0 && before != it:
		if j := slices.Index(w.shown, before); j >= 0 {
			for _, o := range w.shown[min(i, j) : max(i, j)+1] {
				w.chosen[o] = true
			}
			w.choiceChanged()
		}
	}
	w.selectItem(it)
}

// heldModifiers are the modifier keys that are down.
func heldModifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}
