package scrub

import (
	"bytes"
	"context"
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
	bmpV4Header    = 108
	bmpV5Header    = 124
	bmpPlanes      = 12
	bmpImageSize   = 20
	bmpPixelsPerM  = 24 // two fields of four bytes
	bmpColoursUsed = 32
	bmpMasksEnd    = 56 // four masks, from the end of the oldest header
	bmpColourSpace = 56
	bmpEndpoints   = 60 // nine fields, and three for gamma
	bmpGammaEnd    = 108
	bmpIntent      = 108
	bmpProfileAt   = 112
	bmpProfileSize = 116
)

// Values of the colour space field: a profile embedded, or one on the disk of
// whoever made the file, named by its path.
const (
	bmpEmbedded = "DEBM" // "MBED", little-endian
	bmpSRGB     = "BGRs"
	bmpWindows  = " niW"
	bmpMeasured = "\x00\x00\x00\x00" // by endpoints and gamma
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

func (w bmpWriter) write(ctx context.Context, p *scan.Photo, k keep) ([]byte, error) {
	header, _ := bmpPart(p, "DIB")
	table, pixels, err := w.picture(ctx, p)
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
	out = append(out, w.header(header, table, pixels, k.profile)...)
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

// bmpPacking is how a bitmap's pixels are packed.
func bmpPacking(header []byte) (depth int, compression uint32) {
	if len(header) < bmpInfoHeader {
		return int(binary.LittleEndian.Uint16(header[10:])), bmpRGB
	}
	return int(binary.LittleEndian.Uint16(header[14:])), binary.LittleEndian.Uint32(header[16:])
}

// bmpEntry is how many bytes a colour of the table takes.
func bmpEntry(header []byte) int {
	if len(header) < bmpInfoHeader {
		return 3
	}
	return 4
}

// picture is the colour table and the pixels, with zeros where no viewer looks:
// bits and entries of the table that no colour uses, the padding of rows, and what
// lies behind the end of run-length codes.
func (w bmpWriter) picture(ctx context.Context, p *scan.Photo) (table, pixels []byte, err error) {
	header, ok := bmpPart(p, "DIB")
	pixels, okPixels := bmpPart(p, "PIXELS")
	if !ok || !okPixels {
		return nil, nil, errors.New("the file ends before its pixels")
	}
	table, _ = bmpPart(p, "PALETTE")
	table, pixels = bytes.Clone(table), bytes.Clone(pixels)
	depth, compression := bmpPacking(header)
	var used [256]bool
	switch {
	case compression == bmpRLE8 && depth == 8, compression == bmpRLE4 && depth == 4:
		end, err := followRuns(ctx, pixels, depth == 4, p.Width, p.Height, &used)
		if err != nil {
			return nil, nil, err
		}
		clear(pixels[end:])
	case compression == bmpRGB,
		(compression == bmpBitfields || compression == bmpAlphaBitfields) && (depth == 16 || depth == 32) && len(header) != bmpOS2Header:
		if err := w.unpacked(ctx, header, table, pixels, p.Width, &used); err != nil {
			return nil, nil, err
		}
		if size := (p.Width*depth + 31) / 32 * 4 * p.Height; len(pixels) < size {
			used[0] = true // rows that are missing
		}
	default:
		return nil, nil, fmt.Errorf("its pixels are packed in a way (%d, %d bits) that is not supported yet", compression, depth)
	}
	if depth <= 8 {
		entry := bmpEntry(header)
		for i := range table {
			if !used[i/entry&0xFF] || i%entry == 3 {
				table[i] = 0
			}
		}
	}
	return table, pixels, nil
}

// unseen are bytes behind the end of run-length codes, where they are not zero.
func (bmpWriter) unseen(ctx context.Context, p *scan.Photo) (hidden, unfollowed []container.Part) {
	header, ok := bmpPart(p, "DIB")
	if !ok {
		return nil, nil
	}
	depth, compression := bmpPacking(header)
	if compression != bmpRLE8 && compression != bmpRLE4 {
		return nil, nil
	}
	for _, part := range p.Parts {
		if part.ID != "PIXELS" {
			continue
		}
		b := bytes.Clone(part.Payload(p.Data))
		end, err := followRuns(ctx, b, depth == 4, p.Width, p.Height, new([256]bool))
		if err != nil || len(bytes.Trim(b[end:], "\x00")) == 0 {
			continue
		}
		hidden = append(hidden, container.Part{
			ID: part.ID, Name: "bytes behind the pixels", Kind: container.Unknown,
			Offset: part.Offset + part.Header + int64(end), Length: int64(len(b) - end),
		})
	}
	return hidden, nil
}

// unpacked clears what no viewer looks at in pixels that lie side by side, and
// marks the entries of the table that they use.
func (bmpWriter) unpacked(ctx context.Context, header, table, pixels []byte, width int, entries *[256]bool) error {
	le := binary.LittleEndian
	depth, compression := bmpPacking(header)
	used := uint32(1<<32 - 1) // bits of a pixel of 16 or 32
	switch {
	case !slices.Contains([]int{1, 2, 4, 8, 16, 24, 32}, depth):
		return fmt.Errorf("pixels of %d bits do not exist", depth)
	case compression == bmpRGB && depth == 16:
		used = 1<<15 - 1
	case compression == bmpRGB && depth == 32:
		used = 1<<24 - 1
	case compression != bmpRGB:
		used = 0
		masks := table
		if len(header) > bmpInfoHeader {
			masks = header[bmpInfoHeader:min(len(header), bmpMasksEnd)]
		}
		for ; len(masks) >= 4; masks = masks[4:] {
			used |= le.Uint32(masks)
		}
	}
	stride := (width*depth + 31) / 32 * 4
	if depth == 32 && ^used != 0 && (compression == bmpRGB || len(header) > bmpInfoHeader) {
		// Some viewers take the fourth byte for transparency here, some do not.
		for i := 4; i+4 <= len(pixels); i += 4 {
			if (le.Uint32(pixels[i:])^le.Uint32(pixels))&^used != 0 {
				return errors.New("it holds a fourth value for each pixel, which only some viewers show")
			}
		}
		used = 1<<32 - 1
	}
	for row := pixels; len(row) > 0; row = row[min(stride, len(row)):] {
		if err := ctx.Err(); err != nil {
			return err
		}
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
		bits := width * depth
		if at := bits / 8; at < len(line) {
			clear(line[(bits+7)/8:])
			if bits%8 != 0 {
				line[at] &= ^byte(0xFF >> (bits % 8))
			}
		}
		if depth <= 8 {
			for x := 0; x < width && x*depth/8 < len(line); x++ {
				entries[line[x*depth/8]<<(x*depth%8)>>(8-depth)] = true
			}
		}
	}
	return nil
}

// errRuns is returned for run-length codes that draw beyond the end of a row:
// viewers differ in what they show then.
var errRuns = errors.New("a row of its pixels is longer than the picture is wide")

// followRuns gives where run-length codes end, by their own account or because the
// last row is full. It marks the entries of the colour table that they use, and
// clears what fills up their bytes.
func followRuns(ctx context.Context, b []byte, nibbles bool, width, height int, used *[256]bool) (end int, err error) {
	const escape, endOfLine, endOfPicture, move = 0, 0, 1, 2
	const unheard = 1 << 14 // codes that are followed before a cancellation is heard
	used[0] = true          // pixels that no code draws
	mark := func(colours byte) {
		if nibbles {
			used[colours>>4], used[colours&15] = true, true
		} else {
			used[colours] = true
		}
	}
	x, y := 0, 0
	for i, codes := 0, 0; i+2 <= len(b); i, codes = i+2, codes+1 {
		if codes%unheard == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		count, value := int(b[i]), b[i+1]
		if y >= height && (count != escape || value != endOfPicture) {
			return i, nil
		}
		switch {
		case count != escape:
			mark(value)
			x += count
		case value == endOfLine:
			x, y = 0, y+1
		case value == endOfPicture:
			return i + 2, nil
		case value == move:
			if i+4 > len(b) {
				return i, nil
			}
			x, y = x+int(b[i+2]), y+int(b[i+3])
			i += 2
		default: // pixels as they are, to an even number of bytes
			x += int(value)
			n := int(value)
			if nibbles {
				n = (n + 1) / 2
			}
			from, to := i+2, min(i+2+n, len(b))
			if nibbles && value%2 == 1 && from+n == to {
				b[to-1] &= 0xF0
			}
			for _, colours := range b[from:to] {
				mark(colours)
			}
			if padded := from + (n+1)&^1; padded > to && padded <= len(b) {
				clear(b[to:padded])
			}
			i += (n + 1) &^ 1
		}
		if x > width {
			return 0, errRuns
		}
	}
	return len(b), nil
}

// header is a bitmap header for a copy with these parts; what does not describe
// the picture is zero.
func (bmpWriter) header(header, table, pixels, profile []byte) []byte {
	le := binary.LittleEndian
	h := bytes.Clone(header)
	if len(h) < bmpInfoHeader {
		le.PutUint16(h[8:], 1) // planes
		return h
	}
	depth, compression := bmpPacking(h)
	le.PutUint16(h[bmpPlanes:], 1)
	le.PutUint32(h[bmpImageSize:], uint32(len(pixels)))
	clear(h[bmpPixelsPerM:bmpInfoHeader])
	if colours := len(table) / bmpEntry(h); depth <= 8 && colours != 1<<depth {
		le.PutUint32(h[bmpColoursUsed:], uint32(colours))
	}
	if len(h) == bmpOS2Header {
		// Units, recording, halftoning and the maker's identifier.
		clear(h[bmpInfoHeader:])
		return h
	}
	if compression != bmpBitfields && compression != bmpAlphaBitfields {
		clear(h[bmpInfoHeader:min(len(h), bmpMasksEnd)])
	}
	if len(h) < bmpV4Header {
		return h
	}
	space := string(h[bmpColourSpace:bmpEndpoints])
	switch {
	case space == bmpMeasured && plausibleEndpoints(h):
	case space == bmpEmbedded && profile != nil:
		clear(h[bmpEndpoints:bmpGammaEnd])
	default:
		if space != bmpWindows {
			space = bmpSRGB
		}
		copy(h[bmpColourSpace:], space)
		clear(h[bmpEndpoints:bmpGammaEnd])
	}
	if len(h) < bmpV5Header {
		return h
	}
	if intent := le.Uint32(h[bmpIntent:]); intent > 8 {
		clear(h[bmpIntent:bmpProfileAt])
	}
	clear(h[bmpProfileAt:])
	if profile != nil {
		le.PutUint32(h[bmpProfileAt:], uint32(len(h)+len(table)+len(pixels)))
		le.PutUint32(h[bmpProfileSize:], uint32(len(profile)))
	}
	return h
}

// plausibleEndpoints reports whether the endpoints of a measured colour space are
// at most 1, in 2.30 fixed point, and its gammas at most 10, in 16.16: others
// describe no colours, and could be anything.
func plausibleEndpoints(h []byte) bool {
	const one, most, endpoints = 1 << 30, 10 << 16, 9
	for i := range 12 {
		v := binary.LittleEndian.Uint32(h[bmpEndpoints+4*i:])
		if i < endpoints && v > one || i >= endpoints && v > most {
			return false
		}
	}
	return true
}

func (bmpWriter) check(c *scan.Photo) error {
	for _, part := range c.Parts {
		if !bmpPicture[part.ID] {
			return fmt.Errorf("%s at byte %d should not be there", part.Name, part.Offset)
		}
	}
	return nil
}

func (w bmpWriter) same(ctx context.Context, original, copied *scan.Photo) error {
	table, pixels, err := w.picture(ctx, original)
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
	if !bytes.Equal(w.header(a, table, pixels, w.profile(copied)), b) {
		return errors.New("the header differs from the original")
	}
	return nil
}

// sameColour has nothing to add: same compares the table, and the profile is
// compared with the others.
func (bmpWriter) sameColour(_, _ *scan.Photo) error { return nil }
