package scrub

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

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
	bmpMasksEnd    = 56 // four masks, from the end of the oldest header
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
	header, _ := bmpPart(p, "DIB")
	table, pixels, err := w.picture(p)
	if err != nil {
		return nil, err
	}
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

// Kinds of compression.
const (
	bmpRGB            = 0
	bmpRLE8           = 1
	bmpRLE4           = 2
	bmpBitfields      = 3
	bmpAlphaBitfields = 6
)

// picture is the colour table and the pixels, with zeros where no viewer looks:
// bits that no colour uses, the padding of rows, and what lies behind the end of
// run-length codes.
func (bmpWriter) picture(p *scan.Photo) (table, pixels []byte, err error) {
	header, ok := bmpPart(p, "DIB")
	pixels, okPixels := bmpPart(p, "PIXELS")
	if !ok || !okPixels {
		return nil, nil, errors.New("the file ends before its pixels")
	}
	table, _ = bmpPart(p, "PALETTE")
	table, pixels = bytes.Clone(table), bytes.Clone(pixels)
	le := binary.LittleEndian
	depth, compression := 0, uint32(bmpRGB)
	if len(header) < bmpInfoHeader {
		depth = int(le.Uint16(header[10:]))
	} else {
		depth, compression = int(le.Uint16(header[14:])), le.Uint32(header[16:])
		if depth <= 8 {
			for i := 3; i < len(table); i += 4 {
				table[i] = 0
			}
		}
	}
	used := uint32(1<<32 - 1) // bits of a pixel of 16 or 32
	switch {
	case compression == bmpRLE8 || compression == bmpRLE4:
		clear(pixels[runsEnd(pixels, compression == bmpRLE4):])
		return table, pixels, nil
	case compression == bmpRGB && depth == 16:
		used = 1<<15 - 1
	case compression == bmpRGB && depth == 32:
		used = 1<<24 - 1
	case compression == bmpRGB:
	case (compression == bmpBitfields || compression == bmpAlphaBitfields) && len(header) != bmpOS2Header:
		used = 0
		masks := table
		if len(header) > bmpInfoHeader {
			masks = header[bmpInfoHeader:min(len(header), bmpMasksEnd)]
		}
		for ; len(masks) >= 4; masks = masks[4:] {
			used |= le.Uint32(masks)
		}
	default:
		return nil, nil, fmt.Errorf("its pixels are packed in a way (%d) that is not supported yet", compression)
	}
	if !slices.Contains([]int{1, 2, 4, 8, 16, 24, 32}, depth) {
		return nil, nil, fmt.Errorf("pixels of %d bits do not exist", depth)
	}
	stride := (p.Width*depth + 31) / 32 * 4
	if depth == 32 && ^used != 0 && (compression == bmpRGB || len(header) > bmpInfoHeader) {
		// Some viewers take the fourth byte for transparency here, some do not.
		for i := 4; i+4 <= len(pixels); i += 4 {
			if (le.Uint32(pixels[i:])^le.Uint32(pixels))&^used != 0 {
				return nil, nil, errors.New("it holds a fourth value for each pixel, which only some viewers show")
			}
		}
		used = 1<<32 - 1
	}
	for row := pixels; len(row) > 0; row = row[min(stride, len(row)):] {
		line := row[:min(stride, len(row))]
		switch {
		case depth == 16 && ^used != 0:
			for i := 0; i+2 <= len(line); i += 2 {
				le.PutUint16(line[i:], le.Uint16(line[i:])&uint16(used))
			}
		case depth == 32 && ^used != 0:
			for i := 0; i+4 <= len(line); i += 4 {
				le.PutUint32(line[i:], le.Uint32(line[i:])&used)
			}
		}
		bits := p.Width * depth
		if at := bits / 8; at < len(line) {
			clear(line[(bits+7)/8:])
			if bits%8 != 0 {
				line[at] &= ^byte(0xFF >> (bits % 8))
			}
		}
	}
	return table, pixels, nil
}

// runsEnd is where run-length codes say that the picture ends.
func runsEnd(b []byte, nibbles bool) int {
	const escape, endOfLine, endOfPicture, move = 0, 0, 1, 2
	for i := 0; i+2 <= len(b); i += 2 {
		if b[i] != escape {
			continue
		}
		switch n := int(b[i+1]); n {
		case endOfLine:
		case endOfPicture:
			return i + 2
		case move:
			i += 2
		default: // n pixels as they are, to an even number of bytes
			if nibbles {
				n = (n + 1) / 2
			}
			i += (n + 1) &^ 1
		}
	}
	return len(b)
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

func (w bmpWriter) same(original, copied *scan.Photo) error {
	table, pixels, err := w.picture(original)
	if err != nil {
		return err
	}
	copiedTable, _ := bmpPart(copied, "PALETTE")
	copiedPixels, _ := bmpPart(copied, "PIXELS")
	if !bytes.Equal(table, copiedTable) || !bytes.Equal(pixels, copiedPixels) {
		return errors.New("the colours or pixels differ from the original")
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
