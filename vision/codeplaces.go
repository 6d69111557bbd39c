package vision

import (
	"cmp"
	"math"
	"slices"

	"blindspot/vision/raster"
)

// Places that may hold a code are sought at several scales, the finest first: at
// each, bars and modules of a few pixels stand out.
const (
	// placeSide is the longer side of the coarsest scale, placeScales how many there
	// are, each twice the one before.
	placeSide, placeScales = 160, 3
	// placeBlock is the side of the blocks that are judged, in pixels of a scale.
	placeBlock = raster.BlockSide
	// placeContrast is the range of grey levels in a block of a code, placeStep the
	// step across two pixels that counts as an edge, placeEdges the share of pixels
	// that must lie on one.
	placeContrast = 64
	placeStep     = 24
	placeEdges    = 0.2
	// placeFill is the share of its box, turned as its edges are, that a code fills,
	// placeCoherent how much its edges must run along or across one direction: near 1
	// for a sharp code, some 0.3 where modules are of two pixels, 0 for leaves.
	placeFill     = 0.45
	placeCoherent = 0.2
	// placeTight is the share of the edges in its busiest column or row, above those of
	// noise, that one of a code has at least, placeQuiet the quiet zone that is read with a tightened place,
	// as a share of its longer side.
	placeTight, placeQuiet = 0.25, 0.12
	// firstSide is the longer side at which a place is first seen and tightened,
	// textureSide that at which it is then judged.
	firstSide, textureSide = 200, 160
	// A code has alternations between dark and light, of a quarter of its range, along
	// its lines on average: squaresSwings where it is of squares, both ways, barsSwings
	// across bars. The smallest codes have 7 and 27, of the places of photos that are no
	// codes nine in ten fewer.
	squaresSwings, barsSwings = 4.5, 16
	// textureCoherent is placeCoherent for the tightened place, textureEven the share
	// that all save textureSpare of its textureCells² cells have at least of the edges
	// of the mean cell: a code fills its box.
	textureCoherent, textureEven = 0.1, 0.1
	textureCells, textureSpare   = 4, 2
	// barsLeast is what bars show of edges in one direction at least, squaresMost what
	// codes of squares show at most.
	barsLeast, squaresMost = 0.3, 0.6
	// placeBlocks is how many blocks a code has at least at one of the scales.
	placeBlocks = 6
	// codePlaces bounds how many places are read: of 126 photos of streets, rooms and
	// people, one had 47.
	codePlaces = 64
	// placeMargin is the quiet zone that is read with a place, in blocks.
	placeMargin = 2
)

// place is where a code may be, in the picture's pixels: a box turned by angle
// around its centre.
type place struct {
	centre Point
	w, h   float64
	margin float64 // around it lies what is read with it
	angle  float64 // radians, clockwise, -π/4 to π/4
	weight float64
}

// grown is p with its margin.
func (p place) grown() place {
	p.w, p.h, p.margin = p.w+2*p.margin, p.h+2*p.margin, 0
	return p
}

// box is the upright box around p.
func (p place) box() Box {
	sin, cos := math.Sincos(p.angle)
	w := p.w*math.Abs(cos) + p.h*math.Abs(sin)
	h := p.w*math.Abs(sin) + p.h*math.Abs(cos)
	return Box{p.centre.X - float32(w/2), p.centre.Y - float32(h/2), float32(w), float32(h)}
}

// codePlaces are places that may hold a code, the likeliest first, and whether there
// are more of them than are read.
func (l *look) codePlaces() (places []place, more bool) {
	for i := range placeScales {
		g, shrink := l.pyramid.grey(float64(int(placeSide) << i))
		for _, p := range placesIn(g) {
			k := float32(shrink)
			p.centre = Point{p.centre.X * k, p.centre.Y * k}
			p.w, p.h, p.margin = p.w*shrink, p.h*shrink, p.margin*shrink
			places = append(places, p)
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(b.weight, a.weight) })
	kept := places[:0]
next:
	for _, p := range places {
		for _, k := range kept {
			if IoU(p.box(), k.box()) > 0.7 {
				continue next
			}
		}
		kept = append(kept, p)
	}
	if len(kept) > codePlaces {
		return kept[:codePlaces], true
	}
	return kept, false
}

// block is what one block of pixels shows of edges: their squared steps in all, and
// the sum of their directions, four times the angle, so that what is at right angles
// adds up (Bigün and Granlund's structure tensor, of fourfold symmetry).
type block struct {
	busy   bool
	energy float32
	re, im float32
}

