package vision

import "fmt"

// decodeYOLOX reads the output of YOLOX (Ge et al., 2021), [1,N,5+classes], rows
// by stride 8, 16, 32 over a w × h input. Candidates are in pixels of the input,
// not suppressed.
func decodeYOLOX(out []tensor, w, h, classes int, limit float32) ([]candidate, error) {
	width := 5 + classes
	n := 0
	for _, s := range yunetStrides {
		n += (w / s) * (h / s)
	}
	if len(out) != 1 || len(out[0].data) != n*width {
		return nil, fmt.Errorf("the output does not fit an input of %d × %d with %d classes", w, h, classes)
	}
	var found []candidate
	rows := out[0].data
	for _, stride := range yunetStrides {
		cols, s := w/stride, float32(stride)
		for j := range cols * (h / stride) {
			o := rows[:width]
			rows = rows[width:]
			if o[4] < limit {
				continue
			}
			class, best := 0, float32(0)
			for k, v := range o[5:] {
				if v > best {
					class, best = k, v
				}
			}
			score := o[4] * best
			if score < limit {
				continue
			}
			bw, bh := exp(o[2])*s, exp(o[3])*s
			c := candidate{
				box:   Box{(float32(j%cols)+o[0])*s - bw/2, (float32(j/cols)+o[1])*s - bh/2, bw, bh},
				score: score,
				class: class,
			}
			if c.finite() {
				found = append(found, c)
			}
		}
	}
	return found, nil
}
