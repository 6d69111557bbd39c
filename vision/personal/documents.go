package personal

import (
	"regexp"
	"strings"
)

// Document is what lines of text that stand together are taken for.
type Document struct {
	Label string // "passport", "ID card", "driving licence", "payment card", "boarding pass", "ticket", "letter"
	// Kind is the pattern that told it, empty where words did.
	Kind Kind
	// Lines are the ones that told it, by index.
	Lines []int
	// Sure says that text alone tells; else a face beside it must.
	Sure bool
}

// Documents of people, by words in English, German, French, Spanish, Italian and
// Dutch. Readers drop spaces.
var (
	passportTitle = regexp.MustCompile(`(?i)\b(passport|passeport|reisepass|pasaporte|passaporto|paspoort)\b`)
	licenceTitle  = regexp.MustCompile(`(?i)driv(er'?s?|ing) ?licen[cs]e|f(ü|u)hrerschein|permis ?de ?conduire|permiso ?de ?conduc|patente ?di ?guida|rijbewijs`)
	cardTitle     = regexp.MustCompile(`(?i)(identity|identification|student|employee|staff|residence|social ?security|insurance) ?(card|permit|id)\b|\bid ?card\b|personalausweis|carte ?(nationale ?)?d.?identit|documento ?nacional|\bdni\b|carta ?d.?identit|identiteitskaart|aufenthaltstitel|gesundheitskarte|dienstausweis|studierendenausweis|carte ?vitale`)
	idField       = regexp.MustCompile(`(?i)^\W*(\d[a-d]?\.? ?)?(surname|last ?name|family ?name|first ?name|name\b|nom\b|given ?names?|pr(é|e)noms?\b|vornamen?\b|nachname|apellidos?|nombres?|cognome|nationality|nationalit(é|e|ä)|staatsangeh|nacionalidad|cittadinanza|date ?of ?birth|birth|dob\b|geburts|geb\.|date ?de ?naissance|fecha ?de ?nac|data ?di ?nascita|place ?of ?birth|sex\b|sexe\b|geschlecht|height\b|gr(ö|o)(ß|ss)e\b|date ?of ?(issue|expiry)|issued|expir|valid ?until|g(ü|u)ltig ?bis|date ?d.?expiration|authority|beh(ö|o)rde|(document|card|passport|personal|id|licence|license) ?(no|nr|number)|unterschrift|signature|holder)`)

	cardBrand = regexp.MustCompile(`(?i)\b(visa|master ?card|maestro|american ?express|amex|girocard|discover|diners ?club|union ?pay|jcb|debit|credit)\b`)
	cardValid = regexp.MustCompile(`(?i)(valid ?(thru|through|until|from)|good ?thru|expires? ?end|g(ü|u)ltig ?bis|expire ?(à|a) ?fin|month ?/ ?year|monat ?/ ?jahr|\b(0[1-9]|1[0-2]) ?/ ?[23]\d\b)`)

	flightWords = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(flight|flug|vol|vuelo|volo|vlucht)\b( ?(no|nr|number)\.?)?|\b[A-Z]{2} ?\d{3,4}\b`),
		regexp.MustCompile(`(?i)\b(gate|flugsteig|porte|puerta)\b`),
		regexp.MustCompile(`(?i)\b(seat|sitz(platz)?|si(è|e)ge|asiento|posto|stoel)\b`),
		regexp.MustCompile(`(?i)\bboarding\b|\beinstieg|\bembarquement|\bembarque\b|\bimbarco\b`),
		regexp.MustCompile(`(?i)\b(passenger|passagier|passager|pasajero|passeggero)\b`),
	}

	ticketTitle = regexp.MustCompile(`(?i)\b(e-?ticket|ticket|admit ?one|eintrittskarte|fahrkarte|fahrschein|billet|biglietto|entrada|boleto|toegangsbewijs|season ?pass|day ?pass|rail ?pass)\b`)
	ticketWords = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(seat|sitz|platz|si(è|e)ge|asiento|posto|stoel)\W{0,3}([A-Z]?\d{1,4}[A-Z]?|[A-Z]\b)`),
		regexp.MustCompile(`(?i)\b(row|reihe|rang|rij|fila)\W{0,3}([A-Z]\b|\d{1,3})`),
		regexp.MustCompile(`(?i)\b(gate|entrance|eingang|block|section|sec|sector|platform|gleis|voie|binario|coach|wagen|voiture|carriage|carrozza|coche)\W{0,3}([A-Z]\b|[A-Z]?\d{1,3})`),
		regexp.MustCompile(`\b([01]?\d|2[0-3]):[0-5]\d\b`),
		regexp.MustCompile(`(?i)(€|\$|£|\bEUR|\bUSD|\bGBP|\bCHF) ?\d{1,4}[.,]\d{2}|\d{1,4}[.,]\d{2} ?(€|£|EUR\b|CHF\b)`),
		regexp.MustCompile(`(?i)\b(valid|g(ü|u)ltig|valable|v(á|a)lido|valido|geldig)\b`),
	}

	letterGreeting = regexp.MustCompile(`(?i)^\W*(dear ?\p{L}|sehr ?geehrte|liebe[rs]? ?\p{Lu}|ch(er|ère|ers)\b ?\p{L}|madame,|monsieur,|madame, ?monsieur|estimad[oa]|querid[oa] ?\p{L}|gentil[ei] ?\p{L}|geachte)`)
	letterClosing  = regexp.MustCompile(`(?i)(yours ?(sincerely|faithfully|truly)|sincerely( ?yours)?,|(best|kind|warm) ?regards|mit ?freundlichen ?gr|hochachtungsvoll|cordialement|salutations ?distingu|atentamente|cordiali ?saluti|distinti ?saluti|vriendelijke ?groet)`)
	letterMatter   = regexp.MustCompile(`(?i)\b(invoice|rechnung|facture|factura|fattura|kontoauszug|(bank|account) ?statement|mahnung|bescheid|our ?ref|your ?ref|(ihr|unser) ?zeichen|betreff|objet ?:|asunto ?:|oggetto ?:|customer ?(no|number)|kundennummer|amount ?due|rechnungsbetrag)`)
)

