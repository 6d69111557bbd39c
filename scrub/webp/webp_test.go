package webp

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	xwebp "golang.org/x/image/webp"

	"blindspot/internal/testenv"
)

// file is a WebP file of one chunk, or of an extended header and more.
func file(w, h int, chunks ...any) []byte {
	out := []byte("RIFF\x00\x00\x00\x00WEBP")
	add := func(id string, b []byte) {
		n := len(b)
		out = append(append(out, id...), byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		out = append(out, b...)
		if n%2 == 1 {
			out = append(out, 0)
		}
	}
	if len(chunks) > 2 {
		add("VP8X", []byte{16, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0})
	}
	for i := 0; i < len(chunks); i += 2 {
		add(chunks[i].(string), chunks[i+1].([]byte))
	}
	n := len(out) - 8
	copy(out[4:], []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	return out
}

// pictures are what encoders find hard, and what they find easy.
func pictures(w, h int) map[string]*image.NRGBA {
	rng := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	paint := func(at func(x, y int) color.NRGBA) *image.NRGBA {
		img := image.NewNRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				img.SetNRGBA(x, y, at(x, y))
			}
		}
		return img
	}
	return map[string]*image.NRGBA{
		"plain":       paint(func(int, int) color.NRGBA { return color.NRGBA{200, 100, 50, 255} }),
		"transparent": paint(func(x, y int) color.NRGBA { return color.NRGBA{uint8(x), uint8(y), 7, 0} }),
		"slope":       paint(func(x, y int) color.NRGBA { return color.NRGBA{uint8(x), uint8(y), uint8(x + y), 255} }),
		"noise": paint(func(int, int) color.NRGBA {
			v := rng.Uint32()
			return color.NRGBA{uint8(v), uint8(v >> 8), uint8(v >> 16), uint8(v >> 24)}
		}),
		"drawing": paint(func(x, y int) color.NRGBA {
			if x/7%3 == y/5%2 {
				return color.NRGBA{255, 255, 255, 255}
			}
			return color.NRGBA{0, 0, uint8(x / 16 * 16), 255}
		}),
		"photo": paint(func(x, y int) color.NRGBA {
			n := uint8(rng.IntN(9))
			return color.NRGBA{uint8(x*150/w) + n, uint8(y*150/h) + n, uint8((x/9+y/7)%2*80) + n, 255}
		}),
	}
}

var sizes = [][2]int{{1, 1}, {2, 1}, {1, 3}, {3, 70}, {16, 16}, {17, 31}, {101, 75}, {300, 5}}

// Every pixel comes back, by x/image and by libwebp's own program.
func TestLossless(t *testing.T) {
	dwebp, _ := exec.LookPath("dwebp")
	for _, size := range sizes {
		for name, img := range pictures(size[0], size[1]) {
			data, err := Lossless(img)
			if err != nil {
				t.Fatal(err)
			}
			whole := file(size[0], size[1], "VP8L", data)
			back, err := xwebp.Decode(bytes.NewReader(whole))
			if err != nil {
				t.Fatalf("%s %v: %v", name, size, err)
			}
			if got := back.(*image.NRGBA); !bytes.Equal(got.Pix, img.Pix) {
				t.Fatalf("%s %v: other pixels", name, size)
			}
			if dwebp == "" {
				continue
			}
			cmd := exec.Command(dwebp, "-quiet", "-pam", "-o", "-", "--", "-")
			cmd.Stdin = bytes.NewReader(whole)
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s %v: dwebp: %v", name, size, err)
			}
			if !bytes.HasSuffix(out, img.Pix) {
				t.Fatalf("%s %v: dwebp gives other pixels", name, size)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for _, size := range [][2]int{{0, 1}, {1, 0}, {MaxSide + 1, 1}} {
		if _, err := Lossless(image.NewNRGBA(image.Rect(0, 0, size[0], size[1]))); err == nil {
			t.Errorf("lossless %v was taken", size)
		}
	}
}

// A code never has more bits than a decoder takes, however uneven the counts are.
func TestCodeLengths(t *testing.T) {
	fibonacci := make([]int, 40)
	a, b := 1, 1
	for i := range fibonacci {
		fibonacci[i] = a
		a, b = b, a+b
	}
	for _, limit := range []int{maxMetaLength, maxLength} {
		lengths := codeLengths(fibonacci, limit)
		kraft := 0
		for _, n := range lengths {
			if int(n) > limit || n == 0 {
				t.Fatalf("%d bits, at most %d", n, limit)
			}
			kraft += 1 << (limit - int(n))
		}
		if kraft != 1<<limit {
			t.Errorf("limit %d: the code is not complete: %d of %d", limit, kraft, 1<<limit)
		}
	}
}

// ycc is img with 4:2:0 sampling.
func ycc(img *image.NRGBA) *image.YCbCr {
	out := image.NewYCbCr(img.Rect, image.YCbCrSubsampleRatio420)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			c := img.NRGBAAt(x, y)
			yy, cb, cr := color.RGBToYCbCr(c.R, c.G, c.B)
			out.Y[out.YOffset(x, y)], out.Cb[out.COffset(x, y)], out.Cr[out.COffset(x, y)] = yy, cb, cr
		}
	}
	return out
}

// samples are those of a picture, without what lies beyond its edges.
func samples(img *image.YCbCr) [3][]byte {
	var out [3][]byte
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		out[0] = append(out[0], img.Y[y*img.YStride:][:w]...)
	}
	for y := range (h + 1) / 2 {
		out[1] = append(out[1], img.Cb[y*img.CStride:][:(w+1)/2]...)
		out[2] = append(out[2], img.Cr[y*img.CStride:][:(w+1)/2]...)
	}
	return out
}

