package assets_test

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"blindspot/assets"
)

// texts reads a file as Fyne's lang package does: texts, or maps of plural forms.
func texts(t *testing.T, name string) map[string][]string {
	t.Helper()
	data, err := fs.ReadFile(assets.Lang, path.Join("lang", name))
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	all := map[string][]string{}
	for key, value := range raw {
		switch v := value.(type) {
		case string:
			all[key] = []string{v}
		case map[string]any:
			for form, text := range v {
				s, ok := text.(string)
				if !ok {
					t.Errorf("%s: %s.%s is no text", name, key, form)
				}
				all[key] = append(all[key], s)
			}
		default:
			t.Errorf("%s: %s is neither a text nor plural forms", name, key)
		}
	}
	return all
}

func themeFiles(t *testing.T, theme string) []string {
	t.Helper()
	files, err := fs.Glob(assets.Lang, "lang/"+theme+".*.json")
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = path.Base(files[i])
	}
	return files
}

// Fyne takes a language from a file's name between its last two dots.
func TestFilesAreNamedAsFyneReadsThem(t *testing.T) {
	entries, err := fs.ReadDir(assets.Lang, "lang")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !regexp.MustCompile(`^(risk|gui|cli|country)\.[a-z]{2}\.json$`).MatchString(e.Name()) {
			t.Errorf("%s is not <theme>.<language>.json", e.Name())
		}
	}
}

// go-i18n, which Fyne reads with, takes some keys for its own.
func TestKeysAreNotReserved(t *testing.T) {
	reserved := []string{"id", "description", "hash", "leftdelim", "rightdelim", "zero", "one", "two", "few", "many", "other", "translation"}
	for _, theme := range []string{"risk", "gui", "cli"} {
		for _, name := range themeFiles(t, theme) {
			for key := range texts(t, name) {
				if slices.Contains(reserved, strings.ToLower(key)) {
					t.Errorf("%s: key %q", name, key)
				}
			}
		}
	}
}
