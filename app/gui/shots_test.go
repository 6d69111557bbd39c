package gui

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/theme"

	"blindspot/app/check"
)

// forced is a theme that is always light or always dark.
type forced struct {
	look
	variant fyne.ThemeVariant
}

// Color implements [fyne.Theme].
func (f forced) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return f.look.Color(n, f.variant)
}

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
		for variant, v := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
			t.Run(name+"-"+variant, func(t *testing.T) {
				tr := newTrial(t)
				tr.app.Settings().SetTheme(forced{look{theme.DefaultTheme()}, v})
				tr.checker.photos["street.jpg"], tr.checker.photos["plain.png"] = street(), plain()
				reach(tr)
				img := software.RenderCanvas(tr.win.Canvas(), tr.app.Settings().Theme())
				f, err := os.Create(filepath.Join(dir, name+"-"+variant+".png"))
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
