package redact

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	xbmp "golang.org/x/image/bmp"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/pixels"
	"blindspot/scrub/webp"
)

// still reads a picture as a photo that is turned as given.
func still(t testing.TB, name string, data []byte, orientation int) *scan.Photo {
	t.Helper()
	p, err := scan.Read(t.Context(), name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	p.Orientation = orientation
	return p
}

// encoders are the ways to store a picture whose pixels can be set one by one, all
// but PNG, which has models of its own.
func encoders(t testing.TB) map[string]func(img editable) []byte {
	bitmap := func(img editable) []byte {
		var out bytes.Buffer
		if err := xbmp.Encode(&out, img); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	lossless := func(img editable) []byte {
		rgba := image.NewNRGBA(img.Bounds())
		for y := range rgba.Rect.Dy() {
			for x := range rgba.Rect.Dx() {
				rgba.Set(x, y, img.At(x, y))
			}
		}
		data, err := webp.Lossless(rgba)
		if err != nil {
			t.Fatal(err)
		}
		return riff(rgba.Rect.Dx(), rgba.Rect.Dy(), !rgba.Opaque(), riffChunk{"VP8L", data})
	}
	return map[string]func(img editable) []byte{
		"BMP RGB": bitmap, "BMP palette": bitmap, "BMP grey": bitmap, "BMP RGBA": bitmap,
		"lossless WebP RGB": lossless, "lossless WebP RGBA": lossless,
	}
}

func TestNonInterferencePixels(t *testing.T) {
	t.Parallel()
	models := pngModels(101, 75)
	model := map[string]string{
		"BMP RGB": "RGB", "BMP palette": "palette", "BMP grey": "grey", "BMP RGBA": "RGBA",
		"lossless WebP RGB": "RGB", "lossless WebP RGBA": "RGBA",
	}
	all := encoders(t)
	nonInterference(t, slices.Sorted(maps.Keys(all)), false, func(name string, orientation int, rng *rand.Rand) subject {
		picture, alpha := models[model[name]](), uint8(255)
		if model[name] == "RGBA" {
			alpha = uint8(rng.IntN(255))
		}
		original := still(t, name, all[name](picture), orientation)
		twin := func(covered []image.Rectangle, plan *Plan, n Noise) (*Result, error) {
			repaint(picture, covered, rng, alpha)
			return Apply(t.Context(), still(t, name, all[name](picture), orientation), plan, n)
		}
		return subject{"", original, twin, tiny}
	})
}

// lossyPhotos are lossy WebPs in every layout that cwebp makes.
func lossyPhotos(t testing.TB, w, h int) map[string][]byte {
	rgb := drawn(w, h)
	alpha := image.NewNRGBA(rgb.Rect)
	for i := range alpha.Pix {
		alpha.Pix[i] = rgb.Pix[i]
		if i%4 == 3 {
			alpha.Pix[i] = uint8(i / 4 % w)
		}
	}
	return map[string][]byte{
		"lossy WebP":                testenv.CWebP(t, rgb),
		"lossy WebP, one segment":   testenv.CWebP(t, rgb, "-segments", "1", "-q", "95"),
		"lossy WebP, coarse":        testenv.CWebP(t, rgb, "-q", "5"),
		"lossy WebP, simple filter": testenv.CWebP(t, rgb, "-nostrong", "-f", "80"),
		"lossy WebP with alpha":     testenv.CWebP(t, alpha),
	}
}

// For a lossy WebP no two files differ in covered samples alone, as each block is
// coded by those before it. So the decoded samples are exchanged: whatever is in the
// covered macroblocks, and beyond the picture's edges, the result is the same.
func TestNonInterferenceLossyWebP(t *testing.T) {
	t.Parallel()
	photos := lossyPhotos(t, 101, 75)
	nonInterference(t, slices.Sorted(maps.Keys(photos)), false, func(name string, orientation int, rng *rand.Rand) subject {
		original := still(t, name, photos[name], orientation)
		twin := func(covered []image.Rectangle, plan *Plan, n Noise) (*Result, error) {
			film, err := lossyFilm(original)
			if err != nil {
				return nil, err
			}
			exchange(film, covered, rng)
			r, err := film.apply(t.Context(), original, plan, n)
			if err == nil && !r.Reencoded {
				t.Errorf("%s: it does not say that all was encoded anew", name)
			}
			return r, err
		}
		return subject{"", original, twin, tiny}
	})
}

// exchange puts noise in place of all samples of f that are covered or lie beyond the
// picture's edges.
func exchange(f *film, covered []image.Rectangle, rng *rand.Rand) {
	for c, p := range f.planes() {
		all := [3][]byte{f.picture.Y, f.picture.Cb, f.picture.Cr}[c]
		for i := range all {
			x, y := i%p.stride, i/p.stride
			if c > 0 {
				x, y = 2*x, 2*y
			}
			if x/16*16 >= f.picture.Rect.Max.X || i%p.stride >= p.width || i/p.stride >= p.height ||
				slices.ContainsFunc(covered, func(r image.Rectangle) bool { return image.Pt(x, y).In(r) }) {
				all[i] = uint8(rng.Uint32())
			}
		}
	}
	if f.alpha == nil {
		return
	}
	eachPixel(covered, func(x, y int) { f.alpha.A[f.alpha.AOffset(x, y)] = uint8(rng.Uint32()) })
}

// Two files that decode to the same samples outside the covered ones, which takes a
// region at the end of the picture, give the same bytes, whole files through.
func TestTwinFilesLossyWebP(t *testing.T) {
	plain := []string{"-m", "0", "-segments", "1", "-f", "0", "-sns", "0", "-q", "80", "-low_memory"}
	a, b := drawn(160, 160), drawn(160, 160)
	for y := 96; y < 160; y++ {
		for x := range 160 {
			b.SetRGBA(x, y, color.RGBA{uint8(255 - x), uint8(x * y), uint8(y), 255})
		}
	}
	plan := &Plan{1, []Region{{Box: Box{0, 90, 160, 80}, Style: Mosaic}}}
	seed := uint64(9)
	var results [2]*Result
	var films [2]*film
	for i, img := range []*image.RGBA{a, b} {
		p := still(t, "twin", testenv.CWebP(t, img, plain...), 1)
		var err error
		if results[i], err = Apply(t.Context(), p, plan, Noise{&seed}); err != nil {
			t.Fatal(err)
		}
		if films[i], err = lossyFilm(p); err != nil {
			t.Fatal(err)
		}
	}
	top := results[0].Covered[0].Min.Y
	if !bytes.Equal(films[0].picture.Y[:top*films[0].picture.YStride], films[1].picture.Y[:top*films[1].picture.YStride]) ||
		!bytes.Equal(films[0].picture.Cb[:top/2*films[0].picture.CStride], films[1].picture.Cb[:top/2*films[1].picture.CStride]) {
		t.Skip("this cwebp codes the upper part by the lower one")
	}
	if !bytes.Equal(results[0].Data, results[1].Data) {
		t.Error("what is covered shows in the result")
	}
}

// The pixels outside the regions are the same, in a lossy WebP as near as its quality
// says.
func TestOutsideFolderOthers(t *testing.T) {
	t.Parallel()
	done := outsideFolder(t, []string{"BMP", "bmp", "WEBP", "Extended WEBP"}, func(e testenv.Entry, data []byte, _ *rand.Rand) (*scan.Photo, func(*Result, *Plan, uint64)) {
		p, err := scan.Read(t.Context(), e.File, data)
		if err != nil || !e.Decodes || p.Frames > 1 || !slices.Contains([]container.Format{container.BMP, container.WebP}, p.Format) {
			return nil, nil
		}
		return p, func(r *Result, _ *Plan, _ uint64) {
			if _, err := pixels.Decode(t.Context(), still(t, e.File, r.Data, p.Orientation), 0); err != nil {
				t.Error(err)
			}
		}
	})
	if len(done) < 3 && !testing.Short() {
		t.Error("a format was not redacted at all")
	}
}

// One sample that is far off outside the covered macroblocks is found.
func TestUnchangedLossyWebP(t *testing.T) {
	data := testenv.CWebP(t, drawn(101, 75))
	p := still(t, "original", data, 1)
	f, err := lossyFilm(p)
	if err != nil {
		t.Fatal(err)
	}
	covered := []image.Rectangle{image.Rect(16, 16, 48, 32)}
	for _, at := range []image.Point{{0, 0}, {95, 69}, {20, 20}, {48, 20}} {
		changed, err := lossyFilm(p)
		if err != nil {
			t.Fatal(err)
		}
		for y := range 6 {
			for x := range 6 {
				i := changed.picture.YOffset(at.X+x, at.Y+y)
				changed.picture.Y[i] = ^changed.picture.Y[i]
			}
		}
		frame, err := webp.Lossy(changed.picture, f.quality)
		if err != nil {
			t.Fatal(err)
		}
		q := still(t, "copy", riff(101, 75, false, riffChunk{"VP8 ", frame}), 1)
		if err := Unchanged(t.Context(), p, q, covered); (err == nil) != at.In(covered[0]) {
			t.Errorf("changed at %v: %v", at, err)
		}
	}
}

func TestApplyWebPRefuses(t *testing.T) {
	plan := &Plan{1, []Region{{Box: Box{3, 2, 3, 3}, Style: Solid}}}
	good := testenv.CWebP(t, drawn(40, 30))
	for name, data := range map[string][]byte{
		"animated": riff(40, 30, false, riffChunk{"VP8X", []byte{2, 0, 0, 0, 39, 0, 0, 29, 0, 0}}, riffChunk{"VP8 ", good[20:]}),
		"cut":      good[:len(good)/2], "header": good[:12], "nothing": nil,
		"no frame": riff(40, 30, false, riffChunk{"VP8 ", []byte{0, 0, 0, 0x9D, 1, 0x2A, 40, 0, 30, 0}}),
	} {
		p := &scan.Photo{Path: name, Format: container.WebP, Data: data, Width: 40, Height: 30, Orientation: 1}
		if _, err := Apply(t.Context(), p, plan, Noise{}); !errors.Is(err, ErrLayout) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzApplyWebP(f *testing.F) {
	for _, data := range lossyPhotos(f, 40, 30) {
		f.Add(data)
	}
	for _, encode := range encoders(f) {
		f.Add(encode(pngModels(24, 18)["RGB"]()))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := scan.Read(t.Context(), "fuzz", data)
		if err != nil || p.Width > 512 || p.Height > 512 || p.Format != container.WebP && p.Format != container.BMP {
			return
		}
		coverAndCompare(t, p)
	})
}
