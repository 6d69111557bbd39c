package personal

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Kinds that only codes are.
const (
	Licence Kind = "driving-licence"    // AAMVA, or another card's code with name and number
	Health  Kind = "health-certificate" // EU digital COVID certificate, SMART health card
	Parcel  Kind = "parcel"             // a number that a carrier tracks
	Wallet  Kind = "wallet"             // an address that is paid in a cryptocurrency
)

// maxCode is the longest text of a code that is looked at, in bytes: the largest
// QR code holds 4296 characters.
const maxCode = 8192

// bcbp are the mandatory items of the first leg of an IATA bar coded boarding pass
// (Resolution 792): format and legs, name, e-ticket mark, reference, from, to,
// carrier, flight, day of the year, cabin, seat, sequence.
var bcbp = regexp.MustCompile(`^M[1-9][A-Z/ .'-]{20}[E ][A-Z0-9 ]{7}[A-Z]{3}[A-Z]{3}[A-Z0-9 ]{3}[0-9 ]{4}[A-Z ]([0-9 ]{3})[A-Z ]([0-9]{3}[A-Z]|[A-Z0-9 ]{4})[0-9A-Z ]{5}`)

var (
	// aamva is the header of a North American driving licence or ID card (AAMVA
	// DL/ID Card Design Standard, annex D): separators, file type, issuer, version.
	aamva = regexp.MustCompile(`^@[\n\r\x1c-\x1f]{1,4}(ANSI |AAMVA)[0-9]{6}`)
	// aamvaField are fields without which a licence is none: its number and a name.
	aamvaField = regexp.MustCompile(`(?m)(^|DL|ID)D(AQ|CS|AB|AA)[^\s]`)
	// argentina is the code of the national identity card of Argentina: number of
	// the procedure, surname, names, sex, number.
	argentina = regexp.MustCompile(`^\d{11}@[^@]{1,60}@[^@]{1,60}@[MFX]@[MF]?\d{6,9}@`)
	// covid is a digital certificate of the European Union (HCERT, base 45).
	covid = regexp.MustCompile(`^HC1:[0-9A-Z $%*+\-./:]{60,}$`)
	// smartHealth is a SMART health card, digits in pairs.
	smartHealth = regexp.MustCompile(`(?i)^shc:/[0-9/]{60,}$`)

	wifiName    = regexp.MustCompile(`(?i)^WIFI:(.*;)?S:[^;]`)
	phoneDigits = regexp.MustCompile(`^[+]?[0-9()./ -]{3,24}`)
	geoURI      = regexp.MustCompile(`(?i)^geo:\s*(-?\d{1,2}(\.\d+)?),\s*(-?\d{1,3}(\.\d+)?)`)
	otpSecret   = regexp.MustCompile(`(?i)^otpauth(-migration)?://.*[?&](secret|data)=.`)
	wallet      = regexp.MustCompile(`(?i)^(bitcoin|ethereum|litecoin|bitcoincash|dogecoin|monero|solana|ripple|cardano|dash|zcash|tron|lightning):(//)?[0-9a-z]{20,}`)
	upi         = regexp.MustCompile(`(?i)^upi://pay\?(.*&)?pa=[^&@]+(@|%40)`)
	webScheme   = regexp.MustCompile(`(?i)^https?://`)
	// secretName are parameters of addresses that let in whoever has them.
	secretName = regexp.MustCompile(`(?i)^(.*[_-])?(token|jwt|auth|apikey|api[_-]?key|secret|password|passwd|pwd|sid|session(id)?|sig|signature|otp|magic|invite(code)?|access[_-]?key)$`)

	upsNumber = regexp.MustCompile(`^1Z[0-9A-Z]{16}$`)
	s10Number = regexp.MustCompile(`^[A-Z]{2}[0-9]{9}[A-Z]{2}$`)
	dhlNumber = regexp.MustCompile(`^JJ?D[0-9]{16,20}$`)
	uspsMark  = regexp.MustCompile(`^(420[0-9]{5}([0-9]{4})?)?(9[1-5][0-9]{20}|9[1-5][0-9]{24})$`)
)

