package vision

import (
	"fmt"
	"strings"
)

// decodeCTC reads the output of a CTC recogniser, [1,T,C] of probabilities, best
// path: index 0 is the blank, i the i-th letter of the alphabet. The confidence is
// the mean probability of the letters kept, 0 without any.
func decodeCTC(out []tensor, alphabet []rune) (text string, confidence float32, err error) {
	if len(out) != 1 || out[0].dim(-1) != len(alphabet)+1 {
		return "", 0, fmt.Errorf("the output does not fit an alphabet of %d letters", len(alphabet))
	}
	classes := len(alphabet) + 1
	var b strings.Builder
	var sum float32
	n, last := 0, 0
	for row := out[0].data; len(row) >= classes; row = row[classes:] {
		best := 0
		for i, v := range row[:classes] {
			if v > row[best] {
				best = i
			}
		}
		if best != 0 && best != last {
			b.WriteRune(alphabet[best-1])
			sum += row[best]
			n++
		}
		last = best
	}
	if n == 0 {
		return "", 0, nil
	}
	return b.String(), sum / float32(n), nil
}
