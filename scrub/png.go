package scrub

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"blindspot/scan"
	"blindspot/scan/container"
)

// pngWriter lets through, in this order: IHDR, the colour chunks, a pHYs where
// pixels are not square, one EXIF tag for the orientation, then the chunks of
// the picture as they were, IEND.
type pngWriter struct{}

// span is the least and the most bytes a chunk holds.
type span struct{ least, most int64 }

// pngPicture are the chunks that are the picture.
var pngPicture = map[string]span{
	"IHDR": {13, 13}, "PLTE": {3, 3 * 256}, "tRNS": {1, 256}, "IEND": {0, 0},
	"IDAT": {0, 1<<31 - 1}, "fdAT": {4, 1<<31 - 1}, "acTL": {8, 8}, "fcTL": {26, 26},
	"bKGD": {1, 6},
}

// pngRepeats are the chunks that may come more than once.
var pngRepeats = map[string]bool{"IDAT": true, "fdAT": true, "fcTL": true}

// pngColour are the chunks that say how the picture's colours look, iCCP and
// pHYs aside, and their lengths.
var pngColour = map[string]int64{"gAMA": 4, "cHRM": 32, "sRGB": 1, "cICP": 4, "mDCV": 24, "cLLI": 8}

// colourOrder is the order in which colour chunks are written.
var colourOrder = []string{"cICP", "iCCP", "sRGB", "gAMA", "cHRM", "mDCV", "cLLI", "pHYs"}

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	// profileName is what iCCP calls every profile.
	profileName = "icc"
	// maxProfile is the largest profile that is read.
	maxProfile = 16 << 20
)

func (pngWriter) profile(p *scan.Photo) []byte {
	for _, part := range p.Parts {
		switch part.ID {
		case "IDAT":
			return nil
		case "iCCP":
			_, rest, ok := bytes.Cut(part.Payload(p.Data), []byte{0})
			if !ok || len(rest) < 1 || rest[0] != 0 {
				return nil
			}
			profile, err := inflate(rest[1:], maxProfile)
			if err != nil {
				return nil
			}
			return profile
		}
	}
	return nil
}

// inflate decompresses b to at most limit bytes.
func inflate(b []byte, limit int64) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	out, err := io.ReadAll(io.LimitReader(z, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(out)) > limit {
		return nil, fmt.Errorf("more than %d bytes", limit)
	}
	return out, nil
}

func (w pngWriter) keeps(p *scan.Photo) func(container.Part) bool {
	picture := map[int64]bool{}
	for _, part := range w.kept(p) {
		picture[part.Offset] = true
	}
	return func(part container.Part) bool {
		switch part.ID {
		case "iCCP", "signature", "IEND":
			return true
		case "pHYs":
			return physChunk(part.Payload(p.Data)) != nil
		}
		return picture[part.Offset] || pngColour[part.ID] > 0
	}
}

// colour are the payloads of the colour chunks that stay: the first of each
// before the pixels, if it has the length it should have.
func (pngWriter) colour(k keep) (map[string][]byte, error) {
	chunks := map[string][]byte{}
	if k.profile != nil {
		packed, err := packProfile(k.profile)
		if err != nil {
			return nil, err
		}
		chunks["iCCP"] = packed
	}
	for _, part := range k.original.Parts {
		payload := part.Payload(k.original.Data)
		switch {
		case part.ID == "IDAT":
			return chunks, nil
		case chunks[part.ID] != nil:
		case part.ID == "pHYs":
			chunks["pHYs"] = physChunk(payload)
		case pngColour[part.ID] > 0 && pngColour[part.ID] == int64(len(payload)) && checksumOK(k.original, part):
			chunks[part.ID] = payload
		}
	}
	return chunks, nil
}

// kept are the parts of the picture, IEND aside. Frames that viewers pass over stay
// behind: those without an acTL before the pixels, and more than it names.
func (pngWriter) kept(p *scan.Photo) []container.Part {
	var parts []container.Part
	frames := announcedFrames(p)
	seen := map[string]bool{}
	open := false  // the frame's header is kept, so its data is as well
	bare := false  // the frame has no data so far
	ended := false // frames follow the pixels: no more of these
	for _, part := range p.Parts {
		if _, ok := pngPicture[part.ID]; !ok || part.ID == "IEND" || part.Kind == container.Unknown ||
			seen[part.ID] && !pngRepeats[part.ID] {
			continue
		}
		pixels := seen["IDAT"]
		switch part.ID {
		case "IDAT":
			if ended {
				continue
			}
			open, bare = false, false
		case "fcTL":
			ended = pixels
			if open && bare {
				continue // of two headers the first counts
			}
			if open, bare = frames > 0, true; !open {
				continue
			}
			frames--
		case "fdAT":
			ended = true
			if !pixels || !open {
				continue
			}
			bare = false
		case "acTL":
			if frames == 0 || pixels {
				continue
			}
		default:
			if pixels {
				continue // too late to count
			}
		}
		seen[part.ID] = true
		parts = append(parts, part)
	}
	return parts
}

