package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
)

// An ultra-HDR photo is a JPEG with a second one behind it, the gain map, which says
// how much brighter than the picture a screen may show each place (Android's Ultra
// HDR image format 1.1, Adobe's Gain Map Specification 1.0, ISO 21496-1). The
// picture's XMP lists both, an MPF index (CIPA DC-007) says where they lie, and the
// map's XMP, or the standard's segment, or both, hold the numbers to apply it with. A
// map that stays is cleaned as any JPEG, and all of these are made anew: of what it
// says only these numbers are taken.

const (
	xmpSignature   = "http://ns.adobe.com/xap/1.0/\x00"
	gainMapGroup   = "XMP-hdrgm" // of the facts in a map's XMP
	gainMapVersion = "1.0"
	// maxGain bounds the numbers of a gain map, most of which are powers of 2.
	maxGain = 64
	// gainSteps is how many steps of 1 are kept of each: finer ones than any screen shows.
	gainSteps = 1e6
)

// gainMapTags are the numbers to apply a gain map with, in the order in which they
// are written. Those without a default must be there.
var gainMapTags = []struct {
	name     string
	fallback string
	colours  bool // one for each of red, green and blue, or one for all
	positive bool
}{
	{"GainMapMin", "0", true, false}, {"GainMapMax", "", true, false}, {"Gamma", "1", true, true},
	{"OffsetSDR", "0.015625", true, false}, {"OffsetHDR", "0.015625", true, false},
	{"HDRCapacityMin", "0", false, false}, {"HDRCapacityMax", "", false, false},
}

// gainMapText is what a picture or its gain map says of the map: in XMP (Adobe), in
// the binary form of ISO 21496-1, or both. Either may be empty.
type gainMapText struct {
	xmp string
	iso []byte
}

// segments are the segments that say it.
func (g gainMapText) segments() []byte {
	var out []byte
	if g.xmp != "" {
		out = appendSegment(out, 0xE1, []byte(xmpSignature), []byte(g.xmp))
	}
	if g.iso != nil {
		out = appendSegment(out, 0xE2, []byte(metadata.GainMapSignature), g.iso)
	}
	return out
}

// cleanGainMap is a cleaned gain map.
type cleanGainMap struct {
	file    []byte
	numbers gainMapText // as file has them
}

// picture is what the picture says of the map behind it, in the same forms.
func (m *cleanGainMap) picture() gainMapText {
	var g gainMapText
	if m.numbers.xmp != "" {
		g.xmp = containerXMP(len(m.file))
	}
	if m.numbers.iso != nil {
		g.iso = make([]byte, 4) // the versions alone
	}
	return g
}

// readGainMap is the cleaned gain map of p, nil where p has none.
func readGainMap(ctx context.Context, p *scan.Photo) (*cleanGainMap, error) {
	for _, part := range p.Parts {
		if !isGainMap(part) {
			continue
		}
		m, err := scan.Read(ctx, p.Path, part.Payload(p.Data))
		if err != nil {
			return nil, fmt.Errorf("reading the gain map: %w", err)
		}
		numbers, err := gainMapNumbers(m)
		if err != nil {
			return nil, fmt.Errorf("reading the gain map: %w", err)
		}
		m.Orientation = 1 // it is turned as the picture is
		file, err := new(jpegWriter).write(ctx, m, keep{original: m, gainMap: numbers})
		if err != nil {
			return nil, fmt.Errorf("cleaning the gain map: %w", err)
		}
		return &cleanGainMap{file, numbers}, nil
	}
	return nil, nil
}

// hasGainMap reports whether a gain map lies behind p.
func hasGainMap(p *scan.Photo) bool { return slices.ContainsFunc(p.Parts, isGainMap) }

// allowGainMap makes w write, and let through, a copy with the gain map of p, if it
// has one that can be cleaned for certain. The error says why it has not.
func allowGainMap(ctx context.Context, w writer, p *scan.Photo) error {
	j, ok := w.(*jpegWriter)
	if !ok || !hasGainMap(p) {
		return nil
	}
	var err error
	j.gainMap, err = readGainMap(ctx, p)
	return err
}

