package gui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/risk"
	"blindspot/scan"
	"blindspot/scrub"
	"blindspot/scrub/redact"
)

// shownTexts are all texts that the window shows at present.
func (tr *trial) shownTexts() string { return strings.Join(textsIn(tr.win.Content()), "\n") }

// textsIn are all texts that root shows.
func textsIn(root fyne.CanvasObject) []string {
	var all []string
	for _, o := range test.LaidOutObjects(root) {
		switch o := o.(type) {
		case *canvas.Text:
			all = append(all, o.Text)
		case *widget.Label:
			all = append(all, o.Text)
		}
	}
	return all
}

func (tr *trial) mustShow(wanted ...string) {
	tr.t.Helper()
	shown := tr.shownTexts()
	for _, w := range wanted {
		if !strings.Contains(shown, w) {
			tr.t.Errorf("%q is not shown. What is:\n%s", w, shown)
		}
	}
}

func (tr *trial) mustNotShow(unwanted ...string) {
	tr.t.Helper()
	shown := tr.shownTexts()
	for _, u := range unwanted {
		if strings.Contains(shown, u) {
			tr.t.Errorf("%q is shown", u)
		}
	}
}

// button is the visible button with the given text.
func (tr *trial) button(text string) *widget.Button {
	tr.t.Helper()
	for _, o := range test.LaidOutObjects(tr.win.Content()) {
		if b, ok := plainly(o).(*widget.Button); ok && b.Text == text && b.Visible() {
			return b
		}
	}
	tr.t.Fatalf("there is no button %q", text)
	return nil
}

func (tr *trial) states() []state {
	var all []state
	for _, it := range tr.items {
		all = append(all, it.state)
	}
	return all
}

func TestDropListsPhotos(t *testing.T) {
	tr := newTrial(t)
	if tr.full.Visible() || !tr.empty.Visible() {
		t.Fatal("the empty window does not invite to drop photos")
	}
	tr.checker.photos["street.jpg"], tr.checker.photos["plain.png"] = street(), plain()
	tr.add("street.jpg", "plain.png")
	tr.mustShow("street.jpg", "plain.png", "2 photos", "23", "Gives away a lot", "100", "Gives away little",
		"Where you were", "The photo says where it was taken", "Place: 48.85840, 2.29450", "Score without it: 35.",
		"97 if all that can be fixed is fixed")
	if tr.empty.Visible() {
		t.Error("the drop area is still there")
	}
	// The same file again is the same photo; another one is one more.
	tr.checker.photos["new é.jpg"] = plain()
	tr.add("street.jpg", "new é.jpg")
	tr.mustShow("3 photos", "new é.jpg")
	if n := len(tr.checker.runs); n != 2 || len(tr.checker.runs[1]) != 1 {
		t.Errorf("checked %v", tr.checker.runs)
	}
}

func TestFindingsWorstFirst(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	texts := test.LaidOutObjects(tr.findings.box)
	var titles []string
	for _, o := range texts {
		if l, ok := o.(*widget.Label); ok && l.SizeName == "subHeadingText" {
			titles = append(titles, l.Text)
		}
	}
	want := []string{"Gives away a lot", "Where you were", "What it can be tied to", "Who you are"}
	if !slices.Equal(titles, want) {
		t.Errorf("headings %q, want %q", titles, want)
	}
	tr.mustShow("A face can be recognised (2×)")
}

func TestFailedCheck(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.gif"] = &check.Photo{Err: fmt.Errorf("a.gif: %w", scan.ErrUnsupported)}
	tr.checker.photos["b.txt"] = &check.Photo{Err: fmt.Errorf("b.txt: %w", scan.ErrNotPhoto)}
	tr.add("a.gif", "b.txt")
	tr.mustShow("Failed: this kind of photo", "Failed: this is not a photo", "This photo could not be checked", "Your file is as it was")
	if !tr.cleaner.one.Disabled() || !tr.cleaner.all.Disabled() {
		t.Error("what was not checked can be cleaned")
	}
	tr.checker.photos["a.gif"] = plain()
	test.Tap(tr.button("Check again"))
	tr.mustShow("Gives away little")
	tr.mustNotShow("This photo could not be checked")
}

