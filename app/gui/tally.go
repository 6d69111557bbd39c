package gui

import (
	"cmp"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/export"
)

// tally is what became of photos that were cleaned together.
type tally struct {
	all   int     // photos that were to be cleaned
	items []*item // that were tried, in the order in which they were done, after those that could not be checked
}

// newTally is for so many photos that are to be cleaned. Those that were meant too, and
// could not be checked, count as failed.
func newTally(photos int, unchecked ...*item) *tally {
	return &tally{all: photos + len(unchecked), items: unchecked}
}

// add takes in that it was cleaned, or cleaned again.
func (t *tally) add(it *item) {
	if !slices.Contains(t.items, it) {
		t.items = append(t.items, it)
	}
}

// sums are a tally's photos as they are now, added up.
type sums struct {
	failed         int     // have no copy
	look           []*item // have one that needs a look
	fresh          []*item // those of look in which something was found that can be covered
	parts, regions int     // that were removed and covered
	before, after  []int   // scores of those that have a copy, where both are known
}

func (t *tally) sums() (s sums) {
	for _, it := range t.items {
		r := it.result
		if it.output() == "" {
			s.failed++
			continue
		}
		s.parts += export.Hidden(r.Removed.Parts)
		s.regions += len(r.Removed.Regions)
		if it.needsLook() {
			s.look = append(s.look, it)
			if len(it.marks.fresh()) > 0 {
				s.fresh = append(s.fresh, it)
			}
		}
		if b, a := scoreOf(it.photo), scoreAfter(r); b != nil && a != nil {
			s.before, s.after = append(s.before, b.value), append(s.after, a.value)
		}
	}
	return s
}

// worstFirst are the photos: those without a copy, then those with something new,
// then by the score of the copy.
func (t *tally) worstFirst() []*item {
	rank := func(it *item) int {
		switch s := it.score(); {
		case it.output() == "":
			return -2
		case it.needsLook():
			return -1
		case s == nil:
			return 101
		default:
			return s.value
		}
	}
	sorted := slices.Clone(t.items)
	slices.SortStableFunc(sorted, func(a, b *item) int { return cmp.Compare(rank(a), rank(b)) })
	return sorted
}

// outcome says what became of it, in a line.
func outcome(it *item) string {
	r := it.result
	switch {
	case r == nil:
		return reason(it.photo.Err)
	case r.Output == nil:
		return reason(r.Err)
	}
	says := word("gui.tally.scores", values{"Before": number(scoreOf(it.photo)), "After": number(scoreAfter(r))}) +
		" · " + words("gui.tally.parts", export.Hidden(r.Removed.Parts)) + ", " + words("gui.tally.regions", len(r.Removed.Regions))
	if n := len(it.marks.fresh()); n > 0 {
		says = words("gui.tally.fresh-here", n) + " · " + says
	} else if it.needsLook() {
		says = word("gui.state.look") + " · " + says
	}
	return says
}

// showTally shows what became of photos that were cleaned together.
func (w *Window) showTally(t *tally) {
	s := t.sums()
	done := len(t.items) - s.failed
	warning := theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning)
	var symbol fyne.Resource = theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess)
	switch {
	case done < t.all:
		symbol = warning
	case len(s.look) > 0:
		symbol = lookSymbol()
	}
	says := container.New(tight{}, withIcon(symbol, bold(word("gui.tally.done", values{"Done": done, "All": t.all}))))
	if s.failed > 0 {
		says.Add(withIcon(theme.NewColoredResource(theme.ErrorIcon(), theme.ColorNameError), text(words("gui.tally.failed", s.failed))))
	}
	if done > 0 {
		removed := words("gui.removed.parts", s.parts)
		if s.regions > 0 {
			removed += " " + words("gui.removed.regions", s.regions)
		}
		says.Add(text(removed))
	}
	if len(s.after) > 0 {
		says.Add(text(word("gui.tally.lowest", values{"Before": slices.Min(s.before), "After": slices.Min(s.after)})))
	}
	closing := newButton(word("gui.close"), nil, func() { w.dialog.Dismiss() })
	closing.Importance = widget.HighImportance
	first := closing
	if n := len(s.look) - len(s.fresh); n > 0 {
		says.Add(withIcon(lookSymbol(), text(words("gui.tally.look", n))))
	}
	if n := len(s.fresh); n > 0 {
		says.Add(withIcon(lookSymbol(), text(words("gui.tally.fresh", n))))
		again := newButton(words("gui.new.cover-all", n), theme.ConfirmIcon(), func() {
			w.dialog.Dismiss()
			w.coverNew(s.fresh, t)
		})
		again.Importance, closing.Importance = widget.HighImportance, widget.MediumImportance
		first = again
		says.Add(container.NewHBox(again))
	}
	if old := w.earlierOf(t.items); len(old) > 0 {
		left, sign := text(words("gui.tally.earlier", len(old))), widget.NewIcon(warning)
		var remove *button
		remove = newButton(words("gui.tally.earlier.delete", len(old)), theme.DeleteIcon(), func() {
			remove.Disable()
			w.discardEarlier(old, func(gone int) {
				left.SetText(discarded(gone, len(old)-gone))
				if gone == len(old) {
					sign.SetResource(theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess))
				}
				remove.Hide()
				w.refreshSelected()
			})
		})
		says.Add(container.New(besides{}, sign, left))
		says.Add(container.NewHBox(remove))
	}
	says.Add(quiet(word("gui.not-everything")))
	sorted := t.worstFirst()
	list := newBriefList(sorted, outcome, func(it *item) {
		w.dialog.Dismiss()
		w.lookAt(it)
	})
	folder := newButton(word("gui.show-in-folder"), theme.FolderOpenIcon(), func() {
		w.show(filepath.Join(w.folder, filepath.Base(sorted[len(sorted)-1].output())))
	})
	enable(folder, done > 0)
	body := container.NewBorder(says, container.NewBorder(nil, nil, folder, closing), nil, nil, list)
	w.openBody(word("gui.tally.title"), body, 760, 640)
	w.win.Canvas().Focus(first)
}
