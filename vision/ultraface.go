package vision

import "fmt"

// decodeUltraFace reads the outputs of Ultra-Light-Fast-Generic-Face-Detector:
// scores [1,N,2] (background, face) and boxes [1,N,4], corners in 0..1.
// Candidates are in pixels of the w × h input, not suppressed, without landmarks.
func decodeUltraFace(out []tensor, w, h int, limit float32) ([]candidate, error) {
	if len(out) != 2 || len(out[0].data)/2 != len(out[1].data)/4 {
		return nil, fmt.Errorf("scores and boxes do not fit each other")
	}
	var found []candidate
	for i := range len(out[0].data) / 2 {
		score := out[0].data[2*i+1]
		if score < limit {
			continue
		}
		b := out[1].data[4*i : 4*i+4]
		x, y := b[0]*float32(w), b[1]*float32(h)
		c := candidate{box: Box{x, y, b[2]*float32(w) - x, b[3]*float32(h) - y}, score: score}
		if c.finite() && c.box.W > 0 && c.box.H > 0 {
			found = append(found, c)
		}
	}
	return found, nil
}
