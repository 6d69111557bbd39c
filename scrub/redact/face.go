package redact

import (
	"image"
	"math"
)

// maxSprite bounds the side of a drawn face, in texels. It is magnified beyond:
// nothing in it is finer.
const maxSprite = 128

// Tones is the number of skin tones that a drawn face may have.
const Tones = 10

// Tones of skin from the Monk Skin Tone scale, of hair and of eyes, as RGB.
var (
	skinTones = [Tones][3]float32{
		{246, 237, 228}, {243, 231, 219}, {247, 234, 208}, {234, 218, 186}, {215, 189, 150},
		{160, 126, 86}, {130, 92, 67}, {96, 65, 52}, {58, 49, 42}, {41, 36, 32},
	}
	hairTones = [][3]float32{{28, 24, 22}, {62, 44, 32}, {120, 116, 112}, {96, 66, 42}, {148, 112, 70}}
	eyeTones  = [][3]float32{{60, 40, 28}, {92, 66, 40}, {86, 110, 120}, {88, 100, 70}}
)

// From darkSkin on, a tone of skin goes with one of the first darkHairs.
const darkSkin, darkHairs = 5, 3

// sprite is a drawn face in a region's local coordinates, from -1 to 1.
type sprite struct {
	side int // texels, without the border
	// texel has components, and the alpha, 0 to 1, by which they are multiplied.
	// A border of one transparent texel lies around the face.
	texel [][5]float32
}

// layer is one ellipse of a drawn face.
type layer struct {
	x, y, rx, ry float32
	colour       [3]float32
	alpha        float32
	above        float32 // only what lies above this v, where not 0
}

// face draws a neutral face for a region of so many pixels, in a tone of skin from 1
// on, its other colours and without a tone that one too at random, as bright as
// surroundings from 0 to 255 let it be.
func (a *artist) face(pixels, chosen int, surroundings float32) *sprite {
	light := min(faceDark+(1-faceDark)*surroundings/128, 1)
	tone := a.noise.pick(len(skinTones))
	if chosen > 0 {
		tone = chosen - 1
	}
	skin, hairs := skinTones[tone], len(hairTones)
	if tone >= darkSkin {
		hairs = darkHairs
	}
	hair := hairTones[a.noise.pick(hairs)]
	eye := eyeTones[a.noise.pick(len(eyeTones))]
	shade := func(c [3]float32, by float32) [3]float32 { return [3]float32{c[0] * by, c[1] * by, c[2] * by} }
	lips := [3]float32{skin[0]*0.72 + 34, skin[1] * 0.62, skin[2] * 0.62}
	white := [3]float32{236, 234, 230}
	layers := []layer{
		{0, -0.04, 0.74, 0.88, hair, 1, 0.42},
		{0, 0.84, 0.34, 0.42, shade(skin, 0.78), 1, 0},
		{-0.63, 0.1, 0.1, 0.17, shade(skin, 0.84), 1, 0},
		{0.63, 0.1, 0.1, 0.17, shade(skin, 0.84), 1, 0},
		{0, 0.08, 0.62, 0.8, shade(skin, 0.86), 1, 0},
		{-0.02, 0.05, 0.55, 0.73, shade(skin, 0.97), 0.8, 0},
		{-0.05, 0.02, 0.38, 0.55, skin, 0.6, 0},
		{0, -0.42, 0.66, 0.48, hair, 1, -0.46},
		{0, 0.24, 0.11, 0.07, shade(skin, 0.82), 0.8, 0},
		{0, 0.2, 0.075, 0.06, shade(skin, 0.98), 0.9, 0},
	}
	for _, x := range []float32{-0.25, 0.25} {
		layers = append(layers,
			layer{x, -0.02, 0.16, 0.1, shade(skin, 0.8), 0.7, 0},
			layer{x, -0.17, 0.15, 0.035, shade(hair, 0.9), 0.9, 0},
			layer{x, -0.01, 0.115, 0.056, white, 1, 0},
			layer{x, -0.01, 0.056, 0.056, eye, 1, 0},
			layer{x, -0.01, 0.028, 0.028, [3]float32{12, 12, 12}, 1, 0},
			layer{x, -0.062, 0.125, 0.02, shade(hair, 0.6), 0.9, 0},
			layer{x - 0.02, -0.03, 0.012, 0.012, white, 0.9, 0})
	}
	layers = append(layers,
		layer{0, 0.49, 0.2, 0.055, lips, 1, 0},
		layer{0, 0.485, 0.19, 0.014, shade(lips, 0.6), 0.9, 0})

	s := &sprite{side: min(max(pixels, 8), maxSprite)}
	stride := s.side + 2
	s.texel = make([][5]float32, stride*stride)
	for i := range layers {
		layers[i].lay(s)
	}
	for i := range s.texel {
		t := &s.texel[i]
		colour, alpha := a.layout.model.of(t[0]*light, t[1]*light, t[2]*light), t[4]
		for c, v := range colour {
			t[c] = v * alpha
		}
	}
	return s
}

