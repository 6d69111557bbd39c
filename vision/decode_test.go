package vision

import (
	"errors"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blindspot/models"
)

func near(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-3 }

func nearBox(a, b Box) bool {
	return near(a.X, b.X) && near(a.Y, b.Y) && near(a.W, b.W) && near(a.H, b.H)
}

func TestIoU(t *testing.T) {
	tests := []struct {
		a, b Box
		want float32
	}{
		{Box{0, 0, 10, 10}, Box{0, 0, 10, 10}, 1},
		{Box{0, 0, 10, 10}, Box{10, 0, 10, 10}, 0},
		{Box{0, 0, 10, 10}, Box{5, 0, 10, 10}, 1. / 3},
		{Box{0, 0, 10, 10}, Box{2, 2, 5, 5}, .25},
		{Box{0, 0, 0, 0}, Box{0, 0, 0, 0}, 0},
	}
	for _, tt := range tests {
		if got, back := IoU(tt.a, tt.b), IoU(tt.b, tt.a); !near(got, tt.want) || got != back {
			t.Errorf("%v %v: %v and %v, want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

func TestNMS(t *testing.T) {
	c := []candidate{
		{box: Box{0, 0, 10, 10}, score: .6},
		{box: Box{1, 0, 10, 10}, score: .9},
		{box: Box{1, 0, 10, 10}, score: .5, class: 1},
		{box: Box{40, 0, 10, 10}, score: .3},
	}
	var scores []float32
	for _, x := range nms(c, .3) {
		scores = append(scores, x.score)
	}
	if want := []float32{.9, .5, .3}; !slices.Equal(scores, want) {
		t.Errorf("kept %v, want %v", scores, want)
	}
	if got := nms(nil, .3); len(got) != 0 {
		t.Errorf("kept %v of nothing", got)
	}
}

// rotated is src turned clockwise by a number of quarters.
func rotated(src *image.RGBA, quarters int) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	if quarters&1 == 1 {
		w, h = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := [4]int{x, y, w - 1 - x, h - 1 - y}[quarters], [4]int{y, w - 1 - x, h - 1 - y, x}[quarters]
			dst.SetRGBA(x, y, src.RGBAAt(sx, sy))
		}
	}
	return dst
}

func TestUnrotate(t *testing.T) {
	// A picture of 4 × 3 with one marked pixel, turned, must lead back to it.
	src := image.NewRGBA(image.Rect(0, 0, 4, 3))
	src.SetRGBA(3, 1, color.RGBA{9, 9, 9, 255})
	for q := range 4 {
		turned := rotated(src, q)
		for y := range turned.Rect.Dy() {
			for x := range turned.Rect.Dx() {
				if turned.RGBAAt(x, y).R != 9 {
					continue
				}
				c := candidate{box: Box{float32(x), float32(y), 1, 1}}
				c.landmarks[0] = Point{float32(x) + .5, float32(y) + .5}
				c = c.unrotate(q, 4, 3)
				if !nearBox(c.box, Box{3, 1, 1, 1}) || !near(c.landmarks[0].X, 3.5) || !near(c.landmarks[0].Y, 1.5) {
					t.Errorf("%d quarters: %v %v", q, c.box, c.landmarks[0])
				}
			}
		}
	}
}

// yunetOutputs are empty outputs of YuNet for a w × h input.
func yunetOutputs(w, h int) []tensor {
	out := make([]tensor, 12)
	for i, s := range yunetStrides {
		n := (w / s) * (h / s)
		for k, per := range []int{1, 1, 4, 10} {
			out[3*k+i] = tensor{[]int{1, n, per}, make([]float32, n*per)}
		}
	}
	return out
}

func TestDecodeYuNet(t *testing.T) {
	const w, h = 96, 64
	out := yunetOutputs(w, h)
	// Stride 16 has 6 columns: cell (col 2, row 1) is number 8.
	const cell = 8
	out[1].data[cell], out[4].data[cell] = .9, 1.4 // clamped to 1
	copy(out[7].data[4*cell:], []float32{.5, .25, float32(math.Log(2)), float32(math.Log(3))})
	for j := range 5 {
		out[10].data[10*cell+2*j], out[10].data[10*cell+2*j+1] = float32(j), -.5
	}
	// One below the limit, one that is infinite.
	out[0].data[3], out[3].data[3] = .3, .3
	out[2].data[1], out[5].data[1], out[8].data[4*1+2] = 1, 1, 1000
	found, err := decodeYuNet(out, w, h, .5)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	c := found[0]
	if !nearBox(c.box, Box{2.5*16 - 16, 1.25*16 - 24, 32, 48}) || !near(c.score, float32(math.Sqrt(.9))) {
		t.Errorf("box %v score %v", c.box, c.score)
	}
	if p := c.landmarks[3]; !c.marked || !near(p.X, 5*16) || !near(p.Y, 8) {
		t.Errorf("landmark %v", p)
	}
	if _, err := decodeYuNet(out, w+32, h, .5); err == nil {
		t.Error("no error for an input of another size")
	}
	if _, err := decodeYuNet(out[:11], w, h, .5); err == nil {
		t.Error("no error for eleven outputs")
	}
}

func TestDecodeUltraFace(t *testing.T) {
	out := []tensor{
		{[]int{1, 3, 2}, []float32{.1, .9, .8, .2, .2, .8}},
		{[]int{1, 3, 4}, []float32{.25, .5, .5, .75, 0, 0, 1, 1, .5, .5, .4, .6}},
	}
	found, err := decodeUltraFace(out, 640, 480, .7)
	if err != nil || len(found) != 1 || !nearBox(found[0].box, Box{160, 240, 160, 120}) || found[0].marked {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := decodeUltraFace(out[:1], 640, 480, .7); err == nil {
		t.Error("no error for one output")
	}
}

func TestDecodeYOLOX(t *testing.T) {
	const w, h, classes = 64, 64, 3
	n := 64 + 16 + 4
	data := make([]float32, n*(5+classes))
	// Stride 32 has 2 columns; its cell (1,1) is the last row.
	row := data[(n-1)*(5+classes):]
	copy(row, []float32{.5, -.5, 0, float32(math.Log(2)), .8, .1, .2, .9})
	found, err := decodeYOLOX([]tensor{{[]int{1, n, 8}, data}}, w, h, classes, .3)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	if c := found[0]; c.class != 2 || !near(c.score, .72) || !nearBox(c.box, Box{1.5*32 - 16, .5*32 - 32, 32, 64}) {
		t.Errorf("%+v", c)
	}
	if _, err := decodeYOLOX([]tensor{{[]int{1, n, 8}, data}}, w, h, classes+1, .3); err == nil {
		t.Error("no error for another number of classes")
	}
}

func TestDecodeLPD(t *testing.T) {
	const n = 4385
	out := []tensor{
		{[]int{n, 14}, make([]float32, n*14)},
		{[]int{n, 2}, make([]float32, n*2)},
		{[]int{n, 1}, make([]float32, n)},
	}
	// Of the level of step 16, after 40·30·3 priors: cell (3,2), size 48.
	const k = 40*30*3 + (2*20+3)*2 + 1
	out[1].data[2*k+1], out[2].data[k] = .9, .9
	cx, cy := float32(3.5*16), float32(2.5*16)
	for i, at := range []int{4, 6, 10, 12} {
		dx, dy := [4]float32{-5, 5, 5, -5}[i], [4]float32{-1, -2, 1, 2}[i]
		out[0].data[14*k+at], out[0].data[14*k+at+1] = dx, dy
	}
	found, err := decodeLPD(out, 320, 240, .8)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	if c := found[0]; !near(c.score, .9) || !nearBox(c.box, Box{cx - 24, cy - 9.6, 48, 19.2}) {
		t.Errorf("%+v", c)
	}
	out[2].data = out[2].data[1:]
	if _, err := decodeLPD(out, 320, 240, .8); err == nil {
		t.Error("no error for missing priors")
	}
}

// bar is a map with text along a bar of w × h about (cx,cy), turned by degrees.
func bar(W, H int, cx, cy, w, h, degrees float64) []float32 {
	prob := make([]float32, W*H)
	s, c := math.Sincos(degrees * math.Pi / 180)
	for y := range H {
		for x := range W {
			dx, dy := float64(x)+.5-cx, float64(y)+.5-cy
			if math.Abs(dx*c+dy*s) <= w/2 && math.Abs(-dx*s+dy*c) <= h/2 {
				prob[y*W+x] = .9
			}
		}
	}
	return prob
}

func TestDecodeDB(t *testing.T) {
	for _, degrees := range []float64{0, 10, -30, 80, 90} {
		prob := bar(256, 256, 120, 130, 100, 10, degrees)
		quads, err := decodeDB([]tensor{{[]int{1, 1, 256, 256}, prob}}, 256, 256, 256, 256)
		if err != nil || len(quads) != 1 {
			t.Fatalf("%v°: %v, %v", degrees, quads, err)
		}
		q := quads[0]
		grown := 100. * 10 * dbUnclip / 220
		angle := math.Atan2(float64(q.sin), float64(q.cos)) * 180 / math.Pi
		if math.Abs(float64(q.centre.X)-120) > 1 || math.Abs(float64(q.centre.Y)-130) > 1 ||
			math.Abs(float64(q.w)-100-2*grown) > 4 || math.Abs(float64(q.h)-10-2*grown) > 4 || math.Abs(angle-degrees) > 2 {
			t.Errorf("%v°: middle %v, %v × %v, %v°", degrees, q.centre, q.w, q.h, angle)
		}
	}
	// Faint, tiny, and outside the picture.
	for name, prob := range map[string][]float32{
		"tiny":    bar(64, 64, 32, 32, 2, 2, 0),
		"outside": bar(64, 64, 60, 32, 6, 20, 0),
		"nothing": make([]float32, 64*64),
	} {
		quads, err := decodeDB([]tensor{{[]int{1, 1, 64, 64}, prob}}, 64, 64, 50, 64)
		if err != nil || len(quads) != 0 {
			t.Errorf("%s: %v, %v", name, quads, err)
		}
	}
	if _, err := decodeDB([]tensor{{[]int{1, 1, 2, 2}, make([]float32, 4)}}, 64, 64, 64, 64); err == nil {
		t.Error("no error for a map of another size")
	}
}

func TestDecodeCTC(t *testing.T) {
	alphabet := []rune("ab ")
	rows := func(best ...int) []tensor {
		data := make([]float32, 4*len(best))
		for i, b := range best {
			data[4*i+b] = .5
		}
		return []tensor{{[]int{1, len(best), 4}, data}}
	}
	tests := []struct {
		best []int
		want string
	}{
		{[]int{1, 1, 0, 1, 2, 2}, "aab"},
		{[]int{0, 0}, ""},
		{[]int{2, 3, 1}, "b a"},
		{nil, ""},
	}
	for _, tt := range tests {
		text, confidence, err := decodeCTC(rows(tt.best...), alphabet)
		if err != nil || text != tt.want || (tt.want != "" && !near(confidence, .5)) {
			t.Errorf("%v: %q %v %v, want %q", tt.best, text, confidence, err, tt.want)
		}
	}
	if _, _, err := decodeCTC(rows(1), []rune("ab")); err == nil {
		t.Error("no error for another alphabet")
	}
}

func TestTiles(t *testing.T) {
	for _, size := range [][2]float64{{100, 100}, {1280, 1280}, {1281, 900}, {4000, 3000}, {9000, 700}} {
		all := tiles(size[0], size[1], 1280, 192)
		for _, p := range [][2]float64{{0, 0}, {size[0] - 1, size[1] - 1}, {size[0] / 2, size[1] / 3}} {
			if !slices.ContainsFunc(all, func(r region) bool {
				return p[0] >= r.x && p[0] < r.x+r.w && p[1] >= r.y && p[1] < r.y+r.h
			}) {
				t.Errorf("%v: no tile holds %v", size, p)
			}
		}
		for i, r := range all {
			if r.x < 0 || r.y < 0 || r.x+r.w > size[0] || r.y+r.h > size[1] {
				t.Errorf("%v: tile %v sticks out", size, r)
			}
			if i > 0 && all[i-1].y == r.y && all[i-1].x+all[i-1].w-r.x < 191 {
				t.Errorf("%v: tiles %v and %v overlap too little", size, all[i-1], r)
			}
		}
	}
}

// TestSample holds that scaling keeps a smooth picture where it is: a ramp stays
// the same ramp at every size, by the positions of pixel centres.
func TestSample(t *testing.T) {
	const w, h = 200, 120
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(2 * y), uint8((x + y) / 2), 255})
		}
	}
	pl := planesOf(&models.Network{Colour: "BGR", Std: [3]float32{1, 1, 1}, Pad: -1})
	for _, k := range []float64{1, .5, .37, .11, 1.7} {
		ow, oh := int(w*k), int(h*k)
		W, H := roundUp(ow, 32), roundUp(oh, 32)
		dst := make([]float32, 3*W*H)
		newPyramid(img).fill(dst, W, H, region{0, 0, w, h}, ow, oh, 0, pl)
		for y := range H {
			for x := range W {
				r := dst[2*W*H+y*W+x]
				if x >= ow || y >= oh {
					if r != -1 {
						t.Fatalf("scale %v: padding at (%d,%d) is %v", k, x, y, r)
					}
					continue
				}
				sx := min(max((float64(x)+.5)*w/float64(ow)-.5, 0), w-1)
				sy := min(max((float64(y)+.5)*h/float64(oh)-.5, 0), h-1)
				edge := 1 / k
				if sx < edge || sy < edge || sx > w-1-edge || sy > h-1-edge {
					continue
				}
				if g := dst[W*H+y*W+x]; math.Abs(float64(r)-sx) > 1 || math.Abs(float64(g)-2*sy) > 1.5 {
					t.Fatalf("scale %v: at (%d,%d) %v %v, want %v %v", k, x, y, r, g, sx, 2*sy)
				}
			}
		}
	}
}

