package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/export"
	"blindspot/scrub/redact"
)

// cleanPanel is where cleaning is set up and started.
type cleanPanel struct {
	content  fyne.CanvasObject
	says     *widget.Label
	style    *selector
	folder   *widget.Label
	one, all *button
	problem  *widget.Label
	progress *progressLine
}

// cleanActions is what the panel asks for.
type cleanActions struct {
	one, all, cancel, folder func()
	style                    func(redact.Style)
}

// newCleanPanel shows style as the one that is chosen.
func newCleanPanel(style redact.Style, on cleanActions) *cleanPanel {
	p := &cleanPanel{
		says:     text(""),
		style:    choice(styles, style, styleName, on.style),
		folder:   widget.NewLabel(""),
		problem:  text(""),
		progress: newProgressLine(on.cancel),
	}
	p.folder.Truncation = fyne.TextTruncateEllipsis
	p.problem.Importance = widget.DangerImportance
	p.problem.Hide()
	p.one = newButton(word("gui.clean"), theme.ConfirmIcon(), on.one)
	p.one.Importance = widget.HighImportance
	p.all = newButton("", nil, on.all)
	change := newButton(word("gui.folder.change"), nil, on.folder)
	p.content = container.NewVBox(
		p.says,
		container.New(form{},
			widget.NewLabel(word("gui.style")), p.style,
			widget.NewLabel(word("gui.folder")), container.NewBorder(nil, nil, nil, change, p.folder)),
		p.problem,
		p.progress.content,
		container.NewBorder(nil, nil, nil, p.all, p.one),
	)
	return p
}

// choose shows s as chosen.
func (p *cleanPanel) choose(s redact.Style) {
	p.style.SetSelectedIndex(max(0, slices.Index(styles, s)))
}

// fail shows why nothing could be cleaned; "" hides it.
func (p *cleanPanel) fail(why string) {
	p.problem.SetText(why)
	p.problem.Hidden = why == ""
	p.problem.Refresh()
}

// cleanSummary says what Clean will do with it.
func cleanSummary(it *item, c choices) string {
	switch {
	case it != nil && it.state == cleaning:
		return word("gui.clean.now")
	case it == nil || !it.cleanable():
		return word("gui.clean.select")
	}
	says := word("gui.clean.copy")
	if n := export.Hidden(it.photo.Parts); n > 0 {
		says += " " + words("gui.clean.parts", n)
	} else {
		says += " " + word("gui.clean.no-parts")
	}
	if n := it.marks.covered(); n > 0 {
		says += " " + words("gui.clean.boxes", n)
	} else {
		says += " " + word("gui.clean.no-boxes")
	}
	if slices.ContainsFunc(it.marks.now, func(m mark) bool { return m.covered && m.style == "" && m.styled(c.covering) != c.covering.style }) {
		says += " " + word("gui.clean.faces-only")
	}
	if c.names == export.KeepNames {
		says += " " + word("gui.clean.keeps-name")
	}
	return says
}

// form lays out pairs of a label and a field, the labels as wide as the widest.
type form struct{}

func (form) widths(os []fyne.CanvasObject) (label float32) {
	for i := 0; i < len(os); i += 2 {
		label = max(label, os[i].MinSize().Width)
	}
	return label
}

// MinSize implements [fyne.Layout].
func (f form) MinSize(os []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	label := f.widths(os)
	for i := 0; i < len(os); i += 2 {
		m := os[i+1].MinSize()
		size.Width = max(size.Width, label+m.Width)
		size.Height += max(m.Height, os[i].MinSize().Height) + theme.Padding()
	}
	return size
}

// Layout implements [fyne.Layout].
func (f form) Layout(os []fyne.CanvasObject, size fyne.Size) {
	label, y := f.widths(os), float32(0)
	for i := 0; i < len(os); i += 2 {
		h := max(os[i].MinSize().Height, os[i+1].MinSize().Height)
		os[i].Move(fyne.NewPos(0, y))
		os[i].Resize(fyne.NewSize(label, h))
		os[i+1].Move(fyne.NewPos(label, y))
		os[i+1].Resize(fyne.NewSize(size.Width-label, h))
		y += h + theme.Padding()
	}
}
