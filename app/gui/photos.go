package gui

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"blindspot/app/check"
	"blindspot/vision/background"
)

// jobs is what is going on.
type jobs struct {
	queue      []batch
	checking   context.CancelFunc // nil while nothing is checked
	cleaning   context.CancelFunc // nil while nothing is cleaned
	installing context.CancelFunc // nil while nothing is installed
	decoding   context.CancelFunc // of the latest preview
	done, all  int                // photos of the queue that are checked, and all of it
	pace       pace               // of the checks
	stale      bool               // what is being checked is to be checked again
	due        map[*item]bool     // photos of which something is new that is not shown yet
}

// batch is what is checked at one go: paths that were added, or photos of the
// list that are to be checked again.
type batch struct {
	paths []string
	again []*item
}

// Add adds photos and folders to the list and checks them after what is being
// checked. It returns at once.
func (w *Window) Add(paths []string) {
	if len(paths) == 0 {
		return
	}
	w.queue = append(w.queue, batch{paths: paths})
	w.next()
}

// dropped adds what was dropped on the window.
func (w *Window) dropped(uris []fyne.URI) {
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	w.Add(paths)
}

// pasted adds paths out of text, one a line, as file managers put them into the
// clipboard.
func (w *Window) pasted(text string) {
	var paths []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if path, ok := strings.CutPrefix(line, "file://"); ok {
			line = unescaped(path)
		}
		if filepath.IsAbs(line) {
			paths = append(paths, line)
		}
	}
	w.Add(paths)
}

// recheck checks again what was not fully looked at.
func (w *Window) recheck() {
	var again []*item
	for _, it := range w.items {
		if it.state == checked && it.photo.ScoreIsUpperBound {
			again = append(again, it)
		}
	}
	w.checkThese(again)
}

// checkAgain checks the selected photo again.
func (w *Window) checkAgain() {
	if it := w.selected; it != nil && !it.busy() {
		w.checkThese([]*item{it})
	}
}

func (w *Window) checkThese(again []*item) {
	if len(again) == 0 {
		return
	}
	for _, it := range again {
		it.state = waiting
		w.changed(it)
	}
	w.all += len(again)
	w.queue = append(w.queue, batch{again: again})
	w.next()
}

// next starts on the next batch unless one is being checked.
func (w *Window) next() {
	if w.checking != nil {
		return
	}
	if len(w.queue) == 0 {
		w.done, w.all, w.pace = 0, 0, pace{}
		w.progress.hide()
		w.rest()
		return
	}
	b, folder := w.queue[0], w.folder
	w.queue = w.queue[1:]
	ctx, cancel := context.WithCancel(context.Background())
	w.checking = cancel
	w.pace.start(w.now(), w.done)
	w.showProgress()
	if len(w.items) == 0 {
		w.tell(word("gui.empty.looking"))
	}
	w.spawn(func() {
		defer cancel()
		list, rows, err := w.enlist(ctx, b, folder)
		var report *check.Report
		if err == nil && len(rows) > 0 {
			report, err = w.checker.Run(background.Context(ctx), list, w.options(), func(e check.Event) {
				var thumb []byte
				if e.Thumbnail != nil {
					thumb = thumbnail(e.Thumbnail)
				}
				w.do(func() { w.progressed(rows[e.Index], e.Photo, thumb) })
			})
		}
		w.do(func() { w.batchDone(rows, report, err) })
	})
}

// enlist puts what b holds on the list, unless it is there already; the copies in
// folder are left out. It runs in the batch's goroutine, for a folder may take long to
// walk.
func (w *Window) enlist(ctx context.Context, b batch, folder string) (*check.List, []*item, error) {
	if b.again != nil {
		list := &check.List{}
		for _, it := range b.again {
			list.Paths = append(list.Paths, it.path)
		}
		return list, b.again, nil
	}
	list, err := w.expand(ctx, b.paths, false)
	if err != nil {
		return nil, nil, err
	}
	left := leaveOut(list, b.paths, folder)
	fresh := &check.List{Skipped: list.Skipped}
	var rows []*item
	w.doAndWait(func() {
		listed := w.paths()
		for _, path := range list.Paths {
			if listed[path] {
				continue
			}
			it := &item{path: path, root: rootOf(path, b.paths)}
			rows = append(rows, it)
			w.items = append(w.items, it)
			fresh.Paths = append(fresh.Paths, path)
		}
		w.all += len(rows)
		w.enlisted(list, left)
	})
	return fresh, rows, nil
}

