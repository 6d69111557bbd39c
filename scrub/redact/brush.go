package redact

import (
	"encoding/binary"
	"image"
	"math/rand/v2"
)

// How the styles look, in levels of 0 to 255 unless it says otherwise.
const (
	grain      = 2.5 // of a blur's finest noise, without which it looks like plastic
	mottle     = 5   // of a blur's coarse noise, which survives any quantisation
	mottleTint = 0.4 // of that, for a component without brightness

	tilesAcross  = 8   // tiles along the longer side of a mosaic
	tileContrast = 0.6 // of the tiles, as a part of the ring's own contrast…
	tileMin      = 8   // …within these bounds
	tileMax      = 28
	tileTint     = 0.15 // of the tiles' contrast, for colour

	solidMin  = 8 // of a solid's grey: none tells it from black,
	solidMax  = 26
	solidTint = 2 // and two runs rarely give the same

	faceDark = 0.6 // the brightness of a face in the dark, as a part of its own
)

// model is what the components of a picture stand for.
type model struct {
	// brightness is by how much each component changes as the picture brightens.
	brightness []float32
	// of is a colour in components, 0 to 255.
	of func(r, g, b float32) [4]float32
}

func luma(r, g, b float32) float32 { return 0.299*r + 0.587*g + 0.114*b }

func ycc(r, g, b float32) [4]float32 {
	y := luma(r, g, b)
	return [4]float32{y, 128 + 0.564*(b-y), 128 + 0.713*(r-y), 255}
}

// video is YCbCr as VP8 has it: BT.601, luminance from 16 to 235.
func video(r, g, b float32) [4]float32 {
	c := ycc(r, g, b)
	return [4]float32{16 + c[0]*219/255, 128 + (c[1]-128)*224/255, 128 + (c[2]-128)*224/255, 255}
}

// The models. Without an Adobe marker CMYK is ink; Adobe stores CMYK inverted, so its
// components are light; the YCbCr in YCCK is that of the ink, and dark is bright there.
var (
	greyModel  = model{[]float32{1}, func(r, g, b float32) [4]float32 { return [4]float32{luma(r, g, b)} }}
	rgbModel   = model{[]float32{1, 1, 1}, func(r, g, b float32) [4]float32 { return [4]float32{r, g, b} }}
	yccModel   = model{[]float32{1, 0, 0}, ycc}
	cmykModel  = model{[]float32{1, 1, 1, 0}, func(r, g, b float32) [4]float32 { return [4]float32{r, g, b, 255} }}
	videoModel = model{[]float32{1, 0, 0}, video}
	inkModel   = model{[]float32{-1, -1, -1, 0}, func(r, g, b float32) [4]float32 { return [4]float32{255 - r, 255 - g, 255 - b} }}
	ycckModel  = model{[]float32{-1, 0, 0, 0}, func(r, g, b float32) [4]float32 { return ycc(255-r, 255-g, 255-b) }}
)

// noise draws numbers from a ChaCha8 stream.
type noise struct {
	source *rand.ChaCha8
}

// float is uniform in [-1, 1).
func (n *noise) float() float32 { return float32(n.source.Uint64()>>40)/(1<<23) - 1 }

// between is uniform in [a, b).
func (n *noise) between(a, b float32) float32 { return a + (b-a)*(n.float()+1)/2 }

// pick is uniform in 0 to count-1, but for a bias of no weight.
func (n *noise) pick(count int) int { return int(n.source.Uint64() >> 32 * uint64(count) >> 32) }

// block fills b with noise, uniform in (-1, 1), of 8 bits.
func (n *noise) block(b *[64]float32) {
	var bytes [64]byte
	for i := 0; i < len(bytes); i += 8 {
		binary.LittleEndian.PutUint64(bytes[i:], n.source.Uint64())
	}
	for i, v := range bytes {
		b[i] = (float32(v) - 127.5) / 128
	}
}

// artist draws the regions of one picture.
type artist struct {
	layout  *layout
	brushes []brush // by region
	noise   noise
}

// brush is what one region is drawn with.
type brush struct {
	style   Style
	patch   *patch
	flat    [4]float32  // the colour of a solid
	mottles [][]float32 // by component, at the corners of the patch's blocks
	tiles   tiles
	sprite  *sprite
	faces   []*brush // those of the patch, this one's among them: none cuts another
	outline outline
}

// tiles are those of a mosaic, laid so that no block lies in two of them.
type tiles struct {
	size   image.Point // pixels
	rect   image.Rectangle
	colour [4][]float32 // by component and tile
}

