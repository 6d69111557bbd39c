package container

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"blindspot/scan/isobox"
)

// JPEG markers, ISO/IEC 10918-1 table B.1: the byte after 0xFF.
const (
	markerTEM   = 0x01
	markerSOF0  = 0xC0
	markerDHT   = 0xC4
	markerJPG   = 0xC8
	markerDAC   = 0xCC
	markerSOF15 = 0xCF
	markerRST0  = 0xD0
	markerRST7  = 0xD7
	markerSOI   = 0xD8
	markerEOI   = 0xD9
	markerSOS   = 0xDA
	markerDQT   = 0xDB
	markerDNL   = 0xDC
	markerDRI   = 0xDD
	markerDHP   = 0xDE
	markerEXP   = 0xDF
	markerAPP0  = 0xE0
	markerAPP1  = 0xE1
	markerAPP15 = 0xEF
	markerCOM   = 0xFE
)

// appSignatures name the kinds of APPn segment by how their payload begins. The
// first match counts. What is not listed is named by its marker alone, and is
// Unknown.
var appSignatures = []struct {
	marker    byte
	signature string
	name      string
	kind      Kind
	whole     bool // the signature is part of what the payload's reader needs
}{
	{0xE0, "JFIF\x00", "JFIF", Structure, false},
	{0xE0, "JFXX\x00", "JFXX", Thumbnail, false},
	{0xE0, "AVI1", "AVI1", Metadata, true},
	{0xE0, "II\x1a\x00\x00\x00HEAPJPGM", "CIFF", Metadata, true},
	{0xE0, "MM\x00\x00\x00\x1aHEAPJPGM", "CIFF", Metadata, true},
	{0xE0, "Ocad", "Ocad", Metadata, true},
	{0xE1, "Exif\x00", "Exif", Metadata, false}, // one more byte follows, mostly 0
	{0xE1, "http://ns.adobe.com/xap/1.0/\x00", "XMP", Metadata, false},
	{0xE1, "http://ns.adobe.com/xmp/extension/\x00", "ExtendedXMP", Metadata, false},
	{0xE1, "QVCI\x00", "QVCI", Metadata, true},
	{0xE1, "FLIR\x00", "FLIR", Metadata, true},
	{0xE1, "PARROT\x00", "Parrot", Metadata, true},
	{0xE2, "ICC_PROFILE\x00", "ICC", Colour, false},
	{0xE2, "MPF\x00", "MPF", Metadata, false},
	{0xE2, "FPXR\x00", "FlashPix", Metadata, false},
	{0xE2, "urn:iso:std:iso:ts:21496:-1\x00", "gain map", Metadata, true},
	{0xE2, "PMPF", "InfiRay", Metadata, true},
	{0xE3, "META\x00\x00", "Meta", Metadata, false},
	{0xE3, "Meta\x00\x00", "Meta", Metadata, false},
	{0xE3, "Exif\x00\x00", "Meta", Metadata, false},
	{0xE3, "Stim\x00", "Stim", Metadata, true},
	{0xE3, "_JPSJPS_", "JPS", Metadata, true},
	{0xE3, "\xff\xd8\xff", "preview", Thumbnail, true},
	{0xE4, "SCALADO\x00", "Scalado", Metadata, true},
	{0xE5, "RMETA\x00", "RMETA", Metadata, true},
	{0xE5, "SEAL\x00", "SEAL", Metadata, true},
	{0xE6, "EPPIM\x00", "EPPIM", Metadata, true},
	{0xE6, "NITF\x00", "NITF", Metadata, true},
	{0xE6, "HDR_RI ", "HDR", Metadata, true},
	{0xE6, "GoPro\x00", "GoPro", Metadata, true},
	{0xE6, "TDHD\x01\x00\x00\x00", "Toshiba", Metadata, true},
	{0xE7, "PENTAX \x00", "Pentax", Metadata, true},
	{0xE7, "\x1aQualcomm Camera Attributes", "Qualcomm", Metadata, true},
	{0xE8, "SPIFF\x00", "SPIFF", Structure, true},
	{0xE8, "SEAL\x00", "SEAL", Metadata, true},
	{0xE9, "Media Jukebox\x00", "MediaJukebox", Metadata, true},
	{0xEA, "UNICODE\x00", "comment", Metadata, true},
	{0xEA, "AROT\x00\x00", "AROT", Metadata, true},
	{0xEB, "HDR_RI ", "JPEG-HDR", Metadata, true},
	{0xEB, "JP", "JUMBF", Metadata, false},
	{0xEC, "PictureInfo", "PictureInfo", Metadata, true},
	{0xEC, "Ducky", "Ducky", Metadata, false},
	{0xED, "Photoshop 3.0\x00", "Photoshop", Metadata, false},
	{0xED, "Adobe_Photoshop2.5:", "Photoshop", Metadata, true},
	{0xED, "Adobe_CM", "Adobe_CM", Metadata, true},
	{0xEE, "Adobe", "Adobe", Colour, true},
	{0xEF, "Q ", "GraphicConverter", Metadata, true},
}

