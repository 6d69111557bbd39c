package export

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"blindspot/scan/container"
)

func TestNames(t *testing.T) {
	neutral := regexp.MustCompile(`^photo-[0-9a-f]{8}\.jpg$`)
	for _, test := range []struct {
		names Names
		lies  []string // in the folder already
		given []string
		want  []string
	}{
		{"", nil, []string{"IMG_20250614.jpg"}, nil},
		{NeutralNames, nil, []string{"IMG_20250614.jpg", "b.jpg"}, nil},
		{NumberNames, nil, []string{"b.jpg", "a.jpg"}, []string{"001.jpg", "002.jpg"}},
		{NumberNames, []string{"001.jpg", "002.jpg"}, []string{"b.jpg", "a.jpg"}, []string{"003.jpg", "004.jpg"}},
		{KeepNames, nil, []string{"x/beach.JPEG", "y/beach.jpg"}, []string{"beach.jpg", "beach (2).jpg"}},
		{KeepNames, []string{"beach.jpg"}, []string{"beach.png"}, []string{"beach (2).jpg"}},
		{KeepNames, nil, []string{".hidden.jpg", ".jpg", "..jpg"}, []string{"hidden.jpg", "photo.jpg", "photo (2).jpg"}},
	} {
		dir := t.TempDir()
		for _, name := range test.lies {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		nr := newNamer(dir, test.names, len(test.given))
		var got []string
		for i, original := range test.given {
			path, err := nr.free(original, i+1, container.JPEG)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Dir(path) != dir {
				t.Errorf("%s: %s lies outside the folder", test.names, path)
			}
			got = append(got, filepath.Base(path))
		}
		if test.want != nil && !slices.Equal(got, test.want) {
			t.Errorf("%s of %q: %q, want %q", test.names, test.given, got, test.want)
		}
		if test.want == nil {
			for _, name := range got {
				if !neutral.MatchString(name) {
					t.Errorf("%q says something of its original", name)
				}
			}
		}
	}
}

// A copy never takes the place of what another program has put under its name since
// that was free.
func TestKeepNew(t *testing.T) {
	dir := t.TempDir()
	taken, free := filepath.Join(dir, "a.jpg"), filepath.Join(dir, "b.jpg")
	if err := os.WriteFile(taken, []byte("another's"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{taken: "another's", free: "copy"} {
		d, err := writeDraft(dir, []byte("copy"))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.keepNew(name); errors.Is(err, fs.ErrExist) != (name == taken) {
			t.Errorf("%s: %v", name, err)
		}
		d.discard()
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s holds %q, want %q: %v", name, got, want, err)
		}
	}
	if all, err := os.ReadDir(dir); err != nil || len(all) != 2 {
		t.Errorf("%v lie there: %v", all, err)
	}
}
