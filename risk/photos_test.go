package risk

import (
	"cmp"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
)

var seenBy = flag.String("seen", "", "a document of blindspot check --json over the photos beside the checkout: what it has seen in their pixels is added to what the rules are given")

// seenIn is what a document of check --json has seen in each photo, by its path
// within the folder of photos.
func seenIn(t *testing.T, path string) map[string][]Detection {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Photos []struct {
			Path          string
			Width, Height float64
			Detections    []struct {
				ID                    int
				Kind, Label, Personal string
				Confidence            float64
				Bystander             bool
				Box                   struct{ W, H float64 }
			}
		}
	}
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	all := map[string][]Detection{}
	for _, p := range document.Photos {
		_, file, _ := strings.Cut(filepath.ToSlash(p.Path), "/shared/photos/")
		for _, d := range p.Detections {
			all[file] = append(all[file], Detection{
				ID: d.ID, Kind: d.Kind, Label: d.Label, Confidence: d.Confidence, Bystander: d.Bystander, Personal: d.Personal,
				Area: d.Box.W * d.Box.H / max(p.Width*p.Height, 1),
			})
		}
	}
	return all
}

// realPhotos are the photos beside the checkout as the rules see them; their pixels
// are not looked at, but for what -seen tells of them.
func realPhotos(t *testing.T) []Photo {
	t.Helper()
	var all []Photo
	var seen map[string][]Detection
	if *seenBy != "" {
		seen = seenIn(t, *seenBy)
	}
	dir := testenv.Photos(t)
	for _, entry := range testenv.Index(t) {
		p, err := scan.Open(t.Context(), filepath.Join(dir, entry.File))
		if err != nil {
			continue // formats that are not read, damaged files
		}
		in := Photo{Name: filepath.Base(entry.File), Detections: seen[entry.File]}
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

// The score tells photos apart: no ten of it holds more than a third of those in
// which anything was found. The file's name counts as little as in a folder of
// somebody's own, so photos with nothing else are counted apart.
func TestScoresOfRealPhotos(t *testing.T) {
	photos := realPhotos(t)
	var with, fixed []int
	attacks := map[Attack][]int{}
	rulesFound := map[string]int{}
	nameOnly := 0
	for _, p := range photos {
		a := Assess(p, Public)
		if *seenBy == "" && a.IfFixed != 100 {
			t.Errorf("%s: %d after all fixes, though its pixels were not looked at", p.Name, a.IfFixed)
		}
		seen := map[string]bool{}
		for _, f := range a.Findings {
			if !seen[f.Rule] {
				rulesFound[f.Rule]++
			}
			seen[f.Rule] = true
		}
		if !slices.ContainsFunc(a.Findings, func(f Finding) bool { return !strings.HasPrefix(f.Rule, "file.") }) {
			nameOnly += min(len(a.Findings), 1)
			continue
		}
		with, fixed = append(with, a.Score), append(fixed, a.IfFixed)
		for attack, s := range a.Attacks {
			attacks[attack] = append(attacks[attack], s)
		}
	}
	n := bands(with)
	t.Logf("%d photos; %d tell something, %d no more than by their name; median score %d, %d after all fixes", len(photos), len(with), nameOnly, median(with), median(fixed))
	t.Logf("score by tens: %v", n)
	if most := slices.Max(n[:]); 3*most > len(with) {
		t.Errorf("one ten of the score holds %d of %d photos", most, len(with))
	}
	for _, attack := range Attacks {
		t.Logf("%s by tens: %v", attack, bands(attacks[attack]))
	}
	for _, rule := range slices.SortedFunc(slices.Values(Rules()), func(a, b Rule) int {
		return cmp.Or(rulesFound[b.ID]-rulesFound[a.ID], strings.Compare(a.ID, b.ID))
	}) {
		t.Logf("%4d photos: %s", rulesFound[rule.ID], rule.ID)
	}
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
