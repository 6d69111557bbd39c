package vision

import "testing"

func TestCrowd(t *testing.T) {
	face := func(height, nose float32) candidate {
		return candidate{box: Box{W: height, H: height}, marked: true, landmarks: [5]Point{{0, 0}, {1, 0}, {nose, 1}, {0, 2}, {1, 2}}}
	}
	of := func(n, turned int, height float32) []candidate {
		var all []candidate
		for i := range n {
			nose := float32(.5)
			if i < turned {
				nose = .1
			}
			all = append(all, face(height, nose))
		}
		return all
	}
	for _, tt := range []struct {
		name  string
		faces []candidate
		want  bool
	}{
		{"a street", of(10, 3, 50), true},
		{"a group that poses", of(10, 1, 50), false},
		{"a few people", of(7, 3, 50), false},
		{"a speaker before a crowd", append(of(10, 3, 50), face(130, .5)), false},
		{"nobody", nil, false},
	} {
		if got := crowd(tt.faces, 1000); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
