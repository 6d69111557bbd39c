package redact

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
)

func pngPhoto(t testing.TB, name string, img image.Image, orientation int) *scan.Photo {
	t.Helper()
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	return &scan.Photo{Path: name, Format: container.PNG, Data: buf.Bytes(), Width: size.X, Height: size.Y, Orientation: orientation}
}

// editable is a picture whose pixels can be set.
type editable interface {
	image.Image
	Set(x, y int, c color.Color)
}

// pngModels are new pictures in every colour model of a PNG. The corner is
// transparent where that can be, so that the encoder keeps the alpha.
func pngModels(w, h int) map[string]func() editable {
	bounds := image.Rect(0, 0, w, h)
	paint := func(img editable, alpha bool) editable {
		src := drawn(w, h)
		for y := range h {
			for x := range w {
				c := color.NRGBAModel.Convert(src.At(x, y)).(color.NRGBA)
				if alpha && x+y < 8 {
					c.A = uint8(30 * (x + y))
				}
				img.Set(x, y, c)
			}
		}
		return img
	}
	var colours color.Palette
	for i := range 64 {
		colours = append(colours, color.NRGBA{uint8(i * 4), uint8(i % 8 * 32), uint8(i / 8 * 32), 255})
	}
	seeThrough := append(color.Palette{color.NRGBA{}}, colours...)
	return map[string]func() editable{
		"grey":                   func() editable { return paint(image.NewGray(bounds), false) },
		"grey 16":                func() editable { return paint(image.NewGray16(bounds), false) },
		"RGB":                    func() editable { return paint(image.NewRGBA(bounds), false) },
		"RGB 16":                 func() editable { return paint(image.NewRGBA64(bounds), false) },
		"RGBA":                   func() editable { return paint(image.NewNRGBA(bounds), true) },
		"RGBA 16":                func() editable { return paint(image.NewNRGBA64(bounds), true) },
		"palette":                func() editable { return paint(image.NewPaletted(bounds, colours), false) },
		"palette with alpha":     func() editable { return paint(image.NewPaletted(bounds, seeThrough), true) },
		"palette of two colours": func() editable { return paint(image.NewPaletted(bounds, colours[:2]), false) },
	}
}

func TestNonInterferencePNG(t *testing.T) {
	t.Parallel()
	models := pngModels(101, 75)
	nonInterference(t, slices.Sorted(maps.Keys(models)), true, func(name string, orientation int, rng *rand.Rand) subject {
		twin := func(covered []image.Rectangle, plan *Plan, n Noise) (*Result, error) {
			picture := models[name]()
			repaint(picture, covered, rng, 255)
			return Apply(t.Context(), pngPhoto(t, name, picture, orientation), plan, n)
		}
		return subject{"", pngPhoto(t, name, models[name](), orientation), twin, tiny}
	})
}

// repaint puts noise of one opacity in place of the pixels of rectangles.
func repaint(picture editable, all []image.Rectangle, rng *rand.Rand, alpha uint8) {
	eachPixel(all, func(x, y int) {
		picture.Set(x, y, color.NRGBA{uint8(rng.Uint32()), uint8(rng.Uint32()), uint8(rng.Uint32()), alpha})
	})
}

