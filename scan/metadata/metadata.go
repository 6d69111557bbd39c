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
	exifPlace *Position // from the first GPS IFD with a place
	xmpPlace  *Position
}

func (r *reader) position() *Position {
	if r.exifPlace != nil {
		return r.exifPlace
	}
	return r.xmpPlace
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

// guard runs read and turns a panic of a parser into a warning.
func (r *reader) guard(what string, read func() error) {
	defer func() {
		if v := recover(); v != nil {
			r.warnf("%s could not be read: %v", what, v)
		}
	}()
	if err := read(); err != nil {
		r.warnf("%s could not be read: %v", what, err)
	}
}

// file reads the parts of one picture.
func (r *reader) file(data []byte, file *container.File) {
	for _, p := range file.Parts {
		payload := p.Payload(data)
		r.guard(p.Name, func() error { return r.part(file.Format, p, payload) })
	}
}

func (r *reader) part(format container.Format, p container.Part, payload []byte) error {
	switch {
	case p.Name == "APP1 Exif", format == container.PNG && (p.ID == "eXIf" || p.ID == "exIf"), format == container.WebP && p.ID == "EXIF":
		return r.exif(bytes.TrimPrefix(payload, []byte("Exif\x00\x00")))
	case p.Kind == container.Thumbnail:
		return r.picture(payload)
	}
	return nil
}

// picture reads the facts of a picture within the picture.
func (r *reader) picture(data []byte) error {
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
	// What is inside never turns the picture itself.
	orientation := r.result.Orientation
	r.nesting++
	r.file(data, file)
	r.nesting--
	r.result.Orientation = orientation
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

// binary is what stands for a value that is not text.
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
