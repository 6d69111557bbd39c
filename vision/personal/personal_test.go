package personal

import (
	"slices"
	"strings"
	"testing"
)

// cases give lines and the kinds found in them, in order; near misses have none.
var cases = []struct {
	name  string
	lines []string
	want  []Kind
}{
	{"e-mail", []string{"write to anna.k@example.org today"}, []Kind{Email}},
	{"e-mail with a gap", []string{"anna.k @example.org"}, []Kind{Email}},
	{"e-mail, a gap behind a hyphen", []string{"info@blue- harbour.co.uk"}, []Kind{Email}},
	{"no e-mail: two words behind the sign", []string{"info@blue harbour.co.uk or not"}, []Kind{URL}},
	{"no e-mail", []string{"3 apples @ 2.50 each"}, nil},

	{"phone, international", []string{"+44 20 7946 0958"}, []Kind{Phone}},
	{"phone, United States", []string{"(555) 234-5678"}, []Kind{Phone}},
	{"phone, United States, a bracket lost", []string{"(555234-5678"}, []Kind{Phone}},
	{"phone, national", []string{"030 / 901820 12"}, []Kind{Phone}},
	{"phone, labelled", []string{"Tel: 2345678"}, []Kind{Phone}},
	{"phone, misread", []string{"+44 2O 7946 O958"}, []Kind{Phone}},
	{"no phone: date and time", []string{"2021-03-04 12:30", "04.03.2021 12-30"}, nil},
	{"no phone: price and count", []string{"1 234 567 items", "$1234567"}, nil},
	{"no phone: article number", []string{"9783161484100"}, nil},

	{"card", []string{"4111 1111 1111 1111"}, []Kind{Card}},
	{"card, American Express", []string{"3782 822463 10005"}, []Kind{Card}},
	{"card, with its date behind", []string{"5555 5555 5555 4444 12 27"}, []Kind{Card}},
	{"card, misread", []string{"4111 1111 1111 11l1"}, []Kind{Card}},
	{"no card: wrong check digit", []string{"4111 1111 1111 1112"}, nil},
	{"no card: no issuer", []string{"9111 1111 1111 1111 18"}, nil},

	{"IBAN", []string{"IBAN DE89 3704 0044 0532 0130 00"}, []Kind{IBAN}},
	{"IBAN, compact", []string{"GB82WEST12345698765432"}, []Kind{IBAN}},
	{"no IBAN: wrong check digits", []string{"DE88 3704 0044 0532 0130 00"}, nil},
	{"no IBAN: no such country", []string{"XX89 3704 0044 0532 0130 00"}, nil},

	{"passport", []string{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}, []Kind{MRZ, MRZ}},
	{"passport, fillers lost", []string{"P<UTOERIKSSON<<ANNA<MARIA<<<", "L898902C36UTO7408122F1204159ZE184226B<10"}, []Kind{MRZ, MRZ}},
	{"passport, one check digit misread", []string{"L898902C36UTO7408122F1204158ZE184226B<<<<<10"}, []Kind{MRZ}},
	{"ID card", []string{"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"}, []Kind{MRZ, MRZ, MRZ}},
	{"ID card, France, its second line alone", []string{"", "8806923102858CORINNE<<<<<<<6512068F4"}, []Kind{MRZ}},
	{"no passport: wrong check digits", []string{"L898902C30UTO7408120F1204150ZE184226B<<<<<10"}, nil},
	{"no passport: HTML", []string{"P<b>bold<i>text</i></b>"}, nil},

	{"plate, Germany", []string{"B-MW 1234"}, []Kind{Plate}},
	{"plate, United Kingdom", []string{"AB12 CDE"}, []Kind{Plate}},
	{"plate, France", []string{"AB-123-CD"}, []Kind{Plate}},
	{"plate, California", []string{"7ABC123"}, []Kind{Plate}},
	{"no plate: in a sentence", []string{"see AB12 CDE there"}, nil},
	{"no plate: model", []string{"ISO 9"}, nil},

	{"web address", []string{"https://example.com/anna"}, []Kind{URL}},
	{"web address, bare", []string{"visit example.com/me"}, []Kind{URL}},
	{"no web address", []string{"end of file.Then more", "version 1.2.3"}, nil},

	{"handle", []string{"follow @anna_k"}, []Kind{Handle}},
	{"no handle", []string{"2 @ 3", "@ home"}, nil},

	{"street, English", []string{"221B Baker Street"}, []Kind{Street}},
	{"street sign", []string{"ABBEY ROAD"}, []Kind{Street}},
	{"street, German", []string{"Schillerstraße 12"}, []Kind{Street}},
	{"street, French", []string{"12 rue de Rivoli"}, []Kind{Street}},
	{"house number", []string{"No. 12"}, []Kind{Street}},
	{"no street", []string{"road works ahead", "Spielplatz", "12"}, nil},

	{"address, United States", []string{"Springfield, IL 62704"}, []Kind{Address}},
	{"address, United Kingdom", []string{"London SW1A 1AA"}, []Kind{Address}},
	{"address, Germany", []string{"10115 Berlin"}, []Kind{Address}},
	{"no address", []string{"12345 items sold", "Room 101"}, nil},

	{"birth", []string{"Date of birth: 12.08.1974"}, []Kind{BirthDate}},
	{"birth, next line", []string{"DOB", "12 AUG 1974"}, []Kind{BirthDate, BirthDate}},
	{"no birth: no such date", []string{"born 45.13.1974"}, nil},
	{"no birth: a date alone", []string{"12.08.1974"}, nil},

	{"password", []string{"Password: hunter2"}, []Kind{Password}},
	{"password, next line", []string{"WiFi key", "Xk29-fFq"}, []Kind{Password, Password}},
	{"PIN", []string{"PIN: 4821"}, []Kind{Password}},
	{"no password", []string{"Forgot password?", "password required", "pin: board"}, nil},

	{"booking reference", []string{"Booking ref: X7K2QP"}, []Kind{BoardingPass}},
	{"boarding pass", []string{"BOARDING PASS"}, []Kind{BoardingPass}},
	{"no booking reference", []string{"booking reference 123456", "now boarding"}, nil},

	{"name", []string{"HELLO my name is", "Anna"}, []Kind{Name, Name}},
	{"name, labelled", []string{"Name: Anna Kowalska"}, []Kind{Name}},
	{"no name", []string{"the name of the rose"}, nil},

	{"coordinates", []string{"48.85837, 2.29448"}, []Kind{Position}},
	{"no coordinates", []string{"48.9, 2.3"}, nil},
}