// xmpSearch is how many bytes of an APP1 without a known signature are searched
// for the beginning of an XMP packet.
const xmpSearch = 128

// readJPEG follows the markers as libjpeg does: bytes before a marker are
// skipped, a segment's length is believed, a scan ends at the first marker that
// is no restart marker.
func (c *cutter) readJPEG() error {
	end := c.jpegStream()
	if end != nil {
		return end
	}
	if c.file.Width == 0 || c.file.Height == 0 {
		if c.file.Height == 0 && c.file.Width > 0 {
			c.warnf("the height is left open")
			return nil
		}
		return broken("it has no picture header before its pixels")
	}
	return nil
}

func (c *cutter) jpegStream() error {
	c.cut(2, "SOI", "SOI", Structure, 2, 0)
	scans := 0
	for {
		marker, ok := c.nextMarker()
		if !ok {
			if scans == 0 {
				return broken("it ends before its pixels")
			}
			c.warnf("no end-of-image marker")
			return nil
		}
		start := c.pos // of 0xFF
		switch {
		case marker == markerEOI:
			if scans == 0 {
				return broken("its picture ends without pixels")
			}
			c.cut(start+2, "EOI", "EOI", Structure, 2, 0)
			c.trailer()
			return nil
		case marker == markerSOI:
			if scans == 0 {
				return broken("a second picture begins before its pixels")
			}
			c.warnf("a second picture begins before the end of the first")
			c.trailer()
			return nil
		case marker >= markerRST0 && marker <= markerRST7, marker == markerTEM:
			c.cut(start+2, fmt.Sprintf("0xFF%02X", marker), fmt.Sprintf("stray marker 0xFF%02X", marker), Unknown, 2, 0)
			continue
		}
		if start+4 > len(c.data) {
			return c.cutShort(scans, marker)
		}
		length := int(binary.BigEndian.Uint16(c.data[start+2:]))
		if length < 2 || start+2+length > len(c.data) {
			return c.cutShort(scans, marker)
		}
		c.segment(marker, start, start+2+length)
		if marker == markerSOS {
			scans++
			c.entropyCoded()
		}
	}
}

// cutShort ends reading at a segment whose length cannot be true.
func (c *cutter) cutShort(scans int, marker byte) error {
	if scans == 0 {
		return broken("it ends within segment 0xFF%02X at byte %d, before its pixels", marker, c.pos)
	}
	c.warnf("segment 0xFF%02X at byte %d runs past the end of the file", marker, c.pos)
	c.cut(len(c.data), "REST", "unreadable rest", Trailer, 0, 0)
	return nil
}

// nextMarker cuts what lies before the next marker and returns it; c.pos is then
// at the marker's 0xFF.
func (c *cutter) nextMarker() (byte, bool) {
	i := c.pos
	for {
		n := bytes.IndexByte(c.data[i:], 0xFF)
		if n < 0 {
			c.gap(len(c.data))
			return 0, false
		}
		i += n
		run := i // of the first of a run of 0xFF
		for i < len(c.data) && c.data[i] == 0xFF {
			i++
		}
		if i == len(c.data) {
			c.gap(run)
			c.cut(i, "FILL", "fill bytes", Unknown, 0, 0)
			return 0, false
		}
		if c.data[i] != 0 {
			c.gap(run)
			c.cut(i-1, "FILL", "fill bytes", Unknown, 0, 0)
			return c.data[i], true
		}
	}
}

