package personal

import (
	"regexp"
	"strings"
)

var (
	// The fields that hold check digits, in all formats of ICAO Doc 9303: TD3 and
	// TD2 have them in the second line, TD1 in the first (number) and the second.
	mrzLong  = regexp.MustCompile(`([A-Z0-9<]{9})([0-9OI<])([A-Z0-9<]{3})([0-9OIBSZ]{6})([0-9OI])([MFX<])([0-9OIBSZ]{6})([0-9OI])`)
	mrzShort = regexp.MustCompile(`^([0-9OIBSZ]{6})([0-9OI])([MFX<])([0-9OIBSZ]{6})([0-9OI])([A-Z<]{3})`)
	mrzCard  = regexp.MustCompile(`^[IAC][A-Z0-9<]([A-Z<]{3})([A-Z0-9<]{9})([0-9OI<])`)
	// The identity card of France until 2021 has two lines of its own.
	mrzFrance  = regexp.MustCompile(`^IDFRA[A-Z]+<{5}`)
	mrzFrance2 = regexp.MustCompile(`^([0-9A-Z]{12})([0-9OI])[A-Z<]{5,14}([0-9OIBSZ]{6})([0-9OI])[MF][0-9OI]$`)
	mrzNames   = regexp.MustCompile(`^[PIACV][A-Z<][A-Z<]{3}[A-Z]+(<[A-Z]+)*<<?[A-Z]+[A-Z<]*$`)
)

const (
	// mrzMinNames is the least length of a line of names, all of whose fillers may
	// have been read as one.
	mrzMinNames   = 20
	mrzMinFillers = 3
)

// findMRZ finds the lines of machine-readable zones (ICAO Doc 9303). A reader
// drops fillers at the end of lines, so lengths are not required; two check digits
// must be right, or the line of names be unmistakable.
func findMRZ(lines []string) []Match {
	var all []Match
	marked := map[int]bool{}
	mark := func(i int) {
		if i >= 0 && i < len(lines) && lines[i] != "" && !marked[i] {
			marked[i] = true
			all = append(all, Match{MRZ, i, 0, len(lines[i])})
		}
	}
	compact := make([]string, len(lines))
	for i, l := range lines {
		if len(l) <= maxLine {
			compact[i] = mrzText(l)
		}
	}
	names := func(i int) bool {
		if i < 0 || i >= len(lines) {
			return false
		}
		c := compact[i]
		return len(c) >= mrzMinNames && strings.Count(c, "<") >= mrzMinFillers && mrzNames.MatchString(c)
	}
	for i, c := range compact {
		if m := mrzLong.FindStringSubmatch(c); m != nil {
			right := 0
			for _, f := range [][2]string{{m[1], m[2]}, {m[4], m[5]}, {m[7], m[8]}} {
				if CheckDigit(f[0], f[1]) {
					right++
				}
			}
			if right >= 2 {
				mark(i)
				if i > 0 && strings.Contains(compact[i-1], "<") {
					mark(i - 1)
				}
			}
		}
		if m := mrzShort.FindStringSubmatch(c); m != nil && CheckDigit(m[1], m[2]) && CheckDigit(m[4], m[5]) {
			mark(i)
			if i > 0 && mrzCard.MatchString(compact[i-1]) {
				mark(i - 1)
			}
			if i+1 < len(lines) && strings.Contains(compact[i+1], "<<") {
				mark(i + 1)
			}
		}
		if m := mrzFrance2.FindStringSubmatch(c); m != nil && CheckDigit(m[1], m[2]) && CheckDigit(m[3], m[4]) {
			mark(i)
			if i > 0 && strings.Contains(compact[i-1], "<") {
				mark(i - 1)
			}
		}
		if names(i) || mrzFrance.MatchString(c) {
			mark(i)
		}
	}
	return all
}

// mrzText is a line in capitals without spaces, with what readers make of the
// filler turned back.
func mrzText(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return -1
		case r == '«' || r == '‹' || r == '(' || r == '{' || r == '[':
			return '<'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, line)
}

// CheckDigit says whether check is the check digit of field by ICAO Doc 9303, part
// 3, 4.9: weights 7, 3, 1, letters from 10, fillers 0. Letters that a reader takes
// for digits count as digits where a field is all digits else.
func CheckDigit(field, check string) bool {
	numeric := strings.Trim(field, "0123456789OIBSZ") == ""
	value := func(c byte, digit bool) (int, bool) {
		if digit {
			switch c {
			case 'O':
				c = '0'
			case 'I':
				c = '1'
			case 'B':
				c = '8'
			case 'S':
				c = '5'
			case 'Z':
				c = '2'
			}
		}
		switch {
		case c >= '0' && c <= '9':
			return int(c - '0'), true
		case c >= 'A' && c <= 'Z':
			return int(c-'A') + 10, true
		case c == '<':
			return 0, true
		}
		return 0, false
	}
	if len(check) != 1 || field == "" {
		return false
	}
	want, ok := value(check[0], true)
	if !ok {
		return false
	}
	sum := 0
	for i := range len(field) {
		v, ok := value(field[i], numeric)
		if !ok {
			return false
		}
		sum += v * [3]int{7, 3, 1}[i%3]
	}
	return sum%10 == want
}
