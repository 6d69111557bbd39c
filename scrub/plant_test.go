package scrub

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
)

// canary is planted in every place that can hold it.
const canary = "CANARY-5e1d77c0-HIDDEN"

func picture() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			m.Set(x, y, color.NRGBA{uint8(4 * x), uint8(5 * y), uint8(x * y), 255})
		}
	}
	return m
}

func plainJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func plainPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plainWebP is one white pixel, lossless.
func plainWebP() []byte {
	bits := []byte{0x2F, 0, 0, 0, 0, 0x07, 0xD0, 0xFF, 0xFE, 0xF7, 0xBF, 0xFF, 0x81, 0x88, 0xE8, 0x7F, 0}
	return riff(riffChunk("VP8L", bits))
}

func riffChunk(id string, b []byte) []byte { return appendRIFF(nil, id, b) }

func riff(chunks ...[]byte) []byte {
	body := bytes.Join(chunks, nil)
	out := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)+4))...)
	return append(append(out, "WEBP"...), body...)
}

func extendedWebP(chunks ...[]byte) []byte {
	vp8x := riffChunk("VP8X", []byte{webpEXIF | webpICC | 1<<2, 'C', 'A', 'N', 0, 0, 0, 0, 0, 0})
	return riff(append(append([][]byte{vp8x}, chunks...), plainWebP()[12:])...)
}

