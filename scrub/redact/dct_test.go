package redact

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The transform and quantisation are those of T.81, A.3.3 and A.3.4.
func TestQuantise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var table [64]uint16
		var samples, block [64]float32
		for i := range table {
			table[i] = uint16(1 + rng.IntN(60))
			samples[i] = rng.Float32()*255 - 128
		}
		block = samples
		fdct(&block)
		var got [64]int16
		newQuantiser(&table).quantise(&block, 0.5, &got)
		for v := range 8 {
			for u := range 8 {
				var sum float64
				for y := range 8 {
					for x := range 8 {
						sum += float64(samples[y*8+x]) * math.Cos(float64(2*x+1)*float64(u)*math.Pi/16) * math.Cos(float64(2*y+1)*float64(v)*math.Pi/16)
					}
				}
				if u == 0 {
					sum /= math.Sqrt2
				}
				if v == 0 {
					sum /= math.Sqrt2
				}
				want := sum / 4 / float64(table[v*8+u])
				if d := math.Abs(want - float64(got[v*8+u])); d > 0.501 {
					t.Fatalf("coefficient %d, %d is %d, want %.3f", u, v, got[v*8+u], want)
				}
			}
		}
	}
}
