package gui

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/assets"
	"blindspot/models"
	"blindspot/risk"
	"blindspot/scan"
	"blindspot/scrub"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// values are the named values of a text.
type values = map[string]any

// english is the catalogue of the language that every text exists in.
var english = sync.OnceValue(func() *assets.Catalogue {
	c, err := assets.English()
	if err != nil {
		fyne.LogError("reading the English catalogue", err)
		return nil
	}
	return c
})

// missing is what lang is told to answer for a key that it does not know. Texts
// from photos must not be handed to lang as a fallback: it reads it as a template.
const missing = "\x00"

// word is the text of key in the user's language.
func word(key string, data ...any) string {
	if s := lang.X(key, missing, data...); s != missing {
		return s
	}
	if c := english(); c != nil {
		var v values
		if len(data) > 0 {
			v, _ = data[0].(values)
		}
		return c.Text(key, v)
	}
	return key
}

// words is the text of key in the user's language for n, known to it as .Count.
func words(key string, n int) string {
	data := values{"Count": n}
	if s := lang.XN(key, missing, n, data); s != missing {
		return s
	}
	if c := english(); c != nil {
		return c.Plural(key, n, data)
	}
	return key
}

// spoken is the language that is spoken where chosen is, or where that is empty the
// system's.
func spoken(chosen string) string {
	if chosen == "" || !slices.Contains(languages(), chosen) {
		chosen = systemLanguage()
	}
	if !slices.Contains(languages(), chosen) {
		return "en"
	}
	return chosen
}

func systemLanguage() string {
	system, _, _ := strings.Cut(lang.SystemLocale().LanguageString(), "-")
	return system
}

// loadWords hands the catalogues to lang, to speak language. lang takes the system's
// language and looks for a text in that alone, and Fyne itself speaks more than the
// catalogues do: where another one is wanted, lang is given its texts under the name
// of the system's.
func loadWords(language string) error {
	if err := lang.AddTranslationsFS(assets.Lang, "lang"); err != nil {
		return err
	}
	system := systemLanguage()
	if language == system {
		return nil
	}
	files, err := assets.Lang.ReadDir("lang")
	if err != nil {
		return err
	}
	for _, f := range files {
		if languageOf(f.Name()) != language {
			continue
		}
		data, err := assets.Lang.ReadFile("lang/" + f.Name())
		if err != nil {
			return err
		}
		if err := lang.AddTranslationsForLocale(data, fyne.Locale(system)); err != nil {
			return err
		}
	}
	return nil
}

