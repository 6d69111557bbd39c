package gui

import (
	"net/url"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
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
	})
	size := w.win.Canvas().Size()
	d.Resize(fyne.NewSize(min(width, size.Width*.9), min(height, size.Height*.9)))
	d.Show()
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

// aboutSections are the parts of the page about Blindspot, by key.
var aboutSections = []string{"does", "does-not", "score", "keys", "sources"}

// about says what Blindspot does and, above all, what it does not.
func (w *Window) about() {
	var parts []fyne.CanvasObject
	for _, section := range aboutSections {
		parts = append(parts, heading(word("gui.about."+section)), text(word("gui.about."+section+".says")))
	}
	scroll := container.NewVScroll(container.NewVBox(parts...))
	w.open(dialog.NewCustom(word("gui.about"), word("gui.close"), scroll, w.win), 680, 640, nil)
}

// shortcuts binds the keys that work everywhere in the window.
func (w *Window) shortcuts() {
	const ctrl = fyne.KeyModifierShortcutDefault
	for key, f := range map[desktop.CustomShortcut]func(){
		{KeyName: fyne.KeyO, Modifier: ctrl}:                              w.askPhoto,
		{KeyName: fyne.KeyO, Modifier: ctrl | fyne.KeyModifierShift}:      w.askFolder,
		{KeyName: fyne.KeyReturn, Modifier: ctrl}:                         w.cleanActed,
		{KeyName: fyne.KeyReturn, Modifier: ctrl | fyne.KeyModifierShift}: func() { w.clean(w.dirty()) },
		{KeyName: fyne.KeyI, Modifier: ctrl}: func() {
			if w.selected != nil {
				w.showDetails(w.selected.photo)
			}
		},
		{KeyName: fyne.KeyComma, Modifier: ctrl}: w.showSettings,
		{KeyName: fyne.KeyQ, Modifier: ctrl}:     w.closing,
	} {
		w.shortcut(&key, f)
	}
	w.shortcut(&fyne.ShortcutUndo{}, w.undoEdit)
	w.shortcut(&fyne.ShortcutRedo{}, w.redoEdit)
	w.shortcut(&fyne.ShortcutSelectAll{}, w.chooseAll)
	w.shortcut(&fyne.ShortcutPaste{}, func() { w.pasted(w.app.Clipboard().Content()) })
	w.win.Canvas().SetOnTypedKey(w.typedKey)
}

// shortcut binds s to f, save while a dialog is open.
func (w *Window) shortcut(s fyne.Shortcut, f func()) {
	w.win.Canvas().AddShortcut(s, func(fyne.Shortcut) {
		if w.dialog == nil {
			f()
		}
	})
}

// typedKey takes keys that nothing else wants.
func (w *Window) typedKey(e *fyne.KeyEvent) {
	if w.dialog != nil {
		if e.Name == fyne.KeyEscape {
			w.dialog.Dismiss()
		}
		return
	}
	switch e.Name {
	case fyne.KeyF1:
		w.about()
	case fyne.KeyEscape:
		w.chooseNone()
	case fyne.KeyDelete:
		if w.view.selected >= 0 {
			w.view.TypedKey(e)
		} else {
			w.removeActed()
		}
	case fyne.KeyUp, fyne.KeyDown:
		w.list.TypedKey(e)
	}
}

// unescaped is the path of a file: address; the address itself where it is none.
func unescaped(path string) string {
	if p, err := url.PathUnescape(path); err == nil {
		return p
	}
	return path
}

// dropArea is a large framed surface with its content in the middle.
type dropArea struct {
	widget.BaseWidget
	content fyne.CanvasObject
}

func newDropArea(content fyne.CanvasObject) *dropArea {
	d := &dropArea{content: content}
	d.ExtendBaseWidget(d)
	return d
}

// CreateRenderer implements [fyne.Widget].
func (d *dropArea) CreateRenderer() fyne.WidgetRenderer {
	r := &dropRenderer{area: d, back: canvas.NewRectangle(nil)}
	r.back.StrokeWidth, r.back.CornerRadius = 2, 12
	r.Refresh()
	return r
}

type dropRenderer struct {
	area *dropArea
	back *canvas.Rectangle
}

func (r *dropRenderer) Destroy()           {}
func (r *dropRenderer) MinSize() fyne.Size { return fyne.NewSize(480, 360) }

func (r *dropRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.area.content}
}

func (r *dropRenderer) Layout(size fyne.Size) {
	const margin = 24
	r.back.Move(fyne.NewSquareOffsetPos(margin))
	r.back.Resize(size.SubtractWidthHeight(2*margin, 2*margin))
	width := min(560, size.Width-4*margin)
	r.area.content.Resize(fyne.NewSize(width, r.area.content.MinSize().Height))
	height := r.area.content.MinSize().Height
	r.area.content.Resize(fyne.NewSize(width, height))
	r.area.content.Move(fyne.NewPos((size.Width-width)/2, max(margin, (size.Height-height)/2)))
}

func (r *dropRenderer) Refresh() {
	r.back.FillColor = theme.Color(theme.ColorNameOverlayBackground)
	r.back.StrokeColor = theme.Color(theme.ColorNameInputBorder)
	r.back.Refresh()
	r.area.content.Refresh()
}
