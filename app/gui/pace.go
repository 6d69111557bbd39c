package gui

import "time"

// How much must be done, and for how long, before a time that is left can be told.
const (
	paceDone = 3
	paceTime = 2 * time.Second
)

// pace tells how long work of many steps still takes.
type pace struct {
	since time.Time // zero before it started
	from  int       // steps that were done by then
}

// start notes that work starts at now with done steps behind it, unless it goes on
// already.
func (p *pace) start(now time.Time, done int) {
	if p.since.IsZero() {
		p.since, p.from = now, done
	}
}

// left is the time that the rest of all steps takes if they go on as they did; it is
// false where that can't be told yet.
func (p pace) left(now time.Time, done, all int) (time.Duration, bool) {
	n, spent := done-p.from, now.Sub(p.since)
	if p.since.IsZero() || n < paceDone || spent < paceTime || done >= all {
		return 0, false
	}
	return time.Duration(float64(spent) / float64(n) * float64(all-done)), true
}

// text is the time left in words, to follow others; empty where it can't be told.
func (p pace) text(now time.Time, done, all int) string {
	left, ok := p.left(now, done, all)
	switch {
	case !ok:
		return ""
	case left < time.Minute:
		return " · " + words("gui.left.seconds", max(5, 5*int((left+4*time.Second)/(5*time.Second))))
	default:
		return " · " + words("gui.left.minutes", int((left+30*time.Second)/time.Minute))
	}
}
