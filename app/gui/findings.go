package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/risk"
	"blindspot/scan/metadata"
	"blindspot/vision"
)

// maxEvidence is the number of lines of evidence shown for a finding.
const maxEvidence = 6

// findings is the column that says what a photo gives away.
type findings struct {
	scroll *container.Scroll
	box    *fyne.Container
	covers []cover
	shown  shown

	onCover func(covered bool, marks []int)
	onPoint func(mark int) // -1 where nothing is pointed at
	onCheck func()         // check again
	onAll   func(p *check.Photo)
	onPlace func(metadata.Position) fyne.CanvasObject // nil where there is no map
}

// shown is what the column was built from.
type shown struct {
	it     *item
	photo  *check.Photo
	result *export.Result
	links  int
	state  state // as far as the column differs by it
}

// cover is a switch for the marks of a finding.
type cover struct {
	check *tick
	card  *card
	marks []int
}

func newFindings() *findings {
	f := &findings{box: container.NewVBox()}
	f.scroll = container.NewVScroll(container.NewPadded(f.box))
	return f
}

// show shows all there is to say of it, unless it is shown already; result makes
// what is said of its cleaning.
func (f *findings) show(it *item, result func(*item) fyne.CanvasObject) {
	now := shown{it, it.photo, it.result, len(it.links), it.state}
	if it.cleanable() || it.state == cleaning {
		now.state = checked
	}
	if now == f.shown {
		f.sync(it.marks.now)
		return
	}
	f.shown = now
	f.covers = nil
	var all []fyne.CanvasObject
	switch {
	case it.state == failed:
		all = append(all, f.failure(it))
	case it.photo == nil:
		all = append(all, f.unchecked(it))
	default:
		all = f.judged(it, result(it))
	}
	f.box.Objects = all
	f.scroll.Refresh() // lays the column out, which [findings.reveal] needs
}

// judged shows a photo that was checked, and its copy where there is one.
func (f *findings) judged(it *item, result fyne.CanvasObject) []fyne.CanvasObject {
	var all []fyne.CanvasObject
	if it.output() == "" {
		all = append(all, f.head(it))
	}
	if result != nil {
		all = append(all, result)
	}
	if it.output() != "" && it.result.After != nil {
		after := it.result.After
		all = append(all, heading(word("gui.copy-tells")), attacks(after))
		all = append(all, f.groups(after, nil)...)
		all = append(all, f.allData(after))
		all = append(all, heading(word("gui.original-tells")))
	}
	all = append(all, attacks(it.photo))
	unseen := notLookedAt(it.photo)
	if unseen != nil {
		all = append(append(all, unseen), warnings(it.photo)...) // which say why
	}
	if isPage(it.photo) {
		c := newCard(withIcon(theme.NewColoredResource(theme.DocumentIcon(), theme.ColorNameWarning), text(word("gui.page"))))
		c.accent = theme.ColorNameWarning
		all = append(all, c)
	}
	all = append(all, f.groups(it.photo, it)...)
	all = append(all, links(it.links)...)
	if unseen == nil {
		all = append(all, warnings(it.photo)...)
	}
	return append(all, f.allData(it.photo), quiet(word("gui.score-note")))
}

// warnings are what reading the photo met: side cars, damage, what was not seen.
func warnings(p *check.Photo) []fyne.CanvasObject {
	if len(p.Notes) == 0 {
		return nil
	}
	all := []fyne.CanvasObject{heading(word("gui.warnings"))}
	for _, w := range p.Notes[:min(len(p.Notes), maxEvidence)] {
		all = append(all, quiet(w))
	}
	return all
}

// allData is the button that lists all that the file of p says.
func (f *findings) allData(p *check.Photo) fyne.CanvasObject {
	return container.NewHBox(newButton(word("gui.details"), theme.ListIcon(), func() { f.onAll(p) }))
}

// clear forgets what was shown.
func (f *findings) clear() {
	f.shown, f.covers = shown{}, nil
	f.box.RemoveAll()
}

// point shows which finding speaks of mark i, and scrolls to it; -1 ends that.
func (f *findings) point(i int) {
	for _, c := range f.covers {
		on := slices.Contains(c.marks, i)
		c.card.point(on)
		if on {
			f.reveal(c.card)
		}
	}
}

