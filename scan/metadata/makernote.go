package metadata

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rwcarlsen/goexif/tiff"
)

// noteTag is a tag of a maker note that tells who, where or which device.
type noteTag struct {
	name string
	form noteForm
}

type noteForm int

const (
	plain noteForm = iota
	hexadecimal
	subIFD
	faces     // Panasonic's recognised faces
	canonZone // Canon's time zone and the city that stands for it
	nikonZone // Nikon's time zone
	nikonFile // Nikon's folder and file number
)

// noteFormat is how one maker lays out its notes: as an IFD somewhere behind a
// header, with offsets from the EXIF block's start or from the note's.
type noteFormat struct {
	group  string // as exiftool calls it
	header string // how the note begins; "" for the camera's make alone
	make   string // how IFD0's Make begins
	ifd    int64  // offset of the IFD in the note
	tiff   int64  // offset of a TIFF header in the note, instead of ifd
	// fromNote is true where offsets count from the note, or its TIFF header.
	fromNote bool
	order    binary.ByteOrder // nil: the EXIF block's, or the TIFF header's
	tags     map[uint16]noteTag
}

// What follows tells only tags that identify someone or something; the notes
// hold much more, and the part is dropped whole.
var (
	canonTags = map[uint16]noteTag{
		0x0006: {name: "CanonImageType"}, 0x0007: {name: "CanonFirmwareVersion"}, 0x0008: {name: "FileNumber"}, 0x0009: {name: "OwnerName"},
		0x000C: {name: "SerialNumber"}, 0x0028: {name: "ImageUniqueID", form: hexadecimal},
		0x0095: {name: "LensModel"}, 0x0096: {name: "InternalSerialNumber"}, 0x0035: {form: canonZone},
		0x0010: {name: "CanonModelID"},
	}
	nikonTags = map[uint16]noteTag{
		0x001D: {name: "SerialNumber"}, 0x00A0: {name: "SerialNumber"}, 0x00A7: {name: "ShutterCount"},
		0x0024: {form: nikonZone}, 0x00B8: {form: nikonFile},
	}
	olympusTags = map[uint16]noteTag{
		0x0207: {name: "CameraType"}, 0x0209: {name: "CameraID"}, 0x0404: {name: "SerialNumber"}, 0x101A: {name: "SerialNumber"},
		0x2010: {form: subIFD}, // equipment
		0x0100: {name: "CameraType2"}, 0x0101: {name: "SerialNumber"}, 0x0102: {name: "InternalSerialNumber"},
		0x0202: {name: "LensSerialNumber"}, 0x0302: {name: "ExtenderSerialNumber"}, 0x1003: {name: "FlashSerialNumber"},
	}
	panasonicTags = map[uint16]noteTag{
		0x0002: {name: "FirmwareVersion"}, 0x0051: {name: "LensType"}, 0x0029: {name: "TimeSincePowerOn"},
		0x0025: {name: "InternalSerialNumber"}, 0x0052: {name: "LensSerialNumber"}, 0x0054: {name: "AccessorySerialNumber"},
		0x0061: {form: faces}, 0x0065: {name: "Title"}, 0x0066: {name: "BabyName"}, 0x0067: {name: "Location"},
		0x0069: {name: "Country"}, 0x006B: {name: "State"}, 0x006D: {name: "City"}, 0x006F: {name: "Landmark"},
		0x8010: {name: "BabyAge"},
	}
	pentaxTags = map[uint16]noteTag{0x0229: {name: "SerialNumber"}, 0x022E: {name: "FirmwareVersion"}}
	fujiTags   = map[uint16]noteTag{0x0010: {name: "InternalSerialNumber"}, 0x4200: {name: "NumFaceElements"}}
	sigmaTags  = map[uint16]noteTag{0x0002: {name: "SerialNumber"}, 0x0017: {name: "Firmware"}}
	ricohTags  = map[uint16]noteTag{0x0002: {name: "FirmwareVersion"}, 0x0005: {name: "SerialNumber"}}
	sonyTags   = map[uint16]noteTag{0x2031: {name: "SerialNumber"}, 0xB001: {name: "SonyModelID"}}
	appleTags  = map[uint16]noteTag{
		0x0008: {name: "AccelerationVector"}, 0x000B: {name: "BurstUUID"}, 0x0011: {name: "ContentIdentifier"}, 0x0015: {name: "ImageUniqueID"},
		0x0020: {name: "ImageCaptureRequestID"}, 0x002B: {name: "PhotoIdentifier"},
	}
	samsungTags = map[uint16]noteTag{
		0x0003: {name: "SamsungModelID"}, 0xA002: {name: "SerialNumber"}, 0xA005: {name: "InternalLensSerialNumber"},
		0x0043: {name: "CameraTemperature"}, 0xA001: {name: "FirmwareName"},
	}
	casioTags = map[uint16]noteTag{0x2001: {name: "FirmwareDate"}, 0x3006: {name: "HometownCity"}}
	djiTags   = map[uint16]noteTag{0x0001: {name: "Make"}}
	leicaTags = map[uint16]noteTag{0x0303: {name: "LensType"}, 0x0304: {name: "FocusDistance"}, 0x0305: {name: "SerialNumber"}}
)

