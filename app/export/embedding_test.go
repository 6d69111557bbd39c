package export

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"blindspot/app/check"
	"blindspot/assets"
	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// seeing is an Exporter with detectors.
func seeing(t *testing.T) *Exporter {
	t.Helper()
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	engine := vision.New(store)
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	available := engine.Available()
	for _, c := range []vision.Check{vision.Faces, vision.People} {
		if err := available[c]; err != nil {
			testenv.Missing(t, "detectors are not installed (make deps): "+err.Error())
		}
	}
	words, err := assets.English()
	if err != nil {
		t.Fatal(err)
	}
	return New(check.New(engine, words))
}

// largestFace is the picture of a photo and the largest face in it.
func largestFace(t *testing.T, e *Exporter, path string) (*pixels.Picture, check.Detection) {
	t.Helper()
	p, err := scan.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	pic, err := pixels.Decode(t.Context(), p, 0)
	if err != nil {
		t.Fatal(err)
	}
	var face check.Detection
	for _, d := range e.checker.One(t.Context(), path, nil, check.Options{}).Detections {
		if d.Kind == string(vision.Face) && d.Box.W > face.Box.W {
			face = d
		}
	}
	if face.Box.W == 0 {
		t.Fatalf("no face in %s", path)
	}
	return pic, face
}

// A copy that shows the covered person in place of the cover, by another photo with
// no pattern in common, is refused by the face's embedding. Another person's face in
// the same place is not: a drawn one is expected there.
func TestRunRefusesACoveredPersonByTheEmbedding(t *testing.T) {
	e := seeing(t)
	people := filepath.Join(testenv.Photos(t), "face_recognition", "examples", "knn_examples", "train")
	before, face := largestFace(t, e, filepath.Join(people, "obama", "obama.jpg"))
	encoded := func(img image.Image) []byte {
		var file bytes.Buffer
		if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: 92}); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	path := filepath.Join(t.TempDir(), "original.jpg")
	if err := os.WriteFile(path, encoded(before), 0o600); err != nil {
		t.Fatal(err)
	}
	photo := e.checker.One(t.Context(), path, nil, check.Options{})
	plan := &redact.Plan{Version: 1, Regions: []redact.Region{Region(photo, face, redact.Blur)}}

	for name, test := range map[string]struct {
		file    string
		refused bool
	}{
		"the same person": {"obama/obama2.jpg", true},
		"another person":  {"biden/biden.jpg", false},
	} {
		t.Run(name, func(t *testing.T) {
			other, there := largestFace(t, e, filepath.Join(people, test.file))
			e.scrub = func(ctx context.Context, p *scan.Photo, o scrub.Options) (*scrub.Result, error) {
				r, err := scrub.Clean(ctx, p, o)
				if err != nil {
					return nil, err
				}
				// The same encoder gives the same coefficients outside the covered MCUs.
				forged := image.NewRGBA(before.Rect)
				draw.Draw(forged, forged.Rect, before, image.Point{}, draw.Src)
				pasted := image.NewRGBA(before.Rect)
				draw.CatmullRom.Scale(pasted, rectangle(face.Box).Inset(-face.Box.W/8), other, rectangle(there.Box).Inset(-there.Box.W/8), draw.Src, nil)
				for _, c := range r.Covered {
					for y := c.Min.Y; y < c.Max.Y; y++ {
						for x := c.Min.X; x < c.Max.X; x++ {
							if pixel := pasted.RGBAAt(x, y); pixel.A != 0 {
								forged.SetRGBA(x, y, pixel)
							}
						}
					}
				}
				q, err := scan.Read(ctx, "forged", encoded(forged))
				if err != nil {
					return nil, err
				}
				clean, err := scrub.Clean(ctx, q, scrub.Options{})
				if err != nil {
					return nil, err
				}
				r.Data = clean.Data
				return r, nil
			}
			dir := t.TempDir()
			results, err := e.Run(t.Context(), []Job{{Path: path, Photo: photo, Plan: plan}}, Options{Dir: dir}, nil)
			if err != nil {
				t.Fatal(err)
			}
			r := results[0]
			if !test.refused {
				if r.Err != nil {
					t.Errorf("refused: %v", r.Err)
				}
				return
			}
			if !errors.Is(r.Err, ErrStillVisible) || !strings.Contains(r.Err.Error(), "recognised as the same person") {
				t.Errorf("error %v, want a refusal by the embedding", r.Err)
			}
			if names := files(t, dir); len(names) != 0 {
				t.Errorf("left in the folder: %v", names)
			}
		})
	}
}

