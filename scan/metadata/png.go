package metadata

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"blindspot/scan/container"
)

// pngChunk reads one chunk of a PNG.
func (r *reader) pngChunk(p container.Part, payload []byte) error {
	switch p.ID {
	case "tEXt":
		key, value, ok := bytes.Cut(payload, []byte{0})
		if !ok {
			return errors.New("text without a keyword")
		}
		return r.pngText(key, latin1(value))
	case "zTXt":
		return r.compressedText(payload)
	case "iTXt":
		return r.internationalText(payload)
	case "tIME":
		if len(payload) == 7 {
			r.add("PNG", "ModifyDate", fmt.Sprintf("%04d:%02d:%02d %02d:%02d:%02d",
				binary.BigEndian.Uint16(payload), payload[2], payload[3], payload[4], payload[5], payload[6]))
		}
	case "iCCP":
		_, rest, ok := bytes.Cut(payload, []byte{0})
		if !ok || len(rest) < 1 {
			return errors.New("profile without a name")
		}
		profile, err := r.inflate(rest[1:])
		if err != nil {
			return err
		}
		return r.icc(profile)
	case "caBX":
		return r.jumbf(payload)
	case "zxIf":
		if len(payload) > 5 {
			block, err := r.inflate(payload[5:])
			if err != nil {
				return err
			}
			return r.exif(block)
		}
	}
	return nil
}

// compressedText reads a zTXt chunk.
func (r *reader) compressedText(payload []byte) error {
	key, value, ok := bytes.Cut(payload, []byte{0})
	if !ok || len(value) < 1 {
		return errors.New("text without a keyword")
	}
	plain, err := r.inflate(value[1:])
	if err != nil {
		r.add("PNG", tagName(string(key)), binaryValue(len(value)))
		return err
	}
	return r.pngText(key, latin1(plain))
}

// internationalText reads an iTXt chunk: keyword, two bytes of compression, language,
// translated keyword, text in UTF-8.
func (r *reader) internationalText(payload []byte) error {
	key, rest, ok := bytes.Cut(payload, []byte{0})
	if !ok || len(rest) < 2 {
		return errors.New("text without a keyword")
	}
	packed := rest[0] != 0
	_, rest, ok = bytes.Cut(rest[2:], []byte{0}) // language
	if !ok {
		return errors.New("text without a language")
	}
	_, value, ok := bytes.Cut(rest, []byte{0}) // translated keyword
	if !ok {
		return errors.New("text without a translated keyword")
	}
	if packed {
		plain, err := r.inflate(value)
		if err != nil {
			r.add("PNG", tagName(string(key)), binaryValue(len(value)))
			return err
		}
		value = plain
	}
	return r.pngText(key, value)
}

// pngText reads a text chunk. Some texts are other metadata in disguise.
func (r *reader) pngText(key, value []byte) error {
	keyword := string(key)
	switch profile, raw := strings.CutPrefix(strings.ToLower(keyword), "raw profile type "); {
	case keyword == "XML:com.adobe.xmp":
		return r.xmp(value)
	case raw:
		data, err := rawProfile(value)
		if err != nil {
			return err
		}
		switch profile {
		case "exif", "app1":
			if rest, ok := bytes.CutPrefix(data, []byte("http://ns.adobe.com/xap/1.0/\x00")); ok {
				return r.xmp(rest)
			}
			return r.exif(bytes.TrimPrefix(data, []byte("Exif\x00\x00")))
		case "xmp":
			return r.xmp(data)
		case "icc", "icm":
			return r.icc(data)
		case "iptc", "8bim":
			if bytes.HasPrefix(data, []byte("8BIM")) {
				return r.photoshop(data)
			}
			return r.iptc(data)
		}
		r.add("PNG", tagName(keyword), binaryValue(len(data)))
	default:
		r.add("PNG", tagName(keyword), text(value))
	}
	return nil
}

// rawProfile decodes ImageMagick's profiles in text: a name, a length, and hex
// digits, each on lines of their own.
func rawProfile(value []byte) ([]byte, error) {
	fields := bytes.Fields(value)
	if len(fields) < 3 {
		return nil, errors.New("raw profile is cut off")
	}
	digits := bytes.Join(fields[2:], nil)
	data := make([]byte, hex.DecodedLen(len(digits)))
	n, err := hex.Decode(data, digits)
	if n == 0 && err != nil {
		return nil, fmt.Errorf("raw profile: %w", err)
	}
	return data[:n], nil
}

// tagName makes a tag of a keyword as exiftool does: without spaces and marks,
// each word with a first letter in upper case.
func tagName(keyword string) string {
	var b strings.Builder
	upper := true
	for _, c := range keyword {
		switch {
		case c > unicode.MaxASCII, !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '_' && c != '-':
			upper = true
			continue
		case upper:
			c = unicode.ToUpper(c)
			upper = false
		}
		b.WriteRune(c)
	}
	if b.Len() == 0 {
		return "Text"
	}
	return b.String()
}

func latin1(b []byte) []byte {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return []byte(string(r))
}

// inflate decompresses b, and stops at maxInflated, or at what is left of
// maxInflatedAll.
func (r *reader) inflate(b []byte) ([]byte, error) {
	most := min(maxInflated, maxInflatedAll-r.inflated)
	if most <= 0 {
		return nil, fmt.Errorf("compressed metadata grows to more than %d bytes in all", maxInflatedAll)
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	out, err := io.ReadAll(io.LimitReader(z, int64(most)+1))
	r.inflated += len(out)
	if len(out) > most {
		return nil, fmt.Errorf("grows to more than %d bytes", most)
	}
	if len(out) > 0 {
		return out, nil // a missing checksum does not make it unread
	}
	return nil, err
}
