package gui

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/export"
	parts "blindspot/scan/container"
	"blindspot/scrub/redact"
)

// styles are what places can be covered with, in the order in which they are
// offered.
var styles = []redact.Style{redact.Blur, redact.Mosaic, redact.Solid, redact.Face}

// cleanPanel is where cleaning is set up and started.
type cleanPanel struct {
	content  fyne.CanvasObject
	says     *widget.Label
	style    *widget.Select
	folder   *widget.Label
	one, all *widget.Button
	problem  *widget.Label
	progress *widget.ProgressBar
	working  *fyne.Container

	styles []redact.Style
}

// newCleanPanel offers styles, of which style is chosen.
func newCleanPanel(styles []redact.Style, style redact.Style, on cleanActions) *cleanPanel {
	p := &cleanPanel{
		says:     text(""),
		folder:   widget.NewLabel(""),
		problem:  text(""),
		progress: widget.NewProgressBar(),
		styles:   styles,
	}
	names := make([]string, len(styles))
	for i, s := range styles {
		names[i] = styleName(s)
	}
	p.style = widget.NewSelect(names, nil)
	p.style.SetSelectedIndex(max(0, slices.Index(styles, style)))
	p.style.OnChanged = func(string) { on.style(p.chosen()) }
	p.folder.Truncation = fyne.TextTruncateEllipsis
	p.problem.Importance = widget.DangerImportance
	p.problem.Hide()
	p.one = widget.NewButtonWithIcon(word("gui.clean"), theme.ConfirmIcon(), on.one)
	p.one.Importance = widget.HighImportance
	p.all = widget.NewButton("", on.all)
	change := widget.NewButton(word("gui.folder.change"), on.folder)
	p.working = container.NewBorder(nil, nil, nil, widget.NewButtonWithIcon(word("gui.cancel"), theme.CancelIcon(), on.cancel), p.progress)
	p.working.Hide()
	p.content = container.NewVBox(
		p.says,
		container.New(form{},
			widget.NewLabel(word("gui.style")), p.style,
			widget.NewLabel(word("gui.folder")), container.NewBorder(nil, nil, nil, change, p.folder)),
		p.problem,
		p.working,
		container.NewBorder(nil, nil, nil, p.all, p.one),
	)
	return p
}

// cleanActions is what the panel asks for.
type cleanActions struct {
	one, all, cancel, folder func()
	style                    func(redact.Style)
}

// choose chooses s as if the user had.
func (p *cleanPanel) choose(s redact.Style) {
	p.style.SetSelectedIndex(max(0, slices.Index(p.styles, s)))
}

func (p *cleanPanel) chosen() redact.Style { return p.styles[max(0, p.style.SelectedIndex())] }

// fail shows why nothing could be cleaned; "" hides it.
func (p *cleanPanel) fail(why string) {
	p.problem.SetText(why)
	p.problem.Hidden = why == ""
	p.problem.Refresh()
}

// work shows progress from 0 to 1; below 0 it hides it.
func (p *cleanPanel) work(done float64) {
	p.working.Hidden = done < 0
	p.progress.SetValue(max(0, done))
	p.working.Refresh()
}

// form lays out pairs of a label and a field, the labels as wide as the widest.
type form struct{}

func (form) widths(os []fyne.CanvasObject) (label float32) {
	for i := 0; i < len(os); i += 2 {
		label = max(label, os[i].MinSize().Width)
	}
	return label
}

func (f form) MinSize(os []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	label := f.widths(os)
	for i := 0; i < len(os); i += 2 {
		m := os[i+1].MinSize()
		size.Width = max(size.Width, label+m.Width)
		size.Height += max(m.Height, os[i].MinSize().Height) + theme.Padding()
	}
	return size
}

func (f form) Layout(os []fyne.CanvasObject, size fyne.Size) {
	label, y := f.widths(os), float32(0)
	for i := 0; i < len(os); i += 2 {
		h := max(os[i].MinSize().Height, os[i+1].MinSize().Height)
		os[i].Move(fyne.NewPos(0, y))
		os[i].Resize(fyne.NewSize(label, h))
		os[i+1].Move(fyne.NewPos(label, y))
		os[i+1].Resize(fyne.NewSize(size.Width-label, h))
		y += h + theme.Padding()
	}
}

// cleanSummary says what Clean will do with it.
func cleanSummary(it *item, style redact.Style) string {
	if it == nil || !it.cleanable() {
		return word("gui.clean.select")
	}
	says := word("gui.clean.copy")
	if n := droppable(it.photo.Parts); n > 0 {
		says += " " + words("gui.clean.parts", n)
	} else {
		says += " " + word("gui.clean.no-parts")
	}
	if n := it.marks.covered(); n > 0 {
		says += " " + words("gui.clean.boxes", n)
	} else {
		says += " " + word("gui.clean.no-boxes")
	}
	if slices.ContainsFunc(it.marks.now, func(m mark) bool { return m.covered && m.styled(style) != style }) {
		says += " " + word("gui.clean.faces-only")
	}
	return says
}

// droppable counts the parts that a clean copy will not have.
func droppable(ps []parts.Part) int {
	n := 0
	for _, p := range ps {
		if dropped(p) {
			n++
		}
	}
	return n
}

// dropped says that a clean copy does not have p.
func dropped(p parts.Part) bool {
	switch p.Kind {
	case parts.Pixels, parts.Structure, parts.Colour:
		return false
	}
	return true
}

