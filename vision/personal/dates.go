package personal

import (
	"regexp"
	"strings"
	"unicode"
)

// month are the names of months and what they are shortened to, in English, German,
// French, Spanish, Italian and Dutch.
const month = `(jan|janv|ene|gen|feb|fe|fé|fev|mar|mär|maerz|mrt|apr|avr|abr|may|mai|mei|mag|jun|jui|giu|jul|lug|aug|aou|aoû|ago|sep|set|oct|okt|ott|nov|dec|dez|déc|dic)\p{L}*`

var (
	dates     = regexp.MustCompile(`(?i)\b(\d{1,2}[./ -]\d{1,2}[./ -](19|20)?\d{2}|(19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}(\.|er)?[ -]?(de )?` + month + `\.?(/\p{L}+)?,?([ -]?(de )?(19|20)?\d{2})?|` + month + `\.? \d{1,2},? (19|20)\d{2})\b`)
	birthWord = regexp.MustCompile(`(?i)(\bd\.? ?o\.? ?b\b\.?|date ?of ?birth|birth ?date|birthday|\bborn\b|geburtsdatum|geburtstag|\bgeb\.( ?-? ?dat(um|\.))?|\bgeboren\b|date de naissance|\bnée? le\b|fecha de nacimiento|\bnacid[oa] el\b|data di nascita|\bnat[oa] il\b|geboortedatum|^ ?\* ?)`)
)

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
	case 1, 2: // the month is a word
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
