package personal

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// digitsFor is text, of the same length, with letters that a reader takes for
// digits turned into them where they stand beside one.
func digitsFor(text string) string {
	b := []byte(text)
	swap := map[byte]byte{'O': '0', 'o': '0', 'I': '1', 'l': '1', '|': '1'}
	digit := func(i int) bool { return i >= 0 && i < len(b) && b[i] >= '0' && b[i] <= '9' }
	for i, c := range b {
		if d, ok := swap[c]; ok && (digit(i-1) || digit(i+1)) {
			b[i] = d
		}
	}
	return string(b)
}

var digitRun = regexp.MustCompile(`\d([ .-]?\d){11,22}`)

// findCards returns ranges of payment card numbers: 13 to 19 digits of a known
// issuer range whose Luhn check digit (ISO/IEC 7812-1) is right.
func findCards(text string) [][2]int {
	var found [][2]int
	for _, m := range digitRun.FindAllStringIndex(text, -1) {
		var digits []byte
		var at []int
		for i := m[0]; i < m[1]; i++ {
			if c := text[i]; c >= '0' && c <= '9' {
				digits = append(digits, c-'0')
				at = append(at, i)
			}
		}
		// The run may go on with a date or a code: the longest prefix that fits.
		for n := min(len(digits), 19); n >= 13; n-- {
			if cardLength(digits, n) && Luhn(digits[:n]) {
				found = append(found, [2]int{at[0], at[n-1] + 1})
				break
			}
		}
	}
	return found
}

// cardRow is a row of a card whose number stands in several.
var cardRow = regexp.MustCompile(`^\d{4}( ?\d{4}){0,2}$`)

// findCardRows finds card numbers whose groups of four stand below each other.
func findCardRows(lines []string) []Match {
	var all []Match
	for i := range lines {
		number := ""
		for j := i; j < len(lines) && j < i+4 && len(lines[j]) < 20; j++ {
			row := strings.TrimSpace(digitsFor(lines[j]))
			if !cardRow.MatchString(row) {
				break
			}
			number += strings.ReplaceAll(row, " ", "")
			if j > i && len(number) == 16 && len(findCards(number)) == 1 {
				for k := i; k <= j; k++ {
					all = append(all, Match{Card, k, 0, len(lines[k])})
				}
			}
		}
	}
	return all
}

// cardLength says whether an issuer gives out numbers of n digits that start as
// these do.
func cardLength(d []byte, n int) bool {
	two := int(d[0])*10 + int(d[1])
	four := two*100 + int(d[2])*10 + int(d[3])
	switch {
	case d[0] == 4: // Visa
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720: // Mastercard
		return n == 16
	case two == 34 || two == 37: // American Express
		return n == 15
	case two == 36 || two == 38 || two == 39 || four >= 3000 && four <= 3059: // Diners Club
		return n == 14 || n == 16 || n == 19
	case four >= 3528 && four <= 3589: // JCB
		return n >= 16
	case two == 62 || two == 65 || four == 6011 || four >= 6440 && four <= 6599: // UnionPay, Discover
		return n >= 16
	case two == 50 || two >= 56 && two <= 69: // Maestro
		return n >= 13
	}
	return false
}

// Luhn says whether the last of the digits (0 to 9) is the check digit of the
// others, as ISO/IEC 7812-1 defines it.
func Luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(digits) > 0 && sum%10 == 0
}

// ibanLengths are those of the IBAN registry.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
	"CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "ES": 24, "FI": 18,
	"FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28,
	"IE": 22, "IL": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20,
	"LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
	"PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19,
	"SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}

var ibanStart = regexp.MustCompile(`(?i)[A-Z]{2}[0-9OIl]{2}`)

// findIBANs returns ranges of bank account numbers whose check digits (ISO 13616,
// mod 97) are right.
func findIBANs(text string) [][2]int {
	var found [][2]int
	for from := 0; ; {
		m := ibanStart.FindStringIndex(text[from:])
		if m == nil {
			return found
		}
		start := from + m[0]
		from = start + 1
		want := ibanLengths[strings.ToUpper(text[start:start+2])]
		if want == 0 {
			continue
		}
		var compact []byte
		end := start
		for end < len(text) && len(compact) < want {
			c := text[end]
			if c >= 'a' && c <= 'z' {
				c -= 'a' - 'A'
			}
			switch {
			case c >= '0' && c <= '9', c >= 'A' && c <= 'Z':
				compact = append(compact, c)
			case c != ' ' && c != '-':
				want = -1
			}
			end++
		}
		if len(compact) != want {
			continue
		}
		// A reader's O in the check digits can only be 0.
		for i := 2; i < 4; i++ {
			switch compact[i] {
			case 'O':
				compact[i] = '0'
			case 'I', 'L':
				compact[i] = '1'
			}
		}
		if Mod97(string(compact)) {
			found = append(found, [2]int{start, end})
			from = end
		}
	}
}

