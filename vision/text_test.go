package vision_test

import (
	"fmt"
	"image"
	"image/color"
	"maps"
	"math"
	"os"
	"slices"
	"testing"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"

	"blindspot/internal/testenv"
	"blindspot/vision"
)

// planted are texts and the pattern that each must be found to match.
var planted = []struct{ text, personal string }{
	{"anna.kowalska@example.org", "email"},
	{"info@blue-harbour.co.uk", "email"},
	{"j.smith84@mail.example.com", "email"},
	{"+44 20 7946 0958", "phone"},
	{"(555) 234-5678", "phone"},
	{"030 / 901820 12", "phone"},
	{"4111 1111 1111 1111", "card"},
	{"5555 5555 5555 4444", "card"},
	{"3782 822463 10005", "card"},
	{"L898902C36UTO7408122F1204159ZE184226B<<<<<10", "mrz"},
	{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "mrz"},
	{"DE89 3704 0044 0532 0130 00", "iban"},
	{"Password: hunter2", "password"},
	{"www.example.com/anna", "url"},
	{"221B Baker Street", "street"},
}

var fonts = map[string][]byte{"regular": goregular.TTF, "bold": gobold.TTF, "mono": gomono.TTF}

// debianFonts adds the system's fonts, sans, serif and mono.
func debianFonts(t *testing.T) {
	t.Helper()
	for name, file := range map[string]string{"DejaVu Sans": "DejaVuSans", "DejaVu Serif": "DejaVuSerif", "DejaVu Sans Mono": "DejaVuSansMono"} {
		data, err := os.ReadFile("/usr/share/fonts/truetype/dejavu/" + file + ".ttf")
		if err != nil {
			testenv.Missing(t, "fonts-dejavu-core is not installed (make test-deps): "+err.Error())
		}
		fonts[name] = data
	}
}

// drawText draws lines of text of the given height in the middle of a picture,
// turned by degrees about it. It returns which line a place in it belongs to.
func drawText(t testing.TB, lines, fontNames []string, height float64, ink, paper color.Color, degrees float64) (image.Image, func(vision.Point) int) {
	t.Helper()
	const w, h = 1280, 1280
	flat := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(flat, flat.Rect, image.NewUniform(paper), image.Point{}, draw.Src)
	gap := float64(h) * .8 / float64(len(lines))
	for i, text := range lines {
		f, err := opentype.Parse(fonts[fontNames[i]])
		if err != nil {
			t.Fatal(err)
		}
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: height, DPI: 72})
		if err != nil {
			t.Fatal(err)
		}
		d := font.Drawer{Dst: flat, Src: image.NewUniform(ink), Face: face}
		y := h*.1 + gap*(float64(i)+.5) + height/3
		d.Dot = fixed.Point26_6{X: (fixed.I(w) - d.MeasureString(text)) / 2, Y: fixed.I(int(y))}
		d.DrawString(text)
	}
	s, c := math.Sincos(degrees * math.Pi / 180)
	line := func(p vision.Point) int {
		y := -s*(float64(p.X)-w/2) + c*(float64(p.Y)-h/2) + h/2
		return int(math.Floor((y - h*.1) / gap))
	}
	if degrees == 0 {
		return flat, line
	}
	turned := image.NewRGBA(flat.Rect)
	draw.Draw(turned, turned.Rect, image.NewUniform(paper), image.Point{}, draw.Src)
	m := f64.Aff3{c, -s, w/2 - c*w/2 + s*h/2, s, c, h/2 - s*w/2 - c*h/2}
	draw.BiLinear.Transform(turned, m, flat, flat.Rect, draw.Over, nil)
	return turned, line
}

