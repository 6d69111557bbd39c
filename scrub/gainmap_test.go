package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
	"blindspot/scrub/redact"
)

// mapXMP is the XMP of a gain map with words of its own, and numbers for all tags.
func mapXMP(numbers string) []byte {
	return segment(0xE1, xmpSignature, `<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="`, canary, `"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`+
		`<rdf:Description rdf:about="`+canary+`" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="`+canary+`" `+
		`hdrgm:Version="1.0" hdrgm:BaseRenditionIsHDR="False" hdrgm:Note="`+canary+`" `, numbers, `/></rdf:RDF></x:xmpmeta>`)
}

// ultraHDR is a photo with a gain map, and the canary in every place of the map that
// can hold it.
func ultraHDR(t testing.TB, numbers string) []byte {
	t.Helper()
	return withGainMap(t, mapXMP(numbers))
}

// withGainMap is a photo with a gain map that has segments of its own; what the picture
// has is put before its own.
func withGainMap(t testing.TB, describe []byte, picture ...[]byte) []byte {
	t.Helper()
	gain := behindSOI(plainJPEG(t), segment(0xE1, exifHeader, exifWith(canary, "")), describe, segment(0xFE, canary), segment(0xE2, "MPF\x00", canary))
	gain = append(gain[:len(gain)-2], canary+"\xff\xd9"...)
	file := behindSOI(plainJPEG(t), slices.Concat(picture, [][]byte{segment(0xE1, xmpSignature, containerXMP(len(gain))), segment(0xFE, canary)})...)
	return append(behindSOI(file, mpfSegment(2, len(file)+mpfLength, len(gain))), gain...)
}

const mapNumbers = `hdrgm:GainMapMin="-0.5" hdrgm:GainMapMax="2.25" hdrgm:Gamma="1.00000000123" hdrgm:OffsetSDR="0" hdrgm:OffsetHDR="0" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2.25"`

