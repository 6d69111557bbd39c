package gui

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"unicode"

	"blindspot/assets"
	"blindspot/risk"
	"blindspot/vision"
)

// builtKeys are the keys that the code puts together.
func builtKeys() []string {
	var keys []string
	for _, a := range risk.Attacks {
		keys = append(keys, "gui.attack."+string(a), "gui.attack."+string(a)+".meaning")
	}
	for _, k := range []vision.Kind{vision.Face, vision.Person, vision.Plate, vision.Document, vision.Screen, vision.Code, vision.Text, vision.Vehicle, vision.Object} {
		keys = append(keys, "gui.kind."+string(k))
	}
	for _, s := range styles {
		keys = append(keys, "gui.style."+string(s))
	}
	for _, c := range append([]vision.Check{"metadata"}, lookOrder...) {
		keys = append(keys, "gui.check."+string(c))
	}
	for _, o := range orders {
		keys = append(keys, "gui.sort."+string(o))
	}
	for _, o := range states {
		keys = append(keys, "gui.only."+string(o))
	}
	for _, s := range []string{"look", "check", "clean", "detectors", "privacy"} {
		keys = append(keys, "gui.settings."+s)
	}
	for _, s := range shades {
		keys = append(keys, "gui.shade."+string(s))
	}
	for _, s := range scaleNames {
		keys = append(keys, "gui.text."+s)
	}
	for _, s := range settingNames {
		keys = append(keys, "gui.setting."+s)
	}
	for _, a := range audiences {
		keys = append(keys, "gui.audience."+string(a))
	}
	for _, task := range tasks {
		keys = append(keys, "gui.task."+task)
	}
	for _, n := range names {
		keys = append(keys, "gui.names."+string(n))
	}
	for _, s := range keyPages {
		keys = append(keys, "gui.keys."+s, "gui.keys."+s+".says")
	}
	for _, s := range aboutSections {
		keys = append(keys, "gui.about."+s, "gui.about."+s+".says")
	}
	return keys
}

// usedKeys are the keys that the code of this package asks for; with plural true
// those for which it gives a number.
func usedKeys(t *testing.T, plural bool) []string {
	t.Helper()
	function := "word"
	var keys []string
	if plural {
		function = "words"
	} else {
		keys = builtKeys()
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			if id, ok := call.Fun.(*ast.Ident); !ok || id.Name != function {
				return true
			}
			if lit, ok := call.Args[0].(*ast.BasicLit); ok {
				key, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, key)
			}
			return true
		})
	}
	return keys
}

func TestWordsAreInTheCatalogue(t *testing.T) {
	data, err := assets.Lang.ReadFile("lang/gui.en.json")
	if err != nil {
		t.Fatal(err)
	}
	var catalogue map[string]any
	if err := json.Unmarshal(data, &catalogue); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, key := range usedKeys(t, false) {
		used[key] = true
		if _, ok := catalogue[key].(string); !ok {
			t.Errorf("%s is not in the catalogue as one text", key)
		}
	}
	for _, key := range usedKeys(t, true) {
		used[key] = true
		forms, ok := catalogue[key].(map[string]any)
		if !ok || forms["one"] == nil || forms["other"] == nil {
			t.Errorf("%s is not in the catalogue for one and other", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(catalogue)) {
		if !used[key] {
			t.Errorf("%s is in the catalogue and nothing uses it", key)
		}
		for _, s := range texts(catalogue[key]) {
			if _, err := template.New(key).Parse(s); err != nil {
				t.Errorf("%s: %v", key, err)
			}
			for _, never := range []string{"safe", "Safe", "anonymous", "guarantee"} {
				if strings.Contains(s, never) {
					t.Errorf("%s promises too much: %q", key, s)
				}
			}
		}
	}
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case map[string]any:
		var all []string
		for _, s := range v {
			all = append(all, s.(string))
		}
		return all
	}
	return nil
}

// shows are the functions that are given texts to show, and inside those that are
// given texts which nobody sees in the window.
var (
	shows = map[string]bool{"text": true, "bold": true, "quiet": true, "heading": true, "NewLabel": true, "NewButton": true,
		"NewButtonWithIcon": true, "NewCheck": true, "SetText": true, "NewConfirm": true, "ShowConfirm": true, "NewCustom": true,
		"NewCustomWithoutButtons": true, "ShowInformation": true, "SetConfirmText": true, "SetDismissText": true, "SetPlaceHolder": true,
		"NewMenuItem": true, "NewMenu": true, "NewTabItem": true, "NewText": true, "newSideName": true, "show": true, "fail": true}
	inside = map[string]bool{"LogError": true, "Errorf": true, "New": true, "panic": true}
	// two words one after the other are a text, wherever they stand
	sentence = regexp.MustCompile(`\p{L} +\p{L}`)
)

// called is the name of the function or method that is called.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// untranslated are the literals in a file of code that are shown and that no
// catalogue has.
func untranslated(file *ast.File) []*ast.BasicLit {
	var all []*ast.BasicLit
	var look func(n ast.Node, shown bool)
	look = func(root ast.Node, shown bool) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec, *ast.Field:
				return false
			case *ast.CallExpr:
				switch name := called(n); {
				case name == "word" || name == "words" || name == "known" || inside[name]:
					return false
				default:
					for _, arg := range n.Args {
						_, callback := arg.(*ast.FuncLit)
						look(arg, (shown || shows[name]) && !callback)
					}
					look(n.Fun, false)
					return false
				}
			case *ast.BasicLit:
				s, err := strconv.Unquote(n.Value)
				if n.Kind == token.STRING && err == nil && (sentence.MatchString(s) || shown && strings.ContainsFunc(s, unicode.IsLetter)) {
					all = append(all, n)
				}
			}
			return true
		})
	}
	look(file, false)
	return all
}

