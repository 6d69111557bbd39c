package e2e

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

// wantCleaned is the share of the photos that another program can decode which
// has to be cleaned; the others may be refused.
const wantCleaned = 0.95

// Every JPEG and PNG of the folder of photos is cleaned, and each copy judged.
func TestEveryPhotoIsCleaned(t *testing.T) {
	photos, decodes := photosOf(t)
	before := sums(t, photos)
	out := filepath.Join(t.TempDir(), "export")

	args := append([]string{"clean", "--out", out, "--json"}, photos...)
	r := blindspot(t, environment(t, t.TempDir()), args...)
	doc := r.report(t)

	if len(doc.Photos) != len(photos) {
		t.Fatalf("clean tells of %d photos of %d", len(doc.Photos), len(photos))
	}
	copies := map[string]string{} // original → copy
	reasons := map[string][]string{}
	decodable, cleaned := 0, 0
	for i, p := range doc.Photos {
		if p.Path != photos[i] {
			t.Fatalf("photo %d is %s, want %s", i, p.Path, photos[i])
		}
		if decodes[p.Path] {
			decodable++
		}
		if (p.Output == nil) != (p.Error != nil) {
			t.Errorf("%s: output %v with error %v", p.Path, text(p.Output), text(p.Error))
		}
		if p.Output == nil {
			reasons[reason(p)] = append(reasons[reason(p)], p.Path)
			continue
		}
		if !p.Lossless || !p.Verified {
			t.Errorf("%s: lossless %v, verified %v", p.Path, p.Lossless, p.Verified)
		}
		if p.Score != nil || p.ScoreAfter != nil {
			t.Errorf("%s has a score, but no check was asked for", p.Path)
		}
		copies[p.Path] = *p.Output
		if decodes[p.Path] {
			cleaned++
		}
	}
	t.Logf("%d photos: %d cleaned, %d refused; of %d that ImageMagick decodes %d cleaned",
		len(photos), len(copies), len(photos)-len(copies), decodable, cleaned)
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("refused %d: %s, as %s", len(reasons[why]), why, reasons[why][0])
	}
	if float64(cleaned) < wantCleaned*float64(decodable) {
		t.Errorf("cleaned %d of %d decodable photos, want %.0f %%", cleaned, decodable, 100*wantCleaned)
	}
	if want := 1; len(reasons) > 0 && r.status != want {
		t.Errorf("exit status %d, want %d where some photo failed", r.status, want)
	}

	if after := sums(t, photos); !equal(before, after) {
		t.Error("an original was changed")
	}
	judge(t, copies, decodes)
	if entries := files(t, out); len(entries) != len(copies) {
		t.Errorf("the export folder holds %d files for %d copies", len(entries), len(copies))
	}
	neutral(t, copies)

	t.Run("again", func(t *testing.T) {
		// What is clean stays as it is, byte for byte.
		second := filepath.Join(t.TempDir(), "export")
		r := blindspot(t, environment(t, t.TempDir()), "clean", "--out", second, "--json", out)
		for _, p := range r.report(t).Photos {
			if p.Output == nil {
				t.Errorf("a cleaned photo is refused: %s", text(p.Error))
				continue
			}
			if sums(t, []string{p.Path})[p.Path] != sums(t, []string{*p.Output})[*p.Output] {
				t.Errorf("cleaning %s again changed it", filepath.Base(p.Path))
			}
		}
	})
}

// otherProfile names the photos whose colour profile exiftool finds and a decoder
// doesn't, or not so, with the reason.
var otherProfile = map[string]string{
	"0d466db9067b719df0b06ef441bf1ee7.png": "two iCCP chunks; the first counts",
	"66ac49ef3f48ac9482049e1ab57a53e9.png": "a profile in a zTXt chunk; sRGB says otherwise",
	"829b05b759b2977bc3eb970ab256d867.png": "iCCP after the pixels",
}

