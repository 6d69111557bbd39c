// Command sheet shows the styles of redaction side by side:
//
//	go run ./scrub/cmd/sheet -o docs/styles.jpg PHOTO[@X,Y,W,H]...
//
// Each photo makes a row: as it is, then with an ellipse covered in each style.
// The ellipse fills the box that is named, in pixels of the photo as displayed, or
// the middle of the photo. The first row is a drawn group of people.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scrub"
	"blindspot/scrub/redact"
)

const (
	gap  = 6  // pixels between cells
	head = 26 // pixels of the headings
)

func main() {
	out := flag.String("o", "styles.png", "file to write, .png or .jpg")
	width := flag.Int("width", 210, "width of a cell in pixels")
	height := flag.Int("height", 140, "height of a cell in pixels")
	flag.Parse()
	if err := run(context.Background(), *out, image.Pt(*width, *height), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sheet: error:", err)
		os.Exit(1)
	}
}

// row is a photo and where it is covered.
type row struct {
	photo *scan.Photo
	boxes []redact.Box
}

func run(ctx context.Context, out string, cell image.Point, args []string) error {
	if cell.X < 16 || cell.Y < 16 || cell.X > 4096 || cell.Y > 4096 {
		return errors.New("a cell has 16 to 4096 pixels across and down")
	}
	group, err := people(ctx)
	if err != nil {
		return err
	}
	rows := []row{group}
	for _, arg := range args {
		r, err := open(ctx, arg)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	styles := redact.Styles()
	sheet := image.NewRGBA(image.Rect(0, 0, gap+(1+len(styles))*(cell.X+gap), head+len(rows)*(cell.Y+gap)))
	draw.Draw(sheet, sheet.Rect, image.White, image.Point{}, draw.Src)
	face, err := heading()
	if err != nil {
		return err
	}
	for i := range 1 + len(styles) {
		name := "original"
		if i > 0 {
			name = string(styles[i-1])
		}
		d := font.Drawer{Dst: sheet, Src: image.Black, Face: face, Dot: fixed.P(gap+i*(cell.X+gap), head-9)}
		d.DrawString(name)
	}
	for j, r := range rows {
		for i := range 1 + len(styles) {
			shown := r.photo
			if i > 0 {
				if shown, err = r.covered(ctx, styles[i-1], uint64(j)); err != nil {
					return err
				}
			}
			pic, err := pixels.Decode(ctx, shown, 0)
			if err != nil {
				return err
			}
			at := image.Pt(gap+i*(cell.X+gap), head+j*(cell.Y+gap))
			draw.CatmullRom.Scale(sheet, image.Rectangle{at, at.Add(cell)}, pic, filling(pic.Rect, cell), draw.Src, nil)
		}
	}
	return write(out, sheet)
}

// open reads a photo named as PHOTO or PHOTO@X,Y,W,H.
func open(ctx context.Context, arg string) (row, error) {
	path, place, named := strings.Cut(arg, "@")
	p, err := scan.Open(ctx, path)
	if err != nil {
		return row{}, err
	}
	w, h := p.DisplaySize()
	box := redact.Box{X: w / 3, Y: h / 4, W: w / 3, H: h / 2}
	if named {
		if _, err := fmt.Sscanf(place, "%d,%d,%d,%d", &box.X, &box.Y, &box.W, &box.H); err != nil {
			return row{}, fmt.Errorf("%s: %q is no box X,Y,W,H: %w", path, place, err)
		}
	}
	return row{p, []redact.Box{box}}, nil
}

// covered is the photo with its boxes covered, the same for each seed.
func (r row) covered(ctx context.Context, style redact.Style, seed uint64) (*scan.Photo, error) {
	plan := &redact.Plan{Version: 1}
	for _, box := range r.boxes {
		plan.Regions = append(plan.Regions, redact.Region{Box: box, Shape: redact.Ellipse, Style: style})
	}
	result, err := scrub.Clean(ctx, r.photo, scrub.Options{Plan: plan, Noise: redact.Noise{Seed: &seed}})
	if err != nil {
		return nil, err
	}
	return scan.Read(ctx, r.photo.Path, result.Data)
}

// filling is the middle of from that has the proportions of a cell.
func filling(from image.Rectangle, cell image.Point) image.Rectangle {
	w, h := from.Dx(), from.Dy()
	if w*cell.Y > h*cell.X {
		w = max(h*cell.X/cell.Y, 1)
	} else {
		h = max(w*cell.Y/cell.X, 1)
	}
	x, y := from.Min.X+(from.Dx()-w)/2, from.Min.Y+(from.Dy()-h)/2
	return image.Rect(x, y, x+w, y+h)
}

func heading() (font.Face, error) {
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	return opentype.NewFace(parsed, &opentype.FaceOptions{Size: 15, DPI: 72})
}

// people is a drawn photo of three, none of whom lives, and where their heads are.
func people(ctx context.Context) (row, error) {
	const w, h = 900, 600
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(150 + y/12 + x/30), uint8(185 + y/20), uint8(225 - y/6), 255}
			if y > 400+x/18 { // a meadow
				c = color.RGBA{uint8(96 + y/16), uint8(140 + x%23), 70, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	ellipse := func(cx, cy, rx, ry int, c color.RGBA) {
		for y := max(cy-ry, 0); y < min(cy+ry, h); y++ {
			for x := max(cx-rx, 0); x < min(cx+rx, w); x++ {
				u, v := float64(x-cx)/float64(rx), float64(y-cy)/float64(ry)
				if u*u+v*v < 1 {
					shade := 1 - 0.25*(u+1)/2
					img.SetRGBA(x, y, color.RGBA{uint8(float64(c.R) * shade), uint8(float64(c.G) * shade), uint8(float64(c.B) * shade), 255})
				}
			}
		}
	}
	dark := color.RGBA{40, 28, 24, 255}
	var boxes []redact.Box
	for _, p := range []struct {
		x, y, r           int
		skin, hair, shirt color.RGBA
	}{
		{200, 250, 78, color.RGBA{236, 190, 160, 255}, color.RGBA{110, 70, 36, 255}, color.RGBA{180, 50, 50, 255}},
		{450, 200, 84, color.RGBA{128, 86, 60, 255}, color.RGBA{30, 24, 24, 255}, color.RGBA{240, 220, 120, 255}},
		{690, 300, 62, color.RGBA{224, 178, 140, 255}, color.RGBA{70, 48, 34, 255}, color.RGBA{60, 90, 170, 255}},
	} {
		r := p.r
		ellipse(p.x, p.y+4*r, r*8/5, r*27/10, p.shirt)
		ellipse(p.x, p.y+r*12/10, r*4/10, r*5/10, p.skin)
		ellipse(p.x, p.y-r/5, r*92/100, r*115/100, p.hair)
		ellipse(p.x, p.y+r/10, r*78/100, r, p.skin)
		for _, side := range []int{-1, 1} {
			ellipse(p.x+side*r*32/100, p.y-r/10, r/7, r/12, color.RGBA{245, 245, 245, 255})
			ellipse(p.x+side*r*32/100, p.y-r/10, r/14, r/12, dark)
			ellipse(p.x+side*r*32/100, p.y-r*32/100, r/5, r/22, p.hair)
		}
		ellipse(p.x, p.y+r/4, r/9, r/14, color.RGBA{p.skin.R - 30, p.skin.G - 30, p.skin.B - 30, 255})
		ellipse(p.x, p.y+r*58/100, r/3, r/9, color.RGBA{150, 50, 55, 255})
		boxes = append(boxes, redact.Box{X: p.x - r, Y: p.y - r*135/100, W: 2 * r, H: r * 26 / 10})
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: 92}); err != nil {
		return row{}, err
	}
	p, err := scan.Read(ctx, "drawn people", file.Bytes())
	return row{p, boxes}, err
}

func write(path string, img image.Image) error {
	var file bytes.Buffer
	var err error
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png":
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, img)
	case ".jpg", ".jpeg":
		err = jpeg.Encode(&file, img, &jpeg.Options{Quality: 82})
	default:
		err = fmt.Errorf("%s is neither .png nor .jpg", path)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(path, file.Bytes(), 0o644)
}
