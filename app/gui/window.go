package gui

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/app/gui/portal"
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
	voice     func(language string) (Checker, Exporter)
	checker   Checker
	exporter  Exporter
	installer Installer
	detectors Detectors
	idle      func() error // nil where nothing can be given back

	work sync.WaitGroup // the goroutines that were started
	// closed is set once the window's goroutine has ended: Fyne would then run on
	// the caller's what it is given.
	closed atomic.Bool

	// What tests replace.
	spawn     func(func())
	expand    func(ctx context.Context, paths []string, noRecurse bool) (*check.List, error)
	preview   func(ctx context.Context, path string) (levels, error)
	miniature func(ctx context.Context, path string) []byte
	reveal    func(path string) error
	discard   func(export.Copy) error
	portal    func(context.Context, portal.Options) ([]string, error)
	modifiers func() fyne.KeyModifier
	now       func() time.Time
	after     func(d time.Duration, f func()) // runs f on the window's goroutine

	life context.Context // ends when the window is closed
	end  context.CancelFunc

	album
	choices
	jobs
	widgets

	made      copies
	off       off
	atlas     *atlas            // nil where no map can be drawn
	comparing bool              // the selected photo with its copy
	forget    bool              // nothing is kept for the next start
	sampleDir string            // folder of the sample; empty until it is tried
	dialog    dialog.Dialog     // the one that is open; nil where none is
	page      fyne.CanvasObject // what dialog shows, where that is of our own making
	then      func()            // what waits for it to close; nil where nothing does
	choosing  bool              // a dialog of the desktop is open
}

// New makes the window in a, without showing it.
func New(a fyne.App, c Config) *Window {
	prefs := a.Preferences()
	w := &Window{
		app:       a,
		win:       a.NewWindow("Blindspot"),
		voice:     c.Speak,
		installer: c.Installer,
		detectors: c.Detectors,
		idle:      c.Idle,
		expand:    check.Expand,
		preview:   preview,
		miniature: miniature,
		reveal:    showInFolder,
		discard:   export.Copy.Discard,
		portal:    portal.Open,
		modifiers: heldModifiers,
		now:       time.Now,
		album:     newAlbum(),
		made:      copies{},
	}
	w.life, w.end = context.WithCancel(context.Background())
	w.spawn, w.after = w.work.Go, w.later
	w.speak(prefs.String(keyLanguage))
	w.restore()
	w.build()
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
	w.work.Go(w.keepAlive)
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
	w.end()
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
		dialog.ShowInformation(word("gui.show-in-folder"),
			word("gui.show-in-folder.refused", values{"Folder": tilde(filepath.Dir(path))}), w.win)
	}
}
