package gui

import (
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/theme"
	"github.com/disintegration/imaging"

	"blindspot/app/check"
	"blindspot/app/export"
	"blindspot/internal/testenv"
	"blindspot/scan/metadata"
)

var (
	update = flag.Bool("update", false, "write the golden pictures anew; look at them before they are committed")
	shots  = flag.String("shots", "", "paint the states of the golden pictures, light and dark and in full size, into this folder")
)

// shot is a state of the window that is painted.
type shot struct {
	reach    func(*trial)
	shade    shade
	language string
	scale    float32
}

// goldens are the states that a golden picture is kept of.
var goldens = map[string]shot{
	"empty":      {reach: reach["empty"]},
	"checking":   {reach: reach["checking"]},
	"findings":   {reach: reach["findings"]},
	"compare":    {reach: reach["compare"]},
	"cleaned":    {reach: reach["cleaned"]},
	"review":     {reach: reach["review"]},
	"tally":      {reach: reach["tally"]},
	"look":       {reach: reach["look"]},
	"tally-look": {reach: reach["tally-look"]},
	"settings":   {reach: reach["settings"]},
	"keys":       {reach: reach["keys"]},
	"dark":       {reach: reach["findings"], shade: dark},
	"german":     {reach: reach["findings"], language: "de"},
	"large-text": {reach: reach["findings"], scale: 1.5},
}

// paint is the window in the state of s.
func paint(t *testing.T, s shot) image.Image {
	t.Helper()
	t.Setenv("HOME", t.TempDir()) // the folder for copies is shown as within it
	t.Setenv("XDG_CONFIG_HOME", "")
	tr := newTrial(t)
	if s.language != "" {
		tr.setLanguage(s.language)
		tr.dialog.Dismiss()
		t.Cleanup(func() { tr.setLanguage("en") })
	}
	if s.shade == "" {
		s.shade = light
	}
	tr.setLook(look{Theme: theme.DefaultTheme(), shade: s.shade, scale: s.scale})
	tr.checker.photos["street.jpg"], tr.checker.photos["plain.png"] = street(), plain()
	s.reach(tr)
	tr.app.Settings().SetTheme(tr.look)
	return software.RenderCanvas(tr.win.Canvas(), tr.app.Settings().Theme())
}

// TestShots paints all states, to be looked at.
func TestShots(t *testing.T) {
	if *shots == "" {
		t.Skip("no -shots")
	}
	for name, how := range reach {
		for _, shade := range []shade{light, dark} {
			t.Run(name+"-"+string(shade), func(t *testing.T) {
				writePicture(t, filepath.Join(*shots, name+"-"+string(shade)+".png"), paint(t, shot{reach: how, shade: shade}))
			})
		}
	}
}

// A golden picture is kept at half the size and with colours in steps of 8. One that
// is painted may differ from it as processors round differently, not by what it shows:
// a letter more changes hundreds of pixels.
const (
	goldenStep = 8
	// goldenDelta is how far a channel of a pixel may be off.
	goldenDelta = 3 * goldenStep
	// goldenOff is how many pixels may be off by more.
	goldenOff = 60
)

// golden is picture as it is kept.
func golden(picture image.Image) *image.NRGBA {
	small := imaging.Resize(picture, picture.Bounds().Dx()/2, 0, imaging.Box)
	for i := range small.Pix {
		small.Pix[i] = small.Pix[i] / goldenStep * goldenStep
	}
	for i := 3; i < len(small.Pix); i += 4 {
		small.Pix[i] = 0xff
	}
	return small
}

// The main states look as they did when somebody looked at them: testdata/golden.
func TestGoldens(t *testing.T) {
	if testing.Short() {
		t.Skip("paints every state")
	}
	for name, s := range goldens {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", "golden", name+".png")
			got := golden(paint(t, s))
			if *update {
				writePicture(t, file, got)
				return
			}
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			want, err := png.Decode(f)
			if err != nil {
				t.Fatal(err)
			}
			if off := differing(got, want); off > goldenOff {
				failed := filepath.Join(testenv.Root(t), "build", "golden-"+name+".png")
				writePicture(t, failed, got)
				t.Errorf("%d pixels are not as in %s: see %s; -update takes them over", off, file, failed)
			}
		})
	}
}

// A changed word is seen.
func TestGoldensSeeAWord(t *testing.T) {
	before := golden(paint(t, shot{reach: reach["findings"]}))
	after := golden(paint(t, shot{reach: func(tr *trial) {
		tr.checker.photos["street.jpg"].Findings[0].Title = "The photo says when it was taken"
		reach["findings"](tr)
	}}))
	if off := differing(before, after); off <= goldenOff {
		t.Errorf("only %d pixels differ", off)
	}
}

// differing is the number of pixels in which a and b differ by more than goldenDelta.
func differing(a, b image.Image) int {
	if a.Bounds() != b.Bounds() {
		return a.Bounds().Dx() * a.Bounds().Dy()
	}
	n := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := color.NRGBAModel.Convert(a.At(x, y)).(color.NRGBA), color.NRGBAModel.Convert(b.At(x, y)).(color.NRGBA)
			if max(apart(p.R, q.R), apart(p.G, q.G), apart(p.B, q.B)) > goldenDelta {
				n++
			}
		}
	}
	return n
}

