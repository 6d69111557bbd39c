package cli

import (
	"fmt"
	"slices"
	"testing"

	"blindspot/app/check"
)

func TestFolded(t *testing.T) {
	finding := func(rule string, evidence ...string) check.Finding {
		return check.Finding{Rule: rule, Title: rule, Evidence: evidence}
	}
	got := folded([]check.Finding{
		finding("a", "Seen: face", "How sure: 94 %"),
		finding("b", "Serial number: 12: 3", "Serial number: 12: 3", "no name"),
		finding("a", "Seen: face", "How sure: 90 %"),
	})
	if len(got) != 2 || got[0].title() != "a (2×)" || got[1].title() != "b" {
		t.Fatalf("%+v", got)
	}
	if want := []string{"Seen: face", "How sure: 90–94 %"}; !slices.Equal(got[0].Lines, want) {
		t.Errorf("%q, want %q", got[0].Lines, want)
	}
	if want := []string{"Serial number: 12: 3", "no name"}; !slices.Equal(got[1].Lines, want) {
		t.Errorf("%q, want %q", got[1].Lines, want)
	}
	var many []string
	for i := range maxLines + 3 {
		many = append(many, fmt.Sprintf("Name %d: x", i))
	}
	if f := folded([]check.Finding{finding("c", many...)})[0]; len(f.Lines) != maxLines || f.More != 3 {
		t.Errorf("%+v", f)
	}
}

func TestNotesOfAll(t *testing.T) {
	failed := ""
	photos := []*check.Photo{{Notes: []string{"a", "b"}}, {Notes: []string{"b", "c"}}, {Error: &failed}, {Notes: []string{"c", "b"}}}
	if got := notesOfAll(photos); !slices.Equal(got, []string{"b"}) {
		t.Errorf("%q", got)
	}
	if got := notesOfAll(photos[:1]); got != nil {
		t.Errorf("of one photo: %q", got)
	}
}
