package assets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"strings"
	"text/template"
)

// Catalogue is the texts of one language. It is safe for concurrent use.
type Catalogue struct {
	language string
	messages map[string]message
}

// message is a text in its plural forms; one is nil where there is no singular.
type message struct{ one, other *template.Template }

// english is the language that every text exists in.
const english = "en"

// English returns the English catalogue.
func English() (*Catalogue, error) { return read(Lang, "lang", english) }

// In returns the catalogue of a language, by its ISO 639 code ("de"). What it has no
// text for is said in English, as is all in a language that has no catalogue.
func In(language string) (*Catalogue, error) {
	c, err := English()
	if err != nil || language == english {
		return c, err
	}
	translated, err := read(Lang, "lang", language)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	maps.Copy(c.messages, translated.messages)
	c.language = language
	return c, nil
}

// Language is the ISO 639 code of the language that c speaks.
func (c *Catalogue) Language() string { return c.language }

// read merges the files "<theme>.<language>.json" of dir. It is an error if two of
// them hold the same key.
func read(files fs.FS, dir, language string) (*Catalogue, error) {
	names, err := fs.Glob(files, path.Join(dir, "*."+language+".json"))
	if err != nil {
		return nil, fmt.Errorf("listing the texts for %s: %w", language, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no texts for %s: %w", language, fs.ErrNotExist)
	}
	c := &Catalogue{language: language, messages: map[string]message{}}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading texts: %w", err)
		}
		if err := c.add(data); err != nil {
			return nil, fmt.Errorf("reading texts from %s: %w", name, err)
		}
	}
	return c, nil
}

// add parses one file. The decoder is walked token by token, as a map would hide
// a key that stands twice.
func (c *Catalogue) add(data []byte) error {
	d := json.NewDecoder(strings.NewReader(string(data)))
	if t, err := d.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return fmt.Errorf("begins with %v, not with an object", t)
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		key := t.(string) // the decoder gives no other token in its place
		if _, twice := c.messages[key]; twice {
			return fmt.Errorf("key %q stands twice", key)
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
		if c.messages[key], err = parse(key, raw); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// parse reads a text, or an object of plural forms.
func parse(key string, raw json.RawMessage) (message, error) {
	var forms struct{ One, Other string }
	if err := json.Unmarshal(raw, &forms.Other); err != nil {
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.DisallowUnknownFields()
		if err := d.Decode(&forms); err != nil {
			return message{}, fmt.Errorf("key %q is neither a text nor plural forms: %w", key, err)
		}
	}
	if forms.Other == "" {
		return message{}, fmt.Errorf("key %q has no text", key)
	}
	var m message
	var err error
	if m.other, err = compile(key, forms.Other); err != nil {
		return message{}, err
	}
	if forms.One != "" {
		if m.one, err = compile(key, forms.One); err != nil {
			return message{}, err
		}
	}
	return m, nil
}

func compile(key, text string) (*template.Template, error) {
	t, err := template.New(key).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", key, err)
	}
	return t, nil
}

// Text renders the text of key with data (nil or a map of named values). A key
// that is missing, or whose text needs a value that data lacks, gives the key
// itself.
func (c *Catalogue) Text(key string, data map[string]any) string {
	return render(key, c.messages[key].other, data)
}

// Plural renders the text of key for count, which the text knows as .Count.
func (c *Catalogue) Plural(key string, count int, data map[string]any) string {
	m := c.messages[key]
	form := m.other
	if count == 1 && m.one != nil {
		form = m.one
	}
	with := map[string]any{"Count": count}
	for name, value := range data {
		with[name] = value
	}
	return render(key, form, with)
}

func render(key string, t *template.Template, data map[string]any) string {
	if t == nil {
		return key
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return key
	}
	return b.String()
}

// Has says whether key is in the catalogue.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.messages[key]
	return ok
}