// Mod97 says whether the check digits of an IBAN, written in capitals without
// spaces, are right (ISO 7064 MOD 97-10).
func Mod97(iban string) bool {
	if len(iban) < 5 {
		return false
	}
	rest := 0
	for _, c := range []byte(iban[4:] + iban[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

var (
	phoneRun   = regexp.MustCompile(`[+(]?\d[\d ()./-]{4,20}\d`)
	phoneLabel = regexp.MustCompile(`(?i)(^|[^\p{L}])(t[eé]l([eé]fono|[eé]phone|efon|efoon)?|tlf|phone|ph|mobile?|mob|m[oó]vil|cell?(ular|ulare)?|portable|call|ring|fax|fon|handy|whatsapp|sms|hotline|rufnummer|notruf|☎|[tm](:|\.))\W{0,4}(us|me|at|now|no|nr|number|nummer)?\W{0,3}$`)
	// otherLabel are words for numbers of other things.
	otherLabel = regexp.MustCompile(`(?i)(^|[^\p{L}])(lot|nr|no|art|artikel|serial|s/?n|order|ref|id|part|model|isbn|ean|batch|charge|rechnung|invoice|kunden|customer|account|konto|patent|version)[\w.-]*\W{0,3}$`)
	// phoneForms are how national numbers are written that nothing else is.
	phoneForms = []*regexp.Regexp{
		regexp.MustCompile(`^(1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]\d{4}$`),  // United States, Canada
		regexp.MustCompile(`^0[1-9]([ .]\d{2}){4}$|^0[67]\d{8}$`),                     // France
		regexp.MustCompile(`^07\d{9}$`),                                               // United Kingdom, mobile
		regexp.MustCompile(`^01[5-7]\d{8,9}$`),                                        // Germany, mobile
		regexp.MustCompile(`^([6789]\d{2} \d{2} \d{2} \d{2}|9\d \d{3} \d{2} \d{2})$`), // Spain
		regexp.MustCompile(`^[6-9]\d{4} \d{5}$`),                                      // India
		regexp.MustCompile(`^\(\d{2}\) ?9?\d{4}-\d{4}$`),                              // Brazil
		regexp.MustCompile(`^1[3-9]\d \d{4} \d{4}$`),                                  // China
		regexp.MustCompile(`^[1-9]\d \d{3} \d{2} \d{2}$`),                             // Poland
		regexp.MustCompile(`^8 \(\d{3}\) \d{3}-\d{2}-\d{2}$`),                         // Russia
	}
	phoneZero  = regexp.MustCompile(`^\(?0\d{1,5}\)?[ /.-]+\d[\d ./-]{4,12}\d$`)
	phoneZeros = regexp.MustCompile(`^00[1-9]`)
	notPhone   = regexp.MustCompile(`^\d{1,2}\.\d{2} ?- ?\d{1,2}\.\d{2}|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}( |$)|^\d{4}[./-]\d{1,2}[./-]\d{1,2}( |$)`)
)

// labelReach is how far before a number its label may start, in bytes.
const labelReach = 32

// findPhones returns ranges of phone numbers: international ones, national ones
// that are written with groups, and any number after a word for one. ITU-T E.164
// allows 15 digits.
func findPhones(text, digits string) [][2]int {
	var found [][2]int
	for _, m := range phoneRun.FindAllStringIndex(digits, -1) {
		s := strings.TrimSpace(digits[m[0]:m[1]])
		n := 0
		for _, c := range s {
			if c >= '0' && c <= '9' {
				n++
			}
		}
		before := text[max(0, m[0]-labelReach):m[0]]
		labelled := phoneLabel.MatchString(before)
		if n > 15 || n < 7 && !(labelled && n == 6) || notPhone.MatchString(s) || counts(s) {
			continue
		}
		if m[0] > 0 && (digits[m[0]-1] >= '0' && digits[m[0]-1] <= '9' || strings.ContainsRune("$€£,:", rune(digits[m[0]-1]))) && !labelled {
			continue
		}
		national := !otherLabel.MatchString(before)
		switch {
		case s[0] == '+' && n >= 8,
			labelled,
			national && phoneZeros.MatchString(s) && n >= 10,
			national && phoneZero.MatchString(s) && n >= 8 && n <= 13,
			national && slices.ContainsFunc(phoneForms, func(p *regexp.Regexp) bool { return p.MatchString(s) }):
			found = append(found, [2]int{m[0], m[1]})
		}
	}
	return found
}

// counts says whether the groups of a number follow each other, as on a ruler, a
// calendar or a keypad.
func counts(s string) bool {
	groups := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if len(groups) < 3 {
		return strings.HasPrefix("01234567890", s) || strings.HasPrefix("12345678901", s)
	}
	last := 0
	for i, g := range groups {
		n, err := strconv.Atoi(g)
		if err != nil || i > 0 && n != last+1 {
			return false
		}
		last = n
	}
	return true
}
