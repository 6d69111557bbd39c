package attack

import (
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

const (
	// patchSide is the side of the picture that the attacks get of each face: the
	// square around what is covered, and as much again around that.
	patchSide = 2 * side
	// minFace is the width in pixels from which a face is large enough to tell
	// people apart.
	minFace = 40
	// shortPortraits is how many portraits of a person are taken with -short.
	shortPortraits = 3
)

// corner is where the square lies within a patch.
var corner = image.Pt((patchSide-side)/2, (patchSide-side)/2)

// face is one face of the folder of photos.
type face struct {
	name, person string
	photo        *scan.Photo
	region       redact.Region // what covers it
	found        vision.Detection
	patch        vision.Picture     // as it was
	marked       vision.Detection   // found, in coordinates of the patch
	covered      [][]vision.Picture // the patch by style, twice with other noise
}

// window maps a picture onto the patch of f: scale and offset.
func (f *face) window() (k, dx, dy float64) {
	b := f.region.Box
	k = side / float64(max(b.W, b.H))
	return k, patchSide/2 - k*(float64(b.X)+float64(b.W)/2), patchSide/2 - k*(float64(b.Y)+float64(b.H)/2)
}

// cut is the patch of f out of its photo, black beyond the photo's edges.
func (f *face) cut(src *image.RGBA) vision.Picture {
	img := image.NewRGBA(image.Rect(0, 0, patchSide, patchSide))
	draw.Draw(img, img.Rect, image.Black, image.Point{}, draw.Src)
	k, dx, dy := f.window()
	if n := int(1 / k); n > 1 {
		src, k = shrunk(src, n), k*float64(n)
	}
	xdraw.ApproxBiLinear.Transform(img, f64.Aff3{k, 0, dx, 0, k, dy}, src, src.Rect, xdraw.Src, nil)
	return vision.Picture{RGBA: img, Width: patchSide, Height: patchSide}
}

// shrunk is img at a part of its size, by the mean of n × n pixels. The race
// detector, for which it has nothing, would make it slow.
//
//go:norace
func shrunk(img *image.RGBA, n int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx()/n, img.Rect.Dy()/n))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [4]int
			for j := range n {
				row := img.Pix[(y*n+j)*img.Stride+x*n*4:][:4*n]
				for i, v := range row {
					sum[i%4] += int(v)
				}
			}
			for c, v := range sum {
				out.Pix[y*out.Stride+4*x+c] = uint8(v / (n * n))
			}
		}
	}
	return out
}

// cutMarks is what was found, in coordinates of the patch. The attacker knows it.
func (f *face) cutMarks() vision.Detection {
	k, dx, dy := f.window()
	d := f.found
	d.Box = vision.Box{X: float32(k*float64(d.Box.X) + dx), Y: float32(k*float64(d.Box.Y) + dy), W: float32(k) * d.Box.W, H: float32(k) * d.Box.H}
	d.Landmarks = nil
	for _, p := range f.found.Landmarks {
		d.Landmarks = append(d.Landmarks, vision.Point{X: float32(k*float64(p.X) + dx), Y: float32(k*float64(p.Y) + dy)})
	}
	return d
}

// faces are those of the folder of photos that are large enough: the largest of
// each portrait, whose person is known, and those of the group photos.
func faces(t *testing.T, e *vision.Engine) []*face {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Photos(t), "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Faces []struct {
			File  string
			Boxes []vision.Box
		}
		Persons []struct{ File, Person string }
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	var all []*face
	add := func(file string, person func(vision.Detection) string) {
		p, err := scan.Open(t.Context(), filepath.Join(testenv.Photos(t), file))
		if err != nil {
			t.Fatal(err)
		}
		pic, err := pixels.Decode(t.Context(), p, 0)
		if err != nil {
			t.Fatal(err)
		}
		found, err := e.Detect(t.Context(), vision.Picture{RGBA: pic.RGBA, Width: pic.Width, Height: pic.Height}, vision.Options{Only: []vision.Check{vision.Faces}})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found.Detections {
			who := person(d)
			if who == "" || d.Box.W < minFace || len(d.Landmarks) != 5 {
				continue
			}
			box := check.Box{X: int(d.Box.X), Y: int(d.Box.Y), W: int(d.Box.W), H: int(d.Box.H)}
			f := &face{name: file, person: who, photo: p, found: d}
			f.region = export.Region(&check.Photo{Width: pic.Width, Height: pic.Height}, check.Detection{Kind: string(vision.Face), Box: box}, "")
			f.patch, f.marked = f.cut(pic.RGBA), f.cutMarks()
			all = append(all, f)
			if strings.HasPrefix(who, "?") {
				continue
			}
			break // the largest is the first
		}
	}
	portraits := map[string]int{}
	for _, p := range truth.Persons {
		if portraits[p.Person]++; testing.Short() && portraits[p.Person] > shortPortraits {
			continue
		}
		largest := float32(0)
		add(p.File, func(d vision.Detection) string {
			if d.Box.W < largest {
				return ""
			}
			largest = d.Box.W
			return p.Person
		})
	}
	if testing.Short() {
		return all
	}
	for _, group := range truth.Faces {
		add(group.File, func(d vision.Detection) string {
			for i, box := range group.Boxes {
				if vision.IoU(box, d.Box) > 0.3 {
					return fmt.Sprintf("? %s %d", group.File, i)
				}
			}
			return ""
		})
	}
	return all
}