func TestUpperBoundIsNeverGreen(t *testing.T) {
	tr := newTrial(t)
	p := plain()
	p.Score, p.ScoreIsUpperBound, p.Checked.Faces, p.Checked.Text = ptr(83), true, false, false
	tr.checker.photos["half.jpg"] = p
	tr.add("half.jpg")
	tr.mustShow("≤83", "≤ 83, not fully checked", "Not looked at: faces and text.")
	if tr.items[0].score().level() == little {
		t.Error("an upper bound counts as little")
	}
	tr.mustNotShow("Gives away little")
}

func TestCancelAndCheckAgain(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = plain(), plain()
	n := 0
	tr.checker.during = func() {
		if n++; n == 2 {
			tr.mustShow("1 of 2 checked", "Checking…")
			test.Tap(tr.button("Cancel"))
		}
	}
	tr.add("a.jpg", "b.jpg")
	if got := tr.states(); !slices.Equal(got, []state{checked, stopped}) {
		t.Fatalf("states %v after the cancel", got)
	}
	if tr.progress.content.Visible() {
		t.Error("the progress bar is still there")
	}
	tr.list.Select(1)
	tr.mustShow("Not checked", "The check was cancelled before this photo was looked at.")
	test.Tap(tr.button("Check again"))
	if got := tr.states(); !slices.Equal(got, []state{checked, checked}) {
		t.Errorf("states %v after checking again", got)
	}
}

// What is dropped while photos are being checked is checked after them.
func TestDropWhileChecking(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = plain(), plain()
	tr.checker.during = sync.OnceFunc(func() { tr.add("b.jpg") })
	tr.add("a.jpg")
	if got := tr.states(); !slices.Equal(got, []state{checked, checked}) {
		t.Errorf("states %v", got)
	}
	if len(tr.checker.runs) != 2 {
		t.Errorf("%d checks, want one after the other", len(tr.checker.runs))
	}
}

func TestTapCoversAndUncovers(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	m := &tr.items[0].marks
	if m.now[0].covered || !m.now[1].covered {
		t.Fatal("what is preselected, and only that, must be covered")
	}
	test.TapAt(tr.view, tr.centre(0))
	test.TapAt(tr.view, tr.centre(1))
	if !m.now[0].covered || m.now[1].covered {
		t.Error("a tap did not cover or uncover")
	}
	test.TapAt(tr.view, fyne.NewPos(viewPadding+2, tr.view.Size().Height/2))
	if m.covered() != 1 {
		t.Error("a tap on nothing changed something")
	}
	tr.undoEdit()
	if !m.now[0].covered || !m.now[1].covered {
		t.Error("undo did not undo the last tap")
	}
	tr.redoEdit()
	if m.now[1].covered {
		t.Error("redo did not redo it")
	}
	tr.undoEdit()
	test.TapAt(tr.view, tr.centre(2))
	if m.redo() {
		t.Error("after a new change there is still something to redo")
	}
	tr.undoEdit()
	test.TapAt(tr.view, tr.centre(1))
	// The switch of a finding covers all that it speaks of, and follows taps.
	if c := tr.findings.covers[0]; c.check.Checked || len(c.marks) != 2 {
		t.Fatalf("switch %v for %v", c.check.Checked, c.marks)
	}
	tr.findings.covers[0].check.SetChecked(true)
	if !m.now[0].covered || !m.now[1].covered {
		t.Error("the switch of the finding covers nothing")
	}
	test.TapAt(tr.view, tr.centre(0))
	if tr.findings.covers[0].check.Checked {
		t.Error("the switch does not follow the boxes")
	}
}

func (tr *trial) drag(from, to fyne.Position) {
	tr.view.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: from}})
	half := fyne.NewPos((from.X+to.X)/2, (from.Y+to.Y)/2)
	tr.view.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: half}, Dragged: fyne.NewDelta(half.X-from.X, half.Y-from.Y)})
	tr.view.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to}, Dragged: fyne.NewDelta(to.X-half.X, to.Y-half.Y)})
	tr.view.DragEnd()
}

