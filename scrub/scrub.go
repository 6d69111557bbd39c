// Package scrub writes a new file out of the parts of a photo that may stay.
//
// What may stay is a list of what is allowed, never of what is forbidden:
// pixels, structure, the colour profile and the orientation. Start with [Clean],
// then [Verify].
package scrub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"slices"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scrub/redact"
)

// ErrRefused is wrapped by every error that means: this photo cannot be cleaned
// for certain, and nothing may be written.
var ErrRefused = errors.New("refused")

// Options say what else to do than remove metadata.
type Options struct {
	Plan  *redact.Plan // regions to cover; nil or empty leaves the pixels alone
	Noise redact.Noise
	// KeepGainMap keeps a JPEG's ultra-HDR gain map, cleaned itself, where nothing is
	// covered: a map shows what it was made of.
	KeepGainMap bool
	// Buffer is memory that Result.Data may be made in; where it is too small, a larger
	// one is left in its place. It is the caller's again when the Result is not used any
	// more. nil is none.
	Buffer *[]byte
}

// Result is a cleaned file, in memory.
type Result struct {
	Data     []byte
	Lossless bool // true where no pixel was touched
	// Reencoded says that all of the picture was encoded anew, at its own quality,
	// because its format leaves no other way to cover a part of it.
	Reencoded bool
	Removed   []container.Part // parts of the original that are gone
	// Unfollowed are parts of the original's picture that stay whole, because they are
	// damaged or coded in a way that cannot be followed to its end: bytes in them that
	// no decoder looks at stay too.
	Unfollowed []container.Part
	Covered    []image.Rectangle // what was covered, in stored pixels
	GainMap    GainMap           // what became of it

	writer writer // that made Data; nil where pixels were touched
}

// GainMap is what became of the gain map that a screen with a high dynamic range
// brightens a picture by.
type GainMap string

// The fates of a gain map.
const (
	NoGainMap      GainMap = "none"    // there was none
	GainMapRemoved GainMap = "removed" // with the other pictures behind the picture
	GainMapKept    GainMap = "kept"    // with the numbers to apply it alone
	// GainMapUnfit is for one that was to stay and could not be cleaned for certain.
	GainMapUnfit GainMap = "unfit"
)

