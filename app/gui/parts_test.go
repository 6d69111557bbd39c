package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func TestFlow(t *testing.T) {
	test.NewTempApp(t)
	var os []fyne.CanvasObject
	for range 3 {
		r := canvas.NewRectangle(nil)
		r.SetMinSize(fyne.NewSize(100, 30))
		os = append(os, r)
	}
	box, pad := container.New(flow{}, os...), theme.Padding()
	for width, want := range map[float32]float32{300 + 2*pad: 30, 299: 60 + pad, 200 + pad: 60 + pad, 150: 90 + 2*pad, 40: 90 + 2*pad} {
		box.Resize(fyne.NewSize(width, 0))
		if got := box.MinSize(); got != fyne.NewSize(100, want) {
			t.Errorf("%v wide: %v, want it %v high", width, got, want)
		}
		for i, o := range os[1:] {
			if before := os[i]; o.Position().Y == before.Position().Y && o.Position().X != before.Position().X+100+pad {
				t.Errorf("%v wide: object %d lies at %v", width, i+1, o.Position())
			}
		}
	}
}
