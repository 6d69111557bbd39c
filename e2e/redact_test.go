package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"blindspot/internal/testenv"
)

// A plan's regions are covered in photos of all layouts and orientations, and
// not one sample changes outside them.
func TestPlanChangesNothingElse(t *testing.T) {
	testenv.Program(t, "djpeg")
	all, decodes := photosOf(t)
	// An animation has many pictures, in which nothing can be covered.
	paths := slices.DeleteFunc(all, func(p string) bool { return !decodes[p] || animated(t, p) })
	r := blindspot(t, environment(t, t.TempDir()), append([]string{"check", "--json", "--no-vision"}, paths...)...)

	// One document holds the plans of all photos, as clean --dry-run prints it.
	type region struct {
		Box   map[string]int `json:"box"`
		Shape string         `json:"shape"`
		Style string         `json:"style"`
	}
	type entry struct {
		SHA256 string         `json:"sha256"`
		Plan   map[string]any `json:"plan"`
	}
	var plans []entry
	planned := map[string]bool{}
	var doc struct {
		Photos []struct {
			Path, SHA256  string
			Width, Height int
			Error         *string
		}
	}
	if err := json.Unmarshal(r.stdout, &doc); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, p := range doc.Photos {
		const least = 64
		if p.Error != nil || p.Width < least || p.Height < least || planned[p.SHA256] {
			continue
		}
		planned[p.SHA256] = true
		files = append(files, p.Path)
		plans = append(plans, entry{p.SHA256, map[string]any{"version": 1, "regions": []region{
			{map[string]int{"x": p.Width / 8, "y": p.Height / 8, "w": p.Width / 5, "h": p.Height / 5}, "box", "solid"},
			{map[string]int{"x": p.Width / 2, "y": p.Height / 2, "w": p.Width / 4, "h": p.Height / 3}, "ellipse", "blur"},
		}}})
	}
	plan, err := json.Marshal(map[string]any{"photos": plans})
	if err != nil {
		t.Fatal(err)
	}
	planFile := filepath.Join(t.TempDir(), "plans.json")
	if err := os.WriteFile(planFile, plan, 0o600); err != nil {
		t.Fatal(err)
	}

	out := filepath.Join(t.TempDir(), "export")
	args := append([]string{"clean", "--json", "--no-vision", "--out", out, "--plan", planFile}, files...)
	redacted := blindspot(t, environment(t, t.TempDir()), args...).report(t)
	covered := 0
	copies := map[string]string{}
	for _, p := range redacted.Photos {
		if p.Output == nil {
			t.Logf("refused: %s: %s", short(t, p.Path), text(p.Error))
			continue
		}
		copies[p.Path] = *p.Output
		if p.Lossless || !p.Verified || len(p.Removed.Regions) < 2 {
			t.Errorf("%s: lossless %v, verified %v, covered %v", short(t, p.Path), p.Lossless, p.Verified, p.Removed.Regions)
		}
		compared, err := onlyRegionsChanged(p.Path, *p.Output, p)
		if err != nil {
			t.Errorf("%s: %v", short(t, p.Path), err)
		}
		if compared {
			covered++
		}
	}
	t.Logf("%d photos planned, %d cleaned, the pixels of %d compared", len(files), len(copies), covered)
	if float64(len(copies)) < wantCleaned*float64(len(files)) {
		t.Errorf("covered regions in %d photos of %d", len(copies), len(files))
	}
	if covered == 0 {
		t.Error("no pixel was compared")
	}
}

// animated says whether a file is an animated PNG.
func animated(t *testing.T, file string) bool {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.HasPrefix(data, []byte("\x89PNG")) && bytes.Contains(data, []byte("acTL"))
}

// onlyRegionsChanged compares two photos as stored. It is false for a layout that
// can't be compared (CMYK, which djpeg writes no picture of).
func onlyRegionsChanged(original, copied string, p photo) (bool, error) {
	before, err := samples(original)
	if err != nil || before == nil {
		return false, err
	}
	after, err := samples(copied)
	if err != nil {
		return false, err
	}
	if before.w != after.w || before.h != after.h || before.n != after.n {
		return false, fmt.Errorf("was %d×%d of %d samples, is %d×%d of %d", before.w, before.h, before.n, after.w, after.h, after.n)
	}
	inside := make([]bool, before.w*before.h)
	for _, region := range p.Removed.Regions {
		for y := max(0, region.Y); y < min(region.Y+region.H, p.Height); y++ {
			for x := max(0, region.X); x < min(region.X+region.W, p.Width); x++ {
				at := stored(image.Pt(x, y), p)
				if at.X >= before.w || at.Y >= before.h {
					return false, fmt.Errorf("region %v lies outside the picture of %d×%d", region, before.w, before.h)
				}
				inside[at.Y*before.w+at.X] = true
			}
		}
	}
	changed := 0
	for i, in := range inside {
		if bytes.Equal(before.data[i*before.n:(i+1)*before.n], after.data[i*before.n:(i+1)*before.n]) {
			continue
		}
		if !in {
			return true, fmt.Errorf("pixel %d,%d changed outside the regions %v (orientation %d)", i%before.w, i/before.w, p.Removed.Regions, p.Orientation)
		}
		changed++
	}
	if changed == 0 {
		return true, fmt.Errorf("nothing changed in the regions %v", p.Removed.Regions)
	}
	return true, nil
}

