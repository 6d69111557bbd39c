package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/scrub/redact"
)

// cleanDocument is what clean --json prints.
type cleanDocument struct {
	Version int              `json:"version"`
	Photos  []*export.Result `json:"photos"`
	Links   []check.Link     `json:"links"`
	Summary check.Summary    `json:"summary"`
}

// keepGainMap is what --keep can keep: an ultra-HDR photo's gain map.
const keepGainMap = "gain-map"

// cleanFlags are the flags of clean beside those of looking.
type cleanFlags struct {
	look                             lookFlags
	out, policy, redact, style, plan string
	keep                             string
	noiseSeed, tone                  string
	manifest, dryRun                 bool
	chosen                           *export.Policy // nil: metadata only, or a plan
	plans                            *plans         // nil: no --plan
	noise                            redact.Noise
}

func (cf *cleanFlags) define(f *flag.FlagSet) {
	cf.look.define(f)
	f.StringVar(&cf.out, "out", "", "")
	f.StringVar(&cf.keep, "keep", "", "")
	f.StringVar(&cf.policy, "policy", "", "")
	f.StringVar(&cf.redact, "redact", "", "")
	f.StringVar(&cf.style, "style", "", "")
	f.StringVar(&cf.tone, "tone", "", "")
	f.StringVar(&cf.plan, "plan", "", "")
	f.StringVar(&cf.noiseSeed, "noise-seed", "", "")
	f.BoolVar(&cf.manifest, "manifest", false, "")
	f.BoolVar(&cf.dryRun, "dry-run", false, "")
}

// resolve reads what the flags name.
func (cf *cleanFlags) resolve() error {
	if cf.plan != "" && (cf.policy != "" || cf.redact != "") {
		return usagef("--plan says all that is covered: it goes without --policy and --redact")
	}
	if cf.policy != "" && cf.redact != "" {
		return usagef("--policy and --redact exclude each other")
	}
	if cf.out == "" && !cf.dryRun {
		return usagef("clean needs --out DIR, the folder that copies are written to")
	}
	if cf.keep != "" && cf.keep != keepGainMap {
		return usagef("--keep %q: only %s can be kept", cf.keep, keepGainMap)
	}
	if cf.noiseSeed != "" {
		seed, err := strconv.ParseUint(cf.noiseSeed, 10, 64)
		if err != nil {
			return usagef("--noise-seed %q: a number from 0 to %d is needed", cf.noiseSeed, uint64(math.MaxUint64))
		}
		cf.noise.Seed = &seed
	}
	switch {
	case cf.policy != "":
		p, err := export.LoadPolicy(cf.policy)
		if err != nil {
			return usageError{err}
		}
		cf.chosen = p
	case cf.redact != "":
		p := &export.Policy{Version: 1, Redact: strings.Split(cf.redact, ","), Style: redact.Blur}
		if err := export.CheckKinds(p.Redact); err != nil {
			return usageError{err}
		}
		cf.chosen = p
	case cf.plan != "":
		p, err := loadPlans(cf.plan)
		if err != nil {
			return usageError{err}
		}
		cf.plans = p
	}
	if cf.style != "" {
		style := redact.Style(cf.style)
		if err := export.CheckStyle(style); err != nil {
			return usageError{err}
		}
		if cf.chosen == nil {
			return usagef("--style needs --redact or --policy: without them nothing is covered, and a plan gives its own")
		}
		cf.chosen.Style = style
	}
	if cf.tone != "" {
		tone, err := strconv.Atoi(cf.tone)
		if err != nil || tone < 1 {
			return usagef("--tone %q: a number from 1 to %d is needed", cf.tone, redact.Tones)
		}
		if cf.chosen == nil {
			return usagef("--tone needs --redact or --policy: a plan gives its own")
		}
		cf.chosen.Tone = tone
	}
	if cf.chosen != nil {
		if err := cf.chosen.CheckTone(); err != nil {
			return usageError{err}
		}
	}
	return nil
}

