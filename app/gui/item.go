package gui

import (
	"reflect"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/scrub"
	"blindspot/scrub/redact"
)

// state is how far the window got with a photo.
type state int

const (
	waiting  state = iota
	stopped        // its check was cancelled
	checking       // being looked at
	checked
	cleaning
	cleaned
	failed // the check failed
)

// item is one photo of the list.
type item struct {
	path string
	root string // what was dropped or added: path itself, or a folder that it lies in

	state  state
	thumb  []byte       // a JPEG; nil until it was seen or checked, or where there is none
	blank  bool         // a thumbnail was asked for: there is none, or it is on its way
	photo  *check.Photo // nil until checked
	links  []check.Link // what ties it to other photos of its batch
	marks  marks
	seen   bool           // the user had a look at what made one advisable
	result *export.Result // of the last cleaning; nil before
	tried  attempt        // of the last cleaning
}

// attempt is what a cleaning was asked to do.
type attempt struct {
	plan     *redact.Plan
	marks    []mark // that gave the plan
	covering covering
	names    export.Names
	gainMaps bool
}

// attempt is what a cleaning with c is asked to do now.
func (it *item) attempt(c choices) attempt {
	return attempt{it.marks.plan(it.photo, c.covering), it.marks.now, c.covering, c.names, c.gainMaps}
}

// dirty says that the photo can be cleaned and has no copy, or one that was made in
// another way than is chosen now.
func (it *item) dirty(c choices) bool {
	switch {
	case it.state == checked:
		return true
	case it.state != cleaned:
		return false
	case it.tried.names != c.names, it.tried.gainMaps != c.gainMaps && it.result.GainMap != scrub.NoGainMap:
		return true
	}
	// Marks are never changed in place, so the same ones give the same plan.
	if now := it.marks.now; it.tried.covering == c.covering && len(now) == len(it.tried.marks) &&
		(len(now) == 0 || &now[0] == &it.tried.marks[0]) {
		return false
	}
	return !reflect.DeepEqual(it.tried.plan, it.marks.plan(it.photo, c.covering))
}

// busy says that something is being done to the photo.
func (it *item) busy() bool { return it.state == checking || it.state == cleaning }

// cleanable says that the photo was checked and nothing is being done to it.
func (it *item) cleanable() bool { return it.state == checked || it.state == cleaned }

// output is the path of the cleaned copy; empty where there is none.
func (it *item) output() string {
	if it.result == nil || it.result.Output == nil {
		return ""
	}
	return *it.result.Output
}

// needsLook says that the copy shows something that was found in it alone and nobody
// has decided about, or that it could not be compared in full: it is not done.
func (it *item) needsLook() bool {
	return it.output() != "" && !it.seen && (it.result.NeedsLook || len(it.marks.fresh()) > 0)
}

// score is what the list shows: that of the copy where there is one, else that of
// the photo. It is nil where neither was checked.
func (it *item) score() *score {
	if it.output() != "" {
		return scoreAfter(it.result)
	}
	return scoreOf(it.photo)
}

// score is a score as it is shown.
type score struct {
	value      int
	upperBound bool
}

// same says that s and o show the same.
func (s *score) same(o *score) bool {
	return s == o || s != nil && o != nil && *s == *o
}

func scoreOf(p *check.Photo) *score {
	if p == nil || p.Score == nil {
		return nil
	}
	return &score{*p.Score, p.ScoreIsUpperBound}
}

func scoreAfter(r *export.Result) *score {
	if r == nil || r.ScoreAfter == nil {
		return nil
	}
	return &score{*r.ScoreAfter, r.After == nil || r.After.ScoreIsUpperBound}
}

// level sorts scores for colour, symbol and words.
type level int

const (
	unknown level = iota // not fully checked, and what was checked gave little
	little
	some
	lots
)

// Scores from which a photo counts as giving away little, or some. They only
// choose words and colours.
const (
	littleFrom = 80
	someFrom   = 50
)

func (s *score) level() level {
	switch {
	case s == nil:
		return unknown
	case s.value < someFrom:
		return lots
	case s.value < littleFrom:
		return some
	case s.upperBound:
		return unknown
	default:
		return little
	}
}
