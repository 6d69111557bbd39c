package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"blindspot/scan"
)

// bitmap is a BMP with a header of 40 bytes; table holds what is between header
// and pixels.
func bitmap(width, height, depth, compression int, table, pixels string) []byte {
	h := make([]byte, 54)
	copy(h, "BM")
	le := binary.LittleEndian
	le.PutUint32(h[2:], uint32(54+len(table)+len(pixels)))
	le.PutUint32(h[10:], uint32(54+len(table)))
	le.PutUint32(h[14:], 40)
	le.PutUint32(h[18:], uint32(width))
	le.PutUint32(h[22:], uint32(height))
	h[26], h[28], h[30] = 1, byte(depth), byte(compression)
	le.PutUint32(h[34:], uint32(len(pixels)))
	return append(h, table+pixels...)
}

// TestBitmapHoldsNothingUnseen checks that bits which no viewer looks at are zero in
// the copy, and all others as they were.
func TestBitmapHoldsNothingUnseen(t *testing.T) {
	grey := strings.Repeat("abcd", 256)
	only := func(entries int, used string) string { // of grey; 0 counts as used with runs
		table := make([]byte, 4*entries)
		for _, c := range []byte(used) {
			copy(table[4*int(c):], "abc")
		}
		return string(table)
	}
	masks := "\x00\x00\xFF\x00\x00\xFF\x00\x00\xFF\x00\x00\x00"
	masks565 := "\x00\xF8\x00\x00\xE0\x07\x00\x00\x1F\x00\x00\x00"
	for name, c := range map[string]struct {
		width, height, depth, compression int
		table, pixels, wantTable, want    string
	}{
		"24 bits":              {1, 2, 24, 0, "", "RGBxRGBx", "", "RGB\x00RGB\x00"},
		"24 bits, cut off":     {1, 2, 24, 0, "", "RGBxRG", "", "RGB\x00RG"},
		"1 bit":                {3, 2, 1, 0, "abcdabcd", "\xFFxxx\x7Fxxx", "abc\x00abc\x00", "\xE0\x00\x00\x00\x60\x00\x00\x00"},
		"8 bits":               {5, 1, 8, 0, grey, "abcdefgh", only(256, "abcde"), "abcde\x00\x00\x00"},
		"16 bits":              {1, 1, 16, 0, "", "\xFF\xFFxx", "", "\xFF\x7F\x00\x00"},
		"16 bits, 5-6-5":       {1, 1, 16, 3, masks565, "\xFF\xFFxx", masks565, "\xFF\xFF\x00\x00"},
		"32 bits":              {2, 1, 32, 0, "", "RGB\xFFRGB\xFF", "", "RGB\xFFRGB\xFF"},
		"32 bits with masks":   {2, 1, 32, 3, masks, "RGBxRGBy", masks, "RGB\x00RGB\x00"},
		"runs":                 {4, 2, 8, 1, grey, "\x04a\x00\x00\x00\x03abc\x00\x01d\x00\x01hidden", only(256, "\x00abcd"), "\x04a\x00\x00\x00\x03abc\x00\x01d\x00\x01\x00\x00\x00\x00\x00\x00"},
		"runs of 4 bits":       {4, 1, 4, 2, grey[:64], "\x00\x03\x61\x20\x00\x02\x00\x01\x00\x01hidden", only(16, "\x00\x01\x06\x02"), "\x00\x03\x61\x20\x00\x02\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00"},
		"runs without an end":  {4, 1, 8, 1, grey, "\x04a", only(256, "\x00a"), "\x04a"},
		"runs, the last short": {4, 1, 8, 1, grey, "\x00\x04a", only(256, "\x00a"), "\x00\x04a"},
		"runs behind the rows": {4, 1, 8, 1, grey, "\x04a\x00\x00\x00\x06hidden", only(256, "\x00a"), "\x04a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"},
		"a move":               {4, 3, 8, 1, grey, "\x00\x02\x01\x01\x02b\x00\x01", only(256, "\x00b"), "\x00\x02\x01\x01\x02b\x00\x01"},
		"padding of a run":     {4, 1, 8, 1, grey, "\x00\x03abcX\x00\x01", only(256, "\x00abc"), "\x00\x03abc\x00\x00\x01"},
		"a colour's last half": {4, 1, 4, 2, grey[:64], "\x00\x03\x12\x3F\x00\x01", only(16, "\x00\x01\x02\x03"), "\x00\x03\x12\x30\x00\x01"},
	} {
		_, r := cleanBytes(t, bitmap(c.width, c.height, c.depth, c.compression, c.table, c.pixels))
		if want := bitmap(c.width, c.height, c.depth, c.compression, c.wantTable, c.want); !bytes.Equal(r.Data, want) {
			t.Errorf("%s:\ngot  %.80q\nwant %.80q", name, r.Data[54:], want[54:])
		}
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"fourth values": {bitmap(2, 1, 32, 0, "", "RGBxRGBy"), "fourth value"},
		"long rows":     {bitmap(2, 1, 8, 1, grey, "\x00\x06hidden"), "longer"},
		"24-bit runs":   {bitmap(2, 1, 24, 1, "", "\x02a"), "packed"},
		"no bits":       {bitmap(2, 1, 0, 0, "", "x"), "do not exist"},
		"a JPEG within": {bitmap(2, 1, 24, 4, "", "\xff\xd8\xff\xe0"), "packed"},
	} {
		p, err := scan.Read(context.Background(), name, c.file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Clean(context.Background(), p, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
