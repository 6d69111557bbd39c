package risk

import (
	"cmp"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"blindspot/internal/testenv"
)

var update = flag.Bool("update", false, "rewrite the golden files and the table of rules")

var audiences = []Audience{Public, Buyer, Family}

// pool holds the photos of all positive cases, in a fixed order.
func pool() []Photo {
	var all []Photo
	for _, id := range slices.Sorted(maps.Keys(cases)) {
		all = append(all, cases[id].yes...)
	}
	return all
}

// anyPhoto joins up to n photos of the pool.
func anyPhoto(r *rand.Rand, pool []Photo, n int) Photo {
	var chosen []Photo
	for range r.IntN(n + 1) {
		chosen = append(chosen, pool[r.IntN(len(pool))])
	}
	return plus(chosen...)
}

func seeded() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestScoreIsOfTheStatedForm(t *testing.T) {
	found := []finding{
		{Finding: Finding{Attack: Identification, Group: "face:1", Risk: .5}},
		{Finding: Finding{Attack: Identification, Group: "face:1", Risk: .2}},
		{Finding: Finding{Attack: Identification, Group: "face:2", Risk: .5}},
		{Finding: Finding{Attack: Linkage, Group: "face:2", Risk: .9}},
	}
	want := map[Attack]int{Identification: 25, ReIdentification: 100, Inference: 100, Linkage: 10}
	if got := scores(found); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := lowest(want); got != 10 {
		t.Errorf("lowest: %d", got)
	}
}

func TestScoreRoundsDown(t *testing.T) {
	for w, want := range map[float64]int{0: 100, .001: 99, .42: 58, .4: 60, .29: 71, .999: 0} {
		if got := scores([]finding{{Finding: Finding{Attack: Linkage, Risk: w}}})[Linkage]; got != want {
			t.Errorf("weight %v: %d, want %d", w, got, want)
		}
	}
}

func TestOneMoreFindingNeverRaises(t *testing.T) {
	r, all := seeded(), pool()
	for range 1000 {
		found := apply(rules, newView(anyPhoto(r, all, 12)), audiences[r.IntN(3)])
		before := scores(found)
		more := finding{Finding: Finding{Attack: Attacks[r.IntN(4)], Group: rules[r.IntN(len(rules))].Group, Risk: r.Float64()}}
		for attack, after := range scores(append(found, more)) {
			if after > before[attack] {
				t.Fatalf("%s rises from %d to %d by %+v", attack, before[attack], after, more)
			}
		}
	}
}

// What is added here is what makes findings; a fact that explains a metadata part
// which was unread before may raise a score, and so may a preview that was compared
// and shows nothing else.
func TestOneMoreThingInAPhotoNeverRaises(t *testing.T) {
	r, all := seeded(), pool()
	all = slices.DeleteFunc(all, func(p Photo) bool {
		return len(p.Parts) > 0 && p.Parts[0].Kind == partMetadata || slices.ContainsFunc(p.Previews, func(p Preview) bool { return !p.Differs })
	})
	for range 500 {
		p, more := anyPhoto(r, all, 10), all[r.IntN(len(all))]
		if p.Position != nil {
			more.Position, more.Place = nil, nil
		}
		if p.Name != "" {
			more.Name = ""
		}
		a := audiences[r.IntN(3)]
		before, after := Assess(p, a), Assess(plus(p, more), a)
		for _, attack := range Attacks {
			if after.Attacks[attack] > before.Attacks[attack] {
				t.Fatalf("%s rises from %d to %d: %+v and %+v", attack, before.Attacks[attack], after.Attacks[attack], p, more)
			}
		}
	}
}

func TestAFixNeverLowers(t *testing.T) {
	r, all := seeded(), pool()
	for range 400 {
		p := anyPhoto(r, all, 12)
		result := Assess(p, audiences[r.IntN(3)])
		if result.IfFixed < result.Score {
			t.Fatalf("all fixes lower %d to %d: %+v", result.Score, result.IfFixed, p)
		}
		for _, f := range result.Findings {
			if f.ScoreWithout < result.Score {
				t.Fatalf("the fix of %s lowers %d to %d: %+v", f.Rule, result.Score, f.ScoreWithout, p)
			}
			if f.Fix != LeaveOut && f.ScoreWithout > result.IfFixed {
				t.Fatalf("the fix of %s gives %d, all fixes %d: %+v", f.Rule, f.ScoreWithout, result.IfFixed, p)
			}
		}
	}
}