func TestDrawAndRemove(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	m := &tr.items[0].marks
	want := redact.Box{X: 100, Y: 200, W: 400, H: 300}
	pos, size := tr.view.view.place(want)
	draw := func() { tr.drag(pos.Add(size), pos) }
	draw()
	if len(m.now) != 4 || !m.now[3].own() || !m.now[3].covered {
		t.Fatalf("%d marks after drawing one", len(m.now))
	}
	got := m.now[3].box
	if abs(float32(got.X-want.X)) > 1 || abs(float32(got.Y-want.Y)) > 1 || abs(float32(got.W-want.W)) > 2 || abs(float32(got.H-want.H)) > 2 {
		t.Errorf("drew %v, want %v", got, want)
	}
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if len(m.now) != 3 {
		t.Error("Delete does not take away the box just drawn")
	}
	tr.drag(pos, pos.AddXY(2, 2))
	if len(m.now) != 3 {
		t.Error("a slip of the hand drew a box")
	}
}

func TestCrossTakesAwayAnOwnBox(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	m := &tr.items[0].marks
	tr.drag(tr.view.middle(), tr.view.middle().AddXY(80, 60))
	if len(m.now) != 4 {
		t.Fatalf("%d marks after drawing one", len(m.now))
	}
	cross := tr.view.cross(3)
	test.TapAt(tr.view, cross.pos.AddXY(crossSide-2, 2)) // outside the box itself
	if len(m.now) != 3 {
		t.Error("its cross does not take away an own box")
	}
	tr.undoEdit()
	if len(m.now) != 4 || !m.now[3].covered {
		t.Error("undo does not bring it back")
	}
	pos, size := tr.view.view.place(tr.view.places[0])
	test.TapAt(tr.view, pos.AddXY(size.Width-1, 1))
	if len(m.now) != 4 || !m.now[0].covered {
		t.Error("a detected box has a cross")
	}
	tr.mustShow("Drag over anything else")
}

func TestPointingAtABoxShowsItsFinding(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	card := tr.findings.covers[0].card
	tr.view.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: tr.centre(0)}})
	if !card.pointed {
		t.Error("the finding of the box under the mouse is not marked")
	}
	top := card.Position().Y + tr.findings.box.Position().Y - tr.findings.scroll.Offset.Y
	if bottom := top + card.Size().Height; top < 0 || bottom > tr.findings.scroll.Size().Height {
		t.Errorf("the finding lies at %v to %v of a column %v high", top, bottom, tr.findings.scroll.Size().Height)
	}
	tr.view.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: tr.centre(2)}})
	if card.pointed {
		t.Error("the finding is marked although another box is under the mouse")
	}
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if !card.pointed {
		t.Error("the finding of the box chosen by keys is not marked")
	}
}

// A column that shows the same still is not built again: that would lose where the
// user was reading.
func TestFindingsAreBuiltOnce(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	first := tr.findings.box.Objects[0]
	test.TapAt(tr.view, tr.centre(0))
	tr.items[0].state = cleaning
	tr.changed(tr.items[0])
	if tr.findings.box.Objects[0] != first {
		t.Error("the column was built again although it says the same")
	}
	if !tr.findings.covers[0].check.Checked {
		t.Error("the switches do not follow the boxes")
	}
	tr.items[0].state = checked
	tr.updateActions()
	test.Tap(tr.button("Clean"))
	if tr.findings.box.Objects[0] == first {
		t.Error("the column does not show the copy")
	}
}

