package gui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"blindspot/app/check"
	"blindspot/app/export"
)

// Where a folder around the export folder is added, the copies in it are left out, and
// the photos beside it can be cleaned into it.
func TestCopiesAreLeftOut(t *testing.T) {
	pictures := t.TempDir()
	copies := filepath.Join(pictures, "Blindspot")
	link := filepath.Join(t.TempDir(), "link")
	for _, dir := range []string{filepath.Join(copies, "old"), filepath.Join(pictures, "trip")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.png", "trip/b.png", "Blindspot/photo-1.png", "Blindspot/old/photo-2.png"} {
		if err := os.WriteFile(filepath.Join(pictures, name), []byte("\x89PNG\r\n\x1a\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(pictures, link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		given   []string
		listed  []string // of the base names
		says    string
		refused bool
	}{
		"around it":            {[]string{pictures}, []string{"a.png", "b.png"}, "2 copies in the folder for copies were left out.", false},
		"around it, by a link": {[]string{link}, []string{"a.png", "b.png"}, "2 copies in the folder for copies were left out.", false},
		"beside it":            {[]string{filepath.Join(pictures, "trip")}, []string{"b.png"}, "", false},
		"itself":               {[]string{copies}, []string{"photo-2.png", "photo-1.png"}, "", true},
		"a folder in it":       {[]string{filepath.Join(copies, "old")}, []string{"photo-2.png"}, "", false},
		"a copy by its name":   {[]string{filepath.Join(copies, "photo-1.png")}, []string{"photo-1.png"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t)
			tr.expand = check.Expand
			tr.folder = copies
			for _, n := range c.listed {
				tr.checker.photos[n] = plain()
			}
			tr.Add(c.given)
			var listed []string
			for _, it := range tr.items {
				listed = append(listed, filepath.Base(it.path))
			}
			if !slices.Equal(listed, c.listed) {
				t.Errorf("listed %q, want %q", listed, c.listed)
			}
			if got := strings.Contains(tr.shownTexts(), "left out"); got != (c.says != "") {
				t.Errorf("says that copies were left out: %t", got)
			}
			if c.says != "" {
				tr.mustShow(c.says)
			}
			test.Tap(tr.button("Clean"))
			if err := export.CheckFolder(tr.exporter.o.Dir, tr.exporter.o.Roots); (err != nil) != c.refused {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

// A folder that is made the export folder later, and whose photos are on the list, is
// refused; one without photos of the list is not.
func TestRoots(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	items := []*item{{path: filepath.Join(dir, "a.jpg"), root: dir}, {path: filepath.Join(sub, "b.jpg"), root: dir}}
	for folder, want := range map[string][]string{
		dir: {dir}, sub: {sub}, filepath.Dir(dir): nil, filepath.Join(dir, "new"): nil, "": nil,
	} {
		if got := roots(items, folder); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", folder, got, want)
		}
	}
	if list := (&check.List{Paths: []string{"x"}}); leaveOut(list, []string{"x"}, "") != 0 {
		t.Error("left out without a folder")
	}
}

// What is added to the empty window and holds no photo is answered there.
func TestEmptyWindowSaysWhatCameOfIt(t *testing.T) {
	tr := newTrial(t)
	tr.expand = check.Expand
	dir := t.TempDir()
	tr.Add([]string{dir})
	tr.mustShow("There is no photo in what was added.")
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	tr.Add([]string{dir})
	tr.mustShow("There is no photo in what was added. 1 file was skipped: hidden, or no photo.")
	tr.Add([]string{filepath.Join(dir, "gone.jpg")})
	tr.mustShow("the file is not there any more")
	tr.checker.photos["a.png"] = plain()
	if err := os.WriteFile(filepath.Join(dir, "a.png"), []byte("\x89PNG\r\n\x1a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tr.Add([]string{dir})
	tr.mustNotShow("There is no photo", "Looking for photos")
}
