package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// selectText is text of which parts can be selected and copied. A [widget.Label] that is
// selectable swallows the keys that work everywhere in the window; this one does not.
type selectText struct{ widget.Label }

// selectable makes l selectable.
func selectable(l *widget.Label) *selectText {
	s := &selectText{widget.Label{Text: l.Text, Wrapping: l.Wrapping, TextStyle: l.TextStyle, SizeName: l.SizeName, Importance: l.Importance, Selectable: true}}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements [fyne.Widget].
func (s *selectText) CreateRenderer() fyne.WidgetRenderer {
	r := &selectRenderer{WidgetRenderer: s.Label.CreateRenderer()}
	for _, o := range r.WidgetRenderer.Objects() {
		if part, ok := o.(selection); ok && r.hearing == nil {
			r.hearing = &hearing{part: part}
			r.hearing.ExtendBaseWidget(r.hearing)
			o = r.hearing
		}
		r.objects = append(r.objects, o)
	}
	return r
}

// selectRenderer is a label's renderer with its selection within a [hearing].
type selectRenderer struct {
	fyne.WidgetRenderer
	hearing *hearing // nil where Fyne has no selection as it is known here
	objects []fyne.CanvasObject
}

func (r *selectRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *selectRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	if r.hearing != nil {
		r.hearing.Resize(size)
	}
}

func (r *selectRenderer) Refresh() {
	r.WidgetRenderer.Refresh()
	if r.hearing != nil {
		r.hearing.Refresh()
	}
}

// selection is the part of a label that takes the mouse and the focus.
type selection interface {
	fyne.Widget
	fyne.Focusable
	fyne.Shortcutable
	fyne.Draggable
	fyne.DoubleTappable
	desktop.Mouseable
	desktop.Cursorable
	SelectedText() string
}

// hearing stands in place of a selection, which does the work, and has the focus in its
// place, to hear the keys.
type hearing struct {
	widget.BaseWidget
	part selection
}

var _ selection = (*hearing)(nil)

// CreateRenderer implements [fyne.Widget].
func (h *hearing) CreateRenderer() fyne.WidgetRenderer { return h.part.CreateRenderer() }

// done shows what has become of the selection, and takes the focus.
func (h *hearing) done() {
	if c := canvasOf(h); c != nil {
		c.Focus(h)
	}
	h.Refresh()
}

// MouseDown implements [desktop.Mouseable].
func (h *hearing) MouseDown(e *desktop.MouseEvent) { h.part.MouseDown(e); h.done() }

// MouseUp implements [desktop.Mouseable].
func (h *hearing) MouseUp(e *desktop.MouseEvent) { h.part.MouseUp(e); h.Refresh() }

// DoubleTapped implements [fyne.DoubleTappable].
func (h *hearing) DoubleTapped(e *fyne.PointEvent) { h.part.DoubleTapped(e); h.done() }

// Dragged implements [fyne.Draggable].
func (h *hearing) Dragged(e *fyne.DragEvent) { h.part.Dragged(e); h.Refresh() }

// DragEnd implements [fyne.Draggable].
func (h *hearing) DragEnd() { h.part.DragEnd(); h.Refresh() }

// TappedSecondary implements [fyne.SecondaryTappable].
func (h *hearing) TappedSecondary(e *fyne.PointEvent) {
	c := canvasOf(h)
	if c == nil {
		return
	}
	copied := fyne.NewMenuItem(word("gui.copy"), func() { h.TypedShortcut(&fyne.ShortcutCopy{}) })
	copied.Disabled = h.SelectedText() == ""
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", copied), c, e.AbsolutePosition)
}

// Cursor implements [desktop.Cursorable].
func (h *hearing) Cursor() desktop.Cursor { return h.part.Cursor() }

// FocusGained implements [fyne.Focusable].
func (h *hearing) FocusGained() { h.part.FocusGained(); h.Refresh() }

// FocusLost implements [fyne.Focusable].
func (h *hearing) FocusLost() { h.part.FocusLost(); h.Refresh() }

// TypedKey implements [fyne.Focusable].
func (h *hearing) TypedKey(e *fyne.KeyEvent) { handOn(h, e, h.part.TypedKey) }

// TypedRune implements [fyne.Focusable].
func (h *hearing) TypedRune(rune) {}

// TypedShortcut implements [fyne.Shortcutable].
func (h *hearing) TypedShortcut(s fyne.Shortcut) { h.part.TypedShortcut(s) }

// SelectedText is what is selected.
func (h *hearing) SelectedText() string { return h.part.SelectedText() }
