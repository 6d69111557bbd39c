package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"blindspot/vision"
)

// truth is what is known about a folder's photos.
type truth struct {
	Faces   []boxesOf  `json:"faces"`
	Persons []personOf `json:"persons"`
	Plates  []boxesOf  `json:"plates"`
	Pairs   []pairOf   `json:"-"`
}

// boxesOf are all boxes of one kind in one photo, in pixels.
type boxesOf struct {
	File  string `json:"file"` // within the folder, with slashes
	Boxes []struct {
		X, Y, W, H float32
	} `json:"boxes"`
	// Square says that boxes are tight squares, as dlib draws them.
	Square bool `json:"-"`
}

// personOf names the person that a portrait shows.
type personOf struct {
	File   string `json:"file"`
	Person string `json:"person"`
}

// pairOf are two portraits of the same or of two persons.
type pairOf struct {
	Files [2]string
	Same  bool
}

func (t *truth) files() map[string]bool {
	all := map[string]bool{}
	for _, b := range append(append([]boxesOf(nil), t.Faces...), t.Plates...) {
		all[b.File] = true
	}
	for _, p := range t.Persons {
		all[p.File] = true
	}
	for _, p := range t.Pairs {
		all[p.Files[0]], all[p.Files[1]] = true, true
	}
	return all
}

// readTruth reads every kind of truth that lies at the top of folder.
func readTruth(folder string) (*truth, error) {
	t := &truth{}
	data, err := os.ReadFile(filepath.Join(folder, "truth.json"))
	switch {
	case err == nil:
		if err := json.Unmarshal(data, t); err != nil {
			return nil, fmt.Errorf("read truth.json: %w", err)
		}
		for i := range t.Faces {
			t.Faces[i].Square = true
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	for _, format := range []struct {
		pattern string
		read    func(*truth, string) error
	}{
		{"wider_face_*_bbx_gt.txt", readWIDER},
		{"*ellipseList.txt", readFDDB},
		{"*.coco.json", readCOCO},
		{"pairs.txt", readLFW},
	} {
		files, err := filepath.Glob(filepath.Join(folder, format.pattern))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if err := format.read(t, f); err != nil {
				return nil, fmt.Errorf("read %s: %w", f, err)
			}
		}
	}
	if len(t.Faces)+len(t.Plates)+len(t.Persons)+len(t.Pairs) == 0 {
		return nil, fmt.Errorf("%s holds no truth", folder)
	}
	return t, nil
}

// box adds one box.
func (b *boxesOf) box(x, y, w, h float64) {
	b.Boxes = append(b.Boxes, struct{ X, Y, W, H float32 }{float32(x), float32(y), float32(w), float32(h)})
}

// readWIDER reads WIDER FACE's lists: a file, a number, and as many lines that
// start with x y w h, the eighth number marking faces that nobody can see.
func readWIDER(t *truth, path string) error {
	return eachEntry(path, func(file string, lines []string) error {
		b := boxesOf{File: file}
		for _, l := range lines {
			var x, y, w, h, blur, expression, illumination, invalid float64
			if _, err := fmt.Sscan(l, &x, &y, &w, &h, &blur, &expression, &illumination, &invalid); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if w > 0 && h > 0 && invalid == 0 {
				b.box(x, y, w, h)
			}
		}
		t.Faces = append(t.Faces, b)
		return nil
	}, 1)
}

// readFDDB reads FDDB's ellipses: major and minor radius, angle, centre, 1. Files
// are named without their ending.
func readFDDB(t *truth, path string) error {
	return eachEntry(path, func(file string, lines []string) error {
		b := boxesOf{File: file + ".jpg"}
		for _, l := range lines {
			var major, minor, angle, x, y float64
			if _, err := fmt.Sscan(l, &major, &minor, &angle, &x, &y); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			w := math.Hypot(major*math.Cos(angle), minor*math.Sin(angle))
			h := math.Hypot(major*math.Sin(angle), minor*math.Cos(angle))
			b.box(x-w, y-h, 2*w, 2*h)
		}
		t.Faces = append(t.Faces, b)
		return nil
	}, 0)
}

// eachEntry reads lists of a file name, a number n, and n lines, at least least.
func eachEntry(path string, entry func(file string, lines []string) error, least int) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		file := strings.TrimSpace(s.Text())
		if file == "" {
			continue
		}
		var n int
		if !s.Scan() {
			return fmt.Errorf("%s: no number of faces", file)
		}
		if _, err := fmt.Sscan(s.Text(), &n); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		var lines []string
		for range max(n, least) {
			if !s.Scan() {
				return fmt.Errorf("%s: fewer than %d faces", file, n)
			}
			lines = append(lines, s.Text())
		}
		if err := entry(file, lines[:n]); err != nil {
			return err
		}
	}
	return s.Err()
}

// readCOCO reads boxes of the categories "face" and "license_plate".
func readCOCO(t *truth, path string) error {
	var c struct {
		Images []struct {
			ID   int    `json:"id"`
			File string `json:"file_name"`
		} `json:"images"`
		Categories []struct {
			ID   int    `json:"id"`
			Name string `json:"name"`
		} `json:"categories"`
		Annotations []struct {
			Image    int        `json:"image_id"`
			Category int        `json:"category_id"`
			Box      [4]float64 `json:"bbox"`
		} `json:"annotations"`
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return err
	}
	kinds := map[int]vision.Kind{}
	for _, k := range c.Categories {
		switch strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(k.Name)) {
		case "face":
			kinds[k.ID] = vision.Face
		case "license_plate", "licence_plate", "plate":
			kinds[k.ID] = vision.Plate
		}
	}
	for _, kind := range []vision.Kind{vision.Face, vision.Plate} {
		for _, img := range c.Images {
			b := boxesOf{File: img.File}
			for _, a := range c.Annotations {
				if a.Image == img.ID && kinds[a.Category] == kind {
					b.box(a.Box[0], a.Box[1], a.Box[2], a.Box[3])
				}
			}
			if len(b.Boxes) == 0 {
				continue
			}
			if kind == vision.Face {
				t.Faces = append(t.Faces, b)
			} else {
				t.Plates = append(t.Plates, b)
			}
		}
	}
	return nil
}

// readLFW reads the pairs of Labeled Faces in the Wild: "name n m" for two portraits
// of one person, "name n name m" for those of two, which lie in name/name_000n.jpg.
func readLFW(t *truth, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file := func(name, number string) string {
		return fmt.Sprintf("%s/%s_%04s.jpg", name, name, number)
	}
	for i, line := range strings.Split(string(data), "\n") {
		switch f := strings.Fields(line); {
		case len(f) == 3:
			t.Pairs = append(t.Pairs, pairOf{[2]string{file(f[0], f[1]), file(f[0], f[2])}, true})
		case len(f) == 4:
			t.Pairs = append(t.Pairs, pairOf{[2]string{file(f[0], f[1]), file(f[2], f[3])}, false})
		case len(f) > 0 && i > 0: // the first line counts the pairs
			return fmt.Errorf("line %d is no pair: %q", i+1, line)
		}
	}
	return nil
}
