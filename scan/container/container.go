// Package container cuts photo files into parts without decoding a pixel.
//
// [Identify] tells a format by content, [Read] lists the parts of a file. Every
// byte of a file belongs to exactly one part, in file order, with no gap and no
// overlap, so a part nobody has a parser for is still seen, and still removed.
package container

// Format is a file format, told by content and never by file name.
type Format string

// The formats that are told apart. Only some can be read; see [Format.Readable].
const (
	Unrecognised Format = "unknown"
	JPEG         Format = "jpeg"
	PNG          Format = "png"
	WebP         Format = "webp"
	BMP          Format = "bmp"
	GIF          Format = "gif"
	TIFF         Format = "tiff"
	HEIC         Format = "heic"
	AVIF         Format = "avif"
	JPEGXL       Format = "jxl"
	JPEG2000     Format = "jp2"
	PSD          Format = "psd"
	Raw          Format = "raw"
	Video        Format = "video"
)

// Readable reports whether [Read] can cut the format into parts.
func (f Format) Readable() bool {
	switch f {
	case JPEG, PNG, WebP, BMP:
		return true
	}
	return false
}

// Kind is what a part is for.
type Kind string

// The kinds of part.
const (
	Pixels    Kind = "pixels"    // the picture itself, entropy-coded or raw
	Metadata  Kind = "metadata"  // says something about the picture
	Thumbnail Kind = "thumbnail" // a second picture: preview, gain map, depth map
	Colour    Kind = "colour"    // ICC profile and other colour description
	Structure Kind = "structure" // what a decoder needs to find and decode pixels
	Trailer   Kind = "trailer"   // bytes after the picture's end
	Unknown   Kind = "unknown"   // anything else; never copied
)

// Part is one run of bytes of a file.
type Part struct {
	Name   string `json:"name"` // for people, as "APP1 Exif" or "tEXt Comment"
	Kind   Kind   `json:"kind"`
	Offset int64  `json:"offset"` // of the first byte, marker or chunk length included
	Length int64  `json:"length"` // whole part, marker or chunk length and CRC included
	// ID is the marker or chunk type ("APP1", "iTXt"), for code.
	ID string `json:"-"`
	// Header is the number of bytes before the payload: marker, length, signature.
	Header int64 `json:"-"`
	// Footer is the number of bytes after the payload, as a PNG chunk's CRC.
	Footer int64 `json:"-"`
}

// Payload is the part's bytes within data, the whole file, without header and
// footer. The slice aliases data.
func (p Part) Payload(data []byte) []byte {
	return data[p.Offset+p.Header : p.Offset+p.Length-p.Footer]
}

// File is the result of [Read].
type File struct {
	Format        Format
	Width, Height int // pixels as stored, before orientation is applied
	Parts         []Part
	Warnings      []string // damage that reading survived
}
