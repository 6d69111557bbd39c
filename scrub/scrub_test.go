package scrub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
)

// formats are those that are cleaned, as the index of the photos calls them.
var formats = []string{"JPEG", "jpeg", "MPO", "PNG", "APNG", "WEBP", "Extended WEBP", "BMP"}

// cleaned is a photo of the folder and its copy.
type cleaned struct {
	entry testenv.Entry
	photo *scan.Photo
	copy  *Result
	path  string // of the copy
}

// cleanAll cleans every photo of the folder into a temporary one, verifies it,
// and returns the copies and why the others were refused.
func cleanAll(t *testing.T) (dir string, done []cleaned, refused map[string]error) {
	t.Helper()
	ctx := context.Background()
	dir, refused = t.TempDir(), map[string]error{}
	for i, e := range testenv.Index(t, formats...) {
		p, err := scan.Open(ctx, filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			refused[e.File] = err
			continue
		}
		r, err := Clean(ctx, p, Options{})
		if err != nil {
			if !errors.Is(err, ErrRefused) {
				t.Errorf("%s: the error does not wrap ErrRefused: %v", e.File, err)
			}
			refused[e.File] = err
			continue
		}
		if err := Verify(ctx, p, r.Data, nil); err != nil {
			t.Errorf("%s: %v", e.File, err)
			refused[e.File] = err
			continue
		}
		path := filepath.Join(dir, number(i)+"."+string(p.Format))
		if err := os.WriteFile(path, r.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		done = append(done, cleaned{e, p, r, path})
	}
	return dir, done, refused
}

func number(i int) string {
	return string([]byte{byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10)})
}

func TestCleanEveryPhoto(t *testing.T) {
	dir, done, refused := cleanAll(t)
	type row struct{ files, decode, cleaned, cleanedDecode, refused, residue, pixels, orientation, colour, larger int }
	table := map[container.Format]*row{}
	at := func(f container.Format) *row {
		if table[f] == nil {
			table[f] = &row{}
		}
		return table[f]
	}
	format := func(e testenv.Entry) container.Format {
		for prefix, f := range map[string]container.Format{"JPEG": container.JPEG, "jpeg": container.JPEG, "MPO": container.JPEG, "PNG": container.PNG, "APNG": container.PNG, "BMP": container.BMP} {
			if e.Format == prefix {
				return f
			}
		}
		return container.WebP
	}
	for _, e := range testenv.Index(t, formats...) {
		r := at(format(e))
		r.files++
		if e.Decodes {
			r.decode++
		}
		if err := refused[e.File]; err != nil {
			r.refused++
			if e.Decodes {
				t.Logf("refused though it decodes: %v", err)
			} else {
				t.Logf("refused: %v", err)
			}
		}
	}
	left := residue(t, dir, len(done))
	var originals, copies []string
	for _, c := range done {
		originals, copies = append(originals, c.photo.Path), append(copies, c.path)
	}
	before, after := shown(t, originals), shown(t, copies)
	pixelsBefore, pixelsAfter := pixelHashes(t, originals), pixelHashes(t, copies)
	for _, c := range done {
		r := at(c.photo.Format)
		r.cleaned++
		if c.entry.Decodes {
			r.cleanedDecode++
			if a, b := pixelsBefore[c.photo.Path], pixelsAfter[c.path]; a == "" || a != b {
				r.pixels++
				t.Errorf("%s: pixels differ", c.entry.File)
			}
		}
		for _, part := range c.copy.Unfollowed {
			t.Logf("%s: %s at byte %d could not be followed", c.entry.File, part.Name, part.Offset)
		}
		if facts := left[filepath.Base(c.path)]; len(facts) > 0 {
			r.residue++
			t.Errorf("%s: exiftool still finds %v", c.entry.File, facts)
		}
		a, b := before[c.photo.Path], after[c.path]
		if a.orientation != b.orientation {
			r.orientation++
			t.Errorf("%s: exiftool gives orientation %d, not %d", c.entry.File, b.orientation, a.orientation)
		}
		if a.colour != b.colour && noColour[c.entry.File] == "" {
			r.colour++
			t.Errorf("%s: exiftool gives colour space %q, not %q", c.entry.File, b.colour, a.colour)
		}
		// A file without an end gets one.
		ends := 0
		for _, w := range c.photo.Warnings {
			if strings.Contains(w, "end") {
				ends = 12
			}
		}
		if len(c.copy.Data) > len(c.photo.Data)+ends {
			r.larger++
			t.Errorf("%s: the copy is larger: %d bytes, not %d", c.entry.File, len(c.copy.Data), len(c.photo.Data))
		}
		again, err := scan.Read(context.Background(), c.path, c.copy.Data)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := Clean(context.Background(), again, Options{})
		if err != nil {
			t.Errorf("%s: the copy cannot be cleaned: %v", c.entry.File, err)
		} else if !bytes.Equal(twice.Data, c.copy.Data) {
			t.Errorf("%s: cleaning the copy changes it", c.entry.File)
		}
	}
	decode, ok := 0, 0
	t.Log("format  files decode cleaned refused residue pixels orientation colour larger")
	for f, r := range table {
		decode, ok = decode+r.decode, ok+r.cleanedDecode
		t.Logf("%-7s %5d %6d %7d %7d %7d %6d %11d %6d %6d", f, r.files, r.decode, r.cleaned, r.refused, r.residue, r.pixels, r.orientation, r.colour, r.larger)
	}
	share := float64(ok) / float64(decode)
	t.Logf("cleaned of those that decode: %d of %d, %.1f %%", ok, decode, 100*share)
	if share < 0.97 {
		t.Error("want 97 %")
	}
}

