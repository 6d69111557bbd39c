package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"blindspot/scrub/redact"
)

// boxView shows a photo with its marks and lets the user change them: a tap
// covers or uncovers, a drag draws, the cross at a corner takes away what was drawn,
// a right click asks for a menu. The marks themselves belong to the item; the view only
// calls back.
type boxView struct {
	widget.BaseWidget

	picture levels  // empty while there is nothing to show
	copied  levels  // the clean copy beside the photo; empty unless they are compared
	split   float32 // share of the view's width at which the copy begins
	marks   []mark
	places  []redact.Box // where marks are shown, by index
	view    viewport

	hovered, selected int // index of a mark, or -1
	pressed           fyne.Position
	shifted           bool // Shift was held when the button went down
	from, to          fyne.Position
	drawing           bool

	modifiers func() fyne.KeyModifier // that are held

	onToggle func(i int)
	onDraw   func(redact.Box)
	onRemove func(i int)
	onMenu   func(i int, at fyne.Position)
	onHover  func(i int) // -1 where there is none
}

// splitStep is how far a key moves the line between photo and copy, as a share of
// the view's width.
const splitStep = .05

// panStep is how far a key moves the photo, as a share of the view's size.
const panStep = .15

var (
	_ fyne.Tappable          = (*boxView)(nil)
	_ fyne.SecondaryTappable = (*boxView)(nil)
	_ fyne.Draggable         = (*boxView)(nil)
	_ fyne.Scrollable        = (*boxView)(nil)
	_ fyne.Focusable         = (*boxView)(nil)
	_ desktop.Hoverable      = (*boxView)(nil)
	_ desktop.Mouseable      = (*boxView)(nil)
	_ desktop.Cursorable     = (*boxView)(nil)
)

func newBoxView(modifiers func() fyne.KeyModifier) *boxView {
	b := &boxView{hovered: -1, selected: -1, modifiers: modifiers}
	b.ExtendBaseWidget(b)
	return b
}

// showPhoto shows picture, of a photo of width × height pixels as displayed;
// picture may be smaller, or empty while it is being decoded.
func (b *boxView) showPhoto(picture levels, width, height int) {
	b.picture = picture
	b.view.width, b.view.height = width, height
	b.Refresh()
}

// compare shows copied, of the same size, to the right of a line that the user
// moves; nil ends that.
func (b *boxView) compare(copied levels) {
	b.copied, b.split = copied, b.besideCovered()
	b.Refresh()
}

// besideCovered is where the line of the comparison begins: in the middle, or, where
// that would leave what was covered on the side of the photo, left of it.
func (b *boxView) besideCovered() float32 {
	split := float32(.5)
	for i, m := range b.marks {
		if m.covered {
			pos, _ := b.view.place(b.places[i])
			split = min(split, (pos.X-handleSide/2)/max(1, b.view.size.Width))
		}
	}
	return max(split, 0)
}

// comparing says that the photo is compared with its copy. Nothing can be marked.
func (b *boxView) comparing() bool { return len(b.copied) > 0 }

// splitAt moves the line of the comparison to x in the view.
func (b *boxView) splitAt(x float32) {
	b.split = min(max(x/max(1, b.view.size.Width), 0), 1)
	b.Refresh()
}

// clear forgets the photo, its marks and how it was zoomed.
func (b *boxView) clear() {
	b.picture, b.copied, b.marks, b.places = nil, nil, nil, nil
	b.view = viewport{size: b.view.size}
	b.hovered, b.selected, b.drawing = -1, -1, false
	b.Refresh()
}

// showMarks shows all of ms, each at the place with its index.
func (b *boxView) showMarks(ms []mark, places []redact.Box) {
	b.marks, b.places = ms, places
	if b.selected >= len(ms) {
		b.selected = -1
	}
	if b.hovered >= len(ms) {
		b.hovered = -1
	}
	b.Refresh()
}

// highlight shows mark i as if the mouse were over it; -1 ends that.
func (b *boxView) highlight(i int) {
	if i != b.hovered {
		b.hovered = i
		b.Refresh()
	}
}

// hit is the smallest mark at a position, or -1.
func (b *boxView) hit(p fyne.Position) int {
	if i := b.crossed(p); i >= 0 {
		return i
	}
	best, area := -1, float32(0)
	for i, place := range b.places {
		pos, size := b.view.place(place)
		if p.X < pos.X || p.Y < pos.Y || p.X >= pos.X+size.Width || p.Y >= pos.Y+size.Height {
			continue
		}
		if a := size.Width * size.Height; best < 0 || a < area {
			best, area = i, a
		}
	}
	return best
}