// cover fills in what each style makes of the face.
func (f *face) cover(t *testing.T) {
	t.Helper()
	for i, style := range redact.Styles() {
		f.covered = append(f.covered, nil)
		for n := range 2 {
			seed := uint64(2*i + n)
			region := f.region
			region.Style = style
			r, err := redact.Apply(t.Context(), f.photo, &redact.Plan{Version: 1, Regions: []redact.Region{region}}, redact.Noise{Seed: &seed})
			if err != nil {
				t.Fatal(err)
			}
			q := *f.photo
			q.Data = r.Data
			pic, err := pixels.Decode(t.Context(), &q, 0)
			if err != nil {
				t.Fatal(err)
			}
			f.covered[i] = append(f.covered[i], f.cut(pic.RGBA))
		}
	}
}

// method is one way of covering faces, and what the attacks make of it.
type method struct {
	name string
	ours bool
	// probe is a patch as the attacker gets it, imitated as the attacker covers
	// pictures of known people in the same way; nil where that gives the same.
	probe, imitated func(*face) vision.Picture
	deblur          []func(*square) *square // what may undo it

	same, other, imitation, sameDeblurred, otherDeblurred, recall rate
}

func put(filter func(*square) *square) func(*face) vision.Picture {
	return func(f *face) vision.Picture {
		return vision.Picture{RGBA: filtered(f.patch.RGBA, corner, filter), Width: patchSide, Height: patchSide}
	}
}

// gallery are embeddings of faces.
type gallery struct {
	faces []*face
	at    [][]float32 // by face
}

func embed(t *testing.T, e *vision.Engine, faces []*face, picture func(*face) vision.Picture) gallery {
	t.Helper()
	g := gallery{faces: faces}
	for _, f := range faces {
		v, err := e.Embed(t.Context(), picture(f), f.marked)
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		g.at = append(g.at, v)
	}
	return g
}

// itself is how often the nearest of g to a probe is the very face.
func (g gallery) itself(probes ...gallery) rate {
	var best rate
	for _, p := range probes {
		r := rate{trials: len(p.at), chance: 1 / float64(len(g.at))}
		for i, v := range p.at {
			if nearest(v, g.at) == i {
				r.hits++
			}
		}
		if r.hits >= best.hits {
			best = r
		}
	}
	return best
}

func nearest(v []float32, among [][]float32) int {
	best, at := float32(math.Inf(-1)), -1
	for i, w := range among {
		if s := vision.Similarity(v, w); w != nil && s > best {
			best, at = s, i
		}
	}
	return at
}

// another is how often the nearest person to a probe is the right one, by other
// photos of that person than the probe's: each person is the mean of theirs. Who
// has one photo only is in the gallery and no probe. Chance is what the same
// answers would give in another order, as the persons have unequal numbers of
// photos, and not less than one in the number of persons.
func (g gallery) another(probes ...gallery) rate {
	number := map[string]int{}
	var sums [][]float32
	var photos []int
	for i, f := range g.faces {
		n, ok := number[f.person]
		if !ok {
			n = len(sums)
			number[f.person] = n
			sums, photos = append(sums, make([]float32, len(g.at[i]))), append(photos, 0)
		}
		for k, v := range g.at[i] {
			sums[n][k] += v
		}
		photos[n]++
	}
	var best rate
	for _, p := range probes {
		answers := make([]float64, len(sums))
		asked := make([]float64, len(sums))
		var r rate
		for i, v := range p.at {
			who := number[p.faces[i].person]
			if photos[who] < 2 {
				continue
			}
			people := make([][]float32, len(sums))
			for n, sum := range sums {
				people[n] = append([]float32(nil), sum...)
				if n == who {
					for k, w := range g.at[i] {
						people[n][k] -= w
					}
				}
				normalise(people[n])
			}
			answer := nearest(v, people)
			answers[answer]++
			asked[who]++
			r.trials++
			if answer == who {
				r.hits++
			}
		}
		for n := range sums {
			r.chance += answers[n] * asked[n] / float64(r.trials*r.trials)
		}
		r.chance = max(r.chance, 1/float64(len(sums)))
		if r.hits >= best.hits {
			best = r
		}
	}
	return best
}

func normalise(v []float32) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
}

// detected is how many of the covered faces the detector still finds.
func detected(t *testing.T, e *vision.Engine, faces []*face, picture func(*face) vision.Picture) rate {
	t.Helper()
	var r rate
	for _, f := range faces {
		found, err := e.Detect(t.Context(), picture(f), vision.Options{Only: []vision.Check{vision.Faces}})
		if err != nil {
			t.Fatal(err)
		}
		r.trials++
		for _, d := range found.Detections {
			if vision.IoU(d.Box, f.marked.Box) > 0.3 {
				r.hits++
				break
			}
		}
	}
	return r
}

