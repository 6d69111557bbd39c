package gui

import (
	"time"

	"fyne.io/fyne/v2"
)

const (
	// showEvery is how often what work changes is shown, at most. Drawing the window
	// takes time from that work.
	showEvery = 100 * time.Millisecond
	// restAfter is how long nothing is done before memory that only work needs is
	// given back.
	restAfter = 5 * time.Second
)

// later runs f on the window's goroutine after d.
func (w *Window) later(d time.Duration, f func()) { time.AfterFunc(d, func() { w.do(f) }) }

// changedSoon is changed, for work that changes many photos: it shows what is new
// about all of them a little later, and how far the work is.
func (w *Window) changedSoon(it *item) {
	if w.due == nil {
		w.due = map[*item]bool{}
		w.due[it] = true
		w.after(showEvery, w.showDue)
		return
	}
	w.due[it] = true
}

// showDue shows what changed since it was called last.
func (w *Window) showDue() {
	due := w.due
	w.due = nil
	w.list.refreshItems(due)
	if due[w.selected] {
		w.showSelected() // updates the actions too
	} else {
		w.updateActions()
	}
	w.showProgress()
}

// rest gives back what memory only work needs, once nothing was done for a while.
func (w *Window) rest() {
	if w.idle == nil {
		return
	}
	w.after(restAfter, func() {
		if w.checking != nil || w.cleaning != nil {
			return // its end rests
		}
		w.spawn(func() {
			if err := w.idle(); err != nil {
				fyne.LogError("giving memory back", err)
			}
		})
	})
}
