package models

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestRemove(t *testing.T) {
	s := testStore(t, both)
	if err := s.Remove("alpha"); !errors.Is(err, ErrMissing) {
		t.Errorf("nothing is installed: %v", err)
	}
	if err := s.Install(t.Context(), InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alpha", "onnxruntime"} {
		if err := s.Remove(name); err != nil {
			t.Error(err)
		}
	}
	for _, st := range s.List() {
		if want := st.Name == "beta"; st.Installed != want || s.Own(st) != want {
			t.Errorf("%s: installed %v, own %v, want %v", st.Name, st.Installed, s.Own(st), want)
		}
	}
	if err := s.Remove("gamma"); !errors.Is(err, ErrMissing) {
		t.Errorf("an unknown name: %v", err)
	}

	// A library of the system's is not touched.
	elsewhere := filepath.Join(t.TempDir(), libName)
	if err := os.WriteFile(elsewhere, library, 0o644); err != nil {
		t.Fatal(err)
	}
	s.getenv = func(string) string { return elsewhere }
	if err := s.Remove("onnxruntime"); !errors.Is(err, ErrElsewhere) {
		t.Errorf("a library outside the data folder: %v", err)
	}
	if _, err := os.Stat(elsewhere); err != nil {
		t.Error(err)
	}
}
