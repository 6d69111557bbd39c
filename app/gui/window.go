package gui

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/risk"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// Size of the window at the first start.
const (
	firstWidth  = 1280
	firstHeight = 820
)

// patience is how long [Window.Run] waits for what was cancelled to end.
const patience = 5 * time.Second

// Window is the window of Blindspot. Its methods are called on Fyne's goroutine.
type Window struct {
	app       fyne.App
	win       fyne.Window
	checker   Checker
	exporter  Exporter
	installer Installer
	detectors Detectors

	work sync.WaitGroup // the goroutines that were started
	// closed is set once the window's goroutine has ended: Fyne would then run on
	// the caller's what it is given.
	closed atomic.Bool

	// What tests replace.
	spawn   func(func())
	expand  func(ctx context.Context, paths []string, noRecurse bool) (*check.List, error)
	preview func(ctx context.Context, path string) (levels, error)
	reveal  func(path string) error

	modifiers func() fyne.KeyModifier

	items     []*item // in the order in which they were added
	shown     []*item // those of items that the list shows, in its order
	order     order
	only      only
	chosen    map[*item]bool // acted on together
	selected  *item
	comparing bool   // the selected photo with its copy
	folder    string // export folder
	off       off
	atlas     *atlas // nil where no map can be drawn
	look      look
	audience  risk.Audience
	setting   vision.Setting
	stale     bool   // what is being checked is to be checked again
	forget    bool   // nothing is kept for the next start
	sampleDir string // folder of the sample; empty until it is tried

	queue      []batch
	checking   context.CancelFunc // nil while nothing is checked
	cleaning   context.CancelFunc // nil while nothing is cleaned
	installing context.CancelFunc // nil while nothing is installed
	decoding   context.CancelFunc // of the latest preview
	done, all  int                // photos of the queue that are checked, and all of it

	dialog dialog.Dialog // the one that is open; nil where none is

	content  *fyne.Container
	list     *photoList
	view     *boxView
	findings *findings
	cleaner  *cleanPanel
	bar      *detectorBar
	empty    fyne.CanvasObject
	full     fyne.CanvasObject
	count    *widget.Label
	skipped  *widget.Label
	progress *widget.ProgressBar
	working  *fyne.Container
	caption  *widget.Label
	hint     *widget.Label
	nothing  *widget.Label // over the view, where there is no picture
	undo     *widget.Button
	redo     *widget.Button
	other    *widget.Button // shows the copy beside the photo, or the photo alone
}

// New makes the window in a, without showing it.
func New(a fyne.App, c Config) *Window {
	prefs := a.Preferences()
	if err := loadWords(prefs.String(keyLanguage)); err != nil {
		fyne.LogError("reading the catalogues", err)
	}
	w := &Window{
		app:       a,
		win:       a.NewWindow("Blindspot"),
		checker:   c.Checker,
		exporter:  c.Exporter,
		installer: c.Installer,
		detectors: c.Detectors,
		expand:    check.Expand,
		preview:   preview,
		reveal:    showInFolder,
		modifiers: heldModifiers,
		order:     byAdded,
		only:      onlyAll,
		chosen:    map[*item]bool{},
		folder:    prefs.StringWithFallback(keyFolder, defaultExportFolder()),
	}
	w.spawn = w.work.Go
	w.restore()
	w.build(redact.Style(prefs.StringWithFallback(keyStyle, string(redact.Blur))))
	w.forgetFolder() // an earlier start may have ended with a dialog open
	w.win.SetMaster()
	w.win.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) { w.dropped(uris) })
	w.win.SetCloseIntercept(w.closing)
	w.shortcuts()
	w.win.Resize(fyne.NewSize(
		float32(prefs.FloatWithFallback(keyWidth, firstWidth)),
		float32(prefs.FloatWithFallback(keyHeight, firstHeight))))
	return w
}

// Run shows the window, adds paths, and returns when the window is closed and
// what it drives is no longer used, or after patience.
func (w *Window) Run(paths []string) {
	w.lookUp(nil)
	w.Add(paths)
	w.win.ShowAndRun()
	w.closed.Store(true)
	w.stopAll()
	w.forgetSample()
	ended := make(chan struct{})
	go func() {
		w.work.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
	}
}

// do runs f on the window's goroutine, soon; not at all once the window is closed.
func (w *Window) do(f func()) {
	fyne.Do(func() {
		if !w.closed.Load() {
			f()
		}
	})
}

// doAndWait is do, and returns when f has run or will not run.
func (w *Window) doAndWait(f func()) {
	fyne.DoAndWait(func() {
		if !w.closed.Load() {
			f()
		}
	})
}

// options of every check that the window asks for.
func (w *Window) options() check.Options {
	return check.Options{Audience: w.audience, Setting: w.setting, Thumbnails: true}
}