// hasCleanGainMap reports whether the gain map of p is just as it is when it is
// cleaned.
func hasCleanGainMap(ctx context.Context, w writer, p *scan.Photo) bool {
	if !hasGainMap(p) || allowGainMap(ctx, w, p) != nil {
		return false
	}
	clean := w.(*jpegWriter).gainMap.file
	return slices.ContainsFunc(p.Parts, func(part container.Part) bool {
		return isGainMap(part) && bytes.Equal(part.Payload(p.Data), clean)
	})
}

// keepsGainMap reports whether w writes copies with a gain map.
func keepsGainMap(w writer) bool {
	j, ok := w.(*jpegWriter)
	return ok && j.gainMap != nil
}

// isGainMap reports whether part is a gain map that the MPF index names.
func isGainMap(part container.Part) bool {
	return part.ID == "JPEG" && part.Name == "MPF picture, gain map"
}

// gainMapNumbers are the numbers that a gain map is applied with, made anew in the
// forms in which m, the map, has them.
func gainMapNumbers(m *scan.Photo) (g gainMapText, err error) {
	for _, part := range m.Parts {
		if part.Name != "APP2 gain map" || g.iso != nil {
			continue
		}
		numbers, err := metadata.ParseGainMap(part.Payload(m.Data)[len(metadata.GainMapSignature):])
		if err != nil {
			return g, err
		}
		if numbers == nil {
			continue
		}
		if g.iso, err = gainMapISO(numbers); err != nil {
			return g, err
		}
	}
	if slices.ContainsFunc(m.Facts, func(f metadata.Fact) bool { return f.Group == gainMapGroup }) {
		if g.xmp, err = gainMapXMP(m); err != nil {
			return g, err
		}
	}
	if g.xmp == "" && g.iso == nil {
		return g, errors.New("it has no numbers to apply it with")
	}
	return g, nil
}

// rounded is a number of a gain map as it is kept, in steps; false for one that none
// has.
func rounded(v float64, positive bool) (steps float64, ok bool) {
	steps = math.Round(v*gainSteps) + 0 // no minus before a 0
	return steps, !math.IsNaN(v) && math.Abs(v) <= maxGain && (!positive || steps > 0)
}

// gainMapISO is the binary form, behind its signature, with a denominator to each
// number: readers before the standard's last draft know no common one.
func gainMapISO(g *metadata.GainMapNumbers) ([]byte, error) {
	const channels, baseColours, backward = 1 << 7, 1 << 6, 1 << 2
	b := make([]byte, 4+1) // versions, flags
	bad := false
	put := func(v float64, positive bool) {
		steps, ok := rounded(v, positive)
		bad = bad || !ok
		b = binary.BigEndian.AppendUint32(b, uint32(int32(steps)))
		b = binary.BigEndian.AppendUint32(b, gainSteps)
	}
	put(g.BaseHeadroom, false)
	put(g.AlternateHeadroom, false)
	one := func(v [3]float64) bool { return v[0] == v[1] && v[0] == v[2] }
	n := 3
	if one(g.Min) && one(g.Max) && one(g.Gamma) && one(g.BaseOffset) && one(g.AlternateOffset) {
		n = 1
	} else {
		b[4] |= channels
	}
	if g.BaseColours {
		b[4] |= baseColours
	}
	if g.Backward {
		b[4] |= backward
	}
	for i := range n {
		put(g.Min[i], false)
		put(g.Max[i], false)
		put(g.Gamma[i], true)
		put(g.BaseOffset[i], false)
		put(g.AlternateOffset[i], false)
	}
	if bad {
		return nil, errors.New("it has a number that could not be")
	}
	return b, nil
}