// minSecret is the length from which a parameter's value can be a secret.
const minSecret = 8

// simpleCodes are what a code starts with that says what it is.
var simpleCodes = []struct {
	start string
	kind  Kind
}{
	{"BEGIN:VCARD", VCard},
	{"MECARD:", VCard},
	{"BIZCARD:", VCard},
	{"MATMSG:TO:", Email},
}

// Code says what a code that holds text tells about a person, empty where it is
// nothing known, as a product's number.
func Code(text string) Kind {
	text = text[:min(len(text), maxCode)]
	if isBoardingPass(text) {
		return BoardingPass
	}
	if aamva.MatchString(text) && aamvaField.MatchString(text) || argentina.MatchString(text) {
		return Licence
	}
	trimmed := strings.TrimSpace(text)
	upper := strings.ToUpper(trimmed[:min(len(trimmed), 24)])
	for _, s := range simpleCodes {
		if strings.HasPrefix(upper, s.start) {
			return s.kind
		}
	}
	scheme, rest, _ := strings.Cut(trimmed, ":")
	switch strings.ToUpper(scheme) {
	case "WIFI":
		if wifiName.MatchString(trimmed) {
			return WiFi
		}
		return ""
	case "MAILTO", "SMTP":
		if strings.ContainsAny(rest, "@") || strings.Contains(strings.ToUpper(rest), "%40") {
			return Email
		}
		return ""
	case "TEL", "SMSTO", "SMS", "MMSTO", "FACETIME":
		if m := phoneDigits.FindString(rest); digitCount(m) >= 3 {
			return Phone
		}
		return ""
	case "GEO":
		if isPosition(trimmed) {
			return Position
		}
		return ""
	case "OTPAUTH", "OTPAUTH-MIGRATION":
		if otpSecret.MatchString(trimmed) {
			return Password
		}
		return ""
	case "UPI":
		if upi.MatchString(trimmed) {
			return IBAN
		}
		return ""
	}
	if webScheme.MatchString(trimmed) {
		return webKind(trimmed)
	}
	switch {
	case isTransfer(trimmed):
		return IBAN
	case covid.MatchString(trimmed), smartHealth.MatchString(trimmed):
		return Health
	case wallet.MatchString(trimmed), isWallet(trimmed):
		return Wallet
	case isParcel(trimmed):
		return Parcel
	}
	return strongestIn(text)
}

