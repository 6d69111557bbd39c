package vision

import (
	"image"
	"testing"
)

// TestNearer holds which vehicles and screens are searched for text from near: those
// that the whole picture shows small.
func TestNearer(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 2000, 1500))
	l := newLook(t.Context(), New(nil), Picture{RGBA: img, Width: 2000, Height: 1500}, Fast)
	at := func(class int, score, x, w float32) candidate {
		return candidate{box: Box{x, 500, w, w / 2}, class: class, score: score}
	}
	l.seen = func() ([]candidate, []string, error) {
		return []candidate{
			at(0, .9, 100, 300),   // a car
			at(1, .9, 600, 300),   // a laptop
			at(1, .2, 900, 300),   // hardly one
			at(1, .9, 200, 1700),  // one that fills the picture
			at(2, .9, 1200, 300),  // a dog
			at(0, .16, 1600, 300), // a car at night
		}, []string{"car", "laptop", "dog"}, nil
	}
	var got []float64
	for _, r := range l.nearer(960. / 2000) {
		got = append(got, r.x)
	}
	if len(got) != 3 || got[0] >= 100 || got[1] >= 1600 || got[2] != 600 {
		t.Errorf("parts from %v", got)
	}
}
