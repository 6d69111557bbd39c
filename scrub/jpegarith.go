package scrub

import (
	"context"
	"math/bits"
)

// estimates are the states of the QM coder's probability estimation: what the less
// probable symbol takes of the interval, the next state after it and after the more
// probable one, and whether the first exchanges them (ISO/IEC 10918-1, table D.3).
var estimates = [...]struct {
	qe                           uint16
	afterLPS, afterMPS, exchange uint8
}{
	{0x5A1D, 1, 1, 1}, {0x2586, 14, 2, 0}, {0x1114, 16, 3, 0}, {0x080B, 18, 4, 0}, {0x03D8, 20, 5, 0},
	{0x01DA, 23, 6, 0}, {0x00E5, 25, 7, 0}, {0x006F, 28, 8, 0}, {0x0036, 30, 9, 0},
	{0x001A, 33, 10, 0}, {0x000D, 35, 11, 0}, {0x0006, 9, 12, 0}, {0x0003, 10, 13, 0},
	{0x0001, 12, 13, 0}, {0x5A7F, 15, 15, 1}, {0x3F25, 36, 16, 0}, {0x2CF2, 38, 17, 0},
	{0x207C, 39, 18, 0}, {0x17B9, 40, 19, 0}, {0x1182, 42, 20, 0}, {0x0CEF, 43, 21, 0},
	{0x09A1, 45, 22, 0}, {0x072F, 46, 23, 0}, {0x055C, 48, 24, 0}, {0x0406, 49, 25, 0},
	{0x0303, 51, 26, 0}, {0x0240, 52, 27, 0}, {0x01B1, 54, 28, 0}, {0x0144, 56, 29, 0},
	{0x00F5, 57, 30, 0}, {0x00B7, 59, 31, 0}, {0x008A, 60, 32, 0}, {0x0068, 62, 33, 0},
	{0x004E, 63, 34, 0}, {0x003B, 32, 35, 0}, {0x002C, 33, 9, 0}, {0x5AE1, 37, 37, 1},
	{0x484C, 64, 38, 0}, {0x3A0D, 65, 39, 0}, {0x2EF1, 67, 40, 0}, {0x261F, 68, 41, 0},
	{0x1F33, 69, 42, 0}, {0x19A8, 70, 43, 0}, {0x1518, 72, 44, 0}, {0x1177, 73, 45, 0},
	{0x0E74, 74, 46, 0}, {0x0BFB, 75, 47, 0}, {0x09F8, 77, 48, 0}, {0x0861, 78, 49, 0},
	{0x0706, 79, 50, 0}, {0x05CD, 48, 51, 0}, {0x04DE, 50, 52, 0}, {0x040F, 50, 53, 0},
	{0x0363, 51, 54, 0}, {0x02D4, 52, 55, 0}, {0x025C, 53, 56, 0}, {0x01F8, 54, 57, 0},
	{0x01A4, 55, 58, 0}, {0x0160, 56, 59, 0}, {0x0125, 57, 60, 0}, {0x00F6, 58, 61, 0},
	{0x00CB, 59, 62, 0}, {0x00AB, 61, 63, 0}, {0x008F, 61, 32, 0}, {0x5B12, 65, 65, 1},
	{0x4D04, 80, 66, 0}, {0x412C, 81, 67, 0}, {0x37D8, 82, 68, 0}, {0x2FE8, 83, 69, 0},
	{0x293C, 84, 70, 0}, {0x2379, 86, 71, 0}, {0x1EDF, 87, 72, 0}, {0x1AA9, 87, 73, 0},
	{0x174E, 72, 74, 0}, {0x1424, 72, 75, 0}, {0x119C, 74, 76, 0}, {0x0F6B, 74, 77, 0},
	{0x0D51, 75, 78, 0}, {0x0BB6, 77, 79, 0}, {0x0A40, 77, 48, 0}, {0x5832, 80, 81, 1},
	{0x4D1C, 88, 82, 0}, {0x438E, 89, 83, 0}, {0x3BDD, 90, 84, 0}, {0x34EE, 91, 85, 0},
	{0x2EAE, 92, 86, 0}, {0x299A, 93, 87, 0}, {0x2516, 86, 71, 0}, {0x5570, 88, 89, 1},
	{0x4CA9, 95, 90, 0}, {0x44D9, 96, 91, 0}, {0x3E22, 97, 92, 0}, {0x3824, 99, 93, 0},
	{0x32B4, 99, 94, 0}, {0x2E17, 93, 86, 0}, {0x56A8, 95, 96, 1}, {0x4F46, 101, 97, 0},
	{0x47E5, 102, 98, 0}, {0x41CF, 103, 99, 0}, {0x3C3D, 104, 100, 0}, {0x375E, 99, 93, 0},
	{0x5231, 105, 102, 0}, {0x4C0F, 106, 103, 0}, {0x4639, 107, 104, 0}, {0x415E, 103, 99, 0},
	{0x5627, 105, 106, 1}, {0x50E7, 108, 107, 0}, {0x4B85, 109, 103, 0}, {0x5597, 110, 109, 0},
	{0x504F, 111, 107, 0}, {0x5A10, 110, 111, 1}, {0x5522, 112, 109, 0}, {0x59EB, 112, 111, 1},
}