// build makes the contents of the window.
func (w *Window) build(style redact.Style) {
	w.bar = newDetectorBar(w.install, func() { w.bar.content.Hide() }, func() { w.stop(w.installing) })
	w.empty = w.buildEmpty()
	w.full = w.buildFull(style)
	w.full.Hide()
	w.content = container.NewBorder(w.bar.content, nil, nil, nil, w.empty, w.full)
	w.win.SetContent(w.content)
	w.updateActions()
}

// buildEmpty is what is shown while there is no photo.
func (w *Window) buildEmpty() fyne.CanvasObject {
	icon := widget.NewIcon(theme.NewColoredResource(theme.FileImageIcon(), theme.ColorNamePrimary))
	title := heading(word("gui.empty.title"))
	title.Alignment = fyne.TextAlignCenter
	says := text(word("gui.empty.says"))
	says.Alignment = fyne.TextAlignCenter
	add := widget.NewButtonWithIcon(word("gui.add-photos"), theme.ContentAddIcon(), w.askPhoto)
	add.Importance = widget.HighImportance
	private := quiet(word("gui.empty.private"))
	private.Alignment = fyne.TextAlignCenter
	return newDropArea(container.NewVBox(
		container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(72), icon)),
		title, says,
		container.NewCenter(container.NewHBox(add, widget.NewButtonWithIcon(word("gui.add-folder"), theme.FolderOpenIcon(), w.askFolder))),
		private,
		container.NewCenter(container.NewHBox(
			widget.NewButtonWithIcon(word("gui.sample"), theme.MediaPhotoIcon(), w.trySample),
			widget.NewButtonWithIcon(word("gui.settings"), theme.SettingsIcon(), w.showSettings),
			widget.NewButtonWithIcon(word("gui.about"), theme.HelpIcon(), w.about))),
	))
}

// buildFull is what is shown once there are photos.
func (w *Window) buildFull(style redact.Style) fyne.CanvasObject {
	w.findings = newFindings()
	w.findings.onCover = func(on bool, which []int) { w.edit(func(m *marks) { m.set(on, which...) }) }
	w.findings.onPoint = func(i int) { w.view.highlight(i) }
	w.findings.onCheck = w.checkAgain
	w.findings.onAll = w.showDetails
	w.findings.onPlace = w.mapOf
	w.cleaner = newCleanPanel(styles, style, cleanActions{
		one:    func() { w.cleanActed() },
		all:    func() { w.clean(w.dirty()) },
		cancel: func() { w.stop(w.cleaning) },
		folder: w.askExportFolder,
		style: func(s redact.Style) {
			w.app.Preferences().SetString(keyStyle, string(s))
			w.showMarks()
			w.updateActions()
		},
	})
	w.cleaner.folder.SetText(tilde(w.folder))

	right := container.NewBorder(nil, container.NewVBox(widget.NewSeparator(), container.NewPadded(w.cleaner.content)), nil, nil, w.findings.scroll)
	middle := container.NewHSplit(w.buildCentre(), right)
	middle.SetOffset(.58)
	all := container.NewHSplit(w.buildList(), middle)
	all.SetOffset(.22)
	return all
}

// buildList is the column of photos.
func (w *Window) buildList() fyne.CanvasObject {
	w.list = newPhotoList(w)
	w.count = widget.NewLabel("")
	w.count.TextStyle.Bold = true
	w.count.Truncation = fyne.TextTruncateEllipsis
	var arrange *widget.Button
	arrange = widget.NewButtonWithIcon("", theme.MenuIcon(), func() { w.showArrangeMenu(arrange) })
	w.skipped = quiet("")
	w.skipped.Hide()
	w.progress = widget.NewProgressBar()
	w.working = container.NewBorder(nil, nil, nil, widget.NewButtonWithIcon(word("gui.cancel"), theme.CancelIcon(), w.cancelChecks), w.progress)
	w.working.Hide()
	top := container.NewVBox(
		container.NewGridWithColumns(2,
			widget.NewButtonWithIcon(word("gui.add-photos"), theme.ContentAddIcon(), w.askPhoto),
			widget.NewButtonWithIcon(word("gui.add-folder"), theme.FolderOpenIcon(), w.askFolder)),
		container.NewBorder(nil, nil, nil, container.NewHBox(arrange, widget.NewButtonWithIcon("", theme.SettingsIcon(), w.showSettings), widget.NewButtonWithIcon("", theme.HelpIcon(), w.about)), w.count),
	)
	return container.NewBorder(container.NewPadded(top), container.NewPadded(container.NewVBox(w.skipped, w.working)), nil, nil, w.list)
}

