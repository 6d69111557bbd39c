package e2e

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

// The judge has to see what is wrong with a file.
func TestJudgeSeesWhatIsWrong(t *testing.T) {
	segment := func(marker byte, payload string) []byte {
		b := []byte{0xff, marker}
		b = binary.BigEndian.AppendUint16(b, uint16(len(payload)+2))
		return append(b, payload...)
	}
	chunk := func(name, payload string) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
		b = append(b, name+payload...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	const afterIHDR = 8 + 12 + 13
	for _, c := range []struct {
		name, file string
		mutate     func([]byte) []byte
		wrong      string // part of what is said; empty where nothing is wrong
	}{
		{"as it is", "a.jpg", func(b []byte) []byte { return b }, ""},
		{"as it is", "a.png", func(b []byte) []byte { return b }, ""},
		{"trailer", "a.jpg", func(b []byte) []byte { return append(b, "more"...) }, "4 bytes after the end"},
		{"second picture", "a.jpg", func(b []byte) []byte { return append(b, b...) }, "bytes after the end"},
		{"comment", "a.jpg", func(b []byte) []byte { return slices.Insert(b, 2, segment(0xfe, "hello")...) }, "marker 0xfe"},
		{"APP13", "a.jpg", func(b []byte) []byte { return slices.Insert(b, 2, segment(0xed, "Photoshop 3.0\x00")...) }, "marker 0xed"},
		{"XMP", "a.jpg", func(b []byte) []byte {
			return slices.Insert(b, 2, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00")...)
		}, "APP1"},
		{"long EXIF", "a.jpg", func(b []byte) []byte {
			return slices.Insert(b, 2, segment(0xe1, "Exif\x00\x00"+strings.Repeat("x", 40))...)
		}, "APP1 of 46 bytes"},
		{"MPF", "a.jpg", func(b []byte) []byte { return slices.Insert(b, 2, segment(0xe2, "MPF\x00")...) }, "APP2"},
		{"JFIF with a density", "a.jpg", func(b []byte) []byte {
			return slices.Insert(b, 2, segment(0xe0, "JFIF\x00\x01\x01\x01\x00\x48\x00\x48\x00\x00")...)
		}, "APP0"},
		{"cut off", "a.jpg", func(b []byte) []byte { return b[:len(b)/2] }, "end of image"},
		{"trailer", "a.png", func(b []byte) []byte { return append(b, "more"...) }, "4 bytes after IEND"},
		{"text", "a.png", func(b []byte) []byte { return slices.Insert(b, afterIHDR, chunk("tEXt", "Author\x00Anna")...) }, `chunk "tEXt"`},
		{"time", "a.png", func(b []byte) []byte { return slices.Insert(b, afterIHDR, chunk("tIME", "1234567")...) }, `chunk "tIME"`},
		{"density", "a.png", func(b []byte) []byte {
			return slices.Insert(b, afterIHDR, chunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01")...)
		}, "pHYs"},
		{"behind the pixels", "a.png", func(b []byte) []byte { return slices.Insert(b, len(b)-12, chunk("IDAT", "hidden")...) }, "6 bytes in IDAT"},
	} {
		t.Run(c.name+" "+c.file, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := writePhoto(path); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, c.mutate(data), 0o600); err != nil {
				t.Fatal(err)
			}
			err = tidy(path)
			if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%v, want %q", err, c.wrong)
			}
		})
	}
}

func TestLeftoversAreSeen(t *testing.T) {
	exiftool := testenv.Program(t, "exiftool")
	clean := filepath.Join(t.TempDir(), "clean.jpg")
	dirty := filepath.Join(t.TempDir(), "dirty.jpg")
	for _, path := range []string{clean, dirty} {
		if err := writePhoto(path); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(exiftool, "-q", "-overwrite_original", "-Orientation#=6", clean).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.Command(exiftool, "-q", "-overwrite_original", "-GPSLatitude=48", "-GPSLatitudeRef=N", "-Artist=Anna", dirty).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	tags := describe(t, []string{clean, dirty})
	found := strings.Join(leftovers(tags[dirty]), "; ")
	for _, want := range []string{"GPS:GPSLatitude", "IFD0:Artist"} {
		if !strings.Contains(found, want) {
			t.Errorf("%s is not among the leftovers %s", want, found)
		}
	}
	if kept(tags[clean])["Orientation"] != "Rotate 90 CW" {
		t.Errorf("the orientation is %v", kept(tags[clean]))
	}
}
