package gui

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/export"
	"blindspot/internal/testenv"
	"blindspot/risk"
	"blindspot/scan/metadata"
	"blindspot/scrub"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// set chooses option in the open page of settings.
func (tr *trial) set(option string) {
	tr.t.Helper()
	inDialog(tr, func(s *widget.Select) bool { return slices.Contains(s.Options, option) }).SetSelected(option)
}

func TestSettings(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.drag(tr.view.middle(), tr.view.middle().AddXY(80, 60))
	test.TapAt(tr.view, tr.centre(0))
	tr.showSettings()

	tr.set("A buyer")
	if tr.checker.o.Audience != risk.Buyer || len(tr.checker.runs) != 2 {
		t.Errorf("%d checks, the last for %q", len(tr.checker.runs), tr.checker.o.Audience)
	}
	m := tr.items[0].marks.now
	if len(m) != 4 || !m[3].own() || !m[0].covered || !m[1].covered || m[2].covered {
		t.Errorf("the boxes are not as they were: %+v", m)
	}
	tr.set("Thoroughly: finds more small things and takes longer")
	if tr.checker.o.Setting != vision.Thorough || tr.checker.o.Audience != risk.Buyer || len(tr.checker.runs) != 3 {
		t.Errorf("%d checks, the last in setting %v", len(tr.checker.runs), tr.checker.o.Setting)
	}
	tr.set("Solid colour")
	if tr.covering.style != redact.Solid {
		t.Errorf("covers with %v", tr.covering.style)
	}
	tr.set("Dark")
	tr.set("Very large")
	if got := theme.Color(theme.ColorNameBackground); got != palette[theme.ColorNameBackground].dark {
		t.Errorf("the background is %v", got)
	}
	if got, want := theme.Size(theme.SizeNameText), theme.DefaultTheme().Size(theme.SizeNameText)*1.5; got != want {
		t.Errorf("text is %v large, want %v", got, want)
	}
	shown := tr.dialogTexts()
	for _, want := range []string{"finds faces (yunet): installed, 16.4 MB, licence Apache-2.0", "/exports", "/models", "No photo and no name of a photo is kept"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	tr.dialog.Dismiss()

	// Another window, as at the next start.
	next := New(tr.app, tr.config())
	if o := next.options(); o.Audience != risk.Buyer || o.Setting != vision.Thorough {
		t.Errorf("the next start checks with %+v", o)
	}
	if next.look.shade != dark || next.look.scale != 1.5 || next.covering.style != redact.Solid {
		t.Errorf("the next start looks like %+v and covers with %v", next.look, next.covering.style)
	}
}

// What is being checked while the audience changes is checked again.
func TestAudienceChangesDuringACheck(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"] = street()
	first := true
	tr.checker.during = func() {
		if first {
			first = false
			tr.setChecks(risk.Family, vision.Fast)
		}
	}
	tr.add("a.jpg")
	if len(tr.checker.runs) != 2 || tr.checker.o.Audience != risk.Family {
		t.Errorf("%d checks, the last for %q", len(tr.checker.runs), tr.checker.o.Audience)
	}
	if tr.progress.content.Visible() || tr.items[0].state != checked {
		t.Error("the check does not end")
	}
}

func TestDeleteAllSettings(t *testing.T) {
	tr := newTrial(t)
	tr.setFolder("/elsewhere")
	tr.setChecks(risk.Buyer, vision.Thorough)
	tr.setLook(look{theme.DefaultTheme(), dark, 1.25})
	tr.showSettings()
	tr.set("English")
	tr.set("Mosaic")
	test.Tap(tr.dialogButton("Delete all settings"))
	if !strings.Contains(tr.dialogTexts(), "The next start is like the first.") {
		t.Error("it is not said that they are deleted")
	}
	tr.close()
	prefs := tr.app.Preferences()
	for _, key := range allKeys {
		if s, f := prefs.String(key), prefs.Float(key); s != "" || f != 0 {
			t.Errorf("%s is kept: %q %v", key, s, f)
		}
	}
}

// What is in the preferences and makes no sense does no harm.
func TestSettingsOfAnotherVersion(t *testing.T) {
	a := test.NewTempApp(t)
	for _, key := range []string{keyShade, keyLanguage, keyStyle, keyAudience, keySetting, keyNames} {
		a.Preferences().SetString(key, "none such")
	}
	a.Preferences().SetFloat(keyScale, 40)
	w := New(a, (&trial{}).config())
	if w.look.shade != asSystem || w.look.scale != 1 || w.audience != risk.Public || w.setting != vision.Fast || w.covering.style != redact.Blur {
		t.Errorf("%+v, %v, %v, %v", w.look, w.audience, w.setting, w.covering.style)
	}
}

func TestMap(t *testing.T) {
	dir := testenv.Places(t)
	tr := newTrial(t)
	tr.setLook(look{theme.DefaultTheme(), light, 1})
	p := street()
	p.Findings[0].Rule, p.Position = "location.gps", &metadata.Position{Latitude: 48.8584, Longitude: 2.2945}
	tr.checker.photos["a.jpg"] = p
	maps := func() (all []*canvas.Image) {
		for _, o := range test.LaidOutObjects(tr.findings.box) {
			if img, ok := o.(*canvas.Image); ok && img.Image != nil && img.Image.Bounds().Dx() == mapWidth {
				all = append(all, img)
			}
		}
		return all
	}
	tr.lookUp(nil)
	tr.add("a.jpg")
	if len(maps()) != 0 {
		t.Error("a map is shown although nothing is installed to draw it from")
	}
	tr.models.files = map[string]string{
		taskLand: filepath.Join(dir, "ne_50m_land.json"), taskCountries: filepath.Join(dir, "ne_110m_admin_0_countries.json"),
	}
	tr.lookUp(nil)
	tr.checkAgain()
	all := maps()
	if len(all) != 1 {
		t.Fatalf("%d maps are shown, want one", len(all))
	}
	if size := all[0].Size(); size.Height < mapShown || size.Width < 100 {
		t.Errorf("the map is %v large", size)
	}
	bright := all[0].Image.At(2, 2)
	l := tr.look
	l.shade = dark
	tr.setLook(l)
	if all = maps(); len(all) != 1 || all[0].Image.At(2, 2) == bright {
		t.Errorf("%d maps, not drawn anew for a dark window %v", len(all), bright)
	}
	// A file that can't be read gives no map, and no more.
	tr.models.files[taskLand] = filepath.Join(t.TempDir(), "none")
	tr.lookUp(nil)
	tr.checkAgain()
	if len(maps()) != 0 {
		t.Error("a map is shown that could not be drawn")
	}
	tr.mustShow("The photo says where it was taken")
}

// Each other test is given English anew when it makes its window.
func TestGerman(t *testing.T) {
	a := test.NewTempApp(t)
	a.Preferences().SetString(keyLanguage, "de")
	tr := newTrialIn(t, a)
	tr.mustShow("Prüfe Fotos, bevor du sie zeigst")
	if want := []string{"de"}; !slices.Equal(tr.languages, want) {
		t.Errorf("photos are checked in %q, want %q", tr.languages, want)
	}
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.mustShow("Verrät viel", "Wo du warst", "1 Foto", "Säubern", "Verdecken entfernt das")
	tr.mustNotShow("Gives away", "Cover with")
	tr.showSettings()
	shown := tr.dialogTexts()
	if !strings.Contains(shown, "Privatsphäre") || !strings.Contains(shown, "findet Gesichter") {
		t.Errorf("the settings say %s", shown)
	}
	inDialog(tr, func(s *widget.Select) bool { return slices.Contains(s.Options, "Deutsch") && s.Selected == "Deutsch" })
}

// Another language is spoken at once: in the window, and in what is found.
func TestLanguageChangesAtOnce(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"], tr.checker.photos["plain.png"] = street(), plain()
	tr.add("street.jpg", "plain.png")
	tr.list.Select(1)
	test.TapAt(tr.view, tr.view.middle())
	tr.showSettings()
	language := inDialog(tr, func(s *widget.Select) bool { return slices.Contains(s.Options, "Deutsch") })
	language.SetSelected("Deutsch")
	if !strings.Contains(tr.dialogTexts(), "Privatsphäre") {
		t.Error("the settings are not shown in German")
	}
	tr.mustShow("2 Fotos", "Verrät wenig", "Säubern")
	tr.mustNotShow("Gives away", "2 photos")
	if want := []string{"en", "de"}; !slices.Equal(tr.languages, want) || len(tr.checker.runs) != 2 {
		t.Errorf("spoken %q with %d checks, want %q and the photos checked again", tr.languages, len(tr.checker.runs), want)
	}
	if tr.selected != tr.items[1] || len(tr.view.picture) == 0 {
		t.Error("the selected photo is not shown any more")
	}
	tr.dialog.Dismiss()
	tr.setLanguage("en")
	tr.mustShow("2 photos", "Gives away little")
	tr.mustNotShow("Verrät")
}

func TestRemoveDetectors(t *testing.T) {
	tr := newTrial(t)
	tr.showSettings()
	test.Tap(tr.dialogButton("Remove"))
	if !slices.Equal(tr.models.removed, []string{"yunet"}) {
		t.Fatalf("removed %q", tr.models.removed)
	}
	if shown := tr.dialogTexts(); !strings.Contains(shown, "not installed") {
		t.Error("the list does not say that it is gone")
	}
	tr.mustShow("Not looked at in your photos: faces and objects.")
	test.Tap(tr.dialogButton("Install detectors"))
	tr.showSettings()
	test.Tap(tr.dialogButton("Remove all detectors"))
	if len(tr.models.removed) != 2 {
		t.Errorf("removed %q", tr.models.removed)
	}
}

// The brightness of ultra-HDR photos stays on request, and what became of it is said.
func TestKeepGainMaps(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["bright.jpg"], tr.checker.photos["plain.png"] = plain(), plain()
	tr.exporter.result = func(j export.Job) *export.Result {
		r := cleanResult(j)
		switch {
		case !strings.HasSuffix(j.Path, "bright.jpg"):
		case tr.exporter.o.KeepGainMap:
			r.GainMap = scrub.GainMapKept
		default:
			r.GainMap = scrub.GainMapRemoved
		}
		return r
	}
	tr.add("bright.jpg", "plain.png")
	tr.cleanAll()
	tr.dialog.Dismiss()
	tr.mustShow("The extra brightness for HDR screens is gone too.")
	tr.showSettings()
	test.Tap(inDialog(tr, func(c *widget.Check) bool { return strings.Contains(c.Text, "ultra-HDR") }))
	tr.dialog.Dismiss()
	test.Tap(tr.button("Clean all (1)")) // the other photo would be the same again
	tr.mustShow("The extra brightness for HDR screens was kept")
	if next := New(tr.app, tr.config()); !next.gainMaps {
		t.Error("the next start does not keep them")
	}
}

func TestNamesOfCopies(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["plain.png"] = plain()
	tr.add("plain.png")
	tr.cleanActed()
	if tr.exporter.o.Names != export.NeutralNames {
		t.Errorf("copies are named %q at first", tr.exporter.o.Names)
	}
	tr.mustShow("The copy has a name of its own.")
	tr.setNames(export.KeepNames)
	tr.mustShow("The copy keeps the name of your photo")
	tr.cleanActed()
	if tr.exporter.o.Names != export.KeepNames {
		t.Errorf("copies are named %q", tr.exporter.o.Names)
	}
	tr.mustNotShow("The copy has a name of its own.")
	if next := New(tr.app, tr.config()); next.names != export.KeepNames {
		t.Errorf("the next start names copies %q", next.names)
	}
}
