package vision_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/vision"
)

type truth struct {
	Faces, Plates []struct {
		File  string
		Boxes []vision.Box
	}
	Persons []struct{ File, Person string }
}

// truthOf is what is known about the folder of photos.
func truthOf(t testing.TB) truth {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Photos(t), "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tr truth
	if err := json.Unmarshal(data, &tr); err != nil {
		t.Fatal(err)
	}
	return tr
}
