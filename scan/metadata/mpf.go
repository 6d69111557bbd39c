package metadata

import "encoding/hex"

// mpfNames are the tags of a multi-picture index that are told (CIPA DC-007).
var mpfNames = map[uint16]string{
	0xB000: "MPFVersion", 0xB001: "NumberOfImages", 0xB003: "ImageUIDList", 0xB004: "TotalFrames",
}

// mpf reads the index of a multi-picture file; the pictures themselves are parts.
func (r *reader) mpf(payload []byte) error {
	b, at, err := newBlock(payload)
	if err != nil {
		return err
	}
	for n := 0; at != 0 && n < 2; n++ {
		at = r.walk(b, at, "MPF", func(e entry) {
			name, ok := mpfNames[e.id]
			if !ok {
				return
			}
			if e.id == 0xB003 {
				r.add("MPF0", name, hex.EncodeToString(e.value[:min(len(e.value), 256)]))
				return
			}
			value, err := b.format(e)
			if err != nil {
				r.warnf("MPF %s could not be read: %v", name, err)
				return
			}
			r.add("MPF0", name, value)
		})
	}
	return nil
}
