package gui

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	newTrial(t)
	begun := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		spent     time.Duration
		from      int
		done, all int
		want      string
	}{
		{time.Second, 0, 10, 100, ""},       // too early
		{10 * time.Second, 0, 2, 100, ""},   // too few
		{10 * time.Second, 0, 100, 100, ""}, // nothing left
		{10 * time.Second, 0, 10, 15, " · about 5 seconds left"},
		{10 * time.Second, 0, 10, 42, " · about 35 seconds left"},
		{10 * time.Second, 0, 10, 13, " · about 5 seconds left"},
		{30 * time.Second, 0, 10, 30, " · about 1 minute left"},
		{30 * time.Second, 0, 10, 160, " · about 8 minutes left"},
		{10 * time.Second, 50, 60, 70, " · about 10 seconds left"}, // what was done before tells nothing
	} {
		var p pace
		p.start(begun, test.from)
		p.start(begun.Add(time.Hour), 0) // goes on as it began
		if got := p.text(begun.Add(test.spent), test.done, test.all); got != test.want {
			t.Errorf("%d of %d in %v: %q, want %q", test.done, test.all, test.spent, got, test.want)
		}
	}
	if got := (pace{}).text(begun, 5, 10); got != "" {
		t.Errorf("work that has not begun has %q", got)
	}
}

func TestTimeLeftIsShown(t *testing.T) {
	tr := newTrial(t)
	clock := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	tr.now = func() time.Time { return clock }
	var names []string
	for _, c := range "abcdefghij" {
		names = append(names, string(c)+".png")
		tr.checker.photos[string(c)+".png"] = plain()
	}
	n := 0
	tr.checker.during = func() {
		clock = clock.Add(2 * time.Second)
		if n++; n == 6 {
			tr.mustShow("5 of 10 checked · about 10 seconds left")
		}
	}
	tr.add(names...)
	if n != 10 || tr.pace != (pace{}) {
		t.Errorf("%d photos checked, pace %v after the end", n, tr.pace)
	}
}
