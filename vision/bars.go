package vision

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

const (
	// barSlices is how many strips of a place are read for bars, barAgree how many
	// must give the same text.
	barSlices, barAgree = 7, 2
	// barLines is how many lines of a strip, from its middle outwards, the readers look
	// at, a barStep-th of its height apart, at least one pixel.
	barLines, barStep = 15, 32
	// barEven is by how much the characters of a symbol, which are of one width, may
	// differ in pixels: the widest from the narrowest. barGuard is the same for the bars
	// and the space of a guard, which are a module each and blur.
	barEven, barGuard = 1.7, 6
	// barOff is by how many modules a run may differ from what it should be, as for the
	// readers.
	barOff = 0.7
)

// family is a kind of bars, by what a symbol begins with.
type family struct {
	name   string
	reader func() gozxing.Reader
	// begins says whether the runs of a line, from a bar on, may be the start of a
	// symbol, quiet being the width of the space before.
	begins func(runs []int, quiet int) bool
}

var families = [...]family{
	{"EAN and UPC", func() gozxing.Reader { return oned.NewMultiFormatUPCEANReader(nil) }, beginsEAN},
	{"Code 128", oned.NewCode128Reader, beginsCode128},
}

// beginsEAN holds for a guard of three modules, with as much quiet before it, and four
// digits of four runs, which are seven modules wide.
func beginsEAN(runs []int, quiet int) bool {
	const guard, digits, digit = 3, 4, 4
	width := sum(runs[:min(guard, len(runs))])
	if len(runs) < guard+digits*digit || quiet < width || !even(runs[:guard], barGuard) {
		return false
	}
	var widths [digits]int
	for i := range widths {
		widths[i] = sum(runs[guard+i*digit:][:digit])
	}
	return even(widths[:], barEven) && 3*slices.Max(widths[:]) >= 4*width && slices.Min(widths[:]) <= 4*width
}

// beginsCode128 holds for one of the three characters that a symbol starts with, half
// of it quiet before, and three more characters of six runs: the least that follow.
func beginsCode128(runs []int, quiet int) bool {
	const characters, character, modules = 4, 6, 11
	if len(runs) < characters*character {
		return false
	}
	width := sum(runs[:character])
	if 2*quiet < width-1 {
		return false
	}
	// All three begin with a bar of two modules, a space and a bar of one.
	for i, n := range [3]int{2, 1, 1} {
		if off := float64(runs[i]) - float64(n*width)/modules; math.Abs(off) > barOff*float64(width)/modules+1 {
			return false
		}
	}
	var widths [characters]int
	for i := range widths {
		widths[i] = sum(runs[i*character:][:character])
	}
	return even(widths[:], barEven)
}

func sum(runs []int) int {
	n := 0
	for _, r := range runs {
		n += r
	}
	return n
}

// even says whether no width is more than most times another; a pixel is nothing.
func even(widths []int, most float64) bool {
	return float64(slices.Max(widths)-1) <= most*float64(slices.Min(widths)+1)
}

// readBars reads EAN, UPC and Code 128 bars that run upright. Their check digits
// are weak, so several strips must agree.
func readBars(g grey) (label, text string) {
	votes := map[string]int{}
	for i := range barSlices {
		a, b := g.h*i/barSlices, g.h*(i+1)/barSlices
		if b-a < 2 {
			return "", ""
		}
		strip := g.rows(a, b)
		src, err := gozxing.NewPlanarYUVLuminanceSource(strip.pix, strip.w, strip.h, 0, 0, strip.w, strip.h, false)
		if err != nil {
			return "", ""
		}
		for _, f := range familiesIn(gozxing.NewGlobalHistgramBinarizer(src), strip.h) {
			bmp, err := gozxing.NewBinaryBitmap(gozxing.NewGlobalHistgramBinarizer(src))
			if err != nil {
				continue
			}
			r, err := f.reader().Decode(bmp, nil)
			if err != nil || r.GetText() == "" {
				continue
			}
			key := fmt.Sprintf("%s\x00%s", barLabel(r.GetBarcodeFormat()), r.GetText())
			if votes[key]++; votes[key] >= barAgree {
				label, text, _ = strings.Cut(key, "\x00")
				return label, text
			}
		}
	}
	return "", ""
}

// familiesIn are the families of which one of the lines of a strip that readers look at
// may hold a symbol, read either way: readers are slow to find that there is none.
func familiesIn(strip gozxing.Binarizer, height int) []family {
	var row *gozxing.BitArray
	var runs []int
	var may [len(families)]bool
	step := max(height/barStep, 1)
	for i := range barLines {
		y := height / 2
		if i%2 == 0 {
			y += step * (i / 2)
		} else {
			y -= step * (i/2 + 1)
		}
		if y < 0 || y >= height {
			break
		}
		var err error
		if row, err = strip.GetBlackRow(y, row); err != nil {
			row = nil
			continue
		}
		runs = runsOf(row, runs[:0])
		for range 2 {
			for k, f := range families {
				may[k] = may[k] || f.among(runs)
			}
			slices.Reverse(runs)
		}
	}
	var found []family
	for k, f := range families {
		if may[k] {
			found = append(found, f)
		}
	}
	return found
}

// among says whether a symbol may begin at one of the bars among runs.
func (f family) among(runs []int) bool {
	for i := 1; i < len(runs); i += 2 {
		if f.begins(runs[i:], runs[i-1]) {
			return true
		}
	}
	return false
}

// runsOf appends to runs the lengths of the spaces and bars of a line, in turn, from a
// space to a space, which may be of length 0.
func runsOf(row *gozxing.BitArray, runs []int) []int {
	for x := 0; ; {
		bar := row.GetNextSet(x)
		runs = append(runs, bar-x)
		if bar >= row.GetSize() {
			return runs
		}
		x = row.GetNextUnset(bar)
		runs = append(runs, x-bar)
	}
}

func barLabel(f gozxing.BarcodeFormat) string {
	switch f {
	case gozxing.BarcodeFormat_CODE_128:
		return "Code 128 bar code"
	case gozxing.BarcodeFormat_UPC_A, gozxing.BarcodeFormat_UPC_E:
		return "UPC bar code"
	}
	return "EAN bar code"
}