// gainMapXMP is the XMP of a gain map, made of the numbers in m's.
func gainMapXMP(m *scan.Photo) (string, error) {
	found := map[string]string{}
	for _, f := range m.Facts {
		if f.Group == gainMapGroup && found[f.Tag] == "" {
			found[f.Tag] = f.Value
		}
	}
	if found["Version"] != gainMapVersion {
		return "", errors.New("its version is not known")
	}
	base := "False"
	if strings.EqualFold(found["BaseRenditionIsHDR"], "true") {
		base = "True"
	}
	var x strings.Builder
	x.WriteString(`<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="` + gainMapVersion + `" hdrgm:BaseRenditionIsHDR="` + base + `">`)
	for _, tag := range gainMapTags {
		value := found[tag.name]
		if value == "" {
			value = tag.fallback
		}
		texts := strings.Split(value, ",")
		if len(texts) != 1 && (len(texts) != 3 || !tag.colours) {
			return "", fmt.Errorf("%s has %d numbers", tag.name, len(texts))
		}
		numbers := make([]string, len(texts))
		for i, text := range texts {
			v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			steps, ok := rounded(v, tag.positive)
			if err != nil || !ok {
				return "", fmt.Errorf("%s is no number that could be", tag.name)
			}
			numbers[i] = strconv.FormatFloat(steps/gainSteps, 'f', -1, 64)
		}
		if len(numbers) == 1 {
			fmt.Fprintf(&x, "<hdrgm:%s>%s</hdrgm:%[1]s>", tag.name, numbers[0])
		} else {
			fmt.Fprintf(&x, "<hdrgm:%s><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></hdrgm:%[1]s>", tag.name, strings.Join(numbers, "</rdf:li><rdf:li>"))
		}
	}
	x.WriteString("</rdf:Description>")
	return xmpPacket(x.String()), nil
}

func xmpPacket(description string) string {
	return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + description + `</rdf:RDF></x:xmpmeta>`
}

// containerXMP is the XMP of a picture that a gain map of that many bytes follows.
func containerXMP(length int) string {
	return xmpPacket(`<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"` +
		` xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"` +
		` hdrgm:Version="` + gainMapVersion + `"><Container:Directory><rdf:Seq>` +
		`<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>` +
		`<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="` + strconv.Itoa(length) + `"/></rdf:li>` +
		`</rdf:Seq></Container:Directory></rdf:Description>`)
}

// mpfLength is how many bytes the segment of mpfSegment takes.
const mpfLength = 2 + 2 + 4 + 8 + 2 + 3*12 + 4 + 2*16

// mpfSegment is an MPF index of two pictures: the one it lies in, at byte at of it,
// of that many bytes, and a map right behind.
func mpfSegment(at, picture, gainMap int) []byte {
	const (
		header     = 2 + 2 + 4 // before what offsets count from
		version    = 0xB000
		count      = 0xB001
		entries    = 0xB002
		long       = 4
		undefined  = 7
		primary    = 0x030000 // baseline MP primary image
		ifd        = 8
		entryBytes = 16
	)
	b := []byte("MPF\x00MM\x00*")
	u16, u32 := binary.BigEndian.AppendUint16, binary.BigEndian.AppendUint32
	b = u16(u32(b, ifd), 3)
	b = append(u32(u16(u16(b, version), undefined), 4), "0100"...)
	b = u32(u32(u16(u16(b, count), long), 1), 2)
	b = u32(u32(u16(u16(b, entries), undefined), 2*entryBytes), ifd+2+3*12+4)
	b = u32(b, 0) // no next IFD
	b = u32(u32(u32(u32(b, primary), uint32(picture)), 0), 0)
	b = u32(u32(u32(u32(b, 0), uint32(gainMap)), uint32(picture-at-header)), 0)
	return appendSegment(nil, 0xE2, b)
}

// gainMapPart reports whether part is one that only copies with a gain map have, and
// is just as it is written.
func (w *jpegWriter) gainMapPart(part container.Part, c *scan.Photo) bool {
	b := c.Data[part.Offset : part.Offset+part.Length]
	switch {
	case w.gainMap == nil:
		return false
	case isGainMap(part):
		return bytes.Equal(b, w.gainMap.file)
	case part.Name == "APP1 XMP":
		return bytes.Equal(b, gainMapText{xmp: w.gainMap.picture().xmp}.segments())
	case part.Name == "APP2 gain map":
		return bytes.Equal(b, gainMapText{iso: w.gainMap.picture().iso}.segments())
	case part.Name == "APP2 MPF":
		return bytes.Equal(b, mpfSegment(int(part.Offset), len(c.Data)-len(w.gainMap.file), len(w.gainMap.file)))
	}
	return false
}

// gainMapFact reports whether a fact is one of a gain map, whose numbers are made
// anew, or of where it lies.
func gainMapFact(group string) bool {
	return slices.Contains([]string{gainMapGroup, "GainMap", "XMP-Container", "MPF0"}, group)
}