// meanSquare is the mean squared difference of two planes.
func meanSquare(a, b []byte) float64 {
	var sum float64
	for i := range a {
		d := float64(a[i]) - float64(b[i])
		sum += d * d
	}
	return sum / float64(len(a))
}

// Two decoders give just the samples that the encoder expects, and those are as
// near to the picture as the quality says, which can be read back.
func TestLossy(t *testing.T) {
	dwebp, _ := exec.LookPath("dwebp")
	for _, size := range sizes {
		for name, img := range pictures(size[0], size[1]) {
			src := ycc(img)
			for _, q := range []Quality{{}, {index: 20, deltas: [5]int{1, -2, 3, -4, 5}}, {index: 60}, {index: 127}} {
				where := fmt.Sprintf("%s %v %+v", name, size, q)
				e := newEncoder(src, q)
				data, err := e.encode(q)
				if err != nil {
					t.Fatal(err)
				}
				if read, err := ReadQuality(data); err != nil || read != q {
					t.Fatalf("%s: quality read as %+v, %v", where, read, err)
				}
				whole := file(size[0], size[1], "VP8 ", data)
				back, err := xwebp.Decode(bytes.NewReader(whole))
				if err != nil {
					t.Fatalf("%s: %v", where, err)
				}
				got, want := samples(back.(*image.YCbCr)), samples(src)
				for c, p := range e.planes {
					for y := range p.h {
						if !bytes.Equal(got[c][y*p.w:(y+1)*p.w], p.made[y*p.width:][:p.w]) {
							t.Fatalf("%s: plane %d decodes to other samples in row %d", where, c, y)
						}
					}
					step := float64(e.steps[planeY1].ac)
					if off := meanSquare(got[c], want[c]); off > step*step/4+2 {
						t.Errorf("%s: plane %d is off by %.1f squared, with steps of %v", where, c, off, step)
					}
				}
				if dwebp == "" {
					continue
				}
				cmd := exec.Command(dwebp, "-quiet", "-yuv", "-o", "-", "--", "-")
				cmd.Stdin = bytes.NewReader(whole)
				out, err := cmd.Output()
				if err != nil {
					t.Fatalf("%s: dwebp: %v", where, err)
				}
				if !bytes.Equal(out, slices.Concat(got[0], got[1], got[2])) {
					t.Fatalf("%s: dwebp gives other samples", where)
				}
			}
		}
	}
}

// Transparency comes back with the picture, by x/image and by libwebp.
func TestAlpha(t *testing.T) {
	for _, size := range sizes {
		for name, img := range pictures(size[0], size[1]) {
			plane := make([]byte, size[0]*size[1])
			for i := range plane {
				plane[i] = img.Pix[4*i]
			}
			alpha, err := Alpha(plane, size[0], size[0], size[1])
			if err != nil {
				t.Fatal(err)
			}
			data, err := Lossy(ycc(img), Quality{index: 30})
			if err != nil {
				t.Fatal(err)
			}
			back, err := xwebp.Decode(bytes.NewReader(file(size[0], size[1], "ALPH", alpha, "VP8 ", data)))
			if err != nil {
				t.Fatalf("%s %v: %v", name, size, err)
			}
			if got := back.(*image.NYCbCrA); !bytes.Equal(got.A, plane) {
				t.Fatalf("%s %v: other transparency", name, size)
			}
		}
	}
}

// A picture that libwebp made, encoded again, is hardly worse and hardly larger.
func TestSecondGeneration(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testenv.Photos(t), "dlib-faces/examples/faces/2008_001322.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	photo, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, quality := range []string{"30", "75", "95"} {
		first := testenv.CWebP(t, photo, "-q", quality)
		back, err := xwebp.Decode(bytes.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		img := back.(*image.YCbCr)
		at := bytes.Index(first, []byte("VP8 ")) + 8
		q, err := ReadQuality(first[at:])
		if err != nil {
			t.Fatal(err)
		}
		second, err := Lossy(img, q)
		if err != nil {
			t.Fatal(err)
		}
		again, err := xwebp.Decode(bytes.NewReader(file(img.Rect.Dx(), img.Rect.Dy(), "VP8 ", second)))
		if err != nil {
			t.Fatal(err)
		}
		psnr := 10 * math.Log10(255*255/meanSquare(samples(img)[0], samples(again.(*image.YCbCr))[0]))
		t.Logf("quality %s, index %d: %d bytes, again %d bytes, %.1f dB from the first", quality, q.index, len(first), len(second), psnr)
		if psnr < 36 {
			t.Errorf("quality %s: %.1f dB from the first", quality, psnr)
		}
		if len(second) > len(first)*3/2 {
			t.Errorf("quality %s: %d bytes became %d", quality, len(first), len(second))
		}
	}
}

func FuzzReadQuality(f *testing.F) {
	for _, q := range []Quality{{}, {index: 127, deltas: [5]int{15, -15, 1, 0, 7}}} {
		data, err := Lossy(ycc(pictures(17, 9)["photo"]), q)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := ReadQuality(data)
		if err != nil {
			return
		}
		for _, s := range q.steps() {
			if s.dc < 1 || s.ac < 1 {
				t.Fatalf("steps %+v of %+v", s, q)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	img := pictures(4000, 3000)["photo"]
	src := ycc(img)
	b.Run("lossy", func(b *testing.B) {
		for b.Loop() {
			if _, err := Lossy(src, Quality{index: 30}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("lossless", func(b *testing.B) {
		for b.Loop() {
			if _, err := Lossless(img); err != nil {
				b.Fatal(err)
			}
		}
	})
}
