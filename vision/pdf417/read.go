package pdf417

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// symbols finds and reads the symbols of g.
func (g *grey) symbols() []Symbol {
	var all []Symbol
	for _, c := range candidates(g, 1+min(g.w, g.h)/1024) {
		s, ok := g.read(c)
		if !ok {
			paired := c.start != nil && c.stop != nil
			if !paired && c.hits < strongChain {
				continue
			}
			s = Symbol{Corners: c.corners()}
			if !paired {
				s.Corners = c.narrow()
			}
		}
		all = append(all, s)
	}
	return all
}

// narrow are the corners of a symbol of which one end was found, as wide as it is
// high, for want of better knowledge.
func (c *candidate) narrow() [4]Point {
	ch, sign := c.start, 1.0
	if ch == nil {
		ch, sign = c.stop, -1
	}
	a, b := c.point(ch.from, ch.outer.at(ch.from)), c.point(ch.to, ch.outer.at(ch.to))
	far := c.across(ch, sign*max(math.Hypot(b.X-a.X, b.Y-a.Y), c.module*wordWidth*4))
	p := [4]Point{a, {a.X + far.X, a.Y + far.Y}, {b.X + far.X, b.Y + far.Y}, b}
	if ch.stop {
		p = [4]Point{p[1], p[0], p[3], p[2]}
	}
	return p
}

// word is a codeword that was read: its cluster, 0 to 2, and value; value is -1
// where none could be.
type word struct{ cluster, value int }

var unread = word{-1, -1}

// decoding finds codewords by the sums of neighbouring bars and spaces, which do
// not depend on how thick the ink is.
var decoding = sync.OnceValue(func() map[uint32]word {
	all := make(map[uint32]word, 3*codewords)
	for cluster := range patterns {
		for value, p := range patterns[cluster] {
			w := widths(p)
			var key uint32
			for i := range 6 {
				key = key<<4 | uint32(w[i]+w[i+1])
			}
			all[key] = word{cluster, value}
		}
	}
	return all
})

// widths are the bars and spaces of a pattern.
func widths(p uint16) [wordRuns]int {
	var w [wordRuns]int
	bits := uint32(p) | 1<<16
	run, dark := 0, uint32(1)
	for i := wordWidth - 1; i >= 0; i-- {
		if bits>>i&1 != dark {
			run, dark = run+1, 1-dark
		}
		w[run]++
	}
	return w
}

// identify reads the codeword whose runs lie between nine edges.
func identify(e []float32) word {
	total := e[wordRuns] - e[0]
	if total <= 0 {
		return unread
	}
	var key uint32
	for i := range 6 {
		n := int(float64((e[i+2]-e[i])*wordWidth/total) + .5)
		if n < 2 || n > 9 {
			return unread
		}
		key = key<<4 | uint32(n)
	}
	if w, ok := decoding()[key]; ok {
		return w
	}
	return unread
}

// read reads the symbol of a candidate.
func (g *grey) read(c *candidate) (Symbol, bool) {
	if c.start == nil {
		return Symbol{}, false // found, but reading begins at the start pattern
	}
	f, ok := g.measure(c)
	if !ok {
		return Symbol{}, false
	}
	m := g.scan(f)
	words, corrected, ok := m.correct()
	if !ok {
		g.soften(f, m)
		if words, corrected, ok = m.correct(); !ok {
			return Symbol{}, false
		}
	}
	t, err := text(words)
	if err != nil {
		return Symbol{}, false
	}
	s := Symbol{Read: true, Text: t, Rows: f.rows, Columns: f.columns, Level: f.level, Corrected: corrected}
	end := float64(wordWidth*(f.columns+3) + stopWidth)
	for i, p := range []Point{{0, 0}, {end, 0}, {end, float64(f.rows)}, {0, float64(f.rows)}} {
		s.Corners[i] = f.place.apply(p)
	}
	return s, true
}

// frame is where a symbol lies and how large it is. place maps modules from the
// start pattern's outer edge, and rows, to pixels.
type frame struct {
	place                homography
	rows, columns, level int
	module               float64 // in pixels, about
	rowHeight            float64 // in pixels, about
}

// indicator is a row indicator seen at a share of the way along a guard pattern.
type indicator struct {
	at   float64
	word word
}