// judge looks at copies with other eyes. The keys are the originals; decodes holds
// those that ImageMagick decodes to the end.
func judge(t *testing.T, copies map[string]string, decodes map[string]bool) {
	t.Helper()
	originals := slices.Sorted(maps.Keys(copies))
	var written []string
	for _, o := range originals {
		written = append(written, copies[o])
	}
	before, after := describe(t, originals), describe(t, written)
	pixelsBefore, pixelsAfter := signatures(t, originals), signatures(t, written)
	compared := 0
	for _, original := range originals {
		name, c := short(t, original), copies[original]
		if found := leftovers(after[c]); len(found) > 0 {
			t.Errorf("%s: the copy still says %s", name, strings.Join(found, "; "))
		}
		if was, is := kept(before[original]), kept(after[c]); otherProfile[filepath.Base(original)] == "" && !reflect.DeepEqual(was, is) {
			t.Errorf("%s: orientation and colour profile were %v, are %v", name, brief(was), brief(is))
		}
		if err := tidy(c); err != nil {
			t.Errorf("%s: the copy holds %v", name, err)
		}
		if was := pixelsBefore[original]; was != "" && decodes[original] {
			compared++
			if is := pixelsAfter[c]; is != was {
				t.Errorf("%s: decodes to other pixels: %q, was %q", name, is, was)
			}
		}
	}
	t.Logf("the pixels of %d copies were compared", compared)
	if compared == 0 {
		t.Error("ImageMagick decoded nothing")
	}
}

// neutral fails where the name of a copy tells the name of its original.
func neutral(t *testing.T, copies map[string]string) {
	t.Helper()
	for original, c := range copies {
		stem := strings.TrimSuffix(filepath.Base(original), filepath.Ext(original))
		if len(stem) > 4 && strings.Contains(strings.ToLower(filepath.Base(c)), strings.ToLower(stem)) {
			t.Errorf("the copy of %s is called %s", short(t, original), filepath.Base(c))
		}
	}
}

// Every photo of every format is checked; none may crash or hang the program.
func TestEveryPhotoIsChecked(t *testing.T) {
	dir := testenv.Photos(t)
	r := blindspot(t, environment(t, t.TempDir()), "check", "--json", "--no-vision", dir)
	doc := r.report(t)
	if len(doc.Photos) == 0 {
		t.Fatal("check found no photo")
	}
	failed, scored := 0, 0
	for _, p := range doc.Photos {
		switch {
		case p.Error != nil:
			failed++
			if p.Score != nil {
				t.Errorf("%s failed and has a score", p.Path)
			}
		case p.Score == nil:
			t.Errorf("%s has neither a score nor an error", p.Path)
		case !p.UpperBound:
			t.Errorf("%s: no pixel was looked at, but its score is no upper bound", p.Path)
		default:
			scored++
		}
	}
	t.Logf("%d photos: %d scored, %d not readable", len(doc.Photos), scored, failed)
	if failed > 0 && r.status != 1 {
		t.Errorf("exit status %d, want 1 where some photo failed", r.status)
	}
	_, decodes := photosOf(t)
	byPath := map[string]photo{}
	for _, p := range doc.Photos {
		absolute, err := filepath.Abs(p.Path)
		if err != nil {
			t.Fatal(err)
		}
		byPath[absolute] = p
	}
	read, readable := 0, 0
	for path, decodable := range decodes {
		if !decodable {
			continue
		}
		readable++
		if p, ok := byPath[path]; ok && p.Error == nil {
			read++
		}
	}
	if float64(read) < wantCleaned*float64(readable) {
		t.Errorf("read %d of %d decodable JPEGs and PNGs", read, readable)
	}
}

// reason is why a photo was refused, without its own path and numbers.
func reason(p photo) string {
	why := strings.ReplaceAll(text(p.Error), p.Path, "…")
	why = strings.ReplaceAll(why, filepath.Base(p.Path), "…")
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '#'
		}
		return r
	}, why)
}

func text(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// short is a photo's path within the folder of photos.
func short(t *testing.T, path string) string {
	t.Helper()
	dir, err := filepath.Abs(testenv.Photos(t))
	if err != nil {
		t.Fatal(err)
	}
	if rel, err := filepath.Rel(dir, path); err == nil {
		return rel
	}
	return path
}

// brief leaves the tags of a colour profile out but for how many there are.
func brief(tags map[string]any) string {
	profile := 0
	for key := range tags {
		if strings.HasPrefix(key, "ICC") {
			profile++
		}
	}
	return fmt.Sprintf("%v with %d profile tags", tags["Orientation"], profile)
}

func sums(t *testing.T, paths []string) map[string][sha256.Size]byte {
	t.Helper()
	s := map[string][sha256.Size]byte{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s[path] = sha256.Sum256(data)
	}
	return s
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
