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

	"blindspot/app/check"
	"blindspot/internal/testenv"
	"blindspot/risk"
	"blindspot/scan/metadata"
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
	if tr.cleaner.chosen() != redact.Solid {
		t.Errorf("covers with %v", tr.cleaner.chosen())
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
	next := New(tr.app, Config{Checker: tr.checker, Exporter: tr.exporter, Installer: tr.models, Detectors: tr.models})
	if o := next.options(); o.Audience != risk.Buyer || o.Setting != vision.Thorough {
		t.Errorf("the next start checks with %+v", o)
	}
	if next.look.shade != dark || next.look.scale != 1.5 || next.cleaner.chosen() != redact.Solid {
		t.Errorf("the next start looks like %+v and covers with %v", next.look, next.cleaner.chosen())
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
	if tr.working.Visible() || tr.items[0].state != checked {
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
	for _, key := range []string{keyShade, keyLanguage, keyStyle, keyAudience, keySetting} {
		a.Preferences().SetString(key, "none such")
	}
	a.Preferences().SetFloat(keyScale, 40)
	w := New(a, Config{Checker: &fakeChecker{}, Exporter: &fakeExporter{}})
	if w.look.shade != asSystem || w.look.scale != 1 || w.audience != risk.Public || w.setting != vision.Fast || w.cleaner.chosen() != redact.Blur {
		t.Errorf("%+v, %v, %v, %v", w.look, w.audience, w.setting, w.cleaner.chosen())
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
	tr.mustShow("The exact place is in this file")
}

// Each other test is given English anew when it makes its window.
func TestGerman(t *testing.T) {
	a := test.NewTempApp(t)
	a.Preferences().SetString(keyLanguage, "de")
	tr := newTrialIn(t, a)
	tr.mustShow("Prüfe Fotos, bevor du sie zeigst")
	p := street()
	p.Findings = append(p.Findings, check.Finding{Rule: "finding.none", Attack: risk.Inference, Title: "given"})
	p.Findings[1] = check.Finding{Rule: "vehicle.visible", Attack: risk.Linkage, Severity: risk.Low, Detection: ptr(3),
		Title: "A vehicle is in the picture", Values: values{"Label": "car"}, Facts: []risk.Value{{Name: "Seen", Value: "car"}}, Fix: ptr(risk.Cover)}
	tr.checker.photos["street.jpg"] = p
	tr.add("street.jpg")
	tr.mustShow("Verrät viel", "Wo du warst", "Ein Fahrzeug ist im Bild", "(Auto)", "Gesehen: Auto", "1 Foto", "Säubern", "Verdecken entfernt das")
	tr.mustNotShow("Gives away", "Cover with", "A vehicle")
	tr.showSettings()
	shown := tr.dialogTexts()
	if !strings.Contains(shown, "Privatsphäre") || !strings.Contains(shown, "findet Gesichter") {
		t.Errorf("the settings say %s", shown)
	}
	inDialog(tr, func(s *widget.Select) bool { return slices.Contains(s.Options, "Deutsch") && s.Selected == "Deutsch" })
}
