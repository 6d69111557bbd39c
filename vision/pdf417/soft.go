package pdf417

import (
	"math"
	"slices"
	"sync"
)

// templates are the levels of every codeword as a slightly unsharp camera sees
// them, softSamples a module, with mean 0 and length 1, by blur, cluster and value.
var templates = sync.OnceValue(func() [][3][codewords][]float32 {
	all := make([][3][codewords][]float32, len(blurs))
	for b, sigma := range blurs {
		// edge holds, for each sample, the share of an edge at each module that has
		// been passed there.
		var edge [wordWidth * softSamples][wordWidth + 1]float32
		for i := range edge {
			for k := range edge[i] {
				edge[i][k] = float32(1+math.Erf(((float64(i)+.5)/softSamples-float64(k))/sigma/math.Sqrt2)) / 2
			}
		}
		for cluster := range patterns {
			for value, p := range patterns[cluster] {
				// A space before, a bar behind, whatever their widths.
				t := make([]float32, len(edge))
				for i := range t {
					at, v := 0, float32(0)
					for run, n := range widths(p) {
						if run%2 == 0 {
							v -= edge[i][at] - edge[i][at+n]
						}
						at += n
					}
					t[i] = v - edge[i][wordWidth]
				}
				normalise(t)
				all[b][cluster][value] = t
			}
		}
	}
	return all
})

// blurs are standard deviations in modules.
var blurs = []float64{.3, .6, .9}

// normalise gives v mean 0 and length 1; it says whether v was not flat.
func normalise(v []float32) bool {
	var sum, square float32
	for _, x := range v {
		sum += x
	}
	sum /= float32(len(v))
	for i := range v {
		v[i] -= sum
		square += v[i] * v[i]
	}
	if square < 1e-6 {
		return false
	}
	k := 1 / float32(math.Sqrt(float64(square)))
	for i := range v {
		v[i] *= k
	}
	return true
}

// soften votes for each codeword anew, by the template that is most like the
// levels averaged over its row. It reads what is too noisy or unsharp for edges to
// be found.
func (g *grey) soften(f frame, m *matrix) {
	all := templates()
	per := wordWidth * softSamples
	rows := make([][]float32, f.rows*f.columns)
	for row := range f.rows {
		line := make([]float32, f.columns*per)
		for k := range softLines {
			at := f.place.along(float64(row) + .2 + .6*(float64(k)+.5)/softLines)
			for i := range line {
				column := i / per
				line[i] += g.at(at(float64(wordWidth*2) + (float64(i)+.5)/softSamples + m.shift[column]))
			}
		}
		for column := range f.columns {
			rows[row*f.columns+column] = line[column*per:][:per]
		}
	}
	// The blur is the one that fits best where it is asked first.
	blur, like := 0, float32(-1)
	for b := range all {
		var sum float32
		for i := 0; i < len(rows); i += 1 + len(rows)/16 {
			levels := slices.Clone(rows[i])
			if normalise(levels) {
				_, best, _ := closest(&all[b][i/f.columns%3], levels)
				sum += best
			}
		}
		if sum > like {
			blur, like = b, sum
		}
	}
	for i, levels := range rows {
		m.votes[i] = cell{}
		if !normalise(levels) {
			continue
		}
		row, column := i/f.columns, i%f.columns
		if value, best, second := closest(&all[blur][row%3], levels); best > .5 {
			m.vote(row, column, value, best-second)
		}
	}
}

// closest is the codeword whose template is most like v, how much so, and how much
// the next one is.
func closest(t *[codewords][]float32, v []float32) (value int, best, second float32) {
	best, second = -1, -1
	for i := range t {
		var sum float32
		for k, x := range t[i] {
			sum += x * v[k]
		}
		if sum > best {
			value, best, second = i, sum, best
		} else if sum > second {
			second = sum
		}
	}
	return value, best, second
}
