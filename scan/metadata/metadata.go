package metadata

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"blindspot/scan/container"
)

// Result is what [Read] found.
type Result struct {
	Facts       []Fact
	Position    *Position // nil where none was found
	Orientation int       // EXIF orientation, 1 to 8; 1 where none is given
	Warnings    []string  // metadata that could not be parsed
	Pictures    []Picture // thumbnails, previews, second pictures
}

// Picture is a picture within the picture, in a format that can be read.
type Picture struct {
	Source        string // where it lies, as "IFD1 ThumbnailImage" or "MPF picture"
	Width, Height int    // as stored
	Data          []byte // a file of its own; may alias the photo's data
}

// Read decodes the metadata parts of data, which was cut into file. Metadata it
// cannot parse is a warning. Pictures within the picture (thumbnails, previews,
// those behind the end) are read as well; their facts follow the picture's own.
func Read(data []byte, file *container.File) *Result {
	r := &reader{result: &Result{}}
	r.file(data, file)
	if r.result.Orientation == 0 {
		r.result.Orientation = 1
	}
	r.result.Position = r.position()
	return r.result
}

// reader gathers the facts of one photo.
type reader struct {
	result    *Result
	nesting   int
	inflated  int       // bytes that compressed parts have grown to
	turns     bool      // the EXIF being read is the one that viewers turn the picture by
	exifPlace *Position // from the first GPS IFD with a place
	xmpPlace  *Position
	videoAt   *Position // from a video behind the picture
}

func (r *reader) position() *Position {
	if r.exifPlace != nil {
		return r.exifPlace
	}
	if r.xmpPlace != nil {
		return r.xmpPlace
	}
	return r.videoAt
}

func (r *reader) add(group, tag, value string) {
	value = strings.TrimSpace(value)
	if value == "" || len(r.result.Facts) >= maxFacts {
		return
	}
	if len(value) > maxValue {
		value = strings.ToValidUTF8(value[:maxValue], "") + "…"
	}
	r.result.Facts = append(r.result.Facts, Fact{
		Group: group, Tag: tag, Value: value, Sensitive: sensitive(group, tag),
	})
}

func (r *reader) warnf(format string, args ...any) {
	if len(r.result.Warnings) < maxWarnings {
		r.result.Warnings = append(r.result.Warnings, fmt.Sprintf(format, args...))
	}
}

// guard runs read and turns a panic of a parser into a warning that names what.
func (r *reader) guard(what any, read func() error) {
	defer func() {
		if v := recover(); v != nil {
			r.warnf("%s could not be read: %v", what, v)
		}
	}()
	if err := read(); err != nil {
		r.warnf("%s could not be read: %v", what, err)
	}
}

// joined gathers what is spread over several parts of a file.
type joined struct {
	icc   iccChunks
	xmp   extendedXMP
	jumbf jumbfSegments
}

// file reads the parts of one picture.
func (r *reader) file(data []byte, file *container.File) {
	j := joined{iccChunks{}, extendedXMP{}, jumbfSegments{}}
	for _, p := range file.Parts {
		if p.Kind == container.Pixels || p.Kind == container.Structure && p.ID != "APP0" {
			continue
		}
		payload := p.Payload(data)
		if p.Name == "Samsung trailer" {
			// Its directory points back to parts before it.
			payload = data[:p.Offset+p.Length]
			r.guard(p.Name, func() error { return r.samsungTrailer(payload) })
			continue
		}
		r.guard(p.Name, func() error { return r.part(file.Format, p, payload, &j) })
	}
	if profile := j.icc.join(); len(profile) > 0 {
		r.guard("ICC profile", func() error { return r.icc(profile) })
	}
	for _, packet := range j.xmp.packets() {
		r.guard("ExtendedXMP", func() error { return r.xmp(packet) })
	}
	for _, box := range j.jumbf.boxes() {
		r.guard("JUMBF", func() error { return r.jumbf(box) })
	}
}