// enlisted shows what was added, and that copies were left out.
func (w *Window) enlisted(list *check.List, copies int) {
	if len(w.items) > 0 && w.empty.Visible() {
		w.empty.Hide()
		w.full.Show()
		w.content.Refresh() // gives the list its size, which it needs to scroll to a row
	}
	var out []string
	if list.Skipped > 0 {
		out = append(out, words("gui.skipped", list.Skipped))
	}
	if copies > 0 {
		out = append(out, words("gui.left-out", copies))
	}
	if len(w.items) == 0 && len(list.Paths) == 0 {
		out = append([]string{word("gui.empty.none")}, out...)
	}
	w.tell(strings.Join(out, " "))
	w.arrange()
	w.showProgress()
	if w.selected == nil && len(w.shown) > 0 {
		w.list.Select(0)
	}
}

// tell says what came of adding photos: under the list, or where there is none on the
// empty window. "" says nothing.
func (w *Window) tell(says string) {
	for _, l := range []*widget.Label{w.skipped, w.notice} {
		l.SetText(says)
		l.Hidden = says == ""
		l.Refresh()
	}
}

// rootOf is that of given which path is or lies in.
func rootOf(path string, given []string) string {
	for _, root := range given {
		rel, err := filepath.Rel(root, path)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return root
		}
	}
	return path
}

// progressed takes in that the check of it starts, or with p what it found.
func (w *Window) progressed(it *item, p *check.Photo, thumb []byte) {
	if p == nil {
		it.state = checking
	} else {
		w.done++
		it.state = checked
		it.photo, it.thumb = p, thumb
		w.list.thumbs.forget(it)
		it.marks = newMarks(p).keeping(it.marks)
		it.result, it.links = nil, nil
		if p.Err != nil {
			it.state = failed
		}
	}
	w.changedSoon(it)
}

// batchDone takes in the end of a batch and starts on the next.
func (w *Window) batchDone(rows []*item, report *check.Report, err error) {
	if len(w.due) > 0 {
		w.showDue() // with the list, not after it
	}
	w.checking = nil
	for _, it := range rows {
		if it.state == waiting || it.state == checking {
			it.state = stopped
			w.changed(it)
		}
	}
	if report != nil && err == nil {
		for _, link := range report.Links {
			for _, i := range link.Photos {
				rows[i].links = append(rows[i].links, link)
			}
		}
		if slices.Contains(rows, w.selected) && len(w.selected.links) > 0 {
			w.showSelected()
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		w.tell(reason(err))
	}
	w.arrange()
	if w.stale {
		w.stale = false
		w.checkThese(slices.DeleteFunc(slices.Clone(rows), func(it *item) bool { return it.state != checked }))
	}
	w.next()
}

// cancelChecks ends what is being checked and drops what waits.
func (w *Window) cancelChecks() {
	for _, b := range w.queue {
		for _, it := range b.again {
			it.state = stopped
			w.changed(it)
		}
	}
	w.queue = nil
	w.stop(w.checking)
}

// showProgress shows how many photos are checked.
func (w *Window) showProgress() {
	if w.checking == nil {
		return
	}
	w.progress.show(float64(w.done)/float64(max(1, w.all)),
		word("gui.progress", values{"Done": w.done, "All": w.all})+w.pace.text(w.now(), w.done, w.all))
}

// removeActed takes the chosen photos off the list, or the selected one. Their files
// stay.
func (w *Window) removeActed() {
	gone := map[*item]bool{}
	for _, it := range w.acted() {
		gone[it] = true
		w.list.thumbs.forget(it)
	}
	if len(gone) == 0 {
		return
	}
	next := w.drop(gone)
	w.comparing = w.comparing && w.selected != nil
	w.arrange()
	switch {
	case len(w.items) == 0:
		w.full.Hide()
		w.empty.Show()
		fallthrough
	case len(w.shown) == 0:
		w.stop(w.decoding)
		w.view.clear()
		w.showSelected()
	case w.selected == nil:
		w.list.Select(min(next, len(w.shown)-1))
	}
}

// captionOf is the name of a photo and its size.
func captionOf(it *item) string {
	name := filepath.Base(it.path)
	if it.photo == nil || it.photo.Width == 0 {
		return name
	}
	return fmt.Sprintf("%s  ·  %d × %d", name, it.photo.Width, it.photo.Height)
}
