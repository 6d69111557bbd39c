package risk

import (
	"path/filepath"
	"slices"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
)

// realPhotos are the photos beside the checkout as the rules see them, their
// pixels not looked at.
func realPhotos(t *testing.T) []Photo {
	t.Helper()
	var all []Photo
	dir := testenv.Photos(t)
	for _, entry := range testenv.Index(t) {
		p, err := scan.Open(t.Context(), filepath.Join(dir, entry.File))
		if err != nil {
			continue // formats that are not read, damaged files
		}
		in := Photo{Name: filepath.Base(entry.File)}
		for _, f := range p.Facts {
			in.Facts = append(in.Facts, Fact{f.Group, f.Tag, f.Value})
		}
		for _, part := range p.Parts {
			in.Parts = append(in.Parts, Part{part.Name, string(part.Kind), part.Length})
		}
		if p.Position != nil {
			in.Position = &Position{p.Position.Latitude, p.Position.Longitude}
		}
		all = append(all, in)
	}
	if len(all) == 0 {
		t.Fatal("no photo could be read")
	}
	return all
}

// bands counts scores by tens, 100 with the nineties.
func bands(scores []int) [10]int {
	var n [10]int
	for _, s := range scores {
		n[min(s/10, 9)]++
	}
	return n
}

func TestScoresOfRealPhotos(t *testing.T) {
	photos := realPhotos(t)
	var with []int
	attacks := map[Attack][]int{}
	rulesFound := map[string]int{}
	for _, p := range photos {
		a := Assess(p, Public)
		if a.IfFixed != 100 {
			t.Errorf("%s: %d after all fixes, though its pixels were not looked at", p.Name, a.IfFixed)
		}
		if len(a.Findings) == 0 {
			continue
		}
		with = append(with, a.Score)
		for attack, s := range a.Attacks {
			attacks[attack] = append(attacks[attack], s)
		}
		seen := map[string]bool{}
		for _, f := range a.Findings {
			if !seen[f.Rule] {
				rulesFound[f.Rule]++
			}
			seen[f.Rule] = true
		}
	}
	t.Logf("%d photos, %d with findings; median %d, by tens %v", len(photos), len(with), median(with), bands(with))
	for _, attack := range Attacks {
		t.Logf("%s: by tens %v", attack, bands(attacks[attack]))
	}
	t.Logf("photos by rule: %v", rulesFound)
}

func median(scores []int) int {
	if len(scores) == 0 {
		return 100
	}
	return slices.Sorted(slices.Values(scores))[len(scores)/2]
}

func TestRankingOfRealPhotosSurvivesOtherWeights(t *testing.T) {
	checkRanking(t, realPhotos(t))
}
