package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// text is a label that wraps.
func text(s string) *widget.Label {
	l := widget.NewLabel(s)
	l.Wrapping = fyne.TextWrapWord
	return l
}

func bold(s string) *widget.Label {
	l := text(s)
	l.TextStyle.Bold = true
	return l
}

// quiet is small text that wraps.
func quiet(s string) *widget.Label {
	l := text(s)
	l.SizeName = theme.SizeNameCaptionText
	l.Importance = widget.LowImportance
	return l
}

// heading is a line of large text.
func heading(s string) *widget.Label {
	l := text(s)
	l.SizeName = theme.SizeNameSubHeadingText
	l.TextStyle.Bold = true
	return l
}

// withIcon puts a symbol beside the first line of o.
func withIcon(icon fyne.Resource, o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(besides{}, widget.NewIcon(icon), o)
}

// besides lays a symbol out beside the first line of a text.
type besides struct{}

func (besides) MinSize(os []fyne.CanvasObject) fyne.Size {
	m := os[1].MinSize()
	return fyne.NewSize(m.Width+theme.IconInlineSize(), max(m.Height, theme.IconInlineSize()))
}

func (besides) Layout(os []fyne.CanvasObject, size fyne.Size) {
	side := theme.IconInlineSize()
	line := min(size.Height, theme.TextSize()+2*theme.InnerPadding()+theme.LineSpacing())
	os[0].Resize(fyne.NewSquareSize(side))
	os[0].Move(fyne.NewPos(0, (line-side)/2))
	os[1].Move(fyne.NewPos(side, 0))
	os[1].Resize(fyne.NewSize(size.Width-side, size.Height))
}

// card is a rounded surface. Its colour follows the theme; a bar at its left edge
// shows accent, where that is set.
type card struct {
	widget.BaseWidget
	content fyne.CanvasObject
	surface fyne.ThemeColorName
	accent  fyne.ThemeColorName
	pointed bool // what it speaks of is pointed at
	onHover func(in bool)
}

var _ desktop.Hoverable = (*card)(nil)

func newCard(content ...fyne.CanvasObject) *card {
	c := &card{content: container.New(tight{}, content...), surface: theme.ColorNameOverlayBackground}
	c.ExtendBaseWidget(c)
	return c
}

// point shows that what c speaks of is pointed at, or is no longer.
func (c *card) point(on bool) {
	if c.pointed != on {
		c.pointed = on
		c.Refresh()
	}
}

// MouseIn implements [desktop.Hoverable].
func (c *card) MouseIn(*desktop.MouseEvent) {
	if c.onHover != nil {
		c.onHover(true)
	}
}

// MouseMoved implements [desktop.Hoverable].
func (c *card) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (c *card) MouseOut() {
	if c.onHover != nil {
		c.onHover(false)
	}
}

// CreateRenderer implements [fyne.Widget].
func (c *card) CreateRenderer() fyne.WidgetRenderer {
	r := &cardRenderer{card: c, back: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil)}
	r.back.CornerRadius = theme.InputRadiusSize()
	r.bar.CornerRadius = 2
	r.Refresh()
	return r
}

// cardInset keeps the content clear of the accent at the left edge.
const cardInset = 6

type cardRenderer struct {
	card      *card
	back, bar *canvas.Rectangle
}

func (r *cardRenderer) Destroy() {}

func (r *cardRenderer) MinSize() fyne.Size {
	return r.card.content.MinSize().AddWidthHeight(cardInset+2*theme.Padding(), 2*theme.Padding())
}

func (r *cardRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.bar, r.card.content}
}

func (r *cardRenderer) Layout(size fyne.Size) {
	pad := theme.Padding()
	r.back.Resize(size)
	r.bar.Move(fyne.NewPos(1, pad))
	r.bar.Resize(fyne.NewSize(3, size.Height-2*pad))
	r.card.content.Move(fyne.NewPos(pad+cardInset, pad))
	r.card.content.Resize(size.SubtractWidthHeight(cardInset+2*pad, 2*pad))
}

func (r *cardRenderer) Refresh() {
	r.back.FillColor = theme.Color(r.card.surface)
	r.back.StrokeColor, r.back.StrokeWidth = theme.Color(theme.ColorNameSeparator), 1
	if r.card.pointed {
		r.back.StrokeColor, r.back.StrokeWidth = theme.Color(theme.ColorNamePrimary), 2
	}
	r.bar.Hidden = r.card.accent == ""
	if !r.bar.Hidden {
		r.bar.FillColor = theme.Color(r.card.accent)
	}
	r.Layout(r.card.Size())
	r.back.Refresh()
	r.bar.Refresh()
	r.card.content.Refresh()
}

// tight stacks what is visible; between two texts there is less space than their
// own padding gives.
type tight struct{}

// gap is the space between a and b.
func (tight) gap(a, b fyne.CanvasObject) float32 {
	if isText(a) && isText(b) {
		return -1.2 * theme.InnerPadding()
	}
	return 0
}

func isText(o fyne.CanvasObject) bool {
	switch o := o.(type) {
	case *widget.Label, *selectText:
		return true
	case *fyne.Container:
		_, ok := o.Layout.(besides)
		return ok
	}
	return false
}

func (t tight) MinSize(os []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	t.each(os, func(o fyne.CanvasObject, gap float32) {
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		size.Height += gap + m.Height
	})
	return size
}

func (t tight) Layout(os []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	t.each(os, func(o fyne.CanvasObject, gap float32) {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y+gap))
		o.Resize(fyne.NewSize(size.Width, h))
		y += gap + h
	})
}

// each calls f with every visible object and the gap above it.
func (t tight) each(os []fyne.CanvasObject, f func(o fyne.CanvasObject, gap float32)) {
	var above fyne.CanvasObject
	for _, o := range os {
		if !o.Visible() {
			continue
		}
		gap := float32(0)
		if above != nil {
			gap = t.gap(above, o)
		}
		f(o, gap)
		above = o
	}
}

// flow lays out objects side by side at their least size, in as many rows as it takes.
type flow struct{}

// MinSize implements [fyne.Layout]. How high it is depends on how wide it was laid out
// last.
func (flow) MinSize(os []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range os {
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		size.Height = max(size.Height, o.Position().Y+m.Height)
	}
	return size
}

// Layout implements [fyne.Layout].
func (flow) Layout(os []fyne.CanvasObject, size fyne.Size) {
	var at fyne.Position
	var row float32 // its height
	for _, o := range os {
		m := o.MinSize()
		if at.X > 0 && at.X+m.Width > size.Width {
			at, row = fyne.NewPos(0, at.Y+row+theme.Padding()), 0
		}
		o.Move(at)
		o.Resize(m)
		at.X += m.Width + theme.Padding()
		row = max(row, m.Height)
	}
}
