package scrub

import (
	"context"
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

// TestPeers cleans the same photos with this package, exiftool, mat2 and
// jpegtran, and prints a table. It asks that no cell of ours is worse: that ours
// refuses no more, and spoils no more of what both cleaned. It takes minutes, so
// it runs only where PEERS is set, as make peers does.
func TestPeers(t *testing.T) {
	if os.Getenv("PEERS") == "" {
		t.Skip("PEERS is not set")
	}
	_, done, _ := cleanAll(t)
	in := t.TempDir()
	var originals []peerFile
	for i, e := range testenv.Index(t, formats...) {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			t.Fatal(err)
		}
		format := container.Identify(data)
		f := peerFile{number(i) + "." + string(format), format, e, len(data)}
		if !f.format.Readable() {
			continue
		}
		if err := os.WriteFile(filepath.Join(in, f.name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		originals = append(originals, f)
	}
	ours := t.TempDir()
	for _, c := range done {
		if err := os.Link(c.path, filepath.Join(ours, filepath.Base(c.path))); err != nil {
			t.Fatal(err)
		}
	}

	before := describe(t, in, originals)
	own := compare(t, before, ours, originals)
	names, copies := []string{"ours"}, []map[string]outcome{own}
	for _, p := range peers(t) {
		out := t.TempDir()
		p.clean(t, in, out, originals)
		names, copies = append(names, p.name), append(copies, compare(t, before, out, originals))
	}
	for _, format := range []container.Format{container.JPEG, container.PNG, container.WebP, container.BMP} {
		t.Logf("%-5s %-14s files cleaned refused residue pixels orientation colour larger", format, "")
		for i, name := range names {
			files, both := 0, map[string][2]int{}
			var row [cells]int
			for _, f := range originals {
				if f.format != format {
					continue
				}
				files++
				theirs, cleaned := copies[i][f.name]
				o, cleanedByUs := own[f.name]
				for c := range cells {
					if theirs[c] {
						row[c]++
					}
					if cleaned && cleanedByUs {
						n := both[cellNames[c]]
						both[cellNames[c]] = [2]int{n[0] + count(o[c]), n[1] + count(theirs[c])}
					}
				}
				n := both["refused"]
				both["refused"] = [2]int{n[0] + count(!cleanedByUs), n[1] + count(!cleaned)}
			}
			refused := both["refused"][1]
			t.Logf("%-5s %-14s %5d %7d %7d %7d %6d %11d %6d %6d", format, name, files, files-refused, refused,
				row[residueCell], row[pixelsCell], row[orientationCell], row[colourCell], row[largerCell])
			for cell, n := range both {
				if n[0] > n[1] {
					t.Errorf("%s: %s: %d of ours, %d of %s", format, cell, n[0], n[1], name)
				}
			}
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// outcome is what is wrong with the copy of a photo.
type outcome [cells]bool

const (
	residueCell = iota
	pixelsCell
	orientationCell
	colourCell
	largerCell
	cells
)

var cellNames = [cells]string{"residue", "pixels", "orientation", "colour", "larger"}

// peerFile is a photo under a neutral name.
type peerFile struct {
	name   string
	format container.Format
	entry  testenv.Entry
	size   int
}

// looks is how the photos of a folder look, by name.
type looks struct {
	display map[string]display
	pixels  map[string]string
}

func describe(t *testing.T, dir string, files []peerFile) looks {
	t.Helper()
	var paths []string
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if _, err := os.Stat(path); err == nil {
			paths = append(paths, path)
		}
	}
	l := looks{map[string]display{}, map[string]string{}}
	for path, d := range shown(t, paths) {
		l.display[filepath.Base(path)] = d
	}
	for path, s := range pixelHashes(t, paths) {
		l.pixels[filepath.Base(path)] = s
	}
	return l
}

// compare looks at the copies of the originals that out holds, by name.
func compare(t *testing.T, before looks, out string, originals []peerFile) map[string]outcome {
	t.Helper()
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	after, facts := describe(t, out, originals), residue(t, out, len(entries))
	copies := map[string]outcome{}
	for _, f := range originals {
		data, err := os.ReadFile(filepath.Join(out, f.name))
		if err != nil {
			continue
		}
		const end = 12 // a file without an end may get one
		a, b := before.display[f.name], after.display[f.name]
		left := slices.DeleteFunc(facts[f.name], tellsNothing)
		copies[f.name] = outcome{
			residueCell:     len(left) > 0 || hidden(data),
			pixelsCell:      f.entry.Decodes && before.pixels[f.name] != after.pixels[f.name],
			orientationCell: a.orientation != b.orientation,
			colourCell:      noColour[f.entry.File] == "" && a.colour != b.colour,
			largerCell:      len(data) > f.size+end,
		}
	}
	return copies
}

// tellsNothing reports whether a tag that exiftool finds is a constant which
// writers add.
func tellsNothing(tag string) bool {
	switch _, name, _ := strings.Cut(tag, ":"); name {
	case "ExifVersion", "ComponentsConfiguration", "FlashpixVersion", "YCbCrPositioning", "XResolution", "YResolution",
		"ResolutionUnit", "ColorSpace", "Gamma", "InteropIndex", "InteropVersion", "PixelsPerUnitX", "PixelsPerUnitY", "PixelUnits", "XMPToolkit":
		return true
	}
	return false
}

// hidden reports whether the bytes of a copy hold what exiftool may not tell:
// bytes behind the picture or between its parts, a second picture, an unknown
// part.
func hidden(data []byte) bool {
	p, err := scan.Read(context.Background(), "copy", data)
	if err != nil {
		return true
	}
	const fill = 4 // fewer are fill bytes
	return slices.ContainsFunc(p.Parts, func(part container.Part) bool {
		switch part.Kind {
		case container.Trailer, container.Thumbnail, container.Unknown:
			return part.Length >= fill
		}
		return false
	}) || len(p.Pictures) > 0
}

// peer is another program that removes metadata.
type peer struct {
	name string
	// clean writes what it can of the files of in into out, by the same names.
	clean func(t *testing.T, in, out string, files []peerFile)
}

func peers(t *testing.T) []peer {
	exiftool, mat2, jpegtran := testenv.Program(t, "exiftool"), testenv.Program(t, "mat2"), testenv.Program(t, "jpegtran")
	withExiftool := func(args ...string) func(*testing.T, string, string, []peerFile) {
		return func(_ *testing.T, in, out string, _ []peerFile) {
			// The status tells of files that it refuses: they are missing then.
			_ = exec.Command(exiftool, slices.Concat([]string{"-q", "-q"}, args, []string{"-o", out + "/", in})...).Run()
		}
	}
	return []peer{
		{"exiftool -all=", withExiftool("-all=")},
		{"exiftool long", withExiftool("-all=", "--icc_profile:all", "-tagsfromfile", "@", "-colorspacetags", "-orientation")},
		{"mat2", withMat2(mat2)},
		{"mat2 -L", withMat2(mat2, "--lightweight")},
		{"jpegtran", func(_ *testing.T, in, out string, files []peerFile) {
			for _, f := range files {
				if f.format != container.JPEG {
					continue
				}
				path := filepath.Join(out, f.name)
				if err := exec.Command(jpegtran, "-copy", "none", "-outfile", path, filepath.Join(in, f.name)).Run(); err != nil {
					_ = os.Remove(path) // cut off, where there is any
				}
			}
		}},
	}
}

// withMat2 calls mat2, which writes beside the originals.
func withMat2(mat2 string, options ...string) func(t *testing.T, in, out string, files []peerFile) {
	return func(t *testing.T, in, out string, files []peerFile) {
		work := t.TempDir()
		args := options
		for _, f := range files {
			path := filepath.Join(work, f.name)
			data, err := os.ReadFile(filepath.Join(in, f.name))
			if err == nil {
				err = os.WriteFile(path, data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
		// The status tells of files that it refuses: they are missing then.
		_ = exec.Command(mat2, args...).Run()
		for _, f := range files {
			ext := filepath.Ext(f.name)
			copied := filepath.Join(work, strings.TrimSuffix(f.name, ext)+".cleaned"+ext)
			if err := os.Rename(copied, filepath.Join(out, f.name)); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
	}
}
