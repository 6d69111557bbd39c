package vision_test

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"blindspot/models"
	"blindspot/vision"
)

// scene is a picture of soft shapes and some noise to paste codes into.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	rnd := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			v := uint8(120 + 60*x/w - 40*y/h + rnd.IntN(9))
			img.SetRGBA(x, y, color.RGBA{v, v + 10, v - 20, 255})
		}
	}
	return img
}

// paste draws a bit matrix with a white border of pad at (x,y) and returns where
// its dark modules are.
func paste(dst *image.RGBA, m *gozxing.BitMatrix, x, y, pad int) image.Rectangle {
	r := image.Rect(x, y, x+m.GetWidth(), y+m.GetHeight())
	draw.Draw(dst, r.Inset(-pad), image.White, image.Point{}, draw.Src)
	var dark image.Rectangle
	for j := range m.GetHeight() {
		for i := range m.GetWidth() {
			if m.Get(i, j) {
				dst.Set(x+i, y+j, color.Black)
				dark = dark.Union(image.Rect(x+i, y+j, x+i+1, y+j+1))
			}
		}
	}
	return dark
}

func encode(t *testing.T, w gozxing.Writer, text string, f gozxing.BarcodeFormat, width, height int) *gozxing.BitMatrix {
	t.Helper()
	m, err := w.Encode(text, f, width, height, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func covers(b vision.Box, r image.Rectangle) bool {
	const slack = 1
	return b.X <= float32(r.Min.X+slack) && b.Y <= float32(r.Min.Y+slack) && b.X+b.W >= float32(r.Max.X-slack) && b.Y+b.H >= float32(r.Max.Y-slack)
}

// codeEngine needs no model.
func codeEngine(t testing.TB) *vision.Engine {
	t.Helper()
	store, err := models.Open()
	if err != nil {
		t.Fatal(err)
	}
	e := vision.New(store)
	t.Cleanup(func() { e.Close() })
	return e
}

func TestCodes(t *testing.T) {
	tests := []struct {
		label, text, personal string
		writer                gozxing.Writer
		format                gozxing.BarcodeFormat
		w, h                  int
	}{
		{"QR code", "WIFI:T:WPA;S:home;P:secret;;", "wifi", qrcode.NewQRCodeWriter(), gozxing.BarcodeFormat_QR_CODE, 150, 150},
		{"QR code", "BEGIN:VCARD\nVERSION:3.0\nN:Kowalska;Anna\nEND:VCARD", "vcard", qrcode.NewQRCodeWriter(), gozxing.BarcodeFormat_QR_CODE, 240, 240},
		{"QR code", "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100", "boarding-pass", qrcode.NewQRCodeWriter(), gozxing.BarcodeFormat_QR_CODE, 200, 200},
		{"Data Matrix code", "https://example.com/a", "url", datamatrix.NewDataMatrixWriter(), gozxing.BarcodeFormat_DATA_MATRIX, 120, 120},
		{"EAN bar code", "4006381333931", "", oned.NewEAN13Writer(), gozxing.BarcodeFormat_EAN_13, 300, 100},
		{"Code 128 bar code", "PARCEL 42-17", "", oned.NewCode128Writer(), gozxing.BarcodeFormat_CODE_128, 330, 100},
	}
	e := codeEngine(t)
	for _, tt := range tests {
		for _, setting := range []vision.Setting{vision.Fast, vision.Thorough} {
			t.Run(fmt.Sprintf("%s/%s/%d", tt.label, tt.personal, setting), func(t *testing.T) {
				img := scene(1200, 900)
				at := paste(img, encode(t, tt.writer, tt.text, tt.format, tt.w, tt.h), 700, 520, 24)
				res := detect(t, e, picture(img), vision.Options{Setting: setting, Only: []vision.Check{vision.Codes}})
				if len(res.Detections) != 1 {
					t.Fatalf("%d detections, 1 expected: %+v", len(res.Detections), res.Detections)
				}
				d := res.Detections[0]
				if d.Kind != vision.Code || d.Label != tt.label || d.Text != tt.text || d.Personal != tt.personal {
					t.Errorf("found %+v", d)
				}
				if !covers(d.Box, at) || d.Box.W > 2.5*float32(at.Dx()) {
					t.Errorf("box %v does not cover the code at %v, or far more", d.Box, at)
				}
			})
		}
	}
}

// TestCodeTurned reads bars that run across.
func TestCodeTurned(t *testing.T) {
	e := codeEngine(t)
	flat := scene(900, 1200)
	paste(flat, encode(t, oned.NewEAN13Writer(), "4006381333931", gozxing.BarcodeFormat_EAN_13, 300, 100), 300, 520, 24)
	img := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	for y := range 1200 {
		for x := range 900 {
			img.SetRGBA(y, 899-x, flat.RGBAAt(x, y))
		}
	}
	res := detect(t, e, picture(img), vision.Options{Only: []vision.Check{vision.Codes}})
	if len(res.Detections) != 1 || res.Detections[0].Text != "4006381333931" {
		t.Errorf("found %+v", res.Detections)
	}
}

// TestPDF417 draws the frame of a PDF417 code with arbitrary bars between: it
// cannot be read, and is found all the same.
func TestPDF417(t *testing.T) {
	e := codeEngine(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	img := scene(1200, 900)
	const module, rowHeight, rows, columns = 3, 9, 12, 4
	x0, y0 := 300, 300
	draw.Draw(img, image.Rect(x0-20, y0-20, x0+module*(17+17*columns+18)+20, y0+rows*rowHeight+20), image.White, image.Point{}, draw.Src)
	for r := range rows {
		x := x0
		bars := func(widths ...int) {
			for i, w := range widths {
				if i%2 == 0 {
					draw.Draw(img, image.Rect(x, y0+r*rowHeight, x+w*module, y0+(r+1)*rowHeight), image.Black, image.Point{}, draw.Src)
				}
				x += w * module
			}
		}
		bars(8, 1, 1, 1, 1, 1, 1, 3)
		for range columns {
			widths, left := make([]int, 8), 17-8
			for i := range widths {
				widths[i] = 1
			}
			for ; left > 0; left-- {
				widths[rnd.IntN(8)]++
			}
			bars(widths...)
		}
		bars(7, 1, 1, 3, 1, 1, 1, 2, 1)
	}
	for quarter := range 2 {
		res := detect(t, e, picture(img), vision.Options{Only: []vision.Check{vision.Codes}})
		if len(res.Detections) != 1 || res.Detections[0].Label != "PDF417 code" {
			t.Errorf("turned by %d quarters: found %+v", quarter, res.Detections)
		}
		turned := image.NewRGBA(image.Rect(0, 0, 900, 1200))
		for y := range 900 {
			for x := range 1200 {
				turned.SetRGBA(899-y, x, img.RGBAAt(x, y))
			}
		}
		img = turned
	}
}

// TestNoCodes looks at stripes and checks that are no codes.
func TestNoCodes(t *testing.T) {
	e := codeEngine(t)
	img := scene(1200, 900)
	for y := 200; y < 500; y++ {
		for x := 200; x < 900; x++ {
			if (x/7)%2 == 0 || (y/60)%2 == 0 && x > 600 {
				img.Set(x, y, color.Black)
			} else {
				img.Set(x, y, color.White)
			}
		}
	}
	for _, s := range []vision.Setting{vision.Fast, vision.Thorough} {
		res := detect(t, e, picture(img), vision.Options{Setting: s, Only: []vision.Check{vision.Codes}})
		if len(res.Detections) != 0 {
			t.Errorf("found %+v", res.Detections)
		}
	}
}
