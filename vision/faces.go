package vision

import (
	"cmp"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"
)

// pass is one run of a face detector: a part of the picture, scaled so that its
// longer side is side, kept from limit on.
type pass struct {
	region region
	side   float64
	limit  float32
	tile   bool
}

// facePasses says what is looked at for a w × h picture.
func facePasses(w, h float64, s Setting) []pass {
	var passes []pass
	// One scale finds faces of some 10 to 300 pixels, so a few of them overlap.
	sides, limit := []float64{320, 640, 1280}, float32(faceScore)
	if s == Second {
		sides, limit = []float64{224, 480, 960, 1600}, faceScoreSecond
	}
	longest := max(w, h)
	most := longest * maxUpscale
	for i, side := range sides {
		if side > most {
			if i > 0 && sides[i-1] >= most {
				break
			}
			side = most
		}
		passes = append(passes, scaledPasses(w, h, side, limit, s)...)
	}
	if s == Thorough && most > tileSide {
		// What the fast setting looks at in one, so that nothing it finds is lost.
		passes = append(passes, pass{region{0, 0, w, h}, min(float64(fastSide), most), limit, false})
	}
	if s == Thorough && longest > sides[len(sides)-1] {
		passes = append(passes, scaledPasses(w, h, longest, faceScoreTile, s)...)
	}
	return passes
}

// scaledPasses looks at all of a w × h picture scaled so that its longer side is
// side: in one run, or in a thorough look, whose memory is bounded whatever the
// photo's size, in tiles.
func scaledPasses(w, h, side float64, limit float32, s Setting) []pass {
	if s != Thorough || side <= tileSide {
		return []pass{{region{0, 0, w, h}, side, limit, false}}
	}
	k := side / max(w, h)
	var passes []pass
	for _, t := range tiles(w, h, int(tileSide/k), int(tileOverlap/k)) {
		passes = append(passes, pass{t, max(t.w, t.h) * k, limit, true})
	}
	return passes
}

// tiles cuts a w × h picture into squares of side that overlap by at least
// overlap; the last ones are moved inwards, so that all are of one size.
func tiles(w, h float64, side, overlap int) []region {
	starts := func(length float64) []float64 {
		if length <= float64(side) {
			return []float64{0}
		}
		n := int((length-float64(overlap)-1)/float64(side-overlap)) + 1
		at := make([]float64, n)
		for i := range at {
			at[i] = float64(int((length - float64(side)) * float64(i) / float64(n-1)))
		}
		return at
	}
	var all []region
	for _, y := range starts(h) {
		for _, x := range starts(w) {
			all = append(all, region{x, y, min(float64(side), w-x), min(float64(side), h-y)})
		}
	}
	return all
}

// faces finds faces at several scales, in tiles and turned by quarters, as the
// setting says.
func (l *look) faces() error {
	s, err := l.engine.session("faces")
	if err != nil {
		return err
	}
	found, err := l.faceCandidates(s)
	if err != nil {
		return err
	}
	found = nms(found, faceOverlap)
	keep := make([]bool, len(found))
	err = l.each(len(found), func(i int) error {
		believed, err := l.believed(s, found[i])
		keep[i] = believed
		return err
	})
	if err != nil {
		return err
	}
	kept := found[:0]
	for i, c := range found {
		if keep[i] {
			kept = append(kept, c)
		}
	}
	by := l.bystanders(kept)
	for i, c := range kept {
		d := l.detection(c, Face, "face")
		d.Bystander = by[i]
		l.add(Faces, d)
	}
	return nil
}

// faceCandidates are what the face models find upright and in the picture lying on
// either side and upside down, in the picture's pixels. It turns the picture whatever
// was found upright: of the faces in a turned photo YuNet finds some. The costliest
// runs come first, so that no core is left with one when the others are done.
func (l *look) faceCandidates(s *session) ([]candidate, error) {
	type run struct {
		cost float64
		do   func() ([]candidate, error)
	}
	var runs []run
	all := l.pyramid.whole()
	for _, p := range facePasses(all.w, all.h, l.setting) {
		runs = append(runs, run{p.pixels(), func() ([]candidate, error) { return l.yunet(s, scene{l.pyramid, 0}, p) }})
	}
	if l.setting == Second {
		// It takes as long as YuNet with three times its pixels.
		runs = append(runs, run{3 * 640 * 480, l.ultraFace})
	}
	sides := []float64{640}
	if l.setting == Thorough {
		sides = []float64{320, 640, 1280}
	}
	for quarters := 1; quarters <= 3; quarters++ {
		turned := scene{l.pyramid, quarters}
		r := turned.whole()
		for _, side := range sides {
			for _, p := range scaledPasses(r.w, r.h, min(side, max(r.w, r.h)*maxUpscale), faceScoreTurned, l.setting) {
				runs = append(runs, run{p.pixels(), func() ([]candidate, error) { return l.turnedFaces(s, turned, p) }})
			}
		}
	}
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(runs[b].cost, runs[a].cost) })
	results := make([][]candidate, len(runs))
	err := l.each(len(runs), func(i int) (err error) {
		results[order[i]], err = runs[order[i]].do()
		return err
	})
	return slices.Concat(results...), err
}

