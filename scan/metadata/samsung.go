package metadata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
	"time"
)

// samsungNames are the records of a Samsung trailer that exiftool has names for;
// the others go by the name that they bring.
var samsungNames = map[uint16]string{
	0x0001: "EmbeddedImage", 0x0100: "EmbeddedAudioFile", 0x0201: "SurroundShotVideo", 0x0A01: "TimeStamp",
	0x0A20: "DualCameraImage", 0x0A30: "EmbeddedVideoFile", 0x0AA1: "MCCData",
}

// samsungTimeStamp is the record with the time in milliseconds since 1970.
const samsungTimeStamp = 0x0A01

// samsungTrailer reads the directory that Samsung's phones write behind a picture
// and what it names: the time in UTC, the country of the mobile network, earlier
// paths, further pictures. data ends where the trailer does. From the end:
// "SEFT", the directory's length, and the directory with "SEFH", a version, a
// count, and records that point back to their data.
func (r *reader) samsungTrailer(data []byte) error {
	const footer, header, record = 8, 12, 12
	end := bytes.LastIndex(data, []byte("SEFT"))
	if end < footer {
		return nil // no directory: a part of the trailer
	}
	length := int64(binary.LittleEndian.Uint32(data[end-4:]))
	start := int64(end) - 4 - length
	if length < header || start < 0 || string(data[start:start+4]) != "SEFH" {
		return errors.New("no directory where its length says")
	}
	count := min(int64(binary.LittleEndian.Uint32(data[start+8:])), (length-header)/record, maxEntries)
	for i := range count {
		e := data[start+header+record*i:]
		id := binary.LittleEndian.Uint16(e[2:])
		at, size := start-int64(binary.LittleEndian.Uint32(e[4:])), int64(binary.LittleEndian.Uint32(e[8:]))
		const head = 8 // the type again, and the length of the name
		if at < 0 || size < head || at+size > start {
			r.warnf("a record of the Samsung trailer lies outside it")
			continue
		}
		b := data[at : at+size]
		named := int64(binary.LittleEndian.Uint32(b[4:]))
		if named > size-head {
			r.warnf("a record of the Samsung trailer is cut off")
			continue
		}
		tag, value := samsungNames[id], b[head+named:]
		if tag == "" {
			tag = tagName(text(b[head : head+named]))
		}
		r.add("Samsung", tag, samsungValue(id, value))
	}
	return nil
}

func samsungValue(id uint16, b []byte) string {
	if len(b) > maxValue || !isASCII(b) {
		return binaryValue(len(b))
	}
	if id == samsungTimeStamp {
		if ms, err := strconv.ParseInt(string(b), 10, 64); err == nil && ms > 0 && ms < 1<<43 { // 1 << 43 is in 2248
			return time.UnixMilli(ms).UTC().Format("2006:01:02 15:04:05.000Z")
		}
	}
	return text(b)
}