// documentOf takes the lines of a block of text, and what [Find] found in them, for a
// document, or for none.
func documentOf(lines []string, found []Match) (Document, bool) {
	of := map[Kind][]int{}
	for _, m := range found {
		of[m.Kind] = append(of[m.Kind], m.Line)
	}
	which := func(p *regexp.Regexp) (at []int) {
		for i, l := range lines {
			if len(l) <= maxLine && p.MatchString(l) {
				at = append(at, i)
			}
		}
		return at
	}
	dated := func() (at []int) {
		for i, l := range lines {
			if len(l) <= maxLine && findDate(l) {
				at = append(at, i)
			}
		}
		return at
	}
	// several counts the patterns that lines match, and names these.
	several := func(patterns []*regexp.Regexp) (n int, at []int) {
		for _, p := range patterns {
			if w := which(p); len(w) > 0 {
				n, at = n+1, append(at, w...)
			}
		}
		return n, at
	}
	fields := which(idField)
	passport, licence, card := which(passportTitle), which(licenceTitle), which(cardTitle)

	if at := of[MRZ]; len(at) > 0 {
		label := "passport"
		for _, i := range at {
			if c := mrzText(lines[i]); mrzShort.MatchString(c) || mrzFrance.MatchString(c) || strings.Contains(c, "<") && strings.HasPrefix(strings.TrimLeft(c, "<"), "I") {
				label = "ID card"
			}
		}
		return Document{label, MRZ, at, true}, true
	}
	if at := of[Card]; len(at) > 0 {
		return Document{"payment card", Card, at, true}, true
	}
	flight, flightAt := several(flightWords)
	if at := of[BoardingPass]; len(at) > 0 {
		return Document{"boarding pass", BoardingPass, append(at, flightAt...), true}, true
	}
	for _, t := range []struct {
		label string
		title []int
	}{{"driving licence", licence}, {"passport", passport}, {"ID card", card}} {
		if len(t.title) > 0 {
			return Document{t.label, "", append(t.title, fields...), len(fields) >= 2}, true
		}
	}
	if len(fields) >= 3 {
		return Document{"ID card", "", fields, false}, true
	}
	if brand, valid := which(cardBrand), which(cardValid); len(brand) > 0 && len(valid) > 0 {
		return Document{"payment card", "", append(brand, valid...), true}, true
	}
	if flight >= 4 {
		return Document{"boarding pass", "", flightAt, true}, true
	}
	if title := which(ticketTitle); len(title) > 0 {
		n, at := several(ticketWords)
		if d := dated(); len(d) > 0 {
			n, at = n+1, append(at, d...)
		}
		if n >= 2 {
			return Document{"ticket", "", append(title, at...), true}, true
		}
	}
	greeting, closing, matter := which(letterGreeting), which(letterClosing), which(letterMatter)
	n, at := 0, []int(nil)
	for _, w := range [][]int{greeting, closing, matter, append(of[Address], of[Street]...), of[IBAN], append(of[Email], of[Phone]...)} {
		if len(w) > 0 {
			n, at = n+1, append(at, w...)
		}
	}
	if len(greeting) > 0 && len(closing) > 0 || n >= 3 && len(greeting)+len(closing)+len(matter) > 0 {
		return Document{"letter", "", at, true}, true
	}
	return Document{}, false
}

// Documents takes blocks of lines, each lines that stand together, by index in
// reading order, for documents. found is what [Find] found in lines. The lines of a
// result are indices into lines.
func Documents(lines []string, found []Match, blocks [][]int) map[int]Document {
	all := map[int]Document{}
	for b, block := range blocks {
		at := map[int]int{}
		texts := make([]string, len(block))
		for k, i := range block {
			at[i], texts[k] = k, lines[i]
		}
		var matches []Match
		for _, m := range found {
			if k, ok := at[m.Line]; ok {
				m.Line = k
				matches = append(matches, m)
			}
		}
		if d, ok := documentOf(texts, matches); ok {
			seen := map[int]bool{}
			var told []int
			for _, k := range d.Lines {
				if !seen[k] {
					seen[k] = true
					told = append(told, block[k])
				}
			}
			d.Lines = told
			all[b] = d
		}
	}
	return all
}
