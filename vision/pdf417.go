package vision

// The start and stop patterns of PDF417 (ISO/IEC 15438), as widths of bars and
// spaces in modules, bar first.
var (
	pdf417Start = []int{8, 1, 1, 1, 1, 1, 1, 3}
	pdf417Stop  = []int{7, 1, 1, 3, 1, 1, 1, 2, 1}
)

const (
	// pdf417Rows is how many rows of pixels are looked at, pdf417Agree in how many
	// of them a pattern must stand in one place for a code to be there.
	pdf417Rows, pdf417Agree = 32, 8
	// pdf417Drift is how far the pattern may move from one row to the next, in
	// modules.
	pdf417Drift = 4
	// pdf417Error is the most by which a width may differ, in modules.
	pdf417Error = 0.6
)

// hasPDF417 says whether the start or stop pattern of a PDF417 code runs down the
// picture, upright or upside down. What the code says is not read.
func hasPDF417(g grey) bool {
	patterns := [][]int{pdf417Start, pdf417Stop, reversed(pdf417Start), reversed(pdf417Stop)}
	last := make([]float64, len(patterns))
	hits := make([]int, len(patterns))
	for i := range pdf417Rows {
		row := g.pix[g.h*i/pdf417Rows*g.w:][:g.w]
		edges, dark := runs(row)
		for k, p := range patterns {
			// Bars alternate with spaces; a pattern that begins with a space when
			// turned round begins with a bar of its neighbour.
			at, module, ok := findPattern(edges, dark, p, k == 2)
			if !ok {
				continue
			}
			if hits[k] > 0 && (at-last[k] > pdf417Drift*module || last[k]-at > pdf417Drift*module) {
				hits[k] = 0
			}
			last[k] = at
			if hits[k]++; hits[k] >= pdf417Agree {
				return true
			}
		}
	}
	return false
}

func reversed(p []int) []int {
	r := make([]int, len(p))
	for i, v := range p {
		r[len(p)-1-i] = v
	}
	return r
}

// runs cuts a row into runs of dark and light: edges[i] is where run i starts, and
// dark says whether run 0 is dark. Dark is below the middle of the row's range.
func runs(row []byte) (edges []int, dark bool) {
	lo, hi := byte(255), byte(0)
	for _, v := range row {
		lo, hi = min(lo, v), max(hi, v)
	}
	if int(hi)-int(lo) < codeContrast {
		return nil, false
	}
	middle := byte((int(lo) + int(hi)) / 2)
	dark = row[0] < middle
	edges = append(edges, 0)
	for x := 1; x < len(row); x++ {
		if (row[x] < middle) != (row[x-1] < middle) {
			edges = append(edges, x)
		}
	}
	return append(edges, len(row)), dark
}

// findPattern finds widths in a row's runs; lightFirst says that the first one is
// a space. It returns where, and how wide a module is.
func findPattern(edges []int, dark bool, widths []int, lightFirst bool) (at, module float64, ok bool) {
	modules := 0
	for _, w := range widths {
		modules += w
	}
next:
	for i := 0; i+len(widths) < len(edges); i++ {
		if (i%2 == 0) == (dark == lightFirst) {
			continue
		}
		module = float64(edges[i+len(widths)]-edges[i]) / float64(modules)
		if module < 1 {
			continue
		}
		for j, w := range widths {
			if d := float64(edges[i+j+1]-edges[i+j])/module - float64(w); d > pdf417Error || d < -pdf417Error {
				continue next
			}
		}
		return float64(edges[i]), module, true
	}
	return 0, 0, false
}
