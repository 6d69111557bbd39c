package metadata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/rwcarlsen/goexif/tiff"
)

// TIFF tags that are followed rather than shown.
const (
	tagSubIFD      = 0x014A
	tagJPEGOffset  = 0x0201
	tagJPEGLength  = 0x0202
	tagXMP         = 0x02BC
	tagOrientation = 0x0112
	tagIPTC        = 0x83BB
	tagPhotoshop   = 0x8649
	tagExifIFD     = 0x8769
	tagICC         = 0x8773
	tagGPS         = 0x8825
	tagMakerNote   = 0x927C
	tagUserComment = 0x9286
	tagXPTitle     = 0x9C9B
	tagXPSubject   = 0x9C9F
	tagInteropIFD  = 0xA005
)

// valueSize is the size in bytes of one value of a TIFF type; 0 for a type that
// does not exist.
var valueSize = [...]int64{
	tiff.DTByte: 1, tiff.DTAscii: 1, tiff.DTShort: 2, tiff.DTLong: 4, tiff.DTRational: 8, tiff.DTSByte: 1,
	tiff.DTUndefined: 1, tiff.DTSShort: 2, tiff.DTSLong: 4, tiff.DTSRational: 8, tiff.DTFloat: 4, tiff.DTDouble: 8,
	13: 4, // IFD
}

// block is one EXIF block: a TIFF structure.
type block struct {
	raw     []byte
	order   binary.ByteOrder
	seen    map[int64]bool // IFD offsets, so that a circle ends
	entries int
	gps     map[uint16]*tiff.Tag
	maker   string // Make of IFD0
	quiet   bool   // a maker note: damage in it is nobody's concern
}

// exif reads an EXIF block.
//
// goexif decodes the values, but is not given the block as a whole: it follows
// IFDs that point in a circle without end, drops a whole IFD for one bad entry,
// and takes memory by an entry's count. So the IFDs are walked here, each offset
// once, and each entry is checked before it is decoded.
func (r *reader) exif(raw []byte) error {
	b, first, err := newBlock(raw)
	if err != nil {
		return err
	}
	r.chain(b, first)
	r.place(b)
	return nil
}

func newBlock(raw []byte) (b *block, first int64, err error) {
	b = &block{raw: raw, seen: map[int64]bool{}, gps: map[uint16]*tiff.Tag{}}
	switch {
	case len(raw) < 8:
		return nil, 0, fmt.Errorf("EXIF of %d bytes", len(raw))
	case string(raw[:2]) == "II":
		b.order = binary.LittleEndian
	case string(raw[:2]) == "MM":
		b.order = binary.BigEndian
	default:
		return nil, 0, errors.New("EXIF without a TIFF header")
	}
	return b, int64(b.order.Uint32(raw[4:])), nil
}

// chain reads the main chain: the IFD at offset, which is IFD0, and those that follow.
func (r *reader) chain(b *block, offset int64) {
	for n := 0; offset != 0; n++ {
		offset = r.ifd(b, offset, fmt.Sprintf("IFD%d", n))
	}
}

// entry is one entry of an IFD whose value lies within the block.
type entry struct {
	id    uint16
	typ   tiff.DataType
	count int64
	value []byte // as stored
	at    int64  // offset of value
	start int64  // offset of the entry
}

// walk calls fn for each sound entry of the IFD at offset and returns the offset
// of the next IFD, 0 for none.
func (r *reader) walk(b *block, offset int64, group string, fn func(entry)) int64 {
	warnf := r.warnf
	if b.quiet {
		warnf = func(string, ...any) {}
	}
	if b.seen[offset] {
		warnf("%s points to an earlier IFD", group)
		return 0
	}
	if len(b.seen) >= maxIFDs {
		warnf("more than %d IFDs", maxIFDs)
		return 0
	}
	b.seen[offset] = true
	size := int64(len(b.raw))
	if offset < 0 || offset+2 > size {
		warnf("%s lies outside its block", group)
		return 0
	}
	count := int64(b.order.Uint16(b.raw[offset:]))
	end := offset + 2 + 12*count
	for i := range count {
		at := offset + 2 + 12*i
		if at+12 > size {
			warnf("%s runs past the end of its block", group)
			return 0
		}
		if b.entries++; b.entries > maxEntries {
			warnf("more than %d entries", maxEntries)
			return 0
		}
		e := entry{
			id:    b.order.Uint16(b.raw[at:]),
			typ:   tiff.DataType(b.order.Uint16(b.raw[at+2:])),
			count: int64(b.order.Uint32(b.raw[at+4:])),
			start: at,
		}
		if int(e.typ) >= len(valueSize) || valueSize[e.typ] == 0 {
			if e.typ != 0 {
				warnf("%s entry 0x%04x has no known type", group, e.id)
			}
			continue
		}
		length := valueSize[e.typ] * e.count
		if e.at = at + 8; length > 4 {
			e.at = int64(b.order.Uint32(b.raw[at+8:]))
		}
		if length == 0 {
			continue
		}
		if e.at+length > size {
			warnf("%s entry 0x%04x runs past the end of its block", group, e.id)
			continue
		}
		e.value = b.raw[e.at : e.at+length]
		fn(e)
	}
	if end+4 > size {
		return 0
	}
	return int64(b.order.Uint32(b.raw[end:]))
}

