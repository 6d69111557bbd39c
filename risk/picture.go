package risk

import "strconv"

// vehicleArea is the share of the picture from which a vehicle's make and colour
// can be made out.
const vehicleArea = .02

var pictureRules = []Rule{
	{
		ID: "plate.visible", Attack: ReIdentification, Group: "plate:",
		Weights:   Weights{Public: .50, Buyer: .40, Family: .08},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "A plate leads to a holder through registers, parking apps and other photos; how easily depends on the country."},
		Fix:       Cover, Values: nil, Evidence: detectionEvidence,
		find: seen(ofKind("plate")),
	},
	{
		ID: "document.visible", Attack: Identification, Group: "document:",
		Weights:   Weights{Public: .60, Buyer: .55, Family: .15},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "Documents carry names, numbers and addresses, and can be misused; not every page that looks like one does."},
		Fix:       Cover, Values: []string{"Label"}, Evidence: detectionEvidence,
		find: documents,
	},
	{
		ID: "screen.visible", Attack: Inference, Group: "screen:",
		Weights:   Weights{Public: .25, Buyer: .20, Family: .08},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "Screens show messages, accounts and work where they are on and sharp, which is not tested here."},
		Fix:       Cover, Values: []string{"Label"}, Evidence: detectionEvidence,
		find: seen(ofKind("screen")),
	},
	{
		ID: "vehicle.visible", Attack: Inference, Group: "vehicle",
		Weights:   Weights{Public: .10, Buyer: .10, Family: .02},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "Make and colour tell of means, and are known again in the street; often it is somebody else's."},
		Fix:       Cover, Values: []string{"Label"}, Evidence: detectionEvidence,
		find: seen(func(d Detection) bool { return d.Area >= vehicleArea && ownVehicle(d) }),
	},
}

// documents finds documents. One that was told by a text on it rests on the same
// evidence as that text.
func documents(v *view) []match {
	found := seen(ofKind("document"))(v)
	for i, d := range v.detections(ofKind("document")) {
		if d.Personal != "" {
			found[i].group = textGroup(patternOf(textPatterns, d.Personal))
		}
	}
	return found
}

// ownVehicle chooses vehicles that people own. Bicycles have a rule of their own.
var ownVehicle = labelled("car", "motorcycle", "truck", "boat")

func itoa(n int) string { return strconv.Itoa(n) }

func ids(detections []Detection) []int {
	list := make([]int, len(detections))
	for i, d := range detections {
		list[i] = d.ID
	}
	return list
}
