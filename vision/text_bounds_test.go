package vision

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPutTogether holds that the regions of a picture of noise are bounded, that
// looking past far ones changes nothing, and that a cancelled context is heard.
func TestPutTogether(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	noise := func(n int, side float32) []quad {
		quads := make([]quad, n)
		for i := range quads {
			s, c := math.Sincos(rng.Float64() - .5)
			quads[i] = quad{centre: Point{side * rng.Float32(), side * rng.Float32()}, w: 10 + 200*rng.Float32(), h: 5 + 30*rng.Float32(), cos: float32(c), sin: float32(s), cut: i%2 == 0}
		}
		return quads
	}
	got, more, err := putTogether(t.Context(), noise(200_000, 20_000))
	if err != nil || !more || len(got) == 0 || len(got) > maxQuads {
		t.Errorf("%d regions, more %v, %v", len(got), more, err)
	}
	quads := noise(300, 500)
	kept, err := distinct(t.Context(), slices.Clone(quads))
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range kept {
		for _, k := range kept[:i] {
			if q.inside(k) > .6 {
				t.Fatalf("%+v lies in %+v", q, k)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := putTogether(ctx, quads); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