// Where the embedding of a face that is seen in a cover can't be had, nothing is shown
// either way: the copy does not count as verified, and needs a look.
func TestRunDoesNotPassWhatCannotBeCompared(t *testing.T) {
	e := seeing(t)
	people := filepath.Join(testenv.Photos(t), "face_recognition", "examples", "knn_examples", "train")
	path := filepath.Join(people, "obama", "obama.jpg")
	_, face := largestFace(t, e, path)
	photo := e.checker.One(t.Context(), path, nil, check.Options{})
	plan := &redact.Plan{Version: 1, Regions: []redact.Region{Region(photo, face, redact.Face)}}
	for name, compared := range map[string]bool{"with landmarks": true, "without": false} {
		p := *photo
		p.Detections = slices.Clone(photo.Detections)
		if !compared {
			for i := range p.Detections {
				p.Detections[i].Landmarks = nil
			}
		}
		results, err := e.Run(t.Context(), []Job{{Path: path, Photo: &p, Plan: plan}}, Options{Dir: t.TempDir()}, nil)
		if err != nil || results[0].Err != nil {
			t.Fatal(name, err, results[0].Err)
		}
		r := results[0]
		if r.Output == nil || r.Verified != compared || !compared && !r.NeedsLook {
			t.Errorf("%s: verified %t, needs a look %t", name, r.Verified, r.NeedsLook)
		}
	}
}

// What only the looks at a copy find is told, and the copy needs a look.
func TestRunTellsWhatIsNewInTheCopy(t *testing.T) {
	e := seeing(t)
	path := filepath.Join(testenv.Photos(t), "face_recognition", "examples", "knn_examples", "train", "biden", "biden.jpg")
	photo := e.checker.One(t.Context(), path, nil, check.Options{})
	missed := *photo
	missed.Detections = slices.DeleteFunc(slices.Clone(photo.Detections), func(d check.Detection) bool { return d.Kind == string(vision.Face) })
	corner := &redact.Plan{Version: 1, Regions: []redact.Region{{Box: redact.Box{W: 40, H: 40}, Style: redact.Blur}}}
	faces := &Policy{Version: 1, Redact: []string{"faces"}, Style: redact.Blur}
	for name, test := range map[string]struct {
		job  Job
		look bool
	}{
		"missed at first":                       {Job{Photo: &missed, Plan: corner}, true},
		"known":                                 {Job{Photo: photo, Plan: corner}, false},
		"missed at first, covered by a policy":  {Job{Photo: &missed, Plan: corner, Policy: faces}, false},
		"covered":                               {Job{Photo: photo, Plan: faces.Plan(photo), Policy: faces}, false},
		"missed at first, a policy of no faces": {Job{Photo: &missed, Plan: corner, Policy: &Policy{Version: 1, Redact: []string{"plates"}, Style: redact.Blur}}, true},
	} {
		test.job.Path = path
		results, err := e.Run(t.Context(), []Job{test.job}, Options{Dir: t.TempDir()}, nil)
		if err != nil || results[0].Err != nil {
			t.Fatal(name, err, results[0].Err)
		}
		if r := results[0]; r.NeedsLook != test.look || (len(r.New) > 0) != test.look {
			t.Errorf("%s: needs a look %t, new %v", name, r.NeedsLook, r.New)
		}
	}
}

// An error names its photo once.
func TestErrorsNameThePhotoOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gif")
	if err := os.WriteFile(path, []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), 0o600); err != nil {
		t.Fatal(err)
	}
	results, err := newExporter(t).Run(t.Context(), []Job{{Path: path}}, Options{Dir: t.TempDir()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := results[0].Err.Error(); strings.Count(text, path) != 1 || strings.Count(text, "refused") > 1 {
		t.Errorf("%s", text)
	}
}
