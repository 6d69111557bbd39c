package metadata

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// Photoshop image resources that are followed (Adobe Photoshop File Formats
// Specification, "Image Resource IDs").
const (
	resourceIPTC       = 0x0404
	resourceThumbnail4 = 0x0409
	resourceURL        = 0x040B
	resourceThumbnail  = 0x040C
	resourceCopyright  = 0x040A
	resourceICC        = 0x040F
	resourceSlices     = 0x041A
	resourceURLList    = 0x041E
	resourceVersion    = 0x0421
	resourceEXIF       = 0x0422
	resourceEXIF3      = 0x0423
	resourceXMP        = 0x0424
	resourceDigest     = 0x0425
	resourceLayerNames = 0x0BB7 // clipping path name
	resourcePathFirst  = 0x07D0
	resourcePathLast   = 0x0BB6
)

// thumbnailHeader precedes the JPEG of a thumbnail resource.
const thumbnailHeader = 28

// photoshop reads a block of image resources.
func (r *reader) photoshop(b []byte) error {
	for len(b) >= 12 {
		if s := string(b[:4]); s != "8BIM" && s != "PHUT" && s != "AgHg" && s != "DCSR" && s != "MeSa" {
			if len(bytes.Trim(b, "\x00")) == 0 {
				return nil
			}
			return errors.New("image resources are damaged")
		}
		id := binary.BigEndian.Uint16(b[4:])
		nameEnd := 7 + int(b[6])
		nameEnd += (nameEnd - 6) % 2
		if nameEnd+4 > len(b) {
			return errors.New("image resources are cut off")
		}
		size := int64(binary.BigEndian.Uint32(b[nameEnd:]))
		start := int64(nameEnd) + 4
		if start+size > int64(len(b)) {
			return fmt.Errorf("image resource 0x%04x is cut off", id)
		}
		name := text(b[7 : 7+min(int(b[6]), len(b)-7)])
		r.guard(fmt.Sprintf("image resource 0x%04x", id), func() error {
			return r.resource(id, name, b[start:start+size])
		})
		next := start + size + size%2
		if next > int64(len(b)) {
			return nil
		}
		b = b[next:]
	}
	return nil
}

func (r *reader) resource(id uint16, name string, data []byte) error {
	switch id {
	case resourceIPTC:
		return r.iptc(data)
	case resourceEXIF, resourceEXIF3:
		return r.exif(data)
	case resourceXMP:
		return r.xmp(data)
	case resourceICC:
		return r.icc(data)
	case resourceThumbnail, resourceThumbnail4:
		if len(data) <= thumbnailHeader {
			return nil
		}
		data = data[thumbnailHeader:]
		value := binaryValue(len(data))
		if w, h := pictureSize(data); w > 0 {
			value = fmt.Sprintf("%d × %d pixels, %d bytes", w, h, len(data))
		}
		r.add("Photoshop", "PhotoshopThumbnail", value)
		return r.picture("PhotoshopThumbnail", data)
	case resourceDigest:
		r.add("Photoshop", "IPTCDigest", hex.EncodeToString(data[:min(len(data), 16)]))
	case resourceURL:
		r.add("Photoshop", "URL", text(data))
	case resourceCopyright:
		if len(data) > 0 {
			r.add("Photoshop", "CopyrightFlag", fmt.Sprint(data[0]))
		}
	case resourceURLList:
		if urls := utf16Text(binary.BigEndian, data); len(data) > 4 {
			r.add("Photoshop", "URL_List", urls)
		}
	case resourceSlices: // version and bounds, then the name of the document that was sliced
		const bounds = 20
		if len(data) > bounds {
			name, _ := countedText(data[bounds:])
			r.add("Photoshop", "SlicesGroupName", name)
		}
	case resourceVersion: // version and a flag, then two names
		const flag = 5
		if len(data) > flag {
			writer, rest := countedText(data[flag:])
			reader, _ := countedText(rest)
			r.add("Photoshop", "WriterName", writer)
			r.add("Photoshop", "ReaderName", reader)
		}
	case resourceLayerNames:
		if len(data) > 1 {
			r.add("Photoshop", "ClippingPathName", text(data[1:]))
		}
	}
	if name != "" && id >= resourcePathFirst && id <= resourcePathLast {
		r.add("Photoshop", "PathName", name)
	}
	return nil
}

// countedText is the text in UTF-16 that b begins with, after the number of its
// characters, and what follows it; "" and nothing where it is cut off.
func countedText(b []byte) (s string, rest []byte) {
	const count = 4
	if len(b) < count {
		return "", nil
	}
	n := 2 * int64(binary.BigEndian.Uint32(b))
	if n > int64(len(b)-count) {
		return "", nil
	}
	return utf16Text(binary.BigEndian, b[count:count+n]), b[count+n:]
}
