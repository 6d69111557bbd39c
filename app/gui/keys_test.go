package gui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"blindspot/app/export"
)

// The page of keys opens by a key, in every language, and each of its lines says a
// key and what it does.
func TestPageOfKeys(t *testing.T) {
	for _, language := range []string{"en", "de"} {
		tr := newTrial(t)
		tr.setLanguage(language)
		tr.dialog.Dismiss()
		tr.typedKey(&fyne.KeyEvent{Name: fyne.KeyF2})
		shown := tr.dialogTexts()
		if !strings.Contains(shown, "F2") || strings.Contains(shown, "|") {
			t.Errorf("%s: the page shows\n%s", language, shown)
		}
		for _, page := range keyPages {
			for line := range strings.Lines(word("gui.keys." + page + ".says")) {
				if keys, does, ok := strings.Cut(strings.TrimSpace(line), "|"); !ok || keys == "" || does == "" {
					t.Errorf("%s: %q is no line of keys", language, line)
				}
			}
		}
		tr.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
		if tr.dialog != nil {
			t.Errorf("%s: Escape does not close it", language)
		}
		tr.setLanguage("en")
	}
}

// Escape closes every dialog of ours, wherever in it the focus is, and the other keys
// that work everywhere do so wherever it is in the window.
func TestKeysWorkWhereverTheFocusIs(t *testing.T) {
	tr := newTrial(t)
	half := street()
	half.Checked.Faces, half.ScoreIsUpperBound = false, true
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = half, street()
	tr.add("a.jpg", "b.jpg")
	every := func(o fyne.CanvasObject, do func(fyne.Focusable)) (n int) {
		for _, o := range test.LaidOutObjects(o) {
			f, ok := o.(fyne.Focusable)
			if d, can := o.(fyne.Disableable); !ok || can && d.Disabled() || !o.Visible() {
				continue
			}
			n++
			do(f)
		}
		return n
	}
	for name, open := range map[string]func(){
		"settings": tr.showSettings,
		"keys":     tr.showKeys,
		"about":    tr.about,
		"details":  func() { tr.showDetails(tr.selected.photo) },
		"review":   tr.cleanAll,
		"tally": func() {
			tally := newTally(len(tr.items))
			for _, it := range tr.items {
				it.result = cleanResult(export.Job{Photo: it.photo})
				tally.add(it)
			}
			tr.showTally(tally)
		},
	} {
		// A dialog that was closed is no use any more: one for each place of the focus.
		for i, n := 0, 1; i < n; i++ {
			open()
			var all []fyne.Focusable
			if n = every(tr.win.Canvas().Overlays().Top(), func(f fyne.Focusable) { all = append(all, f) }); n == 0 {
				t.Fatalf("%s: nothing can have the focus", name)
			}
			tr.win.Canvas().Focus(all[i])
			all[i].TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
			if tr.dialog != nil {
				t.Errorf("%s: Escape does not close it with the focus on %T", name, all[i])
				tr.dialog.Dismiss()
			}
		}
	}
	n := every(tr.win.Content(), func(f fyne.Focusable) {
		for _, key := range []fyne.KeyName{fyne.KeyF1, fyne.KeyF2} {
			tr.win.Canvas().Focus(f)
			f.TypedKey(&fyne.KeyEvent{Name: key})
			if tr.dialog == nil {
				t.Errorf("%s opens nothing with the focus on %T", key, f)
				continue
			}
			tr.dialog.Dismiss()
		}
	})
	if n < 10 {
		t.Errorf("%d things can have the focus", n)
	}
}

// A photo is found, looked at, changed, cleaned and compared by keys alone.
func TestStoryByKeys(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = street(), street()
	tr.add("a.jpg", "b.jpg")
	press := func(key fyne.KeyName, modifier fyne.KeyModifier) {
		tr.win.Canvas().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: modifier})
	}
	focused := func() fyne.Focusable { return tr.win.Canvas().Focused() }
	press(fyne.KeyL, fyne.KeyModifierShortcutDefault)
	if focused() != fyne.Focusable(tr.list) {
		t.Fatalf("Ctrl+L goes to %T", focused())
	}
	focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if tr.selected != tr.items[1] {
		t.Fatal("Down does not select the next photo")
	}
	press(fyne.KeyP, fyne.KeyModifierShortcutDefault)
	if focused() != fyne.Focusable(tr.view) {
		t.Fatalf("Ctrl+P goes to %T", focused())
	}
	focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !tr.items[1].marks.now[0].covered {
		t.Error("Space does not cover the box")
	}
	press(fyne.KeyReturn, fyne.KeyModifierShortcutDefault)
	if tr.items[1].state != cleaned {
		t.Fatal("Ctrl+Enter does not clean")
	}
	press(fyne.KeyE, fyne.KeyModifierShortcutDefault)
	if !tr.comparing || !tr.view.comparing() {
		t.Error("Ctrl+E does not compare")
	}
	press(fyne.KeyE, fyne.KeyModifierShortcutDefault)
	if tr.comparing {
		t.Error("Ctrl+E does not end the comparison")
	}
}
