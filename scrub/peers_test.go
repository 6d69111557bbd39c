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
// jpegtran, and prints a table. It asks that no cell of ours is worse. It takes
// minutes, so it runs only where PEERS is set:
//
//	PEERS=1 go test ./scrub -run TestPeers -v
func TestPeers(t *testing.T) {
	if os.Getenv("PEERS") == "" {
		t.Skip("PEERS is not set")
	}
	_, done, refused := cleanAll(t)
	in := t.TempDir()
	var originals []peerFile
	for i, e := range testenv.Index(t, formats...) {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			t.Fatal(err)
		}
		format := container.Identify(data)
		f := peerFile{number(i) + "." + string(format), format, e}
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
	t.Logf("%d photos, %d of them refused by ours", len(originals), len(refused))

	before := describe(t, in, originals)
	tables := map[string]map[container.Format]peerRow{}
	names := []string{"ours"}
	tables["ours"] = compare(t, before, ours, originals)
	for _, p := range peers(t) {
		out := t.TempDir()
		p.clean(t, in, out, originals)
		names = append(names, p.name)
		tables[p.name] = compare(t, before, out, originals)
	}
	for _, format := range []container.Format{container.JPEG, container.PNG, container.WebP, container.BMP} {
		t.Logf("%-5s %-14s files cleaned refused residue pixels orientation colour", format, "")
		for _, name := range names {
			r := tables[name][format]
			t.Logf("%-5s %-14s %5d %7d %7d %7d %6d %11d %6d", format, name, r.files, r.cleaned, r.files-r.cleaned, r.residue, r.pixels, r.orientation, r.colour)
			o := tables["ours"][format]
			for cell, worse := range map[string]bool{
				"refused": o.cleaned < r.cleaned, "residue": o.residue > r.residue, "pixels": o.pixels > r.pixels,
				"orientation": o.orientation > r.orientation, "colour": o.colour > r.colour,
			} {
				// What a program refuses it does not spoil either.
				if worse && (r.cleaned >= o.cleaned || cell == "refused") {
					t.Errorf("%s: %s is worse than that of %s", format, cell, name)
				}
			}
		}
	}
}

// peerFile is a photo under a neutral name.
type peerFile struct {
	name   string
	format container.Format
	entry  testenv.Entry
}

// peerRow counts what became of the photos of a format.
type peerRow struct{ files, cleaned, residue, pixels, orientation, colour int }

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

// compare counts by format what out holds of the originals.
func compare(t *testing.T, before looks, out string, originals []peerFile) map[container.Format]peerRow {
	t.Helper()
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	after, facts := describe(t, out, originals), residue(t, out, len(entries))
	rows := map[container.Format]peerRow{}
	for _, f := range originals {
		r := rows[f.format]
		r.files++
		data, err := os.ReadFile(filepath.Join(out, f.name))
		if err != nil {
			rows[f.format] = r
			continue
		}
		r.cleaned++
		if len(slices.DeleteFunc(facts[f.name], tellsNothing)) > 0 || hidden(data) {
			r.residue++
		}
		if f.entry.Decodes && before.pixels[f.name] != after.pixels[f.name] {
			r.pixels++
		}
		if before.display[f.name].orientation != after.display[f.name].orientation {
			r.orientation++
		}
		if noColour[f.entry.File] == "" && before.display[f.name].colour != after.display[f.name].colour {
			r.colour++
		}
		rows[f.format] = r
	}
	return rows
}

// tellsNothing reports whether a tag that exiftool finds is a constant which
// writers add.
func tellsNothing(tag string) bool {
	switch _, name, _ := strings.Cut(tag, ":"); name {
	case "ExifVersion", "ComponentsConfiguration", "FlashpixVersion", "YCbCrPositioning", "XResolution", "YResolution",
		"ResolutionUnit", "ColorSpace", "Gamma", "InteropIndex", "PixelsPerUnitX", "PixelsPerUnitY", "PixelUnits", "XMPToolkit":
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
		{"mat2", func(t *testing.T, in, out string, files []peerFile) {
			work := t.TempDir() // it writes beside the originals
			args := []string{}
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
			_ = exec.Command(mat2, args...).Run()
			for _, f := range files {
				ext := filepath.Ext(f.name)
				copied := filepath.Join(work, strings.TrimSuffix(f.name, ext)+".cleaned"+ext)
				if err := os.Rename(copied, filepath.Join(out, f.name)); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
		}},
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
