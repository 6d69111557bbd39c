package gui

import (
	"context"
	"errors"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/app/gui/portal"
	"blindspot/models"
	"blindspot/risk"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
	"blindspot/scrub"
	"blindspot/vision"
)

// fakeChecker gives each path the photo of its base name.
type fakeChecker struct {
	photos map[string]*check.Photo
	links  []check.Link
	during func() // called before each photo
	runs   [][]string
	o      check.Options // of the last run
}

func (f *fakeChecker) Run(ctx context.Context, list *check.List, o check.Options, on func(check.Event)) (*check.Report, error) {
	f.runs, f.o = append(f.runs, list.Paths), o
	r := &check.Report{Links: f.links}
	for i, path := range list.Paths {
		on(check.Event{Index: i, Path: path})
		if f.during != nil {
			f.during()
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p := f.photos[filepath.Base(path)]
		if p == nil {
			p = &check.Photo{Err: errors.New("no such photo in the test")}
		}
		p.Path = path
		on(check.Event{Index: i, Path: path, Photo: p, Thumbnail: image.NewRGBA(image.Rect(0, 0, 8, 8))})
		r.Photos = append(r.Photos, p)
	}
	return r, nil
}

// fakeExporter answers with what result makes of a job.
type fakeExporter struct {
	jobs   []export.Job
	o      export.Options
	result func(export.Job) *export.Result
	err    error
}

func (f *fakeExporter) Run(ctx context.Context, jobs []export.Job, o export.Options, on func(export.Event)) ([]*export.Result, error) {
	f.jobs, f.o = jobs, o
	if f.err != nil {
		return nil, f.err
	}
	for i, j := range jobs {
		on(export.Event{Index: i})
		on(export.Event{Index: i, Result: f.result(j)})
	}
	return nil, ctx.Err()
}

// fakeModels are detectors that are missing until they are installed.
type fakeModels struct {
	installed bool
	err       error
	installs  int
	removed   []string
	files     map[string]string // by task
}

func (f *fakeModels) List() []models.Status {
	return []models.Status{{Model: models.Model{Name: "yunet", Task: "faces", Licence: "Apache-2.0", Size: 16_400_000}, Installed: f.installed}}
}

func (f *fakeModels) Install(_ context.Context, o models.InstallOptions) error {
	f.installs++
	o.Progress("yunet", 1, 2)
	f.installed = f.err == nil
	return f.err
}

func (f *fakeModels) Dir() string { return "/models" }

func (f *fakeModels) Own(st models.Status) bool { return st.Installed }

func (f *fakeModels) Remove(name string) error {
	f.removed, f.installed = append(f.removed, name), false
	return f.err
}

func (f *fakeModels) Path(task string) (string, error) {
	if path, ok := f.files[task]; ok {
		return path, nil
	}
	return "", models.ErrMissing
}

func (f *fakeModels) Available() map[vision.Check]error {
	if f.installed {
		return nil
	}
	return map[vision.Check]error{vision.Faces: models.ErrMissing, vision.Objects: models.ErrMissing}
}

// trial is a window over fakes, in which everything happens at once.
type trial struct {
	*Window
	t        testing.TB
	checker  *fakeChecker
	exporter *fakeExporter
	models   *fakeModels
	shown    []string // paths shown in the file manager

	languages []string // that were spoken, one after the other
}

func newTrial(t *testing.T) *trial {
	t.Helper()
	return newTrialIn(t, test.NewTempApp(t))
}

// newTrialIn is a trial in a, whose preferences may hold something already.
func newTrialIn(t testing.TB, a fyne.App) *trial {
	t.Helper()
	tr := &trial{
		t:        t,
		checker:  &fakeChecker{photos: map[string]*check.Photo{}},
		exporter: &fakeExporter{},
		models:   &fakeModels{installed: true},
	}
	tr.exporter.result = func(j export.Job) *export.Result { return cleanResult(j) }
	tr.Window = New(a, tr.config())
	tr.spawn = func(f func()) { f() }
	tr.after = func(_ time.Duration, f func()) { f() }
	tr.expand = func(_ context.Context, paths []string, _ bool) (*check.List, error) {
		list := &check.List{}
		for _, p := range paths {
			if info, err := os.Stat(p); err == nil && info.IsDir() {
				all, _ := filepath.Glob(filepath.Join(p, "*"))
				list.Paths = append(list.Paths, all...)
			} else {
				list.Paths = append(list.Paths, p)
			}
		}
		return list, nil
	}
	tr.preview = func(context.Context, string) (levels, error) { return newLevels(picture(400, 300)), nil }
	tr.miniature = func(context.Context, string) []byte { return nil }
	tr.reveal = func(path string) error { tr.shown = append(tr.shown, path); return nil }
	tr.portal = func(context.Context, portal.Options) ([]string, error) { return nil, portal.ErrUnavailable }
	tr.folder = "/exports"
	tr.win.Resize(fyne.NewSize(firstWidth, firstHeight))
	tr.win.Show()
	return tr
}

func (tr *trial) config() Config {
	return Config{
		Speak: func(language string) (Checker, Exporter) {
			tr.languages = append(tr.languages, language)
			return tr.checker, tr.exporter
		},
		Installer: tr.models, Detectors: tr.models,
	}
}

// add puts photos on the list as if their files had been dropped.
func (tr *trial) add(names ...string) {
	tr.t.Helper()
	var uris []fyne.URI
	for _, n := range names {
		uris = append(uris, storage.NewFileURI("/photos/"+n))
	}
	tr.dropped(uris)
}

// centre is the middle of mark i in the view.
func (tr *trial) centre(i int) fyne.Position {
	pos, size := tr.view.view.place(tr.view.places[i])
	return pos.AddXY(size.Width/2, size.Height/2)
}

func picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(90 + 60*y/h), uint8(120 + 40*x/w), uint8(160 - 50*y/h), 255})
		}
	}
	return img
}

