package pdf417

import (
	"cmp"
	"image"
	"math"
	"slices"

	"blindspot/vision/raster"
)

// The guard patterns, as widths of bars and spaces, bar first.
var (
	startPattern = []float32{8, 1, 1, 1, 1, 1, 1, 3}
	stopPattern  = []float32{7, 1, 1, 3, 1, 1, 1, 2, 1}
)

// Lines is a picture as [Locate] sees it: rows and columns of grey levels.
type Lines interface {
	// Size is the number of columns and rows.
	Size() (w, h int)
	// Row and Column fill dst, which has the picture's width or height.
	Row(y int, dst []byte)
	Column(x int, dst []byte)
}

// Locate gives the boxes in which symbols may lie, the likeliest first, judged by
// the guard patterns on every step-th row and column of pixels. A symbol that is
// lower than three steps is missed. Boxes are generous: where only one end of a
// symbol was found they hold the widest that it may be, and they may reach beyond the
// picture, which may be a tile of a larger one.
func Locate(p Lines, step int) []image.Rectangle {
	w, h := p.Size()
	if w <= 0 || h <= 0 || w > maxSide || h > maxSide || step < 1 {
		return nil
	}
	var boxes []image.Rectangle
	for _, c := range candidates(p, step) {
		s := Symbol{Corners: c.corners()}
		margin := int(math.Ceil(max(4*c.module, .1*float64(s.Bounds().Dy())))) + step
		boxes = append(boxes, s.Bounds().Inset(-margin))
	}
	return boxes
}

// hit is where a line of pixels crosses a guard pattern.
type hit struct {
	line         int
	outer, inner float32 // edges of the pattern on the side of the quiet zone and of the data
	module       float32
}

// chain is one guard pattern, seen on several lines.
type chain struct {
	stop     bool
	upright  bool // reading goes with growing positions on a line
	hits     []hit
	outer    fit // position of the outer edge by line
	inner    fit
	module   float64
	from, to float64 // lines
}

// fit is a straight line y = slope·x + start.
type fit struct{ slope, start float64 }

func (f fit) at(x float64) float64 { return f.slope*x + f.start }

// candidate is what may be a symbol: its guard patterns, or one of them.
type candidate struct {
	columns     bool // found on columns of pixels, not on rows
	start, stop *chain
	module      float64
	hits        int
}

// point is position on a line, in pixels.
func (c *candidate) point(line, position float64) Point {
	if c.columns {
		return Point{line + .5, position}
	}
	return Point{position, line + .5}
}

// corners are those of the symbol. Where one end was not found, it is as far away
// as it can be.
func (c *candidate) corners() [4]Point {
	end := func(ch *chain) (a, b Point) {
		return c.point(ch.from, ch.outer.at(ch.from)), c.point(ch.to, ch.outer.at(ch.to))
	}
	switch {
	case c.start != nil && c.stop != nil:
		a, b := end(c.start)
		d, e := end(c.stop)
		return [4]Point{a, d, e, b}
	case c.start != nil:
		a, b := end(c.start)
		far := c.across(c.start, c.module*wordWidth*(maxColumns+4))
		return [4]Point{a, {a.X + far.X, a.Y + far.Y}, {b.X + far.X, b.Y + far.Y}, b}
	default:
		a, b := end(c.stop)
		far := c.across(c.stop, -c.module*wordWidth*(maxColumns+4))
		return [4]Point{{a.X + far.X, a.Y + far.Y}, a, b, {b.X + far.X, b.Y + far.Y}}
	}
}

// across is the way of the given length at right angles to a guard pattern, in the
// direction of reading.
func (c *candidate) across(ch *chain, length float64) Point {
	k := length / math.Hypot(1, ch.outer.slope)
	if !ch.upright {
		k = -k
	}
	// Along the pattern is (slope, 1) as (position, line); at right angles (1, -slope).
	if c.columns {
		return Point{-ch.outer.slope * k, k}
	}
	return Point{k, -ch.outer.slope * k}
}

// candidates finds guard patterns and pairs them.
func candidates(p Lines, step int) []*candidate {
	w, h := p.Size()
	var all []*candidate
	for _, columns := range []bool{false, true} {
		lines, length := h, w
		if columns {
			lines, length = w, h
		}
		f := newFinder(length)
		for i := step / 2; i < lines && len(f.hits) < maxHits; i += step {
			if columns {
				p.Column(i, f.line)
			} else {
				p.Row(i, f.line)
			}
			f.search(i)
		}
		all = append(all, pairs(chains(f.hits, step), columns)...)
	}
	slices.SortStableFunc(all, func(a, b *candidate) int { return cmp.Compare(b.hits, a.hits) })
	return all[:min(len(all), maxSymbols)]
}

// finder looks for guard patterns on lines of pixels.
type finder struct {
	line      []byte
	lo, hi    []byte // darkest and lightest of each block
	edges     []float32
	firstDark bool // whether the run after edges[0] is dark
	hits      []found
}

// found is a hit and what it is of.
type found struct {
	hit
	stop, upright bool
}

