package pixels

import (
	"image"
	"image/color"
	"testing"

	"blindspot/scan"
	"blindspot/scan/container"
)

// TestParts draws parts of a photo in every orientation: each shows what the whole
// decode shows there.
func TestParts(t *testing.T) {
	const w, h = 1000, 610
	data := smoothJPEG(t, w, h)
	for o := range 9 {
		p := &scan.Photo{Data: data, Format: container.JPEG, Width: w, Height: h, Orientation: o}
		whole, err := Decode(t.Context(), p, 0)
		if err != nil {
			t.Fatal(err)
		}
		pic, err := DecodeParts(t.Context(), p, 250)
		if err != nil || !pic.HasParts() || max(pic.Rect.Dx(), pic.Rect.Dy()) != 250 {
			t.Fatalf("orientation %d: %v, %v", o, pic.Rect, err)
		}
		full := whole.Rect
		for _, r := range []image.Rectangle{full, image.Rect(3, 4, 5, 6), image.Rect(70, 501, 371, 602), image.Rect(full.Max.X-40, full.Max.Y-50, full.Max.X+9, full.Max.Y)} {
			for _, buf := range [][]byte{nil, make([]byte, 4*w*h)} {
				part, err := pic.Part(r, buf)
				if err != nil {
					t.Fatalf("orientation %d, %v: %v", o, r, err)
				}
				if !r.Intersect(full).In(part.Rect) || !part.Rect.In(full) {
					t.Fatalf("orientation %d: %v is drawn for %v", o, part.Rect, r)
				}
				for y := part.Rect.Min.Y; y < part.Rect.Max.Y; y += 7 {
					for x := part.Rect.Min.X; x < part.Rect.Max.X; x += 7 {
						if a, b := part.RGBAAt(x, y), whole.RGBAAt(x, y); far(a.R, b.R) || far(a.G, b.G) || far(a.B, b.B) {
							t.Fatalf("orientation %d: %v at %d,%d is drawn as %v", o, b, x, y, a)
						}
					}
				}
			}
		}
		pic.Close()
		if _, err := pic.Part(full, nil); err == nil {
			t.Errorf("orientation %d: parts are drawn after Close", o)
		}
	}
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > 8 }

// smoothJPEG is a picture whose every place has its own colour.
func smoothJPEG(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(250 * x / w), uint8(250 * y / h), uint8(250 - 250*x/w), 255})
		}
	}
	return asJPEG(t, img).Data
}

// TestPartsWhole decodes at full size what has no parts.
func TestPartsWhole(t *testing.T) {
	data := smoothJPEG(t, 300, 200)
	for side, want := range map[int]int{150: 150, 200: 300, 400: 300} {
		pic, err := DecodeParts(t.Context(), &scan.Photo{Data: data, Format: container.JPEG, Width: 300, Height: 200}, side)
		if err != nil || pic.Rect.Dx() != want || pic.HasParts() != (want < 300) {
			t.Errorf("side %d: %v, parts %v, %v", side, pic.Rect, pic.HasParts(), err)
		}
		pic.Close()
	}
}
