package personal

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	number = `\d{1,5}[A-Za-z]?`
	// capitalised is a word of a name in English, or an ordinal.
	capitalised = `([A-Z][A-Za-z'.-]+|\d{1,3}(st|nd|rd|th|ST|ND|RD|TH))`
	// direction may follow a street's name; another word in capitals makes it
	// something else, as in Wall Street Journal.
	direction = `( (N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?`
)

var (
	// Words that streets end in, and little else.
	streetStrong = regexp.MustCompile(`\b(` + number + `,? )?(` + capitalised + ` ){1,3}(Street|STREET|St\.?|ST|Road|ROAD|Rd\.?|RD|Avenue|AVENUE|Ave\.?|AVE|Lane|LANE|Ln\.?|Boulevard|BOULEVARD|Blvd\.?|BLVD|Crescent|CRESCENT|Terrace|TERRACE|Square|SQUARE|Highway|HIGHWAY|Parkway|PARKWAY)` + direction + `(,| [^A-Z]|$)`)
	// Words that mean other things too: with a house number, or alone in the line.
	streetNumbered = regexp.MustCompile(`\b` + number + `,? (` + capitalised + ` ){1,3}(Drive|DRIVE|Dr\.?|DR|Court|COURT|Ct\.?|CT|Close|CLOSE|Place|PLACE|Pl\.?|PL|Way|WAY|Loop|LOOP|Circle|CIRCLE|Trail|TRAIL|Row|ROW|Walk|WALK|Mews|MEWS|Gardens|GARDENS|Grove|GROVE|Hill|HILL)` + direction + `(,|$)`)
	streetAlone    = regexp.MustCompile(`^[A-Z][A-Za-z'-]+( [A-Z][A-Za-z'-]+)? (Drive|DRIVE|Court|COURT|Close|CLOSE)$`)

	streetJoined = regexp.MustCompile(`(?i)\b[a-zäöüß]{3,}(-?[a-zäöüß]{3,})*-?(straße|strasse|str\.|gasse|platz|allee|weg|damm|ufer|ring|straat|laan|gracht|plein|kade|singel|gatan|gade|vej|veien)( ?\d{1,4} ?[a-z]?)?(,|\s|$)`)
	streetGerman = regexp.MustCompile(`(\p{Lu}\p{L}+(er|e|es)? (Straße|Strasse|Str\.|Gasse|Platz|Allee|Weg|Ring|Damm|Ufer)|Straße (des|der|am) [\p{L}\d. ]{3,30}|(Am|An der|An den|Im|In der|In den|Auf der|Auf dem|Unter den|Zum|Zur|Beim) \p{Lu}\p{L}{2,}) \d{1,4} ?[a-z]?(,|$)`)
	streetSpaced = regexp.MustCompile(`(?i)(^|[^\p{L}])(rue|boulevard|avenue|quai|impasse|chemin|viale|piazza|calle|avenida|plaza|paseo|rua|travessa|ulica|ul\.|strada) ((de la|de l'|de|du|des|della|del|di|da|do|la|le|los|las) ?)?\p{Lu}[\p{L}'-]{2,}( \p{L}[\p{L}'-]+)*( ?,? ?\d{1,4} ?[a-z]?)?`)
	streetShort  = regexp.MustCompile(`(^|[^\p{L}])(\d{1,4} ?(bis|ter)?,? )?(Bd|bd|Bld|bld|Boul|Av|av|Ave|ave|C/|Pl|pl|Via|VIA|via|Place|PLACE|place|Corso|corso|Grande Rue|Chaussée)\.? ?((de la|de l'|de|du|des|della|del|di|la|le|los|las) ?)?(\p{Lu}[\p{L}'-]{2,}( \p{Lu}[\p{L}'-]+)*)?( ?,? ?\d{1,4} ?[a-z]?)?`)
	houseNumber  = regexp.MustCompile(`(?i)^((no|nr|nº|n°|unit|suite)\.? ?\d{2,5}|(house|haus|hausnummer|apt|apartment|flat)\.? ?\d{1,5}) ?[a-z]?$`)
	anyDigit     = regexp.MustCompile(`\d`)

	// Words that end in the ending of a street's name and are none.
	notStreets = wordSet(`hallway halfway railway subway weg platz arbeitsplatz parkplatz spielplatz campingplatz sportplatz radweg gehweg fussweg fußweg
		wanderweg hinweg heimweg rückweg ausweg umweg schulweg feldweg hohlweg waldweg flugplatz sitzplatz stehplatz norweg einbahnstraße einbahnstrasse
		sackgasse spielstraße spielstrasse fahrradstraße fahrradstrasse durchweg stellplatz staudamm tennisplatz golfplatz rastplatz bauplatz fußballplatz
		zeltplatz liegeplatz startplatz bolzplatz speicherplatz ring spring string during sharing training boring schlüsselring ohrring hering autobahnring`)
	// Words before Road and the like that make it a road sign, a thing or a phrase.
	notNames = wordSet(`no private end of toll the this that closed through on off google hard flash disk usb test pen thumb zip tape warp first
		second third in one very photo prejudice playground food court supreme high tennis basketball price my your our their and or for with to`)
	// What a way leads through that is no street.
	notVia = wordSet(`email internet bluetooth wifi app web sms post fax telefon air mail usb lan link ferrata`)
)

