package metadata

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blindspot/internal/testenv"
	"blindspot/scan/container"
)

// What reading n bytes may take, however they are made: so much, and so much more
// for each byte. Compressed texts take most of the first, facts of a few bytes each
// most of the second.
const (
	fuzzMemory        = 512 << 20
	fuzzMemoryPerByte = 1 << 10
)

func FuzzEXIF(f *testing.F) {
	for _, b := range hostileBlocks() {
		if len(b) < 1<<16 {
			f.Add(b)
		}
	}
	eachPart(f, "APP1 Exif", func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.exif(b) }) })
}

// FuzzMakerNote reads a note by itself, as that of a camera of some make.
func FuzzMakerNote(f *testing.F) {
	eachPart(f, "APP1 Exif", func(raw []byte) {
		b, first, err := newBlock(raw)
		if err != nil {
			return
		}
		r := &reader{result: &Result{}}
		var note []byte
		r.walk(b, first, "IFD0", func(e entry) {
			switch {
			case e.id == 0x010F:
				b.maker = text(e.value)
			case e.id == tagExifIFD:
				r.walk(b, e.number(b, 0), "ExifIFD", func(e entry) {
					if e.id == tagMakerNote {
						note = e.value
					}
				})
			}
		})
		if note != nil {
			f.Add(b.maker, note, b.order == binary.ByteOrder(binary.BigEndian))
		}
	})
	f.Fuzz(func(t *testing.T, maker string, note []byte, big bool) {
		fuzzed(t, note, func(r *reader) error {
			b := &block{raw: note, order: binary.LittleEndian, seen: map[int64]bool{}, maker: maker}
			if big {
				b.order = binary.BigEndian
			}
			return r.makerNote(b, entry{id: tagMakerNote, typ: 7, count: int64(len(note)), value: note})
		})
	})
}

func FuzzXMP(f *testing.F) {
	f.Add([]byte(xmpRegions))
	eachPart(f, "APP1 XMP", func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.xmp(b) }) })
}

func FuzzPhotoshop(f *testing.F) {
	eachPart(f, "APP13 Photoshop", func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.photoshop(b) }) })
}

func FuzzIPTC(f *testing.F) {
	eachPart(f, "APP13 Photoshop", func(b []byte) {
		if i := bytes.Index(b, []byte("8BIM\x04\x04\x00\x00")); i >= 0 && i+12 < len(b) {
			f.Add(b[i+12:])
		}
	})
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.iptc(b) }) })
}

func FuzzICC(f *testing.F) {
	eachPart(f, "APP2 ICC", func(b []byte) { f.Add(b[2:]) })
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.icc(b) }) })
}

func FuzzGainMap(f *testing.F) {
	f.Add([]byte(GainMapSignature + "\x00\x00\x00\x00"))
	f.Add([]byte(GainMapSignature + "\x00\x00\x00\x00\xc8\x00\x00\x00\x0a" + strings.Repeat("\x00\x00\x00\x01", 17)))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.gainMap(b) }) })
}

func FuzzMPF(f *testing.F) {
	eachPart(f, "APP2 MPF", func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.mpf(b) }) })
}

func FuzzJUMBF(f *testing.F) {
	eachPart(f, "APP11 JUMBF", func(b []byte) { f.Add(b[6:]) })
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.jumbf(b) }) })
}

func FuzzVideo(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x10moov\x00\x00\x00\x08udta"))
	f.Add([]byte("\x00\x00\x00\x26moov\x00\x00\x00\x1eudta\x00\x00\x00\x16\xa9xyz\x00\x0e\x15\xc7+48.8+002.3/"))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.video(b) }) })
}

func FuzzSamsungTrailer(f *testing.F) {
	f.Add(samsungBlock(sefRecord{0x0A01, "Image_UTC_Data", "1573680231123"}, sefRecord{0x0AA1, "MCC_Data", "310"}))
	f.Add(samsungBlock())
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, b, func(r *reader) error { return r.samsungTrailer(b) }) })
}

