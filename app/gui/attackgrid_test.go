package gui

import (
	"testing"

	"fyne.io/fyne/v2"
)

// Cells stand side by side where their words fit, else one under the other, and
// never over each other.
func TestCells(t *testing.T) {
	newTrial(t)
	for width, columns := range map[float32]int{200: 1, 260: 1, 320: 2, 500: 2} {
		card := attacks(street()).(*card)
		box := card.content.(*fyne.Container).Objects[0].(*fyne.Container)
		box.Resize(fyne.NewSize(width, 600))
		box.Resize(fyne.NewSize(width, box.MinSize().Height))
		seen := map[float32]bool{}
		var bottom float32
		for i, o := range box.Objects {
			seen[o.Position().X] = true
			if got, want := o.Size(), o.MinSize(); got.Height < want.Height || o.Position().X+got.Width > width {
				t.Errorf("width %v: cell %d is %v and needs %v", width, i, got, want)
			}
			if i%columns == 0 && o.Position().Y < bottom {
				t.Errorf("width %v: cell %d lies over the one before", width, i)
			}
			bottom = max(bottom, o.Position().Y+o.Size().Height)
		}
		if len(seen) != columns {
			t.Errorf("width %v: %d columns, want %d", width, len(seen), columns)
		}
		if bottom > box.MinSize().Height+1 {
			t.Errorf("width %v: the cells end at %v of %v", width, bottom, box.MinSize().Height)
		}
	}
}