// plainBMP is 3 × 2 pixels of 24 bits.
func plainBMP(t testing.TB) []byte {
	t.Helper()
	h := []byte("BM\x4e\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x18\x00" +
		"\x00\x00\x00\x00\x18\x00\x00\x00\x13\x0b\x00\x00\x13\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	return append(h, bytes.Repeat([]byte{10, 20, 30}, 8)...)
}

func segment(marker byte, pieces ...string) []byte {
	return appendSegment(nil, marker, []byte(strings.Join(pieces, "")))
}

// behindSOI puts segments at the beginning of a JPEG.
func behindSOI(file []byte, segments ...[]byte) []byte {
	return append(append(bytes.Clone(file[:2]), bytes.Join(segments, nil)...), file[2:]...)
}

// beforeMarker puts b before the first marker of that kind.
func beforeMarker(file []byte, marker byte, b []byte) []byte {
	i := bytes.Index(file, []byte{0xFF, marker})
	return append(append(bytes.Clone(file[:i]), b...), file[i:]...)
}

// exifWith is an EXIF block with one text in IFD0, one in the Exif IFD, a maker
// note, a thumbnail and bytes that nothing points to, each holding text.
func exifWith(text, thumbnail string) string {
	b := []byte("II*\x00\x08\x00\x00\x00")
	u16 := func(v ...uint16) {
		for _, x := range v {
			b = binary.LittleEndian.AppendUint16(b, x)
		}
	}
	u32 := func(v ...uint32) {
		for _, x := range v {
			b = binary.LittleEndian.AppendUint32(b, x)
		}
	}
	const ifd0, exif, ifd1 = 8, 8 + 2 + 24 + 4, 38 + 2 + 24 + 4
	const data = ifd1 + 2 + 24 + 4
	n := uint32(len(text))
	u16(2)
	u16(0x010E, 2)
	u32(n, data)
	u16(0x8769, 4)
	u32(1, exif)
	u32(ifd1)
	u16(2)
	u16(0x9286, 7)
	u32(n, data+n)
	u16(0x927C, 7)
	u32(n, data+2*n)
	u32(0)
	u16(2)
	u16(0x0201, 4)
	u32(1, data+4*n)
	u16(0x0202, 4)
	u32(1, uint32(len(thumbnail)))
	u32(0)
	return string(b) + text + text + text + text + thumbnail
}

func iccWith(text string) string {
	h := make([]byte, 128)
	h[8] = 2
	copy(h[12:], "mntrRGB XYZ ")
	copy(h[36:], "acsp")
	b := binary.BigEndian.AppendUint32(h, 2)
	b = append(b, "wtpt"...)
	b = binary.BigEndian.AppendUint32(b, 156)
	b = binary.BigEndian.AppendUint32(b, 20)
	b = append(b, "cprt"...)
	b = binary.BigEndian.AppendUint32(b, 176)
	b = binary.BigEndian.AppendUint32(b, uint32(8+len(text)))
	b = append(b, "XYZ \x00\x00\x00\x00\x00\x00\xf3\x51\x00\x01\x00\x00\x00\x01\x16\xcc"...)
	return string(b) + "text\x00\x00\x00\x00" + text
}

const mp4 = "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x40moov"

// jpegPlants plant the canary in a JPEG.
func jpegPlants(t testing.TB) map[string][]byte {
	file := plainJPEG(t)
	second := string(behindSOI(file, segment(0xFE, canary)))
	guid := strings.Repeat("A", 32)
	progressive := recoded(t, "-progressive")
	lastScan := bytes.LastIndex(progressive, []byte{0xFF, 0xDA}) // where the last scan begins
	plants := map[string][]byte{
		"COM":                         behindSOI(file, segment(0xFE, canary)),
		"JFIF thumbnail":              behindSOI(file, segment(0xE0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x03\x03", canary, "12345")),
		"JFXX":                        behindSOI(file, segment(0xE0, "JFXX\x00\x10", second)),
		"Exif":                        behindSOI(file, segment(0xE1, exifHeader, exifWith(canary, ""))),
		"Exif thumbnail":              behindSOI(file, segment(0xE1, exifHeader, exifWith("x", second))),
		"thumbnail in a thumbnail":    behindSOI(file, segment(0xE1, exifHeader, exifWith("x", string(behindSOI(file, segment(0xE1, exifHeader, exifWith("x", second))))))),
		"Photoshop thumbnail":         behindSOI(file, segment(0xED, "Photoshop 3.0\x008BIM\x04\x0c\x00\x00", string(binary.BigEndian.AppendUint32(nil, uint32(28+len(second)))), strings.Repeat("\x00", 28), second)),
		"behind the last block":       slices.Concat(file[:len(file)-2], []byte(canary), file[len(file)-2:]),
		"before a restart marker":     beforeMarker(recoded(t, "-restart", "1"), 0xD1, []byte(canary)),
		"segment between scans":       slices.Concat(progressive[:lastScan], segment(0xFE, canary), progressive[lastScan:]),
		"gap between scans":           slices.Concat(progressive[:lastScan], []byte("\xff\xd0"+canary), progressive[lastScan:]),
		"XMP":                         behindSOI(file, segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00", "<x:xmpmeta xmlns:x='adobe:ns:meta/'>", canary, "</x:xmpmeta>")),
		"ExtendedXMP":                 behindSOI(file, segment(0xE1, "http://ns.adobe.com/xmp/extension/\x00", guid, "\x00\x00\x00\x20\x00\x00\x00\x00", canary)),
		"ICC text":                    behindSOI(file, segment(0xE2, iccSignature, "\x01\x01", iccWith(canary))),
		"broken ICC":                  behindSOI(file, segment(0xE2, iccSignature, "\x01\x01", canary)),
		"ICC with a wrong number":     behindSOI(file, segment(0xE2, iccSignature, "\x07\x02", canary)),
		"MPF":                         behindSOI(file, segment(0xE2, "MPF\x00", canary)),
		"FlashPix":                    behindSOI(file, segment(0xE2, "FPXR\x00", canary)),
		"JUMBF":                       behindSOI(file, segment(0xEB, "JP\x00\x01\x00\x00\x00\x01", canary)),
		"Ducky":                       behindSOI(file, segment(0xEC, "Ducky", canary)),
		"Photoshop":                   behindSOI(file, segment(0xED, "Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x1b\x1c\x02\x50\x00\x16", canary, "\x00")),
		"Adobe":                       behindSOI(file, segment(0xEE, "Adobe\x00\x64\x00\x00\x00\x00\x01", canary)),
		"fill bytes and a gap":        behindSOI(file, []byte(canary), []byte("\xff\xff\xff"), segment(0xFE, canary)),
		"before the scan":             beforeMarker(file, 0xDA, []byte(canary)),
		"segment before the scan":     beforeMarker(file, 0xDA, segment(0xE7, canary)),
		"unused quantisation table":   beforeMarker(file, 0xC0, segment(0xDB, "\x03", pad(canary, 64))),
		"replaced quantisation table": beforeMarker(file, 0xDB, segment(0xDB, "\x00", pad(canary, 64))),
		"unused Huffman table":        beforeMarker(file, 0xC0, segment(0xC4, "\x13", "\x00\x00\x00\x00\x16"+strings.Repeat("\x00", 11), canary)),
		"behind the picture":          append(bytes.Clone(file), canary...),
		"JPEG behind the picture":     append(bytes.Clone(file), second...),
		"video behind the picture":    append(bytes.Clone(file), mp4+canary...),
		"padding and Samsung's block": append(bytes.Clone(file), "\x00\x00\x00\x00"+canary+"SEFH\x6b\x00\x00\x00\x00\x00\x00\x00SEFT"...),
	}
	for marker, signatures := range map[byte][]string{
		0xE0: {"AVI1", "II\x1a\x00\x00\x00HEAPJPGM", "Ocad"}, 0xE1: {"QVCI\x00", "FLIR\x00", "PARROT\x00"},
		0xE2: {"urn:iso:std:iso:ts:21496:-1\x00", "PMPF"}, 0xE3: {"META\x00\x00", "Stim\x00", "_JPSJPS_", "\xff\xd8\xff"}, 0xE4: {"SCALADO\x00"},
		0xE5: {"RMETA\x00", "SEAL\x00"}, 0xE6: {"EPPIM\x00", "NITF\x00", "GoPro\x00"}, 0xE7: {"PENTAX \x00"}, 0xE8: {"SPIFF\x00"},
		0xE9: {"Media Jukebox\x00"}, 0xEA: {"UNICODE\x00", "AROT\x00\x00"}, 0xEB: {"HDR_RI "}, 0xEC: {"PictureInfo"},
		0xED: {"Adobe_CM", "Adobe_Photoshop2.5:"}, 0xEF: {"Q "}, 0xF0: {""}, 0xF7: {""}, 0xFD: {""}, 0xC8: {""}, 0xDF: {""}, 0x02: {""},
	} {
		for _, signature := range signatures {
			plants[fmt.Sprintf("segment %X %q", marker, signature)] = behindSOI(file, segment(marker, signature, canary))
		}
	}
	for i := range byte(16) {
		plants[fmt.Sprintf("APP%d", i)] = behindSOI(file, segment(0xE0+i, canary))
	}
	return plants
}

func pad(s string, n int) string { return s + strings.Repeat("\x01", n-len(s)) }

func deflated(b ...string) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write([]byte(strings.Join(b, ""))); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// pngPlants plant the canary in a PNG.
func pngPlants(t testing.TB) map[string][]byte {
	file := plainPNG(t)
	idat := bytes.Index(file, []byte("IDAT")) - 4
	length := int(binary.BigEndian.Uint32(file[idat:]))
	before := func(id string, payload ...string) []byte {
		c := appendChunk(nil, id, []byte(strings.Join(payload, "")))
		return append(append(bytes.Clone(file[:idat]), c...), file[idat:]...)
	}
	withIDAT := func(payload []byte) []byte {
		return append(appendChunk(bytes.Clone(file[:idat]), "IDAT", payload), file[idat+12+length:]...)
	}
	pixels := file[idat+8 : idat+8+length]
	z, err := zlib.NewReader(bytes.NewReader(pixels))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	stored := func(b string) []byte { // packed so that a search would find it
		var out bytes.Buffer
		z, err := zlib.NewWriterLevel(&out, zlib.NoCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(z, b); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	return map[string][]byte{
		"tEXt":                before("tEXt", "Comment\x00", canary),
		"tEXt keyword":        before("tEXt", canary, "\x00x"),
		"zTXt":                before("zTXt", "Comment\x00\x00", string(deflated(canary))),
		"iTXt":                before("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00", canary),
		"raw profile":         before("tEXt", "Raw profile type exif\x00\nexif\n 22\n", fmt.Sprintf("%x", canary)),
		"eXIf":                before("eXIf", exifWith(canary, "")),
		"iCCP name":           before("iCCP", canary, "\x00\x00", string(deflated(iccWith("x")))),
		"iCCP":                before("iCCP", "x\x00\x00", string(stored(iccWith(canary)))),
		"tIME":                before("tIME", canary[:7]),
		"private chunk":       before("prVt", canary),
		"sPLT":                before("sPLT", canary, "\x00\x08"),
		"hIST":                before("hIST", canary),
		"caBX":                before("caBX", canary),
		"pHYs":                before("pHYs", canary[:9]),
		"gAMA of wrong size":  before("gAMA", canary),
		"behind IEND":         append(bytes.Clone(file), canary...),
		"PNG behind IEND":     append(append(bytes.Clone(file), file...), canary...),
		"chunk behind IEND":   append(bytes.Clone(file), appendChunk(nil, "tEXt", []byte("Comment\x00"+canary))...),
		"behind the stream":   withIDAT(append(bytes.Clone(pixels), canary...)),
		"within the stream":   withIDAT(stored(string(lines) + canary)),
		"frames without acTL": beforeEnd(file, fcTL(0, ""), fdAT(1, canary)),
		"acTL behind":         beforeEnd(file, appendChunk(nil, "acTL", []byte{0, 0, 0, 1, 0, 0, 0, 0}), fcTL(0, ""), fdAT(1, canary)),
		"one frame too many": beforeEnd(slices.Concat(file[:idat], appendChunk(nil, "acTL", []byte{0, 0, 0, 1, 0, 0, 0, 0}), fcTL(0, ""), file[idat:]),
			fcTL(1, ""), fdAT(2, canary)),
		"fdAT without fcTL":   beforeEnd(before("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"), fdAT(0, canary)),
		"fcTL in plenty":      beforeEnd(file, fcTL(0, canary[:6]), fcTL(1, canary[4:10])),
		"IDAT behind a frame": beforeEnd(file, fcTL(0, ""), appendChunk(nil, "IDAT", []byte(canary))),
		"gAMA":                before("gAMA", canary[:4]),
		"cHRM":                before("cHRM", pad(canary, 32)),
		"mDCV":                before("mDCV", pad(canary, 24)),
		"cLLI":                before("cLLI", canary[:8]),
		"cICP":                before("cICP", canary[:4]),
		"PLTE of no use":      before("PLTE", pad(canary, 24)),
		"tRNS of wrong size":  before("tRNS", canary),
		"bKGD of wrong size":  before("bKGD", canary[:5]),
		"second IHDR":         before("IHDR", canary[:13]),
		"bytes before IEND":   append(append(bytes.Clone(file[:len(file)-12]), canary...), file[len(file)-12:]...),
		"within IEND":         append(bytes.Clone(file[:len(file)-12]), appendChunk(nil, "IEND", []byte(canary))...),
		"eXIf within":         before("eXIf", exifWith("x", string(behindSOI(plainJPEG(t), segment(0xE1, exifHeader, exifWith("x", string(behindSOI(plainJPEG(t), segment(0xFE, canary))))))))),
		"dSIG":                before("dSIG", canary),
		"zTXt profile":        before("zTXt", "Raw profile type APP1\x00\x00", string(stored(fmt.Sprintf("\nAPP1\n %d\n%x", len(canary), canary)))),
		"plays of an animation": beforeEnd(slices.Concat(file[:idat], appendChunk(nil, "acTL", []byte("\x00\x00\x00\x02"+canary[:4])), fcTL(0, ""), file[idat:]),
			fcTL(1, ""), fdAT(2, string(pixels))),
		"numbers of an animation": beforeEnd(slices.Concat(file[:idat], appendChunk(nil, "acTL", []byte(canary[:4]+"\x00\x00\x00\x00")), fcTL('C', ""), file[idat:]),
			appendChunk(nil, "fcTL", append([]byte(canary[:4]), frame(0, "")[4:]...)), appendChunk(nil, "fdAT", append([]byte(canary[:4]), pixels...))),
		"behind a frame's stream": beforeEnd(slices.Concat(file[:idat], appendChunk(nil, "acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}), fcTL(0, ""), file[idat:]),
			fcTL(1, ""), fdAT(2, string(pixels)), fdAT(3, canary)),
		"IDAT of its own": append(appendChunk(bytes.Clone(file[:idat+12+length]), "IDAT", []byte(canary)), file[idat+12+length:]...),
	}
}

// fcTL is the chunk of frame.
func fcTL(number byte, text string) []byte { return appendChunk(nil, "fcTL", frame(number, text)) }

// frame is a frame header for picture whose last bytes are text.
func frame(number byte, text string) []byte {
	b := make([]byte, 26)
	b[3], b[7], b[11], b[21], b[23] = number, 64, 48, 1, 10
	copy(b[20:], text)
	return b
}

func fdAT(number byte, text string) []byte {
	return appendChunk(nil, "fdAT", append([]byte{0, 0, 0, number}, text...))
}

// beforeEnd puts chunks before IEND.
func beforeEnd(file []byte, chunks ...[]byte) []byte {
	end := len(file) - 12
	return slices.Concat(file[:end], bytes.Join(chunks, nil), file[end:])
}

func webpPlants() map[string][]byte {
	frame := riffChunk("ANMF", append(make([]byte, 15), append([]byte{0xFC}, append(riffChunk("hidn", []byte(canary)), plainWebP()[12:]...)...)...))
	animated := riff(riffChunk("VP8X", []byte{webpAnimation, 0, 0, 0, 0, 0, 0, 0, 0, 0}), riffChunk("ANIM", append(make([]byte, 6), canary...)), frame)
	hidden := riffChunk("ANMF", append(make([]byte, 16), riffChunk("VP8L", []byte(canary))...))
	return map[string][]byte{
		"EXIF":               extendedWebP(riffChunk("EXIF", []byte(exifWith(canary, "")))),
		"XMP":                extendedWebP(riffChunk("XMP ", []byte(canary))),
		"ICCP":               extendedWebP(riffChunk("ICCP", []byte(iccWith(canary)))),
		"unknown chunk":      extendedWebP(riffChunk("hidn", []byte(canary))),
		"VP8X":               riff(riffChunk("VP8X", append(make([]byte, 10), canary...)), plainWebP()[12:]),
		"behind the RIFF":    append(plainWebP(), canary...),
		"frame and its head": animated,
		"second bitstream":   riff(plainWebP()[12:], riffChunk("VP8L", []byte(canary))),
		"frame of a still": riff(riffChunk("VP8X", make([]byte, 10)), plainWebP()[12:],
			riffChunk("ANIM", make([]byte, 6)), hidden),
		"frame without ANIM": riff(riffChunk("VP8X", []byte{webpAnimation, 0, 0, 0, 0, 0, 0, 0, 0, 0}), plainWebP()[12:], hidden),
		"frame unannounced":  riff(plainWebP()[12:], hidden),
		"second bitstream of a frame": riff(riffChunk("VP8X", []byte{webpAnimation, 0, 0, 0, 0, 0, 0, 0, 0, 0}), riffChunk("ANIM", make([]byte, 6)),
			riffChunk("ANMF", slices.Concat(make([]byte, 16), plainWebP()[12:], riffChunk("VP8L", []byte(canary))))),
		"header and profile of a frame": riff(riffChunk("VP8X", []byte{webpAnimation | webpICC, 0, 0, 0, 0, 0, 0, 0, 0, 0}), riffChunk("ANIM", make([]byte, 6)),
			riffChunk("ANMF", slices.Concat(make([]byte, 16), riffChunk("VP8X", nil), riffChunk("ICCP", []byte(iccWith(canary))), plainWebP()[12:]))),
	}
}

func bmpPlants(t testing.TB) map[string][]byte {
	file := plainBMP(t)
	reserved := bytes.Clone(file)
	copy(reserved[6:10], canary)
	gap := append(append(bytes.Clone(file[:54]), canary...), file[54:]...)
	binary.LittleEndian.PutUint32(gap[10:], uint32(54+len(canary)))
	// at is a bitmap with text at an offset of its header, which has size bytes.
	at := func(size, offset int, text string) []byte {
		b := slices.Concat(file[:54], make([]byte, size-bmpInfoHeader), file[54:])
		binary.LittleEndian.PutUint32(b[10:], uint32(bmpFileHeader+size))
		binary.LittleEndian.PutUint32(b[14:], uint32(size))
		copy(b[bmpFileHeader+offset:], text)
		return b
	}
	withProfile := func(profile, between string) []byte {
		b := at(bmpV5Header, bmpColourSpace, bmpEmbedded)
		binary.LittleEndian.PutUint32(b[bmpFileHeader+bmpProfileAt:], uint32(len(b)-bmpFileHeader+len(between)))
		binary.LittleEndian.PutUint32(b[bmpFileHeader+bmpProfileSize:], uint32(len(profile)))
		return append(b, between+profile...)
	}
	linked := withProfile(`C:\`+canary, "")
	copy(linked[bmpFileHeader+bmpColourSpace:], "KNIL") // "LINK", little-endian
	return map[string][]byte{
		"reserved":                  reserved,
		"before the pixels":         gap,
		"behind the picture":        append(bytes.Clone(file), canary...),
		"size, resolution, colours": at(bmpInfoHeader, bmpImageSize, canary[:20]),
		"masks of no use":           at(bmpMasksEnd, bmpInfoHeader, canary[:16]),
		"header of OS/2":            at(bmpOS2Header, bmpInfoHeader, canary),
		"colour space":              at(bmpV4Header, bmpColourSpace, canary[:4]),
		"endpoints":                 at(bmpV4Header, bmpEndpoints, canary),
		"endpoints of no use":       at(bmpV5Header, bmpColourSpace, bmpSRGB+canary),
		"intent and behind it":      at(bmpV5Header, bmpIntent, canary[:16]),
		"profile":                   withProfile(iccWith(canary), ""),
		"broken profile":            withProfile(canary, ""),
		"linked profile":            linked,
		"before the profile":        withProfile(iccWith("x"), canary),
		"behind the profile":        append(withProfile(iccWith("x"), ""), canary...),
		"colours that no pixel has": bitmap(4, 1, 8, 0, strings.Repeat("\x00\x00\x00\x00", 4)+pad(canary, 1008), "\x00\x01\x02\x03"),
		"behind runs":               bitmap(4, 1, 8, 1, strings.Repeat("\x00", 1024), "\x04\x01\x00\x01"+canary),
		"runs behind the last row":  bitmap(4, 1, 8, 1, strings.Repeat("\x00", 1024), "\x04\x01\x00\x00\x00\x16"+canary),
	}
}

// TestNoCanarySurvives plants a string in every place that can hold one: each is
// within a part that is listed, and none is in the copy.
func TestNoCanarySurvives(t *testing.T) {
	all := map[string]map[string][]byte{"JPEG": jpegPlants(t), "PNG": pngPlants(t), "WebP": webpPlants(), "BMP": bmpPlants(t)}
	plain := map[string][]byte{"JPEG": plainJPEG(t), "PNG": plainPNG(t), "WebP": plainWebP(), "BMP": plainBMP(t)}
	for format, plants := range all {
		for name, file := range plants {
			t.Run(format+"/"+name, func(t *testing.T) {
				_, r := cleanBytes(t, file)
				// Four bytes are enough to tell it from other strings.
				if bytes.Contains(r.Data, []byte("CANA")) || bytes.Contains(r.Data, []byte(canary[4:12])) {
					t.Errorf("the string is still there")
				}
				if i := bytes.Index(file, []byte(canary)); i >= 0 && listed(r, int64(i)) == rewritten[name] {
					t.Errorf("listed as removed: %v", !rewritten[name])
				}
				if format == "JPEG" || format == "PNG" {
					samePixels(t, plain[format], r.Data)
				}
			})
		}
	}
}

// rewritten are the plants within a part that stays, without them.
var rewritten = map[string]bool{
	"ICC text": true, "broken ICC": true, "ICC with a wrong number": true, "Adobe": true,
	"iCCP": true, "iCCP name": true,
	"ICCP": true, "VP8X": true, "frame and its head": true,
	"endpoints": true, "endpoints of no use": true, "header of OS/2": true, "profile": true, "broken profile": true, "linked profile": true,
	"colours that no pixel has": true,
}

// listed reports whether the byte at offset is in a part that is gone.
func listed(r *Result, offset int64) bool {
	for _, part := range r.Removed {
		if offset >= part.Offset && offset < part.Offset+part.Length {
			return true
		}
	}
	return false
}

func cleanBytes(t testing.TB, file []byte) (*scan.Photo, *Result) {
	t.Helper()
	ctx := context.Background()
	p, err := scan.Read(ctx, "planted", file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Clean(ctx, p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(ctx, p, r.Data, nil); err != nil {
		t.Fatal(err)
	}
	return p, r
}

func samePixels(t testing.TB, a, b []byte) {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	n, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds() != n.Bounds() {
		t.Fatalf("bounds %v, not %v", n.Bounds(), m.Bounds())
	}
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			if m.At(x, y) != n.At(x, y) {
				t.Fatalf("pixel %d,%d differs", x, y)
			}
		}
	}
}

// TestVerifyRefuses changes a clean copy in ways that Verify must notice.
func TestVerifyRefuses(t *testing.T) {
	ctx := context.Background()
	turned := behindSOI(plainJPEG(t), segment(0xE1, exifHeader, string(orientationBlock(6))), segment(0xE2, iccSignature, "\x01\x01", iccWith("x")))
	original, r := cleanBytes(t, turned)
	copied := r.Data
	find := func(b ...byte) int { return bytes.Index(copied, b) }
	change := func(at int, b byte) []byte {
		out := bytes.Clone(copied)
		out[at] ^= b
		return out
	}
	without := func(marker byte) []byte {
		i := find(0xFF, marker)
		n := 2 + int(binary.BigEndian.Uint16(copied[i+2:]))
		return append(bytes.Clone(copied[:i]), copied[i+n:]...)
	}
	for name, file := range map[string][]byte{
		"thumbnail":         behindSOI(without(0xE1), segment(0xE1, exifHeader, exifWith("x", string(plainJPEG(t))))),
		"JFXX thumbnail":    behindSOI(copied, segment(0xE0, "JFXX\x00\x10", string(plainJPEG(t)))),
		"second EXIF":       behindSOI(copied, segment(0xE1, exifHeader, string(orientationBlock(6)))),
		"trailer":           append(bytes.Clone(copied), "x"...),
		"JPEG behind":       append(bytes.Clone(copied), copied...),
		"XMP":               behindSOI(copied, segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00<x/>")),
		"COM":               behindSOI(copied, segment(0xFE, "x")),
		"gap":               behindSOI(copied, []byte("x")),
		"fill":              behindSOI(copied, []byte{0xFF}),
		"unused table":      beforeMarker(copied, 0xC0, segment(0xDB, "\x03", pad("", 64))),
		"pixel":             change(len(copied)-40, 1),
		"table":             change(find(0xFF, 0xDB)+20, 1),
		"orientation":       change(find([]byte(exifHeader)...)+6+19, 1),
		"lost orientation":  without(0xE1),
		"lost profile":      without(0xE2),
		"profile's words":   behindSOI(without(0xE2), segment(0xE2, iccSignature, "\x01\x01", iccWith("x"))),
		"other profile":     change(find([]byte("\x00\x01\x16\xcc")...)+2, 1),
		"no end":            copied[:len(copied)-2],
		"another picture":   plainJPEG(t)[:100],
		"another format":    plainPNG(t),
		"the original":      turned,
		"APP14 of no use":   behindSOI(copied, segment(0xEE, "Adobe\x00\x64\x00\x00\x00\x00\x01")),
		"empty":             {},
		"private APP":       behindSOI(copied, segment(0xE9, "x")),
		"JPEG in a comment": behindSOI(copied, segment(0xFE, string(plainJPEG(t)))),
	} {
		if err := Verify(ctx, original, file, nil); err == nil {
			t.Errorf("JPEG: %s was let through", name)
		}
	}
	if err := Verify(ctx, original, copied, nil); err != nil {
		t.Errorf("the copy itself is refused: %v", err)
	}

	file := plainPNG(t)
	original, r = cleanBytes(t, file)
	idat := bytes.Index(r.Data, []byte("IDAT")) - 4
	plant := func(chunk []byte) []byte {
		return append(append(bytes.Clone(r.Data[:idat]), chunk...), r.Data[idat:]...)
	}
	pixel := bytes.Clone(r.Data)
	pixel[idat+40] ^= 1
	for name, file := range map[string][]byte{
		"text":           plant(appendChunk(nil, "tEXt", []byte("a\x00b"))),
		"EXIF":           plant(appendChunk(nil, "eXIf", []byte(exifWith("x", "")))),
		"turned":         plant(appendChunk(nil, "eXIf", orientationBlock(3))),
		"private":        plant(appendChunk(nil, "prVt", nil)),
		"gamma":          plant(appendChunk(nil, "gAMA", []byte{0, 0, 1, 1})),
		"second IHDR":    plant(r.Data[8:33]),
		"wrong checksum": pixel,
		"trailer":        append(bytes.Clone(r.Data), 0),
		"empty IDAT":     plant(appendChunk(nil, "IDAT", []byte("x"))),
	} {
		if err := Verify(ctx, original, file, nil); err == nil {
			t.Errorf("PNG: %s was let through", name)
		}
	}
}

// TestRefusedWithReason checks that what cannot be cleaned says why in words.
func TestRefusedWithReason(t *testing.T) {
	file := plainJPEG(t)
	sof := bytes.Index(file, []byte{0xFF, 0xC0})
	sos := bytes.Index(file, []byte{0xFF, 0xDA})
	progressive := recoded(t, "-progressive")
	hierarchical := bytes.Clone(file)
	hierarchical[sof+1] = 0xC5
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"scan twice":             {slices.Concat(file[:len(file)-2], file[sos:]), "second picture"},
		"progressive scan twice": {slices.Concat(progressive[:len(progressive)-2], progressive[bytes.Index(progressive, []byte{0xFF, 0xDA}):]), "second picture"},
		"HEIC":                   {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "not supported yet"},
		"hierarchical":           {hierarchical, "hierarchical"},
		"two frames":             {beforeMarker(file, 0xC0, file[sof:sof+2+int(file[sof+3])]), "picture headers"},
		"still and animation": {riff(riffChunk("VP8X", []byte{webpAnimation, 0, 0, 0, 0, 0, 0, 0, 0, 0}), plainWebP()[12:],
			riffChunk("ANIM", make([]byte, 6)), riffChunk("ANMF", append(make([]byte, 16), plainWebP()[12:]...))), "at once"},
		"long DQT": {beforeMarker(file, 0xDA, segment(0xDB, "\x00", pad("", 70))), "length of segment DQT"},
	} {
		p, _ := scan.Read(context.Background(), name, c.file)
		if p == nil {
			t.Errorf("%s: not read", name)
			continue
		}
		if _, err := Clean(context.Background(), p, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// FuzzClean checks that what cleans passes the check, that cleaning it again
// changes nothing, that no more memory is taken than is stated, and that the copy
// is made of what is allowed.
func FuzzClean(f *testing.F) {
	for _, plants := range []map[string][]byte{jpegPlants(f), pngPlants(f), webpPlants(), bmpPlants(f)} {
		for _, file := range plants {
			f.Add(file)
		}
	}
	const largest, perFormat = 8 << 10, 12
	seeds := map[container.Format]int{}
	for _, e := range testenv.Index(f, formats...) {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(f), e.File))
		if err != nil {
			f.Fatal(err)
		}
		if format := container.Identify(data); len(data) <= largest && seeds[format] < perFormat {
			seeds[format]++
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		ctx := context.Background()
		p, err := scan.Read(ctx, "fuzz", file)
		if err != nil {
			return
		}
		if p.Format == container.WebP && claimsMuch(p) {
			return // to be refused, or decoded at that size
		}
		var r *Result
		// A colour profile may grow to maxProfile, and is read some times; scans are
		// followed in maxBlocks; inflating and decoding take the rest.
		const memory, perByte = 512 << 20, 1 << 10
		testenv.Allocates(t, memory+perByte*int64(len(file)), func() { r, err = Clean(ctx, p, Options{}) })
		if err != nil {
			if !errors.Is(err, ErrRefused) {
				t.Errorf("the error does not wrap ErrRefused: %v", err)
			}
			return
		}
		if err := Verify(ctx, p, r.Data, nil); err != nil {
			t.Fatal(err)
		}
		c, err := scan.Read(ctx, "copy", r.Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range c.Parts {
			if !allowedPart(part) {
				t.Fatalf("the copy holds %s", part.Name)
			}
		}
		again, err := Clean(ctx, c, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Data, r.Data) {
			t.Fatal("cleaning the copy changes it")
		}
		if len(again.Removed) > 0 {
			t.Fatalf("of the copy %s is removed", again.Removed[0].Name)
		}
	})
}

// claimsMuch reports whether a small WebP says that it is large: its bitstreams
// are decoded, which takes the memory that such a picture takes.
func claimsMuch(p *scan.Photo) bool {
	const most = 1 << 20
	if p.Width*p.Height > most {
		return true
	}
	return slices.ContainsFunc(p.Parts, func(part container.Part) bool {
		b := part.Payload(p.Data)
		switch {
		case part.ID == "VP8 " && len(b) >= 10:
			return int(binary.LittleEndian.Uint16(b[6:])&0x3FFF)*int(binary.LittleEndian.Uint16(b[8:])&0x3FFF) > most
		case part.ID == "VP8L" && len(b) >= 5:
			bits := binary.LittleEndian.Uint32(b[1:])
			return int(1+bits&0x3FFF)*int(1+bits>>14&0x3FFF) > most
		case part.ID == "ANMF":
			w, h := frameSides(b)
			return w*h > most
		}
		return false
	})
}

// allowedPart reports whether a copy may hold such a part. It is written anew here,
// so that a mistake in the writers' own lists is seen.
func allowedPart(part container.Part) bool {
	switch part.Kind {
	case container.Pixels, container.Structure, container.Colour:
		return !strings.HasPrefix(part.ID, "APP") || slices.Contains([]string{"APP0 JFIF", "APP2 ICC", "APP14 Adobe"}, part.Name)
	case container.Metadata:
		return slices.Contains([]string{"APP1 Exif", "eXIf", "EXIF", "pHYs"}, part.Name) // the orientation, the pixels' shape
	}
	return false
}
