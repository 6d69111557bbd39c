package gui

import (
	"math"

	"fyne.io/fyne/v2"

	"blindspot/scrub/redact"
)

const (
	maxZoom     = 16   // times the size at which the whole photo fits
	zoomStep    = 1.25 // for a key or one notch of the wheel
	minDrawn    = 6    // a drawn box smaller than this, in window units, is a slip of the hand
	viewPadding = 8    // window units around a photo that fits
)

// viewport maps pixels of a photo as displayed to positions in a widget and back.
// The zero zoom means 1, at which the whole photo fits.
type viewport struct {
	width, height int       // of the photo, in display pixels
	size          fyne.Size // of the widget
	zoom          float32
	pan           fyne.Position // of the photo's centre from the widget's, in window units
}

// scale is the number of window units that one pixel of the photo takes.
func (v viewport) scale() float32 {
	if v.width <= 0 || v.height <= 0 {
		return 0
	}
	w, h := v.size.Width-2*viewPadding, v.size.Height-2*viewPadding
	return max(0, min(w/float32(v.width), h/float32(v.height))) * max(1, v.zoom)
}

// frame is where the whole photo lies in the widget.
func (v viewport) frame() (fyne.Position, fyne.Size) {
	s := v.scale()
	size := fyne.NewSize(float32(v.width)*s, float32(v.height)*s)
	return fyne.NewPos((v.size.Width-size.Width)/2+v.pan.X, (v.size.Height-size.Height)/2+v.pan.Y), size
}

// place is where a box of the photo lies in the widget.
func (v viewport) place(b redact.Box) (fyne.Position, fyne.Size) {
	origin, _ := v.frame()
	s := v.scale()
	return origin.AddXY(float32(b.X)*s, float32(b.Y)*s), fyne.NewSize(float32(b.W)*s, float32(b.H)*s)
}

// at is the pixel of the photo under a position in the widget, as a fraction;
// it may lie outside the photo.
func (v viewport) at(p fyne.Position) (x, y float32) {
	origin, _ := v.frame()
	s := v.scale()
	if s == 0 {
		return -1, -1
	}
	return (p.X - origin.X) / s, (p.Y - origin.Y) / s
}

// drawn is the box spanned by two positions in the widget, in whole pixels and
// within the photo. It is false where nothing of use was drawn.
func (v viewport) drawn(from, to fyne.Position) (redact.Box, bool) {
	if abs(from.X-to.X) < minDrawn || abs(from.Y-to.Y) < minDrawn {
		return redact.Box{}, false
	}
	x0, y0 := v.at(from)
	x1, y1 := v.at(to)
	left, right := span(x0, x1, v.width)
	top, bottom := span(y0, y1, v.height)
	b := redact.Box{X: left, Y: top, W: right - left, H: bottom - top}
	return b, b.W > 0 && b.H > 0
}

// span orders a and b, grows them to whole pixels and clips them to [0,limit].
func span(a, b float32, limit int) (low, high int) {
	low = int(math.Floor(float64(min(a, b))))
	high = int(math.Ceil(float64(max(a, b))))
	return min(max(low, 0), limit), min(max(high, 0), limit)
}

// zoomed is v with its zoom multiplied by factor, the pixel under p kept there.
func (v viewport) zoomed(factor float32, p fyne.Position) viewport {
	x, y := v.at(p)
	v.zoom = min(max(max(1, v.zoom)*factor, 1), maxZoom)
	origin, _ := v.frame()
	s := v.scale()
	v.pan = v.pan.AddXY(p.X-(origin.X+x*s), p.Y-(origin.Y+y*s))
	return v.held()
}

// panned is v moved by d.
func (v viewport) panned(d fyne.Delta) viewport {
	v.pan = v.pan.AddXY(d.DX, d.DY)
	return v.held()
}

// held is v with its pan limited, so that no more than needed lies outside.
func (v viewport) held() viewport {
	_, size := v.frame()
	limit := func(pan, size, room float32) float32 {
		slack := max(0, (size-room)/2+viewPadding)
		if size <= room {
			slack = 0
		}
		return min(max(pan, -slack), slack)
	}
	v.pan = fyne.NewPos(limit(v.pan.X, size.Width, v.size.Width), limit(v.pan.Y, size.Height, v.size.Height))
	return v
}

func abs(f float32) float32 { return max(f, -f) }
