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
)

// Digits of an international telephone number, with the country's code.
const minNumber, maxNumber = 8, 15

// longestCallingCode is the length of a country's code, at most.
const longestCallingCode = 3

// countryOf is the country that a code in a personal text stands for; empty where
// it has none. Nothing else of the text can be told from it.
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
	}
	return ""
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
