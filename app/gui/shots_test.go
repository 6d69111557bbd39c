package gui

import (
	"context"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/theme"

	"blindspot/app/check"
	"blindspot/internal/testenv"
	"blindspot/scan/metadata"
)

// TestScreenshots paints the main states into the folder BLINDSPOT_SHOTS, to be
// looked at.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("BLINDSPOT_SHOTS")
	if dir == "" {
		t.Skip("BLINDSPOT_SHOTS names no folder to paint into")
	}
	states := map[string]func(*trial){
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
			tr.clean(tr.items)
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
	}
	for name, reach := range states {
		for _, s := range []shade{light, dark} {
			t.Run(name+"-"+string(s), func(t *testing.T) {
				tr := newTrial(t)
				tr.setLook(look{Theme: theme.DefaultTheme(), shade: s})
				tr.checker.photos["street.jpg"], tr.checker.photos["plain.png"] = street(), plain()
				reach(tr)
				tr.app.Settings().SetTheme(tr.look)
				img := software.RenderCanvas(tr.win.Canvas(), tr.app.Settings().Theme())
				f, err := os.Create(filepath.Join(dir, name+"-"+string(s)+".png"))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				if err := png.Encode(f, img); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}
