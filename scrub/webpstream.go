package scrub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/image/vp8l"

	"blindspot/scan/container"
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
type trimmer struct {
	followed int64 // pixels
	account
}

// follow counts the pixels of a bitstream that is about to be followed.
func (t *trimmer) follow(width, height int) error {
	n := int64(width) * int64(height)
	if t.followed += n; n > maxFollowed || t.followed > maxAllFollowed {
		return errFollow
	}
	return nil
}

// trim leaves of a VP8, VP8L or ALPH chunk what a decoder reads of it. A stream that
// is damaged stays as it is.
func (t *trimmer) trim(ctx context.Context, s *webpStream) error {
	used, ok, err := t.used(ctx, *s)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case !ok:
		t.unfollowed = append(t.unfollowed, s.part)
		return nil
	}
	for _, run := range used.hidden {
		t.hidden = append(t.hidden, container.Part{
			ID: s.part.ID, Name: "bytes behind pixel data", Kind: container.Unknown,
			Offset: s.part.Offset + s.part.Header + int64(run.from), Length: int64(run.length),
		})
	}
	s.payload = used.payload
	return nil
}

// usedBytes is a bitstream with what a decoder reads of it.
type usedBytes struct {
	payload []byte
	hidden  []byteRun // of the bitstream as it was
}

// byteRun is a run of bytes.
type byteRun struct{ from, length int }

// first is a bitstream of which n bytes are read.
func first(b []byte, n int) usedBytes {
	used := usedBytes{payload: b[:n]}
	if n < len(b) {
		used.hidden = []byteRun{{n, len(b) - n}}
	}
	return used
}

// used is what a decoder reads of a bitstream; it is false for one that is damaged.
func (t *trimmer) used(ctx context.Context, s webpStream) (used usedBytes, ok bool, err error) {
	defer func() {
		if recover() != nil { // the decoder's
			ok, err = false, nil
		}
	}()
	switch s.id {
	case "VP8 ":
		used, ok = usedVP8(ctx, s.payload)
		return used, ok, nil
	case "VP8L":
		c, err := vp8l.DecodeConfig(bytes.NewReader(s.payload))
		if err != nil {
			return used, false, nil
		}
		if err := t.follow(c.Width, c.Height); err != nil {
			return used, false, err
		}
		n, ok := usedVP8L(ctx, s.payload, nil)
		return first(s.payload, n), ok, nil
	case "ALPH":
		if err := t.follow(s.width, s.height); err != nil {
			return used, false, err
		}
		n, ok := usedAlpha(ctx, s.payload, s.width, s.height)
		return first(s.payload, n), ok, nil
	}
	return used, false, fmt.Errorf("chunk %s has no pixels", s.id)
}

// An alpha plane begins with a byte that says how it is packed, and is either one byte
// for each pixel or a lossless stream without its header (RFC 9649, 2.7.1.2).
const (
	alphaPacking  = 3
	alphaRaw      = 0
	alphaLossless = 1
)

// soundAlpha reports whether an alpha plane is packed in one of the ways that there
// are. libwebp, and so every browser, shows no picture with another one, and others
// show it without.
func soundAlpha(b []byte) bool {
	const preparation, reserved = 4, 6
	return len(b) > 0 && b[0]&alphaPacking <= alphaLossless && b[0]>>preparation&3 <= 1 && b[0]>>reserved == 0
}

func usedAlpha(ctx context.Context, b []byte, width, height int) (n int, ok bool) {
	if b[0]&alphaPacking == alphaRaw {
		return min(len(b), 1+width*height), true
	}
	w, h := uint32(width-1), uint32(height-1)
	bits := w | h<<14
	header := []byte{0x2F, byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24)}
	n, ok = usedVP8L(ctx, b[1:], header)
	return 1 + n, ok
}

// unheard is how many bytes of a lossless stream are followed before a cancellation is
// heard.
const unheard = 1 << 16

// byteCounter counts the bytes that are read of b. As it is an io.ByteReader, the
// decoder takes no byte before it needs it. It ends where ctx does.
type byteCounter struct {
	ctx  context.Context
	b    []byte
	read int
}

func (c *byteCounter) ReadByte() (byte, error) {
	if c.read == len(c.b) {
		return 0, io.EOF
	}
	if c.read%unheard == 0 && c.ctx.Err() != nil {
		return 0, c.ctx.Err()
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

// usedVP8L is how many bytes of b are read, where a lossless stream begins with
// header and goes on with b.
func usedVP8L(ctx context.Context, b, header []byte) (n int, ok bool) {
	r := &byteCounter{ctx: ctx, b: append(bytes.Clone(header), b...)}
	if _, err := vp8l.Decode(r); err != nil {
		return 0, false
	}
	return r.read - len(header), true
}

// usedVP8 is a key frame without bytes that no decoder reads, at the ends of its
// partitions, without probabilities that nothing is coded by, and without a hint at which size to show it, which none heeds.
func usedVP8(ctx context.Context, b []byte) (used usedBytes, ok bool) {
	f, ok := webp.Cut(b)
	if !ok {
		return used, false
	}
	lean, first, partitions, ok := f.Lean(ctx)
	if !ok {
		return used, false
	}
	from := len(b)
	for _, part := range f.Partitions {
		from -= len(part)
	}
	trim := func(part []byte, at, n int) []byte {
		if len(part)-n <= maxPadding {
			return part
		}
		used.hidden = append(used.hidden, byteRun{at + n, len(part) - n})
		return append(bytes.Clone(part[:n]), 0, 0) // some decoders read ahead
	}
	if trimmed := trim(f.First, len(f.Head), first); len(lean.First) == len(f.First) {
		lean.First = trimmed
	}
	f.First = lean.First
	for i, n := range partitions {
		at := from
		from += len(f.Partitions[i])
		f.Partitions[i] = trim(f.Partitions[i], at, n)
	}
	const widthHint, heightHint = 7, 9 // the bytes whose highest two bits say it
	f.Head = bytes.Clone(f.Head)
	f.Head[widthHint] &= 0x3F
	f.Head[heightHint] &= 0x3F
	used.payload = f.Join()
	return used, true
}
