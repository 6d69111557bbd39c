package check

import "testing"

func TestTopicOf(t *testing.T) {
	for _, test := range []struct{ kind, text, want string }{
		{"text", "Ibuprofen 400 mg", "medicine"},
		{"text", "20 Filmtabletten", "medicine"},
		{"text", "INSULIN", "medicine"},
		{"text", "500mg", "medicine"},
		{"text", "CRAFT BEER", "alcohol"},
		{"text", "Pilsener Brauerei", "alcohol"},
		{"text", "beard", ""},
		{"text", "swine", ""},
		{"text", "500 kg", ""},
		{"code", "Ibuprofen 400 mg", ""},
		{"text", "", ""},
	} {
		if got := topicOf(Detection{Kind: test.kind, Text: test.text}); got != test.want {
			t.Errorf("%s %q: %q, want %q", test.kind, test.text, got, test.want)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for _, test := range []struct{ kind, text, want string }{
		{"text", "AUSGANG", "German"},
		{"text", "Bäckerei Müller", "German"},
		{"text", "Sortie de secours", "French"},
		{"text", "SALIDA", "Spanish"},
		{"text", "uscita", "Italian"},
		{"text", "Uitgang / Sortie", ""}, // two
		{"text", "Exit", ""},
		{"text", "Ausgangspunkt", ""},
		{"code", "AUSGANG", ""},
		{"text", "", ""},
	} {
		if got := languageOf(Detection{Kind: test.kind, Text: test.text}); got != test.want {
			t.Errorf("%s %q: %q, want %q", test.kind, test.text, got, test.want)
		}
	}
}

// A word of two languages would give neither away.
func TestSignWordsAreOfOneLanguage(t *testing.T) {
	of := map[string]string{}
	for language, words := range signWords {
		for _, w := range words {
			if other := of[w]; other != "" {
				t.Errorf("%s is %s and %s", w, other, language)
			}
			if w != plainLetters.Replace(w) {
				t.Errorf("%s is never found: it has an accent", w)
			}
			of[w] = language
		}
	}
}
