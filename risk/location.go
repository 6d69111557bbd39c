package risk

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

var (
	coordinateTags = []string{"GPSLatitude", "GPSLongitude", "GPSPosition", "GPSCoordinates"}
	spotTags       = []string{
		"Sub-location", "Location", "LocationName", "GPSAreaInformation", "LandmarkName",
		"LocationCreatedSublocation", "LocationCreatedLocationName", "LocationShownSublocation", "LocationShownLocationName",
	}
	cityTags = []string{
		"City", "State", "Province-State", "ContentLocationName",
		"LocationCreatedCity", "LocationCreatedProvinceState", "LocationShownCity", "LocationShownProvinceState",
	}
	countryTags = []string{
		"Country", "CountryCode", "Country-PrimaryLocationName", "Country-PrimaryLocationCode", "ContentLocationCode",
		"LocationCreatedCountryName", "LocationCreatedCountryCode", "LocationShownCountryName", "LocationShownCountryCode",
	}
	directionTags   = []string{"GPSImgDirection", "GPSDestBearing", "GPSPoseHeadingDegrees", "PoseHeadingDegrees"}
	destinationTags = []string{"GPSDestLatitude", "GPSDestLongitude"}
	movementTags    = []string{"GPSSpeed", "GPSTrack"}
)

// preciseRadius is the radius in metres up to which a position picks out a
// street or a house rather than a district.
const preciseRadius = 500

// NearTown is how far in kilometres a town may be for a place to be called near
// it. What is rounded more coarsely than that is not.
const NearTown = 50

var positionValues = []string{"Latitude", "Longitude", "Radius", "Near", "Country"}

var locationRules = []Rule{
	{
		ID: "location.gps", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .60, Buyer: .60, Family: .20},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "Reading the position takes no skill, and it picks out a house. Home addresses of people who post anonymously were found this way (Friedland and Sommer, Cybercasing the Joint, 2010)."},
		Fix:       StripMetadata, Values: positionValues, Evidence: positionEvidence,
		find: func(v *view) []match { return position(v, func(r float64) bool { return r <= preciseRadius }) },
	},
	{
		ID: "location.area", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .30, Buyer: .30, Family: .10},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "A rounded position names the town, which narrows a person down, and does not name the house."},
		Fix:       StripMetadata, Values: positionValues, Evidence: positionEvidence,
		find: func(v *view) []match { return position(v, func(r float64) bool { return r > preciseRadius }) },
	},
	{
		ID: "location.gps-again", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .60, Buyer: .60, Family: .20},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "The same position as in the usual place, where some cleaners do not look."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(coordinateTags...),
		find: positionElsewhere,
	},
	{
		ID: "people.face-place", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .75, Buyer: .70, Family: .20},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "Ties a person to a spot: more than either alone, as the one confirms the other."},
		Fix:       StripMetadata, Values: append([]string{"Faces"}, positionValues...), Evidence: append([]string{"Faces"}, positionEvidence...),
		find: faceWithPlace,
	},
	{
		ID: "location.spot", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .45, Buyer: .45, Family: .10},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "A street or a named place, in words: close to a position."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(spotTags...),
		find: tagged(spotTags...),
	},
	{
		ID: "location.words", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .30, Buyer: .30, Family: .05},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "The town, in words: as a rounded position."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(cityTags...),
		find: tagged(cityTags...),
	},
	{
		ID: "location.country", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .08, Buyer: .08, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Narrows a person down to millions; tells of a journey."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(countryTags...),
		find: tagged(countryTags...),
	},
	{
		ID: "location.direction", Attack: ReIdentification, Group: "location.direction",
		Weights:   Weights{Public: .10, Buyer: .10, Family: .03},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "Adds to a position which window or which side of the street."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(directionTags...),
		find: tagged(directionTags...),
	},
	{
		ID: "location.altitude", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .08, Buyer: .08, Family: .03},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "Tells the floor of a building, or which hill, where the place is half known."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: []string{"GPSAltitude"},
		find: taggedWhere(notZero, "GPSAltitude"),
	},
	{
		ID: "location.destination", Attack: ReIdentification, Group: "location.destination",
		Weights:   Weights{Public: .40, Buyer: .40, Family: .10},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "A second place, of what was photographed: as good as a position for where the camera was."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(destinationTags...),
		find: tagged(destinationTags...),
	},
	{
		ID: "location.movement", Attack: Inference, Group: "movement",
		Weights:   Weights{Public: .05, Buyer: .05, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Tells that somebody drove, cycled or walked, and how fast."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(movementTags...),
		find: taggedWhere(notZero, movementTags...),
	},
	{
		ID: "location.scene-text", Attack: ReIdentification, Group: "scene-text",
		Weights:   Weights{Public: .10, Buyer: .10, Family: .03},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "Signs, shop names and the language of a text give a place away; how often has not been counted for text alone."},
		Fix:       Cover, Values: nil, Evidence: detectionEvidence,
		find: seen(func(d Detection) bool { return d.Kind == "text" && d.Personal == "" && d.Area >= readableText }),
	},
	{
		ID: "location.text-country", Attack: ReIdentification, Group: "scene-text",
		Weights:   Weights{Public: .12, Buyer: .12, Family: .03},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "A phone number's first digits, an account number's first letters, a web address's ending, a postcode or a plate's form stand for a country; somebody else's says where they are at home."},
		Fix:       Cover, Values: []string{"Country"}, Evidence: []string{"Seen", "Country"},
		find: textCountry,
	},
	{
		ID: "location.text-language", Attack: ReIdentification, Group: "scene-text",
		Weights:   Weights{Public: .11, Buyer: .11, Family: .03},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "The language of a sign leaves a few countries; a foreign word on a shop at home misleads."},
		Fix:       Cover, Values: []string{"Language"}, Evidence: []string{"Seen", "Language"},
		find: textLanguage,
	},
	{
		ID: "location.street-furniture", Attack: ReIdentification, Group: "street-furniture",
		Weights:   Weights{Public: .04, Buyer: .04, Family: .01},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "Traffic lights, hydrants and meters differ from country to country."},
		Fix:       Cover, Values: []string{"Label"}, Evidence: detectionEvidence,
		find: seen(labelled("traffic light", "fire hydrant", "stop sign", "parking meter")),
	},
}

