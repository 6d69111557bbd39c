package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

// tinyJPEG is the markers of a JPEG around four bytes of scan data.
func tinyJPEG(before, behind string) []byte {
	return []byte("\xff\xd8" + before +
		"\xff\xdb\x00\x43\x00" + strings.Repeat("\x01", 64) +
		"\xff\xc0\x00\x0b\x08\x00\x08\x00\x10\x01\x01\x11\x00" +
		"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34" + behind)
}

func names(f *File) string {
	var n []string
	for _, p := range f.Parts {
		n = append(n, p.Name)
	}
	return strings.Join(n, ", ")
}

func TestJPEGParts(t *testing.T) {
	const picture = "DQT, SOF0 baseline, SOS, scan data"
	mp4 := "\x00\x00\x00\x14ftypmp42\x00\x00\x00\x00mp42\x00\x00\x00\x0cfree1234"
	for name, c := range map[string]struct {
		before, behind, want string
	}{
		"plain":             {"", "\xff\xd9", "SOI, " + picture + ", EOI"},
		"Exif and XMP":      {"\xff\xe1\x00\x0aExif\x00\x00ab\xff\xe1\x00\x20http://ns.adobe.com/xap/1.0/\x00x", "\xff\xd9", "SOI, APP1 Exif, APP1 XMP, " + picture + ", EOI"},
		"fill bytes":        {"\xff\xff\xff\xfe\x00\x03a", "\xff\xff\xd9", "SOI, fill bytes, COM, " + picture + ", fill bytes, EOI"},
		"gap":               {"ab\xff\xfe\x00\x03a", "\xff\xd9", "SOI, bytes between segments, COM, " + picture + ", EOI"},
		"restart markers":   {"", "\xff\xd0\x12\xff\xd1\x34\xff\xd9", "SOI, " + picture + ", EOI"},
		"stuffed fill":      {"", "\xff\xff\x00\x12\xff\xd9", "SOI, " + picture + ", EOI"},
		"comment in scans":  {"", "\xff\xfe\x00\x03a\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\xd9", "SOI, " + picture + ", COM, SOS, scan data, EOI"},
		"number of lines":   {"", "\xff\xdc\x00\x04\x00\x08\xff\xd9", "SOI, " + picture + ", DNL, EOI"},
		"no end":            {"", "", "SOI, " + picture},
		"ends in fill":      {"", "\xff", "SOI, " + picture + ", fill bytes"},
		"trailer":           {"", "\xff\xd9abc", "SOI, " + picture + ", EOI, trailer"},
		"padding":           {"", "\xff\xd9\x00\x00\x00abc", "SOI, " + picture + ", EOI, padding, trailer"},
		"JPEG behind":       {"", "\xff\xd9" + string(tinyJPEG("", "\xff\xd9")) + "x", "SOI, " + picture + ", EOI, JPEG behind the picture, trailer"},
		"video behind":      {"", "\xff\xd9" + mp4 + "SEFHxSEFT", "SOI, " + picture + ", EOI, motion photo video, Samsung trailer"},
		"padding and video": {"", "\xff\xd9\x00\x00" + mp4, "SOI, " + picture + ", EOI, padding, motion photo video"},
		"second SOI":        {"", string(tinyJPEG("", "\xff\xd9")), "SOI, " + picture + ", JPEG behind the picture"},
		"cut segment":       {"", "\xff\xfe\x40\x00abc", "SOI, " + picture + ", unreadable rest"},
		"wrong XMP header":  {"\xff\xe1\x00\x0fbad <?xpacket", "\xff\xd9", "SOI, APP1 XMP, " + picture + ", EOI"},
		"unknown APP":       {"\xff\xe9\x00\x05abc", "\xff\xd9", "SOI, APP9, " + picture + ", EOI"},
	} {
		data := tinyJPEG(c.before, c.behind)
		f, err := Read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkCover(t, name, data, f.Parts)
		if got := names(f); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
		if f.Width != 16 || f.Height != 8 {
			t.Errorf("%s: %d × %d, want 16 × 8", name, f.Width, f.Height)
		}
	}
}

func TestMPFPictureIsNamed(t *testing.T) {
	const index = "MM\x00*\x00\x00\x00\x08\x00\x01\xb0\x02\x00\x07\x00\x00\x00\x20\x00\x00\x00\x1a\x00\x00\x00\x00"
	entry := func(offset uint32) string {
		return string(append(append(make([]byte, 8), binary.BigEndian.AppendUint32(nil, offset)...), 0, 0, 0, 0))
	}
	file := func(offset uint32) []byte {
		payload := "MPF\x00" + index + entry(0) + entry(offset)
		return tinyJPEG("\xff\xe2\x00"+string(rune(len(payload)+2))+payload, "\xff\xd9"+string(tinyJPEG("", "\xff\xd9")))
	}
	const header = 2 + 4 + 4 // SOI, marker and length, signature
	first := file(0)
	second := bytes.LastIndex(first, []byte{0xFF, 0xD8})
	f, err := Read(file(uint32(second - header)))
	if err != nil {
		t.Fatal(err)
	}
	if last := f.Parts[len(f.Parts)-1]; last.Name != "MPF picture" || last.Kind != Thumbnail {
		t.Errorf("got %+v", last)
	}
}

