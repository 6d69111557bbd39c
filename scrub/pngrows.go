package scrub

import (
	"errors"
	"fmt"
	"io"
)

const (
	// maxScanlines is the most bytes of scanlines of a picture that are looked
	// through: 100 million pixels of 16 bits a channel have fewer. A small file can
	// unpack to a thousand times its size, which takes some seconds then.
	maxScanlines = 1 << 30
	// scanlinesPerByte is how many more all pictures of an animation may have
	// together, for each byte of the file.
	scanlinesPerByte = 64
)

// raster is how the scanlines of a picture or frame are laid out (PNG, third
// edition, 7.2 and 8.1).
type raster struct {
	bits    int64 // of a pixel
	palette bool
	passes  []pass // those that have pixels
}

// pass is one pass over the picture, the only one where it is not interlaced.
type pass struct{ width, rows int64 }

// pngDepths are the bits of a channel that go with each colour type.
var pngDepths = map[byte]string{0: "\x01\x02\x04\x08\x10", 2: "\x08\x10", 3: "\x01\x02\x04\x08", 4: "\x08\x10", 6: "\x08\x10"}

// newRaster is the layout of width × height pixels for an IHDR payload.
func newRaster(ihdr []byte, width, height int64) (raster, error) {
	depth, colourType := ihdr[8], ihdr[9]
	known := false
	for _, d := range []byte(pngDepths[colourType]) {
		known = known || d == depth
	}
	if !known {
		return raster{}, fmt.Errorf("colour type %d of %d bits does not exist", colourType, depth)
	}
	if ihdr[10] != 0 || ihdr[11] != 0 || ihdr[12] > 1 {
		return raster{}, errors.New("it is packed in a way that does not exist")
	}
	channels := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colourType]
	r := raster{bits: channels * int64(depth), palette: colourType == 3}
	steps := [][4]int64{{0, 0, 1, 1}}
	if ihdr[12] == 1 { // Adam7: first column and row, then the steps
		steps = [][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}
	for _, s := range steps {
		if p := (pass{(width - s[0] + s[2] - 1) / s[2], (height - s[1] + s[3] - 1) / s[3]}); p.width > 0 && p.rows > 0 {
			r.passes = append(r.passes, p)
		}
	}
	if size := r.size(); size <= 0 || size > maxScanlines {
		return raster{}, errors.New("the picture is too large")
	}
	return r, nil
}

// line is how many bytes a scanline of w pixels takes, filter byte included.
func (r raster) line(w int64) int64 { return 1 + (w*r.bits+7)/8 }

// size is how many bytes all scanlines take.
func (r raster) size() int64 {
	total := int64(0)
	for _, p := range r.passes {
		total += p.rows * r.line(p.width)
	}
	return total
}

// rowReader reads the scanlines written to it, in whatever pieces: which entries
// of the palette they use, and whether bits that belong to no pixel are set. Where
// out is given, it gets the scanlines with those bits at zero.
type rowReader struct {
	raster raster
	used   *[256]bool // nil where nobody asks; entries are only ever added
	out    io.Writer
	loose  bool // bits behind a row's last pixel are set

	pass, row int64
	line      []byte // of the current scanline, as far as it was written
	above     []byte // the last scanline, decoded
	aboveOut  []byte // the same as out gets it
}

// decodes tells whether the samples matter, or only how scanlines begin: with
// whole bytes and without a palette, nothing can be unused.
func (s *rowReader) decodes() bool { return s.raster.bits < 8 || s.raster.palette }

func (s *rowReader) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 && s.pass < int64(len(s.raster.passes)) {
		p := s.raster.passes[s.pass]
		size := int(s.raster.line(p.width))
		if len(s.line) == 0 && b[0] > 4 {
			return 0, errPixels // no such filter: decoders stop here
		}
		take := min(size-len(s.line), len(b))
		s.line = append(s.line, b[:take]...)
		b = b[take:]
		if len(s.line) < size {
			break
		}
		if err := s.scanline(p.width); err != nil {
			return 0, err
		}
		s.line = s.line[:0]
		if s.row++; s.row == p.rows {
			s.row, s.pass = 0, s.pass+1
			s.above, s.aboveOut = nil, nil
		}
	}
	return n, nil
}

// scanline takes a whole scanline of width pixels.
func (s *rowReader) scanline(width int64) error {
	if !s.decodes() {
		if s.out == nil {
			return nil
		}
		_, err := s.out.Write(s.line)
		return err
	}
	filter, row := s.line[0], s.line[1:]
	if s.above == nil {
		s.above, s.aboveOut = make([]byte, len(row)), make([]byte, len(row))
	}
	unfilter(filter, row, s.above)
	if s.used != nil && s.raster.palette {
		if s.raster.bits == 8 {
			for _, colour := range row {
				s.used[colour] = true
			}
		} else {
			for x := range width {
				at := x * s.raster.bits
				s.used[row[at/8]<<(at%8)>>(8-s.raster.bits)] = true
			}
		}
	}
	if over := width * s.raster.bits % 8; over != 0 {
		last := &row[len(row)-1]
		if rest := byte(0xFF) >> over; *last&rest != 0 {
			s.loose = true
			*last &^= rest
		}
	}
	if s.out == nil {
		return nil
	}
	var left, corner byte
	for i, up := range s.aboveOut {
		sample := row[i]
		row[i] -= predict(filter, left, up, corner)
		left, corner, s.aboveOut[i] = sample, up, sample
	}
	_, err := s.out.Write(s.line)
	return err
}

// unfilter decodes a row and puts it in place of the one above. A pixel takes at most a
// byte here, so the one to the left is the last byte.
func unfilter(filter byte, row, above []byte) {
	var left, corner byte
	switch filter {
	case 0:
	case 1:
		for i := range row {
			row[i] += left
			left = row[i]
		}
	case 2:
		for i, up := range above {
			row[i] += up
		}
	default:
		for i, up := range above {
			row[i] += predict(filter, left, up, corner)
			left, corner = row[i], up
		}
	}
	copy(above, row)
}

// predict is what a filter adds to a byte (PNG, third edition, 9.2).
func predict(filter, left, up, corner byte) byte {
	switch filter {
	case 1:
		return left
	case 2:
		return up
	case 3:
		return byte((int(left) + int(up)) / 2)
	case 4:
		p := int(left) + int(up) - int(corner)
		a, b, c := abs(p-int(left)), abs(p-int(up)), abs(p-int(corner))
		switch {
		case a <= b && a <= c:
			return left
		case b <= c:
			return up
		}
		return corner
	}
	return 0
}

func abs(x int) int {
	if x < 0 {
		return -x
	}
	return x
}
