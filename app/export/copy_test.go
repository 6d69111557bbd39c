package export

import (
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// A copy is deleted while it is the copy that was written, and nothing else ever is.
func TestDiscard(t *testing.T) {
	dir := t.TempDir()
	original := filepath.Join(dir, "a.png")
	f, err := os.Create(original)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, image.NewRGBA(image.Rect(0, 0, 8, 8))), f.Close()); err != nil {
		t.Fatal(err)
	}
	made := func() Copy {
		results, err := newExporter(t).Run(t.Context(), []Job{{Path: original}}, Options{Dir: t.TempDir()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		c, ok := results[0].Copy()
		if !ok {
			t.Fatal(results[0].Err)
		}
		return c
	}
	for name, test := range map[string]struct {
		change func(path string) error
		want   error
		gone   bool
	}{
		"as it was":    {func(string) error { return nil }, nil, true},
		"gone already": {os.Remove, nil, true},
		"edited":       {func(path string) error { return os.WriteFile(path, []byte("mine"), 0o600) }, ErrOtherFile, false},
		"a link": {func(path string) error {
			other := path + ".moved"
			return errors.Join(os.Rename(path, other), os.Symlink(other, path))
		}, ErrOtherFile, false},
		"a folder": {func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }, ErrOtherFile, false},
	} {
		c := made()
		if err := test.change(c.Path); err != nil {
			t.Fatal(err)
		}
		if err := c.Discard(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if _, err := os.Lstat(c.Path); errors.Is(err, os.ErrNotExist) != test.gone {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(original); err != nil {
		t.Error(err)
	}
	if _, ok := (&Result{}).Copy(); ok {
		t.Error("a result without a copy has one")
	}
}