func (c *cutter) gap(end int) {
	if end > c.pos {
		c.warnf("%d bytes between segments at byte %d", end-c.pos, c.pos)
	}
	c.cut(end, "GAP", "bytes between segments", Unknown, 0, 0)
}

// entropyCoded cuts one scan's data, restart markers included.
func (c *cutter) entropyCoded() {
	i := c.pos
	for {
		n := bytes.IndexByte(c.data[i:], 0xFF)
		if n < 0 {
			c.cut(len(c.data), "ECS", "scan data", Pixels, 0, 0)
			return
		}
		i += n
		run := i
		for i < len(c.data) && c.data[i] == 0xFF {
			i++
		}
		if i == len(c.data) || c.data[i] != 0 && (c.data[i] < markerRST0 || c.data[i] > markerRST7) {
			c.cut(run, "ECS", "scan data", Pixels, 0, 0)
			return
		}
		i++
	}
}

// segmentHeader is the length of a segment's marker and length field.
const segmentHeader = 4

// plainSegments are those whose marker says all.
var plainSegments = map[byte]struct {
	id   string
	kind Kind
}{
	markerCOM: {"COM", Metadata},
	markerDHT: {"DHT", Structure}, markerDAC: {"DAC", Structure}, markerDQT: {"DQT", Structure},
	markerDRI: {"DRI", Structure}, markerDNL: {"DNL", Structure}, markerSOS: {"SOS", Structure},
	markerDHP: {"DHP", Unknown}, markerEXP: {"EXP", Unknown},
}

// segment cuts the segment of a marker that reaches from start to end.
func (c *cutter) segment(marker byte, start, end int) {
	payload := c.data[start+segmentHeader : end]
	plain, isPlain := plainSegments[marker]
	switch {
	case isPlain:
		if marker == markerDNL && c.file.Height == 0 && len(payload) >= 2 {
			c.file.Height = int(binary.BigEndian.Uint16(payload))
		}
		c.cut(end, plain.id, plain.id, plain.kind, segmentHeader, 0)
	case marker >= markerAPP0 && marker <= markerAPP15:
		c.appSegment(marker, payload, end)
	case marker >= markerSOF0 && marker <= markerSOF15 && marker != markerJPG:
		c.frameHeader(marker, payload, end)
	default:
		id := fmt.Sprintf("0xFF%02X", marker)
		c.cut(end, id, "segment "+id, Unknown, segmentHeader, 0)
	}
}

// appSegment cuts an APPn segment by what its payload begins with.
func (c *cutter) appSegment(marker byte, payload []byte, end int) {
	id := fmt.Sprintf("APP%d", marker-markerAPP0)
	for _, s := range appSignatures {
		if s.marker != marker || !bytes.HasPrefix(payload, []byte(s.signature)) {
			continue
		}
		header := segmentHeader
		if !s.whole {
			header += len(s.signature)
		}
		if s.name == "Exif" && len(payload) > len(s.signature) {
			header++
		}
		c.cut(end, id, id+" "+s.name, s.kind, header, 0)
		return
	}
	if begin := payload[:min(len(payload), xmpSearch)]; marker == markerAPP1 &&
		(bytes.Contains(begin, []byte("<?xpacket")) || bytes.Contains(begin, []byte("<x:xmpmeta"))) {
		// Some writers get the signature wrong.
		c.cut(end, id, "APP1 XMP", Metadata, segmentHeader+bytes.IndexByte(payload, '<'), 0)
		return
	}
	c.cut(end, id, id, Unknown, segmentHeader, 0)
}

// frameHeader cuts a SOFn segment, and takes the picture's size from the first.
func (c *cutter) frameHeader(marker byte, payload []byte, end int) {
	if c.file.Width == 0 && len(payload) >= 5 {
		c.file.Height = int(binary.BigEndian.Uint16(payload[1:]))
		c.file.Width = int(binary.BigEndian.Uint16(payload[3:]))
	}
	id := fmt.Sprintf("SOF%d", marker-markerSOF0)
	name := id + sofNames[marker-markerSOF0]
	if len(payload) >= 6 {
		if payload[0] != 8 {
			name += fmt.Sprintf(", %d-bit", payload[0])
		}
		if payload[5] == 4 {
			name += ", CMYK"
		}
	}
	c.cut(end, id, name, Structure, segmentHeader, 0)
}