// row is that of an indicator, from 0.
func (i indicator) row() int { return 3*(i.word.value/30) + i.word.cluster }

// measure finds a symbol's size and place from its row indicators.
func (g *grey) measure(c *candidate) (frame, bool) {
	// Guard patterns are lost at their ends, so look a little beyond.
	reach := .1
	edge := func(ch *chain, f fit) func(t float64) Point {
		return func(t float64) Point {
			line := ch.from + (ch.to-ch.from)*t
			return c.point(line, f.at(line))
		}
	}
	left := edge(c.start, c.start.outer)
	var right func(t float64) Point
	if c.stop != nil {
		// The ends of the two patterns may have been lost unequally, but indicators
		// will say which rows belong together.
		right = edge(c.stop, c.stop.inner)
	}
	var lefts, rights []indicator
	sampler := newSampler()
	for i := range probes {
		t := -reach + (1+2*reach)*(float64(i)+.5)/probes
		var way Point // one module, in pixels
		from := left(t)
		switch {
		case c.stop != nil:
			way = unit(from, right(t), c.start.module)
		default:
			way = c.across(c.start, c.module)
		}
		sampler.sample(g, func(u float64) Point { return Point{from.X + way.X*u, from.Y + way.Y*u} }, startWidth-4, startWidth+2*wordWidth, norm(way))
		if w := sampler.wordAt(startWidth, boundaryError); w.value >= 0 {
			lefts = append(lefts, indicator{t, w})
		}
		if c.stop != nil {
			to := right(t)
			way := unit(left(t), to, c.stop.module)
			sampler.sample(g, func(u float64) Point { return Point{to.X + way.X*u, to.Y + way.Y*u} }, -2*wordWidth, 4, norm(way))
			if w := sampler.wordAt(-wordWidth, boundaryError); w.value >= 0 {
				rights = append(rights, indicator{t, w})
			}
		}
	}
	var f frame
	if !f.size(lefts, rights) {
		return f, false
	}
	leftRows, ok := f.fitRows(lefts)
	rightRows, okRight := f.fitRows(rights)
	switch {
	case !ok && !okRight:
		return f, false
	case !ok:
		leftRows = rightRows
	case !okRight:
		rightRows = leftRows
	}
	end := float64(wordWidth * (f.columns + 3))
	at := func(fit fit, row float64) float64 { return (row - fit.start) / fit.slope }
	rows := float64(f.rows)
	a, b := left(at(leftRows, 0)), left(at(leftRows, rows))
	var d, e Point
	if c.stop != nil {
		d, e = right(at(rightRows, 0)), right(at(rightRows, rows))
	} else {
		way := c.across(c.start, c.module*end)
		d, e = Point{a.X + way.X, a.Y + way.Y}, Point{b.X + way.X, b.Y + way.Y}
	}
	f.module = (distance(a, d) + distance(b, e)) / 2 / end
	f.rowHeight = (distance(a, b) + distance(d, e)) / 2 / rows
	if f.module < minModule/2 || f.rowHeight < minModule/2 || f.module > 4*c.module || c.module > 4*f.module {
		return f, false
	}
	f.place, ok = quadrilateral([4]Point{a, d, e, b}, end, rows)
	return f, ok
}

// unit is the way from a to b, of the given length.
func unit(a, b Point, length float64) Point {
	k := length / max(distance(a, b), 1e-6)
	return Point{(b.X - a.X) * k, (b.Y - a.Y) * k}
}

func distance(a, b Point) float64 { return math.Hypot(b.X-a.X, b.Y-a.Y) }
func norm(a Point) float64        { return math.Hypot(a.X, a.Y) }

// size settles rows, columns and level by what most indicators say. Some writers
// put too few rows into the left indicators and the right number into the right
// ones: of numbers of rows that are often said, the largest holds.
func (f *frame) size(lefts, rights []indicator) bool {
	var said [3][30]int // thirds of the rows, level and rest, columns, by value
	for side, seen := range [][]indicator{lefts, rights} {
		for _, i := range seen {
			// The right indicators tell the same, one row later.
			said[(i.word.cluster+2*side)%3][i.word.value%30]++
		}
	}
	var most [3]int
	for k := range said {
		for v, n := range said[k] {
			if n > said[k][most[k]] {
				most[k] = v
			}
		}
		if said[k][most[k]] == 0 {
			return false
		}
	}
	third, rest, columns := most[0], most[1], most[2]
	for v := third + 1; v < len(said[0]); v++ {
		if 3*said[0][v] >= said[0][most[0]] {
			third = v
		}
	}
	f.rows, f.columns, f.level = 3*third+rest%3+1, columns+1, rest/3
	return f.rows >= minRows && f.rows <= maxRows && f.columns <= maxColumns &&
		f.level <= maxLevel && f.rows*f.columns <= maxWords && f.rows*f.columns > 2<<f.level
}

