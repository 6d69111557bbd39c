package pdf417

import (
	"errors"
	"math/big"
	"strings"
	"unicode/utf8"
)

// Codewords that are no data (ISO/IEC 15438, 5.4).
const (
	toText     = 900
	toBytes    = 901 // any number of bytes
	toNumbers  = 902
	oneByte    = 913
	macroLast  = 922
	macroField = 923
	toSixes    = 924 // a number of bytes that six divides
	eciUser    = 925
	eciWide    = 926
	eciNarrow  = 927
	macroStart = 928
)

// eciUTF8 is the ECI of UTF-8.
const eciUTF8 = 26

var errData = errors.New("the codewords do not make a text")

// The submodes of text compaction. Letters that are switches have no place in
// them.
const (
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ "
	lowerCase = "abcdefghijklmnopqrstuvwxyz "
	mixed     = "0123456789&\r\t,:#-.$/+%*=^\x00 "
	marks     = ";<>@[\\]_`~!\r\t,:\n-.$/\"|*()?{}'"
)

// text is what the data codewords say, without their length. The part after a
// macro control block, which numbers the symbols of a set, is left out.
//
// Bytes are UTF-8 where they can be, else ISO 8859-1.
func text(words []int) (string, error) {
	var out strings.Builder
	var raw []byte // bytes whose charset is not settled
	declared := false
	flush := func() {
		if declared || utf8.Valid(raw) {
			out.WriteString(strings.ToValidUTF8(string(raw), "\uFFFD"))
		} else {
			for _, b := range raw {
				out.WriteRune(rune(b))
			}
		}
		raw = raw[:0]
	}
	mode := toText
	for i := 0; i < len(words); {
		switch w := words[i]; {
		case w == toText || w == toBytes || w == toNumbers || w == toSixes:
			mode = w
			i++
		case w == eciNarrow || w == eciWide || w == eciUser:
			size := 2
			if w == eciWide {
				size = 3
			}
			if i+size > len(words) {
				return "", errData
			}
			flush()
			declared = w == eciNarrow && words[i+1] == eciUTF8
			i += size
		case w == macroStart || w == macroField || w == macroLast:
			i = len(words)
		case w == oneByte:
			if i+1 >= len(words) || words[i+1] > 255 {
				return "", errData
			}
			raw = append(raw, byte(words[i+1]))
			i += 2
		case w >= 900: // reserved, or for the reader
			i++
		default:
			var err error
			switch mode {
			case toText:
				raw, i = appendText(raw, words, i)
			case toNumbers:
				raw, i, err = appendNumbers(raw, words, i)
			default:
				raw, i, err = appendBytes(raw, words, i, mode == toSixes)
			}
			if err != nil {
				return "", err
			}
		}
	}
	flush()
	return out.String(), nil
}

// appendText reads text compaction from words[i] up to a codeword that ends it.
func appendText(raw []byte, words []int, i int) ([]byte, int) {
	sub, once := upperCase, ""
	letter := func(v int) {
		now := sub
		if once != "" {
			now, once = once, ""
		}
		switch {
		case now == upperCase && v == 27, now == mixed && v == 27:
			sub = lowerCase
		case now == lowerCase && v == 27:
			once = upperCase
		case (now == upperCase || now == lowerCase) && v == 28:
			sub = mixed
		case now == mixed && v == 28, now == marks && v == 29:
			sub = upperCase
		case now == mixed && v == 25:
			sub = marks
		case now != marks && v == 29:
			once = marks
		case v < len(now):
			raw = append(raw, now[v])
		}
	}
	for ; i < len(words); i++ {
		w := words[i]
		if w == oneByte && i+1 < len(words) && words[i+1] < 256 {
			// A switch before it only filled its codeword.
			once = ""
			raw = append(raw, byte(words[i+1]))
			i++
			continue
		}
		if w >= 900 {
			break
		}
		letter(w / 30)
		letter(w % 30)
	}
	return raw, i
}

// appendBytes reads byte compaction: six bytes in five codewords, and what is left
// one by one, unless sixes says that there is nothing left.
func appendBytes(raw []byte, words []int, i int, sixes bool) ([]byte, int, error) {
	end := i
	for end < len(words) && words[end] < 900 {
		end++
	}
	for end-i > 5 || sixes && end-i == 5 {
		v := 0
		for _, w := range words[i : i+5] {
			v = v*900 + w
		}
		if v >= 1<<48 {
			return nil, 0, errData
		}
		for shift := 40; shift >= 0; shift -= 8 {
			raw = append(raw, byte(v>>shift))
		}
		i += 5
	}
	for ; i < end; i++ {
		if words[i] > 255 {
			return nil, 0, errData
		}
		raw = append(raw, byte(words[i]))
	}
	return raw, i, nil
}

// appendNumbers reads numeric compaction: up to 44 digits in up to 15 codewords,
// with a 1 before them.
func appendNumbers(raw []byte, words []int, i int) ([]byte, int, error) {
	base := big.NewInt(900)
	for i < len(words) && words[i] < 900 {
		v := new(big.Int)
		for n := 0; n < 15 && i < len(words) && words[i] < 900; n++ {
			v.Mul(v, base).Add(v, big.NewInt(int64(words[i])))
			i++
		}
		digits := v.String()
		if digits[0] != '1' {
			return nil, 0, errData
		}
		raw = append(raw, digits[1:]...)
	}
	return raw, i, nil
}
