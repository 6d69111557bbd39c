package scrub

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"
)

// rawPNG is a PNG with the chunks before its pixels and the scanlines given.
func rawPNG(t testing.TB, width, height, depth, colourType, interlace int, scanlines []byte, before ...[]byte) []byte {
	t.Helper()
	ihdr := binary.BigEndian.AppendUint32(nil, uint32(width))
	ihdr = binary.BigEndian.AppendUint32(ihdr, uint32(height))
	ihdr = append(ihdr, byte(depth), byte(colourType), 0, 0, byte(interlace))
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(scanlines); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := appendChunk([]byte(pngSignature), "IHDR", ihdr)
	file = append(file, bytes.Join(before, nil)...)
	file = appendChunk(file, "IDAT", packed.Bytes())
	return appendChunk(file, "IEND", nil)
}

// chunkOf is the payload of the first chunk of that type, nil for none.
func chunkOf(file []byte, id string) []byte {
	for b := file[len(pngSignature):]; len(b) >= 12; {
		n := int(binary.BigEndian.Uint32(b))
		if string(b[4:8]) == id {
			return b[8 : 8+n]
		}
		b = b[12+n:]
	}
	return nil
}

// TestScanlinesHoldNothingUnseen makes pictures of all layouts with any filters,
// any bits behind the last pixel of a row and any colours that no pixel has. The
// copy has the same pixels, by another decoder, and none of the rest.
func TestScanlinesHoldNothingUnseen(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for colourType, depths := range pngDepths {
		for _, depth := range []byte(depths) {
			for interlace := range 2 {
				for _, size := range [][2]int{{1, 1}, {3, 2}, {13, 9}, {16, 8}} {
					name := fmt.Sprintf("type %d, %d bits, interlace %d, %v", colourType, depth, interlace, size)
					r, err := newRaster([]byte{8: depth, 9: colourType, 12: byte(interlace)}, int64(size[0]), int64(size[1]))
					if err != nil {
						t.Fatal(err)
					}
					var lines []byte
					for _, p := range r.passes {
						for range p.rows {
							lines = append(lines, byte(random.IntN(5)))
							for range r.line(p.width) - 1 {
								lines = append(lines, byte(random.Uint32()))
							}
						}
					}
					var before [][]byte
					if colourType == 3 {
						palette := make([]byte, 3<<depth)
						for i := range palette {
							palette[i] = byte(1 + random.IntN(255))
						}
						before = [][]byte{appendChunk(nil, "PLTE", palette), appendChunk(nil, "tRNS", palette[:len(palette)/3])}
					}
					file := rawPNG(t, size[0], size[1], int(depth), int(colourType), interlace, lines, before...)
					_, c := cleanBytes(t, file)
					samePixels(t, file, c.Data)

					var used [256]bool
					rows := &rowReader{raster: r, used: &used}
					z, err := zlib.NewReader(bytes.NewReader(chunkOf(c.Data, "IDAT")))
					if err != nil {
						t.Fatal(err)
					}
					got, err := new(bytes.Buffer), error(nil)
					if _, err = got.ReadFrom(z); err != nil || got.Len() != len(lines) {
						t.Fatalf("%s: %d bytes of scanlines, %v", name, got.Len(), err)
					}
					for i, b := range got.Bytes() { // byte by byte: pieces must not matter
						if _, err := rows.Write([]byte{b}); err != nil {
							t.Fatalf("%s: byte %d: %v", name, i, err)
						}
					}
					if rows.loose {
						t.Errorf("%s: bits of no pixel are set", name)
					}
					palette := chunkOf(c.Data, "PLTE")
					for i := range len(palette) / 3 {
						if blank := bytes.Equal(palette[3*i:3*i+3], []byte{0, 0, 0}); blank == used[i] {
							t.Errorf("%s: colour %d of the palette: used is %v, blank is %v", name, i, used[i], blank)
						}
					}
				}
			}
		}
	}
}

// TestColoursBesideThePalette checks what tRNS and bKGD keep.
func TestColoursBesideThePalette(t *testing.T) {
	palette := appendChunk(nil, "PLTE", []byte("abcdefghi"))
	for name, c := range map[string]struct {
		depth, colourType int
		line              string
		before            [][]byte
		id, want          string
	}{
		"bits that grey pixels lack":  {8, 0, "\x00\x07", [][]byte{appendChunk(nil, "tRNS", []byte("C\x07"))}, "tRNS", "\x00\x07"},
		"grey background":             {2, 0, "\x00\x80", [][]byte{appendChunk(nil, "bKGD", []byte("CA"))}, "bKGD", "\x00\x01"},
		"unused colours":              {8, 3, "\x00\x01", [][]byte{palette}, "PLTE", "\x00\x00\x00def\x00\x00\x00"},
		"colour of the background":    {8, 3, "\x00\x01", [][]byte{palette, appendChunk(nil, "bKGD", []byte{2})}, "PLTE", "\x00\x00\x00defghi"},
		"background of no colour":     {8, 3, "\x00\x01", [][]byte{palette, appendChunk(nil, "bKGD", []byte("C"))}, "bKGD", ""},
		"transparency of unused ones": {8, 3, "\x00\x01", [][]byte{palette, appendChunk(nil, "tRNS", []byte("CAN"))}, "tRNS", "\xffA\xff"},
		"too much transparency":       {8, 3, "\x00\x01", [][]byte{palette, appendChunk(nil, "tRNS", []byte("CANA"))}, "tRNS", ""},
		"transparency with alpha":     {8, 4, "\x00\x01\x01", [][]byte{appendChunk(nil, "tRNS", []byte("CA"))}, "tRNS", ""},
	} {
		file := rawPNG(t, 1, 1, c.depth, c.colourType, 0, []byte(c.line), c.before...)
		_, r := cleanBytes(t, file)
		if got := chunkOf(r.Data, c.id); string(got) != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestWrongChecksumIsMended checks that the four bytes behind the pixels, which
// many viewers do not look at, are a checksum.
func TestWrongChecksumIsMended(t *testing.T) {
	file := rawPNG(t, 2, 1, 8, 0, 0, []byte{0, 1, 2})
	idat := slices.Clone(chunkOf(file, "IDAT"))
	copy(idat[len(idat)-4:], canary)
	at := bytes.Index(file, []byte("IDAT")) - 4
	broken := appendChunk(appendChunk(slices.Clone(file[:at]), "IDAT", idat), "IEND", nil)
	_, r := cleanBytes(t, broken)
	if _, want := cleanBytes(t, file); !bytes.Equal(r.Data, want.Data) {
		t.Error("the checksum was not mended")
	}
	if _, err := png.Decode(bytes.NewReader(r.Data)); err != nil {
		t.Error(err)
	}
}
