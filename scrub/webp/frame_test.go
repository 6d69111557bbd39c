package webp

import (
	"bytes"
	"slices"
	"testing"

	"golang.org/x/image/vp8"

	"blindspot/internal/testenv"
)

// decodes says whether x/image, which gives up where it would read past a partition,
// decodes a frame.
func decodes(frame []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	d := vp8.NewDecoder()
	d.Init(bytes.NewReader(frame), len(frame))
	if _, err := d.DecodeFrameHeader(); err != nil {
		return false
	}
	_, err := d.DecodeFrame()
	return err == nil
}

// shortened is f with its partitions cut to those sizes.
func shortened(f Frame, first int, partitions []int) Frame {
	f.First, f.Partitions = f.First[:first], slices.Clone(f.Partitions)
	for i, n := range partitions {
		f.Partitions[i] = f.Partitions[i][:n]
	}
	return f
}

// frames are VP8 frames of libwebp's and of ours, in many ways to code them.
func frames(t testing.TB) map[string][]byte {
	img := pictures(203, 117)["photo"]
	all := map[string][]byte{}
	for name, args := range map[string][]string{
		"fine": {"-q", "95", "-m", "6"}, "coarse": {"-q", "3", "-m", "6"}, "fast": {"-m", "0", "-q", "60"},
		"segments": {"-segments", "4", "-sns", "100", "-q", "40", "-f", "90"}, "one segment": {"-segments", "1", "-q", "75"},
		"partitions": {"-partition_limit", "0", "-q", "80", "-m", "4", "-sharpness", "5"}, "simple filter": {"-nostrong", "-f", "70"},
	} {
		data := testenv.CWebP(t, img, args...)
		all[name] = data[bytes.Index(data, []byte("VP8 "))+8:]
	}
	for name, q := range map[string]Quality{"ours": {index: 30}, "ours, finest": {}} {
		data, err := Lossy(ycc(img), q)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = data
	}
	return all
}

// What a decoder needs of a frame, and not a byte less, is what is said to be used;
// what is laid behind that changes nothing.
func TestUsed(t *testing.T) {
	for name, frame := range frames(t) {
		f, ok := Cut(frame)
		if !ok {
			t.Fatalf("%s: not cut", name)
		}
		if !bytes.Equal(f.Join(), frame) {
			t.Fatalf("%s: joined, it is another frame", name)
		}
		first, used, ok := f.Used(t.Context())
		if !ok {
			t.Fatalf("%s: called damaged", name)
		}
		if !decodes(shortened(f, first, used).Join()) {
			t.Errorf("%s: too little is used: %d and %d", name, first, used)
		}
		if decodes(shortened(f, first-1, used).Join()) {
			t.Errorf("%s: less than %d of %d bytes of modes are needed", name, first, len(f.First))
		}
		for i := range used {
			less := slices.Clone(used)
			less[i]--
			if used[i] > 0 && decodes(shortened(f, first, less).Join()) {
				t.Errorf("%s: less than %d of %d bytes of partition %d are needed", name, used[i], len(f.Partitions[i]), i)
			}
			if _, _, ok := shortened(f, first, less).Used(t.Context()); ok && used[i] > 0 {
				t.Errorf("%s: partition %d may lack a byte", name, i)
			}
		}
		behind := Frame{f.Head, append(bytes.Clone(f.First), "more"...), slices.Clone(f.Partitions)}
		for i, p := range behind.Partitions {
			behind.Partitions[i] = append(bytes.Clone(p), "more"...)
		}
		again, ok := Cut(behind.Join())
		if !ok {
			t.Fatalf("%s: not cut with more behind", name)
		}
		if n, more, ok := again.Used(t.Context()); !ok || n != first || !slices.Equal(more, used) {
			t.Errorf("%s: with more behind %d and %d are used, not %d and %d", name, n, more, first, used)
		}
	}
}

// FuzzUsed checks that frames are followed as x/image decodes them.
func FuzzUsed(f *testing.F) {
	for _, frame := range frames(f) {
		f.Add(frame)
		strange := bytes.Clone(frame)
		strange[4]++ // in the start code
		f.Add(strange)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, ok := Cut(data)
		if !ok {
			return
		}
		first, used, ok := frame.Used(t.Context())
		const side = 256 // x/image takes memory for what a header says
		if data[7]&0x3F != 0 || data[9]&0x3F != 0 || data[6] == 0 || data[8] == 0 || len(data) > side*side {
			return
		}
		if whole := decodes(frame.Join()); whole != ok {
			t.Fatalf("decoded: %v, followed: %v", whole, ok)
		}
		if ok && !decodes(shortened(frame, first, used).Join()) {
			t.Fatalf("too little is used: %d and %d", first, used)
		}
	})
}

func BenchmarkUsed(b *testing.B) {
	data, err := Lossy(ycc(pictures(4000, 3000)["photo"]), Quality{index: 30})
	if err != nil {
		b.Fatal(err)
	}
	f, ok := Cut(data)
	if !ok {
		b.Fatal("not cut")
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, ok := f.Used(b.Context()); !ok {
			b.Fatal("called damaged")
		}
	}
}
