package metadata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bep/imagemeta"
)

// iptc reads a block of IPTC IIM datasets by imagemeta, which wants a whole
// file: the block is wrapped in a TIFF made here. Only whole datasets are handed
// on, as imagemeta drops everything for a cut one.
func (r *reader) iptc(block []byte) error {
	whole := iptcDatasets(block)
	if whole == 0 {
		if len(bytes.Trim(block, "\x00")) == 0 {
			return nil
		}
		return errors.New("IPTC without datasets")
	}
	// imagemeta skips a tag of more than 65536 values, here of four bytes.
	const most = 4 * 0x10000
	if whole > most {
		whole = iptcDatasets(block[:most])
		r.warnf("IPTC is longer than %d bytes; the rest was not read", most)
	}
	var facts []Fact
	_, err := imagemeta.Decode(imagemeta.Options{
		R:               bytes.NewReader(tiffWithIPTC(block[:whole])),
		ImageFormat:     imagemeta.TIFF,
		Sources:         imagemeta.IPTC,
		LimitNumTags:    maxFacts,
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleTag: func(t imagemeta.TagInfo) error {
			value := fmt.Sprint(t.Value)
			switch v := t.Value.(type) {
			case []string:
				value = strings.Join(v, ", ")
			case []byte:
				value = binaryValue(len(v))
			}
			facts = append(facts, Fact{Tag: t.Tag, Value: text([]byte(value))})
			return nil
		},
	})
	// Repeated datasets come out of a map.
	slices.SortStableFunc(facts, func(a, b Fact) int { return strings.Compare(a.Tag, b.Tag) })
	for _, f := range facts {
		r.add("IPTC", f.Tag, f.Value)
	}
	return err
}

// iptcDatasets is how many bytes of b whole datasets take (IIM 4.2, 1.6).
func iptcDatasets(b []byte) int {
	const tagMarker, header = 0x1C, 5
	i := 0
	for i+header <= len(b) && b[i] == tagMarker {
		n := int(binary.BigEndian.Uint16(b[i+3:]))
		if n >= 0x8000 || i+header+n > len(b) {
			break // extended datasets hold object data, no facts
		}
		i += header + n
	}
	return i
}

// tiffWithIPTC is a TIFF whose one tag is the block.
func tiffWithIPTC(block []byte) []byte {
	const typeLong, firstIFD, valueAt = 4, 8, 8 + 2 + 12 + 4
	values := (len(block) + 3) / 4
	if values < 2 {
		values = 2 // one value would lie in the entry
	}
	b := []byte("MM\x00*")
	b = binary.BigEndian.AppendUint32(b, firstIFD)
	b = binary.BigEndian.AppendUint16(b, 1)
	b = binary.BigEndian.AppendUint16(b, tagIPTC)
	b = binary.BigEndian.AppendUint16(b, typeLong)
	b = binary.BigEndian.AppendUint32(b, uint32(values))
	b = binary.BigEndian.AppendUint32(b, valueAt)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = append(b, block...)
	return append(b, make([]byte, 4*values-len(block))...)
}
