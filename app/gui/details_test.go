package gui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"blindspot/scan/metadata"
)

// overlay are the objects of the dialog that is open.
func (tr *trial) overlay() []fyne.CanvasObject {
	tr.t.Helper()
	top := tr.win.Canvas().Overlays().Top()
	if top == nil {
		tr.t.Fatal("no dialog is open")
	}
	return test.LaidOutObjects(top)
}

// plainly is the widget of Fyne's that o is made of, where it is one of our own.
func plainly(o fyne.CanvasObject) fyne.CanvasObject {
	switch o := o.(type) {
	case *button:
		return &o.Button
	case *tick:
		return &o.Check
	case *selector:
		return &o.Select
	case *table:
		return &o.List
	case *entry:
		return &o.Entry
	}
	return o
}

// inDialog is the object of type T in the open dialog that fits.
func inDialog[T fyne.CanvasObject](tr *trial, fits func(T) bool) T {
	tr.t.Helper()
	for _, o := range tr.overlay() {
		for _, o := range []fyne.CanvasObject{o, plainly(o)} {
			if x, ok := o.(T); ok && fits(x) {
				return x
			}
		}
	}
	var none T
	tr.t.Fatalf("there is no such %T in the dialog", none)
	return none
}

// dialogTexts are the texts of the open dialog.
func (tr *trial) dialogTexts() string {
	var all []string
	for _, o := range tr.overlay() {
		switch o := o.(type) {
		case *canvas.Text:
			all = append(all, o.Text)
		case *widget.Label:
			if o.Visible() {
				all = append(all, o.Text)
			}
		}
	}
	return strings.Join(all, "\n")
}

func (tr *trial) dialogButton(text string) *widget.Button {
	tr.t.Helper()
	return inDialog(tr, func(b *widget.Button) bool { return b.Text == text })
}

func TestDetails(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	test.Tap(tr.button("All hidden data…"))
	shown := tr.dialogTexts()
	for _, want := range []string{"GPSLatitude", "GPS", "48.8584", "ISO", "4 of 4 lines"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	marked := 0
	for _, o := range tr.overlay() {
		if r, ok := o.(*factRow); ok && r.mark.Visible() {
			marked++
			if r.tag.Text == "ISO" {
				t.Error("what tells nothing is marked")
			}
		}
	}
	if marked != 3 {
		t.Errorf("%d facts are marked as sensitive, want 3", marked)
	}
	search := inDialog(tr, func(*entry) bool { return true })
	if tr.win.Canvas().Focused() != fyne.Focusable(search) {
		t.Error("one can't type at once")
	}
	test.Type(search, "SERIAL")
	if shown := tr.dialogTexts(); !strings.Contains(shown, "1 of 4") || strings.Contains(shown, "GPSLatitude") {
		t.Error("the search does not narrow the list")
	}
	test.Tap(tr.dialogButton("Copy what is listed"))
	if got, want := tr.app.Clipboard().Content(), "EXIF\tSerialNumber\t3012345\n"; got != want {
		t.Errorf("the clipboard holds %q, want %q", got, want)
	}
	list := inDialog(tr, func(*widget.List) bool { return true })
	list.Select(0)
	if !strings.Contains(tr.dialogTexts(), "3012345") {
		t.Error("the value of the chosen row is not shown")
	}
	tabs := inDialog(tr, func(*container.AppTabs) bool { return true })
	tabs.SelectIndex(1)
	shown = tr.dialogTexts()
	for _, want := range []string{"APP1 Exif", "hidden data", "12 kB", "Clean removes it", "picture", "1.5 MB", "stays"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown among the parts", want)
		}
	}
	search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if tr.dialog != nil || tr.win.Canvas().Overlays().Top() != nil {
		t.Error("Escape does not close the list")
	}
}

func TestMatching(t *testing.T) {
	facts := []metadata.Fact{{Group: "GPS", Tag: "GPSLatitude", Value: "48.8"}, {Group: "IPTC", Tag: "City", Value: "Zürich"}}
	for query, want := range map[string]int{"": 2, "  ": 2, "gps": 1, "ZÜR": 1, "iptc city": 1, "48": 1, "none": 0} {
		if got := len(matching(facts, query)); got != want {
			t.Errorf("%q matches %d facts, want %d", query, got, want)
		}
	}
	if got := factLines([]metadata.Fact{{Group: "A", Tag: "B", Value: "two\nlines\there"}}); got != "A\tB\ttwo lines here\n" {
		t.Errorf("a value of two lines is copied as %q", got)
	}
	if got := short("Zürich", 2); got != "Zü…" {
		t.Errorf("short = %q", got)
	}
}