// A finding is gone once its own fix is applied to what it rests on.
func TestAFixRemovesItsFinding(t *testing.T) {
	r, all := seeded(), pool()
	for range 500 {
		v := newView(anyPhoto(r, all, 12))
		for _, f := range apply(rules, v, Public) {
			for _, left := range apply(rules, v.without(f.fixed), Public) {
				if left.Rule == f.Rule && left.Detection == f.Detection {
					t.Fatalf("%s is still found after its fix: %+v", f.Rule, left)
				}
			}
		}
	}
}

// Only what can be left out survives all fixes.
func TestAllFixesLeaveWhatCanOnlyBeLeftOut(t *testing.T) {
	r, all := seeded(), pool()
	for range 500 {
		p := anyPhoto(r, all, 12)
		v := newView(p)
		for _, left := range apply(rules, v.without(allFixed(p, apply(rules, v, Public))), Public) {
			if left.Fix != LeaveOut {
				t.Fatalf("%s survives all fixes: %+v", left.Rule, p)
			}
		}
	}
}

func TestOrderChangesNothing(t *testing.T) {
	r, all := seeded(), pool()
	for range 300 {
		p := anyPhoto(r, all, 12)
		want := Assess(p, Public)
		q := Photo{Name: p.Name, Position: p.Position, Place: p.Place, Previews: slices.Clone(p.Previews), Facts: slices.Clone(p.Facts), Parts: slices.Clone(p.Parts), Detections: slices.Clone(p.Detections)}
		r.Shuffle(len(q.Facts), func(i, j int) { q.Facts[i], q.Facts[j] = q.Facts[j], q.Facts[i] })
		r.Shuffle(len(q.Parts), func(i, j int) { q.Parts[i], q.Parts[j] = q.Parts[j], q.Parts[i] })
		r.Shuffle(len(q.Detections), func(i, j int) { q.Detections[i], q.Detections[j] = q.Detections[j], q.Detections[i] })
		if got := Assess(q, Public); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\n%+v", got, want)
		}
	}
}

func TestTheSameEvidenceCountsOnce(t *testing.T) {
	r, all := seeded(), pool()
	for range 300 {
		p := anyPhoto(r, all, 8)
		q := p
		q.Facts = append(slices.Clone(p.Facts), p.Facts...)
		q.Previews = append(slices.Clone(p.Previews), p.Previews...)
		q.Detections = append(slices.Clone(p.Detections), p.Detections...)
		a, b := Assess(p, Public), Assess(q, Public)
		if !maps.Equal(a.Attacks, b.Attacks) {
			t.Fatalf("%v, with everything twice %v: %+v", a.Attacks, b.Attacks, p)
		}
	}
}

func TestUncheckedMarksAndNeverRaises(t *testing.T) {
	r, all := seeded(), pool()
	for range 300 {
		p := anyPhoto(r, all, 8)
		whole := Assess(p, Public)
		if whole.UpperBound {
			t.Fatal("marked without reason")
		}
		p.Unchecked = []string{"faces"}
		part := Assess(p, Public)
		if !part.UpperBound {
			t.Fatal("not marked")
		}
		if part.Score > whole.Score || part.IfFixed > whole.IfFixed {
			t.Fatalf("%d, %d unchecked", whole.Score, part.Score)
		}
	}
}

func TestAudienceIsNeverHarderThanPublic(t *testing.T) {
	r, all := seeded(), pool()
	for range 300 {
		p := anyPhoto(r, all, 8)
		public, buyer, family := Assess(p, Public).Score, Assess(p, Buyer).Score, Assess(p, Family).Score
		if public > buyer || buyer > family {
			t.Fatalf("public %d, buyer %d, family %d: %+v", public, buyer, family, p)
		}
		if odd := Assess(p, "aunts").Score; odd != public {
			t.Fatalf("an unknown audience gives %d, public %d", odd, public)
		}
	}
}

func TestSetScore(t *testing.T) {
	for _, c := range []struct {
		photos []int
		want   int
	}{{nil, 100}, {[]int{40}, 40}, {[]int{40, 7, 90}, 7}} {
		if got := SetScore(c.photos); got != c.want {
			t.Errorf("%v: %d, want %d", c.photos, got, c.want)
		}
	}
}