func apart(a, b uint8) int { return int(max(a, b)) - int(min(a, b)) }

func writePicture(t *testing.T, file string, picture image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(f, picture); err != nil {
		t.Fatal(err)
	}
}

// findNew makes the second look at copies find a face, and earlier copies be there.
func findNew(tr *trial) {
	n, dir := 0, defaultExportFolder() // in a home of the test's own, whose path is not shown
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tr.t.Fatal(err)
	}
	tr.exporter.result = func(j export.Job) *export.Result {
		r := cleanResult(j)
		n++
		r.Output = ptr(filepath.Join(dir, fmt.Sprintf("photo-%04d.jpg", n)))
		if err := os.WriteFile(*r.Output, nil, 0o600); err != nil {
			tr.t.Fatal(err)
		}
		if filepath.Base(j.Path) == "street.jpg" {
			r.New, r.NeedsLook = []check.Detection{{Kind: "face", Box: check.Box{X: 2200, Y: 400, W: 300, H: 360}}}, true
		}
		return r
	}
}

// reach holds ways into the states of the window.
var reach = map[string]func(*trial){
	"empty": func(tr *trial) {},
	"missing-detectors": func(tr *trial) {
		tr.models.installed = false
		tr.lookUp(nil)
	},
	"findings": func(tr *trial) { tr.add("street.jpg", "plain.png", "broken.jpg") },
	"drawn": func(tr *trial) {
		tr.add("street.jpg")
		tr.drag(tr.view.middle(), tr.view.middle().AddXY(-120, 90))
		tr.view.hover(0)
	},
	"compare": func(tr *trial) {
		tr.add("street.jpg")
		tr.cleanActed()
		tr.preview = func(context.Context, string) (levels, error) {
			p := picture(400, 300)
			draw.Draw(p, image.Rect(150, 80, 260, 200), image.White, image.Point{}, draw.Src)
			return newLevels(p), nil
		}
		tr.compare()
	},
	"settings": func(tr *trial) { tr.showSettings() },
	"keys":     func(tr *trial) { tr.showKeys() },
	"review": func(tr *trial) {
		tr.add("street.jpg", "plain.png")
		tr.items[1].photo.Checked.Faces, tr.items[1].photo.ScoreIsUpperBound = false, true
		tr.cleanAll()
	},
	"tally": func(tr *trial) {
		tr.add("street.jpg", "plain.png")
		tr.clean(newReview(tr.items))
	},
	"look": func(tr *trial) {
		findNew(tr)
		tr.add("street.jpg", "plain.png")
		tr.cleanActed()
	},
	"tally-look": func(tr *trial) {
		findNew(tr)
		tr.add("street.jpg", "plain.png")
		tr.clean(newReview(tr.items))
		tr.dialog.Dismiss()
		tr.clean(newReview(tr.items))
	},
	"box-menu": func(tr *trial) {
		tr.add("street.jpg")
		tr.showBoxMenu(0, tr.centre(0))
	},
	"large-text": func(tr *trial) {
		tr.add("street.jpg", "plain.png")
		tr.chooseAll()
		tr.look.scale = 1.5
	},
	"map": func(tr *trial) {
		dir := testenv.Places(tr.t)
		tr.models.files = map[string]string{
			taskLand: filepath.Join(dir, "ne_50m_land.json"), taskCountries: filepath.Join(dir, "ne_110m_admin_0_countries.json"),
		}
		tr.lookUp(nil)
		p := street()
		p.Findings[0].Rule, p.Position = "location.gps", &metadata.Position{Latitude: 48.8584, Longitude: 2.2945}
		tr.checker.photos["street.jpg"] = p
		tr.add("street.jpg")
	},
	"menu": func(tr *trial) {
		tr.add("street.jpg", "plain.png")
		tr.showArrangeMenu(tr.count)
	},
	"details": func(tr *trial) {
		tr.add("street.jpg")
		tr.showDetails(tr.selected.photo)
	},
	"cleaned": func(tr *trial) {
		tr.add("street.jpg", "plain.png")
		tr.cleanActed()
	},
	"upper-bound": func(tr *trial) {
		p := plain()
		p.Score, p.ScoreIsUpperBound, p.Checked = ptr(83), true, check.Checked{Metadata: true}
		tr.checker.photos["half.jpg"] = p
		tr.add("half.jpg", "street.jpg")
	},
	"checking": func(tr *trial) {
		reached, stop := make(chan struct{}), make(chan struct{})
		n := 0
		tr.checker.during = func() {
			if n++; n == 2 { // the first photo is checked
				close(reached)
				<-stop
			}
		}
		var check sync.WaitGroup
		at := tr.spawn
		tr.spawn = func(f func()) {
			tr.spawn = at // the photo is decoded at once, as ever
			check.Go(f)
		}
		tr.t.Cleanup(func() {
			close(stop)
			check.Wait()
		})
		tr.add("street.jpg", "plain.png", "broken.jpg")
		<-reached
	},
}
