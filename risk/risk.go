// Package risk says what an attacker makes of a photo. It opens no file and runs
// no model: it is given plain values and returns findings and scores. Start with
// [Assess]; [Rules] lists what is looked for and why it weighs what it weighs.
//
// # The score
//
// A score is a ranking by stated weights, 0 to 100, 100 being best. It is not a
// probability. Each finding has a weight in [0,1) and rests on an evidence group;
// within one attack only the largest weight of a group counts, and an attack's
// score is 100·Π(1 − weight) over its groups, rounded down. The photo's score is
// the lowest of the four. So one more finding never raises a score and a fix
// never lowers it.
package risk

// Attack is one of the four attacks of Liu et al., "When Machine Learning Meets
// Privacy: A Survey and Outlook", ACM Computing Surveys 54(2), 2021.
type Attack string

// The attacks.
const (
	Identification   Attack = "identification"
	ReIdentification Attack = "re-identification"
	Inference        Attack = "inference"
	Linkage          Attack = "linkage"
)

// Attacks lists the four in the order in which they are shown.
var Attacks = []Attack{Identification, ReIdentification, Inference, Linkage}

// Severity is low, medium or high.
type Severity string

// The severities.
const (
	Low    Severity = "low"
	Medium Severity = "medium"
	High   Severity = "high"
)

// Fix is what removes a finding.
type Fix string

// The fixes; the empty fix means there is none.
const (
	NoFix         Fix = ""
	StripMetadata Fix = "strip-metadata"
	Cover         Fix = "cover"
	Rename        Fix = "rename"
	LeaveOut      Fix = "leave-out"
)

// Audience selects a column of weights.
type Audience string

// The audiences.
const (
	Public Audience = "public"
	Buyer  Audience = "buyer"
	Family Audience = "family"
)

// Fact is a metadata value, named as exiftool names it.
type Fact struct{ Group, Tag, Value string }

// Position is a place in degrees.
type Position struct{ Latitude, Longitude float64 }

// Place is what is known of a Position by name. Fields that are not known are
// empty.
type Place struct {
	Town, Subregion, Region, Country string
	Kilometres                       float64 // from the position to Town
}

// Detection is something that was seen in the picture.
type Detection struct {
	ID         int
	Kind       string // as vision names it: face, person, plate, document, screen, code, text, vehicle, object
	Label      string
	Confidence float64
	Area       float64 // share of the picture, 0 to 1
	Bystander  bool
	Personal   string // pattern that a text or code matched; empty if none
	Country    string // the country that a personal text gives away; empty if none
	Language   string // the language that a text gives away; empty if none
	Topic      string // what a text is about, as a habit is named: alcohol, medicine; empty if nothing of note
}

// Part is a run of bytes of the file.
type Part struct {
	Name, Kind string // kinds as scan names them
	Length     int64
}

// Preview is a picture within the photo's file.
type Preview struct {
	Source string // where it lies
	// Compared says that it was compared with the picture, Differs that it shows
	// more than that, or something else.
	Compared, Differs bool
}

// Photo is all that the rules look at.
type Photo struct {
	Name       string // base name of the file
	Facts      []Fact
	Position   *Position
	Place      *Place // of Position; nil where it was not looked up
	Parts      []Part
	Previews   []Preview
	Detections []Detection
	// Unchecked names each check that did not run (metadata, faces, objects,
	// plates, text, codes); any makes the score an upper bound.
	Unchecked []string
}

// Value is a named value of a finding, for the catalogues.
type Value struct{ Name, Value string }

// Finding is one thing an attacker gains. Texts lie in the catalogues, under
// "finding.<rule>.title" and "finding.<rule>.explanation", with Values as data.
type Finding struct {
	Rule      string
	Attack    Attack
	Severity  Severity // follows from Risk; see [SeverityOf]
	Risk      float64  // weight, [0,1)
	Group     string
	Values    []Value
	Evidence  []Value // shown as "Name: Value", as found in the photo
	Fix       Fix
	Detection int // id of the detection; 0 for none
	// ScoreWithout is the photo's score if Fix were applied to what this finding
	// rests on and to nothing else: those values removed, that detection covered,
	// the file renamed, or, for LeaveOut, the things not in the picture. It can
	// equal the score where another finding weighs as much.
	ScoreWithout int
}

// Assessment is the result of [Assess].
type Assessment struct {
	Score int // the lowest of Attacks
	// UpperBound says that the true score may be lower: some check did not run, or
	// the photo is Crowded.
	UpperBound bool
	// Crowded says that the photo has more facts than the rules look at.
	Crowded bool
	// IfFixed is the score after all fixes: metadata and everything else that is
	// no picture removed, each detection that a finding names covered, the file
	// renamed. What can only be left out stays.
	IfFixed  int
	Attacks  map[Attack]int
	Findings []Finding // highest risk first
}
