package pixels

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/disintegration/imaging"
	"golang.org/x/image/bmp"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/turbojpeg"
)

// painted is a picture whose pixels all differ from their neighbours.
func painted(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), uint8(x ^ y), 255})
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) *scan.Photo {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return photo("drawn.png", container.PNG, buf.Bytes(), img.Bounds().Size())
}

func asJPEG(t testing.TB, img image.Image) *scan.Photo {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return photo("drawn.jpg", container.JPEG, buf.Bytes(), img.Bounds().Size())
}

func photo(path string, f container.Format, data []byte, size image.Point) *scan.Photo {
	return &scan.Photo{Path: path, Format: f, Data: data, Width: size.X, Height: size.Y, Orientation: 1}
}

func TestOrient(t *testing.T) {
	// Which stored pixel is displayed at x, y, by EXIF 2.32, 4.6.4, tag 0x0112.
	stored := map[int]func(x, y, w, h int) (int, int){
		0: func(x, y, w, h int) (int, int) { return x, y },
		1: func(x, y, w, h int) (int, int) { return x, y },
		2: func(x, y, w, h int) (int, int) { return w - 1 - x, y },
		3: func(x, y, w, h int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y, w, h int) (int, int) { return x, h - 1 - y },
		5: func(x, y, w, h int) (int, int) { return y, x },
		6: func(x, y, w, h int) (int, int) { return y, h - 1 - x },
		7: func(x, y, w, h int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y, w, h int) (int, int) { return w - 1 - y, x },
		9: func(x, y, w, h int) (int, int) { return x, y },
	}
	for _, size := range []image.Point{{1, 1}, {1, 7}, {7, 1}, {5, 3}, {97, 33}} {
		src := painted(size.X, size.Y)
		for o, from := range stored {
			got := orient(painted(size.X, size.Y), o)
			want := size
			if o >= 5 && o <= 8 {
				want = image.Pt(size.Y, size.X)
			}
			if got.Rect.Size() != want {
				t.Errorf("orientation %d of %v: size %v", o, size, got.Rect.Size())
				continue
			}
			for y := range want.Y {
				for x := range want.X {
					sx, sy := from(x, y, size.X, size.Y)
					if got.RGBAAt(x, y) != src.RGBAAt(sx, sy) {
						t.Fatalf("orientation %d of %v: wrong pixel at (%d,%d)", o, size, x, y)
					}
				}
			}
		}
	}
}

// The folder holds one photo stored in each of the eight orientations.
func TestDecodeTurnsPhotos(t *testing.T) {
	dir := filepath.Join(testenv.Photos(t), "orientation")
	open := func(o int) *Picture {
		data, err := os.ReadFile(filepath.Join(dir, "Landscape_"+string(rune('0'+o))+".jpg"))
		if err != nil {
			t.Fatal(err)
		}
		h, err := turbojpeg.ReadHeader(data)
		if err != nil {
			t.Fatal(err)
		}
		p := photo("landscape", container.JPEG, data, image.Pt(h.Width, h.Height))
		p.Orientation = o
		pic, err := Decode(t.Context(), p, 0)
		if err != nil {
			t.Fatal(err)
		}
		return pic
	}
	want := open(1)
	for o := 2; o <= 8; o++ {
		got := open(o)
		if got.Width != want.Width || got.Height != want.Height || got.Rect != want.Rect {
			t.Fatalf("orientation %d: %d×%d, want %d×%d", o, got.Width, got.Height, want.Width, want.Height)
		}
		var sum int
		for i, v := range got.Pix {
			d := int(v) - int(want.Pix[i])
			sum += max(d, -d)
		}
		if mean := float64(sum) / float64(len(got.Pix)); mean > 8 {
			t.Errorf("orientation %d: mean difference %.1f from the upright photo", o, mean)
		}
	}
}

func TestDecodeScale(t *testing.T) {
	p := asJPEG(t, painted(1001, 300))
	for _, c := range []struct{ minSide, wantW, wantH int }{
		{0, 1001, 300}, {5000, 1001, 300}, {1001, 1001, 300}, {502, 1001, 300},
		{501, 501, 150}, {252, 501, 150}, {251, 251, 75}, {126, 126, 38}, {1, 126, 38},
	} {
		pic, err := Decode(t.Context(), p, c.minSide)
		if err != nil {
			t.Fatal(err)
		}
		if got := pic.Rect; got != image.Rect(0, 0, c.wantW, c.wantH) {
			t.Errorf("minSide %d: got %v, want %d×%d", c.minSide, got, c.wantW, c.wantH)
		}
		if pic.Width != 1001 || pic.Height != 300 {
			t.Errorf("minSide %d: full size %d×%d", c.minSide, pic.Width, pic.Height)
		}
	}
	turned := *p
	turned.Orientation = 6
	pic, err := Decode(t.Context(), &turned, 501)
	if err != nil {
		t.Fatal(err)
	}
	if pic.Rect != image.Rect(0, 0, 150, 501) || pic.Width != 300 || pic.Height != 1001 {
		t.Errorf("turned: %v of %d×%d", pic.Rect, pic.Width, pic.Height)
	}
}

