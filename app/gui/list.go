package gui

import (
	"image"
	"maps"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// thumbSide is the side of a thumbnail in the list, in window units.
const thumbSide = 56

// maxRows is the number of rows that are remembered: more than any screen shows.
const maxRows = 256

// photoList lists the photos. The items belong to the window.
type photoList struct {
	widget.List
	window *Window
	rows   map[int]*row // by the index that they were shown for last
	thumbs thumbs
	wanted []*item // without a thumbnail, those seen last at the end
	making bool    // a thumbnail is being made
}

func newPhotoList(w *Window) *photoList {
	l := &photoList{window: w, rows: map[int]*row{}}
	l.Length = func() int { return len(w.shown) }
	l.CreateItem = func() fyne.CanvasObject { return newRow(w.choose) }
	l.UpdateItem = func(id widget.ListItemID, o fyne.CanvasObject) {
		if id < len(w.shown) {
			it := w.shown[id]
			l.want(it)
			l.rows[id] = o.(*row)
			l.rows[id].show(it, l.thumbs.of(it), w.chosen[it])
		}
	}
	l.OnSelected = w.clicked
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// seen are the indices of the photos that can be seen, the last one excluded.
func (l *photoList) seen() (from, to int) {
	row := rowLayout{}.MinSize(nil).Height + theme.Padding()
	from = int(l.GetScrollOffset() / row)
	return max(from, 0), min(from+int(l.Size().Height/row)+2, len(l.window.shown))
}

// refreshItem shows it anew if it can be seen.
func (l *photoList) refreshItem(it *item) { l.refreshItems(map[*item]bool{it: true}) }

// refreshItems shows anew those of some that can be seen. The list's own way draws all
// rows anew for each.
func (l *photoList) refreshItems(some map[*item]bool) {
	from, to := l.seen()
	for i := from; i < to; i++ {
		if it := l.window.shown[i]; some[it] && l.rows[i] != nil {
			l.want(it)
			l.rows[i].show(it, l.thumbs.of(it), l.window.chosen[it])
		}
	}
	if len(l.rows) > maxRows {
		maps.DeleteFunc(l.rows, func(i int, _ *row) bool { return i < from || i >= to })
	}
}

// TypedKey selects with the arrow keys, chooses with Space and removes with Delete.
func (l *photoList) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown:
		l.List.TypedKey(e)
		l.List.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case fyne.KeyDelete:
		l.window.removeActed()
	case fyne.KeySpace:
		if l.window.selected != nil {
			l.window.choose(l.window.selected)
		}
	case fyne.KeyEscape:
		l.window.chooseNone()
	default:
		if !handedOn(l, e) {
			l.List.TypedKey(e)
		}
	}
}

// row shows one photo of the list.
type row struct {
	widget.BaseWidget
	thumb   *canvas.Image
	chooser *chooser
	name    *widget.Label
	state   *widget.Label
	symbol  *widget.Icon
	ring    *ring
	content fyne.CanvasObject
}

