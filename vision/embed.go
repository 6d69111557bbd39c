package vision

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// SamePerson is the similarity from which two faces count as one person.
const SamePerson = 0.42

// embedTemplate is where the landmarks lie in the 112 × 112 input of MobileFaceNet
// (the usual ArcFace template), in the order of [Detection.Landmarks].
var embedTemplate = [5]Point{{38.2946, 51.6963}, {73.5318, 51.5014}, {56.0252, 71.7366}, {41.5493, 92.3655}, {70.7299, 92.2041}}

// errNoLandmarks is returned for a face that cannot be aligned.
var errNoLandmarks = errors.New("the face has no landmarks")

// Embed returns the L2-normalised embedding of a face, of shape [128], aligned
// by its landmarks. Compare two with [Similarity]. It fails where the face has no
// five landmarks, as those of the second face model.
func (e *Engine) Embed(ctx context.Context, pic Picture, face Detection) (v []float32, err error) {
	leave, err := e.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := pic.valid(); err != nil {
		return nil, err
	}
	if len(face.Landmarks) != 5 {
		return nil, errNoLandmarks
	}
	s, err := e.session("face-embedding")
	if err != nil {
		return nil, err
	}
	l := newLook(ctx, e, pic, Fast)
	var marks [5]Point
	for i, p := range face.Landmarks {
		marks[i] = Point{p.X / l.scale.x, p.Y / l.scale.y}
	}
	m, err := align(embedTemplate, marks)
	if err != nil {
		return nil, err
	}
	W, H := s.net.Width, s.net.Height
	around := m.around(W, H).clip(l.width(), l.height())
	err = e.work(ctx, func() error {
		return guard(func() error {
			return s.run(ctx, W, H, func(in []float32) error {
				// m scales by how many pixels of the picture make one of the input.
				return l.pyramid.warp(in, W, H, around, float64(max(l.pyramid.w, l.pyramid.h))/max(math.Hypot(m.a, m.d), 1e-6), m, W, H, s.planes)
			}, func(out []tensor) error {
				v, err = normalised(out[0].data)
				return err
			})
		})
	})
	if err != nil {
		return nil, fmt.Errorf("compare a face: %w", err)
	}
	return v, nil
}

// normalised is a copy of v of length 1.
func normalised(v []float32) ([]float32, error) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return nil, errors.New("the embedding is empty")
	}
	n := float32(1 / math.Sqrt(sum))
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = x * n
	}
	return out, nil
}

// align is the similarity (turn, scale, shift) that maps from to to with the
// least squared error.
func align(from, to [5]Point) (affine, error) {
	var fx, fy, tx, ty float64
	for i := range from {
		fx += float64(from[i].X) / 5
		fy += float64(from[i].Y) / 5
		tx += float64(to[i].X) / 5
		ty += float64(to[i].Y) / 5
	}
	var dot, cross, norm float64
	for i := range from {
		x, y := float64(from[i].X)-fx, float64(from[i].Y)-fy
		u, v := float64(to[i].X)-tx, float64(to[i].Y)-ty
		dot += x*u + y*v
		cross += x*v - y*u
		norm += x*x + y*y
	}
	a, d := dot/norm, cross/norm
	if !(a*a+d*d > 0) || math.IsInf(a*a+d*d, 0) {
		return affine{}, errors.New("the landmarks of the face lie on one point")
	}
	return affine{a, -d, tx - a*fx + d*fy, d, a, ty - d*fx - a*fy}, nil
}

// Similarity is the cosine of two embeddings, -1 to 1; 0 where they do not fit.
func Similarity(a, b []float32) float32 {
	if len(a) != len(b) {
		return 0
	}
	var sum float32
	for i, x := range a {
		sum += x * b[i]
	}
	return max(-1, min(1, sum))
}

// Group numbers the persons in a batch: photos[i][j] is the embedding of face j
// in photo i, nil where there is none, and the answer has the same shape, with
// numbers from 1 in order of first appearance and 0 for nil. Faces join by
// average linkage from a similarity of limit on (see [SamePerson]), never two of
// one photo.
func Group(photos [][][]float32, limit float32) [][]int {
	type cluster struct {
		sum    []float32
		n      float32
		photos map[int]bool
		faces  [][2]int
	}
	var clusters []*cluster
	numbers := make([][]int, len(photos))
	for i, faces := range photos {
		numbers[i] = make([]int, len(faces))
		for j, v := range faces {
			if v != nil {
				clusters = append(clusters, &cluster{v, 1, map[int]bool{i: true}, [][2]int{{i, j}}})
			}
		}
	}
	// The mean similarity of all pairs of two clusters is the product of their
	// mean embeddings.
	near := func(a, b *cluster) float32 {
		if len(a.sum) != len(b.sum) {
			return -1
		}
		small, large := a.photos, b.photos
		if len(small) > len(large) {
			small, large = large, small
		}
		for p := range small {
			if large[p] {
				return -1
			}
		}
		var sum float32
		for i, x := range a.sum {
			sum += x * b.sum[i]
		}
		return sum / (a.n * b.n)
	}
	// nearest[i] is the best partner of cluster i among the later ones.
	type partner struct {
		index int
		value float32
	}
	nearest := make([]partner, len(clusters))
	search := func(i int) {
		nearest[i] = partner{-1, limit}
		for j := i + 1; j < len(clusters); j++ {
			if clusters[j] == nil {
				continue
			}
			if v := near(clusters[i], clusters[j]); v >= nearest[i].value && (nearest[i].index < 0 || v > nearest[i].value) {
				nearest[i] = partner{j, v}
			}
		}
	}
	for i := range clusters {
		search(i)
	}
	for {
		best := -1
		for i, p := range nearest {
			if clusters[i] != nil && p.index >= 0 && (best < 0 || p.value > nearest[best].value) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		other := nearest[best].index
		a, b := clusters[best], clusters[other]
		sum := make([]float32, len(a.sum))
		for i := range sum {
			sum[i] = a.sum[i] + b.sum[i]
		}
		a.sum, a.n, a.faces = sum, a.n+b.n, append(a.faces, b.faces...)
		for p := range b.photos {
			a.photos[p] = true
		}
		clusters[other] = nil
		for i := range clusters {
			// Partners may have changed for whoever knew one of the two.
			if clusters[i] != nil && (i == best || nearest[i].index == best || nearest[i].index == other || i < best) {
				search(i)
			}
		}
	}
	next := 1
	for _, c := range clusters {
		if c == nil {
			continue
		}
		for _, f := range c.faces {
			numbers[f[0]][f[1]] = next
		}
		next++
	}
	return numbers
}