func TestBrokenFiles(t *testing.T) {
	for name, data := range map[string][]byte{
		"JPEG without pixels":    []byte("\xff\xd8\xff\xfe\x00\x03a"),
		"JPEG with a long head":  []byte("\xff\xd8\xff\xfe\xff\xff"),
		"JPEG of two bytes more": []byte("\xff\xd8\xff\xd9"),
		"PNG without IHDR":       []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xaeB`\x82"),
		"PNG signature":          []byte("\x89PNG\r\n\x1a\n"),
		"PNG of a huge chunk":    []byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"),
		"WebP header":            []byte("RIFF\x04\x00\x00\x00WEBP"),
		"WebP of size 0":         []byte("RIFF\x00\x00\x00\x00WEBP"),
		"WebP of a huge chunk":   []byte("RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff"),
		"BMP header":             []byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"),
	} {
		if _, err := Read(data); !errors.Is(err, ErrStructure) {
			t.Errorf("%s: got %v, want ErrStructure", name, err)
		}
	}
	if _, err := Read([]byte("GIF89a")); !errors.Is(err, ErrFormat) {
		t.Errorf("GIF: got %v, want ErrFormat", err)
	}
}

func TestPartsAreBounded(t *testing.T) {
	data := tinyJPEG(strings.Repeat("\xff\xfe\x00\x02", maxParts), "\xff\xd9")
	if _, err := Read(data); !errors.Is(err, ErrStructure) {
		t.Errorf("%d comments: got %v", maxParts, err)
	}
	data = tinyJPEG("", "\xff\xd9"+strings.Repeat("\xff\xd8\xffx", 100_000))
	f, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	checkCover(t, "many trailers", data, f.Parts)
	if len(f.Parts) > maxTrailerParts+10 {
		t.Errorf("%d parts", len(f.Parts))
	}
}

func TestIdentify(t *testing.T) {
	for data, want := range map[string]Format{
		"": Unrecognised,
		"BMW is a car, not a bitmap at all.......":     Unrecognised,
		"\xff\xd8\xff\xe0":                             JPEG,
		"\xff\xd8 no marker at all":                    Unrecognised,
		"\x00\x00\x00\x14ftypavif\x00\x00\x00\x00mif1": AVIF,
		"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00avif": AVIF,
		"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00heic": HEIC,
		"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00miaf": HEIC,
		"\x00\x00\x00\x14ftypcrx \x00\x00\x00\x00isom": Raw,
		"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp42": Video,
		"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ": Video,
		"\x1aE\xdf\xa3":                  Video,
		"8BPS\x00\x02":                   PSD,
		"\xff\x0a":                       JPEGXL,
		"\x00\x00\x00\x0cJXL \r\n\x87\n": JPEGXL,
		"\x00\x00\x00\x0cjP  \r\n\x87\n": JPEG2000,
		"\xff\x4f\xff\x51":               JPEG2000,
		"II+\x00\x08\x00\x00\x00":        TIFF,
		"II*\x00\x10\x00\x00\x00CR\x02":  Raw,
		"II\x1a\x00\x00\x00HEAPCCDR":     Raw,
		"FUJIFILMCCD-RAW":                Raw,
		"II*\x00\x08\x00\x00\x00\x01\x00\x12\xc6\x01\x00\x04\x00\x00\x00\x01\x04\x00\x00": Raw,
		"II*\x00\x08\x00\x00\x00\x00\x00":                                                 TIFF,
	} {
		if got := Identify([]byte(data)); got != want {
			t.Errorf("%q: %s, want %s", data, got, want)
		}
	}
}

// FuzzRead checks that whatever is read is covered by parts.
func FuzzRead(f *testing.F) {
	f.Add(tinyJPEG("", "\xff\xd9"))
	const largest, perFormat = 8 << 10, 12
	count := map[Format]int{}
	for _, e := range testenv.Index(f) {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(f), e.File))
		if err != nil {
			f.Fatal(err)
		}
		if format := Identify(data); format.Readable() && len(data) <= largest && count[format] < perFormat {
			count[format]++
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// A part takes a byte of the file at least.
		const memory, perByte = 1 << 20, 1 << 10
		var file *File
		var err error
		testenv.Allocates(t, memory+perByte*int64(len(data)), func() { file, err = Read(data) })
		if err != nil {
			return
		}
		checkCover(t, "fuzz", data, file.Parts)
		if file.Width <= 0 || file.Height < 0 {
			t.Errorf("%d × %d", file.Width, file.Height)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var data []byte
	for _, e := range testenv.Index(b, "JPEG") {
		d, err := os.ReadFile(filepath.Join(testenv.Photos(b), e.File))
		if err != nil {
			b.Fatal(err)
		}
		if len(d) > len(data) {
			data = d
		}
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}