// wordSet are the words of a text.
func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// findStreets returns ranges of names of streets, with or without a house number,
// and of house numbers alone.
func findStreets(text string) [][2]int {
	var found [][2]int
	whole := func(m []int) bool { return strings.TrimSpace(text) == strings.TrimSpace(text[m[0]:m[1]]) }
	for _, p := range []*regexp.Regexp{streetStrong, streetNumbered, streetAlone} {
		for _, m := range p.FindAllStringIndex(text, -1) {
			named := false
			words := strings.Fields(text[m[0]:m[1]])
			for _, w := range words[:len(words)-1] {
				named = named || notNames[strings.ToLower(w)]
			}
			if !named {
				found = append(found, [2]int{m[0], m[1]})
			}
		}
	}
	for _, m := range streetJoined.FindAllStringIndex(text, -1) {
		s := strings.TrimRight(text[m[0]:m[1]], " ,")
		word := strings.TrimRight(s, "0123456789 ")
		if n := len(word); n < len(s)-2 && s[len(s)-2] == ' ' { // a letter behind the number
			word = strings.TrimRight(word[:min(n, len(word))], "0123456789 ")
		}
		first, _, _ := strings.Cut(word, " ")
		numbered := anyDigit.MatchString(s)
		if !unicode.IsUpper([]rune(s)[0]) || notStreets[strings.ToLower(first)] || !numbered && (!whole(m) || weakEnding(first)) {
			continue
		}
		found = append(found, [2]int{m[0], m[0] + len(s)})
	}
	for _, m := range streetGerman.FindAllStringIndex(text, -1) {
		if strings.HasPrefix(text[m[0]:m[1]], "Straße") || !calendar.MatchString(text[m[0]:m[1]]) {
			found = append(found, [2]int{m[0], m[1]})
		}
	}
	for _, m := range streetSpaced.FindAllStringIndex(text, -1) {
		found = append(found, [2]int{m[0], m[1]})
	}
	for _, m := range streetShort.FindAllStringSubmatchIndex(text, -1) {
		name := m[14] >= 0 // the number is all that Grande Rue needs
		if !anyDigit.MatchString(text[m[0]:m[1]]) {
			// A sign is a line of its own: Via Roma, Place de la Paix.
			word := strings.ToLower(text[m[8]:m[9]])
			if !name || !whole(m[:2]) || word != "via" && (word != "place" || m[10] < 0) {
				continue
			}
			first, _, _ := strings.Cut(text[m[14]:m[15]], " ")
			if notVia[strings.ToLower(first)] || text[m[8]] == 'v' {
				continue
			}
		} else if !name && !strings.HasPrefix(text[m[8]:m[9]], "Grande") {
			continue
		}
		found = append(found, [2]int{m[0], m[1]})
	}
	for _, m := range houseNumber.FindAllStringIndex(text, -1) {
		found = append(found, [2]int{m[0], m[1]})
	}
	return found
}

