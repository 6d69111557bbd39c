package vision

import (
	"fmt"
	"math"
)

// lpdLevels are the prior boxes of LPD-YuNet: one for each size at each cell.
var lpdLevels = []struct {
	step  int
	sizes []float32 // in pixels of the input
}{
	{8, []float32{10, 16, 24}},
	{16, []float32{32, 48}},
	{32, []float32{64, 96}},
	{64, []float32{128, 192, 256}},
}

const lpdVariance = 0.1

// decodeLPD reads the outputs of LPD-YuNet (Shenzhen Institute of Artificial
// Intelligence and Robotics for Society, 2022): loc [N,14], conf [N,2], iou [N,1]
// over the priors of a w × h input. Each candidate is the box around the plate's
// four corners, in pixels of the input, not suppressed.
func decodeLPD(out []tensor, w, h int, limit float32) ([]candidate, error) {
	n := 0
	for _, l := range lpdLevels {
		cols, rows := lpdCells(w, h, l.step)
		n += cols * rows * len(l.sizes)
	}
	if len(out) != 3 || len(out[0].data) != 14*n || len(out[1].data) != 2*n || len(out[2].data) != n {
		return nil, fmt.Errorf("the outputs do not fit an input of %d × %d", w, h)
	}
	loc, conf, iou := out[0].data, out[1].data, out[2].data
	var found []candidate
	i := 0
	for _, l := range lpdLevels {
		cols, rows := lpdCells(w, h, l.step)
		for cell := range cols * rows {
			for _, size := range l.sizes {
				k := i
				i++
				score := float32(math.Sqrt(float64(max(conf[2*k+1], 0) * clamp01(iou[k]))))
				if score < limit {
					continue
				}
				cx := (float32(cell%cols) + .5) * float32(l.step)
				cy := (float32(cell/cols) + .5) * float32(l.step)
				x0, y0 := float32(math.Inf(1)), float32(math.Inf(1))
				x1, y1 := -x0, -y0
				for _, at := range [4]int{4, 6, 10, 12} {
					x := cx + loc[14*k+at]*lpdVariance*size
					y := cy + loc[14*k+at+1]*lpdVariance*size
					x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
				}
				c := candidate{box: Box{x0, y0, x1 - x0, y1 - y0}, score: score}
				if c.finite() {
					found = append(found, c)
				}
			}
		}
	}
	return found, nil
}

// lpdCells is the size of the map at a step: halved and rounded down from the
// first, as the network's strides do. For 320 × 240: 40×30, 20×15, 10×7, 5×3.
func lpdCells(w, h, step int) (cols, rows int) { return w / step, h / step }
