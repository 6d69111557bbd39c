package container

import "encoding/binary"

var webpKinds = map[string]Kind{
	"VP8 ": Pixels, "VP8L": Pixels, "ALPH": Pixels,
	"VP8X": Structure, "ANIM": Structure, "ANMF": Structure,
	"ICCP": Colour,
	"EXIF": Metadata, "XMP ": Metadata, "C2PA": Metadata,
}

// readWebP cuts a WebP file into its chunks (RFC 9649). The sub-chunks of an
// animation frame are parts of their own, named "ANMF VP8" and the like.
func (c *cutter) readWebP() error {
	const riffHeader, chunkHeader, frameHeader = 12, 8, 16
	end := int64(binary.LittleEndian.Uint32(c.data[4:])) + 8
	if end > int64(len(c.data)) {
		c.warnf("the file is %d bytes shorter than it says", end-int64(len(c.data)))
		end = int64(len(c.data))
	}
	if end < riffHeader {
		return broken("its header says %d bytes", end-8)
	}
	c.cut(riffHeader, "RIFF", "RIFF header", Structure, riffHeader, 0)
	pixels, bitstream := false, false // the first bitstream is the picture
	frameEnd := int64(0)              // of the ANMF chunk being read
	for int64(c.pos) < end {
		limit, prefix := end, ""
		if int64(c.pos) < frameEnd {
			limit, prefix = frameEnd, "ANMF "
		}
		start := int64(c.pos)
		if limit-start < chunkHeader {
			c.cut(int(limit), "GAP", "bytes between chunks", Unknown, 0, 0)
			continue
		}
		id := string(c.data[start : start+4])
		length := int64(binary.LittleEndian.Uint32(c.data[start+4:]))
		next := start + chunkHeader + length
		if next > limit {
			if kind := webpKinds[id]; kind == Pixels && prefix == "" {
				c.warnf("the file ends within the pixels")
				if !bitstream {
					c.webpSize(id, c.data[start+chunkHeader:limit])
				}
				c.cut(int(limit), id, trimID(id)+", cut off", Pixels, chunkHeader, 0)
				pixels = true
				continue
			}
			if !pixels {
				return broken("it ends within the chunk at byte %d, before its pixels", start)
			}
			c.warnf("chunk at byte %d runs past the end of the file", start)
			c.cut(int(limit), "REST", "unreadable rest", Trailer, 0, 0)
			continue
		}
		padding := int64(0)
		if length%2 == 1 && next < limit {
			padding = 1
		}
		payload := c.data[start+chunkHeader : next]
		kind, known := webpKinds[id]
		switch {
		case !known:
			kind = Unknown
		case prefix != "" && kind != Pixels:
			kind = Unknown // frames hold pixels only
		case id == "VP8X":
			if len(payload) < 10 {
				return broken("its header has %d bytes", len(payload))
			}
			if c.file.Width == 0 {
				c.file.Width = 1 + int(uint24(payload[4:]))
				c.file.Height = 1 + int(uint24(payload[7:]))
			}
		case id == "ANMF":
			if length < frameHeader {
				return broken("the header of a frame has %d bytes", length)
			}
			// The frame's own header; its sub-chunks follow as parts.
			frameEnd = next + padding
			c.cut(int(start+chunkHeader+frameHeader), id, id, Structure, chunkHeader, 0)
			continue
		case kind == Pixels:
			pixels = true
			if prefix == "" && !bitstream {
				c.webpSize(id, payload)
				bitstream = id != "ALPH"
			}
		}
		c.cut(int(next+padding), id, prefix+trimID(id), kind, chunkHeader, int(padding))
	}
	if !pixels {
		return broken("it has no pixels")
	}
	if c.file.Width == 0 || c.file.Height == 0 {
		return broken("its header gives no size")
	}
	c.plainTrailer()
	return nil
}

// webpSize takes the picture's size from a bitstream's header where there is no
// VP8X chunk.
func (c *cutter) webpSize(id string, b []byte) {
	if c.file.Width != 0 {
		return
	}
	switch {
	case id == "VP8 " && len(b) >= 10 && b[3] == 0x9D && b[4] == 0x01 && b[5] == 0x2A:
		c.file.Width = int(binary.LittleEndian.Uint16(b[6:]) & 0x3FFF)
		c.file.Height = int(binary.LittleEndian.Uint16(b[8:]) & 0x3FFF)
	case id == "VP8L" && len(b) >= 5 && b[0] == 0x2F:
		bits := binary.LittleEndian.Uint32(b[1:])
		c.file.Width = 1 + int(bits&0x3FFF)
		c.file.Height = 1 + int(bits>>14&0x3FFF)
	}
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// trimID is a chunk type for people: without trailing spaces, printable, never
// empty.
func trimID(id string) string {
	for len(id) > 0 && id[len(id)-1] == ' ' {
		id = id[:len(id)-1]
	}
	if name := latin1([]byte(id)); name != "" {
		return name
	}
	return "unnamed chunk"
}
