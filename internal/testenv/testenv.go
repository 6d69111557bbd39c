// Package testenv finds what tests need and the project does not hold: folders
// of photos, models and places beside the checkout, and programs that judge.
package testenv

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// Root is the checkout's top folder, the one with go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
}

// Photos is the folder of photos beside the checkout. The test is skipped where
// there is none, and fails where CI is true.
func Photos(t testing.TB) string { return beside(t, "photos") }

// Models is the folder of models beside the checkout, as [Photos].
func Models(t testing.TB) string { return beside(t, "models") }

// Places is the folder of place names and outlines beside the checkout, as
// [Photos].
func Places(t testing.TB) string { return beside(t, "places") }

func beside(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(Root(t), "..", "shared", name)
	if _, err := os.Stat(dir); err != nil {
		Missing(t, "no folder ../shared/"+name+" beside the checkout")
	}
	return dir
}

// Program is the path of an external program, as [Photos].
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, "program "+name+" is not installed (make deps)")
	}
	return path
}

// Missing skips the test because of what, and fails it where CI is true.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// Entry is one photo of the folder, from its index.json.
type Entry struct {
	File        string   `json:"file"` // within the folder
	Format      string   `json:"format"`
	Width       int      `json:"width"`
	Height      int      `json:"height"`
	Orientation any      `json:"orientation"`
	Decodes     bool     `json:"decodes"` // by ImageMagick
	Has         []string `json:"has"`     // what it holds: gps, serial, icc…
}

// Index lists the photos of the given formats ("JPEG", "PNG"…), all without any.
func Index(t testing.TB, formats ...string) []Entry {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Photos(t), "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []Entry
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(formats) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(e Entry) bool { return !slices.Contains(formats, e.Format) })
}
