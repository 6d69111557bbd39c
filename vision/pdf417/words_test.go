package pdf417

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPatterns checks the table against the rules of ISO/IEC 15438, 5.2: four bars
// and four spaces of one to six modules, and which cluster they belong to.
func TestPatterns(t *testing.T) {
	seen := map[uint16]bool{}
	for cluster := range patterns {
		for value, p := range patterns[cluster] {
			w := widths(p)
			sum := 0
			for _, n := range w {
				sum += n
				if n < 1 || n > 6 {
					t.Errorf("codeword %d of cluster %d: widths %v", value, cluster, w)
				}
			}
			if sum != wordWidth || (w[0]-w[2]+w[4]-w[6]+9)%9 != 3*cluster || seen[p] {
				t.Errorf("codeword %d of cluster %d: widths %v", value, cluster, w)
			}
			seen[p] = true
		}
	}
	if len(decoding()) != 3*codewords {
		t.Errorf("%d codewords can be told apart by the sums of their runs, want %d", len(decoding()), 3*codewords)
	}
}

// encodeWords appends check words: the remainder of the division by the generator
// polynomial (ISO/IEC 15438, 5.10).
func encodeWords(data []int, check int) []int {
	gf := galois()
	generator := []int{1}
	for j := 1; j <= check; j++ {
		next := make([]int, len(generator)+1)
		for i, v := range generator {
			next[i+1] = (next[i+1] + v) % codewords
			next[i] = (next[i] + codewords - gf.mul(v, gf.power(j))) % codewords
		}
		generator = next
	}
	rest := make([]int, check)
	for _, d := range data {
		lead := (d + rest[check-1]) % codewords
		for i := check - 1; i >= 0; i-- {
			before := 0
			if i > 0 {
				before = rest[i-1]
			}
			rest[i] = (before + codewords - gf.mul(lead, generator[i])) % codewords
		}
	}
	words := slices.Clone(data)
	for i := check - 1; i >= 0; i-- {
		words = append(words, (codewords-rest[i])%codewords)
	}
	return words
}

// TestCorrect damages words as far as can be mended, and further.
func TestCorrect(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for trial := range 300 {
		level := trial % 9
		check := 2 << level
		data := make([]int, 1+rnd.IntN(maxWords-check))
		for i := range data {
			data[i] = rnd.IntN(codewords)
		}
		sent := encodeWords(data, check)
		if changed, err := correct(slices.Clone(sent), check, nil); err != nil || changed != 0 {
			t.Fatalf("level %d: whole words: %d changed, %v", level, changed, err)
		}
		erasures := 0
		if check > 2 {
			erasures = rnd.IntN(check - 1)
		}
		errors := max(check-2-erasures, 0) / 2
		places := rnd.Perm(len(sent))
		if erasures+errors > len(places) {
			continue
		}
		got := slices.Clone(sent)
		for _, i := range places[:erasures+errors] {
			got[i] = (got[i] + 1 + rnd.IntN(codewords-1)) % codewords
		}
		changed, err := correct(got, check, places[:erasures])
		if err != nil || changed != erasures+errors || !slices.Equal(got, sent) {
			t.Fatalf("level %d: %d erasures and %d errors: %d changed, %v", level, erasures, errors, changed, err)
		}
	}
	// One error more than can be mended is refused, as two words are kept back.
	for range 50 {
		sent := encodeWords([]int{3, 100, 200}, 8)
		got := slices.Clone(sent)
		for _, i := range rnd.Perm(len(got))[:4] {
			got[i] = (got[i] + 1 + rnd.IntN(codewords-1)) % codewords
		}
		if _, err := correct(slices.Clone(got), 8, nil); err == nil {
			t.Error("four errors of eight check words were mended")
		}
	}
	if _, err := correct([]int{1, 2}, 4, nil); err == nil {
		t.Error("fewer words than check words were mended")
	}
}

func TestText(t *testing.T) {
	tests := []struct {
		name  string
		words []int
		want  string
	}{
		{"capitals", []int{7*30 + 8, 26*30 + 19, 29 * 30}, "HI T;"},
		{"small letters for good, a capital once", []int{27*30 + 0, 27*30 + 1, 2*30 + 29, 10*30 + 26}, "aBc! "},
		{"numbers and marks", []int{28*30 + 1, 25*30 + 3, 29*30 + 0}, "1@A"},
		{"a byte among text", []int{27*30 + 10, oneByte, 246, 11*30 + 13}, "köln"},
		{"bytes, six in five words and one more", []int{toBytes, 163, 238, 432, 766, 244, 97}, "alcoola"},
		{"bytes that six divides", []int{toSixes, 163, 238, 432, 766, 244}, "alcool"},
		{"digits", []int{toNumbers, 1, 624, 434, 632, 282, 200}, "000213298174000"},
		{"other charset", []int{eciNarrow, eciUTF8, toBytes, 195, 188}, "ü"},
		{"macro block", []int{0, macroStart, 1, 2, 3}, "AA"},
		{"padding", []int{0, toText, toText}, "AA"},
	}
	for _, tt := range tests {
		got, err := text(tt.words)
		if err != nil || got != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
	for _, words := range [][]int{{oneByte}, {oneByte, 300}, {toBytes, 300}, {toSixes, 899, 899, 899, 899, 899}, {toNumbers, 5}, {eciNarrow}} {
		if got, err := text(words); err == nil {
			t.Errorf("%v: %q", words, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte{3, 133, 0, 1, 2, 3})
	f.Add([]byte{3, 134, 1, 112, 1, 178})
	f.Fuzz(func(t *testing.T, data []byte) {
		var words []int
		for i := 0; i+1 < len(data) && len(words) < maxWords; i += 2 {
			words = append(words, (int(data[i])<<8|int(data[i+1]))%codewords)
		}
		if got, err := text(words); err == nil && len(got) > 6*maxWords {
			t.Errorf("%d words make %d bytes", len(words), len(got))
		}
	})
}