// typical is a photo as people have them: mostly a phone's or a camera's, some
// edited, many cleaned by a site, with people or without.
func typical(r *rand.Rand) Photo {
	var chosen []Photo
	often := func(p float64, photos ...Photo) {
		if r.Float64() < p {
			chosen = append(chosen, photos...)
		}
	}
	if r.Float64() < .6 {
		chosen = append(chosen, fact("IFD0:Model", "iPhone 12"), fact("IFD0:Software", "15.4.1"), fact("ExifIFD:DateTimeOriginal", "2023:01:02 10:11:12"))
		often(.4, here, fact("GPS:GPSAltitude", "35 m"), fact("GPS:GPSImgDirection", "25"))
		often(.4, fact("ExifIFD:OffsetTime", "+01:00"))
		often(.5, fact("ExifIFD:MakerNote", "(Binary data 1230 bytes)"))
		often(.6, fact("IFD1:ThumbnailImage", "160 × 120 pixels, 4782 bytes"))
		often(.3, fact("ExifIFD:SerialNumber", "1030712320"), fact("ExifIFD:LensModel", "GR LENS"))
		often(.2, fact("ExifIFD:ImageUniqueID", "8f3a90b2c4"))
		often(.15, part("motion photo video", "trailer", 2_000_000))
		often(.15, part("MPF picture", "thumbnail", 90_000))
	}
	if r.Float64() < .25 {
		chosen = append(chosen, fact("XMP-xmpMM:DocumentID", "xmp.did:48361733"), fact("IFD0:ModifyDate", "2023:02:05 19:04:16"))
		often(.5, fact("XMP-xmpMM:HistoryAction", "saved"))
		often(.5, fact("IFD0:Artist", "Ada Lovelace"))
		often(.3, fact("IPTC:City", "Paris"), fact("XMP-photoshop:Country", "France"))
		often(.4, fact("IPTC:Caption-Abstract", "Ada's birthday"))
		often(.1, fact("XMP-mwg-rs:RegionName", "Ada"))
	}
	for r.Float64() < .45 {
		chosen = append(chosen, face)
		often(.8, see(Detection{Kind: "person", Label: "person"}))
	}
	if r.Float64() < .2 {
		for r.Float64() < .7 {
			chosen = append(chosen, see(Detection{Kind: "face", Bystander: true}))
		}
	}
	often(.1, see(Detection{Kind: "plate", Label: "plate"}), see(Detection{Kind: "vehicle", Label: "car"}))
	often(.15, see(Detection{Kind: "screen", Label: "laptop"}))
	often(.1, object("bed"))
	often(.1, object("dog"))
	often(.15, object("bottle"))
	often(.2, see(Detection{Kind: "text", Label: "text", Area: .02}))
	often(.04, text("phone"))
	often(.03, text("email"))
	often(.02, see(Detection{Kind: "document", Label: "letter"}))
	often(.04, code(""))
	often(.5, file("IMG_1234.jpg"))
	return plus(chosen...)
}

// The ranking must not hang on the exact weights: photos keep their order when
// each weight moves at random by up to half.
func TestRankingSurvivesOtherWeights(t *testing.T) {
	r := seeded()
	batch := make([]Photo, 400)
	for i := range batch {
		batch[i] = typical(r)
	}
	checkRanking(t, batch)
}

func checkRanking(t *testing.T, batch []Photo) {
	t.Helper()
	const weightings, least = 20, .9
	r := seeded()
	ranking := func(rules []Rule) []float64 {
		list := make([]float64, len(batch))
		for i, p := range batch {
			list[i] = float64(lowest(scores(apply(rules, newView(p), Public))))
		}
		return list
	}
	base := ranking(rules)
	var rhos []float64
	for range weightings {
		moved := Rules()
		for i := range moved {
			moved[i].Weights.Public = min(.99, moved[i].Weights.Public*(.5+r.Float64()))
		}
		rhos = append(rhos, spearman(base, ranking(moved)))
	}
	slices.Sort(rhos)
	t.Logf("%d photos, %d sets of weights: rank correlation %.3f at the median, %.3f at the lowest", len(batch), weightings, rhos[weightings/2], rhos[0])
	if rhos[weightings/2] < least {
		t.Errorf("median rank correlation %.3f, want %.1f", rhos[weightings/2], least)
	}
}

// spearman is the rank correlation of a and b, ties sharing their mean rank.
func spearman(a, b []float64) float64 {
	ra, rb := ranks(a), ranks(b)
	mean := float64(len(a)-1) / 2
	var sab, saa, sbb float64
	for i := range ra {
		da, db := ra[i]-mean, rb[i]-mean
		sab, saa, sbb = sab+da*db, saa+da*da, sbb+db*db
	}
	return sab / math.Sqrt(saa*sbb)
}

