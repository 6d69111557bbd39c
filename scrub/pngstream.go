package scrub

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// maxScanlines is the most bytes of scanlines that are looked through, 2 GB: a
// small file can unpack to a thousand times its size.
const maxScanlines = 2 << 30

// scanlineBytes is how many bytes the scanlines of a picture take, filter bytes
// included, for its IHDR payload (PNG, third edition, 7.2).
func scanlineBytes(ihdr []byte, width, height int64) (int64, error) {
	depth, colourType, interlace := int64(ihdr[8]), ihdr[9], ihdr[12]
	channels, ok := map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colourType]
	if !ok || depth < 1 || depth > 16 {
		return 0, fmt.Errorf("colour type %d of %d bits does not exist", colourType, depth)
	}
	pass := func(w, h int64) int64 {
		if w == 0 || h == 0 {
			return 0
		}
		return h * (1 + (w*channels*depth+7)/8)
	}
	total := pass(width, height)
	if interlace == 1 { // Adam7
		total = 0
		for _, p := range [7][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
			total += pass((width-p[0]+p[2]-1)/p[2], (height-p[1]+p[3]-1)/p[3])
		}
	}
	if total <= 0 || total > maxScanlines {
		return 0, errors.New("the picture is too large")
	}
	return total, nil
}

// chunksReader reads the payloads of chunks as one stream and counts what was
// taken. As it is an io.ByteReader, flate takes no byte too many.
type chunksReader struct {
	chunks [][]byte
	taken  int64
}

func (r *chunksReader) ReadByte() (byte, error) {
	for len(r.chunks) > 0 && len(r.chunks[0]) == 0 {
		r.chunks = r.chunks[1:]
	}
	if len(r.chunks) == 0 {
		return 0, io.EOF
	}
	b := r.chunks[0][0]
	r.chunks[0] = r.chunks[0][1:]
	r.taken++
	return b, nil
}

func (r *chunksReader) Read(p []byte) (int, error) {
	for len(r.chunks) > 0 && len(r.chunks[0]) == 0 {
		r.chunks = r.chunks[1:]
	}
	if len(r.chunks) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.chunks[0])
	r.chunks[0] = r.chunks[0][n:]
	r.taken += int64(n)
	return n, nil
}

// errPixels is returned for compressed pixels that cannot be followed to their
// end.
var errPixels = errors.New("its pixels are damaged")

// trimStream is the zlib stream in chunks with what want bytes of scanlines
// need, and no more. An editor that overwrites a longer file leaves the rest of
// the old picture behind: after the stream, or within it, after the last
// scanline. The first is cut off. For the second the scanlines are packed anew.
// A stream that ends too early is kept to its end, as decoders show what there
// is.
func trimStream(chunks [][]byte, want int64) ([][]byte, error) {
	r := &chunksReader{chunks: append([][]byte(nil), chunks...)}
	var header [2]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return chunks, nil
	}
	const deflate, preset = 8, 0x20
	if header[0]&15 != deflate || header[1]&preset != 0 || binary.BigEndian.Uint16(header[:])%31 != 0 {
		return nil, errPixels
	}
	z := flate.NewReader(r)
	n, err := io.Copy(io.Discard, io.LimitReader(z, want))
	switch {
	case err == io.ErrUnexpectedEOF:
		return chunks, nil // cut off: all there is belongs to the picture
	case err != nil:
		return nil, errPixels
	}
	if n == want {
		switch more, err := z.Read(make([]byte, 1)); {
		case more > 0:
			return repack(chunks, want)
		case err == io.ErrUnexpectedEOF:
			return chunks, nil
		case err != io.EOF:
			return nil, errPixels
		}
	}
	const checksum = 4
	return firstBytes(chunks, r.taken+checksum), nil
}

// firstBytes is chunks cut off after n bytes.
func firstBytes(chunks [][]byte, n int64) [][]byte {
	var out [][]byte
	for _, c := range chunks {
		if n <= 0 {
			break
		}
		out = append(out, c[:min(int64(len(c)), n)])
		n -= int64(len(c))
	}
	return out
}

// repack compresses the first want bytes of the stream anew.
func repack(chunks [][]byte, want int64) ([][]byte, error) {
	z, err := zlib.NewReader(&chunksReader{chunks: append([][]byte(nil), chunks...)})
	if err != nil {
		return nil, errPixels
	}
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewWriter(w)
	if _, err := io.CopyN(buffered, z, want); err != nil {
		return nil, errPixels
	}
	if err := errors.Join(buffered.Flush(), w.Close()); err != nil {
		return nil, err
	}
	if packed.Len() > math.MaxInt32 {
		return nil, errors.New("the picture is too large")
	}
	return [][]byte{packed.Bytes()}, nil
}
