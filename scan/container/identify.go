package container

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// jpegSync is how many bytes after SOI a marker is looked for: decoders skip
// what precedes it, so a picture with a broken first marker is still seen.
const jpegSync = 64

// Identify tells a file's format by its first bytes. For TIFF-based formats it
// looks at the first IFD, to tell raws from pictures.
func Identify(data []byte) Format {
	has := func(at int, s string) bool {
		return len(data) >= at+len(s) && string(data[at:at+len(s)]) == s
	}
	switch {
	case has(0, "\xff\xd8") && bytes.IndexByte(data[2:min(len(data), 2+jpegSync)], 0xFF) >= 0:
		return JPEG
	case has(0, string(pngSignature)):
		return PNG
	case has(0, "RIFF") && has(8, "WEBP"):
		return WebP
	case has(0, "RIFF") && has(8, "AVI "):
		return Video
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return GIF
	case has(0, "8BPS\x00\x01"), has(0, "8BPS\x00\x02"):
		return PSD
	case has(0, "\xff\x0a"), has(0, "\x00\x00\x00\x0cJXL \r\n\x87\n"):
		return JPEGXL
	case has(0, "\x00\x00\x00\x0cjP  \r\n\x87\n"), has(0, "\xff\x4f\xff\x51"):
		return JPEG2000
	case has(4, "ftyp"):
		return ftypFormat(data)
	case has(4, "moov"), has(4, "mdat"), has(4, "wide"), has(4, "skip"), has(4, "free"):
		return Video
	case has(0, "\x1aE\xdf\xa3"):
		return Video
	case has(0, "FUJIFILMCCD-RAW"), has(0, "FOVb"), has(0, "\x00MRM"), has(0, "IIRO"), has(0, "IIRS"), has(0, "MMOR"), has(0, "IIU\x00"):
		return Raw
	case has(0, "II\x1a\x00\x00\x00HEAPCCDR"), has(0, "HEAPCCDR"):
		return Raw
	case has(0, "II*\x00"), has(0, "MM\x00*"):
		return tiffFormat(data)
	case has(0, "II+\x00\x08\x00\x00\x00"), has(0, "MM\x00+\x00\x08\x00\x00"):
		return TIFF // BigTIFF
	case isBMP(data):
		return BMP
	}
	return Unrecognised
}

// isBMP asks for more than the two letters "BM": the header must be of a known
// size.
func isBMP(data []byte) bool {
	if len(data) < bmpFileHeader+4 || data[0] != 'B' || data[1] != 'M' {
		return false
	}
	switch binary.LittleEndian.Uint32(data[bmpFileHeader:]) {
	case 12, 16, 40, 52, 56, 64, 108, 124:
		return true
	}
	return false
}

// ftypFormat tells ISO base media files apart by their brands: the major one
// first, then the compatible ones.
func ftypFormat(data []byte) Format {
	if len(data) < 12 {
		return Unrecognised
	}
	end := min(int(min(binary.BigEndian.Uint32(data), 1<<12)), len(data))
	brands := []string{string(data[8:12])}
	for i := 16; i+4 <= end; i += 4 {
		brands = append(brands, string(data[i:i+4]))
	}
	for _, b := range brands {
		switch b {
		case "avif", "avis":
			return AVIF
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs":
			return HEIC
		case "crx ":
			return Raw
		case "jpx ", "jp2 ", "jpm ":
			return JPEG2000
		case "jxl ":
			return JPEGXL
		}
	}
	if brands[0] == "mif1" || brands[0] == "msf1" || brands[0] == "mif2" || brands[0] == "miaf" {
		return HEIC
	}
	return Video
}

// TIFF tags that tell a raw from a picture.
const (
	tiffSubfileType = 0x00FE
	tiffMake        = 0x010F
	tiffSubIFDs     = 0x014A
	tiffCompression = 0x0103
	tiffPhotometric = 0x0106
	tiffDNGVersion  = 0xC612
)

// tiffFormat tells raws from TIFF pictures by what the first IFD holds.
func tiffFormat(data []byte) Format {
	order, _ := tiffOrder(data)
	if len(data) < 8 {
		return Unrecognised
	}
	if bytes.HasPrefix(data[8:], []byte("CR\x02")) || bytes.HasPrefix(data[8:], []byte("\xba\xb0\xac\xbb")) {
		return Raw
	}
	ifd := int64(order.Uint32(data[4:]))
	if ifd < 8 || ifd+2 > int64(len(data)) {
		return TIFF
	}
	var maker string
	var reduced, subIFDs bool
	count := int64(order.Uint16(data[ifd:]))
	for i := range count {
		at := ifd + 2 + 12*i
		if at+12 > int64(len(data)) {
			break
		}
		entry := data[at : at+12]
		switch tag := order.Uint16(entry); tag {
		case tiffDNGVersion:
			return Raw
		case tiffSubfileType:
			reduced = order.Uint32(entry[8:])&1 == 1
		case tiffSubIFDs:
			subIFDs = true
		case tiffCompression:
			switch order.Uint16(entry[8:]) {
			case 32767, 32769, 32770, 34713, 65535, 65000: // Sony, Epson, Samsung, Nikon, Pentax, Kodak
				return Raw
			}
		case tiffPhotometric:
			if v := order.Uint16(entry[8:]); v == 32803 || v == 34892 { // colour filter array, linear raw
				return Raw
			}
		case tiffMake:
			n, from := int64(order.Uint32(entry[4:])), int64(order.Uint32(entry[8:]))
			if n > 4 && n < 64 && from+n <= int64(len(data)) {
				maker = strings.ToUpper(string(data[from : from+n]))
			}
		}
	}
	// NEF, ARW, PEF and the like: a camera's small preview first, the raw in a
	// sub-IFD.
	if reduced && subIFDs && maker != "" {
		return Raw
	}
	return TIFF
}