// TestSampleExact holds scaling in fixed point to within two levels of exact bilinear
// scaling, in random pictures, where neighbours differ most.
func TestSampleExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	net := &models.Network{Colour: "BGR", Mean: [3]float32{5, 6, 7}, Std: [3]float32{2, 4, 8}, Pad: 3}
	for range 300 {
		img := noise(rng, 1+rng.IntN(70), 1+rng.IntN(50))
		all := newPyramid(img).whole()
		r := region{rng.Float64() * all.w / 2, rng.Float64() * all.h / 2, 0, 0}
		r.w, r.h = (all.w-r.x)*(.3+.7*rng.Float64()), (all.h-r.y)*(.3+.7*rng.Float64())
		w, h := 1+int(r.w*(.5+rng.Float64())), 1+int(r.h*(.5+rng.Float64()))
		if rng.IntN(4) == 0 {
			r, w, h = all, int(all.w), int(all.h)
		}
		W, H := w+rng.IntN(5), h+rng.IntN(5)
		dst := make([]float32, 3*W*H)
		planesOf(net).sample(dst, W, H, img, r, w, h, 0)
		for i, v := range dst {
			c, x, y := i/(W*H), i%W, i/W%H
			got, want := v*net.Std[c]+net.Mean[c], net.Pad
			if x < w && y < h {
				want = exactly(img, r.x+(float64(x)+.5)*r.w/float64(w), r.y+(float64(y)+.5)*r.h/float64(h), 2-c)
			}
			if abs(got-want) > 2 {
				t.Fatalf("%v of %v to %d × %d: plane %d at (%d,%d) is %v, want %v", r, img.Rect, w, h, c, x, y, got, want)
			}
		}
	}
}

