package vision

import (
	"fmt"
	"math"
)

// yunetStrides are the cells' sides, in pixels of the input.
var yunetStrides = [3]int{8, 16, 32}

// decodeYuNet reads the twelve outputs of YuNet (Wu et al., "YuNet: A Tiny
// Millisecond-level Face Detector", 2023) for an input of w × h: for the strides
// 8, 16, 32 cls [1,N,1], then obj [1,N,1], bbox [1,N,4], kps [1,N,10], N being
// the number of cells. Candidates are in pixels of the input, not suppressed.
func decodeYuNet(out []tensor, w, h int, limit float32) ([]candidate, error) {
	if len(out) != 12 {
		return nil, fmt.Errorf("%d outputs, 12 expected", len(out))
	}
	var found []candidate
	for i, stride := range yunetStrides {
		cols, rows := w/stride, h/stride
		n := cols * rows
		cls, obj, box, kps := out[i].data, out[3+i].data, out[6+i].data, out[9+i].data
		if len(cls) != n || len(obj) != n || len(box) != 4*n || len(kps) != 10*n {
			return nil, fmt.Errorf("outputs of stride %d do not fit an input of %d × %d", stride, w, h)
		}
		s := float32(stride)
		for j := range n {
			p := clamp01(cls[j]) * clamp01(obj[j])
			if p < limit*limit {
				continue
			}
			col, row := float32(j%cols), float32(j/cols)
			b, k := box[4*j:4*j+4], kps[10*j:10*j+10]
			bw, bh := exp(b[2])*s, exp(b[3])*s
			c := candidate{
				box:    Box{(col+b[0])*s - bw/2, (row+b[1])*s - bh/2, bw, bh},
				score:  float32(math.Sqrt(float64(p))),
				marked: true,
			}
			for m := range c.landmarks {
				c.landmarks[m] = Point{(col + k[2*m]) * s, (row + k[2*m+1]) * s}
			}
			if c.finite() {
				found = append(found, c)
			}
		}
	}
	return found, nil
}

func clamp01(x float32) float32 { return max(0, min(1, x)) }

func exp(x float32) float32 { return float32(math.Exp(float64(x))) }
