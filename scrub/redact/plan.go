package redact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Limits of a plan. No photo needs more; a hostile plan gets no further.
const (
	MaxRegions    = 1000
	maxCoordinate = 1 << 28 // beyond the longest side of any picture that is decoded
	maxPlanSize   = 1 << 20 // bytes of JSON, ten times what MaxRegions take
)

// Style is what is drawn over a region.
type Style string

// The styles.
const (
	Solid  Style = "solid"  // one near-black shade
	Blur   Style = "blur"   // a smooth gradient grown from the ring
	Mosaic Style = "mosaic" // tiles of that gradient
	Face   Style = "face"   // a drawn neutral face on that gradient
)

// Styles returns all styles.
func Styles() []Style { return []Style{Solid, Blur, Mosaic, Face} }

// Shape is the outline of a region.
type Shape string

// The shapes. The zero value means Box.
const (
	BoxShape Shape = "box"
	Ellipse  Shape = "ellipse"
)

// Box is a rectangle in pixels of the photo as displayed, from the top left.
type Box struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Region is one place to cover. What of it lies outside the photo is ignored.
// Where regions overlap, the later one is drawn over the earlier; of drawn faces
// each is drawn whole.
type Region struct {
	Box   Box     `json:"box"`
	Shape Shape   `json:"shape,omitempty"`
	Angle float64 `json:"angle,omitempty"` // degrees clockwise about the box's centre
	Style Style   `json:"style"`
	// Tone is the skin of a drawn face, 1 (lightest) to [Tones] on the Monk Skin Tone
	// scale; 0 is one at random. It goes with style face only.
	Tone int `json:"tone,omitempty"`
}

// Plan is what to cover in one photo. Version is 1.
type Plan struct {
	Version int      `json:"version"`
	Regions []Region `json:"regions"`
}

// ParsePlan reads a plan from JSON and validates it. Unknown fields are errors:
// a misspelt one would silently cover something else than was meant.
func ParsePlan(data []byte) (*Plan, error) {
	if len(data) > maxPlanSize {
		return nil, fmt.Errorf("read plan: more than %d bytes", maxPlanSize)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var plan Plan
	if err := d.Decode(&plan); err != nil {
		return nil, fmt.Errorf("read plan: %w", ExplainJSON(data, err))
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("read plan: more than one JSON value")
	}
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	return &plan, nil
}

// Validate returns an error that names the first thing wrong with the plan. A
// plan without regions is valid.
func (p *Plan) Validate() error {
	if p.Version != 1 {
		return fmt.Errorf("plan: version %d, want 1", p.Version)
	}
	if len(p.Regions) > MaxRegions {
		return fmt.Errorf("plan: %d regions, at most %d", len(p.Regions), MaxRegions)
	}
	for i, r := range p.Regions {
		if err := r.validate(); err != nil {
			return fmt.Errorf("plan: regions[%d]: %w", i, err)
		}
	}
	return nil
}

func (r Region) validate() error {
	b := r.Box
	if b.W < 1 || b.H < 1 {
		return fmt.Errorf("empty box %d×%d", b.W, b.H)
	}
	if max(b.X, b.Y, -b.X, -b.Y, b.W, b.H) > maxCoordinate {
		return fmt.Errorf("box coordinate beyond %d", maxCoordinate)
	}
	switch r.Shape {
	case "", BoxShape, Ellipse:
	default:
		return fmt.Errorf("unknown shape %q", r.Shape)
	}
	if !slices.Contains(Styles(), r.Style) {
		return fmt.Errorf("unknown style %q", r.Style)
	}
	if r.Tone < 0 || r.Tone > Tones {
		return fmt.Errorf("tone %d, want 1 to %d", r.Tone, Tones)
	}
	if r.Tone != 0 && r.Style != Face {
		return fmt.Errorf("a tone goes with style %q, not %q", Face, r.Style)
	}
	if math.IsNaN(r.Angle) || math.Abs(r.Angle) > 360 {
		return fmt.Errorf("angle %v beyond 360 degrees", r.Angle)
	}
	return nil
}
