package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"blindspot/vision"
)

// sizeEdges part faces by the longer side of their box, in pixels.
var sizeEdges = []float32{15, 30, 60, 120, 240}

func sizeName(i int) string {
	switch {
	case i == 0:
		return fmt.Sprintf("under %.0f px", sizeEdges[0])
	case i == len(sizeEdges):
		return fmt.Sprintf("from %.0f px", sizeEdges[i-1])
	}
	return fmt.Sprintf("%.0f to %.0f px", sizeEdges[i-1], sizeEdges[i])
}

// score gathers detections and the truth of many photos.
type score struct {
	hits  []hit
	sizes [6]struct{ truth, hit int }
}

type hit struct {
	confidence float32
	right      bool
}

// add matches each detection, most confident first, with the true box that it
// overlaps most, each of which counts once.
func (s *score) add(want []vision.Box, got []vision.Detection, overlap float32) (missed []vision.Box, wrong []vision.Detection) {
	slices.SortStableFunc(got, func(a, b vision.Detection) int { return cmp.Compare(b.Confidence, a.Confidence) })
	taken := make([]bool, len(want))
	for _, d := range got {
		best, value := -1, overlap
		for i, b := range want {
			if v := vision.IoU(b, d.Box); !taken[i] && v >= value {
				best, value = i, v
			}
		}
		if best >= 0 {
			taken[best] = true
		} else {
			wrong = append(wrong, d)
		}
		s.hits = append(s.hits, hit{d.Confidence, best >= 0})
	}
	for i, b := range want {
		size, _ := slices.BinarySearch(sizeEdges, max(b.W, b.H)+1e-3)
		s.sizes[size].truth++
		if taken[i] {
			s.sizes[size].hit++
		} else {
			missed = append(missed, b)
		}
	}
	return missed, wrong
}

func (s *score) truths() (n int) {
	for _, b := range s.sizes {
		n += b.truth
	}
	return n
}

func (s *score) right() (n int) {
	for _, h := range s.hits {
		if h.right {
			n++
		}
	}
	return n
}

func (s *score) falses() int { return len(s.hits) - s.right() }

func (s *score) precision() float64 { return ratio(s.right(), len(s.hits)) }
func (s *score) recall() float64    { return ratio(s.right(), s.truths()) }

func ratio(a, b int) float64 {
	if b == 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}

// ap is the area under the curve of the best precision from each recall on, as
// PASCAL VOC has reckoned it since 2010.
func (s *score) ap() float64 {
	hits := slices.Clone(s.hits)
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.confidence, a.confidence) })
	n := s.truths()
	var precision, recall []float64
	right := 0
	for i, h := range hits {
		if h.right {
			right++
		}
		precision = append(precision, ratio(right, i+1))
		recall = append(recall, ratio(right, n))
	}
	area, best := 0.0, 0.0
	for i := len(hits) - 1; i >= 0; i-- {
		best = max(best, precision[i])
		before := 0.0
		if i > 0 {
			before = recall[i-1]
		}
		area += best * (recall[i] - before)
	}
	return area
}

// verification holds the similarities of pairs of faces.
type verification struct{ sames, others []float32 }

func pairs(names []string, vectors [][]float32) verification {
	var v verification
	for i := range names {
		for j := range i {
			v.add(vision.Similarity(vectors[i], vectors[j]), names[i] == names[j])
		}
	}
	return v
}

func (v *verification) add(similarity float32, same bool) {
	if same {
		v.sames = append(v.sames, similarity)
	} else {
		v.others = append(v.others, similarity)
	}
}

func (v verification) same() int  { return len(v.sames) }
func (v verification) other() int { return len(v.others) }

func share(values []float32, limit float32) float64 {
	n := 0
	for _, x := range values {
		if x >= limit {
			n++
		}
	}
	return ratio(n, len(values))
}

func (v verification) trueRate(limit float32) float64  { return share(v.sames, limit) }
func (v verification) falseRate(limit float32) float64 { return share(v.others, limit) }

// best is the limit at which the mean of both rates of right answers is highest.
func (v verification) best() (limit float32, accuracy float64) {
	for k := range 100 {
		l := float32(k) / 100
		if a := (v.trueRate(l) + 1 - v.falseRate(l)) / 2; a > accuracy {
			limit, accuracy = l, a
		}
	}
	return limit, accuracy
}

// grouping compares groups with names, over all pairs of faces.
func grouping(names []string, numbers [][]int) (precision, recall float64) {
	var together, right, same int
	for i := range names {
		for j := range i {
			joined := numbers[i][0] == numbers[j][0]
			if joined {
				together++
			}
			if names[i] == names[j] {
				same++
				if joined {
					right++
				}
			}
		}
	}
	return ratio(right, together), ratio(right, same)
}
