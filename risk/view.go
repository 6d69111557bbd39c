package risk

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Limits on what a finding quotes of a photo: values come from anywhere.
const (
	maxEvidence = 8   // values of one finding
	maxQuoted   = 120 // runes of one value
)

// Limits on what the rules look at of a photo's facts, so that no metadata keeps
// them busy: what is beyond them no rule sees, and the score is an upper bound.
// The first two are of one tag, as filler must not hide other tags. Of maxFacts,
// readers of photos give no more, so there may have been more. The most facts that
// were seen in a real photo are some 2000.
const (
	maxTagFacts = 5000
	maxTagBytes = 128 << 10 // of values
	maxFacts    = 20_000
)

// view is what the rules see: a photo, less what a fix has taken away.
type view struct {
	photo Photo
	// tags holds the indices of facts that say something by lower-case tag,
	// within the limits; makers those of camera makers' notes, whatever they say.
	tags   map[string][]int
	makers []int
	// crowded says that the photo has more facts than the limits allow.
	crowded bool
	// readParts says for each part whether a fact of the whole photo came from
	// it. A fix does not change it.
	readParts []bool

	gone         remainder
	goneFacts    set
	goneParts    set
	gonePreviews set
	goneSeen     map[int]bool // detections by id

	// used gathers what a rule was given, where it is set.
	used *remainder
	// silent leaves out evidence, where only the score is wanted.
	silent bool
}

// set is a set of small indices.
type set []bool

func setOf(n int, indices []int) set {
	if len(indices) == 0 {
		return nil
	}
	s := make(set, n)
	for _, i := range indices {
		s[i] = true
	}
	return s
}

func (s set) has(i int) bool { return i < len(s) && s[i] }

func newView(p Photo) *view {
	v := &view{photo: p, readParts: readParts(p), tags: map[string][]int{}, crowded: len(p.Facts) >= maxFacts}
	bytes := map[string]int{}
	for i, f := range p.Facts {
		if isStructure(f.Group) {
			continue
		}
		if isMakerGroup(f.Group) {
			if len(v.makers) < maxTagFacts {
				v.makers = append(v.makers, i)
			} else {
				v.crowded = true
			}
		}
		key := strings.ToLower(f.Tag)
		if len(v.tags[key]) >= maxTagFacts || bytes[key] >= maxTagBytes {
			v.crowded = true
			continue
		}
		if says(f.Value) {
			v.tags[key] = append(v.tags[key], i)
			bytes[key] += len(f.Value)
		}
	}
	return v
}

// without is the view of the whole photo once r is gone.
func (v *view) without(r remainder) *view {
	w := &view{
		photo: v.photo, tags: v.tags, makers: v.makers, crowded: v.crowded, readParts: v.readParts, gone: r,
		goneFacts: setOf(len(v.photo.Facts), r.facts), goneParts: setOf(len(v.photo.Parts), r.parts),
		gonePreviews: setOf(len(v.photo.Previews), r.previews), goneSeen: make(map[int]bool, len(r.detections)),
	}
	for _, id := range r.detections {
		w.goneSeen[id] = true
	}
	return w
}

// lacks says whether something of used is gone from v. A rule that was given used
// of the whole photo, and nothing else, finds the same in v where it isn't.
func (v *view) lacks(used remainder) bool {
	return v.gone.position && used.position || v.gone.name && used.name ||
		slices.ContainsFunc(used.facts, v.goneFacts.has) ||
		slices.ContainsFunc(used.parts, v.goneParts.has) ||
		slices.ContainsFunc(used.previews, v.gonePreviews.has) ||
		slices.ContainsFunc(used.detections, func(id int) bool { return v.goneSeen[id] })
}

// isStructure says whether a group tells about the file or its colours only.
func isStructure(group string) bool {
	switch group {
	case "System", "ExifTool", "Composite", "JFIF":
		return true
	}
	return strings.HasPrefix(group, "ICC")
}

// position is where the photo was taken; nil where it doesn't say, or names no
// place on earth. Latitude and longitude 0 are what devices write that don't
// know.
func (v *view) position() *Position {
	if v.used != nil {
		v.used.position = true
	}
	p := v.photo.Position
	if p == nil || v.gone.position || (p.Latitude == 0 && p.Longitude == 0) {
		return nil
	}
	if !(math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180) { // so that NaN is none
		return nil
	}
	return p
}

// name is the file's name; empty where it is gone.
func (v *view) name() string {
	if v.used != nil {
		v.used.name = true
	}
	if v.gone.name {
		return ""
	}
	return v.photo.Name
}

