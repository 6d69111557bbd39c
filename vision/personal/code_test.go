package personal

import (
	"strings"
	"testing"
)

// codeCases have a positive and a near miss for each kind of code.
var codeCases = []struct {
	name, text string
	want       Kind
}{
	{"boarding pass", "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100", BoardingPass},
	{"boarding pass, two legs", "M2DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 13C>60B0A0B    2A0140987654321 LH 0987 326C012C0002", BoardingPass},
	{"no boarding pass: no such day", "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 399J001A0025 100", ""},
	{"no boarding pass: screws", "M1 SCREWS", ""},

	{"licence, AAMVA", "@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\nDCSSAMPLE\nDDEN\nDACMICHAEL\n", Licence},
	{"licence, AAMVA, old", "@\n\x1c\rAAMVA6360050101DL00290179DLDAQ102245737\nDAASAMPLE,DRIVER\n", Licence},
	{"identity card, Argentina", "00123456789@PEREZ@ANA MARIA@F@12345678@A@01/01/1990@01/01/2015", Licence},
	{"no licence: the standard", "@\nANSI C 89", ""},
	{"no licence: nothing but a header", "@\n\x1e\rANSI 636026080102", ""},

	{"Wi-Fi", "WIFI:T:WPA;S:home;P:secret;;", WiFi},
	{"Wi-Fi, name first", "WIFI:S:home;;", WiFi},
	{"no Wi-Fi", "WIFI: free in the hall", ""},

	{"contact", "BEGIN:VCARD\nVERSION:3.0\nN:Kowalska;Anna\nEND:VCARD", VCard},
	{"contact, MECARD", "MECARD:N:Anna;;", VCard},
	{"no contact", "BEGIN:VEVENT\nSUMMARY:Open day\nEND:VEVENT", ""},

	{"two-factor secret", "otpauth://totp/Site:anna?secret=JBSWY3DPEHPK3PXP", Password},
	{"two-factor secrets, export", "otpauth-migration://offline?data=CiUKCkhlbGxv", Password},
	{"no two-factor secret", "otpauth://totp/Site", ""},

	{"transfer, Europe", "BCD\n002\n1\nSCT\n\nAnna\nDE89370400440532013000\n", IBAN},
	{"transfer, Europe, other ends of lines", "BCD\r\n001\r\n1\r\nSCT\r\nBIC\r\nAnna\r\nDE89370400440532013000", IBAN},
	{"transfer, Switzerland", "SPC\n0200\n1\nCH5800791123000889012\nS\nAnna", IBAN},
	{"payment, India", "upi://pay?pn=Anna&pa=anna@bank", IBAN},
	{"no transfer", "BCD\n003\n1\nXXX\n\n\n\n", ""},
	{"no transfer: a word", "BCDEF", ""},

	{"Bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Wallet},
	{"Bitcoin, bech32", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Wallet},
	{"Bitcoin, as an address", "bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W?amount=1", Wallet},
	{"Ethereum", "0x52908400098527886E0F7030069857D2E4169EE7", Wallet},
	{"no Bitcoin: wrong check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", ""},
	{"no Bitcoin: wrong check, bech32", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", ""},
	{"no Ethereum: too short", "0xAbCdEfAbCdEf", ""},

	{"web", "https://example.com", URL},
	{"web, with an e-mail address", "https://example.com/unsubscribe?u=anna%40example.org", Email},
	{"web, with an e-mail address in the path", "https://example.com/u/anna@example.org/edit", Email},
	{"web, with a secret", "https://example.com/login?token=eyJhbGciOiJIUzI1NiJ9", Password},
	{"web, with a password", "https://anna:hunter2@example.com/", Password},
	{"web, a short parameter", "https://example.com/?token=1&page=2", URL},
	{"no web", "https", ""},
	{"no web: no host", "http: a protocol", ""},

	{"e-mail", "mailto:anna@example.org?subject=hi", Email},
	{"e-mail, MATMSG", "MATMSG:TO:anna@example.org;SUB:hi;;", Email},
	{"e-mail in a text", "contact anna@example.org", Email},
	{"no e-mail", "mailto:", ""},

	{"phone", "tel:+442079460958", Phone},
	{"message", "SMSTO:+442079460958:hello", Phone},
	{"no phone", "tel:", ""},

	{"place", "geo:48.85837,2.29448", Position},
	{"no place: off the globe", "geo:98.85837,2.29448", ""},
	{"no place: a word", "geo:metry", ""},

	{"health certificate, Europe", "HC1:" + strings.Repeat("6BFOXN%TS3DH", 8), Health},
	{"SMART health card", "shc:/" + strings.Repeat("5676290952432060", 8), Health},
	{"no health certificate", "HC1: see overleaf", ""},

	{"parcel, SSCC", "(00)340434161094042557", Parcel},
	{"parcel, SSCC, as read", "00340434161094042557", Parcel},
	{"parcel, UPS", "1Z999AA10123456784", Parcel},
	{"parcel, Universal Postal Union", "RR123456785DE", Parcel},
	{"parcel, United States", "420221539101026837331000039521", Parcel},
	{"parcel, DHL", "JJD014600006281234567", Parcel},
	{"no parcel: SSCC, wrong check digit", "00340434161094042558", ""},
	{"no parcel: UPS, wrong check digit", "1Z999AA10123456785", ""},
	{"no parcel: Universal Postal Union, wrong check digit", "RR123456784DE", ""},

	{"no personal code: a product", "4006381333931", ""},
	{"no personal code: a book", "9783161484100", ""},
	{"no personal code: nothing", "", ""},
}

func TestCode(t *testing.T) {
	for _, tt := range codeCases {
		if got := Code(tt.text); got != tt.want {
			t.Errorf("%s: %q: %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

func FuzzCode(f *testing.F) {
	for _, tt := range codeCases {
		f.Add(tt.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if k := Code(text); k != "" && k.Label() == "" {
			t.Errorf("%q is %s, which has no label", text, k)
		}
	})
}
