package redact

import (
	"encoding/json"
	"image"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestParsePlan(t *testing.T) {
	got, err := ParsePlan([]byte(`{"version": 1, "regions": [
		{"box": {"x": 10, "y": -20, "w": 80, "h": 96}, "shape": "ellipse", "angle": -30.5, "style": "blur"},
		{"box": {"x": 0, "y": 0, "w": 1, "h": 1}, "style": "solid"}]}`))
	want := &Plan{1, []Region{
		{Box{10, -20, 80, 96}, Ellipse, -30.5, Blur, 0},
		{Box{0, 0, 1, 1}, "", 0, Solid, 0},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %v", got, err)
	}
	region := `{"box": {"x": 1, "y": 1, "w": 8, "h": 8}, "style": "solid"}`
	for name, c := range map[string]struct{ plan, want string }{
		"empty":                        {``, "empty"},
		"no JSON":                      {`version 1`, "line 1: this is no JSON"},
		"no version":                   {`{"regions": [` + region + `]}`, "version 0"},
		"later version":                {`{"version": 2}`, "version 2"},
		"unknown field":                {`{"version": 1, "region": []}`, `"region" is not known here`},
		"two values":                   {`{"version": 1} {}`, "more than one"},
		"too many":                     {`{"version": 1, "regions": [` + strings.Repeat(region+",", MaxRegions) + region + `]}`, "1001 regions"},
		"too large":                    {strings.Repeat(" ", maxPlanSize) + `{"version": 1}`, "more than"},
		"empty box":                    {strings.Replace(wrap(region), `"w": 8`, `"w": 0`, 1), "empty box"},
		"negative box":                 {strings.Replace(wrap(region), `"h": 8`, `"h": -8`, 1), "empty box"},
		"far box":                      {strings.Replace(wrap(region), `"x": 1`, `"x": -900000000`, 1), "coordinate"},
		"fraction":                     {strings.Replace(wrap(region), `"x": 1`, `"x": 1.5`, 1), "regions[0].box.x must be a whole number"},
		"text for a number":            {strings.Replace(wrap(region+", "+region+`, {"style": "solid", "box": {"x": 1, "w": "8"}}`), "solid", "blur", 1), "regions[2].box.w must be a whole number"},
		"text for an angle":            {wrap(`{"angle": "8", "box": {}}`), "regions[0].angle must be a number"},
		"number for a style":           {wrap(`{"box": {"x": 1, "y": 2}, "style": 3}`), "regions[0].style must be a text in quotes"},
		"list for a box":               {wrap(`{"box": [1, 2, 3, 4]}`), "regions[0].box must be an object in { }"},
		"object for a list":            {`{"version": 1, "regions": {}}`, "regions must be a list in [ ]"},
		"text for a region":            {wrap(region + `, "face"`), "regions[1] must be an object in { }"},
		"list for a plan":              {`[]`, "the whole of it must be an object"},
		"ends too early":               {`{"version": 1, "regions": [`, "ends too early"},
		"nothing where a value stands": {"{\n\"version\":\n}", "line 3: this is no JSON"},
		"unknown style":                {strings.Replace(wrap(region), "solid", "gauss", 1), `unknown style "gauss"`},
		"no style":                     {wrap(`{"box": {"x": 1, "y": 1, "w": 8, "h": 8}}`), `unknown style ""`},
		"unknown shape":                {strings.Replace(wrap(region), `"style"`, `"shape": "star", "style"`, 1), `unknown shape "star"`},
		"angle too wide":               {strings.Replace(wrap(region), `"style"`, `"angle": 361, "style"`, 1), "angle"},
	} {
		if _, err := ParsePlan([]byte(c.plan)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	nan := Plan{1, []Region{{Box{0, 0, 8, 8}, "", math.NaN(), Solid, 0}}}
	if nan.Validate() == nil {
		t.Error("an angle that is no number is taken")
	}
}

func wrap(region string) string { return `{"version": 1, "regions": [` + region + `]}` }

func FuzzParsePlan(f *testing.F) {
	f.Add([]byte(wrap(`{"box": {"x": 10, "y": -20, "w": 80, "h": 96}, "shape": "ellipse", "angle": 30, "style": "face"}`)))
	f.Add([]byte(`{"version": 1}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		plan, err := ParsePlan(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		same, err := ParsePlan(again)
		if err != nil || len(same.Regions) != len(plan.Regions) {
			t.Fatalf("a plan that was read cannot be written and read again: %v", err)
		}
		for _, r := range plan.Regions {
			for o := 1; o <= 8; o++ {
				outline := newOutline(r, o, 64, 48)
				for _, run := range outline.touched(image.Pt(8, 8), 64, 48).runs {
					if run[0] < 0 || run[1] > 8 || run[0] > run[1] {
						t.Fatalf("run %v beyond the picture", run)
					}
				}
			}
		}
	})
}