// buildCentre is the photo with its tools.
func (w *Window) buildCentre() fyne.CanvasObject {
	w.view = newBoxView()
	w.view.onToggle = func(i int) {
		w.edit(func(m *marks) { m.set(!m.now[i].covered, i) })
	}
	w.view.onDraw = func(b redact.Box) { w.edit(func(m *marks) { m.draw(b) }) }
	w.view.onRemove = func(i int) { w.edit(func(m *marks) { m.remove(i) }) }
	w.view.onHover = w.findings.point
	w.caption = widget.NewLabel("")
	w.caption.Truncation = fyne.TextTruncateEllipsis
	w.nothing = text("")
	w.nothing.Alignment = fyne.TextAlignCenter
	w.undo = widget.NewButtonWithIcon("", theme.ContentUndoIcon(), w.undoEdit)
	w.redo = widget.NewButtonWithIcon("", theme.ContentRedoIcon(), w.redoEdit)
	w.other = widget.NewButton("", w.compare)
	tools := container.NewHBox(w.other, w.undo, w.redo, widget.NewSeparator(),
		widget.NewButtonWithIcon("", theme.ZoomOutIcon(), w.view.zoomOut),
		widget.NewButtonWithIcon("", theme.ZoomFitIcon(), w.view.zoomFit),
		widget.NewButtonWithIcon("", theme.ZoomInIcon(), w.view.zoomIn))
	w.hint = quiet(word("gui.view.hint"))
	return container.NewBorder(
		container.NewBorder(nil, nil, nil, tools, w.caption), w.hint, nil, nil,
		container.NewStack(container.NewClip(w.view), container.NewVBox(layout.NewSpacer(), w.nothing, layout.NewSpacer())))
}

// closing asks before it closes the window while something is being done.
func (w *Window) closing() {
	if w.checking == nil && w.cleaning == nil && w.installing == nil {
		w.close()
		return
	}
	d := dialog.NewConfirm(word("gui.close.title"), word("gui.close.says"), func(yes bool) {
		if yes {
			w.close()
		}
	}, w.win)
	d.SetConfirmText(word("gui.close"))
	d.SetDismissText(word("gui.close.no"))
	w.open(d, 0, 0, nil)
}

func (w *Window) close() {
	w.stopAll()
	w.forgetFolder()
	w.forgetSample()
	if size := w.win.Canvas().Size(); !w.forget {
		w.app.Preferences().SetFloat(keyWidth, float64(size.Width))
		w.app.Preferences().SetFloat(keyHeight, float64(size.Height))
	}
	w.win.Close()
}

// stopAll cancels all that is going on.
func (w *Window) stopAll() {
	w.queue = nil
	for _, cancel := range []context.CancelFunc{w.checking, w.cleaning, w.installing, w.decoding} {
		w.stop(cancel)
	}
}

// stop cancels what is going on, if anything is.
func (w *Window) stop(cancel context.CancelFunc) {
	if cancel != nil {
		cancel()
	}
}

// show shows path in the system's file manager.
func (w *Window) show(path string) {
	if err := w.reveal(path); err != nil {
		dialog.ShowError(err, w.win)
	}
}

// selectItem shows it in the centre and at the right.
func (w *Window) selectItem(it *item) {
	if w.selected == it {
		return
	}
	w.selected = it
	w.cleaner.fail("")
	w.showSelected()
	w.findings.scroll.ScrollToTop()
	w.load(it)
}

// load shows the picture of it.
func (w *Window) load(it *item) {
	w.view.clear()
	w.comparing = false
	w.nothing.SetText(word("gui.view.loading"))
	w.decode(it.path, func() bool { return w.selected == it }, func(picture levels) { w.showPicture(it, picture) })
}

// decode decodes the file at path in place of what is being decoded, and hands its
// picture to show, if wanted still says so then.
func (w *Window) decode(path string, wanted func() bool, show func(levels)) {
	w.stop(w.decoding)
	ctx, cancel := context.WithCancel(context.Background())
	w.decoding = cancel
	w.spawn(func() {
		defer cancel()
		picture, err := w.preview(ctx, path)
		w.do(func() {
			// ctx has ended by now in any case; err tells whether that was early.
			if !wanted() || errors.Is(err, context.Canceled) {
				return
			}
			if err != nil {
				w.nothing.SetText(word("gui.view.none", values{"Reason": reason(err)}))
				return
			}
			w.nothing.SetText("")
			show(picture)
		})
	})
}

// compare shows the copy of the selected photo beside it, or the photo alone again.
// Nothing can be marked in between.
func (w *Window) compare() {
	it := w.selected
	if it == nil || it.output() == "" || len(w.view.picture) == 0 {
		return
	}
	if w.comparing {
		w.endCompare()
		return
	}
	w.comparing = true
	path := it.output()
	w.decode(path, func() bool { return w.selected == it && w.comparing && it.output() == path }, w.view.compare)
	w.showMarks()
	w.updateActions()
	w.view.focus()
}

