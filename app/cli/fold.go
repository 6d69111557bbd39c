package cli

import (
	"fmt"

	"blindspot/app/check"
)

// maxLines bounds the lines of evidence that are printed for one kind of finding.
const maxLines = 8

// fold is the findings of one rule in one photo, told together.
type fold struct {
	check.Finding // the first of them
	Count         int
	Lines         []string // evidence, each name once, with all of its values
	More          int      // lines that are left out
}

// folded gathers findings by rule, in their order.
func folded(findings []check.Finding) []*fold {
	var all []*fold
	for _, same := range check.ByRule(findings) {
		f := &fold{Finding: *same[0], Count: len(same), Lines: check.Gathered(same)}
		if over := len(f.Lines) - maxLines; over > 0 {
			f.Lines, f.More = f.Lines[:maxLines], over
		}
		all = append(all, f)
	}
	return all
}

// title is what is printed over f: with a count where it tells of several things.
func (f *fold) title() string {
	if f.Count > 1 {
		return fmt.Sprintf("%s (%d×)", f.Title, f.Count)
	}
	return f.Title
}

// fixText says what to do about f in a photo of that score, and what the score would
// be; empty where nothing can be done. Where f is one of several reasons for the
// score, it says nothing of what it would be without one.
func (c *command) fixText(f *fold, score int) string {
	if f.Fix == nil {
		return ""
	}
	data := map[string]any{"Fix": c.text("fix."+string(*f.Fix), nil), "Score": f.ScoreWithout}
	if f.Count > 1 || f.ScoreWithout == score {
		return c.text("cli.fix", data)
	}
	return c.text("cli.fix-score", data)
}
