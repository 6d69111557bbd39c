package metadata

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// GainMapSignature begins the APP2 segment of a JPEG that holds what ISO 21496-1 says
// of a gain map (annex C).
const GainMapSignature = "urn:iso:std:iso:ts:21496:-1\x00"

// gainMapFacts is the group of the facts in such a segment.
const gainMapFacts = "GainMap"

// GainMapNumbers are the numbers to apply a gain map with, by ISO 21496-1, which XMP
// has under other names. Gains and headrooms are powers of 2; each array is for red,
// green and blue.
type GainMapNumbers struct {
	// BaseColours says that the gains are meant in the picture's colour space, not in
	// that of the brighter one.
	BaseColours bool
	// Backward says that the picture is the bright one, and the map darkens it.
	Backward                        bool
	BaseHeadroom, AlternateHeadroom float64
	Min, Max, Gamma                 [3]float64
	BaseOffset, AlternateOffset     [3]float64
}

// Flags of the binary form.
const (
	gainMapChannels    = 1 << 7 // three, not one
	gainMapBaseColours = 1 << 6
	gainMapCommon      = 1 << 3 // one denominator for all
	gainMapBackward    = 1 << 2
)

// ParseGainMap reads the payload of the segment behind its signature (ISO 21496-1,
// annex C.2). It is nil for the picture's own segment, which has a version alone.
func ParseGainMap(b []byte) (*GainMapNumbers, error) {
	const versions = 4
	if len(b) < versions {
		return nil, errors.New("it is cut off")
	}
	if least := binary.BigEndian.Uint16(b); least != 0 {
		return nil, fmt.Errorf("version %d is not known", least)
	}
	if b = b[versions:]; len(b) == 0 {
		return nil, nil
	}
	flags := b[0]
	r := gainMapReader{b: b[1:]}
	if flags&gainMapCommon != 0 {
		r.common = r.uint()
		r.hasCommon = true
	}
	g := &GainMapNumbers{BaseColours: flags&gainMapBaseColours != 0, Backward: flags&gainMapBackward != 0}
	g.BaseHeadroom, g.AlternateHeadroom = r.unsigned(), r.unsigned()
	channels := 1
	if flags&gainMapChannels != 0 {
		channels = 3
	}
	for i := range channels {
		g.Min[i], g.Max[i], g.Gamma[i] = r.signed(), r.signed(), r.unsigned()
		g.BaseOffset[i], g.AlternateOffset[i] = r.signed(), r.signed()
	}
	for i := channels; i < len(g.Min); i++ {
		g.Min[i], g.Max[i], g.Gamma[i] = g.Min[0], g.Max[0], g.Gamma[0]
		g.BaseOffset[i], g.AlternateOffset[i] = g.BaseOffset[0], g.AlternateOffset[0]
	}
	if r.short || r.undefined {
		return nil, errors.New("it is cut off, or divides by zero")
	}
	return g, nil
}

// gainMapReader reads numbers of a gain map.
type gainMapReader struct {
	b                []byte
	common           uint32
	hasCommon        bool
	short, undefined bool // the bytes have run out; a denominator was zero
}

func (r *gainMapReader) uint() uint32 {
	if len(r.b) < 4 {
		r.short = true
		return 0
	}
	v := binary.BigEndian.Uint32(r.b)
	r.b = r.b[4:]
	return v
}

func (r *gainMapReader) over(numerator float64) float64 {
	d := r.common
	if !r.hasCommon {
		d = r.uint()
	}
	if d == 0 {
		r.undefined = true
		return 0
	}
	return numerator / float64(d)
}

func (r *gainMapReader) unsigned() float64 { return r.over(float64(r.uint())) }
func (r *gainMapReader) signed() float64   { return r.over(float64(int32(r.uint()))) }

// gainMap reads the segment of a picture or its map.
func (r *reader) gainMap(payload []byte) error {
	b := payload[min(len(GainMapSignature), len(payload)):]
	g, err := ParseGainMap(b)
	if err != nil {
		return err
	}
	r.add(gainMapFacts, "Standard", "ISO 21496-1")
	if g == nil {
		return nil
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 7, 64) }
	three := func(v [3]float64) string {
		if v[0] == v[1] && v[0] == v[2] {
			return number(v[0])
		}
		return strings.Join([]string{number(v[0]), number(v[1]), number(v[2])}, ", ")
	}
	for _, f := range []struct{ tag, value string }{
		{"GainMapMin", three(g.Min)}, {"GainMapMax", three(g.Max)}, {"GainMapGamma", three(g.Gamma)},
		{"BaseOffset", three(g.BaseOffset)}, {"AlternateOffset", three(g.AlternateOffset)},
		{"BaseHDRHeadroom", number(g.BaseHeadroom)}, {"AlternateHDRHeadroom", number(g.AlternateHeadroom)},
		{"UseBaseColorSpace", strconv.FormatBool(g.BaseColours)}, {"BackwardDirection", strconv.FormatBool(g.Backward)},
	} {
		r.add(gainMapFacts, f.tag, f.value)
	}
	return nil
}