func newFinder(length int) *finder {
	blocks := (length + blockWidth - 1) / blockWidth
	return &finder{line: make([]byte, length), lo: make([]byte, blocks), hi: make([]byte, blocks)}
}

// search finds the patterns on line i, which is in f.line.
func (f *finder) search(i int) {
	f.cut()
	e := f.edges
	for k := 0; k+wordRuns < len(e); k++ {
		dark := (k%2 == 0) == f.firstDark
		if dark {
			// Start upright, stop upright, stop upside down.
			if m, ok := matches(e[k:], startPattern, startWidth, false); ok {
				f.hits = append(f.hits, found{hit{i, e[k], e[k+8], m}, false, true})
			}
			if k+9 < len(e) {
				if m, ok := matches(e[k:], stopPattern, stopWidth, false); ok {
					f.hits = append(f.hits, found{hit{i, e[k+9], e[k], m}, true, true})
				} else if m, ok := matches(e[k:], stopPattern, stopWidth, true); ok {
					f.hits = append(f.hits, found{hit{i, e[k], e[k+9], m}, true, false})
				}
			}
		} else if m, ok := matches(e[k:], startPattern, startWidth, true); ok {
			f.hits = append(f.hits, found{hit{i, e[k+8], e[k], m}, false, false})
		}
	}
}

// cut finds the edges of f.line, in pixels: where it crosses the middle between the
// darkest and the lightest around.
func (f *finder) cut() {
	f.edges = f.edges[:0]
	n := len(f.line)
	whole := n / blockWidth
	raster.Pieces(f.lo[:whole], f.hi[:whole], f.line)
	if rest := f.line[whole*blockWidth:]; len(rest) > 0 {
		f.lo[whole], f.hi[whole] = slices.Min(rest), slices.Max(rest)
	}
	known, dark := false, false
	for b := range f.lo {
		if f.hi[b]-f.lo[b] < minContrast/2 && known {
			// Flat: no edge within, save where the flat runs differ from what was before.
			if b > 0 && f.hi[b-1]-f.lo[b-1] < minContrast/2 && absDiff(f.lo[b], f.lo[b-1]) < minContrast/2 {
				continue
			}
		}
		lo, hi := byte(255), byte(0)
		for _, v := range f.lo[max(b-blockReach, 0):min(b+blockReach+1, len(f.lo))] {
			lo = min(lo, v)
		}
		for _, v := range f.hi[max(b-blockReach, 0):min(b+blockReach+1, len(f.hi))] {
			hi = max(hi, v)
		}
		if hi-lo < minContrast {
			continue
		}
		t := byte((int(lo) + int(hi)) / 2)
		if known && (dark && f.hi[b] < t || !dark && f.lo[b] >= t) {
			continue
		}
		for x := b * blockWidth; x < min((b+1)*blockWidth, n); x++ {
			v := f.line[x]
			if known && (v < t) == dark {
				continue
			}
			now := v < t
			if known {
				at := float32(x)
				if u := f.line[x-1]; u != v && (u < t) != now {
					at += .5 - (float32(v)-float32(t))/(float32(v)-float32(u))
				}
				f.edges = append(f.edges, at)
			} else {
				f.edges = append(f.edges, float32(x))
				f.firstDark = now
			}
			known, dark = true, now
		}
	}
}

func absDiff(a, b byte) byte { return max(a, b) - min(a, b) }

// matches says whether the runs from e[0] are those of a pattern of so many modules,
// or of its mirror image, and how wide a module is.
func matches(e []float32, pattern []float32, modules float32, mirrored bool) (module float32, ok bool) {
	n := len(pattern)
	total := e[n] - e[0]
	m := total / modules
	if m < minModule {
		return 0, false
	}
	// The wide bar first: it alone rules out nearly everything.
	first := e[1] - e[0]
	if mirrored {
		first = e[n] - e[n-1]
	}
	if d := first/m - pattern[0]; d > runError || d < -runError {
		return 0, false
	}
	before := float32(0)
	for i := range n {
		var width float32
		if mirrored {
			width = e[n-i] - e[n-i-1]
		} else {
			width = e[i+1] - e[i]
		}
		d := width/m - pattern[i]
		if d > runError || d < -runError || i > 0 && (d+before > pairError || d+before < -pairError) {
			return 0, false
		}
		before = d
	}
	return m, true
}

// chains joins hits of neighbouring lines.
func chains(hits []found, step int) []*chain {
	var all []*chain
	for _, h := range hits {
		var best *chain
		nearest := math.Inf(1)
		for i := len(all) - 1; i >= 0; i-- {
			c := all[i]
			last := c.hits[len(c.hits)-1]
			lines := h.line - last.line
			if c.stop != h.stop || c.upright != h.upright || lines == 0 || lines > chainGap*step {
				continue
			}
			d := math.Abs(float64(h.outer - last.outer))
			if d > float64(lines)+2*float64(h.module) || h.module > 1.4*last.module || last.module > 1.4*h.module {
				continue
			}
			if d < nearest {
				best, nearest = c, d
			}
		}
		if best == nil {
			if len(all) == maxChains {
				// Drop what was a false start, or give up.
				all = slices.DeleteFunc(all, func(c *chain) bool {
					return len(c.hits) < minChain && h.line-c.hits[len(c.hits)-1].line > chainGap*step
				})
				if len(all) == maxChains {
					break
				}
			}
			best = &chain{stop: h.stop, upright: h.upright}
			all = append(all, best)
		}
		best.hits = append(best.hits, h.hit)
	}
	all = slices.DeleteFunc(all, func(c *chain) bool { return !c.settle() })
	return all
}

