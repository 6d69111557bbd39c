package export_test

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/assets"
	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/vision"
)

// scored are photos of one kind each: faces in a row and in a crowd, a portrait,
// plates at night, a place, every kind of metadata, text, WebP and PNG.
var scored = []string{
	"dlib-faces/examples/faces/2008_002506.jpg",
	"dlib-faces/examples/faces/bald_guys.jpg",
	"dlib-faces/examples/faces/Tom_Cruise_avp_2014_4.jpg",
	"mtcnn-tropcomplique/office3.jpg",
	"lp-robertlucian/dataset/valid/images/dayride_type1_001.mp4#t=1192.jpg",
	"exif-samples/jpg/gps/DSCN0010.jpg",
	"exifr/test/fixtures/iptc-agency-photographer-example.jpg",
	"exifr/logo/black-small.png",
	"golang-image/testdata/blue-purple-pink.lossless.webp",
	"face-api-js/examples/images/angry.jpg",
}

// What is said of a copy is what anybody finds who checks it, but for the figures that a
// detector no longer knows without their heads: these still count.
func TestScoreAfterIsThatOfTheCopy(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at each photo several times")
	}
	dir := testenv.Photos(t)
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Path("faces"); err != nil {
		testenv.Missing(t, "detectors are not installed (make deps): "+err.Error())
	}
	engine := vision.New(store)
	t.Cleanup(func() { _ = engine.Close() })
	words, err := assets.English()
	if err != nil {
		t.Fatal(err)
	}
	checker := check.New(engine, words)
	policy := &export.Policy{Version: 1, Redact: []string{"found"}, Style: "blur"}
	var jobs []export.Job
	for _, file := range scored {
		path := filepath.Join(dir, filepath.FromSlash(file))
		p := checker.One(t.Context(), path, nil, check.Options{})
		jobs = append(jobs, export.Job{Path: path, Photo: p, Plan: policy.Plan(p), Policy: policy, Refused: policy.Unmet(p)})
	}
	results, err := export.New(checker).Run(t.Context(), jobs, export.Options{Dir: t.TempDir()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for i, r := range results {
		if r.Output == nil {
			t.Logf("%s: %v", scored[i], r.Err)
			continue
		}
		kept++
		fresh := checker.One(t.Context(), *r.Output, nil, check.Options{})
		figures := len(r.After.Detections) - len(fresh.Detections)
		if *r.ScoreAfter > *fresh.Score || r.ScoreAfterIsUpperBound != fresh.ScoreIsUpperBound || figures == 0 && !maps.Equal(r.After.Attacks, fresh.Attacks) {
			t.Errorf("%s: the copy was said to score %d, and scores %d", scored[i], *r.ScoreAfter, *fresh.Score)
		}
		for _, d := range r.After.Detections[len(fresh.Detections):] {
			if d.Kind != string(vision.Person) {
				t.Errorf("%s: a %s counts that is not seen", scored[i], d.Kind)
			}
		}
		if len(r.After.Figures()) == 0 && len(r.Photo.Figures()) > 0 && !covered(r, r.Photo.Figures()) {
			t.Errorf("%s: a figure is told no more", scored[i])
		}
		if *r.ScoreAfter < *r.Score {
			t.Errorf("%s: cleaned from %d to %d", scored[i], *r.Score, *r.ScoreAfter)
		}
		t.Logf("%s: %d, %d if fixed, %d after, %d regions for %d planned", scored[i], *r.Score, *r.ScoreIfFixed, *r.ScoreAfter, len(r.Removed.Regions), regions(jobs[i]))
	}
	if kept < len(scored)-2 {
		t.Errorf("%d of %d photos have a copy", kept, len(scored))
	}
}

// covered says that each of ds lies in what r covered.
func covered(r *export.Result, ds []check.Detection) bool {
	return !slices.ContainsFunc(ds, func(d check.Detection) bool {
		return !slices.ContainsFunc(r.Removed.Regions, func(b check.Box) bool {
			return b.X <= d.Box.X && b.Y <= d.Box.Y && b.X+b.W >= d.Box.X+d.Box.W && b.Y+b.H >= d.Box.Y+d.Box.H
		})
	})
}

func regions(job export.Job) int {
	if job.Plan == nil {
		return 0
	}
	return len(job.Plan.Regions)
}
