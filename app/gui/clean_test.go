package gui

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/scan/container"
	"blindspot/scrub"
)

func TestDoubts(t *testing.T) {
	newTrial(t)
	of := func(change func(*check.Photo)) *item {
		p := street()
		change(p)
		return &item{state: checked, photo: p, marks: newMarks(p)}
	}
	fresh := of(func(*check.Photo) {})
	fresh.marks.found([]check.Detection{{Kind: "plate", Box: check.Box{X: 9, Y: 9, W: 9, H: 9}}})
	covered := of(func(p *check.Photo) { p.Detections[0].Confidence = .4 })
	covered.marks.set(true, 0)
	seen := of(func(p *check.Photo) { p.Checked.Faces, p.ScoreIsUpperBound = false, true })
	seen.seen = true
	for _, test := range []struct {
		name string
		it   *item
		want []string
	}{
		{"nothing speaks for a look", of(func(*check.Photo) {}), nil},
		{"detectors missing", of(func(p *check.Photo) { p.Checked.Faces, p.Checked.Text, p.ScoreIsUpperBound = false, false, true }), []string{"Not looked at: faces and text."}},
		{"looked at in part", of(func(p *check.Photo) { p.ScoreIsUpperBound = true }), []string{"Part of it could not be looked at."}},
		{"found by the second look", fresh, []string{"The second look found something new: number plate."}},
		{"unsure", of(func(p *check.Photo) { p.Detections[0].Confidence = .4 }), []string{"Perhaps found, and not covered: face."}},
		{"unsure, of what no finding speaks", of(func(p *check.Photo) { p.Detections[2].Confidence = .4 }), nil},
		{"unsure and covered", covered, nil},
		{"seen already", seen, nil},
		{"not checked", &item{state: waiting}, nil},
	} {
		if got := doubts(test.it); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// Before a batch what needs a look is shown, and can be looked at first.
func TestReviewBeforeABatch(t *testing.T) {
	tr := newTrial(t)
	half := plain()
	half.Checked.Faces, half.ScoreIsUpperBound = false, true
	tr.checker.photos["a.png"], tr.checker.photos["half.png"], tr.checker.photos["b.png"] = plain(), half, plain()
	tr.add("a.png", "half.png", "b.png")

	test.Tap(tr.button("Clean all (3)"))
	shown := tr.dialogTexts()
	for _, want := range []string{"1 photo needs a look first", "half.png", "Not looked at: faces."} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown before the batch", want)
		}
	}
	if strings.Contains(shown, "a.png") || tr.exporter.jobs != nil {
		t.Errorf("shown %q, cleaned %v", shown, tr.exporter.jobs)
	}
	test.Tap(tr.dialogButton("Cancel"))
	if tr.exporter.jobs != nil {
		t.Fatal("cleaned in spite of Cancel")
	}

	test.Tap(tr.button("Clean all (3)"))
	test.Tap(tr.dialogButton("Look at these first"))
	if tr.selected != tr.items[1] || tr.exporter.jobs != nil {
		t.Error("the photo that needs a look is not selected")
	}
	tr.mustShow("1 of 3 photos")

	// Nothing is left to be looked at: they are cleaned at once.
	test.Tap(tr.button("Clean all (3)"))
	if len(tr.exporter.jobs) != 3 {
		t.Errorf("%d photos cleaned, want 3", len(tr.exporter.jobs))
	}
}

func TestReviewSelectsAPhoto(t *testing.T) {
	tr := newTrial(t)
	half := plain()
	half.Checked.Faces, half.ScoreIsUpperBound = false, true
	tr.checker.photos["a.png"], tr.checker.photos["half.png"] = plain(), half
	tr.add("a.png", "half.png")
	tr.cleanAll()
	inDialog(tr, func(l *widget.List) bool { return l.Length() == 1 }).Select(0)
	if tr.dialog != nil || tr.selected != tr.items[1] || len(tr.exporter.jobs) != 0 {
		t.Error("a photo of the review does not open")
	}
}

func TestReviewCoversFaces(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"], tr.checker.photos["c.png"] = street(), street(), plain()
	tr.add("a.jpg", "b.jpg", "c.png")
	tr.cleanAll()
	faces := inDialog(tr, func(c *widget.Check) bool { return c.Text == "Also cover 2 faces that can still be seen" })
	faces.SetChecked(true)
	test.Tap(tr.dialogButton("Clean 3 photos"))
	if n := len(tr.exporter.jobs); n != 3 {
		t.Fatalf("%d jobs", n)
	}
	for i, want := range []int{2, 2} {
		if got := len(tr.exporter.jobs[i].Plan.Regions); got != want {
			t.Errorf("photo %d: %d places covered, want %d", i, got, want)
		}
	}
	tr.dialog.Dismiss()
	tr.undoEdit()
	if tr.items[0].marks.now[0].covered {
		t.Error("what the batch covered can't be undone")
	}
}

