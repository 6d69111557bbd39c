package pdf417

import (
	"errors"
	"sync"
)

// field is GF(929), whose nonzero elements are the powers of 3.
type field struct {
	exp [2 * (codewords - 1)]uint16
	log [codewords]uint16
}

// galois makes the tables when they are first needed.
var galois = sync.OnceValue(func() *field {
	f := &field{}
	x := 1
	for i := range codewords - 1 {
		f.exp[i], f.exp[i+codewords-1] = uint16(x), uint16(x)
		f.log[x] = uint16(i)
		x = x * 3 % codewords
	}
	return f
})

// power is 3 to the e, for any e that is not negative.
func (f *field) power(e int) int { return int(f.exp[e%(codewords-1)]) }

func (f *field) mul(a, b int) int {
	if a == 0 || b == 0 {
		return 0
	}
	return int(f.exp[int(f.log[a])+int(f.log[b])])
}

// div is a/b; b is not 0.
func (f *field) div(a, b int) int {
	if a == 0 {
		return 0
	}
	return int(f.exp[int(f.log[a])+codewords-1-int(f.log[b])])
}

// at is the polynomial p, lowest power first, at x.
func (f *field) at(p []int, x int) int {
	sum := 0
	for i := len(p) - 1; i >= 0; i-- {
		sum = (f.mul(sum, x) + p[i]) % codewords
	}
	return sum
}

var errUncorrectable = errors.New("more errors than the symbol can correct")

// correct mends words in place: Reed-Solomon over GF(929), of which the last
// check words are for correction and the places in erased are unknown. It returns
// how many words it changed, errors and erasures.
//
// Two check words are kept back to detect errors, as ISO/IEC 15438 demands: twice
// the errors and the erasures are together no more than check - 2.
func correct(words []int, check int, erased []int) (int, error) {
	gf := galois()
	n := len(words)
	most := max(check-2, 0)
	if check < 2 || check > n || len(erased) > most {
		return 0, errUncorrectable
	}
	syndromes := make([]int, check)
	sound := len(erased) == 0
	for j := range syndromes {
		root, sum := gf.power(j+1), 0
		for _, w := range words {
			sum = (gf.mul(sum, root) + w) % codewords
		}
		syndromes[j] = sum
		sound = sound && sum == 0
	}
	if sound {
		return 0, nil
	}
	locator := []int{1}
	for _, i := range erased {
		locator = gf.timesLinear(locator, gf.power(n-1-i))
	}
	locator = gf.berlekampMassey(locator, syndromes)
	degree := len(locator) - 1
	if 2*(degree-len(erased))+len(erased) > most {
		return 0, errUncorrectable
	}
	// The evaluator is syndromes times locator, cut to the degree of the locator.
	evaluator := make([]int, degree)
	for i := range evaluator {
		for j := 0; j <= i; j++ {
			evaluator[i] = (evaluator[i] + gf.mul(locator[j], syndromes[i-j])) % codewords
		}
	}
	derivative := make([]int, degree)
	for i := 1; i <= degree; i++ {
		derivative[i-1] = locator[i] * i % codewords
	}
	fixed := make([]int, n)
	copy(fixed, words)
	roots, changed := 0, 0
	for i := range n {
		inverse := gf.power((codewords - 1 - (n-1-i)%(codewords-1)) % (codewords - 1))
		if gf.at(locator, inverse) != 0 {
			continue
		}
		roots++
		slope := gf.at(derivative, inverse)
		if slope == 0 {
			return 0, errUncorrectable
		}
		// A word is what was sent plus an error of -evaluator/slope.
		e := gf.div(gf.at(evaluator, inverse), slope)
		if e != 0 {
			changed++
		}
		fixed[i] = (fixed[i] + e) % codewords
	}
	if roots != degree {
		return 0, errUncorrectable
	}
	for j := range syndromes {
		root, sum := gf.power(j+1), 0
		for _, w := range fixed {
			sum = (gf.mul(sum, root) + w) % codewords
		}
		if sum != 0 {
			return 0, errUncorrectable
		}
	}
	copy(words, fixed)
	return changed, nil
}

// timesLinear is p·(1 - x·root).
func (f *field) timesLinear(p []int, root int) []int {
	q := make([]int, len(p)+1)
	for i, v := range p {
		q[i] = (q[i] + v) % codewords
		q[i+1] = (q[i+1] + codewords - f.mul(v, root)) % codewords
	}
	return q
}

// berlekampMassey is the locator of errors and erasures, given that of the
// erasures (Blahut, Theory and Practice of Error Control Codes, 9.2).
func (f *field) berlekampMassey(erasures, syndromes []int) []int {
	known := len(erasures) - 1
	size := len(syndromes) + 2
	locator, before := make([]int, size), make([]int, size)
	copy(locator, erasures)
	copy(before, erasures)
	length := known
	for r := known; r < len(syndromes); r++ {
		delta := 0
		for i := 0; i <= r; i++ {
			delta += f.mul(locator[i], syndromes[r-i])
		}
		delta %= codewords
		copy(before[1:], before[:size-1])
		before[0] = 0
		if delta == 0 {
			continue
		}
		next := make([]int, size)
		for i := range next {
			next[i] = (locator[i] + codewords - f.mul(delta, before[i])) % codewords
		}
		if 2*length <= r+known {
			length = r + 1 - length + known
			for i := range before {
				before[i] = f.div(locator[i], delta)
			}
		}
		locator = next
	}
	for len(locator) > 1 && locator[len(locator)-1] == 0 {
		locator = locator[:len(locator)-1]
	}
	return locator
}
