package export

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"blindspot/app/check"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// A policy's tone is that of the faces it draws; what is no face is blurred.
func TestPolicyTone(t *testing.T) {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "policy.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pol, err := LoadPolicy(file(`{"version": 1, "redact": ["faces", "plates"], "style": "face", "tone": 3}`))
	if err != nil {
		t.Fatal(err)
	}
	photo := &check.Photo{Width: 400, Height: 300, Detections: []check.Detection{
		{ID: 1, Kind: string(vision.Face), Box: check.Box{X: 10, Y: 10, W: 40, H: 50}},
		{ID: 2, Kind: string(vision.Plate), Box: check.Box{X: 200, Y: 200, W: 60, H: 20}},
	}}
	plan := pol.Plan(photo)
	if err := plan.Validate(); err != nil {
		t.Fatal(err)
	}
	if face, plate := plan.Regions[0], plan.Regions[1]; face.Style != redact.Face || face.Tone != 3 || plate.Style != redact.Blur || plate.Tone != 0 {
		t.Errorf("face %+v, plate %+v", face, plate)
	}
	for text, want := range map[string]string{
		`{"version": 1, "redact": ["faces"], "style": "face", "tone": 11}`: "tone 11",
		`{"version": 1, "redact": ["faces"], "style": "face", "tone": -1}`: "tone -1",
		`{"version": 1, "redact": ["faces"], "style": "blur", "tone": 3}`:  `goes with style "face"`,
	} {
		if _, err := LoadPolicy(file(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	for _, seed := range []string{
		`{"version": 1, "redact": ["faces", "plates"], "style": "face", "tone": 3}`,
		`{"version": 1, "redact": ["none"]}`,
		`{"version": 1, "redact": ["found", "recommended"], "style": "mosaic"}`,
		`{"version": 2, "redact": null, "stile": "blur"}`,
	} {
		f.Add([]byte(seed))
	}
	photo := &check.Photo{Width: 400, Height: 300, Detections: []check.Detection{
		{ID: 1, Kind: string(vision.Face), Preselected: true, Box: check.Box{X: 10, Y: 10, W: 40, H: 50}},
		{ID: 2, Kind: string(vision.Plate), Box: check.Box{X: 200, Y: 200, W: 60, H: 20}},
	}}
	f.Fuzz(func(t *testing.T, data []byte) {
		pol, err := parsePolicy(data)
		if err != nil {
			return
		}
		if plan := pol.Plan(photo); plan != nil {
			if err := plan.Validate(); err != nil {
				t.Fatalf("%s gives the plan %+v: %v", data, plan, err)
			}
		}
	})
}

// The second look is for what the policy covers, and for everything where that can be
// anything.
func TestPolicySeeks(t *testing.T) {
	for _, test := range []struct {
		policy *Policy
		want   []vision.Check
	}{
		{nil, nil},
		{&Policy{Redact: []string{"faces"}}, []vision.Check{vision.Faces}},
		{&Policy{Redact: []string{"faces", "plates"}}, []vision.Check{vision.Faces, vision.Plates, vision.Texts}},
		{&Policy{Redact: []string{"faces", kindFound}}, nil},
		{&Policy{Redact: []string{kindRecommended}}, nil},
	} {
		if got := test.policy.seeks(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v: %v, want %v", test.policy, got, test.want)
		}
	}
}
