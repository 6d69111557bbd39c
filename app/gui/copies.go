package gui

import (
	"os"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/export"
)

// copies are those that were made since the window opened, by the path of their photo,
// the last one last. A photo that is checked again, or taken off the list and added
// again, still has them.
type copies map[string][]export.Copy

// earlier are the copies of it that were made before the one that counts, and still
// there: they look much like it and may show what it covers. What is on the list as a
// photo of its own is none of them.
func (w *Window) earlier(it *item) []export.Copy {
	var left []export.Copy
	for _, c := range w.made[it.path] {
		if c.Path == it.output() || slices.ContainsFunc(w.items, func(o *item) bool { return o.path == c.Path }) {
			continue
		}
		if _, err := os.Lstat(c.Path); err == nil {
			left = append(left, c)
		}
	}
	return left
}

// earlierOf are the earlier copies of items.
func (w *Window) earlierOf(items []*item) []export.Copy {
	var all []export.Copy
	for _, it := range items {
		all = append(all, w.earlier(it)...)
	}
	return all
}

// discardEarlier deletes old, which are earlier copies, and then calls done with the
// number of those that are gone.
func (w *Window) discardEarlier(old []export.Copy, done func(gone int)) {
	w.spawn(func() {
		gone := 0
		for _, c := range old {
			if err := w.discard(c); err != nil {
				fyne.LogError("deleting an earlier copy", err)
			} else {
				gone++
			}
		}
		w.do(func() { done(gone) })
	})
}

// earlierCard says which earlier copies of it are still there, and offers to delete
// them; nil where none are.
func (w *Window) earlierCard(it *item) fyne.CanvasObject {
	old := w.earlier(it)
	if len(old) == 0 {
		return nil
	}
	names := make([]string, len(old))
	for i, c := range old {
		if names[i] = tilde(c.Path); filepath.Dir(c.Path) == filepath.Dir(it.output()) {
			names[i] = filepath.Base(c.Path)
		}
	}
	says := text(words("gui.earlier", len(old)) + " " + listed(names) + ".")
	sign := widget.NewIcon(theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning))
	var remove *button
	remove = newButton(words("gui.earlier.delete", len(old)), theme.DeleteIcon(), func() {
		remove.Disable()
		w.discardEarlier(old, func(gone int) {
			if gone == len(old) {
				sign.SetResource(theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess))
			}
			remove.Hide()
			says.SetText(discarded(gone, len(old)-gone))
		})
	})
	return container.New(tight{}, container.New(besides{}, sign, says), container.NewHBox(remove))
}

// discarded says how many earlier copies are deleted, and how many are not.
func discarded(gone, kept int) string {
	says := words("gui.earlier.deleted", gone)
	if kept > 0 {
		says += " " + words("gui.earlier.kept", kept)
	}
	return says
}