func TestFind(t *testing.T) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			var got []Kind
			for _, m := range Find(tt.lines) {
				got = append(got, m.Kind)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q: %v, want %v", tt.lines, got, tt.want)
			}
		})
	}
}

func TestCheckDigit(t *testing.T) {
	for _, tt := range []struct {
		field, check string
		want         bool
	}{
		{"520727", "3", true}, {"AB2134<<<", "5", true}, {"520727", "4", false},
		{"52O727", "3", true}, {"", "0", false}, {"52 727", "3", false},
	} {
		if got := CheckDigit(tt.field, tt.check); got != tt.want {
			t.Errorf("%s %s: %v", tt.field, tt.check, got)
		}
	}
}

func TestPlateLike(t *testing.T) {
	for text, want := range map[string]bool{
		"SB 90TZI": true, "B 21 658": true, "HB-57-ZFA": true,
		"TAXI": false, "2019": false, "POLICE": false, "call 555 1234": false, "B1": false, "555 1234": false,
	} {
		if got := PlateLike(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestLabels holds that every kind that can be found has a name and a rank.
func TestLabels(t *testing.T) {
	for k := range rank {
		if k.Label() == "" {
			t.Errorf("%s has no label", k)
		}
	}
	for k := range labels {
		if onlyCodes := []Kind{WiFi, VCard, Licence, Health, Parcel, Wallet}; rank[k] == 0 && !slices.Contains(onlyCodes, k) {
			t.Errorf("%s has no rank", k)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, tt := range cases {
		f.Add(strings.Join(tt.lines, "\n"))
	}
	for _, texts := range forms {
		for _, text := range texts {
			f.Add(strings.ReplaceAll(text, "|", "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		end := map[int]int{}
		found := Find(lines)
		block := make([]int, len(lines))
		for i := range block {
			block[i] = i
		}
		for _, d := range Documents(lines, found, [][]int{block}) {
			if d.Label == "" || len(d.Lines) == 0 || slices.Min(d.Lines) < 0 || slices.Max(d.Lines) >= len(lines) {
				t.Fatalf("document %+v of %q", d, lines)
			}
		}
		for _, m := range found {
			if m.Line < 0 || m.Line >= len(lines) || m.Start < 0 || m.End > len(lines[m.Line]) || m.Start >= m.End {
				t.Fatalf("match %+v lies outside %q", m, lines)
			}
			if m.Start < end[m.Line] {
				t.Fatalf("match %+v overlaps the one before it", m)
			}
			end[m.Line] = m.End
			if m.Kind.Label() == "" {
				t.Fatalf("match %+v has no label", m)
			}
		}
	})
}
