package e2e

import (
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"blindspot/internal/testenv"
)

// written is a line of print on a drawn document, in shares of its width.
type written struct {
	text    string
	x, y    float64 // where it begins, on its base line
	height  float64
	fontTTF []byte
}

// paper is a document as the test draws it.
type paper struct {
	name   string
	want   string // the label of the document, empty for none
	aspect float64
	// width is that of the document, in pixels of a picture of 1600 × 1200.
	width    int
	portrait *[4]float64 // x, y, width and height, in shares of the width
	lines    []written
	covers   bool // the whole of it is found, not only the text
}

func papersDrawn() []paper {
	r, b, m := goregular.TTF, gobold.TTF, gomono.TTF
	return []paper{
		{"passport", "passport", 88. / 125, 1100, &[4]float64{.05, .12, .24, .32}, []written{
			{"PASSPORT", .05, .07, .04, b}, {"Surname", .34, .14, .022, r}, {"ERIKSSON", .34, .18, .03, b},
			{"Given names", .34, .24, .022, r}, {"ANNA MARIA", .34, .28, .03, b}, {"Date of birth", .34, .34, .022, r}, {"12 AUG 1974", .34, .38, .03, b},
			{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", .05, .60, .034, m}, {"L898902C36UTO7408122F1204159ZE184226B<<<<<10", .05, .65, .034, m},
		}, true},
		{"passport without its lower lines", "passport", 88. / 125, 1100, &[4]float64{.05, .12, .24, .32}, []written{
			{"PASSPORT", .05, .07, .04, b}, {"Surname", .34, .14, .022, r}, {"ERIKSSON", .34, .18, .03, b},
			{"Given names", .34, .24, .022, r}, {"ANNA MARIA", .34, .28, .03, b}, {"Nationality", .34, .34, .022, r}, {"UTOPIAN", .34, .38, .03, b},
		}, false},
		{"back of an ID card", "ID card", 54 / 85.6, 1000, nil, []written{
			{"Address", .05, .10, .03, r}, {"Colour of eyes", .05, .20, .03, r},
			{"I<UTOD231458907<<<<<<<<<<<<<<<", .05, .43, .048, m}, {"7408122F1204159UTO<<<<<<<<<<<6", .05, .50, .048, m}, {"ERIKSSON<<ANNA<MARIA<<<<<<<<<<", .05, .57, .048, m},
		}, true},
		{"front of an ID card", "ID card", 54 / 85.6, 1000, &[4]float64{.04, .16, .25, .34}, []written{
			{"IDENTITY CARD", .34, .08, .05, b}, {"Name", .34, .18, .03, r}, {"KOWALSKA", .34, .23, .04, b}, {"Given names", .34, .31, .03, r}, {"ANNA", .34, .36, .04, b},
			{"Date of birth", .34, .44, .03, r}, {"12.08.1974", .34, .49, .04, b},
		}, false},
		{"driving licence", "driving licence", 54 / 85.6, 1000, &[4]float64{.04, .16, .25, .34}, []written{
			{"DRIVING LICENCE", .34, .08, .05, b}, {"1. MORGAN", .34, .20, .035, b}, {"2. SARAH", .34, .27, .035, b}, {"3. 11.03.1976 Utopia", .34, .34, .035, r},
			{"Date of birth 11.03.1976", .34, .41, .03, r}, {"Signature", .34, .50, .03, r},
		}, false},
		{"payment card", "payment card", 54 / 85.6, 900, nil, []written{
			{"BANK OF UTOPIA", .06, .10, .05, b}, {"4111 1111 1111 1111", .06, .36, .078, m}, {"VALID THRU 12/27", .30, .45, .035, r}, {"ANNA KOWALSKA", .06, .55, .045, r},
		}, true},
		{"letter", "letter", 1.25, 860, nil, []written{
			{"Anna Kowalska", .08, .10, .03, r}, {"221B Baker Street", .08, .14, .03, r}, {"London NW1 6XE", .08, .18, .03, r},
			{"Dear Ms Kowalska,", .08, .32, .03, r}, {"thank you for your letter of last week. We have looked", .08, .38, .03, r},
			{"into the matter and will write to you again as soon as", .08, .43, .03, r}, {"we know more about the damage to your roof.", .08, .48, .03, r},
			{"Yours sincerely,", .08, .58, .03, r}, {"John Smith", .08, .68, .03, r},
		}, false},
		{"ticket", "ticket", .45, 900, nil, []written{
			{"CONCERT TICKET", .06, .09, .06, b}, {"The Utopia Orchestra", .06, .17, .04, r}, {"Sat 24.12.2024 20:00", .06, .25, .04, r}, {"Row 12  Seat 14", .06, .33, .045, b}, {"EUR 49.90", .06, .40, .04, r},
		}, false},
		{"boarding pass", "boarding pass", .4, 1000, nil, []written{
			{"BOARDING PASS", .05, .06, .045, b}, {"KOWALSKA/ANNA MS", .05, .13, .035, r}, {"Flight XY 123", .05, .20, .035, r}, {"Gate B12", .40, .20, .035, r}, {"Seat 14C", .05, .27, .035, r}, {"Booking ref: X7K2QP", .05, .34, .03, r},
		}, false},
		{"menu", "", 1.2, 860, nil, []written{
			{"TODAY", .10, .12, .06, b}, {"Tomato soup 4.50", .10, .25, .04, r}, {"Fish and chips 12.90", .10, .33, .04, r}, {"Apple cake 3.80", .10, .41, .04, r}, {"We accept VISA and MasterCard", .10, .60, .03, r}, {"Open from 11:00", .10, .70, .03, r},
		}, false},
		{"page of a book", "", 1.3, 860, nil, []written{
			{"He showed his passport and walked on to the gate,", .08, .15, .032, r}, {"where a card lay on the floor. Oh dear, she said,", .08, .22, .032, r}, {"somebody has lost a ticket to the opera, and it was", .08, .29, .032, r}, {"not me. They sat down and waited for the rain to end.", .08, .36, .032, r},
		}, false},
	}
}

// draw puts the document on a table of 1600 × 1200 and returns where it lies.
func (p paper) draw(t *testing.T, face image.Image) (*image.RGBA, image.Rectangle) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1600, 1200))
	for y := range 1200 {
		for x := range 1600 {
			v := uint8(70 + (x*7+y*13)%11)
			img.SetRGBA(x, y, color.RGBA{v + 30, v + 10, v, 255})
		}
	}
	h := int(float64(p.width) * p.aspect)
	at := image.Rect((1600-p.width)/2, (1200-h)/2, (1600+p.width)/2, (1200+h)/2)
	draw.Draw(img, at, image.NewUniform(color.RGBA{228, 232, 226, 255}), image.Point{}, draw.Src)
	px := func(share float64) int { return int(share * float64(p.width)) }
	if f := p.portrait; f != nil {
		to := image.Rect(px(f[0]), px(f[1]), px(f[0]+f[2]), px(f[1]+f[3])).Add(at.Min)
		xdraw.CatmullRom.Scale(img, to, face, face.Bounds(), xdraw.Src, nil)
	}
	for _, l := range p.lines {
		f, err := opentype.Parse(l.fontTTF)
		if err != nil {
			t.Fatal(err)
		}
		size, err := opentype.NewFace(f, &opentype.FaceOptions{Size: l.height * float64(p.width), DPI: 72})
		if err != nil {
			t.Fatal(err)
		}
		d := font.Drawer{Dst: img, Src: image.NewUniform(color.RGBA{25, 25, 35, 255}), Face: size, Dot: fixed.P(at.Min.X+px(l.x), at.Min.Y+px(l.y))}
		d.DrawString(l.text)
	}
	return img, at
}

