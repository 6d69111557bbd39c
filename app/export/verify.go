package export

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"slices"

	"blindspot/app/check"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// ErrStillVisible is wrapped where what should be covered can still be seen.
var ErrStillVisible = errors.New("what should be covered can still be seen")

// minFace is the confidence from which a face in a covered region is compared
// with the one that was there.
const minFace = 0.3

// verify opens the draft as an attacker would, and fills in what the check of it
// gave. An error means that the copy must not be kept.
func (e *Exporter) verify(ctx context.Context, original *scan.Photo, cleaned *scrub.Result, d *draft, name string, job Job, o Options, r *Result) error {
	written, err := os.ReadFile(d.path)
	if err != nil {
		return fmt.Errorf("reading it back: %w", err)
	}
	if err := scrub.Verify(ctx, original, written, cleaned.Covered); err != nil {
		return err
	}
	copied, err := scan.Read(ctx, name, written)
	if err != nil {
		return fmt.Errorf("reading it back: %w", err)
	}
	var fresh []check.Detection
	if r.Plan != nil {
		if fresh, err = e.lookAgain(ctx, original, copied, r.Plan); err != nil {
			return err
		}
	}
	if job.Photo == nil {
		return nil
	}
	after := e.checker.Data(ctx, name, written, o.Check)
	if err := ctx.Err(); err != nil {
		return err
	}
	if after.Err != nil {
		return after.Err
	}
	r.After, r.ScoreAfter = after, after.Score
	r.New = append(r.New, unseen(fresh, job.Photo, after)...)
	return nil
}

// lookAgain compares the pixels of a copy with the original's: the regions of
// plan must not show what was there. With an engine it looks at the whole copy by
// the second setting, compares faces in those regions with the original's, and
// returns what it saw.
func (e *Exporter) lookAgain(ctx context.Context, original, copied *scan.Photo, plan *redact.Plan) ([]check.Detection, error) {
	before, err := pixels.Decode(ctx, original, 0)
	if err != nil {
		return nil, fmt.Errorf("looking at the original: %w", err)
	}
	after, err := pixels.Decode(ctx, copied, 0)
	if err != nil {
		return nil, fmt.Errorf("looking at the copy: %w", err)
	}
	if err := patternsGone(before.RGBA, after.RGBA, plan); err != nil {
		return nil, err
	}
	engine := e.checker.Engine()
	if engine == nil {
		return nil, nil
	}
	result, err := engine.Detect(ctx, vision.Picture(*after), vision.Options{Setting: vision.Second})
	if err != nil {
		return nil, err
	}
	var fresh []check.Detection
	for _, d := range result.Detections {
		fresh = append(fresh, check.NewDetection(0, d, after.Width, after.Height))
		if d.Kind != vision.Face || d.Confidence < minFace || !coveredBy(d.Box, plan) || d.Landmarks == nil {
			continue
		}
		same, err := samePerson(ctx, engine, vision.Picture(*before), vision.Picture(*after), d)
		if err != nil {
			return nil, err
		}
		if same {
			return nil, fmt.Errorf("%w: a covered face is recognised as the same person", ErrStillVisible)
		}
	}
	return fresh, nil
}

// samePerson compares the face at d in the copy with what the original shows in
// its place, by their embeddings, which are forgotten at once. Where embeddings
// can't be had the comparison of patterns has to do.
func samePerson(ctx context.Context, engine *vision.Engine, before, after vision.Picture, d vision.Detection) (bool, error) {
	a, err := engine.Embed(ctx, before, d)
	if err != nil {
		return false, ctx.Err()
	}
	b, err := engine.Embed(ctx, after, d)
	if err != nil {
		return false, ctx.Err()
	}
	return vision.Similarity(a, b) >= vision.SamePerson, nil
}

// coveredBy says whether b's centre lies in the box of one of plan's regions.
func coveredBy(b vision.Box, plan *redact.Plan) bool {
	centre := image.Pt(int(b.X+b.W/2), int(b.Y+b.H/2))
	return slices.ContainsFunc(plan.Regions, func(r redact.Region) bool {
		return centre.In(image.Rect(r.Box.X, r.Box.Y, r.Box.X+r.Box.W, r.Box.Y+r.Box.H))
	})
}

// unseen are those of fresh that neither the first check nor the check of the
// copy had found, and that a person would want to decide about.
func unseen(fresh []check.Detection, before, after *check.Photo) []check.Detection {
	var found []check.Detection
	for _, d := range fresh {
		if d.Kind == string(vision.Object) || d.Kind == string(vision.Vehicle) || d.Kind == string(vision.Person) {
			continue
		}
		known := func(k check.Detection) bool { return k.Kind == d.Kind && overlap(k.Box, d.Box) > 0.3 }
		if !slices.ContainsFunc(before.Detections, known) && !slices.ContainsFunc(after.Detections, known) {
			found = append(found, d)
		}
	}
	for i := range found {
		found[i].ID = i + 1
	}
	return found
}

// overlap is the area that a and b share, as a share of the smaller one.
func overlap(a, b check.Box) float64 {
	ra, rb := image.Rect(a.X, a.Y, a.X+a.W, a.Y+a.H), image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H)
	in := ra.Intersect(rb)
	smaller := min(ra.Dx()*ra.Dy(), rb.Dx()*rb.Dy())
	if smaller == 0 {
		return 0
	}
	return float64(in.Dx()*in.Dy()) / float64(smaller)
}