// Covered faces are not recognised: not by their nearest original, not by other
// photos of the same people, not by other photos covered in the same way, and not
// after deblurring. The same attacks recognise faces that other tools blur.
func TestFaces(t *testing.T) {
	e := engine(t, vision.Faces, vision.People)
	all := faces(t, e)
	box, gaussian, fine, coarse := boxBlur(), gaussianBlur(), mosaic(8), mosaic(16)
	undo := []func(*square) *square{newDeblurrer(box).deblur, newDeblurrer(gaussian).deblur}
	grey := func(*square) *square { return &square{} }
	original := func(f *face) vision.Picture { return f.patch }
	methods := []*method{
		{name: "nothing", probe: original},
		{name: "box blur", probe: put(box.blur), deblur: undo[:1]},
		{name: "Gaussian blur", probe: put(gaussian.blur), deblur: undo[1:]},
		{name: "mosaic 12 × 12", probe: put(fine.blur)},
		{name: "mosaic 6 × 6", probe: put(coarse.blur)},
		{name: "a grey square", probe: put(grey)},
	}
	for i, style := range redact.Styles() {
		methods = append(methods, &method{
			name: "our " + string(style), ours: true, deblur: undo,
			probe:    func(f *face) vision.Picture { return f.covered[i][0] },
			imitated: func(f *face) vision.Picture { return f.covered[i][1] },
		})
	}
	for _, f := range all {
		f.cover(t)
	}
	known := embed(t, e, all, original)
	for _, m := range methods {
		probes := embed(t, e, all, m.probe)
		m.same, m.other = known.itself(probes), known.another(probes)
		imitated := probes
		if m.imitated != nil {
			imitated = embed(t, e, all, m.imitated)
		}
		m.imitation = imitated.another(probes)
		var deblurred []gallery
		for _, undo := range m.deblur {
			deblurred = append(deblurred, embed(t, e, all, func(f *face) vision.Picture {
				return vision.Picture{RGBA: filtered(m.probe(f).RGBA, corner, undo), Width: patchSide, Height: patchSide}
			}))
		}
		m.sameDeblurred, m.otherDeblurred = known.itself(deblurred...), known.another(deblurred...)
		if m.ours || m.name == "nothing" {
			m.recall = detected(t, e, all, m.probe)
		}
	}

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "covered by\tnearest is itself\tdeblurred\tanother photo of the person\tdeblurred\tanother photo, covered likewise\tstill detected")
	for _, m := range methods {
		fmt.Fprintf(w, "%s\t%v\t%v\t%v\t%v\t%v\t%v\n", m.name, m.same, m.sameDeblurred, m.other, m.otherDeblurred, m.imitation, m.recall)
	}
	w.Flush()
	t.Logf("%d faces; right answers and the 95 %% confidence interval, beside chance:\n%s", len(all), &table)

	by := map[string]*method{}
	for _, m := range methods {
		by[m.name] = m
	}
	// What is around a covered face is the same whatever covers it.
	_, surroundings := by["a grey square"].imitation.interval()
	for _, m := range methods {
		if !m.ours {
			continue
		}
		for what, r := range map[string]rate{"itself": m.same, "itself, deblurred": m.sameDeblurred, "another photo": m.other, "another photo, deblurred": m.otherDeblurred} {
			if r.aboveChance() {
				t.Errorf("%s: recognised above chance by %s: %v", m.name, what, r)
			}
		}
		if low, _ := m.imitation.interval(); low > surroundings {
			t.Errorf("%s: recognised by photos covered likewise, above what a grey square gives: %v", m.name, m.imitation)
		}
		if low, _ := m.recall.interval(); m.name != "our face" && low > 0.05 {
			t.Errorf("%s: still detected as faces: %v", m.name, m.recall)
		}
	}
	// The attacks work.
	works := func(name, what string, r rate, above float64) {
		if low, _ := r.interval(); low <= above {
			t.Errorf("%s: the attack by %s does not work: %v", name, what, r)
		}
	}
	guessed := by["a grey square"].imitation
	for _, name := range []string{"box blur", "Gaussian blur"} {
		m := by[name]
		works(name, "deblurring", m.sameDeblurred, 2*m.sameDeblurred.chance)
		works(name, "deblurring and another photo", m.otherDeblurred, m.otherDeblurred.chance)
		works(name, "photos covered likewise", m.imitation, float64(guessed.hits)/float64(guessed.trials))
	}
	works("mosaic", "photos covered likewise", by["mosaic 12 × 12"].imitation, by["mosaic 12 × 12"].imitation.chance)
	works("nothing", "looking", by["nothing"].other, 0.9)
	works("nothing", "detecting", by["nothing"].recall, 0.9)
}