// qmBin is the statistics of one kind of decision: its state, and the symbol that is
// more probable.
type qmBin struct{ state, mps uint8 }

// qmDecoder decodes the decisions of one interval of an arithmetic-coded scan (annex
// D.2, whose names its registers have). It reads zeros behind the end, as encoders
// leave these out.
type qmDecoder struct {
	b     []byte
	i     int    // of the next byte
	a, c  uint32 // the interval, and where in it the code is
	ct    int    // shifts until the next byte
	limit *int   // decisions that may still be made
}

func newQM(b []byte, limit *int) *qmDecoder {
	d := &qmDecoder{b: b, a: 0x10000, limit: limit}
	d.byteIn()
	d.c <<= 8
	d.byteIn()
	d.c <<= 8
	return d
}

func (d *qmDecoder) byteIn() {
	if d.i == len(d.b) {
		return
	}
	if d.b[d.i] != 0xFF {
		d.c += uint32(d.b[d.i]) << 8
		d.i++
		return
	}
	i := d.i
	for i < len(d.b) && d.b[i] == 0xFF {
		i++
	}
	if i < len(d.b) && d.b[i] == 0 {
		d.c += 0xFF << 8
		d.i = i + 1
	}
}

// decide decodes a decision, which is 0 or 1.
func (d *qmDecoder) decide(bin *qmBin) uint8 {
	*d.limit--
	d.renormalise()
	e := &estimates[bin.state]
	qe := uint32(e.qe)
	d.a -= qe
	lps := false
	if d.c>>16 < d.a {
		if d.a >= 0x8000 {
			return bin.mps
		}
		lps = d.a < qe
	} else {
		lps = d.a >= qe
		d.c -= d.a << 16
		d.a = qe
	}
	symbol := bin.mps
	if lps {
		symbol ^= 1
		bin.mps ^= e.exchange
		bin.state = e.afterLPS
	} else {
		bin.state = e.afterMPS
	}
	return symbol
}

// even decodes a decision of fixed, even odds.
func (d *qmDecoder) even() uint8 {
	bin := qmBin{}
	return d.decide(&bin)
}

// renormalise takes in the bits that a decision needs: before it, and not behind
// another, so that no byte is read that none does.
func (d *qmDecoder) renormalise() {
	for d.a < 0x8000 {
		if d.ct == 0 {
			d.byteIn()
			d.ct = 8
		}
		d.a <<= 1
		d.c <<= 1
		d.ct--
	}
}

// qmConditioning is what a DAC segment sets: the bounds of DC differences, and from
// where on AC coefficients count as high.
type qmConditioning struct{ low, high, k uint8 }

// qmScan follows one interval of an arithmetic-coded scan.
type qmScan struct {
	*qmDecoder
	conditions [4]qmConditioning
	dc         [4][64]qmBin // 49 are used
	ac         [4][256]qmBin
	contexts   [4]int // of the scan's components, by the DC difference before
}