func ptr[T any](v T) *T { return &v }

// street is a photo with two faces, one of a bystander, and what gives it away.
func street() *check.Photo {
	return &check.Photo{
		Width: 4000, Height: 3000, Format: container.JPEG, Orientation: 1,
		Score: ptr(23), ScoreIfFixed: ptr(97),
		Attacks: map[risk.Attack]int{risk.Identification: 40, risk.ReIdentification: 23, risk.Inference: 71, risk.Linkage: 35},
		Checked: check.Checked{Metadata: true, Faces: true, Objects: true, Plates: true, Text: true, Codes: true},
		Parts: []container.Part{
			{Name: "SOI", Kind: container.Structure, Length: 2}, {Name: "APP1 Exif", Kind: container.Metadata, Length: 12_345},
			{Name: "thumbnail", Kind: container.Thumbnail, Length: 6000}, {Name: "scan", Kind: container.Pixels, Length: 1_500_000},
		},
		Metadata: []metadata.Fact{
			{Group: "GPS", Tag: "GPSLatitude", Value: "48.8584", Sensitive: true},
			{Group: "GPS", Tag: "GPSLongitude", Value: "2.2945", Sensitive: true},
			{Group: "EXIF", Tag: "SerialNumber", Value: "3012345", Sensitive: true},
			{Group: "EXIF", Tag: "ISO", Value: "100"},
		},
		Detections: []check.Detection{
			{ID: 1, Kind: "face", Label: "face", Confidence: .9, Box: check.Box{X: 800, Y: 600, W: 700, H: 900}},
			{ID: 2, Kind: "face", Label: "face", Confidence: .7, Box: check.Box{X: 3000, Y: 1000, W: 400, H: 500}, Bystander: true, Preselected: true},
			{ID: 3, Kind: "vehicle", Label: "car", Confidence: .8, Box: check.Box{X: 2000, Y: 2000, W: 1500, H: 700}},
		},
		Findings: []check.Finding{
			{Rule: "test.gps", Attack: risk.ReIdentification, Severity: risk.High, Risk: .6, Group: "location",
				Title: "The photo says where it was taken", Explanation: "Anyone who has the file can put a pin on a map.",
				Evidence: []string{"Place: 48.85840, 2.29450"}, Fix: ptr(risk.StripMetadata), ScoreWithout: 35},
			{Rule: "test.serial", Attack: risk.Linkage, Severity: risk.Medium, Risk: .5, Group: "device",
				Title: "The camera's serial number is in the file", Explanation: "All photos of this camera can be tied together.",
				Evidence: []string{"Serial number: 3012345"}, Fix: ptr(risk.StripMetadata), ScoreWithout: 23},
			{Rule: "test.face", Attack: risk.Identification, Severity: risk.High, Risk: .4, Group: "face:1",
				Title: "A face can be recognised", Explanation: "Face search finds other photos of the same person.",
				Fix: ptr(risk.Cover), Detection: ptr(1), ScoreWithout: 23},
			{Rule: "test.face", Attack: risk.Identification, Severity: risk.High, Risk: .4, Group: "face:2",
				Title: "A face can be recognised", Explanation: "Face search finds other photos of the same person.",
				Fix: ptr(risk.Cover), Detection: ptr(2), ScoreWithout: 23},
		},
	}
}

// plain is a photo in which nothing was found.
func plain() *check.Photo {
	return &check.Photo{
		Width: 800, Height: 600, Format: container.PNG, Orientation: 1, Score: ptr(100), ScoreIfFixed: ptr(100),
		Attacks: map[risk.Attack]int{risk.Identification: 100, risk.ReIdentification: 100, risk.Inference: 100, risk.Linkage: 100},
		Checked: check.Checked{Metadata: true, Faces: true, Objects: true, Plates: true, Text: true, Codes: true},
	}
}

func cleanResult(j export.Job) *export.Result {
	after := plain()
	after.Score = ptr(91)
	r := &export.Result{Photo: j.Photo, Output: ptr("/exports/photo-0001.jpg"), ScoreAfter: ptr(91), Verified: true, After: after, Lossless: j.Plan == nil, GainMap: scrub.NoGainMap,
		Removed: export.Removed{Parts: []container.Part{{Name: "APP1 Exif"}, {Name: "thumbnail"}}}}
	if j.Plan != nil {
		for _, region := range j.Plan.Regions {
			r.Removed.Regions = append(r.Removed.Regions, check.Box(region.Box))
		}
	}
	return r
}