// languages are those that can be chosen; the first, empty one is the system's.
func languages() []string {
	all := []string{""}
	files, err := assets.Lang.ReadDir("lang")
	if err != nil {
		return all
	}
	for _, f := range files {
		if l := languageOf(f.Name()); strings.HasPrefix(f.Name(), "gui.") && !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	return all
}

// languageName is the name of a language in itself.
func languageName(l string) string {
	if l == "" {
		return word("gui.language.system")
	}
	return display.Self.Name(language.Make(l))
}

// languageOf is the language of the catalogue in a file, named prefix.language.json.
func languageOf(file string) string {
	name := strings.TrimSuffix(file, ".json")
	return name[strings.LastIndex(name, ".")+1:]
}

// known is the text of a key that the catalogues may lack: lang logs an error for
// each that it is asked for in vain.
func known(key string, data ...any) (string, bool) {
	if c := english(); c == nil || !c.Has(key) {
		return "", false
	}
	return word(key, data...), true
}

// labelName is the class of a detection in the user's language, or as it is where
// it has no word.
func labelName(label string) string {
	for _, theme := range []string{"label.", "kind."} {
		if s, ok := known(theme + label); ok {
			return s
		}
	}
	return label
}

func attackTitle(a risk.Attack) string   { return word("gui.attack." + string(a)) }
func attackMeaning(a risk.Attack) string { return word("gui.attack." + string(a) + ".meaning") }
func kindName(kind string) string        { return word("gui.kind." + kind) }
func styleName(s redact.Style) string    { return word("gui.style." + string(s)) }
func checkName(c vision.Check) string    { return word("gui.check." + string(c)) }

// taskName says what a thing that is installed is for.
func taskName(task string) string {
	if !slices.Contains(tasks, task) {
		return word("gui.task.other")
	}
	return word("gui.task." + task)
}

// tasks are those that [taskName] has words for.
var tasks = []string{
	"faces", "faces-second", "face-embedding", "objects", "plates", "text-regions", "text-reading",
	"places", "outline-countries", "outline-land", models.RuntimeTask,
}

// markName is what is written beside a box.
func markName(m mark) string {
	switch {
	case m.own():
		return word("gui.box.own")
	case m.fresh:
		return word("gui.box.new", values{"Kind": kindName(m.detection.Kind)})
	case m.detection.Label != "" && (m.detection.Kind == string(vision.Object) || m.detection.Kind == string(vision.Vehicle)):
		return labelName(m.detection.Label)
	default:
		return kindName(m.detection.Kind)
	}
}

// verdict says what a score means, in a few words.
func verdict(s *score) string {
	switch {
	case s == nil:
		return word("gui.verdict.none")
	case s.upperBound && s.level() == unknown:
		return upperBound(s)
	}
	switch s.level() {
	case little:
		return word("gui.verdict.little")
	case some:
		return word("gui.verdict.some")
	default:
		return word("gui.verdict.lots")
	}
}

// upperBound is a score of which only the upper bound is known, in words.
func upperBound(s *score) string { return word("gui.score.upper", values{"Score": s.value}) }

// number is a score as written.
func number(s *score) string {
	switch {
	case s == nil:
		return "–"
	case s.upperBound:
		return fmt.Sprintf("≤%d", s.value)
	default:
		return fmt.Sprint(s.value)
	}
}

// fixText says what removes a finding.
func fixText(f *check.Finding) string {
	fix := risk.NoFix
	if f.Fix != nil {
		fix = *f.Fix
	}
	switch fix {
	case risk.StripMetadata:
		return word("gui.fix.strip-metadata")
	case risk.Cover:
		return word("gui.fix.cover")
	case risk.Rename:
		return word("gui.fix.rename")
	case risk.LeaveOut:
		return word("gui.fix.leave-out")
	default:
		return word("gui.fix.none")
	}
}

// stateText says how far the window got with a photo.
func stateText(it *item) string {
	switch it.state {
	case waiting:
		return word("gui.state.waiting")
	case stopped:
		return word("gui.state.stopped")
	case checking:
		return word("gui.state.checking")
	case cleaning:
		return word("gui.state.cleaning")
	case failed:
		return word("gui.state.failed", values{"Reason": reason(it.photo.Err)})
	}
	switch {
	case it.result == nil:
		if s := it.score(); s != nil && s.upperBound {
			return upperBound(s)
		}
		return verdict(it.score())
	case it.output() == "":
		return word("gui.state.not-cleaned")
	case it.needsLook():
		return word("gui.state.look")
	default:
		return word("gui.state.cleaned", values{"Before": number(scoreOf(it.photo))})
	}
}

// reason is an error in words a person can use.
func reason(err error) string {
	switch {
	case err == nil:
		return word("gui.reason.unknown")
	case errors.As(err, new(*export.InsideError)):
		return word("gui.reason.folder", values{"Reason": word("gui.reason.folder-inside")})
	case errors.Is(err, export.ErrFolder) && errors.Is(err, fs.ErrNotExist):
		return word("gui.reason.folder", values{"Reason": word("gui.reason.folder-gone")})
	case errors.Is(err, export.ErrFolder) && errors.Is(err, fs.ErrPermission):
		return word("gui.reason.folder", values{"Reason": word("gui.reason.folder-permission")})
	case errors.Is(err, scan.ErrUnsupported):
		return word("gui.reason.unsupported")
	case errors.Is(err, scan.ErrNotPhoto):
		return word("gui.reason.not-photo")
	case errors.Is(err, scan.ErrTooLarge):
		return word("gui.reason.too-large")
	case errors.Is(err, scan.ErrDamaged):
		return word("gui.reason.damaged")
	case errors.Is(err, fs.ErrNotExist):
		return word("gui.reason.gone")
	case errors.Is(err, fs.ErrPermission):
		return word("gui.reason.permission")
	case errors.Is(err, syscall.ENOSPC):
		return word("gui.reason.full")
	case errors.Is(err, scrub.ErrRefused):
		return word("gui.reason.refused", values{"Detail": err.Error()})
	default:
		// Joined errors stand one a line; the first tells what went wrong.
		first, rest, _ := strings.Cut(err.Error(), "\n")
		if rest != "" {
			first += " …"
		}
		return first
	}
}

// listed joins words as one does in a sentence: "a", "a and b", "a, b and c".
func listed(all []string) string {
	switch len(all) {
	case 0:
		return ""
	case 1:
		return all[0]
	default:
		last := len(all) - 1
		return strings.Join(all[:last], ", ") + " " + word("gui.and") + " " + all[last]
	}
}