// endCompare shows the photo alone again.
func (w *Window) endCompare() {
	w.comparing = false
	w.nothing.SetText("")
	w.view.compare(nil)
	w.showMarks()
	w.updateActions()
}

// showPicture shows the decoded photo. Where the photo is not checked yet its
// full size is not known; the picture's own size then stands for it.
func (w *Window) showPicture(it *item, picture levels) {
	width, height := picture[0].Bounds().Dx(), picture[0].Bounds().Dy()
	if it.photo != nil && it.photo.Width > 0 {
		width, height = it.photo.Width, it.photo.Height
	}
	w.view.showPhoto(picture, width, height)
	w.showMarks()
}

// showSelected shows all that is known of the selected photo, save the picture.
func (w *Window) showSelected() {
	it := w.selected
	if it == nil {
		w.caption.SetText("")
		w.findings.clear()
	} else {
		w.caption.SetText(captionOf(it))
		w.findings.show(it, w.result)
		if len(w.view.picture) > 0 {
			w.showPicture(it, w.view.picture)
		}
	}
	w.updateActions()
}

// changed shows what is new about it in the list, and if it is selected at the
// right.
func (w *Window) changed(it *item) {
	if i := slices.Index(w.shown, it); i >= 0 {
		w.list.refreshItem(i)
	}
	if it == w.selected {
		w.showSelected()
	}
}

// edit changes the marks of the selected photo.
func (w *Window) edit(f func(*marks)) {
	if it := w.selected; it != nil && it.cleanable() && !w.comparing {
		f(&it.marks)
		w.marksChanged(it)
	}
}

func (w *Window) undoEdit() { w.edit(func(m *marks) { m.undo() }) }
func (w *Window) redoEdit() { w.edit(func(m *marks) { m.redo() }) }

// marksChanged shows the marks of it anew where they are shown.
func (w *Window) marksChanged(it *item) {
	if it == w.selected {
		w.showMarks()
		w.findings.sync(it.marks.now)
		w.updateActions()
	}
}

// showMarks shows the marks of the selected photo: what is covered at the place
// that will be covered, the rest where it was found.
func (w *Window) showMarks() {
	it := w.selected
	if it == nil || it.photo == nil {
		return
	}
	if w.comparing {
		w.view.showMarks(nil, nil)
		return
	}
	places := make([]redact.Box, len(it.marks.now))
	for i, m := range it.marks.now {
		places[i] = m.box
		if m.covered {
			places[i] = m.region(it.photo, w.cleaner.chosen()).Box
		}
	}
	w.view.showMarks(it.marks.now, places)
}

// updateActions enables what can be done now.
func (w *Window) updateActions() {
	it := w.selected
	idle := w.cleaning == nil
	acted := w.acted()
	enable(w.cleaner.one, idle && slices.ContainsFunc(acted, (*item).cleanable))
	switch {
	case len(w.chosen) > 0:
		w.cleaner.says.SetText(words("gui.clean.chosen.says", len(acted)))
		w.cleaner.one.SetText(words("gui.clean.chosen", len(acted)))
	case it != nil && it.state == cleaned:
		w.cleaner.says.SetText(cleanSummary(it, w.cleaner.chosen()))
		w.cleaner.one.SetText(word("gui.clean-again"))
	default:
		w.cleaner.says.SetText(cleanSummary(it, w.cleaner.chosen()))
		w.cleaner.one.SetText(word("gui.clean"))
	}
	n := len(w.dirty())
	w.cleaner.all.SetText(words("gui.clean-all", n))
	enable(w.cleaner.all, idle && n > 0)
	w.cleaner.all.Hidden = len(w.items) < 2
	w.other.SetText(map[bool]string{false: word("gui.compare"), true: word("gui.compare.end")}[w.comparing])
	w.other.Hidden = it == nil || it.output() == ""
	w.other.Refresh()
	enable(w.undo, it != nil && it.cleanable() && !w.comparing && len(it.marks.past) > 0)
	enable(w.redo, it != nil && it.cleanable() && !w.comparing && len(it.marks.future) > 0)
	w.hint.SetText(map[bool]string{false: word("gui.view.hint"), true: word("gui.view.compare")}[w.comparing])
	count := words("gui.photos", len(w.items))
	if w.only != onlyAll {
		count = word("gui.photos.some", values{"Shown": len(w.shown), "All": count})
	}
	if n := len(w.chosen); n > 0 {
		count += " · " + words("gui.chosen", n)
	}
	w.count.SetText(count)
}

func enable(b *widget.Button, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}
