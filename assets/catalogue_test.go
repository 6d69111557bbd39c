package assets

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestReadRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no file":               {nil, "no texts"},
		"another language only": {map[string]string{"a.de.json": `{"k":"Wort"}`}, "no texts"},
		"twice in a file":       {map[string]string{"a.en.json": `{"k":"one","k":"two"}`}, `"k" stands twice`},
		"twice in two files":    {map[string]string{"a.en.json": `{"k":"one"}`, "b.en.json": `{"k":"two"}`}, `"k" stands twice`},
		"a list":                {map[string]string{"a.en.json": `["k"]`}, "begins with ["},
		"a number":              {map[string]string{"a.en.json": `{"k":1}`}, "neither a text nor plural forms"},
		"an unknown form":       {map[string]string{"a.en.json": `{"k":{"some":"x"}}`}, "neither a text nor plural forms"},
		"no text":               {map[string]string{"a.en.json": `{"k":""}`}, "has no text"},
		"a singular alone":      {map[string]string{"a.en.json": `{"k":{"one":"x"}}`}, "has no text"},
		"a bad template":        {map[string]string{"a.en.json": `{"k":"{{.X"}`}, "unclosed action"},
		"a bad singular":        {map[string]string{"a.en.json": `{"k":{"one":"{{","other":"x"}}`}, "unclosed action"},
		"a cut file":            {map[string]string{"a.en.json": `{"k":"x"`}, "a.en.json"},
		"two objects":           {map[string]string{"a.en.json": `{} {}`}, "something follows"},
		"an empty file":         {map[string]string{"a.en.json": ``}, "EOF"},
	} {
		files := fstest.MapFS{}
		for path, data := range test.files {
			files["lang/"+path] = &fstest.MapFile{Data: []byte(data)}
		}
		if _, err := read(files, "lang", "en"); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q in it", name, err, test.want)
		}
	}
}

func TestReadMerges(t *testing.T) {
	files := fstest.MapFS{
		"lang/a.en.json": &fstest.MapFile{Data: []byte(`{"a":"A {{.X}}"}`)},
		"lang/b.en.json": &fstest.MapFile{Data: []byte(`{"b":{"one":"{{.Count}} day {{.X}}","other":"{{.Count}} days"}}`)},
		"lang/b.de.json": &fstest.MapFile{Data: []byte(`{"b":"Tage"}`)},
	}
	c, err := read(files, "lang", "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ got, want string }{
		{c.Text("a", map[string]any{"X": "<x> & 1"}), "A <x> & 1"},
		{c.Plural("b", 1, map[string]any{"X": 2}), "1 day 2"},
		{c.Plural("b", 2, nil), "2 days"},
		{c.Text("b", map[string]any{"Count": 5}), "5 days"},
		{c.Text("a", nil), "a"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestInFallsBackToEnglish(t *testing.T) {
	for _, test := range []struct{ language, speaks, face string }{
		{"en", "en", "face"},
		{"de", "de", "Gesicht"},
		{"tlh", "en", "face"},
		{"", "en", "face"},
	} {
		c, err := In(test.language)
		if err != nil {
			t.Fatalf("%q: %v", test.language, err)
		}
		if got := c.Text("kind.face", nil); got != test.face || c.Language() != test.speaks {
			t.Errorf("%q: %q in %q", test.language, got, c.Language())
		}
		if !c.Has("cli.usage") { // which English alone has
			t.Errorf("%q lacks what only English has", test.language)
		}
	}
}