// pixelHashes are ImageMagick's hashes of the pixels of every frame of each file.
func pixelHashes(t *testing.T, files []string) map[string]string {
	t.Helper()
	all := map[string]string{}
	identify := testenv.Program(t, "identify")
	results := make(chan []byte)
	const calls = 2 // at a time: starting identify once for each file takes longer than its work
	halves := slices.Collect(slices.Chunk(files, max(1, (len(files)+calls-1)/calls)))
	for _, half := range halves {
		go func() {
			// The status tells of files that do not decode: they are missing then.
			out, _ := exec.Command(identify, slices.Concat([]string{"-quiet", "-format", "%# %i\n"}, half)...).Output()
			results <- out
		}()
	}
	for range halves {
		for line := range strings.Lines(string(<-results)) {
			if hash, path, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
				all[path] += hash + "\n"
			}
		}
	}
	if len(all) == 0 && len(files) > 0 {
		t.Fatalf("%s read none of %d files", identify, len(files))
	}
	return all
}

// display is what decides how a photo looks beside its pixels.
type display struct {
	orientation int    // 1 where none is given
	colour      string // colour space of the ICC profile
}

// noColour are photos with a profile that exiftool finds and decoders do not use.
var noColour = map[string]string{
	"metadata-extractor-images/png/ImageTestSuite/66ac49ef3f48ac9482049e1ab57a53e9.png": "in a text chunk",
	"metadata-extractor-images/png/ImageTestSuite/829b05b759b2977bc3eb970ab256d867.png": "behind the pixels, where libpng ignores it",
}

// shown is what exiftool says of the display of each file.
func shown(t *testing.T, files []string) map[string]display {
	t.Helper()
	list := filepath.Join(t.TempDir(), "files")
	if err := os.WriteFile(list, []byte(strings.Join(files, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(testenv.Program(t, "exiftool"), "-n", "-G1", "-j", "-IFD0:Orientation", "-ICC-header:ColorSpaceData", "-@", list).Output()
	if err != nil && len(out) == 0 {
		t.Fatal(err)
	}
	var found []struct {
		SourceFile  string
		Orientation any    `json:"IFD0:Orientation"`
		Colour      string `json:"ICC-header:ColorSpaceData"`
	}
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	all := map[string]display{}
	for _, f := range found {
		d := display{1, f.Colour}
		if o, ok := f.Orientation.(float64); ok && o >= 1 && o <= 8 {
			d.orientation = int(o)
		}
		all[f.SourceFile] = d
	}
	if len(all) != len(files) {
		t.Fatalf("exiftool read %d of %d files", len(all), len(files))
	}
	return all
}

// residue is what exiftool finds in each file of dir beside file structure,
// colour and the orientation. It must have read all copies.
func residue(t *testing.T, dir string, copies int) map[string][]string {
	t.Helper()
	out, err := exec.Command(testenv.Program(t, "exiftool"), "-a", "-u", "-G1", "-ee3", "-j", dir).Output()
	if err != nil && len(out) == 0 {
		t.Fatal(err)
	}
	var files []map[string]any
	if err := json.Unmarshal(out, &files); err != nil {
		t.Fatal(err)
	}
	if len(files) != copies {
		t.Fatalf("exiftool read %d of %d copies", len(files), copies)
	}
	found := map[string][]string{}
	for _, f := range files {
		name := filepath.Base(f["SourceFile"].(string))
		for tag := range f {
			group, rest, _ := strings.Cut(tag, ":")
			if tag == "SourceFile" || allowedResidue(group, rest) {
				continue
			}
			found[name] = append(found[name], tag)
		}
	}
	return found
}

// allowedResidue is what the structure of a file forces exiftool to list.
func allowedResidue(group, tag string) bool {
	switch group {
	case "ExifTool", "System", "File", "JFIF", "PNG-cICP":
		return group != "File" || tag != "Comment"
	case "IFD0":
		return tag == "Orientation"
	case "Adobe":
		return true // the colour transform
	case "PNG":
		switch tag {
		case "ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace",
			"Palette", "Transparency", "Gamma", "SRGBRendering", "BackgroundColor", "ProfileName",
			"WhitePointX", "WhitePointY", "RedX", "RedY", "GreenX", "GreenY", "BlueX", "BlueY",
			"AnimationFrames", "AnimationPlays":
			return true
		}
	case "PNG-pHYs":
		return true // the aspect ratio of pixels that are not square
	case "RIFF":
		switch tag {
		case "VP8Version", "ImageWidth", "ImageHeight", "HorizontalScale", "VerticalScale", "AlphaIsUsed",
			"WebP_Flags", "AnimationLoopCount", "BackgroundColor", "FrameCount", "Duration", "AlphaPreprocessing", "AlphaFiltering", "AlphaCompression":
			return true
		}
	case "Composite":
		return tag == "ImageSize" || tag == "Megapixels"
	}
	return strings.HasPrefix(group, "ICC")
}
