// Package personal tells which lines of text, and which codes, say something
// about a person. Everything that has a check digit is checked. Start with [Find]
// for text that was read from a picture and [Code] for what a code holds.
//
// Text comes from a reader that takes O for 0 and drops spaces, so patterns are
// lenient where a check digit decides and strict where none does.
package personal

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Kind names a pattern.
type Kind string

// The kinds.
const (
	Email        Kind = "email"
	Phone        Kind = "phone"
	Card         Kind = "card"          // payment card number, Luhn
	IBAN         Kind = "iban"          // mod 97
	MRZ          Kind = "mrz"           // machine-readable zone of a passport or ID card, ICAO 9303
	Plate        Kind = "plate"         // written as licence plates are
	URL          Kind = "url"           // web address
	Handle       Kind = "handle"        // @name
	Street       Kind = "street"        // street name, with or without a house number
	Address      Kind = "address"       // postcode with a place
	BirthDate    Kind = "birth-date"    // a date beside a word for birth
	Password     Kind = "password"      // a value beside a word for it
	BoardingPass Kind = "boarding-pass" // IATA BCBP, or a booking reference
	Name         Kind = "name"          // a name beside a word for it
	WiFi         Kind = "wifi"
	VCard        Kind = "vcard"
	Position     Kind = "position" // coordinates
)

var labels = map[Kind]string{
	Email:        "e-mail address",
	Phone:        "phone number",
	Card:         "payment card number",
	IBAN:         "bank account number",
	MRZ:          "passport or ID card lines",
	Plate:        "licence plate",
	URL:          "web address",
	Handle:       "user name",
	Street:       "street name",
	Address:      "postal address",
	BirthDate:    "date of birth",
	Password:     "password",
	BoardingPass: "boarding pass",
	Name:         "name",
	WiFi:         "Wi-Fi login",
	VCard:        "contact card",
	Position:     "coordinates",
	Licence:      "driving licence",
	Health:       "health certificate",
	Parcel:       "parcel number",
	Wallet:       "payment address",
}

// Label is the kind in plain English.
func (k Kind) Label() string { return labels[k] }

// OnDocument says whether only a document carries text of this kind.
func OnDocument(k Kind) bool { return k == MRZ || k == Card || k == BoardingPass }

// DocumentLabel names the document that carries text of kind k.
func DocumentLabel(k Kind) string {
	switch k {
	case MRZ:
		return "passport or ID card"
	case Card:
		return "payment card"
	case BoardingPass:
		return "boarding pass"
	}
	return "document"
}

// Match is a run of bytes of one line.
type Match struct {
	Kind       Kind
	Line       int // index of the line
	Start, End int // byte range in the line
}

const (
	// maxLine is the longest line that is looked at, in bytes: none in a picture is
	// longer.
	maxLine = 1024
	// maxText bounds all lines together: a page of small print has a tenth of it.
	maxText = 1 << 16
)

// Find returns what is personal in lines, which stand in reading order: what a
// label means may stand in the next line. Matches come in order of line and
// start; where two kinds overlap, the more telling one is kept.
func Find(lines []string) []Match {
	total := 0
	for i, text := range lines {
		if total += len(text) + 1; total > maxText {
			lines = lines[:i]
			break
		}
	}
	var all []Match
	for i, text := range lines {
		if len(text) > maxLine {
			continue
		}
		next := ""
		if i+1 < len(lines) && len(lines[i+1]) <= maxLine {
			next = lines[i+1]
		}
		all = append(all, findLine(i, text, next)...)
	}
	all = append(all, findMRZ(lines)...)
	return strongest(all)
}

// rank orders kinds: of two that overlap the first is kept.
var rank = map[Kind]int{
	MRZ: 1, Card: 2, IBAN: 3, Email: 4, Password: 5, BirthDate: 6, BoardingPass: 7,
	Phone: 8, URL: 9, Handle: 10, Street: 11, Address: 12, Position: 13, Plate: 14, Name: 15,
}

func strongest(all []Match) []Match {
	slices.SortStableFunc(all, func(a, b Match) int { return cmp.Compare(rank[a.Kind], rank[b.Kind]) })
	var kept []Match
next:
	for _, m := range all {
		for _, k := range kept {
			if m.Line == k.Line && m.Start < k.End && k.Start < m.End {
				continue next
			}
		}
		kept = append(kept, m)
	}
	slices.SortFunc(kept, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Start, b.Start))
	})
	return kept
}