// Clean makes a copy of p with everything removed that is not allowed. With a
// plan its regions are covered first, and the copy holds the allowed parts of
// the redacted picture. The same photo and options without noise give the same
// bytes, and cleaning a copy again changes nothing.
func Clean(ctx context.Context, p *scan.Photo, o Options) (*Result, error) {
	w, err := writerFor(p)
	if err != nil {
		return nil, err
	}
	k := keep{original: p, profile: neutralProfile(w.profile(p))}
	r := &Result{Lossless: true, GainMap: NoGainMap}
	source := p
	if o.Plan != nil && len(o.Plan.Regions) > 0 {
		redacted, err := redact.Apply(ctx, p, o.Plan, o.Noise)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("%w to clean %s: %w", ErrRefused, p.Path, err)
		}
		if source, err = scan.Read(ctx, p.Path, redacted.Data); err != nil {
			return nil, fmt.Errorf("failed to read the covered picture: %w", err)
		}
		r.Lossless, r.Covered, r.Reencoded = false, redacted.Covered, redacted.Reencoded
	}
	if hasGainMap(p) {
		r.GainMap = GainMapRemoved
		if o.KeepGainMap && r.Lossless {
			r.GainMap = GainMapKept
			if err := allowGainMap(ctx, w, p); err != nil {
				r.GainMap = GainMapUnfit
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.Data, err = write(ctx, w, source, k, o.Buffer)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, refuse(p, err.Error())
	}
	keeps := w.keeps(p)
	for _, part := range p.Parts {
		if !keeps(part) {
			r.Removed = append(r.Removed, part)
		}
	}
	hidden, unfollowed := unseen(ctx, w, p)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.Removed = append(r.Removed, hidden...)
	slices.SortStableFunc(r.Removed, byOffset)
	if r.Lossless { // else what is there was written anew
		r.writer, r.Unfollowed = w, unfollowed
	}
	return r, nil
}

// write is w's file, made in buffer where w gives it in pieces.
func write(ctx context.Context, w writer, p *scan.Photo, k keep, buffer *[]byte) ([]byte, error) {
	a, ok := w.(assembler)
	if !ok || buffer == nil {
		return w.write(ctx, p, k)
	}
	pieces, err := a.assemble(ctx, p, k)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, piece := range pieces {
		size += len(piece)
	}
	*buffer = slices.Grow((*buffer)[:0], size)
	for _, piece := range pieces {
		*buffer = append(*buffer, piece...)
	}
	return *buffer, nil
}

// keep is what stays of a photo beside its picture.
type keep struct {
	original *scan.Photo // for its orientation and colour description
	profile  []byte      // its ICC profile, neutralised; nil for none
	gainMap  gainMapText // made anew, to apply a gain map with; empty for none
}

// writer cleans one file format. What it lets through is its allow list.
type writer interface {
	// profile is the photo's ICC profile as stored, nil for none.
	profile(p *scan.Photo) []byte
	// write makes a file of the picture of p, which is the original or a redacted
	// one, and of k. Its errors say why that cannot be done for certain, or that ctx
	// has ended.
	write(ctx context.Context, p *scan.Photo, k keep) ([]byte, error)
	// unseen are bytes that no decoder looks at, as parts of their own, within the
	// parts of p that stay; and those of these parts in which such bytes could not be
	// told from others.
	unseen(ctx context.Context, p *scan.Photo) (hidden, unfollowed []container.Part)
	// keeps tells which parts of the photo, or what they say, stay in the copy.
	keeps(p *scan.Photo) func(container.Part) bool
	// check returns an error if a copy holds anything that write would not
	// have written.
	check(copied *scan.Photo) error
	// same returns an error unless the copy's picture is the original's, bit by
	// bit.
	same(ctx context.Context, original, copied *scan.Photo) error
	// sameColour returns an error unless the copy's colours are described as the
	// original's, ICC profile aside.
	sameColour(original, copied *scan.Photo) error
}

func unseen(ctx context.Context, w writer, p *scan.Photo) (hidden, unfollowed []container.Part) {
	hidden, unfollowed = w.unseen(ctx, p)
	slices.SortFunc(hidden, byOffset)
	return hidden, unfollowed
}

func byOffset(a, b container.Part) int { return cmp.Compare(a.Offset, b.Offset) }

// CleanGainMap is what [Parts] calls a gain map that holds nothing but itself, as that
// of a copy: it says how bright the picture is where, and is no picture of its own.
const CleanGainMap = "gain map"

// Parts are p's, with runs of bytes that lie within a part of its picture and that no
// decoder looks at as parts of their own: they could hold anything, and a copy is made
// without them. Those of its parts in which such bytes could not be told from others
// are unfollowed. Where ctx ends meanwhile, some are missing.
func Parts(ctx context.Context, p *scan.Photo) (parts, unfollowed []container.Part) {
	w, err := writerFor(p)
	if err != nil {
		return p.Parts, nil // none is kept
	}
	hidden, unfollowed := unseen(ctx, w, p)
	clean := hasCleanGainMap(ctx, w, p)
	for _, part := range p.Parts {
		end := part.Offset + part.Length
		for ; len(hidden) > 0 && hidden[0].Offset < end; hidden = hidden[1:] {
			h := hidden[0]
			if before := part; h.Offset > part.Offset {
				before.Length, before.Footer = h.Offset-part.Offset, 0
				parts = append(parts, before)
			}
			parts = append(parts, h)
			part.Offset, part.Header = h.Offset+h.Length, 0
		}
		if part.Length = end - part.Offset; part.Length > 0 {
			if clean && isGainMap(part) {
				part.Name, part.Kind = CleanGainMap, container.Colour
			}
			parts = append(parts, part)
		}
	}
	return parts, unfollowed
}

func writerFor(p *scan.Photo) (writer, error) {
	if !p.Format.Readable() {
		return nil, refuse(p, fmt.Sprintf("%s files are not supported yet", p.Format))
	}
	if len(p.Parts) == 0 {
		return nil, refuse(p, "the file is damaged before its pixels")
	}
	switch p.Format {
	case container.JPEG:
		return &jpegWriter{}, nil
	case container.PNG:
		return &pngWriter{}, nil
	case container.WebP:
		return &webpWriter{}, nil
	case container.BMP:
		return bmpWriter{}, nil
	}
	return nil, refuse(p, fmt.Sprintf("%s files are not supported yet", p.Format))
}

func refuse(p *scan.Photo, reason string) error {
	return fmt.Errorf("%w to clean %s: %s", ErrRefused, p.Path, reason)
}
