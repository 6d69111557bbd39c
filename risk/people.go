package risk

var (
	personTags = []string{
		"RegionName", "RegionPersonDisplayName", "PersonInImage", "PersonInImageName", "PersonDisplayName",
		"NamesOfPeople", "BabyName", "BabyAge", "PetName",
		"RecognizedFace1Name", "RecognizedFace2Name", "RecognizedFace3Name",
		"RecognizedFace1Age", "RecognizedFace2Age", "RecognizedFace3Age",
	}
	faceTags = []string{
		"RegionType", "RegionAreaX", "RegionRectangle", "FacesDetected", "FaceDetected", "FaceInfo", "Face1Position",
		"FaceRecInfo", "FacePositions", "RegionPersonEmailDigest", "RegionPersonLiveIdCID",
		"RecognizedFace1Position", "RecognizedFace2Position", "RecognizedFace3Position",
	}
)

var peopleRules = []Rule{
	{
		ID: "people.face", Attack: Identification, Group: "face:",
		Weights:   Weights{Public: .35, Buyer: .30, Family: .05},
		Adversary: Stranger,
		Basis:     Basis{Paper, "About a third of volunteers photographed on a campus were identified by face recognition against public profiles (Acquisti, Gross and Stutzman, Face Recognition and Privacy in the Age of Augmented Reality, 2014). Recognition has improved since."},
		Fix:       Cover, Values: nil, Evidence: detectionEvidence,
		find: seen(func(d Detection) bool { return d.Kind == "face" && !d.Bystander }),
	},
	{
		ID: "people.bystander", Attack: Identification, Group: "face:",
		Weights:   Weights{Public: .12, Buyer: .12, Family: .04},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "A small, unsharp or turned face is matched less often than one that looks into the camera; its owner was not asked."},
		Fix:       Cover, Values: nil, Evidence: detectionEvidence,
		find: seen(func(d Detection) bool { return d.Kind == "face" && d.Bystander }),
	},
	{
		ID: "people.figure", Attack: Identification, Group: "figure",
		Weights:   Weights{Public: .10, Buyer: .08, Family: .02},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "Those who know a person know the figure and clothes; machines do too: with 1.25 other named photos of somebody, a covered head was put to the right name 69.6 % of the time among known people (Oh et al., Faceless Person Recognition, 2016). A stranger has no such photos."},
		Fix:       LeaveOut, Values: []string{"Count"}, Evidence: []string{"Figures"},
		find: figures,
	},
	{
		ID: "people.named-face", Attack: Identification, Group: "name",
		Weights:   Weights{Public: .70, Buyer: .60, Family: .10},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "The name is written beside the face: nothing needs to be recognised."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(personTags...),
		find: tagged(personTags...),
	},
	{
		ID: "people.face-mark", Attack: Identification, Group: "face-mark",
		Weights:   Weights{Public: .08, Buyer: .08, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Marks without a name say where faces are, and some hold a code for a person in an address book."},
		Fix:       StripMetadata, Values: nil, Evidence: evidenceOf(faceTags...),
		find: tagged(faceTags...),
	},
	{
		ID: "people.child-things", Attack: Inference, Group: "child",
		Weights:   Weights{Public: .20, Buyer: .15, Family: .03},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "A toy suggests a child in the home; it often is not one's own."},
		Fix:       Cover, Values: []string{"Label"}, Evidence: detectionEvidence,
		find: seen(labelled("teddy bear", "toy", "doll", "stroller", "pram", "cot", "crib", "high chair")),
	},
}

const (
	// figureArea is the share of the picture from which somebody's figure and
	// clothes can be made out.
	figureArea = .01
	// figureOfFace is how many times as large as the photo's largest face a
	// person must be: below it the picture shows a head and little more. Over
	// portraits it was 1.0 to 1.4 for heads, and 3 or more for others.
	figureOfFace = 2
)

// figures judges by the faces of the whole photo, covered or not: covering a
// face adds no figure.
func figures(v *view) []match {
	least := figureArea
	for _, d := range v.photo.Detections {
		if d.Kind == "face" {
			least = max(least, figureOfFace*d.Area)
		}
	}
	found := v.detections(func(d Detection) bool { return d.Kind == "person" && d.Area >= least })
	if len(found) == 0 {
		return nil
	}
	count := itoa(len(found))
	return []match{{
		values:   []Value{{"Count", count}},
		evidence: []Value{{"Figures", count}},
		fixed:    remainder{detections: ids(found)},
	}}
}