// One photo alone is cleaned without a question.
func TestNoReviewOfOne(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = street(), street()
	tr.add("a.jpg", "b.jpg")
	test.Tap(tr.button("Clean"))
	if tr.dialog != nil || len(tr.exporter.jobs) != 1 {
		t.Errorf("%d jobs", len(tr.exporter.jobs))
	}
}

// After a batch a summary says what was done, and why the rest was not.
func TestTally(t *testing.T) {
	tr := newTrial(t)
	for _, name := range []string{"a.jpg", "b.jpg", "new.jpg", "odd.jpg"} {
		tr.checker.photos[name] = street()
	}
	tr.exporter.result = func(j export.Job) *export.Result {
		r := cleanResult(j)
		switch {
		case strings.HasSuffix(j.Path, "odd.jpg"):
			return &export.Result{Photo: j.Photo, Err: fmt.Errorf("odd.jpg: %w: an odd layout", scrub.ErrRefused)}
		case strings.HasSuffix(j.Path, "new.jpg"):
			r.New = []check.Detection{{Kind: "face", Box: check.Box{X: 9, Y: 9, W: 9, H: 9}}}
		case strings.HasSuffix(j.Path, "b.jpg"):
			r.ScoreAfter = ptr(80)
			r.Removed.Parts = []container.Part{{Name: "APP1 Exif"}}
		}
		return r
	}
	tr.add("a.jpg", "b.jpg", "new.jpg", "odd.jpg")
	tr.cleanAll()
	test.Tap(tr.dialogButton("Clean 4 photos"))
	shown := tr.dialogTexts()
	for _, want := range []string{
		"3 of 4 photos have a clean copy.", "1 photo has none", "5 pieces of hidden data were removed. 3 places were covered.",
		"Lowest score: 23 before, 80 now.", "In 1 copy the second look found something new",
		"an odd layout", "23 → 91", "23 → 80", "1 new thing found", "The rest of the picture still speaks",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not in the summary:\n%s", want, shown)
		}
	}
	var order []string
	for _, it := range func() []*item {
		all := newTally(len(tr.items))
		for _, it := range tr.items {
			all.add(it)
		}
		return all.worstFirst()
	}() {
		order = append(order, it.path)
	}
	if want := []string{"/photos/odd.jpg", "/photos/new.jpg", "/photos/b.jpg", "/photos/a.jpg"}; !slices.Equal(order, want) {
		t.Errorf("listed %q, want %q", order, want)
	}
	test.Tap(tr.dialogButton("Show in folder"))
	if len(tr.shown) != 1 || !strings.HasPrefix(tr.shown[0], "/exports/") {
		t.Errorf("shown in the folder: %q", tr.shown)
	}
	inDialog(tr, func(l *widget.List) bool { return l.Length() == 4 }).Select(0)
	if tr.selected != tr.items[3] {
		t.Error("a photo of the summary does not open")
	}
}

// A summary that comes while another dialog is open is shown after it.
func TestTallyWaits(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.png"], tr.checker.photos["b.png"] = plain(), plain()
	tr.add("a.png", "b.png")
	tr.showSettings()
	tr.cleanAll()
	if strings.Contains(tr.dialogTexts(), "2 of 2") {
		t.Fatal("the summary took the settings away")
	}
	tr.dialog.Dismiss()
	if tr.dialog == nil || !strings.Contains(tr.dialogTexts(), "2 of 2 photos have a clean copy.") {
		t.Error("the summary is never shown")
	}
}

// Words for a folder that is not there are not those for a photo that is not there.
func TestFolderIsGone(t *testing.T) {
	newTrial(t)
	gone := fmt.Errorf("%w: writing: %w", export.ErrFolder, &fs.PathError{Op: "open", Path: "/x", Err: fs.ErrNotExist})
	if got, want := reason(gone), "the folder for copies can't be used: it is not there any more. Bring it back or choose another"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := reason(fmt.Errorf("%w: %w", export.ErrFolder, errors.New("other"))); strings.Contains(got, "not there") {
		t.Errorf("another failure reads %q", got)
	}
}