// arithmetic passes over the MCUs from at to end of an arithmetic-coded scan (annexes
// F.2.4 and G.2.3), which data holds, and returns where in data its decoder stops
// reading. That may be a byte or two behind what it needed.
func (s *scanWalk) arithmetic(ctx context.Context, data []byte, at, end int) (int, bool) {
	q := &qmScan{qmDecoder: newQM(data, &s.f.decisions), conditions: s.f.conditions}
	for ; at < end; at++ {
		if at%maxUnheard == 0 && ctx.Err() != nil {
			return 0, false
		}
		for i := range s.blocks {
			p := &s.blocks[i]
			ok := true
			switch {
			case s.first == 0 && s.refines:
				q.even()
			case s.first == 0:
				ok = q.followDC(p)
				if ok && s.last > 0 {
					ok = q.followAC(p.acTable, 1, int(s.last), new(uint64))
				}
			case s.refines:
				ok = q.refineAC(p.acTable, int(s.first), int(s.last), &p.c.nonzero[at])
			default:
				ok = q.followAC(p.acTable, int(s.first), int(s.last), &p.c.nonzero[at])
			}
			if !ok || *q.limit < 0 {
				return 0, false
			}
		}
	}
	return q.i, true
}

// magnitude passes over the rest of a coefficient's magnitude, less 1, that is at
// least m: doublings of m in the bins from at on, then the bits below the highest. It
// returns that one.
func (q *qmScan) magnitude(bins []qmBin, at, m int) (highest int, ok bool) {
	const (
		pattern = 14 // from a category's bin to that of its bits
		limit   = 1 << 15
	)
	for ; q.decide(&bins[at]) == 1; at++ {
		if m <<= 1; m == limit {
			return 0, false
		}
	}
	for bit := m >> 1; bit > 0; bit >>= 1 {
		q.decide(&bins[at+pattern])
	}
	return m, true
}

// followDC passes over a DC difference (F.1.4.1, F.1.4.4.1).
func (q *qmScan) followDC(p *scanPart) bool {
	const categories = 20
	bins, condition, before := &q.dc[p.dcTable], q.conditions[p.dcTable], &q.contexts[p.index]
	context := *before
	if q.decide(&bins[context]) == 0 {
		*before = 0
		return true
	}
	sign := int(q.decide(&bins[context+1]))
	m := 0
	if at := context + 2 + sign; q.decide(&bins[at]) == 1 {
		var ok bool
		if m, ok = q.magnitude(bins[:], categories, 1); !ok {
			return false
		}
	}
	switch {
	case m < 1<<condition.low>>1:
		*before = 0
	case m > 1<<condition.high>>1:
		*before = 12 + 4*sign
	default:
		*before = 4 + 4*sign
	}
	return true
}

// followAC passes over the AC coefficients from k to last of a block (F.1.4.2,
// F.1.4.4.2), and notes which are not zero.
func (q *qmScan) followAC(table uint8, k, last int, nonzero *uint64) bool {
	const low, high = 189, 217
	bins := &q.ac[table]
	for ; k <= last; k++ {
		if q.decide(&bins[3*(k-1)]) == 1 {
			return true // end of block
		}
		for q.decide(&bins[3*(k-1)+1]) == 0 {
			if k++; k > last {
				return false
			}
		}
		*nonzero |= 1 << k
		q.even() // the sign
		if at := 3*(k-1) + 2; q.decide(&bins[at]) == 1 && q.decide(&bins[at]) == 1 {
			category := high
			if k <= int(q.conditions[table].k) {
				category = low
			}
			if _, ok := q.magnitude(bins[:], category, 2); !ok {
				return false
			}
		}
	}
	return true
}

// refineAC passes over a block of a refining AC scan (G.1.3.3).
func (q *qmScan) refineAC(table uint8, k, last int, nonzero *uint64) bool {
	bins := &q.ac[table]
	before := *nonzero
	end := bits.Len64(before&(uint64(2)<<last-1)) - 1 // of the block so far
	for ; k <= last; k++ {
		if k > end && q.decide(&bins[3*(k-1)]) == 1 {
			return true // end of block
		}
		for {
			if before>>k&1 == 1 {
				q.decide(&bins[3*(k-1)+2])
				break
			}
			if q.decide(&bins[3*(k-1)+1]) == 1 {
				q.even() // the sign
				*nonzero |= 1 << k
				break
			}
			if k++; k > last {
				return false
			}
		}
	}
	return true
}
