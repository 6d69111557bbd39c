package outline

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

var write = flag.String("write", "", "folder to write drawn maps to")

func open(t testing.TB, name string) *Shapes {
	t.Helper()
	s, err := Open(filepath.Join(testenv.Places(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func world(t testing.TB) (land, countries *Shapes) {
	return open(t, "ne_50m_land.json"), open(t, "ne_110m_admin_0_countries.json")
}

func TestAt(t *testing.T) {
	_, countries := world(t)
	for _, c := range []struct {
		lat, lon   float64
		name, code string
	}{
		{48.8584, 2.2945, "France", ""}, // Natural Earth gives it no code here
		{43.46, 11.88, "Italy", "IT"},
		{23.5, 5, "Algeria", "DZ"},
		{-25, 135, "Australia", "AU"},
		{-33.9, 18.6, "South Africa", "ZA"},
		{-29.6, 28.2, "Lesotho", "LS"}, // within a hole of South Africa
		{61, 100, "Russia", "RU"},
		{67, -175, "Russia", "RU"}, // beyond the date line
		{-85, 10, "Antarctica", "AQ"},
		{40, -40, "", ""},
		{0, 0, "", ""},
		{math.NaN(), 0, "", ""},
	} {
		name, code, ok := countries.At(c.lat, c.lon)
		if name != c.name || code != c.code || ok != (c.name != "") {
			t.Errorf("%v, %v: %q %q %v, want %q %q", c.lat, c.lon, name, code, ok, c.name, c.code)
		}
	}
}

// places are pins for maps, and whether one is in the outline of a country.
var places = []struct {
	name     string
	lat, lon float64
	inside   bool
}{
	{"arezzo", 43.46745, 11.88513, true},
	{"paris", 48.8584, 2.2945, true},
	{"berlin", 52.52, 13.4, true},
	{"london", 51.5, -.12, true},
	{"tokyo", 35.68, 139.7, true},
	{"new-york", 40.71, -74, true},
	{"denver", 39.74, -104.99, true},
	{"irkutsk", 52.29, 104.28, true},
	{"anadyr", 64.73, 177.5, true},
	{"fiji", -17.8, 178, true},
	{"sydney", -33.87, 151.2, true},
	{"singapore", 1.29, 103.85, true},
	{"luxembourg", 49.61, 6.13, true},
	{"santiago", -33.45, -70.67, true},
	{"pole", -89, 40, true},
	{"atlantic", 35, -40, false},
}

func TestMap(t *testing.T) {
	land, countries := world(t)
	for _, p := range places {
		for _, darkly := range []bool{false, true} {
			img, err := Map(land, countries, p.lat, p.lon, 320, 240, darkly)
			if err != nil {
				t.Fatal(err)
			}
			colours := light
			if darkly {
				colours = dark
			}
			count := map[any]int{}
			for y := range 240 {
				for x := range 320 {
					count[img.RGBAAt(x, y)]++
				}
			}
			if count[colours.pin] < 100 {
				t.Errorf("%s: %d pixels of a pin", p.name, count[colours.pin])
			}
			if got := count[colours.country] > 50; got != p.inside {
				t.Errorf("%s: %d pixels of a country", p.name, count[colours.country])
			}
			if p.name == "atlantic" && count[colours.sea] < 60000 {
				t.Errorf("%s: %v", p.name, count)
			}
			if *write != "" {
				save(t, img, filepath.Join(*write, fmt.Sprintf("%s-%v.png", p.name, darkly)))
			}
		}
	}
}

func save(t *testing.T, img image.Image, path string) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The tip of the pin is where the position is: over a square island its corner.
func TestThePinPointsAtThePosition(t *testing.T) {
	s, err := Read([]byte(square))
	if err != nil {
		t.Fatal(err)
	}
	img, err := Map(s, s, 0, 0, 400, 400, false)
	if err != nil {
		t.Fatal(err)
	}
	// The square is drawn in the middle, the pin stands on its centre.
	if got := img.RGBAAt(200, 192); got != light.pin {
		t.Errorf("above the position is %v", got)
	}
	if got := img.RGBAAt(200, 215); got != light.country {
		t.Errorf("below the position is %v", got)
	}
	for _, at := range []image.Point{{20, 200}, {380, 200}, {200, 20}, {200, 380}} {
		if got := img.RGBAAt(at.X, at.Y); got != light.sea {
			t.Errorf("%v is %v, not the sea", at, got)
		}
	}
}

func TestMapRefuses(t *testing.T) {
	s, err := Read([]byte(square))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lat, lon      float64
		width, height int
	}{{91, 0, 10, 10}, {0, -181, 10, 10}, {math.NaN(), 0, 10, 10}, {0, 0, 0, 10}, {0, 0, 10, -1}, {0, 0, 5000, 10}} {
		if _, err := Map(s, s, c.lat, c.lon, c.width, c.height, false); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

const square = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"NAME":"Square","ISO_A2":"-99"},
"geometry":{"type":"Polygon","coordinates":[[[-5,-5],[5,-5],[5,5],[-5,5],[-5,-5]]]}}]}`

func TestRead(t *testing.T) {
	s, err := Read([]byte(square))
	if err != nil {
		t.Fatal(err)
	}
	if name, code, ok := s.At(1, 1); name != "Square" || code != "" || !ok {
		t.Errorf("%q %q %v", name, code, ok)
	}
	for what, data := range map[string]string{
		"no JSON":        `{`,
		"no feature":     `{"features":[]}`,
		"a point":        strings.Replace(square, "Polygon", "Point", 1),
		"a short ring":   `{"features":[{"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,2],[1,1]]]}}]}`,
		"half a pair":    strings.Replace(square, "[5,5]", "[5]", 1),
		"off the earth":  strings.Replace(square, "[5,5]", "[5,95]", 1),
		"another depth":  strings.Replace(square, "[5,5]", "[[5,5]]", 1),
		"no coordinates": `{"features":[{"geometry":{"type":"Polygon"}}]}`,
	} {
		if _, err := Read([]byte(data)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(square), 1.0, 1.0)
	f.Add([]byte(strings.Replace(strings.Replace(square, "[[[", "[[[[", 1), "]]]", "]]]]", 1)), 89.0, 179.0)
	f.Add([]byte(`{"features":[{"geometry":{"type":"Polygon","coordinates":[[[1,1],[1,1],[1,1],[1,1]]]}}]}`), 1.0, 1.0)
	f.Fuzz(func(t *testing.T, data []byte, lat, lon float64) {
		s, err := Read(data)
		if err != nil {
			return
		}
		s.At(lat, lon)
		if img, err := Map(s, s, lat, lon, 40, 30, false); err == nil && img.Rect != image.Rect(0, 0, 40, 30) {
			t.Errorf("size %v", img.Rect)
		}
	})
}

func BenchmarkMap(b *testing.B) {
	land, countries := world(b)
	for b.Loop() {
		if _, err := Map(land, countries, 43.46745, 11.88513, 480, 320, false); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	testenv.Places(b)
	for b.Loop() {
		world(b)
	}
}
