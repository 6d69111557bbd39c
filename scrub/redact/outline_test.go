package redact

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// toStored is where the pixel displayed at (x, y) is stored in a picture of
// w × h stored pixels, by EXIF 2.32, tag 0x0112.
func toStored(o, x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

// An upright box covers exactly its pixels, in every orientation.
func TestOutlineBox(t *testing.T) {
	const w, h = 50, 30
	for o := 1; o <= 8; o++ {
		dw, dh := w, h
		if o >= 5 {
			dw, dh = h, w
		}
		for _, box := range []Box{{3, 4, 11, 7}, {0, 0, dw, dh}, {dw - 1, dh - 1, 1, 1}, {-5, 2, 8, 3}, {5, dh - 3, 4, 90}} {
			want := make(map[image.Point]bool)
			for y := max(box.Y, 0); y < min(box.Y+box.H, dh); y++ {
				for x := max(box.X, 0); x < min(box.X+box.W, dw); x++ {
					sx, sy := toStored(o, x, y, w, h)
					want[image.Pt(sx, sy)] = true
				}
			}
			outline := newOutline(Region{Box: box}, o, w, h)
			rects := outline.touched(image.Pt(1, 1), w, h).rectangles(image.Pt(1, 1), image.Rect(0, 0, w, h))
			if len(rects) != 1 {
				t.Errorf("orientation %d, %v: %d rectangles", o, box, len(rects))
				continue
			}
			n := 0
			for p := range want {
				if p.In(rects[0]) {
					n++
				}
			}
			if n != len(want) || rects[0].Dx()*rects[0].Dy() != n {
				t.Errorf("orientation %d, %v: covers %v, which holds %d of %d pixels", o, box, rects[0], n, len(want))
			}
		}
	}
}

// Every cell that holds a point of the shape is touched, and no cell that lies
// clear of it, judged by points in display coordinates.
func TestOutlineTurned(t *testing.T) {
	const w, h, step = 61, 47, 0.4
	rng := rand.New(rand.NewPCG(1, 1))
	for _, size := range []image.Point{{1, 1}, {8, 8}, {16, 8}} {
		columns, rows := (w+size.X-1)/size.X, (h+size.Y-1)/size.Y
		for o := 1; o <= 8; o++ {
			for _, shape := range []Shape{BoxShape, Ellipse} {
				for _, angle := range []float64{0, 30, 90, 135, -71} {
					box := Box{rng.IntN(50) - 10, rng.IntN(40) - 10, 1 + rng.IntN(40), 1 + rng.IntN(40)}
					name := fmt.Sprintf("cells %v, orientation %d, %s %+v at %v", size, o, shape, box, angle)
					outline := newOutline(Region{Box: box, Shape: shape, Angle: angle}, o, w, h)
					c := outline.touched(size, w, h)
					touched := func(x, y int) bool {
						i := y - c.top
						return i >= 0 && i < len(c.runs) && x >= c.runs[i][0] && x < c.runs[i][1]
					}
					hit, near := make(map[image.Point]bool), make(map[image.Point]bool)
					sin, cos := math.Sincos(angle * math.Pi / 180)
					// Points of the shape, and of one that is larger by 0.5 pixels.
					for v := -1.0; v <= 1; v += step / float64(box.H) {
						for u := -1.0; u <= 1; u += step / float64(box.W) {
							for _, grow := range []float64{0, 0.5} {
								a, b := u*(float64(box.W)/2+grow), v*(float64(box.H)/2+grow)
								if shape == Ellipse && u*u+v*v > 1 {
									continue
								}
								x := float64(box.X) + float64(box.W)/2 + a*cos - b*sin
								y := float64(box.Y) + float64(box.H)/2 + a*sin + b*cos
								// Half a pixel is the middle of one, which toStored maps.
								const fine = 1 << 10
								sx, sy := toStored(o, int(math.Floor(x*fine)), int(math.Floor(y*fine)), w*fine, h*fine)
								if sx < 0 || sy < 0 || sx >= w*fine || sy >= h*fine {
									continue
								}
								cell := image.Pt(sx/fine/size.X, sy/fine/size.Y)
								near[cell] = true
								// A point that lies on a cell's edge belongs to either.
								if fx, fy := sx%fine, sy%fine; grow == 0 && fx > 1 && fy > 1 && fx < fine-2 && fy < fine-2 {
									hit[cell] = true
								}
							}
						}
					}
					for cy := range rows {
						for cx := range columns {
							p := image.Pt(cx, cy)
							if hit[p] && !touched(cx, cy) {
								t.Fatalf("%s: cell %v holds a point and is not touched", name, p)
							}
							if touched(cx, cy) && !near[p] {
								t.Fatalf("%s: cell %v is touched and lies clear", name, p)
							}
						}
					}
				}
			}
		}
	}
}

// A drawn face stands upright as displayed: what is up in its own coordinates is
// up there, in every orientation.
func TestOutlineUp(t *testing.T) {
	const w, h = 50, 30
	for o := 1; o <= 8; o++ {
		outline := newOutline(Region{Box: Box{10, 4, 20, 10}}, o, w, h)
		for _, c := range []struct {
			x, y int
			u, v float64
		}{{10, 4, -0.95, -0.9}, {29, 4, 0.95, -0.9}, {10, 13, -0.95, 0.9}, {29, 13, 0.95, 0.9}} {
			sx, sy := toStored(o, c.x, c.y, w, h)
			u, v := outline.local(float64(sx)+0.5, float64(sy)+0.5)
			if math.Abs(u-c.u) > 1e-9 || math.Abs(v-c.v) > 1e-9 {
				t.Errorf("orientation %d: pixel (%d,%d) is at %.3f, %.3f, want %v, %v", o, c.x, c.y, u, v, c.u, c.v)
			}
		}
	}
	outline := newOutline(Region{Box: Box{0, 0, 20, 20}, Angle: 90}, 1, w, h)
	if u, v := outline.local(20, 10); math.Abs(u) > 1e-9 || math.Abs(v+1) > 1e-9 {
		t.Errorf("turned clockwise by 90°, the right is at %.3f, %.3f, want the top", u, v)
	}
}

func TestJoin(t *testing.T) {
	l := (&canvas{width: 400, height: 400, channels: 3}).layout()
	var patches []*patch
	for i, r := range []image.Rectangle{
		image.Rect(0, 0, 16, 16), image.Rect(100, 0, 116, 16), image.Rect(200, 200, 216, 216),
		image.Rect(17, 0, 99, 16), // between the first two
	} {
		patches = l.join(patches, &patch{bounds: r, regions: []int{i}})
	}
	if len(patches) != 2 {
		t.Fatalf("%d patches, want 2", len(patches))
	}
	slices.Sort(patches[1].regions)
	if patches[1].bounds != image.Rect(0, 0, 116, 16) || !slices.Equal(patches[1].regions, []int{0, 1, 3}) {
		t.Errorf("joined: %v %v", patches[1].bounds, patches[1].regions)
	}
}
