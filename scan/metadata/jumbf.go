package metadata

import (
	"cmp"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"blindspot/scan/isobox"
)

// jumbfSegments joins the APP11 segments of a JPEG into JUMBF boxes (ISO/IEC
// 19566-5, annex D): by box instance, in the order of the sequence number.
type jumbfSegments map[uint16][]jumbfSegment

type jumbfSegment struct {
	sequence uint32
	data     []byte
}

// add takes a payload that follows the two letters JP.
func (s jumbfSegments) add(payload []byte) error {
	const header = 2 + 4
	if len(payload) < header+8 {
		return errors.New("JUMBF segment is cut off")
	}
	id, seq := binary.BigEndian.Uint16(payload), binary.BigEndian.Uint32(payload[2:])
	s[id] = append(s[id], jumbfSegment{seq, payload[header:]})
	return nil
}

func (s jumbfSegments) boxes() [][]byte {
	var ids []uint16
	for id := range s {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var all [][]byte
	for _, id := range ids {
		list := slices.Clone(s[id])
		slices.SortStableFunc(list, func(a, b jumbfSegment) int { return cmp.Compare(a.sequence, b.sequence) })
		var box []byte
		for i, seg := range list {
			data := seg.data
			if i > 0 { // each segment repeats the box header
				header := 8
				if binary.BigEndian.Uint32(data) == 1 {
					header = 16
				}
				data = data[min(header, len(data)):]
			}
			box = append(box, data...)
		}
		all = append(all, box)
	}
	return all
}

// jumbf reads JUMBF boxes: their labels, and what C2PA claims say.
func (r *reader) jumbf(b []byte) error {
	var labels [isobox.MaxDepth + 2]string // by depth; a superbox hands its own down
	return isobox.Walk(b, func(box isobox.Box, depth int) []byte {
		label, content := labels[depth], box.Content
		switch box.Type {
		case "jumb":
			labels[depth+1] = label
			return content
		case "jumd":
			const typeID, toggles, hasLabel = 16, 1, 2
			if len(content) > typeID+toggles && content[typeID]&hasLabel != 0 {
				name, _, _ := strings.Cut(string(content[typeID+toggles:]), "\x00")
				labels[depth] = text([]byte(name))
				r.add("JUMBF", "JUMDLabel", labels[depth])
			}
		case "cbor":
			c := &cborReader{reader: r, data: content}
			if err := c.read(); err != nil {
				r.warnf("%s could not be read: %v", label, err)
			}
		case "json":
			var v any
			if err := json.Unmarshal(content, &v); err != nil {
				r.warnf("%s could not be read: %v", label, err)
			}
			r.jsonFacts("", v, 0)
		case "bidb":
			r.guard(label, func() error { return r.picture(label, content) })
		}
		return nil
	})
}

// jsonFacts flattens a JSON value.
func (r *reader) jsonFacts(name string, v any, depth int) {
	if depth > maxDataDepth {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		var keys []string
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			r.jsonFacts(name+fieldName(k), v[k], depth+1)
		}
	case []any:
		for _, e := range v {
			r.jsonFacts(name, e, depth+1)
		}
	case string:
		r.add("JSON", name, printable(v))
	case float64:
		r.add("JSON", name, strconv.FormatFloat(v, 'g', -1, 64))
	}
}

// fieldName is a key as part of a tag name.
func fieldName(key string) string {
	key = printable(strings.TrimPrefix(strings.TrimPrefix(key, "dc:"), "stEvt:"))
	return tagName(string(unicode.ToUpper(rune(firstByte(key)))) + key[min(1, len(key)):])
}

func firstByte(s string) byte {
	if s == "" {
		return ' '
	}
	return s[0]
}

// cborReader flattens CBOR (RFC 8949) into facts, in the group exiftool uses.
type cborReader struct {
	reader *reader
	data   []byte
	items  int
	signer bool // the first certificate was told
}

