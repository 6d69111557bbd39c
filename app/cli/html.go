package cli

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"path/filepath"

	"blindspot/app/check"
	"blindspot/risk"
)

//go:embed report.html
var reportPage string

// renderHTML writes a report as one page with no picture, script or outside
// address in it.
func (c *command) renderHTML(w io.Writer, r *check.Report) error {
	page, err := template.New("report").Funcs(template.FuncMap{
		"text":    func(key string) string { return c.text(key, nil) },
		"verdict": c.verdict,
		"failed":  func(reason string) string { return c.text("cli.failed", map[string]any{"Reason": reason}) },
		"folded":  folded,
		"title":   (*fold).title,
		"fix":     func(f *fold, score *int) string { return c.fixText(f, *score) },
		"more":    func(n int) string { return c.words.Plural("cli.more", n, nil) },
		"attacks": func() []risk.Attack { return risk.Attacks },
		"base":    filepath.Base,
		"grade":   grade,
		"summary": c.summary,
	}).Parse(reportPage)
	if err != nil {
		return fmt.Errorf("reading the report's layout: %w", err)
	}
	if err := page.Execute(w, r); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// grade is the colour class of a photo's score. What was not fully checked is
// never good.
func grade(p *check.Photo) string {
	switch {
	case *p.Score < 40:
		return "poor"
	case *p.Score < 75 || p.ScoreIsUpperBound:
		return "fair"
	}
	return "good"
}
