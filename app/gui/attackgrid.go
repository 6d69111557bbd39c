package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// cellWidth is the least width of a cell of [cells], in widths of a character.
const cellWidth = 15

// cells lays out equal cells in two columns, or in one where they would be too
// narrow for their words.
type cells struct{}

func (cells) columns(width float32) int {
	if width < 2*cellWidth*theme.TextSize()*.62 {
		return 1
	}
	return 2
}

// heights are those of the rows.
func (cells) heights(os []fyne.CanvasObject, columns int) []float32 {
	rows := make([]float32, (len(os)+columns-1)/columns)
	for i, o := range os {
		rows[i/columns] = max(rows[i/columns], o.MinSize().Height)
	}
	return rows
}

// MinSize implements [fyne.Layout]. How high a cell is depends on how wide it was
// laid out last.
func (c cells) MinSize(os []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	columns := 1
	for _, o := range os {
		size.Width = max(size.Width, o.MinSize().Width)
		if o.Position().X > 0 {
			columns = 2
		}
	}
	for _, h := range c.heights(os, columns) {
		size.Height += h
	}
	return size
}

// Layout implements [fyne.Layout].
func (c cells) Layout(os []fyne.CanvasObject, size fyne.Size) {
	columns := c.columns(size.Width)
	width := size.Width / float32(columns)
	for _, o := range os {
		o.Resize(fyne.NewSize(width, o.MinSize().Height)) // words wrap by the width
	}
	y := float32(0)
	for row, h := range c.heights(os, columns) {
		for i := row * columns; i < min(len(os), (row+1)*columns); i++ {
			os[i].Move(fyne.NewPos(float32(i%columns)*width, y))
			os[i].Resize(fyne.NewSize(width, h))
		}
		y += h
	}
}
