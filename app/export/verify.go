package export

import (
	"context"
	"errors"
	"fmt"
	"image"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"blindspot/app/check"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// ErrStillVisible is wrapped where what should be covered can still be seen.
var ErrStillVisible = errors.New("what should be covered can still be seen")

const (
	// sameFace is the IoU from which a face in a copy stands in place of one in
	// the original. A larger one around it is made of what was not covered, and
	// its embedding tells nothing of the face.
	sameFace = 0.5
	// sameThing is the share of the smaller of two boxes from which two looks
	// have found the same thing.
	sameThing = 0.3
	// coveredShare is the share of a detection that lies in a region from which it
	// counts as covered.
	coveredShare = 0.7
	// touchedShare is that from which it no longer looks as in the original: its
	// embedding is one of what surrounds the cover.
	touchedShare = 0.1
)

// verify opens the draft as an attacker would, and fills in what the check of it
// gave. It returns the SHA-256 of the copy as it was read, unless sums are left out. An
// error means that it must not be kept.
func (e *Exporter) verify(ctx context.Context, original *scan.Photo, cleaned *scrub.Result, d *draft, name string, job Job, o Options, r *Result) (sha256 string, err error) {
	buffer := e.buffers.get()
	defer e.buffers.put(buffer) // nothing below keeps it
	written, err := d.read(*buffer)
	if err != nil {
		return "", fmt.Errorf("reading it back: %w", err)
	}
	*buffer = written
	var before, covered func() (*pixels.Picture, error)
	if r.Plan != nil {
		before = decodeAside(ctx, original)
		// The copy is what the check below finds it to be, or nothing of it counts.
		covered = decodeAside(ctx, &scan.Photo{Path: name, Data: written, Format: original.Format,
			Width: original.Width, Height: original.Height, Orientation: original.Orientation})
		defer before()
		defer covered() // before its data is used for another
	}
	copied, err := cleaned.Verify(ctx, original, written)
	if err != nil {
		return "", err
	}
	if !o.NoSums {
		sha256 = copied.SHA256()
	}
	var fresh []check.Detection
	if r.Plan != nil {
		var known []check.Detection
		if job.Photo != nil {
			known = slices.Concat(job.Photo.Detections, r.seen)
		}
		again, err := e.lookAgain(ctx, before, covered, r.Plan, known, job.Policy.seeks())
		if err != nil {
			return "", err
		}
		fresh, r.LookedAgain, r.uncompared = again.outside, again.looked, len(again.uncompared) > 0
	}
	if job.Photo == nil {
		return sha256, nil
	}
	o.Check.Known = figures(r.Plan, job.Photo)
	after := e.checker.One(ctx, name, written, o.Check)
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if after.Err != nil {
		return "", after.Err
	}
	r.After, r.ScoreAfter, r.ScoreAfterIsUpperBound = after, after.Score, after.ScoreIsUpperBound
	if r.Plan != nil {
		// What the first look's own setting sees in the copy alone is as new.
		seen := slices.DeleteFunc(slices.Clone(after.Detections), func(d check.Detection) bool { return covers(r.Plan, d.Box) })
		r.New = append(r.New, unseen(slices.Concat(seen, fresh), job.Photo)...)
	}
	return sha256, nil
}

// decodeAside decodes p at full size while the caller does something else, and
// returns who waits for it. A panic, which can only be a defect, is an error there.
func decodeAside(ctx context.Context, p *scan.Photo) func() (*pixels.Picture, error) {
	var pic *pixels.Picture
	var g errgroup.Group
	g.Go(func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("internal error: %v\n%s", r, debug.Stack())
			}
		}()
		pic, err = pixels.Decode(ctx, p, 0)
		return err
	})
	return func() (*pixels.Picture, error) {
		if err := g.Wait(); err != nil {
			return nil, fmt.Errorf("looking at the picture: %w", err)
		}
		return pic, nil
	}
}

// second is what a second look at a copy gave.
type second struct {
	outside []check.Detection // that were seen, and not in what is covered
	looked  bool              // the detectors looked for all they were to look for
	// uncompared are the places of faces that are seen where one was covered, and that
	// could not be compared with it.
	uncompared []check.Box
}

