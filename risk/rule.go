package risk

import "slices"

// Rule is one line of the table of what is looked for in a photo.
type Rule struct {
	ID     string // as "location.gps"
	Attack Attack
	// Group is the evidence group. Where it ends in ":" each detection is
	// evidence of its own, and its id is appended.
	Group     string
	Weights   Weights
	Adversary Adversary
	Basis     Basis
	Fix       Fix
	// Values and Evidence name what a finding of this rule gives: all of Values,
	// and any of Evidence.
	Values   []string
	Evidence []string

	find func(*view) []match
}

// Weights is what a finding weighs, in [0,1), for each audience.
type Weights struct{ Public, Buyer, Family float64 }

// For is the weight for audience a; an audience that is not known counts as
// [Public].
func (w Weights) For(a Audience) float64 {
	switch a {
	case Buyer:
		return w.Buyer
	case Family:
		return w.Family
	}
	return w.Public
}

// Adversary is who gains most from a finding.
type Adversary string

// The adversaries.
const (
	Stranger     Adversary = "stranger"     // has the photo and a search engine
	Acquaintance Adversary = "acquaintance" // knows the people, their home or habits
	Company      Adversary = "company"      // holds many photos of many people
)

// BasisKind says what a weight rests on.
type BasisKind string

// The kinds of basis.
const (
	Paper     BasisKind = "paper"     // a published figure; the weight follows it
	Judgement BasisKind = "judgement" // ours, for the stated reason
)

// Basis is what a weight rests on, in a sentence.
type Basis struct {
	Kind   BasisKind
	Reason string
}

// Severity thresholds of a weight.
const (
	highWeight   = 0.4
	mediumWeight = 0.15
)

// SeverityOf is the severity of a finding of weight w.
func SeverityOf(w float64) Severity {
	switch {
	case w >= highWeight:
		return High
	case w >= mediumWeight:
		return Medium
	}
	return Low
}

var rules = slices.Concat(
	locationRules,
	timeRules,
	peopleRules,
	ownerRules,
	pictureRules,
	textRules,
	codeRules,
	deviceRules,
	historyRules,
	hiddenRules,
	homeRules,
	nameRules,
)

// Rules lists all rules, by theme.
func Rules() []Rule { return slices.Clone(rules) }

// match is one occurrence of what a rule looks for.
type match struct {
	group     string // instead of the rule's; "" for the rule's own
	values    []Value
	evidence  []Value
	detection int
	fixed     remainder // what the rule's fix takes away
}

// remainder says what of a photo is not there any more.
type remainder struct {
	facts      []int // indices into Photo.Facts
	parts      []int // indices into Photo.Parts
	previews   []int // indices into Photo.Previews
	detections []int // ids
	position   bool
	name       bool
}
