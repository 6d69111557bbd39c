package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// All of the window that can have the focus is kept known to Fyne, in pages too.
func TestEachReachesWhatHasTheFocus(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = street(), street()
	reaches := func(name string, root fyne.CanvasObject) {
		t.Helper()
		reached := map[fyne.CanvasObject]bool{}
		each(root, func(o fyne.CanvasObject) { reached[o] = true })
		n := 0
		for _, o := range test.LaidOutObjects(root) {
			switch o.(type) {
			case *button, *tick, *selector, *table, *entry, *photoList, *boxView:
				n++
				if !reached[o] {
					t.Errorf("%s: a %T is not reached", name, o)
				}
			}
		}
		if n == 0 {
			t.Errorf("%s: nothing has the focus", name)
		}
	}
	reaches("empty", tr.content)
	tr.add("a.jpg", "b.jpg")
	tr.cleanActed()
	reaches("photos", tr.content)
	for name, open := range map[string]func(){
		"settings": tr.showSettings, "details": func() { tr.showDetails(tr.selected.photo) }, "summary": func() { tr.clean(newReview(tr.items)) },
	} {
		open()
		reaches(name, tr.page)
		tr.dialog.Dismiss()
		if tr.page != nil {
			t.Errorf("%s: closed, and still there", name)
		}
	}
}
