package check

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"blindspot/assets"
	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/risk"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
)

// folder is data by task, some of which is not installed.
type folder struct {
	mu    sync.Mutex
	paths map[string]string
}

func (f *folder) Path(task string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if path := f.paths[task]; path != "" {
		return path, nil
	}
	return "", fmt.Errorf("%s: %w", task, models.ErrMissing)
}

func (f *folder) install(task, path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.paths[task] = path
}

func at(latitude, longitude float64) *metadata.Position {
	return &metadata.Position{Latitude: latitude, Longitude: longitude}
}

func TestPlacesAreNamedOnceInstalled(t *testing.T) {
	dir := testenv.Places(t)
	broken := filepath.Join(t.TempDir(), "Geolocation.dat")
	write(t, broken, []byte("not a list of towns"))
	installed := &folder{paths: map[string]string{}}
	c := newChecker(t).WithPlaces(installed)
	arezzo := at(43.46745, 11.88513)
	if p := c.gazetteer.name(arezzo); p != nil {
		t.Errorf("nothing is installed, and it is %+v", p)
	}
	installed.install("places", broken)
	if p := c.gazetteer.name(arezzo); p != nil {
		t.Errorf("what is installed is broken, and it is %+v", p)
	}
	installed.install("places", filepath.Join(dir, "Geolocation.dat"))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			p := c.gazetteer.name(arezzo)
			if p == nil || p.Town != "Arezzo" || p.Region != "Tuscany" || p.Country != "Italy" || p.Kilometres > 5 {
				t.Errorf("%+v", p)
			}
		})
	}
	wait.Wait()
	if p := c.gazetteer.name(nil); p != nil {
		t.Errorf("no position is %+v", p)
	}
	if p := newChecker(t).gazetteer.name(arezzo); p != nil {
		t.Errorf("without data it is %+v", p)
	}
}

func TestFarFromTownsOnlyTheCountryIsNamed(t *testing.T) {
	dir := testenv.Places(t)
	installed := &folder{paths: map[string]string{"places": filepath.Join(dir, "Geolocation.dat")}}
	c := newChecker(t).WithPlaces(installed)
	sahara, atlantic := at(25.5, 1.5), at(40, -40)
	if p := c.gazetteer.name(sahara); p == nil || p.Country != "" || p.Kilometres <= risk.NearTown {
		t.Errorf("without outlines: %+v", p)
	}
	installed.install("outline-countries", filepath.Join(dir, "ne_110m_admin_0_countries.json"))
	if p := c.gazetteer.name(sahara); p == nil || p.Country != "Algeria" {
		t.Errorf("in the Sahara: %+v", p)
	}
	if p := c.gazetteer.name(atlantic); p == nil || p.Country != "" {
		t.Errorf("in the Atlantic: %+v", p)
	}
}

// finding is the finding of a rule; the test fails without it.
func finding(t *testing.T, p *Photo, rule string) Finding {
	t.Helper()
	i := slices.IndexFunc(p.Findings, func(f Finding) bool { return f.Rule == rule })
	if i < 0 {
		t.Fatalf("%s: no %s (error %v)", p.Path, rule, p.Err)
	}
	return p.Findings[i]
}

func TestPlacesAreSaid(t *testing.T) {
	photo := filepath.Join(testenv.Photos(t), "exif-samples", "jpg", "gps", "DSCN0010.jpg")
	store := &folder{paths: map[string]string{"places": filepath.Join(testenv.Places(t), "Geolocation.dat")}}
	o := Options{NoVision: true}
	plain := finding(t, newChecker(t).One(t.Context(), photo, nil, o), "location.gps")
	named := finding(t, newChecker(t).WithPlaces(store).One(t.Context(), photo, nil, o), "location.gps")
	const near = "Arezzo, Tuscany, Italy"
	if !strings.Contains(named.Explanation, "to within about 10 m, near "+near+". If it is your home") || !slices.Contains(named.Evidence, "Near: "+near) {
		t.Errorf("%s %q", named.Explanation, named.Evidence)
	}
	if strings.Contains(plain.Explanation, "Arezzo") || !strings.Contains(plain.Explanation, "10 m. If it is your home") {
		t.Errorf("%s", plain.Explanation)
	}
}

