package scrub

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math"
)

// minHidden is how many transparent pixels must differ from their neighbour for
// their colours to be cleared: 16 × 16 make a picture, fewer are left by editors
// along the edges of what they cut out.
const minHidden = 256

// clearTransparent is the stream in chunks with the colours of wholly transparent
// pixels at zero, where these could be a picture. Other streams stay as they are.
func clearTransparent(chunks [][]byte, ihdr []byte, width, height int64) ([][]byte, error) {
	depth, colourType, interlace := ihdr[8], ihdr[9], ihdr[12]
	if colourType != 4 && colourType != 6 || depth != 8 && depth != 16 {
		return chunks, nil
	}
	s := scanlines{chunks: chunks, width: width, height: height, interlaced: interlace == 1,
		sample: int(depth) / 8, pixel: int(colourType-2) * int(depth) / 8}
	changes := 0
	err := s.each(nil, func(row []byte) { changes += s.changes(row) })
	if err != nil || changes < minHidden {
		return chunks, nil // decoders show what there is of a damaged picture
	}
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriter(z)
	if err := errors.Join(s.each(out, s.clear), out.Flush(), z.Close()); err != nil {
		return nil, err
	}
	if packed.Len() > math.MaxInt32 {
		return nil, errors.New("the picture is too large")
	}
	return [][]byte{packed.Bytes()}, nil
}

// scanlines are those of a picture of whole bytes whose last sample is the opacity.
type scanlines struct {
	chunks        [][]byte
	width, height int64
	interlaced    bool
	sample, pixel int // bytes of each
}

// transparent reports whether the pixel at offset i of row is not seen at all.
func (s *scanlines) transparent(row []byte, i int) bool {
	return row[i+s.pixel-s.sample] == 0 && row[i+s.pixel-1] == 0
}

// changes counts the transparent pixels that differ from a transparent left one.
func (s *scanlines) changes(row []byte) (n int) {
	for i := s.pixel; i < len(row); i += s.pixel {
		if s.transparent(row, i) && s.transparent(row, i-s.pixel) &&
			!bytes.Equal(row[i:i+s.pixel], row[i-s.pixel:i]) {
			n++
		}
	}
	return n
}

func (s *scanlines) clear(row []byte) {
	for i := 0; i < len(row); i += s.pixel {
		if s.transparent(row, i) {
			clear(row[i : i+s.pixel])
		}
	}
}

// each calls do, which may change it, with each unfiltered row, and writes the rows
// filtered as they were to out, if that is not nil (PNG, third edition, 9.2).
func (s *scanlines) each(out *bufio.Writer, do func(row []byte)) error {
	z, err := zlib.NewReader(&chunksReader{chunks: append([][]byte(nil), s.chunks...)})
	if err != nil {
		return err
	}
	in := bufio.NewReader(z)
	for _, size := range passes(s.width, s.height, s.interlaced) {
		n := int(size[0]) * s.pixel
		if n == 0 {
			continue
		}
		row, above, changed, changedAbove := make([]byte, n), make([]byte, n), make([]byte, n), make([]byte, n)
		for range size[1] {
			filter, err := in.ReadByte()
			if err != nil {
				return err
			}
			if filter > 4 {
				return errPixels
			}
			if _, err := io.ReadFull(in, row); err != nil {
				return err
			}
			for i := range row {
				row[i] += predicted(filter, row, above, i, s.pixel)
			}
			copy(changed, row)
			do(changed)
			if out != nil {
				out.WriteByte(filter) // Flush tells of errors
				for i := range changed {
					out.WriteByte(changed[i] - predicted(filter, changed, changedAbove, i, s.pixel))
				}
			}
			row, above, changed, changedAbove = above, row, changedAbove, changed
		}
	}
	return nil
}

// predicted is what a filter foresees for byte i of row.
func predicted(filter byte, row, above []byte, i, pixel int) byte {
	var left, corner byte
	if i >= pixel {
		left, corner = row[i-pixel], above[i-pixel]
	}
	switch filter {
	case 1:
		return left
	case 2:
		return above[i]
	case 3:
		return byte((int(left) + int(above[i])) / 2)
	case 4: // Paeth
		a, b, c := int(left), int(above[i]), int(corner)
		da, db, dc := max(b-c, c-b), max(a-c, c-a), max(a+b-2*c, 2*c-a-b)
		switch {
		case da <= db && da <= dc:
			return left
		case db <= dc:
			return above[i]
		}
		return corner
	}
	return 0
}

// passes are the widths and heights of a picture's passes, one if it is not
// interlaced, else the seven of Adam7.
func passes(width, height int64, interlaced bool) [][2]int64 {
	if !interlaced {
		return [][2]int64{{width, height}}
	}
	var sizes [][2]int64
	for _, p := range [7][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		sizes = append(sizes, [2]int64{(width - p[0] + p[2] - 1) / p[2], (height - p[1] + p[3] - 1) / p[3]})
	}
	return sizes
}
