package gui

import (
	"net/url"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// lastFolder is where Fyne's file dialog notes which folder it showed last. That
// is forgotten after each dialog.
const lastFolder = "fyne:fileDialogLastFolder"

// photoExtensions are offered by the file dialog. What a file really is, is told
// by its content.
var photoExtensions = []string{
	".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".avif", ".tif", ".tiff", ".gif", ".bmp",
}

// askPhoto asks for a photo to add.
func (w *Window) askPhoto() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			dialog.ShowError(err, w.win)
		case r != nil:
			path := r.URI().Path()
			r.Close()
			w.Add([]string{path})
		}
	}, w.win)
	d.SetFilter(storage.NewExtensionFileFilter(photoExtensions))
	d.SetConfirmText(word("gui.add"))
	w.ask(d)
}

// askFolder asks for a folder of photos to add.
func (w *Window) askFolder() {
	d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		switch {
		case err != nil:
			dialog.ShowError(err, w.win)
		case u != nil:
			w.Add([]string{u.Path()})
		}
	}, w.win)
	d.SetConfirmText(word("gui.add"))
	w.ask(d)
}

// askExportFolder asks where clean copies go.
func (w *Window) askExportFolder() {
	d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		switch {
		case err != nil:
			dialog.ShowError(err, w.win)
		case u != nil:
			w.setFolder(u.Path())
		}
	}, w.win)
	d.SetConfirmText(word("gui.folder.choose"))
	w.ask(d)
}

// setFolder makes path the export folder.
func (w *Window) setFolder(path string) {
	w.folder = path
	w.app.Preferences().SetString(keyFolder, path)
	w.cleaner.folder.SetText(tilde(path))
	w.cleaner.fail("")
}

// ask shows a file dialog, starting in the folder for pictures, and sees to it
// that no folder is remembered.
func (w *Window) ask(d *dialog.FileDialog) {
	if start := startFolder(); start != nil {
		d.SetLocation(start)
	}
	w.open(d, 900, 640, w.forgetFolder)
}

// forgetFolder forgets where a file dialog was.
func (w *Window) forgetFolder() { w.app.Preferences().RemoveValue(lastFolder) }

// open shows d at width × height, or what fits of it, unless another dialog is
// open. closed may be nil.
func (w *Window) open(d dialog.Dialog, width, height float32, closed func()) {
	if w.dialog != nil {
		return
	}
	w.dialog = d
	d.SetOnClosed(func() {
		w.dialog = nil
		if closed != nil {
			closed()
		}
		if f := w.then; f != nil {
			w.then = nil
			f()
		}
	})
	size := w.win.Canvas().Size()
	d.Resize(fyne.NewSize(min(width, size.Width*.9), min(height, size.Height*.9)))
	d.Show()
}

// openPage opens content under title, with a button that closes it.
func (w *Window) openPage(title string, content fyne.CanvasObject, width, height float32) {
	closing := newButton(word("gui.close"), nil, func() { w.dialog.Dismiss() })
	body := container.NewBorder(nil, container.NewCenter(closing), nil, nil, content)
	w.open(dialog.NewCustomWithoutButtons(title, body, w.win), width, height, nil)
}

// whenFree runs f, which opens a dialog, as soon as no other one is open.
func (w *Window) whenFree(f func()) {
	if w.dialog == nil {
		f()
		return
	}
	w.then = f
}

// startFolder is the folder for pictures, else the user's own; nil for neither.
func startFolder() fyne.ListableURI {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	for _, dir := range []string{filepath.Dir(defaultExportFolder()), home} {
		if u, err := storage.ListerForURI(storage.NewFileURI(dir)); err == nil {
			return u
		}
	}
	return nil
}

// unescaped is the path of a file: address; the address itself where it is none.
func unescaped(path string) string {
	if p, err := url.PathUnescape(path); err == nil {
		return p
	}
	return path
}
