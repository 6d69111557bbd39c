// Package export cleans one batch: plan, scrub, verify, and only then a file in
// the export folder. Start with [New] and [Exporter.Run].
package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"blindspot/app/check"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scrub"
	"blindspot/scrub/redact"
)

// ErrFolder is wrapped where the export folder cannot be used.
var ErrFolder = errors.New("export folder")

// ErrChanged is wrapped where a photo is not any more what was checked.
var ErrChanged = errors.New("the photo has changed since it was checked")

// Job is one photo to clean.
type Job struct {
	Path string
	// Photo is the check of the original; nil where none was asked for. With it
	// the copy is checked again and Result.ScoreAfter is set.
	Photo *check.Photo
	// Plan is what to cover, in display pixels; nil covers nothing.
	Plan *redact.Plan
	// Policy is what Plan follows; nil where it follows none, or somebody looked at
	// it. What the looks at the copy find of what the policy covers is covered too.
	Policy *Policy
	// Refused says why no copy may be made; nil where one may.
	Refused error

	number int // in the batch, from 1
}

// Options of an export.
type Options struct {
	Dir    string       // export folder; made where it does not exist
	Noise  redact.Noise // of every photo
	DryRun bool         // write nothing: only what would be removed and covered
	Check  check.Options
	Jobs   int // photos at a time; 0 means as many as cores
	// Roots are the inputs as given; an export folder inside one of them, or
	// equal to it, is refused.
	Roots []string
	// Names is how copies are named. With other than neutral names what the name of
	// the original tells may stay.
	Names Names
	// NoSums leaves out the SHA-256 of originals that were not checked and of copies,
	// which nothing but JSON, a manifest and [Result.Copy] ask for: they take a good part
	// of the time where no pixel is touched.
	NoSums bool
	// KeepGainMap keeps a photo's ultra-HDR gain map, cleaned, where nothing is covered.
	KeepGainMap bool

	namer *namer
}

// Removed is what a copy does not hold any more.
type Removed struct {
	Parts   []container.Part `json:"parts"`
	Regions []check.Box      `json:"regions"` // of the plan as covered, in display pixels
}

// Result is what became of one photo. It is also an entry of clean --json.
type Result struct {
	*check.Photo
	Output     *string `json:"output"` // null where refused or not written
	ScoreAfter *int    `json:"score_after"`
	// ScoreAfterIsUpperBound says that not all was looked at in the copy.
	ScoreAfterIsUpperBound bool `json:"score_after_is_upper_bound"`
	Lossless               bool `json:"lossless"`
	// EncodedAgain says that the whole picture was encoded anew, once, at its own
	// quality, because its format leaves no other way to cover a part of it.
	EncodedAgain bool    `json:"encoded_again"`
	Removed      Removed `json:"removed"`
	// GainMap is what became of the photo's ultra-HDR gain map.
	GainMap scrub.GainMap `json:"gain_map"`
	// Unfollowed are parts of the picture that stay whole, because they could not be
	// followed to their end: hidden bytes in them, if there are any, stay too.
	Unfollowed []container.Part `json:"unfollowed"`
	Verified   bool             `json:"verified"`
	Plan       *redact.Plan     `json:"plan"` // null where nothing is covered
	// LookedAgain says that the detectors looked in the covered copy for what the
	// policy covers, without one for faces, with the second setting; without them only
	// pixels and structure were compared.
	LookedAgain bool `json:"looked_again"`
	// NeedsLook says that the copy is not done before somebody has looked at it: it shows
	// something that only the looks at it found, or that its policy covers, or a covered
	// face could not be compared with the original's.
	NeedsLook bool `json:"needs_look"`
	// After is the check of the written copy; nil where none was asked for.
	After *check.Photo `json:"-"`
	// New are detections of the second look that the first had not shown. The
	// copy counts as checked, but the user should see them.
	New []check.Detection `json:"new"`
	Err error             `json:"-"` // as Photo.Error; wraps scrub.ErrRefused where refused

	outputSHA256 string
	uncompared   bool              // a face that is seen in a cover could not be compared
	seen         []check.Detection // by the looks at copies that were not kept, as in the original
}

// Event tells of one job; Result is nil when it starts. One event at a time.
type Event struct {
	Index  int
	Result *Result
}

// Exporter cleans photos. It is safe for concurrent use.
type Exporter struct {
	checker *check.Checker
	// scrub makes the copies: [scrub.Clean], or in tests a poor cleaner.
	scrub   func(context.Context, *scan.Photo, scrub.Options) (*scrub.Result, error)
	buffers buffers
}

// New returns an Exporter that checks its copies with checker.
func New(checker *check.Checker) *Exporter { return &Exporter{checker: checker, scrub: scrub.Clean} }

