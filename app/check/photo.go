package check

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"blindspot/risk"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
	"blindspot/scan/preview"
	"blindspot/scrub"
	"blindspot/vision"
)

// newPhoto is an entry whose lists are empty, not null, in JSON.
func newPhoto(path string) *Photo {
	return &Photo{
		Path:       path,
		Format:     container.Unrecognised,
		Attacks:    map[risk.Attack]int{},
		Parts:      []container.Part{},
		Metadata:   []metadata.Fact{},
		Detections: []Detection{},
		Findings:   []Finding{},
		Warnings:   []string{},
	}
}

// Unscored is what [scan.Open] gave for path, without findings, score and SHA256: file
// may be nil where err is not.
func Unscored(path string, file *scan.Photo, err error) *Photo {
	p := newPhoto(path)
	if file != nil {
		p.describe(file)
	}
	if err != nil {
		p.fail(err)
	}
	p.Checked.Metadata = err == nil
	return p
}

func (p *Photo) fail(err error) {
	text := err.Error()
	p.Err, p.Error = err, &text
}

// describe fills in what the file says of itself.
func (p *Photo) describe(f *scan.Photo) {
	p.Format, p.Orientation = f.Format, f.Orientation
	p.Width, p.Height = f.DisplaySize()
	p.Parts = append(p.Parts, f.Parts...)
	p.Metadata = append(p.Metadata, f.Facts...)
	p.Position = f.Position
	p.Warnings = append(p.Warnings, f.Warnings...)
}

// kindOrder is the order in which detections are numbered.
var kindOrder = []vision.Kind{vision.Face, vision.Person, vision.Plate, vision.Document, vision.Screen, vision.Code, vision.Text, vision.Vehicle, vision.Object}

// observe takes over what the detectors saw, numbered from 1.
func (p *Photo) observe(r *vision.Result) {
	found := slices.Clone(r.Detections)
	slices.SortStableFunc(found, func(a, b vision.Detection) int {
		return cmp.Or(
			cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind)),
			cmp.Compare(b.Confidence, a.Confidence))
	})
	for i, d := range found {
		p.Detections = append(p.Detections, NewDetection(i+1, d, p.Width, p.Height))
	}
	p.Checked.Faces = r.Ran[vision.Faces]
	p.Checked.Objects = r.Ran[vision.Objects]
	p.Checked.Plates = r.Ran[vision.Plates]
	p.Checked.Text = r.Ran[vision.Texts]
	p.Checked.Codes = r.Ran[vision.Codes]
}

// sameThing is the share of the smaller of two boxes from which two looks have found the
// same thing.
const sameThing = 0.3

// recall adds those of known that no detection of the same kind lies in the place of.
func (p *Photo) recall(known []Detection) {
	seen := p.Detections
	for _, k := range known {
		if slices.ContainsFunc(seen, func(d Detection) bool { return d.Kind == k.Kind && d.Box.Overlap(k.Box) >= sameThing }) {
			continue
		}
		k.ID = len(p.Detections) + 1
		p.Detections = append(p.Detections, k)
	}
}

// figureRule is the rule whose finding speaks of people's figures.
const figureRule = "people.figure"

// Figures are the people in p, if a finding speaks of their figures; nil where none does.
func (p *Photo) Figures() []Detection {
	if !slices.ContainsFunc(p.Findings, func(f Finding) bool { return f.Rule == figureRule }) {
		return nil
	}
	var all []Detection
	for _, d := range p.Detections {
		if d.Kind == string(vision.Person) {
			all = append(all, d)
		}
	}
	return all
}

// Overlap is the area that a and b share, as a share of the smaller one.
func (a Box) Overlap(b Box) float64 {
	w, h := min(a.X+a.W, b.X+b.W)-max(a.X, b.X), min(a.Y+a.H, b.Y+b.H)-max(a.Y, b.Y)
	smaller := min(a.W*a.H, b.W*b.H)
	if w <= 0 || h <= 0 || smaller <= 0 {
		return 0
	}
	return float64(w*h) / float64(smaller)
}

