// Package metadata decodes the metadata parts of a photo into facts. Start with [Read],
// which takes the parts that package container has cut.
//
// Each kind of block has a reader in a file of its own. A reader may find another
// block, or a whole picture, in its own, and hands it on: EXIF holds XMP, Photoshop's
// resources hold EXIF, a thumbnail is a JPEG. What it takes is bounded in limits.go;
// what it cannot parse, or panics at, becomes a warning.
package metadata

// Fact is one metadata value, with group and tag as exiftool names them
// (family 1 groups: "GPS", "IFD0", "ExifIFD", "XMP-dc", "IPTC").
type Fact struct {
	Group     string `json:"group"`
	Tag       string `json:"tag"`
	Value     string `json:"value"`
	Sensitive bool   `json:"sensitive"` // tells about a person, place, time or device
}

// Position is a place on earth, in degrees (WGS 84).
type Position struct {
	Latitude, Longitude float64
	// Direction is where the camera looked, degrees from north; nil where unknown.
	Direction *float64
	// Source is the group that held it, as "GPS" or "XMP-exif".
	Source string
}
