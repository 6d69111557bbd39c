package scrub

import (
	"bytes"
	"encoding/binary"
)

// exifHeader precedes an EXIF block in a JPEG.
const exifHeader = "Exif\x00\x00"

// orientationBlock is the smallest EXIF block that turns a picture: one IFD with
// one entry.
func orientationBlock(orientation int) []byte {
	const (
		tagOrientation = 0x0112
		typeShort      = 3
		ifdOffset      = 8
	)
	b := []byte("MM\x00*")
	b = binary.BigEndian.AppendUint32(b, ifdOffset)
	b = binary.BigEndian.AppendUint16(b, 1) // entries
	b = binary.BigEndian.AppendUint16(b, tagOrientation)
	b = binary.BigEndian.AppendUint16(b, typeShort)
	b = binary.BigEndian.AppendUint32(b, 1) // values
	b = binary.BigEndian.AppendUint16(b, uint16(orientation))
	b = binary.BigEndian.AppendUint16(b, 0) // padding
	return binary.BigEndian.AppendUint32(b, 0)
}

// isOrientationBlock reports whether b is what orientationBlock writes for a
// picture that is turned.
func isOrientationBlock(b []byte) bool {
	for o := 2; o <= 8; o++ {
		if bytes.Equal(b, orientationBlock(o)) {
			return true
		}
	}
	return false
}