// reveal scrolls as far as it takes to see the whole of c, or else its beginning.
func (f *findings) reveal(c *card) {
	top := c.Position().Y + f.box.Position().Y
	offset := f.scroll.Offset
	offset.Y = min(max(offset.Y, top+c.Size().Height-f.scroll.Size().Height), top)
	if offset != f.scroll.Offset {
		f.scroll.ScrollToOffset(offset)
	}
}

// sync makes the switches agree with the marks.
func (f *findings) sync(ms []mark) {
	for _, c := range f.covers {
		on := !slices.ContainsFunc(c.marks, func(i int) bool { return !ms[i].covered })
		if c.check.Checked != on {
			c.check.Checked = on
			c.check.Refresh()
		}
	}
}

func (f *findings) failure(it *item) fyne.CanvasObject {
	c := newCard(
		withIcon(theme.NewColoredResource(theme.ErrorIcon(), theme.ColorNameError), bold(word("gui.failed"))),
		text(reason(it.photo.Err)),
		text(word("gui.failed.kept")),
		container.NewHBox(newButton(word("gui.check-again"), theme.ViewRefreshIcon(), f.onCheck)),
	)
	c.accent = theme.ColorNameError
	return c
}

func (f *findings) unchecked(it *item) fyne.CanvasObject {
	if it.state != stopped {
		return newCard(bold(stateText(it)), text(word("gui.unchecked")))
	}
	return newCard(bold(stateText(it)), text(word("gui.stopped")),
		container.NewHBox(newButton(word("gui.check-again"), theme.ViewRefreshIcon(), f.onCheck)))
}

// head is the score of the photo, its verdict, and what it would be after all fixes.
func (f *findings) head(it *item) fyne.CanvasObject {
	s := scoreOf(it.photo)
	r := newRing(largeRing)
	r.show(s)
	says := []fyne.CanvasObject{withIcon(s.level().symbol(), heading(verdict(s)))}
	if s != nil && s.upperBound && s.level() != unknown {
		says = append(says, text(upperBound(s)))
	}
	if fixed := it.photo.ScoreIfFixed; fixed != nil && s != nil && *fixed > s.value && it.output() == "" {
		says = append(says, text(word("gui.score.if-fixed", values{"Score": *fixed})))
	}
	return container.NewBorder(nil, nil, container.NewPadded(r), nil,
		container.NewVBox(container.New(tight{}, says...)))
}

// attacks shows the four scores side by side.
func attacks(p *check.Photo) fyne.CanvasObject {
	grid := container.New(cells{})
	for _, a := range risk.Attacks {
		r := newRing(smallRing)
		if v, ok := p.Attacks[a]; ok {
			r.show(&score{v, p.ScoreIsUpperBound})
		}
		grid.Add(container.NewBorder(nil, nil, r, nil, container.New(tight{}, bold(attackTitle(a)), quiet(attackMeaning(a)))))
	}
	return newCard(grid)
}

// notLookedAt names the checks that did not run; nil where all ran.
func notLookedAt(p *check.Photo) fyne.CanvasObject {
	names := notRun(p)
	if len(names) == 0 {
		return nil
	}
	c := newCard(withIcon(theme.NewColoredResource(theme.VisibilityOffIcon(), theme.ColorNameWarning),
		text(word("gui.not-looked-at", values{"Checks": listed(names)}))))
	c.accent = theme.ColorNameWarning
	return c
}

// notRun are the names of the checks that did not look at p.
func notRun(p *check.Photo) []string {
	var names []string
	for _, c := range []struct {
		ran  bool
		name vision.Check
	}{
		{p.Checked.Metadata, "metadata"},
		{p.Checked.Faces, vision.Faces},
		{p.Checked.Objects, vision.Objects},
		{p.Checked.Plates, vision.Plates},
		{p.Checked.Text, vision.Texts},
		{p.Checked.Codes, vision.Codes},
	} {
		if !c.ran {
			names = append(names, checkName(c.name))
		}
	}
	return names
}

// pageFrom is the number of places with text from which a photo counts as a page.
const pageFrom = 12

// isPage says that p shows a page of text: what is private in it can only be told
// by reading it.
func isPage(p *check.Photo) bool {
	n := 0
	for _, d := range p.Detections {
		if d.Kind == string(vision.Text) {
			n++
		}
	}
	return n >= pageFrom
}

