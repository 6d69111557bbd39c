package container

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

var pngSignature = []byte("\x89PNG\r\n\x1a\n")

// pngKinds are the chunk types of PNG (third edition), its registered extensions
// and well-known private ones. What is not listed is Unknown.
var pngKinds = map[string]Kind{
	"IHDR": Structure, "PLTE": Structure, "IEND": Structure, "tRNS": Structure,
	"acTL": Structure, "fcTL": Structure,
	"IDAT": Pixels, "fdAT": Pixels,
	"gAMA": Colour, "cHRM": Colour, "sRGB": Colour, "iCCP": Colour, "cICP": Colour,
	"mDCV": Colour, "cLLI": Colour, "sBIT": Colour, "bKGD": Colour,
	"pHYs": Metadata, "hIST": Metadata, "sPLT": Metadata, "tIME": Metadata,
	"tEXt": Metadata, "zTXt": Metadata, "iTXt": Metadata,
	"eXIf": Metadata, "zxIf": Metadata, "exIf": Metadata, "iDOT": Metadata, "caBX": Metadata,
	"oFFs": Metadata, "pCAL": Metadata, "sCAL": Metadata, "sTER": Metadata, "gIFg": Metadata,
	"gIFt": Metadata, "gIFx": Metadata, "vpAg": Metadata, "caNv": Metadata, "orNT": Metadata,
	"tXMP": Metadata, "meTa": Metadata, "seAl": Metadata, "dSIG": Metadata, "gdAT": Thumbnail,
	"prVW": Thumbnail, "mkBF": Metadata, "mkTS": Metadata, "mkBS": Metadata, "mkBT": Metadata,
}

// readPNG cuts a PNG or APNG into its chunks.
func (c *cutter) readPNG() error {
	const overhead = 12 // length, type, CRC
	c.cut(len(pngSignature), "signature", "signature", Structure, len(pngSignature), 0)
	pixels := false
	for {
		rest := c.data[c.pos:]
		if len(rest) < overhead {
			return c.pngShort(pixels)
		}
		length := uint64(binary.BigEndian.Uint32(rest))
		id := string(rest[4:8])
		if length > 1<<31-1 || !boxType(rest[4:8]) {
			return c.pngShort(pixels)
		}
		if len(c.file.Parts) == 1 && id != "IHDR" {
			return broken("it begins with chunk %s, not with its header", id)
		}
		if length+overhead > uint64(len(rest)) {
			if id == "IDAT" {
				// Decoders show what there is of the picture.
				c.warnf("the file ends within the pixels")
				c.cut(len(c.data), "IDAT", "IDAT, cut off", Pixels, 8, 0)
				return nil
			}
			return c.pngShort(pixels)
		}
		end := int(length) + overhead
		payload := rest[8 : end-4]
		if crc32.ChecksumIEEE(rest[4:end-4]) != binary.BigEndian.Uint32(rest[end-4:]) {
			c.warnf("wrong checksum in %s at byte %d", id, c.pos)
		}
		kind, known := pngKinds[id]
		if !known {
			kind = Unknown
		}
		name := id
		switch id {
		case "IHDR":
			if len(payload) != 13 {
				return broken("its header has %d bytes", len(payload))
			}
			if c.file.Width != 0 {
				c.warnf("more than one IHDR")
				kind = Unknown
				break
			}
			w, h := binary.BigEndian.Uint32(payload), binary.BigEndian.Uint32(payload[4:])
			if w == 0 || h == 0 || w > maxDimension || h > maxDimension {
				return broken("its header says %d × %d pixels", w, h)
			}
			c.file.Width, c.file.Height = int(w), int(h)
		case "IDAT":
			pixels = true
		case "tEXt", "zTXt", "iTXt", "iCCP", "sPLT":
			const maxKeyword = 79
			if i := bytes.IndexByte(payload[:min(len(payload), maxKeyword+1)], 0); i > 0 && id != "iCCP" {
				name = id + " " + latin1(payload[:i])
			}
		}
		c.cut(c.pos+end, id, name, kind, 8, 4)
		if id == "IEND" {
			if !pixels {
				return broken("its picture ends without pixels")
			}
			c.plainTrailer()
			return nil
		}
	}
}

// pngShort ends reading where no whole chunk follows.
func (c *cutter) pngShort(pixels bool) error {
	if !pixels {
		return broken("it ends or breaks off at byte %d, before its pixels", c.pos)
	}
	c.warnf("no end-of-image chunk")
	c.cut(len(c.data), "REST", "unreadable rest", Trailer, 0, 0)
	return nil
}

// plainTrailer cuts what lies behind a picture that is no JPEG.
func (c *cutter) plainTrailer() {
	if c.pos == len(c.data) {
		return
	}
	c.warnf("%d bytes behind the end of the picture", len(c.data)-c.pos)
	c.trailer()
}

// latin1 is b, which is ISO 8859-1, as UTF-8 without control characters.
func latin1(b []byte) string {
	r := make([]rune, 0, len(b))
	for _, x := range b {
		if x >= 0x20 && (x < 0x7F || x >= 0xA0) {
			r = append(r, rune(x))
		}
	}
	return string(r)
}
