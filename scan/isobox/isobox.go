// Package isobox reads the boxes of ISO base media files (ISO/IEC 14496-12, 4.2),
// which HEIC, AVIF, videos and JUMBF are made of. It knows how boxes are laid
// out, and nothing of what they mean.
package isobox

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Bounds on what a file may make a walk do. Real files stay far below: a C2PA
// store has some hundred boxes, a video with its sample tables some fifty.
const (
	// MaxBoxes is how many boxes a walk visits.
	MaxBoxes = 4096
	// MaxDepth is how deep boxes may lie within each other.
	MaxDepth = 16
)

// ErrBox is wrapped by every error of this package: the boxes are cut off, too
// many or nested too deep.
var ErrBox = errors.New("damaged boxes")

// Box is one box.
type Box struct {
	Type    string // four bytes, as "moov"
	Header  int    // bytes of size, type and, where it is there, the large size
	Content []byte // what follows the header, up to the box's end; aliases the file
}

// Next is the first box of b, and what follows it. A size of 0 reaches to the end
// of b.
func Next(b []byte) (box Box, rest []byte, err error) {
	const header, large = 8, 16
	if len(b) < header {
		return Box{}, nil, fmt.Errorf("%w: %d bytes are too few", ErrBox, len(b))
	}
	size, head := uint64(binary.BigEndian.Uint32(b)), header
	switch {
	case size == 0:
		size = uint64(len(b))
	case size == 1 && len(b) >= large:
		size, head = binary.BigEndian.Uint64(b[header:]), large
	}
	if size < uint64(head) || size > uint64(len(b)) {
		return Box{}, nil, fmt.Errorf("%w: %q is cut off", ErrBox, b[4:header])
	}
	return Box{string(b[4:header]), head, b[head:size]}, b[size:], nil
}

// Walk calls visit for the boxes of b in file order. Where visit returns bytes,
// those are walked as the boxes within, one deeper, before the next. Fewer bytes
// behind the last box than a header takes are passed over.
func Walk(b []byte, visit func(box Box, depth int) (within []byte)) error {
	w := walker{visit: visit}
	return w.walk(b, 0)
}

type walker struct {
	visit func(Box, int) []byte
	count int
}

func (w *walker) walk(b []byte, depth int) error {
	const header = 8
	if depth > MaxDepth {
		return fmt.Errorf("%w: nested deeper than %d", ErrBox, MaxDepth)
	}
	for len(b) >= header {
		if w.count++; w.count > MaxBoxes {
			return fmt.Errorf("%w: more than %d", ErrBox, MaxBoxes)
		}
		box, rest, err := Next(b)
		if err != nil {
			return err
		}
		if within := w.visit(box, depth); within != nil {
			if err := w.walk(within, depth+1); err != nil {
				return err
			}
		}
		b = rest
	}
	return nil
}
