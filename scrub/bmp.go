package scrub

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"blindspot/scan"
	"blindspot/scan/container"
)

// bmpWriter lets through the headers, with the fields that say nothing of the
// picture at zero, the colour table, the pixels and an embedded ICC profile.
type bmpWriter struct{}

// Header sizes and fields of a Windows bitmap, offsets from the bitmap header.
const (
	bmpFileHeader  = 14
	bmpInfoHeader  = 40
	bmpOS2Header   = 64
	bmpV5Header    = 124
	bmpPixelsPerM  = 24 // two fields of four bytes
	bmpColourSpace = 56
	bmpProfileAt   = 112
	bmpProfileSize = 116
)

// Values of the colour space field: a profile embedded, or one on the disk of
// whoever made the file, named by its path.
const (
	bmpEmbedded = "DEBM" // "MBED", little-endian
	bmpLinked   = "KNIL"
	bmpSRGB     = "BGRs"
)

func (bmpWriter) profile(p *scan.Photo) []byte {
	header, ok := bmpPart(p, "DIB")
	if !ok || len(header) != bmpV5Header || string(header[bmpColourSpace:bmpColourSpace+4]) != bmpEmbedded {
		return nil
	}
	profile, _ := bmpPart(p, "ICC")
	return profile
}

func bmpPart(p *scan.Photo, id string) ([]byte, bool) {
	for _, part := range p.Parts {
		if part.ID == id {
			return p.Data[part.Offset : part.Offset+part.Length], true
		}
	}
	return nil, false
}

// bmpPicture are the parts that stay.
var bmpPicture = map[string]bool{"BM": true, "DIB": true, "PALETTE": true, "PIXELS": true, "ICC": true}

func (bmpWriter) keeps(_ *scan.Photo) func(container.Part) bool {
	return func(part container.Part) bool { return bmpPicture[part.ID] }
}

func (w bmpWriter) write(p *scan.Photo, k keep) ([]byte, error) {
	header, ok := bmpPart(p, "DIB")
	pixels, okPixels := bmpPart(p, "PIXELS")
	if !ok || !okPixels {
		return nil, errors.New("the file ends before its pixels")
	}
	table, _ := bmpPart(p, "PALETTE")
	at := bmpFileHeader + len(header) + len(table)
	end := at + len(pixels)

	out := make([]byte, 0, end+len(k.profile))
	out = append(out, "BM"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(end+len(k.profile)))
	out = append(out, 0, 0, 0, 0)
	out = binary.LittleEndian.AppendUint32(out, uint32(at))
	out = append(out, w.header(header, k.profile, end)...)
	out = append(out, table...)
	out = append(out, pixels...)
	return append(out, k.profile...), nil
}

// header is a bitmap header with what does not describe the picture at zero;
// end is where the pixels end in the copy.
func (bmpWriter) header(header, profile []byte, end int) []byte {
	h := bytes.Clone(header)
	if len(h) >= bmpInfoHeader {
		clear(h[bmpPixelsPerM : bmpPixelsPerM+8])
	}
	switch len(h) {
	case bmpOS2Header:
		// Units, recording, halftoning and the maker's identifier.
		clear(h[bmpInfoHeader:])
	case bmpV5Header:
		space := string(h[bmpColourSpace : bmpColourSpace+4])
		if space == bmpLinked || space == bmpEmbedded && profile == nil {
			copy(h[bmpColourSpace:], bmpSRGB)
		}
		clear(h[bmpProfileAt:])
		if profile != nil {
			binary.LittleEndian.PutUint32(h[bmpProfileAt:], uint32(end-bmpFileHeader))
			binary.LittleEndian.PutUint32(h[bmpProfileSize:], uint32(len(profile)))
		}
	}
	return h
}

func (bmpWriter) check(c *scan.Photo) error {
	for _, part := range c.Parts {
		if !bmpPicture[part.ID] {
			return fmt.Errorf("%s at byte %d should not be there", part.Name, part.Offset)
		}
	}
	return nil
}

func (bmpWriter) same(original, copied *scan.Photo) error {
	for _, id := range []string{"PALETTE", "PIXELS"} {
		a, _ := bmpPart(original, id)
		b, _ := bmpPart(copied, id)
		if !bytes.Equal(a, b) {
			return fmt.Errorf("%s differ from the original", id)
		}
	}
	a, _ := bmpPart(original, "DIB")
	b, _ := bmpPart(copied, "DIB")
	if len(a) != len(b) || !bytes.Equal(a[:min(len(a), bmpPixelsPerM)], b[:min(len(b), bmpPixelsPerM)]) {
		return errors.New("the header differs from the original")
	}
	return nil
}

// sameColour has nothing to add: same compares the table, and the profile is
// compared with the others.
func (bmpWriter) sameColour(_, _ *scan.Photo) error { return nil }
