package metadata

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"blindspot/scan/container"
)

// entryOf is one IFD entry of a block made by buildTIFF.
type entryOf struct {
	tag, typ uint16
	count    uint32
	value    string // placed behind the IFDs if longer than four bytes
}

// buildTIFF makes a little-endian block of IFDs that follow each other. next
// overrides the offset of the next IFD where it is not negative.
func buildTIFF(next int, ifds ...[]entryOf) []byte {
	le := binary.LittleEndian
	b := []byte("II*\x00\x08\x00\x00\x00")
	data := 8
	for _, ifd := range ifds {
		data += 2 + 12*len(ifd) + 4
	}
	var values []byte
	for i, ifd := range ifds {
		b = le.AppendUint16(b, uint16(len(ifd)))
		for _, e := range ifd {
			b = le.AppendUint16(b, e.tag)
			b = le.AppendUint16(b, e.typ)
			b = le.AppendUint32(b, e.count)
			if len(e.value) <= 4 {
				b = append(b, (e.value + "\x00\x00\x00\x00")[:4]...)
				continue
			}
			b = le.AppendUint32(b, uint32(data+len(values)))
			values = append(values, e.value...)
		}
		switch {
		case next >= 0:
			b = le.AppendUint32(b, uint32(next))
		case i+1 < len(ifds):
			b = le.AppendUint32(b, uint32(len(b)+4))
		default:
			b = le.AppendUint32(b, 0)
		}
	}
	return append(b, values...)
}

func long(v uint32) string { return string(binary.LittleEndian.AppendUint32(nil, v)) }

func rationals(v ...uint32) string {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return string(b)
}

// gpsBlock is a block whose GPS IFD holds the entries.
func gpsBlock(entries ...entryOf) []byte {
	const gpsAt = 8 + 2 + 12 + 4
	return buildTIFF(-1, []entryOf{{tagGPS, 4, 1, long(gpsAt)}}, entries)
}

func readEXIF(t *testing.T, block []byte) *Result {
	t.Helper()
	r := &reader{result: &Result{}}
	within(t, func() { r.guard("EXIF", func() error { return r.exif(block) }) })
	r.result.Position = r.position()
	return r.result
}

// within fails if fn takes longer than hostile bytes may make it take.
func within(t *testing.T, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); fn() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("does not return")
	}
}

func TestPosition(t *testing.T) {
	lat := entryOf{gpsLatitude, 5, 3, rationals(48, 1, 51, 1, 3024, 100)}
	lon := entryOf{gpsLongitude, 5, 3, rationals(2, 1, 17, 1, 4020, 100)}
	north, south := entryOf{gpsLatitudeRef, 2, 2, "N\x00"}, entryOf{gpsLatitudeRef, 2, 2, "S\x00"}
	east, west := entryOf{gpsLongitudeRef, 2, 2, "E\x00"}, entryOf{gpsLongitudeRef, 2, 2, "W\x00"}
	direction := entryOf{gpsImgDirection, 5, 1, rationals(2715, 10)}
	for name, c := range map[string]struct {
		entries  []entryOf
		lat, lon float64 // NaN: none
		dir      float64 // 0: none
	}{
		"north east":       {[]entryOf{north, lat, east, lon}, 48.8584, 2.2945, 0},
		"south west":       {[]entryOf{south, lat, west, lon, direction}, -48.8584, -2.2945, 271.5},
		"no hemisphere":    {[]entryOf{lat, lon}, 48.8584, 2.2945, 0},
		"seconds of 0/0":   {[]entryOf{north, {gpsLatitude, 5, 3, rationals(48, 1, 30, 1, 0, 0)}, east, lon}, 48.5, 2.2945, 0},
		"0/0":              {[]entryOf{north, {gpsLatitude, 5, 3, rationals(0, 0, 0, 0, 0, 0)}, east, lon}, math.NaN(), 0, 0},
		"out of range":     {[]entryOf{north, {gpsLatitude, 5, 3, rationals(91, 1, 0, 1, 0, 1)}, east, lon}, math.NaN(), 0, 0},
		"longitude only":   {[]entryOf{east, lon}, math.NaN(), 0, 0},
		"text with commas": {[]entryOf{north, {gpsLatitude, 2, 26, "52,00000,50,00000,34,01180"}, east, lon}, 52.84278, 2.2945, 0},
	} {
		p := readEXIF(t, gpsBlock(c.entries...)).Position
		if math.IsNaN(c.lat) {
			if p != nil {
				t.Errorf("%s: got %+v, want none", name, *p)
			}
			continue
		}
		if p == nil || math.Abs(p.Latitude-c.lat) > 1e-5 || math.Abs(p.Longitude-c.lon) > 1e-4 {
			t.Errorf("%s: got %+v, want %g, %g", name, p, c.lat, c.lon)
			continue
		}
		if c.dir == 0 && p.Direction != nil || c.dir != 0 && (p.Direction == nil || *p.Direction != c.dir) {
			t.Errorf("%s: direction %v, want %g", name, p.Direction, c.dir)
		}
	}
}