func placesIn(g grey) []place {
	cols, rows := g.w/placeBlock, g.h/placeBlock
	blocks := make([]block, cols*rows)
	levels := newBlockRow(cols)
	for by := range rows {
		levels.read(g, by*placeBlock)
		for bx := range cols {
			if levels.hi[bx]-levels.lo[bx] >= placeContrast {
				blocks[by*cols+bx] = g.block(bx*placeBlock, by*placeBlock)
			}
		}
	}
	var found []place
	seen := make([]bool, len(blocks))
	var members, stack []int
	for start := range blocks {
		if !blocks[start].busy || seen[start] {
			continue
		}
		members, stack = members[:0], append(stack[:0], start)
		seen[start] = true
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			members = append(members, i)
			x, y := i%cols, i/cols
			for ny := max(y-1, 0); ny <= min(y+1, rows-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, cols-1); nx++ {
					if j := ny*cols + nx; blocks[j].busy && !seen[j] {
						seen[j] = true
						stack = append(stack, j)
					}
				}
			}
		}
		if p, ok := placeOf(blocks, members, cols); ok {
			found = append(found, p)
		}
	}
	return found
}

// block judges the block with its top left pixel at (x0,y0).
func (g grey) block(x0, y0 int) block {
	var b block
	edges := 0
	for y := max(y0, 1); y < min(y0+placeBlock, g.h-1); y++ {
		above, row, below := g.pix[(y-1)*g.w:], g.pix[y*g.w:], g.pix[(y+1)*g.w:]
		for x := max(x0, 1); x < min(x0+placeBlock, g.w-1); x++ {
			dx, dy := float32(row[x+1])-float32(row[x-1]), float32(below[x])-float32(above[x])
			square := dx*dx + dy*dy
			if square < placeStep*placeStep {
				continue
			}
			edges++
			re, im := dx*dx-dy*dy, 2*dx*dy // twice the angle
			b.energy += square
			b.re += (re*re - im*im) / square
			b.im += 2 * re * im / square
		}
	}
	b.busy = float64(edges) >= placeEdges*placeBlock*placeBlock
	return b
}

// placeOf is the place that blocks lying together make, if it can be a code.
func placeOf(blocks []block, members []int, cols int) (place, bool) {
	if len(members) < placeBlocks {
		return place{}, false
	}
	var energy, re, im float64
	for _, i := range members {
		energy, re, im = energy+float64(blocks[i].energy), re+float64(blocks[i].re), im+float64(blocks[i].im)
	}
	coherent := math.Hypot(re, im) / energy
	if coherent < placeCoherent {
		return place{}, false
	}
	p := place{angle: math.Atan2(im, re) / 4, weight: coherent * math.Sqrt(float64(len(members)))}
	sin, cos := math.Sincos(p.angle)
	u0, u1, v0, v1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, i := range members {
		x, y := float64(i%cols)+.5, float64(i/cols)+.5
		u, v := x*cos+y*sin, -x*sin+y*cos
		u0, u1, v0, v1 = min(u0, u), max(u1, u), min(v0, v), max(v1, v)
	}
	w, h := u1-u0+1, v1-v0+1
	if float64(len(members)) < placeFill*w*h {
		return place{}, false
	}
	u, v := (u0+u1)/2, (v0+v1)/2
	p.centre = Point{float32((u*cos - v*sin) * placeBlock), float32((u*sin + v*cos) * placeBlock)}
	p.w, p.h, p.margin = w*placeBlock, h*placeBlock, placeMargin*placeBlock
	return p, true
}

// upright is the place p turned upright, with its margin, its longer side of so many
// pixels.
func (l *look) upright(p place, side float64) (grey, error) {
	p = p.grown()
	k := side / max(p.w, p.h)
	w, h := max(int(p.w*k+.5), 1), max(int(p.h*k+.5), 1)
	r := p.box().clip(l.width(), l.height()).region()
	if r.w < 1 || r.h < 1 {
		return grey{}, nil
	}
	v, err := l.pyramid.greyView(r, float64(max(l.pyramid.w, l.pyramid.h))*min(k, 1))
	if err != nil || v.grey.w < 2 || v.grey.h < 2 {
		return grey{}, err
	}
	sin, cos := math.Sincos(p.angle)
	step := 1 / k / v.shrink
	cx := float64(p.centre.X)/v.shrink - v.x - .5
	cy := float64(p.centre.Y)/v.shrink - v.y - .5
	u, d := (.5-float64(w)/2)*step, (.5-float64(h)/2)*step
	return v.grey.turnedBy(cx+u*cos-d*sin, cy+u*sin+d*cos, step*cos, step*sin, w, h), nil
}

// tightened is p without what lies around a code in it, and whether it looks like one.
func (l *look) tightened(p place) (tight place, ok bool, err error) {
	g, err := l.upright(p, firstSide)
	if err != nil || g.w < 2 || g.h < 2 {
		return p, false, err
	}
	tight = p.tightened(g)
	inner := tight
	inner.margin = 0
	g, err = l.upright(inner, textureSide)
	return tight, err == nil && g.likeCode(), err
}