func newRow(onChoose func(*item)) *row {
	r := &row{
		chooser: newChooser(onChoose),
		thumb:   &canvas.Image{FillMode: canvas.ImageFillCover, ScaleMode: canvas.ImageScaleFastest, CornerRadius: 4},
		name:    widget.NewLabel(""),
		state:   widget.NewLabel(""),
		symbol:  widget.NewIcon(nil),
		ring:    newRing(smallRing),
	}
	r.thumb.SetMinSize(fyne.NewSquareSize(thumbSide))
	r.name.Truncation, r.state.Truncation = fyne.TextTruncateEllipsis, fyne.TextTruncateEllipsis
	r.name.TextStyle.Bold = true
	r.state.SizeName = theme.SizeNameCaptionText
	texts := container.New(tight{}, r.name, r.state)
	r.content = container.New(rowLayout{}, r.thumb, texts, r.symbol, r.ring, r.chooser)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements [fyne.Widget].
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

// show shows it with thumb, which may be nil.
func (r *row) show(it *item, thumb *image.RGBA, chosen bool) {
	r.chooser.show(it, chosen)
	importance := widget.MediumImportance
	if it.state == failed || it.result != nil && it.output() == "" {
		importance = widget.DangerImportance
	}
	set(r.name, filepath.Base(it.path), widget.MediumImportance)
	set(r.state, stateText(it), importance)
	switch {
	case thumb != nil && r.thumb.Image != thumb:
		r.thumb.Image, r.thumb.Resource = thumb, nil
		r.thumb.Refresh()
	case thumb == nil && (r.thumb.Image != nil || r.thumb.Resource == nil):
		r.thumb.Image, r.thumb.Resource = nil, theme.NewDisabledResource(theme.FileImageIcon())
		r.thumb.Refresh()
	}
	s := it.score()
	if symbol := symbolOf(it); r.symbol.Resource == nil || r.symbol.Resource.Name() != symbol.Name() {
		r.symbol.SetResource(symbol)
	}
	if !s.same(r.ring.score) {
		r.ring.show(s)
	}
	if s == nil {
		r.ring.Hide()
	} else {
		r.ring.Show()
	}
}

// set changes what a label says, which is drawn anew only where it changes.
func set(l *widget.Label, says string, importance widget.Importance) {
	if l.Text != says || l.Importance != importance {
		l.Importance = importance
		l.SetText(says)
	}
}

// symbolOf is the symbol of a photo's state or level.
func symbolOf(it *item) fyne.Resource {
	switch it.state {
	case waiting, stopped:
		return theme.NewDisabledResource(theme.HistoryIcon())
	case checking, cleaning:
		return theme.NewColoredResource(theme.ViewRefreshIcon(), theme.ColorNamePrimary)
	case checked:
		if it.result != nil {
			return theme.NewColoredResource(theme.ErrorIcon(), theme.ColorNameError)
		}
		return it.score().level().symbol()
	case failed:
		return theme.NewColoredResource(theme.ErrorIcon(), theme.ColorNameError)
	default:
		if it.needsLook() {
			return lookSymbol()
		}
		return it.score().level().symbol()
	}
}

// lookSymbol is the symbol of a copy that needs a look, whatever its score.
func lookSymbol() fyne.Resource {
	return theme.NewColoredResource(theme.VisibilityIcon(), theme.ColorNameWarning)
}

// rowLayout places picture, texts, symbol and ring of a row, left to right.
type rowLayout struct{}

func (rowLayout) MinSize(os []fyne.CanvasObject) fyne.Size {
	pad := theme.Padding()
	return fyne.NewSize(thumbSide+120+smallRing+theme.IconInlineSize()+4*pad, thumbSide+2*pad)
}

func (rowLayout) Layout(os []fyne.CanvasObject, size fyne.Size) {
	pad := theme.Padding()
	thumb, texts, symbol, ring := os[0], os[1], os[2], os[3]
	thumb.Resize(fyne.NewSquareSize(thumbSide))
	thumb.Move(fyne.NewPos(pad, (size.Height-thumbSide)/2))
	ring.Resize(fyne.NewSquareSize(smallRing))
	ring.Move(fyne.NewPos(size.Width-smallRing-pad, (size.Height-smallRing)/2))
	icon := theme.IconInlineSize()
	symbol.Resize(fyne.NewSquareSize(icon))
	symbol.Move(fyne.NewPos(size.Width-smallRing-icon-2*pad, (size.Height-icon)/2))
	left := thumbSide + pad
	height := texts.MinSize().Height
	texts.Move(fyne.NewPos(left, (size.Height-height)/2))
	texts.Resize(fyne.NewSize(size.Width-left-smallRing-icon-2*pad, height))
	os[4].Resize(fyne.NewSquareSize(chooserSide))
	os[4].Move(fyne.NewPos(pad, size.Height-(size.Height-thumbSide)/2-chooserSide))
}

// chooserSide is the side of the box in a thumbnail's corner.
const chooserSide = 22

// chooser is the box in the corner of a thumbnail that chooses its photo.
type chooser struct {
	widget.BaseWidget
	item     *item
	icon     *widget.Icon
	back     *canvas.Rectangle
	onChoose func(*item)
}

var _ fyne.Tappable = (*chooser)(nil)

func newChooser(onChoose func(*item)) *chooser {
	c := &chooser{icon: widget.NewIcon(nil), back: canvas.NewRectangle(labelFill), onChoose: onChoose}
	c.back.CornerRadius = 4
	c.ExtendBaseWidget(c)
	return c
}

func (c *chooser) show(it *item, chosen bool) {
	c.item = it
	icon := theme.CheckButtonIcon()
	if chosen {
		icon = theme.CheckButtonCheckedIcon()
	}
	if coloured := theme.NewColoredResource(icon, colorNameOnPhoto); c.icon.Resource == nil || c.icon.Resource.Name() != coloured.Name() {
		c.icon.SetResource(coloured)
	}
}

// Tapped implements [fyne.Tappable].
func (c *chooser) Tapped(*fyne.PointEvent) { c.onChoose(c.item) }

// CreateRenderer implements [fyne.Widget].
func (c *chooser) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(c.back, c.icon))
}