func runClean(ctx context.Context, c *command, args []string) (int, error) {
	f := flag.NewFlagSet("clean", flag.ContinueOnError)
	var cf cleanFlags
	cf.define(f)
	paths, err := parse(f, args)
	if err != nil {
		return 0, err
	}
	if len(paths) == 0 {
		return 0, usagef("clean needs a photo or a folder")
	}
	if err := cf.resolve(); err != nil {
		return 0, err
	}
	o, err := cf.look.options()
	if err != nil {
		return 0, err
	}
	if cf.out != "" {
		if err := export.CheckFolder(cf.out, paths); err != nil {
			return 0, usageError{c.folderRefused(err)}
		}
	}
	list, err := check.Expand(ctx, paths, cf.look.noRecurse)
	if err != nil {
		return 0, usageError{err}
	}
	if cf.plans != nil && cf.plans.single != nil && len(list.Paths) != 1 {
		return 0, usagef("--plan %s is for one photo, %d were given", cf.plan, len(list.Paths))
	}
	looks := cf.chosen != nil || cf.plans != nil
	if o.NoVision && cf.chosen != nil && cf.chosen.Looks() {
		return 0, usagef("--no-vision leaves nothing to find for --policy or --redact: give a --plan")
	}
	checker, done, err := c.checker(looks && !o.NoVision)
	if err != nil {
		return 0, err
	}
	defer done()
	jobs, err := c.plan(ctx, checker, list, &cf, o)
	if err != nil {
		return 0, err
	}
	bar := newProgress(c.Err, len(jobs))
	results, err := export.New(checker).Run(ctx, jobs, export.Options{
		Dir: cf.out, Noise: cf.noise, DryRun: cf.dryRun, Check: o, Jobs: o.Jobs, Roots: paths,
		KeepGainMap: cf.keep == keepGainMap, NoSums: !cf.look.json && !cf.manifest,
	}, func(e export.Event) {
		if e.Result != nil {
			bar.step()
		}
	})
	bar.clear()
	stopped := err
	if stopped != nil && !errors.Is(stopped, context.Canceled) {
		return 0, stopped
	}
	// What was written before somebody stopped it is told all the same.
	results = slices.DeleteFunc(results, func(r *export.Result) bool { return r == nil })
	if cf.manifest && !cf.dryRun {
		if err := export.WriteManifest(cf.out, results); err != nil {
			return 0, err
		}
	}
	photos := make([]*check.Photo, len(results))
	for i, r := range results {
		photos[i] = r.Photo
	}
	summary := check.Summarise(photos, list.Skipped)
	if cf.look.json {
		err = writeJSON(c.Out, cleanDocument{Version: 1, Photos: results, Links: []check.Link{}, Summary: summary})
	} else if err = c.printResults(results, cf.dryRun); err == nil {
		_, err = fmt.Fprintln(c.Out, c.summary(summary))
	}
	open := 0 // copies that need a look
	for _, r := range results {
		if r.NeedsLook {
			open++
		}
	}
	if open > 0 {
		c.warn("%s", c.words.Plural("cli.copies-need-look", open, nil))
	}
	if err = errors.Join(err, stopped); err != nil {
		return 0, err
	}
	// What a policy covers is covered, or the work is not done.
	if summary.Failed > 0 || cf.chosen != nil && open > 0 {
		return ExitFailed, nil
	}
	return ExitOK, nil
}

// folderRefused puts the refusal of an export folder into words.
func (c *command) folderRefused(err error) error {
	var inside *export.InsideError
	if !errors.As(err, &inside) {
		return err
	}
	return errors.New(c.text("cli.folder-inside", map[string]any{"Folder": inside.Folder, "Root": inside.Root}))
}

// plan checks the photos where a policy or a plan asks for it, and says what to
// cover in each.
func (c *command) plan(ctx context.Context, checker *check.Checker, list *check.List, cf *cleanFlags, o check.Options) ([]export.Job, error) {
	jobs := make([]export.Job, len(list.Paths))
	for i, path := range list.Paths {
		jobs[i].Path = path
	}
	if cf.chosen == nil && cf.plans == nil {
		return jobs, nil
	}
	bar := newProgress(c.Err, len(jobs))
	report, err := checker.Run(ctx, list, o, func(e check.Event) {
		if e.Photo != nil {
			bar.step()
		}
	})
	bar.clear()
	if err != nil {
		return nil, err
	}
	for i, p := range report.Photos {
		jobs[i].Photo = p
		switch {
		case p.Err != nil:
		case cf.plans != nil:
			jobs[i].Plan, jobs[i].Refused = cf.plans.of(p)
		default:
			jobs[i].Policy, jobs[i].Plan, jobs[i].Refused = cf.chosen, cf.chosen.Plan(p), cf.chosen.Unmet(p)
		}
	}
	return jobs, nil
}