// Full-size pixels are those of djpeg, the library's own decoder.
func TestDecodeMatchesDjpeg(t *testing.T) {
	djpeg := testenv.Program(t, "djpeg")
	for _, name := range []string{
		"face_recognition/examples/knn_examples/test/obama1.jpg", "mtcnn-tropcomplique/office4.jpg",
		"face-api-vlad/demo/sample2.jpg", "orientation/Landscape_1.jpg",
	} {
		path := filepath.Join(testenv.Photos(t), name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(djpeg, "-bmp", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		want, err := bmp.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(t.Context(), photo(name, container.JPEG, data, want.Bounds().Size()), 0)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Pix, overWhite(want).Pix) {
			t.Errorf("%s: pixels differ from djpeg's", name)
		}
	}
}

// What is opaque RGBA already takes no second copy.
func TestOverWhiteCopies(t *testing.T) {
	opaque := painted(4, 3)
	if overWhite(opaque) != opaque {
		t.Error("an opaque picture was copied")
	}
	clear := image.NewRGBA(opaque.Rect)
	if got := overWhite(clear); got == clear || got.RGBAAt(0, 0) != (color.RGBA{255, 255, 255, 255}) {
		t.Error("a transparent picture is not laid over white")
	}
	part := opaque.SubImage(image.Rect(1, 1, 3, 3))
	if got := overWhite(part); got.Rect != image.Rect(0, 0, 2, 2) || got.RGBAAt(0, 0) != opaque.RGBAAt(1, 1) {
		t.Error("a part of a picture does not start at (0,0)")
	}
}

func TestDecodeTransparency(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	img.SetNRGBA(1, 0, color.NRGBA{200, 0, 0, 255})
	img.SetNRGBA(2, 0, color.NRGBA{0, 0, 0, 128})
	pic, err := Decode(t.Context(), asPNG(t, img), 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{255, 255, 255, 255, 200, 0, 0, 255, 127, 127, 127, 255}; !bytes.Equal(pic.Pix, want) {
		t.Errorf("got %v, want %v", pic.Pix, want)
	}
}

func TestDecodePNGKinds(t *testing.T) {
	bounds := image.Rect(0, 0, 16, 16)
	for name, img := range map[string]interface {
		image.Image
		Set(x, y int, c color.Color)
	}{
		"grey": image.NewGray(bounds), "grey 16": image.NewGray16(bounds),
		"RGBA 16": image.NewNRGBA64(bounds), "RGB": image.NewRGBA(bounds),
		"palette": image.NewPaletted(bounds, color.Palette{color.Black, color.White}),
	} {
		for y := range 16 {
			for x := range 16 {
				img.Set(x, y, color.Gray{uint8((x + y) % 2 * 255)})
			}
		}
		pic, err := Decode(t.Context(), asPNG(t, img), 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for y := range 16 {
			for x := range 16 {
				v := uint8((x + y) % 2 * 255)
				if got := pic.RGBAAt(x, y); got != (color.RGBA{v, v, v, 255}) {
					t.Fatalf("%s: pixel (%d,%d) is %v", name, x, y, got)
				}
			}
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	good := asJPEG(t, painted(40, 30))
	with := func(change func(*scan.Photo)) *scan.Photo {
		p := *good
		change(&p)
		return &p
	}
	bomb := pngHeader(13000, 13000)
	for name, c := range map[string]struct {
		p    *scan.Photo
		want error
	}{
		"size differs": {with(func(p *scan.Photo) { p.Width = 41 }), scan.ErrDamaged},
		"no size":      {with(func(p *scan.Photo) { p.Width = 0 }), scan.ErrDamaged},
		"too large":    {photo("large.png", container.PNG, pngHeader(MaxPixels, 2), image.Pt(MaxPixels, 2)), scan.ErrTooLarge},
		"16 bits":      {photo("deep.png", container.PNG, pngHeaderOf(12000, 12000, 16), image.Pt(12000, 12000)), scan.ErrTooLarge},
		"8 bits":       {photo("large.png", container.PNG, pngHeaderOf(12000, 12000, 8), image.Pt(12000, 12000)), scan.ErrDamaged},
		"16 bits less": {photo("deep.png", container.PNG, pngHeaderOf(11648, 8736, 16), image.Pt(11648, 8736)), scan.ErrDamaged},
		"no data":      {with(func(p *scan.Photo) { p.Data = nil }), scan.ErrDamaged},
		"cut":          {with(func(p *scan.Photo) { p.Data = p.Data[:len(p.Data)-40] }), scan.ErrDamaged},
		"other format": {with(func(p *scan.Photo) { p.Format = container.HEIC }), scan.ErrUnsupported},
		"wrong format": {with(func(p *scan.Photo) { p.Format = container.WebP }), scan.ErrDamaged},
		"PNG bomb":     {photo("bomb.png", container.PNG, bomb, image.Pt(13000, 13000)), scan.ErrDamaged},
	} {
		if _, err := Decode(t.Context(), c.p, 0); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Decode(ctx, good, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// pngHeader is a PNG that ends after announcing its size.
func pngHeader(w, h int) []byte { return pngHeaderOf(w, h, 8) }

// pngHeaderOf is [pngHeader] for colours of the given bits a channel.
func pngHeaderOf(w, h int, depth byte) []byte {
	chunk := []byte{'I', 'H', 'D', 'R', byte(w >> 24), byte(w >> 16), byte(w >> 8), byte(w),
		byte(h >> 24), byte(h >> 16), byte(h >> 8), byte(h), depth, 2, 0, 0, 0}
	sum := crc32.ChecksumIEEE(chunk)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return append(b, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
}

// A CMYK JPEG is refused by TurboJPEG and decoded by image/jpeg.
func TestDecodeCMYK(t *testing.T) {
	convert := testenv.Program(t, "convert")
	path := filepath.Join(t.TempDir(), "cmyk.jpg")
	if out, err := exec.Command(convert, "-size", "40x30", "xc:red", "-colorspace", "CMYK", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turbojpeg.Decode(data, 1); err == nil {
		t.Fatal("TurboJPEG decodes CMYK: the fallback is not tested")
	}
	pic, err := Decode(t.Context(), photo(path, container.JPEG, data, image.Pt(40, 30)), 0)
	if err != nil {
		t.Fatal(err)
	}
	if c := pic.RGBAAt(20, 15); c.R < 240 || c.G > 20 || c.B > 20 {
		t.Errorf("red became %v", c)
	}
}

// Nearly all that ImageMagick decodes is decoded here as well: the others are
// damaged JPEGs and animated WebP.
func TestDecodeFolder(t *testing.T) {
	formats := map[string]container.Format{
		"JPEG": container.JPEG, "jpeg": container.JPEG, "PNG": container.PNG, "APNG": container.PNG,
		"WEBP": container.WebP, "Extended WEBP": container.WebP, "BMP": container.BMP,
	}
	var tried, failed int
	for _, e := range testenv.Index(t) {
		format, ok := formats[e.Format]
		if !ok || !e.Decodes {
			continue
		}
		data, err := os.ReadFile(filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			t.Fatal(err)
		}
		config, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			t.Logf("%s: %v", e.File, err)
			continue
		}
		tried++
		p := photo(e.File, format, data, image.Pt(config.Width, config.Height))
		full, err := Decode(t.Context(), p, 0)
		if err != nil {
			failed++
			t.Log(err)
			continue
		}
		if full.Rect != image.Rect(0, 0, full.Width, full.Height) || !full.Opaque() {
			t.Errorf("%s: %v for %d×%d, opaque %v", e.File, full.Rect, full.Width, full.Height, full.Opaque())
		}
		small, err := Decode(t.Context(), p, 100)
		if err != nil {
			t.Errorf("%s: full size decodes, small does not: %v", e.File, err)
		} else if got := max(small.Rect.Dx(), small.Rect.Dy()); got < min(100, max(full.Width, full.Height)) {
			t.Errorf("%s: longer side is %d", e.File, got)
		}
	}
	t.Logf("%d tried, %d failed", tried, failed)
	if failed*20 > tried {
		t.Errorf("%d of %d failed", failed, tried)
	}
}

func TestThumbnail(t *testing.T) {
	for _, c := range []struct{ w, h, side, wantW, wantH int }{
		{400, 200, 100, 100, 50}, {200, 400, 100, 50, 100}, {30, 20, 100, 30, 20}, {4000, 1, 100, 100, 1},
	} {
		src := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
		for i := range src.Pix {
			src.Pix[i] = []byte{10, 200, 30, 255}[i%4]
		}
		got := Thumbnail(&Picture{RGBA: src, Width: c.w, Height: c.h}, c.side)
		if got.Rect != image.Rect(0, 0, c.wantW, c.wantH) {
			t.Errorf("%d×%d: got %v", c.w, c.h, got.Rect)
		}
		if mid := got.RGBAAt(c.wantW/2, c.wantH/2); mid != (color.RGBA{10, 200, 30, 255}) {
			t.Errorf("%d×%d: colour became %v", c.w, c.h, mid)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(asJPEG(f, painted(40, 30)).Data)
	f.Add(asPNG(f, painted(40, 30)).Data)
	f.Add(pngHeader(40, 30))
	for _, pattern := range []string{"go-fuzz-corpus/*/corpus/*", "image-rs/*/*/*.webp"} {
		names, _ := filepath.Glob(filepath.Join(testenv.Photos(f), pattern))
		for _, name := range names {
			if data, err := os.ReadFile(name); err == nil && len(data) < 4096 {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		config, name, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width*config.Height > 1<<20 {
			return
		}
		format := container.Format(strings.ToLower(name))
		for o := 1; o <= 8; o++ {
			p := photo("fuzz", format, data, image.Pt(config.Width, config.Height))
			p.Orientation = o
			pic, err := Decode(t.Context(), p, 64)
			if err != nil {
				return
			}
			if w, h := p.DisplaySize(); pic.Width != w || pic.Height != h {
				t.Fatalf("orientation %d: %d×%d", o, pic.Width, pic.Height)
			}
		}
	})
}

// textured is a 12-megapixel picture with detail and noise, as a camera gives it.
func textured() *image.RGBA {
	rng := rand.New(rand.NewPCG(1, 2))
	small := image.NewRGBA(image.Rect(0, 0, 1000, 750))
	for i := range small.Pix {
		small.Pix[i] = uint8(96 + i/4%1000/16 + i/4000/12 + rng.IntN(24))
	}
	for i := 3; i < len(small.Pix); i += 4 {
		small.Pix[i] = 255
	}
	n := imaging.Resize(small, 4000, 3000, imaging.CatmullRom)
	return &image.RGBA{Pix: n.Pix, Stride: n.Stride, Rect: n.Rect}
}

func BenchmarkDecode(b *testing.B) {
	p := asJPEG(b, textured())
	b.Logf("JPEG of %d bytes", len(p.Data))
	run := func(name string, p *scan.Photo, minSide int) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(b.Context(), p, minSide); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("jpeg/1", p, 0)
	run("jpeg/2", p, 2000)
	run("jpeg/4", p, 1000)
	run("jpeg/8", p, 500)
	for o := 2; o <= 8; o += 3 {
		turned := *p
		turned.Orientation = o
		run("jpeg/1/orientation"+string(rune('0'+o)), &turned, 0)
	}
	run("png", asPNG(b, textured()), 0)
}

func BenchmarkOrient(b *testing.B) {
	img := painted(4000, 3000)
	for o := 2; o <= 8; o++ {
		b.Run(string(rune('0'+o)), func(b *testing.B) {
			for b.Loop() {
				orient(img, o)
			}
		})
	}
}

func BenchmarkThumbnail(b *testing.B) {
	for _, w := range []int{500, 1000, 4000} {
		pic := &Picture{RGBA: painted(w, w*3/4), Width: w, Height: w * 3 / 4}
		b.Run(string(rune('0'+w/1000))+"000", func(b *testing.B) {
			for b.Loop() {
				Thumbnail(pic, 256)
			}
		})
	}
}

// A CMYK JPEG without an Adobe marker is decoded as ink: the opposite of what the
// same numbers mean with one.
func TestDecodePlainCMYK(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ink.jpg")
	if out, err := exec.Command(testenv.Program(t, "convert"), "-size", "40x24", "gradient:red-yellow", "-colorspace", "CMYK", "-quality", "95", path).CombinedOutput(); err != nil {
		t.Fatalf("convert: %v: %s", err, out)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(data, []byte("Adobe\x00"))
	if i < 0 {
		t.Fatal("no Adobe marker")
	}
	data[i+11] = 0 // CMYK, not YCCK: another picture, but a sound file
	var inks [2]*image.CMYK
	for k, data := range [2][]byte{data, append(data[:i-4:i-4], data[i+12:]...)} {
		p, err := scan.Read(t.Context(), "ink", data)
		if err != nil {
			t.Fatal(err)
		}
		img, err := Native(p)
		if err != nil {
			t.Fatal(err)
		}
		inks[k] = img.(*image.CMYK)
	}
	for i, v := range inks[0].Pix {
		if d := int(inks[1].Pix[i]) - (255 - int(v)); d < -2 || d > 2 {
			t.Fatalf("ink %d of pixel %d is %d, with a marker %d", i%4, i/4, inks[1].Pix[i], v)
		}
	}
}