// TestPlantedText prints how many of the planted texts are found as what they are,
// and requires 95 % of the upright ones of 20 pixels and more.
func TestPlantedText(t *testing.T) {
	e := engine(t)
	black, white := color.Gray{20}, color.Gray{235}
	debianFonts(t)
	blue := color.RGBA{20, 30, 90, 255}
	tests := []struct {
		name       string
		font       string
		height     float64
		ink, paper color.Color
		degrees    float64
	}{
		{"20 px", "regular", 20, black, white, 0},
		{"20 px sans", "DejaVu Sans", 20, black, white, 0},
		{"24 px serif", "DejaVu Serif", 24, black, white, 0},
		{"28 px bold", "bold", 28, black, white, 0},
		{"24 px mono", "mono", 24, black, white, 0},
		{"24 px sans mono", "DejaVu Sans Mono", 24, black, white, 0},
		{"36 px", "regular", 36, black, white, 0},
		{"24 px light on dark", "regular", 24, white, blue, 0},
		{"28 px serif light on dark", "DejaVu Serif", 28, white, black, 0},
		{"24 px turned by 10°", "regular", 24, black, white, 10},
		{"24 px sans turned by -20°", "DejaVu Sans", 24, black, white, -20},
		{"24 px turned by -30°", "regular", 24, black, white, -30},
		{"28 px sans turned by 30°", "DejaVu Sans", 28, black, white, 30},
		{"28 px light on dark turned by 30°", "regular", 28, white, blue, 30},
		{"14 px", "regular", 14, black, white, 0},
	}
	if testing.Short() {
		tests = tests[:2]
	}
	type count struct{ hits, all int }
	upright, turned := map[string]count{}, map[string]count{}
	var hits, all int
	for _, tt := range tests {
		var lines, fontNames []string
		for _, p := range planted {
			lines = append(lines, p.text)
			if p.personal == "mrz" {
				fontNames = append(fontNames, "mono") // OCR-B is monospaced
			} else {
				fontNames = append(fontNames, tt.font)
			}
		}
		img, lineAt := drawText(t, lines, fontNames, tt.height, tt.ink, tt.paper, tt.degrees)
		res := detect(t, e, picture(img), vision.Options{Only: []vision.Check{vision.Texts}})
		found, read := make([]bool, len(planted)), make([]string, len(planted))
		for _, d := range res.Detections {
			i := lineAt(vision.Point{X: d.Box.X + d.Box.W/2, Y: d.Box.Y + d.Box.H/2})
			if d.Kind != vision.Text || i < 0 || i >= len(planted) {
				continue
			}
			found[i] = found[i] || d.Personal == planted[i].personal
			read[i] += fmt.Sprintf(" %q", d.Text)
		}
		n := 0
		for i, ok := range found {
			by := turned
			if tt.degrees == 0 && tt.height >= 20 {
				by = upright
				all++
			} else if tt.degrees == 0 {
				by = nil
			}
			c := by[planted[i].personal]
			if c.all++; ok {
				n++
				c.hits++
			} else {
				t.Logf("%s: %q was read as%s", tt.name, planted[i].text, read[i])
			}
			if by != nil {
				by[planted[i].personal] = c
			}
			if ok && tt.degrees == 0 && tt.height >= 20 {
				hits++
			}
		}
		t.Logf("%s: %d of %d found", tt.name, n, len(planted))
	}
	for _, k := range slices.Sorted(maps.Keys(upright)) {
		t.Logf("%s: %d of %d upright of 20 px and more, %d of %d turned by 10° to 30°", k, upright[k].hits, upright[k].all, turned[k].hits, turned[k].all)
		if c := upright[k]; float64(c.hits) < .95*float64(c.all) {
			t.Errorf("%s: %d of %d upright ones found, fewer than 95 %%", k, c.hits, c.all)
		}
	}
	if float64(hits) < .95*float64(all) {
		t.Errorf("%d of %d upright texts found, fewer than 95 %%", hits, all)
	}
}

// TestDocument finds the document around its lines.
func TestDocument(t *testing.T) {
	e := engine(t)
	img, _ := drawText(t, []string{"4111 1111 1111 1111"}, []string{"mono"}, 40, color.Gray{20}, color.Gray{235}, 0)
	res := detect(t, e, picture(img), vision.Options{Only: []vision.Check{vision.Texts}})
	for _, d := range res.Detections {
		if d.Kind == vision.Document && d.Label == "payment card" && d.Box.W > 300 {
			return
		}
	}
	t.Errorf("no payment card in %+v", res.Detections)
}

// TestCrowdedText reads some 400 regions to the end, the smallest among them; of
// more than are read it says that the look was not whole, and keeps what it found.
func TestCrowdedText(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a thousand lines")
	}
	e := engine(t)
	page := func(columns, rows, step int) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, columns*96, rows*step+100))
		draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
		write := func(text string, x, y, height int) {
			f, err := opentype.Parse(goregular.TTF)
			if err != nil {
				t.Fatal(err)
			}
			face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(height), DPI: 72})
			if err != nil {
				t.Fatal(err)
			}
			d := font.Drawer{Dst: img, Src: image.Black, Face: face, Dot: fixed.P(x, y)}
			d.DrawString(text)
		}
		for r := range rows {
			for c := range columns {
				write("word", c*96+18, r*step+18, 19)
			}
		}
		write("anna.kowalska@example.org", 300, rows*step+50, 16)
		return img
	}
	personal := func(res *vision.Result) bool {
		for _, d := range res.Detections {
			if d.Personal == "email" {
				return true
			}
		}
		return false
	}
	only := vision.Options{Only: []vision.Check{vision.Texts}}
	if res := detect(t, e, picture(page(10, 36, 24)), only); len(res.Detections) < 300 || !res.Ran[vision.Texts] || !personal(res) {
		t.Errorf("%d regions, ran %v, the address found: %v", len(res.Detections), res.Ran, personal(res))
	}
	res, err := e.Detect(t.Context(), picture(page(20, 48, 24)), vision.Options{Setting: vision.Thorough, Only: []vision.Check{vision.Texts}})
	if err != nil {
		t.Fatal(err)
	}
	if res.Ran[vision.Texts] || res.Failed[vision.Texts] == nil || len(res.Detections) < 600 {
		t.Errorf("%d regions, ran %v, failed %v", len(res.Detections), res.Ran, res.Failed)
	}
}