// Run cleans jobs. It returns an error when ctx ends or the export folder cannot
// be used; a photo that fails has its Err set and leaves no file. When ctx ends,
// the copies that were already verified stay, and their results are returned;
// the other entries are nil.
func (e *Exporter) Run(ctx context.Context, jobs []Job, o Options, on func(Event)) ([]*Result, error) {
	if on == nil {
		on = func(Event) {}
	}
	if !o.DryRun || o.Dir != "" {
		dir, err := checkFolder(o.Dir, o.Roots)
		if err != nil {
			return nil, err
		}
		o.Dir = dir
	}
	if !o.DryRun {
		if err := os.MkdirAll(o.Dir, 0o755); err != nil {
			return nil, fmt.Errorf("%w: making it: %w", ErrFolder, err)
		}
		sweep(o.Dir)
	}
	var mu sync.Mutex
	emit := func(event Event) {
		mu.Lock()
		defer mu.Unlock()
		on(event)
	}
	o.namer = newNamer(o.Dir, o.Names, len(jobs))
	results := make([]*Result, len(jobs))
	var workers sync.WaitGroup
	var taken atomic.Int64
	for range min(check.Workers(o.Jobs), len(jobs)) {
		workers.Go(func() {
			for {
				i := int(taken.Add(1)) - 1
				if i >= len(jobs) || ctx.Err() != nil {
					return
				}
				job := jobs[i]
				job.number = i + 1
				emit(Event{Index: i})
				r := e.one(ctx, job, o)
				if r.Output == nil && ctx.Err() != nil {
					return
				}
				results[i] = r
				emit(Event{Index: i, Result: r})
			}
		})
	}
	workers.Wait()
	return results, ctx.Err()
}

// CheckFolder refuses, as an [InsideError], an export folder that is one of roots or
// lies inside one, by resolved path. A root that is a file stands for itself alone.
// Other errors wrap [ErrFolder] too.
func CheckFolder(dir string, roots []string) error {
	_, err := checkFolder(dir, roots)
	return err
}

// checkFolder is [CheckFolder], and gives the path to use from then on: dir, or
// where it leads if a cleaned dir would lead elsewhere ("link/..").
func checkFolder(dir string, roots []string) (string, error) {
	if dir == "" {
		return "", fmt.Errorf("%w: none given", ErrFolder)
	}
	out, err := resolve(dir)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrFolder, err)
	}
	for _, root := range roots {
		in, err := resolve(root)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrFolder, err)
		}
		if rel, err := filepath.Rel(in, out); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return "", &InsideError{Folder: dir, Root: root}
		}
	}
	if cleaned, err := resolve(filepath.Clean(dir)); err == nil && cleaned == out {
		return filepath.Clean(dir), nil
	}
	return out, nil
}

// resolve is path made absolute with its symbolic links followed as far as it
// exists. It does not clean path first: ".." behind a link leads up from where
// the link leads.
func resolve(path string) (string, error) {
	const separator = string(filepath.Separator)
	if !filepath.IsAbs(path) {
		here, err := os.Getwd()
		if err != nil {
			return "", err
		}
		path = here + separator + path
	}
	for rest := ""; ; {
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			return filepath.Join(real, rest), nil
		}
		dir, name := filepath.Split(strings.TrimRight(path, separator))
		if !errors.Is(err, os.ErrNotExist) || name == "" || name == ".." {
			return "", err
		}
		rest = filepath.Join(name, rest)
		path = dir
	}
}

// one cleans one photo. A panic, which can only be a defect of ours or of a
// library, fails that photo alone.
func (e *Exporter) one(ctx context.Context, job Job, o Options) (r *Result) {
	r = &Result{Photo: job.Photo, Removed: Removed{Parts: []container.Part{}, Regions: []check.Box{}}, New: []check.Detection{}, GainMap: scrub.NoGainMap, Unfollowed: []container.Part{}}
	defer func() {
		if p := recover(); p != nil {
			r.fail(fmt.Errorf("cleaning %s: internal error: %v\n%s", job.Path, p, debug.Stack()))
		}
	}()
	buffer := e.buffers.get()
	original, err := scan.OpenInto(ctx, job.Path, *buffer)
	if original != nil {
		*buffer = original.Data
	}
	if job.Photo == nil {
		r.Photo = check.Unscored(job.Path, original, err)
		if original != nil && !o.NoSums {
			r.SHA256 = original.SHA256()
		}
	} else {
		photo := *job.Photo // the caller's stays as it is
		r.Photo = &photo
	}
	if err = cmp.Or(r.Photo.Err, err); err != nil {
		r.fail(fmt.Errorf("%w: %w", scrub.ErrRefused, err))
		return r
	}
	if job.Refused != nil {
		r.fail(fmt.Errorf("%w: %s: %w", scrub.ErrRefused, job.Path, job.Refused))
		return r
	}
	if job.Plan != nil && len(job.Plan.Regions) > 0 {
		r.Plan = job.Plan
	}
	if err := e.clean(ctx, original, job, o, r); err != nil {
		r.fail(err)
	}
	e.buffers.put(buffer) // after a panic nobody knows what still uses it
	return r
}