// What became of a photo is said at the top, wherever its findings were read.
func TestCleanedIsSeen(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["street.jpg"] = street()
	tr.add("street.jpg")
	tr.findings.scroll.ScrollToBottom()
	if tr.findings.scroll.Offset.Y == 0 {
		t.Fatal("the findings fit the window: nothing is tested")
	}
	tr.exporter.result = func(j export.Job) *export.Result {
		tr.mustShow("A clean copy is being made")
		return cleanResult(j)
	}
	test.Tap(tr.button("Clean"))
	if y := tr.findings.scroll.Offset.Y; y != 0 {
		t.Errorf("scrolled to %v after cleaning", y)
	}
}

// Where no program opens folders, the folder is named.
func TestShowInFolderRefused(t *testing.T) {
	tr := newTrial(t)
	tr.reveal = func(string) error { return errors.New(`exec: "xdg-open": executable file not found in $PATH`) }
	tr.show("/exports/photo-0001.jpg")
	if shown := tr.dialogTexts(); !strings.Contains(shown, "The folder is /exports.") || strings.Contains(shown, "exec") {
		t.Errorf("shown %q", shown)
	}
}

// writesCopies adds two photos, whose copies are written as photo-1.jpg and so on into
// the folder that it returns.
func (tr *trial) writesCopies(t *testing.T) string {
	t.Helper()
	tr.checker.photos["a.jpg"], tr.checker.photos["b.jpg"] = street(), street()
	tr.add("a.jpg", "b.jpg")
	dir, n := t.TempDir(), 0
	tr.exporter.result = func(j export.Job) *export.Result {
		n++
		path := filepath.Join(dir, fmt.Sprintf("photo-%d.jpg", n))
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		r := cleanResult(j)
		r.Output = &path
		return r
	}
	return dir
}

// Copies that were made before the last look like it: they are named.
func TestEarlierCopiesAreNamed(t *testing.T) {
	tr := newTrial(t)
	dir := tr.writesCopies(t)
	tr.clean(newReview(tr.items))
	if shown := tr.dialogTexts(); strings.Contains(shown, "earlier") {
		t.Errorf("after the first cleaning: %q", shown)
	}
	tr.dialog.Dismiss()
	tr.clean(newReview(tr.items))
	if shown := tr.dialogTexts(); !strings.Contains(shown, "2 earlier copies of these photos are still there") {
		t.Errorf("after the second cleaning: %q", shown)
	}
	tr.dialog.Dismiss()
	tr.mustShow("An earlier copy of this photo is still there; post the new one, not this: photo-1.jpg.")
	if err := os.Remove(filepath.Join(dir, "photo-1.jpg")); err != nil {
		t.Fatal(err)
	}
	tr.clean(newReview(tr.items[:1]))
	tr.mustShow("not this: photo-3.jpg.")
	tr.mustNotShow("photo-1.jpg")

	// They are known too once the photo was checked again, or taken off the list and
	// added again.
	tr.checkThese(tr.items[:1])
	if n := len(tr.earlier(tr.items[0])); n != 2 {
		t.Errorf("checked again: %d earlier copies, want 2", n)
	}
	tr.removeActed()
	tr.add("a.jpg")
	if n := len(tr.earlier(tr.items[1])); n != 2 {
		t.Errorf("added again: %d earlier copies, want 2", n)
	}
	// One that is on the list as a photo is left alone.
	tr.items[0].path = filepath.Join(dir, "photo-3.jpg")
	if n := len(tr.earlier(tr.items[1])); n != 1 {
		t.Errorf("one of them on the list: %d earlier copies, want 1", n)
	}
}

// Earlier copies are deleted when asked for, all or those of one photo; what can't be
// is told.
func TestEarlierCopiesAreDeleted(t *testing.T) {
	tr := newTrial(t)
	dir := tr.writesCopies(t)
	tr.discard = func(c export.Copy) error {
		if strings.HasSuffix(c.Path, "photo-2.jpg") {
			return export.ErrOtherFile
		}
		return os.Remove(c.Path)
	}
	tr.clean(newReview(tr.items))
	tr.dialog.Dismiss()
	tr.clean(newReview(tr.items))
	test.Tap(tr.dialogButton("Delete the earlier copies (2)"))
	if shown := tr.dialogTexts(); !strings.Contains(shown, "1 earlier copy was deleted. 1 was left") {
		t.Errorf("shown %q", shown)
	}
	tr.dialog.Dismiss()
	tr.mustNotShow("An earlier copy")
	tr.clean(newReview(tr.items[:1]))
	tr.mustShow("post the new one, not this: photo-3.jpg.")
	test.Tap(tr.button("Delete it"))
	tr.mustShow("1 earlier copy was deleted.")
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 3 { // 2 could not be deleted, 4 and 5 count
		t.Errorf("left: %q, %v", left, err)
	}
}

