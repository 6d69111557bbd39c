package export

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/app/check"
	"blindspot/assets"
	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scrub"
	"blindspot/scrub/redact"
)

// newExporter is an Exporter without detectors.
func newExporter(t *testing.T) *Exporter {
	t.Helper()
	words, err := assets.English()
	if err != nil {
		t.Fatal(err)
	}
	return New(check.New(nil, words))
}

// portrait is a photo with metadata, and a plan that covers the face in it.
func portrait(t *testing.T) (string, *redact.Plan) {
	t.Helper()
	plan := &redact.Plan{Version: 1, Regions: []redact.Region{{Box: redact.Box{X: 320, Y: 70, W: 120, H: 120}, Style: redact.Blur}}}
	return filepath.Join(testenv.Photos(t), "dlib-faces", "examples", "faces", "2008_002506.jpg"), plan
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestRunKeepsTheOriginalAndNamesTheCopyNeutrally(t *testing.T) {
	path, plan := portrait(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	e := newExporter(t)
	photo := e.checker.One(t.Context(), path, nil, check.Options{})
	results, err := e.Run(t.Context(), []Job{{Path: path, Photo: photo, Plan: plan}}, Options{Dir: dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := results[0]
	if r.Err != nil || !r.Verified || r.Lossless || r.Output == nil || r.ScoreAfter == nil {
		t.Fatalf("result %+v, error %v", r, r.Err)
	}
	if *r.ScoreAfter < *photo.Score {
		t.Errorf("score after %d, before %d", *r.ScoreAfter, *photo.Score)
	}
	if r.LookedAgain {
		t.Error("the copy counts as looked at, without detectors")
	}
	if again := e.checker.One(t.Context(), *r.Output, nil, check.Options{}); *again.Score != *r.ScoreAfter {
		t.Errorf("a fresh check gives %d, score_after is %d", *again.Score, *r.ScoreAfter)
	}
	if names := files(t, dir); len(names) != 1 || strings.Contains(names[0], "2008") || !strings.HasSuffix(names[0], ".jpg") {
		t.Errorf("export folder holds %v", names)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the original was changed (%v)", err)
	}
}

func TestRunRemovesACopyThatFails(t *testing.T) {
	path, plan := portrait(t)
	segment := func(marker byte, payload string) []byte {
		n := len(payload) + 2
		return append([]byte{0xff, marker, byte(n >> 8), byte(n)}, payload...)
	}
	plant := func(at int, what []byte) func(*scan.Photo, *scrub.Result) {
		return func(_ *scan.Photo, r *scrub.Result) {
			if at < 0 {
				at = len(r.Data)
			}
			r.Data = append(append(bytes.Clone(r.Data[:at]), what...), r.Data[at:]...)
		}
	}
	tests := []struct {
		name   string
		spoil  func(original *scan.Photo, r *scrub.Result)
		is     error
		pixels bool
	}{
		{name: "thumbnail", spoil: plant(2, segment(0xe1, "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\xff\xd8\xff\xd9"))},
		{name: "comment", spoil: plant(2, segment(0xfe, "taken at home"))},
		{name: "trailer", spoil: plant(-1, []byte("after the end"))},
		{name: "second picture", spoil: plant(-1, []byte("\xff\xd8\xff\xd9"))},
		{name: "uncovered face", is: ErrStillVisible, spoil: func(original *scan.Photo, r *scrub.Result) {
			plain, err := scrub.Clean(context.Background(), original, scrub.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r.Data = plain.Data
		}},
		{name: "cut off", spoil: func(_ *scan.Photo, r *scrub.Result) { r.Data = r.Data[:len(r.Data)/2] }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			e := newExporter(t)
			e.scrub = func(ctx context.Context, p *scan.Photo, o scrub.Options) (*scrub.Result, error) {
				r, err := scrub.Clean(ctx, p, o)
				if err == nil {
					test.spoil(p, r)
				}
				return r, err
			}
			results, err := e.Run(t.Context(), []Job{{Path: path, Plan: plan}}, Options{Dir: dir}, nil)
			if err != nil {
				t.Fatal(err)
			}
			r := results[0]
			if r.Err == nil || r.Verified || r.Output != nil {
				t.Errorf("passed: %+v", r)
			}
			if !errors.Is(r.Err, scrub.ErrRefused) || (test.is != nil && !errors.Is(r.Err, test.is)) {
				t.Errorf("error %v", r.Err)
			}
			if names := files(t, dir); len(names) != 0 {
				t.Errorf("left in the folder: %v", names)
			}
		})
	}
}

func TestRunRefusesAPhotoThatChangedSinceItsCheck(t *testing.T) {
	path, _ := portrait(t)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(t.TempDir(), "mine.jpg")
	if err := os.WriteFile(mine, data, 0o600); err != nil {
		t.Fatal(err)
	}
	e := newExporter(t)
	photo := e.checker.One(t.Context(), mine, nil, check.Options{})
	if err := os.WriteFile(mine, append(data, 0), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	results, err := e.Run(t.Context(), []Job{{Path: mine, Photo: photo}}, Options{Dir: dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(results[0].Err, ErrChanged) {
		t.Errorf("error %v", results[0].Err)
	}
	if names := files(t, dir); len(names) != 0 {
		t.Errorf("left in the folder: %v", names)
	}
}

func TestCheckFolder(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"photos/trip", "out"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(root, "link")
	if err := os.Symlink(filepath.Join(root, "photos"), link); err != nil {
		t.Fatal(err)
	}
	photo := filepath.Join(root, "photos", "a.jpg")
	if err := os.WriteFile(photo, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		dir, root string
		refused   bool
	}{
		{"photos", "photos", true},
		{"photos/trip", "photos", true},
		{"photos/new/deeper", "photos", true},
		{"link/new", "photos", true},
		{"photos/new", "link", true},
		{"out", "photos", false},
		{"photos2", "photos", false},
		{"..photos", "photos", false},
		{"photos", "photos/trip", false},
		{"photos", "photos/a.jpg", false},
		{"", "photos", true},
	}
	for _, test := range tests {
		dir := test.dir
		if dir != "" {
			dir = filepath.Join(root, dir)
		}
		err := CheckFolder(dir, []string{filepath.Join(root, test.root)})
		if refused := errors.Is(err, ErrFolder); refused != test.refused {
			t.Errorf("folder %q for %q: %v", test.dir, test.root, err)
		}
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	path, _ := portrait(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := newExporter(t).Run(ctx, []Job{{Path: path}}, Options{Dir: dir}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if names := files(t, dir); len(names) != 0 {
		t.Errorf("left in the folder: %v", names)
	}
}

func TestManifest(t *testing.T) {
	path, _ := portrait(t)
	dir := t.TempDir()
	e := newExporter(t)
	for range 2 {
		results, err := e.Run(t.Context(), []Job{{Path: path}}, Options{Dir: dir}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteManifest(dir, results); err != nil {
			t.Fatal(err)
		}
	}
	verdicts, err := e.VerifyFolder(t.Context(), dir)
	if err != nil || len(verdicts) != 2 || !verdicts[0].Verified || !verdicts[1].Verified {
		t.Fatalf("%+v, %v", verdicts, err)
	}
	m, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil || bytes.Contains(m, []byte("2008_002506")) {
		t.Errorf("the manifest names the original: %s, %v", m, err)
	}
	// One pixel byte of one copy changes: structure is still right.
	data, err := os.ReadFile(verdicts[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-100] ^= 1
	if err := os.WriteFile(verdicts[0].Path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	verdicts, err = e.VerifyFolder(t.Context(), dir)
	if err != nil || verdicts[0].Verified || !verdicts[1].Verified {
		t.Fatalf("%+v, %v", verdicts, err)
	}
}
