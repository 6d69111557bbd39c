package scrub

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"blindspot/scan"
)

// TestLenientDecoders plants the canary where only a decoder that forgives, as all
// that people use do, comes past it: of the file with it and of the file without
// comes the same copy.
func TestLenientDecoders(t *testing.T) {
	file := plainJPEG(t)
	arithmetic := recoded(t, "-arithmetic")
	// segments spells the canary in segments of some bytes each, all behind head.
	segments := func(marker byte, head string, size int) []byte {
		var out []byte
		for b := range slices.Chunk([]byte(canary), size) {
			out = append(out, segment(marker, head, string(b))...)
		}
		return out
	}
	// behindScan is b with its last scan's header changed, and text behind the scan.
	behindScan := func(b []byte, fromEnd int, value byte, text string) []byte {
		b = bytes.Clone(b)
		sos := bytes.LastIndex(b, []byte{0xFF, 0xDA})
		b[sos+2+int(binary.BigEndian.Uint16(b[sos+2:]))-fromEnd] = value
		return slices.Concat(b[:len(b)-2], []byte(text), b[len(b)-2:])
	}
	tableless := bytes.Clone(file)
	for {
		i := bytes.Index(tableless, []byte{0xFF, 0xC4})
		if i < 0 {
			break
		}
		tableless = slices.Delete(tableless, i, i+2+int(binary.BigEndian.Uint16(tableless[i+2:])))
	}
	// One block of a difference of 0 and four runs of 16 zeros, one more than fit.
	overrun := func(text string) []byte {
		return slices.Concat([]byte("\xff\xd8"), segment(0xDB, "\x00", strings.Repeat("\x01", 64)),
			segment(0xC0, "\x08\x00\x08\x00\x08\x01\x01\x11\x00"), segment(0xDA, "\x01\x01\x00\x00\x3f\x00"),
			[]byte("\x3f\xcf\xf9\xff\x00\x3f\xe7"+text+"\xff\xd9"))
	}
	// A grey PNG whose compressed lines are followed by empty blocks without an end.
	unended := func(text string) []byte {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		if _, err := w.Write(make([]byte, 4*(1+4))); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		for _, c := range []byte(text) {
			z.Write([]byte{c &^ 7, 0, 0, 0xFF, 0xFF})
		}
		b := appendChunk([]byte(pngSignature), "IHDR", []byte{0, 0, 0, 4, 0, 0, 0, 4, 8, 0, 0, 0, 0})
		return appendChunk(appendChunk(b, "IDAT", z.Bytes()), "IEND", nil)
	}
	// One row of two grey pixels: in stored blocks, of which those that hold nothing and
	// their filling bits spell text.
	stored := func(text string) []byte {
		z := []byte{0x78, 0x01}
		for _, c := range []byte(text) {
			z = append(z, c&^7, 0, 0, 0xFF, 0xFF)
		}
		z = append(z, 1, 3, 0, 0xFC, 0xFF, 0, 1, 2, 0, 7, 0, 4)
		return pngOf([]byte{0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0}, appendChunk(nil, "IDAT", z))
	}
	noText := pngOf([]byte{0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0}, appendChunk(nil, "IDAT", deflated("\x00\x01\x02")))
	still := plainPNG(t)
	idat := bytes.Index(still, []byte("IDAT")) - 4
	packed := chunkOf(still, "IDAT")
	withIDAT := func(change func(b []byte) [][]byte) []byte {
		var chunks []byte
		for _, b := range change(bytes.Clone(packed)) {
			chunks = appendChunk(chunks, "IDAT", b)
		}
		return slices.Concat(still[:idat], chunks, appendChunk(nil, "IEND", nil))
	}
	moving := func(of uint16, n uint16, number byte) []byte {
		first, second := frame(0, ""), frame(number, "")
		for _, b := range [][]byte{first, second} {
			binary.BigEndian.PutUint16(b[20:], n)
			binary.BigEndian.PutUint16(b[22:], of)
		}
		return slices.Concat(still[:idat], appendChunk(nil, "acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}), appendChunk(nil, "fcTL", first), appendChunk(nil, "IDAT", packed),
			appendChunk(nil, "fcTL", second), fdAT(number+1, string(packed[:20])), fdAT(number+2, string(packed[20:])), appendChunk(nil, "IEND", nil))
	}
	lossy := encodedWebP(t, "-quality", "80")
	vp8 := lossy[12:]
	hinted := withStream(t, lossy, "VP8 ", func(b []byte) []byte {
		b[7], b[9] = b[7]|'C'&0xC0, b[9]|0x80
		return b
	})
	header := func(flags byte) []byte { return riffChunk("VP8X", []byte{flags, 0, 0, 0, 63, 0, 0, 47, 0, 0}) }
	transparent := encodedWebP(t, "-alpha", "set", "-channel", "A", "-fx", "(i+j)/112", "-quality", "80")
	unannounced := bytes.Clone(transparent)
	unannounced[12+8] &^= webpAlpha
	vp8x := riffChunk("VP8X", []byte{webpAlpha, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	for name, c := range map[string]struct{ with, without []byte }{
		"DAC beside Huffman codes": {beforeMarker(file, 0xC0, segment(0xCC, canary)), file},
		"DAC in force":             {beforeMarker(file, 0xC0, segments(0xCC, "\x10", 1)), file},
		"DAC of no use":            {beforeMarker(arithmetic, 0xC9, segments(0xCC, "\x1f", 1)), arithmetic},
		"DRI replaced": {beforeMarker(file, 0xC0, append(segments(0xDD, "", 2), segment(0xDD, "\x00\x00")...)),
			beforeMarker(file, 0xC0, segment(0xDD, "\x00\x00"))},
		"DRI behind the scan":           {slices.Concat(file[:len(file)-2], segments(0xDD, "", 2), file[len(file)-2:]), file},
		"DNL of a height that is known": {slices.Concat(file[:len(file)-2], segments(0xDC, "", 2), file[len(file)-2:]), file},
		"DNL before the scan":           {beforeMarker(file, 0xDA, segments(0xDC, "", 2)), file},
		"behind a scan of an odd band":  {behindScan(file, 3, 1, canary), behindScan(file, 3, 1, "")},
		// A decoder of arithmetic codes reads some bytes ahead.
		"behind an arithmetic scan of odd bits":   {behindScan(arithmetic, 1, 0x10, "\x00\x00\x00\x00\x00\x00"+canary), behindScan(arithmetic, 1, 0x10, "\x00\x00\x00\x00\x00\x00")},
		"behind a scan without tables":            {behindScan(tableless, 1, 0, canary), tableless},
		"behind a scan of too many zeros":         {overrun(canary), overrun("")},
		"empty blocks without an end":             {unended(canary), unended("")},
		"empty blocks and what fills them":        {stored(canary), noText},
		"bits behind the last code":               {withIDAT(func(b []byte) [][]byte { b[len(b)-5] |= 0x80; return [][]byte{b} }), still},
		"header of a small window":                {withIDAT(func(b []byte) [][]byte { return [][]byte{append([]byte{0x58, 0x09}, b[2:]...)} }), still},
		"header of another level":                 {withIDAT(func(b []byte) [][]byte { return [][]byte{append([]byte{0x78, 0xDA}, b[2:]...)} }), still},
		"IDAT in pieces":                          {withIDAT(func(b []byte) [][]byte { return [][]byte{b[:1], nil, b[1:7], b[7:40], nil, nil, b[40:]} }), still},
		"another checksum":                        {withIDAT(func(b []byte) [][]byte { copy(b[len(b)-4:], canary); return [][]byte{b} }), still},
		"time of a frame":                         {moving(100, 10, 1), moving(10, 1, 1)},
		"time of no denominator":                  {moving(0, 10, 1), moving(10, 1, 1)},
		"time of none":                            {moving('C'<<8|'A', 0, 1), moving(1, 0, 1)},
		"numbers of an animation":                 {moving(10, 1, 'C'), moving(10, 1, 1)},
		"hint at a size":                          {hinted, lossy},
		"alpha plane packed in no way":            {riff(header(webpAlpha), riffChunk("ALPH", []byte("\x02"+canary)), vp8), riff(header(0), vp8)},
		"alpha plane prepared in no way":          {riff(header(webpAlpha), riffChunk("ALPH", []byte("\x20"+canary)), vp8), riff(header(0), vp8)},
		"alpha plane with reserved bits":          {riff(header(webpAlpha), riffChunk("ALPH", []byte("\x40"+canary)), vp8), riff(header(0), vp8)},
		"alpha plane of no header":                {riff(riffChunk("ALPH", []byte("\x00"+canary)), vp8), lossy},
		"empty alpha plane":                       {riff(header(webpAlpha), riffChunk("ALPH", nil), vp8), riff(header(0), vp8)},
		"alpha plane that is not announced":       {unannounced, transparent},
		"alpha plane beside a lossless bitstream": {riff(vp8x, riffChunk("ALPH", []byte("\x00"+canary)), plainWebP()[12:]), riff(vp8x, plainWebP()[12:])},
	} {
		t.Run(name, func(t *testing.T) {
			_, with := cleanBytes(t, c.with)
			_, without := cleanBytes(t, c.without)
			if !bytes.Equal(with.Data, without.Data) {
				t.Errorf("the copies differ: %d and %d bytes", len(with.Data), len(without.Data))
			}
		})
	}
}

// pngOf is a PNG of these chunks.
func pngOf(ihdr []byte, chunks ...[]byte) []byte {
	file := appendChunk([]byte(pngSignature), "IHDR", ihdr)
	return appendChunk(append(file, bytes.Join(chunks, nil)...), "IEND", nil)
}

// TestHeightLeftOpen keeps the first DNL of a picture whose header leaves its height
// open.
func TestHeightLeftOpen(t *testing.T) {
	file := plainJPEG(t)
	sof := bytes.Index(file, []byte{0xFF, 0xC0})
	height := string(file[sof+5 : sof+7])
	file[sof+5], file[sof+6] = 0, 0
	open := slices.Concat(file[:len(file)-2], segment(0xDC, height), segment(0xDC, canary[:2]), file[len(file)-2:])
	_, r := cleanBytes(t, open)
	if !bytes.Contains(r.Data, segment(0xDC, height)) || bytes.Contains(r.Data, segment(0xDC, canary[:2])) {
		t.Error("the first is to stay, and it alone")
	}
}

// TestTextInHuffmanTable refuses a table in which codes that no scan has spell a
// text.
func TestTextInHuffmanTable(t *testing.T) {
	file := recoded(t, "-optimize")
	at := bytes.Index(file, []byte{0xFF, 0xC4})
	size := int(binary.BigEndian.Uint16(file[at+2:]))
	const counts = 4 + 1
	const longest, text = counts + 15, "CC"
	planted := bytes.Clone(file[:at+2+size])
	planted[at+longest] += byte(len(text))
	binary.BigEndian.PutUint16(planted[at+2:], uint16(size+len(text)))
	planted = slices.Concat(planted, []byte(text), file[at+2+size:])
	p, err := scan.Read(context.Background(), "planted", planted)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Clean(context.Background(), p, Options{}); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v, not a refusal", err)
	}
}
