package check

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"blindspot/assets"
	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scrub"
	"blindspot/vision"
)

func newChecker(t *testing.T) *Checker {
	t.Helper()
	words, err := assets.English()
	if err != nil {
		t.Fatal(err)
	}
	return New(nil, words)
}

// picture is a small PNG.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestExpand(t *testing.T) {
	root := t.TempDir()
	photo := picture(t)
	for _, name := range []string{"b.png", "a.txt.png", "no extension", "trip/c.png", ".hidden.png", ".hidden/d.png"} {
		write(t, filepath.Join(root, name), photo)
	}
	write(t, filepath.Join(root, "notes.jpg"), []byte("not a photo, whatever its name"))
	write(t, filepath.Join(root, "empty.png"), nil)
	if err := os.Symlink(filepath.Join(root, "b.png"), filepath.Join(root, "link.png")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		paths     []string
		noRecurse bool
		want      []string
		skipped   int
	}{
		{"folder", []string{""}, false, []string{"a.txt.png", "b.png", "no extension", "trip/c.png"}, 4},
		{"folder alone", []string{""}, true, []string{"a.txt.png", "b.png", "no extension"}, 4},
		{"by name", []string{"notes.jpg", ".hidden.png"}, false, []string{"notes.jpg", ".hidden.png"}, 0},
		{"twice", []string{"b.png", "", "trip"}, true, []string{"b.png", "a.txt.png", "no extension", "trip/c.png"}, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var in []string
			for _, p := range test.paths {
				in = append(in, filepath.Join(root, p))
			}
			list, err := Expand(t.Context(), in, test.noRecurse)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range list.Paths {
				rel, err := filepath.Rel(root, p)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, rel)
			}
			if !slices.Equal(got, test.want) || list.Skipped != test.skipped {
				t.Errorf("got %q, skipped %d; want %q, %d", got, list.Skipped, test.want, test.skipped)
			}
		})
	}
	if _, err := Expand(t.Context(), []string{filepath.Join(root, "missing")}, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing path gave %v", err)
	}
}

