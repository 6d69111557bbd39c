package gui

import (
	"testing"

	"fyne.io/fyne/v2"

	"blindspot/scrub/redact"
)

func TestViewportPlace(t *testing.T) {
	const p = viewPadding
	for name, test := range map[string]struct {
		view viewport
		box  redact.Box
		pos  fyne.Position
		size fyne.Size
	}{
		"as large as the widget": {
			viewport{width: 100, height: 50, size: fyne.NewSize(100+2*p, 50+2*p)},
			redact.Box{X: 10, Y: 20, W: 30, H: 5}, fyne.NewPos(p+10, p+20), fyne.NewSize(30, 5)},
		"half as large, bars above and below": {
			viewport{width: 200, height: 100, size: fyne.NewSize(100+2*p, 150+2*p)},
			redact.Box{X: 0, Y: 0, W: 200, H: 100}, fyne.NewPos(p, p+50), fyne.NewSize(100, 50)},
		"twice as large, bars left and right": {
			viewport{width: 10, height: 20, size: fyne.NewSize(100+2*p, 40+2*p)},
			redact.Box{X: 5, Y: 10, W: 5, H: 10}, fyne.NewPos(p+50, p+20), fyne.NewSize(10, 20)},
		"zoomed": {
			viewport{width: 100, height: 100, size: fyne.NewSize(100+2*p, 100+2*p), zoom: 2},
			redact.Box{X: 50, Y: 50, W: 10, H: 10}, fyne.NewPos(p+50, p+50), fyne.NewSize(20, 20)},
		"zoomed and moved": {
			viewport{width: 100, height: 100, size: fyne.NewSize(100+2*p, 100+2*p), zoom: 2, pan: fyne.NewPos(10, -20)},
			redact.Box{X: 50, Y: 50, W: 10, H: 10}, fyne.NewPos(p+60, p+30), fyne.NewSize(20, 20)},
	} {
		t.Run(name, func(t *testing.T) {
			pos, size := test.view.place(test.box)
			if pos != test.pos || size != test.size {
				t.Errorf("place(%v) = %v %v, want %v %v", test.box, pos, size, test.pos, test.size)
			}
			x, y := test.view.at(pos)
			if abs(x-float32(test.box.X)) > .01 || abs(y-float32(test.box.Y)) > .01 {
				t.Errorf("at(%v) = %v,%v, want %v,%v", pos, x, y, test.box.X, test.box.Y)
			}
		})
	}
}

func TestViewportDrawn(t *testing.T) {
	view := viewport{width: 1000, height: 500, size: fyne.NewSize(500+2*viewPadding, 250+2*viewPadding)}
	pos := func(x, y float32) fyne.Position { return fyne.NewPos(x+viewPadding, y+viewPadding) }
	for name, test := range map[string]struct {
		from, to fyne.Position
		want     redact.Box
		ok       bool
	}{
		"down and right":       {pos(10, 20), pos(60, 40), redact.Box{X: 20, Y: 40, W: 100, H: 40}, true},
		"up and left":          {pos(60, 40), pos(10, 20), redact.Box{X: 20, Y: 40, W: 100, H: 40}, true},
		"grown to pixels":      {pos(10.2, 20.2), pos(20.2, 30.2), redact.Box{X: 20, Y: 40, W: 21, H: 21}, true},
		"clipped":              {pos(-50, -50), pos(10, 10), redact.Box{X: 0, Y: 0, W: 20, H: 20}, true},
		"clipped at the end":   {pos(490, 240), pos(600, 400), redact.Box{X: 980, Y: 480, W: 20, H: 20}, true},
		"a slip of the hand":   {pos(10, 10), pos(12, 100), redact.Box{}, false},
		"outside of the photo": {pos(-100, -100), pos(-20, -20), redact.Box{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := view.drawn(test.from, test.to)
			if ok != test.ok || ok && got != test.want {
				t.Errorf("drawn = %v %v, want %v %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestViewportWithoutPhoto(t *testing.T) {
	if _, ok := (viewport{size: fyne.NewSize(100, 100)}).drawn(fyne.NewPos(0, 0), fyne.NewPos(50, 50)); ok {
		t.Error("something was drawn on no photo")
	}
}

// The pixel under the mouse stays there as long as the photo need not move to
// fill the view.
func TestViewportZoomed(t *testing.T) {
	view := viewport{width: 400, height: 300, size: fyne.NewSize(400, 300)}
	at := fyne.NewPos(150, 200)
	x, y := view.at(at)
	in := view.zoomed(4, at)
	if gx, gy := in.at(at); abs(gx-x) > .01 || abs(gy-y) > .01 {
		t.Errorf("zooming moved %v,%v to %v,%v", x, y, gx, gy)
	}
	if in.zoomed(1000, at).zoom != maxZoom {
		t.Error("zoom is not bounded")
	}
	if out := in.zoomed(.001, at); out.zoom != 1 || out.pan != (fyne.Position{}) {
		t.Errorf("zooming out ends at %v %v, want the whole photo in the middle", out.zoom, out.pan)
	}
	if far := in.panned(fyne.NewDelta(1e6, 1e6)); far.pan.X > 4*400 || far.pan.Y > 4*300 {
		t.Errorf("the photo was moved out of sight: %v", far.pan)
	}
}