// Samples keep their depth, pixels outside their values, transparent ones included.
func TestApplyPNGKeepsModel(t *testing.T) {
	plan := &Plan{1, []Region{{Box{30, 20, 30, 30}, Ellipse, 0, Blur, 0}}}
	for name, want := range map[string]image.Image{
		"grey": &image.Gray{}, "grey 16": &image.Gray16{}, "RGB": &image.RGBA{}, "RGB 16": &image.RGBA64{},
		"RGBA": &image.NRGBA{}, "RGBA 16": &image.NRGBA64{},
		"palette": &image.RGBA{}, "palette with alpha": &image.NRGBA{},
	} {
		src := pngModels(101, 75)[name]()
		r, err := Apply(t.Context(), pngPhoto(t, name, src, 1), plan, Noise{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(r.Data))
		if err != nil {
			t.Fatal(err)
		}
		if g, w := fmt.Sprintf("%T", got), fmt.Sprintf("%T", want); g != w {
			t.Errorf("%s: decodes to %s, want %s", name, g, w)
		}
		covered := 0
		for y := range 75 {
			for x := range 101 {
				in := slices.ContainsFunc(r.Covered, func(r image.Rectangle) bool { return image.Pt(x, y).In(r) })
				if in {
					covered++
					if _, _, _, a := got.At(x, y).RGBA(); a != 0xFFFF {
						t.Fatalf("%s: covered pixel (%d,%d) is not opaque", name, x, y)
					}
					continue
				}
				gr, gg, gb, ga := got.At(x, y).RGBA()
				wr, wg, wb, wa := src.At(x, y).RGBA()
				if gr != wr || gg != wg || gb != wb || ga != wa {
					t.Fatalf("%s: pixel (%d,%d) outside changed", name, x, y)
				}
			}
		}
		if area := 30 * 30 * 355 / 452; covered < area || covered > area+130 {
			t.Errorf("%s: %d pixels covered, the ellipse has %d", name, covered, area)
		}
	}
}

// chunk is one chunk of a PNG.
func chunk(kind string, data ...byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestApplyPNGRefuses(t *testing.T) {
	plan := &Plan{1, []Region{{Box{3, 2, 3, 3}, "", 0, Solid, 0}}}
	p := pngPhoto(t, "drawn", drawn(30, 20), 1)
	// An animation and a profile go between IHDR and IDAT.
	with := func(data []byte, more []byte) []byte { return slices.Insert(slices.Clone(data), 33, more...) }
	for name, data := range map[string][]byte{
		"animated":                             with(p.Data, chunk("acTL", 0, 0, 0, 1, 0, 0, 0, 0)),
		"cut":                                  p.Data[:len(p.Data)-30],
		"header":                               p.Data[:33],
		"short":                                p.Data[:20],
		"nothing":                              nil,
		"JPEG":                                 {0xFF, 0xD8, 0xFF, 0xD9},
		"grey with transparency and a profile": with(with(greyWithKey(t), chunk("tRNS", 0, 7)), chunk("iCCP", 'x', 0, 0)),
	} {
		q := *p
		q.Data = data
		if _, err := Apply(t.Context(), &q, plan, Noise{}); !errors.Is(err, ErrLayout) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	q := *p
	q.Data = with(greyWithKey(t), chunk("tRNS", 0, 7))
	if _, err := Apply(t.Context(), &q, plan, Noise{}); err != nil {
		t.Errorf("grey with transparency and no profile: %v", err)
	}
}

func greyWithKey(t *testing.T) []byte {
	return pngPhoto(t, "grey", image.NewGray(image.Rect(0, 0, 30, 20)), 1).Data
}

// differingPNG counts the pixels outside covered that image/png finds to differ.
func differingPNG(t *testing.T, a, b []byte, covered []image.Rectangle) (n int) {
	t.Helper()
	before, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	after, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for y := range before.Bounds().Dy() {
		for x := range before.Bounds().Dx() {
			r, g, b, alpha := before.At(x, y).RGBA()
			if r2, g2, b2, alpha2 := after.At(x, y).RGBA(); r == r2 && g == g2 && b == b2 && alpha == alpha2 {
				continue
			}
			if !slices.ContainsFunc(covered, func(r image.Rectangle) bool { return image.Pt(x, y).In(r) }) {
				n++
			}
		}
	}
	return n
}

// No pixel outside the regions changes, and inside them every one is covered: with
// others in their place the result is the same.
func TestOutsideFolderPNG(t *testing.T) {
	t.Parallel()
	outsideFolder(t, []string{"PNG"}, func(e testenv.Entry, data []byte, rng *rand.Rand) (*scan.Photo, func(*Result, *Plan, uint64)) {
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || !e.Decodes {
			return nil, nil
		}
		p := &scan.Photo{Path: e.File, Format: container.PNG, Data: data, Width: config.Width, Height: config.Height, Orientation: 1 + rng.IntN(8)}
		return p, func(r *Result, plan *Plan, seed uint64) {
			if n := differingPNG(t, data, r.Data, r.Covered); n > 0 {
				t.Errorf("%s: %d pixels differ outside the covered ones", e.File, n)
			}
			twin, err := openCanvas(p)
			if err != nil {
				t.Fatal(err)
			}
			eachPixel(r.Covered, func(x, y int) {
				for i := range twin.at(x, y) {
					twin.at(x, y)[i] = uint8(rng.Uint32())
				}
			})
			if same, err := twin.apply(t.Context(), p, plan, Noise{&seed}, encodePNG); err != nil || !bytes.Equal(same.Data, r.Data) {
				t.Errorf("%s: what is covered shows in the result (%v)", e.File, err)
			}
		}
	})
}

func FuzzApplyPNG(f *testing.F) {
	for name, img := range pngModels(24, 18) {
		f.Add(pngPhoto(f, name, img(), 1).Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width > 512 || config.Height > 512 {
			return
		}
		coverAndCompare(t, &scan.Photo{Path: "fuzz", Format: container.PNG, Data: data, Width: config.Width, Height: config.Height, Orientation: 1 + len(data)%8})
	})
}

func BenchmarkApplyPNG(b *testing.B) { benchmarkApply(b, pngPhoto(b, "drawn", drawn(4000, 3000), 1)) }