// calendar are days and months, which follow am, im and beim too.
var calendar = regexp.MustCompile(`(?i) (montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|jahre?|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember) \d`)

// weakEnding says whether a word's ending makes a street only beside a number.
func weakEnding(word string) bool {
	word = strings.ToLower(word)
	for _, e := range []string{"damm", "ufer", "ring", "laan", "plein", "kade", "singel", "vej"} {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

const town = `\p{Lu}[\p{L}.'-]{2,}( (am|an der|im|in|bei|sur|les|en|de|la|sous|\p{Lu}[\p{L}.'-]*|\([\p{L} ]+\)))*`

var (
	postcodes = []*regexp.Regexp{
		regexp.MustCompile(`\b(GIR ?0AA|[A-PR-UWYZ]([0-9]{1,2}|[A-HK-Y][0-9][0-9ABEHMNPRV-Y]?|[0-9][A-HJKPS-UW]) [0-9][ABD-HJLNP-UW-Z]{2})\b`), // United Kingdom
		regexp.MustCompile(`\b[A-Z][A-Za-z.]+( [A-Z][A-Za-z.]+)*,? (AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC),? \d{5}(-\d{4})?\b`),
		regexp.MustCompile(`\b[1-9]\d{3} ?[A-Z]{2} [A-Z][A-Za-z]{2,}\b`),                        // Netherlands
		regexp.MustCompile(`\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d\b`), // Canada
		regexp.MustCompile(`\b[A-Z][A-Za-z]+,? (NSW|VIC|QLD|TAS|ACT|WA|SA|NT) \d{4}\b`),         // Australia
		regexp.MustCompile(`(^|, )(D|A|CH|F|I|E|NL|B|DK|S|N|L)-\d{4,5} ` + town + `$`),          // with a country's sign
		regexp.MustCompile(`(^|, )\d{2}-\d{3} ` + town + `$`),                                   // Poland
		regexp.MustCompile(`(^|, )[1-9]\d{2} \d{2} ` + town + `$`),                              // Czechia, Sweden, Greece
		regexp.MustCompile(`(^|, )[1-9]\d{3} (Zürich|Zurich|Genève|Geneve|Basel|Bern|Lausanne|Luzern|Winterthur|Lugano|Wien|Graz|Linz|Salzburg|Innsbruck|Klagenfurt|Bruxelles|Brussels?|Antwerpen|Gent|Liège|København|Aarhus|Odense|Oslo|Bergen|Trondheim|Luxembourg)\b`),
		fiveDigits,
	}
	// fiveDigits is Germany, France, Spain, Italy and others.
	fiveDigits = regexp.MustCompile(`(^|, )(0[1-9]|[1-9]\d)\d{3} ` + town + `$`)
	// townAfterStreet is a town with a postcode of any length, in the line below a
	// street.
	townAfterStreet = regexp.MustCompile(`^\d{4,5} ` + town + `$`)

	// notTowns are what numbers count.
	notTowns = wordSet(`items meter metres meters euro euros watt volt volts steps pixel pixels jahre years kilo points punkte customers dpi hertz mark dollars
		pounds views likes followers people menschen stück pieces words miles kilometer yen kronen users files photos bilder songs votes tickets
		cards coins credits xp hp seats plätze kunden einwohner results treffer ergebnisse comments posts shares orders reviews bewertungen`)
)

// findAddresses returns ranges of postcodes with a place.
func findAddresses(text string) [][2]int {
	var found [][2]int
	for _, p := range postcodes {
		for _, m := range p.FindAllStringIndex(text, -1) {
			words := strings.FieldsFunc(strings.ToLower(text[m[0]:m[1]]), func(r rune) bool { return !unicode.IsLetter(r) })
			if p == fiveDigits && len(words) > 0 && notTowns[words[0]] {
				continue
			}
			found = append(found, [2]int{m[0], m[1]})
		}
	}
	return found
}
