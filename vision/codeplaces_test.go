package vision

import (
	"math/rand/v2"
	"testing"
)

// drawn is w × h levels.
func drawn(w, h int, level func(x, y int) int) grey {
	g := grey{make([]byte, w*h), w, h}
	for i := range g.pix {
		g.pix[i] = byte(min(max(level(i%w, i/w), 0), 255))
	}
	return g
}

func TestLikeCode(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var cells [20 * 20]int
	for i := range cells {
		cells[i] = 40 + 160*rnd.IntN(2)
	}
	squares := func(x, y int) int { return cells[y/8*20+x/8] }
	bars := func(x, _ int) int { return cells[x/3] }
	tests := []struct {
		name string
		g    grey
		want bool
	}{
		{"squares", drawn(160, 160, squares), true},
		{"squares in uneven light", drawn(160, 160, func(x, y int) int { return squares(x, y) * (60 + x) / 220 }), true},
		{"squares light on dark", drawn(160, 160, squares).inverted(), true},
		{"bars", drawn(160, 60, bars), true},
		{"bars across", drawn(160, 60, bars).turned(), true},
		{"few bars", drawn(160, 60, func(x, _ int) int { return 40 + 160*(x/20%2) }), false},
		{"few squares", drawn(160, 160, func(x, y int) int { return cells[y/50*20+x/50] }), false},
		{"one edge", drawn(160, 160, func(x, _ int) int { return 40 + x/80*160 }), false},
		{"flat", drawn(160, 160, func(int, int) int { return 90 }), false},
		{"rings", drawn(160, 160, func(x, y int) int { return 40 + 160*(((x-80)*(x-80)+(y-80)*(y-80))/900%2) }), false},
		{"squares in a corner", drawn(160, 160, func(x, y int) int {
			if x < 80 && y < 80 {
				return cells[y/2%20*20+x/2%20]
			}
			return 120
		}), false},
		{"too small", drawn(5, 5, squares), false},
	}
	for _, tt := range tests {
		if got := tt.g.likeCode(); got != tt.want {
			rows, columns := tt.g.swings(tt.g.spread() / 4)
			t.Errorf("%s: %v, want %v (%.1f and %.1f swings, bars %.2f)", tt.name, got, tt.want, rows, columns, tt.g.bars())
		}
	}
}

func TestTurnedBy(t *testing.T) {
	g := drawn(50, 40, func(x, y int) int { return 3*x + 2*y })
	same := g.turnedBy(0, 0, 1, 0, 50, 40)
	for i, v := range same.pix {
		if d := int(v) - int(g.pix[i]); d < -1 || d > 1 {
			t.Fatalf("(%d,%d) is %d, want %d", i%50, i/50, v, g.pix[i])
		}
	}
	// A quarter turn about (10,10), and beyond the border.
	turned := g.turnedBy(10, 10, 0, 1, 20, 30)
	for y := range 30 {
		for x := range 20 {
			want := 3*max(10-y, 0) + 2*(10+x)
			if d := int(turned.pix[y*20+x]) - want; d < -1 || d > 1 {
				t.Fatalf("turned: (%d,%d) is %d, want %d", x, y, turned.pix[y*20+x], want)
			}
		}
	}
	if half := g.turnedBy(.5, .5, 1, 0, 2, 2); half.pix[0] != 3 && half.pix[0] != 2 {
		t.Errorf("between (0,0) and (1,1) is %d", half.pix[0])
	}
}
