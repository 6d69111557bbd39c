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
	d := c.data
	if len(d) < bmpFileHeader+bmpCoreHeader {
		return broken("it ends within its header")
	}
	headerSize := int64(binary.LittleEndian.Uint32(d[bmpFileHeader:]))
	pixelsAt := int64(binary.LittleEndian.Uint32(d[10:]))
	if bmpFileHeader+headerSize > int64(len(d)) {
		return broken("it ends within its header")
	}
	var width, height, bits, compression, imageSize, colours int64
	info := d[bmpFileHeader:]
	switch {
	case headerSize == bmpCoreHeader:
		width, height = int64(binary.LittleEndian.Uint16(info[4:])), int64(binary.LittleEndian.Uint16(info[6:]))
		bits = int64(binary.LittleEndian.Uint16(info[10:]))
	case headerSize >= bmpInfoHeader && headerSize <= bmpV5Header:
		width, height = int64(int32(binary.LittleEndian.Uint32(info[4:]))), int64(int32(binary.LittleEndian.Uint32(info[8:])))
		bits = int64(binary.LittleEndian.Uint16(info[14:]))
		compression = int64(binary.LittleEndian.Uint32(info[16:]))
		imageSize = int64(binary.LittleEndian.Uint32(info[20:]))
		colours = int64(binary.LittleEndian.Uint32(info[32:]))
	default:
		return broken("its header has %d bytes", headerSize)
	}
	if height < 0 {
		height = -height
	}
	if width <= 0 || height <= 0 || width > maxDimension || height > maxDimension {
		return broken("its header says %d × %d pixels", width, height)
	}
	c.file.Width, c.file.Height = int(width), int(height)
	c.cut(bmpFileHeader, "BM", "file header", Structure, 0, 0)
	c.cut(int(bmpFileHeader+headerSize), "DIB", "bitmap header", Structure, 0, 0)

	table := int64(0)
	const bitfields, alphaBitfields = 3, 6
	if headerSize == bmpInfoHeader {
		switch compression {
		case bitfields:
			table = 12
		case alphaBitfields:
			table = 16
		}
	}
	entry := int64(4)
	if headerSize == bmpCoreHeader {
		entry = 3
	}
	if bits <= 8 {
		if colours == 0 || colours > 1<<bits {
			colours = 1 << bits
		}
		// A table that the pixels cut short has whole entries only.
		room := max(0, pixelsAt-int64(c.pos)-table)
		table += min(colours, room/entry) * entry
	}
	if pixelsAt < int64(c.pos) || pixelsAt >= int64(len(d)) {
		return broken("it ends before its pixels")
	}
	c.cut(int(min(int64(c.pos)+table, pixelsAt)), "PALETTE", "colour table", Structure, 0, 0)
	c.cut(int(pixelsAt), "GAP", "bytes before the pixels", Unknown, 0, 0)

	size := imageSize
	if compression == 0 || compression == bitfields || compression == alphaBitfields {
		size = (width*bits + 31) / 32 * 4 * height
	}
	if size <= 0 {
		size = int64(len(d)) - pixelsAt
	}
	end := pixelsAt + size
	if end > int64(len(d)) {
		c.warnf("the file ends within the pixels")
		end = int64(len(d))
	}
	c.cut(int(end), "PIXELS", "pixels", Pixels, 0, 0)

	if headerSize == bmpV5Header {
		at := bmpFileHeader + int64(binary.LittleEndian.Uint32(info[112:]))
		length := int64(binary.LittleEndian.Uint32(info[116:]))
		if at >= int64(c.pos) && length > 0 && at+length <= int64(len(d)) {
			c.cut(int(at), "GAP", "bytes before the colour profile", Unknown, 0, 0)
			c.cut(int(at+length), "ICC", "ICC profile", Colour, 0, 0)
		}
	}
	c.plainTrailer()
	return nil
}
