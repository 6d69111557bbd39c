package export

import (
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"blindspot/scrub/redact"
)

// noisy is a picture of random luminance, coarse enough to survive a blur.
func noisy(seed uint64) *image.RGBA {
	rng := rand.New(rand.NewPCG(seed, 1))
	m := image.NewRGBA(image.Rect(0, 0, 200, 150))
	dx, dy := rng.IntN(10), rng.IntN(10) // two pictures share no grid
	var tile [16][21]uint8
	for y := range tile {
		for x := range tile[y] {
			tile[y][x] = uint8(rng.IntN(200))
		}
	}
	for y := range 150 {
		for x := range 200 {
			v := tile[(y+dy)/10][(x+dx)/10] + uint8(rng.IntN(50))
			m.SetRGBA(x, y, color.RGBA{v, v, v, 255})
		}
	}
	return m
}

// blurred is m under a box filter of 2r+1 pixels.
func blurred(m *image.RGBA, r int) *image.RGBA {
	out := image.NewRGBA(m.Bounds())
	for y := range 150 {
		for x := range 200 {
			sum, n := 0, 0
			for yy := max(0, y-r); yy <= min(149, y+r); yy++ {
				for xx := max(0, x-r); xx <= min(199, x+r); xx++ {
					sum, n = sum+int(m.RGBAAt(xx, yy).R), n+1
				}
			}
			v := uint8(sum / n)
			out.SetRGBA(x, y, color.RGBA{v, v, v, 255})
		}
	}
	return out
}

func TestPatternsGone(t *testing.T) {
	plain := image.NewRGBA(image.Rect(0, 0, 200, 150))
	inverted := noisy(1)
	for i := range inverted.Pix {
		if i%4 != 3 {
			inverted.Pix[i] = inverted.Pix[i]/2 + 60
		}
	}
	tests := []struct {
		name    string
		a, b    *image.RGBA
		visible bool
	}{
		{"the same", noisy(1), noisy(1), true},
		{"less contrast", noisy(1), inverted, true},
		{"blurred", noisy(1), blurred(noisy(1), 3), true},
		{"another", noisy(1), noisy(2), false},
		{"plain copy", noisy(1), plain, false},
		{"plain original", plain, noisy(1), false},
		{"plain both", plain, plain, false},
	}
	regions := map[string]redact.Region{
		"box":     {Box: redact.Box{X: 20, Y: 30, W: 100, H: 80}, Shape: redact.BoxShape},
		"ellipse": {Box: redact.Box{X: 20, Y: 30, W: 100, H: 80}, Shape: redact.Ellipse},
		"edge":    {Box: redact.Box{X: 150, Y: 100, W: 100, H: 80}},
	}
	for _, test := range tests {
		for name, region := range regions {
			err := patternsGone(test.a, test.b, &redact.Plan{Version: 1, Regions: []redact.Region{region}})
			if errors.Is(err, ErrStillVisible) != test.visible {
				t.Errorf("%s, %s: %v", test.name, name, err)
			}
		}
	}
}

// Small regions agree by accident: that must not refuse a copy.
func TestPatternsGoneByChance(t *testing.T) {
	refused := 0
	for seed := range uint64(200) {
		a, b := noisy(2*seed), noisy(2*seed+1)
		plan := &redact.Plan{Version: 1, Regions: []redact.Region{{Box: redact.Box{X: int(seed) % 100, Y: 20, W: 14, H: 14}}}}
		if patternsGone(a, b, plan) != nil {
			refused++
		}
	}
	if refused > 0 {
		t.Errorf("%d of 200 unrelated regions of 14 pixels were refused", refused)
	}
}
