package vision_test

import (
	"encoding/json"
	"os"
	"testing"

	"blindspot/vision"
)

// TestBystanderRule measures the rule on real photos whose faces were told apart by
// eye: who posed, or whom the photo is about, and who only happened to be there, as
// the people behind a speaker, and everyone in a street. Places are middles of faces.
// The rule was made with the first photos, the others were held out.
func TestBystanderRule(t *testing.T) {
	e := engine(t)
	t.Run("made with", func(t *testing.T) { testBystanders(t, e, "testdata/bystanders.json", .1, .1) })
	t.Run("held out", func(t *testing.T) { testBystanders(t, e, "testdata/bystanders_held.json", .2, .2) })
}

// testBystanders fails where more than the given shares are marked or not.
func testBystanders(t *testing.T, e *vision.Engine, list string, mostMarked, mostMissed float64) {
	data, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	var photos []struct {
		File             string
		Main, Bystanders [][2]float32
	}
	if err := json.Unmarshal(data, &photos); err != nil {
		t.Fatal(err)
	}
	var main, marked, others, unmarked, missed int
	for _, p := range photos {
		found := detect(t, e, photo(t, p.File), vision.Options{Only: []vision.Check{vision.Faces}}).Detections
		at := func(c [2]float32) *vision.Detection {
			for i, d := range found {
				if c[0] > d.Box.X && c[0] < d.Box.X+d.Box.W && c[1] > d.Box.Y && c[1] < d.Box.Y+d.Box.H {
					return &found[i]
				}
			}
			missed++
			return nil
		}
		m, o := 0, 0
		for _, c := range p.Main {
			if d := at(c); d != nil {
				if main++; d.Bystander {
					m++
				}
			}
		}
		for _, c := range p.Bystanders {
			if d := at(c); d != nil {
				if others++; !d.Bystander {
					o++
				}
			}
		}
		marked, unmarked = marked+m, unmarked+o
		t.Logf("%s: %d of %d main people marked, %d of %d bystanders not", p.File, m, len(p.Main), o, len(p.Bystanders))
	}
	t.Logf("%d of %d main people are marked as bystanders, %d of %d bystanders are not; %d faces not found", marked, main, unmarked, others, missed)
	if float64(marked) > mostMarked*float64(main) || float64(unmarked) > mostMissed*float64(others) {
		t.Errorf("%d of %d main people are marked as bystanders, %d of %d bystanders are not", marked, main, unmarked, others)
	}
}