// cross is where the cross lies that takes away mark i, which is the user's own.
func (b *boxView) cross(i int) area {
	pos, size := b.view.place(b.places[i])
	corner := pos.AddXY(size.Width-crossSide/2, -crossSide/2)
	corner.X = min(max(corner.X, 0), max(0, b.view.size.Width-crossSide))
	corner.Y = min(max(corner.Y, 0), max(0, b.view.size.Height-crossSide))
	return area{corner, fyne.NewSquareSize(crossSide)}
}

// crossed is the mark whose cross lies at a position, or -1.
func (b *boxView) crossed(p fyne.Position) int {
	for i, m := range b.marks {
		if m.own() && b.cross(i).holds(p) {
			return i
		}
	}
	return -1
}

// CreateRenderer implements [fyne.Widget].
func (b *boxView) CreateRenderer() fyne.WidgetRenderer { return newBoxRenderer(b) }

// Resize implements [fyne.CanvasObject].
func (b *boxView) Resize(size fyne.Size) {
	b.view.size = size
	b.view = b.view.held()
	b.BaseWidget.Resize(size)
}

// Tapped covers or uncovers the mark under the mouse and selects it.
func (b *boxView) Tapped(e *fyne.PointEvent) {
	b.focus()
	if b.comparing() {
		b.splitAt(e.Position.X)
		return
	}
	if i := b.crossed(e.Position); i >= 0 {
		b.remove(i)
		return
	}
	i := b.hit(e.Position)
	b.selected = i
	if i >= 0 && b.onToggle != nil {
		b.onToggle(i)
	}
	b.Refresh()
}

// TappedSecondary selects the mark under the mouse and asks for its menu.
func (b *boxView) TappedSecondary(e *fyne.PointEvent) {
	b.focus()
	if i := b.hit(e.Position); i >= 0 && !b.comparing() {
		b.selected = i
		b.Refresh()
		b.menu(i, e.Position)
	}
}

func (b *boxView) menu(i int, at fyne.Position) {
	if i >= 0 && b.onMenu != nil {
		b.onMenu(i, at)
	}
}

func (b *boxView) remove(i int) {
	if i >= 0 && b.marks[i].own() && b.onRemove != nil {
		b.onRemove(i)
	}
}

// MouseDown implements [desktop.Mouseable]; it notes where a drag starts.
func (b *boxView) MouseDown(e *desktop.MouseEvent) {
	b.pressed = e.Position
	b.shifted = e.Modifier&fyne.KeyModifierShift != 0
}

// MouseUp implements [desktop.Mouseable].
func (b *boxView) MouseUp(*desktop.MouseEvent) {}

// Dragged draws a box; with Shift held it moves the photo.
func (b *boxView) Dragged(e *fyne.DragEvent) {
	if len(b.picture) == 0 {
		return
	}
	if b.shifted {
		b.view = b.view.panned(e.Dragged)
		b.Refresh()
		return
	}
	if b.comparing() {
		b.splitAt(e.Position.X)
		return
	}
	if !b.drawing {
		b.drawing = true
		b.from = e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY)
	}
	b.to = e.Position
	b.Refresh()
}

// DragEnd adds what was drawn.
func (b *boxView) DragEnd() {
	if !b.drawing {
		return
	}
	b.drawing = false
	if box, ok := b.view.drawn(b.from, b.to); ok && b.onDraw != nil {
		b.focus()
		b.onDraw(box)
		b.selected = len(b.marks) - 1
	}
	b.Refresh()
}

// Scrolled zooms around the mouse.
func (b *boxView) Scrolled(e *fyne.ScrollEvent) {
	factor := float32(zoomStep)
	if e.Scrolled.DY < 0 {
		factor = 1 / factor
	}
	b.zoom(factor, e.Position)
}

func (b *boxView) zoom(factor float32, around fyne.Position) {
	b.view = b.view.zoomed(factor, around)
	b.Refresh()
}

// panKey moves the photo by an arrow key, and says whether name is one.
func (b *boxView) panKey(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyLeft:
		b.pan(panStep, 0)
	case fyne.KeyRight:
		b.pan(-panStep, 0)
	case fyne.KeyUp:
		b.pan(0, panStep)
	case fyne.KeyDown:
		b.pan(0, -panStep)
	default:
		return false
	}
	return true
}

