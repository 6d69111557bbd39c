package personal

import (
	"regexp"
	"strings"
)

// bcbp are the mandatory items of the first leg of an IATA bar coded boarding pass
// (Resolution 792): format and legs, name, e-ticket mark, reference, from, to,
// carrier, flight, day of the year, cabin, seat, sequence.
var bcbp = regexp.MustCompile(`^M[1-9][A-Z/ .'-]{20}[E ][A-Z0-9 ]{7}[A-Z]{3}[A-Z]{3}[A-Z0-9 ]{3}[0-9 ]{4}[A-Z ]([0-9 ]{3})[A-Z ]([0-9]{3}[A-Z]|[A-Z0-9 ]{4})[0-9A-Z ]{5}`)

// codeStarts are the schemes that tell what a code holds.
var codeStarts = []struct {
	start string
	kind  Kind
}{
	{"WIFI:", WiFi},
	{"BEGIN:VCARD", VCard},
	{"MECARD:", VCard},
	{"BIZCARD:", VCard},
	{"MAILTO:", Email},
	{"MATMSG:", Email},
	{"SMTP:", Email},
	{"TEL:", Phone},
	{"SMSTO:", Phone},
	{"SMS:", Phone},
	{"GEO:", Position},
	{"OTPAUTH:", Password},
	{"HTTP://", URL},
	{"HTTPS://", URL},
	{"BCD\n", IBAN}, // the European Payments Council's credit transfer
	{"SPC\n", IBAN}, // the Swiss QR bill
	{"BCD\r\n", IBAN},
	{"SPC\r\n", IBAN},
}

// Code says what a code that holds text tells about a person, empty where it is
// nothing known, as a product's number.
func Code(text string) Kind {
	if bcbp.MatchString(text) {
		return BoardingPass
	}
	upper := strings.ToUpper(strings.TrimSpace(text[:min(len(text), 16)]))
	for _, s := range codeStarts {
		if strings.HasPrefix(upper, s.start) {
			return s.kind
		}
	}
	lines := strings.Split(text, "\n")
	found := Find(lines)
	if len(found) == 0 {
		return ""
	}
	best := found[0]
	for _, m := range found {
		if rank[m.Kind] < rank[best.Kind] {
			best = m
		}
	}
	if best.Kind == Plate || best.Kind == Name {
		return "" // too weak a pattern for what a machine wrote
	}
	return best.Kind
}