// fitRows fits rows, as fractions, over the way along a guard pattern.
func (f *frame) fitRows(seen []indicator) (fit, bool) {
	var x, y []float64
	for _, i := range seen {
		if i.row() < f.rows {
			x, y = append(x, i.at), append(y, float64(i.row())+.5)
		}
	}
	line, sound := fitLine(x, y, 1)
	return line, sound >= 2 && math.Abs(line.slope) >= 1 && math.Abs(line.slope) < 4*maxRows
}

// sampler holds grey levels along a line across a symbol, and the edges in them.
type sampler struct {
	from   float64 // modules
	per    int     // samples per module
	levels []float32
	lo, hi []float32
	edges  []float32 // modules
	dark   bool      // whether the run after edges[0] is dark
}

func newSampler() *sampler { return &sampler{} }

// sample takes the levels along a line from and to positions in modules, one of
// which is about module pixels wide, and finds the edges.
func (s *sampler) sample(g *grey, at func(u float64) Point, from, to, module float64) {
	s.from = from
	s.per = min(max(int(2*module+.5), minPerModule), maxPerModule)
	n := int((to - from) * float64(s.per))
	s.levels = s.levels[:0]
	for i := range n {
		s.levels = append(s.levels, g.at(at(from+(float64(i)+.5)/float64(s.per))))
	}
	s.cut()
}

// cut finds the edges, as [finder.cut] does, with blocks of a few modules.
func (s *sampler) cut() {
	const reach = 2
	block := 4 * s.per
	blocks := (len(s.levels) + block - 1) / block
	s.lo, s.hi, s.edges = s.lo[:0], s.hi[:0], s.edges[:0]
	for b := range blocks {
		part := s.levels[b*block : min((b+1)*block, len(s.levels))]
		s.lo = append(s.lo, slices.Min(part))
		s.hi = append(s.hi, slices.Max(part))
	}
	known, dark := false, false
	for b := range blocks {
		lo := slices.Min(s.lo[max(b-reach, 0):min(b+reach+1, blocks)])
		hi := slices.Max(s.hi[max(b-reach, 0):min(b+reach+1, blocks)])
		if hi-lo < minContrast/2 {
			continue
		}
		t := (lo + hi) / 2
		for i := b * block; i < min((b+1)*block, len(s.levels)); i++ {
			v := s.levels[i]
			now := v < t
			if known && now == dark {
				continue
			}
			at := float32(i)
			if known {
				if u := s.levels[i-1]; u != v && (u < t) != now {
					at += .5 - (v-t)/(v-u)
				}
			} else {
				s.dark = now
			}
			s.edges = append(s.edges, float32(s.from)+at/float32(s.per))
			known, dark = true, now
		}
	}
}

// bar is the index of the edge where a bar begins that is nearest to u, within
// limit, or -1.
func (s *sampler) bar(u, limit float32) int {
	i, _ := slices.BinarySearch(s.edges, u)
	best := -1
	for k := max(i-3, 0); k < min(i+3, len(s.edges)); k++ {
		if (k%2 == 0) != s.dark {
			continue
		}
		if d := absFloat(s.edges[k] - u); d <= limit {
			best, limit = k, d
		}
	}
	return best
}

func absFloat(x float32) float32 { return max(x, -x) }

// wordAt reads the codeword that begins within limit of u.
func (s *sampler) wordAt(u, limit float32) word {
	w, _, _ := s.wordNear(u, limit)
	return w
}

// wordNear reads the codeword that begins near u; it gives where it begins and
// ends, if known.
func (s *sampler) wordNear(u, limit float32) (w word, begin, end float32) {
	k := s.bar(u, limit)
	if k < 0 {
		return unread, u, u + wordWidth
	}
	begin = s.edges[k]
	if k+wordRuns < len(s.edges) {
		end = s.edges[k+wordRuns]
		if absFloat(end-begin-wordWidth) <= 2 {
			return identify(s.edges[k : k+wordRuns+1]), begin, end
		}
	}
	return unread, begin, begin + wordWidth
}

