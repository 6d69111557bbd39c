package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/scrub/redact"
)

// widgets are what the window consists of. All else outlives them: another
// language makes them anew.
type widgets struct {
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
	showAll  *button       // shown while the list is filtered
	notice   *widget.Label // on the empty window
	progress *progressLine
	caption  *widget.Label
	hint     *widget.Label
	nothing  *widget.Label // over the view, where there is no picture
	undo     *button
	redo     *button
	other    *button // shows the copy beside the photo, or the photo alone
}

// build makes the contents of the window.
func (w *Window) build() {
	w.bar = newDetectorBar(w.install, func() { w.bar.content.Hide() }, func() { w.stop(w.installing) })
	w.empty = w.buildEmpty()
	w.full = w.buildFull()
	w.full.Hide()
	w.content = container.NewBorder(w.bar.content, nil, nil, nil, w.empty, w.full)
	w.win.SetContent(w.content)
	w.updateActions()
}

// rebuild makes the contents anew and shows in them what was shown.
func (w *Window) rebuild() {
	said := w.bar.content.Visible()
	w.build()
	if said && w.installing == nil {
		w.lookUp(nil)
	}
	if len(w.items) == 0 {
		return
	}
	w.empty.Hide()
	w.full.Show()
	w.content.Refresh()
	w.showProgress()
	it := w.selected
	w.comparing = false
	w.arrange()
	if it != nil {
		w.showSelected()
		w.load(it)
	}
}

// buildEmpty is what is shown while there is no photo.
func (w *Window) buildEmpty() fyne.CanvasObject {
	icon := widget.NewIcon(theme.NewColoredResource(theme.FileImageIcon(), theme.ColorNamePrimary))
	title := heading(word("gui.empty.title"))
	title.Alignment = fyne.TextAlignCenter
	says := text(word("gui.empty.says"))
	says.Alignment = fyne.TextAlignCenter
	add := newButton(word("gui.add-photos"), theme.ContentAddIcon(), w.askPhoto)
	add.Importance = widget.HighImportance
	private := quiet(word("gui.empty.private"))
	private.Alignment = fyne.TextAlignCenter
	w.notice = bold("")
	w.notice.Alignment = fyne.TextAlignCenter
	w.notice.Hide()
	return newDropArea(container.NewVBox(
		container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(72), icon)),
		title, says,
		container.NewCenter(container.NewHBox(add, newButton(word("gui.add-folder"), theme.FolderOpenIcon(), w.askFolder))),
		w.notice,
		private,
		container.NewCenter(container.NewHBox(
			newButton(word("gui.sample"), theme.MediaPhotoIcon(), w.trySample),
			newButton(word("gui.settings"), theme.SettingsIcon(), w.showSettings),
			newButton(word("gui.about"), theme.HelpIcon(), w.about))),
	))
}

// buildFull is what is shown once there are photos.
func (w *Window) buildFull() fyne.CanvasObject {
	w.findings = newFindings()
	w.findings.onCover = func(on bool, which []int) { w.edit(func(m *marks) { m.set(on, which...) }) }
	w.findings.onPoint = func(i int) { w.view.highlight(i) }
	w.findings.onCheck = w.checkAgain
	w.findings.onAll = w.showDetails
	w.findings.onPlace = w.mapOf
	w.cleaner = newCleanPanel(w.covering.style, cleanActions{
		one:    func() { w.cleanActed() },
		all:    func() { w.cleanAll() },
		cancel: func() { w.stop(w.cleaning) },
		folder: w.askExportFolder,
		style:  w.setStyle,
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
	var arrange *button
	arrange = newButton("", theme.MenuIcon(), func() { w.showArrangeMenu(arrange) })
	w.showAll = newButton(word("gui.only.all"), theme.VisibilityIcon(), w.unfilter)
	w.skipped = quiet("")
	w.skipped.Hide()
	w.progress = newProgressLine(w.cancelChecks)
	top := container.NewVBox(
		container.NewGridWithColumns(2,
			newButton(word("gui.add-photos"), theme.ContentAddIcon(), w.askPhoto),
			newButton(word("gui.add-folder"), theme.FolderOpenIcon(), w.askFolder)),
		container.NewBorder(nil, nil, nil, container.NewHBox(arrange, newButton("", theme.SettingsIcon(), w.showSettings), newButton("", theme.HelpIcon(), w.about)), w.count),
		w.showAll,
	)
	return container.NewBorder(container.NewPadded(top), container.NewPadded(container.NewVBox(w.skipped, w.progress.content)), nil, nil, w.list)
}

// buildCentre is the photo with its tools.
func (w *Window) buildCentre() fyne.CanvasObject {
	w.view = newBoxView(func() fyne.KeyModifier { return w.modifiers() })
	w.view.onToggle = func(i int) {
		w.edit(func(m *marks) { m.set(!m.now[i].covered, i) })
	}
	w.view.onDraw = func(b redact.Box) { w.edit(func(m *marks) { m.draw(b) }) }
	w.view.onRemove = func(i int) { w.edit(func(m *marks) { m.remove(i) }) }
	w.view.onMenu = w.showBoxMenu
	w.view.onHover = w.findings.point
	w.caption = widget.NewLabel("")
	w.caption.Truncation = fyne.TextTruncateEllipsis
	w.nothing = text("")
	w.nothing.Alignment = fyne.TextAlignCenter
	w.undo = newButton("", theme.ContentUndoIcon(), w.undoEdit)
	w.redo = newButton("", theme.ContentRedoIcon(), w.redoEdit)
	w.other = newButton("", theme.ViewRestoreIcon(), w.compare)
	tools := container.NewHBox(w.undo, w.redo, widget.NewSeparator(),
		newButton("", theme.ZoomOutIcon(), w.view.zoomOut),
		newButton("", theme.ZoomFitIcon(), w.view.zoomFit),
		newButton("", theme.ZoomInIcon(), w.view.zoomIn))
	w.hint = quiet(word("gui.view.hint"))
	return container.NewBorder(
		container.NewBorder(nil, nil, nil, tools, w.caption), container.NewVBox(container.NewCenter(w.other), w.hint), nil, nil,
		container.NewStack(container.NewClip(w.view), container.NewVBox(layout.NewSpacer(), w.nothing, layout.NewSpacer())))
}