// FuzzOldCameras reads what cameras wrote before EXIF.
func FuzzOldCameras(f *testing.F) {
	for _, name := range []string{"APP0 CIFF", "APP12", "APP12 PictureInfo"} {
		eachPart(f, name, func(b []byte) { f.Add(b) })
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fuzzed(t, b, func(r *reader) error { r.pictureInfo(b); return r.ciff(b) })
	})
}

// pngTexts are the chunks of a PNG that are read.
var pngTexts = []string{"tEXt", "zTXt", "iTXt", "iCCP", "tIME", "zxIf", "caBX", "eXIf"}

// FuzzPNG reads one chunk of a PNG: texts, and what else they hold.
func FuzzPNG(f *testing.F) {
	f.Add(byte(0), []byte("Raw profile type exif\x00\nexif\n 8\n4949 2a00 0800 0000"))
	f.Add(byte(0), []byte("Raw profile type iptc\x00\n8bim\n 12\n3842 494d 0404 0000 0000 0000"))
	for i, name := range pngTexts {
		eachPart(f, name, func(b []byte) { f.Add(byte(i), b) })
	}
	f.Fuzz(func(t *testing.T, kind byte, b []byte) {
		fuzzed(t, b, func(r *reader) error {
			return r.pngChunk(container.Part{ID: pngTexts[int(kind)%len(pngTexts)]}, b)
		})
	})
}

// FuzzMetadata reads whole files, in which parts are put together, and which may
// hold pictures in pictures.
func FuzzMetadata(f *testing.F) {
	const largest, most = 16 << 10, 40
	n := 0
	for _, e := range testenv.Index(f) {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(f), e.File))
		if err != nil {
			f.Fatal(err)
		}
		if len(data) <= largest && n < most && container.Identify(data).Readable() {
			f.Add(data)
			n++
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := container.Read(data)
		if err != nil {
			return
		}
		fuzzed(t, data, func(r *reader) error { r.file(data, file); return nil })
	})
}

// smallParts are those of the photos' parts that are small, by name and, in a PNG,
// by type. The photos are read once.
var smallParts struct {
	sync.Once
	byName map[string][][]byte
}

// eachPart calls add for parts of that name in the folder of photos.
func eachPart(f *testing.F, name string, add func([]byte)) {
	const most, largest = 20, 8 << 10
	smallParts.Do(func() {
		smallParts.byName = map[string][][]byte{}
		for _, e := range testenv.Index(f, "JPEG", "MPO", "PNG", "APNG") {
			data, err := os.ReadFile(filepath.Join(testenv.Photos(f), e.File))
			if err != nil {
				f.Fatal(err)
			}
			file, err := container.Read(data)
			if err != nil {
				continue
			}
			for _, p := range file.Parts {
				name := p.Name
				if file.Format == container.PNG {
					name = p.ID
				}
				if b := p.Payload(data); len(b) > 8 && len(b) < largest && len(smallParts.byName[name]) < most {
					smallParts.byName[name] = append(smallParts.byName[name], bytes.Clone(b))
				}
			}
		}
	})
	for _, b := range smallParts.byName[name] {
		add(b)
	}
}

// fuzzed reads data without the guard, so that a panic of our own is seen.
func fuzzed(t *testing.T, data []byte, read func(r *reader) error) {
	t.Helper()
	began := time.Now()
	r := &reader{result: &Result{}}
	testenv.Allocates(t, fuzzMemory+fuzzMemoryPerByte*int64(len(data)), func() {
		_ = read(r) // damage is an error; that is fine
	})
	if time.Since(began) > 5*time.Second {
		t.Error("took longer than five seconds")
	}
	if len(r.result.Facts) > maxFacts || len(r.result.Warnings) > maxWarnings || len(r.result.Pictures) > maxPictures {
		t.Errorf("%d facts, %d warnings, %d pictures", len(r.result.Facts), len(r.result.Warnings), len(r.result.Pictures))
	}
	for _, fact := range r.result.Facts {
		if len(fact.Value) > maxValue+len("…") {
			t.Errorf("%s is %d bytes long", fact.Tag, len(fact.Value))
		}
	}
	if p := r.position(); p != nil && (math.Abs(p.Latitude) > 90 || math.Abs(p.Longitude) > 180 || math.IsNaN(p.Latitude+p.Longitude)) {
		t.Errorf("position %+v", *p)
	}
}