// readableText is the share of the picture from which a line of text counts as
// something that the picture shows: a sign, not the print on a label.
const readableText = .005

var positionEvidence = []string{"Position", "Radius", "Near", "Country"}

// position is the finding for a position whose radius keep chooses.
func position(v *view, keep func(radius float64) bool) []match {
	p := v.position()
	if p == nil || !keep(radius(*p)) {
		return nil
	}
	return []match{{
		values:   placeValues(v, *p),
		evidence: placeEvidence(v, *p),
		fixed:    remainder{position: true, facts: v.facts(coordinateTags...)},
	}}
}

// positionElsewhere finds coordinates outside the GPS directory of EXIF: in XMP,
// maker notes or the notes of another program.
func positionElsewhere(v *view) []match {
	var elsewhere []int
	primary := false
	for _, i := range v.facts(coordinateTags...) {
		if v.photo.Facts[i].Group == "GPS" {
			primary = true
		} else {
			elsewhere = append(elsewhere, i)
		}
	}
	found := v.stripped(elsewhere)
	for i := range found {
		found[i].fixed.position = !primary
	}
	return found
}

func faceWithPlace(v *view) []match {
	faces := len(v.detections(func(d Detection) bool { return d.Kind == "face" }))
	p := v.position()
	if p == nil || faces == 0 {
		return nil
	}
	count := Value{"Faces", itoa(faces)}
	return []match{{
		values:   append(placeValues(v, *p), count),
		evidence: append(placeEvidence(v, *p), count),
		fixed:    remainder{position: true, facts: v.facts(coordinateTags...)},
	}}
}

func placeValues(v *view, p Position) []Value {
	near, country := v.placeName(p)
	return []Value{
		{"Latitude", degrees(p.Latitude, "N", "S")},
		{"Longitude", degrees(p.Longitude, "E", "W")},
		{"Radius", distance(statedRadius(v, p))},
		{"Near", near},
		{"Country", country},
	}
}

func placeEvidence(v *view, p Position) []Value {
	evidence := []Value{
		{"Position", degrees(p.Latitude, "N", "S") + ", " + degrees(p.Longitude, "E", "W")},
		{"Radius", distance(statedRadius(v, p))},
	}
	if near, country := v.placeName(p); near != "" {
		evidence = append(evidence, Value{"Near", near})
	} else if country != "" {
		evidence = append(evidence, Value{"Country", country})
	}
	return evidence
}

