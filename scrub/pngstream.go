package scrub

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"math"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scrub/deflate"
)

// errPixels is returned for compressed pixels that cannot be followed to their
// end.
var errPixels = errors.New("its pixels are damaged")

// pixelStream is the zlib stream of a picture or frame of a PNG.
type pixelStream struct {
	data  []byte           // as it is written
	parts []container.Part // the chunks that it lies in
	head  int              // bytes of each chunk that are not the stream's
	account
}

func newPixelStream(p *scan.Photo, parts []container.Part, head int) *pixelStream {
	s := &pixelStream{parts: parts, head: head}
	var pieces [][]byte
	for _, part := range parts {
		pieces = append(pieces, part.Payload(p.Data)[head:])
	}
	s.data = pieces[0]
	if len(pieces) > 1 {
		s.data = bytes.Join(pieces, nil)
	}
	return s
}

// hide lists the bytes of the stream from n on as hidden by that name. A chunk that
// holds nothing else goes whole.
func (s *pixelStream) hide(n int, name string) {
	for _, part := range s.parts {
		size := int(part.Length-part.Header-part.Footer) - s.head
		hidden := container.Part{ID: part.ID, Name: name, Kind: container.Unknown, Offset: part.Offset, Length: part.Length}
		if n > 0 {
			at := int64(min(n, size))
			hidden.Offset += part.Header + int64(s.head) + at
			hidden.Length = int64(size) - at
		}
		if size > 0 && hidden.Length > 0 {
			s.hidden = append(s.hidden, hidden)
		}
		n = max(0, n-size)
	}
}

const zlibHeader = 2

// trim leaves of the stream what the scanlines of r need, and no more. An editor that
// overwrites a longer file leaves the rest of the old picture behind: after the
// stream, or within it, after the last scanline. The first is cut off. For the second,
// and where bits that belong to no pixel or no code are set, the scanlines are packed
// anew. A stream that ends too early is kept to its end, as decoders show what there is.
// Palette entries that pixels name are added to used, which may be nil.
func (s *pixelStream) trim(ctx context.Context, r raster, used *[256]bool) error {
	if len(s.data) < zlibHeader {
		return nil
	}
	const method, preset = 8, 0x20
	if s.data[0]&15 != method || s.data[0]>>4 > 7 || s.data[1]&preset != 0 || binary.BigEndian.Uint16(s.data)%31 != 0 {
		return errPixels
	}
	rows, sum := &rowReader{raster: r, used: used}, adler32.New()
	found, err := deflate.Follow(ctx, s.data[zlibHeader:], r.size(), func(b []byte) error {
		sum.Write(b)
		_, err := rows.Write(b)
		return err
	})
	all := found.Written == r.size()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == deflate.ErrCut && !all: // all there is belongs to the picture
		if rows.loose || found.Spare {
			s.unfollowed = s.parts
		}
		s.data = plainHeader(s.data)
		return nil
	case err != nil && err != deflate.ErrCut:
		return errPixels
	case !found.Ended: // more rows, or blocks without an end
		s.hide(zlibHeader+found.Needed, "pixel data behind the last row")
		return s.repack(ctx, r)
	}
	checksum := zlibHeader + found.Read
	end := min(checksum+sum.Size(), len(s.data))
	s.hide(end, "bytes behind the pixel data")
	if rows.loose || found.Spare {
		return s.repack(ctx, r)
	}
	s.data = plainHeader(s.data[:end])
	s.data[checksum-1] &^= found.Fill
	copy(s.data[checksum:], sum.Sum(nil))
	return nil
}

// plainHeader is a copy of a zlib stream with the header that most have: others speak
// of the encoder, as a smaller window or how hard it tried.
func plainHeader(b []byte) []byte {
	return append([]byte{0x78, 0x9C}, b[zlibHeader:]...)
}

// maxPackedWell is the most bytes of scanlines that are packed as well as can be; more
// are packed fast.
const maxPackedWell = 64 << 20

// repack compresses the scanlines of r anew.
func (s *pixelStream) repack(ctx context.Context, r raster) error {
	level := zlib.BestCompression
	if r.size() > maxPackedWell {
		level = zlib.BestSpeed
	}
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, level)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(w)
	rows := &rowReader{raster: r, out: buffered}
	_, err = deflate.Follow(ctx, s.data[zlibHeader:], r.size(), func(b []byte) error {
		_, err := rows.Write(b)
		return err
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && err != deflate.ErrCut {
		return errPixels
	}
	if err := errors.Join(buffered.Flush(), w.Close()); err != nil {
		return err
	}
	if packed.Len() > math.MaxInt32 {
		return errors.New("the picture is too large")
	}
	s.data = plainHeader(packed.Bytes())
	return nil
}
