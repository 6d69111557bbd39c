package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scrub/redact"
	"blindspot/scrub/webp"
)

func seeded(n uint64) redact.Noise { return redact.Noise{Seed: &n} }

// photoWebP is a drawn picture as a WebP, lossy or not, with a chunk of alpha or
// without, turned, with a profile and metadata.
func photoWebP(t *testing.T, lossy, transparent bool) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 48, 40))
	plane := image.NewYCbCr(img.Rect, image.YCbCrSubsampleRatio420)
	alpha := make([]byte, 48*40)
	for i := range alpha {
		alpha[i] = 255
		if transparent {
			alpha[i] = uint8(i)
		}
		copy(img.Pix[4*i:], []byte{uint8(i), uint8(i / 48 * 5), 90, alpha[i]})
		plane.Y[i] = uint8(60 + i%48*2)
	}
	flags := byte(webpEXIF | webpICC)
	if transparent {
		flags |= webpAlpha
	}
	chunks := [][]byte{
		riffChunk("VP8X", []byte{flags, 0, 0, 0, 47, 0, 0, 39, 0, 0}), riffChunk("ICCP", []byte(iccWith(canary))),
	}
	add := func(id string, data []byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		chunks = append(chunks, riffChunk(id, data))
	}
	if !lossy {
		data, err := webp.Lossless(img)
		add("VP8L", data, err)
	} else {
		if transparent {
			data, err := webp.Alpha(alpha, 48, 48, 40)
			add("ALPH", data, err)
		}
		data, err := webp.Lossy(plane, webp.Quality{})
		add("VP8 ", data, err)
	}
	return riff(append(chunks, riffChunk("EXIF", orientationBlock(6)), riffChunk("XMP ", []byte(canary)))...)
}

// photoBMP is a bitmap of 24 bits with a profile and something behind it.
func photoBMP() []byte {
	const w, h = 48, 40
	profile := iccWith(canary)
	header := make([]byte, bmpFileHeader+bmpV5Header)
	copy(header, "BM")
	le := binary.LittleEndian
	le.PutUint32(header[10:], uint32(len(header)))
	le.PutUint32(header[14:], bmpV5Header)
	le.PutUint32(header[18:], w)
	le.PutUint32(header[22:], h)
	le.PutUint16(header[26:], 1)
	le.PutUint16(header[28:], 24)
	copy(header[bmpFileHeader+bmpColourSpace:], bmpEmbedded)
	le.PutUint32(header[bmpFileHeader+bmpProfileAt:], uint32(bmpV5Header+3*w*h))
	le.PutUint32(header[bmpFileHeader+bmpProfileSize:], uint32(len(profile)))
	for i := range 3 * w * h {
		header = append(header, uint8(i*7))
	}
	return append(append(header, profile...), canary...)
}

