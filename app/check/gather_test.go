package check

import (
	"slices"
	"testing"
)

func TestGathered(t *testing.T) {
	all := ByRule([]Finding{
		{Rule: "a", Evidence: []string{"Seen: face", "How sure: 94 %"}},
		{Rule: "b", Evidence: []string{"Serial number: 12: 3", "Serial number: 12: 3", "no name", "no name"}},
		{Rule: "a", Evidence: []string{"Seen: face", "How sure: 90 %"}},
		{Rule: "c"},
	})
	if len(all) != 3 || len(all[0]) != 2 || all[0][1].Evidence[1] != "How sure: 90 %" {
		t.Fatalf("%+v", all)
	}
	for i, want := range [][]string{{"Seen: face", "How sure: 90–94 %"}, {"Serial number: 12: 3", "no name"}, {}} {
		if got := Gathered(all[i]); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
