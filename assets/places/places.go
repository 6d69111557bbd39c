// Package places names the nearest town of a position, offline, from the
// GeoNames extract that exiftool ships as Geolocation.dat (version 1.03). Start
// with [Open] or [Read], then [Index.Nearest].
package places

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// ErrFormat is wrapped where a file is no town list of a known version.
var ErrFormat = errors.New("not a town list of a known version")

const (
	// maxSize bounds the file that is read, in bytes: many times the known one.
	maxSize = 64 << 20
	// maxTowns bounds the number of entries.
	maxTowns = 1 << 20
	// entryHeader is the length of an entry's fixed part, in bytes.
	entryHeader = 13
	// cells is how many steps the 20 bits of a coordinate have.
	cells = 1 << 20
	// earthRadius is the mean radius of the earth (IUGG R1), in kilometres.
	earthRadius = 6371.0088
)

// Place is a town and where it lies. Fields that the list does not know are
// empty.
type Place struct {
	Town, Subregion, Region, Country string
	CountryCode                      string // ISO 3166-1 alpha-2
	TimeZone                         string // IANA name
	Population                       int    // to two digits
	Latitude, Longitude              float64
	// Kilometres is the distance from the position that was asked for.
	Kilometres float64
}

// Index finds the nearest town in microseconds. It is safe for concurrent use.
type Index struct {
	data  []byte
	towns []town // a k-d tree, see tree.go
	lists [6][]string
}

// town is one entry: its place on the unit sphere and its offset in data.
type town struct {
	at     [3]float32
	offset uint32
}

// The numbers of the lists behind the entries.
const (
	countries = 1 + iota
	regions
	subregions
	timeZones
	featureCodes
)

// Open reads the town list at path.
func Open(path string) (*Index, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("opening town list: %w", err)
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("opening town list %s: %w: %d bytes", path, ErrFormat, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("opening town list: %w", err)
	}
	x, err := Read(data)
	if err != nil {
		return nil, fmt.Errorf("opening town list %s: %w", path, err)
	}
	return x, nil
}

// Read makes an index of data, the content of a Geolocation.dat, which it keeps.
func Read(data []byte) (*Index, error) {
	first, rest, ok := bytes.Cut(data, []byte("\n"))
	count, isList := strings.CutPrefix(string(first), "Geolocation1.03\t")
	n, err := strconv.Atoi(count)
	if !ok || !isList || err != nil || n < 1 || n > maxTowns || len(data) > maxSize {
		return nil, ErrFormat
	}
	_, rest, ok = bytes.Cut(rest, []byte("\n")) // a comment
	if !ok {
		return nil, ErrFormat
	}
	x := &Index{data: data, towns: make([]town, 0, n)}
	for range n {
		offset := len(data) - len(rest)
		if len(rest) < entryHeader {
			return nil, fmt.Errorf("%w: entry at byte %d is cut off", ErrFormat, offset)
		}
		end := bytes.IndexByte(rest[entryHeader:], '\n')
		if end < 0 {
			return nil, fmt.Errorf("%w: entry at byte %d has no end", ErrFormat, offset)
		}
		lat, lon := coordinates(rest)
		x.towns = append(x.towns, town{at: onSphere(lat, lon), offset: uint32(offset)})
		rest = rest[entryHeader+end+1:]
	}
	if err := x.readLists(rest); err != nil {
		return nil, err
	}
	build(x.towns, 0)
	return x, nil
}

// readLists reads the lists of names: each four zero bytes, its number and a
// newline, then a line an entry; five zero bytes end them all.
func (x *Index) readLists(rest []byte) error {
	zeros := []byte{0, 0, 0, 0}
	for !bytes.HasPrefix(rest, []byte{0, 0, 0, 0, 0}) {
		if len(rest) < 6 || !bytes.HasPrefix(rest, zeros) || rest[5] != '\n' || int(rest[4]) >= len(x.lists) {
			return fmt.Errorf("%w: no list at byte %d", ErrFormat, len(x.data)-len(rest))
		}
		list := rest[4]
		rest = rest[6:]
		for !bytes.HasPrefix(rest, zeros) {
			line, next, ok := bytes.Cut(rest, []byte("\n"))
			if !ok {
				return fmt.Errorf("%w: list %d has no end", ErrFormat, list)
			}
			x.lists[list] = append(x.lists[list], string(line))
			rest = next
		}
	}
	return nil
}

// coordinates are latitude and longitude of an entry, in degrees.
func coordinates(entry []byte) (lat, lon float64) {
	v := uint32(binary.BigEndian.Uint16(entry))<<4 | uint32(entry[2]>>4)
	w := uint32(binary.BigEndian.Uint16(entry[3:]))<<4 | uint32(entry[2]&15)
	return float64(v)*180/cells - 90, float64(w)*360/cells - 180
}

// onSphere is a position as a point of the unit sphere.
func onSphere(lat, lon float64) [3]float32 {
	sinLat, cosLat := math.Sincos(lat * math.Pi / 180)
	sinLon, cosLon := math.Sincos(lon * math.Pi / 180)
	return [3]float32{float32(cosLat * cosLon), float32(cosLat * sinLon), float32(sinLat)}
}

// Nearest is the town nearest to a position in degrees (WGS 84), by great-circle
// distance; false where the position is none.
func (x *Index) Nearest(lat, lon float64) (Place, bool) {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) {
		return Place{}, false
	}
	p := x.place(x.towns[nearest(x.towns, onSphere(lat, lon))].offset)
	p.Kilometres = distance(lat, lon, p.Latitude, p.Longitude)
	return p, true
}

// place reads the entry at offset.
func (x *Index) place(offset uint32) Place {
	entry := x.data[offset:]
	end := bytes.IndexByte(entry[entryHeader:], '\n')
	var p Place
	p.Town = string(entry[entryHeader : entryHeader+end])
	p.Latitude, p.Longitude = coordinates(entry)
	more := binary.BigEndian.Uint16(entry[7:])
	p.Population = population(entry[6]>>4, entry[6]&15, byte(more>>12))
	p.Region = x.name(regions, int(more&0x0fff))
	p.Subregion = x.name(subregions, int(binary.BigEndian.Uint16(entry[9:])))
	p.TimeZone = x.name(timeZones, int(entry[11])|int(entry[12]&0x80)<<1)
	if c := x.name(countries, int(entry[5])); len(c) > 2 {
		p.CountryCode, p.Country = c[:2], c[2:]
	}
	return p
}

func (x *Index) name(list, i int) string {
	if i >= len(x.lists[list]) {
		return ""
	}
	return x.lists[list][i]
}

// population is first.second · 10^exponent people.
func population(exponent, first, second byte) int {
	return int(math.Round((float64(first) + float64(second)/10) * math.Pow10(int(exponent))))
}

// distance is the great-circle distance in kilometres, by the haversine formula.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	s1, s2 := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := s1*s1 + math.Cos(lat1*rad)*math.Cos(lat2*rad)*s2*s2
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}
