package redact

import (
	"context"
	"fmt"
	"hash/maphash"
	"image"
	"math"
	"slices"
	"unsafe"

	"golang.org/x/sync/errgroup"

	"blindspot/scan"
	"blindspot/scan/turbojpeg"
)

// unchangedJPEG compares a digest of each row of blocks outside covered: a
// seeded 64-bit hash, which no file can have been made to meet.
func unchangedJPEG(ctx context.Context, original, redacted *scan.Photo, covered []image.Rectangle) error {
	before, err := openFrame(original)
	if err != nil {
		return err
	}
	after, err := openFrame(redacted)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if err := before.same(after); err != nil {
		return err
	}
	l := before.layout()
	runs := coveredCells(l, covered)
	seed := maphash.MakeSeed()
	var want, got [][]uint64
	var g errgroup.Group // the library keeps nothing between two files; panics end in it
	g.Go(func() (err error) {
		want, err = digests(ctx, original.Data, before, runs, seed)
		return err
	})
	g.Go(func() (err error) {
		if got, err = digests(ctx, redacted.Data, after, runs, seed); err != nil {
			err = fmt.Errorf("copy: %w", err)
		}
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	for c := range want {
		for y, sum := range want[c] {
			if got[c][y] != sum {
				return fmt.Errorf("coefficients of component %d differ outside the covered regions, in block row %d", c, y)
			}
		}
	}
	return nil
}

// same returns an error unless the two frames hold samples of the same meaning.
func (f *frame) same(g *frame) error {
	if f.width != g.width || f.height != g.height {
		return fmt.Errorf("%d×%d pixels became %d×%d", f.width, f.height, g.width, g.height)
	}
	if len(f.components) != len(g.components) || f.model != g.model {
		return fmt.Errorf("colour model changed")
	}
	for i, c := range f.components {
		d := g.components[i]
		if c.h != d.h || c.v != d.v || *c.table != *d.table {
			return fmt.Errorf("sampling or quantisation of component %d changed", i)
		}
	}
	return nil
}

// coveredCells are, by row of cells, the runs of columns that lie whole, as far
// as the picture goes, in one of the rectangles.
func coveredCells(l *layout, covered []image.Rectangle) [][][2]int {
	rows := make([][][2]int, (l.height+l.cell.Y-1)/l.cell.Y)
	columns := (l.width + l.cell.X - 1) / l.cell.X
	for _, r := range covered {
		r = r.Intersect(l.bounds())
		if r.Empty() {
			continue
		}
		x0, y0 := (r.Min.X+l.cell.X-1)/l.cell.X, (r.Min.Y+l.cell.Y-1)/l.cell.Y
		x1, y1 := r.Max.X/l.cell.X, r.Max.Y/l.cell.Y
		if r.Max.X == l.width {
			x1 = columns
		}
		if r.Max.Y == l.height {
			y1 = len(rows)
		}
		for y := y0; y < y1 && x0 < x1; y++ {
			rows[y] = append(rows[y], [2]int{x0, x1})
		}
	}
	for _, runs := range rows {
		slices.SortFunc(runs, func(a, b [2]int) int { return a[0] - b[0] })
	}
	return rows
}

// digests are hashes, by component and row, of all blocks but those in runs.
func digests(ctx context.Context, data []byte, f *frame, runs [][][2]int, seed maphash.Seed) ([][]uint64, error) {
	l := f.layout()
	sums := make([][]uint64, len(f.components))
	for c, k := range l.components {
		sums[c] = make([]uint64, k.grid.Y)
	}
	err := turbojpeg.Read(data, func(b turbojpeg.Blocks) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.agrees(b); err != nil || b.Row >= b.Rows {
			return err
		}
		k := f.components[b.Component]
		var h maphash.Hash
		h.SetSeed(seed)
		x := 0
		for _, run := range append(slices.Clone(runs[b.Row/k.v]), [2]int{math.MaxInt32, math.MaxInt32}) {
			if end := min(run[0]*k.h, len(b.Coeffs)); end > x {
				h.Write(unsafe.Slice((*byte)(unsafe.Pointer(&b.Coeffs[x])), (end-x)*128))
			}
			x = max(x, run[1]*k.h)
		}
		sums[b.Component][b.Row] = h.Sum64()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return sums, nil
}