// noise is a picture of random pixels.
func noise(rng *rand.Rand, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.Uint32())
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

// exactly is one colour of img at a point, bilinear.
func exactly(img *image.RGBA, x, y float64, colour int) float32 {
	at := func(x, y int) float64 {
		x, y = min(x, img.Rect.Dx()-1), min(y, img.Rect.Dy()-1)
		return float64(img.Pix[y*img.Stride+4*x+colour])
	}
	x, y = min(max(x-.5, 0), float64(img.Rect.Dx()-1)), min(max(y-.5, 0), float64(img.Rect.Dy()-1))
	i, j := int(x), int(y)
	fx, fy := x-float64(i), y-float64(j)
	top, bottom := at(i, j)*(1-fx)+at(i+1, j)*fx, at(i, j+1)*(1-fx)+at(i+1, j+1)*fx
	return float32(top*(1-fy) + bottom*fy)
}

// TestSampleTurned holds that a scene turned by quarters gives the tensor of the
// turned picture.
func TestSampleTurned(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	pl := planesOf(&models.Network{Std: [3]float32{1, 1, 1}, Pad: 114})
	for range 100 {
		img := noise(rng, 8*(3+rng.IntN(8)), 8*(3+rng.IntN(8))) // halved without a rest
		for quarters := range 4 {
			s, turned := scene{newPyramid(img), quarters}, newPyramid(rotated(img, quarters))
			r := turned.whole()
			if s.whole() != r {
				t.Fatalf("a scene of %v turned by %d quarters is %v", img.Rect, quarters, s.whole())
			}
			if rng.IntN(2) == 0 {
				r = region{r.w / 4, r.h / 8, r.w / 2, r.h / 2}
			}
			w, h := fit(r.w, r.h, 10+rng.Float64()*50)
			W, H := roundUp(w, 32), roundUp(h, 32)
			got, want := make([]float32, 3*W*H), make([]float32, 3*W*H)
			if err := errors.Join(s.fill(got, W, H, r, w, h, pl), turned.fill(want, W, H, r, w, h, 0, pl)); err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if abs(got[i]-want[i]) > 2 {
					t.Fatalf("%v turned by %d quarters, %v to %d × %d: value %d is %v, want %v", img.Rect, quarters, r, w, h, i, got[i], want[i])
				}
			}
		}
	}
}