var noteFormats = []noteFormat{
	{group: "Nikon", header: "Nikon\x00\x02", tiff: 10, fromNote: true, tags: nikonTags},
	{group: "Nikon", header: "Nikon\x00\x01", ifd: 8, tags: nikonTags},
	{group: "Olympus", header: "OLYMPUS\x00", ifd: 12, fromNote: true, tags: olympusTags},
	{group: "Olympus", header: "OM SYSTEM\x00", ifd: 16, fromNote: true, tags: olympusTags},
	{group: "Olympus", header: "OLYMP\x00", ifd: 8, tags: olympusTags},
	{group: "Olympus", header: "EPSON\x00", ifd: 8, tags: olympusTags},
	{group: "Panasonic", header: "Panasonic\x00\x00\x00", ifd: 12, tags: panasonicTags},
	{group: "Panasonic", header: "LEICA\x00\x00\x00", ifd: 8, tags: leicaTags},
	{group: "Pentax", header: "AOC\x00", ifd: 6, tags: pentaxTags},
	{group: "Pentax", header: "PENTAX \x00", ifd: 10, fromNote: true, tags: pentaxTags},
	{group: "FujiFilm", header: "FUJIFILM", ifd: 12, fromNote: true, order: binary.LittleEndian, tags: fujiTags},
	{group: "Sigma", header: "SIGMA\x00\x00\x00", ifd: 10, tags: sigmaTags},
	{group: "Sigma", header: "FOVEON\x00\x00", ifd: 10, tags: sigmaTags},
	{group: "Ricoh", header: "Ricoh\x00", ifd: 8, tags: ricohTags},
	{group: "Ricoh", header: "RICOH\x00", ifd: 8, tags: ricohTags},
	{group: "Sony", header: "SONY DSC \x00\x00\x00", ifd: 12, tags: sonyTags},
	{group: "Sony", header: "SONY CAM \x00\x00\x00", ifd: 12, tags: sonyTags},
	{group: "Apple", header: "Apple iOS\x00", ifd: 14, fromNote: true, order: binary.BigEndian, tags: appleTags},
	{group: "Casio", header: "QVC\x00", ifd: 6, order: binary.BigEndian, tags: casioTags},
	{group: "Canon", make: "Canon", tags: canonTags},
	{group: "Nikon", make: "NIKON", tags: nikonTags},
	{group: "Samsung", make: "SAMSUNG", fromNote: true, tags: samsungTags},
	{group: "DJI", make: "DJI", tags: djiTags},
	{group: "Sony", make: "SONY", tags: sonyTags},
}