// announcedFrames is how many frames the first acTL before the pixels names.
func announcedFrames(p *scan.Photo) uint32 {
	for _, part := range p.Parts {
		switch b := part.Payload(p.Data); {
		case part.ID == "IDAT":
			return 0
		case part.ID == "acTL" && len(b) == int(pngPicture["acTL"].least):
			return binary.BigEndian.Uint32(b)
		}
	}
	return 0
}

// picture are the parts that kept gives, once they are sound.
func (w pngWriter) picture(p *scan.Photo) ([]container.Part, error) {
	var parts []container.Part
	pixels := false
	for _, part := range w.kept(p) {
		size, n := pngPicture[part.ID], part.Length-part.Header-part.Footer
		if part.ID == "bKGD" && (n < size.least || n > size.most) {
			continue
		}
		if n < size.least || n > size.most {
			return nil, fmt.Errorf("chunk %s at byte %d has the wrong length", part.ID, part.Offset)
		}
		if part.Footer > 0 && !checksumOK(p, part) {
			return nil, fmt.Errorf("the picture is damaged: wrong checksum in %s at byte %d", part.ID, part.Offset)
		}
		pixels = pixels || part.ID == "IDAT"
		parts = append(parts, part)
	}
	if !pixels {
		return nil, errors.New("the file ends before its pixels")
	}
	return parts, nil
}

// chunk is a chunk of the copy.
type chunk struct {
	id      string
	payload []byte
}

// chunks are the chunks of the picture as they are written, IEND aside: those of
// picture, with no more pixel data than the picture needs.
func (w pngWriter) chunks(p *scan.Photo) ([]chunk, error) {
	parts, err := w.picture(p)
	if err != nil {
		return nil, err
	}
	var out []chunk
	ihdr := parts[0].Payload(p.Data)
	width, height := int64(p.Width), int64(p.Height)
	gone := droppedBefore(p, parts)
	for i := 0; i < len(parts); i++ {
		id, payload := parts[i].ID, parts[i].Payload(p.Data)
		if id == "fcTL" { // the frame's own size
			width, height = int64(binary.BigEndian.Uint32(payload[4:])), int64(binary.BigEndian.Uint32(payload[8:]))
			if width <= 0 || height <= 0 || width > int64(p.Width) || height > int64(p.Height) {
				return nil, errors.New("a frame is larger than the picture")
			}
			payload = renumbered(payload, gone[parts[i].Offset])
		}
		if id != "IDAT" && id != "fdAT" {
			out = append(out, chunk{id, payload})
			continue
		}
		if id == "IDAT" {
			width, height = int64(p.Width), int64(p.Height)
		}
		// The chunks of one frame are one stream; those of fdAT begin with a
		// number.
		head := 0
		if id == "fdAT" {
			head = 4
		}
		var stream [][]byte
		first := i
		for ; i < len(parts) && parts[i].ID == id; i++ {
			stream = append(stream, parts[i].Payload(p.Data)[head:])
		}
		want, err := scanlineBytes(ihdr, width, height)
		if err != nil {
			return nil, err
		}
		trimmed, err := trimStream(stream, want)
		if err != nil {
			return nil, err
		}
		if id == "fdAT" && len(trimmed) != len(stream) {
			return nil, errors.New("a frame holds more data than it needs")
		}
		for j, b := range trimmed {
			if head > 0 {
				part := parts[first+j]
				b = append(renumbered(part.Payload(p.Data)[:head], gone[part.Offset]), b...)
			}
			out = append(out, chunk{id, b})
		}
		i--
	}
	return out, nil
}

// droppedBefore is, by offset, how many numbered chunks before each of kept are
// left out.
func droppedBefore(p *scan.Photo, kept []container.Part) map[int64]uint32 {
	before := make(map[int64]uint32, len(kept))
	for _, part := range kept {
		before[part.Offset] = 0
	}
	n := uint32(0)
	for _, part := range p.Parts {
		if _, ok := before[part.Offset]; ok {
			before[part.Offset] = n
		} else if part.ID == "fcTL" || part.ID == "fdAT" {
			n++
		}
	}
	return before
}

