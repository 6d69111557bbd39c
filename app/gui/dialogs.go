package gui

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/storage"

	"blindspot/app/gui/portal"
)

// lastFolder is where Fyne's file dialog notes which folder it showed last. That
// is forgotten after each dialog.
const lastFolder = "fyne:fileDialogLastFolder"

// photoExtensions are offered by the file dialog. What a file really is, is told
// by its content.
var photoExtensions = []string{
	".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".avif", ".tif", ".tiff", ".gif", ".bmp",
}

// askPhoto asks for photos to add: several at once with the desktop's dialog, one with
// Fyne's.
func (w *Window) askPhoto() {
	o := portal.Options{Title: word("gui.add-photos.title"), Accept: word("gui.add"), Multiple: true,
		Kind: word("gui.files.photos"), AllKinds: word("gui.files.all"), MIMETypes: []string{"image/*"}}
	w.askDesktop(o, w.Add, func() {
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
		d.SetConfirmText(o.Accept)
		w.ask(d)
	})
}

// askFolder asks for folders of photos to add.
func (w *Window) askFolder() {
	w.chooseFolder(portal.Options{Title: word("gui.add-folder.title"), Accept: word("gui.add"), Multiple: true}, w.Add)
}

// askExportFolder asks where clean copies go.
func (w *Window) askExportFolder() {
	w.chooseFolder(portal.Options{Title: word("gui.folder.title"), Accept: word("gui.folder.choose")},
		func(paths []string) { w.setFolder(paths[0]) })
}

// chooseFolder asks for what o says, which are folders, and hands them to take.
func (w *Window) chooseFolder(o portal.Options, take func(paths []string)) {
	o.Folder = true
	w.askDesktop(o, take, func() {
		d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
			switch {
			case err != nil:
				dialog.ShowError(err, w.win)
			case u != nil:
				take([]string{u.Path()})
			}
		}, w.win)
		d.SetConfirmText(o.Accept)
		w.ask(d)
	})
}

// askDesktop asks with the desktop's own dialog for what o says, and hands what was chosen
// to take. Where there is none, another asks.
func (w *Window) askDesktop(o portal.Options, take func(paths []string), another func()) {
	if w.dialog != nil || w.choosing {
		return
	}
	w.choosing = true
	o.Parent = windowHandle(w.win)
	if start := startFolder(); start != nil {
		o.Start = start.Path()
	}
	w.spawn(func() {
		paths, err := w.portal(w.life, o)
		w.do(func() {
			w.choosing = false
			switch {
			case err != nil && w.life.Err() == nil:
				another()
			case len(paths) > 0:
				take(paths)
			}
		})
	})
}

// windowHandle names win to the desktop, which puts its dialogs over it; empty where it
// has no name that desktops know.
func windowHandle(win fyne.Window) (name string) {
	if native, ok := win.(driver.NativeWindow); ok {
		native.RunNative(func(context any) {
			if x, ok := context.(driver.X11WindowContext); ok {
				name = fmt.Sprintf("x11:%x", x.WindowHandle)
			}
		})
	}
	return name
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
	w.openBody(title, body, width, height)
}

// openBody opens body, which has its own buttons, under title.
func (w *Window) openBody(title string, body fyne.CanvasObject, width, height float32) {
	if w.dialog != nil {
		return
	}
	w.page = body
	w.open(dialog.NewCustomWithoutButtons(title, body, w.win), width, height, func() { w.page = nil })
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
