// Package check runs one batch: files are read, their pixels looked at, and what
// an attacker makes of it is worked out, several photos at a time. Start with
// [New] and [Checker.Run].
//
// Each photo goes one way: scan reads the file, pixels decodes it once, for the
// thumbnail, the comparison with its previews and the detectors of vision alike, risk
// judges facts and detections as plain values, and the catalogue of assets puts the
// findings into words. The result is a [Photo], an entry of the JSON document.
package check

import (
	"context"
	"fmt"
	"image"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/errgroup"

	"blindspot/assets"
	"blindspot/risk"
	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scan/preview"
	"blindspot/scrub"
	"blindspot/vision"
)

// ThumbnailSide is the longer side of [Event.Thumbnail] in pixels, at most.
const ThumbnailSide = 256

// Options of a batch. The zero value checks everything for a public post.
type Options struct {
	Audience   risk.Audience  // "" means public
	Setting    vision.Setting // fast or thorough
	NoVision   bool           // look at no pixel
	People     bool           // group faces across the batch
	ShowText   bool           // give what was read unmasked
	Jobs       int            // photos at a time; 0 means as many as cores
	Thumbnails bool           // give each Event a thumbnail
	// Known is what an earlier look saw that is still in the picture, and that this look
	// may miss: it counts where the look finds no such thing in its place.
	Known []Detection
}

// Event tells of one photo of a batch. Events come from several goroutines, one
// at a time.
type Event struct {
	Index     int // of the photo, in the order of [List.Paths]
	Path      string
	Photo     *Photo      // nil when the check of the photo starts
	Thumbnail *image.RGBA // with Options.Thumbnails, when Photo is set; nil if there is none
}

// Checker checks photos. It is safe for concurrent use.
type Checker struct {
	engine    *vision.Engine
	catalogue *assets.Catalogue
	gazetteer *gazetteer
}

// New returns a Checker that looks with engine (nil: no vision) and speaks with
// the words of catalogue.
func New(engine *vision.Engine, catalogue *assets.Catalogue) *Checker {
	return &Checker{engine: engine, catalogue: catalogue}
}

// Run checks the photos of list. on may be nil. It returns an error only when
// ctx ends; a photo that fails has its Error set, and the others go on. With
// Options.People the photos of the report, not those of the events, tell who is
// who.
func (c *Checker) Run(ctx context.Context, list *List, o Options, on func(Event)) (*Report, error) {
	if on == nil {
		on = func(Event) {}
	}
	var mu sync.Mutex
	emit := func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		on(e)
	}
	looks := make([]look, len(list.Paths))
	var g errgroup.Group
	g.SetLimit(Workers(o.Jobs))
	for i, path := range list.Paths {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			emit(Event{Index: i, Path: path})
			looks[i] = c.look(ctx, path, nil, o)
			if ctx.Err() == nil {
				emit(Event{Index: i, Path: path, Photo: looks[i].photo, Thumbnail: looks[i].thumbnail})
			}
			looks[i].thumbnail = nil
			return nil
		})
	}
	_ = g.Wait() // the functions return no error: each photo holds its own
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if o.People {
		groupPeople(looks)
	}
	photos := make([]*Photo, len(looks))
	for i := range looks {
		photos[i] = looks[i].photo
	}
	return newReport(photos, list.Skipped), nil
}

// Workers is the number of photos to work on at a time: jobs, or as many as
// there are cores where jobs is 0.
func Workers(jobs int) int {
	if jobs > 0 {
		return jobs
	}
	return runtime.GOMAXPROCS(0)
}

// One checks the photo at path by its content data, which is read from there where it
// is nil.
func (c *Checker) One(ctx context.Context, path string, data []byte, o Options) *Photo {
	return c.look(ctx, path, data, o).photo
}

// Engine is what the Checker looks with; nil where it doesn't.
func (c *Checker) Engine() *vision.Engine { return c.engine }

// look is a photo and what the batch needs of it beside the report.
type look struct {
	photo     *Photo
	thumbnail *image.RGBA
	faces     []face
}

