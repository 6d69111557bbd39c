package export

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"blindspot/app/check"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// Policy says what to cover in every photo of a batch, and how.
type Policy struct {
	Version int          `json:"version"` // 1
	Redact  []string     `json:"redact"`  // of [Kinds]
	Style   redact.Style `json:"style"`
	// Tone is the skin of drawn faces, as [redact.Region] has it: 0 for one at random
	// each.
	Tone int `json:"tone,omitempty"`
}

// Kinds that a policy can cover, and the detections that each stands for. Three
// more words stand alone: none, found (whatever a finding names) and recommended
// (what the window preselects).
var kinds = map[string]vision.Kind{
	"faces": vision.Face, "plates": vision.Plate, "documents": vision.Document, "screens": vision.Screen,
	"codes": vision.Code, "text": vision.Text, "people": vision.Person, "vehicles": vision.Vehicle,
}

const (
	kindNone        = "none"
	kindFound       = "found"
	kindRecommended = "recommended"
)

// Kinds lists the words that a policy's Redact may hold.
func Kinds() []string {
	names := []string{kindFound, kindNone, kindRecommended}
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// policies are the built-in ones, by name.
func policies() map[string]Policy {
	return map[string]Policy{
		"metadata":    {Version: 1, Redact: []string{kindNone}, Style: redact.Blur},
		"recommended": {Version: 1, Redact: []string{kindRecommended}, Style: redact.Blur},
		"family":      {Version: 1, Redact: []string{"faces", "plates", "documents", "screens", "codes", "text"}, Style: redact.Blur},
	}
}

// maxPolicySize bounds a policy file, in bytes.
const maxPolicySize = 1 << 20

// LoadPolicy returns the built-in policy of that name (metadata, recommended,
// family), or reads one from a JSON file.
func LoadPolicy(nameOrFile string) (*Policy, error) {
	if p, ok := policies()[nameOrFile]; ok {
		return &p, nil
	}
	data, err := ReadFile(nameOrFile, maxPolicySize)
	if err != nil {
		return nil, fmt.Errorf("policy %q is neither built in (metadata, recommended, family) nor a file: %w", nameOrFile, err)
	}
	p, err := parsePolicy(data)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", nameOrFile, err)
	}
	return p, nil
}

// parsePolicy reads a policy from JSON. It returns an error for what [Policy] does not
// have, and for kinds, styles and tones that are not known.
func parsePolicy(data []byte) (*Policy, error) {
	p := &Policy{Style: redact.Blur}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(p); err != nil {
		return nil, redact.ExplainJSON(data, err)
	}
	if p.Version != 1 {
		return nil, fmt.Errorf("version %d is not known", p.Version)
	}
	if err := cmp.Or(CheckKinds(p.Redact), CheckStyle(p.Style), p.CheckTone()); err != nil {
		return nil, err
	}
	return p, nil
}

// CheckKinds returns an error that names the first word which is not of [Kinds].
func CheckKinds(names []string) error {
	for _, n := range names {
		if !slices.Contains(Kinds(), n) {
			return fmt.Errorf("nothing of kind %q can be covered: there are %s", n, strings.Join(Kinds(), ", "))
		}
	}
	return nil
}

// CheckStyle returns an error if style is not one of [redact.Styles].
func CheckStyle(style redact.Style) error {
	if !slices.Contains(redact.Styles(), style) {
		return fmt.Errorf("style %q is not known: there are %v", style, redact.Styles())
	}
	return nil
}

// CheckTone returns an error if the policy's tone is none, or goes with a style that
// draws no faces.
func (pol *Policy) CheckTone() error {
	plan := redact.Plan{Version: 1, Regions: []redact.Region{{Box: redact.Box{W: 1, H: 1}, Style: pol.Style, Tone: pol.Tone}}}
	return plan.Validate()
}

// needs are the checks without which a kind may have been overlooked.
var needs = map[string][]vision.Check{
	"faces": {vision.Faces}, "plates": {vision.Plates, vision.Texts}, "documents": {vision.Texts, vision.Faces},
	"screens": {vision.Objects}, "codes": {vision.Codes}, "text": {vision.Texts},
	"people": {vision.Objects}, "vehicles": {vision.Objects}, kindNone: {},
}

// Looks says whether the policy needs the picture to be looked at.
func (pol *Policy) Looks() bool {
	return slices.ContainsFunc(pol.Redact, func(kind string) bool { return kind != kindNone })
}

// seeks are the checks that look for what the policy covers, nil for all of them.
func (pol *Policy) seeks() []vision.Check {
	if pol == nil {
		return nil
	}
	var checks []vision.Check
	for _, kind := range pol.Redact {
		more, ok := needs[kind]
		if !ok { // found, recommended: whatever a check can find
			return nil
		}
		checks = append(checks, more...)
	}
	return checks
}

