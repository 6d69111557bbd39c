package gui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
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