// look reads and checks one photo, from path where data is nil. A panic, which
// can only be a defect of ours or of a library, fails that photo alone.
func (c *Checker) look(ctx context.Context, path string, data []byte, o Options) (l look) {
	l.photo = newPhoto(path)
	defer func() {
		if r := recover(); r != nil {
			l.photo.fail(fmt.Errorf("checking %s: internal error: %v\n%s", path, r, debug.Stack()))
		}
	}()
	file, err := read(ctx, path, data)
	l.photo = Unscored(path, file, err)
	if file != nil {
		l.photo.SHA256 = file.SHA256()
	}
	if err != nil {
		return l
	}
	c.noteDamage(l.photo)
	parts, unfollowed := scrub.Parts(ctx, file)
	l.photo.Parts = parts
	c.noteUnfollowed(l.photo, unfollowed)
	c.noteGainMap(l.photo)
	if data == nil {
		for _, beside := range scan.Sidecars(path) {
			l.photo.note(c.catalogue.Text("warning.side-car", map[string]any{"Name": filepath.Base(beside)}))
		}
	}
	if !o.NoVision || o.Thumbnails {
		c.see(ctx, file, o, &l)
	}
	l.photo.Place = c.place(file.Position)
	c.assess(l.photo, file, o)
	if !o.ShowText {
		for i := range l.photo.Detections {
			l.photo.Detections[i].Text = mask(l.photo.Detections[i].Text)
		}
	}
	return l
}

func read(ctx context.Context, path string, data []byte) (*scan.Photo, error) {
	if data != nil {
		return scan.Read(ctx, path, data)
	}
	return scan.Open(ctx, path)
}

// View is pic as the detectors take it.
func View(pic *pixels.Picture) vision.Picture {
	v := vision.Picture{RGBA: pic.RGBA, Width: pic.Width, Height: pic.Height}
	if pic.HasParts() {
		v.Part = pic.Part
	}
	return v
}

// see decodes the picture once, for the thumbnail, to compare previews with, and
// for the detectors.
func (c *Checker) see(ctx context.Context, file *scan.Photo, o Options, l *look) {
	side, decode := ThumbnailSide, pixels.Decode
	if !o.NoVision && c.engine != nil {
		in, parts := c.engine.InputSide(o.Setting)
		if side = max(side, in); parts {
			decode = pixels.DecodeParts
		}
	}
	pic, err := decode(ctx, file, side)
	if err != nil {
		l.photo.note(c.catalogue.Text("warning.picture-not-decoded", nil), err.Error())
		return
	}
	defer pic.Close()
	if o.Thumbnails {
		l.thumbnail = pixels.Thumbnail(pic, ThumbnailSide)
	}
	l.photo.Previews = preview.Compare(ctx, file, pic)
	if o.NoVision || c.engine == nil {
		return
	}
	result, err := c.engine.Detect(ctx, View(pic), vision.Options{Setting: o.Setting})
	if err != nil {
		return // ctx has ended, and with it the batch
	}
	l.photo.observe(result)
	l.photo.recall(o.Known)
	// What other pictures show, or transparency hides, nobody has seen.
	if file.Frames > 1 || pic.Hidden {
		l.photo.Checked = Checked{Metadata: l.photo.Checked.Metadata}
	}
	if pic.Hidden {
		l.photo.note(c.catalogue.Text("warning.hidden-colours", nil))
	}
	if file.Frames > 1 {
		l.photo.note(c.catalogue.Text("warning.first-picture-only", map[string]any{"Pictures": file.Frames}))
	}
	c.noteFailed(l.photo, result.Failed)
	c.noteSmall(l.photo, o.Setting)
	if o.People {
		l.faces, err = embed(ctx, c.engine, View(pic), result.Detections)
		if err != nil {
			c.noteFailed(l.photo, map[vision.Check]error{"people": err})
		}
		l.photo.Checked.People = err == nil
	}
}
