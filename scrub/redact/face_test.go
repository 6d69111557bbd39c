package redact

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// drawnFaces is a grey picture with the plan's faces over it.
func drawnFaces(t *testing.T, plan *Plan) image.Image {
	t.Helper()
	src := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for i := range src.Pix {
		src.Pix[i] = 128
		if i%4 == 3 {
			src.Pix[i] = 255
		}
	}
	seed := uint64(1)
	r, err := Apply(t.Context(), pngPhoto(t, "grey", src, 1), plan, Noise{&seed})
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(r.Data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func faceAt(x, y, w, h, tone int) Region {
	return Region{Box: Box{x, y, w, h}, Shape: Ellipse, Style: Face, Tone: tone}
}

// A chosen tone is the one that is drawn: on the middle of the cheek.
func TestTone(t *testing.T) {
	for tone := 1; tone <= Tones; tone++ {
		img := drawnFaces(t, &Plan{1, []Region{faceAt(50, 20, 120, 160, tone)}})
		got := color.RGBAModel.Convert(img.At(110-12, 100+25)).(color.RGBA)
		want := skinTones[tone-1]
		for c, v := range []uint8{got.R, got.G, got.B} {
			if d := float32(v) - want[c]; d < -20 || d > 20 {
				t.Errorf("tone %d: %v, want about %v", tone, got, want)
			}
		}
	}
}

// Where drawn faces overlap, none loses what the other's empty corner covers: the
// parts of a face that no other face lies over are drawn as without the other.
func TestFacesDoNotCutEachOther(t *testing.T) {
	left, right := faceAt(40, 30, 110, 150, 2), faceAt(120, 30, 110, 150, 9)
	both := drawnFaces(t, &Plan{1, []Region{left, right}})
	// The ear of the left face, which lies in cells of the right region.
	box := left.Box
	x, y := box.X+box.W/2+box.W*31/100, box.Y+box.H/2+box.H*5/100
	c := color.RGBAModel.Convert(both.At(x, y)).(color.RGBA)
	skin := skinTones[1]
	if d := float32(c.R) - 0.84*skin[0]; d < -25 || d > 25 {
		t.Errorf("the left face's ear at (%d,%d) is %v, want about 0.84 of %v", x, y, c, skin)
	}
}
