package container

import "encoding/binary"

// DIB header sizes, and where a BITMAPV5HEADER says its profile lies.
const (
	bmpFileHeader = 14
	bmpCoreHeader = 12
	bmpInfoHeader = 40
	bmpV5Header   = 124
)

// readBMP cuts a Windows bitmap into headers, colour table, pixels, embedded
// profile and whatever lies between and behind.
func (c *cutter) readBMP() error {
	h, err := readBMPHeader(c.data)
	if err != nil {
		return err
	}
	c.file.Width, c.file.Height = int(h.width), int(h.height)
	c.cut(bmpFileHeader, "BM", "file header", Structure, 0, 0)
	c.cut(int(bmpFileHeader+h.size), "DIB", "bitmap header", Structure, 0, 0)
	size := int64(len(c.data))
	if h.pixelsAt < int64(c.pos) || h.pixelsAt >= size {
		return broken("it ends before its pixels")
	}
	c.cut(int(min(int64(c.pos)+h.tableLength(), h.pixelsAt)), "PALETTE", "colour table", Structure, 0, 0)
	c.cut(int(h.pixelsAt), "GAP", "bytes before the pixels", Unknown, 0, 0)

	end := size
	if length := h.pixelsLength(); length > 0 {
		end = h.pixelsAt + length
	}
	if end > size {
		c.warnf("the file ends within the pixels")
		end = size
	}
	c.cut(int(end), "PIXELS", "pixels", Pixels, 0, 0)

	if at, length := h.profileAt, h.profileLength; at >= int64(c.pos) && length > 0 && at+length <= size {
		c.cut(int(at), "GAP", "bytes before the colour profile", Unknown, 0, 0)
		c.cut(int(at+length), "ICC", "ICC profile", Colour, 0, 0)
	}
	c.plainTrailer()
	return nil
}

// bmpHeader is what the headers of a bitmap say. Offsets count from the file's start,
// lengths are in bytes.
type bmpHeader struct {
	size          int64 // of the bitmap header
	pixelsAt      int64
	width, height int64
	bits          int64 // of a pixel
	compression   int64
	imageSize     int64
	colours       int64 // in the colour table; 0 for as many as bits allow
	// profileAt and profileLength are those of the colour profile; 0 without one.
	profileAt, profileLength int64
}

// Compressions that leave the pixels as they are.
const (
	bmpPlain          = 0
	bmpBitfields      = 3
	bmpAlphaBitfields = 6
)

// readBMPHeader reads both headers of a bitmap. The size of the picture is one that
// may be.
func readBMPHeader(d []byte) (h bmpHeader, err error) {
	if len(d) < bmpFileHeader+bmpCoreHeader {
		return h, broken("it ends within its header")
	}
	h.pixelsAt = int64(binary.LittleEndian.Uint32(d[10:]))
	info := d[bmpFileHeader:]
	h.size = int64(binary.LittleEndian.Uint32(info))
	if h.size > int64(len(info)) {
		return h, broken("it ends within its header")
	}
	switch {
	case h.size == bmpCoreHeader:
		h.width, h.height = int64(binary.LittleEndian.Uint16(info[4:])), int64(binary.LittleEndian.Uint16(info[6:]))
		h.bits = int64(binary.LittleEndian.Uint16(info[10:]))
	case h.size >= bmpInfoHeader && h.size <= bmpV5Header:
		h.width, h.height = int64(int32(binary.LittleEndian.Uint32(info[4:]))), int64(int32(binary.LittleEndian.Uint32(info[8:])))
		h.bits = int64(binary.LittleEndian.Uint16(info[14:]))
		h.compression = int64(binary.LittleEndian.Uint32(info[16:]))
		h.imageSize = int64(binary.LittleEndian.Uint32(info[20:]))
		h.colours = int64(binary.LittleEndian.Uint32(info[32:]))
	default:
		return h, broken("its header has %d bytes", h.size)
	}
	if h.size == bmpV5Header {
		h.profileAt = bmpFileHeader + int64(binary.LittleEndian.Uint32(info[112:]))
		h.profileLength = int64(binary.LittleEndian.Uint32(info[116:]))
	}
	h.height = max(h.height, -h.height) // negative where rows run from the top
	if h.width <= 0 || h.height <= 0 || h.width > maxDimension || h.height > maxDimension {
		return h, broken("its header says %d × %d pixels", h.width, h.height)
	}
	return h, nil
}

// tableLength is how long the masks and colours between header and pixels are. A table
// that the pixels cut short has whole entries only.
func (h bmpHeader) tableLength() int64 {
	masks := int64(0)
	if h.size == bmpInfoHeader {
		switch h.compression {
		case bmpBitfields:
			masks = 3 * 4
		case bmpAlphaBitfields:
			masks = 4 * 4
		}
	}
	if h.bits > 8 {
		return masks
	}
	entry := int64(4)
	if h.size == bmpCoreHeader {
		entry = 3
	}
	colours := h.colours
	if colours == 0 || colours > 1<<h.bits {
		colours = 1 << h.bits
	}
	room := max(0, h.pixelsAt-bmpFileHeader-h.size-masks)
	return masks + min(colours, room/entry)*entry
}

// pixelsLength is how long the pixels are, 0 or less where the headers do not say.
func (h bmpHeader) pixelsLength() int64 {
	switch h.compression {
	case bmpPlain, bmpBitfields, bmpAlphaBitfields:
		return (h.width*h.bits + 31) / 32 * 4 * h.height
	}
	return h.imageSize
}
