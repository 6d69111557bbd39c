package vision_test

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/aztec"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/datamatrix"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/pdf417"
	"github.com/boombuler/barcode/qr"

	"blindspot/vision"
)

// codeLook says how a code is photographed.
type codeLook struct {
	name   string
	module float64 // pixels
	turn   float64 // degrees
	lean   float64 // how much the far side shrinks, as a share
	blur   float64 // standard deviation, pixels
	noise  float64 // standard deviation, grey levels
	dark   bool    // light on dark
	tint   bool    // dim, on coloured ground
}

// codeScene is a picture of soft shapes with a code in it, and where that is.
func codeScene(code image.Image, l codeLook, w, h int) (*image.RGBA, vision.Box) {
	b := code.Bounds()
	cw, ch := float64(b.Dx()), float64(b.Dy())
	stretch := 1.0
	if b.Dy() == 1 { // bars
		stretch = 40
		ch = stretch
	}
	bars := make([]bool, b.Dx()*b.Dy())
	for i := range bars {
		r, _, _, _ := code.At(b.Min.X+i%b.Dx(), b.Min.Y+i/b.Dx()).RGBA()
		bars[i] = r < 0x8000
	}
	rnd := rand.New(rand.NewPCG(11, uint64(l.turn)))
	sin, cos := math.Sincos(l.turn * math.Pi / 180)
	ox, oy := float64(w)*.55, float64(h)*.45
	quiet := 4.0
	if b.Dy() == 1 {
		quiet = 12
	}
	grey := make([]float64, w*h)
	var x0, y0, x1, y1 = float64(w), float64(h), 0.0, 0.0
	waveX, waveY := make([]float64, w), make([]float64, h)
	for x := range waveX {
		waveX[x] = 40 * math.Sin(float64(x)/170)
	}
	for y := range waveY {
		waveY[y] = math.Cos(float64(y) / 130)
	}
	reach := (math.Hypot(cw, ch)/2 + 2*quiet) * l.module * (1 + l.lean)
	const over = 3
	for y := range h {
		for x := range w {
			ground := waveX[x] * waveY[y]
			if d := math.Hypot(float64(x)-ox, float64(y)-oy); d > reach {
				grey[y*w+x] = 125 + ground
				continue
			}
			ground += 125
			sum := 0.0
			for k := range over * over {
				u := float64(x) + (float64(k%over)+.5)/over - ox
				v := float64(y) + (float64(k/over)+.5)/over - oy
				cx, cy := (u*cos+v*sin)/l.module, (-u*sin+v*cos)/l.module
				far := 1 - l.lean*cx/cw
				cx, cy = cx/far+cw/2, cy/far+ch/2
				level := ground
				if far > 0 && cx >= -quiet && cy >= -quiet && cx < cw+quiet && cy < ch+quiet {
					level = 230
					if cx >= 0 && cy >= 0 && cx < cw && cy < ch {
						x0, y0, x1, y1 = min(x0, float64(x)), min(y0, float64(y)), max(x1, float64(x+1)), max(y1, float64(y+1))
						if bars[min(int(cy/stretch), b.Dy()-1)*b.Dx()+int(cx)] {
							level = 30
						}
					}
					if l.dark {
						level = 260 - level
					}
					if l.tint {
						level = 40 + level*.35
					}
				}
				sum += level
			}
			grey[y*w+x] = sum / over / over
		}
	}
	if l.blur > 0 {
		grey = gaussian(grey, w, h, l.blur)
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, v := range grey {
		v += rnd.NormFloat64() * max(l.noise, 2)
		c := func(k float64) uint8 { return uint8(min(max(v*k, 0), 255)) }
		img.SetRGBA(i%w, i/w, color.RGBA{c(1.02), c(1), c(.94), 255})
	}
	return img, vision.Box{X: float32(x0), Y: float32(y0), W: float32(x1 - x0), H: float32(y1 - y0)}
}

func gaussian(src []float64, w, h int, sigma float64) []float64 {
	reach := int(3*sigma) + 1
	pass := func(src []float64, dx, dy int) []float64 {
		dst := make([]float64, len(src))
		for y := range h {
			for x := range w {
				sum, weight := 0.0, 0.0
				for d := -reach; d <= reach; d++ {
					k := math.Exp(-float64(d*d) / 2 / sigma / sigma)
					sum += k * src[min(max(y+d*dy, 0), h-1)*w+min(max(x+d*dx, 0), w-1)]
					weight += k
				}
				dst[y*w+x] = sum / weight
			}
		}
		return dst
	}
	return pass(pass(src, 1, 0), 0, 1)
}

// madeCodes are codes of all kinds by a writer of others.
func madeCodes(t testing.TB) map[string][]barcode.Barcode {
	t.Helper()
	one := func(b barcode.Barcode, err error) barcode.Barcode {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const pass = "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100"
	const card = "BEGIN:VCARD\nVERSION:3.0\nN:Kowalska;Anna\nTEL:+48123456789\nEND:VCARD"
	all := map[string][]barcode.Barcode{}
	for _, text := range []string{"https://example.org/a/42", pass, card} {
		all["QR code"] = append(all["QR code"], one(qr.Encode(text, qr.M, qr.Auto)))
		all["Aztec code"] = append(all["Aztec code"], one(aztec.Encode([]byte(text), 33, 0)))
		all["Data Matrix code"] = append(all["Data Matrix code"], one(datamatrix.Encode(text)))
		all["PDF417 code"] = append(all["PDF417 code"], one(pdf417.Encode(text, 3)))
	}
	for _, text := range []string{"4006381333931", "96385074", "9783161484100"} {
		all["EAN bar code"] = append(all["EAN bar code"], one(ean.Encode(text)))
	}
	for _, text := range []string{"PARCEL 42-17", "00340434161094042557", "JJD0123456789"} {
		all["Code 128 bar code"] = append(all["Code 128 bar code"], one(code128.Encode(text)))
	}
	return all
}

var codeLooks = []codeLook{
	{name: "upright", module: 4},
	{name: "large", module: 7},
	{name: "small", module: 2},
	{name: "tiny", module: 1.5},
	{name: "turned 90", module: 4, turn: 90},
	{name: "turned 180", module: 4, turn: 180},
	{name: "turned 10", module: 4, turn: 10},
	{name: "turned 30", module: 4, turn: 30},
	{name: "turned 45", module: 4, turn: 45},
	{name: "aslant", module: 4, lean: .25},
	{name: "blurred", module: 4, blur: 1.6},
	{name: "noisy", module: 4, noise: 20},
	{name: "on dark", module: 4, dark: true},
	{name: "dim", module: 4, tint: true},
}

// TestCodeRecall prints how many codes of each kind are read, and found, and holds
// that no fewer are read in all than when the readers were last worked on, one less
// for the rounding of other machines. Aztec codes
// of under two pixels a module, and blurred ones, are the weakest.
func TestCodeRecall(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	e := codeEngine(t)
	least := map[string]int{
		"QR code": 38, "Aztec code": 31, "Data Matrix code": 40,
		"PDF417 code": 37, "EAN bar code": 41, "Code 128 bar code": 40,
	}
	for label, codes := range madeCodes(t) {
		var row strings.Builder
		total := 0
		for _, l := range codeLooks {
			read, found := 0, 0
			for _, code := range codes {
				img, at := codeScene(code, l, 1200, 900)
				res := detect(t, e, picture(img), vision.Options{Only: []vision.Check{vision.Codes}})
				for _, d := range res.Detections {
					if vision.IoU(d.Box, at) > .3 {
						found++
						if strings.TrimLeft(d.Text, "0") == strings.TrimLeft(code.Content(), "0") {
							read++
						}
						break
					}
				}
			}
			total += read
			fmt.Fprintf(&row, " %s %d/%d", l.name, read, found)
		}
		t.Logf("%-18s%s, %d of %d read", label, row.String(), total, len(codes)*len(codeLooks))
		if total < least[label] {
			t.Errorf("%s: %d read, want %d", label, total, least[label])
		}
	}
}