// groups shows the findings of p, attack by attack, the worst first. With the item
// whose original p is, what can be covered has a switch; nil gives none.
func (f *findings) groups(p *check.Photo, it *item) []fyne.CanvasObject {
	if len(p.Findings) == 0 {
		return []fyne.CanvasObject{newCard(text(word("gui.nothing-found")))}
	}
	attacks := slices.Clone(risk.Attacks)
	slices.SortStableFunc(attacks, func(a, b risk.Attack) int { return p.Attacks[a] - p.Attacks[b] })
	var all []fyne.CanvasObject
	for _, a := range attacks {
		byRule := check.ByRule(slices.DeleteFunc(slices.Clone(p.Findings), func(f check.Finding) bool { return f.Attack != a }))
		if len(byRule) == 0 {
			continue
		}
		all = append(all, heading(attackTitle(a)))
		for _, same := range byRule {
			all = append(all, f.finding(p, it, same))
		}
	}
	return all
}

// placeRules are those whose findings get a map.
var placeRules = []string{"location.gps", "location.area"}

// finding shows findings of one rule of p.
func (f *findings) finding(p *check.Photo, it *item, same []*check.Finding) fyne.CanvasObject {
	first := same[0]
	title := first.Title
	if len(same) > 1 {
		title = word("gui.finding.many", values{"Title": title, "Count": len(same)})
	}
	parts := []fyne.CanvasObject{
		withIcon(severitySymbol(first.Severity), bold(title)),
		text(first.Explanation),
	}
	evidence := check.Gathered(same)
	var covered []int
	for _, x := range same {
		if x.Detection != nil && it != nil {
			if i := it.marks.of(*x.Detection); i >= 0 {
				covered = append(covered, i)
			}
		}
	}
	more := len(evidence) - maxEvidence
	for _, e := range evidence[:min(len(evidence), maxEvidence)] {
		l := quiet(e)
		l.TextStyle.Monospace = true
		l.Importance = widget.MediumImportance
		parts = append(parts, selectable(l))
	}
	if more > 0 {
		parts = append(parts, quiet(words("gui.evidence.more", more)))
	}
	if p.Position != nil && slices.Contains(placeRules, first.Rule) {
		if m := f.onPlace(*p.Position); m != nil {
			parts = append(parts, m)
		}
	}
	fix := fixText(first)
	if len(same) == 1 && p.Score != nil && first.ScoreWithout > *p.Score {
		fix += " " + word("gui.score.without", values{"Score": first.ScoreWithout})
	}
	parts = append(parts, quiet(fix))
	c := newCard()
	if len(covered) > 0 {
		box := newTick(words("gui.cover", len(covered)), !slices.ContainsFunc(covered, func(i int) bool { return !it.marks.now[i].covered }))
		box.OnChanged = func(on bool) { f.onCover(on, covered) }
		f.covers = append(f.covers, cover{box, c, covered})
		parts = append(parts, box)
		c.onHover = func(in bool) {
			if in {
				f.onPoint(covered[0])
			} else {
				f.onPoint(-1)
			}
		}
	}
	c.content = container.New(tight{}, parts...)
	c.accent = severityColour(first.Severity)
	return c
}

func severityColour(s risk.Severity) fyne.ThemeColorName {
	switch s {
	case risk.High:
		return theme.ColorNameError
	case risk.Medium:
		return theme.ColorNameWarning
	default:
		return theme.ColorNamePlaceHolder
	}
}

func severitySymbol(s risk.Severity) fyne.Resource {
	icon := theme.InfoIcon()
	if s == risk.High {
		icon = theme.WarningIcon()
	}
	return theme.NewColoredResource(icon, severityColour(s))
}

// links shows what ties a photo to others.
func links(all []check.Link) []fyne.CanvasObject {
	if len(all) == 0 {
		return nil
	}
	out := []fyne.CanvasObject{heading(word("gui.links"))}
	for _, l := range all {
		parts := []fyne.CanvasObject{
			withIcon(severitySymbol(l.Severity), bold(l.Title)),
			text(l.Explanation),
			quiet(words("gui.links.photos", len(l.Photos))),
		}
		for _, e := range l.Evidence[:min(len(l.Evidence), maxEvidence)] {
			parts = append(parts, quiet(e))
		}
		c := newCard(parts...)
		c.accent = severityColour(l.Severity)
		out = append(out, c)
	}
	return out
}
