package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"blindspot/app/check"
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

// of is the plan for p; nil where there is none.
func (ps *plans) of(p *check.Photo) *redact.Plan {
	if ps.single != nil {
		return ps.single
	}
	return ps.bySHA256[p.SHA256]
}

func loadPlans(path string) (*plans, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPlanSize))
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	var document struct {
		Photos []struct {
			SHA256 string          `json:"sha256"`
			Plan   json.RawMessage `json:"plan"`
		} `json:"photos"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("reading plan %s: %w", path, err)
	}
	if document.Photos == nil {
		single, err := redact.ParsePlan(data)
		if err != nil {
			return nil, fmt.Errorf("reading plan %s: %w", path, err)
		}
		return &plans{single: single}, nil
	}
	ps := &plans{bySHA256: map[string]*redact.Plan{}}
	for _, p := range document.Photos {
		if len(p.Plan) == 0 || string(p.Plan) == "null" {
			continue
		}
		if ps.bySHA256[p.SHA256], err = redact.ParsePlan(p.Plan); err != nil {
			return nil, fmt.Errorf("reading plan %s: photo %s: %w", path, p.SHA256, err)
		}
	}
	return ps, nil
}
