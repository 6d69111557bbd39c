package risk

import "regexp"

var (
	timeTags = []string{
		"DateTimeOriginal", "CreateDate", "DateTimeDigitized", "DateTimeCreated", "DateCreated", "TimeCreated",
		"DigitalCreationDate", "DigitalCreationTime", "GPSTimeStamp", "GPSDateTime", "GPSDateStamp",
		"SubSecDateTimeOriginal", "SubSecCreateDate", "CreationTime", "TimeStamp",
	}
	editTags = []string{"ModifyDate", "MetadataDate", "HistoryWhen", "SubSecModifyDate", "FirmwareDate"}
	zoneTags = []string{"OffsetTime", "OffsetTimeOriginal", "OffsetTimeDigitized", "TimeZone", "TimeZoneOffset"}

	// A date with a time of day, or a time of day alone, but for midnight sharp,
	// which stands for no time.
	timeOfDay = regexp.MustCompile(`(?:^|[ T])([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d|$|[+\-Z ])`)
	midnight  = regexp.MustCompile(`(?:^|[ T])00:00:00`)
	// An offset from UTC that names a zone: +00:00 is also what devices write
	// that know no zone.
	offset = regexp.MustCompile(`[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?$`)
	zero   = regexp.MustCompile(`[+-]0?0(?::?00)?$`)
)

var timeRules = []Rule{
	{
		ID: "time.exact", Attack: Inference, Group: "time",
		Weights:   Weights{Public: .20, Buyer: .15, Family: .05},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "A time says when somebody was away from home or at work; alone it says little."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(timeTags...),
		find: taggedWhere(hasTime, timeTags...),
	},
	{
		ID: "time.place", Attack: Inference, Group: "time",
		Weights:   Weights{Public: .45, Buyer: .40, Family: .15},
		Adversary: Stranger,
		Basis:     Basis{Paper, "Four points of place and time pick out 95 % of 1.5 million people (de Montjoye et al., Unique in the Crowd, 2013); one is a quarter of the way."},
		Fix:       StripMetadata, Values: []string{"Value", "Latitude", "Longitude", "Radius"}, Evidence: append(evidenceOf(timeTags...), positionEvidence...),
		find: timeAndPlace,
	},
	{
		ID: "time.zone", Attack: Inference, Group: "time.zone",
		Weights:   Weights{Public: .10, Buyer: .08, Family: .03},
		Adversary: Company,
		Basis:     Basis{Judgement, "One of some 25 bands of the world: tells of a journey, and narrows a home down."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(append(zoneTags, timeTags...)...),
		find: zone,
	},
	{
		ID: "time.edited", Attack: Inference, Group: "time.edited",
		Weights:   Weights{Public: .05, Buyer: .05, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Tells when somebody sat at the computer, not when the photo was taken."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(editTags...),
		find: taggedWhere(hasTime, editTags...),
	},
}

func hasTime(value string) bool { return timeOfDay.MatchString(value) && !midnight.MatchString(value) }

func timeAndPlace(v *view) []match {
	p := v.position()
	found := v.stripped(v.factsWhere(hasTime, timeTags...))
	if p == nil || len(found) == 0 {
		return nil
	}
	m := found[0]
	m.values = append(m.values, placeValues(v, *p)...)
	m.evidence = append(placeEvidence(v, *p), m.evidence...)
	m.fixed.position = true
	m.fixed.facts = append(m.fixed.facts, v.facts(coordinateTags...)...)
	return []match{m}
}

// zone finds offsets of their own, and such as end a date.
func zone(v *view) []match {
	says := func(value string) bool { return offset.MatchString(value) && !zero.MatchString(value) }
	dated := func(value string) bool { return timeOfDay.MatchString(value) && says(value) }
	indices := append(v.factsWhere(says, zoneTags...), v.factsWhere(dated, timeTags...)...)
	return v.stripped(indices)
}