// NewDetection is d with whole-pixel coordinates, grown outwards and clipped to
// a photo of width × height pixels as displayed.
func NewDetection(id int, d vision.Detection, width, height int) Detection {
	x0 := max(0, int(math.Floor(float64(d.Box.X))))
	y0 := max(0, int(math.Floor(float64(d.Box.Y))))
	x1 := min(width, int(math.Ceil(float64(d.Box.X+d.Box.W))))
	y1 := min(height, int(math.Ceil(float64(d.Box.Y+d.Box.H))))
	return Detection{
		ID: id, Kind: string(d.Kind), Label: d.Label,
		Confidence:  math.Round(float64(d.Confidence)*1000) / 1000,
		Box:         Box{X: x0, Y: y0, W: max(0, x1-x0), H: max(0, y1-y0)},
		Bystander:   d.Bystander,
		Personal:    d.Personal,
		Text:        d.Text,
		Preselected: preselected(d),
		Landmarks:   d.Landmarks,
	}
}

// preselected says what is covered unless the user decides otherwise: what
// tells about people whom the photo is not about, and what can be read.
func preselected(d vision.Detection) bool {
	switch d.Kind {
	case vision.Face:
		return d.Bystander
	case vision.Plate, vision.Document, vision.Screen, vision.Code:
		return true
	case vision.Text:
		return d.Personal != ""
	}
	return false
}

// assess works out findings and scores, in words.
func (c *Checker) assess(p *Photo, f *scan.Photo, o Options) {
	audience := o.Audience
	if audience == "" {
		audience = risk.Public
	}
	a := risk.Assess(riskPhoto(p, f), audience)
	p.Score, p.ScoreIfFixed, p.ScoreIsUpperBound = &a.Score, &a.IfFixed, a.UpperBound
	p.Attacks = a.Attacks
	if a.Crowded {
		p.note(c.catalogue.Text("warning.crowded", nil))
	}
	for _, r := range a.Findings {
		p.Findings = append(p.Findings, c.finding(r))
	}
}

// riskPhoto is a photo as plain values.
func riskPhoto(p *Photo, f *scan.Photo) risk.Photo {
	in := risk.Photo{Name: filepath.Base(p.Path), Unchecked: p.Checked.Missing()}
	gainMap := slices.ContainsFunc(p.Parts, func(part container.Part) bool { return part.Name == scrub.CleanGainMap })
	others := slices.ContainsFunc(p.Parts, func(part container.Part) bool { return part.Kind == container.Thumbnail })
	for _, m := range f.Facts {
		if gainMap && !others && m.Tag == "NumberOfImages" {
			continue // the picture and its gain map
		}
		in.Facts = append(in.Facts, risk.Fact{Group: m.Group, Tag: m.Tag, Value: m.Value})
	}
	if f.Position != nil {
		in.Position, in.Place = &risk.Position{Latitude: f.Position.Latitude, Longitude: f.Position.Longitude}, p.Place
	}
	for _, part := range p.Parts {
		in.Parts = append(in.Parts, risk.Part{Name: part.Name, Kind: string(part.Kind), Length: part.Length})
	}
	for _, q := range p.Previews {
		source := fmt.Sprintf("%s, %d × %d", q.Source, q.Width, q.Height)
		in.Previews = append(in.Previews, risk.Preview{Source: source, Compared: q.Shows != preview.Unknown, Differs: q.Differs()})
	}
	area := float64(p.Width) * float64(p.Height)
	for _, d := range p.Detections {
		in.Detections = append(in.Detections, risk.Detection{
			ID: d.ID, Kind: d.Kind, Label: d.Label, Confidence: d.Confidence,
			Area:      float64(d.Box.W) * float64(d.Box.H) / max(area, 1),
			Bystander: d.Bystander, Personal: d.Personal, Country: countryOf(d), Language: languageOf(d), Topic: topicOf(d),
		})
	}
	return in
}

// mask hides what was read: letters and digits become dots, but for the first
// character, so that its owner can tell which text is meant.
func mask(text string) string {
	first := true
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return r
		}
		if first {
			first = false
			return r
		}
		return '•'
	}, text)
}

// newReport is the report on a batch.
func newReport(photos []*Photo, skipped int) *Report {
	r := &Report{Version: 1, Photos: photos, Links: []Link{}}
	r.Summary = Summarise(photos, skipped)
	return r
}

// Summarise counts a batch.
func Summarise(photos []*Photo, skipped int) Summary {
	s := Summary{Photos: len(photos), Skipped: skipped}
	var scores []int
	for _, p := range photos {
		if p.Error != nil {
			s.Failed++
		}
		if p.Score != nil {
			scores = append(scores, *p.Score)
		}
	}
	if len(scores) > 0 {
		lowest, set := slices.Min(scores), risk.SetScore(scores)
		s.LowestScore, s.SetScore = &lowest, &set
	}
	return s
}