// On a page of text the window says what it can't know, and its labels leave the
// page to be read.
func TestPageOfText(t *testing.T) {
	tr := newTrial(t)
	p := plain()
	for i := range 30 {
		p.Detections = append(p.Detections, check.Detection{ID: i + 1, Kind: "text", Box: check.Box{X: 10, Y: 19 * i, W: 780, H: 17}})
		p.Findings = append(p.Findings, check.Finding{Rule: "test.text", Attack: risk.ReIdentification, Severity: risk.Low, Detection: ptr(i + 1), Title: "Something to read"})
	}
	tr.checker.photos["letter.png"], tr.checker.photos["street.jpg"] = p, street()
	tr.add("letter.png", "street.jpg")
	tr.mustShow("This looks like a page of text", "Something to read (30×)")
	r := test.WidgetRenderer(tr.view).(*boxRenderer)
	labels := func() (n int) {
		for _, o := range r.Objects() {
			if _, ok := o.(*canvas.Text); ok {
				n++
			}
		}
		return n
	}
	if n := labels(); n != 0 {
		t.Errorf("%d labels hide the page", n)
	}
	tr.view.highlight(4)
	if n := labels(); n != 1 {
		t.Errorf("%d labels while a box is pointed at, want its own", n)
	}
	tr.list.Select(1)
	tr.mustNotShow("page of text")
}

// A face is drawn over faces and where the user drew a box, not over a number
// plate or a car.
func TestDrawnFaceIsForFaces(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.cleaner.style.SetSelected("Drawn face")
	tr.mustNotShow("other places are blurred")
	test.TapAt(tr.view, tr.centre(2))
	tr.mustShow("other places are blurred")
	tr.drag(tr.view.middle(), tr.view.middle().AddXY(80, 60))
	test.Tap(tr.button("Clean"))
	var got []redact.Style
	for _, r := range tr.exporter.jobs[0].Plan.Regions {
		got = append(got, r.Style)
	}
	if want := []redact.Style{redact.Face, redact.Blur, redact.Face}; !slices.Equal(got, want) {
		t.Errorf("covers with %v, want %v", got, want)
	}
}

func TestBoxesByKeyboard(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !tr.items[0].marks.now[0].covered {
		t.Error("Right and Space do not cover the first box")
	}
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if tr.items[0].marks.now[1].covered {
		t.Error("the arrow keys do not go round")
	}
}

func TestCleanHandsOverThePlan(t *testing.T) {
	tr := newTrial(t)
	photo := street()
	tr.checker.photos["street.jpg"] = photo
	tr.add("street.jpg")
	test.TapAt(tr.view, tr.centre(0))
	tr.drag(tr.view.middle(), tr.view.middle().AddXY(80, 60))
	own := tr.items[0].marks.now[3].box
	tr.cleaner.style.SetSelected("Solid colour")
	test.Tap(tr.button("Clean"))
	if len(tr.exporter.jobs) != 1 {
		t.Fatalf("%d jobs", len(tr.exporter.jobs))
	}
	want := []redact.Region{
		export.Region(photo, photo.Detections[0], redact.Solid),
		export.Region(photo, photo.Detections[1], redact.Solid),
		{Box: own, Shape: redact.BoxShape, Style: redact.Solid},
	}
	job := tr.exporter.jobs[0]
	if job.Plan == nil || job.Plan.Version != 1 || !slices.Equal(job.Plan.Regions, want) {
		t.Errorf("plan %+v, want regions %+v", job.Plan, want)
	}
	if job.Photo != photo || job.Path != "/photos/street.jpg" {
		t.Errorf("job for %s with %p", job.Path, job.Photo)
	}
	if o := tr.exporter.o; o.Dir != "/exports" || len(o.Roots) != 0 {
		t.Errorf("options %+v", o)
	}
	tr.mustShow("Clean copy made", "23", "91", "2 pieces of hidden data were removed. 3 places were covered.",
		"The copy was read again", "/exports/photo-0001.jpg", "Cleaned, was 23", "The rest of the picture still speaks",
		"What the copy still tells", "What your original tells")
	test.Tap(tr.button("Show in folder"))
	if !slices.Equal(tr.shown, []string{"/exports/photo-0001.jpg"}) {
		t.Errorf("showed %v", tr.shown)
	}
	test.Tap(tr.button("Copy path"))
	if got := tr.app.Clipboard().Content(); got != "/exports/photo-0001.jpg" {
		t.Errorf("the clipboard holds %q", got)
	}
}

func TestCleanWithoutBoxesHasNoPlan(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["plain.png"] = plain()
	tr.add("plain.png")
	test.Tap(tr.button("Clean"))
	if tr.exporter.jobs[0].Plan != nil {
		t.Errorf("plan %+v", tr.exporter.jobs[0].Plan)
	}
	tr.mustShow("The picture itself was not changed.")
}