// Unmet returns an error that names what the policy covers and nobody looked for
// in p; nil where all was looked for. Without it a copy would count as covered
// whose faces were never sought.
func (pol *Policy) Unmet(p *check.Photo) error {
	missing := p.Checked.Missing()
	for _, kind := range pol.Redact {
		checks, ok := needs[kind]
		if !ok { // found, recommended: whatever a check can find
			checks = []vision.Check{vision.Faces, vision.Objects, vision.Plates, vision.Texts, vision.Codes}
		}
		for _, c := range checks {
			if slices.Contains(missing, string(c)) {
				return fmt.Errorf("%s should be covered, and the check for %s did not run on the whole photo", kind, c)
			}
		}
	}
	return nil
}

// Plan is what the policy covers in p; nil where that is nothing.
func (pol *Policy) Plan(p *check.Photo) *redact.Plan { return pol.plan(p, pol.covers(p)) }

// plan is the plan that covers what cover chooses, as the policy draws.
func (pol *Policy) plan(p *check.Photo, cover func(check.Detection) bool) *redact.Plan {
	plan := Plan(p, pol.Style, cover)
	if plan != nil {
		for i := range plan.Regions {
			if plan.Regions[i].Style == redact.Face {
				plan.Regions[i].Tone = pol.Tone
			}
		}
	}
	return plan
}

// covers says of each detection of p whether the policy covers it.
func (pol *Policy) covers(p *check.Photo) func(check.Detection) bool {
	named := func(d check.Detection) bool {
		return slices.ContainsFunc(p.Findings, func(f check.Finding) bool { return f.Detection != nil && *f.Detection == d.ID })
	}
	return func(d check.Detection) bool {
		return slices.ContainsFunc(pol.Redact, func(kind string) bool {
			switch kind {
			case kindNone:
				return false
			case kindFound:
				return named(d)
			case kindRecommended:
				return d.Preselected
			}
			return string(kinds[kind]) == d.Kind
		})
	}
}

// coversAtSight says whether the policy covers what nothing is known of but that a
// second look has seen it: whether a finding would name it is told by its kind.
func (pol *Policy) coversAtSight(d check.Detection) bool {
	return slices.Contains(pol.Redact, kindFound) && Telling(d) || pol.covers(&check.Photo{})(d)
}

// squared makes boxes of the ellipses that most of b lies in, and has them hold all of
// b: an oval of one colour on a pair of shoulders was taken for a face where a box was
// not. It says whether there were any. Drawn faces are meant to be taken for faces.
func squared(regions []redact.Region, b check.Box) bool {
	found := false
	for i, r := range regions {
		if r.Shape == redact.Ellipse && r.Style != redact.Face && covers(&redact.Plan{Regions: regions[i : i+1]}, b) {
			regions[i].Shape, regions[i].Box = redact.BoxShape, redact.Box(box(rectangle(r.Box).Union(rectangle(b))))
			found = true
		}
	}
	return found
}

// untouched are those of seen that plan has covered next to nothing of: they look in
// the copy as in the original.
func untouched(plan *redact.Plan, seen []check.Detection) []check.Detection {
	if plan == nil {
		return seen
	}
	return slices.DeleteFunc(slices.Clone(seen), func(d check.Detection) bool {
		return slices.ContainsFunc(plan.Regions, func(r redact.Region) bool {
			return share(area(rectangle(d.Box).Intersect(rectangle(r.Box))), area(rectangle(d.Box))) >= touchedShare
		})
	})
}

// more is r's plan and with it what the looks at r's copy have found of what the
// policy covers, but for what they make of the covers themselves; nil where that is
// nothing.
func (pol *Policy) more(r *Result) *redact.Plan {
	if pol == nil || r.After == nil {
		return nil
	}
	grown := &redact.Plan{Version: 1}
	if r.Plan != nil {
		grown.Regions = slices.Clone(r.Plan.Regions)
	}
	before := len(grown.Regions)
	add := func(seen []check.Detection, cover func(check.Detection) bool) {
		found := pol.plan(&check.Photo{Width: r.Width, Height: r.Height, Detections: seen}, func(d check.Detection) bool {
			return cover(d) && !covers(grown, d.Box)
		})
		if found != nil {
			grown.Regions = append(grown.Regions, found.Regions...)
		}
	}
	add(r.After.Detections, pol.covers(r.After))
	add(r.New, pol.coversAtSight)
	changed := len(grown.Regions) > before
	for _, d := range r.After.Detections {
		if d.Kind == string(vision.Face) && pol.covers(r.After)(d) {
			changed = squared(grown.Regions[:before], d.Box) || changed
		}
	}
	if !changed {
		return nil
	}
	return grown
}
