package raster

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// noise is a picture of random opaque pixels, whose rows may be further apart than
// they are long.
func noise(rng *rand.Rand, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w+rng.IntN(3), h))
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.Uint32())
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img.SubImage(image.Rect(0, 0, w, h)).(*image.RGBA)
}

func TestHalve(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		w, h := 1+rng.IntN(40), 1+rng.IntN(20)
		src := noise(rng, w, h)
		got := Halve(src)
		if got.Rect.Dx() != (w+1)/2 || got.Rect.Dy() != (h+1)/2 {
			t.Fatalf("%v halved is %v", src.Rect, got.Rect)
		}
		for i, v := range got.Pix {
			x, y, c := i%got.Stride/4, i/got.Stride, i%4
			at := func(x, y int) int { return int(src.Pix[min(y, h-1)*src.Stride+4*min(x, w-1)+c]) }
			if want := (at(2*x, 2*y) + at(2*x+1, 2*y) + at(2*x, 2*y+1) + at(2*x+1, 2*y+1) + 2) / 4; int(v) != want {
				t.Fatalf("%v at (%d,%d): colour %d is %d, want %d", src.Rect, x, y, c, v, want)
			}
		}
	}
}

func TestGrey(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		src := noise(rng, 1+rng.IntN(700), 1+rng.IntN(5))
		r := image.Rect(rng.IntN(src.Rect.Dx()), rng.IntN(src.Rect.Dy()), src.Rect.Dx(), src.Rect.Dy())
		got := make([]byte, r.Dx()*r.Dy())
		Grey(got, src, r)
		for i, v := range got {
			p := src.RGBAAt(r.Min.X+i%r.Dx(), r.Min.Y+i/r.Dx())
			if want := uint8((77*int(p.R) + 150*int(p.G) + 29*int(p.B) + 128) / 256); v != want {
				t.Fatalf("%v of %v: level %d is %d, want %d", r, src.Rect, i, v, want)
			}
		}
	}
}

// bilinear is src at a point, with the border repeated; whole numbers are the middles
// of pixels.
func bilinear(src []byte, w, h int, x, y float64) float64 {
	x, y = min(max(x, 0), float64(w-1)), min(max(y, 0), float64(h-1))
	i, j := min(int(x), w-2), min(int(y), h-2)
	at := func(i, j int) float64 { return float64(src[j*w+i]) }
	fx, fy := x-float64(i), y-float64(j)
	return (at(i, j)*(1-fx)+at(i+1, j)*fx)*(1-fy) + (at(i, j+1)*(1-fx)+at(i+1, j+1)*fx)*fy
}

func TestTurn(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		sw, sh := 2+rng.IntN(40), 2+rng.IntN(40)
		src := make([]byte, sw*sh)
		for i := range src {
			src[i] = uint8(rng.Uint32())
		}
		w, h := 1+rng.IntN(50), 1+rng.IntN(50)
		dst := make([]byte, w*h)
		sin, cos := math.Sincos(rng.Float64() * 7)
		step := .3 + rng.Float64()
		x, y, dx, dy := rng.Float64()*40, rng.Float64()*40, step*cos, step*sin
		Turn(dst, w, src, sw, sh, x, y, dx, dy)
		for i, v := range dst {
			u, d := float64(i%w), float64(i/w)
			want := bilinear(src, sw, sh, x+u*dx-d*dy, y+u*dy+d*dx)
			if math.Abs(float64(v)-want) > 3 {
				t.Fatalf("%d × %d from (%v,%v) by (%v,%v): sample %d is %d, want %v", sw, sh, x, y, dx, dy, i, v, want)
			}
		}
	}
}

// levels are n random levels, of a random range.
func levels(rng *rand.Rand, n int) []byte {
	from, span := rng.IntN(256), 1+rng.IntN(256)
	all := make([]byte, n)
	for i := range all {
		all[i] = byte(min(from+rng.IntN(span), 255))
	}
	return all
}

func TestBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 500 {
		n := rng.IntN(100)
		stride := BlockSide*n + rng.IntN(9)
		src := levels(rng, stride*(BlockSide-1)+BlockSide*n)
		lo, hi, sums := make([]byte, n), make([]byte, n), make([]uint16, n)
		Blocks(lo, hi, sums, src, stride)
		for i := range n {
			a, b, sum := byte(255), byte(0), 0
			for j := range BlockSide {
				for _, v := range src[j*stride+i*BlockSide:][:BlockSide] {
					a, b, sum = min(a, v), max(b, v), sum+int(v)
				}
			}
			if lo[i] != a || hi[i] != b || int(sums[i]) != sum {
				t.Fatalf("block %d of %d: %d, %d, %d, want %d, %d, %d", i, n, lo[i], hi[i], sums[i], a, b, sum)
			}
		}
	}
}