// pan moves the photo by shares of the view's size.
func (b *boxView) pan(x, y float32) {
	b.view = b.view.panned(fyne.NewDelta(x*b.view.size.Width, y*b.view.size.Height))
	b.Refresh()
}

// zoomIn and zoomOut zoom around the middle of the view.
func (b *boxView) zoomIn()  { b.zoom(zoomStep, b.middle()) }
func (b *boxView) zoomOut() { b.zoom(1/zoomStep, b.middle()) }

func (b *boxView) zoomFit() {
	b.view.zoom, b.view.pan = 1, fyne.Position{}
	b.Refresh()
}

func (b *boxView) middle() fyne.Position {
	return fyne.NewPos(b.view.size.Width/2, b.view.size.Height/2)
}

// MouseIn implements [desktop.Hoverable].
func (b *boxView) MouseIn(e *desktop.MouseEvent) { b.MouseMoved(e) }

// MouseMoved implements [desktop.Hoverable].
func (b *boxView) MouseMoved(e *desktop.MouseEvent) { b.hover(b.hit(e.Position)) }

// MouseOut implements [desktop.Hoverable].
func (b *boxView) MouseOut() { b.hover(-1) }

func (b *boxView) hover(i int) {
	if i == b.hovered {
		return
	}
	b.highlight(i)
	if b.onHover != nil {
		b.onHover(i)
	}
}

// Cursor implements [desktop.Cursorable].
func (b *boxView) Cursor() desktop.Cursor {
	switch {
	case len(b.picture) == 0:
		return desktop.DefaultCursor
	case b.comparing():
		return desktop.HResizeCursor
	case b.hovered >= 0 && !b.drawing:
		return desktop.PointerCursor
	default:
		return desktop.CrosshairCursor
	}
}

// FocusGained implements [fyne.Focusable].
func (b *boxView) FocusGained() { b.Refresh() }

// FocusLost implements [fyne.Focusable].
func (b *boxView) FocusLost() { b.Refresh() }

// TypedRune implements [fyne.Focusable].
func (b *boxView) TypedRune(r rune) {
	switch r {
	case '+', '=':
		b.zoomIn()
	case '-':
		b.zoomOut()
	case '0':
		b.zoomFit()
	}
}

// TypedKey walks through the marks with the arrow keys, covers with Space, shows the
// menu of one with Return and takes away with Delete, and with Shift the arrow keys
// move the photo; while photo and copy are compared it moves their line.
func (b *boxView) TypedKey(e *fyne.KeyEvent) {
	if e.Name != fyne.KeyEscape && handedOn(b, e) {
		return
	}
	if b.comparing() {
		switch e.Name {
		case fyne.KeyRight:
			b.splitAt((b.split + splitStep) * b.view.size.Width)
		case fyne.KeyLeft:
			b.splitAt((b.split - splitStep) * b.view.size.Width)
		case fyne.KeyHome:
			b.splitAt(0)
		case fyne.KeyEnd:
			b.splitAt(b.view.size.Width)
		}
		return
	}
	if b.modifiers()&fyne.KeyModifierShift != 0 && b.panKey(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyRight, fyne.KeyDown:
		b.walk(1)
	case fyne.KeyLeft, fyne.KeyUp:
		b.walk(-1)
	case fyne.KeySpace:
		if b.selected >= 0 && b.onToggle != nil {
			b.onToggle(b.selected)
		}
	case fyne.KeyReturn, fyne.KeyEnter, desktop.KeyMenu:
		if b.selected >= 0 {
			pos, size := b.view.place(b.places[b.selected])
			b.menu(b.selected, pos.AddXY(size.Width/2, size.Height/2))
		}
	case fyne.KeyDelete, fyne.KeyBackspace:
		b.remove(b.selected)
	case fyne.KeyEscape:
		b.selected, b.drawing = -1, false
		b.Refresh()
	}
}

func (b *boxView) walk(by int) {
	if n := len(b.marks); n > 0 {
		if b.selected < 0 && by < 0 {
			b.selected = 0
		}
		b.selected = (b.selected + by + n) % n
		if b.onHover != nil {
			b.onHover(b.selected)
		}
		b.Refresh()
	}
}

func (b *boxView) focus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(b); c != nil {
		c.Focus(b)
	}
}

func (b *boxView) focused() bool {
	c := fyne.CurrentApp().Driver().CanvasForObject(b)
	return c != nil && c.Focused() == fyne.Focusable(b)
}