func TestAlign(t *testing.T) {
	// Turned by 30°, twice the size, moved.
	s, c := math.Sincos(math.Pi / 6)
	var to [5]Point
	for i, p := range embedTemplate {
		to[i] = Point{float32(2*(c*float64(p.X)-s*float64(p.Y)) + 7), float32(2*(s*float64(p.X)+c*float64(p.Y)) - 9)}
	}
	m, err := align(embedTemplate, to)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range embedTemplate {
		x, y := m.a*float64(p.X)+m.b*float64(p.Y)+m.c, m.d*float64(p.X)+m.e*float64(p.Y)+m.f
		if math.Abs(x-float64(to[i].X)) > 1e-3 || math.Abs(y-float64(to[i].Y)) > 1e-3 {
			t.Errorf("landmark %d goes to %v %v, want %v", i, x, y, to[i])
		}
	}
	if _, err := align(embedTemplate, [5]Point{}); err == nil {
		t.Error("no error for landmarks on one point")
	}
}

func TestGroup(t *testing.T) {
	a, b := []float32{1, 0, 0}, []float32{0, 1, 0}
	a2, _ := normalised([]float32{.9, .1, 0})
	a3, _ := normalised([]float32{.95, 0, .1})
	tests := []struct {
		name   string
		photos [][][]float32
		want   [][]int
	}{
		{"none", nil, [][]int{}},
		{"two persons", [][][]float32{{a, b}, {a2}, {nil, b}}, [][]int{{1, 2}, {1}, {0, 2}}},
		{"never two of one photo", [][][]float32{{a, a2}, {a3}}, [][]int{{1, 2}, {1}}},
		{"nobody alike", [][][]float32{{a}, {b}}, [][]int{{1}, {2}}},
	}
	for _, tt := range tests {
		got := Group(tt.photos, SamePerson)
		if !slices.EqualFunc(got, tt.want, slices.Equal) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestBystanders(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 1000, 600))
	for y := range 600 {
		for x := range 1000 {
			v := uint8(255 * ((x/3 + y/3) % 2))
			if x > 800 {
				v = uint8(128 + 60*math.Sin(float64(x+y)/40)) // out of focus
			}
			img.SetRGBA(x, y, color.RGBA{v, v, v, 255})
		}
	}
	face := func(x, y, side float32, turned bool) candidate {
		c := candidate{box: Box{x, y, side, side}, marked: true}
		nose := x + side/2
		if turned {
			nose = x + side*.05
		}
		c.landmarks = [5]Point{{x + side*.3, y + side*.4}, {x + side*.7, y + side*.4}, {nose, y + side*.6}, {x + side*.35, y + side*.8}, {x + side*.65, y + side*.8}}
		return c
	}
	subject := face(400, 200, 200, false)
	tests := []struct {
		name  string
		other candidate
		want  bool
	}{
		{"a friend of the same size", face(620, 220, 180, false), false},
		{"small and at the edge", face(20, 250, 100, false), true},
		{"small, in the middle", face(620, 250, 100, false), false},
		{"tiny", face(620, 250, 40, false), true},
		{"small and turned away", face(640, 250, 110, true), true},
		{"large, at the edge and out of focus", face(820, 200, 160, false), true},
	}
	for _, tt := range tests {
		if got := bystanders([]candidate{tt.other, subject}, img); got[0] != tt.want || got[1] {
			t.Errorf("%s: %v, want %v for the first", tt.name, got, tt.want)
		}
	}
	if got := bystanders([]candidate{face(5, 5, 20, true)}, img); got[0] {
		t.Error("a face alone is a bystander")
	}
}

