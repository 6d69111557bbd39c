package gui

import (
	"context"
	"errors"

	"blindspot/app/export"
	"blindspot/vision/background"
)

// coverNew covers what the second look at the copies of items found, and cleans them
// again. What became of them goes into t.
func (w *Window) coverNew(items []*item, t *tally) {
	if w.cleaning != nil {
		return
	}
	for _, it := range items {
		if fresh := it.marks.fresh(); len(fresh) > 0 {
			it.marks.set(true, fresh...)
			w.marksChanged(it)
		}
	}
	w.cleanInto(t, items)
}

// cleanActed cleans the chosen photos, or the selected one.
func (w *Window) cleanActed() { w.cleanMany(w.acted(), w.acted()) }

// cleanAll cleans all that have no copy yet, or another one than is wanted now.
func (w *Window) cleanAll() { w.cleanMany(w.dirty(w.choices), w.items) }

// cleanMany cleans items, which are of meant. Where several are cleaned together,
// those that need a look are shown before.
func (w *Window) cleanMany(items, meant []*item) {
	if w.cleaning != nil {
		return
	}
	var todo []*item
	for _, it := range items {
		if it.cleanable() {
			todo = append(todo, it)
		}
	}
	r := newReview(todo)
	for _, it := range meant {
		switch it.state {
		case waiting, checking:
			r.later++
		case failed:
			r.unchecked = append(r.unchecked, it)
		}
	}
	if len(todo) > 1 && r.needed() {
		w.showReview(r)
		return
	}
	w.clean(r)
}

// clean makes a clean copy of each photo that r is of.
func (w *Window) clean(r *review) { w.cleanInto(newTally(len(r.items), r.unchecked...), r.items) }

// cleanInto is clean, and adds what becomes of items to t, which is shown in the end if
// it speaks of several photos.
func (w *Window) cleanInto(t *tally, items []*item) {
	if w.cleaning != nil || len(items) == 0 {
		return
	}
	jobs := make([]export.Job, len(items))
	o := export.Options{Dir: w.folder, Names: w.names, KeepGainMap: w.gainMaps, Check: w.options(), Roots: roots(items, w.folder)}
	was := make([]state, len(items))
	for i, it := range items {
		it.tried = it.attempt(w.choices)
		was[i] = it.state
		jobs[i] = export.Job{Path: it.path, Photo: it.photo, Plan: it.tried.plan}
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cleaning = cancel
	n := 0 // that are done
	var at pace
	at.start(w.now(), 0)
	progress := func() {
		says := word("gui.clean.progress", values{"Done": n, "All": len(items)}) + at.text(w.now(), n, len(items))
		w.cleaner.progress.show(float64(n)/float64(len(items)), says)
	}
	w.cleaner.fail("")
	progress()
	w.updateActions()
	w.spawn(func() {
		defer cancel()
		_, err := w.exporter.Run(background.Context(ctx), jobs, o, func(e export.Event) {
			w.do(func() {
				it := items[e.Index]
				if e.Result == nil {
					it.state = cleaning
				} else {
					w.wasCleaned(it, e.Result)
					t.add(it)
					n++
					progress()
				}
				w.changed(it)
				if e.Result != nil && it == w.selected {
					w.findings.scroll.ScrollToTop() // what became of it is said there
				}
			})
		})
		w.do(func() {
			w.cleaning = nil
			for i, it := range items {
				if it.state == cleaning {
					it.state = was[i]
					w.changed(it)
				}
			}
			w.cleaner.progress.hide()
			switch {
			case errors.Is(err, context.Canceled):
				w.cleaner.fail(word("gui.clean.cancelled"))
			case err != nil:
				w.cleaner.fail(word("gui.folder.refused", values{"Reason": reason(err)}))
			}
			w.arrange()
			w.rest()
			if t.all > 1 && n > 0 {
				w.whenFree(func() { w.showTally(t) })
			}
		})
	})
}

// wasCleaned takes in what became of a photo.
func (w *Window) wasCleaned(it *item, r *export.Result) {
	if it == w.selected && w.comparing {
		w.endCompare()
	}
	if c, ok := r.Copy(); ok {
		w.made[it.path] = append(w.made[it.path], c)
	}
	it.result = r
	it.state = checked
	if r.Output != nil {
		it.state = cleaned
		if it.marks.found(r.New) {
			it.seen = false
		}
	}
}
