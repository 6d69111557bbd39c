package cli

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/risk"
	"blindspot/scrub"
)

// lineWidth is where explanations are broken, in characters.
const lineWidth = 88

// printReport writes a report for people.
func (c *command) printReport(r *check.Report) error {
	w := bufio.NewWriter(c.Out)
	everywhere := notesOfAll(r.Photos)
	for _, p := range r.Photos {
		fmt.Fprintln(w, printable(p.Path))
		if p.Error != nil {
			fmt.Fprintf(w, "  %s\n\n", c.text("cli.failed", map[string]any{"Reason": printable(*p.Error)}))
			continue
		}
		fmt.Fprintf(w, "  %s\n", c.verdict(p))
		fmt.Fprintf(w, "  %s\n", c.attackScores(p))
		for _, f := range folded(p.Findings) {
			c.printFinding(w, f, *p.Score)
		}
		for _, note := range p.Notes {
			if !slices.Contains(everywhere, note) {
				fmt.Fprintf(w, "  ! %s\n", printable(note))
			}
		}
		fmt.Fprintln(w)
	}
	for _, note := range everywhere {
		fmt.Fprintf(w, "! %s\n", c.text("cli.all-photos", map[string]any{"Note": printable(note)}))
	}
	fmt.Fprintln(w, c.summary(r.Summary))
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// notesOfAll are the notes that stand in each of several photos, such as that a
// detector is not installed: they are told once.
func notesOfAll(photos []*check.Photo) []string {
	count := map[string]int{}
	var checked []*check.Photo
	for _, p := range photos {
		if p.Error == nil {
			checked = append(checked, p)
			for _, note := range p.Notes {
				count[note]++
			}
		}
	}
	if len(checked) < 2 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(checked[0].Notes), func(note string) bool { return count[note] < len(checked) })
}

// verdict is the score of a photo in words.
func (c *command) verdict(p *check.Photo) string {
	data := map[string]any{"Score": *p.Score, "Fixed": *p.ScoreIfFixed}
	var text string
	switch {
	case p.ScoreIsUpperBound && len(p.Findings) == 0:
		text = c.text("cli.nothing-found-not-fully-checked", data)
	case p.ScoreIsUpperBound:
		text = c.text("cli.score-not-fully-checked", data)
	case len(p.Findings) == 0:
		text = c.text("cli.nothing-found", data)
	default:
		text = c.text("cli.score", data)
	}
	if missing := c.notChecked(p.Checked); len(missing) > 0 {
		text += " " + c.text("cli.not-checked", map[string]any{"Checks": strings.Join(missing, ", ")})
	}
	return text
}

// notChecked names what was not looked at, in words.
func (c *command) notChecked(checked check.Checked) []string {
	var names []string
	for _, name := range checked.Missing() {
		names = append(names, c.text("check."+name, nil))
	}
	return names
}

func (c *command) attackScores(p *check.Photo) string {
	var all []string
	for _, a := range risk.Attacks {
		all = append(all, fmt.Sprintf("%s %d", c.text("attack."+string(a), nil), p.Attacks[a]))
	}
	return strings.Join(all, " · ")
}

func (c *command) printFinding(w io.Writer, f *fold, score int) {
	fmt.Fprintf(w, "  [%s] %s\n", c.text("severity."+string(f.Severity), nil), printable(f.title()))
	for _, line := range wrap(printable(f.Explanation), lineWidth-6) {
		fmt.Fprintf(w, "      %s\n", line)
	}
	for _, e := range f.Lines {
		fmt.Fprintf(w, "      - %s\n", printable(e))
	}
	if f.More > 0 {
		fmt.Fprintf(w, "      - %s\n", c.words.Plural("cli.more", f.More, nil))
	}
	if fix := c.fixText(f, score); fix != "" {
		fmt.Fprintf(w, "      %s\n", fix)
	}
}

func (c *command) summary(s check.Summary) string {
	parts := []string{c.words.Plural("cli.photos", s.Photos, nil)}
	if s.Failed > 0 {
		parts = append(parts, c.words.Plural("cli.photos-failed", s.Failed, nil))
	}
	if s.Skipped > 0 {
		parts = append(parts, c.words.Plural("cli.files-skipped", s.Skipped, nil))
	}
	if s.LowestScore != nil {
		parts = append(parts, c.text("cli.lowest", map[string]any{"Score": *s.LowestScore}))
	}
	return strings.Join(parts, ", ") + "."
}

// printResults writes what became of each photo, for people.
func (c *command) printResults(results []*export.Result, dryRun bool) error {
	w := bufio.NewWriter(c.Out)
	for _, r := range results {
		fmt.Fprintln(w, printable(r.Path))
		data := map[string]any{"Parts": export.Hidden(r.Removed.Parts), "Regions": len(r.Removed.Regions)}
		switch {
		case r.Error != nil:
			fmt.Fprintf(w, "  %s\n", c.text("cli.refused", map[string]any{"Reason": printable(*r.Error)}))
		case dryRun:
			fmt.Fprintf(w, "  %s\n", c.text("cli.would-clean", data))
		default:
			fmt.Fprintf(w, "  %s\n", c.text("cli.cleaned", map[string]any{"Output": printable(*r.Output)}))
			removed := "cli.removed"
			if !r.Verified {
				removed = "cli.removed-unverified"
			}
			fmt.Fprintf(w, "  %s\n", c.text(removed, data))
		}
		if r.EncodedAgain {
			fmt.Fprintf(w, "  %s\n", c.text("cli.encoded-again", nil))
		}
		if r.GainMap != scrub.NoGainMap {
			fmt.Fprintf(w, "  %s\n", c.text("cli.gain-map-"+string(r.GainMap), nil))
		}
		if len(r.Unfollowed) > 0 {
			fmt.Fprintf(w, "  ! %s\n", c.text("warning.unfollowed", nil))
		}
		if r.Output != nil && r.Plan != nil {
			fmt.Fprintf(w, "  %s\n", c.text("cli.still-identify", nil))
		}
		if r.Output != nil && r.Plan != nil && !r.LookedAgain {
			fmt.Fprintf(w, "  ! %s\n", c.text("cli.not-looked-again", nil))
		}
		if r.Score != nil && r.ScoreAfter != nil {
			fmt.Fprintf(w, "  %s\n", c.text("cli.score-after", map[string]any{
				"Before": bound(*r.Score, r.ScoreIsUpperBound), "After": bound(*r.ScoreAfter, r.After.ScoreIsUpperBound),
			}))
		}
		for _, d := range r.New {
			fmt.Fprintf(w, "  ! %s\n", c.text("cli.newly-found", map[string]any{
				"Kind": c.text("kind."+d.Kind, nil), "X": d.Box.X, "Y": d.Box.Y, "W": d.Box.W, "H": d.Box.H,
			}))
		}
		if r.Output != nil && !r.Verified {
			fmt.Fprintf(w, "  ! %s\n", c.text("cli.not-compared", nil))
		}
		if r.NeedsLook {
			fmt.Fprintf(w, "  ! %s\n", c.text("cli.needs-look", nil))
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// bound is a score, with a sign before it where it is an upper bound.
func bound(score int, upper bool) string {
	if upper {
		return fmt.Sprintf("≤ %d", score)
	}
	return fmt.Sprint(score)
}

// printable is text from a photo or a path without control characters, which
// could steer a terminal, and without marks that turn its direction.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == utf8.RuneError || unicode.Is(unicode.Cf, r) {
			return '?'
		}
		return r
	}, s)
}

// wrap breaks text at spaces into lines of at most width characters, where words
// allow.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
