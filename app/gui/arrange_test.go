package gui

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"blindspot/risk"
)

func (tr *trial) listed() []string {
	var names []string
	for _, it := range tr.Window.shown {
		names = append(names, filepath.Base(it.path))
	}
	return names
}

// pick chooses an item of the menu for the list.
func (tr *trial) pick(label string) {
	tr.t.Helper()
	for _, m := range tr.arrangeMenu().Items {
		if m.Label == label {
			m.Action()
			return
		}
	}
	tr.t.Fatalf("the menu has no %q", label)
}

func threePhotos(t *testing.T) *trial {
	tr := newTrial(t)
	middle := plain()
	middle.Score = ptr(60)
	tr.checker.photos["c.jpg"], tr.checker.photos["A.jpg"], tr.checker.photos["b.jpg"] = plain(), middle, street()
	tr.add("c.jpg", "A.jpg", "b.jpg", "bad.jpg")
	return tr
}

func TestSort(t *testing.T) {
	tr := threePhotos(t)
	tr.list.Select(1)
	for _, s := range []struct {
		label string
		want  []string
	}{
		{"Sort by score, lowest first", []string{"b.jpg", "A.jpg", "c.jpg", "bad.jpg"}},
		{"Sort by name", []string{"A.jpg", "b.jpg", "bad.jpg", "c.jpg"}},
		{"Sort as added", []string{"c.jpg", "A.jpg", "b.jpg", "bad.jpg"}},
	} {
		tr.pick(s.label)
		if got := tr.listed(); !slices.Equal(got, s.want) {
			t.Errorf("%s: %q", s.label, got)
		}
		if filepath.Base(tr.selected.path) != "A.jpg" {
			t.Errorf("%s: %s is selected", s.label, tr.selected.path)
		}
		checked := 0
		for _, m := range tr.arrangeMenu().Items {
			if m.Checked && m.Label == s.label {
				checked++
			}
		}
		if checked != 1 {
			t.Errorf("%s is not marked in the menu", s.label)
		}
	}
	tr.pick("Sort by name")
	tr.list.Select(1)
	if filepath.Base(tr.selected.path) != "b.jpg" {
		t.Errorf("the second row selects %s", tr.selected.path)
	}
}

func TestFilter(t *testing.T) {
	tr := threePhotos(t)
	tr.list.Select(2)
	test.Tap(tr.button("Clean"))
	for label, want := range map[string][]string{
		"Show all":                      {"c.jpg", "A.jpg", "b.jpg", "bad.jpg"},
		"Show what has no clean copy":   {"c.jpg", "A.jpg"},
		"Show what was cleaned":         {"b.jpg"},
		"Show what failed":              {"bad.jpg"},
		"Show only: Where you were":     {"b.jpg"},
		"Show only: What else it tells": nil,
	} {
		tr.pick(label)
		if got := tr.listed(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
		if label != "Show all" {
			tr.mustShow(fmt.Sprintf("%d of 4 photos", len(want)))
		}
	}
	if got := only(risk.Linkage).fits(tr.items[0]); got {
		t.Error("a photo without findings fits an attack")
	}
}

func TestChooseSeveral(t *testing.T) {
	tr := threePhotos(t)
	held := fyne.KeyModifier(0)
	tr.modifiers = func() fyne.KeyModifier { return held }
	tr.list.Select(0)
	held = fyne.KeyModifierShortcutDefault
	tr.list.Select(2)
	tr.mustShow("2 chosen", "Clean 2 chosen")
	tr.mustNotShow("4 photos")
	test.Tap(tr.button("Clean 2 chosen"))
	test.Tap(tr.dialogButton("Clean 2 photos"))
	tr.dialog.Dismiss()
	if got := tr.states(); !slices.Equal(got, []state{cleaned, checked, cleaned, failed}) {
		t.Errorf("states %v", got)
	}
	held = 0
	tr.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	tr.mustNotShow("chosen")
	tr.list.Select(0)
	held = fyne.KeyModifierShift
	tr.list.Select(2)
	if len(tr.chosen) != 3 {
		t.Errorf("Shift chooses %d photos, want 3", len(tr.chosen))
	}
	held = 0
	tr.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if len(tr.chosen) != 2 || tr.chosen[tr.items[2]] {
		t.Error("Space does not take the selected photo out")
	}
	tr.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if got := tr.listed(); !slices.Equal(got, []string{"b.jpg", "bad.jpg"}) {
		t.Errorf("after Delete the list shows %q", got)
	}
	if tr.selected != tr.items[0] || len(tr.chosen) != 0 {
		t.Errorf("selected %v, %d chosen", tr.selected, len(tr.chosen))
	}
	tr.chooseAll()
	tr.removeActed()
	if !tr.empty.Visible() || tr.selected != nil {
		t.Error("the window does not invite to drop photos once all are gone")
	}
}

func TestChooserInTheThumbnail(t *testing.T) {
	tr := threePhotos(t)
	for _, o := range test.LaidOutObjects(tr.list) {
		if c, ok := o.(*chooser); ok && c.item == tr.items[1] {
			test.Tap(c)
		}
	}
	if !tr.chosen[tr.items[1]] || len(tr.chosen) != 1 {
		t.Errorf("%d photos are chosen", len(tr.chosen))
	}
}

// What is new about one photo costs the drawing of its row, where it can be seen: with
// thousands, the window would do nothing but draw the same rows.
func TestOnlyItsRowIsDrawn(t *testing.T) {
	tr := newTrial(t)
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("%d.jpg", i))
	}
	tr.add(names...)
	tr.list.UpdateItem = func(i int, o fyne.CanvasObject) { t.Errorf("row %d is drawn", i) }
	change := func(i int) {
		t.Helper()
		it := tr.items[i]
		it.state = checking
		tr.changed(it)
		for j, r := range tr.list.rows {
			if got, want := r.state.Text, stateText(tr.items[j]); got != want {
				t.Errorf("row %d says %q, want %q", j, got, want)
			}
		}
	}
	change(90)
	change(2)
	if tr.list.rows[2] == nil || tr.list.rows[90] != nil {
		t.Errorf("rows %v can be seen", slices.Sorted(maps.Keys(tr.list.rows)))
	}
}

// Rows are used again for other photos as one scrolls: each is drawn where it is.
func TestRowsFollowTheList(t *testing.T) {
	tr := newTrial(t)
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("%03d.jpg", i))
	}
	tr.add(names...)
	for y := float32(0); y < 60_000; y += 701 {
		tr.list.ScrollToOffset(y)
		some := map[*item]bool{}
		for _, it := range tr.items {
			it.state = waiting + (it.state+1)%2
			some[it] = true
		}
		tr.list.refreshItems(some)
		from, to := tr.list.seen()
		if to-from < 5 {
			t.Fatalf("photos %d to %d can be seen", from, to)
		}
		for _, o := range test.LaidOutObjects(tr.list) {
			if r, ok := o.(*row); ok && r.state.Text != stateText(r.chooser.item) {
				t.Errorf("scrolled to %v, %s says %q", y, r.name.Text, r.state.Text)
			}
		}
		if n := len(tr.list.rows); n > maxRows+50 {
			t.Fatalf("%d rows are remembered", n)
		}
	}
}
