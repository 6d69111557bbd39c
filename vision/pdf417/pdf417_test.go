package pdf417_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	encoder "github.com/boombuler/barcode/pdf417"

	"blindspot/vision/pdf417"
)

// pass is a boarding pass, by IATA Resolution 792.
const pass = "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100"

// encode is a symbol made by a writer of others, one pixel a module.
func encode(t testing.TB, text string, level byte) image.Image {
	t.Helper()
	code, err := encoder.Encode(text, level)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// look says how a symbol is photographed.
type look struct {
	module float64 // pixels
	turn   float64 // degrees
	lean   float64 // how much shorter the far side is, as a share
	mirror bool
	blur   float64 // standard deviation in pixels
	noise  float64 // standard deviation in grey levels
	dark   int     // what black is
	light  int     // what white is
	jpeg   int     // quality, 0 for none
}

// photograph draws a symbol into the middle of a picture.
func photograph(t testing.TB, code image.Image, l look) *image.Gray {
	t.Helper()
	b := code.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	if l.light == 0 {
		l.light = 235
	}
	if l.dark == 0 {
		l.dark = 25
	}
	dark := make([]bool, b.Dx()*b.Dy())
	for i := range dark {
		r, _, _, _ := code.At(b.Min.X+i%b.Dx(), b.Min.Y+i/b.Dx()).RGBA()
		dark[i] = r < 0x8000
	}
	radius := math.Hypot(w, h) / 2 * l.module / (1 - l.lean/2)
	size := int(2*radius) + 60
	img := image.NewGray(image.Rect(0, 0, size, size))
	sin, cos := math.Sincos(l.turn * math.Pi / 180)
	rnd := rand.New(rand.NewPCG(7, uint64(l.turn+1000)))
	const over = 3 // samples per pixel and direction
	for y := range size {
		for x := range size {
			sum := 0.0
			for k := range over * over {
				u := float64(x) + (float64(k%over)+.5)/over - float64(size)/2
				v := float64(y) + (float64(k/over)+.5)/over - float64(size)/2
				cx, cy := (u*cos+v*sin)/l.module, (-u*sin+v*cos)/l.module
				far := 1 / (1 - l.lean*cx/w)
				cx, cy = cx*far, cy*far
				if l.mirror {
					cx = -cx
				}
				cx, cy = cx+w/2, cy+h/2
				level := float64(l.light)
				if cx >= 0 && cy >= 0 && cx < w && cy < h {
					if dark[int(cy)*b.Dx()+int(cx)] {
						level = float64(l.dark)
					}
				} else if cx < -12 || cy < -12 || cx > w+12 || cy > h+12 {
					level = 130
				}
				sum += level
			}
			img.SetGray(x, y, color.Gray{Y: uint8(sum / over / over)})
		}
	}
	if l.blur > 0 {
		img = blurred(img, l.blur)
	}
	if l.noise > 0 {
		for i, v := range img.Pix {
			img.Pix[i] = uint8(min(max(float64(v)+rnd.NormFloat64()*l.noise, 0), 255))
		}
	}
	if l.jpeg > 0 {
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: l.jpeg}); err != nil {
			t.Fatal(err)
		}
		back, err := jpeg.Decode(&buf)
		if err != nil {
			t.Fatal(err)
		}
		img = back.(*image.Gray)
	}
	return img
}

// blurred is img under a Gaussian blur.
func blurred(img *image.Gray, sigma float64) *image.Gray {
	reach := int(3*sigma) + 1
	weights := make([]float64, 2*reach+1)
	sum := 0.0
	for i := range weights {
		d := float64(i - reach)
		weights[i] = math.Exp(-d * d / 2 / sigma / sigma)
		sum += weights[i]
	}
	along := func(src *image.Gray, dx, dy int) *image.Gray {
		dst := image.NewGray(src.Rect)
		w, h := src.Rect.Dx(), src.Rect.Dy()
		for y := range h {
			for x := range w {
				v := 0.0
				for i, k := range weights {
					d := i - reach
					v += k * float64(src.Pix[min(max(y+d*dy, 0), h-1)*src.Stride+min(max(x+d*dx, 0), w-1)])
				}
				dst.Pix[y*dst.Stride+x] = uint8(v/sum + .5)
			}
		}
		return dst
	}
	return along(along(img, 1, 0), 0, 1)
}

// symbols are those in testdata, made by zint 2.11, with what they hold.
func symbols(t testing.TB) map[string]image.Image {
	t.Helper()
	files, err := filepath.Glob("testdata/*.png")
	if err != nil || len(files) == 0 {
		t.Fatalf("no symbols in testdata: %v", err)
	}
	all := map[string]image.Image{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(name, ".png")] = img
	}
	return all
}

