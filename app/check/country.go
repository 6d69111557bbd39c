package check

import (
	"regexp"
	"strings"

	"blindspot/vision"
	"blindspot/vision/personal"
)

var (
	// internationalNumber is a telephone number with its country's code: a plus
	// sign, then digits in groups.
	internationalNumber = regexp.MustCompile(`\+ ?(\d[\d ().\-/]{6,22})`)
	// accountStart is how a bank account number begins: the country, two check
	// digits, and more.
	accountStart = regexp.MustCompile(`(?:^|[^A-Za-z0-9])([A-Z]{2})\d{2} ?[A-Z0-9]{4}`)
	// domainEnd is the last name of a web or mail address.
	domainEnd = regexp.MustCompile(`(?i)[a-z0-9-]\.([a-z]{2})(?:$|[/\s,;:)?#])`)

	// plateForms are forms of licence plates that one country has, or a few.
	plateForms = []form{
		{regexp.MustCompile(`^[A-ZÄÖÜ]{1,3}[:-][A-Z]{1,2} ?[1-9]\d{0,3}[EH]?$`), "Germany"},
		{regexp.MustCompile(`^[A-Z]{2}\d{2} [A-Z]{3}$`), "the United Kingdom"},
		{regexp.MustCompile(`^[A-HJ-NP-TV-Z]{2}[ -]\d{3}[ -][A-HJ-NP-TV-Z]{2}$`), "France or Italy"},
		{regexp.MustCompile(`^\d{4} [BCDFGHJKLMNPRSTVWXYZ]{3}$`), "Spain"},
		{regexp.MustCompile(`^[1-9]-[A-Z]{3}-\d{3}$`), "Belgium"},
		{regexp.MustCompile(`^([A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2}|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2})$`), "Netherlands"},
		{regexp.MustCompile(`^[1-9][A-Z]{3}\d{3}$`), "the USA"},
	}
	// postcodeForms are forms of postcodes that one country has.
	postcodeForms = []form{
		{regexp.MustCompile(`\b[A-PR-UWYZ][A-HK-Y]?\d[\dA-Z]? \d[ABD-HJLNP-UW-Z]{2}\b`), "the United Kingdom"},
		{regexp.MustCompile(`\b[A-Z]{2},? \d{5}(-\d{4})?\b`), "the USA"},
		{regexp.MustCompile(`\b[1-9]\d{3} ?[A-Z]{2} [A-Z][a-z]`), "Netherlands"},
		{regexp.MustCompile(`^D-\d{5} `), "Germany"},
		{regexp.MustCompile(`^A-\d{4} `), "Austria"},
		{regexp.MustCompile(`^CH-\d{4} `), "Switzerland"},
		{regexp.MustCompile(`^F-\d{5} `), "France"},
		{regexp.MustCompile(`^I-\d{5} `), "Italy"},
	}
)

// form is a way to write something, and the country that does.
type form struct {
	pattern *regexp.Regexp
	country string
}

func countryOfForm(forms []form, text string) string {
	for _, f := range forms {
		if f.pattern.MatchString(text) {
			return f.country
		}
	}
	return ""
}

// Digits of an international telephone number, with the country's code.
const minNumber, maxNumber = 8, 15

// longestCallingCode is the length of a country's code, at most.
const longestCallingCode = 3

// countryOf is the country that a personal text gives away by a code in it or by its
// form; empty where there is none, or it is one of many. Nothing else of the text can
// be told from it.
func countryOf(d Detection) string {
	if d.Kind != string(vision.Text) {
		return ""
	}
	switch personal.Kind(d.Personal) {
	case personal.Phone:
		if m := internationalNumber.FindStringSubmatch(d.Text); m != nil {
			return countryOfNumber(m[1])
		}
	case personal.IBAN:
		if m := accountStart.FindStringSubmatch(d.Text); m != nil {
			return accountCodes[m[1]]
		}
	case personal.URL, personal.Email:
		if m := domainEnd.FindStringSubmatch(d.Text); m != nil {
			return countryOfDomain(strings.ToUpper(m[1]))
		}
	case personal.Plate:
		return countryOfForm(plateForms, strings.TrimSpace(d.Text))
	case personal.Address:
		return countryOfForm(postcodeForms, strings.TrimSpace(d.Text))
	}
	return ""
}

// countryOfDomain is the country of a top-level domain of two letters.
func countryOfDomain(code string) string {
	if country, ok := domainCodes[code]; ok {
		return country
	}
	return accountCodes[code]
}

func countryOfNumber(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(digits) < minNumber || len(digits) > maxNumber {
		return ""
	}
	for n := 1; n <= longestCallingCode; n++ {
		if country := callingCodes[digits[:n]]; country != "" {
			return country
		}
	}
	return ""
}