// sofNames say in a frame header's name how the picture is coded.
var sofNames = [16]string{
	0: " baseline", 1: " extended", 2: " progressive", 3: " lossless",
	5: " hierarchical", 6: " hierarchical progressive", 7: " hierarchical lossless",
	9: " arithmetic", 10: " progressive arithmetic", 11: " lossless arithmetic",
	13: " hierarchical arithmetic", 14: " hierarchical progressive arithmetic", 15: " hierarchical lossless arithmetic",
}

// trailer cuts what lies behind the picture: further JPEGs, videos, Samsung's
// blocks, padding, and whatever else there is.
func (c *cutter) trailer() {
	mpf := c.mpfOffsets()
	for n := 0; c.pos < len(c.data); n++ {
		rest := c.data[c.pos:]
		if n >= maxTrailerParts {
			c.cut(len(c.data), "TRAILER", "trailer", Trailer, 0, 0)
			return
		}
		switch {
		case bytes.HasPrefix(rest, jpegSignature):
			length := jpegLength(rest)
			name := "JPEG behind the picture"
			if mpf[c.pos] {
				name = "MPF picture"
			}
			c.cut(c.pos+length, "JPEG", name+secondPicture(rest[:length]), Thumbnail, 0, 0)
		case isVideo(rest):
			c.cut(c.pos+boxesLength(rest), "MP4", "motion photo video", Trailer, 0, 0)
		case rest[0] == 0:
			pad := len(rest) - len(bytes.TrimLeft(rest, "\x00"))
			if next := nextTrailer(rest[1:]); next >= 0 && next+1 < pad {
				pad = next + 1 // a video's size begins with zeros
			}
			c.cut(c.pos+pad, "PAD", "padding", Trailer, 0, 0)
		default:
			end := len(rest)
			if next := nextTrailer(rest[1:]); next >= 0 {
				end = next + 1
			}
			c.cut(c.pos+end, "TRAILER", trailerName(rest[:end]), Trailer, 0, 0)
		}
	}
}

// secondPicture says what a second picture is for, where its XMP does.
func secondPicture(b []byte) string {
	b = b[:min(len(b), 1<<16)]
	switch {
	case bytes.Contains(b, []byte("http://ns.adobe.com/hdr-gain-map/")), bytes.Contains(b, []byte("urn:iso:std:iso:ts:21496:-1")),
		bytes.Contains(b, []byte("HDRGainMap")):
		return ", gain map"
	case bytes.Contains(b, []byte("depthblurEffect")), bytes.Contains(b, []byte("http://ns.apple.com/depthData/")):
		return ", depth map"
	}
	return ""
}

var jpegSignature = []byte{0xFF, markerSOI, 0xFF}

// nextTrailer is where in b the next JPEG or video begins, -1 if none does.
func nextTrailer(b []byte) int {
	next := bytes.Index(b, jpegSignature)
	for from := 0; ; {
		n := bytes.Index(b[from:], []byte("ftyp"))
		if n < 0 || next >= 0 && from+n-4 > next {
			return next
		}
		if at := from + n - 4; at >= 0 && isVideo(b[at:]) {
			return at
		}
		from += n + 4
	}
}

