package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Fyne gives a key to what has the focus, and to nothing else. What stands here can
// have it, and hands on the keys that work everywhere.

// handedOn gives the keys that work everywhere in the window to the window, if e is
// one of them.
func handedOn(from fyne.CanvasObject, e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape, fyne.KeyF1, fyne.KeyF2:
	default:
		return false
	}
	if c := canvasOf(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
	return true
}

// handOn gives e to the window if it is a key that works everywhere, else to own.
func handOn(from fyne.CanvasObject, e *fyne.KeyEvent, own func(*fyne.KeyEvent)) {
	if !handedOn(from, e) {
		own(e)
	}
}

// canvasOf is the canvas that o is on. Where Fyne has forgotten, as [Window.keepAlive]
// tells, it is that of the one window there is; nil where there is none.
func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	d := fyne.CurrentApp().Driver()
	if c := d.CanvasForObject(o); c != nil {
		return c
	}
	if all := d.AllWindows(); len(all) == 1 {
		return all[0].Canvas()
	}
	return nil
}

// button is a [widget.Button].
type button struct{ widget.Button }

// newButton makes a button; icon may be nil.
func newButton(text string, icon fyne.Resource, on func()) *button {
	b := &button{widget.Button{Text: text, Icon: icon, OnTapped: on}}
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey implements [fyne.Focusable].
func (b *button) TypedKey(e *fyne.KeyEvent) {
	handOn(b, e, b.Button.TypedKey)
}

// tick is a [widget.Check].
type tick struct{ widget.Check }

func newTick(text string, on bool) *tick {
	t := &tick{widget.Check{Text: text, Checked: on}}
	t.ExtendBaseWidget(t)
	return t
}

// TypedKey implements [fyne.Focusable].
func (t *tick) TypedKey(e *fyne.KeyEvent) {
	handOn(t, e, t.Check.TypedKey)
}

// selector is a [widget.Select].
type selector struct{ widget.Select }

func newSelector(options []string, selected int) *selector {
	s := &selector{widget.Select{Options: options, Selected: options[selected]}}
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey implements [fyne.Focusable].
func (s *selector) TypedKey(e *fyne.KeyEvent) {
	handOn(s, e, s.Select.TypedKey)
}

// table is a [widget.List].
type table struct{ widget.List }

func newTable(length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) *table {
	t := &table{widget.List{Length: length, CreateItem: create, UpdateItem: update}}
	t.ExtendBaseWidget(t)
	return t
}

// TypedKey implements [fyne.Focusable].
func (t *table) TypedKey(e *fyne.KeyEvent) {
	handOn(t, e, t.List.TypedKey)
}

// entry is a [widget.Entry].
type entry struct{ widget.Entry }

func newEntry() *entry {
	n := &entry{}
	n.ExtendBaseWidget(n)
	return n
}

// TypedKey implements [fyne.Focusable].
func (n *entry) TypedKey(e *fyne.KeyEvent) {
	handOn(n, e, n.Entry.TypedKey)
}