// Clean all makes no second copy of what has one, unless other places are chosen.
func TestCleanAll(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"], tr.checker.photos["c.jpg"] = street(), street(), street()
	tr.add("a.jpg", "b.jpg", "c.jpg", "broken.jpg")
	test.Tap(tr.button("Clean"))
	test.Tap(tr.button("Clean all (2)"))
	test.Tap(tr.dialogButton("Clean 2 photos"))
	tr.dialog.Dismiss()
	if got := tr.states(); !slices.Equal(got, []state{cleaned, cleaned, cleaned, failed}) {
		t.Fatalf("states %v", got)
	}
	if len(tr.exporter.jobs) != 2 {
		t.Errorf("%d jobs, want those without a copy", len(tr.exporter.jobs))
	}
	if !tr.cleaner.all.Disabled() {
		t.Error("there is nothing left to clean, and all can be cleaned")
	}
	test.TapAt(tr.view, tr.centre(0))
	test.Tap(tr.button("Clean all (1)"))
	if len(tr.exporter.jobs) != 1 || tr.exporter.jobs[0].Path != "/photos/a.jpg" {
		t.Errorf("jobs %+v, want the one that was changed", tr.exporter.jobs)
	}
}

func TestRefusedAndFailedCleaning(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"] = street()
	tr.exporter.result = func(j export.Job) *export.Result {
		return &export.Result{Photo: j.Photo, Err: fmt.Errorf("a.jpg: %w: an odd layout", scrub.ErrRefused)}
	}
	tr.add("a.jpg")
	test.Tap(tr.button("Clean"))
	tr.mustShow("No clean copy was made", "an odd layout", "Nothing was left in the folder", "Not cleaned: see why")
	tr.mustNotShow("Clean copy made")

	tr.exporter.err = errors.New("export folder /photos/out is inside /photos")
	test.Tap(tr.button("Clean"))
	tr.mustShow("Nothing was cleaned: export folder /photos/out is inside /photos.")
	if tr.cleaner.one.Disabled() {
		t.Error("cleaning can't be tried again")
	}
	tr.setFolder("/elsewhere")
	tr.mustNotShow("Nothing was cleaned")
	tr.exporter.err, tr.exporter.result = nil, cleanResult
	test.Tap(tr.button("Clean"))
	if tr.exporter.o.Dir != "/elsewhere" || tr.items[0].state != cleaned {
		t.Errorf("cleaned into %q, state %v", tr.exporter.o.Dir, tr.items[0].state)
	}
	if got := tr.app.Preferences().String(keyFolder); got != "/elsewhere" {
		t.Errorf("the folder %q is remembered", got)
	}
}

func TestSecondLookFindsMore(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"] = street()
	fresh := check.Detection{ID: 1, Kind: "face", Box: check.Box{X: 100, Y: 100, W: 50, H: 60}}
	tr.exporter.result = func(j export.Job) *export.Result {
		r := cleanResult(j)
		if len(j.Plan.Regions) == 1 {
			r.New = []check.Detection{fresh}
		}
		return r
	}
	tr.add("a.jpg")
	test.Tap(tr.button("Clean"))
	tr.mustShow("The second look at the copy found something new: face.")
	if m := tr.items[0].marks.now; len(m) != 4 || !m[3].fresh || m[3].covered {
		t.Fatalf("marks %+v", m)
	}
	test.Tap(tr.button("Cover and clean again"))
	if n := len(tr.exporter.jobs[0].Plan.Regions); n != 2 {
		t.Errorf("%d regions covered, want the new one too", n)
	}
	tr.mustNotShow("something new")
}

