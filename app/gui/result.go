package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/risk"
	"blindspot/scrub"
)

// result says what became of cleaning a photo; nil before.
func (w *Window) result(it *item) fyne.CanvasObject {
	r := it.result
	if r == nil {
		return nil
	}
	if r.Output == nil {
		c := newCard(
			withIcon(theme.NewColoredResource(theme.ErrorIcon(), theme.ColorNameError), bold(word("gui.not-cleaned"))),
			text(reason(r.Err)),
			text(word("gui.not-cleaned.nothing-written")),
		)
		c.accent = theme.ColorNameError
		return c
	}
	after := scoreAfter(r)
	before, now := newRing(smallRing), newRing(largeRing)
	before.show(scoreOf(it.photo))
	now.show(after)
	arrow := widget.NewIcon(theme.NavigateNextIcon())
	said := []fyne.CanvasObject{withIcon(after.level().symbol(), heading(word("gui.cleaned"))), text(verdict(after))}
	if it.needsLook() {
		said[0] = withIcon(lookSymbol(), heading(word("gui.cleaned.look")))
	}
	top := container.NewBorder(nil, nil,
		container.NewHBox(container.NewCenter(before), container.NewCenter(arrow), now), nil,
		container.New(tight{}, said...))
	var body []fyne.CanvasObject
	if n := len(r.New); n > 0 {
		var kinds []string
		for _, d := range r.New {
			if k := kindName(d.Kind); !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
		body = append(body,
			withIcon(theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning), text(words("gui.new", n)+" "+listed(kinds)+".")))
	}
	decide := container.New(flow{})
	if len(r.New) > 0 {
		decide.Add(newButton(word("gui.new.cover"), nil, func() { w.coverNew([]*item{it}, newTally(1)) }))
	}
	if it.needsLook() {
		decide.Add(newButton(word("gui.new.leave"), nil, func() { w.looked(it) }))
	}
	if len(decide.Objects) > 0 {
		body = append(body, decide)
	}
	removed := removedText(r)
	if it.tried.names != export.KeepNames {
		removed += " " + word("gui.removed.name")
	}
	body = append(body, withIcon(theme.ContentRemoveIcon(), text(removed)))
	for _, says := range changes(it) {
		body = append(body, withIcon(theme.InfoIcon(), text(says)))
	}
	if says := gainMapText(r); says != "" {
		body = append(body, withIcon(theme.ColorPaletteIcon(), text(says)))
	}
	if r.Verified {
		body = append(body, withIcon(theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess), text(word("gui.verified"))))
	} else {
		body = append(body, withIcon(theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning), text(word("gui.not-verified"))))
	}
	body = append(body, withIcon(theme.FileImageIcon(), selectable(text(tilde(*r.Output)))))
	if old := w.earlierCard(it); old != nil {
		body = append(body, old)
	}
	body = append(body,
		container.New(flow{},
			newButton(word("gui.show-in-folder"), theme.FolderOpenIcon(), func() { w.show(*r.Output) }),
			newButton(word("gui.copy-path"), theme.ContentCopyIcon(), func() { w.app.Clipboard().SetContent(*r.Output) })),
		quiet(word("gui.not-everything")))
	c := newCard(append([]fyne.CanvasObject{top}, body...)...)
	c.accent = after.level().colour()
	if it.needsLook() {
		c.accent = theme.ColorNameWarning
	}
	return c
}

// changes says which scores the cleaning of it raised and, where the copy's is not high,
// what keeps it down: the lowest of four may stay where it is while the others rise.
func changes(it *item) []string {
	after := it.result.After
	if after == nil || after.Score == nil || it.photo == nil || it.photo.Score == nil {
		return nil
	}
	var rose, says []string
	lowest := risk.Attacks[0]
	for _, a := range risk.Attacks {
		if b, n := it.photo.Attacks[a], after.Attacks[a]; n > b {
			rose = append(rose, attackTitle(a)+" "+word("gui.tally.scores", values{"Before": b, "After": n}))
		}
		if after.Attacks[a] < after.Attacks[lowest] {
			lowest = a
		}
	}
	if len(rose) > 0 {
		says = append(says, word("gui.cleaned.rose", values{"Scores": listed(rose)}))
	}
	i := slices.IndexFunc(after.Findings, func(f check.Finding) bool { return f.Attack == lowest })
	if level := scoreAfter(it.result).level(); i >= 0 && (level == some || level == lots) {
		says = append(says, word("gui.cleaned.held", values{"Title": after.Findings[i].Title}))
	}
	return says
}

// looked takes in that the user had a look at it and leaves it as it is.
func (w *Window) looked(it *item) {
	it.seen = true
	w.changed(it)
	w.refreshSelected()
}

// removedText says what the copy of r does not hold any more.
func removedText(r *export.Result) string {
	removed := word("gui.removed.no-parts")
	if n := export.Hidden(r.Removed.Parts); n > 0 {
		removed = words("gui.removed.parts", n)
	}
	if n := len(r.Removed.Regions); n > 0 {
		removed += " " + words("gui.removed.regions", n)
		if r.EncodedAgain {
			removed += " " + word("gui.removed.encoded-again")
		}
	} else if r.Lossless {
		removed += " " + word("gui.removed.lossless")
	}
	return removed
}

// gainMapText says what became of what makes an ultra-HDR photo brighter; empty where
// there was nothing.
func gainMapText(r *export.Result) string {
	switch r.GainMap {
	case scrub.GainMapRemoved:
		return word("gui.gain-map.removed")
	case scrub.GainMapKept:
		return word("gui.gain-map.kept")
	case scrub.GainMapUnfit:
		return word("gui.gain-map.unfit")
	}
	return ""
}
