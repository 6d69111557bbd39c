package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"blindspot/app/check"
	"blindspot/risk"
	"blindspot/vision"
)

// lookFlags are the flags of every verb that looks at photos.
type lookFlags struct {
	fast, thorough, noVision, people, showText, noRecurse, json bool
	jobs                                                        int
	audience                                                    string
}

func (l *lookFlags) define(f *flag.FlagSet) {
	f.BoolVar(&l.fast, "fast", false, "")
	f.BoolVar(&l.thorough, "thorough", false, "")
	f.BoolVar(&l.noVision, "no-vision", false, "")
	f.BoolVar(&l.people, "people", false, "")
	f.BoolVar(&l.showText, "show-text", false, "")
	f.BoolVar(&l.noRecurse, "no-recurse", false, "")
	f.BoolVar(&l.json, "json", false, "")
	f.Func("jobs", "", func(s string) (err error) {
		if l.jobs, err = strconv.Atoi(s); err != nil || l.jobs < 0 {
			return errors.New("a number of photos is needed")
		}
		return nil
	})
	f.StringVar(&l.audience, "audience", string(risk.Public), "")
}

func (l *lookFlags) options() (check.Options, error) {
	o := check.Options{
		Audience: risk.Audience(l.audience), NoVision: l.noVision, People: l.people,
		ShowText: l.showText, Jobs: l.jobs, Setting: vision.Fast,
	}
	if l.thorough {
		o.Setting = vision.Thorough
	}
	switch {
	case l.fast && l.thorough:
		return o, usagef("--fast and --thorough exclude each other")
	case l.people && l.noVision:
		return o, usagef("--people and --no-vision exclude each other")
	case !slices.Contains([]risk.Audience{risk.Public, risk.Buyer, risk.Family}, o.Audience):
		return o, usagef("--audience %q: public, buyer or family is needed", l.audience)
	}
	return o, nil
}

func runCheck(ctx context.Context, c *command, args []string) (int, error) {
	f := flag.NewFlagSet("check", flag.ContinueOnError)
	var look lookFlags
	look.define(f)
	report := f.String("report", "", "")
	failBelow := -1
	f.Func("fail-below", "", func(s string) (err error) {
		if failBelow, err = strconv.Atoi(s); err != nil || failBelow < 0 || failBelow > 100 {
			return errors.New("a score from 0 to 100 is needed")
		}
		return nil
	})
	paths, err := parse(f, args)
	if err != nil {
		return 0, err
	}
	o, err := look.options()
	if err != nil {
		return 0, err
	}
	if len(paths) == 0 {
		return 0, usagef("check needs a photo or a folder")
	}
	list, err := check.Expand(ctx, paths, look.noRecurse)
	if err != nil {
		return 0, usageError{err}
	}
	if *report != "" {
		if err := notAnInput(*report, list.Paths); err != nil {
			return 0, usageError{err}
		}
	}
	checker, done, err := c.checker(!o.NoVision)
	if err != nil {
		return 0, err
	}
	defer done()
	bar := newProgress(c.Err, len(list.Paths))
	result, err := checker.Run(ctx, list, o, func(e check.Event) {
		if e.Photo != nil {
			bar.step()
		}
	})
	bar.clear()
	if err != nil {
		return 0, err
	}
	if *report != "" {
		if err := c.writeReport(*report, result); err != nil {
			return 0, err
		}
	}
	if look.json {
		err = writeJSON(c.Out, result)
	} else {
		err = c.printReport(result)
	}
	if err != nil {
		return 0, err
	}
	switch {
	case failBelow >= 0 && slices.ContainsFunc(result.Photos, func(p *check.Photo) bool {
		return p.Score == nil || *p.Score < failBelow || p.ScoreIsUpperBound
	}):
		return ExitFailBelow, nil
	case result.Summary.Failed > 0:
		return ExitFailed, nil
	}
	return ExitOK, nil
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// notAnInput refuses a report that would take the place of a photo, or that goes where
// writing may never end, as into a pipe that nobody reads.
func notAnInput(report string, photos []string) error {
	there, err := os.Stat(report)
	if err != nil {
		return nil // a new file
	}
	if !there.Mode().IsRegular() {
		return fmt.Errorf("the report %s would go into something that is no file", report)
	}
	for _, path := range photos {
		if photo, err := os.Stat(path); err == nil && os.SameFile(there, photo) {
			return fmt.Errorf("the report %s would overwrite a photo", report)
		}
	}
	return nil
}

// writeReport writes result to path as a page that needs nothing else.
func (c *command) writeReport(path string, result *check.Report) error {
	var page bytes.Buffer
	if err := c.renderHTML(&page, result); err != nil {
		return err
	}
	if err := os.WriteFile(path, page.Bytes(), 0o600); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