// ifd reads one IFD and those within it, and returns the offset of the next.
func (r *reader) ifd(b *block, offset int64, group string) int64 {
	names := exifNames
	if group == "GPS" {
		names = gpsNames
	}
	var jpegAt, jpegLength int64
	next := r.walk(b, offset, group, func(e entry) {
		switch {
		case group == "GPS":
		case e.id == tagExifIFD:
			r.ifd(b, e.number(b, 0), "ExifIFD")
			return
		case e.id == tagGPS:
			r.ifd(b, e.number(b, 0), "GPS")
			return
		case e.id == tagInteropIFD:
			r.ifd(b, e.number(b, 0), "InteropIFD")
			return
		case e.id == tagSubIFD:
			for i := range min(e.count, maxIFDs) {
				name := "SubIFD"
				if i > 0 {
					name += strconv.Itoa(int(i))
				}
				r.ifd(b, e.number(b, i), name)
			}
			return
		case e.id == tagOrientation && group == "IFD0":
			if v := e.number(b, 0); r.turns && v >= 1 && v <= 8 && r.result.Orientation == 0 {
				r.result.Orientation = int(v)
			}
		case e.id == tagJPEGOffset:
			jpegAt = e.number(b, 0)
		case e.id == tagJPEGLength:
			jpegLength = e.number(b, 0)
		case e.id == tagMakerNote:
			r.add(group, "MakerNote", binaryValue(len(e.value)))
			r.guard("maker note", func() error { return r.makerNote(b, e) })
			return
		}
		r.guard(entryName{group, e.id}, func() error {
			return r.entry(b, e, group, names)
		})
	})
	if jpegLength > 0 && jpegAt > 0 && jpegAt+jpegLength <= int64(len(b.raw)) {
		r.thumbnail(group, b.raw[jpegAt:jpegAt+jpegLength])
	}
	return next
}

// entryName names an entry where it cannot be read.
type entryName struct {
	group string
	id    uint16
}

func (n entryName) String() string { return fmt.Sprintf("%s entry 0x%04x", n.group, n.id) }

// thumbnail tells of the JPEG that an IFD points to, and of what it holds.
func (r *reader) thumbnail(group string, data []byte) {
	tag := "ThumbnailImage"
	if group != "IFD1" {
		tag = "PreviewImage"
	}
	value := binaryValue(len(data))
	if w, h := pictureSize(data); w > 0 {
		value = fmt.Sprintf("%d × %d pixels, %d bytes", w, h, len(data))
	}
	r.add(group, tag, value)
	r.guard(tag, func() error { return r.picture(group+" "+tag, data) })
}

// number is the i-th value of an integer entry, 0 if there is none.
func (e entry) number(b *block, i int64) int64 {
	if i >= e.count {
		return 0
	}
	v := e.value[i*valueSize[e.typ]:]
	switch e.typ {
	case tiff.DTByte, tiff.DTUndefined, tiff.DTSByte:
		return int64(v[0])
	case tiff.DTShort, tiff.DTSShort:
		return int64(b.order.Uint16(v))
	case tiff.DTLong, tiff.DTSLong, 13:
		return int64(b.order.Uint32(v))
	}
	return 0
}

// entry adds the fact that e is.
func (r *reader) entry(b *block, e entry, group string, names map[uint16]string) error {
	name, ok := names[e.id]
	if !ok {
		name = fmt.Sprintf("Exif_0x%04x", e.id)
		if group == "GPS" {
			name = fmt.Sprintf("GPS_0x%04x", e.id)
		}
	}
	switch {
	case group == "GPS":
		return r.gpsEntry(b, e, name)
	case e.id == tagXMP:
		return r.xmp(e.value)
	case e.id == tagIPTC:
		return r.iptc(e.value)
	case e.id == tagPhotoshop:
		return r.photoshop(e.value)
	case e.id == tagICC:
		return r.icc(e.value)
	case e.id == tagUserComment:
		r.add(group, name, charsetText(b.order, e.value))
		return nil
	case e.id >= tagXPTitle && e.id <= tagXPSubject:
		r.add(group, name, utf16Text(binary.LittleEndian, e.value))
		return nil
	}
	value, err := b.format(e)
	if err != nil {
		return err
	}
	if group == "IFD0" && name == "Make" {
		b.maker = strings.TrimSpace(value)
	}
	r.add(group, name, value)
	return nil
}

