package gui

import (
	"context"
	"errors"

	"blindspot/scrub/redact"
)

// selectItem shows it in the centre and at the right.
func (w *Window) selectItem(it *item) {
	if w.selected == it {
		return
	}
	w.selected = it
	it.seen = it.seen || w.only == onlyDoubtful
	w.cleaner.fail("")
	w.showSelected()
	w.findings.scroll.ScrollToTop()
	w.load(it)
}

// load shows the picture of it.
func (w *Window) load(it *item) {
	w.view.clear()
	w.comparing = false
	w.nothing.SetText(word("gui.view.loading"))
	w.decode(it.path, func() bool { return w.selected == it }, func(picture levels) { w.showPicture(it, picture) })
}

// decode decodes the file at path in place of what is being decoded, and hands its
// picture to show, if wanted still says so then.
func (w *Window) decode(path string, wanted func() bool, show func(levels)) {
	w.stop(w.decoding)
	ctx, cancel := context.WithCancel(context.Background())
	w.decoding = cancel
	w.spawn(func() {
		defer cancel()
		picture, err := w.preview(ctx, path)
		w.do(func() {
			// ctx has ended by now in any case; err tells whether that was early.
			if !wanted() || errors.Is(err, context.Canceled) {
				return
			}
			if err != nil {
				w.nothing.SetText(word("gui.view.none", values{"Reason": reason(err)}))
				return
			}
			w.nothing.SetText("")
			show(picture)
		})
	})
}

// compare shows the copy of the selected photo beside it, or the photo alone again.
// Nothing can be marked in between.
func (w *Window) compare() {
	it := w.selected
	if it == nil || it.output() == "" || len(w.view.picture) == 0 {
		return
	}
	if w.comparing {
		w.endCompare()
		return
	}
	w.comparing = true
	path := it.output()
	w.decode(path, func() bool { return w.selected == it && w.comparing && it.output() == path }, w.view.compare)
	w.showMarks()
	w.updateActions()
	w.view.focus()
}

// endCompare shows the photo alone again.
func (w *Window) endCompare() {
	w.comparing = false
	w.nothing.SetText("")
	w.view.compare(nil)
	w.showMarks()
	w.updateActions()
}

// showPicture shows the decoded photo. Where the photo is not checked yet its
// full size is not known; the picture's own size then stands for it.
func (w *Window) showPicture(it *item, picture levels) {
	width, height := picture[0].Bounds().Dx(), picture[0].Bounds().Dy()
	if it.photo != nil && it.photo.Width > 0 {
		width, height = it.photo.Width, it.photo.Height
	}
	w.view.showPhoto(picture, width, height)
	w.showMarks()
}

// showSelected shows all that is known of the selected photo, save the picture.
func (w *Window) showSelected() {
	it := w.selected
	if it == nil {
		w.caption.SetText("")
		w.findings.clear()
	} else {
		w.caption.SetText(captionOf(it))
		w.findings.show(it, w.result)
		if len(w.view.picture) > 0 {
			w.showPicture(it, w.view.picture)
		}
	}
	w.updateActions()
}

// refreshSelected shows anew what is said of the selected photo.
func (w *Window) refreshSelected() {
	w.findings.clear()
	w.showSelected()
}

// changed shows what is new about it in the list, and if it is selected at the
// right.
func (w *Window) changed(it *item) {
	w.list.refreshItem(it)
	if it == w.selected {
		w.showSelected()
	}
}

// edit changes the marks of the selected photo.
func (w *Window) edit(f func(*marks)) {
	if it := w.selected; it != nil && it.cleanable() && !w.comparing {
		f(&it.marks)
		w.marksChanged(it)
	}
}

func (w *Window) undoEdit() { w.edit(func(m *marks) { m.undo() }) }

func (w *Window) redoEdit() { w.edit(func(m *marks) { m.redo() }) }

// marksChanged shows the marks of it anew where they are shown.
func (w *Window) marksChanged(it *item) {
	if it == w.selected {
		w.showMarks()
		w.findings.sync(it.marks.now)
		w.updateActions()
	}
}

// showMarks shows the marks of the selected photo: what is covered at the place
// that will be covered, the rest where it was found.
func (w *Window) showMarks() {
	it := w.selected
	if it == nil || it.photo == nil {
		return
	}
	if w.comparing {
		w.view.showMarks(nil, nil)
		return
	}
	places := make([]redact.Box, len(it.marks.now))
	for i, m := range it.marks.now {
		places[i] = m.box
		if m.covered {
			places[i] = m.region(it.photo, w.covering).Box
		}
	}
	w.view.showMarks(it.marks.now, places)
}
