package deflate

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// packed is data in a stream by a level of compress/flate.
func packed(t testing.TB, data []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// samples are data that pack in all ways.
func samples() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	skewed := make([]byte, 300_000)
	for i := range skewed {
		skewed[i] = byte(random.ExpFloat64() * 3)
	}
	return map[string][]byte{
		"empty": {}, "a byte": {7}, "zeros": make([]byte, 1_000_000), "noise": noise, "skewed": skewed,
		"text": []byte(strings.Repeat("What is covered does not show. ", 9000)), "far": append(bytes.Clone(noise[:window]), noise[:window]...),
	}
}

// unpack is what following b gives.
func unpack(b []byte, want int64) ([]byte, Found, error) {
	var out bytes.Buffer
	found, err := Follow(context.Background(), b, want, func(piece []byte) error {
		out.Write(piece)
		return nil
	})
	return out.Bytes(), found, err
}

func TestFollow(t *testing.T) {
	for name, data := range samples() {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			if testing.Short() && level > 1 && level != 6 {
				continue
			}
			name := fmt.Sprintf("%s, level %d", name, level)
			b := packed(t, data, level)
			got, found, err := unpack(append(bytes.Clone(b), "behind"...), 1<<40)
			if err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%s: %d bytes of %d, %v", name, len(got), len(data), err)
			}
			if found.Read != len(b) || found.Needed != len(b) || !found.Ended || found.Spare || found.Written != int64(len(data)) {
				t.Errorf("%s: %+v of %d bytes", name, found, len(b))
			}
			if b[len(b)-1]&found.Fill != 0 {
				t.Errorf("%s: bits %08b of byte %08b are the stream's", name, found.Fill, b[len(b)-1])
			}
			if len(data) < 2 {
				continue
			}
			half := int64(len(data) / 2)
			got, found, err = unpack(b, half)
			if err != nil || !bytes.Equal(got, data[:half]) || found.Ended || found.Needed == 0 || found.Needed > len(b) {
				t.Errorf("%s: half of it: %d bytes, %+v, %v", name, len(got), found, err)
			}
			if got, _, err := unpack(b[:found.Needed], half); err != ErrCut && err != nil || !bytes.Equal(got, data[:half]) {
				t.Errorf("%s: what half of it needs gives %d bytes, %v", name, len(got), err)
			}
			if got, _, err := unpack(b[:len(b)/2], 1<<40); err != ErrCut || !bytes.HasPrefix(data, got) {
				t.Errorf("%s: cut off: %d bytes, %v", name, len(got), err)
			}
		}
	}
}

// TestSpare finds what no decoder needs.
func TestSpare(t *testing.T) {
	flushes := func(n int) []byte {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, 6)
		for range n {
			w.Write([]byte("row"))
			w.Flush()
		}
		w.Close()
		return b.Bytes()
	}
	empty := func(n int, fill byte) []byte { // stored blocks without bytes, then one with
		b := bytes.Repeat([]byte{fill, 0, 0, 0xFF, 0xFF}, n)
		return append(b, 1, 1, 0, 0xFE, 0xFF, 'x')
	}
	// A block of codes for literals 0 and its end alone, with nothing in it: 14 bits of
	// counts, codes for lengths of 1 bit for 1 and 18, then the lengths.
	var tables writer
	tables.put(0, 1)
	tables.put(2, 2)
	tables.put(0, 5)
	tables.put(0, 5)
	tables.put(14, 4)
	for i := range 18 {
		n := 0
		if codeOrder[i] == 1 || codeOrder[i] == 18 {
			n = 1
		}
		tables.put(n, 3)
	}
	// Lengths of 1 for literal 0, its end, and distance 0; zeros between.
	tables.put(0, 1)
	tables.put(1, 1)
	tables.put(127, 7)
	tables.put(1, 1)
	tables.put(106, 7)
	tables.put(0, 1)
	tables.put(0, 1)
	tables.put(1, 1) // the end
	tables.put(1, 1)
	tables.put(1, 2)
	tables.put(0, 7) // the last block, of fixed codes
	if _, found, err := unpack(packed(t, []byte("0123456789"), flate.NoCompression), 4); err != nil || found.Needed != 5+4 {
		t.Errorf("four bytes of a stored block: %+v, %v", found, err)
	}
	for name, c := range map[string]struct {
		b    []byte
		want bool
	}{
		"flushed rows":         {flushes(100), false},
		"few empty blocks":     {empty(maxBare, 0), false},
		"many empty blocks":    {empty(maxBare+2, 0), true},
		"bits that fill bytes": {empty(1, 'H'&^7), true},
		"tables for nothing":   {tables.b, true},
	} {
		_, found, err := unpack(c.b, 1<<40)
		if err != nil || found.Spare != c.want {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
		if all, err := io.ReadAll(flate.NewReader(bytes.NewReader(c.b))); err != nil || int64(len(all)) != found.Written {
			t.Errorf("%s: compress/flate gives %d bytes, %v", name, len(all), err)
		}
	}
}

// writer writes bits, the lowest first.
type writer struct {
	b []byte
	n int
}

func (w *writer) put(v, n int) {
	for ; n > 0; n-- {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[len(w.b)-1] |= byte(v&1) << (w.n % 8)
		v >>= 1
		w.n++
	}
}

func TestErrors(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 100_000)
	b := packed(t, data, 6)
	failed := errors.New("full")
	if _, err := Follow(t.Context(), b, 1<<40, func([]byte) error { return failed }); err != failed {
		t.Errorf("a writer that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	pieces := 0
	_, err := Follow(ctx, b, 1<<40, func([]byte) error {
		pieces++
		cancel()
		return nil
	})
	if err != context.Canceled || pieces != 1 {
		t.Errorf("cancelled: %v after %d pieces", err, pieces)
	}
	for name, b := range map[string][]byte{
		"third kind": {7}, "length of a stored block": {1, 1, 0, 0, 0}, "before the beginning": {0x63, 0, 0x42, 0},
	} {
		if _, _, err := unpack(b, 100); err != ErrCorrupt {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzFollow compares with compress/flate: what both unpack is the same, and what that
// unpacks to its end this does too, unless zlib would not.
func FuzzFollow(f *testing.F) {
	for _, data := range samples() {
		for _, level := range []int{flate.HuffmanOnly, 0, 1, 6} {
			if b := packed(f, data, level); len(b) < 10_000 {
				f.Add(b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		const most = 1 << 20
		want, errWant := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), most))
		got, found, err := unpack(b, most)
		n := min(len(got), len(want))
		if !bytes.Equal(got[:n], want[:n]) {
			t.Fatal("the bytes differ")
		}
		if err == nil && errWant == nil && len(got) != len(want) {
			t.Fatalf("%d bytes, not %d", len(got), len(want))
		}
		if errWant == nil && err != nil && err != ErrCorrupt {
			t.Fatalf("compress/flate gives %d bytes, this %d, %v", len(want), len(got), err)
		}
		if found.Ended && (found.Read > len(b) || found.Needed > found.Read) {
			t.Fatalf("%+v of %d bytes", found, len(b))
		}
	})
}

func BenchmarkFollow(b *testing.B) {
	for name, data := range samples() {
		if len(data) < 1000 {
			continue
		}
		in := packed(b, data, 6)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := Follow(b.Context(), in, 1<<40, func([]byte) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+", compress/flate", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := io.Copy(io.Discard, flate.NewReader(bytes.NewReader(in))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