// parts gives the indices of the parts that keep chooses.
func (v *view) parts(keep func(Part) bool) []int {
	var found []int
	for i, p := range v.photo.Parts {
		if !v.goneParts.has(i) && keep(p) {
			found = append(found, i)
		}
	}
	if v.used != nil {
		v.used.parts = append(v.used.parts, found...)
	}
	return found
}

// previews gives the indices of the previews that keep chooses.
func (v *view) previews(keep func(Preview) bool) []int {
	var found []int
	for i, p := range v.photo.Previews {
		if !v.gonePreviews.has(i) && keep(p) {
			found = append(found, i)
		}
	}
	if v.used != nil {
		v.used.previews = append(v.used.previews, found...)
	}
	return found
}

// detections gives those that keep chooses.
func (v *view) detections(keep func(Detection) bool) []Detection {
	var found []Detection
	for _, d := range v.photo.Detections {
		if !v.goneSeen[d.ID] && keep(d) {
			found = append(found, d)
		}
	}
	if v.used != nil {
		v.used.detections = append(v.used.detections, ids(found)...)
	}
	return found
}

// facts gives the indices of those facts that have one of tags and say
// something. A tag is "Tag" or "Group:Tag", where the group "XMP" stands for all
// that begin with "XMP-".
func (v *view) facts(tags ...string) []int {
	return v.factsWhere(func(string) bool { return true }, tags...)
}

// factsWhere is [view.facts] for values that keep chooses.
func (v *view) factsWhere(keep func(string) bool, tags ...string) []int {
	var found []int
	for _, tag := range tags {
		group, name, ok := strings.Cut(tag, ":")
		if !ok {
			group, name = "", tag
		}
		for _, i := range v.tags[strings.ToLower(name)] {
			f := v.photo.Facts[i]
			if !v.goneFacts.has(i) && inGroup(f.Group, group) && keep(f.Value) {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	return v.given(slices.Compact(found))
}

// given notes that a rule was given the facts at indices.
func (v *view) given(indices []int) []int {
	if v.used != nil {
		v.used.facts = append(v.used.facts, indices...)
	}
	return indices
}

func inGroup(group, want string) bool {
	return want == "" || group == want || strings.HasPrefix(group, want+"-")
}

// empty values, as cameras and exiftool write them.
var emptyValues = []string{"unknown", "none", "(none)", "n/a", "na", "null", "undef", "undefined", "inf", "nan", "not available", "default"}

// says is false for a value that tells nothing.
func says(value string) bool {
	value = strings.TrimFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	if strings.Trim(value, "0 .,:;-_?*#/[]()") == "" {
		return false
	}
	return !slices.Contains(emptyValues, strings.ToLower(value))
}

// quote makes evidence of the facts at indices: each tag and value once, sorted,
// no more than can be read.
func (v *view) quote(indices []int) []Value {
	if v.silent {
		return nil
	}
	var quoted []Value
	for _, i := range indices {
		f := v.photo.Facts[i]
		quoted = append(quoted, Value{f.Tag, printable(f.Value)})
	}
	return readable(quoted)
}

// readable sorts values, leaves out repeated ones, and cuts the list to a length
// that can be read.
func readable(values []Value) []Value {
	slices.SortFunc(values, func(a, b Value) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	values = slices.Compact(values)
	return values[:min(len(values), maxEvidence)]
}

// first is the value of the first line of evidence.
func first(evidence []Value) string {
	if len(evidence) == 0 {
		return ""
	}
	return evidence[0].Value
}

// printable is s on one line, cut to maxQuoted runes.
func printable(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if r := []rune(s); len(r) > maxQuoted {
		return string(r[:maxQuoted-1]) + "…"
	}
	return s
}

// tagged makes a predicate that finds tags, as one finding. Where the rule has
// values, they hold the first fact's.
func tagged(tags ...string) func(*view) []match {
	return taggedWhere(func(string) bool { return true }, tags...)
}

// taggedWhere is [tagged] for values that keep chooses.
func taggedWhere(keep func(string) bool, tags ...string) func(*view) []match {
	return func(v *view) []match { return v.stripped(v.factsWhere(keep, tags...)) }
}

// stripped is the finding that rests on the facts at indices; none if there are
// none.
func (v *view) stripped(indices []int) []match {
	if len(indices) == 0 {
		return nil
	}
	evidence := v.quote(indices)
	return []match{{
		values:   []Value{{"Value", first(evidence)}},
		evidence: evidence,
		fixed:    remainder{facts: indices},
	}}
}

// evidenceOf names the evidence that a predicate over tags gives.
func evidenceOf(tags ...string) []string {
	var names []string
	for _, tag := range tags {
		if _, name, ok := strings.Cut(tag, ":"); ok {
			tag = name
		}
		names = append(names, tag)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
