package scrub

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scrub/webp"
)

// encodedWebP is a picture packed by ImageMagick with these options.
func encodedWebP(t testing.TB, options ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "a.png"), filepath.Join(dir, "a.webp")
	f, err := os.Create(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, picture()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err := exec.Command(testenv.Program(t, "convert"), slices.Concat([]string{in}, options, []string{out})...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// withStream is file with one bitstream changed; its size goes along.
func withStream(t testing.TB, file []byte, id string, change func([]byte) []byte) []byte {
	t.Helper()
	parsed, err := container.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	var chunks [][]byte
	found := false
	for _, p := range parsed.Parts {
		payload := p.Payload(file)
		if p.ID == id {
			payload, found = change(bytes.Clone(payload)), true
		}
		if p.ID != "RIFF" {
			chunks = append(chunks, riffChunk(p.ID, payload))
		}
	}
	if !found {
		t.Fatalf("no chunk %s", id)
	}
	return riff(chunks...)
}

// TestStreamsHoldNothingBehindThem hides a string where a decoder stopped reading.
// The copy is what the file without it gives.
func TestStreamsHoldNothingBehindThem(t *testing.T) {
	hide := func(b []byte) []byte { return append(b, canary...) }
	inFirst := func(b []byte) []byte {
		f, ok := webp.Cut(b)
		if !ok || len(f.Partitions) != 1 {
			t.Fatalf("the frame was not cut: %d partitions", len(f.Partitions))
		}
		f.First = append(bytes.Clone(f.First), canary...)
		return f.Join()
	}
	inPartition := func(b []byte) []byte {
		f, ok := webp.Cut(b)
		if !ok || len(f.Partitions) != 4 {
			t.Fatalf("the frame was not cut: %d partitions", len(f.Partitions))
		}
		f.Partitions[1] = append(bytes.Clone(f.Partitions[1]), canary...)
		return f.Join()
	}
	alpha := []string{"-alpha", "set", "-channel", "A", "-fx", "(i+j)/112"}
	for name, c := range map[string]struct {
		options string
		alpha   bool
		id      string
		hide    func([]byte) []byte
	}{
		"lossless":                  {"-define webp:lossless=true", false, "VP8L", hide},
		"lossless with alpha":       {"-define webp:lossless=true", true, "VP8L", hide},
		"lossy":                     {"-quality 80", false, "VP8 ", hide},
		"lossy, modes":              {"-quality 80", false, "VP8 ", inFirst},
		"lossy, one of four":        {"-quality 80 -define webp:partitions=2 -define webp:method=1", false, "VP8 ", inPartition},
		"alpha of a lossy picture":  {"-quality 80", true, "ALPH", hide},
		"alpha as it is":            {"-quality 80 -define webp:alpha-compression=0", true, "ALPH", hide},
		"alpha, a lossy picture":    {"-quality 80", true, "VP8 ", hide},
		"segments and loop filters": {"-quality 20 -define webp:segment=4 -define webp:filter-strength=80", false, "VP8 ", inFirst},
	} {
		options := strings.Fields(c.options)
		if c.alpha {
			options = append(slices.Clone(alpha), options...)
		}
		file := encodedWebP(t, options...)
		_, want := cleanBytes(t, file)
		original, err := scan.Read(t.Context(), name, file)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(original.Parts, func(p container.Part) bool {
			return p.ID == c.id && bytes.Contains(want.Data, p.Payload(file)[:len(p.Payload(file))-maxPadding])
		}) {
			t.Errorf("%s: what the encoder wrote was cut off", name)
		}
		planted := withStream(t, file, c.id, c.hide)
		_, r := cleanBytes(t, planted)
		if bytes.Contains(r.Data, []byte(canary[:4])) {
			t.Errorf("%s: the string is still there", name)
		}
		if len(r.Data) > len(want.Data)+2*maxPadding {
			t.Errorf("%s: %d bytes, %d without the string", name, len(r.Data), len(want.Data))
		}
		sameWebP(t, file, r.Data)
	}
}

// sameWebP fails unless ImageMagick sees the same pixels.
func sameWebP(t testing.TB, a, b []byte) {
	t.Helper()
	dir := t.TempDir()
	var signatures []string
	for i, file := range [][]byte{a, b} {
		path := filepath.Join(dir, number(i)+".webp")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(testenv.Program(t, "identify"), "-quiet", "-format", "%#\n", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		signatures = append(signatures, string(out))
	}
	if signatures[0] != signatures[1] {
		t.Error("the pixels differ")
	}
}

// Lossless bitstreams that take much memory or time to follow are refused.
func TestLargeStreams(t *testing.T) {
	vp8l := func(w, h int) *webpStream {
		b := []byte{0x2F, byte(w - 1), byte((w-1)>>8 | (h-1)<<6), byte((h - 1) >> 2), byte((h - 1) >> 10)}
		return &webpStream{id: "VP8L", payload: b, width: w, height: h}
	}
	small := &trimmer{}
	for range maxAllFollowed / (1 << 20) {
		if err := small.trim(t.Context(), vp8l(1024, 1024)); err != nil {
			t.Fatal(err)
		}
	}
	if err := small.trim(t.Context(), vp8l(1024, 1024)); err != errFollow {
		t.Errorf("many frames: %v", err)
	}
	large := vp8l(16384, 16384)
	for _, s := range []*webpStream{large, {id: "ALPH", payload: []byte{1, 0}, width: 16384, height: 16384}} {
		if err := new(trimmer).trim(t.Context(), s); err != errFollow {
			t.Errorf("a large %s: %v", s.id, err)
		}
	}
}
