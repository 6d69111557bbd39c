package main

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/vision"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

func TestScore(t *testing.T) {
	var s score
	want := []vision.Box{{X: 0, Y: 0, W: 10, H: 10}, {X: 100, Y: 0, W: 50, H: 50}, {X: 300, Y: 0, W: 200, H: 250}}
	got := []vision.Detection{
		{Confidence: .9, Box: want[0]},
		{Confidence: .8, Box: want[0]}, // the same again counts as false
		{Confidence: .7, Box: want[1]},
		{Confidence: .6, Box: vision.Box{X: 700, Y: 0, W: 9, H: 9}},
	}
	missed, wrong := s.add(want, got, .5)
	if len(missed) != 1 || missed[0] != want[2] || len(wrong) != 2 {
		t.Errorf("missed %v, wrong %v", missed, wrong)
	}
	if !near(s.precision(), .5) || !near(s.recall(), 2./3) || s.falses() != 2 {
		t.Errorf("precision %v, recall %v, %d false", s.precision(), s.recall(), s.falses())
	}
	// Precision 1 up to recall 1/3, 2/3 up to 2/3.
	if !near(s.ap(), 1./3+2./9) {
		t.Errorf("AP %v", s.ap())
	}
	if s.sizes[0].hit != 1 || s.sizes[2].hit != 1 || s.sizes[5].truth != 1 || s.sizes[5].hit != 0 {
		t.Errorf("by size: %v", s.sizes)
	}
}

func TestPairs(t *testing.T) {
	names := []string{"a", "a", "b"}
	p := pairs(names, [][]float32{{1, 0}, {.8, .6}, {0, 1}})
	if p.same() != 1 || p.other() != 2 || !near(p.trueRate(.7), 1) || !near(p.falseRate(.5), .5) {
		t.Errorf("%+v", p)
	}
	if limit, accuracy := p.best(); limit < .6 || limit > .8 || !near(accuracy, 1) {
		t.Errorf("best %v at %v", accuracy, limit)
	}
	if precision, recall := grouping(names, [][]int{{1}, {1}, {1}}); !near(precision, 1./3) || !near(recall, 1) {
		t.Errorf("grouping %v %v", precision, recall)
	}
}

func TestReadTruth(t *testing.T) {
	tests := map[string]struct {
		file, content string
		faces, plates int
	}{
		"our own": {"truth.json", `{"faces": [{"file": "a.jpg", "boxes": [{"x": 1, "y": 2, "w": 3, "h": 4}]}], "plates": [], "persons": []}`, 1, 0},
		"WIDER":   {"wider_face_val_bbx_gt.txt", "0--Parade/a.jpg\n2\n1 2 3 4 0 0 0 0 0 0\n5 6 7 8 0 0 0 1 0 0\n0--Parade/b.jpg\n0\n0 0 0 0 0 0 0 0 0 0\n", 1, 0},
		"FDDB":    {"FDDB-fold-01-ellipseList.txt", "2002/img_1\n1\n20.0 10.0 1.5707963 50 60 1\n", 1, 0},
		"COCO":    {"x.coco.json", `{"images": [{"id": 1, "file_name": "a.jpg"}], "categories": [{"id": 7, "name": "License Plate"}, {"id": 8, "name": "face"}], "annotations": [{"image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4]}, {"image_id": 1, "category_id": 8, "bbox": [1, 2, 3, 4]}]}`, 1, 1},
	}
	for name, tt := range tests {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, tt.file), []byte(tt.content), 0o644); err != nil {
			t.Fatal(err)
		}
		tr, err := readTruth(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		faces, plates := 0, 0
		for _, b := range tr.Faces {
			faces += len(b.Boxes)
		}
		for _, b := range tr.Plates {
			plates += len(b.Boxes)
		}
		if faces != tt.faces || plates != tt.plates {
			t.Errorf("%s: %d faces and %d plates, want %d and %d", name, faces, plates, tt.faces, tt.plates)
		}
		if name == "FDDB" {
			if b := tr.Faces[0].Boxes[0]; math.Abs(float64(b.X)-40) > .01 || math.Abs(float64(b.Y)-40) > .01 || math.Abs(float64(b.H)-40) > .01 || tr.Faces[0].File != "2002/img_1.jpg" {
				t.Errorf("ellipse became %v of %s", b, tr.Faces[0].File)
			}
		}
	}
	lfw := t.TempDir()
	if err := os.WriteFile(filepath.Join(lfw, "pairs.txt"), []byte("1\t2\nA_B\t1\t4\nA_B\t2\tC_D\t12\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tr, err := readTruth(lfw)
	want := []pairOf{{[2]string{"A_B/A_B_0001.jpg", "A_B/A_B_0004.jpg"}, true}, {[2]string{"A_B/A_B_0002.jpg", "C_D/C_D_0012.jpg"}, false}}
	if err != nil || !slices.Equal(tr.Pairs, want) {
		t.Errorf("LFW: %v, %v, want %v", tr, err, want)
	}
	if _, err := readTruth(t.TempDir()); err == nil {
		t.Error("no error for a folder without truth")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "wider_face_val_bbx_gt.txt"), []byte("a.jpg\n3\n1 2 3 4 0 0 0 0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readTruth(dir); err == nil {
		t.Error("no error for a list that is cut short")
	}
}

// TestRun measures the folder of photos and reads the figure it prints.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range store.List() {
		if !s.Installed {
			testenv.Missing(t, s.Name+" is not installed (make deps)")
		}
	}
	t.Run("small", func(t *testing.T) { testSmall(t, store) })
	var out bytes.Buffer
	if err := run(context.Background(), &out, testenv.Photos(t), options{settings: []vision.Setting{vision.Fast}, scales: []float64{1}}); err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
	for _, want := range []string{"recall 1.000", "60 to 120 px", "person 77 portraits"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in what was printed", want)
		}
	}
}

// testSmall holds what [vision.Engine.Smallest] says of faces of some pixels.
func testSmall(t *testing.T, store *models.Store) {
	e := vision.New(store)
	defer e.Close()
	truth, err := readTruth(testenv.Photos(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range settingNames[:2] {
		m := &measure{engine: e, setting: vision.Setting(i), scale: 1, folder: testenv.Photos(t), out: t.Output()}
		s, err := m.small(t.Context(), truth.Faces)
		if err != nil {
			t.Fatal(err)
		}
		s.print(m)
		if a := s.above; a.hit*10 < 9*a.truth || a.truth < 40 {
			t.Errorf("%s: %d of %d faces found from %d pixels on, fewer than 9 of 10", name, a.hit, a.truth, s.side)
		}
		if b := s.below; b.hit*10 < s.tenths*b.truth || b.hit*10 >= (s.tenths+1)*b.truth || b.truth < 40 {
			t.Errorf("%s: %d of %d faces found below, %d of 10 said", name, b.hit, b.truth, s.tenths)
		}
	}
}
