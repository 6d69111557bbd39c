package gui

import (
	"cmp"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// tally adds up what became of photos that were cleaned together.
type tally struct {
	items          []*item // that were tried, in the order in which they were done
	failed, fresh  int     // have no copy; a second look found something new in them
	parts, regions int     // that were removed and covered
	before, after  []int   // scores of those that have a copy, where both are known
}

func newTally() *tally { return &tally{} }

// add takes in what became of it.
func (t *tally) add(it *item) {
	t.items = append(t.items, it)
	r := it.result
	if it.output() == "" {
		t.failed++
		return
	}
	t.parts += len(r.Removed.Parts)
	t.regions += len(r.Removed.Regions)
	if len(r.New) > 0 {
		t.fresh++
	}
	if b, a := scoreOf(it.photo), scoreAfter(r); b != nil && a != nil {
		t.before, t.after = append(t.before, b.value), append(t.after, a.value)
	}
}

// outdated counts the earlier copies of the photos that are still there.
func (t *tally) outdated() (n int) {
	for _, it := range t.items {
		n += len(it.outdated())
	}
	return n
}

// worstFirst are the photos: those without a copy, then those with something new,
// then by the score of the copy.
func (t *tally) worstFirst() []*item {
	rank := func(it *item) int {
		switch s := it.score(); {
		case it.output() == "":
			return -2
		case len(it.result.New) > 0:
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
	if it.output() == "" {
		return reason(r.Err)
	}
	says := word("gui.tally.scores", values{"Before": number(scoreOf(it.photo)), "After": number(scoreAfter(r))}) +
		" · " + words("gui.tally.parts", len(r.Removed.Parts)) + ", " + words("gui.tally.regions", len(r.Removed.Regions))
	if n := len(r.New); n > 0 {
		says = words("gui.tally.fresh-here", n) + " · " + says
	}
	return says
}

// showTally shows what became of photos that were cleaned together; all is how many
// were to be.
func (w *Window) showTally(t *tally, all int) {
	done := len(t.items) - t.failed
	symbol := theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess)
	if done < all {
		symbol = theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning)
	}
	says := container.New(tight{}, withIcon(symbol, bold(word("gui.tally.done", values{"Done": done, "All": all}))))
	if t.failed > 0 {
		says.Add(withIcon(theme.NewColoredResource(theme.ErrorIcon(), theme.ColorNameError), text(words("gui.tally.failed", t.failed))))
	}
	if done > 0 {
		removed := words("gui.removed.parts", t.parts)
		if t.regions > 0 {
			removed += " " + words("gui.removed.regions", t.regions)
		}
		says.Add(text(removed))
	}
	if len(t.after) > 0 {
		says.Add(text(word("gui.tally.lowest", values{"Before": slices.Min(t.before), "After": slices.Min(t.after)})))
	}
	if t.fresh > 0 {
		says.Add(withIcon(theme.NewColoredResource(theme.VisibilityIcon(), theme.ColorNameWarning), text(words("gui.tally.fresh", t.fresh))))
	}
	if n := t.outdated(); n > 0 {
		says.Add(withIcon(theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning), text(words("gui.tally.earlier", n))))
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
	closing := newButton(word("gui.close"), nil, func() { w.dialog.Dismiss() })
	closing.Importance = widget.HighImportance
	body := container.NewBorder(says, container.NewBorder(nil, nil, folder, closing), nil, nil, list)
	w.open(dialog.NewCustomWithoutButtons(word("gui.tally.title"), body, w.win), 760, 640, nil)
	w.win.Canvas().Focus(closing)
}
