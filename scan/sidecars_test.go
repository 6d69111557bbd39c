package scan_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"blindspot/scan"
)

// folderOf is a folder with empty files of these names.
func folderOf(t testing.TB, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSidecars(t *testing.T) {
	const long = "PXL_20230101_123456789.PORTRAIT"
	dir := folderOf(t,
		"IMG_1.jpg", "IMG_1.xmp", "img_1.JPG.XMP", "IMG_1.AAE", "IMG_1.mov", "IMG_1.MP4", "IMG_1.THM", "IMG_1.wav", "._IMG_1.jpg",
		"IMG_1.jpg.json", "IMG_1.jpg.supplemental-metadata.json", "IMG_1.jpg(1).json", "IMG_1.jpg.supplemental-metadata(2).json",
		"IMG_1(1).jpg", "IMG_1(2).jpg",
		"IMG_10.jpg", "IMG_10.xmp", "IMG_1.png", "IMG_1.txt", "IMG_1x.json", "other.mov",
		long+".jpg", long+".jpg.suppl.json",
	)
	for name, want := range map[string][]string{
		"IMG_1.jpg": {"._IMG_1.jpg", "IMG_1.AAE", "IMG_1.MP4", "IMG_1.THM", "IMG_1.jpg.json", "IMG_1.jpg.supplemental-metadata.json",
			"IMG_1.mov", "IMG_1.wav", "IMG_1.xmp", "img_1.JPG.XMP"},
		"IMG_1(1).jpg": {"IMG_1.jpg(1).json"},
		"IMG_1(2).jpg": {"IMG_1.jpg.supplemental-metadata(2).json"},
		"IMG_10.jpg":   {"IMG_10.xmp"},
		long + ".jpg":  {long + ".jpg.suppl.json"},
		"missing.jpg":  nil,
		"other.jpg":    {"other.mov"},
	} {
		var got []string
		for _, path := range scan.Sidecars(filepath.Join(dir, name)) {
			if filepath.Dir(path) != dir {
				t.Errorf("%s: %s is not in the folder", name, path)
			}
			got = append(got, filepath.Base(path))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
	if got := scan.Sidecars(filepath.Join(dir, "no folder", "a.jpg")); got != nil {
		t.Errorf("no folder: %q", got)
	}
	t.Chdir(dir)
	if got := scan.Sidecars("IMG_10.jpg"); !slices.Equal(got, []string{"IMG_10.xmp"}) {
		t.Errorf("without a folder's name: %q", got)
	}
}

func TestSidecarsAreBounded(t *testing.T) {
	var names []string
	for i := range 100 {
		names = append(names, "a.jpg."+strconv.Itoa(i)+".json")
	}
	if n := len(scan.Sidecars(filepath.Join(folderOf(t, names...), "a.jpg"))); n == 0 || n > 20 {
		t.Errorf("%d side cars", n)
	}
}

// FuzzSidecars tells of names as what they are in a folder, whatever their letters.
func FuzzSidecars(f *testing.F) {
	for _, name := range []string{"IMG_1.xmp", "img_1.JPG.XMP", "._IMG_1.jpg", "IMG_1.jpg(1).json", "IMG_1.jpg.supplemental-metadata(2).json", "a"} {
		f.Add("IMG_1.jpg", name)
		f.Add("IMG_1(2).jpg", name)
	}
	f.Fuzz(func(t *testing.T, photo, name string) {
		if scan.IsSidecar(photo, photo) {
			t.Errorf("%q is its own side car", photo)
		}
		if is := scan.IsSidecar(photo, name); is && !scan.IsSidecar(strings.ToLower(photo), strings.ToLower(name)) {
			t.Errorf("%q and %q: letters matter", photo, name)
		}
	})
}

func BenchmarkSidecars(b *testing.B) {
	var names []string
	for i := range 1000 {
		names = append(names, "IMG_"+strconv.Itoa(i)+".jpg")
	}
	path := filepath.Join(folderOf(b, names...), "IMG_500.jpg")
	for b.Loop() {
		scan.Sidecars(path)
	}
}