// What only the second look found is covered in all copies that show it by one click,
// and the summary tells what is left.
func TestCoverNewInAll(t *testing.T) {
	tr := newTrial(t)
	for _, name := range []string{"a.jpg", "b.jpg", "c.jpg"} {
		tr.checker.photos[name] = street()
	}
	tr.add("a.jpg", "b.jpg", "c.jpg")
	at := func(x int) []check.Detection {
		return []check.Detection{{Kind: "face", Box: check.Box{X: x, Y: 9, W: 9, H: 9}}}
	}
	tr.exporter.result = func(j export.Job) *export.Result {
		r := cleanResult(j)
		switch covered := len(j.Plan.Regions); {
		case strings.HasSuffix(j.Path, "c.jpg"):
		case covered == 1:
			r.New, r.NeedsLook = at(100), true
		case covered == 2 && strings.HasSuffix(j.Path, "b.jpg"):
			r.New, r.NeedsLook = at(500), true
		}
		return r
	}
	tr.clean(newReview(tr.items))
	if shown := tr.dialogTexts(); !strings.Contains(shown, "In 2 copies the second look found something new") {
		t.Errorf("the first summary:\n%s", shown)
	}
	if got := stateText(tr.items[1]); got != "Needs a look" {
		t.Errorf("state %q", got)
	}
	test.Tap(tr.dialogButton("Cover and clean again (2)"))
	if n := len(tr.exporter.jobs); n != 2 {
		t.Fatalf("%d cleaned again, want 2", n)
	}
	for _, want := range []string{"3 of 3 photos have a clean copy.", "In 1 copy the second look found something new", "6 pieces of hidden data were removed. 5 places were covered."} {
		if shown := tr.dialogTexts(); !strings.Contains(shown, want) {
			t.Errorf("%q is not in the second summary:\n%s", want, shown)
		}
	}
	test.Tap(tr.dialogButton("Cover and clean again (1)"))
	if shown := tr.dialogTexts(); strings.Contains(shown, "something new") || strings.Contains(shown, "Cover and clean again") {
		t.Errorf("the last summary:\n%s", shown)
	}
	if len(tr.exporter.jobs) != 1 || len(tr.exporter.jobs[0].Plan.Regions) != 3 {
		t.Errorf("%+v", tr.exporter.jobs)
	}
	tr.dialog.Dismiss()
	tr.list.Select(1)
	tr.undoEdit()
	if n := tr.items[1].marks.covered(); n != 2 {
		t.Errorf("undone: %d covered, want 2", n)
	}
}

// A copy that needs a look says so until somebody says that it was looked at.
func TestLeaveItSo(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos["a.jpg"] = street()
	tr.exporter.result = func(j export.Job) *export.Result {
		r := cleanResult(j)
		r.New, r.NeedsLook = []check.Detection{{Kind: "face", Box: check.Box{X: 9, Y: 9, W: 9, H: 9}}}, true
		return r
	}
	tr.add("a.jpg")
	test.Tap(tr.button("Clean"))
	tr.mustShow("Look at this copy", "Needs a look")
	test.Tap(tr.button("I had a look: leave it so"))
	tr.mustShow("Clean copy made", "Cleaned, was 23")
	tr.mustNotShow("Needs a look", "I had a look")
}

// A copy in which something new was found gets no tick before it was looked at.
func TestNoTickBeforeALook(t *testing.T) {
	newTrial(t)
	p := street()
	it := &item{state: cleaned, photo: p, marks: newMarks(p), result: cleanResult(export.Job{Photo: p})}
	tick := little.symbol().Name()
	if got := symbolOf(it).Name(); got != tick {
		t.Errorf("a clean copy has %s, want %s", got, tick)
	}
	it.marks.found([]check.Detection{{Kind: "face", Box: check.Box{X: 9, Y: 9, W: 9, H: 9}}})
	if got := symbolOf(it).Name(); got == tick {
		t.Error("a copy with something new has a tick")
	}
	it.seen = true
	if got := symbolOf(it).Name(); got != tick {
		t.Errorf("once seen it has %s, want %s", got, tick)
	}
}