// strongestIn is the most telling kind that lines of text show.
func strongestIn(text string) Kind {
	found := Find(strings.Split(text, "\n"))
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

// isBoardingPass says whether text is a boarding pass whose day of the flight is one.
func isBoardingPass(text string) bool {
	m := bcbp.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	day := strings.TrimSpace(m[1])
	n, err := strconv.Atoi(day)
	return day == "" || err == nil && n >= 1 && n <= 366
}

func isPosition(text string) bool {
	m := geoURI.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	lat, errLat := strconv.ParseFloat(m[1], 64)
	lon, errLon := strconv.ParseFloat(m[3], 64)
	return errLat == nil && errLon == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
}

// isTransfer says whether text is a credit transfer: the European Payments Council's
// (EPC069-12), or a Swiss QR bill.
func isTransfer(text string) bool {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	switch {
	case len(lines) >= 7 && lines[0] == "BCD" && (lines[1] == "001" || lines[1] == "002"):
		return lines[3] == "SCT"
	case len(lines) >= 4 && lines[0] == "SPC" && len(lines[1]) == 4:
		return Mod97(strings.ReplaceAll(lines[3], " ", ""))
	}
	return false
}

// webKind is what a web address tells: some hold an e-mail address, or a secret that
// lets in whoever has it.
func webKind(text string) Kind {
	u, err := url.Parse(text)
	if err != nil {
		return URL
	}
	if u.User != nil {
		if _, set := u.User.Password(); set {
			return Password
		}
	}
	kind := URL
	for name, values := range u.Query() {
		for _, v := range values {
			switch {
			case secretName.MatchString(name) && len(v) >= minSecret:
				return Password
			case emailPattern.MatchString(v):
				kind = Email
			}
		}
	}
	if path, err := url.PathUnescape(u.EscapedPath()); kind == URL && err == nil && emailPattern.MatchString(path) {
		kind = Email
	}
	return kind
}

// isParcel says whether text is the number of a parcel, by its check digit where it
// has one.
func isParcel(text string) bool {
	// Brackets and separators are GS1's.
	s := strings.NewReplacer("(", "", ")", "", " ", "", "\x1d", "").Replace(text)
	switch {
	case len(s) == 20 && strings.HasPrefix(s, "00") && isDigits(s):
		return checkDigitGS1(s[2:]) // serial shipping container code
	case upsNumber.MatchString(s):
		return checkDigitUPS(s[2:])
	case s10Number.MatchString(s):
		return checkDigitS10(s[2:11]) // Universal Postal Union
	case uspsMark.MatchString(s):
		m := uspsMark.FindStringSubmatch(s)
		return checkDigitGS1(m[3])
	}
	return dhlNumber.MatchString(s)
}

// checkDigitGS1 checks the last digit of s, modulo 10 with weights 3 and 1 from the
// right (GS1 General Specifications, 7.9).
func checkDigitGS1(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

// checkDigitUPS checks the last digit of what follows 1Z: letters count 2 to 9 and
// 0, 1 from A on, every second character twice.
func checkDigitUPS(s string) bool {
	sum := 0
	for i := range len(s) - 1 {
		d := 0
		if c := s[i]; c >= 'A' {
			d = (int(c-'A') + 2) % 10
		} else {
			d = int(c - '0')
		}
		if i%2 == 1 {
			d *= 2
		}
		sum += d
	}
	return int(s[len(s)-1]) == '0'+(10-sum%10)%10
}

// checkDigitS10 checks eight digits and the ninth (UPU S10, modulo 11).
func checkDigitS10(s string) bool {
	sum := 0
	for i, w := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += w * int(s[i]-'0')
	}
	check := 11 - sum%11
	switch check {
	case 10:
		check = 0
	case 11:
		check = 5
	}
	return int(s[8]-'0') == check
}

var (
	base58Address = regexp.MustCompile(`^[123LM][1-9A-HJ-NP-Za-km-z]{25,34}$`)
	bech32Address = regexp.MustCompile(`^(bc|tb|ltc)1[02-9ac-hj-np-z]{11,71}$`)
	hexAddress    = regexp.MustCompile(`^0x[0-9a-fA-F]{40}$`)
)

// isWallet says whether text alone is an address on a block chain.
func isWallet(text string) bool {
	switch {
	case hexAddress.MatchString(text):
		return true
	case base58Address.MatchString(text):
		return base58Check(text)
	}
	lower := strings.ToLower(text)
	if text != lower && text != strings.ToUpper(text) {
		return false
	}
	return bech32Address.MatchString(lower) && bech32Check(lower)
}

// base58Check checks the four bytes at the end of an address.
func base58Check(s string) bool {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	n := new(big.Int)
	for i := range len(s) {
		n.Mul(n, big.NewInt(58)).Add(n, big.NewInt(int64(strings.IndexByte(alphabet, s[i]))))
	}
	const size = 25 // version, hash, checksum
	if n.BitLen() > 8*size {
		return false
	}
	raw := n.FillBytes(make([]byte, size))
	once := sha256.Sum256(raw[:size-4])
	twice := sha256.Sum256(once[:])
	return hex.EncodeToString(twice[:4]) == hex.EncodeToString(raw[size-4:])
}

// bech32Check checks the six characters at the end of an address (BIP 173, BIP 350).
func bech32Check(s string) bool {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	prefix, data, _ := strings.Cut(s, "1")
	sum := uint32(1)
	add := func(v int) {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	for i := range len(prefix) {
		add(int(prefix[i] >> 5))
	}
	add(0)
	for i := range len(prefix) {
		add(int(prefix[i] & 31))
	}
	for i := range len(data) {
		add(strings.IndexByte(alphabet, data[i]))
	}
	return sum == 1 || sum == 0x2bc830a3
}

func digitCount(s string) int {
	n := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}
