package assets_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"blindspot/assets"
	"blindspot/risk"
)

func english(t *testing.T) *assets.Catalogue {
	t.Helper()
	c, err := assets.English()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEachRuleHasItsWords(t *testing.T) {
	c := english(t)
	for _, rule := range risk.Rules() {
		data := map[string]any{}
		for _, v := range rule.Values {
			data[v] = "‹" + v + "›"
		}
		for _, part := range []string{"title", "explanation"} {
			key := "finding." + rule.ID + "." + part
			switch text := c.Text(key, data); {
			case !c.Has(key):
				t.Errorf("%s is missing", key)
			case text == key:
				t.Errorf("%s needs a value that the rule does not give (it gives %v)", key, rule.Values)
			case strings.Contains(text, "<no value>"):
				t.Errorf("%s: %s", key, text)
			case part == "title" && (len(text) > 70 || strings.HasSuffix(text, ".")):
				t.Errorf("%s is no title: %q", key, text)
			case part == "explanation" && !strings.HasSuffix(text, "."):
				t.Errorf("%s does not end a sentence: %q", key, text)
			}
		}
	}
}

func TestNoWordsWithoutARule(t *testing.T) {
	known := map[string]bool{}
	for _, rule := range risk.Rules() {
		known[rule.ID] = true
	}
	for key := range keys(t) {
		rest, ok := strings.CutPrefix(key, "finding.")
		if !ok {
			continue
		}
		rule := strings.TrimSuffix(strings.TrimSuffix(rest, ".title"), ".explanation")
		if !known[rule] {
			t.Errorf("%s: there is no rule %s", key, rule)
		}
	}
}

func TestWhatRiskSaysHasWords(t *testing.T) {
	c := english(t)
	var want []string
	for _, a := range risk.Attacks {
		want = append(want, "attack."+string(a), "attack."+string(a)+".explanation")
	}
	for _, s := range []risk.Severity{risk.Low, risk.Medium, risk.High} {
		want = append(want, "severity."+string(s))
	}
	for _, f := range []risk.Fix{risk.StripMetadata, risk.Cover, risk.Rename, risk.LeaveOut} {
		want = append(want, "fix."+string(f))
	}
	for _, a := range []risk.Audience{risk.Public, risk.Buyer, risk.Family} {
		want = append(want, "audience."+string(a))
	}
	for _, k := range []string{"face", "person", "plate", "document", "screen", "code", "text", "vehicle", "object"} {
		want = append(want, "kind."+k)
	}
	for _, k := range []string{"metadata", "faces", "objects", "plates", "text", "codes", "people"} {
		want = append(want, "check."+k)
	}
	for _, rule := range risk.Rules() {
		want = append(want, "adversary."+string(rule.Adversary))
		for _, name := range rule.Evidence {
			want = append(want, "evidence."+name)
		}
	}
	for _, key := range want {
		if !c.Has(key) {
			t.Errorf("%s is missing", key)
		}
	}
}

// keys are the keys of the words for findings, each with its texts.
func keys(t *testing.T) map[string][]string {
	t.Helper()
	return texts(t, "risk.en.json")
}

// jargon is what nobody should need to know to read a text about a finding.
var jargon = regexp.MustCompile(`(?i)\b(exif|xmp|iptc|jfif|metadata|jpeg|tiff|icc|gps|hash|uuid|guid|serial no|dct|mcu|pixel data|bounding box|confidence|embedding|inference|linkage|re-?identification|c2pa|ocr|mrz|bcbp|pii|stego\w*|obfuscat\w*|anonymi[sz]\w*|app\d+)\b`)

// comfort is what nobody can promise, and fear what helps nobody.
var (
	comfort = regexp.MustCompile(`(?i)\b(safe|safely|safety|secure|securely|protected|anonymous|guarantee\w*|perfectly|completely|100 ?%|no risk|harmless|untraceable|clean)\b`)
	fear    = regexp.MustCompile(`(?i)\b(danger\w*|warning|alert|hack\w*|criminal\w*|stalker\w*|predator\w*|terri\w+|horri\w+|victim\w*|attack\w*|steal\w*|beware)\b|!`)
)

func TestWordsArePlain(t *testing.T) {
	for key, forms := range keys(t) {
		for _, text := range forms {
			for what, words := range map[string]*regexp.Regexp{"jargon": jargon, "false comfort": comfort, "fear": fear} {
				if found := words.FindString(text); found != "" {
					t.Errorf("%s holds %s, %q: %s", key, what, found, text)
				}
			}
		}
	}
}

func TestSentencesAreShort(t *testing.T) {
	const most = 26 // words
	split := regexp.MustCompile(`[.:;?] `)
	for key, forms := range keys(t) {
		for _, text := range forms {
			for _, sentence := range split.Split(text, -1) {
				if n := len(strings.Fields(sentence)); n > most {
					t.Errorf("%s has a sentence of %d words: %s", key, n, sentence)
				}
			}
		}
	}
}

// Nothing but the place can be hidden by removing what is hidden in the file, so
// each text about an exact place says that the picture tells, too.
func TestRemovingThePositionIsNotCalledEnough(t *testing.T) {
	c := english(t)
	for _, rule := range []string{"location.gps", "location.area"} {
		key := "finding." + rule + ".explanation"
		text := c.Text(key, map[string]any{"Latitude": "", "Longitude": "", "Radius": "", "Near": "", "Country": ""})
		if !strings.Contains(text, "The picture itself can still give the place away") {
			t.Errorf("%s: %s", key, text)
		}
	}
}

func TestVerdicts(t *testing.T) {
	c := english(t)
	for _, test := range []struct{ got, want string }{
		{c.Text("verdict.nothing", nil), "Nothing found in what was checked"},
		{c.Text("verdict.upper-bound", map[string]any{"Score": 83}), "≤ 83, not fully checked"},
		{c.Plural("verdict.found", 1, nil), "1 thing to know"},
		{c.Plural("verdict.found", 3, nil), "3 things to know"},
		{c.Plural("verdict.found", 0, nil), "0 things to know"},
		{c.Text("no.such.key", nil), "no.such.key"},
		{c.Plural("no.such.key", 1, nil), "no.such.key"},
		{c.Text("verdict.upper-bound", nil), "verdict.upper-bound"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestLanguagesHaveTheSameKeys(t *testing.T) {
	want := slices.Sorted(maps.Keys(keys(t)))
	for _, name := range themeFiles(t, "risk") {
		if got := slices.Sorted(maps.Keys(texts(t, name))); !slices.Equal(got, want) {
			t.Errorf("%s: %d keys, English has %d: lacks %v, has too many %v", name, len(got), len(want), missing(want, got), missing(got, want))
		}
	}
}

func missing(want, got []string) []string {
	return slices.DeleteFunc(slices.Clone(want), func(k string) bool { return slices.Contains(got, k) })
}