// vote is a value of a codeword and how often it was read.
type vote struct {
	value  int16
	weight float32
}

// cell holds the values that were read of one codeword.
type cell [maxCandidates]vote

// matrix is what was read of a symbol's codewords.
type matrix struct {
	frame
	votes []cell // row by row
	// shift is by how much the codewords of each column begin later than they
	// should, in modules.
	shift []float64
}

// scan reads every row on several lines.
func (g *grey) scan(f frame) *matrix {
	m := &matrix{frame: f, votes: make([]cell, f.rows*f.columns), shift: make([]float64, f.columns+1)}
	counts := make([]float64, f.columns+1)
	per := min(max(int(f.rowHeight), minPerRow), maxPerRow)
	end := float64(wordWidth * (f.columns + 3))
	s := newSampler()
	for i := range f.rows * per {
		row := (float64(i) + .5) / float64(per)
		s.sample(g, f.place.along(row), startWidth-4, end+4, f.module)
		next := float32(startWidth)
		for column := -1; column < f.columns; column++ {
			should := float32(wordWidth * (column + 2))
			// The last codeword tells where the next begins, also on paper that is
			// bent; what was not read tells nothing.
			if absFloat(next-should) > wordWidth/2 {
				next = should
			}
			w, begin, after := s.wordNear(next, boundaryError)
			next = after
			if w.value < 0 || column < 0 {
				continue
			}
			m.shift[column] += float64(begin - should)
			counts[column]++
			if r := nearestRow(row-.5, w.cluster); math.Abs(float64(r)-(row-.5)) <= rowError && r >= 0 && r < f.rows {
				// What lies in the middle of its row counts more.
				m.vote(r, column, w.value, float32(1.5-math.Abs(float64(r)+.5-row)))
			}
		}
	}
	for i, n := range counts {
		if n > 0 {
			m.shift[i] /= n
		}
	}
	return m
}

// nearestRow is the row of a cluster that is nearest to where it was read.
func nearestRow(row float64, cluster int) int {
	return 3*int(math.Round((row-float64(cluster))/3)) + cluster
}

func (m *matrix) vote(row, column, value int, weight float32) {
	c := &m.votes[row*m.columns+column]
	for i := range c {
		if c[i].weight > 0 && int(c[i].value) != value {
			continue
		}
		c[i].value = int16(value)
		c[i].weight += weight
		return
	}
}

// best is the value most read, and how much more often than any other.
func (c *cell) best() (value int, lead float32) {
	var first, second vote
	for _, v := range c {
		if v.weight > first.weight {
			first, second = v, first
		} else if v.weight > second.weight {
			second = v
		}
	}
	if first.weight == 0 {
		return 0, 0
	}
	return int(first.value), first.weight - second.weight
}

// correct settles the codewords; it returns those of the data, without their count,
// and how many were wrong or missing.
func (m *matrix) correct() (data []int, changed int, ok bool) {
	n := len(m.votes)
	check := 2 << m.level
	words := make([]int, n)
	leads := make([]float32, n)
	order := make([]int, n)
	missing := 0
	for i := range m.votes {
		words[i], leads[i] = m.votes[i].best()
		order[i] = i
		if leads[i] <= 0 {
			missing++
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(leads[a], leads[b]) })
	// What could not be read is erased; if that is not enough, so are those that are
	// least certain, which costs half as much where they are wrong.
	last := -1
	for _, share := range []int{0, 1, 2, 3} {
		erase := missing + max(check-2-missing, 0)*share/4
		if erase == last || erase > n {
			continue
		}
		last = erase
		fixed := slices.Clone(words)
		if _, err := correct(fixed, check, order[:erase]); err != nil {
			continue
		}
		changed = missing
		for i := range fixed {
			if leads[i] > 0 && fixed[i] != words[i] {
				changed++
			}
		}
		// The first codeword counts those of the data, itself included.
		if fixed[0] < 1 || fixed[0] > n-check {
			return nil, 0, false
		}
		return fixed[1:fixed[0]], changed, true
	}
	return nil, 0, false
}
