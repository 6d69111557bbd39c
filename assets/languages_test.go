package assets_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"blindspot/assets"
)

// catalogue reads a file as it is: texts, or maps of plural forms.
func catalogue(t *testing.T, name string) map[string]any {
	t.Helper()
	data, err := fs.ReadFile(assets.Lang, "lang/"+name)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return raw
}

// A language that lacks a text would show a key in its place, or half of the window
// in another language: each theme that the window shows is there whole.
func TestTranslationsAreWhole(t *testing.T) {
	value := regexp.MustCompile(`\{\{[^}]*\}\}`)
	for _, theme := range []string{"gui", "risk"} {
		english := catalogue(t, theme+".en.json")
		for _, name := range themeFiles(t, theme) {
			other := catalogue(t, name)
			for _, key := range slices.Sorted(maps.Keys(other)) {
				if _, ok := english[key]; !ok {
					t.Errorf("%s has %s, which English lacks", name, key)
				}
			}
			for _, key := range slices.Sorted(maps.Keys(english)) {
				want, got := english[key], other[key]
				if got == nil {
					t.Errorf("%s lacks %s", name, key)
					continue
				}
				wantForms, plural := want.(map[string]any)
				gotForms, _ := got.(map[string]any)
				if plural != (gotForms != nil) || len(wantForms) != len(gotForms) {
					t.Errorf("%s: %s has other plural forms than in English", name, key)
					continue
				}
				if plural {
					want, got = wantForms["other"], gotForms["other"]
				}
				values := func(text any) []string { return slices.Sorted(slices.Values(value.FindAllString(text.(string), -1))) }
				if w, g := values(want), values(got); !slices.Equal(w, g) {
					t.Errorf("%s: %s has values %q, English %q", name, key, g, w)
				}
			}
		}
	}
}

// Both themes are there for each language, or the window would speak two at once.
func TestLanguagesHaveAllThemes(t *testing.T) {
	languages := func(theme string) (all []string) {
		for _, name := range themeFiles(t, theme) {
			all = append(all, strings.TrimSuffix(strings.TrimPrefix(name, theme+"."), ".json"))
		}
		return all
	}
	if g, r := languages("gui"), languages("risk"); !slices.Equal(g, r) {
		t.Errorf("the window has %q, the findings have %q", g, r)
	}
}

// German speaks to one person, and neither promises nor frightens.
func TestGermanIsPlain(t *testing.T) {
	never := map[string]*regexp.Regexp{
		"the formal address": regexp.MustCompile(`\b(Ihnen|Ihren?|Ihrem|Ihrer|Ihres)\b|[a-zäöü,] Sie\b|\ben Sie\b`),
		"false comfort":      regexp.MustCompile(`(?i)\b(sicher\w*|geschützt|anonym\w*|garantier\w*|vollständig|harmlos|risikolos)\b`),
		"fear":               regexp.MustCompile(`(?i)\b(gefahr\w*|gefährlich\w*|warnung|alarm|kriminell\w*|opfer|stalker\w*|schrecklich\w*)\b|!`),
		"jargon":             regexp.MustCompile(`(?i)\b(exif|xmp|iptc|metadaten|jpeg|hash|uuid|embedding)\b`),
	}
	for _, name := range []string{"gui.de.json", "risk.de.json"} {
		for key, forms := range texts(t, name) {
			for _, text := range forms {
				for what, words := range never {
					if found := words.FindString(text); found != "" {
						t.Errorf("%s: %s holds %s, %q: %s", name, key, what, found, text)
					}
				}
			}
		}
	}
}