func TestPieces(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 500 {
		n := rng.IntN(50)
		src := levels(rng, PieceLength*n+rng.IntN(PieceLength))
		lo, hi := make([]byte, n), make([]byte, n)
		Pieces(lo, hi, src)
		for i := range n {
			piece := src[i*PieceLength:][:PieceLength]
			if lo[i] != slices.Min(piece) || hi[i] != slices.Max(piece) {
				t.Fatalf("piece %v: %d and %d", piece, lo[i], hi[i])
			}
		}
	}
}

func TestSteps(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 100 {
		w, h := 1+rng.IntN(90), 1+rng.IntN(40)
		pix := levels(rng, w*h)
		across, down := Steps(pix, w, h)
		a, d := Energy(pix, w, h)
		for y := 1; y < h; y++ {
			for x := 1; x < w; x++ {
				dx, dy := int(pix[y*w+x])-int(pix[y*w+x-1]), int(pix[y*w+x])-int(pix[(y-1)*w+x])
				n := uint32(max(dx, -dx) + max(dy, -dy))
				across[x], down[y] = across[x]-n, down[y]-n
				a, d = a-uint64(dx*dx), d-uint64(dy*dy)
			}
		}
		if a != 0 || d != 0 || slices.Max(across) != 0 || slices.Max(down) != 0 {
			t.Fatalf("%d × %d: off by %d, %d, %v, %v", w, h, a, d, across, down)
		}
	}
}

// TestRefused holds that what does not fit is refused before C writes to it.
func TestRefused(t *testing.T) {
	img := noise(rand.New(rand.NewPCG(1, 1)), 8, 8)
	short := &image.RGBA{Pix: img.Pix[:40], Stride: img.Stride, Rect: img.Rect}
	taps, beyond := TapsOf(8, 0, 8, 8), TapsOf(8, 0, 16, 16)
	dst := make([]float32, 3*64)
	for i, f := range []func(){
		func() { Halve(short) },
		func() { Grey(make([]byte, 64), short, short.Rect) },
		func() { Grey(make([]byte, 63), img, img.Rect) },
		func() { Grey(make([]byte, 64), img, img.Rect.Add(image.Pt(1, 0))) },
		func() { Blocks(make([]byte, 2), make([]byte, 2), make([]uint16, 2), img.Pix, 15) },
		func() { Blocks(make([]byte, 2), make([]byte, 1), make([]uint16, 2), img.Pix, 16) },
		func() { Steps(img.Pix[:63], 8, 8) },
		func() { Energy(img.Pix[:63], 8, 8) },
		func() { Pieces(make([]byte, 3), make([]byte, 3), img.Pix[:47]) },
		func() { Turn(make([]byte, 4), 2, img.Pix[:63], 8, 8, 0, 0, 1, 0) },
		func() { Turn(make([]byte, 4), 2, img.Pix, 1, 8, 0, 0, 1, 0) },
		func() { Sample(dst, 8, 8, short, taps, taps, 0, &Planes{}) },
		func() { Sample(dst, 8, 8, img, beyond, taps, 0, &Planes{}) },
		func() { Sample(dst, 8, 8, img, taps, beyond, 0, &Planes{}) },
		func() { Sample(dst[1:], 8, 8, img, taps, taps, 0, &Planes{}) },
		func() { Sample(dst, 8, 7, img, taps, taps, 0, &Planes{}) },
		func() { Sample(dst, 8, 8, img, taps, Taps{}, 0, &Planes{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("call %d was not refused", i)
				}
			}()
			f()
		}()
	}
}

// BenchmarkSample scales a picture into a tensor, as it lies and turned.
func BenchmarkSample(b *testing.B) {
	img := noise(rand.New(rand.NewPCG(7, 8)), 2000, 1500)
	const w, h = 1280, 960
	dst := make([]float32, 3*w*h)
	across, down := TapsOf(w, 0, 2000, 2000), TapsOf(h, 0, 1500, 1500)
	for quarters := range 4 {
		b.Run(fmt.Sprint(90*quarters), func(b *testing.B) {
			W, H := w, h
			if quarters&1 == 1 {
				W, H = h, w
			}
			for b.Loop() {
				Sample(dst, W, H, img, across, down, quarters, &Planes{Scale: [3]float32{1, 1, 1}})
			}
		})
	}
}

func BenchmarkHalve(b *testing.B) {
	img := noise(rand.New(rand.NewPCG(7, 8)), 2000, 1500)
	for b.Loop() {
		Halve(img)
	}
}

func BenchmarkGrey(b *testing.B) {
	img := noise(rand.New(rand.NewPCG(7, 8)), 2000, 1500)
	dst := make([]byte, 2000*1500)
	for b.Loop() {
		Grey(dst, img, img.Rect)
	}
}

func BenchmarkTurn(b *testing.B) {
	src, dst := make([]byte, 1000*700), make([]byte, 200*200)
	sin, cos := math.Sincos(.1)
	for b.Loop() {
		Turn(dst, 200, src, 1000, 700, 100, 100, 1.3*cos, 1.3*sin)
	}
}
