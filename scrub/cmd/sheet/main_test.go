package main

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"blindspot/scrub/redact"
)

// The sheet has a cell for each style, and none looks like another.
func TestSheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sheet.png")
	cell := image.Pt(90, 60)
	if err := run(t.Context(), path, cell, nil); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint32]int{}
	for i := range 1 + len(redact.Styles()) {
		// The middle of the first head.
		r, _, _, _ := img.At(gap+i*(cell.X+gap)+20, head+25).RGBA()
		if j, ok := seen[r]; ok {
			t.Errorf("cells %d and %d look alike", i, j)
		}
		seen[r] = i
	}
	for name, args := range map[string][]string{"no photo": {"missing.jpg"}, "no box": {path + "@1,2"}} {
		if run(t.Context(), path, cell, args) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if run(t.Context(), filepath.Join(t.TempDir(), "sheet.gif"), cell, nil) == nil {
		t.Error("a GIF was written")
	}
}