// renumbered is an animation chunk's payload with its number, the first four bytes,
// lowered by n, so that no number is missing.
func renumbered(b []byte, n uint32) []byte {
	b = bytes.Clone(b)
	binary.BigEndian.PutUint32(b, binary.BigEndian.Uint32(b)-n)
	return b
}

func (w pngWriter) write(p *scan.Photo, k keep) ([]byte, error) {
	picture, err := w.chunks(p)
	if err != nil {
		return nil, err
	}
	colour, err := w.colour(k)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(p.Data)+64)
	out = append(out, pngSignature...)
	for _, c := range picture {
		out = appendChunk(out, c.id, c.payload)
		if c.id != "IHDR" {
			continue
		}
		for _, id := range colourOrder {
			if colour[id] != nil {
				out = appendChunk(out, id, colour[id])
			}
		}
		if o := k.original.Orientation; o > 1 {
			out = appendChunk(out, "eXIf", orientationBlock(o))
		}
	}
	return appendChunk(out, "IEND", nil), nil
}

func checksumOK(p *scan.Photo, part container.Part) bool {
	b := p.Data[part.Offset : part.Offset+part.Length]
	return crc32.ChecksumIEEE(b[4:len(b)-4]) == binary.BigEndian.Uint32(b[len(b)-4:])
}

// physChunk is a pHYs chunk with nothing but the aspect ratio, nil where pixels
// are square.
func physChunk(b []byte) []byte {
	const size = 9
	if len(b) != size {
		return nil
	}
	x, y := reduce(binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:]))
	if x == y {
		return nil
	}
	out := binary.BigEndian.AppendUint32(nil, x)
	out = binary.BigEndian.AppendUint32(out, y)
	return append(out, 0) // unit unknown
}

func packProfile(profile []byte) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(profileName + "\x00\x00")
	z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(profile); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func appendChunk(out []byte, id string, payload []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(payload)))
	start := len(out)
	out = append(out, id...)
	out = append(out, payload...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}

func (w pngWriter) check(c *scan.Photo) error {
	seen := map[string]bool{}
	for _, part := range c.Parts {
		b, payload := c.Data[part.Offset:part.Offset+part.Length], part.Payload(c.Data)
		ok := part.ID == "signature" || part.Footer == 4 && checksumOK(c, part)
		ok = ok && (!seen[part.ID] || pngRepeats[part.ID])
		seen[part.ID] = true
		n := int64(len(payload))
		size, isPicture := pngPicture[part.ID]
		switch {
		case part.ID == "signature":
			ok = ok && string(b) == pngSignature
		case part.ID == "iCCP":
			profile := w.profile(c)
			if packed, err := packProfile(profile); err != nil || profile == nil || !bytes.Equal(packed, payload) {
				ok = false
			}
		case part.ID == "eXIf":
			ok = ok && isOrientationBlock(payload)
		case part.ID == "pHYs":
			ok = ok && bytes.Equal(payload, physChunk(payload))
		case isPicture:
			ok = ok && n >= size.least && n <= size.most
		default:
			ok = ok && pngColour[part.ID] == n && n > 0
		}
		if !ok {
			return fmt.Errorf("%s at byte %d should not be there", part.Name, part.Offset)
		}
	}
	if !seen["IEND"] {
		return errors.New("the end of the picture is missing")
	}
	return nil
}

func (w pngWriter) same(original, copied *scan.Photo) error {
	a, err := w.chunks(original)
	if err != nil {
		return err
	}
	b, err := w.picture(copied)
	if err != nil {
		return err
	}
	if len(a) != len(b) {
		return fmt.Errorf("%d chunks of the picture, not %d", len(b), len(a))
	}
	for i := range a {
		if a[i].id != b[i].ID || !bytes.Equal(a[i].payload, b[i].Payload(copied.Data)) {
			return fmt.Errorf("%s at byte %d differs from the original", b[i].ID, b[i].Offset)
		}
	}
	return nil
}

func (w pngWriter) sameColour(original, copied *scan.Photo) error {
	a, err := w.colour(keep{original: original})
	if err != nil {
		return err
	}
	b, err := w.colour(keep{original: copied})
	if err != nil {
		return err
	}
	for _, id := range colourOrder {
		if !bytes.Equal(a[id], b[id]) {
			return fmt.Errorf("%s, which says how colours look, differs", id)
		}
	}
	return nil
}