// TestUncut puts a line that three tiles cut together again, and nothing else.
func TestUncut(t *testing.T) {
	s, c := math.Sincos(math.Pi / 12)
	at := func(along, across, w, h float64, cut bool) quad {
		return quad{centre: Point{float32(300 + along*c - across*s), float32(200 + along*s + across*c)}, w: float32(w), h: float32(h), cos: float32(c), sin: float32(s), cut: cut}
	}
	got, err := uncut(t.Context(), []quad{at(0, 0, 200, 20, true), at(400, 40, 90, 20, true), at(180, 1, 200, 22, true), at(30, 30, 200, 20, true), at(310, 0, 100, 20, true), at(0, 0, 90, 60, true), at(90, 0, 200, 20, false)})
	if err != nil || len(got) != 5 {
		t.Fatalf("%d regions, 5 expected: %+v, %v", len(got), got, err)
	}
	if q := got[0]; !near(q.w, 460) || q.h < 22 || q.h > 24 || math.Abs(float64(q.centre.X)-(300+130*c)) > 1 || math.Abs(float64(q.centre.Y)-(200+130*s)) > 1 {
		t.Errorf("the line became %+v", q)
	}
}

func TestJoinLines(t *testing.T) {
	at := func(x, y, w float32, text string) snippet {
		return snippet{quad{centre: Point{x + w/2, y}, w: w, h: 20, cos: 1, score: 1}, text, 1, false}
	}
	lines := joinLines([]snippet{
		at(300, 101, 60, "1111"), at(100, 100, 60, "4111"), at(200, 99, 80, "1111 1111"),
		at(100, 140, 80, "second"), at(600, 100, 80, "far"),
	})
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.text)
	}
	if want := []string{"4111 1111 1111 1111", "far", "second"}; !slices.Equal(texts, want) && !slices.Equal(texts, []string{"far", "4111 1111 1111 1111", "second"}) {
		t.Errorf("%q, want %q", texts, want)
	}
	if p := lines[0].parts; len(p) == 3 && lines[0].text[p[1].start:p[1].end] != "1111 1111" {
		t.Errorf("parts %v", p)
	}
}
