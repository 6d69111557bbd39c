package gui

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"blindspot/scrub/redact"
)

// Colours over a photo are the same in light and dark: they must be seen on any
// picture, so each light line has a dark one under it.
var (
	openLine    = color.NRGBA{R: 0xff, G: 0xc1, B: 0x2e, A: 0xff}
	coveredLine = color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
	underLine   = color.NRGBA{A: 0xb0}
	coverFill   = color.NRGBA{R: 0x14, G: 0x17, B: 0x1c, A: 0xc0}
	coverHatch  = color.NRGBA{R: 0x5a, G: 0x64, B: 0x73, A: 0xff}
	labelFill   = color.NRGBA{A: 0xc8}
)

const (
	hatchStep                = 12    // pixels between two lines of the hatching
	smallLabel               = 46    // boxes narrower than this show their label only when pointed at
	dividerWidth, handleSide = 4, 22 // between a photo and its copy
	maxLabels                = 16    // where there are more, as on a page of text, labels hide the picture
	crossSide                = 20    // of the patch with the cross that takes an own box away
)

type boxRenderer struct {
	view    *boxView
	image   *canvas.Image
	copied  *canvas.Image   // over image, to the right of divider
	clip    *container.Clip // holds copied
	divider *canvas.Rectangle
	handle  *canvas.Circle
	sides   [2]*sideName // of the photo, of the copy
	boxes   []*boxShape
	rubber  *boxShape // what is being drawn
	ring    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func newBoxRenderer(b *boxView) *boxRenderer {
	r := &boxRenderer{view: b, image: &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest}}
	r.copied = &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleFastest}
	r.clip = container.NewClip(container.NewWithoutLayout(r.copied))
	r.divider, r.handle = canvas.NewRectangle(coveredLine), canvas.NewCircle(coveredLine)
	r.divider.StrokeColor, r.divider.StrokeWidth = underLine, 1
	r.handle.StrokeColor, r.handle.StrokeWidth = underLine, 2
	r.sides = [2]*sideName{newSideName(word("gui.compare.photo")), newSideName(word("gui.compare.copy"))}
	r.rubber = newBoxShape()
	r.ring = canvas.NewRectangle(color.Transparent)
	r.ring.StrokeWidth, r.ring.CornerRadius = 2, 4
	r.Refresh()
	return r
}

func (r *boxRenderer) Destroy()                     {}
func (r *boxRenderer) MinSize() fyne.Size           { return fyne.NewSize(240, 180) }
func (r *boxRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *boxRenderer) Layout(size fyne.Size) {
	pos, frame := r.view.view.frame()
	r.pick(frame.Width)
	r.split(pos, frame, size)
	r.image.Move(pos)
	r.image.Resize(frame)
	r.ring.Resize(size)
	for i, s := range r.boxes {
		s.place(r.view.view, r.view.places[i])
		if s.own {
			s.placeCross(r.view.cross(i))
		}
	}
	r.collect()
}

// Refresh repaints without canvas.Refresh of the whole widget: that would upload
// the picture again each time the mouse meets a box.
func (r *boxRenderer) Refresh() {
	b := r.view
	for len(r.boxes) < len(b.marks) {
		r.boxes = append(r.boxes, newBoxShape())
	}
	r.boxes = r.boxes[:len(b.marks)]
	for i, s := range r.boxes {
		s.show(b.marks[i], i == b.hovered, i == b.selected && b.focused())
	}
	r.ring.StrokeColor = color.Transparent
	if b.focused() {
		r.ring.StrokeColor = theme.Color(theme.ColorNameFocus)
	}
	r.Layout(b.Size())
	r.ring.Refresh()
}

// pick takes the level of the picture that fits best where it is width wide.
func (r *boxRenderer) pick(width float32) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.view); c != nil {
		width *= c.Scale()
	}
	for image, levels := range map[*canvas.Image]levels{r.image: r.view.picture, r.copied: r.view.copied} {
		if picture := levels.shown(width); image.Image != picture {
			image.Image = picture
			image.Refresh()
		}
	}
}