// placeName is what p is called: a town with its regions, for many share a name, and country, or, where
// none is near enough, the country alone; at most one of the two is not empty.
func (v *view) placeName(p Position) (near, country string) {
	place := v.photo.Place
	if place == nil {
		return "", ""
	}
	country = printable(place.Country)
	if place.Town == "" || place.Kilometres+statedRadius(v, p)/1000 > NearTown {
		return "", country
	}
	names := []string{printable(place.Town)}
	if county := printable(place.Subregion); !strings.Contains(county, names[0]) {
		names = append(names, county)
	}
	names = append(names, printable(place.Region), country)
	names = slices.Compact(slices.DeleteFunc(names, func(s string) bool { return s == "" }))
	return strings.Join(names, ", "), ""
}

func degrees(d float64, positive, negative string) string {
	if d < 0 {
		return fmt.Sprintf("%.5f° %s", -d, negative)
	}
	return fmt.Sprintf("%.5f° %s", d, positive)
}

// metresPerDegree of latitude.
const metresPerDegree = 111_320

// phoneRadius is how well a phone knows its place under the open sky, in metres:
// a smaller radius is not claimed whatever the digits say.
const phoneRadius = 10

// radius is how far from p the camera may have been, in metres, by how p was
// rounded: half a unit of the coarsest grid that both coordinates lie on.
func radius(p Position) float64 {
	for _, perDegree := range []float64{1, 2, 10, 60, 100, 600, 1000, 3600, 6000, 10000} {
		if onGrid(p.Latitude, perDegree) && onGrid(p.Longitude, perDegree) {
			return max(metresPerDegree/perDegree/2, phoneRadius)
		}
	}
	return phoneRadius
}

func onGrid(degrees, perDegree float64) bool {
	x := degrees * perDegree
	return math.Abs(x-math.Round(x)) < 1e-6*perDegree
}

// statedRadius is [radius], or what the device says if that is larger.
func statedRadius(v *view, p Position) float64 {
	r := radius(p)
	for _, i := range v.facts("GPSHPositioningError") {
		var metres float64
		if _, err := fmt.Sscan(v.photo.Facts[i].Value, &metres); err == nil {
			r = max(r, metres)
		}
	}
	return r
}

func distance(metres float64) string {
	if metres >= 1000 {
		return fmt.Sprintf("%.0f km", metres/1000)
	}
	return fmt.Sprintf("%.0f m", metres)
}

// notZero is false for a number that is 0, whatever its unit.
func notZero(value string) bool {
	var number float64
	_, err := fmt.Sscan(value, &number)
	return err != nil || number != 0
}

var detectionEvidence = []string{"Seen", "Confidence"}

// seen makes a predicate that finds each detection that keep chooses.
func seen(keep func(Detection) bool) func(*view) []match {
	return func(v *view) []match {
		var found []match
		for _, d := range v.detections(keep) {
			label := d.Label
			if label == "" {
				label = d.Kind
			}
			found = append(found, match{
				values:    []Value{{"Label", label}},
				evidence:  []Value{{"Seen", label}, {"Confidence", fmt.Sprintf("%.0f %%", 100*d.Confidence)}},
				detection: d.ID,
				fixed:     remainder{detections: []int{d.ID}},
			})
		}
		return found
	}
}

// textCountry finds texts that name a country by a code in them.
func textCountry(v *view) []match {
	var found []match
	for _, d := range v.detections(func(d Detection) bool { return d.Kind == "text" && d.Country != "" }) {
		found = append(found, match{
			values:    []Value{{"Country", d.Country}},
			evidence:  []Value{{"Seen", d.Label}, {"Country", d.Country}},
			detection: d.ID,
			fixed:     remainder{detections: []int{d.ID}},
		})
	}
	return found
}

// textLanguage finds texts whose words are of one language.
func textLanguage(v *view) []match {
	var found []match
	for _, d := range v.detections(func(d Detection) bool { return d.Kind == "text" && d.Language != "" }) {
		found = append(found, match{
			values:    []Value{{"Language", d.Language}},
			evidence:  []Value{{"Seen", d.Label}, {"Language", d.Language}},
			detection: d.ID,
			fixed:     remainder{detections: []int{d.ID}},
		})
	}
	return found
}

// labelled chooses detections by label.
func labelled(labels ...string) func(Detection) bool {
	return func(d Detection) bool { return slices.Contains(labels, strings.ToLower(d.Label)) }
}

// ofKind chooses detections by kind.
func ofKind(kind string) func(Detection) bool {
	return func(d Detection) bool { return d.Kind == kind }
}