// lookAgain compares the pixels of a copy with the original's: the regions of plan
// must not show what was there. With an engine it looks at the whole copy by
// the second setting for what only names, or for everything, and compares faces in those
// regions with the original's among known.
func (e *Exporter) lookAgain(ctx context.Context, original, copied func() (*pixels.Picture, error), plan *redact.Plan,
	known []check.Detection, only []vision.Check) (s second, err error) {
	after, err := copied()
	if err != nil {
		return second{}, err
	}
	before, err := original()
	if err != nil {
		return second{}, err
	}
	if err := patternsGone(before.RGBA, after.RGBA, plan); err != nil {
		return second{}, err
	}
	engine := e.checker.Engine()
	if engine == nil {
		return second{}, nil
	}
	result, err := engine.Detect(ctx, check.View(after), vision.Options{Setting: vision.Second, Only: only})
	if err != nil {
		return second{}, err
	}
	for _, seen := range result.Detections {
		d := check.NewDetection(0, seen, after.Width, after.Height)
		if !covers(plan, d.Box) {
			s.outside = append(s.outside, d)
			continue
		}
		if d.Kind == string(vision.Code) || d.Personal != "" {
			return second{}, fmt.Errorf("%w: a %s at %d,%d can be read", ErrStillVisible, d.Kind, d.Box.X, d.Box.Y)
		}
		if d.Kind != string(vision.Face) {
			continue
		}
		for _, k := range known {
			if k.Kind != d.Kind || iou(k.Box, d.Box) < sameFace {
				continue
			}
			same, err := samePerson(ctx, engine, check.View(before), k, check.View(after), seen)
			switch {
			case ctx.Err() != nil:
				return second{}, ctx.Err()
			case err != nil:
				s.uncompared = append(s.uncompared, d.Box)
			case same:
				return second{}, fmt.Errorf("%w: the covered face at %d,%d is recognised as the same person", ErrStillVisible, k.Box.X, k.Box.Y)
			}
		}
	}
	if len(only) == 0 {
		only = []vision.Check{vision.Faces}
	}
	s.looked = !slices.ContainsFunc(only, func(c vision.Check) bool { return !result.Ran[c] })
	return s, nil
}

// samePerson compares a face of the original with one of the copy by their
// embeddings, which are forgotten at once. A face that was found without landmarks,
// as the second face model finds them, is taken to have the original's. An error means
// that nothing is shown either way: no landmarks at all, or a model that is missing.
func samePerson(ctx context.Context, engine *vision.Engine, before vision.Picture, was check.Detection, after vision.Picture, is vision.Detection) (bool, error) {
	a, err := engine.Embed(ctx, before, vision.Detection{Kind: vision.Face, Landmarks: was.Landmarks})
	if err != nil {
		return false, err
	}
	if len(is.Landmarks) == 0 {
		is.Landmarks = was.Landmarks
	}
	b, err := engine.Embed(ctx, after, is)
	if err != nil {
		return false, err
	}
	return vision.Similarity(a, b) >= vision.SamePerson, nil
}

// figures are the people in p whose bodies plan leaves to be seen, if their figures tell
// anything. A detector that knows a figure by its head no longer finds it once that is
// covered, while people still do.
func figures(plan *redact.Plan, p *check.Photo) []check.Detection {
	if plan == nil {
		return nil
	}
	return slices.DeleteFunc(p.Figures(), func(d check.Detection) bool { return covers(plan, d.Box) })
}

// covers says whether most of b lies in the box of one of plan's regions.
func covers(plan *redact.Plan, b check.Box) bool {
	return slices.ContainsFunc(plan.Regions, func(r redact.Region) bool {
		return share(area(rectangle(b).Intersect(rectangle(r.Box))), area(rectangle(b))) >= coveredShare
	})
}

// unseen are those of found, each once, that the check of the original had not found,
// and that a person would want to decide about.
func unseen(found []check.Detection, before *check.Photo) []check.Detection {
	var all []check.Detection
	for _, d := range found {
		known := func(k check.Detection) bool { return k.Kind == d.Kind && k.Box.Overlap(d.Box) >= sameThing }
		if Telling(d) && !slices.ContainsFunc(before.Detections, known) && !slices.ContainsFunc(all, known) {
			d.ID, d.Text = len(all)+1, ""
			all = append(all, d)
		}
	}
	return all
}

// iou is the intersection of a and b over their union.
func iou(a, b check.Box) float64 {
	in := area(rectangle(a).Intersect(rectangle(b)))
	return share(in, area(rectangle(a))+area(rectangle(b))-in)
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
