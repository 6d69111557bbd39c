package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// progressLine shows how far long work is, in words under a bar, beside the button
// that cancels it. It takes no more width for more words.
type progressLine struct {
	content *fyne.Container // hidden while there is no work
	bar     *widget.ProgressBar
	says    *widget.Label
}

func newProgressLine(cancel func()) *progressLine {
	p := &progressLine{bar: widget.NewProgressBar(), says: widget.NewLabel("")}
	p.bar.TextFormatter = func() string { return "" }
	p.says.SizeName = theme.SizeNameCaptionText
	p.says.Truncation = fyne.TextTruncateEllipsis
	p.content = container.New(tight{},
		container.NewBorder(nil, nil, nil, newButton(word("gui.cancel"), theme.CancelIcon(), cancel), p.bar), p.says)
	p.content.Hide()
	return p
}

// show shows done, from 0 to 1, and says.
func (p *progressLine) show(done float64, says string) {
	p.bar.SetValue(done)
	p.says.SetText(says)
	p.content.Show()
}

func (p *progressLine) hide() { p.content.Hide() }
