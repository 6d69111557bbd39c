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
	c.gazetteer = newGazetteer(d)
	return c
}

// gazetteer names places; nil knows none. It is safe for concurrent use.
type gazetteer struct {
	data      Data
	towns     lazy[places.Index]
	countries lazy[outline.Shapes]
}

func newGazetteer(d Data) *gazetteer {
	return &gazetteer{
		data:      d,
		towns:     lazy[places.Index]{task: "places", read: places.Open},
		countries: lazy[outline.Shapes]{task: "outline-countries", read: outline.Open},
	}
}

// name is what is known of p; nil where nothing is. What can't be read counts as
// not installed: models verify says what is wrong with it.
func (g *gazetteer) name(p *metadata.Position) *risk.Place {
	if g == nil || p == nil {
		return nil
	}
	towns, err := g.towns.open(g.data)
	if err != nil {
		return nil
	}
	town, ok := towns.Nearest(p.Latitude, p.Longitude)
	if !ok {
		return nil
	}
	place := &risk.Place{Town: town.Town, Subregion: town.Subregion, Region: town.Region, Country: town.Country, Kilometres: town.Kilometres}
	// The nearest town may be across a border or a sea.
	if town.Kilometres > risk.NearTown && !g.inCountry(p, town) {
		place.Country = ""
	}
	return place
}

// inCountry says whether the outlines have p in the country of town.
func (g *gazetteer) inCountry(p *metadata.Position, town places.Place) bool {
	countries, err := g.countries.open(g.data)
	if err != nil {
		return false
	}
	name, code, ok := countries.At(p.Latitude, p.Longitude)
	return ok && (code == town.CountryCode || name == town.Country)
}

// lazy is data that is read when first needed. A failure is not remembered: the
// data can be installed while the program runs.
type lazy[T any] struct {
	task string
	read func(path string) (*T, error)

	mu    sync.Mutex
	value *T
}

func (l *lazy[T]) open(d Data) (*T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.value != nil {
		return l.value, nil
	}
	path, err := d.Path(l.task)
	if err != nil {
		return nil, err
	}
	value, err := l.read(path)
	if err != nil {
		return nil, err
	}
	l.value = value
	return value, nil
}
