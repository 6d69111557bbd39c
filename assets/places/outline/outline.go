// Package outline holds the outlines of lands and countries as Natural Earth
// publishes them in GeoJSON (RFC 7946): which country a position lies in, and a
// small map with a pin. Start with [Open] or [Read], then [Shapes.At] and [Map].
package outline

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
)

// ErrFormat is wrapped where a file is no GeoJSON of polygons.
var ErrFormat = errors.New("not a GeoJSON file of polygons")

// Limits on a file, each many times what the known ones have.
const (
	maxSize   = 32 << 20 // bytes
	maxPoints = 1 << 20
)

// Shapes are polygons with names. They are safe for concurrent use.
type Shapes struct{ polygons []polygon }

// polygon is one polygon: its first ring is the outer one, others are holes. A
// country can have several.
type polygon struct {
	name, code string
	rings      [][]point
	box        box // of the outer ring
}

// point is a position in degrees.
type point struct{ lon, lat float64 }

// box is a range of positions.
type box struct{ min, max point }

// Open reads the file at path.
func Open(path string) (*Shapes, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("opening outlines: %w", err)
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("opening outlines %s: %w: %d bytes", path, ErrFormat, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("opening outlines: %w", err)
	}
	s, err := Read(data)
	if err != nil {
		return nil, fmt.Errorf("opening outlines %s: %w", path, err)
	}
	return s, nil
}

// Read reads a FeatureCollection of Polygons and MultiPolygons. Of the properties
// NAME and ISO_A2 are kept.
func Read(data []byte) (*Shapes, error) {
	if len(data) > maxSize {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(data))
	}
	var file struct {
		Features []struct {
			Properties struct {
				Name string `json:"NAME"`
				Code string `json:"ISO_A2"`
			} `json:"properties"`
			Geometry struct {
				Type        string          `json:"type"`
				Coordinates json.RawMessage `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	s := &Shapes{}
	points := 0
	for _, f := range file.Features {
		polygons := make([][][]point, 1)
		var err error
		switch f.Geometry.Type {
		case "Polygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons[0])
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons)
		default:
			err = fmt.Errorf("geometry %q", f.Geometry.Type)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		for _, rings := range polygons {
			for _, ring := range rings {
				points += len(ring)
				if len(ring) < 4 || points > maxPoints {
					return nil, fmt.Errorf("%w: a ring of %d points", ErrFormat, len(ring))
				}
			}
			if len(rings) > 0 {
				s.polygons = append(s.polygons, polygon{f.Properties.Name, f.Properties.Code, rings, bounds(rings[0])})
			}
		}
	}
	if len(s.polygons) == 0 {
		return nil, fmt.Errorf("%w: no polygon", ErrFormat)
	}
	return s, nil
}

// UnmarshalJSON reads a GeoJSON position: longitude, latitude, and perhaps more.
func (p *point) UnmarshalJSON(data []byte) error {
	var v []float64
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	if len(v) < 2 || !(math.Abs(v[0]) <= 180.001) || !(math.Abs(v[1]) <= 90.001) {
		return fmt.Errorf("position %v", v)
	}
	p.lon, p.lat = v[0], v[1]
	return nil
}

func bounds(ring []point) box {
	b := box{ring[0], ring[0]}
	for _, p := range ring[1:] {
		b.min = point{min(b.min.lon, p.lon), min(b.min.lat, p.lat)}
		b.max = point{max(b.max.lon, p.lon), max(b.max.lat, p.lat)}
	}
	return b
}

// At is the name and the ISO 3166-1 alpha-2 code (empty where unknown) of the
// shape that a position in degrees lies in; false where it lies in none.
func (s *Shapes) At(latitude, longitude float64) (name, code string, ok bool) {
	i := s.find(point{longitude, latitude})
	if i < 0 {
		return "", "", false
	}
	if code = s.polygons[i].code; len(code) != 2 { // "-99" is Natural Earth's unknown
		code = ""
	}
	return s.polygons[i].name, code, true
}

// find is the index of the polygon that p lies in, -1 for none.
func (s *Shapes) find(p point) int {
	for i, polygon := range s.polygons {
		if b := polygon.box; p.lon < b.min.lon || p.lon > b.max.lon || p.lat < b.min.lat || p.lat > b.max.lat {
			continue
		}
		inside := false
		for _, ring := range polygon.rings {
			if within(ring, p) {
				inside = !inside
			}
		}
		if inside {
			return i
		}
	}
	return -1
}

// nearest is the index of the polygon whose edge is nearest to p and at most
// degrees away, -1 for none.
func (s *Shapes) nearest(p point, degrees float64) int {
	found, least := -1, degrees*degrees
	stretch := math.Cos(p.lat * math.Pi / 180)
	for i, polygon := range s.polygons {
		b := polygon.box
		margin := degrees / max(stretch, .1)
		if p.lon < b.min.lon-margin || p.lon > b.max.lon+margin || p.lat < b.min.lat-degrees || p.lat > b.max.lat+degrees {
			continue
		}
		ring := polygon.rings[0]
		for j := 1; j < len(ring); j++ {
			if d := squareToSegment(p, ring[j-1], ring[j], stretch); d < least {
				found, least = i, d
			}
		}
	}
	return found
}

// squareToSegment is the squared distance from p to the segment ab in degrees of
// latitude, a degree of longitude being stretch of one.
func squareToSegment(p, a, b point, stretch float64) float64 {
	ax, ay := (a.lon-p.lon)*stretch, a.lat-p.lat
	dx, dy := (b.lon-a.lon)*stretch, b.lat-a.lat
	t := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		t = min(1, max(0, -(ax*dx+ay*dy)/length))
	}
	x, y := ax+t*dx, ay+t*dy
	return x*x + y*y
}

// within says whether p lies in ring, by the number of edges that a line from p
// to the east crosses.
func within(ring []point, p point) bool {
	inside := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if (a.lat > p.lat) != (b.lat > p.lat) && p.lon < a.lon+(p.lat-a.lat)/(b.lat-a.lat)*(b.lon-a.lon) {
			inside = !inside
		}
	}
	return inside
}
