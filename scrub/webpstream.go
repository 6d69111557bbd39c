package scrub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/image/vp8l"

	"blindspot/scrub/webp"
)

// Where a bitstream of WebP ends is known only to a decoder: chunks and partitions
// may be longer than what is read of them, and no viewer looks at the rest. So lossy
// ones are followed code by code, and lossless ones decoded, for how far that gets.

const (
	// maxFollowed is the most pixels of a lossless bitstream that is followed; each
	// takes some 10 bytes meanwhile.
	maxFollowed = 100 << 20
	// maxAllFollowed is the most pixels of all of them in a file: a frame of an
	// animation takes a few bytes however large it is.
	maxAllFollowed = 1 << 30
	// maxPadding is how many bytes more than are read a partition of VP8 may have:
	// an encoder's own last bytes.
	maxPadding = 4
)

// errFollow is returned for a picture that is too large to be followed.
var errFollow = errors.New("the picture is too large to look behind its pixels")

// trimmer trims the bitstreams of one file.
type trimmer struct{ followed int64 } // pixels

// follow counts the pixels of a bitstream that is about to be followed.
func (t *trimmer) follow(width, height int) error {
	n := int64(width) * int64(height)
	if t.followed += n; n > maxFollowed || t.followed > maxAllFollowed {
		return errFollow
	}
	return nil
}

// trim is the payload of a VP8, VP8L or ALPH chunk with what a decoder reads of it. A
// stream that is damaged stays as it is. width and height are the picture's or the
// frame's.
func (t *trimmer) trim(ctx context.Context, id string, b []byte, width, height int) (trimmed []byte, err error) {
	defer func() {
		if recover() != nil { // the decoder's
			trimmed, err = b, nil
		}
	}()
	switch id {
	case "VP8 ":
		return trimVP8(b), nil
	case "VP8L":
		c, err := vp8l.DecodeConfig(bytes.NewReader(b))
		if err != nil {
			return b, nil
		}
		if err := t.follow(c.Width, c.Height); err != nil {
			return nil, err
		}
		return trimVP8L(b, nil), nil
	case "ALPH":
		if err := t.follow(width, height); err != nil {
			return nil, err
		}
		return trimAlpha(b, width, height), nil
	}
	return nil, fmt.Errorf("chunk %s has no pixels", id)
}

// trimAlpha is an alpha plane: a byte that says how it is packed, and either one
// byte for each pixel or a lossless stream without its header (RFC 9649, 2.7.1.2).
func trimAlpha(b []byte, width, height int) []byte {
	const packing, raw, lossless = 3, 0, 1
	if len(b) == 0 {
		return b
	}
	switch b[0] & packing {
	case raw:
		b = b[:min(len(b), 1+width*height)]
	case lossless:
		w, h := uint32(width-1), uint32(height-1)
		bits := w | h<<14
		header := []byte{0x2F, byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24)}
		b = b[:1+len(trimVP8L(b[1:], header))]
	}
	if b[0]&0xC0 != 0 { // reserved
		b = bytes.Clone(b)
		b[0] &= 0x3F
	}
	return b
}

// byteCounter counts the bytes that are read of b. As it is an io.ByteReader, the
// decoder takes no byte before it needs it.
type byteCounter struct {
	b    []byte
	read int
}

func (c *byteCounter) ReadByte() (byte, error) {
	if c.read == len(c.b) {
		return 0, io.EOF
	}
	c.read++
	return c.b[c.read-1], nil
}

func (c *byteCounter) Read(p []byte) (int, error) {
	n := copy(p, c.b[c.read:])
	c.read += n
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// trimVP8L is the lossless stream that begins with header and goes on with b, as
// far as it is read; without the header.
func trimVP8L(b, header []byte) []byte {
	r := &byteCounter{b: append(bytes.Clone(header), b...)}
	if _, err := vp8l.Decode(r); err != nil {
		return b
	}
	return b[:r.read-len(header)]
}

// trimVP8 is a key frame without bytes that no decoder reads, at the ends of its
// partitions.
func trimVP8(b []byte) []byte {
	f, ok := webp.Cut(b)
	if !ok {
		return b
	}
	first, used, ok := f.Used()
	if !ok {
		return b
	}
	spare := false
	trim := func(part []byte, n int) []byte {
		if len(part)-n <= maxPadding {
			return part
		}
		spare = true
		return append(bytes.Clone(part[:n]), 0, 0) // some decoders read ahead
	}
	f.First = trim(f.First, first)
	for i, n := range used {
		f.Partitions[i] = trim(f.Partitions[i], n)
	}
	if !spare {
		return b
	}
	return f.Join()
}
