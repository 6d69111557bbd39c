package risk

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	// neutralName is a name as an export gives it.
	neutralName = regexp.MustCompile(`^photo-[0-9a-f]{8}$`)
	// counterName is a name as a camera gives it: letters and a running number.
	counterName = regexp.MustCompile(`(?i)^(?:[_a-z0-9]{0,4}[a-z_]|img|dsc[fn]?|p|dji|gopro|gopr|mvimg|pict|image|photo|cimg|sam|scan)[ _-]?\d{3,8}(?:[ _(-]|$)`)
	// dateName holds year, month and day.
	dateName = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)([-_. ]?)(0[1-9]|1[0-2])([-_. ]?)(0[1-9]|[12]\d|3[01])(?:\D|$)`)
	// appName is a name as an app gives it.
	appName = regexp.MustCompile(`(?i)^(?:screenshot|screen shot|bildschirmfoto|whatsapp|fb_img|received_|signal-|telegram|snapchat|instagram|insta|tiktok|pxl_|mvimg|wp_|photo_\d{4})|-WA\d{4}`)

	// hexName is a run of hexadecimal digits, as programs name files: no words.
	hexName = regexp.MustCompile(`(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}`)
	// nameWord is a run of letters.
	nameWord = regexp.MustCompile(`\p{L}{3,}`)
	// commonWords tell nothing in a file's name.
	commonWords = []string{"img", "image", "images", "photo", "photos", "picture", "pic", "foto", "bild", "dsc", "dscf", "dscn", "pxl", "mvimg", "dji", "gopro", "gopr", "pict", "cimg", "sam", "scan", "screenshot", "screen", "shot", "bildschirmfoto",
		"whatsapp", "received", "signal", "telegram", "snapchat", "instagram", "insta", "tiktok", "the", "and", "copy", "edit", "edited", "final", "new", "small", "large", "crop", "cropped", "export", "web", "original", "untitled", "unnamed", "download", "jpeg", "jpg", "png", "webp", "heic", "heif", "avif", "tiff", "tif", "gif", "bmp",
		"portrait", "night", "hdr", "burst", "cover", "pano", "panorama", "raw", "sample", "test"}
)

var nameRules = []Rule{
	{
		ID: "file.name-counter", Attack: Linkage, Group: "file.counter",
		Weights:   Weights{Public: .08, Buyer: .06, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "A camera's running number puts photos in order and links copies; it repeats after 9,999."},
		Fix:       Rename, Values: []string{"Value"}, Evidence: []string{"FileName"},
		find: fileNamed(func(v *view, stem string) bool { return counterName.MatchString(stem) && !dateName.MatchString(stem) }),
	},
	{
		ID: "file.name-date", Attack: Inference, Group: "time",
		Weights:   Weights{Public: .12, Buyer: .10, Family: .03},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "As a time in the file, mostly the day alone."},
		Fix:       Rename, Values: []string{"Value"}, Evidence: []string{"FileName"},
		find: fileNamed(func(v *view, stem string) bool { return isDated(stem) }),
	},
	{
		ID: "file.name-app", Attack: Inference, Group: "software",
		Weights:   Weights{Public: .05, Buyer: .05, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Tells which app or phone a photo came through."},
		Fix:       Rename, Values: []string{"Value"}, Evidence: []string{"FileName"},
		find: fileNamed(func(v *view, stem string) bool { return appName.MatchString(stem) }),
	},
	{
		ID: "file.name-words", Attack: Inference, Group: "file.words",
		Weights:   Weights{Public: .10, Buyer: .08, Family: .03},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "People name files after persons, places and events; the words are not understood here."},
		Fix:       Rename, Values: []string{"Value"}, Evidence: []string{"FileName"},
		find: fileNamed(func(v *view, stem string) bool { return len(words(stem)) > 0 }),
	},
	{
		ID: "file.name-person", Attack: Identification, Group: "name",
		Weights:   Weights{Public: .50, Buyer: .45, Family: .05},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "The file's name holds a name that the file also gives as a person's."},
		Fix:       Rename, Values: []string{"Value"}, Evidence: []string{"FileName"},
		find: fileNamed(func(v *view, stem string) bool { return holdsPerson(v, stem) }),
	},
}

// fileNamed makes a predicate over a file's name without its extension.
func fileNamed(keep func(v *view, stem string) bool) func(*view) []match {
	return func(v *view) []match {
		name := v.name()
		stem := strings.TrimSuffix(name, filepath.Ext(name))
		if stem == "" || neutralName.MatchString(stem) || !keep(v, stem) {
			return nil
		}
		name = printable(name)
		return []match{{
			values:   []Value{{"Value", name}},
			evidence: []Value{{"FileName", name}},
			fixed:    remainder{name: true},
		}}
	}
}

// isDated says whether a name holds a date, its three numbers set apart alike.
func isDated(stem string) bool {
	m := dateName.FindStringSubmatch(stem)
	return m != nil && m[2] == m[4]
}

// words are those of a file's name that somebody chose.
func words(stem string) []string {
	var chosen []string
	stem = hexName.ReplaceAllStringFunc(stem, func(run string) string {
		if strings.ContainsAny(run, "0123456789") {
			return " "
		}
		return run
	})
	for _, w := range nameWord.FindAllString(stem, -1) {
		w = strings.ToLower(w)
		if !slices.Contains(commonWords, w) && strings.ContainsFunc(w, isVowel) {
			chosen = append(chosen, w)
		}
	}
	return chosen
}

func isVowel(r rune) bool {
	return strings.ContainsRune("aeiouyäöüáàâãåæéèêëíìîïóòôõøúùû", r) || r > unicode.MaxLatin1
}

// holdsPerson says whether a name holds a word of a person's name in the facts.
func holdsPerson(v *view, stem string) bool {
	in := words(stem)
	for _, i := range append(v.facts(personTags...), v.facts(ownerTags...)...) {
		for _, w := range nameWord.FindAllString(v.photo.Facts[i].Value, -1) {
			if slices.Contains(in, strings.ToLower(w)) {
				return true
			}
		}
	}
	return false
}
