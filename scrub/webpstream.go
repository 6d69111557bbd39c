package scrub

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"sync"

	"golang.org/x/image/vp8"
	"golang.org/x/image/vp8l"
)

// Where a bitstream of WebP ends is known only to a decoder: chunks and partitions
// may be longer than what is read of them, and no viewer looks at the rest. So they
// are decoded, for how far that gets.

const (
	// maxFollowed is the most pixels of a bitstream that is followed; each takes
	// some 10 bytes meanwhile.
	maxFollowed = 100 << 20
	// maxPadding is how many bytes more than are read a partition of VP8 may have:
	// an encoder's own last bytes.
	maxPadding = 4
)

// errFollow is returned for a picture that is too large to be followed.
var errFollow = errors.New("the picture is too large to look behind its pixels")

// trimBitstream is the payload of a VP8, VP8L or ALPH chunk with what a decoder
// reads of it. A stream that is damaged stays as it is. width and height are the
// picture's or the frame's.
func trimBitstream(id string, b []byte, width, height int) (trimmed []byte, err error) {
	if int64(width)*int64(height) > maxFollowed {
		return nil, errFollow
	}
	defer func() {
		if recover() != nil { // the decoder's
			trimmed, err = b, nil
		}
	}()
	switch id {
	case "VP8 ":
		return trimVP8(b), nil
	case "VP8L":
		return trimVP8L(b, nil), nil
	case "ALPH":
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
	if len(header) == 0 {
		c, err := vp8l.DecodeConfig(bytes.NewReader(b))
		if err != nil || c.Width*c.Height > maxFollowed {
			return b
		}
	}
	r := &byteCounter{b: append(bytes.Clone(header), b...)}
	if _, err := vp8l.Decode(r); err != nil {
		return b
	}
	return b[:r.read-len(header)]
}

// vp8Frame is a VP8 key frame cut into its partitions (RFC 6386, 9.1, 9.5).
type vp8Frame struct {
	head       []byte   // up to the first partition
	first      []byte   // modes of all blocks
	partitions [][]byte // coefficients
}

const (
	vp8Head      = 10
	maxPartition = 1<<24 - 1
	// maxPartitions is how many partitions of coefficients a frame can have.
	maxPartitions = 8
)

func cutVP8(b []byte) (vp8Frame, bool) {
	if len(b) < vp8Head || b[0]&1 != 0 {
		return vp8Frame{}, false
	}
	size := int(b[0])>>5 | int(b[1])<<3 | int(b[2])<<11
	if vp8Head+size > len(b) {
		return vp8Frame{}, false
	}
	f := vp8Frame{head: b[:vp8Head], first: b[vp8Head : vp8Head+size]}
	rest := b[vp8Head+size:]
	count := vp8Partitions(f.first)
	sizes := rest
	if 3*(count-1) > len(rest) {
		return vp8Frame{}, false
	}
	rest = rest[3*(count-1):]
	for i := range count - 1 {
		n := int(sizes[3*i]) | int(sizes[3*i+1])<<8 | int(sizes[3*i+2])<<16
		if n > len(rest) {
			return vp8Frame{}, false
		}
		f.partitions, rest = append(f.partitions, rest[:n]), rest[n:]
	}
	f.partitions = append(f.partitions, rest)
	return f, len(rest) <= maxPartition
}

// join is the frame as one stream.
func (f vp8Frame) join() []byte {
	size := len(f.first)
	out := bytes.Clone(f.head)
	out[0] = out[0]&31 | byte(size<<5)
	out[1], out[2] = byte(size>>3), byte(size>>11)
	out = append(out, f.first...)
	last := len(f.partitions) - 1
	for _, p := range f.partitions[:last] {
		out = append(out, byte(len(p)), byte(len(p)>>8), byte(len(p)>>16))
	}
	return append(out, bytes.Join(f.partitions, nil)...)
}

// decodes reports whether a decoder reads no byte behind any partition's end.
func (f vp8Frame) decodes() bool {
	b := f.join()
	d := vp8.NewDecoder()
	d.Init(bytes.NewReader(b), len(b))
	if h, err := d.DecodeFrameHeader(); err != nil || h.Width*h.Height > maxFollowed {
		return false
	}
	_, err := d.DecodeFrame()
	return err == nil
}

// trimVP8 is a key frame without bytes that no decoder reads. Those that are read
// are found by trial: of most frames no partition can lose more than padding, which
// one decoding for each shows.
func trimVP8(b []byte) []byte {
	f, ok := cutVP8(b)
	if !ok {
		return b
	}
	parts := append([][]byte{f.first}, f.partitions...)
	// enough tells whether the frame decodes with n bytes of part i.
	enough := func(i, n int) bool {
		cut := slices.Clone(parts)
		cut[i] = cut[i][:n]
		return vp8Frame{f.head, cut[0], cut[1:]}.decodes()
	}
	var spare [1 + maxPartitions]bool
	var trials sync.WaitGroup
	for i, part := range parts {
		trials.Go(func() {
			defer func() { _ = recover() }() // the decoder's: then nothing is spare
			spare[i] = len(part) > maxPadding && enough(i, len(part)-maxPadding-1)
		})
	}
	trials.Wait()
	for i, part := range parts {
		if !spare[i] {
			continue
		}
		n := sort.Search(len(part)-maxPadding-1, func(n int) bool { return enough(i, n) })
		parts[i] = append(bytes.Clone(part[:n]), 0, 0)
	}
	if spare == [len(spare)]bool{} {
		return b
	}
	return vp8Frame{f.head, parts[0], parts[1:]}.join()
}

// vp8Partitions is how many partitions of coefficients a frame has, for its first
// partition, whose header says so (RFC 6386, 9.2 to 9.5 and 19.2).
func vp8Partitions(first []byte) int {
	r := &boolReader{b: first, span: 255}
	optional := func(bits int) {
		if r.bit() {
			r.bits(bits + 1) // and a sign
		}
	}
	r.bits(2) // colour space, clamping
	if r.bit() {
		updateMap := r.bit()
		if r.bit() {
			r.bit()
			for range 4 {
				optional(7)
			}
			for range 4 {
				optional(6)
			}
		}
		if updateMap {
			for range 3 {
				if r.bit() {
					r.bits(8)
				}
			}
		}
	}
	r.bits(1 + 6 + 3) // loop filter
	if r.bit() && r.bit() {
		for range 8 {
			optional(6)
		}
	}
	return 1 << r.bits(2)
}

// boolReader is the arithmetic decoder of VP8 for bits that are as often 0 as 1
// (RFC 6386, 7.3). Behind the end it reads zeros.
type boolReader struct {
	b     []byte
	value uint32 // two bytes, the first of them compared
	span  uint32
	left  int // bits of value that were read and not used
}

func (r *boolReader) bit() bool {
	for r.left < 8 {
		next := uint32(0)
		if len(r.b) > 0 {
			next, r.b = uint32(r.b[0]), r.b[1:]
		}
		r.value |= next << (8 - r.left)
		r.left += 8
	}
	split := 1 + (r.span-1)>>1
	set := r.value >= split<<8
	if set {
		r.span -= split
		r.value -= split << 8
	} else {
		r.span = split
	}
	for r.span < 128 {
		r.span <<= 1
		r.value <<= 1
		r.left--
	}
	return set
}

func (r *boolReader) bits(n int) int {
	v := 0
	for range n {
		v <<= 1
		if r.bit() {
			v |= 1
		}
	}
	return v
}
