package gui

import (
	"fmt"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/app/export"
	parts "blindspot/scan/container"
	"blindspot/scan/metadata"
)

// maxValue is the number of characters of a value that a row gets: a line holds
// fewer, and a value may be as large as the file.
const maxValue = 400

// details lists all that the file of a photo says, to be searched and copied.
type details struct {
	photo *check.Photo
	clean bool            // photo is a clean copy
	facts []metadata.Fact // those that match the search
	all   int             // number of facts without the search

	search *entry
	list   *table
	count  *widget.Label
	value  *selectText // the whole value of the row that was chosen
	copied *button
}

func newDetails(p *check.Photo, clean bool, copyText func(string)) *details {
	d := &details{photo: p, clean: clean, facts: p.Metadata, all: len(p.Metadata), search: newEntry(), count: quiet(""), value: selectable(text(""))}
	d.search.SetPlaceHolder(word("gui.details.search"))
	d.search.ActionItem = widget.NewIcon(theme.SearchIcon())
	d.search.OnChanged = func(query string) {
		d.facts = matching(p.Metadata, query)
		d.list.UnselectAll()
		d.list.ScrollToTop()
		d.refresh()
	}
	d.list = newTable(func() int { return len(d.facts) }, func() fyne.CanvasObject { return newFactRow() },
		func(i int, o fyne.CanvasObject) { o.(*factRow).show(d.facts[i]) })
	d.list.OnSelected = func(i int) { d.value.SetText(short(d.facts[i].Value, 10*maxValue)) }
	d.list.OnUnselected = func(int) { d.value.SetText(word("gui.details.choose")) }
	d.value.SetText(word("gui.details.choose"))
	d.copied = newButton(word("gui.details.copy"), theme.ContentCopyIcon(), func() { copyText(factLines(d.facts)) })
	d.refresh()
	return d
}

func (d *details) refresh() {
	d.count.SetText(word("gui.details.count", values{"Shown": len(d.facts), "All": d.all}))
	enable(d.copied, len(d.facts) > 0)
	d.list.Refresh()
}

// content shows d: the facts, and on a second page the parts of the file.
func (d *details) content() fyne.CanvasObject {
	whole := container.NewVScroll(d.value)
	whole.SetMinSize(fyne.NewSize(0, 72))
	facts := container.NewBorder(
		container.NewVBox(d.search,
			withIcon(sensitiveIcon(), quiet(word("gui.details.sensitive")))),
		container.NewVBox(widget.NewSeparator(), whole, container.NewBorder(nil, nil, nil, d.copied, d.count)),
		nil, nil, d.list)
	return container.NewAppTabs(
		container.NewTabItem(word("gui.details.data"), facts),
		container.NewTabItem(word("gui.details.parts"), partList(d.photo.Parts, d.clean)))
}

// showDetails opens the list of all that the file of p says.
func (w *Window) showDetails(p *check.Photo) {
	if p == nil || p.Err != nil || w.dialog != nil {
		return
	}
	it := w.selected
	d := newDetails(p, it != nil && it.output() != "" && it.result.After == p, w.app.Clipboard().SetContent)
	w.openPage(word("gui.details.title", values{"Name": filepath.Base(p.Path)}), d.content(), 860, 720)
	w.win.Canvas().Focus(d.search)
}

// matching are the facts that hold query in their group, tag or value, in
// whatever case.
func matching(facts []metadata.Fact, query string) []metadata.Fact {
	query = strings.ToLower(strings.TrimSpace(query))
	if query == "" {
		return facts
	}
	var some []metadata.Fact
	for _, f := range facts {
		if strings.Contains(strings.ToLower(f.Group+" "+f.Tag+" "+f.Value), query) {
			some = append(some, f)
		}
	}
	return some
}

// factLines is facts as text, one a line.
func factLines(facts []metadata.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", f.Group, f.Tag, oneLine(f.Value))
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// short is s cut after n characters.
func short(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

func sensitiveIcon() fyne.Resource {
	return theme.NewColoredResource(theme.WarningIcon(), theme.ColorNameWarning)
}

// factRow shows one fact: its tag, its group and as much of its value as fits.
type factRow struct {
	widget.BaseWidget
	tag, group, value *widget.Label
	mark              *widget.Icon
	content           fyne.CanvasObject
}

func newFactRow() *factRow {
	r := &factRow{tag: widget.NewLabel(""), group: widget.NewLabel(""), value: widget.NewLabel(""), mark: widget.NewIcon(nil)}
	for _, l := range []*widget.Label{r.tag, r.group, r.value} {
		l.Truncation = fyne.TextTruncateEllipsis
	}
	r.tag.TextStyle.Bold = true
	r.group.Importance = widget.LowImportance
	r.content = container.New(columns{0.05, 0.3, 0.18, 0.47}, container.NewCenter(r.mark), r.tag, r.group, r.value)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements [fyne.Widget].
func (r *factRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

func (r *factRow) show(f metadata.Fact) {
	r.tag.SetText(f.Tag)
	r.group.SetText(f.Group)
	r.value.SetText(short(oneLine(short(f.Value, maxValue)), maxValue))
	r.mark.SetResource(sensitiveIcon())
	r.mark.Hidden = !f.Sensitive
	r.mark.Refresh()
}

// columns gives each object its share of the width.
type columns []float32

// MinSize implements [fyne.Layout].
func (columns) MinSize(os []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range os {
		size = fyne.NewSize(size.Width+o.MinSize().Width, max(size.Height, o.MinSize().Height))
	}
	return size
}

// Layout implements [fyne.Layout].
func (c columns) Layout(os []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for i, o := range os {
		width := c[i] * size.Width
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(width, size.Height))
		x += width
	}
}

// partList lists the parts of a file: what each is, how large, and whether a clean
// copy has it, which has all that is in clean itself.
func partList(ps []parts.Part, clean bool) fyne.CanvasObject {
	list := newTable(func() int { return len(ps) },
		func() fyne.CanvasObject {
			var cells []fyne.CanvasObject
			for range 4 {
				l := widget.NewLabel("")
				l.Truncation = fyne.TextTruncateEllipsis
				cells = append(cells, l)
			}
			cells[2].(*widget.Label).Alignment = fyne.TextAlignTrailing
			return container.New(columns{0.36, 0.26, 0.16, 0.22}, cells...)
		},
		func(i int, o fyne.CanvasObject) {
			fate := word("gui.part.stays")
			if !clean && export.IsHidden(ps[i]) {
				fate = word("gui.part.removed")
			}
			for j, s := range []string{ps[i].Name, word("part." + string(ps[i].Kind)), sizeText(ps[i].Length), fate} {
				o.(*fyne.Container).Objects[j].(*widget.Label).SetText(s)
			}
		})
	list.HideSeparators = true
	says := word("gui.details.parts.says")
	if !clean {
		says = words("gui.details.hidden", export.Hidden(ps)) + " " + says
	}
	return container.NewBorder(quiet(says), nil, nil, nil, list)
}

// sizeText is a number of bytes in words.
func sizeText(n int64) string {
	switch {
	case n < 1000:
		return word("gui.size.bytes", values{"Size": n})
	case n < 1_000_000:
		return word("gui.size.kilobytes", values{"Size": (n + 500) / 1000})
	default:
		return word("gui.size.megabytes", values{"Size": fmt.Sprintf("%.1f", float64(n)/1e6)})
	}
}