// lay lays the layer over the texels of s, which have RGB and alpha as yet.
func (l *layer) lay(s *sprite) {
	side := float32(s.side)
	texel := func(x float32) int { return min(max(int((x+1)*side/2), 0), s.side) }
	soft := 2 / side // an edge is as wide as a texel
	for j := texel(l.y - l.ry - soft); j < texel(l.y+l.ry+2*soft); j++ {
		for i := texel(l.x - l.rx - soft); i < texel(l.x+l.rx+2*soft); i++ {
			k := l.at((2*float32(i)+1)/side-1, (2*float32(j)+1)/side-1, soft)
			t := &s.texel[(j+1)*(s.side+2)+i+1]
			for c, v := range l.colour {
				t[c] += (v - t[c]) * k
			}
			t[4] += (1 - t[4]) * k
		}
	}
}

// at is how much of the layer is seen at (u, v), 0 to 1, with edges so soft.
func (l *layer) at(u, v, soft float32) float32 {
	du, dv := (u-l.x)/l.rx, (v-l.y)/l.ry
	inside := (1 - float32(math.Sqrt(float64(du*du+dv*dv)))) * min(l.rx, l.ry)
	if l.above != 0 {
		inside = min(inside, l.above-v)
	}
	return l.alpha * min(max(inside/soft+0.5, 0), 1)
}

// draw lays the face over block (x, y) of component c, whose samples are scale
// pixels apart.
func (s *sprite) draw(o *outline, c, x, y int, scale image.Point, out *[64]float32) {
	// The first sample's place in texels, border included, and the way to the next.
	half, stride, end := float64(s.side)/2, s.side+2, float64(s.side)+1
	u, v := o.local((float64(x*blockSide)+0.5)*float64(scale.X), (float64(y*blockSide)+0.5)*float64(scale.Y))
	u, v = (u+1)*half+0.5, (v+1)*half+0.5
	right, down := half*float64(scale.X), half*float64(scale.Y)
	for i := range out {
		dx, dy := float64(i%blockSide)*right, float64(i/blockSide)*down
		tx, ty := u+dx*o.ux+dy*o.uy, v+dx*o.vx+dy*o.vy
		if !(tx >= 0 && ty >= 0 && tx < end && ty < end) {
			continue
		}
		x0, y0 := int(tx), int(ty)
		fx, fy := float32(tx-float64(x0)), float32(ty-float64(y0))
		top, bottom := s.texel[y0*stride+x0:][:2], s.texel[(y0+1)*stride+x0:][:2]
		mix := func(k int) float32 {
			a, b := top[0][k]+(top[1][k]-top[0][k])*fx, bottom[0][k]+(bottom[1][k]-bottom[0][k])*fx
			return a + (b-a)*fy
		}
		out[i] = out[i]*(1-mix(4)) + mix(c)
	}
}