func TestGainMap(t *testing.T) {
	ctx := context.Background()
	p, err := scan.Read(ctx, "ultra.jpg", ultraHDR(t, mapNumbers))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Clean(ctx, p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if plain.GainMap != GainMapRemoved || bytes.Contains(plain.Data, []byte("hdrgm")) {
		t.Errorf("by default it is %q", plain.GainMap)
	}
	r, err := Clean(ctx, p, Options{KeepGainMap: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.GainMap != GainMapKept {
		t.Fatalf("it is %q", r.GainMap)
	}
	if bytes.Contains(r.Data, []byte("CANA")) || bytes.Contains(r.Data, []byte("123")) {
		t.Error("the string, or the end of a long number, is still there")
	}
	if _, err := r.Verify(ctx, p, r.Data); err != nil {
		t.Error(err)
	}
	if err := Verify(ctx, p, r.Data, nil); err != nil {
		t.Error(err)
	}
	again, err := scan.Read(ctx, "copy.jpg", r.Data)
	if err != nil {
		t.Fatal(err)
	}
	if err := Inspect(ctx, again); err != nil {
		t.Error(err)
	}
	if twice, err := Clean(ctx, again, Options{KeepGainMap: true}); err != nil || !bytes.Equal(twice.Data, r.Data) {
		t.Errorf("cleaning the copy changes it: %v", err)
	}
	length := len(gainMapFile(t, again))
	at := len(r.Data) - length
	find := func(s string, from int) int { return from + bytes.Index(r.Data[from:], []byte(s)) }
	change := func(at int) []byte {
		out := bytes.Clone(r.Data)
		out[at] ^= 1
		return out
	}
	for name, file := range map[string][]byte{
		"another number":   change(find("2.25", at)),
		"another index":    change(find("MPF", 0) + 4 + 8 + 2 + 3*12 + 4 + 4 + 3),
		"another length":   change(find(`Item:Length="`, 0) + len(`Item:Length="`)),
		"another map":      change(len(r.Data) - 40),
		"comment in map":   append(bytes.Clone(r.Data[:at]), behindSOI(r.Data[at:], segment(0xFE, "x"))...),
		"behind the map":   append(bytes.Clone(r.Data), 'x'),
		"second map":       append(bytes.Clone(r.Data), r.Data[at:]...),
		"before the map":   append(append(bytes.Clone(r.Data[:at]), 0), r.Data[at:]...),
		"comment":          behindSOI(r.Data, segment(0xFE, "x")),
		"index of no map":  r.Data[:at],
		"original's map":   p.Data,
		"map of no index":  append(bytes.Clone(plain.Data), r.Data[at:]...),
		"XMP without map":  behindSOI(plain.Data, segment(0xE1, xmpSignature, containerXMP(length))),
		"copy without any": plain.Data,
	} {
		if _, err := r.Verify(ctx, p, file); err == nil {
			t.Errorf("%s was let through", name)
		}
	}
	if err := Verify(ctx, p, plain.Data, nil); err != nil {
		t.Errorf("a copy without is refused: %v", err)
	}
	if _, err := plain.Verify(ctx, p, r.Data); err == nil {
		t.Error("a copy with a gain map that was not to stay is let through")
	}
}

// A map shows what it was made of: none stays where anything was covered.
func TestNoGainMapOfACoveredPicture(t *testing.T) {
	p, err := scan.Read(t.Context(), "ultra.jpg", ultraHDR(t, mapNumbers))
	if err != nil {
		t.Fatal(err)
	}
	plan := &redact.Plan{Version: 1, Regions: []redact.Region{{Box: redact.Box{X: 8, Y: 8, W: 16, H: 16}, Style: redact.Solid}}}
	r, err := Clean(t.Context(), p, Options{Plan: plan, Noise: seeded(1), KeepGainMap: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.GainMap != GainMapRemoved || bytes.Contains(r.Data, []byte("hdrgm")) {
		t.Errorf("it is %q", r.GainMap)
	}
	kept, err := Clean(t.Context(), p, Options{KeepGainMap: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(t.Context(), p, kept.Data, []image.Rectangle{image.Rect(8, 8, 24, 24)}); err == nil {
		t.Error("a covered copy with a gain map was let through")
	}
}

// isoSegment is the standard's segment, with numbers of four bytes each.
func isoSegment(flags byte, numbers ...int32) []byte {
	b := []byte{0, 0, 'C', 'A', flags} // the least version, the writer's, which says nothing
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return segment(0xE2, metadata.GainMapSignature, string(b), canary)
}

// TestStandardGainMap keeps maps whose numbers lie where ISO 21496-1 has them, alone or
// beside XMP: the numbers are the same, and nothing else is left.
func TestStandardGainMap(t *testing.T) {
	const common, channels, both = 1 << 3, 1 << 7, 1<<6 | 1<<2
	want := &metadata.GainMapNumbers{
		BaseHeadroom: 0, AlternateHeadroom: 2.25,
		Min: [3]float64{-.5, -.5, -.5}, Max: [3]float64{2.25, 2.25, 2.25}, Gamma: [3]float64{1, 1, 1},
		BaseOffset: [3]float64{.015625, .015625, .015625}, AlternateOffset: [3]float64{-.25, -.25, -.25},
	}
	coloured := *want
	coloured.Min, coloured.BaseColours, coloured.Backward = [3]float64{-.5, 0, .5}, true, true
	one := []int32{-1, 2, 9, 4, 1, 1, 1, 64, -2, 8}
	version := segment(0xE2, metadata.GainMapSignature, "\x00\x00CA")
	for name, c := range map[string]struct {
		describe []byte
		want     *metadata.GainMapNumbers
		xmp      bool
	}{
		"a denominator each":     {isoSegment(0, append([]int32{0, 1, 9, 4}, one...)...), want, false},
		"a common denominator":   {isoSegment(common, 64, 0, 144, -32, 144, 64, 1, -16), want, false},
		"three colours":          {isoSegment(channels|common|both, 64, 0, 144, -32, 144, 64, 1, -16, 0, 144, 64, 1, -16, 32, 144, 64, 1, -16), &coloured, false},
		"beside XMP":             {slices.Concat(isoSegment(0, append([]int32{0, 1, 9, 4}, one...)...), mapXMP(mapNumbers)), want, true},
		"behind a version alone": {slices.Concat(segment(0xE2, metadata.GainMapSignature, "\x00\x00\x00\x00"), isoSegment(0, append([]int32{0, 1, 9, 4}, one...)...)), want, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := scan.Read(t.Context(), name, withGainMap(t, c.describe, version))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(p.Facts, func(f metadata.Fact) bool { return f.Group == "GainMap" && f.Tag == "GainMapMax" && f.Value == "2.25" }) {
				t.Errorf("the numbers are not read: %v", p.Facts)
			}
			r, err := Clean(t.Context(), p, Options{KeepGainMap: true})
			if err != nil || r.GainMap != GainMapKept {
				t.Fatalf("it is %q, %v", r.GainMap, err)
			}
			if bytes.Contains(r.Data, []byte("CANA")) || bytes.Contains(r.Data, []byte(metadata.GainMapSignature+"\x00\x00C")) {
				t.Error("the string is still there")
			}
			if bytes.Contains(r.Data, []byte("hdrgm")) != c.xmp {
				t.Errorf("XMP is there: %v", !c.xmp)
			}
			if _, err := r.Verify(t.Context(), p, r.Data); err != nil {
				t.Error(err)
			}
			again, err := scan.Read(t.Context(), "copy", r.Data)
			if err != nil {
				t.Fatal(err)
			}
			if err := Inspect(t.Context(), again); err != nil {
				t.Error(err)
			}
			twice, err := Clean(t.Context(), again, Options{KeepGainMap: true})
			if err != nil || !bytes.Equal(twice.Data, r.Data) {
				t.Errorf("cleaning the copy changes it: %v", err)
			}
			said := bytes.Split(r.Data, []byte(metadata.GainMapSignature))
			if len(said) != 3 {
				t.Fatalf("%d segments of the standard, want the picture's and the map's", len(said)-1)
			}
			if g, err := metadata.ParseGainMap(said[1][:4]); err != nil || g != nil {
				t.Errorf("the picture says %+v, %v", g, err)
			}
			if got, err := metadata.ParseGainMap(said[2]); err != nil || *got != *c.want {
				t.Errorf("the map says %+v, want %+v, %v", got, c.want, err)
			}
			// It is named as what it is, and no second picture is.
			parts, _ := Parts(t.Context(), again)
			if last := parts[len(parts)-1]; last.Name != CleanGainMap || last.Kind != container.Colour {
				t.Errorf("the last part is %+v", last)
			}
			parts, _ = Parts(t.Context(), p)
			if last := parts[len(parts)-1]; last.Kind != container.Thumbnail {
				t.Errorf("of the original the last part is %+v", last)
			}
			for _, change := range []int{bytes.Index(r.Data, []byte(metadata.GainMapSignature)), bytes.LastIndex(r.Data, []byte(metadata.GainMapSignature))} {
				changed := bytes.Clone(r.Data)
				changed[change+len(metadata.GainMapSignature)+3] ^= 1
				if _, err := r.Verify(t.Context(), p, changed); err == nil {
					t.Errorf("another version at byte %d was let through", change)
				}
			}
		})
	}
	for name, describe := range map[string][]byte{
		"cut off":           segment(0xE2, metadata.GainMapSignature, "\x00\x00\x00\x00\x00\x00\x00"),
		"a later version":   segment(0xE2, metadata.GainMapSignature, "\x00\x01\x00\x00"),
		"version alone":     version,
		"divided by zero":   isoSegment(0, append([]int32{0, 0, 9, 4}, one...)...),
		"a large number":    isoSegment(0, append([]int32{0, 1, 66, 1}, one...)...),
		"a gamma of 0":      isoSegment(common, 64, 0, 144, -32, 144, 0, 1, -16),
		"good XMP, bad ISO": slices.Concat(isoSegment(common, 0, 0, 144, -32, 144, 0, 1, -16), mapXMP(mapNumbers)),
	} {
		p, err := scan.Read(t.Context(), name, withGainMap(t, describe))
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Clean(t.Context(), p, Options{KeepGainMap: true}); err != nil || r.GainMap != GainMapUnfit || bytes.Contains(r.Data, []byte("CANA")) {
			t.Errorf("%s: it is %q, %v", name, r.GainMap, err)
		}
	}
}

// gainMapFile is the gain map of p as it lies there.
func gainMapFile(t testing.TB, p *scan.Photo) []byte {
	t.Helper()
	for _, part := range p.Parts {
		if isGainMap(part) {
			return part.Payload(p.Data)
		}
	}
	t.Fatalf("%s has no gain map", p.Path)
	return nil
}

// What can't be applied by numbers that make sense does not stay.
func TestUnfitGainMap(t *testing.T) {
	for name, numbers := range map[string]string{
		"none": ``, "words": strings.Replace(mapNumbers, "2.25", canary, 1), "infinite": strings.Replace(mapNumbers, "2.25", "Inf", 1),
		"large": strings.Replace(mapNumbers, "2.25", "65", 1), "gamma": strings.Replace(mapNumbers, "1.00000000123", "0", 1),
		"two":              strings.Replace(mapNumbers, "2.25", "1, 2", 1),
		"three capacities": strings.Replace(mapNumbers, `CapacityMax="2.25`, `CapacityMax="1, 1, 1`, 1),
	} {
		p, err := scan.Read(t.Context(), name, ultraHDR(t, numbers))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Clean(t.Context(), p, Options{KeepGainMap: true})
		if err != nil {
			t.Fatal(err)
		}
		if r.GainMap != GainMapUnfit || bytes.Contains(r.Data, []byte("hdrgm")) {
			t.Errorf("%s: it is %q", name, r.GainMap)
		}
		if _, err := r.Verify(t.Context(), p, r.Data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRealGainMaps keeps those of the photos: exiftool finds them where the index
// says, with the same numbers and pixels, and nothing else.
func TestRealGainMaps(t *testing.T) {
	exiftool := testenv.Program(t, "exiftool")
	ctx := context.Background()
	dir := t.TempDir()
	kept := 0
	for i, e := range testenv.Index(t, "JPEG", "MPO") {
		p, err := scan.Open(ctx, filepath.Join(testenv.Photos(t), e.File))
		if err != nil || !hasGainMap(p) {
			continue
		}
		r, err := Clean(ctx, p, Options{KeepGainMap: true})
		if err == nil && r.GainMap == GainMapUnfit && bytes.Contains(p.Data, []byte("com:apple:photo")) {
			t.Logf("%s: the numbers of Apple's gain map lie in a maker note", e.File)
			continue
		}
		if err != nil || r.GainMap != GainMapKept {
			t.Errorf("%s: the gain map is %q: %v", e.File, r.GainMap, err)
			continue
		}
		if _, err := r.Verify(ctx, p, r.Data); err != nil {
			t.Error(err)
			continue
		}
		kept++
		path := filepath.Join(dir, fmt.Sprintf("%d.jpg", i))
		if err := os.WriteFile(path, r.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		extract := func(path string) []byte {
			b, err := exec.Command(exiftool, "-b", "-MPImage2", path).Output()
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		before, after := extract(p.Path), extract(path)
		if !bytes.Equal(decoded(t, before), decoded(t, after)) {
			t.Errorf("%s: the map's pixels differ", e.File)
		}
		if !bytes.Equal(decoded(t, p.Data), decoded(t, r.Data)) {
			t.Errorf("%s: the pixels differ", e.File)
		}
		was, is := tagsOf(t, exiftool, before), tagsOf(t, exiftool, after)
		for tag, value := range was {
			if strings.HasPrefix(tag, "XMP-hdrgm:") && fmt.Sprint(is[tag]) != fmt.Sprint(value) {
				t.Errorf("%s: %s is %v, not %v", e.File, tag, is[tag], value)
			}
		}
		for _, file := range []map[string]any{is, tagsOf(t, exiftool, r.Data)} {
			for tag := range file {
				group, rest, _ := strings.Cut(tag, ":")
				switch group {
				case "SourceFile", "XMP-hdrgm", "XMP-Container", "MPF0", "MPImage1", "MPImage2":
				default:
					if !allowedResidue(group, rest) {
						t.Errorf("%s: exiftool finds %s", e.File, tag)
					}
				}
			}
		}
	}
	t.Logf("%d gain maps kept", kept)
	if kept == 0 {
		t.Error("none was kept")
	}
}

// tagsOf is what exiftool finds in a file.
func tagsOf(t *testing.T, exiftool string, file []byte) map[string]any {
	t.Helper()
	cmd := exec.Command(exiftool, "-a", "-u", "-n", "-G1", "-ee3", "-j", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var files []map[string]any
	if err := json.Unmarshal(out, &files); err != nil {
		t.Fatal(err)
	}
	return files[0]
}
