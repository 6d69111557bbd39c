package export

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"blindspot/app/check"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/pixels"
	"blindspot/scrub"
	"blindspot/scrub/redact"
)

// Verdict is what [Exporter.Verify] found of one copy.
type Verdict struct {
	Path     string   `json:"path"`
	Original string   `json:"original,omitempty"`
	Verified bool     `json:"verified"`
	Problems []string `json:"problems"`
	// Warnings are what could not be judged: parts of the picture that could not be
	// followed to their end.
	Warnings []string    `json:"warnings"`
	Changed  []check.Box `json:"changed"` // where the pixels differ from the original's
	// Visible are faces, plates, documents, screens, codes and personal texts
	// that can be seen in the copy.
	Visible []check.Detection `json:"visible"`
}

func newVerdict(path string) *Verdict {
	return &Verdict{Path: path, Problems: []string{}, Warnings: []string{}, Changed: []check.Box{}, Visible: []check.Detection{}}
}

// warn takes over what the check of the copy could not follow.
func (e *Exporter) warn(v *Verdict, unfollowed []container.Part) {
	if text := e.checker.Unfollowed(unfollowed); text != "" {
		v.Warnings = append(v.Warnings, text)
	}
}

func (v *Verdict) blame(err error) { v.Problems = append(v.Problems, err.Error()) }

// ErrOtherPicture is a [Verdict]'s problem where a copy shows something else than
// its original: more than maxChanged of it differs, and no plan says so.
var ErrOtherPicture = errors.New("it shows another picture than the original")

// ErrNotCompared is a [Verdict]'s problem where a face is seen in what should be covered,
// and it could not be told whether it is the one that was there.
var ErrNotCompared = errors.New("a covered face could not be compared with the original's")

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
	copied, err := scan.Open(ctx, copyPath)
	if err != nil {
		v.blame(err)
		return v, ctx.Err()
	}
	// The same picture bit by bit needs no second look, and stands one that is damaged.
	if scrub.Verify(ctx, original, copied.Data, nil) != nil {
		if err := compare(ctx, original, copied, plan, v); err != nil {
			return nil, err
		}
	}
	if err := e.lookAt(ctx, original, copied, plan, v); err != nil {
		return nil, err
	}
	v.Verified = len(v.Problems) == 0
	return v, ctx.Err()
}

// compare finds where the copy's pixels differ from the original's, and says what is
// wrong with it beside. It returns an error only if the original can't be decoded.
func compare(ctx context.Context, original, copied *scan.Photo, plan *redact.Plan, v *Verdict) error {
	before, err := decodeStored(ctx, original)
	if err != nil {
		return fmt.Errorf("looking at the original: %w", err)
	}
	after, err := decodeStored(ctx, copied)
	if err != nil {
		v.blame(fmt.Errorf("looking at the copy: %w", err))
		return nil
	}
	var changed []image.Rectangle
	switch {
	case redact.Reencodes(original):
		if changed, err = redact.Changed(ctx, original, copied); err != nil {
			v.blame(err)
		}
	case before.Bounds() == after.Bounds():
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
	if plan != nil {
		// What is drawn is another time another noise, but in the same places.
		planned, err := scrub.Clean(ctx, original, scrub.Options{Plan: plan})
		if err != nil {
			v.blame(about("carrying out the plan on", original.Path, err))
			return nil
		}
		changed = planned.Covered
	}
	if err := scrub.Verify(ctx, original, copied.Data, changed); err != nil {
		v.blame(err)
	}
	return nil
}

// lookAt compares what a plan covers, and lists what can be seen in the copy.
func (e *Exporter) lookAt(ctx context.Context, original, copied *scan.Photo, plan *redact.Plan, v *Verdict) error {
	if plan != nil {
		checked := e.checker.One(ctx, original.Path, original.Data, check.Options{})
		again, err := e.lookAgain(ctx, decodeAside(ctx, original), decodeAside(ctx, copied), plan, checked.Detections, nil)
		if err != nil {
			v.blame(err)
		}
		for _, b := range again.uncompared {
			v.blame(fmt.Errorf("%w: a face is seen at %d,%d", ErrNotCompared, b.X, b.Y))
		}
	}
	after := e.checker.One(ctx, copied.Path, copied.Data, check.Options{})
	e.warn(v, after.Unfollowed)
	for _, d := range after.Detections {
		if Telling(d) {
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

// VerifyFolder judges everything in an export folder by itself. A copy holds no
// part and no fact that is not allowed, and, where there is a manifest, is listed
// in it with the same bytes. Whatever is no copy, and a copy that is listed and
// missing, is a problem of its own; so is a folder without any.
func (e *Exporter) VerifyFolder(ctx context.Context, dir string) ([]*Verdict, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	listed := map[string]string{}
	for _, c := range m.Copies {
		listed[c.File] = c.SHA256
	}
	lists := len(listed) > 0 // whether the manifest says what belongs here
	verdicts := []*Verdict{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && path == dir {
			return fmt.Errorf("reading folder %s: %w", dir, err)
		}
		name, relErr := filepath.Rel(dir, path)
		if err = errors.Join(err, relErr); err == nil && (d.IsDir() || name == ManifestName) {
			return nil
		}
		v := newVerdict(path)
		sum, known := listed[name]
		delete(listed, name)
		if err == nil {
			err = e.judgeCopy(ctx, v, d, sum)
		}
		if err == nil && lists && !known {
			err = fmt.Errorf("%s is not in the list of checked copies", path)
		}
		if err != nil {
			v.blame(err)
		}
		v.Verified = err == nil
		verdicts = append(verdicts, v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		v := newVerdict(filepath.Join(dir, name))
		v.blame(fmt.Errorf("%s was checked and is missing", v.Path))
		verdicts = append(verdicts, v)
	}
	return verdicts, nil
}

// judgeCopy judges the file of an export folder that v is of; sum is its hash by the
// manifest, empty where that does not list it.
func (e *Exporter) judgeCopy(ctx context.Context, v *Verdict, d fs.DirEntry, sum string) error {
	path := v.Path
	if !d.Type().IsRegular() {
		return fmt.Errorf("%s is no regular file", path)
	}
	copied, err := scan.Open(ctx, path)
	if err != nil {
		return err
	}
	if err := scrub.Inspect(ctx, copied); err != nil {
		return err
	}
	_, unfollowed := scrub.Parts(ctx, copied)
	e.warn(v, unfollowed)
	if sum != "" && sum != copied.SHA256() {
		return fmt.Errorf("%s is not the copy that was checked: its content has changed", path)
	}
	return nil
}