// decode decodes an entry by goexif.
func (b *block) decode(e entry) (*tiff.Tag, error) {
	rd := bytes.NewReader(b.raw)
	if _, err := rd.Seek(e.start, 0); err != nil {
		return nil, err
	}
	return tiff.DecodeTag(rd, b.order)
}

// format is an entry's value as text, as exiftool -n writes it.
func (b *block) format(e entry) (string, error) {
	switch e.typ {
	case tiff.DTAscii:
		return text(e.value), nil
	case tiff.DTUndefined, tiff.DTByte:
		if e.typ == tiff.DTByte && e.count <= maxNumbers {
			break
		}
		if s := bytes.TrimRight(e.value, "\x00 "); len(s) <= maxValue && isASCII(s) {
			return text(s), nil
		}
		if e.count > 8 {
			return binaryValue(len(e.value)), nil
		}
		return joinBytes(e.value), nil
	case 13:
		return strconv.FormatInt(e.number(b, 0), 10), nil
	}
	if e.count > maxNumbers {
		return fmt.Sprintf("(%d values)", e.count), nil
	}
	switch e.typ {
	case tiff.DTShort, tiff.DTLong, tiff.DTRational: // most, and simple
		return b.unsigned(e), nil
	}
	t, err := b.decode(e)
	if err != nil {
		return "", err
	}
	values := make([]string, e.count)
	for i := range values {
		switch t.Format() {
		case tiff.IntVal:
			v, err := t.Int64(i)
			if err != nil {
				return "", err
			}
			values[i] = strconv.FormatInt(v, 10)
		default:
			v, ok := float(t, i)
			if !ok {
				values[i] = "undef"
				continue
			}
			values[i] = strconv.FormatFloat(v, 'g', 10, 64)
		}
	}
	return strings.Join(values, " "), nil
}

// unsigned is format for values without a sign.
func (b *block) unsigned(e entry) string {
	var s []byte
	for i := range e.count {
		if i > 0 {
			s = append(s, ' ')
		}
		if e.typ != tiff.DTRational {
			s = strconv.AppendInt(s, e.number(b, i), 10)
			continue
		}
		n, d := b.order.Uint32(e.value[8*i:]), b.order.Uint32(e.value[8*i+4:])
		if d == 0 {
			s = append(s, "undef"...)
			continue
		}
		s = strconv.AppendFloat(s, float64(n)/float64(d), 'g', 10, 64)
	}
	return string(s)
}

// float is the i-th value of a rational or float tag. It is false for a division
// by zero and for what is no number.
func float(t *tiff.Tag, i int) (float64, bool) {
	if i >= int(t.Count) {
		return 0, false
	}
	switch t.Format() {
	case tiff.RatVal:
		n, d, err := t.Rat2(i)
		if err != nil || d == 0 {
			return 0, false
		}
		return float64(n) / float64(d), true
	case tiff.FloatVal:
		v, err := t.Float(i)
		return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
	case tiff.IntVal:
		v, err := t.Int64(i)
		return float64(v), err == nil
	}
	return 0, false
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7E {
			return false
		}
	}
	return len(b) > 0
}

func joinBytes(b []byte) string {
	s := make([]string, len(b))
	for i, c := range b {
		s[i] = strconv.Itoa(int(c))
	}
	return strings.Join(s, " ")
}

// charsetText decodes text that begins with eight bytes of character code, as
// UserComment does (EXIF 2.32, 4.6.5).
func charsetText(order binary.ByteOrder, b []byte) string {
	const codeSize = 8
	if len(b) < codeSize {
		return text(b)
	}
	code, rest := string(bytes.TrimRight(b[:codeSize], "\x00 ")), b[codeSize:]
	switch strings.ToUpper(code) {
	case "UNICODE":
		return utf16Text(order, rest)
	case "ASCII", "", "JIS":
		return text(rest)
	}
	return text(b)
}

// utf16Text decodes UTF-16. Writers often get the byte order wrong, so the one
// that gives more of the Latin range is taken, order where both do.
func utf16Text(order binary.ByteOrder, b []byte) string {
	other := binary.ByteOrder(binary.LittleEndian)
	if order == binary.ByteOrder(binary.LittleEndian) {
		other = binary.BigEndian
	}
	latin := func(o binary.ByteOrder) (n int) {
		for i := 0; i+2 <= len(b); i += 2 {
			if u := o.Uint16(b[i:]); u > 0 && u < 0x250 {
				n++
			}
		}
		return n
	}
	if latin(other) > latin(order) {
		order = other
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+2 <= len(b); i += 2 {
		units = append(units, order.Uint16(b[i:]))
	}
	s := strings.TrimRight(string(utf16.Decode(units)), "\x00")
	return printable(strings.TrimPrefix(s, "\ufeff"))
}
