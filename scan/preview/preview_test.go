package preview

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/disintegration/imaging"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
	"blindspot/scan/pixels"
)

// scene is a made picture: patches of all sizes on a gradient.
func scene(seed uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(60 + 90*y/h), uint8(80 + 60*x/w), 120, 255})
		}
	}
	for range 60 {
		s := int(float64(h) * (.03 + .25*r.Float64()*r.Float64()))
		x, y := r.IntN(w), r.IntN(h)
		c := color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
		draw.Draw(img, image.Rect(x-s, y-s, x+s, y+s*3/4), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

// thumb is img scaled to fit 160 × 120 and through JPEG, as cameras make it.
func thumb(t testing.TB, img image.Image) *image.RGBA {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, imaging.Fit(img, 160, 160, imaging.Box), &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	back, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return rgba(back)
}

func rgba(img image.Image) *image.RGBA {
	b := img.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(dst, dst.Rect, img, b.Min, draw.Src)
	return dst
}

// cropped cuts img to r, given in shares of its sides.
func cropped(img image.Image, r region) *image.RGBA {
	b := img.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	return rgba(imaging.Crop(img, image.Rect(int(r.x*w), int(r.y*h), int((r.x+r.w)*w), int((r.y+r.h)*h))))
}

// covered draws one colour over r.
func covered(img image.Image, r region) *image.RGBA {
	dst := rgba(img)
	w, h := float64(dst.Rect.Dx()), float64(dst.Rect.Dy())
	draw.Draw(dst, image.Rect(int(r.x*w), int(r.y*h), int((r.x+r.w)*w), int((r.y+r.h)*h)), image.NewUniform(color.Gray{110}), image.Point{}, draw.Src)
	return dst
}

// boxed puts img on a larger ground.
func boxed(img image.Image, w, h int, ground color.Color) *image.RGBA {
	return rgba(imaging.PasteCenter(imaging.New(w, h, ground), img))
}

func TestCompare(t *testing.T) {
	photo := scene(1, 900, 600)
	small := thumb(t, photo)
	tall := imaging.Rotate90(photo)
	plain := image.NewRGBA(image.Rect(0, 0, 160, 107))
	for _, test := range []struct {
		name           string
		photo, preview image.Image
		want           Shows
	}{
		{"the same", photo, small, Same},
		{"brighter and flatter", photo, imaging.AdjustContrast(imaging.AdjustBrightness(small, 10), -20), Same},
		{"in grey", photo, imaging.Grayscale(small), Same},
		{"turned left", photo, imaging.Rotate90(small), Same},
		{"turned right", photo, imaging.Rotate270(small), Same},
		{"upside down", photo, imaging.Rotate180(small), Same},
		{"mirrored", photo, imaging.FlipH(small), Same},
		{"transposed", photo, imaging.Transpose(small), Same},
		{"transversed", photo, imaging.Transverse(small), Same},
		{"stretched", photo, imaging.Resize(small, 160, 120, imaging.Linear), Same},
		{"black bars above and below", photo, boxed(small, 160, 120, color.Black), Same},
		{"black bars beside", tall, boxed(imaging.Fit(tall, 160, 120, imaging.Box), 160, 120, color.Black), Same},
		{"black bars, turned", photo, imaging.Rotate90(boxed(small, 160, 120, color.Black)), Same},
		{"bars that are not black", photo, boxed(small, 160, 120, color.Gray{150}), More},
		{"a part of the photo", photo, cropped(small, region{.1, 0, .8, 1}), Same},
		{"a small part of the photo", photo, thumb(t, cropped(photo, region{.3, .2, .55, .6})), Same},
		{"a tenth cut off at the left", cropped(photo, region{.1, 0, .9, 1}), small, More},
		{"a fifth cut off above", cropped(photo, region{0, .2, 1, .8}), small, More},
		{"cut all round", cropped(photo, region{.15, .15, .7, .7}), small, More},
		{"cut all round, turned", cropped(tall, region{.1, .15, .7, .7}), imaging.Rotate270(thumb(t, tall)), More},
		{"a face covered", covered(photo, region{.5, .2, .17, .3}), small, Different},
		{"a small part left", cropped(photo, region{.4, .4, .2, .2}), small, Different},
		{"another picture", scene(2, 900, 600), small, Different},
		{"a preview of nothing", photo, plain, Same},
		{"a photo of nothing", plain, small, Different},
	} {
		if got := compare(planeOf(rgba(test.photo)), planeOf(rgba(test.preview))); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestCompareTakesAnySize(t *testing.T) {
	for _, a := range []image.Point{{1, 1}, {1, 300}, {2000, 1}, {3, 2}, {513, 17}} {
		for _, b := range []image.Point{{1, 1}, {300, 1}, {160, 120}, {1, 1999}} {
			compare(planeOf(scene(1, a.X, a.Y)), planeOf(scene(2, b.X, b.Y)))
		}
	}
}

func TestTurnedAndBack(t *testing.T) {
	grid := make([]float64, 16)
	for i := range grid {
		grid[i] = float64(i)
	}
	// The corner top left is the first of a row; where it is displayed follows
	// from EXIF 2.32, tag 0x0112.
	corner := map[int]int{1: 0, 2: 3, 3: 15, 4: 12, 5: 0, 6: 3, 7: 15, 8: 12}
	for o := 1; o <= 8; o++ {
		there := turned(grid, 4, o)
		if there[corner[o]] != 0 {
			t.Errorf("orientation %d: the corner is at %d, want %d", o, slices.Index(there, 0), corner[o])
		}
		if back := turned(there, 4, inverse(o)); !slices.Equal(back, grid) {
			t.Errorf("orientation %d is not undone by %d", o, inverse(o))
		}
	}
}

func TestGridIsExact(t *testing.T) {
	img := scene(3, 97, 61)
	p := planeOf(img)
	if p.width != 97 || p.height != 61 {
		t.Fatalf("%d × %d", p.width, p.height)
	}
	luma := func(x, y int) float64 {
		c := img.RGBAAt(x, y)
		return .299*float64(c.R) + .587*float64(c.G) + .114*float64(c.B)
	}
	var sum float64
	for y := range 61 {
		for x := range 97 {
			sum += luma(x, y)
		}
	}
	if got := p.grid(whole, 1)[0]; math.Abs(got-sum/97/61) > 1e-6 {
		t.Errorf("mean %v, want %v", got, sum/97/61)
	}
	// A cell of half a pixel is that pixel.
	if got := p.grid(region{10. / 97, 20. / 61, .5 / 97, .5 / 61}, 1)[0]; math.Abs(got-luma(10, 20)) > 1e-6 {
		t.Errorf("half a pixel is %v, want %v", got, luma(10, 20))
	}
}

func TestPicturesAreBounded(t *testing.T) {
	photo := scene(1, 320, 240)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, imaging.Resize(photo, 64, 48, imaging.Box), nil); err != nil {
		t.Fatal(err)
	}
	p := &scan.Photo{}
	for range 2 * maxPictures {
		p.Pictures = append(p.Pictures, metadata.Picture{Source: "IFD1 ThumbnailImage", Width: 64, Height: 48, Data: b.Bytes()})
	}
	p.Pictures[0].Width, p.Pictures[0].Height = 1<<30, 1<<30
	p.Pictures[1].Data = b.Bytes()[:100]
	p.Pictures[2].Source = "MPF picture, gain map"
	got := Compare(t.Context(), p, &pixels.Picture{RGBA: photo, Width: 320, Height: 240})
	if len(got) != maxPictures || got[0].Shows != Unknown || got[1].Shows != Unknown || got[2].Shows != Same {
		t.Errorf("%+v", got)
	}
	if got := Compare(t.Context(), &scan.Photo{}, nil); got != nil {
		t.Errorf("of no picture: %+v", got)
	}
}

// withPreviews are the real photos that hold pictures, decoded.
// Their longer sides have at least so many pixels.
func withPreviews(t testing.TB, least int) (names []string, photos []*scan.Photo, pics []*pixels.Picture) {
	t.Helper()
	dir := testenv.Photos(t)
	for _, e := range testenv.Index(t) {
		p, err := scan.Open(t.Context(), filepath.Join(dir, e.File))
		if err != nil || len(p.Pictures) == 0 {
			continue
		}
		pic, err := pixels.Decode(t.Context(), p, least)
		if err != nil {
			continue
		}
		names, photos, pics = append(names, e.File), append(photos, p), append(pics, pic)
	}
	if len(names) < 50 {
		t.Fatalf("%d photos with previews", len(names))
	}
	return names, photos, pics
}

// differing are the real photos that hold a picture which shows something else,
// looked at by eye, and no others do.
var differing = map[string]Shows{
	// Three tenths of the portrait were cut off.
	"face_recognition/examples/knn_examples/train/kit_harington/john2.jpeg": More,
	// The picture is one pixel, or one colour, the preview what was photographed.
	"imagemeta-bep/testdata/images/metadata-extractor/withPanasonicFaces.jpg": Different,
	"piexif/tests/images/r_canon.jpg":                                         Different,
	"piexif/tests/images/r_casio.jpg":                                         Different,
	"piexif/tests/images/r_olympus.jpg":                                       Different,
	"piexif/tests/images/r_pana.jpg":                                          Different,
	"piexif/tests/images/r_ricoh.jpg":                                         Different,
	"piexif/tests/images/r_sigma.jpg":                                         Different,
	"piexif/tests/images/r_sony.jpg":                                          Different,
	// What it was composed of was stretched, and covered with colour.
	"c2pa-public-testfiles/image/jpeg/adobe-20220124-CICACACA.jpg": Different,
}

func TestRealPreviews(t *testing.T) {
	for _, least := range []int{side, 960} {
		names, photos, pics := withPreviews(t, least)
		count := map[Shows]int{}
		for i, name := range names {
			got := Same
			for _, x := range Compare(t.Context(), photos[i], pics[i]) {
				count[x.Shows]++
				if x.Differs() {
					got = x.Shows
				}
			}
			want, ok := differing[name]
			if !ok {
				want = Same
			}
			if got != want {
				t.Errorf("%s at %d: %s, want %s", name, least, got, want)
			}
		}
		t.Logf("%d photos, pictures in them: %v", len(names), count)
	}
}

// What a program does that cuts or covers a photo and forgets the preview, over
// every other photo.
func TestForgottenPreviewsAreFound(t *testing.T) {
	names, photos, pics := withPreviews(t, side)
	changes := []struct {
		name   string
		change func(image.Image) *image.RGBA
		least  float64 // share that must be found
	}{
		{"a tenth cut off at the left", func(i image.Image) *image.RGBA { return cropped(i, region{.1, 0, .9, 1}) }, .8},
		{"a fifth cut off above", func(i image.Image) *image.RGBA { return cropped(i, region{0, .2, 1, .8}) }, .9},
		{"a fifth cut off all round", func(i image.Image) *image.RGBA { return cropped(i, region{.2, .2, .6, .6}) }, .95},
		{"a small face covered", func(i image.Image) *image.RGBA { return covered(i, region{.5, .3, .1, .14}) }, .3},
		{"a large face covered", func(i image.Image) *image.RGBA { return covered(i, region{.4, .2, .25, .35}) }, .8},
	}
	for _, c := range changes {
		found, all := 0, 0
		for i, name := range names {
			if i%2 == 0 || differing[name] != "" || min(pics[i].Rect.Dx(), pics[i].Rect.Dy()) < 100 {
				continue
			}
			got := Compare(t.Context(), photos[i], &pixels.Picture{RGBA: c.change(pics[i])})
			if len(got) == 0 {
				continue
			}
			all++
			if got[0].Differs() {
				found++
			}
		}
		share := float64(found) / float64(all)
		t.Logf("%s: found in %d of %d photos", c.name, found, all)
		if share < c.least {
			t.Errorf("%s: found in %.2f, want %.2f", c.name, share, c.least)
		}
	}
}

// FuzzCompare compares a photo with a picture that is any bytes: real thumbnails, to
// begin with.
func FuzzCompare(f *testing.F) {
	photo := &pixels.Picture{RGBA: scene(1, 64, 48)}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, thumb(f, photo.RGBA), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	n := 0
	for _, e := range testenv.Index(f, "JPEG") {
		p, err := scan.Open(f.Context(), filepath.Join(testenv.Photos(f), e.File))
		if err != nil || n == 20 {
			continue
		}
		for _, q := range p.Pictures {
			if len(q.Data) < 8<<10 {
				f.Add(q.Data)
				n++
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := container.Read(data)
		// A decoder takes memory by the size that a file says it has: enough is
		// enough here.
		if err != nil || file.Width < 1 || file.Height < 1 || file.Width > 1<<20/file.Height {
			return
		}
		p := &scan.Photo{Pictures: []metadata.Picture{{Source: "fuzz", Width: file.Width, Height: file.Height, Data: data}}}
		var got []Picture
		const memory, perByte = 64 << 20, 1 << 10
		testenv.Allocates(t, memory+perByte*int64(len(data)), func() { got = Compare(t.Context(), p, photo) })
		if len(got) != 1 || !slices.Contains([]Shows{Unknown, Same, More, Different}, got[0].Shows) {
			t.Errorf("got %+v", got)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	photo := scene(1, 640, 480)
	small := thumb(b, photo)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, small, nil); err != nil {
		b.Fatal(err)
	}
	p := &scan.Photo{Pictures: []metadata.Picture{{Source: "IFD1 ThumbnailImage", Width: 160, Height: 120, Data: file.Bytes()}}}
	for name, pic := range map[string]*image.RGBA{"same": photo, "cut": cropped(photo, region{.1, 0, .9, 1})} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Compare(b.Context(), p, &pixels.Picture{RGBA: pic})
			}
		})
	}
}