// cut cuts the left third off a JPEG and keeps its EXIF block, as programs do that
// forget the preview within it.
func cut(t *testing.T, path string) []byte {
	t.Helper()
	p, err := scan.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(p.Data))
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	rest := image.NewRGBA(image.Rect(0, 0, b.Dx()-b.Dx()/3, b.Dy()))
	draw.Draw(rest, rest.Rect, img, image.Pt(b.Min.X+b.Dx()/3, b.Min.Y), draw.Src)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, rest, nil); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Parts, func(p container.Part) bool { return p.Name == "APP1 Exif" })
	exif := p.Data[p.Parts[i].Offset : p.Parts[i].Offset+p.Parts[i].Length]
	return slices.Concat(out.Bytes()[:2], exif, out.Bytes()[2:])
}

func TestForgottenPreviews(t *testing.T) {
	path := filepath.Join(testenv.Photos(t), "exif-samples", "jpg", "gps", "DSCN0010.jpg")
	c := newChecker(t)
	whole := c.One(t.Context(), path, nil, Options{})
	finding(t, whole, "preview.same")
	finding(t, c.One(t.Context(), path, nil, Options{NoVision: true}), "preview.thumbnail")
	if slices.ContainsFunc(whole.Findings, func(f Finding) bool { return f.Rule == "preview.differs" }) {
		t.Error("the preview of the whole photo differs")
	}
	f := finding(t, c.One(t.Context(), path, cut(t, path), Options{}), "preview.differs")
	if f.Severity != risk.High || *f.Fix != risk.StripMetadata || !strings.HasPrefix(f.Evidence[0], "Preview: IFD1 ThumbnailImage, 160 × 120") {
		t.Errorf("%+v", f)
	}
	// Somebody cut off the upper part of this one.
	real := filepath.Join(testenv.Photos(t), "face_recognition", "examples", "knn_examples", "train", "kit_harington", "john2.jpeg")
	finding(t, c.One(t.Context(), real, nil, Options{}), "preview.differs")
}

func TestClassesHaveWords(t *testing.T) {
	f := newChecker(t).finding(risk.Finding{
		Rule:   "screen.visible",
		Values: []risk.Value{{Name: "Label", Value: "tv"}},
		Evidence: []risk.Value{
			{Name: "Seen", Value: "tv"}, {Name: "Seen", Value: "toaster oven"}, {Name: "Make", Value: "tv"}, {Name: "Make", Value: "tv"},
			{Name: "CreateDate", Value: "2008:10:22 16:28:39"}, {Name: "SerialNumber", Value: "2008:10:22:16"},
		},
	})
	if !strings.Contains(f.Explanation, "(television)") || !slices.Equal(f.Evidence, []string{
		"Seen: television", "Seen: toaster oven", "Maker: tv", "Digitised: 2008-10-22 16:28:39", "Serial number: 2008:10:22:16",
	}) {
		t.Errorf("%+v", f)
	}
}

// In German, all that is said is German, names of countries included.
func TestWordsAreOfOneLanguage(t *testing.T) {
	german, err := assets.In("de")
	if err != nil {
		t.Fatal(err)
	}
	store := &folder{paths: map[string]string{"places": filepath.Join(testenv.Places(t), "Geolocation.dat")}}
	c := New(nil, german).WithPlaces(store)
	dir := testenv.Photos(t)
	p := c.One(t.Context(), filepath.Join(dir, "exif-samples", "jpg", "gps", "DSCN0010.jpg"), nil, Options{NoVision: true})
	if f := finding(t, p, "location.gps"); !slices.Contains(f.Evidence, "Nahe: Arezzo, Tuscany, Italien") {
		t.Errorf("%q", f.Evidence)
	}
	// Each name of a country that the program can say has a German one.
	said := slices.Collect(maps.Values(callingCodes))
	said = slices.AppendSeq(said, maps.Values(accountCodes))
	for _, f := range slices.Concat(plateForms, postcodeForms) {
		said = append(said, f.country)
	}
	for _, name := range slices.Collect(maps.Values(domainCodes)) {
		if name != "" {
			said = append(said, name)
		}
	}
	for language := range signWords {
		if !german.Has("language." + language) {
			t.Errorf("%s has no German name", language)
		}
	}
	for _, name := range said {
		if !german.Has("country." + name) {
			t.Errorf("%s has no German name", name)
		}
	}
}
