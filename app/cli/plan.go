package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/scrub/redact"
)

// maxPlanSize bounds a plan file, in bytes.
const maxPlanSize = 64 << 20

// plans is what --plan gave: one plan for the one photo, or the document that
// clean --dry-run --json printed, with a plan for each.
type plans struct {
	single   *redact.Plan
	bySHA256 map[string]*redact.Plan
}

// errNotPlanned refuses a photo that a document of plans does not list.
var errNotPlanned = errors.New("the plan does not list this photo, or it has changed since")

// of is the plan for p, nil where nothing is to be covered. A document that does
// not list p says nothing of it, which is an error.
func (ps *plans) of(p *check.Photo) (*redact.Plan, error) {
	if ps.single != nil {
		return ps.single, nil
	}
	plan, ok := ps.bySHA256[p.SHA256]
	if !ok {
		return nil, errNotPlanned
	}
	return plan, nil
}

func loadPlans(path string) (*plans, error) {
	data, err := export.ReadFile(path, maxPlanSize)
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	ps, err := parsePlans(data)
	if err != nil {
		return nil, fmt.Errorf("reading plan %s: %w", path, err)
	}
	return ps, nil
}

// parsePlans reads one plan, or a document that holds one for each photo.
func parsePlans(data []byte) (*plans, error) {
	var document struct {
		Photos []struct {
			SHA256 string          `json:"sha256"`
			Plan   json.RawMessage `json:"plan"`
		} `json:"photos"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, redact.ExplainJSON(data, err)
	}
	if document.Photos == nil {
		single, err := redact.ParsePlan(data)
		if err != nil {
			return nil, err
		}
		return &plans{single: single}, nil
	}
	ps := &plans{bySHA256: map[string]*redact.Plan{}}
	for _, p := range document.Photos {
		if len(p.Plan) == 0 || string(p.Plan) == "null" {
			ps.bySHA256[p.SHA256] = nil
			continue
		}
		plan, err := redact.ParsePlan(p.Plan)
		if err != nil {
			return nil, fmt.Errorf("photo %s: %w", p.SHA256, err)
		}
		ps.bySHA256[p.SHA256] = plan
	}
	return ps, nil
}