// makerNote reads what identifies someone or something out of a maker note. A
// note of another layout is reported as present and no more.
func (r *reader) makerNote(b *block, e entry) error {
	if bytes.HasPrefix(e.value, []byte("KDK")) {
		r.kodak(e.value)
		return nil
	}
	for _, f := range noteFormats {
		if f.header == "" {
			if !strings.HasPrefix(strings.ToUpper(b.maker), strings.ToUpper(f.make)) {
				continue
			}
		} else if !bytes.HasPrefix(e.value, []byte(f.header)) {
			continue
		}
		return r.note(b, e, f)
	}
	return nil
}

func (r *reader) note(b *block, e entry, f noteFormat) error {
	// A note has IFD offsets of its own; the number of entries counts on.
	n := &block{raw: b.raw, order: b.order, seen: map[int64]bool{}, entries: b.entries, quiet: true}
	at := e.at + f.ifd
	if f.fromNote {
		n.raw, at = e.value, f.ifd
	}
	if f.order != nil {
		n.order = f.order
	} else if f.ifd > 2 && f.fromNote {
		// The two bytes before the IFD, or four before it, give the byte order.
		for _, back := range []int64{2, 4} {
			if f.ifd-back < 0 || f.ifd > int64(len(e.value)) {
				continue
			}
			switch string(e.value[f.ifd-back : f.ifd-back+2]) {
			case "II":
				n.order = binary.LittleEndian
			case "MM":
				n.order = binary.BigEndian
			}
		}
	}
	if f.tiff > 0 {
		if int64(len(e.value)) < f.tiff+8 {
			return errors.New("maker note is cut off")
		}
		inner, first, err := newBlock(e.value[f.tiff:])
		if err != nil {
			return err
		}
		n.raw, n.order, at = inner.raw, inner.order, first
	} else if !f.fromNote {
		at = n.rebase(e, at)
	}
	r.noteIFD(n, at, f, 0)
	b.entries = n.entries
	return nil
}

// maxNoteShift is how far a maker note is believed to have been moved, in bytes.
const maxNoteShift = 1 << 20

// rebase mends the offsets of the note e, whose IFD lies at ifd: programs that
// edit EXIF move the note and leave its offsets as they were. It does so only
// where an offset points outside the note or into its IFD, and where all point
// into the note once the first follows the IFD. It returns where in b the IFD
// lies then.
func (b *block) rebase(e entry, ifd int64) int64 {
	if ifd < 0 || ifd+2 > int64(len(b.raw)) {
		return ifd
	}
	noteEnd := e.at + int64(len(e.value))
	count := int64(b.order.Uint16(b.raw[ifd:]))
	behind := ifd + 2 + 12*count + 4
	if behind > noteEnd {
		return ifd
	}
	first, last := int64(math.MaxUint32)+1, int64(0)
	for at := ifd + 2; at < behind-4; at += 12 {
		typ := int(b.order.Uint16(b.raw[at+2:]))
		if typ >= len(valueSize) {
			return ifd
		}
		size := valueSize[typ] * int64(b.order.Uint32(b.raw[at+4:]))
		if size > 4 {
			offset := int64(b.order.Uint32(b.raw[at+8:]))
			first, last = min(first, offset), max(last, offset+size)
		}
	}
	shift := behind - first
	switch {
	case last == 0, first >= behind-4 && last <= noteEnd: // some notes lack the offset of a next IFD
		return ifd
	case last+shift > noteEnd, shift > maxNoteShift, shift < -maxNoteShift:
		return ifd
	case shift > 0:
		b.raw = b.raw[shift:]
	default:
		b.raw = append(make([]byte, -shift, int64(len(b.raw))-shift), b.raw...)
	}
	return ifd - shift
}

