package gui

import (
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/export"
	"blindspot/vision"
)

// unsureBelow is the confidence below which something that was found and is not
// covered is worth a look.
const unsureBelow = .6

// scrollBar is the width that a list leaves for its scroll bar.
const scrollBar = 14

// doubts says in words why a person should look at a photo before it is cleaned
// with many others; empty where nothing speaks for it.
func doubts(it *item) []string {
	if !it.cleanable() || it.seen {
		return nil
	}
	var all []string
	switch off := notRun(it.photo); {
	case len(off) > 0:
		all = append(all, word("gui.doubt.off", values{"Checks": listed(off)}))
	case it.photo.ScoreIsUpperBound:
		all = append(all, word("gui.doubt.partly"))
	}
	var fresh, unsure []string
	for _, m := range it.marks.now {
		if m.own() || m.covered {
			continue
		}
		kind := kindName(m.detection.Kind)
		switch {
		case m.fresh && !slices.Contains(fresh, kind):
			fresh = append(fresh, kind)
		case !m.fresh && export.Telling(*m.detection) && m.detection.Confidence < unsureBelow && !slices.Contains(unsure, kind):
			unsure = append(unsure, kind)
		}
	}
	if len(fresh) > 0 {
		all = append(all, word("gui.doubt.new", values{"Kinds": listed(fresh)}))
	}
	if len(unsure) > 0 {
		all = append(all, word("gui.doubt.unsure", values{"Kinds": listed(unsure)}))
	}
	if isPage(it.photo) {
		all = append(all, word("gui.doubt.page"))
	}
	return all
}

// review is what is shown before photos are cleaned together.
type review struct {
	items []*item // all that are to be cleaned
	look  []*item // those of items that need a look
	faces int     // that are not covered in items
	later int     // photos that are not checked yet, and stay out

	unchecked []*item // that could not be checked, and stay out too
}

func newReview(items []*item) *review {
	r := &review{items: items}
	for _, it := range items {
		if len(doubts(it)) > 0 {
			r.look = append(r.look, it)
		}
		r.faces += len(it.marks.open(vision.Face))
	}
	return r
}

// needed says that there is something to be seen.
func (r *review) needed() bool { return len(r.look) > 0 || r.faces > 0 || r.later > 0 }

// coverFaces covers all faces in items.
func (r *review) coverFaces() {
	for _, it := range r.items {
		if open := it.marks.open(vision.Face); len(open) > 0 {
			it.marks.set(true, open...)
		}
	}
}

// showReview shows r, and lets the user clean, look first, or leave it.
func (w *Window) showReview(r *review) {
	says := container.New(tight{})
	if n := len(r.look); n > 0 {
		says.Add(withIcon(theme.NewColoredResource(theme.VisibilityIcon(), theme.ColorNameWarning),
			bold(words("gui.review.look", n)+" "+word("gui.review.choose"))))
	}
	if r.later > 0 {
		says.Add(withIcon(theme.NewDisabledResource(theme.HistoryIcon()), text(words("gui.review.later", r.later))))
	}
	faces := newTick(words("gui.review.faces", r.faces), false)
	faces.Hidden = r.faces == 0
	list := newBriefList(r.look, func(it *item) string { return strings.Join(doubts(it), " ") }, func(it *item) {
		w.dialog.Dismiss()
		w.lookAt(it)
	})
	list.Hidden = len(r.look) == 0
	start := newButton(words("gui.review.clean", len(r.items)), theme.ConfirmIcon(), func() {
		w.dialog.Dismiss()
		if faces.Checked {
			r.coverFaces()
			if w.selected != nil {
				w.marksChanged(w.selected)
			}
		}
		w.clean(r)
	})
	start.Importance = widget.HighImportance
	first := newButton(word("gui.review.first"), theme.VisibilityIcon(), func() {
		w.dialog.Dismiss()
		w.only = onlyDoubtful
		w.arrange()
		w.lookAt(r.look[0])
	})
	first.Hidden = len(r.look) == 0
	cancel := newButton(word("gui.cancel"), theme.CancelIcon(), func() { w.dialog.Dismiss() })
	buttons := container.NewBorder(nil, nil, cancel, container.NewHBox(first, start))
	body := container.NewBorder(says, container.NewVBox(faces, buttons), nil, nil, list)
	height := float32(170)
	if n := len(r.look); n > 0 {
		height = float32(240 + 70*min(n, 6))
	}
	w.openBody(words("gui.review.title", len(r.items)), body, 720, height)
	w.win.Canvas().Focus(start)
}

// lookAt selects it because it needs a look, which it then has had.
func (w *Window) lookAt(it *item) {
	it.seen = true
	if i := slices.Index(w.shown, it); i >= 0 {
		w.list.ScrollTo(i)
		w.list.Select(i)
	} else {
		w.only = onlyAll
		w.arrange()
		w.list.Select(slices.Index(w.shown, it))
	}
}

// newBriefList lists photos, each with what says says of it; on opens the one that
// is chosen.
func newBriefList(items []*item, says func(*item) string, on func(*item)) *table {
	list := newTable(func() int { return len(items) },
		func() fyne.CanvasObject {
			name, said := widget.NewLabel(""), widget.NewLabel("")
			name.TextStyle.Bold = true
			said.SizeName = theme.SizeNameCaptionText
			name.Truncation, said.Truncation = fyne.TextTruncateEllipsis, fyne.TextTruncateEllipsis
			return container.NewBorder(nil, nil, widget.NewIcon(nil),
				container.New(layout.NewCustomPaddedLayout(0, 0, 0, scrollBar), newRing(smallRing)), container.New(tight{}, name, said))
		},
		func(i int, o fyne.CanvasObject) {
			it := items[i]
			row := o.(*fyne.Container)
			texts := row.Objects[0].(*fyne.Container)
			texts.Objects[0].(*widget.Label).SetText(filepath.Base(it.path))
			texts.Objects[1].(*widget.Label).SetText(says(it))
			row.Objects[1].(*widget.Icon).SetResource(symbolOf(it))
			row.Objects[2].(*fyne.Container).Objects[0].(*ring).show(it.score())
		})
	list.OnSelected = func(i int) { on(items[i]) }
	return list
}
