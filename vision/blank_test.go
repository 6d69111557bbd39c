package vision

import (
	"image"
	"image/color"
	"math"
	"testing"
)

func TestDetail(t *testing.T) {
	box := Box{X: 20, Y: 10, W: 96, H: 96}
	paint := func(f func(x, y float64) float64) *image.RGBA {
		m := image.NewRGBA(image.Rect(0, 0, 140, 120))
		for y := range 120 {
			for x := range 140 {
				v := uint8(f(float64(x)-68, float64(y)-58))
				m.SetRGBA(x, y, color.RGBA{v, v, v, 255})
			}
		}
		return m
	}
	tests := []struct {
		name  string
		img   *image.RGBA
		blank bool
	}{
		{"plain", paint(func(x, y float64) float64 { return 90 }), true},
		{"gradient", paint(func(x, y float64) float64 { return 128 + x/2 + y/3 }), true},
		{"bulge", paint(func(x, y float64) float64 { return 40 + 180*math.Exp(-(x*x+y*y)/2000) }), true},
		{"fine noise", paint(func(x, y float64) float64 { return 100 + 6*math.Mod(math.Abs(x*7+y*13), 2) }), true},
		{"eyes and mouth", paint(func(x, y float64) float64 {
			for _, spot := range [][2]float64{{-16, -12}, {16, -12}, {0, 20}} {
				if math.Hypot(x-spot[0], y-spot[1]) < 7 {
					return 40
				}
			}
			return 190
		}), false},
	}
	for _, test := range tests {
		if d := detail(test.img, box); (d < blankDetail) != test.blank {
			t.Errorf("%s: detail %.2f", test.name, d)
		}
	}
	// A box of less than a pixel a cell, and one beyond the picture, are no panic.
	detail(tests[0].img, Box{X: 138, Y: 118, W: 5, H: 5})
	detail(tests[0].img, Box{X: -40, Y: 300, W: 500, H: 500})
}
