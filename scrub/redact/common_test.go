package redact

import (
	"bytes"
	"fmt"
	"image"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
)

// subject is a picture to cover regions of.
type subject struct {
	what     string // beside its name
	original *scan.Photo
	// twin covers by plan and noise the same picture with something else in place of
	// what was covered.
	twin func(covered []image.Rectangle, plan *Plan, n Noise) (*Result, error)
	// same says that the picture may be as it was where it was covered.
	same func(arrangement string) bool
}

// nonInterference covers regions of all shapes, in all styles and orientations, of each
// picture and of its twin: the results are the same, byte for byte. Without a seed they
// differ in nearly all cases. With thin, one shape in turn is tried where tests are to
// be short.
func nonInterference(t *testing.T, pictures []string, thin bool, open func(name string, orientation int, rng *rand.Rand) subject) {
	t.Helper()
	seed := uint64(42)
	rng := rand.New(rand.NewPCG(3, 4))
	cases, changed := 0, 0
	for m, name := range pictures {
		for _, orientation := range orientations() {
			for i, style := range allStyles {
				all := shapes
				if thin && testing.Short() {
					all = all[(m+orientation+i)%len(all):][:1]
				}
				for _, s := range all {
					arrangements := plans(style, s.shape, s.angle)
					names := slices.Sorted(maps.Keys(arrangements))
					arrangement := names[rng.IntN(len(names))]
					plan, p := arrangements[arrangement], open(name, orientation, rng)
					where := fmt.Sprintf("%s, orientation %d, %s, %v, %s, %s", name, orientation, style, s, arrangement, p.what)
					want, err := Apply(t.Context(), p.original, plan, Noise{&seed})
					if err != nil {
						t.Fatalf("%s: %v", where, err)
					}
					got, err := p.twin(want.Covered, plan, Noise{&seed})
					if err != nil {
						t.Fatalf("%s: %v", where, err)
					}
					if !bytes.Equal(got.Data, want.Data) {
						t.Fatalf("%s: what is covered shows in the result", where)
					}
					result := with(p.original, want.Data)
					if err := Unchanged(t.Context(), p.original, result, want.Covered); err != nil {
						t.Errorf("%s: %v", where, err)
					}
					if err := Unchanged(t.Context(), p.original, result, nil); err == nil && !p.same(arrangement) {
						t.Errorf("%s: what was covered goes unseen", where)
					}
					other, err := Apply(t.Context(), p.original, plan, Noise{})
					if err != nil {
						t.Fatalf("%s: %v", where, err)
					}
					cases++
					if !bytes.Equal(other.Data, want.Data) {
						changed++
					}
				}
			}
		}
	}
	t.Logf("%d cases, all the same; other noise made another result in %d", cases, changed)
	if changed*100 < cases*97 { // a single MCU or pixel may come out the same
		t.Errorf("other noise made another result in %d of %d only", changed, cases)
	}
}

// tiny is a region so small that it may come out as it was.
func tiny(arrangement string) bool { return arrangement == "tiny" }

// with is p with other data.
func with(p *scan.Photo, data []byte) *scan.Photo {
	q := *p
	q.Data = data
	return &q
}

// eachPixel calls fn for the pixels of rectangles.
func eachPixel(all []image.Rectangle, fn func(x, y int)) {
	for _, r := range all {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				fn(x, y)
			}
		}
	}
}

// outsideFolder covers three random regions of each photo of the folder that open
// takes: all of each region is covered, nothing outside differs, and judge, which open
// gives, finds nothing else wrong. It returns how many there are, by kind.
func outsideFolder(t *testing.T, formats []string, open func(e testenv.Entry, data []byte, rng *rand.Rand) (p *scan.Photo, judge func(r *Result, plan *Plan, seed uint64))) (done map[string]int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 6))
	done = map[string]int{}
	redacted, refused, skipped := 0, 0, 0
	for _, e := range folder(t, formats...) {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			t.Fatal(err)
		}
		p, judge := open(e, data, rng)
		if p == nil {
			skipped++
			continue
		}
		plan, seed := threeRegions(rng, p), rng.Uint64()
		r, err := Apply(t.Context(), p, plan, Noise{&seed})
		if err != nil {
			refused++
			t.Log(err)
			continue
		}
		redacted++
		kind := string(p.Format)
		if r.Reencoded {
			kind = "lossy " + kind
		}
		done[kind]++
		if n := uncovered(p, plan, r.Covered); n > 0 {
			t.Errorf("%s: %d pixels of the regions are not covered", e.File, n)
		}
		if err := Unchanged(t.Context(), p, with(p, r.Data), r.Covered); err != nil {
			t.Error(err)
		}
		judge(r, plan, seed)
	}
	t.Logf("%v redacted, %d refused, %d passed over", done, refused, skipped)
	if redacted*100 < (redacted+refused)*95 {
		t.Error("too many refused")
	}
	return done
}

// coverAndCompare is what a fuzz target does with a picture.
func coverAndCompare(t *testing.T, p *scan.Photo) {
	t.Helper()
	plan := &Plan{1, []Region{{Box{-4, 3, 20, 14}, Ellipse, 20, Blur, 0}, {Box{18, 10, 9, 9}, "", 0, Mosaic, 0}}}
	r, err := Apply(t.Context(), p, plan, Noise{})
	if err != nil {
		return
	}
	if err := Unchanged(t.Context(), p, with(p, r.Data), r.Covered); err != nil {
		t.Fatal(err)
	}
}

// benchmarkApply covers four ellipses of 800 pixels of a photo of 12 megapixels.
func benchmarkApply(b *testing.B, p *scan.Photo) {
	for _, style := range allStyles {
		plan := &Plan{Version: 1}
		for i := range 4 {
			plan.Regions = append(plan.Regions, Region{Box{100 + i*950, 200 + i*600, 800, 800}, Ellipse, 0, style, 0})
		}
		b.Run(string(style), func(b *testing.B) {
			for b.Loop() {
				if _, err := Apply(b.Context(), p, plan, Noise{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
