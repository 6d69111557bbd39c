package scan

import (
	"image"
	"testing"
)

func TestToDisplay(t *testing.T) {
	// A 4×3 picture, and its pixel (1,0) as displayed.
	want := map[int]image.Rectangle{
		1: image.Rect(1, 0, 2, 1),
		2: image.Rect(2, 0, 3, 1), // mirrored
		3: image.Rect(2, 2, 3, 3), // turned by 180 degrees
		4: image.Rect(1, 2, 2, 3), // flipped
		5: image.Rect(0, 1, 1, 2), // transposed
		6: image.Rect(2, 1, 3, 2), // to be turned clockwise
		7: image.Rect(2, 2, 3, 3), // transversed
		8: image.Rect(0, 2, 1, 3), // to be turned anticlockwise
	}
	for o, w := range want {
		p := &Photo{Width: 4, Height: 3, Orientation: o}
		if got := p.ToDisplay(image.Rect(1, 0, 2, 1)); got != w {
			t.Errorf("orientation %d: %v, want %v", o, got, w)
		}
	}
}