// pixels is how many pixels a pass looks at.
func (p pass) pixels() float64 {
	return p.side * p.side * min(p.region.w, p.region.h) / max(p.region.w, p.region.h)
}

// yunet runs YuNet over one pass of a scene and returns candidates in its pixels,
// suppressed.
func (l *look) yunet(s *session, p scene, pass pass) (found []candidate, err error) {
	r := pass.region
	w, h := fit(r.w, r.h, pass.side)
	W, H := roundUp(w, s.net.Multiple), roundUp(h, s.net.Multiple)
	err = l.engine.work(l.ctx, func() error {
		return s.run(l.ctx, W, H, func(in []float32) error { return p.fill(in, W, H, r, w, h, s.planes) }, func(out []tensor) error {
			all, err := decodeYuNet(out, W, H, pass.limit)
			if err != nil {
				return err
			}
			kx, ky := float32(r.w/float64(w)), float32(r.h/float64(h))
			for _, c := range nms(all, faceOverlap) {
				c = c.transform(kx, ky, float32(r.x), float32(r.y))
				if !pass.tile || !cutByTile(c.box, r, p.whole()) {
					found = append(found, c)
				}
			}
			return nil
		})
	})
	return found, err
}

// cutByTile says whether a box touches a tile's side that is not the picture's:
// the face is seen whole in the next tile or at a coarser scale.
func cutByTile(b Box, t, pic region) bool {
	const near = 2
	x0, y0, x1, y1 := float64(b.X), float64(b.Y), float64(b.X+b.W), float64(b.Y+b.H)
	return t.x > pic.x && x0 < t.x+near || t.y > pic.y && y0 < t.y+near ||
		t.x+t.w < pic.w && x1 > t.x+t.w-near || t.y+t.h < pic.h && y1 > t.y+t.h-near
}

// turnedFaces are the faces of one pass of a turned scene that look like faces from
// near too, in the picture's pixels.
func (l *look) turnedFaces(s *session, turned scene, p pass) ([]candidate, error) {
	found, err := l.yunet(s, turned, p)
	if err != nil {
		return nil, err
	}
	var sure []candidate
	for _, c := range found {
		ok, err := l.near(s, turned, c, faceScoreTurned, nearSideTurned)
		if err != nil {
			return nil, err
		}
		if ok {
			sure = append(sure, c.unrotate(turned.quarters, l.width(), l.height()))
		}
	}
	return sure, nil
}

// believed says whether a candidate counts as a face. A second look believes all.
func (l *look) believed(s *session, c candidate) (bool, error) {
	if max(c.box.W, c.box.H) < minFaceSide {
		return false, nil
	}
	if l.setting == Second {
		return true, nil
	}
	if blank, err := l.blank(c.box); err != nil || blank {
		return false, err
	}
	if c.score >= faceScoreDoubt {
		return true, nil
	}
	return l.near(s, scene{l.pyramid, 0}, c, faceScoreNear, nearSides...)
}

// near looks at a candidate again, from near, at several sizes: clothes and leaves
// that look like a face at one scale do so at no other.
func (l *look) near(s *session, p scene, c candidate, limit float32, sides ...float32) (bool, error) {
	all := p.whole()
	b := c.box.grow(1).clip(float32(all.w), float32(all.h))
	if b.W < 1 || b.H < 1 {
		return false, nil
	}
	for _, side := range sides {
		longer := max(b.W, b.H) * side / max(c.box.W, c.box.H)
		seen, err := l.yunet(s, p, pass{b.region(), float64(longer), limit, false})
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(seen, func(n candidate) bool { return IoU(n.box, c.box) >= nearOverlap }) {
			return true, nil
		}
	}
	return false, nil
}

// ultraFace runs the second face model; where it is not installed it finds
// nothing, for YuNet has looked.
func (l *look) ultraFace() ([]candidate, error) {
	s, err := l.engine.session("faces-second")
	if err != nil {
		if _, missing := l.engine.store.Path("faces-second"); missing != nil {
			return nil, nil
		}
		return nil, err
	}
	W, H := s.net.Width, s.net.Height
	r := l.pyramid.whole()
	var found []candidate
	err = l.infer(s, r, W, H, W, H, func(out []tensor) error {
		all, err := decodeUltraFace(out, W, H, ultraFaceScore)
		for _, c := range nms(all, faceOverlap) {
			found = append(found, c.transform(float32(r.w)/float32(W), float32(r.h)/float32(H), 0, 0))
		}
		return err
	})
	return found, err
}

// each runs f for 0 to n-1, some at the same time, and stops at the first error.
func (l *look) each(n int, f func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(max(cap(l.engine.slots), 1))
	for i := range n {
		if err := l.ctx.Err(); err != nil {
			break
		}
		g.Go(func() error { return guard(func() error { return f(i) }) })
	}
	return errors.Join(g.Wait(), l.ctx.Err())
}
