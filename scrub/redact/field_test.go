package redact

import (
	"image"
	"math"
	"testing"
)

// A ring with the values of a plane grows that plane.
func TestFieldPlane(t *testing.T) {
	rect := image.Rect(10, 20, 60, 45)
	plane := func(x, y int) float64 { return 30 + 2*float64(x) + 1.5*float64(y) }
	f := newField(rect)
	inner := rect.Inset(1)
	for y := rect.Min.Y; y < rect.Max.Y; y++ {
		for x := rect.Min.X; x < rect.Max.X; x++ {
			if !image.Pt(x, y).In(inner) {
				f.set(x, y, float32(plane(x, y)))
			}
		}
	}
	f.grow()
	var worst float64
	for y := inner.Min.Y; y < inner.Max.Y; y++ {
		for x := inner.Min.X; x < inner.Max.X; x++ {
			worst = max(worst, math.Abs(float64(f.mean(x, y))-plane(x, y)))
		}
	}
	if worst > 3 {
		t.Errorf("off by %.1f levels", worst)
	}
}

// Without a ring there is nothing but grey, and one known block decides all.
func TestFieldFewKnown(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {1, 9}, {7, 1}, {13, 6}} {
		f := newField(image.Rectangle{Max: size})
		f.grow()
		for i, v := range f.corner {
			if v != 128 {
				t.Fatalf("%v: corner %d is %v without a ring", size, i, v)
			}
		}
		f = newField(image.Rectangle{Max: size})
		f.set(size.X-1, 0, 77)
		f.grow()
		for i, v := range f.corner {
			if math.Abs(float64(v)-77) > 0.01 {
				t.Fatalf("%v: corner %d is %v where all that is known is 77", size, i, v)
			}
		}
	}
}
