package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"blindspot/app/export"
	"blindspot/risk"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// Keys of what is kept between two starts.
const (
	keyWidth    = "window.width"
	keyHeight   = "window.height"
	keyShade    = "window.shade"
	keyScale    = "window.text"
	keyLanguage = "window.language"
	keyFolder   = "export.folder"
	keyNames    = "export.names"
	keyGainMaps = "export.gain-maps"
	keyStyle    = "cover.style"
	keyTone     = "cover.tone"
	keyAudience = "check.audience"
	keySetting  = "check.setting"
)

// allKeys are the keys of everything that is kept.
var allKeys = []string{keyWidth, keyHeight, keyShade, keyScale, keyLanguage, keyFolder, keyNames, keyGainMaps, keyStyle, keyTone, keyAudience, keySetting, lastFolder}

// What can be chosen from, in the order in which it is offered.
var (
	// styles are what places can be covered with.
	styles    = []redact.Style{redact.Blur, redact.Mosaic, redact.Solid, redact.Face}
	tones     = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10} // 0 is one at random
	names     = []export.Names{export.NeutralNames, export.NumberNames, export.KeepNames}
	shades    = []shade{asSystem, light, dark}
	scales    = []float64{1, 1.25, 1.5}
	audiences = []risk.Audience{risk.Public, risk.Buyer, risk.Family}
	settings  = []vision.Setting{vision.Fast, vision.Thorough}
)

// Names of settings in preferences and catalogue, by index.
var (
	scaleNames   = []string{"normal", "large", "larger"}
	settingNames = []string{"fast", "thorough"}
)

// choices are what the user has chosen; they are kept between two starts.
type choices struct {
	folder   string // for clean copies
	names    export.Names
	covering covering
	gainMaps bool // of ultra-HDR photos are kept
	look     look
	audience risk.Audience
	setting  vision.Setting
}

// restore takes over what was chosen in an earlier start; what is not known any
// more counts as not chosen.
func (w *Window) restore() {
	prefs := w.app.Preferences()
	w.folder = prefs.StringWithFallback(keyFolder, defaultExportFolder())
	w.names = names[0]
	if n := export.Names(prefs.String(keyNames)); slices.Contains(names, n) {
		w.names = n
	}
	w.gainMaps = prefs.Bool(keyGainMaps)
	w.covering = covering{style: styles[0]}
	if s := redact.Style(prefs.String(keyStyle)); slices.Contains(styles, s) {
		w.covering.style = s
	}
	if t := prefs.Int(keyTone); slices.Contains(tones, t) {
		w.covering.tone = t
	}
	w.look = look{Theme: theme.DefaultTheme(), shade: asSystem, scale: 1}
	if s := shade(prefs.String(keyShade)); slices.Contains(shades, s) {
		w.look.shade = s
	}
	if s := prefs.Float(keyScale); slices.Contains(scales, s) {
		w.look.scale = float32(s)
	}
	w.audience = risk.Public
	if a := risk.Audience(prefs.String(keyAudience)); slices.Contains(audiences, a) {
		w.audience = a
	}
	w.setting = settings[max(0, slices.Index(settingNames, prefs.String(keySetting)))]
	w.app.Settings().SetTheme(w.look)
}

// setLook shows the window in l from now on.
func (w *Window) setLook(l look) {
	w.look = l
	prefs := w.app.Preferences()
	prefs.SetString(keyShade, string(l.shade))
	prefs.SetFloat(keyScale, float64(l.scale))
	w.app.Settings().SetTheme(l)
	if w.selected != nil { // maps are drawn for light or dark
		w.refreshSelected()
	}
}

// setLanguage speaks l from now on; "" is the system's language. The window's
// contents are made anew, and the settings shown again. What was found in photos was
// put into words by the check, so they are checked again.
func (w *Window) setLanguage(l string) {
	w.app.Preferences().SetString(keyLanguage, l)
	w.speak(l)
	if w.dialog != nil {
		w.dialog.Dismiss()
	}
	w.rebuild()
	w.checkAllAgain()
	w.showSettings()
}

// speak loads the words of l, and what checks in it.
func (w *Window) speak(l string) {
	l = spoken(l)
	if err := loadWords(l); err != nil {
		fyne.LogError("reading the catalogues", err)
	}
	w.checker, w.exporter = w.voice(l)
}

// setStyle covers with s from now on.
func (w *Window) setStyle(s redact.Style) {
	if s == w.covering.style {
		return
	}
	w.covering.style = s
	w.app.Preferences().SetString(keyStyle, string(s))
	w.cleaner.choose(s)
	w.showMarks()
	w.updateActions()
}

// setTone draws faces with skin of tone t from now on.
func (w *Window) setTone(t int) {
	w.covering.tone = t
	w.app.Preferences().SetInt(keyTone, t)
	w.updateActions()
}

// setNames names copies by n from now on.
func (w *Window) setNames(n export.Names) {
	w.names = n
	w.app.Preferences().SetString(keyNames, string(n))
	w.updateActions()
}

// setChecks checks for a from now on, in setting, and checks again what was checked
// otherwise.
func (w *Window) setChecks(a risk.Audience, setting vision.Setting) {
	if a == w.audience && setting == w.setting {
		return
	}
	w.audience, w.setting = a, setting
	w.app.Preferences().SetString(keyAudience, string(a))
	w.app.Preferences().SetString(keySetting, settingNames[slices.Index(settings, setting)])
	w.checkAllAgain()
}

// checkAllAgain checks again what was checked, and what is being checked once that
// has ended.
func (w *Window) checkAllAgain() {
	w.stale = w.checking != nil
	var again []*item
	for _, it := range w.items {
		if it.cleanable() {
			again = append(again, it)
		}
	}
	w.checkThese(again)
}

// deleteSettings forgets all that is kept between two starts.
func (w *Window) deleteSettings() {
	for _, key := range allKeys {
		w.app.Preferences().RemoveValue(key)
	}
	w.forget = true
}
