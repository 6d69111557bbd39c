package turbojpeg

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"sync"
	"testing"
)

func drawn(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(3 * x), uint8(5 * y), uint8(x * y), 255})
		}
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func keep(Blocks) error { return nil }

func TestDecode(t *testing.T) {
	data := drawn(t, 101, 75)
	if h, err := ReadHeader(data); err != nil || h != (Header{101, 75}) {
		t.Fatalf("header %v, %v", h, err)
	}
	for denom, want := range map[int]image.Point{1: {101, 75}, 2: {51, 38}, 4: {26, 19}, 8: {13, 10}} {
		img, err := Decode(data, denom)
		if err != nil || img.Rect.Size() != want || !img.Opaque() {
			t.Errorf("1/%d: %v, %v", denom, img.Rect, err)
		}
	}
	for _, denom := range []int{0, 3, 16, -1} {
		if _, err := Decode(data, denom); err == nil {
			t.Errorf("1/%d is taken", denom)
		}
	}
}

func TestTransformShowsAllBlocks(t *testing.T) {
	data := drawn(t, 101, 75) // 4:2:0: 7 × 5 MCUs
	type place struct{ component, row int }
	var passes [2]map[place]int
	count := func(pass int) Filter {
		passes[pass] = make(map[place]int)
		return func(b Blocks) error {
			if b.Row < b.Rows {
				passes[pass][place{b.Component, b.Row}] = len(b.Coeffs)
			}
			return nil
		}
	}
	if _, err := Transform(data, false, count(0), count(1)); err != nil {
		t.Fatal(err)
	}
	for pass, rows := range passes {
		if len(rows) != 10+5+5 {
			t.Errorf("pass %d: %d rows", pass, len(rows))
		}
		for p, n := range rows {
			if want := []int{13, 7, 7}[p.component]; n != want {
				t.Errorf("pass %d, %+v: %d blocks, want %d", pass, p, n, want)
			}
		}
	}
}

// One call leaves nothing behind that changes another: options and broken files
// alternate, on one goroutine and on many.
func TestCallsAreIndependent(t *testing.T) {
	data := drawn(t, 101, 75)
	withComment := append(append(bytes.Clone(data[:2]), 0xFF, 0xFE, 0, 8, 's', 'e', 'c', 'r', 'e', 't'), data[2:]...)
	broken := [][]byte{nil, {}, {0xFF}, data[:20], data[:len(data)/2], bytes.Repeat([]byte{0xFF, 0xD8}, 50), []byte("not a JPEG at all")}
	transform := func(progressive bool) []byte {
		out, err := Transform(withComment, progressive, keep, keep)
		if err != nil {
			t.Error(err)
		}
		return out
	}
	baseline, progressive := transform(false), transform(true)
	if bytes.Equal(baseline, progressive) || bytes.Contains(baseline, []byte("secret")) || bytes.Contains(progressive, []byte("secret")) {
		t.Fatal("options are not heeded")
	}
	pixels, err := Decode(data, 2)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 40 {
				bad := broken[(worker+i)%len(broken)]
				if _, err := ReadHeader(bad); err == nil && len(bad) < 100 {
					t.Errorf("header of %q is taken", bad)
				}
				if _, err := Decode(bad, 1); err == nil {
					t.Errorf("%d bytes of a broken file are decoded", len(bad))
				}
				if _, err := Transform(bad, i%2 == 0, keep, keep); err == nil {
					t.Errorf("%d bytes of a broken file are transformed", len(bad))
				}
				if got := transform(true); !bytes.Equal(got, progressive) {
					t.Error("progressive result changed")
				}
				if got := transform(false); !bytes.Equal(got, baseline) {
					t.Error("baseline result changed")
				}
				if got, err := Decode(data, 2); err != nil || !bytes.Equal(got.Pix, pixels.Pix) {
					t.Errorf("decoded pixels changed: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if again, err := Transform(baseline, false, keep, keep); err != nil || !bytes.Equal(again, baseline) {
		t.Errorf("a copy of a copy differs: %v", err)
	}
}

func TestFilterErrors(t *testing.T) {
	data := drawn(t, 101, 75)
	mine := errors.New("mine")
	fails := func(Blocks) error { return mine }
	panics := func(b Blocks) error { return []error{}[len(b.Coeffs)] }
	if _, err := Transform(data, false, fails, keep); err != mine {
		t.Errorf("reading: %v", err)
	}
	if _, err := Transform(data, false, keep, fails); err != mine {
		t.Errorf("writing: %v", err)
	}
	if err := Read(data, fails); err != mine {
		t.Errorf("only reading: %v", err)
	}
	for name, err := range map[string]error{
		"reading": Read(data, panics),
		"writing": func() error { _, err := Transform(data, false, keep, panics); return err }(),
	} {
		if err == nil || !strings.Contains(err.Error(), "out of range") {
			t.Errorf("panic while %s: %v", name, err)
		}
	}
	if err := Read(data, keep); err != nil {
		t.Errorf("after a panic: %v", err)
	}
}

func FuzzJPEG(f *testing.F) {
	f.Add(drawn(f, 40, 30))
	f.Add([]byte{0xFF, 0xD8, 0xFF, 0xD9})
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ReadHeader(data)
		if err != nil || h.Width*h.Height > 1<<18 {
			return
		}
		for _, denom := range []int{1, 8} {
			img, err := Decode(data, denom)
			if err == nil && img.Rect.Dx() != (h.Width+denom-1)/denom {
				t.Fatalf("1/%d of %v is %v", denom, h, img.Rect)
			}
		}
		if p, err := DecodePlanes(data, 1<<18); err == nil {
			defer p.Close()
			if p.Width != h.Width || p.Height != h.Height {
				t.Fatalf("planes of %v are %d × %d", h, p.Width, p.Height)
			}
			r := p.Aligned(image.Rect(h.Width/2, h.Height/2, h.Width, h.Height))
			if err := p.Draw(image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy())), r); err != nil {
				t.Fatalf("drawing %v of %v: %v", r, h, err)
			}
		}
		out, err := Transform(data, false, keep, keep)
		if err != nil {
			return
		}
		if same, err := ReadHeader(out); err != nil || same != h {
			t.Fatalf("header %v became %v, %v", h, same, err)
		}
	})
}

func BenchmarkTransform(b *testing.B) {
	data := drawn(b, 4000, 3000)
	for b.Loop() {
		if _, err := Transform(data, false, keep, keep); err != nil {
			b.Fatal(err)
		}
	}
}