// trailerName names the trailers that are known by how they begin or end.
func trailerName(b []byte) string {
	switch {
	case bytes.HasSuffix(b, []byte("SEFT")), bytes.Contains(b, []byte("SEFH")):
		return "Samsung trailer"
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n")):
		return "PNG behind the picture"
	case bytes.HasPrefix(b, []byte("RIFF")):
		return "RIFF behind the picture"
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return "ZIP behind the picture"
	case bytes.HasPrefix(b, []byte("AXS!")), bytes.HasSuffix(b, []byte("*AXS")):
		return "AFCP trailer"
	case bytes.HasSuffix(b, []byte("\xa1\xb2\xc3\xd4")):
		return "FotoStation trailer"
	case bytes.HasSuffix(b, []byte("cbipcbbl")):
		return "PhotoMechanic trailer"
	case bytes.HasPrefix(b, []byte("CANON OPTIONAL DATA\x00")):
		return "Canon VRD trailer"
	case bytes.HasSuffix(bytes.TrimRight(b, "\x00"), []byte("MIE\x00\x06")), strings.Contains(string(b[:min(len(b), 16)]), "0MIE"):
		return "MIE trailer"
	case bytes.Contains(b, []byte("vivo{")):
		return "Vivo trailer"
	}
	return "trailer"
}

// jpegLength is how many bytes of b, which begins with SOI, the JPEG there takes:
// up to its EOI, or to the end of b.
func jpegLength(b []byte) int {
	i := 2
	scans := 0
	for {
		n := bytes.IndexByte(b[i:], 0xFF)
		if n < 0 {
			return len(b)
		}
		i += n
		for i < len(b) && b[i] == 0xFF {
			i++
		}
		if i == len(b) {
			return len(b)
		}
		switch m := b[i]; {
		case m == markerEOI:
			return i + 1
		case m == markerSOI && scans > 0:
			return i - 1
		case m == 0, m == markerTEM, m >= markerRST0 && m <= markerSOI:
			i++
			continue
		}
		if i+3 > len(b) {
			return len(b)
		}
		if b[i] == markerSOS {
			scans++
		}
		i += 1 + int(binary.BigEndian.Uint16(b[i+1:]))
		if i >= len(b) {
			return len(b)
		}
	}
}

// boxesLength is how many bytes of b whole ISO base media boxes take.
func boxesLength(b []byte) int {
	rest := b
	for {
		box, next, err := isobox.Next(rest)
		if err != nil || !boxType([]byte(box.Type)) {
			break
		}
		rest = next
	}
	if len(rest) == len(b) {
		return len(b)
	}
	return len(b) - len(rest)
}

func boxType(t []byte) bool {
	for _, r := range t {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != ' ' && r != 0xA9 {
			return false
		}
	}
	return true
}

// isVideo reports whether b begins with an ISO base media file type box.
func isVideo(b []byte) bool {
	return len(b) >= 16 && string(b[4:8]) == "ftyp" && b[0] == 0 && b[1] == 0 && boxType(b[8:12])
}

// mpfOffsets are the places in the file that the MPF index of the parts read so
// far names (CIPA DC-007).
func (c *cutter) mpfOffsets() map[int]bool {
	found := map[int]bool{}
	for _, p := range c.file.Parts {
		if p.Name != "APP2 MPF" {
			continue
		}
		b := p.Payload(c.data)
		for _, o := range mpfEntries(b) {
			if o > 0 {
				found[int(p.Offset+p.Header)+o] = true
			}
		}
	}
	return found
}

// mpfEntries are the offsets of the pictures in an MPF index, from the start of
// its TIFF header.
func mpfEntries(b []byte) []int {
	order, ok := tiffOrder(b)
	if !ok || len(b) < 8 {
		return nil
	}
	ifd := int64(order.Uint32(b[4:]))
	if ifd < 8 || ifd+2 > int64(len(b)) {
		return nil
	}
	count := int64(order.Uint16(b[ifd:]))
	const mpEntry, entrySize = 0xB002, 16
	for i := range count {
		at := ifd + 2 + 12*i
		if at+12 > int64(len(b)) {
			return nil
		}
		if order.Uint16(b[at:]) != mpEntry {
			continue
		}
		size, from := int64(order.Uint32(b[at+4:])), int64(order.Uint32(b[at+8:]))
		if from+size > int64(len(b)) {
			return nil
		}
		var offsets []int
		for ; size >= entrySize; size -= entrySize {
			offsets = append(offsets, int(order.Uint32(b[from+8:])))
			from += entrySize
		}
		return offsets
	}
	return nil
}

func tiffOrder(b []byte) (binary.ByteOrder, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		return binary.LittleEndian, true
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		return binary.BigEndian, true
	}
	return nil, false
}