// split lays out the copy beside the photo, which lies at pos and is as large as
// frame, in a view of size.
func (r *boxRenderer) split(pos fyne.Position, frame, size fyne.Size) {
	at := r.view.split * size.Width
	r.clip.Move(fyne.NewPos(at, 0))
	r.clip.Resize(fyne.NewSize(size.Width-at, size.Height))
	r.copied.Move(pos.SubtractXY(at, 0))
	r.copied.Resize(frame)
	r.divider.Move(fyne.NewPos(at-dividerWidth/2, 0))
	r.divider.Resize(fyne.NewSize(dividerWidth, size.Height))
	r.handle.Move(fyne.NewPos(at-handleSide/2, (size.Height-handleSide)/2))
	r.handle.Resize(fyne.NewSquareSize(handleSide))
	photo, copied := r.sides[0], r.sides[1]
	photo.place(fyne.NewPos(at-photo.size().Width-handleSide/2, viewPadding))
	photo.show(photo.back.Position().X >= 0)
	copied.place(fyne.NewPos(at+handleSide/2, viewPadding))
	copied.show(at+handleSide/2+copied.size().Width <= size.Width)
}

// collect lists what is to be painted, the mark pointed at last.
func (r *boxRenderer) collect() {
	b := r.view
	r.objects = r.objects[:0]
	if len(b.picture) > 0 {
		r.objects = append(r.objects, r.image)
	}
	if b.comparing() {
		r.objects = append(r.objects, r.clip, r.divider, r.handle)
		for _, s := range r.sides {
			r.objects = append(r.objects, s.back, s.text)
		}
	}
	for _, s := range r.boxes { // below all outlines: one box may lie in another
		if s.covered {
			r.objects = append(r.objects, s.hatch)
		}
	}
	for i, s := range r.boxes {
		if i != b.hovered && (!s.minor || i == b.selected) {
			r.objects = append(r.objects, s.under, s.line)
		}
	}
	labels, l := r.label()
	r.objects = append(r.objects, labels...)
	if b.hovered >= 0 {
		s := r.boxes[b.hovered]
		l.insist(s)
		r.objects = append(r.objects, s.under, s.line)
		r.objects = append(r.objects, s.labelObjects()...)
	}
	for _, s := range r.boxes {
		if s.own {
			r.objects = append(r.objects, s.crossBack, s.cross)
		}
	}
	if b.drawing {
		if box, ok := b.view.drawn(b.from, b.to); ok {
			r.rubber.show(mark{covered: true}, false, false) // its cross is not shown
			r.rubber.place(b.view, box)
			r.objects = append(r.objects, r.rubber.hatch, r.rubber.under, r.rubber.line)
		}
	}
	r.objects = append(r.objects, r.ring)
}

// sideName says which side of the line shows what.
type sideName struct {
	back *canvas.Rectangle
	text *canvas.Text
}

func newSideName(name string) *sideName {
	s := &sideName{back: canvas.NewRectangle(labelFill), text: canvas.NewText(name, color.White)}
	s.back.CornerRadius = 3
	return s
}

func (s *sideName) size() fyne.Size { return s.text.MinSize().AddWidthHeight(12, 4) }

func (s *sideName) place(pos fyne.Position) {
	s.back.Move(pos)
	s.back.Resize(s.size())
	s.text.Move(pos.AddXY(6, 2))
	s.text.Resize(s.text.MinSize())
}

// show shows or hides it: where it has no room it would be cut.
func (s *sideName) show(on bool) { s.back.Hidden, s.text.Hidden = !on, !on }

// boxShape draws one mark.
type boxShape struct {
	under, line *canvas.Rectangle
	hatch       *canvas.Raster
	back        *canvas.Rectangle
	label       *canvas.Text
	icon        *canvas.Image
	iconOf      fyne.Resource // without its colour

	cross     *canvas.Image // of an own box: takes it away
	crossBack *canvas.Circle

	own              bool
	covered, pointed bool
	minor            bool
	face             bool // one can see the face in it: no label lies on it
	told             bool // its label is shown however small it is
	unlabelled       bool // unless pointed at
	short            bool // its label is a symbol alone
}

func newBoxShape() *boxShape {
	s := &boxShape{
		under: canvas.NewRectangle(color.Transparent),
		line:  canvas.NewRectangle(color.Transparent),
		back:  canvas.NewRectangle(labelFill),
		label: canvas.NewText("", color.White),
		icon:  canvas.NewImageFromResource(nil),
	}
	s.hatch = canvas.NewRaster(hatching)
	s.cross = canvas.NewImageFromResource(theme.NewColoredResource(theme.CancelIcon(), colorNameOnPhoto))
	s.crossBack = canvas.NewCircle(labelFill)
	s.crossBack.StrokeColor, s.crossBack.StrokeWidth = coveredLine, 1
	s.under.StrokeColor, s.under.CornerRadius = underLine, 3
	s.line.CornerRadius, s.back.CornerRadius = 3, 3
	return s
}

