package redact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/turbojpeg"
)

// drawn is a picture with slopes, edges and noise.
func drawn(w, h int) *image.RGBA {
	rng := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(x * 200 / w), uint8(y * 200 / h), uint8((x/9 + y/7) % 2 * 160), 255}
			n := uint8(rng.IntN(40))
			img.SetRGBA(x, y, color.RGBA{c.R + n, c.G + n, c.B + n, 255})
		}
	}
	return img
}

func pipe(t testing.TB, in []byte, program string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(testenv.Program(t, program), args...)
	cmd.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", program, args, err, stderr.Bytes())
	}
	return out
}

// cjpeg encodes img by libjpeg-turbo's own program.
func cjpeg(t testing.TB, img *image.RGBA, args ...string) []byte {
	t.Helper()
	ppm := fmt.Appendf(nil, "P6 %d %d 255\n", img.Rect.Dx(), img.Rect.Dy())
	for i := 0; i < len(img.Pix); i += 4 {
		ppm = append(ppm, img.Pix[i:i+3]...)
	}
	return pipe(t, ppm, "cjpeg", args...)
}

func jpegPhoto(t testing.TB, name string, data []byte, orientation int) *scan.Photo {
	t.Helper()
	f, err := parseFrame(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return &scan.Photo{Path: name, Format: container.JPEG, Data: data, Width: f.width, Height: f.height, Orientation: orientation}
}

// layouts are the ways in which the samples of a JPEG may be laid out.
func layouts(t testing.TB, img *image.RGBA) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	convert := func(args ...string) []byte {
		var in bytes.Buffer
		if err := bmp.Encode(&in, img); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "out.jpg")
		pipe(t, in.Bytes(), "convert", slices.Concat([]string{"bmp:-"}, args, []string{path})...)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	return map[string][]byte{
		"4:4:4":           cjpeg(t, img, "-quality", "90", "-sample", "1x1"),
		"4:2:2":           cjpeg(t, img, "-quality", "75", "-sample", "2x1"),
		"4:2:0":           cjpeg(t, img, "-quality", "85", "-sample", "2x2"),
		"4:4:0":           cjpeg(t, img, "-quality", "60", "-sample", "1x2"),
		"4:1:1":           cjpeg(t, img, "-quality", "97", "-sample", "4x1"),
		"grey":            cjpeg(t, img, "-quality", "80", "-grayscale"),
		"grey 2x2":        cjpeg(t, img, "-quality", "80", "-grayscale", "-sample", "2x2"),
		"RGB":             cjpeg(t, img, "-quality", "80", "-rgb"),
		"4:2:0 quality 1": cjpeg(t, img, "-quality", "1"),
		"CMYK":            withTransform(t, convert("-colorspace", "CMYK"), 0),
		"plain CMYK":      asPlainCMYK(t, convert("-colorspace", "CMYK")),
		"YCCK":            withTransform(t, convert("-colorspace", "CMYK"), 2),
	}
}

// withTransform sets what the Adobe marker of a JPEG says of its colours, 0 for CMYK
// and 2 for YCCK, which is what ImageMagick makes: another picture, but a sound file.
func withTransform(t testing.TB, data []byte, transform byte) []byte {
	t.Helper()
	i := bytes.Index(data, []byte("Adobe\x00"))
	if i < 0 {
		t.Fatal("no Adobe marker")
	}
	data[i+11] = transform
	return data
}

// plans are arrangements of regions in a picture of 101 × 75 stored pixels, or
// turned, each drawn in one style and shape.
func plans(style Style, shape Shape, angle float64) map[string]*Plan {
	region := func(x, y, w, h int) Region {
		return Region{Box: Box{x, y, w, h}, Shape: shape, Angle: angle, Style: style}
	}
	other := region(40, 20, 20, 24)
	other.Style = Blur
	return map[string]*Plan{
		"inside":      {1, []Region{region(21, 18, 33, 29)}},
		"corners":     {1, []Region{region(-6, -9, 30, 25), region(60, 50, 200, 200)}},
		"touching":    {1, []Region{region(16, 16, 16, 32), region(32, 16, 16, 32)}},
		"overlapping": {1, []Region{region(20, 20, 30, 30), other, region(35, 30, 30, 20)}},
		"whole":       {1, []Region{region(-300, -300, 800, 800)}},
		"tiny":        {1, []Region{region(30, 30, 1, 1)}},
	}
}

