package gui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"blindspot/scrub/redact"
)

// pickOpen chooses an entry of the pop-up menu that is open.
func (tr *trial) pickOpen(label string) {
	tr.t.Helper()
	for _, o := range tr.overlay() {
		if entry, ok := o.(fyne.Tappable); ok && slices.Equal(textsIn(o), []string{label}) {
			entry.Tapped(&fyne.PointEvent{})
			return
		}
	}
	tr.t.Fatalf("the menu has no %q", label)
}

func TestStyleOfOneBox(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	m := &tr.items[0].marks
	tr.view.TappedSecondary(&fyne.PointEvent{Position: tr.centre(0)})
	tr.pickOpen("Mosaic")
	if !m.now[0].covered || m.now[0].style != redact.Mosaic || m.now[1].style != "" {
		t.Fatalf("marks %+v", m.now)
	}
	plan := m.plan(tr.items[0].photo, tr.covering)
	if plan.Regions[0].Style != redact.Mosaic || plan.Regions[1].Style != redact.Blur {
		t.Errorf("covered with %v and %v", plan.Regions[0].Style, plan.Regions[1].Style)
	}
	tr.setStyle(redact.Solid)
	plan = m.plan(tr.items[0].photo, tr.covering)
	if plan.Regions[0].Style != redact.Mosaic || plan.Regions[1].Style != redact.Solid {
		t.Errorf("another style for all gives %v and %v", plan.Regions[0].Style, plan.Regions[1].Style)
	}
	tr.undoEdit()
	if m.now[0].covered || m.now[0].style != "" {
		t.Error("undo keeps the style")
	}
	tr.redoEdit()
	tr.checkAgain()
	if m.now[0].style != redact.Mosaic {
		t.Error("another check forgets the style")
	}
	tr.view.TappedSecondary(&fyne.PointEvent{Position: tr.centre(0)})
	tr.pickOpen("As all others (Solid colour)")
	if m.now[0].style != "" {
		t.Error("the box can't go back to the style of all")
	}
}

// The menu of a box opens by keyboard too, and offers what fits the box.
func TestBoxMenuEntries(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.drag(tr.view.middle(), tr.view.middle().AddXY(80, 60))
	labels := func(i int) []string {
		var all []string
		for _, item := range tr.boxMenu(i).Items {
			if !item.IsSeparator {
				all = append(all, item.Label)
			}
		}
		return all
	}
	for i, want := range [][]string{
		{"Cover it", "As all others (Blur)", "Blur", "Mosaic", "Solid colour", "Drawn face"},
		{"Don't cover it", "As all others (Blur)", "Blur", "Mosaic", "Solid colour", "Drawn face"},
		{"Cover it", "As all others (Blur)", "Blur", "Mosaic", "Solid colour"},
		{"Don't cover it", "As all others (Blur)", "Blur", "Mosaic", "Solid colour", "Drawn face", "Take this box away"},
	} {
		if got := labels(i); !slices.Equal(got, want) {
			t.Errorf("box %d: %q, want %q", i, got, want)
		}
	}
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // the one just drawn is selected
	tr.pickOpen("Take this box away")
	if len(tr.items[0].marks.now) != 3 {
		t.Error("the menu does not take the box away")
	}
}

// The tone of drawn faces can be chosen for all and for one.
func TestTone(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.setStyle(redact.Face)
	tr.setTone(3)
	m, p := &tr.items[0].marks, tr.items[0].photo
	tr.edit(func(m *marks) { m.set(true, 0, 2) })
	menu := tr.toneMenu(0)
	if len(menu.Items) != redact.Tones+1 {
		t.Fatalf("%d tones are offered", len(menu.Items))
	}
	menu.Items[7].Action()
	tr.edit(func(m *marks) { m.draw(redact.Box{W: 9, H: 9}) })
	var got []int
	plan := m.plan(p, tr.covering)
	for _, r := range plan.Regions {
		got = append(got, r.Tone)
	}
	if want := []int{7, 3, 0, 3}; !slices.Equal(got, want) {
		t.Errorf("tones %v, want %v: none where no face is drawn", got, want)
	}
	if err := plan.Validate(); err != nil {
		t.Error(err)
	}
	if next := New(tr.app, tr.config()); next.covering != tr.covering {
		t.Errorf("the next start covers by %+v", next.covering)
	}
}

func TestPanByKeys(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.view.TypedRune('+')
	tr.view.TypedRune('+')
	before := tr.view.view.pan
	tr.modifiers = func() fyne.KeyModifier { return fyne.KeyModifierShift }
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if after := tr.view.view.pan; after.X >= before.X || after.Y != before.Y {
		t.Errorf("Shift+Right moved the photo from %v to %v", before, after)
	}
	if tr.view.selected != -1 {
		t.Error("Shift+Right walked to a box as well")
	}
}