func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	ranks := make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			ranks[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return ranks
}

// scenes are photos as people take them.
var scenes = map[string]Photo{
	"phone photo of a child at home": plus(
		file("IMG_20230102_101112.jpg"), near(at(48.858412, 2.294513), paris), face,
		see(Detection{Kind: "face", Label: "face", Bystander: true, Area: .002}), object("teddy bear"), object("bed"),
		fact("GPS:GPSLatitude", "48.858412"), fact("GPS:GPSLongitude", "2.294513"), fact("GPS:GPSImgDirection", "25.27"),
		fact("IFD0:Make", "Apple"), fact("IFD0:Model", "iPhone 12"), fact("IFD0:Software", "15.4.1"),
		fact("ExifIFD:DateTimeOriginal", "2023:01:02 10:11:12"), fact("ExifIFD:OffsetTimeOriginal", "+01:00"),
		fact("ExifIFD:MakerNote", "(Binary data 1230 bytes)"), fact("IFD1:ThumbnailImage", "160 × 120 pixels, 4782 bytes"),
		part("APP1 Exif", "metadata", 12_000), part("motion photo video", "trailer", 2_100_000),
	),
	"photographer's portrait": plus(
		file("DSC01234.jpg"), face, see(Detection{Kind: "person", Label: "person", Area: .4}),
		fact("IFD0:Artist", "Ada Lovelace"), fact("IFD0:Model", "NIKON D2H"), fact("ExifIFD:SerialNumber", "1030712320"),
		fact("ExifIFD:LensModel", "50.0 mm f/1.4"), fact("ExifIFD:DateTimeOriginal", "2007:09:12 16:12:32"),
		fact("XMP-xmpMM:DocumentID", "xmp.did:48361733"), fact("XMP-xmpMM:HistoryAction", "saved"), fact("XMP-xmp:CreatorTool", "Adobe Photoshop CS3"),
		part("APP1 Exif", "metadata", 9_000), part("APP1 XMP", "metadata", 5_000), part("APP13 Photoshop", "metadata", 8_000),
	),
	"car for sale": plus(
		file("golf-front.jpg"), see(Detection{Kind: "vehicle", Label: "car", Area: .5}), see(Detection{Kind: "plate", Label: "plate", Area: .01}),
		fact("IFD0:Model", "SM-G991B"), fact("ExifIFD:DateTimeOriginal", "2023:01:02 10:11:12"),
	),
	"group in the street": plus(
		face, face, face, see(Detection{Kind: "face", Bystander: true}), see(Detection{Kind: "face", Bystander: true}),
		see(Detection{Kind: "text", Label: "text", Area: .02}), object("traffic light"),
	),
	"desk with a letter": plus(
		see(Detection{Kind: "document", Label: "letter", Area: .1}), text("iban"), text("address"),
		see(Detection{Kind: "screen", Label: "laptop", Area: .2}), object("wine glass"),
	),
	"landscape, cleaned": {Name: "photo-8f3a90b2.jpg", Parts: []Part{{"APP0 JFIF", "structure", 18}, {"scan data", "pixels", 900_000}}},
	"landscape, pixels not looked at": {
		Name: "photo-8f3a90b2.jpg", Unchecked: []string{"faces", "objects", "plates", "text", "codes"},
	},
}

func TestScenesGolden(t *testing.T) {
	result := map[string]map[Audience]Assessment{}
	for name, p := range scenes {
		result[name] = map[Audience]Assessment{}
		for _, a := range audiences {
			assessment := Assess(p, a)
			if a != Public {
				assessment.Findings = nil
			}
			result[name][a] = assessment
		}
	}
	got, err := json.MarshalIndent(result, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "scenes.json"), append(got, '\n'))
}

// golden compares got with the file at path, or writes it with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) == string(want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s differs at line %d: %q (go test ./risk -update rewrites it)", path, i+1, g[i])
		}
	}
	t.Fatalf("%s has %d lines, got %d", path, len(w), len(g))
}

func TestRulesAreDocumented(t *testing.T) {
	golden(t, filepath.Join(testenv.Root(t), "docs", "RISKS.md"), []byte(table(Rules())))
}

// apply runs all rules on a view.
func apply(rules []Rule, v *view, a Audience) []finding {
	var found []finding
	for _, rule := range rules {
		found = append(found, rule.apply(v, a)...)
	}
	return found
}

