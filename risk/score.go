package risk

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Assess applies the rules to p as shown to audience a; an audience that is not
// known counts as [Public].
func Assess(p Photo, a Audience) Assessment { return assess(rules, p, a) }

func assess(rules []Rule, p Photo, a Audience) Assessment {
	w := newWhole(rules, p, a)
	found := slices.Concat(w.found...)
	sort(found)
	attacks := scores(found)
	result := Assessment{
		Score:      lowest(attacks),
		UpperBound: len(p.Unchecked) > 0 || w.view.crowded,
		Crowded:    w.view.crowded,
		Attacks:    attacks,
		IfFixed:    w.scoreWithout(allFixed(p, found)),
	}
	for _, f := range found {
		f.ScoreWithout = w.scoreWithout(f.fixed)
		result.Findings = append(result.Findings, f.Finding)
	}
	return result
}

// whole is what rules find in a whole photo, by rule, and what each was given.
type whole struct {
	rules    []Rule
	audience Audience
	view     *view
	found    [][]finding
	used     []remainder
}

func newWhole(rules []Rule, p Photo, a Audience) *whole {
	w := &whole{rules: rules, audience: a, view: newView(p), used: make([]remainder, len(rules))}
	for i, rule := range rules {
		w.view.used = &w.used[i]
		w.found = append(w.found, rule.apply(w.view, a))
	}
	w.view.used = nil
	return w
}

// scoreWithout is the score of what remains once r is gone. Only rules that were
// given something of r are run again.
func (w *whole) scoreWithout(r remainder) int {
	left := w.view.without(r)
	left.silent = true
	found := slices.Clone(w.found)
	for i, rule := range w.rules {
		if left.lacks(w.used[i]) {
			found[i] = rule.apply(left, w.audience)
		}
	}
	return lowest(scores(found...))
}

// SetScore is the score of a batch with the given photo scores: the lowest, as
// whoever sees all of them sees that one. It is 100 for an empty batch.
func SetScore(photos []int) int {
	if len(photos) == 0 {
		return 100
	}
	return slices.Min(photos)
}

// finding is a Finding and what its fix takes away.
type finding struct {
	Finding
	fixed remainder
}

// apply runs the rule.
func (rule Rule) apply(v *view, a Audience) []finding {
	var found []finding
	for _, m := range rule.find(v) {
		f := finding{fixed: m.fixed, Finding: Finding{
			Rule: rule.ID, Attack: rule.Attack,
			Risk: rule.Weights.For(a), Severity: SeverityOf(rule.Weights.For(a)),
			Group: rule.Group, Values: m.values, Evidence: m.evidence,
			Fix: rule.Fix, Detection: m.detection,
		}}
		if m.group != "" {
			f.Group = m.group
		} else if strings.HasSuffix(rule.Group, ":") {
			f.Group += strconv.Itoa(m.detection)
		}
		if len(rule.Values) == 0 {
			f.Values = nil
		}
		found = append(found, f)
	}
	return found
}

// sort puts the highest risk first. The order depends on nothing but what the
// findings say.
func sort(found []finding) {
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(
			cmp.Compare(b.Risk, a.Risk),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Detection, b.Detection),
		)
	})
}

// scores gives the score of each attack.
func scores(lists ...[]finding) map[Attack]int {
	heaviest := map[Attack]map[string]float64{}
	for _, attack := range Attacks {
		heaviest[attack] = map[string]float64{}
	}
	for _, found := range lists {
		for i := range found {
			f := &found[i]
			groups := heaviest[f.Attack]
			groups[f.Group] = max(groups[f.Group], f.Risk)
		}
	}
	result := map[Attack]int{}
	for _, attack := range Attacks {
		left := 100.0
		// Sorted, as the last bit of a product depends on the order.
		for _, w := range slices.Sorted(maps.Values(heaviest[attack])) {
			left *= 1 - w
		}
		result[attack] = int(math.Floor(left + 1e-9))
	}
	return result
}

func lowest(attacks map[Attack]int) int {
	score := 100
	for _, s := range attacks {
		score = min(score, s)
	}
	return score
}

// allFixed is what a cleaned copy of p does not hold: all that is no picture, and
// what the fixes of found take away.
func allFixed(p Photo, found []finding) remainder {
	all := remainder{position: true, name: true}
	for i := range p.Facts {
		all.facts = append(all.facts, i)
	}
	for i := range p.Parts {
		all.parts = append(all.parts, i)
	}
	for i := range p.Previews {
		all.previews = append(all.previews, i)
	}
	for _, f := range found {
		if f.Fix == Cover {
			all.detections = append(all.detections, f.Detection)
		}
	}
	return all
}