// tightened is p without what lies around the code in g, which shows p with its
// margin: blocks of a coarse scale reach far beyond a small code.
func (p place) tightened(g grey) place {
	across, down := raster.Steps(g.pix, g.w, g.h)
	x0, x1 := extent(across)
	y0, y1 := extent(down)
	all := p.grown()
	k := max(all.w, all.h) / float64(max(g.w, g.h))
	du, dv := (float64(x0+x1)-float64(g.w))/2*k, (float64(y0+y1)-float64(g.h))/2*k
	sin, cos := math.Sincos(p.angle)
	p.centre = Point{p.centre.X + float32(du*cos-dv*sin), p.centre.Y + float32(du*sin+dv*cos)}
	p.w, p.h = float64(x1-x0)*k, float64(y1-y0)*k
	p.margin = placeQuiet * max(p.w, p.h)
	return p
}

// bars says which way the edges of g run: 1 where all run down, as those of upright
// bars do, -1 where all run across, 0 for as many of each.
func (g grey) bars() float64 {
	across, down := raster.Energy(g.pix, g.w, g.h)
	if across+down == 0 {
		return 0
	}
	return (float64(across) - float64(down)) / float64(across+down)
}

// extent is from where to where a profile stands well above its least, which is that
// of noise.
func extent(profile []uint32) (from, to int) {
	profile = profile[1:] // the first has no neighbour before it
	floor := slices.Min(profile)
	least := floor + uint32(placeTight*float64(slices.Max(profile)-floor))
	to = len(profile)
	for from < to && profile[from] <= least {
		from++
	}
	for to > from && profile[to-1] <= least {
		to--
	}
	return from + 1, to + 1
}

// turnedBy is w × h samples of g from (x,y) on, each (dx,dy) after the one before it
// and (-dy,dx) below the one above it, bilinear, with the border repeated.
func (g grey) turnedBy(x, y, dx, dy float64, w, h int) grey {
	t := grey{make([]byte, w*h), w, h}
	raster.Turn(t.pix, w, g.pix, g.w, g.h, x, y, dx, dy)
	return t
}

// likeCode says whether g, a tightened place without its margin, has the texture of a
// code: lines that alternate often between dark and light, edges that run along its
// sides or across them, everywhere.
func (g grey) likeCode() bool {
	if g.w < textureCells+2 || g.h < textureCells+2 {
		return false
	}
	swing := g.spread() / 4
	alongRows, alongColumns := g.swings(swing)
	bars := g.bars()
	across := alongRows
	if bars < 0 {
		across = alongColumns
	}
	squares := math.Abs(bars) <= squaresMost && min(alongRows, alongColumns) >= squaresSwings
	if !squares && (math.Abs(bars) < barsLeast || across < barsSwings) {
		return false
	}
	var cells [textureCells * textureCells]int
	total, energy, along := 0, 0.0, 0.0
	least := max(swing*swing/4, 1)
	for y := 1; y < g.h-1; y++ {
		above, row, below := g.pix[(y-1)*g.w:][:g.w], g.pix[y*g.w:][:g.w], g.pix[(y+1)*g.w:][:g.w]
		cell := y * textureCells / g.h * textureCells
		for x := 1; x < g.w-1; x++ {
			dx, dy := int(row[x+1])-int(row[x-1]), int(below[x])-int(above[x])
			square := dx*dx + dy*dy
			cells[cell+x*textureCells/g.w] += square
			total += square
			if square >= least {
				re, im := dx*dx-dy*dy, 2*dx*dy // twice the angle
				energy += float64(square)
				along += float64(re*re-im*im) / float64(square)
			}
		}
	}
	slices.Sort(cells[:])
	return along >= textureCoherent*energy && float64(cells[textureSpare]*len(cells)) >= textureEven*float64(total)
}

// spread is how far apart the levels of g are, the darkest and lightest twentieths
// left out.
func (g grey) spread() int {
	var counts [256]int
	for _, v := range g.pix {
		counts[v]++
	}
	few := len(g.pix) / 20
	lo, hi := 0, 255
	for n := counts[0]; n < few; n += counts[lo] {
		lo++
	}
	for n := counts[255]; n < few; n += counts[hi] {
		hi--
	}
	return max(hi-lo, 0)
}

// swings is how often the level turns by more than least along a row of g, and along
// a column, on average.
func (g grey) swings(least int) (rows, columns float64) {
	count := func(lines, length, next, step int) float64 {
		n := 0
		for i := range lines {
			o := i * next
			turn, up := int(g.pix[o]), true
			for range length - 1 {
				o += step
				v := int(g.pix[o])
				if v == turn || v > turn == up {
					turn = v
				} else if absInt(v-turn) > least {
					turn, up = v, !up
					n++
				}
			}
		}
		return float64(n) / float64(lines)
	}
	return count(g.h, g.w, g.w, 1), count(g.w, g.h, 1, g.w)
}

func absInt(x int) int { return max(x, -x) }
