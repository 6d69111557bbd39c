package personal

import (
	"strings"
	"testing"
)

// TestDocuments has a positive and a near miss for each document.
func TestDocuments(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		sure             bool
	}{
		{"passport", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", "passport", true},
		{"passport, its words", "PASSPORT\nSurname\nERIKSSON\nGiven names\nANNA MARIA\nNationality\nUTOPIAN", "passport", true},
		{"passport, a cover", "UTOPIA\nPASSPORT", "passport", false},
		{"no passport", "passports are checked here", "", false},

		{"ID card", "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", "ID card", true},
		{"ID card, France", "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n8806923102858CORINNE<<<<<<<6512068F4", "ID card", true},
		{"ID card, Germany", "PERSONALAUSWEIS\nName\nMUSTERMANN\nVornamen\nERIKA", "ID card", true},
		{"student card", "STUDENT CARD\nAnna Kowalska", "ID card", false},
		{"driving licence", "DRIVING LICENCE\n1. MORGAN\n4b. 24.04.2031\nDate of birth 11.03.1976\nSignature", "driving licence", true},
		{"no ID card", "card games tonight", "", false},

		{"payment card", "4111 1111 1111 1111\nVALID THRU 12/27", "payment card", true},
		{"payment card, its number unread", "VISA\nVALID THRU\n12/27\nANNA KOWALSKA", "payment card", true},
		{"no payment card", "We accept VISA and MasterCard", "", false},

		{"boarding pass", "BOARDING PASS\nKOWALSKA/ANNA MS", "boarding pass", true},
		{"boarding pass, its words", "Passenger KOWALSKA\nFlight XY 123\nGate B12\nSeat 14C", "boarding pass", true},
		{"no boarding pass", "Gate B12\nDepartures", "", false},

		{"ticket", "CONCERT TICKET\nRow 12 Seat 14\n24.12.2024 20:00", "ticket", true},
		{"ticket, a train", "FAHRKARTE\nGültig 24.12.2024\nWagen 7 Platz 31\n49,90 EUR", "ticket", true},
		{"no ticket", "Ticket office\n09:00", "", false},

		{"letter", "Dear Anna,\nthank you for your visit.\nYours sincerely,\nJohn", "letter", true},
		{"letter, Germany", "Sehr geehrte Frau Kowalska,\nIhre Rechnung liegt bei.\nMit freundlichen Grüßen", "letter", true},
		{"invoice", "Invoice 2024-17\n10115 Berlin\nDE89 3704 0044 0532 0130 00", "letter", true},
		{"no letter", "Oh dear me\nKind of blue", "", false},
		{"no document", "Open daily\nCoffee and cake", "", false},
	} {
		lines := strings.Split(tt.text, "\n")
		block := make([]int, len(lines))
		for i := range block {
			block[i] = i
		}
		got := Documents(lines, Find(lines), [][]int{block})[0]
		if got.Label != tt.want || got.Sure != tt.sure {
			t.Errorf("%s: %+v, want %q, sure %v", tt.name, got, tt.want, tt.sure)
		}
		for _, i := range got.Lines {
			if i < 0 || i >= len(lines) {
				t.Errorf("%s: line %d", tt.name, i)
			}
		}
	}
}
