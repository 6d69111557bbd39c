package scrub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scrub/redact"
)

// Verify reads a cleaned copy again and returns an error that says what is wrong
// with it: a part or fact that is not allowed, pixels that differ outside
// covered, a gain map that is not the original's, cleaned, an orientation or
// colour profile that was lost. The error wraps [ErrRefused]. With covered empty
// the pixels must be the original's, bit by bit.
func Verify(ctx context.Context, original *scan.Photo, copied []byte, covered []image.Rectangle) error {
	w, err := writerFor(original)
	if err != nil {
		return err
	}
	if len(covered) == 0 {
		_ = allowGainMap(ctx, w, original) // without, a copy that has one is refused
	}
	_, err = verify(ctx, w, original, copied, covered)
	return err
}

// Verify is the package's [Verify] for the copy that r became, read back from where
// it was written, and returns it as it was read. What Clean found out about the
// original's picture is not found out anew as far as the copy holds the same bytes.
func (r *Result) Verify(ctx context.Context, original *scan.Photo, copied []byte) (*scan.Photo, error) {
	w := r.writer
	if w == nil {
		var err error
		if w, err = writerFor(original); err != nil {
			return nil, err
		}
	}
	c, err := verify(ctx, w, original, copied, r.Covered)
	if err == nil && r.GainMap == GainMapKept && !hasGainMap(c) {
		return nil, fmt.Errorf("%w: the copy of %s lacks its gain map", ErrRefused, original.Path)
	}
	return c, err
}

func verify(ctx context.Context, w writer, original *scan.Photo, copied []byte, covered []image.Rectangle) (*scan.Photo, error) {
	c, err := scan.Read(ctx, "the copy", copied)
	if err == nil {
		err = judge(ctx, w, original, c, covered)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the copy of %s did not pass the check: %w", ErrRefused, original.Path, err)
	}
	return c, nil
}

// judge says what is wrong with c, a copy of original.
func judge(ctx context.Context, w writer, original, c *scan.Photo, covered []image.Rectangle) error {
	if c.Format != original.Format {
		return fmt.Errorf("it is %s, not %s", c.Format, original.Format)
	}
	if j, ok := w.(*jpegWriter); ok && !hasGainMap(c) {
		j.gainMap = nil // a copy may always be without
	}
	if c.Width != original.Width || c.Height != original.Height {
		return fmt.Errorf("it has %d × %d pixels, not %d × %d", c.Width, c.Height, original.Width, original.Height)
	}
	if err := inspect(ctx, w, c); err != nil {
		return err
	}
	if c.Orientation != original.Orientation {
		return fmt.Errorf("orientation is %d, not %d", c.Orientation, original.Orientation)
	}
	if !bytes.Equal(w.profile(c), neutralProfile(w.profile(original))) {
		return errors.New("the colour profile differs")
	}
	if err := w.sameColour(original, c); err != nil {
		return err
	}
	if len(covered) > 0 {
		return redact.Unchanged(ctx, original, c, covered)
	}
	return w.same(ctx, original, c)
}

// Inspect judges a photo by itself, as the copy of an original that is not at
// hand: it returns an error, wrapping [ErrRefused], for any part or fact that is
// not allowed.
func Inspect(ctx context.Context, c *scan.Photo) error {
	w, err := writerFor(c)
	if err != nil {
		return err
	}
	_ = allowGainMap(ctx, w, c) // without, it is refused with one
	err = inspect(ctx, w, c)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%w: %s is not clean: %w", ErrRefused, c.Path, err)
	}
	return nil
}

func inspect(ctx context.Context, w writer, c *scan.Photo) error {
	if err := w.check(c); err != nil {
		return err
	}
	// What is clean stays as it is when it is cleaned.
	again, err := assemble(ctx, w, c, keep{original: c, profile: neutralProfile(w.profile(c))})
	if err != nil {
		return err
	}
	if !samePieces(again, [][]byte{c.Data}) {
		return errors.New("it holds more than the picture needs")
	}
	for _, f := range c.Facts {
		if !allowedFact(f.Group, f.Tag) && !(keepsGainMap(w) && gainMapFact(f.Group)) {
			return fmt.Errorf("%s %s is still there", f.Group, f.Tag)
		}
	}
	if c.Position != nil {
		return errors.New("a place is still there")
	}
	pictures := c.Pictures
	if keepsGainMap(w) && len(pictures) > 0 {
		pictures = pictures[1:]
	}
	if len(pictures) > 0 {
		return fmt.Errorf("a second picture is still there: %s", pictures[0].Source)
	}
	if err := carve(c, keepsGainMap(w)); err != nil {
		return err
	}
	return nil
}

// assembler is a [writer] that can give its file in pieces, without copying them.
type assembler interface {
	assemble(ctx context.Context, p *scan.Photo, k keep) ([][]byte, error)
}

// assemble gives the pieces of what w writes.
func assemble(ctx context.Context, w writer, p *scan.Photo, k keep) ([][]byte, error) {
	if a, ok := w.(assembler); ok {
		return a.assemble(ctx, p, k)
	}
	file, err := w.write(ctx, p, k)
	return [][]byte{file}, err
}

// allowedFact reports whether a copy may say that.
func allowedFact(group, tag string) bool {
	return group == "IFD0" && tag == "Orientation" || len(group) >= 3 && group[:3] == "ICC"
}

// signatures begin files that hide within others. They are not looked for in
// pixels: compressed data holds every short string by chance.
var signatures = map[string]string{
	"\xff\xd8\xff\xe0": "JPEG", "\xff\xd8\xff\xe1": "JPEG", "\xff\xd8\xff\xdb": "JPEG",
	"\xff\xd8\xff\xe2": "JPEG", "\xff\xd8\xff\xfe": "JPEG",
	"\x89PNG\r\n\x1a\n": "PNG", "ftypmp4": "video", "ftypisom": "video", "ftypqt  ": "video", "ftypheic": "picture",
}

// carve looks for whole files in the parts that are no pixels, and no gain map that
// may stay.
func carve(c *scan.Photo, gainMap bool) error {
	for _, part := range c.Parts {
		if part.Kind == container.Pixels || gainMap && isGainMap(part) {
			continue
		}
		if err := checkHolds(part, part.Payload(c.Data)); err != nil {
			return err
		}
	}
	return nil
}

// checkHolds returns an error if b, of part, holds the beginning of a whole file.
func checkHolds(part container.Part, b []byte) error {
	for signature, name := range signatures {
		if bytes.Contains(b, []byte(signature)) {
			return fmt.Errorf("%s holds a %s", part.Name, name)
		}
	}
	return nil
}