// settle fits lines to the hits and drops those that lie off; it says whether
// enough are left.
func (c *chain) settle() bool {
	if len(c.hits) < minChain {
		return false
	}
	n := len(c.hits)
	xs, outer, inner := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, h := range c.hits {
		xs[i], outer[i], inner[i] = float64(h.line), float64(h.outer), float64(h.inner)
		c.module += float64(h.module)
	}
	c.module /= float64(n)
	var sound int
	c.outer, sound = fitLine(xs, outer, c.module)
	c.inner, _ = fitLine(xs, inner, c.module)
	c.from, c.to = xs[0], xs[n-1]
	// The pattern is crossed at an angle: what was measured along a line of pixels
	// is longer than what it is across.
	c.module /= math.Hypot(1, c.outer.slope)
	return sound >= minChain
}

// fitLine fits y over x, robustly: the median slope of distant pairs, then least
// squares over what lies within limit. It returns how many did.
func fitLine(x, y []float64, limit float64) (fit, int) {
	n := len(x)
	if n < 2 {
		return fit{}, 0
	}
	var slopes []float64
	for i := range n - n/2 {
		if j := i + n/2; x[j] != x[i] {
			slopes = append(slopes, (y[j]-y[i])/(x[j]-x[i]))
		}
	}
	if len(slopes) == 0 {
		return fit{}, 0
	}
	f := fit{slope: median(slopes)}
	rest := make([]float64, n)
	for i := range n {
		rest[i] = y[i] - f.slope*x[i]
	}
	f.start = median(rest)
	sound := 0
	for range 2 {
		var k, sx, sy, sxx, sxy float64
		for i := range n {
			if math.Abs(y[i]-f.at(x[i])) <= limit {
				k, sx, sy, sxx, sxy = k+1, sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
			}
		}
		sound = int(k)
		if d := k*sxx - sx*sx; k >= 2 && d > 1e-9 {
			f.slope = (k*sxy - sx*sy) / d
			f.start = (sy - f.slope*sx) / k
		}
	}
	return f, sound
}

func median(v []float64) float64 {
	v = slices.Clone(v)
	slices.Sort(v)
	return v[len(v)/2]
}

// pairs puts start and stop patterns together that can be of one symbol.
func pairs(all []*chain, columns bool) []*candidate {
	var found []*candidate
	used := map[*chain]bool{}
	for _, start := range all {
		if start.stop {
			continue
		}
		// A codeword can look like a stop pattern, but not on as many lines.
		var fitting []*chain
		most := 0
		for _, stop := range all {
			if stop.stop && stop.upright == start.upright && !used[stop] && belong(start, stop, columns) {
				fitting = append(fitting, stop)
				most = max(most, len(stop.hits))
			}
		}
		var best *chain
		nearest := math.Inf(1)
		for _, stop := range fitting {
			way := math.Abs(stop.outer.at(stop.from) - start.outer.at(start.from))
			if 2*len(stop.hits) >= most && way < nearest {
				best, nearest = stop, way
			}
		}
		c := &candidate{columns: columns, start: start, stop: best, module: start.module, hits: len(start.hits)}
		if best != nil {
			used[best] = true
			c.module = (start.module + best.module) / 2
			c.hits += 2 * len(best.hits)
		}
		found = append(found, c)
	}
	for _, stop := range all {
		if stop.stop && !used[stop] {
			found = append(found, &candidate{columns: columns, stop: stop, module: stop.module, hits: len(stop.hits)})
		}
	}
	return found
}

// belong says whether two patterns can be of one symbol: about as large, about
// parallel, beside one another, and as far apart as a symbol is wide.
func belong(start, stop *chain, columns bool) bool {
	if stop.module > 2*start.module || start.module > 2*stop.module ||
		math.Abs(math.Atan(stop.outer.slope)-math.Atan(start.outer.slope)) > .5 {
		return false
	}
	c := &candidate{columns: columns, start: start, stop: stop}
	a, b := middle(c, start), middle(c, stop)
	way := c.across(start, 1)
	along := (b.X-a.X)*way.X + (b.Y-a.Y)*way.Y
	aside := math.Abs((b.X-a.X)*way.Y - (b.Y-a.Y)*way.X)
	module := (start.module + stop.module) / 2
	height := max(start.to-start.from, stop.to-stop.from)
	return along >= 3*wordWidth*module && along <= 1.5*wordWidth*(maxColumns+4)*module && aside <= height+along/2
}

// middle is the middle of a guard pattern's outer edge.
func middle(c *candidate, ch *chain) Point {
	line := (ch.from + ch.to) / 2
	return c.point(line, ch.outer.at(line))
}
