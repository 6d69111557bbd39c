package cli

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"

	"blindspot/app/check"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		args []string
		rest []string
		json bool
		jobs int
		fail bool
	}{
		{name: "flags after paths", args: []string{"a.jpg", "--json", "b.jpg", "--jobs", "3", "c d.jpg"}, rest: []string{"a.jpg", "b.jpg", "c d.jpg"}, json: true, jobs: 3},
		{name: "all after --", args: []string{"--jobs=2", "a.jpg", "--", "--json", "-"}, rest: []string{"a.jpg", "--json", "-"}, jobs: 2},
		{name: "a path equal to --", args: []string{"--", "--"}, rest: []string{"--"}},
		{name: "none", args: nil},
		{name: "unknown", args: []string{"a.jpg", "--what"}, fail: true},
		{name: "no number", args: []string{"--jobs", "many"}, fail: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := flag.NewFlagSet("", flag.ContinueOnError)
			json, jobs := f.Bool("json", false, ""), f.Int("jobs", 0, "")
			rest, err := parse(f, test.args)
			if (err != nil) != test.fail {
				t.Fatalf("error %v", err)
			}
			if err == nil && (!slices.Equal(rest, test.rest) || *json != test.json || *jobs != test.jobs) {
				t.Errorf("rest %q, json %v, jobs %d", rest, *json, *jobs)
			}
		})
	}
}

func TestBadFlag(t *testing.T) {
	for args, want := range map[string]string{
		"--what":      "there is no flag --what",
		"-what=1":     "there is no flag --what",
		"--jobs":      "flag needs an argument: --jobs",
		"--jobs=many": `invalid value "many" for flag --jobs: a number of photos is needed`,
		"--jobs=-1":   `invalid value "-1" for flag --jobs: a number of photos is needed`,
	} {
		f := flag.NewFlagSet("", flag.ContinueOnError)
		new(lookFlags).define(f)
		_, err := parse(f, []string{args})
		if err == nil || err.Error() != want || !errors.As(err, new(usageError)) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func FuzzParsePlans(f *testing.F) {
	const plan = `{"version": 1, "regions": [{"box": {"x": 10, "y": 20, "w": 80, "h": 96}, "shape": "ellipse", "style": "blur"}]}`
	f.Add([]byte(plan))
	f.Add([]byte(`{"version": 1, "photos": [{"sha256": "ab", "plan": ` + plan + `}, {"sha256": "cd", "plan": null}]}`))
	f.Add([]byte(`{"photos": [{"plan": {"version": 9}}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		ps, err := parsePlans(data)
		if err != nil {
			return
		}
		if (ps.single == nil) == (ps.bySHA256 == nil) {
			t.Fatalf("%s is one plan and many, or neither", data)
		}
		for sum := range ps.bySHA256 {
			if plan, err := ps.of(&check.Photo{SHA256: sum}); err != nil || plan != nil && plan.Validate() != nil {
				t.Fatalf("%s: %+v, %v", data, plan, err)
			}
		}
	})
}

func TestIsVerb(t *testing.T) {
	for args, want := range map[string]bool{"check": true, "help": true, "--help": true, "photo.jpg": false, "./check": false, "": false} {
		if got := IsVerb([]string{args}); got != want {
			t.Errorf("IsVerb(%q) = %v", args, got)
		}
	}
	if IsVerb(nil) {
		t.Error("no arguments count as a verb")
	}
}

func TestPrintable(t *testing.T) {
	if got := printable("a\x1b[31mé\n\u009bb\xff"); got != "a?[31mé??b?" {
		t.Errorf("%q", got)
	}
}

func TestWrap(t *testing.T) {
	got := wrap("  one two three fourteen-long-word five ", 9)
	if want := []string{"one two", "three", "fourteen-long-word", "five"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestTone(t *testing.T) {
	for _, test := range []struct {
		redact, style, tone string
		want                int
		fail                bool
	}{
		{redact: "faces", style: "face", tone: "7", want: 7},
		{redact: "faces", style: "face"},
		{redact: "faces", style: "face", tone: "11", fail: true},
		{redact: "faces", style: "face", tone: "0", fail: true},
		{redact: "faces", style: "face", tone: "dark", fail: true},
		{redact: "faces", style: "blur", tone: "7", fail: true},
		{tone: "7", fail: true},
	} {
		cf := cleanFlags{out: "out", redact: test.redact, style: test.style, tone: test.tone}
		err := cf.resolve()
		if (err != nil) != test.fail {
			t.Errorf("%+v: error %v", test, err)
		}
		if err == nil && cf.chosen.Tone != test.want {
			t.Errorf("%+v: tone %d", test, cf.chosen.Tone)
		}
	}
}

func TestParts(t *testing.T) {
	a, b := errors.New("a"), errors.New("b")
	tests := []struct {
		err  error
		want int
	}{
		{a, 1},
		{errors.Join(a, b), 2},
		{fmt.Errorf("%w: %w", a, b), 1},
		{fmt.Errorf("both: %w", errors.Join(a, b)), 1},
	}
	for _, tt := range tests {
		if got := parts(tt.err); len(got) != tt.want {
			t.Errorf("%q: %d parts, want %d", tt.err, len(got), tt.want)
		}
	}
}
