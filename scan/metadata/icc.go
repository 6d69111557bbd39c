package metadata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// iccTexts are the tags of an ICC profile that hold words, as exiftool names
// them.
var iccTexts = map[string]string{
	"desc": "ProfileDescription", "cprt": "ProfileCopyright", "dmnd": "DeviceMfgDesc", "dmdd": "DeviceModelDesc",
	"vued": "ViewingCondDesc", "scrd": "ScreeningDesc", "targ": "CharTarget", "dscm": "ProfileDescriptionML",
	"mmod": "MakeAndModel",
}

// icc reads who made a colour profile, when and for which device (ICC.1:2022).
func (r *reader) icc(profile []byte) error {
	const header, entry, mostTags = 128, 12, 256
	if len(profile) < header+4 || string(profile[36:40]) != "acsp" {
		return errors.New("not an ICC profile")
	}
	field := func(tag string, at int) {
		if b := bytes.Trim(profile[at:at+4], "\x00 "); len(b) > 0 {
			r.add("ICC-header", tag, text(b))
		}
	}
	field("ProfileCMMType", 4)
	if d := profile[24:36]; !bytes.Equal(d, make([]byte, 12)) {
		n := func(i int) uint16 { return binary.BigEndian.Uint16(d[2*i:]) }
		r.add("ICC-header", "ProfileDateTime", fmt.Sprintf("%04d:%02d:%02d %02d:%02d:%02d", n(0), n(1), n(2), n(3), n(4), n(5)))
	}
	field("PrimaryPlatform", 40)
	field("DeviceManufacturer", 48)
	field("DeviceModel", 52)
	field("ProfileCreator", 80)
	if id := profile[84:100]; !bytes.Equal(id, make([]byte, 16)) {
		r.add("ICC-header", "ProfileID", fmt.Sprintf("%x", id))
	}
	count := min(int(binary.BigEndian.Uint32(profile[header:])), mostTags)
	for i := range count {
		at := header + 4 + entry*i
		if at+entry > len(profile) {
			return errors.New("ICC tag table is cut off")
		}
		name, ok := iccTexts[string(profile[at:at+4])]
		if !ok {
			continue
		}
		from, size := int64(binary.BigEndian.Uint32(profile[at+4:])), int64(binary.BigEndian.Uint32(profile[at+8:]))
		if from+size > int64(len(profile)) {
			r.warnf("ICC tag %s runs past the end of the profile", name)
			continue
		}
		r.add("ICC_Profile", name, iccText(profile[from:from+size]))
	}
	return nil
}

// iccText decodes the text types: textType, textDescriptionType and
// multiLocalizedUnicodeType.
func iccText(b []byte) string {
	if len(b) < 12 {
		return ""
	}
	switch string(b[:4]) {
	case "text":
		return text(b[8:])
	case "desc":
		n := int64(binary.BigEndian.Uint32(b[8:]))
		if n > int64(len(b)-12) {
			n = int64(len(b) - 12)
		}
		return text(b[12 : 12+n])
	case "mluc":
		if len(b) < 28 {
			return ""
		}
		size, from := int64(binary.BigEndian.Uint32(b[20:])), int64(binary.BigEndian.Uint32(b[24:]))
		if from+size > int64(len(b)) {
			return ""
		}
		return utf16Text(binary.BigEndian, b[from:from+size])
	}
	return ""
}

// iccChunks joins the ICC segments of a JPEG by their numbers.
type iccChunks map[byte][]byte

func (c iccChunks) add(payload []byte) {
	if len(payload) > 2 && c[payload[0]] == nil {
		c[payload[0]] = payload[2:]
	}
}

func (c iccChunks) join() []byte {
	var numbers []byte
	for n := range c {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	var profile []byte
	for _, n := range numbers {
		profile = append(profile, c[n]...)
	}
	return profile
}
