package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// dropArea is a large framed surface with its content in the middle.
type dropArea struct {
	widget.BaseWidget
	content fyne.CanvasObject
}

func newDropArea(content fyne.CanvasObject) *dropArea {
	d := &dropArea{content: content}
	d.ExtendBaseWidget(d)
	return d
}

// CreateRenderer implements [fyne.Widget].
func (d *dropArea) CreateRenderer() fyne.WidgetRenderer {
	r := &dropRenderer{area: d, back: canvas.NewRectangle(nil)}
	r.back.StrokeWidth, r.back.CornerRadius = 2, 12
	r.Refresh()
	return r
}

type dropRenderer struct {
	area *dropArea
	back *canvas.Rectangle
}

func (r *dropRenderer) Destroy()           {}
func (r *dropRenderer) MinSize() fyne.Size { return fyne.NewSize(480, 360) }

func (r *dropRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.area.content}
}

func (r *dropRenderer) Layout(size fyne.Size) {
	const margin = 24
	r.back.Move(fyne.NewSquareOffsetPos(margin))
	r.back.Resize(size.SubtractWidthHeight(2*margin, 2*margin))
	width := min(560, size.Width-4*margin)
	r.area.content.Resize(fyne.NewSize(width, r.area.content.MinSize().Height))
	height := r.area.content.MinSize().Height
	r.area.content.Resize(fyne.NewSize(width, height))
	r.area.content.Move(fyne.NewPos((size.Width-width)/2, max(margin, (size.Height-height)/2)))
}

func (r *dropRenderer) Refresh() {
	r.back.FillColor = theme.Color(theme.ColorNameOverlayBackground)
	r.back.StrokeColor = theme.Color(theme.ColorNameInputBorder)
	r.back.Refresh()
	r.area.content.Refresh()
}
