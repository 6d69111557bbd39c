package risk

import (
	"slices"
	"strings"
)

// pattern is a kind of readable text, or of code, that tells about a person.
type pattern struct {
	id      string
	names   []string // what detectors call it
	attack  Attack
	weights Weights
	who     Adversary
	reason  string
}

var textPatterns = []pattern{
	{"email", []string{"email", "e-mail", "email-address", "e-mail-address"}, Identification, Weights{.55, .50, .05}, Stranger, "One address belongs to one person, and finds accounts."},
	{"phone", []string{"phone", "telephone", "phone-number", "mobile"}, Identification, Weights{.55, .50, .05}, Stranger, "One number belongs to one person or household; its prefix names a country or town."},
	{"name", []string{"name", "name-badge", "badge", "person-name"}, Identification, Weights{.50, .45, .05}, Stranger, "A readable name beside a picture needs no recognition; it may be somebody else's."},
	{"passport", []string{"passport", "mrz", "id-card", "id", "machine-readable-zone", "id-document"}, Identification, Weights{.80, .75, .40}, Stranger, "The lines at the foot of a passport or card hold name, number, birth date and nationality."},
	{"birth-date", []string{"birth-date", "birthdate", "date-of-birth", "dob", "birthday"}, Identification, Weights{.35, .30, .05}, Stranger, "Birth date, sex and postal code together pick out most people (Sweeney, Simple Demographics Often Identify People Uniquely, 2000); alone it narrows."},
	{"card", []string{"card", "card-number", "payment-card", "credit-card"}, Linkage, Weights{.60, .55, .30}, Stranger, "A card number can be misused to pay, and ties purchases together."},
	{"iban", []string{"iban", "bank-account", "account-number"}, Linkage, Weights{.50, .40, .20}, Stranger, "An account number leads to a bank and a holder, and serves fraud."},
	{"address", []string{"address", "postal-address", "street-address"}, ReIdentification, Weights{.60, .55, .05}, Stranger, "An address is a place and a household."},
	{"street", []string{"street", "street-sign", "house-number", "street-name"}, ReIdentification, Weights{.45, .45, .05}, Stranger, "A street sign or house number places the photo to within a street."},
	{"plate", []string{"plate", "licence-plate", "license-plate", "plate-number"}, ReIdentification, Weights{.50, .40, .08}, Stranger, "As a plate that is seen: read, it can be searched for."},
	{"position", []string{"position", "coordinates", "geo"}, ReIdentification, Weights{.60, .60, .20}, Stranger, "A position that can be read is as good as one in the file."},
	{"boarding-pass", []string{"boarding-pass", "boarding-pass-locator", "record-locator", "booking-code", "pnr"}, ReIdentification, Weights{.65, .60, .30}, Stranger, "Name and booking code open a booking: journey, contact and often a passport number."},
	{"handle", []string{"handle", "user-name", "username", "account", "social-handle"}, Linkage, Weights{.45, .40, .05}, Stranger, "An account name leads to everything that is posted under it."},
	{"web", []string{"web", "url", "web-address", "link", "domain", "website"}, Linkage, Weights{.20, .15, .03}, Stranger, "A web address may name a person, a firm or a private page; most are public."},
	{"login", []string{"login", "password", "credentials", "wifi", "wi-fi", "wlan", "secret"}, Linkage, Weights{.60, .60, .30}, Stranger, "A password that can be read is no longer one."},
	{"other", nil, Identification, Weights{.30, .25, .05}, Stranger, "Text that a detector holds to be personal, of a kind without a weight of its own."},
}

var codePatterns = []pattern{
	{"boarding-pass", []string{"boarding-pass", "bcbp"}, ReIdentification, Weights{.65, .60, .30}, Stranger, "The code holds name, flight, seat and booking code, readable by any phone."},
	{"id", []string{"driving-licence", "passport", "mrz", "id-card", "id-document"}, Identification, Weights{.80, .75, .40}, Stranger, "The code on a licence or identity card holds what is printed on it: name, address, birth date, number."},
	{"health", []string{"health-certificate"}, Identification, Weights{.70, .65, .30}, Stranger, "The code of a health certificate holds name, birth date and what was given when; it can be shown as one's own."},
	{"login", []string{"password", "login", "secret", "credentials"}, Linkage, Weights{.70, .70, .40}, Stranger, "The code holds a secret that lets in whoever has it: the second step of a login, or an address with a key."},
	{"parcel", []string{"parcel", "tracking-number"}, ReIdentification, Weights{.35, .30, .05}, Stranger, "With a parcel's number the carrier's site tells its way and often the town, sometimes the name."},
	{"wifi", []string{"wifi", "wi-fi", "wlan"}, Linkage, Weights{.60, .60, .20}, Stranger, "The code holds a network's name and password; the name places it on public maps of networks."},
	{"contact", []string{"contact", "vcard", "mecard", "business-card", "email", "phone", "name", "address"}, Identification, Weights{.65, .60, .05}, Stranger, "The code holds a name with number or address."},
	{"position", []string{"position", "coordinates", "geo"}, ReIdentification, Weights{.60, .60, .20}, Stranger, "The code holds a place, readable by any phone."},
	{"payment", []string{"payment", "iban", "card", "epc", "sepa", "bank", "wallet"}, Linkage, Weights{.50, .40, .20}, Stranger, "The code holds an account and a holder."},
	{"web", []string{"web", "url", "link", "web-address", "website"}, Linkage, Weights{.30, .25, .05}, Stranger, "Addresses in codes are often personal: a ticket, a login, a shared folder."},
	{"other", nil, Linkage, Weights{.25, .20, .05}, Stranger, "What a code holds can't be seen by eye: a product number, or a ticket in your name."},
}

var (
	textRules = patternRules("text", textPatterns, textGroup, func(d Detection) bool { return d.Kind == "text" && d.Personal != "" })
	codeRules = patternRules("code", codePatterns, func(string) string { return "code:" }, ofKind("code"))
)

// textGroup is the evidence group of the texts of a pattern: lines of one kind
// mostly belong together, as those of a passport or an address.
func textGroup(pattern string) string { return "text." + pattern }

// patternRules makes a rule of each pattern: a detection that is chosen belongs to
// the pattern that its Personal names, else to the last one.
func patternRules(kind string, patterns []pattern, group func(pattern string) string, chosen func(Detection) bool) []Rule {
	var made []Rule
	for _, p := range patterns {
		made = append(made, Rule{
			ID: kind + "." + p.id, Attack: p.attack, Group: group(p.id),
			Weights: p.weights, Adversary: p.who, Basis: Basis{Judgement, p.reason},
			Fix: Cover, Values: []string{"Label"}, Evidence: detectionEvidence,
			find: seen(func(d Detection) bool { return chosen(d) && patternOf(patterns, d.Personal) == p.id }),
		})
	}
	return made
}

func patternOf(patterns []pattern, personal string) string {
	name := strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(personal))
	for _, p := range patterns {
		if slices.Contains(p.names, name) {
			return p.id
		}
	}
	return patterns[len(patterns)-1].id
}
