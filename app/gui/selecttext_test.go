package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// A part of a text is selected with the mouse and copied, and keys that work everywhere
// still reach the window.
func TestSelectText(t *testing.T) {
	a := test.NewTempApp(t)
	label := selectable(text("Serial number: 3012345"))
	w := test.NewTempWindow(t, label)
	w.Resize(fyne.NewSize(400, 60))
	part, ok := test.WidgetRenderer(label).Objects()[0].(*hearing)
	if !ok {
		t.Fatal("nothing of the text can be selected")
	}
	if part.Size() != label.Size() {
		t.Errorf("%v of %v can be selected", part.Size(), label.Size())
	}
	at := fyne.NewPos(160, 20)
	mouse := func(at fyne.Position) *desktop.MouseEvent {
		return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary}
	}
	part.MouseDown(mouse(at))
	part.MouseUp(mouse(at))
	part.DoubleTapped(&fyne.PointEvent{Position: at})
	if got := part.SelectedText(); got != "3012345" {
		t.Errorf("a double click selects %q", got)
	}
	if w.Canvas().Focused() != fyne.Focusable(part) {
		t.Errorf("%T has the focus", w.Canvas().Focused())
	}
	part.TypedShortcut(&fyne.ShortcutCopy{})
	if got := a.Clipboard().Content(); got != "3012345" {
		t.Errorf("copied %q", got)
	}
	var heard fyne.KeyName
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { heard = e.Name })
	part.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if heard != fyne.KeyEscape {
		t.Errorf("heard %q", heard)
	}
	part.MouseDown(mouse(fyne.NewPos(10, 20)))
	part.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(60, 20)}, Dragged: fyne.NewDelta(50, 0)})
	part.DragEnd()
	if got := part.SelectedText(); len(got) < 3 || got[0] != 'S' {
		t.Errorf("a drag selects %q", got)
	}
	part.TappedSecondary(&fyne.PointEvent{AbsolutePosition: at})
	if w.Canvas().Overlays().Top() == nil {
		t.Error("no menu opens")
	}
}