var (
	emailPattern = regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._%+-]{0,63} ?@ ?[a-z0-9](?:[a-z0-9]|- ?){0,62}(\.[a-z0-9-]{1,63})*\.[a-z]{2,24}\b`)
	schemeURL    = regexp.MustCompile(`(?i)\b(https?:/{1,2}|www\.)[a-z0-9-]+(\.[a-z0-9-]+)+[^\s]*`)
	bareURL      = regexp.MustCompile(`(?i)\b[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.(com|org|net|info|edu|gov|io|co\.uk|de|fr|es|it|nl|at|ch|eu|pl|se|no|dk|fi|be|pt|ie|ca|us|au|nz|ro|cz|hu|gr|jp|br|in|me|app|dev|shop|tv)(/[^\s]*)?(\s|$|[,;)])`)
	handle       = regexp.MustCompile(`(^|[\s(:])(@[A-Za-z_][A-Za-z0-9_.]{2,29})\b`)
	position     = regexp.MustCompile(`-?\d{1,2}\.\d{4,}° ?[NS]?,? ?-?\d{1,3}\.\d{4,}°? ?[EW]?|-?\d{1,2}\.\d{4,}, ?-?\d{1,3}\.\d{4,}|\d{1,2}° ?\d{1,2}['′] ?\d{1,2}(\.\d+)?["″]? ?[NS],? ?\d{1,3}° ?\d{1,2}['′] ?\d{1,2}(\.\d+)?["″]? ?[EW]`)

	streetAfter  = regexp.MustCompile(`\b(\d{1,5}[A-Za-z]?,? )?([A-Z][A-Za-z'.-]+ ){1,3}(Street|STREET|St\.?|ST|Road|ROAD|Rd\.?|RD|Avenue|AVENUE|Ave\.?|AVE|Lane|LANE|Ln\.?|Drive|DRIVE|Dr\.?|DR|Boulevard|BOULEVARD|Blvd\.?|BLVD|Court|COURT|Crescent|CRESCENT|Terrace|TERRACE|Close|CLOSE|Square|SQUARE|Highway|HIGHWAY|Parkway|PARKWAY|Place|PLACE|Pl\.?)(\s|,|$)`)
	streetJoined = regexp.MustCompile(`(?i)\b[a-zäöüß-]{3,}(straße|strasse|str\.|gasse|platz|allee|weg|damm|ufer|straat|laan|gatan|gade|vej|veien)( ?\d{1,4} ?[a-z]?)?\b`)
	streetSpaced = regexp.MustCompile(`(?i)(^|[^a-z])(rue|boulevard|avenue|place|quai|impasse|chemin|via|viale|piazza|corso|calle|avenida|plaza|paseo|rua|travessa|ulica|ul\.|strada) ((de la|de l'|de|du|des|della|del|di|da|do|la|le|los|las) ?)?\p{Lu}[\p{L}'-]{2,}( \p{L}[\p{L}'-]+)*( ?,? ?\d{1,4} ?[a-z]?)?`)
	houseNumber  = regexp.MustCompile(`^(?i)(no|nr|nº|n°|house|haus|apt|apartment|flat|unit|suite)\.? ?\d{1,5} ?[a-z]?$`)

	// Words that end in the ending of a street's name and are none.
	notStreets = map[string]bool{"hallway": true, "halfway": true, "weg": true, "platz": true, "arbeitsplatz": true, "parkplatz": true, "spielplatz": true, "campingplatz": true, "sportplatz": true, "radweg": true, "gehweg": true, "fussweg": true, "fußweg": true, "wanderweg": true, "hinweg": true, "flugplatz": true, "sitzplatz": true, "norweg": true, "einbahnstraße": true, "einbahnstrasse": true, "durchweg": true, "stellplatz": true}

	postcodes = []*regexp.Regexp{
		regexp.MustCompile(`\b(GIR ?0AA|[A-PR-UWYZ]([0-9]{1,2}|[A-HK-Y][0-9][0-9ABEHMNPRV-Y]?|[0-9][A-HJKPS-UW]) [0-9][ABD-HJLNP-UW-Z]{2})\b`), // United Kingdom
		regexp.MustCompile(`\b[A-Z][A-Za-z.]+( [A-Z][A-Za-z.]+)*,? (AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC),? \d{5}(-\d{4})?\b`),
		regexp.MustCompile(`^(D-|A-|CH-|F-|I-|E-|NL-|B-)?\d{4,5} \p{Lu}[\p{L}.-]{2,}( (\p{L}[\p{L}.-]+|\([\p{L} ]+\)))*$`),
		regexp.MustCompile(`\b[1-9]\d{3} ?[A-Z]{2} [A-Z][A-Za-z]{2,}\b`), // Netherlands
	}

	plates = []*regexp.Regexp{
		regexp.MustCompile(`^[A-ZÄÖÜ]{1,3}[ :-][A-Z]{1,2} ?[1-9]\d{0,3}[EH]?$`),   // Germany
		regexp.MustCompile(`^[A-Z]{2}\d{2} ?[A-Z]{3}$`),                           // United Kingdom
		regexp.MustCompile(`^[A-HJ-NP-TV-Z]{2}[ -]?\d{3}[ -]?[A-HJ-NP-TV-Z]{2}$`), // France, Italy
		regexp.MustCompile(`^\d{4} ?[BCDFGHJKLMNPRSTVWXYZ]{3}$`),                  // Spain
		regexp.MustCompile(`^(B ?\d{2,3}|[A-Z]{2} ?\d{2}) ?[A-Z]{3}$`),            // Romania
		regexp.MustCompile(`^([A-Z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2})$`), // Netherlands
		regexp.MustCompile(`^[1-9][A-Z]{3}\d{3}$`),  // California
		regexp.MustCompile(`^[A-Z]{3}[ -]\d{3,4}$`), // several states, Sweden, Brazil
		regexp.MustCompile(`^[A-Z]{3}\d{4}$`),
		regexp.MustCompile(`^[A-Z]{3}\d[A-Z]\d{2}$`), // Mercosur
		regexp.MustCompile(`^[1-9]-[A-Z]{3}-\d{3}$`), // Belgium
		regexp.MustCompile(`^[A-Z]{2,3} \d{4,5}$`),   // Poland, Norway, Switzerland
	}

	dates     = regexp.MustCompile(`(?i)\b(\d{1,2}[./ -]\d{1,2}[./ -](19|20)?\d{2}|(19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}\.? ?(jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\.?,? ?(19|20)?\d{2}|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? (19|20)\d{2})\b`)
	birthWord = regexp.MustCompile(`(?i)(\bd\.? ?o\.? ?b\b|date ?of ?birth|birth ?date|birthday|\bborn\b|geburtsdatum|geburtstag|\bgeb\.|\bgeboren\b|date de naissance|\bnée? le\b|fecha de nacimiento|data di nascita|\bnat[oa] il\b|geboortedatum)`)

	passwordWord  = regexp.MustCompile(`(?i)(pass ?word|pass ?wort|kennwort|pass ?code|pass ?phrase|\bpwd\b|\bpw\b|mot de passe|contrase(ñ|n)a|wachtwoord|(wi-?fi|wlan|network|netzwerk|wpa2?)[ -]?(key|pass|schl(ü|u)ssel)|\b(login|user ?name|benutzer(name)?)\b|\bpin( ?code)?\b)`)
	passwordValue = regexp.MustCompile(`^\s*(is|ist|=|:|-|→)+\s*(\S{4,64})`)
	bareValue     = regexp.MustCompile(`^\s+(\S{4,64})\s*$`)

	bookingWord  = regexp.MustCompile(`(?i)\b(booking ?(ref(erence)?|code|number|no)|record locator|pnr|reservation (code|number)|confirmation (code|number)|buchungs(code|nummer)|reference de reservation)\b`)
	bookingValue = regexp.MustCompile(`^[\s.:#-]*([A-Z0-9]{6})\b`)
	boardingWord = regexp.MustCompile(`(?i)\b(boarding ?pass|bordkarte|carte d'embarquement|tarjeta de embarque|carta d'imbarco)\b`)

	nameWord  = regexp.MustCompile(`(?i)^\W*(hello,? )?(my name is|i am called|name|surname|given names?|first name|last name|vorname|nachname|nom|prénom)\s*(:|=|/|is\b|$)`)
	nameValue = regexp.MustCompile(`^\s*(\p{Lu}[\p{L}'.-]+)( \p{Lu}[\p{L}'.-]*){0,3}\s*$`)
)

// findLine finds what one line says; next is the line after it.
func findLine(i int, text, next string) []Match {
	var all []Match
	add := func(k Kind, start, end int) {
		for start < end && text[start] == ' ' {
			start++
		}
		for end > start && text[end-1] == ' ' {
			end--
		}
		if start < end {
			all = append(all, Match{k, i, start, end})
		}
	}
	addAll := func(k Kind, p *regexp.Regexp) {
		for _, m := range p.FindAllStringIndex(text, -1) {
			add(k, m[0], m[1])
		}
	}
	// whole marks the label's line, and the next one where that holds the value.
	labelled := func(k Kind, at []int, nextToo bool) {
		add(k, at[0], len(text))
		if nextToo {
			all = append(all, Match{k, i + 1, 0, len(next)})
		}
	}

	addAll(Email, emailPattern)
	addAll(URL, schemeURL)
	addAll(URL, bareURL)
	for _, m := range handle.FindAllStringSubmatchIndex(text, -1) {
		add(Handle, m[4], m[5])
	}
	addAll(Position, position)

	digits := digitsFor(text)
	for _, r := range findCards(digits) {
		add(Card, r[0], r[1])
	}
	for _, r := range findIBANs(text) {
		add(IBAN, r[0], r[1])
	}
	for _, r := range findPhones(text, digits) {
		add(Phone, r[0], r[1])
	}

	addAll(Street, streetAfter)
	for _, m := range streetJoined.FindAllStringIndex(text, -1) {
		word := strings.ToLower(strings.TrimRight(text[m[0]:m[1]], "0123456789 "))
		if !notStreets[word] && unicode.IsUpper([]rune(text[m[0]:m[1]])[0]) {
			add(Street, m[0], m[1])
		}
	}
	addAll(Street, streetSpaced)
	addAll(Street, houseNumber)
	for _, p := range postcodes {
		addAll(Address, p)
	}

	trimmed := strings.TrimSpace(text)
	for _, p := range plates {
		if p.MatchString(trimmed) {
			add(Plate, 0, len(text))
			break
		}
	}

	if m := birthWord.FindStringIndex(text); m != nil {
		if findDate(text[m[1]:]) {
			labelled(BirthDate, m, false)
		} else if findDate(next) && strings.TrimSpace(text[m[1]:]) == "" {
			labelled(BirthDate, m, true)
		}
	}
	if m := passwordWord.FindStringIndex(text); m != nil {
		rest := text[m[1]:]
		pin := strings.HasPrefix(strings.ToLower(text[m[0]:m[1]]), "pin")
		if v := passwordValue.FindStringSubmatch(rest); v != nil && (!pin || isDigits(v[2])) {
			labelled(Password, m, false)
		} else if v := bareValue.FindStringSubmatch(rest); v != nil && secretLooking(v[1]) {
			labelled(Password, m, false)
		} else if strings.Trim(rest, " :=-") == "" && secretLooking(strings.TrimSpace(next)) {
			labelled(Password, m, true)
		}
	}
	if m := bookingWord.FindStringIndex(text); m != nil {
		if v := bookingValue.FindStringSubmatch(text[m[1]:]); v != nil && hasLetterAndUpper(v[1]) {
			labelled(BoardingPass, m, false)
		} else if v := bookingValue.FindStringSubmatch(next); v != nil && strings.Trim(text[m[1]:], " :.#") == "" && hasLetterAndUpper(v[1]) {
			labelled(BoardingPass, m, true)
		}
	}
	addAll(BoardingPass, boardingWord)
	if m := nameWord.FindStringIndex(text); m != nil {
		if rest := text[m[1]:]; nameValue.MatchString(rest) {
			add(Name, 0, len(text))
		} else if strings.TrimSpace(rest) == "" && nameValue.MatchString(next) {
			labelled(Name, m, true)
		}
	}
	return all
}

// findDate says whether text holds a date that exists.
func findDate(text string) bool {
	for _, m := range dates.FindAllString(text, -1) {
		if plausibleDate(m) {
			return true
		}
	}
	return false
}

// plausibleDate says whether the numbers of a date can be a day, a month and a
// year, in any order that is written.
func plausibleDate(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	n := make([]int, len(parts))
	for i, p := range parts {
		for _, c := range p {
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	switch len(n) {
	case 2: // the month is a word
		return n[0] >= 1 && n[0] <= 31
	case 3:
		day, month := n[0], n[1]
		if len(parts[0]) == 4 {
			month, day = n[1], n[2]
		}
		if month > 12 {
			day, month = month, day
		}
		return day >= 1 && day <= 31 && month >= 1 && month <= 12
	}
	return false
}

// secretLooking says whether a word is likely a password: not a plain word.
func secretLooking(s string) bool {
	if len(s) < 4 || len(s) > 64 || strings.ContainsAny(s, " \t") {
		return false
	}
	var digit, lower, upper, other bool
	for i, r := range s {
		switch {
		case unicode.IsDigit(r):
			digit = true
		case unicode.IsLower(r):
			lower = true
		case unicode.IsUpper(r):
			upper = upper || i > 0
		default:
			other = other || i < len(s)-1 // a mark at the end belongs to the sentence
		}
	}
	return digit || other && (lower || upper) || lower && upper
}

// PlateLike says whether text on a vehicle can be its licence plate: 5 to 9
// capitals and digits, some of either, and whatever a reader makes of the gaps
// between. It is too weak elsewhere.
func PlateLike(text string) bool {
	letters, digits, n := 0, 0, 0
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'A' && r <= 'Z', r == 'Ä', r == 'Ö', r == 'Ü', r == 'l', r == 'o':
			letters++
		case r >= 'a' && r <= 'z':
			return false
		}
		n++
	}
	return letters+digits >= 5 && letters+digits <= 9 && n <= 12 && letters >= 1 && (digits >= 2 || digits == 1 && letters >= 5)
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// hasLetterAndUpper tells a record locator from a word or an amount.
func hasLetterAndUpper(s string) bool {
	return s == strings.ToUpper(s) && strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
