package gui

import (
	"context"
	"errors"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/models"
	"blindspot/vision"
)

// progressEvery is the least time between two pictures of a progress bar.
const progressEvery = 50 * time.Millisecond

// detectorBar says what is not looked at and offers to install what is missing.
type detectorBar struct {
	content  *fyne.Container // hidden where all is well
	says     *widget.Label
	install  *button
	later    *button
	progress *progressLine
	buttons  *fyne.Container
}

func newDetectorBar(install, later, cancel func()) *detectorBar {
	b := &detectorBar{
		says:     text(""),
		progress: newProgressLine(cancel),
	}
	b.install = newButton(word("gui.detectors.install"), theme.DownloadIcon(), install)
	b.install.Importance = widget.HighImportance
	b.later = newButton(word("gui.detectors.not-now"), nil, later)
	b.buttons = container.NewHBox(b.install, b.later)
	c := newCard(
		container.NewBorder(nil, nil, nil, container.NewCenter(b.buttons),
			withIcon(theme.NewColoredResource(theme.VisibilityOffIcon(), theme.ColorNameWarning), b.says)),
		b.progress.content)
	c.accent = theme.ColorNameWarning
	b.content = container.NewPadded(c)
	b.content.Hide()
	return b
}

// show says what is off; with nothing to say the bar hides.
func (b *detectorBar) show(says string, canInstall bool, button string) {
	b.says.SetText(says)
	b.install.SetText(button)
	b.install.Hidden = !canInstall
	b.progress.hide()
	b.buttons.Show()
	b.content.Hidden = says == ""
	b.content.Refresh()
}

// work shows how far an installation is, from 0 to 1, and what it is at.
func (b *detectorBar) work(what string, done float64) {
	b.buttons.Hide()
	b.progress.show(done, what)
	b.content.Show()
	b.content.Refresh()
}

// fetched adds up how much of what is missing has been installed. It belongs to
// one goroutine.
type fetched struct {
	sizes, done map[string]int64
}

func newFetched(missing []models.Status) *fetched {
	f := &fetched{sizes: map[string]int64{}, done: map[string]int64{}}
	for _, m := range missing {
		f.sizes[m.Name] = m.Size
	}
	return f
}

// share is how much there is of all, from 0 to 1, with done of total bytes of
// name. What is fetched may be larger than what is kept of it.
func (f *fetched) share(name string, done, total int64) float64 {
	size := f.sizes[name]
	if total > 0 {
		f.done[name] = int64(float64(size) * min(1, float64(done)/float64(total)))
	}
	var have, all int64
	for n, size := range f.sizes {
		have, all = have+f.done[n], all+size
	}
	return float64(have) / float64(max(1, all))
}

// lookOrder is the order in which checks are named.
var lookOrder = []vision.Check{vision.Faces, vision.Objects, vision.Plates, vision.Texts, vision.Codes}

// off is what cannot be looked at, and why.
type off struct {
	checks  []vision.Check
	reasons []string // without those that only say that something is not installed
	missing []models.Status
}

func (o off) none() bool { return len(o.checks) == 0 }

// text says what is off and why.
func (o off) text() string {
	var names []string
	for _, c := range o.checks {
		names = append(names, checkName(c))
	}
	says := word("gui.detectors.off", values{"Checks": listed(names)})
	if len(o.missing) > 0 {
		var size int64
		for _, m := range o.missing {
			size += m.Size
		}
		says += " " + word("gui.detectors.missing", values{"Megabytes": (size + 500_000) / 1_000_000})
	}
	for _, r := range o.reasons {
		says += " " + r
	}
	return says
}

// lookedUp asks what is off. It may block, so it runs outside Fyne's goroutine.
func lookedUp(d Detectors, i Installer) off {
	var o off
	if d == nil {
		return o
	}
	why := d.Available()
	for _, c := range lookOrder {
		err := why[c]
		if err == nil {
			continue
		}
		o.checks = append(o.checks, c)
		if r := reason(err); !errors.Is(err, models.ErrMissing) && !slices.Contains(o.reasons, r) {
			o.reasons = append(o.reasons, r)
		}
	}
	if i != nil && !o.none() {
		for _, m := range i.List() {
			if !m.Installed {
				o.missing = append(o.missing, m)
			}
		}
	}
	return o
}

// lookUp finds out what is off and shows it; failed is how an installation just
// ended. Photos are checked again where more can be looked at than before.
func (w *Window) lookUp(failed error) {
	w.spawn(func() {
		o, atlas := lookedUp(w.detectors, w.installer), newAtlas(w.installer)
		w.do(func() {
			switch {
			case failed != nil && errors.Is(failed, context.Canceled):
				w.bar.show(word("gui.detectors.cancelled")+" "+o.text(), len(o.missing) > 0, word("gui.detectors.install"))
			case failed != nil:
				w.bar.show(word("gui.detectors.failed", values{"Reason": reason(failed)})+" "+o.text(), true, word("gui.detectors.again"))
			case o.none():
				w.bar.show("", false, "")
			default:
				w.bar.show(o.text(), len(o.missing) > 0, word("gui.detectors.install"))
			}
			if len(o.checks) < len(w.off.checks) {
				w.recheck()
			}
			w.off, w.atlas = o, atlas
		})
	})
}

// install fetches the detectors.
func (w *Window) install() {
	if w.installing != nil || w.installer == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.installing = cancel
	w.bar.work(word("gui.detectors.starting"), 0)
	tasks := map[string]string{}
	var missing []models.Status
	for _, m := range w.installer.List() {
		tasks[m.Name] = m.Task
		if !m.Installed {
			missing = append(missing, m)
		}
	}
	sum := newFetched(missing)
	w.spawn(func() {
		defer cancel()
		var shown time.Time
		var last string
		err := w.installer.Install(ctx, models.InstallOptions{Progress: func(name string, done, total int64) {
			share := sum.share(name, done, total)
			if name == last && time.Since(shown) < progressEvery {
				return
			}
			last, shown = name, time.Now()
			w.do(func() { w.bar.work(word("gui.detectors.fetching", values{"Name": taskName(tasks[name])}), share) })
		}})
		w.do(func() {
			w.installing = nil
			w.lookUp(err)
		})
	})
}
