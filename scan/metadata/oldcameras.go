package metadata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"time"
)

// pictureInfo reads the text that some older cameras keep in APP12: lines of
// name=value.
func (r *reader) pictureInfo(payload []byte) {
	for line := range strings.FieldsFuncSeq(string(payload), func(c rune) bool { return c == '\r' || c == '\n' || c == 0 }) {
		name, value, ok := strings.Cut(line, "=")
		if !ok || len(name) > 40 {
			continue
		}
		if seconds, err := strconv.ParseInt(value, 10, 32); name == "TimeDate" && err == nil {
			r.add("PictureInfo", "DateTimeOriginal", unixTime(seconds))
			continue
		}
		name = strings.ReplaceAll(name, "#", "Number")
		r.add("PictureInfo", tagName(name), text([]byte(value)))
	}
}

// ciffTexts are the texts of a CIFF block that tell something.
var ciffTexts = map[uint16]string{
	0x080B: "CanonFirmwareVersion", 0x0810: "OwnerName", 0x0816: "OriginalFileName", 0x0817: "ThumbnailFileName",
}

// ciffNumbers are the numbers that do, which lie in their entries.
var ciffNumbers = map[uint16]string{0x180B: "SerialNumber", 0x1817: "FileNumber"}

// ciff reads owner, model, time and file names out of a Canon CIFF block in APP0. A
// directory lies at the end of its block, and points into it.
func (r *reader) ciff(payload []byte) error {
	const countSize, modelTag, timeTag, nestedType, inEntry = 2, 0x080A, 0x180E, 0x2800, 0x4000
	order, first, err := ciffHeader(payload)
	if err != nil {
		return err
	}
	seen := 0
	var directory func(b []byte, depth int)
	directory = func(b []byte, depth int) {
		if len(b) < 6 || depth > 4 {
			return
		}
		at := int64(order.Uint32(b[len(b)-4:]))
		if at+countSize > int64(len(b)) {
			return
		}
		count := int64(order.Uint16(b[at:]))
		for i := range count {
			e := at + countSize + 10*i
			if seen++; e+10 > int64(len(b)) || seen > maxEntries {
				return
			}
			tag := order.Uint16(b[e:])
			size, from := int64(order.Uint32(b[e+2:])), int64(order.Uint32(b[e+6:]))
			if name := ciffNumbers[tag&^inEntry]; name != "" && tag&inEntry != 0 {
				r.add("CIFF", name, strconv.FormatUint(uint64(order.Uint32(b[e+2:])), 10))
			}
			if tag&inEntry != 0 || from+size > int64(len(b)) {
				continue
			}
			value := b[from : from+size]
			switch {
			case tag&0x3800 == nestedType || tag&0x3800 == 0x3000:
				directory(value, depth+1)
			case tag == timeTag && size >= 4:
				r.add("CIFF", "DateTimeOriginal", unixTime(int64(order.Uint32(value))))
			case ciffTexts[tag] != "":
				r.add("CIFF", ciffTexts[tag], cString(value))
			case tag == modelTag:
				maker, model, _ := bytes.Cut(value, []byte{0})
				r.add("CIFF", "Make", text(maker))
				r.add("CIFF", "Model", cString(model))
			}
		}
	}
	directory(payload[first:], 0)
	return nil
}

// unixTime is a time in seconds since 1970 by a camera's clock, which knows no
// time zone.
func unixTime(seconds int64) string {
	return time.Unix(seconds, 0).UTC().Format("2006:01:02 15:04:05")
}

// ciffHeader is the byte order of a CIFF block and where its root directory's
// block begins.
func ciffHeader(b []byte) (order binary.ByteOrder, first int, err error) {
	if len(b) < 14 {
		return nil, 0, errors.New("CIFF is cut off")
	}
	switch string(b[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return nil, 0, errors.New("CIFF without a byte order")
	}
	first = int(order.Uint32(b[2:]))
	if first < 14 || first > len(b) {
		return nil, 0, errors.New("CIFF header is damaged")
	}
	return order, first, nil
}
