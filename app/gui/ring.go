package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// ring shows a score as a coloured ring with its number inside.
type ring struct {
	widget.BaseWidget
	score *score
	side  float32
}

var _ fyne.Widget = (*ring)(nil)

// Sides of rings, in window units.
const (
	smallRing = 42
	largeRing = 84
)

func newRing(side float32) *ring {
	r := &ring{side: side}
	r.ExtendBaseWidget(r)
	return r
}

// show shows s, or an empty ring for nil.
func (r *ring) show(s *score) {
	r.score = s
	r.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (r *ring) CreateRenderer() fyne.WidgetRenderer {
	rr := &ringRenderer{
		ring:   r,
		track:  canvas.NewArc(0, 360, .78, nil),
		filled: canvas.NewArc(0, 0, .78, nil),
		text:   canvas.NewText("", nil),
	}
	rr.text.Alignment = fyne.TextAlignCenter
	rr.text.TextStyle.Bold = true
	rr.Refresh()
	return rr
}

type ringRenderer struct {
	ring          *ring
	track, filled *canvas.Arc
	text          *canvas.Text
}

func (r *ringRenderer) Destroy()           {}
func (r *ringRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.ring.side) }

func (r *ringRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.track, r.filled, r.text}
}

func (r *ringRenderer) Layout(size fyne.Size) {
	side := fyne.NewSquareSize(min(size.Width, size.Height))
	corner := fyne.NewPos((size.Width-side.Width)/2, (size.Height-side.Height)/2)
	for _, o := range []fyne.CanvasObject{r.track, r.filled} {
		o.Resize(side)
		o.Move(corner)
	}
	r.text.Resize(size)
}

func (r *ringRenderer) Refresh() {
	s := r.ring.score
	r.track.FillColor = theme.Color(theme.ColorNameSeparator)
	r.filled.FillColor = theme.Color(s.level().colour())
	r.filled.EndAngle = 0
	if s != nil {
		r.filled.EndAngle = 360 * float32(max(s.value, 2)) / 100 // 0 still shows a tick of colour
	}
	r.text.Text = number(s)
	r.text.Color = theme.Color(theme.ColorNameForeground)
	r.text.TextSize = r.ring.side * .32
	if len(r.text.Text) > len("≤8") {
		r.text.TextSize = r.ring.side * .27
	}
	r.track.Refresh()
	r.filled.Refresh()
	r.text.Refresh()
}
