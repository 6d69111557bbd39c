package attack

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"text/tabwriter"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// typeface is a font at a size in pixels.
func typeface(t *testing.T, ttf []byte, size float64) font.Face {
	t.Helper()
	parsed, err := opentype.Parse(ttf)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	return face
}

// written is a photo of lines on paper, and where the ink of each may be.
func written(t *testing.T, face font.Face, width int, lines ...string) (*scan.Photo, []redact.Box) {
	t.Helper()
	m := face.Metrics()
	ascent, step := m.Ascent.Ceil(), 2*m.Height.Ceil()
	img := image.NewRGBA(image.Rect(0, 0, width, step*(len(lines)+1)))
	for y := range img.Rect.Dy() {
		for x := range width {
			v := uint8(225 + x*20/width - y*10/img.Rect.Dy())
			img.SetRGBA(x, y, color.RGBA{v, v, v - 8, 255})
		}
	}
	var boxes []redact.Box
	for i, line := range lines {
		at := fixed.P(24, step*(i+1))
		bounds, _ := font.BoundString(face, line)
		d := font.Drawer{Dst: img, Src: image.NewUniform(color.RGBA{30, 30, 40, 255}), Face: face, Dot: at}
		d.DrawString(line)
		boxes = append(boxes, redact.Box{X: 20, Y: step*(i+1) - ascent, W: bounds.Max.X.Ceil() + 8, H: m.Height.Ceil() + 4})
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	p, err := scan.Read(t.Context(), "written", file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return p, boxes
}

// covered is p with the boxes covered, and its pixels.
func covered(t *testing.T, p *scan.Photo, style redact.Style, seed uint64, boxes ...redact.Box) ([]byte, *image.RGBA) {
	t.Helper()
	plan := &redact.Plan{Version: 1}
	for _, box := range boxes {
		plan.Regions = append(plan.Regions, redact.Region{Box: box, Style: style})
	}
	r, err := redact.Apply(t.Context(), p, plan, redact.Noise{Seed: &seed})
	if err != nil {
		t.Fatal(err)
	}
	q := *p
	q.Data = r.Data
	return r.Data, decoded(t, &q)
}

func decoded(t *testing.T, p *scan.Photo) *image.RGBA {
	t.Helper()
	pic, err := pixels.Decode(t.Context(), p, 0)
	if err != nil {
		t.Fatal(err)
	}
	return pic.RGBA
}

// read is what the recogniser reads in img.
func read(t *testing.T, e *vision.Engine, img *image.RGBA) string {
	t.Helper()
	r, err := e.Detect(t.Context(), vision.Picture{RGBA: img, Width: img.Rect.Dx(), Height: img.Rect.Dy()},
		vision.Options{Setting: vision.Thorough, Only: []vision.Check{vision.Texts}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Failed[vision.Texts]; err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, d := range r.Detections {
		all.WriteString(d.Text)
	}
	return all.String()
}

// recovered is how many characters of truth were read, in any order.
func recovered(truth, read string) (n int) {
	left := map[rune]int{}
	for _, c := range read {
		left[c]++
	}
	for _, c := range truth {
		if c != ' ' && left[c] > 0 {
			left[c]--
			n++
		}
	}
	return n
}

// Covered text is not read.
func TestText(t *testing.T) {
	e := engine(t, vision.Texts)
	lines := []string{"anna.keller@example.org", "+49 30 5550 1234", "Lindenstrasse 45", "IBAN DE89 3704 0044 0532 0130 00", "B-MK 4021"}
	truth := strings.Join(lines, "")
	characters := len(strings.ReplaceAll(truth, " ", ""))
	fonts := map[string][]byte{"regular": goregular.TTF, "bold": gobold.TTF, "mono": gomono.TTF}
	sizes := []float64{18, 32, 56}
	if testing.Short() {
		sizes = sizes[1:2]
	}
	original := rate{}
	ours := map[redact.Style]rate{}
	for name, ttf := range fonts {
		for _, size := range sizes {
			p, boxes := written(t, typeface(t, ttf, size), int(24*size), lines...)
			original.hits += recovered(truth, read(t, e, decoded(t, p)))
			original.trials += characters
			for i, style := range redact.Styles() {
				_, img := covered(t, p, style, uint64(i), boxes...)
				text := read(t, e, img)
				r := ours[style]
				r.trials += characters
				if text != "" {
					// What is read off the same cover over other text is the cover's own.
					other, _ := written(t, typeface(t, ttf, size), int(24*size), make([]string, len(lines))...)
					_, img := covered(t, other, style, uint64(i), boxes...)
					cover := read(t, e, img)
					t.Logf("%s at %v pixels under %s: the recogniser sees %q, over blank paper %q", name, size, style, text, cover)
					if text != cover {
						r.hits += recovered(truth, text)
					}
				}
				ours[style] = r
			}
		}
	}
	t.Logf("characters read: %v where nothing is covered", original)
	if low, _ := original.interval(); low < 0.8 {
		t.Errorf("the recogniser reads %v of what is not covered", original)
	}
	for style, r := range ours {
		t.Logf("characters read: %v under %s", r, style)
		if r.hits > 0 {
			t.Errorf("%v of the characters are read under %s", r, style)
		}
	}
}

// A number is not found by covering every candidate in the same way and taking
// the nearest (as Depix does): that finds what a blur or a mosaic covers. Somebody
// who even knew the noise would get the same file from each candidate.
func TestCandidates(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	face := typeface(t, gomono.TTF, 28)
	n := 256
	if testing.Short() {
		n = 16
	}
	var photos []*scan.Photo
	var originals []*image.RGBA
	var box redact.Box
	for range n {
		p, boxes := written(t, face, 200, fmt.Sprintf("%06d", rng.IntN(1e6)))
		photos, originals, box = append(photos, p), append(originals, decoded(t, p)), boxes[0]
	}
	area := image.Rect(box.X, box.Y, box.X+box.W, box.Y+box.H)
	// nearest counts for how many secrets the nearest candidate is the right one.
	nearest := func(secrets, candidates []*image.RGBA) rate {
		r := rate{chance: 1 / float64(n)}
		for i, secret := range secrets {
			best, at := math.MaxInt, -1
			for j, candidate := range candidates {
				if d := distance(secret, candidate, area); d < best {
					best, at = d, j
				}
			}
			r.trials++
			if at == i {
				r.hits++
			}
		}
		return r
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for name, cover := range map[string]func(*image.RGBA) *image.RGBA{
		"mosaic of 8 pixels":       func(img *image.RGBA) *image.RGBA { return averaged(img, area, 8, 8) },
		"mosaic of 16 pixels":      func(img *image.RGBA) *image.RGBA { return averaged(img, area, 16, 16) },
		"box blur of 31 pixels":    func(img *image.RGBA) *image.RGBA { return averaged(img, area, 31, 1) },
		"box blur as wide as high": func(img *image.RGBA) *image.RGBA { return averaged(img, area, area.Dy(), 1) },
	} {
		rng := rand.New(rand.NewPCG(8, 8))
		var secrets, candidates []*image.RGBA
		for _, img := range originals {
			// The attacker's rendering is not the very pixels.
			candidates, secrets = append(candidates, cover(img)), append(secrets, cover(noisy(img, rng)))
		}
		r := nearest(secrets, candidates)
		fmt.Fprintf(w, "%s\t%v\n", name, r)
		if low, _ := r.interval(); low < 0.5 {
			t.Errorf("%s: the attack does not work: %v", name, r)
		}
	}
	for i, style := range redact.Styles() {
		var secrets, candidates []*image.RGBA
		var file []byte
		for j, p := range photos {
			_, img := covered(t, p, style, uint64(1000*i+j), box)
			secrets = append(secrets, img)
			_, img = covered(t, p, style, uint64(1000*i+500+j), box)
			candidates = append(candidates, img)
			data, _ := covered(t, p, style, 1, box)
			if file != nil && !bytes.Equal(data, file) {
				t.Errorf("%s: with known noise, candidate %d gives another file", style, j)
			}
			file = data
		}
		r := nearest(secrets, candidates)
		fmt.Fprintf(w, "our %s\t%v\n", style, r)
		if r.aboveChance() {
			t.Errorf("our %s: found above chance: %v", style, r)
		}
	}
	w.Flush()
	t.Logf("%d candidates; right answers and the 95 %% confidence interval, beside chance:\n%s", n, &table)
}

// distance is the squared difference of two pictures in and around area. The race
// detector, for which it has nothing, would make it slow.
//
//go:norace
func distance(a, b *image.RGBA, area image.Rectangle) (sum int) {
	area = area.Inset(-16).Intersect(a.Rect) // regions grow to whole MCUs
	for y := area.Min.Y; y < area.Max.Y; y++ {
		i := a.PixOffset(area.Min.X, y)
		other := b.Pix[i : i+4*area.Dx()]
		for k, v := range a.Pix[i : i+4*area.Dx()] {
			d := int(v) - int(other[k])
			sum += d * d
		}
	}
	return sum
}

func noisy(img *image.RGBA, rng *rand.Rand) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = uint8(min(max(int(v)+rng.IntN(9)-4, 0), 255))
	}
	return out
}

// averaged is img with each cell of area, of step × step pixels, set to the mean
// of the size × size pixels of area about it: a mosaic where both are the same, a
// box blur where step is 1.
func averaged(img *image.RGBA, area image.Rectangle, size, step int) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	draw.Draw(out, out.Rect, img, image.Point{}, draw.Src)
	// sum has the sums of all pixels above and left of each.
	w := area.Dx() + 1
	sum := make([][3]int, w*(area.Dy()+1))
	for y := range area.Dy() {
		for x := range area.Dx() {
			p := img.Pix[img.PixOffset(area.Min.X+x, area.Min.Y+y):]
			for c := range 3 {
				sum[(y+1)*w+x+1][c] = int(p[c]) + sum[y*w+x+1][c] + sum[(y+1)*w+x][c] - sum[y*w+x][c]
			}
		}
	}
	for y := 0; y < area.Dy(); y += step {
		for x := 0; x < area.Dx(); x += step {
			x0, y0 := max(x-(size-step)/2, 0), max(y-(size-step)/2, 0)
			x1, y1 := min(x+step+(size-step)/2, area.Dx()), min(y+step+(size-step)/2, area.Dy())
			var mean color.RGBA
			for c, v := range []*uint8{&mean.R, &mean.G, &mean.B} {
				*v = uint8((sum[y1*w+x1][c] - sum[y0*w+x1][c] - sum[y1*w+x0][c] + sum[y0*w+x0][c]) / ((x1 - x0) * (y1 - y0)))
			}
			mean.A = 255
			cell := image.Rect(x, y, x+step, y+step).Add(area.Min).Intersect(area)
			draw.Draw(out, cell, image.NewUniform(mean), image.Point{}, draw.Src)
		}
	}
	return out
}
