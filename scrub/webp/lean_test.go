package webp

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestLean writes frames with updates of probabilities that nothing is coded by: they
// go, and the pictures are the same. What encoders write stays as it is.
func TestLean(t *testing.T) {
	for name, data := range frames(t) {
		f, ok := Cut(data)
		if !ok {
			t.Fatalf("%s: not cut", name)
		}
		if lean, _, _, ok := f.Lean(t.Context()); !ok || !bytes.Equal(lean.Join(), data) {
			t.Errorf("%s: changed", name)
		}
		w, coeffs := f.walk(nil)
		if !w.macroblocks(t.Context(), coeffs) {
			t.Fatalf("%s: not followed", name)
		}
		// Every probability that is not used gets a value.
		hidden, random := 0, rand.New(rand.NewPCG(1, 2))
		stuffed := f
		out := newBoolWriter()
		again, _ := f.walk(&rewriting{out, func(plane, band, context, node int, value uint8, updated bool) (uint8, bool) {
			if w.used(plane, band, context, node) {
				return value, updated
			}
			hidden++
			return uint8(1 + random.IntN(255)), true
		}})
		if !again.macroblocks(t.Context(), nil) {
			t.Fatalf("%s: not copied", name)
		}
		stuffed.First = out.bytes()
		if hidden < 100 || len(stuffed.First) < len(f.First)+hidden {
			t.Fatalf("%s: %d bytes hidden, %d became %d", name, hidden, len(f.First), len(stuffed.First))
		}
		lean, _, _, ok := stuffed.Lean(t.Context())
		if !ok || len(lean.First) > len(f.First)+4 {
			t.Errorf("%s: %d bytes are left of %d, %d without", name, len(lean.First), len(stuffed.First), len(f.First))
		}
		if a, b, c := shown(t, data), shown(t, stuffed.Join()), shown(t, lean.Join()); !bytes.Equal(a.Y, b.Y) || !bytes.Equal(a.Y, c.Y) || !bytes.Equal(a.Cb, c.Cb) || !bytes.Equal(a.Cr, c.Cr) {
			t.Errorf("%s: the picture differs", name)
		}
		if twice, _, _, _ := lean.Lean(t.Context()); !bytes.Equal(twice.Join(), lean.Join()) {
			t.Errorf("%s: a lean frame changes", name)
		}
	}
}
