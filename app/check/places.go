package check

import (
	"sync"

	"blindspot/assets/places"
	"blindspot/assets/places/outline"
	"blindspot/risk"
	"blindspot/scan/metadata"
)

// Data says where installed data lies by task, as [models.Store] does.
type Data interface {
	Path(task string) (string, error)
}

// WithPlaces makes c name the places of photos by the data "places" and
// "outline-countries" of d, and returns c. They are read when first needed; what
// is not installed is asked for again with the next photo. Without them
// coordinates are all that is said. It is called before c is used.
func (c *Checker) WithPlaces(d Data) *Checker {
	c.gazetteer = &gazetteer{data: d}
	return c
}

// gazetteer names places. Its zero value, and nil, knows none.
type gazetteer struct {
	data Data

	mu        sync.Mutex
	towns     *places.Index
	countries *outline.Shapes
}

// name is what is known of p; nil where nothing is.
func (g *gazetteer) name(p *metadata.Position) *risk.Place {
	if g == nil || p == nil {
		return nil
	}
	towns, countries := g.open()
	if towns == nil {
		return nil
	}
	town, ok := towns.Nearest(p.Latitude, p.Longitude)
	if !ok {
		return nil
	}
	place := &risk.Place{Town: town.Town, Region: town.Region, Country: town.Country, Kilometres: town.Kilometres}
	if town.Kilometres > risk.NearTown {
		// The nearest town may be across a border or a sea.
		name, code, ok := "", "", false
		if countries != nil {
			name, code, ok = countries.At(p.Latitude, p.Longitude)
		}
		if !ok || (code != town.CountryCode && name != town.Country) {
			place.Country = ""
		}
	}
	return place
}

// open reads what is installed and was not read yet. What can't be read counts as
// not installed: models verify says what is wrong with it.
func (g *gazetteer) open() (*places.Index, *outline.Shapes) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.towns == nil {
		g.towns = openData(g.data, "places", places.Open)
	}
	if g.countries == nil && g.towns != nil {
		g.countries = openData(g.data, "outline-countries", outline.Open)
	}
	return g.towns, g.countries
}

// openData opens the data for task; nil where that is not possible.
func openData[T any](d Data, task string, open func(path string) (*T, error)) *T {
	path, err := d.Path(task)
	if err != nil {
		return nil
	}
	value, err := open(path)
	if err != nil {
		return nil
	}
	return value
}
