package redact

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"

	"blindspot/scan"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngHeader is what decides how a PNG is redacted.
type pngHeader struct {
	grey     bool // grey, with or without alpha
	profile  bool // it has a colour profile
	animated bool
}

// parsePNG reads the chunks of data up to the first IDAT.
func parsePNG(data []byte) (pngHeader, error) {
	var h pngHeader
	if len(data) < 33 || string(data[:8]) != pngSignature || string(data[12:16]) != "IHDR" {
		return h, fmt.Errorf("%w: damaged PNG header", ErrLayout)
	}
	h.grey = data[25] == 0 || data[25] == 4
	for data = data[8:]; len(data) >= 12; {
		n := int64(binary.BigEndian.Uint32(data))
		if n+12 > int64(len(data)) {
			break
		}
		switch string(data[4:8]) {
		case "IDAT":
			return h, nil
		case "acTL":
			h.animated = true
		case "iCCP":
			h.profile = true
		}
		data = data[n+12:]
	}
	return h, fmt.Errorf("%w: PNG without pixels", ErrLayout)
}

// openPNG opens a still PNG.
func openPNG(p *scan.Photo) (*canvas, error) {
	header, err := parsePNG(p.Data)
	if err != nil {
		return nil, err
	}
	if header.animated {
		return nil, fmt.Errorf("%w: animated PNG", ErrLayout)
	}
	c, err := openCanvas(p)
	if err != nil {
		return nil, err
	}
	if header.grey && header.profile && c.channels > 1 {
		return nil, fmt.Errorf("%w: grey PNG with transparency and a colour profile", ErrLayout)
	}
	return c, nil
}

func encodePNG(_ *scan.Photo, c *canvas, _ []image.Rectangle) ([]byte, error) {
	var out bytes.Buffer
	// Four times as fast as the default, for files as large as cameras and phones make them.
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, c.Image); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
