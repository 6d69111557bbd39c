package check

import (
	"strings"
	"testing"
)

func TestCountryOf(t *testing.T) {
	for _, test := range []struct{ kind, personal, text, want string }{
		{"text", "phone", "Tel. +49 170 1234567", "Germany"},
		{"text", "phone", "+1 (555) 123-4567", "the USA, Canada or the Caribbean"},
		{"text", "phone", "Fax+44 20/7946-0958", "the United Kingdom"},
		{"text", "phone", "+39 06 1234 5678", "Italy"},
		{"text", "phone", "+353 1 234 5678", "Ireland"},
		{"text", "phone", "0170 1234567", ""},
		{"text", "phone", "49 170 1234567", ""},
		{"text", "phone", "+49 170", ""},
		{"text", "phone", "+49 170 1234567 890123", ""},
		{"text", "phone", "+999 170 1234567", ""},
		{"text", "iban", "IBAN: DE89 3704 0044 0532 0130 00", "Germany"},
		{"text", "iban", "GB29NWBK60161331926819", "the United Kingdom"},
		{"text", "iban", "XX89 3704 0044 0532 0130 00", ""},
		{"text", "iban", "de89 3704 0044 0532 0130 00", ""},
		{"text", "email", "+49 170 1234567", ""},
		{"text", "email", "ada@example.co.uk", "the United Kingdom"},
		{"text", "url", "www.example.de/kontakt", "Germany"},
		{"text", "url", "www.example.com", ""},
		{"text", "url", "https://example.me", ""},
		{"text", "url", "example.de.com", ""},
		{"text", "plate", "M-AB 1234", "Germany"},
		{"text", "plate", "AB12 CDE", "the United Kingdom"},
		{"text", "plate", "AB-123-CD", "France or Italy"},
		{"text", "plate", "1234 BCD", "Spain"},
		{"text", "plate", "7ABC123", "the USA"},
		{"text", "plate", "ABC 123", ""},
		{"text", "address", "London SW1A 1AA", "the United Kingdom"},
		{"text", "address", "Springfield, IL 62704", "the USA"},
		{"text", "address", "D-10117 Berlin", "Germany"},
		{"text", "address", "10117 Berlin", ""},
		{"text", "", "+49 170 1234567", ""},
		{"code", "phone", "+49 170 1234567", ""},
	} {
		if got := countryOf(Detection{Kind: test.kind, Personal: test.personal, Text: test.text}); got != test.want {
			t.Errorf("%s, %s, %q: %q, want %q", test.kind, test.personal, test.text, got, test.want)
		}
	}
}

func TestNoCallingCodeBeginsAnother(t *testing.T) {
	for a, country := range callingCodes {
		if len(a) > longestCallingCode || country == "" {
			t.Errorf("%s: %q", a, country)
		}
		for b := range callingCodes {
			if a != b && strings.HasPrefix(b, a) {
				t.Errorf("%s begins %s", a, b)
			}
		}
	}
}