func (r *reader) noteIFD(n *block, at int64, f noteFormat, depth int) {
	r.walk(n, at, f.group+" maker note", func(e entry) {
		tag, ok := f.tags[e.id]
		if !ok {
			return
		}
		switch {
		case tag.form == subIFD && depth == 0:
			next := e.number(n, 0)
			if e.typ == tiff.DTUndefined {
				next = e.at
			}
			r.noteIFD(n, next, f, depth+1)
		case tag.form == hexadecimal:
			r.add(f.group, tag.name, hex.EncodeToString(e.value[:min(len(e.value), maxNumbers)]))
		case tag.form == faces:
			r.panasonicFaces(n, e)
		case tag.form == canonZone:
			const minutes, city = 1, 2 // of four numbers
			r.add(f.group, "TimeZone", strconv.Itoa(int(int32(e.number(n, minutes)))))
			r.add(f.group, "TimeZoneCity", strconv.Itoa(int(e.number(n, city))))
		case tag.form == nikonZone:
			if len(e.value) >= 2 { // minutes; summer time and the order of dates follow
				r.add(f.group, "TimeZone", strconv.Itoa(int(int16(n.order.Uint16(e.value)))))
			}
		case tag.form == nikonFile:
			const folder, file, end = 6, 8, 10 // after a version and the card
			if len(e.value) >= end {
				r.add(f.group, "DirectoryNumber", strconv.Itoa(int(n.order.Uint16(e.value[folder:]))))
				r.add(f.group, "FileNumber", strconv.Itoa(int(n.order.Uint16(e.value[file:]))))
			}
		case tag.name != "":
			if e.typ == tiff.DTUndefined && e.count > 8 {
				r.add(f.group, tag.name, text(e.value))
				return
			}
			value, err := n.format(e)
			if err != nil {
				r.warnf("%s %s could not be read: %v", f.group, tag.name, err)
				return
			}
			r.add(f.group, tag.name, value)
		}
	})
}

// kodak reads the model and the time of a Kodak note, which is no IFD but numbers
// at fixed places.
func (r *reader) kodak(note []byte) {
	const header, model, modelSize, year, month, hour, end = 8, 0, 8, 0x10, 0x12, 0x14, 0x18
	if len(note) < header+end {
		return
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if bytes.HasPrefix(note, []byte("KDK INFO")) { // later ones begin with "KDK0100" and the like
		order = binary.BigEndian
	}
	b := note[header:]
	r.add("Kodak", "KodakModel", cString(b[model:modelSize]))
	r.add("Kodak", "YearCreated", strconv.Itoa(int(order.Uint16(b[year:]))))
	r.add("Kodak", "MonthDayCreated", fmt.Sprintf("%02d:%02d", b[month], b[month+1]))
	r.add("Kodak", "TimeCreated", fmt.Sprintf("%02d:%02d:%02d.%02d", b[hour], b[hour+1], b[hour+2], b[hour+3]))
}

// panasonicFaces tells the names of recognised faces: a count, then for each a
// name of 20 bytes, four numbers for the place, an age of 20 bytes.
func (r *reader) panasonicFaces(n *block, e entry) {
	const first, size, name, place, age, most = 4, 48, 20, 20, 28, 3
	if len(e.value) < first {
		return
	}
	count := int(n.order.Uint16(e.value))
	for i := range min(count, most) {
		at := first + size*i
		if at+size > len(e.value) {
			return
		}
		face := e.value[at : at+size]
		tag := fmt.Sprintf("RecognizedFace%d", i+1)
		r.add("Panasonic", tag+"Name", cString(face[:name]))
		var numbers []string
		for j := range 4 {
			numbers = append(numbers, fmt.Sprint(n.order.Uint16(face[place+2*j:])))
		}
		r.add("Panasonic", tag+"Position", strings.Join(numbers, " "))
		r.add("Panasonic", tag+"Age", cString(face[age:]))
	}
}

// cString is b up to its first zero, as text.
func cString(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	return text(b)
}
