package places

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
)

func list(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Places(t), "Geolocation.dat"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func index(t testing.TB) *Index {
	t.Helper()
	x, err := Read(list(t))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// The towns are well known; the positions are those of landmarks, from memory to
// two or three decimals, so the country, region and zone have to agree and the
// town where the landmark lies in no suburb of its own.
func TestKnownPlaces(t *testing.T) {
	x := index(t)
	tests := []struct {
		lat, lon      float64
		country, zone string
		town          string // empty: a suburb may be nearer
	}{
		{48.8584, 2.2945, "FR", "Europe/Paris", ""},
		{51.5007, -0.1246, "GB", "Europe/London", ""},
		{52.5163, 13.3777, "DE", "Europe/Berlin", ""},
		{41.8902, 12.4922, "IT", "Europe/Rome", ""},
		{40.4168, -3.7038, "ES", "Europe/Madrid", ""},
		{38.7223, -9.1393, "PT", "Europe/Lisbon", ""},
		{48.2082, 16.3738, "AT", "Europe/Vienna", ""},
		{47.3769, 8.5417, "CH", "Europe/Zurich", ""},
		{52.3676, 4.9041, "NL", "Europe/Amsterdam", ""},
		{55.6761, 12.5683, "DK", "Europe/Copenhagen", ""},
		{59.3293, 18.0686, "SE", "Europe/Stockholm", ""},
		{59.9139, 10.7522, "NO", "Europe/Oslo", "Oslo"},
		{60.1699, 24.9384, "FI", "Europe/Helsinki", ""},
		{64.1466, -21.9426, "IS", "Atlantic/Reykjavik", "Reykjavík"},
		{37.9838, 23.7275, "GR", "Europe/Athens", ""},
		{41.0082, 28.9784, "TR", "Europe/Istanbul", ""},
		{30.0444, 31.2357, "EG", "Africa/Cairo", ""},
		{-33.9249, 18.4241, "ZA", "Africa/Johannesburg", "Cape Town"},
		{-1.2921, 36.8219, "KE", "Africa/Nairobi", "Nairobi"},
		{35.6762, 139.6503, "JP", "Asia/Tokyo", ""},
		{37.5665, 126.9780, "KR", "Asia/Seoul", ""},
		{39.9042, 116.4074, "CN", "Asia/Shanghai", ""},
		{28.6139, 77.2090, "IN", "Asia/Kolkata", "New Delhi"},
		{13.7563, 100.5018, "TH", "Asia/Bangkok", ""},
		{-33.8688, 151.2093, "AU", "Australia/Sydney", "Sydney"},
		{-36.8509, 174.7645, "NZ", "Pacific/Auckland", "Auckland"},
		{40.7128, -74.0060, "US", "America/New_York", ""},
		{37.7749, -122.4194, "US", "America/Los_Angeles", ""},
		{19.4326, -99.1332, "MX", "America/Mexico_City", ""},
		{-22.9068, -43.1729, "BR", "America/Sao_Paulo", ""},
		{-54.8019, -68.3030, "AR", "America/Argentina/Ushuaia", "Ushuaia"},
	}
	for _, test := range tests {
		p, ok := x.Nearest(test.lat, test.lon)
		if !ok || p.CountryCode != test.country || p.TimeZone != test.zone || p.Kilometres > 10 || (test.town != "" && p.Town != test.town) {
			t.Errorf("%.4f, %.4f: %+v, want %s in %s (%s)", test.lat, test.lon, p, test.town, test.country, test.zone)
		}
	}
}

// positions are where the photos beside the checkout were taken.
func positions(t *testing.T) [][2]float64 {
	t.Helper()
	var all [][2]float64
	dir := testenv.Photos(t)
	for _, e := range testenv.Index(t) {
		if !slices.Contains(e.Has, "gps") {
			continue
		}
		if p, err := scan.Open(t.Context(), filepath.Join(dir, e.File)); err == nil && p.Position != nil {
			all = append(all, [2]float64{p.Position.Latitude, p.Position.Longitude})
		}
	}
	if len(all) < 20 {
		t.Fatalf("%d photos with a position", len(all))
	}
	return all
}

// The tree must agree with a search through the whole file.
func TestNearestIsTheNearest(t *testing.T) {
	x := index(t)
	all := make([][2]float64, len(x.towns))
	for i, town := range x.towns {
		all[i][0], all[i][1] = coordinates(x.data[town.offset:])
	}
	asked := append([][2]float64{{90, 0}, {-90, 12}, {-16.5, 180}, {-16.5, -180}}, positions(t)...)
	t.Logf("%d positions", len(asked))
	rng := rand.New(rand.NewPCG(1, 2))
	for len(asked) < 500 {
		asked = append(asked, [2]float64{math.Asin(2*rng.Float64()-1) * 180 / math.Pi, 360*rng.Float64() - 180})
	}
	for _, at := range asked {
		lat, lon := at[0], at[1]
		p, ok := x.Nearest(lat, lon)
		if !ok {
			t.Fatalf("%f, %f: no place", lat, lon)
		}
		least := math.Inf(1)
		for _, c := range all {
			// No town of another latitude band is nearer than the band is.
			if math.Abs(c[0]-lat)*math.Pi/180*earthRadius < least {
				least = min(least, distance(lat, lon, c[0], c[1]))
			}
		}
		// The tree's points are single precision: half a metre of the earth.
		if p.Kilometres > least+.005 {
			t.Errorf("%f, %f: %s at %f km, the nearest is at %f km", lat, lon, p.Town, p.Kilometres, least)
		}
	}
}

func TestNearestRefusesWhatIsNoPosition(t *testing.T) {
	x := index(t)
	for _, at := range [][2]float64{{91, 0}, {0, 181}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		if p, ok := x.Nearest(at[0], at[1]); ok {
			t.Errorf("%v: %+v", at, p)
		}
	}
}

// small is a list of one town.
func small() []byte {
	return []byte("Geolocation1.03\t1\n# comment\n" +
		"\x80\x00\x00\x80\x00\x00\x35\x40\x01\x00\x00\x00\x01Middle\n" +
		"\x00\x00\x00\x00\x01\nXXNowhere\n\x00\x00\x00\x00\x02\n\nThe Region\n\x00\x00\x00\x00\x00")
}

func TestRead(t *testing.T) {
	x, err := Read(small())
	if err != nil {
		t.Fatal(err)
	}
	p, _ := x.Nearest(1, 1)
	want := Place{Town: "Middle", Region: "The Region", Country: "Nowhere", CountryCode: "XX", Population: 5400, Kilometres: p.Kilometres}
	if p != want || math.Abs(p.Kilometres-157.2) > .1 {
		t.Errorf("got %+v, want %+v", p, want)
	}
	for n := range len(small()) {
		if _, err := Read(small()[:n]); !errors.Is(err, ErrFormat) {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(small())
	f.Fuzz(func(t *testing.T, data []byte) {
		if x, err := Read(data); err == nil {
			x.Nearest(10, 20)
		}
	})
}

func BenchmarkNearest(b *testing.B) {
	x := index(b)
	rng := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		x.Nearest(170*rng.Float64()-85, 360*rng.Float64()-180)
	}
}

func BenchmarkRead(b *testing.B) {
	data := list(b)
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}
