package cli

import (
	"context"
	"flag"
	"fmt"

	"blindspot/app/export"
	"blindspot/scrub/redact"
)

// verifyDocument is what verify --json prints.
type verifyDocument struct {
	Version  int               `json:"version"`
	Verified bool              `json:"verified"`
	Copies   []*export.Verdict `json:"copies"`
}

func runVerify(ctx context.Context, c *command, args []string) (int, error) {
	f := flag.NewFlagSet("verify", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "")
	folder := f.String("folder", "", "")
	planFile := f.String("plan", "", "")
	paths, err := parse(f, args)
	if err != nil {
		return 0, err
	}
	if (*folder == "") != (len(paths) == 2) || (*folder != "" && len(paths) != 0) {
		return 0, usagef("verify takes ORIGINAL CLEANED, or --folder DIR")
	}
	if *folder != "" && *planFile != "" {
		return 0, usagef("--plan is for one copy and its original, not for --folder")
	}
	checker, done, err := c.checker(*folder == "")
	if err != nil {
		return 0, err
	}
	defer done()
	exporter := export.New(checker)
	var verdicts []*export.Verdict
	if *folder != "" {
		if verdicts, err = exporter.VerifyFolder(ctx, *folder); err != nil {
			return 0, err
		}
	} else {
		var plan *redact.Plan
		if *planFile != "" {
			ps, err := loadPlans(*planFile)
			if err != nil {
				return 0, usageError{err}
			}
			if plan = ps.single; plan == nil {
				return 0, usagef("--plan %s: verify needs the plan of one photo", *planFile)
			}
		}
		v, err := exporter.Verify(ctx, paths[0], paths[1], plan)
		if err != nil {
			return 0, err
		}
		verdicts = []*export.Verdict{v}
	}
	d := verifyDocument{Version: 1, Verified: len(verdicts) > 0, Copies: verdicts}
	for _, v := range verdicts {
		d.Verified = d.Verified && v.Verified
	}
	if *asJSON {
		err = writeJSON(c.Out, d)
	} else {
		err = c.printVerdicts(d)
	}
	if err != nil {
		return 0, err
	}
	if !d.Verified {
		return ExitFailed, nil
	}
	return ExitOK, nil
}

func (c *command) printVerdicts(d verifyDocument) error {
	for _, v := range d.Copies {
		key := "cli.verified"
		if !v.Verified {
			key = "cli.not-verified"
		}
		lines := []string{c.text(key, map[string]any{"Path": printable(v.Path)})}
		for _, p := range v.Problems {
			lines = append(lines, "  "+printable(p))
		}
		for _, w := range v.Warnings {
			lines = append(lines, "  ! "+printable(w))
		}
		if v.Verified && v.Original != "" {
			lines = append(lines, "  "+c.words.Plural("cli.regions-changed", len(v.Changed), nil))
		}
		for _, kind := range v.Visible {
			lines = append(lines, "  "+c.text("cli.still-visible", map[string]any{"Kind": c.text("kind."+kind.Kind, nil), "X": kind.Box.X, "Y": kind.Box.Y}))
		}
		for _, line := range lines {
			if _, err := fmt.Fprintln(c.Out, line); err != nil {
				return fmt.Errorf("writing the result: %w", err)
			}
		}
	}
	if len(d.Copies) == 0 {
		if _, err := fmt.Fprintln(c.Out, c.text("cli.no-copies", nil)); err != nil {
			return fmt.Errorf("writing the result: %w", err)
		}
	}
	return nil
}
