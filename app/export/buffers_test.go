package export_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/internal/testenv"
	"blindspot/scan"
)

// TestResultsOutliveBuffers cleans photos in one after the other's memory: what each
// result tells is what its photo alone tells.
func TestResultsOutliveBuffers(t *testing.T) {
	var jobs []export.Job
	for i, e := range testenv.Index(t, "JPEG", "MPO", "PNG", "APNG", "WEBP", "Extended WEBP", "BMP") {
		if !testing.Short() || i%8 == 0 {
			jobs = append(jobs, export.Job{Path: filepath.Join(testenv.Photos(t), e.File)})
		}
	}
	results, err := export.New(nil).Run(t.Context(), jobs, export.Options{Dir: t.TempDir(), Jobs: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		photo, err := scan.Open(t.Context(), jobs[i].Path)
		want := check.Unscored(jobs[i].Path, photo, err)
		if photo != nil {
			want.SHA256 = photo.SHA256()
		}
		got := *r.Photo
		got.Err, got.Error, want.Err, want.Error = nil, nil, nil, nil // a refusal is none of reading
		if !reflect.DeepEqual(&got, want) {
			t.Errorf("%s: the result differs from what the photo alone tells", jobs[i].Path)
		}
	}
}
