package container

import (
	"errors"
	"fmt"
)

// ErrFormat is wrapped by [Read] for a format it cannot read.
var ErrFormat = errors.New("format cannot be read")

// ErrStructure is what errors of [Read] are if the container cannot be followed as far
// as the pixels.
var ErrStructure = errors.New("broken structure")

// Read cuts a file into parts. Damage behind the start of the pixels is survived
// where decoders survive it, and said in File.Warnings; a file that ends or
// breaks before its pixels gives an error that is an [ErrStructure].
func Read(data []byte) (*File, error) {
	c := &cutter{data: data, file: &File{Format: Identify(data)}}
	var err error
	switch c.file.Format {
	case JPEG:
		err = c.readJPEG()
	case PNG:
		err = c.readPNG()
	case WebP:
		err = c.readWebP()
	case BMP:
		err = c.readBMP()
	default:
		return nil, fmt.Errorf("%w: %s", ErrFormat, c.file.Format)
	}
	if err != nil {
		return nil, err
	}
	if c.full {
		return nil, broken("it has more than %d parts", maxParts)
	}
	return c.file, nil
}

// cutter cuts data into parts from front to back.
type cutter struct {
	data []byte
	file *File
	pos  int  // end of the last part
	full bool // maxParts was reached
}

// cut adds the part from c.pos to end. Nothing is added for an empty run.
func (c *cutter) cut(end int, id, name string, kind Kind, header, footer int) {
	if end <= c.pos {
		return
	}
	if len(c.file.Parts) >= maxParts {
		c.full = true
		c.pos = end
		return
	}
	c.file.Parts = append(c.file.Parts, Part{
		ID: id, Name: name, Kind: kind,
		Offset: int64(c.pos), Length: int64(end - c.pos),
		Header: int64(header), Footer: int64(footer),
	})
	c.pos = end
}

func (c *cutter) warnf(format string, args ...any) {
	const maxWarnings = 100
	if len(c.file.Warnings) < maxWarnings {
		c.file.Warnings = append(c.file.Warnings, fmt.Sprintf(format, args...))
	}
}

// structureError is an [ErrStructure] that says in words what "it", the file, is
// like.
type structureError string

func (e structureError) Error() string        { return string(e) }
func (e structureError) Is(target error) bool { return target == ErrStructure }

func broken(format string, args ...any) error { return structureError(fmt.Sprintf(format, args...)) }