// Every text that is shown comes from the catalogues.
func TestNoWordsInCode(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		// sample.go draws a picture with words in it, folders.go reads a file of the system's.
		if strings.HasSuffix(name, "_test.go") || name == "sample.go" || name == "folders.go" {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, lit := range untranslated(file) {
			t.Errorf("%v: %s is a text that no catalogue has", set.Position(lit.Pos()), lit.Value)
		}
	}
}

// The test above sees a text wherever one may be put.
func TestUntranslatedIsSeen(t *testing.T) {
	for _, test := range []struct {
		code string
		want int
	}{
		{`widget.NewLabel("Photos")`, 1},
		{`widget.NewLabel(word("gui.photos"))`, 0},
		{`widget.NewLabel("")`, 0},
		{`l.SetText("Score: " + number(s))`, 1},
		{`l.SetText(number(s) + " · " + word("gui.x"))`, 0},
		{`l.SetText(fmt.Sprintf("Photo %d", 1))`, 1},
		{`l.Text = "Nothing was found"`, 1},
		{`widget.NewButton(word("gui.x"), func() { l.SetText("Done") })`, 1},
		{`widget.NewButton(word("gui.x"), func() { save("key.x") })`, 0},
		{`fyne.NewMenuItem("Remove", nil)`, 1},
		{`dialog.NewConfirm("Close?", word("gui.x"), nil, w)`, 1},
		{`fyne.LogError("reading the catalogues", err)`, 0},
		{`_ = fmt.Errorf("reading %s: %w", path, err)`, 0},
		{`_ = []string{"one of two"}`, 1},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f() { "+test.code+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(untranslated(file)); got != test.want {
			t.Errorf("%s: %d texts are seen, want %d", test.code, got, test.want)
		}
	}
}

func TestListed(t *testing.T) {
	newTrial(t)
	for _, test := range []struct {
		in   []string
		want string
	}{{nil, ""}, {[]string{"a"}, "a"}, {[]string{"a", "b"}, "a and b"}, {[]string{"a", "b", "c"}, "a, b and c"}} {
		if got := listed(test.in); got != test.want {
			t.Errorf("listed(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

// Colour is never alone, and what was not fully checked is never green.
func TestScoreLooks(t *testing.T) {
	newTrial(t)
	for _, test := range []struct {
		score   *score
		number  string
		verdict string
		level   level
	}{
		{nil, "–", "No score", unknown},
		{&score{95, false}, "95", "Gives away little", little},
		{&score{60, false}, "60", "Gives away some things", some},
		{&score{10, false}, "10", "Gives away a lot", lots},
		{&score{95, true}, "≤95", "≤ 95, not fully checked", unknown},
		{&score{60, true}, "≤60", "Gives away some things", some},
	} {
		if got := number(test.score); got != test.number {
			t.Errorf("number(%v) = %q, want %q", test.score, got, test.number)
		}
		if got := verdict(test.score); got != test.verdict {
			t.Errorf("verdict(%v) = %q, want %q", test.score, got, test.verdict)
		}
		if got := test.score.level(); got != test.level {
			t.Errorf("level(%v) = %v, want %v", test.score, got, test.level)
		}
	}
	seen := map[string]level{}
	for l := unknown; l <= lots; l++ {
		name := l.symbol().Name()
		if other, ok := seen[name]; ok {
			t.Errorf("levels %v and %v have the same symbol", l, other)
		}
		seen[name] = l
	}
}

func TestMain(m *testing.M) {
	os.Setenv("LANG", "en_US.UTF-8")
	os.Setenv("LC_ALL", "en_US.UTF-8")
	os.Exit(m.Run())
}
