package scrub

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"
	"math"
	"slices"
)

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

// trimStream is the zlib stream in chunks with what the scanlines of r need, and
// no more. An editor that overwrites a longer file leaves the rest of the old
// picture behind: after the stream, or within it, after the last scanline. The
// first is cut off. For the second, and where bits that belong to no pixel are
// set, the scanlines are packed anew. A stream that ends too early is kept to its
// end, as decoders show what there is. Palette entries that pixels name are added
// to used, which may be nil.
func trimStream(ctx context.Context, chunks [][]byte, r raster, used *[256]bool) ([][]byte, error) {
	in := &chunksReader{chunks: slices.Clone(chunks)}
	var header [2]byte
	if _, err := io.ReadFull(in, header[:]); err != nil {
		return chunks, nil
	}
	const deflate, preset = 8, 0x20
	if header[0]&15 != deflate || header[1]&preset != 0 || binary.BigEndian.Uint16(header[:])%31 != 0 {
		return nil, errPixels
	}
	z, want := flate.NewReader(in), r.size()
	rows, sum := &rowReader{raster: r, used: used}, adler32.New()
	n, err := io.Copy(io.MultiWriter(rows, sum), io.LimitReader(z, want))
	switch {
	case err == io.ErrUnexpectedEOF:
		return chunks, nil // cut off: all there is belongs to the picture
	case err != nil:
		return nil, errPixels
	}
	if n == want {
		switch more, err := z.Read(make([]byte, 1)); {
		case more > 0, err == io.ErrUnexpectedEOF: // empty blocks without an end
			return repack(ctx, chunks, r)
		case err != io.EOF:
			return nil, errPixels
		}
	}
	if rows.loose {
		return repack(ctx, chunks, r)
	}
	return withChecksum(chunks, in.taken, sum.Sum(nil)), nil
}

// withChecksum is the first n bytes of chunks and the checksum sum, which lies
// behind them, where it is not cut off.
func withChecksum(chunks [][]byte, n int64, sum []byte) [][]byte {
	out := firstBytes(chunks, n+int64(len(sum)))
	at := int64(0)
	for i, c := range out {
		for j := max(n-at, 0); j < int64(len(c)); j++ {
			if want := sum[at+j-n]; out[i][j] != want {
				out[i] = bytes.Clone(out[i])
				out[i][j] = want
			}
		}
		at += int64(len(c))
	}
	return out
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

// repack compresses the scanlines of r anew.
func repack(ctx context.Context, chunks [][]byte, r raster) ([][]byte, error) {
	in := &chunksReader{chunks: slices.Clone(chunks)}
	if _, err := io.ReadFull(in, make([]byte, 2)); err != nil {
		return nil, errPixels
	}
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewWriter(w)
	rows := &rowReader{raster: r, out: buffered}
	if _, err := io.Copy(rows, io.LimitReader(flate.NewReader(in), r.size())); err != nil {
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
