package risk

var habits = []struct {
	id      string
	labels  []string
	weights Weights
	who     Adversary
	reason  string
}{
	{"alcohol", []string{"wine glass", "bottle", "beer", "cocktail"}, Weights{.15, .08, .05}, Company, "Insurers, employers and ex-partners read habits into a glass; a bottle may hold water."},
	{"medicine", []string{"medicine", "pill", "pills", "syringe", "blister pack", "inhaler"}, Weights{.30, .20, .08}, Company, "A medicine names an illness."},
	{"pets", []string{"cat", "dog"}, Weights{.08, .08, .02}, Acquaintance, "A pet is known again in the street and is a common answer to security questions."},
	{"sports", []string{"skis", "snowboard", "surfboard", "skateboard", "tennis racket", "baseball bat", "baseball glove", "frisbee", "kite", "sports ball"}, Weights{.06, .06, .02}, Company, "Tells what somebody does in their free time, and where they can be met."},
	{"travel", []string{"suitcase", "airplane"}, Weights{.12, .12, .03}, Acquaintance, "Luggage or a plane says that somebody is, or will be, away from home."},
	{"reading", []string{"book"}, Weights{.08, .06, .02}, Company, "Titles tell interests, beliefs and worries, where they can be read, which is not tested here."},
	{"bicycle", []string{"bicycle"}, Weights{.06, .06, .02}, Acquaintance, "A bicycle is known again, and is worth stealing."},
}

var homeRules = append(habitRules(), Rule{
	ID: "home.night", Attack: Inference, Group: "home",
	Weights:   Weights{Public: .35, Buyer: .30, Family: .08},
	Adversary: Stranger,
	Basis:     Basis{Judgement, "Where somebody is at night is mostly where they live: homes were found to some 60 m by the places where days end (Krumm, Inference Attacks on Location Tracks, 2007). One night may be spent elsewhere."},
	Fix:       StripMetadata, Values: append([]string{"Value"}, positionValues...), Evidence: append(evidenceOf(clockTags...), positionEvidence...),
	find: nightAndPlace,
}, Rule{
	ID: "home.signals", Attack: Inference, Group: "home",
	Weights:   Weights{Public: .20, Buyer: .20, Family: .02},
	Adversary: Stranger,
	Basis:     Basis{Judgement, "Rooms show how somebody lives, what is worth taking and where the windows are, and a buyer is told the address to fetch something; a hotel room shows less."},
	Fix:       LeaveOut, Values: []string{"Label"}, Evidence: []string{"Seen"},
	find: home,
})

// nightAndPlace finds a precise place with a time at night by the camera's clock.
func nightAndPlace(v *view) []match {
	p := v.position()
	found := v.stripped(v.factsWhere(atNight, clockTags...))
	if p == nil || radius(*p) > preciseRadius || len(found) == 0 {
		return nil
	}
	return []match{withPlace(v, found[0], *p)}
}

func habitRules() []Rule {
	var made []Rule
	for _, h := range habits {
		made = append(made, Rule{
			ID: "habit." + h.id, Attack: Inference, Group: "habit." + h.id,
			Weights: h.weights, Adversary: h.who, Basis: Basis{Judgement, h.reason},
			Fix: Cover, Values: []string{"Label"}, Evidence: detectionEvidence,
			find: seen(func(d Detection) bool { return d.Topic == h.id || labelled(h.labels...)(d) }),
		})
	}
	return made
}

// home finds what stands in private rooms.
func home(v *view) []match {
	found := v.detections(labelled("bed", "couch", "toilet", "sink", "refrigerator", "oven", "microwave", "toaster", "hair drier", "toothbrush"))
	if len(found) == 0 {
		return nil
	}
	var evidence []Value
	for _, d := range found {
		evidence = append(evidence, Value{"Seen", d.Label})
	}
	evidence = readable(evidence)
	return []match{{
		values:   []Value{{"Label", first(evidence)}},
		evidence: evidence,
		fixed:    remainder{detections: ids(found)},
	}}
}
