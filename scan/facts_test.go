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
	"slices"
	"strconv"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/metadata"
)

// kinds of fact whose recall is measured, by exiftool's tag name. All must be
// found.
var kinds = []struct {
	name string
	tag  *regexp.Regexp
}{
	{"serial", regexp.MustCompile(`SerialNumber$`)},
	{"owner", regexp.MustCompile(`^(OwnerName|Artist|Author|By-line|Creator|CameraOwnerName|XPAuthor|CopyrightNotice|Copyright|Rights|Credit|CaptionWriter|Writer-Editor)$`)},
	{"contact", regexp.MustCompile(`^(Creator(WorkEmail|WorkTelephone|WorkURL|Address|City|Country|PostalCode|Region)|Contact|WebStatement|LicensorEmail)$`)},
	{"unique id", regexp.MustCompile(`(UniqueID|DocumentID|InstanceID|ContentIdentifier|BurstUUID)$`)},
	{"face region", regexp.MustCompile(`(RegionName|RegionPersonDisplayName|PersonInImage|RecognizedFace\dName|RegionRectangle|RegionAreaX)$`)},
	{"place in words", regexp.MustCompile(`(City|Sub-location|Sublocation|Province-State|State|Country-PrimaryLocationName|CountryName|Country)$`)},
	{"file name", regexp.MustCompile(`(OriginalFileName|ThumbnailFileName|PreservedFileName|RawFileName|DocumentName|SlicesGroupName|^FileNumber)$`)},
	{"edit history", regexp.MustCompile(`^(History(Action|When|Changed|Parameters)|DerivedFrom.*ID|Ingredients.*ID)$`)},
	{"time", regexp.MustCompile(`^(DateTimeOriginal|CreateDate|ModifyDate|GPSDateStamp|DateCreated|TimeCreated|OffsetTime.*|TimeZone|HistoryWhen|MetadataDate)$`)},
	{"software", regexp.MustCompile(`^(Software|CreatorTool|HistorySoftwareAgent|Claim_generator|WriterName|ReaderName)$`)},
	{"device", regexp.MustCompile(`^(Make|Model|LensModel)$`)},
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
	kindsOf := map[string][]int{} // by tag
	for i, file := range files {
		if testing.Short() && i%4 != 0 {
			continue
		}
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
			of, known := kindsOf[short]
			if !known {
				for k := range kinds {
					if kinds[k].tag.MatchString(short) {
						of = append(of, k)
					}
				}
				kindsOf[short] = of
			}
			for _, k := range of {
				for _, want := range values(value) {
					count(kinds[k].name, has(p, short, want), fmt.Sprintf("%s: %s %q", name, tag, want))
				}
			}
		}
	}
	names := []string{"gps"}
	for _, k := range kinds {
		names = append(names, k.name)
	}
	for _, kind := range names {
		t.Logf("%-15s %4d of %4d, %.1f %%", kind, found[kind], all[kind], 100*float64(found[kind])/float64(all[kind]))
		for _, m := range missed[kind] {
			t.Errorf("missed %s: %s", kind, m)
		}
		if all[kind] == 0 && !testing.Short() {
			t.Errorf("%s: exiftool found none", kind)
		}
	}
}

// exiv2Line is a line of exiv2 for several files: path, key, value.
var exiv2Line = regexp.MustCompile(`^(.*?) +((?:Exif|Iptc|Xmp)\.\S+) +(.*)$`)

// TestRecallOfExiv2 does the same with another program, by value alone: the two
// name tags differently.
func TestRecallOfExiv2(t *testing.T) {
	dir := testenv.Photos(t)
	args := []string{"-q", "-Pkv"}
	for _, key := range []string{"SerialNumber", "OwnerName", "UniqueID", "DocumentID", "InstanceID", "Artist", "Byline", "dc.creator", "City", "CiTel", "CiEmail"} {
		args = append(args, "-g", key)
	}
	photos := map[string]*scan.Photo{}
	for _, e := range testenv.Index(t) {
		path := filepath.Join(dir, e.File)
		if p, err := scan.Open(context.Background(), path); err == nil {
			photos[path] = p
			args = append(args, path)
		}
	}
	// The status tells of files that hold nothing.
	out, _ := exec.Command(testenv.Program(t, "exiv2"), args...).Output()
	found, all := 0, 0
	for line := range strings.Lines(string(out)) {
		m := exiv2Line.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil || photos[m[1]] == nil || strings.HasPrefix(m[3], "type=") {
			continue
		}
		want := squash(strings.TrimPrefix(m[3], "lang=\"x-default\" "))
		if want == "" {
			continue
		}
		all++
		asText, asHex := fromBytes(m[3])
		if slices.ContainsFunc(photos[m[1]].Facts, func(f metadata.Fact) bool {
			value := squash(f.Value)
			return strings.Contains(value, want) || asHex != "" && (value == asHex || asText != "" && strings.Contains(value, asText))
		}) {
			found++
		} else {
			t.Errorf("missed %s: %s %q", m[1], m[2], m[3])
		}
	}
	t.Logf("%d of %d", found, all)
	if all < 100 {
		t.Errorf("exiv2 found only %d", all)
	}
}

// fromBytes is a value that exiv2 writes as the numbers of its bytes, as text and in
// hexadecimal, squashed; "" where it is none.
func fromBytes(value string) (asText, asHex string) {
	var b []byte
	for _, field := range strings.Fields(value) {
		n, err := strconv.ParseUint(field, 10, 8)
		if err != nil {
			return "", ""
		}
		b = append(b, byte(n))
	}
	before, _, _ := strings.Cut(string(b), "\x00")
	return squash(before), squash(fmt.Sprintf("%x", b))
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

// TestSignersAreNamed asks who signed each photo with a C2PA manifest that has a
// signature.
func TestSignersAreNamed(t *testing.T) {
	signed, named := 0, 0
	for _, e := range testenv.Index(t) {
		if !slices.Contains(e.Has, "c2pa") {
			continue
		}
		p, err := scan.Open(context.Background(), filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			continue
		}
		has := func(group, tag, value string) bool {
			return slices.ContainsFunc(p.Facts, func(f metadata.Fact) bool {
				return f.Group == group && f.Tag == tag && strings.Contains(f.Value, value)
			})
		}
		if !has("JUMBF", "JUMDLabel", "c2pa.signature") {
			continue
		}
		signed++
		if has("C2PA", "Signer", "CN=") && has("C2PA", "SignerIssuer", "CN=") {
			named++
		} else {
			t.Logf("%s: no signer", e.File)
		}
	}
	t.Logf("%d of %d", named, signed)
	if signed < 10 || named < signed {
		t.Errorf("the signer of %d photos of %d is named", named, signed)
	}
}