// holds is what a symbol of testdata holds.
func holds(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// read is the only symbol of a picture.
func read(t testing.TB, img *image.Gray) (pdf417.Symbol, bool) {
	t.Helper()
	found, err := pdf417.Decode(img)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || !found[0].Read {
		return pdf417.Symbol{}, false
	}
	return found[0], true
}

// looks are those under which every symbol of testdata is read. The last ones ask
// more: truncated symbols, which have one guard pattern, are seen from the front.
var looks = []look{
	{module: 3},
	{module: 1.5},
	{module: 8},
	{module: 2, turn: 8},
	{module: 2, turn: 90},
	{module: 2, turn: 187},
	{module: 3, turn: 275},
	{module: 2, mirror: true},
	{module: 3, blur: 1.5},
	{module: 2, noise: 20},
	{module: 3, noise: 30},
	{module: 2, jpeg: 25},
	{module: 2, dark: 90, light: 150},
	{module: 2, turn: 5, blur: .8, noise: 6, jpeg: 70},
	{module: 3, turn: 30},
	{module: 2.5, lean: .3},
	{module: 2.5, turn: 5, lean: .2},
}

func TestDecode(t *testing.T) {
	looks := looks
	if testing.Short() {
		looks = looks[:6]
	}
	for name, code := range symbols(t) {
		want := holds(t, name)
		for _, l := range looks {
			if l.lean > 0 && strings.HasSuffix(name, "comp") {
				continue
			}
			t.Run(fmt.Sprintf("%s/%+v", filepath.Base(name), l), func(t *testing.T) {
				t.Parallel()
				s, ok := read(t, photograph(t, code, l))
				if !ok {
					t.Fatal("not read")
				}
				if s.Text != want {
					t.Errorf("read %q, want %q", s.Text, want)
				}
			})
		}
	}
}

// TestLevels reads symbols of every level of error correction, made by a writer
// whose left row indicators give too few rows.
func TestLevels(t *testing.T) {
	for level := byte(0); level <= 8; level++ {
		img := photograph(t, encode(t, pass, level), look{module: 3})
		s, ok := read(t, img)
		if !ok || s.Text != pass || s.Level != int(level) {
			t.Errorf("level %d: read %+v, %v", level, s, ok)
		}
	}
}

// TestCorners compares the corners with where the symbol was drawn.
func TestCorners(t *testing.T) {
	code := encode(t, pass, 3)
	const module, margin = 3, 40
	w, h := code.Bounds().Dx(), code.Bounds().Dy()
	img := image.NewGray(image.Rect(0, 0, w*module+2*margin, h*module+3*margin))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range h * module {
		for x := range w * module {
			if r, _, _, _ := code.At(x/module, y/module).RGBA(); r == 0 {
				img.SetGray(margin+x, 2*margin+y, color.Gray{})
			}
		}
	}
	s, ok := read(t, img)
	if !ok {
		t.Fatal("not read")
	}
	right, bottom := float64(margin+w*module), float64(2*margin+h*module)
	for i, want := range []pdf417.Point{{X: margin, Y: 2 * margin}, {X: right, Y: 2 * margin}, {X: right, Y: bottom}, {X: margin, Y: bottom}} {
		if got := s.Corners[i]; math.Hypot(got.X-want.X, got.Y-want.Y) > 1.5*module {
			t.Errorf("corner %d at %.1f, want %.1f", i, got, want)
		}
	}
}

// TestDamaged blots out a part of a symbol: what the level of correction covers is
// read, more is only found.
func TestDamaged(t *testing.T) {
	code := encode(t, strings.Repeat("0123 abc ", 12), 5)
	for _, tt := range []struct {
		share float64
		read  bool
	}{{.1, true}, {.25, true}, {.8, false}} {
		img := photograph(t, code, look{module: 3})
		w, h := float64(code.Bounds().Dx())*3, float64(code.Bounds().Dy())*3
		side := img.Rect.Dx()
		x0 := (float64(side) - w) / 2
		// The guard patterns and indicators stay.
		from, to := x0+34*3, x0+34*3+(w-69*3)*tt.share
		for y := range side {
			if math.Abs(float64(y)-float64(side)/2) < h/2 {
				for x := int(from); x < int(to); x++ {
					img.Pix[y*img.Stride+x] = uint8(120 + (x+y)%9)
				}
			}
		}
		found, err := pdf417.Decode(img)
		if err != nil || len(found) != 1 {
			t.Fatalf("%.0f %%: found %+v, %v", 100*tt.share, found, err)
		}
		if found[0].Read != tt.read || tt.read && found[0].Corrected == 0 {
			t.Errorf("%.0f %%: %+v", 100*tt.share, found[0])
		}
	}
}

// TestSeveral reads two symbols side by side.
func TestSeveral(t *testing.T) {
	a := photograph(t, encode(t, pass, 2), look{module: 2})
	b := photograph(t, encode(t, "another one, 12345", 2), look{module: 2})
	img := image.NewGray(image.Rect(0, 0, a.Rect.Dx()+b.Rect.Dx(), max(a.Rect.Dy(), b.Rect.Dy())))
	for i, p := range []*image.Gray{a, b} {
		for y := range p.Rect.Dy() {
			copy(img.Pix[y*img.Stride+i*a.Rect.Dx():], p.Pix[y*p.Stride:][:p.Rect.Dx()])
		}
	}
	found, err := pdf417.Decode(img)
	if err != nil || len(found) != 2 || !found[0].Read || !found[1].Read || found[0].Text == found[1].Text {
		t.Errorf("found %+v, %v", found, err)
	}
}

// TestNothing looks at stripes, noise and nothing at all.
func TestNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	pictures := map[string]func(x, y int) uint8{
		"flat":    func(x, y int) uint8 { return 200 },
		"stripes": func(x, y int) uint8 { return uint8(x / 5 % 2 * 255) },
		"chess":   func(x, y int) uint8 { return uint8((x/5 + y/9) % 2 * 255) },
		"noise":   func(x, y int) uint8 { return uint8(rnd.IntN(256)) },
	}
	for name, f := range pictures {
		img := image.NewGray(image.Rect(0, 0, 600, 400))
		for i := range img.Pix {
			img.Pix[i] = f(i%600, i/600)
		}
		if found, err := pdf417.Decode(img); err != nil || len(found) != 0 {
			t.Errorf("%s: found %+v, %v", name, found, err)
		}
	}
}

