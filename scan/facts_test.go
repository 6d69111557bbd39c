package scan_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
)

// kinds of fact whose recall is measured, by exiftool's tag name. floor is the
// share that must be found.
var kinds = []struct {
	name  string
	tag   *regexp.Regexp
	floor float64
}{
	{"serial", regexp.MustCompile(`SerialNumber$`), 0.95},
	{"owner", regexp.MustCompile(`^(OwnerName|Artist|Author|By-line|Creator|CameraOwnerName|XPAuthor|CopyrightNotice|Copyright|Rights|Credit)$`), 0.98},
	{"unique id", regexp.MustCompile(`(UniqueID|DocumentID|InstanceID|ContentIdentifier|BurstUUID)$`), 0.98},
	{"face region", regexp.MustCompile(`(RegionName|RegionPersonDisplayName|PersonInImage|RecognizedFace\dName|RegionRectangle|RegionAreaX)$`), 0.98},
	{"place in words", regexp.MustCompile(`(City|Sub-location|Sublocation|Province-State|State|Country-PrimaryLocationName|CountryName|Country)$`), 0.95},
	{"time", regexp.MustCompile(`^(DateTimeOriginal|CreateDate|ModifyDate|GPSDateStamp|DateCreated|TimeCreated|OffsetTime.*)$`), 0.95},
	{"software", regexp.MustCompile(`^(Software|CreatorTool|HistorySoftwareAgent|Claim_generator)$`), 0.95},
	{"device", regexp.MustCompile(`^(Make|Model|LensModel)$`), 0.95},
}

// wrongInExiftool has its angles as text with decimal commas, 52°50'34.0118", and
// exiftool takes the fraction of the degrees for minutes.
const wrongInExiftool = "goexif/exif/samples/geodegrees_as_string.jpg"

// TestRecall compares the facts with what exiftool finds in the same photos.
func TestRecall(t *testing.T) {
	dir := testenv.Photos(t)
	out, err := exec.Command(testenv.Program(t, "exiftool"), "-a", "-u", "-G1", "-n", "-j", "-r", dir).Output()
	if err != nil && len(out) == 0 {
		t.Fatal(err)
	}
	var files []map[string]any
	if err := json.Unmarshal(out, &files); err != nil {
		t.Fatal(err)
	}
	found, all, missed := map[string]int{}, map[string]int{}, map[string][]string{}
	count := func(kind string, ok bool, what string) {
		all[kind]++
		if ok {
			found[kind]++
		} else {
			missed[kind] = append(missed[kind], what)
		}
	}
	for _, file := range files {
		path := file["SourceFile"].(string)
		p, err := scan.Open(context.Background(), path)
		if errors.Is(err, scan.ErrNotPhoto) || errors.Is(err, scan.ErrUnsupported) || errors.Is(err, scan.ErrDamaged) {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		name, _ := filepath.Rel(dir, path)
		lat, okLat := file["Composite:GPSLatitude"].(float64)
		lon, okLon := file["Composite:GPSLongitude"].(float64)
		if okLat && okLon {
			ok := p.Position != nil && math.Abs(p.Position.Latitude-lat) < 1e-5 && math.Abs(p.Position.Longitude-lon) < 1e-5
			if name == wrongInExiftool {
				continue
			}
			count("gps", ok, fmt.Sprintf("%s: %v,%v, not %v", name, lat, lon, p.Position))
		} else if p.Position != nil {
			t.Logf("%s: a position %+v that exiftool does not compute", name, *p.Position)
		}
		for tag, value := range file {
			group, short, _ := strings.Cut(tag, ":")
			if group == "Composite" || group == "ICC-header" || group == "ICC_Profile" || strings.HasPrefix(group, "ICC") {
				continue
			}
			for _, k := range kinds {
				if !k.tag.MatchString(short) {
					continue
				}
				for _, want := range values(value) {
					count(k.name, has(p, short, want), fmt.Sprintf("%s: %s %q", name, tag, want))
				}
			}
		}
	}
	floors := map[string]float64{"gps": 0.97}
	for _, k := range kinds {
		floors[k.name] = k.floor
	}
	for kind, floor := range floors {
		recall := float64(found[kind]) / float64(all[kind])
		t.Logf("%-15s %4d of %4d, %.1f %%", kind, found[kind], all[kind], 100*recall)
		for _, m := range missed[kind] {
			t.Logf("  missed %s", m)
		}
		if all[kind] == 0 || recall < floor {
			t.Errorf("%s: recall %.3f, want %.3f", kind, recall, floor)
		}
	}
}

// values are the texts of a JSON value of exiftool.
func values(v any) []string {
	switch v := v.(type) {
	case []any:
		var all []string
		for _, e := range v {
			all = append(all, values(e)...)
		}
		return all
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case bool:
		return nil
	}
	s := strings.TrimSpace(fmt.Sprint(v))
	if s == "" || strings.HasPrefix(s, "(Binary") {
		return nil
	}
	return []string{s}
}

// has reports whether a fact of that tag, or of one that ends so, holds want.
func has(p *scan.Photo, tag, want string) bool {
	want = squash(want)
	for _, f := range p.Facts {
		if !strings.HasSuffix(strings.ToLower(f.Tag), strings.ToLower(tag)) && !strings.HasSuffix(strings.ToLower(tag), strings.ToLower(f.Tag)) {
			continue
		}
		if strings.Contains(squash(f.Value), want) {
			return true
		}
	}
	return false
}

// squash drops what programs write differently.
func squash(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z':
			return c
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		}
		return -1
	}, strings.TrimLeft(s, "0"))
}
