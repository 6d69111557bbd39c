package export

import (
	"context"
	"errors"
	"fmt"
	"image"
	"path/filepath"

	"blindspot/app/check"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub"
	"blindspot/scrub/redact"
)

// Verdict is what [Exporter.Verify] found of one copy.
type Verdict struct {
	Path     string      `json:"path"`
	Original string      `json:"original,omitempty"`
	Verified bool        `json:"verified"`
	Problems []string    `json:"problems"`
	Changed  []check.Box `json:"changed"` // where the pixels differ from the original's
	// Visible are faces, plates, documents, screens, codes and personal texts
	// that can be seen in the copy.
	Visible []check.Detection `json:"visible"`
}

func newVerdict(path string) *Verdict {
	return &Verdict{Path: path, Problems: []string{}, Changed: []check.Box{}, Visible: []check.Detection{}}
}

func (v *Verdict) blame(err error) { v.Problems = append(v.Problems, err.Error()) }

// ErrOtherPicture is a [Verdict]'s problem where a copy shows something else than
// its original: more than maxChanged of it differs, and no plan says so.
var ErrOtherPicture = errors.New("it shows another picture than the original")

// maxChanged is the share of a picture that may be covered without a plan that
// says so.
const maxChanged = 0.9

// cell is the side, in stored pixels, of the squares in which two pictures are
// compared: a multiple of every MCU's sides.
const cell = 32

// Verify judges a copy that is already written against its original: no part and
// no fact that is not allowed, the same picture but for whole regions, and, with
// a plan, that what it covers is not to be seen. It returns an error only if the
// original can't be read or ctx ends.
func (e *Exporter) Verify(ctx context.Context, originalPath, copyPath string, plan *redact.Plan) (*Verdict, error) {
	v := newVerdict(copyPath)
	v.Original = originalPath
	original, err := scan.Open(ctx, originalPath)
	if err != nil {
		return nil, err
	}
	before, err := decodeStored(ctx, original)
	if err != nil {
		return nil, fmt.Errorf("looking at the original: %w", err)
	}
	copied, err := scan.Open(ctx, copyPath)
	if err != nil {
		v.blame(err)
		return v, ctx.Err()
	}
	after, err := decodeStored(ctx, copied)
	if err != nil {
		v.blame(fmt.Errorf("looking at the copy: %w", err))
		return v, ctx.Err()
	}
	var changed []image.Rectangle
	if before.Bounds() == after.Bounds() {
		changed = differences(before, after)
	}
	covered := 0
	for _, r := range changed {
		covered += area(r)
		v.Changed = append(v.Changed, box(displayed(r, original)))
	}
	if plan == nil && share(covered, area(before.Bounds())) > maxChanged {
		v.blame(ErrOtherPicture)
	}
	if err := scrub.Verify(ctx, original, copied.Data, changed); err != nil {
		v.blame(err)
	}
	if err := e.lookAt(ctx, original, copied, plan, v); err != nil {
		return nil, err
	}
	v.Verified = len(v.Problems) == 0
	return v, ctx.Err()
}

// lookAt compares what a plan covers, and lists what can be seen in the copy.
func (e *Exporter) lookAt(ctx context.Context, original, copied *scan.Photo, plan *redact.Plan, v *Verdict) error {
	if plan != nil {
		checked := e.checker.Data(ctx, original.Path, original.Data, check.Options{})
		if _, err := e.lookAgain(ctx, original, copied, plan, checked.Detections); err != nil {
			v.blame(err)
		}
	}
	after := e.checker.Data(ctx, copied.Path, copied.Data, check.Options{})
	for _, d := range after.Detections {
		if telling(d) {
			v.Visible = append(v.Visible, d)
		}
	}
	return ctx.Err()
}

// decodeStored decodes p as it is stored, its orientation not applied.
func decodeStored(ctx context.Context, p *scan.Photo) (*image.RGBA, error) {
	stored := *p
	stored.Orientation = 1
	pic, err := pixels.Decode(ctx, &stored, 0)
	if err != nil {
		return nil, err
	}
	return pic.RGBA, nil
}

// differences are the runs of cells in which a and b, of the same size, differ.
func differences(a, b *image.RGBA) []image.Rectangle {
	var runs []image.Rectangle
	size := a.Bounds().Max
	for y := 0; y < size.Y; y += cell {
		open := false
		for x := 0; x < size.X; x += cell {
			r := image.Rect(x, y, x+cell, y+cell).Intersect(a.Bounds())
			switch {
			case !differ(a, b, r):
				open = false
			case open:
				runs[len(runs)-1].Max.X = r.Max.X
			default:
				runs, open = append(runs, r), true
			}
		}
	}
	return runs
}

func differ(a, b *image.RGBA, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		i, j := a.PixOffset(r.Min.X, y), b.PixOffset(r.Min.X, y)
		if string(a.Pix[i:i+4*r.Dx()]) != string(b.Pix[j:j+4*r.Dx()]) {
			return true
		}
	}
	return false
}

// VerifyFolder judges every photo of an export folder by itself: no part and no
// fact that is not allowed, and, where a manifest lists it, still the same bytes.
func (e *Exporter) VerifyFolder(ctx context.Context, dir string) ([]*Verdict, error) {
	list, err := check.Expand(ctx, []string{dir}, false)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	listed := map[string]string{}
	for _, c := range m.Copies {
		listed[c.File] = c.SHA256
	}
	verdicts := []*Verdict{}
	for _, path := range list.Paths {
		v := newVerdict(path)
		copied, err := scan.Open(ctx, path)
		if err == nil {
			err = scrub.Inspect(copied)
		}
		if err != nil {
			v.blame(err)
		} else if sum, ok := listed[filepath.Base(path)]; ok && sum != copied.SHA256 {
			v.blame(fmt.Errorf("%s is not the copy that was checked: its content has changed", path))
		}
		v.Verified = len(v.Problems) == 0
		verdicts = append(verdicts, v)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return verdicts, nil
}
