package check

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"blindspot/models"
	"blindspot/risk"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
	"blindspot/scrub"
	"blindspot/vision"
)

// finding puts r into words.
func (c *Checker) finding(r risk.Finding) Finding {
	f := Finding{
		Rule: r.Rule, Attack: r.Attack, Severity: r.Severity, Risk: r.Risk, Group: r.Group,
		ScoreWithout: r.ScoreWithout,
		Evidence:     []string{},
		Values:       map[string]any{},
		Facts:        r.Evidence,
	}
	for _, v := range r.Values {
		f.Values[v.Name] = c.plain(v)
	}
	f.Title = c.catalogue.Text("finding."+r.Rule+".title", f.Values)
	f.Explanation = c.catalogue.Text("finding."+r.Rule+".explanation", f.Values)
	for _, e := range r.Evidence {
		name := e.Name
		if c.catalogue.Has("evidence." + name) {
			name = c.catalogue.Text("evidence."+name, nil)
		}
		// Values that stand in several places of the file are told once.
		if line := name + ": " + c.plain(e); !slices.Contains(f.Evidence, line) {
			f.Evidence = append(f.Evidence, line)
		}
	}
	if r.Fix != risk.NoFix {
		f.Fix = &r.Fix
	}
	if r.Detection != 0 {
		f.Detection = &r.Detection
	}
	return f
}

// plain is the value of v for people: countries, and the class of a detection, have
// words of their own in each language, and dates are written as elsewhere.
func (c *Checker) plain(v risk.Value) string {
	switch v.Name {
	case "Label", "Seen":
		for _, theme := range []string{"label.", "kind."} {
			if key := theme + v.Value; c.catalogue.Has(key) {
				return c.catalogue.Text(key, nil)
			}
		}
	case "Country":
		return c.country(v.Value)
	case "Language":
		if key := "language." + v.Value; c.catalogue.Has(key) {
			return c.catalogue.Text(key, nil)
		}
	}
	return exifDate.ReplaceAllString(v.Value, "$1-$2-$3$4")
}

// exifDate is a date as EXIF writes it, with a time or alone.
var exifDate = regexp.MustCompile(`^(\d{4}):(\d\d):(\d\d)( \d\d:|T\d\d:|$)`)

// country is the name of a country, or of a few, in the language of the catalogue,
// given the English one; as given where the catalogue has none.
func (c *Checker) country(english string) string {
	if key := "country." + english; c.catalogue.Has(key) {
		return c.catalogue.Text(key, nil)
	}
	return english
}

// note tells people text; scripts are told the details too, which are in English.
func (p *Photo) note(text string, details ...string) {
	p.Notes = append(p.Notes, text)
	p.Warnings = append(p.Warnings, strings.Join(append([]string{text}, details...), " "))
}

// noteDamage sums up for people what reading the file met.
func (c *Checker) noteDamage(p *Photo) {
	if n := len(p.Warnings); n > 0 {
		p.Notes = append(p.Notes, c.catalogue.Plural("warning.damaged", n, nil))
	}
}

// noteUnfollowed tells of parts of the picture in which hidden bytes could not be told
// from others.
func (c *Checker) noteUnfollowed(p *Photo, parts []container.Part) {
	p.Unfollowed = parts
	if len(parts) > 0 {
		p.note(c.catalogue.Text("warning.unfollowed", nil), whereabouts(parts))
	}
}

// noteGainMap tells of a gain map that a copy keeps.
func (c *Checker) noteGainMap(p *Photo) {
	if slices.ContainsFunc(p.Parts, func(part container.Part) bool { return part.Name == scrub.CleanGainMap }) {
		p.Notes = append(p.Notes, c.catalogue.Text("warning.gain-map", nil))
	}
}

// Unfollowed is what is said of parts of a picture in which hidden bytes could not be
// told from others, with where they are; empty where there are none.
func (c *Checker) Unfollowed(parts []container.Part) string {
	if len(parts) == 0 {
		return ""
	}
	return c.catalogue.Text("warning.unfollowed", nil) + " " + whereabouts(parts)
}

// whereabouts names parts, the first of them where there are many.
func whereabouts(parts []container.Part) string {
	const most = 5
	var names []string
	for _, part := range parts[:min(len(parts), most)] {
		names = append(names, fmt.Sprintf("%s at byte %d", part.Name, part.Offset))
	}
	if n := len(parts) - len(names); n > 0 {
		names = append(names, fmt.Sprintf("%d more", n))
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// noteFailed names the checks that did not run: those whose detectors are not
// installed together.
func (c *Checker) noteFailed(p *Photo, failed map[vision.Check]error) {
	var absent []string
	for _, check := range slices.Sorted(maps.Keys(failed)) {
		name := c.catalogue.Text("check."+string(check), nil)
		if errors.Is(failed[check], models.ErrMissing) {
			absent = append(absent, name)
			continue
		}
		p.note(c.catalogue.Text("warning.check-not-run", map[string]any{"Check": name}), failed[check].Error())
	}
	if len(absent) > 0 {
		p.note(c.catalogue.Text("warning.not-installed", map[string]any{"Checks": strings.Join(absent, ", ")}))
	}
}

// place is what p is called, in the language of the catalogue; nil where nothing is
// known.
func (c *Checker) place(p *metadata.Position) *risk.Place {
	place := c.gazetteer.name(p)
	if place != nil {
		place.Country = c.country(place.Country)
	}
	return place
}

// smallFace is the width from which missed faces are worth a word, in pixels.
const smallFace = 16

// noteSmall tells people, of a large photo, which faces are likely to be missed.
func (c *Checker) noteSmall(p *Photo, s vision.Setting) {
	side, tenths := c.engine.Smallest(s, p.Width, p.Height)
	if p.Checked.Faces && side >= smallFace {
		p.Notes = append(p.Notes, c.catalogue.Text("warning.small-faces", map[string]any{"Width": side, "Tenths": tenths}))
	}
}
