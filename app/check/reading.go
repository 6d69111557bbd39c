package check

import (
	"regexp"
	"strings"

	"blindspot/vision"
)

// topics are what single words on a bottle, a box or a sign are about, by the habit
// that a finding names.
var topics = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"medicine", regexp.MustCompile(`(?i)\b(tablets?|tabletten?|filmtabletten|capsules?|kapseln|comprimés?|comprimidos|compresse|ibuprofen\w*|paracetamol|aspirin|amoxicillin\w*|insulin|antibioti\w+|rx only)\b|\b\d{1,4} ?mg(/ml)?\b`)},
	{"alcohol", regexp.MustCompile(`(?i)\b(beers?|bier|bière|cerveza|birra|wines?|wein|vodka|wodka|whisk(e)?y|brewery|brauerei|pilsn?er|champagne|prosecco|cocktails?)\b`)},
}

// topicOf is what the words of a text are about; empty where that is nothing of note.
func topicOf(d Detection) string {
	if d.Kind != string(vision.Text) {
		return ""
	}
	for _, t := range topics {
		if t.pattern.MatchString(d.Text) {
			return t.name
		}
	}
	return ""
}

// signWords are words that stand on signs and shops in one language and are none in
// the others, as a reader of Latin letters gives them: without accents.
var signWords = map[string][]string{
	"German":     {"ausgang", "eingang", "strasse", "apotheke", "backerei", "bahnhof", "offnungszeiten", "geschlossen", "parkplatz", "achtung", "einfahrt", "ausfahrt", "verboten", "willkommen", "rathaus", "schule", "sparkasse", "metzgerei", "haltestelle"},
	"French":     {"sortie", "boulangerie", "pharmacie", "mairie", "stationnement", "ouvert", "interdit", "bienvenue", "ecole", "librairie", "tabac", "patisserie", "charcuterie"},
	"Spanish":    {"salida", "abierto", "cerrado", "prohibido", "panaderia", "ayuntamiento", "calle", "bienvenidos", "zapateria", "peligro", "avenida"},
	"Italian":    {"uscita", "aperto", "chiuso", "vietato", "panificio", "benvenuti", "stazione", "gelateria", "tabacchi", "municipio", "piazza"},
	"Portuguese": {"saida", "aberto", "fechado", "padaria", "proibido", "camara", "bemvindo", "travessa"},
	"Dutch":      {"uitgang", "ingang", "gesloten", "apotheek", "bakkerij", "verboden", "welkom", "gemeente", "straat", "fietsen"},
	"Polish":     {"wyjscie", "wejscie", "apteka", "piekarnia", "ulica", "otwarte", "zamkniete", "sklep"},
	"Swedish":    {"utgang", "apotek", "bageri", "stangt", "valkommen", "oppet"},
}

// letters is a run of letters.
var letters = regexp.MustCompile(`\pL+`)

// plainLetters takes the accents away that a reader may have left.
var plainLetters = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ß", "ss", "é", "e", "è", "e", "ê", "e", "à", "a", "á", "a", "â", "a", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "ç", "c", "ã", "a", "õ", "o", "å", "a", "ś", "s", "ę", "e", "ł", "l")

// languageOf is the language that a word of a text gives away; empty where none does,
// or two do.
func languageOf(d Detection) string {
	if d.Kind != string(vision.Text) {
		return ""
	}
	found := ""
	for _, word := range letters.FindAllString(plainLetters.Replace(strings.ToLower(d.Text)), -1) {
		for language, words := range signWords {
			for _, w := range words {
				if w != word {
					continue
				}
				if found != "" && found != language {
					return ""
				}
				found = language
			}
		}
	}
	return found
}
