package risk

import (
	"regexp"
	"strconv"
)

var (
	timeTags = []string{
		"DateTimeOriginal", "CreateDate", "DateTimeDigitized", "DateTimeCreated", "DateCreated", "TimeCreated",
		"DigitalCreationDate", "DigitalCreationTime", "GPSTimeStamp", "GPSDateTime", "GPSDateStamp",
		"SubSecDateTimeOriginal", "SubSecCreateDate", "CreationTime", "TimeStamp",
	}
	// clockTags hold when a photo was taken by the camera's own clock.
	clockTags = []string{"DateTimeOriginal", "CreateDate", "DateTimeDigitized", "DateTimeCreated", "SubSecDateTimeOriginal", "SubSecCreateDate"}
	editTags  = []string{"ModifyDate", "MetadataDate", "HistoryWhen", "SubSecModifyDate", "FirmwareDate"}
	zoneTags  = []string{"OffsetTime", "OffsetTimeOriginal", "OffsetTimeDigitized", "TimeZone", "TimeZoneOffset"}

	// A date with a time of day, or a time of day alone, but for midnight sharp,
	// which stands for no time.
	timeOfDay = regexp.MustCompile(`(?:^|[ T])([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d|$|[+\-Z ])`)
	midnight  = regexp.MustCompile(`(?:^|[ T])00:00:00`)
	// An offset from UTC that names a zone: +00:00 is also what devices write
	// that know no zone.
	offset = regexp.MustCompile(`[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?$`)
	zero   = regexp.MustCompile(`[+-]0?0(?::?00)?$`)
	// zoneEnd is an offset written in full.
	zoneEnd = regexp.MustCompile(`[+-]\d\d:\d\d$`)
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
		Basis:     Basis{Judgement, "Four points of place and time pick out 95 % of 1.5 million people (de Montjoye et al., Unique in the Crowd, 2013). No figure is given for one, which is what a photo has."},
		Fix:       StripMetadata, Values: append([]string{"Value"}, positionValues...), Evidence: append(evidenceOf(timeTags...), positionEvidence...),
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
		ID: "time.zone-country", Attack: ReIdentification, Group: "location",
		Weights:   Weights{Public: .08, Buyer: .08, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "A few countries have a clock of their own, set off by a half or a quarter of an hour: as a country in words."},
		Fix:       StripMetadata, Values: []string{"Value", "Country"}, Evidence: evidenceOf(append(zoneTags, timeTags...)...),
		find: zoneCountry,
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
	return []match{withPlace(v, found[0], *p)}
}

// withPlace is m, which rests on times, with the place p.
func withPlace(v *view, m match, p Position) match {
	m.values = append(m.values, placeValues(v, p)...)
	m.evidence = append(placeEvidence(v, p), m.evidence...)
	m.fixed.position = true
	m.fixed.facts = append(m.fixed.facts, v.facts(coordinateTags...)...)
	return m
}

// atNight says whether a time is between ten in the evening and five in the morning.
// Midnight sharp stands for no time.
func atNight(value string) bool {
	m := timeOfDay.FindStringSubmatch(value)
	if m == nil || !hasTime(value) {
		return false
	}
	hour, err := strconv.Atoi(m[1])
	return err == nil && (hour >= 22 || hour < 5)
}

// zone finds offsets of their own, and such as end a date.
func zone(v *view) []match {
	return v.stripped(v.zonesWhere(func(value string) bool { return offset.MatchString(value) && !zero.MatchString(value) }))
}

// zonesWhere finds the offsets that keep chooses, those that end a date included.
func (v *view) zonesWhere(keep func(string) bool) []int {
	dated := func(value string) bool { return timeOfDay.MatchString(value) && keep(value) }
	return append(v.factsWhere(keep, zoneTags...), v.factsWhere(dated, timeTags...)...)
}

// zoneCountries are offsets that only the clocks of one or two countries have, or
// had within the age of digital cameras, by the IANA time zone database.
var zoneCountries = map[string]string{
	"+03:30": "Iran",
	"+04:30": "Afghanistan or Iran",
	"+05:30": "India or Sri Lanka",
	"+05:45": "Nepal",
	"+06:30": "Myanmar or the Cocos Islands",
	"+08:30": "North Korea",
	"+08:45": "Eucla, Australia",
	"+09:30": "central Australia",
	"+10:30": "South Australia or Lord Howe Island",
	"+12:45": "the Chatham Islands, New Zealand",
	"+13:45": "the Chatham Islands, New Zealand",
	"+14:00": "Samoa or the Line Islands, Kiribati",
	"-02:30": "Newfoundland, Canada",
	"-03:30": "Newfoundland, Canada",
	"-04:30": "Venezuela",
	"-09:30": "the Marquesas Islands",
}

// zoneCountry finds offsets that only one country's clocks have.
func zoneCountry(v *view) []match {
	country := func(value string) string { return zoneCountries[zoneEnd.FindString(value)] }
	found := v.stripped(v.zonesWhere(func(value string) bool { return country(value) != "" }))
	for i := range found {
		found[i].values = append(found[i].values, Value{"Country", country(found[i].values[0].Value)})
	}
	return found
}
