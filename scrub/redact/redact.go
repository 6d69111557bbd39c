// Package redact covers regions of a photo with pixels computed from the ring
// around each region and from noise, never from what lies under it.
//
// A JPEG is redacted in the coefficient domain: the DCT blocks under a region
// are written anew and all others copied as they are. Of a PNG, a BMP and a
// lossless WebP only the region's pixels change; a lossy WebP is encoded once more,
// at its own quality. The property that holds
// the package together, and is tested: whatever is put in place of the covered
// pixels, the result is the same, byte for byte, given the same noise seed.
//
// Start with [Apply]; [Unchanged] judges its result.
package redact

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"

	"blindspot/scan"
	"blindspot/scan/container"
)

// Noise is where the randomness of a redaction comes from.
type Noise struct{ Seed *uint64 } // nil: crypto/rand

// source is a ChaCha8 generator keyed by the seed or by crypto/rand.
func (n Noise) source() *rand.ChaCha8 {
	var key [32]byte
	if n.Seed != nil {
		binary.LittleEndian.PutUint64(key[:], *n.Seed)
	} else {
		crand.Read(key[:]) // never fails, it would end the program
	}
	return rand.NewChaCha8(key)
}

// Result is a redacted picture.
type Result struct {
	// Data is a file of the same format that holds the picture alone: without
	// metadata, colour profile and orientation. The colour description of a PNG
	// (gAMA, cHRM, iCCP…) is not in it either.
	Data []byte
	// Covered are the regions as they were covered, grown to whole MCUs in a
	// JPEG, in stored (not display) pixels, within the picture. A region that is
	// not an upright box takes several rectangles.
	Covered []image.Rectangle
	// Reencoded says that all of the picture was encoded anew, at its own quality.
	Reencoded bool
}

// ErrLayout is returned for a picture whose layout cannot be redacted.
var ErrLayout = errors.New("picture layout cannot be redacted")

// Apply covers plan's regions in p. The output is a function of the plan, what
// lies outside the covered regions, and the noise.
//
// It fails for an invalid or empty plan, for a region that lies outside the
// photo, and with [ErrLayout] for formats other than JPEG, PNG, WebP and BMP, for
// animations, and for pictures with unusual layouts or damage.
func Apply(ctx context.Context, p *scan.Photo, plan *Plan, noise Noise) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	result, err := apply(ctx, p, plan, noise)
	if err != nil {
		return nil, fmt.Errorf("redact %s: %w", p.Path, err)
	}
	return result, nil
}

func apply(ctx context.Context, p *scan.Photo, plan *Plan, noise Noise) (*Result, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	if len(plan.Regions) == 0 {
		return nil, errors.New("plan: no regions")
	}
	switch p.Format {
	case container.JPEG:
		return applyJPEG(ctx, p, plan, noise)
	case container.PNG:
		return applyCanvas(ctx, p, plan, noise, openPNG, encodePNG)
	case container.BMP:
		return applyCanvas(ctx, p, plan, noise, openCanvas, encodeBMP)
	case container.WebP:
		return applyWebP(ctx, p, plan, noise)
	}
	return nil, fmt.Errorf("%w: format %s", ErrLayout, p.Format)
}

// Unchanged returns an error unless every pixel outside covered is the same in
// original and redacted: every DCT coefficient and its quantisation for JPEG,
// every sample otherwise, save in a lossy WebP, whose samples may be off by what
// encoding it again at its own quality explains (see [Changed]). An MCU or a
// macroblock counts as covered only where all of it lies in one of the rectangles,
// which are in stored pixels.
func Unchanged(ctx context.Context, original, redacted *scan.Photo, covered []image.Rectangle) error {
	if original.Format != redacted.Format {
		return fmt.Errorf("compare pixels of %s: format %s became %s", original.Path, original.Format, redacted.Format)
	}
	var err error
	switch original.Format {
	case container.JPEG:
		err = unchangedJPEG(ctx, original, redacted, covered)
	case container.PNG, container.BMP:
		err = unchangedCanvas(ctx, original, redacted, covered)
	case container.WebP:
		err = unchangedWebP(ctx, original, redacted, covered)
	default:
		err = fmt.Errorf("%w: format %s", ErrLayout, original.Format)
	}
	if err != nil {
		return fmt.Errorf("compare pixels of %s: %w", original.Path, err)
	}
	return nil
}
