package gui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Fyne forgets on which canvas an object is a minute after the object was first painted,
// unless it is asked for it meanwhile, and learns it again when something is painted
// next. In between a menu opens in the window's corner, a button takes no focus and a key
// goes nowhere. So it is asked, in time.

// aliveEvery is how often it is asked.
const aliveEvery = 20 * time.Second

// keepAlive asks until the window closes.
func (w *Window) keepAlive() {
	tick := time.NewTicker(aliveEvery)
	defer tick.Stop()
	for {
		select {
		case <-w.life.Done():
			return
		case <-tick.C:
			w.do(func() {
				d := fyne.CurrentApp().Driver()
				touch := func(o fyne.CanvasObject) { d.CanvasForObject(o) }
				each(w.content, touch)
				each(w.page, touch)
			})
		}
	}
}

// each calls f with o and with the objects of the window that are in it; nil holds none.
func each(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if o == nil {
		return
	}
	f(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, in := range o.Objects {
			each(in, f)
		}
	case *container.Split:
		each(o.Leading, f)
		each(o.Trailing, f)
	case *container.Scroll:
		each(o.Content, f)
	case *container.Clip:
		each(o.Content, f)
	case *container.AppTabs:
		for _, t := range o.Items {
			each(t.Content, f)
		}
	case *card:
		each(o.content, f)
	case *dropArea:
		each(o.content, f)
	}
}
