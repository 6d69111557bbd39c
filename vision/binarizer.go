package vision

import (
	"encoding/binary"

	"github.com/makiuchi-d/gozxing"

	"blindspot/vision/raster"
)

const (
	// inkBlock is the side of the blocks that have a threshold of their own, inkReach
	// how many blocks around are averaged for it, inkRange the range of levels from
	// which a block has edges of its own: those of ZXing.
	inkBlock, inkReach, inkRange = raster.BlockSide, 2, 24
)

// binarizer is ZXing's HybridBinarizer, several times as fast: dark is what is darker
// than its surroundings.
type binarizer struct {
	gozxing.Binarizer
	g grey
}

// GetBlackMatrix is g's dark pixels.
func (b binarizer) GetBlackMatrix() (*gozxing.BitMatrix, error) {
	g := b.g
	if min(g.w, g.h) < (2*inkReach+1)*inkBlock {
		return b.Binarizer.GetBlackMatrix()
	}
	cols, rows := (g.w+inkBlock-1)/inkBlock, (g.h+inkBlock-1)/inkBlock
	points := g.inkPoints(cols, rows)
	dark, err := gozxing.NewBitMatrix(g.w, g.h)
	if err != nil {
		return nil, err
	}
	thresholds := make([]byte, cols)
	line := gozxing.NewBitArray(g.w)
	var last [inkBlock]byte
	for y := range g.h {
		if y%inkBlock == 0 {
			average(thresholds, points, y/inkBlock, cols, rows)
		}
		row := g.pix[y*g.w:][:g.w]
		word := uint32(0)
		for x, t := range thresholds {
			at := x * inkBlock
			if at+inkBlock <= g.w {
				word |= notAbove(row[at:], t) << (at % 32)
			} else {
				n := copy(last[:], row[at:])
				word |= (notAbove(last[:], t) & (1<<n - 1)) << (at % 32)
			}
			if at%32 == 32-inkBlock || x == cols-1 {
				line.SetBulk(at, word)
				word = 0
			}
		}
		dark.SetRow(y, line)
	}
	return dark, nil
}

// notAbove has bit i set where the ith of eight levels is no higher than t.
func notAbove(levels []byte, t byte) uint32 {
	const even = 0x00ff00ff00ff00ff
	const ones = 0x0001000100010001
	v := binary.LittleEndian.Uint64(levels)
	limit := uint64(t)*ones + 0x100*ones // 9 bits of each 16: no borrow crosses them
	set := (limit-v&even)>>8&ones | (limit-v>>8&even)&(0x100*ones)
	return uint32(set * 0x0102040810204080 >> 56)
}

// average fills the thresholds of a row of blocks.
func average(thresholds, points []byte, y, cols, rows int) {
	const side = 2*inkReach + 1
	top := min(max(y-inkReach, 0), rows-side)
	for x := range thresholds {
		left := min(max(x-inkReach, 0), cols-side)
		sum := 0
		for j := top; j < top+side; j++ {
			for _, p := range points[j*cols+left:][:side] {
				sum += int(p)
			}
		}
		thresholds[x] = byte(sum / (side * side))
	}
}

// inkPoints is, for each block, the level between dark and light there. The last
// blocks reach back, so that they are whole.
func (g grey) inkPoints(cols, rows int) []byte {
	points := make([]byte, cols*rows)
	row := newBlockRow(cols)
	for y := range rows {
		row.read(g, min(y*inkBlock, g.h-inkBlock))
		for x := range cols {
			lo, hi := row.lo[x], row.hi[x]
			point := byte(row.sum[x] / (inkBlock * inkBlock))
			if hi-lo <= inkRange {
				// Flat, so taken for light, save where it is darker than its neighbours'
				// points.
				point = lo / 2
				if x > 0 && y > 0 {
					above := points[(y-1)*cols+x-1:]
					if p := byte((int(above[1]) + 2*int(points[y*cols+x-1]) + int(above[0])) / 4); lo < p {
						point = p
					}
				}
			}
			points[y*cols+x] = point
		}
	}
	return points
}

// blockRow is what the blocks of a row of them hold.
type blockRow struct {
	lo, hi []byte
	sum    []uint16
}

func newBlockRow(cols int) blockRow {
	return blockRow{make([]byte, cols), make([]byte, cols), make([]uint16, cols)}
}

// read reads the blocks of g with their top at a line; the last one reaches back where
// it would not be whole.
func (r blockRow) read(g grey, top int) {
	whole := min(len(r.lo), g.w/inkBlock)
	pix := g.pix[top*g.w:]
	raster.Blocks(r.lo[:whole], r.hi[:whole], r.sum[:whole], pix, g.w)
	if whole < len(r.lo) {
		raster.Blocks(r.lo[whole:], r.hi[whole:], r.sum[whole:], pix[g.w-inkBlock:], g.w)
	}
}
