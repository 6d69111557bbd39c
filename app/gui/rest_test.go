package gui

import (
	"errors"
	"testing"
	"time"
)

// waits holds what is to run later on the window's goroutine.
type waits []struct {
	d time.Duration
	f func()
}

// delay makes tr put off what is to run later, until it is run.
func (tr *trial) delay() *waits {
	w := &waits{}
	tr.after = func(d time.Duration, f func()) {
		*w = append(*w, struct {
			d time.Duration
			f func()
		}{d, f})
	}
	return w
}

// pass runs what was to run after d.
func (w *waits) pass(d time.Duration) (n int) {
	before := *w
	*w = nil
	for _, it := range before {
		if it.d == d {
			n++
			it.f()
		} else {
			*w = append(*w, it)
		}
	}
	return n
}

// What hundreds of photos change within a moment is shown at one go.
func TestChangesAreShownTogether(t *testing.T) {
	tr := newTrial(t)
	later := tr.delay()
	var names []string
	for _, c := range "abcdefghij" {
		names = append(names, string(c)+".png")
		tr.checker.photos[string(c)+".png"] = plain()
	}
	n := 0
	tr.checker.during = func() {
		if n++; n != 6 {
			return
		}
		tr.mustNotShow("5 of 10 checked")
		if shown := later.pass(showEvery); shown != 1 {
			t.Errorf("%d times shown what changed", shown)
		}
		tr.mustShow("5 of 10 checked", stateText(&item{state: checking}))
	}
	tr.add(names...)
	if n != 10 {
		t.Fatalf("%d photos checked", n)
	}
	later.pass(showEvery)
	for i, r := range tr.list.rows {
		if want := stateText(tr.items[i]); r.state.Text != want || tr.items[i].state != checked {
			t.Errorf("row %d says %q, want %q", i, r.state.Text, want)
		}
	}
}

// Memory is given back a while after work, not while there is some.
func TestRest(t *testing.T) {
	tr := newTrial(t)
	rests := 0
	tr.idle = func() error { rests++; return errors.New("nothing to give back") }
	later := tr.delay()
	tr.checker.photos["a.png"], tr.checker.photos["b.png"] = plain(), plain()
	tr.add("a.png")
	if rests != 0 {
		t.Error("rests at once")
	}
	tr.checker.during = func() { later.pass(restAfter) }
	tr.add("b.png")
	if rests != 0 {
		t.Error("rests while a photo is checked")
	}
	if later.pass(restAfter); rests != 1 {
		t.Errorf("%d rests after the check", rests)
	}
	tr.clean(newReview(tr.items))
	if later.pass(restAfter); rests != 2 {
		t.Errorf("%d rests after cleaning", rests)
	}
}
