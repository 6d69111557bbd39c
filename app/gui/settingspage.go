package gui

import (
	"errors"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/export"
	"blindspot/risk"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// showSettings opens the page of settings.
func (w *Window) showSettings() {
	page := container.NewVBox()
	section := func(key string, os ...fyne.CanvasObject) {
		page.Add(heading(word("gui.settings." + key)))
		for _, o := range os {
			page.Add(o)
		}
	}
	section("look", container.New(form{},
		widget.NewLabel(word("gui.settings.shade")), choice(shades, w.look.shade, shadeName, func(s shade) {
			l := w.look
			l.shade = s
			w.setLook(l)
		}),
		widget.NewLabel(word("gui.settings.text")), choice(scales, float64(w.look.scale), scaleName, func(s float64) {
			l := w.look
			l.scale = float32(s)
			w.setLook(l)
		}),
		widget.NewLabel(word("gui.settings.language")), choice(languages(), w.app.Preferences().String(keyLanguage), languageName, w.setLanguage)))
	section("check", container.New(form{},
		widget.NewLabel(word("gui.settings.audience")), choice(audiences, w.audience, audienceName, func(a risk.Audience) { w.setChecks(a, w.setting) }),
		widget.NewLabel(word("gui.settings.setting")), choice(settings, w.setting, settingName, func(s vision.Setting) { w.setChecks(w.audience, s) })),
		quiet(word("gui.settings.check.says")))
	section("clean", container.New(form{},
		widget.NewLabel(word("gui.style")), choice(styles, w.covering.style, styleName, w.setStyle),
		widget.NewLabel(word("gui.settings.tone")), choice(tones, w.covering.tone, toneName, w.setTone),
		widget.NewLabel(word("gui.settings.names")), choice(names, w.names, nameOfNames, w.setNames)),
		quiet(word("gui.settings.names.says")),
		w.gainMapSwitch())
	section("detectors", w.detectorList())
	section("privacy", w.privacy())
	w.openPage(word("gui.settings"), container.NewVScroll(page), 720, 720)
}

// choice offers options, of which now is chosen.
func choice[T comparable](options []T, now T, name func(T) string, on func(T)) *selector {
	names := make([]string, len(options))
	for i, o := range options {
		names[i] = name(o)
	}
	s := newSelector(names, max(0, slices.Index(options, now)))
	s.OnChanged = func(string) { on(options[s.SelectedIndex()]) }
	return s
}

func shadeName(s shade) string   { return word("gui.shade." + string(s)) }
func scaleName(s float64) string { return word("gui.text." + scaleNames[slices.Index(scales, s)]) }

// toneName is what a tone of skin is called.
func toneName(t int) string {
	switch t {
	case 0:
		return word("gui.tone.random")
	case 1:
		return word("gui.tone.lightest", values{"Tone": t})
	case redact.Tones:
		return word("gui.tone.darkest", values{"Tone": t})
	default:
		return word("gui.tone", values{"Tone": t})
	}
}

func nameOfNames(n export.Names) string   { return word("gui.names." + string(n)) }
func audienceName(a risk.Audience) string { return word("gui.audience." + string(a)) }

func settingName(s vision.Setting) string {
	return word("gui.setting." + settingNames[slices.Index(settings, s)])
}

// detectorList says what is installed, under which licence, and how large it is,
// and lets the user remove it.
func (w *Window) detectorList() fyne.CanvasObject {
	box := container.NewVBox()
	if w.installer != nil {
		w.fillDetectors(box)
	}
	return box
}

// fillDetectors shows in box what is installed now.
func (w *Window) fillDetectors(box *fyne.Container) {
	box.RemoveAll()
	missing, own := false, false
	for _, m := range w.installer.List() {
		icon := theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess)
		state := word("gui.detector.installed")
		if !m.Installed {
			missing = true
			icon, state = theme.NewColoredResource(theme.DownloadIcon(), theme.ColorNameWarning), word("gui.detector.missing")
		}
		says := withIcon(icon, text(word("gui.detector", values{
			"Task": taskName(m.Task), "Name": m.Name, "State": state, "Licence": m.Licence, "Size": sizeText(m.Size)})))
		var remove fyne.CanvasObject
		if w.installer.Own(m) {
			own = true
			remove = container.NewCenter(newButton(word("gui.detector.remove"), theme.DeleteIcon(), func() {
				w.removeDetectors(box, m.Name)
			}))
		}
		box.Add(container.NewBorder(nil, nil, nil, remove, says))
	}
	buttons := container.NewHBox()
	if missing {
		buttons.Add(newButton(word("gui.detectors.install"), theme.DownloadIcon(), func() {
			w.dialog.Dismiss()
			w.install()
		}))
	}
	if own {
		buttons.Add(newButton(word("gui.detectors.remove-all"), theme.DeleteIcon(), func() { w.removeDetectors(box) }))
	}
	box.Add(buttons)
}

// removeDetectors deletes what is installed under names, or with none all that is
// the user's own, and shows in box what is left.
func (w *Window) removeDetectors(box *fyne.Container, names ...string) {
	if w.installing != nil {
		return
	}
	for _, m := range w.installer.List() {
		if !w.installer.Own(m) || len(names) > 0 && !slices.Contains(names, m.Name) {
			continue
		}
		if err := w.installer.Remove(m.Name); err != nil {
			dialog.ShowError(errors.New(reason(err)), w.win)
			break
		}
	}
	w.fillDetectors(box)
	w.lookUp(nil)
}

// privacy says what is kept where, and offers to delete the settings.
func (w *Window) privacy() fyne.CanvasObject {
	box := container.New(tight{},
		text(word("gui.privacy.settings", values{"Folder": tilde(w.app.Storage().RootURI().Path())})),
		text(word("gui.privacy.copies", values{"Folder": tilde(w.folder)})))
	if w.installer != nil {
		box.Add(text(word("gui.privacy.detectors", values{"Folder": tilde(w.installer.Dir())})))
	}
	box.Add(text(word("gui.privacy.nothing")))
	box.Add(text(word("gui.privacy.desktop")))
	said := quiet(word("gui.privacy.deleted"))
	said.Hide()
	box.Add(container.NewHBox(newButton(word("gui.privacy.delete"), theme.DeleteIcon(), func() {
		w.deleteSettings()
		said.Show()
	})))
	box.Add(said)
	return box
}

// gainMapSwitch is the switch that keeps what makes an ultra-HDR photo brighter.
func (w *Window) gainMapSwitch() fyne.CanvasObject {
	keep := newTick(word("gui.settings.gain-maps"), w.gainMaps)
	keep.OnChanged = func(on bool) {
		w.gainMaps = on
		w.app.Preferences().SetBool(keyGainMaps, on)
		w.updateActions()
	}
	return keep
}