// show takes on the looks of m.
func (s *boxShape) show(m mark, pointed, selected bool) {
	s.own, s.covered, s.pointed, s.face = m.own(), m.covered, pointed, isFace(m)
	s.line.StrokeColor, s.line.StrokeWidth = openLine, 2
	if m.covered {
		s.line.StrokeColor = coveredLine
	}
	s.minor, s.told = m.minor && !m.covered, m.fresh
	if s.minor {
		s.line.StrokeWidth = 1
	}
	if pointed || selected {
		s.line.StrokeWidth = 3.5
	}
	s.under.StrokeWidth = s.line.StrokeWidth + 2
	s.label.TextSize = theme.CaptionTextSize()
	s.label.Text = markName(m)
	if m.covered && m.style != "" {
		s.label.Text += " · " + styleName(m.style)
	}
	icon := theme.VisibilityIcon()
	if m.covered {
		icon = theme.VisibilityOffIcon()
	}
	if s.iconOf != icon { // a picture to draw anew, for each of many boxes
		s.iconOf = icon
		s.icon.Resource = theme.NewColoredResource(icon, colorNameOnPhoto)
		s.icon.Refresh()
	}
	s.line.Refresh()
	s.label.Refresh()
}

// place moves s to where v shows box.
func (s *boxShape) place(v viewport, box redact.Box) {
	pos, size := v.place(box)
	s.line.Move(pos)
	s.line.Resize(size)
	s.under.Move(pos.SubtractXY(1, 1))
	s.under.Resize(size.AddWidthHeight(2, 2))

	// A raster is as large as its object: zoomed in, only what is seen is drawn.
	left, top := max(pos.X, 0), max(pos.Y, 0)
	right, bottom := min(pos.X+size.Width, v.size.Width), min(pos.Y+size.Height, v.size.Height)
	s.hatch.Move(fyne.NewPos(left, top))
	s.hatch.Resize(fyne.NewSize(max(0, right-left), max(0, bottom-top)))

	hidden := right <= left || bottom <= top
	s.unlabelled = hidden || s.minor || !s.told && size.Width < smallLabel
}

// placeCross puts the cross at a.
func (s *boxShape) placeCross(a area) {
	const inset = 4
	s.crossBack.Move(a.pos)
	s.crossBack.Resize(a.size)
	s.cross.Move(a.pos.AddXY(inset, inset))
	s.cross.Resize(a.size.SubtractWidthHeight(2*inset, 2*inset))
}

// area is where the box lies in the view.
func (s *boxShape) area() area { return area{s.line.Position(), s.line.Size()} }

// labelSize is the size of the patch behind the label; short is of the symbol alone.
func (s *boxShape) labelSize(short bool) fyne.Size {
	text := s.label.MinSize()
	if short {
		return fyne.NewSize(labelIcon()+6, text.Height+2)
	}
	return fyne.NewSize(labelIcon()+text.Width+10, text.Height+2)
}

// labelIcon is the side of the symbol in a label.
func labelIcon() float32 { return theme.CaptionTextSize() + 2 }

// putLabel puts the label at a, or only its symbol where short says so.
func (s *boxShape) putLabel(a area, short bool) {
	side := labelIcon()
	s.back.Move(a.pos)
	s.back.Resize(a.size)
	s.icon.Move(a.pos.AddXY(3, (a.size.Height-side)/2))
	s.icon.Resize(fyne.NewSquareSize(side))
	s.label.Move(a.pos.AddXY(side+6, 1))
	s.label.Resize(s.label.MinSize())
	s.short = short
}

// labelArea is where the label was put.
func (s *boxShape) labelArea() area { return area{s.back.Position(), s.back.Size()} }

// labelObjects are what the label consists of.
func (s *boxShape) labelObjects() []fyne.CanvasObject {
	if s.short {
		return []fyne.CanvasObject{s.back, s.icon}
	}
	return []fyne.CanvasObject{s.back, s.icon, s.label}
}

// hatching is a dark w × h picture with diagonal lines.
func hatching(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := coverFill
			if (x+y)%hatchStep < 2 {
				c = coverHatch
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}
