// Package scan says what a photo file holds: its format, its parts, the facts
// in its metadata. Start with [Open].
//
// A file is read whole, cut into parts by package container, and what is metadata
// among them is decoded by package metadata; no pixel is decoded for it. Package
// pixels decodes the picture of a [Photo], by way of turbojpeg where it is a JPEG, and
// package preview compares it with the pictures within the file.
package scan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"blindspot/scan/container"
	"blindspot/scan/metadata"
)

// Errors that [Open] and [Read] wrap.
var (
	// ErrNotPhoto is returned for content that is no image format we know.
	ErrNotPhoto = errors.New("not a photo")
	// ErrUnsupported is returned for an image format that is known by name only.
	ErrUnsupported = errors.New("not supported yet")
	// ErrDamaged is returned if the container cannot be followed to the pixels.
	ErrDamaged = errors.New("the file is damaged")
	// ErrTooLarge is returned for a file above [MaxFileSize].
	ErrTooLarge = errors.New("too large")
)

// MaxFileSize is the largest file that is read, in bytes.
const MaxFileSize = 512 << 20

// Photo is one file, read whole and cut into parts; no pixel is decoded.
type Photo struct {
	Path        string
	Data        []byte // the whole file; not to be changed
	Format      container.Format
	Width       int // pixels as stored
	Height      int
	Orientation int // EXIF orientation 1 to 8; 1 where none is given
	// Frames is how many pictures an animated PNG or WebP holds, 1 for a still one;
	// only the first is ever decoded.
	Frames   int
	Parts    []container.Part
	Facts    []metadata.Fact
	Position *metadata.Position // nil where none was found
	Pictures []metadata.Picture // thumbnails, previews and second pictures within the file
	Warnings []string           // damaged or unparsed metadata and the like
}

// DisplaySize is width and height once the orientation is applied.
func (p *Photo) DisplaySize() (w, h int) {
	if p.Orientation >= 5 && p.Orientation <= 8 {
		return p.Height, p.Width
	}
	return p.Width, p.Height
}

// SHA256 is the sum of p's data in lower-case hex. It is worked out at each call.
func (p *Photo) SHA256() string {
	sum := sha256.Sum256(p.Data)
	return hex.EncodeToString(sum[:])
}

// Open reads and scans the file at path, which must be a regular file. For a
// format that is known but not readable it returns a Photo with its Format, and
// an error that wraps [ErrUnsupported]; for a broken file it returns a Photo
// without parts, and an error that wraps [ErrDamaged].
func Open(ctx context.Context, path string) (*Photo, error) {
	return OpenInto(ctx, path, nil)
}

// OpenInto is [Open] with the Photo's data in buffer, or a larger one where that is
// too small.
func OpenInto(ctx context.Context, path string, buffer []byte) (*Photo, error) {
	data, err := readFile(ctx, path, buffer)
	if err != nil {
		return nil, err
	}
	return Read(ctx, path, data)
}

// Read is [Open] for data already in memory; name is used in errors only. The
// Photo keeps data.
func Read(ctx context.Context, name string, data []byte) (*Photo, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(data) > MaxFileSize {
		return nil, fmt.Errorf("failed to read %s: %w: %d bytes", name, ErrTooLarge, len(data))
	}
	format := container.Identify(data)
	if format == container.Unrecognised {
		return nil, fmt.Errorf("failed to read %s: %w", name, ErrNotPhoto)
	}
	p := &Photo{Path: name, Data: data, Format: format, Orientation: 1}
	if !format.Readable() {
		return p, fmt.Errorf("failed to read %s: %s is %w", name, format, ErrUnsupported)
	}
	file, err := container.Read(data)
	if err != nil {
		return p, fmt.Errorf("failed to read %s: %w: %w", name, ErrDamaged, err)
	}
	p.Width, p.Height, p.Parts = file.Width, file.Height, file.Parts
	p.Frames = frames(file.Parts)
	found := metadata.Read(data, file)
	p.Orientation, p.Facts = found.Orientation, found.Facts
	p.Position, p.Pictures = found.Position, found.Pictures
	p.Warnings = append(file.Warnings, found.Warnings...)
	return p, ctx.Err()
}

// readFile reads a regular file of at most MaxFileSize whole, into buffer where that
// is large enough. Anything else, as a FIFO or a device, is refused without waiting
// for it.
func readFile(ctx context.Context, path string, buffer []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	before, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read photo: %w", err)
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("failed to read %s: %w: not a regular file", path, ErrNotPhoto)
	}
	// The path may be something else by now: open without waiting, look again.
	f, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, fmt.Errorf("failed to read photo: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("failed to read photo: %w", err)
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("failed to read %s: %w: not a regular file", path, ErrNotPhoto)
	case info.Size() > MaxFileSize:
		return nil, fmt.Errorf("failed to read %s: %w: %d bytes", path, ErrTooLarge, info.Size())
	}
	// One byte more than allowed, to notice a file that grows while it is read.
	data := slices.Grow(buffer[:0], int(info.Size())+1)
	for {
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, fmt.Errorf("failed to read photo: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(data) > MaxFileSize {
			return nil, fmt.Errorf("failed to read %s: %w", path, ErrTooLarge)
		}
		if len(data) == cap(data) {
			data = slices.Grow(data, 1<<16)
		}
	}
}