func TestMissingDetectors(t *testing.T) {
	tr := newTrial(t)
	tr.models.installed, tr.models.err = false, errors.Join(errors.New("the network is down"), errors.New("and once more"))
	p := plain()
	p.ScoreIsUpperBound = true
	tr.checker.photos["a.jpg"] = p
	tr.lookUp(nil)
	tr.add("a.jpg")
	tr.mustShow("Not looked at in your photos: faces and objects.", "not installed yet (16 MB)")
	test.Tap(tr.button("Install detectors"))
	tr.mustShow("The detectors could not be installed: the network is down …")
	tr.mustNotShow("once more")
	if len(tr.checker.runs) != 1 {
		t.Error("photos were checked again although nothing was installed")
	}
	tr.models.err = nil
	test.Tap(tr.button("Try again"))
	if tr.bar.content.Visible() {
		t.Error("the bar is still there")
	}
	if len(tr.checker.runs) != 2 {
		t.Error("what was not fully checked was not checked again")
	}
}

func TestNotNow(t *testing.T) {
	tr := newTrial(t)
	tr.models.installed = false
	tr.lookUp(nil)
	test.Tap(tr.button("Not now"))
	if tr.bar.content.Visible() || tr.models.installs != 0 {
		t.Error("Not now does not mean not now")
	}
}

func TestRemoveFromList(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = plain(), street()
	tr.add("a.jpg", "b.jpg")
	tr.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if tr.selected != tr.items[1] {
		t.Fatal("the arrow keys do not select")
	}
	tr.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if len(tr.items) != 1 || tr.selected != tr.items[0] {
		t.Fatalf("%d photos, selected %v", len(tr.items), tr.selected)
	}
	tr.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if !tr.empty.Visible() || tr.full.Visible() {
		t.Error("without photos the window does not invite to drop some")
	}
}

// A preview that comes late is not shown for another photo.
func TestLatePreview(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = plain(), street()
	tr.add("a.jpg", "b.jpg")
	var late []func()
	tr.spawn = func(f func()) { late = append(late, f) }
	tr.preview = func(_ context.Context, path string) (levels, error) {
		if strings.HasSuffix(path, "b.jpg") {
			return newLevels(picture(40, 30)), nil
		}
		return newLevels(picture(80, 60)), nil
	}
	tr.list.Select(1)
	tr.list.Select(0)
	late[1]()
	late[0]()
	if got := tr.view.picture[0].Bounds().Dx(); got != 80 {
		t.Errorf("a picture %d wide is shown, want that of a.jpg", got)
	}
	tr.preview = func(context.Context, string) (levels, error) { return nil, scan.ErrDamaged }
	late = nil
	tr.list.Select(1)
	late[0]()
	tr.mustShow("The picture can't be shown: the file is damaged")
}

func TestClosingWhileAtWorkAsks(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"] = plain()
	closed := false
	tr.win.SetOnClosed(func() { closed = true })
	var answers []*widget.Button
	tr.checker.during = func() {
		tr.closing()
		for _, o := range test.LaidOutObjects(tr.win.Canvas().Overlays().Top()) {
			if b, ok := o.(*widget.Button); ok {
				answers = append(answers, b)
			}
		}
	}
	tr.add("a.jpg")
	if len(answers) != 2 || closed {
		t.Fatalf("closing while a photo is checked gives %d answers to choose from", len(answers))
	}
	test.Tap(answers[0])
	if answers[0].Text != "Keep working" || closed {
		t.Errorf("%q closed the window", answers[0].Text)
	}
	answers = nil
	tr.add("b.jpg")
	test.Tap(answers[1])
	if answers[1].Text != "Close" || !closed {
		t.Errorf("%q did not close the window", answers[1].Text)
	}
}

func TestSizeIsRemembered(t *testing.T) {
	tr := newTrial(t)
	closed := false
	tr.win.SetOnClosed(func() { closed = true })
	tr.win.Resize(fyne.NewSize(1000, 700))
	tr.closing()
	if !closed {
		t.Fatal("the window did not close")
	}
	if w, h := tr.app.Preferences().Float(keyWidth), tr.app.Preferences().Float(keyHeight); w != 1000 || h != 700 {
		t.Errorf("remembered %v × %v", w, h)
	}
}