func TestRunGoesOnAfterAPhotoThatFails(t *testing.T) {
	dir := t.TempDir()
	good, bad, missing := filepath.Join(dir, "good.png"), filepath.Join(dir, "bad.png"), filepath.Join(dir, "missing.png")
	write(t, good, picture(t))
	write(t, bad, []byte("\x89PNG\r\n\x1a\nand no more"))
	started, ended := 0, 0
	report, err := newChecker(t).Run(t.Context(), &List{Paths: []string{bad, missing, good}, Skipped: 2}, Options{Thumbnails: true}, func(e Event) {
		if e.Photo == nil {
			started++
			return
		}
		ended++
		if (e.Thumbnail != nil) != (e.Path == good) {
			t.Errorf("%s: thumbnail %v", e.Path, e.Thumbnail)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if started != 3 || ended != 3 {
		t.Errorf("%d started, %d ended", started, ended)
	}
	p := report.Photos
	if p[0].Error == nil || p[1].Error == nil || p[2].Error != nil {
		t.Errorf("errors %v, %v, %v", p[0].Error, p[1].Error, p[2].Error)
	}
	if p[2].Width != 40 || p[2].Height != 30 || p[2].Score == nil || !p[2].ScoreIsUpperBound {
		t.Errorf("%+v", p[2])
	}
	if s := report.Summary; s.Photos != 3 || s.Failed != 2 || s.Skipped != 2 || *s.LowestScore != *p[2].Score {
		t.Errorf("%+v", s)
	}
}

func TestSideCarsAreNamed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.png")
	write(t, path, picture(t))
	write(t, filepath.Join(dir, "A.xmp"), []byte("<x/>"))
	write(t, filepath.Join(dir, "b.xmp"), []byte("<x/>"))
	warnings := newChecker(t).One(t.Context(), path, nil, Options{}).Warnings
	if len(warnings) != 1 || !strings.Contains(warnings[0], "A.xmp") {
		t.Errorf("warnings %q", warnings)
	}
}

// A score that is an upper bound has a check that did not run, or a note that says
// why.
func TestEachUpperBoundIsExplained(t *testing.T) {
	var full bytes.Buffer
	full.Write(picture(t)[:33]) // signature and IHDR
	for i := range 21_000 {
		text := fmt.Sprintf("Word%d\x00of filler", i)
		_ = binary.Write(&full, binary.BigEndian, uint32(len(text)))
		full.WriteString("tEXt" + text)
		_ = binary.Write(&full, binary.BigEndian, crc32.ChecksumIEEE([]byte("tEXt"+text)))
	}
	full.Write(picture(t)[33:])
	c := newChecker(t)
	p := c.One(t.Context(), "full.png", full.Bytes(), Options{NoVision: true})
	if p.Err != nil {
		t.Fatal(p.Err)
	}
	why := c.catalogue.Text("warning.crowded", nil)
	if len(p.Metadata) < 20_000 || !p.ScoreIsUpperBound || !slices.Contains(p.Notes, why) {
		t.Errorf("%d facts, upper bound %t, notes %q", len(p.Metadata), p.ScoreIsUpperBound, p.Notes)
	}
	for _, o := range []Options{{}, {NoVision: true}} {
		p := c.One(t.Context(), "photo.png", picture(t), o)
		if !p.ScoreIsUpperBound || len(p.Checked.Missing()) == 0 || slices.Contains(p.Notes, why) {
			t.Errorf("%+v: upper bound %t, not checked %q, notes %q", o, p.ScoreIsUpperBound, p.Checked.Missing(), p.Notes)
		}
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "a.png")
	write(t, path, picture(t))
	if _, err := newChecker(t).Run(ctx, &List{Paths: []string{path}}, Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// The JSON field names are a promise.
func TestReportFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.png")
	write(t, path, picture(t))
	report, err := newChecker(t).Run(t.Context(), &List{Paths: []string{path}}, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var top, photo map[string]any
	if err := json.Unmarshal(data, &top); err != nil {
		t.Fatal(err)
	}
	photo = top["photos"].([]any)[0].(map[string]any)
	names := func(m map[string]any) []string {
		var n []string
		for k := range m {
			n = append(n, k)
		}
		slices.Sort(n)
		return n
	}
	want := strings.Fields("attacks checked detections error findings format height metadata orientation parts path score score_if_fixed score_is_upper_bound sha256 warnings width")
	if got := names(photo); !slices.Equal(got, want) {
		t.Errorf("photo has %q\nwant      %q", got, want)
	}
	if got := names(top); !slices.Equal(got, []string{"links", "photos", "summary", "version"}) {
		t.Errorf("report has %q", got)
	}
	for _, list := range []string{"parts", "metadata", "detections", "findings", "warnings"} {
		if reflect.TypeOf(photo[list]) != reflect.TypeFor[[]any]() {
			t.Errorf("%s is %T, not a list", list, photo[list])
		}
	}
}

func TestMask(t *testing.T) {
	tests := map[string]string{
		"":                 "",
		"anna@example.org": "a•••@•••••••.•••",
		"+49 170 1234567":  "+4• ••• •••••••",
		"Пароль: 1":        "П•••••: •",
	}
	for in, want := range tests {
		if got := mask(in); got != want {
			t.Errorf("mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNewDetection(t *testing.T) {
	d := NewDetection(3, vision.Detection{Kind: vision.Face, Label: "face", Confidence: .98765, Box: vision.Box{X: -4.5, Y: 10.2, W: 20, H: 100}}, 50, 60)
	if d.Box != (Box{X: 0, Y: 10, W: 16, H: 50}) || d.ID != 3 || d.Confidence != .988 || d.Preselected {
		t.Errorf("%+v", d)
	}
	outside := NewDetection(1, vision.Detection{Box: vision.Box{X: 70, Y: 70, W: 5, H: 5}}, 50, 60)
	if outside.Box.W != 0 || outside.Box.H != 0 {
		t.Errorf("a box outside the photo became %+v", outside.Box)
	}
}

func TestPreselected(t *testing.T) {
	tests := []struct {
		d    vision.Detection
		want bool
	}{
		{vision.Detection{Kind: vision.Face}, false},
		{vision.Detection{Kind: vision.Face, Bystander: true}, true},
		{vision.Detection{Kind: vision.Text}, false},
		{vision.Detection{Kind: vision.Text, Personal: "email"}, true},
		{vision.Detection{Kind: vision.Plate}, true},
		{vision.Detection{Kind: vision.Screen}, true},
		{vision.Detection{Kind: vision.Code}, true},
		{vision.Detection{Kind: vision.Document}, true},
		{vision.Detection{Kind: vision.Person}, false},
		{vision.Detection{Kind: vision.Vehicle}, false},
		{vision.Detection{Kind: vision.Object}, false},
	}
	for _, test := range tests {
		if got := preselected(test.d); got != test.want {
			t.Errorf("%s bystander=%v personal=%q: %v", test.d.Kind, test.d.Bystander, test.d.Personal, got)
		}
	}
}

// TestKeptGainMap checks a photo with a gain map, which is a finding, and a copy that
// keeps it, cleaned: that is told, and is none.
func TestKeptGainMap(t *testing.T) {
	path := filepath.Join(testenv.Photos(t), "libavif/tests/data/seine_sdr_gainmap_srgb.jpg")
	original, err := scan.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := scrub.Clean(t.Context(), original, scrub.Options{KeepGainMap: true})
	if err != nil || r.GainMap != scrub.GainMapKept {
		t.Fatalf("the gain map is %q, %v", r.GainMap, err)
	}
	c := newChecker(t)
	rules := func(p *Photo) (all []string) {
		for _, f := range p.Findings {
			all = append(all, f.Rule)
		}
		return all
	}
	before := c.One(t.Context(), path, original.Data, Options{NoVision: true})
	if !slices.Contains(rules(before), "preview.second-picture") {
		t.Errorf("of the original: %q", rules(before))
	}
	after := c.One(t.Context(), "copy.jpg", r.Data, Options{NoVision: true})
	if len(after.Findings) > 0 || !slices.Contains(after.Notes, c.catalogue.Text("warning.gain-map", nil)) {
		t.Errorf("of the copy: %q, %q", rules(after), after.Notes)
	}
}