// lines is a picture for Locate.
type lines struct{ *image.Gray }

func (l lines) Size() (w, h int)      { return l.Rect.Dx(), l.Rect.Dy() }
func (l lines) Row(y int, dst []byte) { copy(dst, l.Pix[y*l.Stride:]) }
func (l lines) Column(x int, dst []byte) {
	for y := range dst {
		dst[y] = l.Pix[y*l.Stride+x]
	}
}

func TestLocate(t *testing.T) {
	for _, turn := range []float64{0, 12, 90, 180} {
		img := photograph(t, encode(t, pass, 3), look{module: 2, turn: turn})
		s, ok := read(t, img)
		if !ok {
			t.Fatalf("turned by %v: not read", turn)
		}
		boxes := pdf417.Locate(lines{img}, 4)
		if len(boxes) == 0 || !s.Bounds().Inset(4).In(boxes[0]) {
			t.Errorf("turned by %v: located %v, the symbol lies in %v", turn, boxes, s.Bounds())
		}
	}
	if boxes := pdf417.Locate(lines{image.NewGray(image.Rect(0, 0, 500, 500))}, 4); len(boxes) != 0 {
		t.Errorf("located %v in an empty picture", boxes)
	}
}

// TestBadPictures hands over pictures that are not whole.
func TestBadPictures(t *testing.T) {
	for _, img := range []*image.Gray{
		{},
		{Pix: make([]byte, 10), Stride: 10, Rect: image.Rect(0, 0, 10, 2)},
		{Pix: make([]byte, 100), Stride: 5, Rect: image.Rect(0, 0, 10, 10)},
		{Pix: make([]byte, 1<<17), Stride: 1 << 17, Rect: image.Rect(0, 0, 1<<17, 1)},
	} {
		if found, err := pdf417.Decode(img); err == nil {
			t.Errorf("%v: found %v", img.Rect, found)
		}
	}
	// A part of a larger picture is a picture.
	whole := photograph(t, encode(t, pass, 2), look{module: 2})
	part := whole.SubImage(whole.Rect.Inset(3)).(*image.Gray)
	if s, ok := read(t, part); !ok || s.Text != pass {
		t.Errorf("part of a picture: read %+v, %v", s, ok)
	}
}

func FuzzDecode(f *testing.F) {
	for _, l := range []look{{module: 1.5}, {module: 2, turn: 10}} {
		img := photograph(f, encode(f, "seed", 1), l)
		f.Add(img.Pix, img.Stride)
	}
	f.Fuzz(func(t *testing.T, pix []byte, width int) {
		if width <= 0 || len(pix) > 1<<18 {
			return
		}
		img := &image.Gray{Pix: pix, Stride: width, Rect: image.Rect(0, 0, width, len(pix)/width)}
		found, err := pdf417.Decode(img)
		if err != nil {
			return
		}
		for _, s := range found {
			if s.Read && (s.Rows*s.Columns > 928 || len(s.Text) > 1<<13) {
				t.Errorf("read %+v", s)
			}
			for _, c := range s.Corners {
				if math.IsNaN(c.X+c.Y) || math.IsInf(c.X+c.Y, 0) {
					t.Errorf("corners %v", s.Corners)
				}
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	img := photograph(b, encode(b, pass, 3), look{module: 3, turn: 5})
	b.Logf("%v", img.Rect)
	for b.Loop() {
		if _, ok := read(b, img); !ok {
			b.Fatal("not read")
		}
	}
}

// BenchmarkNothing looks at 12 megapixels of texture.
func BenchmarkNothing(b *testing.B) {
	img := image.NewGray(image.Rect(0, 0, 4000, 3000))
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range img.Pix {
		img.Pix[i] = uint8(60*(1+math.Sin(float64(i%4000)/7)*math.Cos(float64(i/4000)/9))) + uint8(rnd.IntN(20))
	}
	for b.Loop() {
		pdf417.Locate(lines{img}, 8)
	}
}