// result says what became of cleaning a photo; nil before.
func (w *Window) result(it *item) fyne.CanvasObject {
	r := it.result
	if r == nil {
		return nil
	}
	if r.Output == nil {
		c := newCard(
			withIcon(theme.NewColoredResource(theme.ErrorIcon(), theme.ColorNameError), bold(word("gui.not-cleaned"))),
			text(reason(r.Err)),
			text(word("gui.not-cleaned.nothing-written")),
		)
		c.accent = theme.ColorNameError
		return c
	}
	after := scoreAfter(r)
	before, now := newRing(smallRing), newRing(largeRing)
	before.show(scoreOf(it.photo))
	now.show(after)
	arrow := widget.NewIcon(theme.NavigateNextIcon())
	said := []fyne.CanvasObject{withIcon(after.level().symbol(), heading(word("gui.cleaned"))), text(verdict(after))}
	top := container.NewBorder(nil, nil,
		container.NewHBox(container.NewCenter(before), container.NewCenter(arrow), now), nil,
		container.New(tight{}, said...))
	var body []fyne.CanvasObject
	removed := word("gui.removed.no-parts")
	if n := len(r.Removed.Parts); n > 0 {
		removed = words("gui.removed.parts", n)
	}
	if n := len(r.Removed.Regions); n > 0 {
		removed += " " + words("gui.removed.regions", n)
	} else if r.Lossless {
		removed += " " + word("gui.removed.lossless")
	}
	removed += " " + word("gui.removed.name")
	body = append(body, withIcon(theme.ContentRemoveIcon(), text(removed)))
	if r.Verified {
		body = append(body, withIcon(theme.NewColoredResource(theme.ConfirmIcon(), theme.ColorNameSuccess), text(word("gui.verified"))))
	} else {
		body = append(body, withIcon(theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning), text(word("gui.not-verified"))))
	}
	if n := len(r.New); n > 0 {
		var kinds []string
		for _, d := range r.New {
			if k := kindName(d.Kind); !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
		body = append(body,
			withIcon(theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning), text(words("gui.new", n)+" "+listed(kinds)+".")),
			container.NewHBox(widget.NewButton(word("gui.new.cover"), func() { w.coverNew(it) })))
	}
	path := text(tilde(*r.Output))
	path.Selectable = true
	body = append(body,
		withIcon(theme.FileImageIcon(), path),
		container.NewHBox(
			widget.NewButtonWithIcon(word("gui.show-in-folder"), theme.FolderOpenIcon(), func() { w.show(*r.Output) }),
			widget.NewButtonWithIcon(word("gui.copy-path"), theme.ContentCopyIcon(), func() { w.app.Clipboard().SetContent(*r.Output) })),
		quiet(word("gui.not-everything")))
	c := newCard(append([]fyne.CanvasObject{top}, body...)...)
	c.accent = after.level().colour()
	return c
}

// coverNew covers what the second look found and cleans again.
func (w *Window) coverNew(it *item) {
	var fresh []int
	for i, m := range it.marks.now {
		if m.fresh && !m.covered {
			fresh = append(fresh, i)
		}
	}
	it.marks.set(true, fresh...)
	w.marksChanged(it)
	w.clean([]*item{it})
}

// dirty are the photos that can be cleaned and have no copy, or one made with
// other places covered than are chosen now.
func (w *Window) dirty() []*item {
	style := w.cleaner.chosen()
	var all []*item
	for _, it := range w.items {
		if it.state == checked || it.state == cleaned && !reflect.DeepEqual(it.tried, it.marks.plan(it.photo, style)) {
			all = append(all, it)
		}
	}
	return all
}

// clean makes a clean copy of each of items that can be cleaned.
func (w *Window) clean(items []*item) {
	if w.cleaning != nil {
		return
	}
	style := w.cleaner.chosen()
	var todo []*item
	var jobs []export.Job
	o := export.Options{Dir: w.folder, Check: w.options()}
	for _, it := range items {
		if !it.cleanable() {
			continue
		}
		todo = append(todo, it)
		jobs = append(jobs, export.Job{Path: it.path, Photo: it.photo, Plan: it.marks.plan(it.photo, style)})
		if !slices.Contains(o.Roots, it.root) {
			o.Roots = append(o.Roots, it.root)
		}
	}
	if len(jobs) == 0 {
		return
	}
	for i, it := range todo {
		it.tried = jobs[i].Plan
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cleaning = cancel
	was := make(map[*item]state, len(todo))
	for _, it := range todo {
		was[it] = it.state
	}
	done := 0
	w.cleaner.fail("")
	w.cleaner.work(0)
	w.updateActions()
	w.spawn(func() {
		defer cancel()
		_, err := w.exporter.Run(ctx, jobs, o, func(e export.Event) {
			w.do(func() {
				it := todo[e.Index]
				if e.Result == nil {
					it.state = cleaning
				} else {
					done++
					w.cleaner.work(float64(done) / float64(len(todo)))
					w.wasCleaned(it, e.Result)
				}
				w.changed(it)
			})
		})
		w.do(func() {
			w.cleaning = nil
			for _, it := range todo {
				if it.state == cleaning {
					it.state = was[it]
					w.changed(it)
				}
			}
			w.cleaner.work(-1)
			switch {
			case errors.Is(err, context.Canceled):
				w.cleaner.fail(word("gui.clean.cancelled"))
			case err != nil:
				w.cleaner.fail(word("gui.folder.refused", values{"Reason": reason(err)}))
			}
			w.arrange()
		})
	})
}

// wasCleaned takes in what became of a photo.
func (w *Window) wasCleaned(it *item, r *export.Result) {
	if it == w.selected && w.comparing {
		w.endCompare()
	}
	it.result = r
	it.state = checked
	if r.Output != nil {
		it.state = cleaned
		it.marks.found(r.New)
	}
}
