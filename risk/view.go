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

// view is what the rules see: a photo, less what a fix has taken away.
type view struct {
	photo Photo
	tags  map[string][]int // indices of all facts by lower-case tag
	gone  remainder
	// goneFacts is gone.facts as a set.
	goneFacts map[int]bool
	// readParts says for each part whether a fact of the whole photo came from
	// it. A fix does not change it.
	readParts []bool
}

func newView(p Photo) *view {
	v := &view{photo: p, readParts: readParts(p), tags: make(map[string][]int, len(p.Facts))}
	for i, f := range p.Facts {
		if !isStructure(f.Group) {
			key := strings.ToLower(f.Tag)
			v.tags[key] = append(v.tags[key], i)
		}
	}
	return v
}

// without is the view of the whole photo once r is gone.
func (v *view) without(r remainder) *view {
	w := &view{photo: v.photo, tags: v.tags, readParts: v.readParts, gone: r, goneFacts: make(map[int]bool, len(r.facts))}
	for _, i := range r.facts {
		w.goneFacts[i] = true
	}
	return w
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
	p := v.photo.Position
	if p == nil || v.gone.position || (p.Latitude == 0 && p.Longitude == 0) {
		return nil
	}
	if !(math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180) { // so that NaN is none
		return nil
	}
	return p
}

// parts gives the indices of the parts that keep chooses.
func (v *view) parts(keep func(Part) bool) []int {
	var found []int
	for i, p := range v.photo.Parts {
		if keep(p) && !slices.Contains(v.gone.parts, i) {
			found = append(found, i)
		}
	}
	return found
}

// previews gives the indices of the previews that keep chooses.
func (v *view) previews(keep func(Preview) bool) []int {
	var found []int
	for i, p := range v.photo.Previews {
		if keep(p) && !slices.Contains(v.gone.previews, i) {
			found = append(found, i)
		}
	}
	return found
}

// detections gives those that keep chooses.
func (v *view) detections(keep func(Detection) bool) []Detection {
	var found []Detection
	for _, d := range v.photo.Detections {
		if keep(d) && !slices.Contains(v.gone.detections, d.ID) {
			found = append(found, d)
		}
	}
	return found
}

// facts gives the indices of those facts that have one of tags and say
// something. A tag is "Tag" or "Group:Tag", where the group "XMP" stands for all
// that begin with "XMP-".
func (v *view) facts(tags ...string) []int {
	var found []int
	for _, tag := range tags {
		group, name, ok := strings.Cut(tag, ":")
		if !ok {
			group, name = "", tag
		}
		for _, i := range v.tags[strings.ToLower(name)] {
			f := v.photo.Facts[i]
			if !v.goneFacts[i] && inGroup(f.Group, group) && says(f.Value) && !slices.Contains(found, i) {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	return found
}

// factsWhere is [view.facts] for values that keep chooses.
func (v *view) factsWhere(keep func(string) bool, tags ...string) []int {
	return slices.DeleteFunc(v.facts(tags...), func(i int) bool { return !keep(v.photo.Facts[i].Value) })
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