// newArtist prepares the brushes, once the ring is known.
func newArtist(l *layout, plan *Plan, places []place, patches []*patch, n Noise) *artist {
	a := &artist{layout: l, brushes: make([]brush, len(places)), noise: noise{source: n.source()}}
	for _, p := range patches {
		for c := range p.fields {
			p.fields[c].grow()
		}
		mottles := a.mottle(p)
		var faces []*brush
		for _, i := range p.regions {
			a.brushes[i] = brush{style: plan.Regions[i].Style, patch: p, mottles: mottles, outline: places[i].outline}
			b, box := &a.brushes[i], plan.Regions[i].Box
			switch b.style {
			case Solid:
				grey := a.noise.between(solidMin, solidMax)
				b.flat = l.model.of(grey+solidTint*a.noise.float(), grey+solidTint*a.noise.float(), grey+solidTint*a.noise.float())
			case Mosaic:
				b.tiles = a.lay(p, l.pixels(places[i].cells.bounds()))
			case Face:
				b.sprite = a.face(max(box.W, box.H), plan.Regions[i].Tone, p.fields[0].average)
				faces = append(faces, b)
			}
		}
		for _, b := range faces {
			b.faces = faces
		}
	}
	return a
}

// mottle is coarse noise for a patch, less where it meets the ring.
func (a *artist) mottle(p *patch) [][]float32 {
	all := make([][]float32, len(p.fields))
	for c := range p.fields {
		f := &p.fields[c]
		amount := float32(mottle) / 4
		if a.layout.model.brightness[c] == 0 {
			amount *= mottleTint
		}
		w, h := f.rect.Dx(), f.rect.Dy()
		all[c] = make([]float32, len(f.corner))
		for y := range h {
			for x := range w {
				if f.known[y*w+x] {
					continue
				}
				for _, i := range [4]int{y*(w+1) + x, y*(w+1) + x + 1, (y+1)*(w+1) + x, (y+1)*(w+1) + x + 1} {
					all[c][i] += amount * a.noise.float()
				}
			}
		}
	}
	return all
}

// lay lays the tiles of a mosaic over the pixels.
func (a *artist) lay(p *patch, pixels image.Rectangle) tiles {
	side := max(pixels.Dx(), pixels.Dy()) / tilesAcross
	unit := image.Point{}
	for _, k := range a.layout.components {
		unit.X, unit.Y = max(unit.X, blockSide*k.scale.X), max(unit.Y, blockSide*k.scale.Y)
	}
	t := tiles{size: image.Pt(max(side+unit.X/2, unit.X)/unit.X*unit.X, max(side+unit.Y/2, unit.Y)/unit.Y*unit.Y)}
	t.rect = image.Rect(pixels.Min.X/t.size.X, pixels.Min.Y/t.size.Y,
		(pixels.Max.X-1)/t.size.X+1, (pixels.Max.Y-1)/t.size.Y+1)
	contrast := min(max(tileContrast*p.fields[0].spread, tileMin), tileMax)
	for y := t.rect.Min.Y; y < t.rect.Max.Y; y++ {
		for x := t.rect.Min.X; x < t.rect.Max.X; x++ {
			light := contrast * a.noise.float()
			for c, k := range a.layout.components {
				v := p.fields[c].mean((2*x+1)*t.size.X/2/(blockSide*k.scale.X), (2*y+1)*t.size.Y/2/(blockSide*k.scale.Y))
				v += light*a.layout.model.brightness[c] + tileTint*contrast*a.noise.float()
				t.colour[c] = append(t.colour[c], v)
			}
		}
	}
	return t
}

// at is the colour of component c at a pixel.
func (t *tiles) at(c, x, y int) float32 {
	return t.colour[c][(y/t.size.Y-t.rect.Min.Y)*t.rect.Dx()+x/t.size.X-t.rect.Min.X]
}

// draw fills block (x, y) of component c with what the region draws there.
func (a *artist) draw(region, c, x, y int, out *[64]float32) {
	b := &a.brushes[region]
	scale := a.layout.components[c].scale
	switch b.style {
	case Solid:
		fill(out, b.flat[c])
	case Mosaic:
		fill(out, b.tiles.at(c, x*blockSide*scale.X, y*blockSide*scale.Y))
	default:
		a.gradient(b, c, x, y, out)
		for _, f := range b.faces {
			f.sprite.draw(&f.outline, c, x, y, scale, out)
		}
	}
	for i, v := range out {
		out[i] = min(max(v, 0), 255)
	}
}

func fill(out *[64]float32, v float32) {
	for i := range out {
		out[i] = v
	}
}

// gradient fills block (x, y) of component c with the patch's field and noise.
func (a *artist) gradient(b *brush, c, x, y int, out *[64]float32) {
	f := &b.patch.fields[c]
	if a.layout.model.brightness[c] != 0 {
		a.noise.block(out)
	} else {
		*out = [64]float32{}
	}
	tl, tr, bl, br := f.corners(b.mottles[c], x, y)
	for j := range blockSide {
		t := (float32(j) + 0.5) / blockSide
		left, right := tl+(bl-tl)*t, tr+(br-tr)*t
		step := (right - left) / blockSide
		row := out[j*blockSide : (j+1)*blockSide]
		for i := range row {
			row[i] = left + (float32(i)+0.5)*step + grain*row[i]
		}
	}
}