func (r *Result) fail(err error) {
	text := err.Error()
	r.Err = err
	r.Photo.Err, r.Photo.Error = err, &text
	r.Output, r.ScoreAfter, r.ScoreAfterIsUpperBound, r.LookedAgain, r.Verified, r.Lossless, r.EncodedAgain, r.NeedsLook = nil, nil, false, false, false, false, false, false
	r.Removed = Removed{Parts: []container.Part{}, Regions: []check.Box{}}
	r.GainMap, r.Unfollowed = scrub.NoGainMap, []container.Part{}
}

// maxRounds bounds how often one photo is covered: what covering itself uncovers,
// a face that was seen as part of another, is mostly there the second time.
const maxRounds = 3

// clean plans, scrubs, writes, verifies and only then names one copy. Where that
// shows more of what the job's policy covers, it is made anew with more covered.
func (e *Exporter) clean(ctx context.Context, original *scan.Photo, job Job, o Options, r *Result) error {
	if job.Photo != nil && r.SHA256 != "" && original.SHA256() != r.SHA256 {
		return fmt.Errorf("%w: %s: %w", scrub.ErrRefused, job.Path, ErrChanged)
	}
	name := ""
	if !o.DryRun {
		var err error
		if name, err = o.namer.free(job.Path, job.number, original.Format); err != nil {
			return fmt.Errorf("%w: %w", ErrFolder, err)
		}
	}
	for round := 1; ; round++ {
		more, err := e.attempt(ctx, original, name, job, o, r, round == maxRounds)
		if more == nil || err != nil {
			return err
		}
		r.seen = append(r.seen, untouched(r.Plan, slices.Concat(r.After.Detections, r.New))...)
		r.Plan = more
		r.Removed, r.New = Removed{Parts: []container.Part{}, Regions: []check.Box{}}, []check.Detection{}
	}
}

// attempt makes one copy by r's plan. It is kept as name unless it shows more of what the
// job's policy covers: then the plan to cover that too is returned. The last
// attempt is kept, and what it shows is told.
func (e *Exporter) attempt(ctx context.Context, original *scan.Photo, name string, job Job, o Options, r *Result, last bool) (more *redact.Plan, err error) {
	buffer := e.buffers.get()
	defer e.buffers.put(buffer) // the draft is written and checked by then
	cleaned, err := e.scrub(ctx, original, scrub.Options{Plan: r.Plan, Noise: o.Noise, KeepGainMap: o.KeepGainMap, Buffer: buffer})
	if err != nil {
		return nil, about("cleaning", job.Path, err)
	}
	r.Lossless, r.EncodedAgain, r.GainMap = cleaned.Lossless, cleaned.Reencoded, cleaned.GainMap
	r.Unfollowed = append([]container.Part{}, cleaned.Unfollowed...)
	r.Removed.Parts = append(r.Removed.Parts, cleaned.Removed...)
	if r.Plan != nil {
		r.Removed.Regions = append(r.Removed.Regions, coveredBoxes(r.Plan, cleaned.Covered, original)...)
	}
	if o.DryRun {
		return nil, nil
	}
	draft, err := writeDraft(o.Dir, cleaned.Data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFolder, err)
	}
	defer draft.discard()
	sum, err := e.verify(ctx, original, cleaned, draft, name, job, o, r)
	if err != nil {
		if !errors.Is(err, scrub.ErrRefused) {
			err = fmt.Errorf("%w: %w", scrub.ErrRefused, err)
		}
		return nil, about("checking the copy again of", job.Path, err)
	}
	more = job.Policy.more(r)
	if more != nil && !last {
		return more, nil
	}
	r.NeedsLook = more != nil || len(r.New) > 0 || r.uncompared
	if err := draft.keepNew(name); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFolder, err)
	}
	r.Output, r.Verified, r.outputSHA256 = &name, !r.uncompared, sum
	return nil, nil
}

// about says what was being done to the photo at path when err came, unless err names
// the photo itself.
func about(doing, path string, err error) error {
	if strings.Contains(err.Error(), path) {
		return err
	}
	return fmt.Errorf("%s %s: %w", doing, path, err)
}
