package export

import (
	"slices"
	"testing"

	"blindspot/app/check"
	"blindspot/scrub/redact"
)

// What the looks at a copy find is covered too, if the policy covers such things and
// they are not what the detectors make of the covers.
func TestMore(t *testing.T) {
	at := func(id int, kind string, x int, preselected bool) check.Detection {
		return check.Detection{ID: id, Kind: kind, Box: check.Box{X: x, Y: 100, W: 40, H: 40}, Preselected: preselected}
	}
	one := 1
	named := []check.Finding{{Rule: "people.face", Detection: &one}}
	covered := []redact.Region{{Box: redact.Box{X: 90, Y: 90, W: 60, H: 60}, Shape: redact.Ellipse, Style: redact.Blur}}
	for name, test := range map[string]struct {
		redact   string
		after    []check.Detection
		findings []check.Finding
		fresh    []check.Detection
		want     []int // x of the regions that are added, without their margins
	}{
		"nothing seen":                     {redact: "found"},
		"a face that a finding names":      {redact: "found", after: []check.Detection{at(1, "face", 300, false)}, findings: named, want: []int{300}},
		"an object that no finding names":  {redact: "found", after: []check.Detection{at(2, "object", 300, false)}, findings: named},
		"a face by the second look":        {redact: "found", fresh: []check.Detection{at(1, "face", 300, false)}, want: []int{300}},
		"a plate that lies in a cover":     {redact: "plates", after: []check.Detection{at(1, "plate", 100, false)}},
		"a face, where plates are covered": {redact: "plates", after: []check.Detection{at(1, "face", 300, false)}, fresh: []check.Detection{at(1, "face", 500, false)}},
		"a face by either look":            {redact: "faces", after: []check.Detection{at(1, "face", 300, false)}, fresh: []check.Detection{at(1, "face", 500, false)}, want: []int{300, 500}},
		"the same face by both":            {redact: "faces", after: []check.Detection{at(1, "face", 300, false)}, fresh: []check.Detection{at(1, "face", 302, false)}, want: []int{300}},
		"a bystander":                      {redact: "recommended", after: []check.Detection{at(1, "face", 300, true), at(2, "face", 500, false)}, want: []int{300}},
		"whatever it is":                   {redact: "none", after: []check.Detection{at(1, "face", 300, true)}, findings: named},
	} {
		r := &Result{
			Photo: &check.Photo{Width: 800, Height: 600}, New: test.fresh,
			Plan:  &redact.Plan{Version: 1, Regions: covered},
			After: &check.Photo{Width: 800, Height: 600, Detections: test.after, Findings: test.findings},
		}
		pol := &Policy{Version: 1, Redact: []string{test.redact}, Style: redact.Mosaic}
		more := pol.more(r)
		if len(test.want) == 0 {
			if more != nil {
				t.Errorf("%s: %+v", name, more.Regions)
			}
			continue
		}
		if more == nil || len(more.Regions) != 1+len(test.want) || more.Regions[0] != covered[0] {
			t.Errorf("%s: %+v", name, more)
			continue
		}
		for i, x := range test.want {
			if r := more.Regions[i+1]; r.Style != redact.Mosaic || r.Box.X > x || r.Box.X+r.Box.W < x+40 {
				t.Errorf("%s: %+v, want one around %d", name, r, x)
			}
		}
		if len(r.Plan.Regions) != 1 {
			t.Errorf("%s: the plan that was carried out is now %+v", name, r.Plan.Regions)
		}
	}
	// A cover that is taken for a face gets another shape.
	oval := &Result{
		Photo: &check.Photo{Width: 800, Height: 600}, Plan: &redact.Plan{Version: 1, Regions: covered},
		After: &check.Photo{Detections: []check.Detection{at(1, "face", 80, false)}},
	}
	oval.After.Detections[0].Box = check.Box{X: 85, Y: 95, W: 50, H: 50}
	pol := &Policy{Version: 1, Redact: []string{"faces"}, Style: redact.Blur}
	more := pol.more(oval)
	if want := (redact.Region{Box: redact.Box{X: 85, Y: 90, W: 65, H: 60}, Shape: redact.BoxShape, Style: redact.Blur}); more == nil || len(more.Regions) != 1 || more.Regions[0] != want {
		t.Errorf("%+v, want %+v", more, want)
	}
	oval.Plan = more
	if again := pol.more(oval); again != nil {
		t.Errorf("%+v: a box is left as it is", again)
	}
	drawn := slices.Clone(covered)
	for i := range drawn {
		drawn[i].Style = redact.Face
	}
	oval.Plan = &redact.Plan{Version: 1, Regions: drawn}
	if again := pol.more(oval); again != nil {
		t.Errorf("%+v: a drawn face is taken for a face", again)
	}
	if (*Policy)(nil).more(&Result{After: &check.Photo{}}) != nil {
		t.Error("without a policy more is covered")
	}
}