func TestFileDialogForgetsTheFolder(t *testing.T) {
	for name, ask := range map[string]func(*trial){
		"photo":         func(tr *trial) { tr.askPhoto() },
		"folder":        func(tr *trial) { tr.askFolder() },
		"export folder": func(tr *trial) { tr.askExportFolder() },
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t)
			ask(tr)
			tr.app.Preferences().SetString(lastFolder, "file:///secret")
			top := tr.win.Canvas().Overlays().Top()
			if top == nil {
				t.Fatal("no dialog is shown")
			}
			for _, o := range test.LaidOutObjects(top) {
				if b, ok := o.(*widget.Button); ok && b.Text == "Cancel" {
					test.Tap(b)
				}
			}
			if got := tr.app.Preferences().String(lastFolder); got != "" {
				t.Errorf("the folder %q is remembered", got)
			}
		})
	}
}

func TestPastedPaths(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a b.jpg"], tr.checker.photos["c.jpg"] = plain(), plain()
	tr.pasted("file:///photos/a%20b.jpg\r\n/photos/c.jpg\nnot a path\n")
	var paths []string
	for _, it := range tr.items {
		paths = append(paths, it.path)
	}
	if want := []string{"/photos/a b.jpg", "/photos/c.jpg"}; !slices.Equal(paths, want) {
		t.Errorf("added %q, want %q", paths, want)
	}
}

func TestLinksAreShown(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = street(), plain()
	tr.checker.links = []check.Link{{Rule: "link.test", Attack: risk.Linkage, Severity: risk.High, Photos: []int{0, 1},
		Title: "Same camera", Explanation: "Both carry its number.", Evidence: []string{"SerialNumber: 12"}}}
	tr.add("a.jpg", "b.jpg")
	tr.mustShow("What ties it to your other photos", "Same camera", "In 2 photos of this batch")
}

func TestInstallationProgress(t *testing.T) {
	f := newFetched((&fakeModels{}).List())
	for _, test := range []struct {
		name        string
		done, total int64
		want        float64
	}{{"yunet", 0, 0, 0}, {"yunet", 50, 100, .5}, {"yunet", 300, 100, 1}, {"unheard of", 5, 10, 1}} {
		if got := f.share(test.name, test.done, test.total); got < test.want-.01 || got > test.want+.01 {
			t.Errorf("share(%s, %d of %d) = %v, want %v", test.name, test.done, test.total, got, test.want)
		}
	}
}

func TestOneDialogAtATime(t *testing.T) {
	tr := newTrial(t)
	tr.typedKey(&fyne.KeyEvent{Name: fyne.KeyF1})
	about := tr.win.Canvas().Overlays().Top()
	if about == nil {
		t.Fatal("F1 shows nothing")
	}
	tr.askPhoto()
	if tr.win.Canvas().Overlays().Top() != about {
		t.Error("a second dialog lies over the first")
	}
	tr.typedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if tr.win.Canvas().Overlays().Top() != nil {
		t.Error("Escape does not close the dialog")
	}
	tr.askPhoto()
	if tr.win.Canvas().Overlays().Top() == nil {
		t.Error("no dialog can be opened any more")
	}
}