// portrait is a face of the folder of photos, with its surroundings.
func portrait(t *testing.T) image.Image {
	t.Helper()
	f, err := os.Open(filepath.Join(testenv.Photos(t), "dlib-faces/examples/faces/2008_002506.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(image.Rect(320, 40, 447, 210))
}

// TestDocumentsAreNamed draws documents, each with a portrait where it has one, and
// pages that are none, and checks them with the whole program.
func TestDocumentsAreNamed(t *testing.T) {
	needDetectors(t)
	face := portrait(t)
	dir := t.TempDir()
	where := map[string]image.Rectangle{}
	papers := papersDrawn()
	for _, p := range papers {
		img, at := p.draw(t, face)
		where[p.name] = at
		f, err := os.Create(filepath.Join(dir, p.name+".jpg"))
		if err != nil {
			t.Fatal(err)
		}
		if err := jpeg.Encode(f, img, &jpeg.Options{Quality: 92}); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	r := blindspot(t, environment(t, t.TempDir()), "check", "--json", "--show-text", dir)
	var doc struct {
		Photos []struct {
			Path       string `json:"path"`
			Detections []struct {
				Kind, Label string
				Text        *string
				Box         box
			} `json:"detections"`
			Findings []struct {
				Rule string `json:"rule"`
			} `json:"findings"`
		} `json:"photos"`
	}
	if err := json.Unmarshal(r.stdout, &doc); err != nil || len(doc.Photos) != len(papers) {
		t.Fatalf("%d photos, %v\n%s", len(doc.Photos), err, r.stderr)
	}
	for _, p := range papers {
		for _, photo := range doc.Photos {
			if filepath.Base(photo.Path) != p.name+".jpg" {
				continue
			}
			var labels, read []string
			covered := 0.
			for _, d := range photo.Detections {
				if d.Text != nil {
					read = append(read, *d.Text)
				}
				if d.Kind != "document" {
					continue
				}
				labels = append(labels, d.Label)
				in := where[p.name].Intersect(image.Rect(d.Box.X, d.Box.Y, d.Box.X+d.Box.W, d.Box.Y+d.Box.H))
				covered = max(covered, float64(in.Dx()*in.Dy())/float64(where[p.name].Dx()*where[p.name].Dy()))
			}
			t.Logf("%s: %q, %.0f %% of it covered", p.name, labels, 100*covered)
			switch {
			case p.want == "" && len(labels) > 0, p.want != "" && (len(labels) != 1 || labels[0] != p.want):
				t.Errorf("%s is taken for %q, read as %q", p.name, labels, read)
			case p.covers && covered < .9:
				t.Errorf("%s: %.0f %% of it is found", p.name, 100*covered)
			}
			found := false
			for _, f := range photo.Findings {
				found = found || f.Rule == "document.visible"
			}
			if found != (p.want != "") {
				t.Errorf("%s: a finding for a document: %v", p.name, found)
			}
		}
	}
}