// What is run again for a fix gives what running everything again gives.
func TestScoreWithout(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	all := pool()
	for range 500 {
		p := anyPhoto(r, all, 12)
		w := newWhole(rules, p, Public)
		found := slices.Concat(w.found...)
		for _, f := range append(found, finding{fixed: allFixed(p, found)}) {
			want := lowest(scores(apply(rules, newView(p).without(f.fixed), Public)))
			if got := w.scoreWithout(f.fixed); got != want {
				t.Fatalf("%s: %d, %d when all rules are run, in %+v", f.Rule, got, want, p)
			}
		}
	}
}

// What filler hides is no false comfort: the score is an upper bound, and filler
// of one tag hides no other.
func TestFiller(t *testing.T) {
	p := hostile(20_000)
	p.Facts = append(p.Facts, Fact{"IFD0", "Artist", "Ada Example"})
	a := Assess(p, Public)
	if !a.UpperBound {
		t.Error("the score is no upper bound")
	}
	if !slices.ContainsFunc(a.Findings, func(f Finding) bool { return f.Rule == "owner.name" }) {
		t.Error("the name is hidden by filler of another tag")
	}
	few := hostile(maxTagFacts / 100)
	if Assess(few, Public).UpperBound {
		t.Error("few facts make the score an upper bound")
	}
	// Filler of many tags, none of which is too much, fills the reader's list.
	var wide Photo
	for i := range maxFacts - 1 {
		wide.Facts = append(wide.Facts, Fact{"PNG", "Tag" + itoa(i), "x"})
	}
	if Assess(wide, Public).Crowded {
		t.Error("fewer facts than a reader gives are too many")
	}
	wide.Facts = append(wide.Facts, Fact{"PNG", "Last", "x"})
	if a := Assess(wide, Public); !a.Crowded || !a.UpperBound {
		t.Error("as many facts as a reader gives are all there are")
	}
}

// hostile has n text facts, n facts of makers' notes, and parts enough to look
// each up for.
func hostile(n int) Photo {
	var p Photo
	for i := range n {
		p.Facts = append(p.Facts, Fact{"PNG", "Text", "words of somebody about " + itoa(i)}, Fact{"XMP-x" + itoa(i), "Title", "created with " + itoa(i)}, Fact{"Canon", "A" + itoa(i), "1"})
	}
	for i := range min(n, 2000) {
		p.Parts = append(p.Parts, Part{"zTXt " + itoa(i), partMetadata, 1000}, Part{"APP1 XMP", partMetadata, 1000})
	}
	return p
}

func BenchmarkAssessHostile(b *testing.B) {
	p := hostile(70_000)
	b.ReportAllocs()
	for b.Loop() {
		Assess(p, Public)
	}
}

func BenchmarkAssess(b *testing.B) {
	all := plus(pool()...)
	for i := range 2000 {
		all.Facts = append(all.Facts, Fact{"XMP-crs", "Setting" + itoa(i), "1"})
	}
	for i := range 200 {
		all.Detections = append(all.Detections, Detection{ID: 1000 + i, Kind: "face", Label: "face", Confidence: .5, Area: .001})
	}
	b.ReportAllocs()
	for b.Loop() {
		Assess(all, Public)
	}
}

func FuzzAssess(f *testing.F) {
	for _, p := range pool() {
		for _, fact := range p.Facts {
			f.Add(p.Name, fact.Group, fact.Tag, fact.Value, "APP1 Exif", 48.85841, 2.29451)
		}
	}
	f.Add("IMG_20230102_101112.jpg", "", "", "", "motion photo video", math.NaN(), math.Inf(1))
	f.Fuzz(func(t *testing.T, name, group, tag, value, partName string, latitude, longitude float64) {
		p := plus(file(name), Photo{Facts: []Fact{{group, tag, value}}}, at(latitude, longitude), part(partName, partMetadata, 1000), face)
		a := Assess(p, Public)
		if a.Score < 0 || a.Score > a.IfFixed || a.IfFixed > 100 {
			t.Errorf("score %d, after all fixes %d", a.Score, a.IfFixed)
		}
		for _, f := range a.Findings {
			for _, e := range f.Evidence {
				if !utf8.ValidString(e.Value) || len([]rune(e.Value)) > 2*maxQuoted || strings.ContainsFunc(e.Value, unicode.IsControl) {
					t.Errorf("%s quotes %q", f.Rule, e.Value)
				}
			}
		}
	})
}