// ownEXIF reads the EXIF block where viewers look for it: what other blocks say
// of the orientation (in Photoshop's resources, in text, in a thumbnail) turns
// nothing.
func (r *reader) ownEXIF(block []byte) error {
	before := r.turns
	r.turns = r.nesting == 0
	defer func() { r.turns = before }()
	return r.exif(bytes.TrimPrefix(block, []byte("Exif\x00\x00")))
}

// part reads one part.
func (r *reader) part(format container.Format, p container.Part, payload []byte, j *joined) error {
	switch {
	case p.Kind == container.Thumbnail:
		return r.picture(p.Name, payload)
	case p.ID == "MP4":
		return r.video(payload)
	}
	switch format {
	case container.JPEG:
		return r.jpegSegment(p, payload, j)
	case container.PNG:
		if p.ID == "eXIf" || p.ID == "exIf" {
			return r.ownEXIF(payload)
		}
		return r.pngChunk(p, payload)
	case container.WebP:
		switch p.ID {
		case "EXIF":
			return r.ownEXIF(payload)
		case "XMP ":
			return r.xmp(payload)
		case "ICCP":
			return r.icc(payload)
		case "C2PA":
			return r.jumbf(payload)
		}
	case container.BMP:
		if p.ID == "ICC" {
			return r.icc(payload)
		}
	}
	return nil
}

func (r *reader) jpegSegment(p container.Part, payload []byte, j *joined) error {
	switch p.Name {
	case "APP0 JFIF":
		const header = 9 // version, units, density, thumbnail size
		if len(payload) > header {
			r.add("JFIF", "ThumbnailImage", binaryValue(len(payload)-header))
		}
	case "APP0 CIFF":
		return r.ciff(payload)
	case "APP1 Exif":
		return r.ownEXIF(payload)
	case "APP1 XMP":
		return r.xmp(payload)
	case "APP1 ExtendedXMP":
		return j.xmp.add(payload)
	case "APP2 ICC":
		j.icc.add(payload)
	case "APP2 MPF":
		return r.mpf(payload)
	case "APP2 gain map":
		return r.gainMap(payload)
	case "APP3 Meta":
		return r.exif(payload)
	case "APP11 JUMBF":
		return j.jumbf.add(payload)
	case "APP12", "APP12 PictureInfo":
		r.pictureInfo(payload)
	case "APP13 Photoshop":
		return r.photoshop(payload)
	case "COM":
		r.add("File", "Comment", text(payload))
	}
	return nil
}

// picture reads the facts of a picture within the picture.
func (r *reader) picture(source string, data []byte) error {
	if i := bytes.Index(data, []byte("\xff\xd8\xff")); i > 0 && i < 64 {
		data = data[i:]
	}
	if r.nesting >= maxNesting || !container.Identify(data).Readable() {
		return nil
	}
	file, err := container.Read(data)
	if err != nil {
		return err
	}
	if len(r.result.Pictures) < maxPictures {
		r.result.Pictures = append(r.result.Pictures, Picture{source, file.Width, file.Height, data})
	}
	r.nesting++
	r.file(data, file)
	r.nesting--
	return nil
}

// text is b, in UTF-8 or else in ISO 8859-1, without control characters.
func text(b []byte) string {
	b = bytes.TrimRight(b, "\x00")
	s := string(b)
	if !utf8.Valid(b) {
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c)
		}
		s = string(runes)
	}
	return printable(s)
}

// printable is s with control characters other than line ends and tabs as spaces.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c < 0x20 && c != '\n' && c != '\t' || c >= 0x7F && c < 0xA0 {
			return ' '
		}
		return c
	}, s)
}

// binaryValue is what stands for a value that is not text.
func binaryValue(n int) string { return fmt.Sprintf("(Binary data %d bytes)", n) }

// pictureSize is the size of a picture within the picture, 0 where it cannot be
// told.
func pictureSize(data []byte) (w, h int) {
	if !container.Identify(data).Readable() {
		return 0, 0
	}
	file, err := container.Read(data)
	if err != nil {
		return 0, 0
	}
	return file.Width, file.Height
}
