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
	all = append(all, findCardRows(lines)...)
	return strongest(all)
}

// rank orders kinds: of two that overlap the first is kept.
var rank = map[Kind]int{
	MRZ: 1, Card: 2, IBAN: 3, Email: 4, Password: 5, BirthDate: 6, BoardingPass: 7,
	Position: 8, Phone: 9, URL: 10, Handle: 11, Street: 12, Address: 13, Plate: 14, Name: 15,
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
	bareURL      = regexp.MustCompile(`(?i)\b[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.(com|org|net|info|edu|gov|io|co\.uk|de|fr|es|it|nl|at|ch|eu|pl|se|no|dk|fi|be|pt|ie|ca|us|au|nz|ro|cz|hu|gr|jp|br|in|me|app|dev|shop|tv)(/[^\s]*)?([\s,;)!?:'"]|\.?$)`)
	// wordURL is what is no address without a path: the ending is a word too.
	wordURL  = regexp.MustCompile(`(?i)^[a-z0-9-]{0,3}\.(it|no|in|me|be|at|us|es|de)$|^[0-9]+\.[a-z]+$`)
	spelled  = regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._%+-]{0,63} ?[([] ?at ?[)\]] ?[a-z0-9-]{1,63}(( ?[([] ?(dot|punkt|point) ?[)\]] ?|\.)[a-z0-9-]{1,63}){0,3}( ?[([] ?(dot|punkt|point) ?[)\]] ?|\.)[a-z]{2,24}\b`)
	handle   = regexp.MustCompile(`(^|[\s(:])(@[A-Za-z_][A-Za-z0-9_.]{2,29})\b`)
	account  = regexp.MustCompile(`(?i)\b(?:instagram|insta|ig|twitter|tiktok|snapchat|snap|telegram|discord|skype|youtube|threads|twitch|steam) ?: ?@?([a-z][\w.-]{2,29})\b|(?:^|\s)(u/[A-Za-z0-9_-]{3,20})$`)
	position = regexp.MustCompile(`-?\d{1,2}\.\d{4,}° ?[NS],? ?-?\d{1,3}\.\d{4,}° ?[EW]|-?\d{1,2}\.\d{5,},? ?-?\d{1,3}\.\d{5,}|\d{1,2}° ?\d{1,2}(\.\d+)?['′] ?(\d{1,2}(\.\d+)?["″'′]+)? ?[NS],? ?\d{1,3}° ?\d{1,2}(\.\d+)?['′] ?(\d{1,2}(\.\d+)?["″'′]+)? ?[EWO]|\b[NS] ?\d{1,2}°? ?\d{1,2}(\.\d+|['′] ?\d{1,2}(\.\d+)?["″]?)['′]?,? ?[EWO] ?\d{1,3}°? ?\d{1,2}(\.\d+|['′] ?\d{1,2}(\.\d+)?["″]?)`)

	passwordWord  = regexp.MustCompile(`(?i)((wi-?fi|wlan|network|netzwerk|wpa2?)[ -]?(key|pass(word|wort|phrase|code)?|schl(ü|u)ssel)|pass ?word|pass ?wort|kennwort|pass ?code|pass ?phrase|\bpwd\b|\bpw\b|mot de passe|contrase(ñ|n)a|wachtwoord|\bclave( wi-?fi)?\b|\bpass ?:|\bwpa2? ?:|\b(login|user ?name|benutzer(name)?)\b|\b(pin|puk)( ?code)?\b|\bcode pin\b|\b(door|gate|alarm|entry|access|safe|lock|t(ü|u)r|haust(ü|u)r)[ -]?code\b)`)
	passwordValue = regexp.MustCompile(`^\s*(is|ist|=|:|-|→)+\s*(\S{4,64})`)
	bareValue     = regexp.MustCompile(`^\s+(\S{4,64})\s*$`)
	numericSecret = regexp.MustCompile(`(?i)^(pin|puk|code pin|.*[ -]code$|.*rcode$)`)

	bookingWord  = regexp.MustCompile(`(?i)\b(booking ?(ref(erence)?|code|number|no)(/code)?|record locator|pnr|reservation (code|number)|confirmation (code|number)|buchungs(code|nummer)|r(e|é)f(e|é)rence( de r(e|é)servation)?|localizador|dossier)\b`)
	bookingValue = regexp.MustCompile(`^[\s.:#-]*([A-Z0-9]{6})\b`)
	boardingWord = regexp.MustCompile(`(?i)\b(boarding ?pass|bordkarte|carte d'embarquement|carte d'acc(e|è)s( (a|à) bord)?|tarjeta de embarque|carta d'imbarco)`)
	ticketNumber = regexp.MustCompile(`(?i)\b(e-?ticket|etkt|tkt)\D{0,8}\d{3}[- ]?\d{10}\b`)

	nameWord  = regexp.MustCompile(`(?i)^\W*(hello,? )?(my name is|i am called|name|name of passenger|passenger( name)?|pax|surname|given names?|first name|last name|holder|bearer|patient|vorname|nachname|inhaber|nom|pr(é|e)nom|titulaire|nombre|apellidos?|cognome|nome|naam)(/[\p{L} ]{3,20})?\s*(:|=|/|is\b|$)`)
	nameLabel = regexp.MustCompile(`(?i)^\W*(surname|given names?|name of passenger|passenger name|vorname|nachname)\s`)
	nameValue = regexp.MustCompile(`^\s*(\p{Lu}[\p{L}'.-]+)([ /]\p{Lu}[\p{L}'.-]*){0,4}\s*$`)
	capitals  = regexp.MustCompile(`^\s*\p{Lu}{2,}([ /'-]\p{Lu}{2,}){0,4}\s*$`)
	titled    = regexp.MustCompile(`^(Mr|MR|Mrs|MRS|Ms|MS|Miss|Dr|DR|Prof|Herrn?|Frau|Mme|Mlle|Sra|Sig\.ra|Dhr|Mevr)\.? (\p{Lu}[\p{L}'-]*\.? ){1,3}\p{Lu}[\p{L}'-]+$`)
	ticketed  = regexp.MustCompile(`^\p{Lu}{2,}/\p{Lu}{2,}( \p{Lu}{2,})? ?(MR|MRS|MS|MISS|MSTR|DR)$`)
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
	for _, m := range bareURL.FindAllStringIndex(text, -1) {
		if !wordURL.MatchString(strings.TrimRight(text[m[0]:m[1]], " ,;)!?:'\".")) {
			add(URL, m[0], m[1])
		}
	}
	addAll(Email, spelled)
	for _, m := range account.FindAllStringSubmatchIndex(text, -1) {
		for k := 2; k < len(m); k += 2 {
			if m[k] >= 0 {
				add(Handle, m[k], m[k+1])
			}
		}
	}
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

	for _, r := range findStreets(text) {
		add(Street, r[0], r[1])
	}
	for _, r := range findAddresses(text) {
		add(Address, r[0], r[1])
	}
	if next != "" && townAfterStreet.MatchString(next) && len(findStreets(text)) > 0 {
		all = append(all, Match{Address, i + 1, 0, len(next)})
	}
	if isPlate(strings.TrimSpace(text)) {
		add(Plate, 0, len(text))
	}

	if m := birthWord.FindStringIndex(text); m != nil {
		rest := strings.TrimSpace(text[m[1]:])
		if findDate(rest) {
			labelled(BirthDate, m, false)
		} else if (rest == "" || strings.ContainsRune("/:(-", rune(rest[0]))) && findDate(next) {
			labelled(BirthDate, m, true)
		}
	}
	if m := passwordWord.FindStringIndex(text); m != nil {
		word := text[m[0]:m[1]]
		rest := text[m[1]:]
		if strings.HasSuffix(word, ":") {
			rest = ":" + rest
		}
		// A word for a number is followed by one; what "is" says is often a sentence.
		fits := func(v string, sentence bool) bool {
			if numericSecret.MatchString(word) {
				return isDigits(strings.TrimRight(v, "#*.,;")) && strings.ContainsAny(v, "0123456789")
			}
			return strings.ContainsFunc(v, isAlphanumeric) && (!sentence || secretLooking(v))
		}
		if v := passwordValue.FindStringSubmatch(rest); v != nil && fits(v[2], strings.HasPrefix(v[1], "i")) {
			labelled(Password, m, false)
		} else if v := bareValue.FindStringSubmatch(rest); v != nil && secretLooking(v[1]) && fits(v[1], true) {
			labelled(Password, m, false)
		} else if next := strings.TrimSpace(next); strings.Trim(rest, " :=-") == "" && secretLooking(next) && fits(next, true) {
			labelled(Password, m, true)
		}
	}
	if m := bookingWord.FindStringIndex(text); m != nil {
		// Other things have references too, which are words or numbers.
		loose := !strings.HasPrefix(strings.ToLower(text[m[0]:m[1]]), "r") && !strings.EqualFold(text[m[0]:m[1]], "dossier")
		fits := func(v string) bool {
			return hasLetterAndUpper(v) && (loose || strings.ContainsAny(v, "0123456789"))
		}
		if v := bookingValue.FindStringSubmatch(text[m[1]:]); v != nil && fits(v[1]) {
			labelled(BoardingPass, m, false)
		} else if v := bookingValue.FindStringSubmatch(next); v != nil && strings.Trim(text[m[1]:], " :.#") == "" && fits(v[1]) {
			labelled(BoardingPass, m, true)
		}
	}
	addAll(BoardingPass, boardingWord)
	addAll(BoardingPass, ticketNumber)
	if m := nameWord.FindStringIndex(text); m != nil {
		if rest := text[m[1]:]; nameValue.MatchString(rest) {
			add(Name, 0, len(text))
		} else if strings.TrimSpace(rest) == "" && nameValue.MatchString(next) {
			labelled(Name, m, true)
		}
	} else if m := nameLabel.FindStringIndex(text); m != nil && capitals.MatchString(text[m[1]:]) {
		add(Name, 0, len(text))
	}
	addAll(Name, titled)
	addAll(Name, ticketed)
	return all
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

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// hasLetterAndUpper tells a record locator from a word or an amount.
func hasLetterAndUpper(s string) bool {
	return s == strings.ToUpper(s) && strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