// stored is the place of a displayed pixel in the picture as stored, by the EXIF
// orientation (TIFF 6.0, tag 274).
func stored(at image.Point, p photo) image.Point {
	right, bottom := p.Width-1-at.X, p.Height-1-at.Y
	switch p.Orientation {
	case 2:
		return image.Pt(right, at.Y)
	case 3:
		return image.Pt(right, bottom)
	case 4:
		return image.Pt(at.X, bottom)
	case 5:
		return image.Pt(at.Y, at.X)
	case 6:
		return image.Pt(at.Y, right)
	case 7:
		return image.Pt(bottom, right)
	case 8:
		return image.Pt(bottom, at.X)
	}
	return at
}

// raster is a decoded picture of w × h pixels of n bytes each, row by row.
type raster struct {
	w, h, n int
	data    []byte
}

// samples decodes a photo by other means than the program's: JPEGs by djpeg
// without interpolation of chroma, PNGs by image/png. It is nil for a JPEG that
// djpeg has no output format for.
func samples(file string) (*raster, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		b := picture.Bounds()
		r := &raster{b.Dx(), b.Dy(), 8, make([]byte, 0, b.Dx()*b.Dy()*8)}
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				cr, cg, cb, ca := picture.At(x, y).RGBA()
				for _, v := range []uint32{cr, cg, cb, ca} {
					r.data = append(r.data, byte(v>>8), byte(v))
				}
			}
		}
		return r, nil
	}
	cmd := exec.Command("djpeg", "-nosmooth", "-pnm")
	cmd.Stdin = bytes.NewReader(data)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if len(out) == 0 {
		if bytes.Contains(stderr.Bytes(), []byte("PPM output must be grayscale or RGB")) {
			return nil, nil
		}
		return nil, fmt.Errorf("djpeg: %w: %s", err, stderr.Bytes())
	}
	in := bufio.NewReader(bytes.NewReader(out))
	var magic string
	var w, h, most int
	if _, err := fmt.Fscan(in, &magic, &w, &h, &most); err != nil {
		return nil, fmt.Errorf("djpeg: %w", err)
	}
	if _, err := in.ReadByte(); err != nil { // the one white space before the samples
		return nil, fmt.Errorf("djpeg: %w", err)
	}
	r := &raster{w: w, h: h, n: 3}
	if magic == "P5" {
		r.n = 1
	}
	if r.data, err = io.ReadAll(in); err != nil || len(r.data) != w*h*r.n {
		return nil, fmt.Errorf("djpeg: %d bytes for %d×%d: %w", len(r.data), w, h, err)
	}
	return r, nil
}

// truth is what people say is in a photo.
type truth struct {
	File     string
	Boxes    []struct{ X, Y, W, H float64 }
	Complete bool
}

func faceTruth(t *testing.T) []truth {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Photos(t), "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Faces []truth }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Faces) == 0 {
		t.Fatal("truth.json names no face")
	}
	return all.Faces
}

// Faces are found, covered, and found no more.
func TestFacesAreCovered(t *testing.T) {
	needDetectors(t)
	dir, err := filepath.Abs(testenv.Photos(t))
	if err != nil {
		t.Fatal(err)
	}
	env := environment(t, t.TempDir())
	var paths []string
	truths := faceTruth(t)
	for _, f := range truths {
		paths = append(paths, filepath.Join(dir, filepath.FromSlash(f.File)))
	}
	out := filepath.Join(t.TempDir(), "export")
	cleaned := blindspot(t, env, append([]string{"clean", "--json", "--redact", "faces", "--style", "blur", "--out", out}, paths...)...).report(t)
	again := blindspot(t, env, "check", "--json", out).report(t)
	seen := map[string]photo{}
	for _, p := range again.Photos {
		seen[p.Path] = p
	}

	total, hidden := 0, 0
	for i, p := range cleaned.Photos {
		name := short(t, p.Path)
		if p.Output == nil {
			t.Errorf("%s: refused: %s", name, text(p.Error))
			continue
		}
		if p.Score == nil || p.ScoreAfter == nil || *p.ScoreAfter < *p.Score {
			t.Errorf("%s: the score went from %v to %v", name, p.Score, p.ScoreAfter)
		}
		if _, err := onlyRegionsChanged(p.Path, *p.Output, p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		after, ok := seen[*p.Output]
		if !ok {
			t.Fatalf("check did not see %s", *p.Output)
		}
		for _, d := range p.Detections {
			if d.Kind != "face" {
				continue
			}
			if !slices.ContainsFunc(p.Removed.Regions, func(r box) bool { return d.Box.rectangle().In(r.rectangle()) }) {
				t.Errorf("%s: the face at %v is not covered", name, d.Box)
			}
			if slices.ContainsFunc(after.Detections, func(a detection) bool {
				return a.Kind == "face" && centre(a.Box).In(d.Box.rectangle())
			}) {
				t.Errorf("%s: the face at %v is still found in the copy", name, d.Box)
			}
		}
		for _, b := range truths[i].Boxes {
			total++
			face := box{int(b.X), int(b.Y), int(b.W), int(b.H)}
			if slices.ContainsFunc(p.Removed.Regions, func(r box) bool { return centre(face).In(r.rectangle()) }) {
				hidden++
			}
		}
	}
	t.Logf("%d of %d faces that people see are covered", hidden, total)
	if hidden*10 < total*9 {
		t.Errorf("%d of %d faces are covered, want nine in ten", hidden, total)
	}
}

func (b box) rectangle() image.Rectangle { return image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H) }

func centre(b box) image.Point { return image.Pt(b.X+b.W/2, b.Y+b.H/2) }
