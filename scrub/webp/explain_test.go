package webp

import (
	"bytes"
	"image"
	"testing"

	"golang.org/x/image/vp8"
)

// shown is a VP8 frame as a decoder gives it.
func shown(t testing.TB, frame []byte) *image.YCbCr {
	t.Helper()
	d := vp8.NewDecoder()
	d.Init(bytes.NewReader(frame), len(frame))
	if _, err := d.DecodeFrameHeader(); err != nil {
		t.Fatal(err)
	}
	img, err := d.DecodeFrame()
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestExplains encodes pictures at every quality: every macroblock is explained, with
// room to spare, and none is that is a little brighter, even at the coarsest, where a
// step is more than half of all levels there are.
func TestExplains(t *testing.T) {
	most := map[int]int{} // by slack
	const brighter = 8
	every := 1
	if testing.Short() {
		every = 9
	}
	tried := 0
	for _, size := range [][2]int{{112, 80}, {53, 37}} {
		for name, img := range pictures(size[0], size[1]) {
			before := ycc(img)
			for index := 0; index < 128; index += every {
				q := Quality{index: index}
				frame, err := Lossy(before, q)
				if err != nil {
					t.Fatal(err)
				}
				after := shown(t, frame)
				c := Compare(before, after, q)
				for my := range (size[1] + 15) / 16 {
					for mx := range (size[0] + 15) / 16 {
						c.each(mx, my, func(over, slack int) { most[slack] = max(most[slack], over) })
						if !c.Explains(mx, my) {
							t.Fatalf("%s at %d: macroblock %d,%d", name, index, mx, my)
						}
						if !brighten(after, mx, my, brighter) {
							continue
						}
						tried++
						if c.Explains(mx, my) {
							t.Fatalf("%s at %d: macroblock %d,%d, made brighter by %d", name, index, mx, my, brighter)
						}
						brighten(after, mx, my, -brighter)
					}
				}
			}
		}
	}
	t.Logf("most over half a step, by slack: %v; %d made brighter", most, tried)
	for slack, over := range most {
		if 4*over > 3*slack || 4*over < slack || tried == 0 {
			t.Errorf("%d over half a step, of %d", over, slack)
		}
	}
}

// brighten adds to the luminance of a macroblock; false where that would be cut off, or
// already is.
func brighten(img *image.YCbCr, mx, my, by int) bool {
	for _, add := range []bool{false, true} {
		for y := my * 16; y < my*16+16; y++ {
			row := img.Y[y*img.YStride+mx*16:][:16]
			for x, v := range row {
				switch {
				case add:
					row[x] = uint8(int(v) + by)
				case v == 0 || v == 255 || int(v)+by < 1 || int(v)+by > 254:
					return false
				}
			}
		}
	}
	return true
}