func TestCompareWithTheCopy(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = street(), street()
	var loaded []string
	tr.preview = func(_ context.Context, path string) (levels, error) {
		loaded = append(loaded, path)
		pic := picture(400, 300)
		if strings.HasPrefix(path, "/exports") {
			for i := range pic.Pix {
				pic.Pix[i] = 0xff // white
			}
		}
		return newLevels(pic), nil
	}
	tr.add("a.jpg", "b.jpg")
	if tr.other.Visible() {
		t.Error("a copy is offered before there is one")
	}
	test.Tap(tr.button("Clean"))
	test.Tap(tr.button("Before and after"))
	if last := loaded[len(loaded)-1]; last != "/exports/photo-0001.jpg" {
		t.Errorf("%s is shown", last)
	}
	tr.mustShow("Photo", "Clean copy", "as it was written")
	if len(tr.view.marks) != 0 {
		t.Error("marks lie over the comparison")
	}
	// The picture left of the line is the photo's, right of it the copy's.
	white := func(x float32) bool {
		pos, size := tr.view.view.frame()
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(tr.view).Add(pos)
		r, g, b, _ := tr.win.Canvas().Capture().At(int(at.X+x*size.Width), int(at.Y+size.Height*.9)).RGBA()
		return r == 0xffff && g == 0xffff && b == 0xffff
	}
	if white(.25) || !white(.75) {
		t.Error("the photo is not at the left, or the copy not at the right")
	}
	tr.drag(tr.view.middle(), fyne.NewPos(tr.view.Size().Width*.05, 50))
	if !white(.25) || len(tr.items[0].marks.now) != 3 {
		t.Error("a drag does not move the line, or draws a box")
	}
	for range 40 {
		tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	if white(.75) || tr.view.split != 1 {
		t.Error("Right does not move the line")
	}
	tr.view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	test.TapAt(tr.view, tr.view.middle())
	if white(.25) || !white(.75) {
		t.Error("a click does not move the line")
	}
	test.Tap(tr.button("Photo only"))
	if tr.view.comparing() || len(tr.view.marks) != 3 || white(.75) {
		t.Error("the photo is not shown alone again")
	}
	// Another copy, or another photo, ends the comparison.
	test.Tap(tr.button("Before and after"))
	test.Tap(tr.button("Clean again"))
	if tr.view.comparing() || tr.comparing {
		t.Error("an old copy is still compared")
	}
	test.Tap(tr.button("Before and after"))
	tr.list.Select(1)
	if tr.view.comparing() || tr.comparing || tr.other.Visible() {
		t.Error("another photo is compared with the copy")
	}
}

// The window fits a small screen whatever it shows.
func TestFitsASmallScreen(t *testing.T) {
	const width, height = 1000, 640
	tr := newTrial(t)
	tr.models.installed, tr.models.err = false, errors.New(strings.Repeat("a long reason ", 40))
	tr.lookUp(nil)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg", strings.Repeat("long name ", 20)+".jpg")
	tr.setFolder("/" + strings.Repeat("deep/", 60))
	test.Tap(tr.button("Install detectors"))
	tr.exporter.err = errors.New(strings.Repeat("/deep", 60))
	test.Tap(tr.button("Clean"))
	tr.win.Resize(fyne.NewSize(width, height))
	if min := tr.content.MinSize(); min.Width > width || min.Height > height {
		t.Errorf("the window needs %v", min)
	}
}

// It fits one of 1024 × 700 with the largest text, in every language, with a copy in
// which something new was found and another that is still there.
func TestFitsASmallScreenInLargeText(t *testing.T) {
	const width, height = 1024, 700
	for _, language := range []string{"en", "de"} {
		tr := newTrial(t)
		tr.setLanguage(language)
		tr.dialog.Dismiss()
		tr.setLook(look{Theme: theme.DefaultTheme(), shade: light, scale: 1.5})
		tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = street(), street()
		dir, n := t.TempDir(), 0
		tr.exporter.result = func(j export.Job) *export.Result {
			r := cleanResult(j)
			n++
			r.Output = ptr(filepath.Join(dir, fmt.Sprintf("%d.jpg", n)))
			if err := os.WriteFile(*r.Output, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			r.New, r.NeedsLook = []check.Detection{{Kind: "face", Box: check.Box{X: 9 * n, Y: 9, W: 9, H: 9}}}, true
			return r
		}
		tr.add("a.jpg", "b.jpg")
		fits := func(state string) {
			t.Helper()
			tr.win.Resize(fyne.NewSize(width, height))
			min := tr.content.MinSize()
			if tr.page != nil {
				page := tr.page.MinSize()
				min = fyne.NewSize(max(min.Width, page.Width), max(min.Height, page.Height))
			}
			if min.Width > width || min.Height > height {
				t.Errorf("%s, %s: the window needs %v", language, state, min)
			}
		}
		fits("findings")
		tr.cleanAll()
		fits("review")
		tr.dialog.Dismiss()
		tr.clean(newReview(tr.items))
		tr.dialog.Dismiss()
		tr.clean(newReview(tr.items))
		fits("summary")
		tr.dialog.Dismiss()
		fits("copies")
		tr.showSettings()
		fits("settings")
		tr.dialog.Dismiss()
		tr.setLanguage("en")
		tr.dialog.Dismiss()
	}
}
