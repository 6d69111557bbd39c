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
)

// An ultra-HDR photo is a JPEG with a second one behind it, the gain map, which says
// how much brighter than the picture a screen may show each place (Android's Ultra
// HDR image format 1.1, Adobe's Gain Map Specification 1.0). The picture's XMP lists
// both, an MPF index (CIPA DC-007) says where they lie, and the map's XMP holds the
// numbers to apply it with. A map that stays is cleaned as any JPEG, and all three
// are made anew: of its XMP only these numbers are taken.

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

// gainMap is the cleaned gain map of p as a file, nil where p has none that can be
// applied by its own XMP.
func gainMap(ctx context.Context, p *scan.Photo) ([]byte, error) {
	for _, part := range p.Parts {
		if !isGainMap(part) {
			continue
		}
		m, err := scan.Read(ctx, p.Path, part.Payload(p.Data))
		if err != nil {
			return nil, fmt.Errorf("reading the gain map: %w", err)
		}
		settings, err := gainMapSettings(m)
		if err != nil {
			return nil, fmt.Errorf("reading the gain map: %w", err)
		}
		m.Orientation = 1 // it is turned as the picture is
		file, err := new(jpegWriter).write(ctx, m, keep{original: m, xmp: settings})
		if err != nil {
			return nil, fmt.Errorf("cleaning the gain map: %w", err)
		}
		return file, nil
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
	j.gainMap, err = gainMap(ctx, p)
	return err
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

// gainMapSettings is the XMP of a gain map, made of the numbers in m's.
func gainMapSettings(m *scan.Photo) (string, error) {
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
			v = math.Round(v*gainSteps)/gainSteps + 0 // no minus before a 0
			if err != nil || math.IsNaN(v) || math.Abs(v) > maxGain || tag.positive && v <= 0 {
				return "", fmt.Errorf("%s is no number that could be", tag.name)
			}
			numbers[i] = strconv.FormatFloat(v, 'f', -1, 64)
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
		return bytes.Equal(b, w.gainMap)
	case part.Name == "APP1 XMP":
		return bytes.Equal(b, appendSegment(nil, 0xE1, []byte(xmpSignature), []byte(containerXMP(len(w.gainMap)))))
	case part.Name == "APP2 MPF":
		return bytes.Equal(b, mpfSegment(int(part.Offset), len(c.Data)-len(w.gainMap), len(w.gainMap)))
	}
	return false
}

// gainMapFact reports whether a fact is one of a gain map, whose numbers are made
// anew, or of where it lies.
func gainMapFact(group string) bool {
	return group == gainMapGroup || group == "XMP-Container" || group == "MPF0"
}