func (c *cborReader) read() error {
	_, err := c.item("", 0)
	return err
}

// item reads one data item under name and returns it where it is a text or an
// integer, for keys.
func (c *cborReader) item(name string, depth int) (string, error) {
	if c.items++; c.items > maxFacts || depth > maxDataDepth {
		return "", errors.New("CBOR is too deep or too long")
	}
	major, n, err := c.head()
	if err != nil {
		return "", err
	}
	switch major {
	case 0:
		return c.leaf(name, strconv.FormatUint(n, 10))
	case 1:
		return c.leaf(name, "-"+strconv.FormatUint(n+1, 10))
	case 2, 3:
		if n == math.MaxUint64 {
			return "", c.each(n, func() error { _, err := c.item(name, depth+1); return err })
		}
		if n > uint64(len(c.data)) {
			return "", errors.New("CBOR is cut off")
		}
		b := c.data[:n]
		c.data = c.data[n:]
		if major == 2 {
			c.bytes(b, depth)
			return "", nil
		}
		return c.leaf(name, text(b))
	case 4:
		return "", c.each(n, func() error {
			if len(c.data) > 0 && c.data[0]>>5 <= 1 { // numbers in lists are hashes
				_, err := c.item(noName, depth+1)
				return err
			}
			_, err := c.item(name, depth+1)
			return err
		})
	case 5:
		return "", c.each(n, func() error {
			key, err := c.item(noName, depth+1)
			if err != nil {
				return err
			}
			_, err = c.item(name+fieldName(key), depth+1)
			return err
		})
	case 6:
		return c.item(name, depth+1)
	}
	return "", nil // simple values and floats
}

// head reads the head of a data item: its major type and its argument, which is
// MaxUint64 for a length that a break ends. It returns errBreak for a break.
func (c *cborReader) head() (major byte, n uint64, err error) {
	if len(c.data) == 0 {
		return 0, 0, errors.New("CBOR is cut off")
	}
	first := c.data[0]
	major, info := first>>5, first&31
	c.data = c.data[1:]
	switch {
	case info < 24:
		return major, uint64(info), nil
	case info <= 27:
		size := 1 << (info - 24)
		if len(c.data) < size {
			return 0, 0, errors.New("CBOR is cut off")
		}
		for _, x := range c.data[:size] {
			n = n<<8 | uint64(x)
		}
		c.data = c.data[size:]
		return major, n, nil
	case info == 31 && major >= 2 && major <= 5:
		return major, math.MaxUint64, nil
	case first == 0xFF:
		return 0, 0, errBreak
	}
	return 0, 0, errors.New("CBOR is damaged")
}

// noName marks a map key, which is no fact of its own.
const noName = "\x00"

var errBreak = errors.New("CBOR break")

func (c *cborReader) leaf(name, value string) (string, error) {
	if name != noName && name != "" {
		c.reader.add("CBOR", name, value)
	}
	return value, nil
}

func (c *cborReader) each(n uint64, fn func() error) error {
	for i := uint64(0); i < n; i++ {
		if err := fn(); err == errBreak && n == math.MaxUint64 {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// bytes looks for the signer's certificate in a byte string: COSE keeps it in
// the protected or unprotected header.
func (c *cborReader) bytes(b []byte, depth int) {
	const sequence, longForm = 0x30, 0x82
	switch {
	case c.signer || len(b) < 64:
	case b[0] == sequence && b[1] == longForm:
		cert, err := x509.ParseCertificate(b)
		if err != nil {
			return
		}
		c.signer = true
		c.reader.add("C2PA", "Signer", printable(cert.Subject.String()))
		c.reader.add("C2PA", "SignerIssuer", printable(cert.Issuer.String()))
	case b[0]>>5 == 5: // a map: the protected header
		inner := &cborReader{reader: c.reader, data: b, items: c.items}
		if _, err := inner.item("", depth+1); err == nil {
			c.signer = inner.signer
		}
		c.items = inner.items
	}
}