// scrambled is data with random coefficients in every MCU of covered.
func scrambled(t testing.TB, data []byte, covered []image.Rectangle, seed uint64) []byte {
	t.Helper()
	f, err := parseFrame(data)
	if err != nil {
		t.Fatal(err)
	}
	runs := coveredCells(f.layout(), covered)
	rng := rand.New(rand.NewPCG(seed, 0))
	nothing := func(turbojpeg.Blocks) error { return nil }
	out, err := turbojpeg.Transform(data, f.progressive, nothing, func(b turbojpeg.Blocks) error {
		k := f.components[b.Component]
		if b.Row >= b.Rows {
			return nil
		}
		for _, run := range runs[b.Row/k.v] {
			for x := run[0] * k.h; x < min(run[1]*k.h, len(b.Coeffs)); x++ {
				for i := range b.Coeffs[x] {
					b.Coeffs[x][i] = 0
					if limit := 400 / int(k.table[i]); i == 0 || rng.IntN(3) == 0 {
						b.Coeffs[x][i] = int16(rng.IntN(2*limit+1) - limit)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// How the same coefficients may be stored, as arguments of jpegtran.
var codings = [][]string{
	{}, {"-optimize"}, {"-restart", "3"}, {"-arithmetic"}, {"-progressive"}, {"-progressive", "-arithmetic"},
}

var allStyles = []Style{Solid, Blur, Mosaic, Face}

// orientations are all eight; with -short one of those that turn and one that
// does not.
func orientations() []int {
	if testing.Short() {
		return []int{1, 6}
	}
	return []int{1, 2, 3, 4, 5, 6, 7, 8}
}

// folder lists the photos of the given formats; with -short every eighth.
func folder(t testing.TB, formats ...string) []testenv.Entry {
	t.Helper()
	all := testenv.Index(t, formats...)
	if !testing.Short() {
		return all
	}
	var some []testenv.Entry
	for i := 0; i < len(all); i += 8 {
		some = append(some, all[i])
	}
	return some
}

var shapes = []struct {
	shape Shape
	angle float64
}{{BoxShape, 0}, {BoxShape, 33}, {Ellipse, 0}, {Ellipse, -60}}

// However a JPEG is coded, the result is the same.
func TestNonInterferenceJPEG(t *testing.T) {
	t.Parallel()
	images := layouts(t, drawn(101, 75))
	names := slices.Sorted(maps.Keys(images))
	cases, coded := 0, map[string][][]byte{}
	for _, name := range names {
		for _, args := range codings {
			b := recode(t, images[name], args)
			if name == "plain CMYK" {
				b = withoutAdobe(b) // which jpegtran adds
			}
			coded[name] = append(coded[name], b)
		}
	}
	byLayout := map[string]map[string]int{} // cases by coding
	nonInterference(t, names, false, func(name string, orientation int, rng *rand.Rand) subject {
		coding := rng.IntN(len(codings))
		what, data := fmt.Sprint(codings[coding]), coded[name][coding]
		if byLayout[name] == nil {
			byLayout[name] = map[string]int{}
		}
		byLayout[name][what]++
		twin := func(covered []image.Rectangle, plan *Plan, n Noise) (*Result, error) {
			// The twin is baseline or progressive, as the original, one in four with its
			// arithmetic coder, restarts or optimised tables.
			noisy := scrambled(t, data, covered, rng.Uint64())
			if cases++; cases%4 == 1 {
				noisy = recode(t, noisy, codings[coding])
			}
			if name == "plain CMYK" {
				noisy = withoutAdobe(noisy)
			}
			return Apply(t.Context(), jpegPhoto(t, name, noisy, orientation), plan, n)
		}
		// At quality 1 the new coefficients may be the old ones.
		same := func(string) bool { return name == "4:2:0 quality 1" }
		return subject{what, jpegPhoto(t, name, data, orientation), twin, same}
	})
	for _, name := range names {
		t.Logf("%-16s %v", name, byLayout[name])
	}
}

func recode(t testing.TB, data []byte, args []string) []byte {
	t.Helper()
	if len(args) == 0 {
		return data
	}
	return pipe(t, data, "jpegtran", args...)
}

// raster is a decoded picture as rows of bytes.
type raster struct {
	width, height, channels int
	pix                     []byte
}

// djpeg decodes a JPEG by libjpeg-turbo's own program.
func djpeg(t testing.TB, data []byte, args ...string) (*raster, error) {
	t.Helper()
	cmd := exec.Command(testenv.Program(t, "djpeg"), append(args, "-pnm")...)
	cmd.Stdin = bytes.NewReader(data)
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	r := &raster{channels: 1}
	var kind, depth int
	if _, err := fmt.Sscanf(string(out[:min(len(out), 32)]), "P%d\n%d %d\n%d\n", &kind, &r.width, &r.height, &depth); err != nil {
		return nil, err
	}
	if kind == 6 {
		r.channels = 3
	}
	r.pix = out[len(out)-r.width*r.height*r.channels:]
	return r, nil
}

// differing counts the pixels outside covered, each rectangle grown by so many
// pixels, that differ.
func differing(a, b *raster, covered []image.Rectangle, grow int) int {
	stride := a.width * a.channels
	n := 0
	for y := range a.height {
		left, right := a.pix[y*stride:(y+1)*stride], b.pix[y*stride:(y+1)*stride]
		if bytes.Equal(left, right) {
			continue
		}
		inside := make([]bool, a.width)
		for _, r := range covered {
			if r = r.Inset(-grow); y >= r.Min.Y && y < r.Max.Y {
				for x := max(r.Min.X, 0); x < min(r.Max.X, a.width); x++ {
					inside[x] = true
				}
			}
		}
		for x, in := range inside {
			if k := x * a.channels; !in && !bytes.Equal(left[k:k+a.channels], right[k:k+a.channels]) {
				n++
			}
		}
	}
	return n
}

// threeRegions are two boxes and a turned ellipse, in styles at random.
func threeRegions(rng *rand.Rand, p *scan.Photo) *Plan {
	w, h := p.DisplaySize()
	plan := &Plan{Version: 1}
	for range 3 {
		plan.Regions = append(plan.Regions, Region{
			Box:   Box{rng.IntN(w), rng.IntN(h), 1 + rng.IntN(w/3+1), 1 + rng.IntN(h/3+1)},
			Style: allStyles[rng.IntN(len(allStyles))],
		})
	}
	turned := &plan.Regions[2] // about a centre within the photo
	turned.Shape, turned.Angle = Ellipse, 360*rng.Float64()
	turned.Box.X, turned.Box.Y = rng.IntN(w)-turned.Box.W/2, rng.IntN(h)-turned.Box.H/2
	return plan
}

// uncovered counts the pixels of plan's regions, by their own shapes, that do not
// lie in covered.
func uncovered(p *scan.Photo, plan *Plan, covered []image.Rectangle) int {
	w, h := p.DisplaySize()
	gone := image.NewAlpha(image.Rect(0, 0, w, h))
	for _, r := range covered {
		draw.Draw(gone, p.ToDisplay(r), image.Opaque, image.Point{}, draw.Src)
	}
	n := 0
	for _, r := range plan.Regions {
		b := r.Box
		reach := b.W + b.H // more than a turned box reaches
		area := image.Rect(b.X-reach, b.Y-reach, b.X+b.W+reach, b.Y+b.H+reach).Intersect(gone.Rect)
		mask := r.Mask(area)
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				if mask.AlphaAt(x, y).A != 0 && gone.AlphaAt(x, y).A == 0 {
					n++
				}
			}
		}
	}
	return n
}

// Another decoder finds no pixel changed outside the regions, and inside them every
// block is covered: with other coefficients in their place the result is the same.
func TestOutsideFolderJPEG(t *testing.T) {
	t.Parallel()
	outsideFolder(t, []string{"JPEG", "jpeg"}, func(e testenv.Entry, data []byte, rng *rand.Rand) (*scan.Photo, func(*Result, *Plan, uint64)) {
		before, err := djpeg(t, data, "-nosmooth")
		if err != nil {
			return nil, nil
		}
		smoothBefore, err := djpeg(t, data)
		if err != nil {
			t.Fatal(err)
		}
		p := &scan.Photo{Path: e.File, Format: container.JPEG, Data: data, Width: before.width, Height: before.height, Orientation: 1 + rng.IntN(8)}
		return p, func(r *Result, plan *Plan, seed uint64) {
			twin := with(p, scrambled(t, data, r.Covered, seed))
			if same, err := Apply(t.Context(), twin, plan, Noise{&seed}); err != nil || !bytes.Equal(same.Data, r.Data) {
				t.Errorf("%s: what is covered shows in the result (%v)", e.File, err)
			}
			after, err := djpeg(t, r.Data, "-nosmooth")
			if err != nil {
				t.Errorf("%s: djpeg refuses the result: %v", e.File, err)
				return
			}
			if n := differing(before, after, r.Covered, 0); n > 0 {
				t.Errorf("%s: %d pixels differ outside the covered MCUs", e.File, n)
			}
			smoothAfter, err := djpeg(t, r.Data)
			if err != nil {
				t.Fatal(err)
			}
			if n := differing(smoothBefore, smoothAfter, r.Covered, 1); n > 0 {
				t.Errorf("%s: %d pixels differ beyond one pixel around them", e.File, n)
			}
		}
	})
}

// One changed coefficient, wherever it is, is found.
func TestUnchangedFindsOne(t *testing.T) {
	data := cjpeg(t, drawn(101, 75), "-sample", "2x2")
	p := jpegPhoto(t, "original", data, 1)
	covered := []image.Rectangle{image.Rect(16, 16, 48, 32)}
	f, _ := parseFrame(data)
	nothing := func(turbojpeg.Blocks) error { return nil }
	for c, k := range f.layout().components {
		for y := range k.grid.Y {
			for x := range k.grid.X {
				out, err := turbojpeg.Transform(data, false, nothing, func(b turbojpeg.Blocks) error {
					if b.Component == c && b.Row == y {
						b.Coeffs[x][63]++
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				at := image.Pt(x*8*k.scale.X, y*8*k.scale.Y)
				err = Unchanged(t.Context(), p, jpegPhoto(t, "changed", out, 1), covered)
				if at.In(covered[0]) != (err == nil) {
					t.Fatalf("component %d, block (%d,%d): %v", c, x, y, err)
				}
			}
		}
	}
	coarser := cjpeg(t, drawn(101, 75), "-sample", "2x2", "-quality", "50")
	smaller := cjpeg(t, drawn(100, 75), "-sample", "2x2")
	for name, data := range map[string][]byte{"quantisation": coarser, "size": smaller} {
		if Unchanged(t.Context(), p, jpegPhoto(t, name, data, 1), []image.Rectangle{image.Rect(0, 0, 200, 200)}) == nil {
			t.Errorf("another %s goes unseen", name)
		}
	}
}

// A solid is dark in every colour model, judged by other decoders.
func TestSolidIsDark(t *testing.T) {
	plan := &Plan{1, []Region{{Box{16, 16, 32, 32}, "", 0, Solid, 0}}}
	for name, data := range layouts(t, drawn(101, 75)) {
		if name == "4:2:0 quality 1" {
			continue // too coarse
		}
		r, err := Apply(t.Context(), jpegPhoto(t, name, data, 1), plan, Noise{})
		if err != nil {
			t.Fatal(err)
		}
		decoded := r.Data
		if name == "plain CMYK" { // which image/jpeg does not know
			decoded = pipe(t, decoded, "convert", "jpg:-", "-colorspace", "sRGB", "-quality", "95", "jpg:-")
		}
		img, err := jpeg.Decode(bytes.NewReader(decoded))
		if err != nil {
			t.Fatal(err)
		}
		if c := color.RGBAModel.Convert(img.At(32, 32)).(color.RGBA); max(c.R, c.G, c.B) > 45 {
			t.Errorf("%s: %v", name, c)
		}
	}
}

// A progressive source stays progressive, and no other becomes so.
func TestApplyKeepsProgressive(t *testing.T) {
	plan := &Plan{1, []Region{{Box{20, 20, 30, 30}, "", 0, Blur, 0}}}
	for _, args := range [][]string{{}, {"-progressive"}} {
		p := jpegPhoto(t, "drawn", cjpeg(t, drawn(101, 75), args...), 1)
		r, err := Apply(t.Context(), p, plan, Noise{})
		if err != nil {
			t.Fatal(err)
		}
		if f, err := parseFrame(r.Data); err != nil || f.progressive != (len(args) > 0) {
			t.Errorf("%v: progressive %v, %v", args, f.progressive, err)
		}
	}
}

// A blur continues its surroundings: at the border of a region in a smooth
// picture no step is seen.
func TestBlurContinues(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			img.SetRGBA(x, y, color.RGBA{uint8(x / 2), uint8(y / 2), uint8(200 - x/4 - y/4), 255})
		}
	}
	p := jpegPhoto(t, "slope", cjpeg(t, img, "-quality", "95", "-sample", "2x2"), 1)
	r, err := Apply(t.Context(), p, &Plan{1, []Region{{Box{64, 48, 160, 128}, "", 0, Blur, 0}}}, Noise{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := djpeg(t, r.Data)
	if err != nil {
		t.Fatal(err)
	}
	for y := range 240 {
		for x := range 320 {
			for c := range 3 {
				g, w := int(got.pix[(y*320+x)*3+c]), int(img.Pix[(y*320+x)*4+c])
				if d := max(g-w, w-g); d > 25 {
					t.Fatalf("channel %d of (%d,%d) is %d where the slope has %d", c, x, y, g, w)
				}
			}
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	data := cjpeg(t, drawn(64, 48))
	good := &Plan{1, []Region{{Box{8, 8, 8, 8}, "", 0, Solid, 0}}}
	with := func(change func(b []byte) []byte) *scan.Photo {
		p := jpegPhoto(t, "drawn", data, 1)
		p.Data = change(slices.Clone(data))
		return p
	}
	sof := bytes.Index(data, []byte{0xFF, 0xC0})
	for name, c := range map[string]struct {
		p    *scan.Photo
		plan *Plan
		want string
	}{
		"no regions":     {with(slices.Clone[[]byte]), &Plan{Version: 1}, "no regions"},
		"invalid plan":   {with(slices.Clone[[]byte]), &Plan{}, "version 0"},
		"outside":        {with(slices.Clone[[]byte]), &Plan{1, []Region{{Box{64, 0, 8, 8}, "", 0, Solid, 0}}}, "outside the photo"},
		"far outside":    {with(slices.Clone[[]byte]), &Plan{1, []Region{{Box{-90000, 70000, 8, 8}, Ellipse, 45, Solid, 0}}}, "outside the photo"},
		"12 bits":        {with(func(b []byte) []byte { b[sof+4] = 12; return b }), good, "12 bits a sample"},
		"lossless":       {with(func(b []byte) []byte { b[sof+1] = 0xC3; return b }), good, "lossless"},
		"odd sampling":   {with(func(b []byte) []byte { b[sof+11] = 0x32; return b }), good, "sampling"},
		"no sampling":    {with(func(b []byte) []byte { b[sof+11] = 0x00; return b }), good, "sampling"},
		"missing table":  {with(func(b []byte) []byte { b[sof+12] = 3; return b }), good, "table 3 is missing"},
		"other size":     {with(func(b []byte) []byte { b[sof+6]++; return b }), good, "announced"},
		"cut header":     {with(func(b []byte) []byte { return b[:sof+9] }), good, "damaged JPEG header"},
		"cut scan":       {with(func(b []byte) []byte { return b[:len(b)-20] }), good, "turbojpeg"},
		"no JPEG":        {with(func(b []byte) []byte { return b[1:] }), good, "damaged JPEG header"},
		"other format":   {&scan.Photo{Format: container.GIF}, good, "format gif"},
		"two components": {with(func(b []byte) []byte { b[sof+3], b[sof+9] = 14, 2; return slices.Delete(b, sof+16, sof+19) }), good, "2 components"},
		"sampling 4x2":   {jpegPhoto(t, "4x2", cjpeg(t, drawn(64, 48), "-sample", "4x2"), 1), good, "rare way (sampling 4×2, 1×1, 1×1)"},
		"sampling 1x4":   {jpegPhoto(t, "1x4", cjpeg(t, drawn(64, 48), "-sample", "1x4"), 1), good, "rare way (sampling 1×4, 1×1, 1×1)"},
		"sampling 3x1":   {jpegPhoto(t, "3x1", cjpeg(t, drawn(64, 48), "-sample", "3x1"), 1), good, "rare way (sampling 3×1, 1×1, 1×1)"},
	} {
		_, err := Apply(t.Context(), c.p, c.plan, Noise{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if c.plan == good && !errors.Is(err, ErrLayout) {
			t.Errorf("%s: %v does not wrap ErrLayout", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Apply(ctx, with(slices.Clone[[]byte]), good, Noise{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// asPlainCMYK takes Adobe's marker off a CMYK JPEG: another picture, but a sound file.
func asPlainCMYK(t testing.TB, data []byte) []byte {
	i := bytes.Index(data, []byte("Adobe\x00"))
	if i < 0 {
		t.Fatal("no Adobe marker")
	}
	return slices.Delete(slices.Clone(data), i-4, i+12)
}

func fuzzSeeds(f *testing.F) {
	for _, data := range layouts(f, drawn(40, 30)) {
		f.Add(data)
	}
	f.Add(cjpeg(f, drawn(40, 30), "-progressive", "-restart", "1"))
	f.Add(cjpeg(f, drawn(40, 30), "-arithmetic"))
	f.Add([]byte{0xFF, 0xD8, 0xFF, 0xFF, 0xDA, 0, 2})
}

func FuzzParseFrame(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := parseFrame(data)
		if err != nil {
			if !errors.Is(err, ErrLayout) {
				t.Fatalf("%v does not wrap ErrLayout", err)
			}
			return
		}
		for c, k := range frame.layout().components {
			if k.grid.X < 1 || k.grid.Y < 1 || k.scale.X < 1 || k.scale.Y < 1 || frame.components[c].table == nil {
				t.Fatalf("component %d: %+v", c, k)
			}
		}
	})
}

func FuzzApply(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := parseFrame(data)
		if err != nil || frame.width*frame.height > 1<<18 {
			return
		}
		coverAndCompare(t, &scan.Photo{Path: "fuzz", Format: container.JPEG, Data: data, Width: frame.width, Height: frame.height, Orientation: 1 + len(data)%8})
	})
}

func BenchmarkApplyJPEG(b *testing.B) {
	img := drawn(4000, 3000)
	for _, coding := range []string{"baseline", "progressive"} {
		args := []string{"-quality", "85", "-sample", "2x2"}
		if coding == "progressive" {
			args = append(args, "-progressive")
		}
		p := jpegPhoto(b, "drawn", cjpeg(b, img, args...), 1)
		b.Run(coding+"/copy", func(b *testing.B) {
			nothing := func(turbojpeg.Blocks) error { return nil }
			for b.Loop() {
				if _, err := turbojpeg.Transform(p.Data, coding == "progressive", nothing, nothing); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(coding, func(b *testing.B) { benchmarkApply(b, p) })
		b.Run(coding+"/unchanged "+strconv.Itoa(len(p.Data)>>20)+" MB", func(b *testing.B) {
			for b.Loop() {
				if err := Unchanged(b.Context(), p, p, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAgainstJpegtran covers four regions of a 12-megapixel file, from file to
// file, and compares that with jpegtran, which copies the same file, in turns. It
// reports how many times as long it takes, by the medians.
func BenchmarkAgainstJpegtran(b *testing.B) {
	jpegtran := testenv.Program(b, "jpegtran")
	dir := b.TempDir()
	in, out := filepath.Join(dir, "in.jpg"), filepath.Join(dir, "out.jpg")
	if err := os.WriteFile(in, cjpeg(b, drawn(4000, 3000), "-quality", "85", "-sample", "2x2"), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, style := range allStyles {
		plan := &Plan{Version: 1}
		for i := range 4 {
			plan.Regions = append(plan.Regions, Region{Box{300 + i*900, 400 + i*500, 500, 600}, Ellipse, 0, style, 0})
		}
		b.Run(string(style), func(b *testing.B) {
			var ours, theirs []time.Duration
			for b.Loop() {
				began := time.Now()
				data, err := os.ReadFile(in)
				if err != nil {
					b.Fatal(err)
				}
				r, err := Apply(b.Context(), jpegPhoto(b, in, data, 1), plan, Noise{})
				if err != nil {
					b.Fatal(err)
				}
				if err := os.WriteFile(out, r.Data, 0o600); err != nil {
					b.Fatal(err)
				}
				ours = append(ours, time.Since(began))
				b.StopTimer()
				began = time.Now()
				if text, err := exec.Command(jpegtran, "-copy", "none", "-outfile", out, in).CombinedOutput(); err != nil {
					b.Fatalf("jpegtran: %v: %s", err, text)
				}
				theirs = append(theirs, time.Since(began))
				b.StartTimer()
			}
			slices.Sort(ours)
			slices.Sort(theirs)
			b.ReportMetric(ours[len(ours)/2].Seconds()/theirs[len(theirs)/2].Seconds(), "×jpegtran")
		})
	}
}