func TestPositionFromXMP(t *testing.T) {
	for value, want := range map[string]float64{
		"26,34.951N": 26.582517, "26,34,57.06S": -26.582517, "-26.5": -26.5, "+12.25": 12.25, "91.0": math.NaN(), "north": math.NaN(),
	} {
		r := &reader{result: &Result{}}
		packet := fmt.Sprintf(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="%s"><rdf:Description
			xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="%s" exif:GPSLongitude="80,12.014W" exif:GPSImgDirection="123/10"/></rdf:RDF></x:xmpmeta>`, rdfNamespace, value)
		if err := r.xmp([]byte(packet)); err != nil {
			t.Fatal(err)
		}
		p := r.position()
		if math.IsNaN(want) {
			if p != nil {
				t.Errorf("%s: got %+v, want none", value, *p)
			}
			continue
		}
		if p == nil || math.Abs(p.Latitude-want) > 1e-5 || math.Abs(p.Longitude+80.200233) > 1e-5 || p.Direction == nil || *p.Direction != 12.3 {
			t.Errorf("%s: got %+v, want %g", value, p, want)
		}
	}
}

// xmpRegions is a packet with lists, alternatives, structures in both spellings,
// and a thumbnail.
const xmpRegions = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Core"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:own="http://example.org/own/" xmp:CreateDate="2021-02-04T16:57:11Z" own:secret="s">
<dc:subject><rdf:Bag><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Bag></dc:subject>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Title</rdf:li><rdf:li xml:lang="fr">Titre</rdf:li></rdf:Alt></dc:title>
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
 <rdf:li><rdf:Description mwg-rs:Name="Ann" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.5" stArea:y="0.25"/></rdf:Description></rdf:li>
 <rdf:li rdf:parseType="Resource"><mwg-rs:Name>Bob</mwg-rs:Name></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li MPReg:PersonDisplayName="Carl"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>
<xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:softwareAgent="Editor"/></rdf:Seq></xmpMM:History>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

func TestXMPNames(t *testing.T) {
	r := &reader{result: &Result{}}
	if err := r.xmp([]byte(xmpRegions)); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range r.result.Facts {
		got[f.Group+":"+f.Tag] = f.Value
	}
	want := map[string]string{
		"XMP-x:XMPToolkit": "Core", "XMP-dc:Subject": "one, two", "XMP-dc:Title": "Title", "XMP-dc:Title-fr": "Titre",
		"XMP-mwg-rs:RegionName": "Ann, Bob", "XMP-mwg-rs:RegionType": "Face", "XMP-mwg-rs:RegionAreaX": "0.5", "XMP-mwg-rs:RegionAreaY": "0.25",
		"XMP-MP:RegionPersonDisplayName": "Carl", "XMP-xmpMM:HistoryAction": "saved", "XMP-xmpMM:HistorySoftwareAgent": "Editor",
		"XMP-xmp:CreateDate": "2021:02:04 16:57:11Z", "XMP-own:Secret": "s",
	}
	for tag, value := range want {
		if got[tag] != value {
			t.Errorf("%s: got %q, want %q", tag, got[tag], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d facts, want %d: %v", len(got), len(want), got)
	}
}

// TestXMPThumbnail reads the EXIF of a JPEG that a packet holds in base64.
func TestXMPThumbnail(t *testing.T) {
	block := gpsBlock(entryOf{gpsLatitudeRef, 2, 2, "N\x00"}, entryOf{gpsLatitude, 5, 3, rationals(10, 1, 0, 1, 0, 1)},
		entryOf{gpsLongitudeRef, 2, 2, "E\x00"}, entryOf{gpsLongitude, 5, 3, rationals(20, 1, 0, 1, 0, 1)})
	exif := append([]byte("Exif\x00\x00"), block...)
	file := append([]byte("\xff\xd8\xff\xe1"), binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	file = append(file, exif...)
	file = append(file, "\xff\xfe\x08\x02"+strings.Repeat(" ", 2048)+
		"\xff\xc0\x00\x0b\x08\x00\x08\x00\x10\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\xd9"...)
	packet := strings.Replace(xmpRegions, "<dc:subject>", `<xmp:Thumbnails xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>`+
		base64.StdEncoding.EncodeToString(file)+`</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails><dc:subject>`, 1)
	r := &reader{result: &Result{}}
	if err := r.xmp([]byte(packet)); err != nil {
		t.Fatal(err)
	}
	if p := r.position(); p == nil || p.Latitude != 10 || p.Longitude != 20 {
		t.Errorf("position of the thumbnail: %+v", p)
	}
	if p := r.result.Pictures; len(p) != 1 || p[0].Source != "XMP-xmp ThumbnailImage" || p[0].Width != 16 || !bytes.Equal(p[0].Data, file) {
		t.Errorf("pictures: %d", len(p))
	}
	if !slices.ContainsFunc(r.result.Facts, func(f Fact) bool { return f.Tag == "ThumbnailImage" && f.Sensitive }) {
		t.Error("no thumbnail among the facts")
	}
}

func TestExtendedXMPIsJoined(t *testing.T) {
	x := extendedXMP{}
	piece := func(offset uint32, s string) []byte {
		b := append([]byte(strings.Repeat("G", 32)), 0, 0, 0, 9)
		return append(binary.BigEndian.AppendUint32(b, offset), s...)
	}
	for _, p := range [][]byte{piece(6, "ghi"), piece(0, "abc"), piece(3, "def")} {
		if err := x.add(p); err != nil {
			t.Fatal(err)
		}
	}
	if got := x.packets(); len(got) != 1 || string(got[0]) != "abcdefghi" {
		t.Errorf("got %q", got)
	}
	if err := x.add([]byte("short")); err == nil {
		t.Error("no error for a piece without a header")
	}
}

// hostileBlocks are EXIF blocks that lead careless readers into loops or to
// take memory.
func hostileBlocks() map[string][]byte {
	circle := buildTIFF(-1, []entryOf{{0x010F, 2, 4, "abc\x00"}}, []entryOf{{0x0110, 2, 4, "abc\x00"}})
	binary.LittleEndian.PutUint32(circle[8+2+12+4+2+12:], 8) // IFD1 is followed by IFD0
	var pointers []entryOf
	for range 2000 {
		pointers = append(pointers, entryOf{tagExifIFD, 4, 1, long(8)})
	}
	nested := buildTIFF(-1, []entryOf{{tagExifIFD, 4, 1, long(26)}}, []entryOf{{tagExifIFD, 4, 1, long(8)}, {tagGPS, 4, 1, long(26)}})
	wide := make([]byte, 1<<20)
	copy(wide, "II*\x00\x08\x00\x00\x00\xff\xff")
	sub := buildTIFF(-1, []entryOf{{tagSubIFD, 4, 4000, strings.Repeat(long(8), 4000)}})
	return map[string][]byte{
		"circle of two":       circle,
		"own offset":          buildTIFF(8, []entryOf{{0x010F, 2, 4, "abc\x00"}}),
		"pointers to itself":  buildTIFF(-1, pointers),
		"pointers in circle":  nested,
		"65535 empty entries": wide,
		"many sub-IFDs":       sub,
		"huge count":          buildTIFF(-1, []entryOf{{0x010F, 2, math.MaxUint32, long(8)}, {0x0110, 2, 4, "abc\x00"}}),
		"count that wraps":    buildTIFF(-1, []entryOf{{0x011A, 5, 0x20000001, long(8)}, {0x0110, 2, 4, "abc\x00"}}),
		"offset past the end": buildTIFF(-1, []entryOf{{0x010F, 2, 100, long(0xFFFFFFF0)}, {0x0110, 2, 4, "abc\x00"}}),
		"unknown type":        buildTIFF(-1, []entryOf{{0x010F, 99, 1, "a"}, {0x0110, 2, 4, "abc\x00"}}),
		"no values":           buildTIFF(-1, []entryOf{{0x010F, 2, 0, ""}, {0x0110, 2, 4, "abc\x00"}}),
		"IFD past the end":    []byte("II*\x00\xff\xff\xff\x7f"),
		"Nikon of six bytes":  buildTIFF(-1, []entryOf{{0x010F, 2, 5, "NIKON"}, {tagMakerNote, 7, 6, "Nikon\x00"}}),
		"Nikon cut off":       buildTIFF(-1, []entryOf{{tagMakerNote, 7, 10, "Nikon\x00\x02\x10\x00\x00"}}),
		"Nikon in a circle":   buildTIFF(-1, []entryOf{{tagMakerNote, 7, 32, "Nikon\x00\x02\x10\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00........"}}),
		"Panasonic faces":     buildTIFF(-1, []entryOf{{tagMakerNote, 7, 32, "Panasonic\x00\x00\x00\x01\x00\x61\x00\x07\x00\x05\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00ab"}}),
	}
}

func TestHostileEXIF(t *testing.T) {
	for name, block := range hostileBlocks() {
		result := readEXIF(t, block)
		if len(result.Facts) > maxFacts {
			t.Errorf("%s: %d facts", name, len(result.Facts))
		}
		// One bad entry does not hide the next.
		if bytes.Contains(block, []byte("\x10\x01\x02\x00\x04\x00\x00\x00abc")) && !slices.ContainsFunc(result.Facts, func(f Fact) bool { return f.Tag == "Model" }) {
			t.Errorf("%s: the entry that is sound was not read", name)
		}
	}
	if w := readEXIF(t, hostileBlocks()["circle of two"]).Warnings; len(w) != 1 {
		t.Errorf("a circle should be one warning: %q", w)
	}
}

// TestHostileTexts reads compressed bombs, deep XML and lengths past the end.
func TestHostileTexts(t *testing.T) {
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	if _, err := z.Write(make([]byte, 2*maxInflated)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	deep := strings.Repeat("<a>", 1<<16)
	for name, read := range map[string]func(r *reader) error{
		"zTXt bomb": func(r *reader) error {
			return r.pngChunk(container.Part{ID: "zTXt"}, append([]byte("Comment\x00\x00"), bomb.Bytes()...))
		},
		"iCCP bomb": func(r *reader) error {
			return r.pngChunk(container.Part{ID: "iCCP"}, append([]byte("x\x00\x00"), bomb.Bytes()...))
		},
		"deep XML":            func(r *reader) error { return r.xmp([]byte(deep)) },
		"IRB past the end":    func(r *reader) error { return r.photoshop([]byte("8BIM\x04\x04\x00\x00\xff\xff\xff\xff")) },
		"IRB name":            func(r *reader) error { return r.photoshop([]byte("8BIM\x04\x04\xffabcdefgh")) },
		"IPTC of nothing":     func(r *reader) error { return r.iptc([]byte("abc")) },
		"JUMBF past the end":  func(r *reader) error { return r.jumbf([]byte("\xff\xff\xff\xffjumb")) },
		"MPF without a head":  func(r *reader) error { return r.mpf([]byte("x")) },
		"ICC of nothing":      func(r *reader) error { return r.icc([]byte("x")) },
		"raw profile of text": func(r *reader) error { return r.pngText([]byte("Raw profile type exif"), []byte("x y zz")) },
		"CIFF":                func(r *reader) error { return r.ciff([]byte("II\xff\xff\xff\xffHEAPJPGM")) },
	} {
		r := &reader{result: &Result{}}
		var err error
		within(t, func() { err = read(r) })
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// Entities are not expanded, so they cannot grow.
	e := &reader{result: &Result{}}
	const entities = `<!DOCTYPE x [<!ENTITY a "aaaa">]><x:p xmlns:x="http://example.org/x/">&a;</x:p>`
	if err := e.xmp([]byte(entities)); err != nil || len(e.result.Facts) != 1 || e.result.Facts[0].Value != "&a;" {
		t.Errorf("entities: %v, %+v", err, e.result.Facts)
	}
	// Boxes within boxes, and CBOR arrays within arrays.
	nest := []byte("\x00\x00\x00\x08jumb")
	for range 40 {
		nest = append(append(binary.BigEndian.AppendUint32(nil, uint32(len(nest)+8)), "jumb"...), nest...)
	}
	r := &reader{result: &Result{}}
	if err := r.jumbf(nest); err == nil {
		t.Error("no error for boxes 40 deep")
	}
	if err := (&cborReader{reader: r, data: bytes.Repeat([]byte{0x81}, 1000)}).read(); err == nil {
		t.Error("no error for arrays 1000 deep")
	}
	if err := (&cborReader{reader: r, data: []byte{0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}).read(); err == nil {
		t.Error("no error for an endless array")
	}
}

func TestPNGTexts(t *testing.T) {
	for _, c := range []struct{ id, payload, group, tag, value string }{
		{"tEXt", "Creation Time\x00yesterday", "PNG", "CreationTime", "yesterday"},
		{"tEXt", "exif:BodySerialNumber\x00123", "PNG", "ExifBodySerialNumber", "123"},
		{"tEXt", "Author\x00J\xfcrgen", "PNG", "Author", "Jürgen"},
		{"iTXt", "parameters\x00\x00\x00en\x00\x00a cat", "PNG", "Parameters", "a cat"},
		{"tIME", "\x07\xe5\x02\x04\x10\x39\x0b", "PNG", "ModifyDate", "2021:02:04 16:57:11"},
		{"tEXt", fmt.Sprintf("Raw profile type exif\x00\nexif\n  1\n%x\n", buildTIFF(-1, []entryOf{{0x010F, 2, 5, "ACME\x00"}})), "IFD0", "Make", "ACME"},
	} {
		r := &reader{result: &Result{}}
		if err := r.pngChunk(container.Part{ID: c.id}, []byte(c.payload)); err != nil {
			t.Errorf("%q: %v", c.payload, err)
			continue
		}
		if f := r.result.Facts; len(f) != 1 || f[0].Group != c.group || f[0].Tag != c.tag || f[0].Value != c.value {
			t.Errorf("%q: got %+v", c.payload, f)
		}
	}
}

func TestVideoBehindThePicture(t *testing.T) {
	box := func(id, content string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(content)))) + id + content
	}
	place := "+48.8584+002.2945/"
	for name, inner := range map[string]string{
		"QuickTime": box("udta", box("\xa9xyz", "\x00\x12\x15\xc7"+place)),
		"Apple":     box("meta", "\x00\x00\x00\x00"+box("ilst", box("\x00\x00\x00\x01", box("data", "\x00\x00\x00\x01\x00\x00\x00\x00"+place)))),
	} {
		r := &reader{result: &Result{}}
		file := box("ftyp", "mp42\x00\x00\x00\x00") + box("moov", box("mvhd", "\x00\x00\x00\x00\xdb\x70\xa3\x00")+inner)
		if err := r.video([]byte(file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if p := r.position(); p == nil || p.Latitude != 48.8584 || p.Longitude != 2.2945 || p.Source != "QuickTime" {
			t.Errorf("%s: position %+v", name, p)
		}
		if f := r.result.Facts; len(f) != 2 || f[0].Value != "2020:08:30 00:27:44" {
			t.Errorf("%s: facts %+v", name, f)
		}
	}
}

// TestOrientation takes the orientation from where viewers look for it only.
func TestOrientation(t *testing.T) {
	turned := func(o byte) string {
		return string(buildTIFF(-1, []entryOf{{tagOrientation, 3, 1, string([]byte{o, 0})}}))
	}
	segment := func(marker byte, s string) string {
		return string([]byte{0xFF, marker}) + string(binary.BigEndian.AppendUint16(nil, uint16(len(s)+2))) + s
	}
	picture := segment(0xC0, "\x08\x00\x08\x00\x10\x01\x01\x11\x00") + segment(0xDA, "\x01\x01\x00\x00\x3f\x00") + "\x12\xff\xd9"
	irb := "Photoshop 3.0\x008BIM\x04\x22\x00\x00\x00\x00\x00\x1a" + turned(3)
	for name, c := range map[string]struct {
		file string
		want int
	}{
		"none":             {picture, 1},
		"Exif":             {segment(0xE1, "Exif\x00\x00"+turned(6)) + picture, 6},
		"the first counts": {segment(0xE1, "Exif\x00\x00"+turned(8)) + segment(0xE1, "Exif\x00\x00"+turned(6)) + picture, 8},
		"out of range":     {segment(0xE1, "Exif\x00\x00"+turned(9)) + picture, 1},
		"in Photoshop's":   {segment(0xED, irb) + picture, 1},
		"second picture":   {picture + "\xff\xd8" + segment(0xE1, "Exif\x00\x00"+turned(5)) + picture, 1},
		"both":             {segment(0xED, irb) + segment(0xE1, "Exif\x00\x00"+turned(6)) + picture, 6},
	} {
		data := []byte("\xff\xd8" + c.file)
		file, err := container.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if got := Read(data, file).Orientation; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestIPTC(t *testing.T) {
	dataset := func(record, id byte, s string) string {
		return string([]byte{0x1C, record, id, byte(len(s) >> 8), byte(len(s))}) + s
	}
	block := dataset(2, 80, "Ann Author") + dataset(2, 25, "one") + dataset(2, 25, "two") + dataset(2, 90, "Paris")
	for name, b := range map[string]string{
		"whole":   block,
		"cut off": block + "\x1c\x02\x05\x00\xff half",
		"padded":  block + "\x00",
		"in IRB":  "8BIM\x03\xed\x00\x00\x00\x00\x00\x01x\x008BIM\x04\x04\x00\x00\x00\x00\x00" + string(rune(len(block))) + block,
	} {
		r := &reader{result: &Result{}}
		read := r.iptc
		if name == "in IRB" {
			read = r.photoshop
		}
		if err := read([]byte(b)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got := map[string]string{}
		for _, f := range r.result.Facts {
			got[f.Tag] = f.Value
		}
		if got["By-line"] != "Ann Author" || got["Keywords"] != "one, two" || got["City"] != "Paris" {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestSensitive(t *testing.T) {
	for tag, want := range map[string]bool{
		"GPS:GPSLatitude": true, "GPS:GPSVersionID": false, "ExifIFD:SerialNumber": true, "ExifIFD:ExposureTime": false,
		"IFD0:Artist": true, "IFD0:XResolution": false, "IPTC:By-line": true, "XMP-mwg-rs:RegionName": true,
		"ExifIFD:DateTimeOriginal": true, "IFD1:ThumbnailImage": true, "IFD1:ThumbnailOffset": false, "PNG:Prompt": true,
	} {
		group, name, _ := strings.Cut(tag, ":")
		if got := sensitive(group, name); got != want {
			t.Errorf("%s: %v, want %v", tag, got, want)
		}
	}
}

// FuzzEXIF checks that no block makes the reader panic or loop.
// Compressed texts share one bound: those beyond it are there, and unread.
func TestInflatedBound(t *testing.T) {
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	if _, err := z.Write(make([]byte, 60<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var small bytes.Buffer
	z = zlib.NewWriter(&small)
	fmt.Fprint(z, "words")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r := &reader{result: &Result{}}
	read := func(key string, packed []byte) {
		r.guard("zTXt", func() error {
			return r.pngChunk(container.Part{ID: "zTXt"}, append([]byte(key+"\x00\x00"), packed...))
		})
	}
	read("Before", small.Bytes())
	for range 300 {
		read("Comment", bomb.Bytes())
	}
	read("After", small.Bytes())
	if r.inflated > maxInflatedAll+1 {
		t.Errorf("%d bytes were decompressed", r.inflated)
	}
	facts := map[string]string{}
	for _, f := range r.result.Facts {
		facts[f.Tag] = f.Value
	}
	if facts["Before"] != "words" {
		t.Errorf("a text within the bound reads %q", facts["Before"])
	}
	for _, tag := range []string{"Comment", "After"} {
		if !strings.HasPrefix(facts[tag], "(Binary data ") {
			t.Errorf("%s beyond the bound reads %q", tag, facts[tag])
		}
	}
	if len(r.result.Facts) != 302 || len(r.result.Warnings) != maxWarnings {
		t.Errorf("%d facts, %d warnings", len(r.result.Facts), len(r.result.Warnings))
	}
}
