package metadata

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// valueOf is the value of a fact, "" where there is none.
func valueOf(r *Result, group, tag string) string {
	for _, f := range r.Facts {
		if f.Group == group && f.Tag == tag {
			return f.Value
		}
	}
	return ""
}

// canonBlock is an EXIF block of a Canon with a serial number, a lens and a city
// in its note. The note's offsets are wrong by moved bytes.
func canonBlock(moved int) []byte {
	maker := "Canon" + strings.Repeat("\x00", 100_000) // so that the note may have come from before
	const exifAt = 8 + 2 + 24 + 4
	noteAt := exifAt + 2 + 12 + 4 + len(maker)
	const lens = "EF-S17-55mm f/2.8 IS USM"
	note := binary.LittleEndian.AppendUint16(nil, 3)
	behind := uint32(noteAt + 2 + 3*12 + 4 - moved)
	for _, e := range []entryOf{
		{0x000C, 4, 1, long(420515871)},
		{0x0035, 4, 4, long(behind)},
		{0x0095, 2, uint32(len(lens)), long(behind + 16)},
	} {
		note = binary.LittleEndian.AppendUint16(note, e.tag)
		note = binary.LittleEndian.AppendUint16(note, e.typ)
		note = binary.LittleEndian.AppendUint32(note, e.count)
		note = append(note, e.value...)
	}
	note = append(note, 0, 0, 0, 0)
	note = append(note, long(16)+long(540)+long(6)+long(0)+lens...)
	return buildTIFF(-1, []entryOf{{0x010F, 2, uint32(len(maker)), maker}, {tagExifIFD, 4, 1, long(exifAt)}},
		[]entryOf{{tagMakerNote, 7, uint32(len(note)), string(note)}})
}

// TestMovedMakerNote reads a note whose offsets were left as they were when a
// program moved it.
func TestMovedMakerNote(t *testing.T) {
	for _, moved := range []int{0, 6, -6, 500, -500, 70_000} {
		r := readEXIF(t, canonBlock(moved))
		for tag, want := range map[string]string{
			"SerialNumber": "420515871", "LensModel": "EF-S17-55mm f/2.8 IS USM", "TimeZone": "540", "TimeZoneCity": "6",
		} {
			if got := valueOf(r, "Canon", tag); got != want {
				t.Errorf("moved by %d: %s is %q, want %q", moved, tag, got, want)
			}
		}
	}
}

func TestKodakNote(t *testing.T) {
	for header, year := range map[string]string{"KDK0102I": "\xd5\x07", "KDK INFO": "\x07\xd5"} {
		note := header + "Z740    \x03\x01\x00\x01\x10\x0a\x8c\x07" + year + "\x09\x16\x13\x1e\x2e\x35"
		r := readEXIF(t, buildTIFF(-1, []entryOf{{tagMakerNote, 7, uint32(len(note)), note}}))
		for tag, want := range map[string]string{
			"KodakModel": "Z740", "YearCreated": "2005", "MonthDayCreated": "09:22", "TimeCreated": "19:30:46.53",
		} {
			if got := valueOf(r, "Kodak", tag); got != want {
				t.Errorf("%s: %s is %q, want %q", header, tag, got, want)
			}
		}
	}
}

// sefRecord is a record of a Samsung trailer.
type sefRecord struct {
	id          uint16
	name, value string
}

// samsungBlock is a Samsung trailer.
func samsungBlock(records ...sefRecord) []byte {
	le := binary.LittleEndian
	var data []byte
	var starts []int
	for _, r := range records {
		starts = append(starts, len(data))
		data = le.AppendUint16(append(data, 0, 0), r.id)
		data = le.AppendUint32(data, uint32(len(r.name)))
		data = append(data, r.name+r.value...)
	}
	dir := le.AppendUint32(le.AppendUint32([]byte("SEFH"), 107), uint32(len(records)))
	for i, r := range records {
		dir = le.AppendUint16(append(dir, 0, 0), r.id)
		dir = le.AppendUint32(dir, uint32(len(data)-starts[i]))
		dir = le.AppendUint32(dir, uint32(8+len(r.name+r.value)))
	}
	out := append(data, dir...)
	return append(le.AppendUint32(out, uint32(len(dir))), "SEFT"...)
}

func TestSamsungTrailer(t *testing.T) {
	block := samsungBlock(
		sefRecord{0x0A01, "Image_UTC_Data", "1573680231123"},
		sefRecord{0x0AA1, "MCC_Data", "310"},
		sefRecord{0x0BA1, "Original_Path_Hash_Key", "/DCIM/Camera/20191113.jpg/1"},
		sefRecord{0x0A30, "MotionPhoto_Data", "\x00\x01" + strings.Repeat("v", 98)},
		sefRecord{0x0C00, "", "x"},
	)
	r := &reader{result: &Result{}}
	if err := r.samsungTrailer(append([]byte("\xff\xd9padding"), block...)); err != nil {
		t.Fatal(err)
	}
	want := "Samsung TimeStamp 2019:11:13 21:23:51.123Z true, Samsung MCCData 310 true, " +
		"Samsung Original_Path_Hash_Key /DCIM/Camera/20191113.jpg/1 true, " +
		"Samsung EmbeddedVideoFile (Binary data 100 bytes) false, Samsung Text x false, "
	got := ""
	for _, f := range r.result.Facts {
		got += fmt.Sprintf("%s %s %s %v, ", f.Group, f.Tag, f.Value, f.Sensitive)
	}
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(r.result.Warnings) > 0 {
		t.Errorf("warnings: %q", r.result.Warnings)
	}
}