// TestCleanWithRegions covers a region in photos of every format, turned where that
// can be, with a profile and metadata: the copy keeps orientation and colours, and
// passes.
func TestCleanWithRegions(t *testing.T) {
	ctx := context.Background()
	withProfile := append([]byte(nil), behindSOI(plainJPEG(t),
		segment(0xE1, exifHeader, string(orientationBlock(6))), segment(0xE2, iccSignature, "\x01\x01", iccWith(canary)), segment(0xFE, canary))...)
	idat := bytes.Index(plainPNG(t), []byte("IDAT")) - 4
	chunks := appendChunk(nil, "iCCP", append([]byte(canary+"\x00\x00"), deflated(iccWith(canary))...))
	chunks = appendChunk(chunks, "eXIf", orientationBlock(8))
	chunks = appendChunk(chunks, "tEXt", []byte("Comment\x00"+canary))
	turnedPNG := append(append(bytes.Clone(plainPNG(t)[:idat]), chunks...), plainPNG(t)[idat:]...)
	plan := &redact.Plan{Version: 1, Regions: []redact.Region{{Box: redact.Box{X: 4, Y: 4, W: 12, H: 12}, Style: redact.Solid}}}
	for name, file := range map[string][]byte{
		"JPEG": withProfile, "PNG": turnedPNG, "BMP": photoBMP(),
		"lossless WebP": photoWebP(t, false, false), "lossless WebP with alpha": photoWebP(t, false, true),
		"lossy WebP": photoWebP(t, true, false), "lossy WebP with alpha": photoWebP(t, true, true),
	} {
		t.Run(name, func(t *testing.T) {
			p, err := scan.Read(ctx, name, file)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Clean(ctx, p, Options{Plan: plan, Noise: seeded(1)})
			if err != nil {
				t.Fatal(err)
			}
			if r.Lossless || len(r.Covered) == 0 || r.Reencoded != strings.HasPrefix(name, "lossy") {
				t.Errorf("lossless %v, encoded anew %v, covered %v", r.Lossless, r.Reencoded, r.Covered)
			}
			if err := Verify(ctx, p, r.Data, r.Covered); err != nil {
				t.Error(err)
			}
			if err := Verify(ctx, p, r.Data, []image.Rectangle{image.Rect(0, 0, 1, 1)}); err == nil {
				t.Error("a change outside the covered place was let through")
			}
			if err := Verify(ctx, p, r.Data, nil); err == nil {
				t.Error("changed pixels were let through")
			}
			c, err := scan.Read(ctx, "copy", r.Data)
			if err != nil {
				t.Fatal(err)
			}
			if c.Orientation != p.Orientation {
				t.Errorf("orientation %d, want %d", c.Orientation, p.Orientation)
			}
			if bytes.Contains(r.Data, []byte(canary)) {
				t.Error("the comment is still there")
			}
			w, err := writerFor(c)
			if err != nil {
				t.Fatal(err)
			}
			if len(w.profile(c)) == 0 {
				t.Error("the profile is lost")
			}
		})
	}
}

// TestRegionsOfMovingPictures are refused in words, not passed over.
func TestRegionsOfMovingPictures(t *testing.T) {
	ctx := context.Background()
	plan := &redact.Plan{Version: 1, Regions: []redact.Region{{Box: redact.Box{X: 0, Y: 0, W: 2, H: 2}, Style: redact.Solid}}}
	frame := riffChunk("ANMF", append(make([]byte, 16), plainWebP()[12:]...))
	p, err := scan.Read(ctx, "moving", riff(riffChunk("VP8X", []byte{webpAnimation, 0, 0, 0, 0, 0, 0, 0, 0, 0}), riffChunk("ANIM", make([]byte, 6)), frame))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Clean(ctx, p, Options{Plan: plan}); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "animated WebP") {
		t.Errorf("got %v, want a refusal", err)
	}
}

// TestCancelled stops before anything is made.
func TestCancelled(t *testing.T) {
	p, err := scan.Read(context.Background(), "a.jpg", plainJPEG(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Clean(ctx, p, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// largest is the folder's largest photo of a format.
func largest(b *testing.B, format string) *scan.Photo {
	b.Helper()
	var path string
	var size int64
	for _, e := range testenv.Index(b, strings.ToUpper(format)) {
		full := filepath.Join(testenv.Photos(b), e.File)
		if info, err := os.Stat(full); err == nil && info.Size() > size && e.Decodes {
			path, size = full, info.Size()
		}
	}
	p, err := scan.Open(context.Background(), path)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func BenchmarkClean(b *testing.B) {
	for _, format := range []string{"jpeg", "png"} {
		b.Run(format, func(b *testing.B) {
			p := largest(b, format)
			b.SetBytes(int64(len(p.Data)))
			for b.Loop() {
				if _, err := Clean(context.Background(), p, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, format := range []string{"jpeg", "png"} {
		b.Run(format, func(b *testing.B) {
			p := largest(b, format)
			r, err := Clean(context.Background(), p, Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(p.Data)))
			for b.Loop() {
				if err := Verify(context.Background(), p, r.Data, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
