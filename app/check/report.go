package check

import (
	"blindspot/risk"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
	"blindspot/scan/preview"
	"blindspot/vision"
)

// Report is the document that --json prints; its field names are a promise.
type Report struct {
	Version int      `json:"version"` // 1
	Photos  []*Photo `json:"photos"`
	Links   []Link   `json:"links"`
	Summary Summary  `json:"summary"`
}

// Summary counts a batch.
type Summary struct {
	Photos      int  `json:"photos"`
	Failed      int  `json:"failed"`
	Skipped     int  `json:"skipped"`
	LowestScore *int `json:"lowest_score"` // null where no photo has a score
	SetScore    *int `json:"set_score"`    // null where no photo has a score
}

// Photo is what was found in one photo.
type Photo struct {
	Path              string              `json:"path"`
	SHA256            string              `json:"sha256"`
	Format            container.Format    `json:"format"`
	Width             int                 `json:"width"` // as displayed
	Height            int                 `json:"height"`
	Orientation       int                 `json:"orientation"`
	Score             *int                `json:"score"` // null where no check was asked for or it failed
	ScoreIsUpperBound bool                `json:"score_is_upper_bound"`
	ScoreIfFixed      *int                `json:"score_if_fixed"`
	Attacks           map[risk.Attack]int `json:"attacks"`
	Checked           Checked             `json:"checked"`
	Parts             []container.Part    `json:"parts"`
	Metadata          []metadata.Fact     `json:"metadata"`
	Detections        []Detection         `json:"detections"`
	Findings          []Finding           `json:"findings"`
	Warnings          []string            `json:"warnings"`
	Error             *string             `json:"error"`

	// Position is where the photo says it was taken.
	Position *metadata.Position `json:"-"`
	// Place is what Position is called; nil where that is not known.
	Place *risk.Place `json:"-"`
	// Previews are the pictures within the file, compared with what it shows; nil
	// where the photo's pixels were not looked at.
	Previews []preview.Picture `json:"-"`
	// Unfollowed are parts of the picture in which bytes that no decoder looks at could
	// not be told from others: they are damaged, or packed in an unknown way.
	Unfollowed []container.Part `json:"-"`
	// Notes are Warnings for people: whole sentences, with damage as one of them.
	Notes []string `json:"-"`
	// Err is Error as a value.
	Err error `json:"-"`
}

// Checked says which checks looked at the photo to their end.
type Checked struct {
	Metadata bool `json:"metadata"`
	Faces    bool `json:"faces"`
	Objects  bool `json:"objects"`
	Plates   bool `json:"plates"`
	Text     bool `json:"text"`
	Codes    bool `json:"codes"`
	People   bool `json:"people"`
}

// Missing names the checks that a score rests on and that did not run.
func (c Checked) Missing() []string {
	var names []string
	for _, check := range []struct {
		name string
		ran  bool
	}{
		{"metadata", c.Metadata}, {"faces", c.Faces}, {"objects", c.Objects},
		{"plates", c.Plates}, {"text", c.Text}, {"codes", c.Codes},
	} {
		if !check.ran {
			names = append(names, check.name)
		}
	}
	return names
}

// Box is a rectangle in pixels of the photo as displayed.
type Box struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Detection is something seen in the picture.
type Detection struct {
	ID         int     `json:"id"` // from 1, within the photo
	Kind       string  `json:"kind"`
	Label      string  `json:"label"`
	Confidence float64 `json:"confidence"`
	Box        Box     `json:"box"`
	Person     *int    `json:"person"`
	Bystander  bool    `json:"bystander,omitempty"`
	// Personal names the pattern that a text or code matched.
	Personal string `json:"personal,omitempty"`
	// Text is what was read, masked unless it was asked for.
	Text string `json:"text,omitempty"`
	// Preselected says that the window and the policy "recommended" cover it.
	Preselected bool `json:"-"`
	// Landmarks of a face, as [vision.Detection] has them.
	Landmarks []vision.Point `json:"-"`
}

// Finding is one thing an attacker gains, in words.
type Finding struct {
	Rule         string        `json:"rule"`
	Attack       risk.Attack   `json:"attack"`
	Severity     risk.Severity `json:"severity"`
	Risk         float64       `json:"risk"`
	Group        string        `json:"group"`
	Title        string        `json:"title"`
	Explanation  string        `json:"explanation"`
	Evidence     []string      `json:"evidence"`
	Fix          *risk.Fix     `json:"fix"`
	Detection    *int          `json:"detection"`
	ScoreWithout int           `json:"score_without"`

	// Values are what Title and Explanation are rendered with.
	Values map[string]any `json:"-"`
	// Facts are Evidence before it was rendered.
	Facts []risk.Value `json:"-"`
}

// Link is something that ties photos of a batch together. Photos holds indices.
type Link struct {
	Rule        string        `json:"rule"`
	Attack      risk.Attack   `json:"attack"`
	Severity    risk.Severity `json:"severity"`
	Risk        float64       `json:"risk"`
	Photos      []int         `json:"photos"`
	Title       string        `json:"title"`
	Explanation string        `json:"explanation"`
	Evidence    []string      `json:"evidence"`
	Fix         *risk.Fix     `json:"fix"`
}
