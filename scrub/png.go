package scrub

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"blindspot/scan"
	"blindspot/scan/container"
)

// pngWriter lets through, in this order: IHDR, the colour chunks, a pHYs where
// pixels are not square, one EXIF tag for the orientation, then the chunks of
// the picture, with the data of each frame in one of them, IEND.
type pngWriter struct {
	followed *scan.Photo // whose scanlines were followed last; nil for none
	written  []chunk     // its picture
	account  account     // of its pixel data
}

// account is what following the data of a picture found of bytes that no decoder
// looks at.
type account struct {
	hidden     []container.Part // these bytes
	unfollowed []container.Part // in which they could not be told from others
}

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

func (*pngWriter) profile(p *scan.Photo) []byte {
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

func (w *pngWriter) keeps(p *scan.Photo) func(container.Part) bool {
	stays := map[int64]bool{}
	for _, part := range slices.Concat(w.kept(p), w.colourParts(p)) {
		stays[part.Offset] = true
	}
	return func(part container.Part) bool {
		return part.ID == "signature" || part.ID == "IEND" || part.ID == "iCCP" || stays[part.Offset]
	}
}

// colourParts are the colour chunks that stay, iCCP aside: the first of each
// before the pixels, if it says what it can say.
func (*pngWriter) colourParts(p *scan.Photo) []container.Part {
	var parts []container.Part
	seen := map[string]bool{}
	for _, part := range p.Parts {
		if part.ID == "IDAT" {
			break
		}
		payload := part.Payload(p.Data)
		known := part.ID == "pHYs" && physChunk(payload) != nil ||
			pngColour[part.ID] > 0 && pngColour[part.ID] == int64(len(payload)) && plausibleColour(part.ID, payload)
		if known && !seen[part.ID] && checksumOK(p, part) {
			seen[part.ID] = true
			parts = append(parts, part)
		}
	}
	return parts
}

// colour are the payloads of the colour chunks that stay.
func (w *pngWriter) colour(k keep) (map[string][]byte, error) {
	chunks := map[string][]byte{}
	if k.profile != nil {
		packed, err := packProfile(k.profile)
		if err != nil {
			return nil, err
		}
		chunks["iCCP"] = packed
	}
	for _, part := range w.colourParts(k.original) {
		payload := part.Payload(k.original.Data)
		if part.ID == "pHYs" {
			payload = physChunk(payload)
		}
		chunks[part.ID] = payload
	}
	return chunks, nil
}

// primaries are the chromaticities of red, green, blue and white that mastering
// displays have, in the order and units of mDCV, hundred thousandths of 2: BT.709,
// P3 and BT.2020, all with D65. Others are not kept: nobody's picture depends on
// them, and they could be any sixteen bytes.
var primaries = [][8]int{
	{32000, 16500, 15000, 30000, 7500, 3000, 15635, 16450},
	{34000, 16000, 13250, 34500, 7500, 3000, 15635, 16450},
	{35400, 14600, 8500, 39850, 6550, 2300, 15635, 16450},
}

// plausibleColour reports whether the numbers of a colour chunk are such as
// describe colours: what is out of range is ignored by decoders, and could be
// anything. b has the chunk's length.
func plausibleColour(id string, b []byte) bool {
	number := func(i int) uint32 { return binary.BigEndian.Uint32(b[4*i:]) }
	const whole = 100_000        // gAMA and cHRM count hundred thousandths
	const nits = 10_000 * 10_000 // mDCV and cLLI count ten thousandths, up to what PQ can code
	switch id {
	case "sRGB":
		return b[0] <= 3
	case "gAMA":
		return number(0) >= whole/100 && number(0) <= 100*whole
	case "cHRM":
		for i := range 8 {
			if number(i) > whole {
				return false
			}
		}
		return true
	case "cICP": // H.273: primaries, transfer, matrix, full range
		return b[0] <= 22 && b[1] <= 18 && b[2] == 0 && b[3] <= 1
	case "cLLI":
		return number(0) <= nits && number(1) <= nits
	case "mDCV":
		const luminances, near = 4, 100
		return number(luminances) <= nits && number(luminances+1) <= number(luminances) &&
			slices.ContainsFunc(primaries, func(p [8]int) bool {
				for i, want := range p {
					if abs(int(binary.BigEndian.Uint16(b[2*i:]))-want) > near {
						return false
					}
				}
				return true
			})
	}
	return false
}

// kept are the parts of the picture, IEND aside. Frames that viewers pass over stay
// behind: those without an acTL before the pixels, and more than it names.
func (*pngWriter) kept(p *scan.Photo) []container.Part {
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
			if !suits(part.ID, part.Payload(p.Data), parts, p) {
				continue
			}
		}
		seen[part.ID] = true
		parts = append(parts, part)
	}
	if !seen["fcTL"] { // an animation without frames is none
		parts = slices.DeleteFunc(parts, func(part container.Part) bool { return part.ID == "acTL" })
	}
	return parts
}

// suits reports whether a chunk that describes colours goes with the picture whose
// parts before it are given. Others are passed over by decoders (PNG, third
// edition, 11.2.2, 11.3.1.1, 11.3.4.1): a palette only suggested for pixels that
// name none, and values that are too many or too few.
func suits(id string, b []byte, before []container.Part, p *scan.Photo) bool {
	const palette, alpha = 3, 4
	if id != "PLTE" && id != "tRNS" && id != "bKGD" || len(before) == 0 || before[0].ID != "IHDR" {
		return true
	}
	ihdr := before[0].Payload(p.Data)
	if len(ihdr) < 10 {
		return true // picture refuses it
	}
	colourType := ihdr[9]
	if id == "PLTE" {
		return colourType == palette
	}
	if id == "tRNS" && colourType&alpha != 0 {
		return false
	}
	if colourType == palette {
		for _, part := range before {
			if part.ID == "PLTE" {
				entries := len(part.Payload(p.Data)) / 3
				return id == "tRNS" && len(b) <= entries || id == "bKGD" && len(b) == 1 && int(b[0]) < entries
			}
		}
		return false
	}
	samples := 1
	if colourType&2 != 0 {
		samples = 3
	}
	return len(b) == 2*samples
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
func (w *pngWriter) picture(p *scan.Photo) ([]container.Part, error) {
	var parts []container.Part
	pixels := false
	for _, part := range w.kept(p) {
		size, n := pngPicture[part.ID], part.Length-part.Header-part.Footer
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
// picture, with no more pixel data than the picture needs, and with zeros for
// colours of the palette that no pixel has. They are found out, which takes longest,
// unless p's are, byte for byte, those that were found last.
func (w *pngWriter) chunks(ctx context.Context, p *scan.Photo) ([]chunk, error) {
	if w.followed == p {
		return w.written, nil
	}
	parts, err := w.picture(p)
	if err != nil {
		return nil, err
	}
	if w.followed != nil && sameChunks(p, parts, w.written) {
		return w.written, nil
	}
	out, found, err := followChunks(ctx, p, parts)
	if err != nil {
		return nil, err
	}
	w.followed, w.written, w.account = p, out, found
	return out, nil
}

// unseen are bytes behind the pixel data and behind the last row in it, and in the
// chunk that says that the picture ends.
func (w *pngWriter) unseen(ctx context.Context, p *scan.Photo) (hidden, unfollowed []container.Part) {
	if w.followed != p {
		w.followed = nil
		if _, err := w.chunks(ctx, p); err != nil {
			return nil, nil // it is not kept
		}
	}
	hidden = slices.Clone(w.account.hidden)
	for _, part := range p.Parts {
		if n := part.Length - part.Header - part.Footer; part.ID == "IEND" && n > 0 {
			hidden = append(hidden, container.Part{
				ID: part.ID, Name: "bytes in IEND", Kind: container.Unknown, Offset: part.Offset + part.Header, Length: n,
			})
		}
	}
	return hidden, w.account.unfollowed
}

// sameChunks reports whether parts of p are chunks.
func sameChunks(p *scan.Photo, parts []container.Part, chunks []chunk) bool {
	return slices.EqualFunc(parts, chunks, func(part container.Part, c chunk) bool {
		return part.ID == c.id && bytes.Equal(part.Payload(p.Data), c.payload)
	})
}

// followChunks finds out what of parts is written.
func followChunks(ctx context.Context, p *scan.Photo, parts []container.Part) (out []chunk, found account, err error) {
	ihdr := parts[0].Payload(p.Data)
	width, height := int64(p.Width), int64(p.Height)
	r, err := newRaster(ihdr, width, height)
	if err != nil {
		return nil, found, err
	}
	left := maxScanlines + scanlinesPerByte*int64(len(p.Data))
	number := uint32(0) // of the next chunk of an animation
	frames := uint32(0)
	var used [256]bool
	for i := 0; i < len(parts); i++ {
		id, payload := parts[i].ID, parts[i].Payload(p.Data)
		switch id {
		case "fcTL":
			if width, height, err = frameSize(payload, p); err != nil {
				return nil, found, err
			}
			out = append(out, chunk{id, numbered(number, shortDelay(payload[4:]))})
			number++
			frames++
			continue
		case "IDAT", "fdAT":
		default:
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
		from := i
		for i+1 < len(parts) && parts[i+1].ID == id {
			i++
		}
		s := newPixelStream(p, parts[from:i+1], head)
		if r, err = newRaster(ihdr, width, height); err != nil {
			return nil, found, err
		}
		if left -= r.size(); left < 0 {
			return nil, found, errors.New("the pictures of the animation are too large")
		}
		if err := s.trim(ctx, r, &used); err != nil {
			return nil, found, err
		}
		found.hidden = append(found.hidden, s.hidden...)
		found.unfollowed = append(found.unfollowed, s.unfollowed...)
		b := s.data
		if id == "fdAT" {
			b = numbered(number, b)
			number++
		}
		out = append(out, chunk{id, b})
	}
	for i, c := range out {
		switch {
		case c.id == "acTL":
			out[i].payload = animation(c.payload, frames)
		case c.id == "bKGD" && r.palette:
			used[c.payload[0]] = true
		case (c.id == "bKGD" || c.id == "tRNS") && !r.palette:
			out[i].payload = masked(c.payload, ihdr[8])
		}
	}
	if r.palette {
		blankUnused(out, &used)
	}
	return out, found, nil
}

// masked is the samples of b, of two bytes each, with the bits that pixels of this
// depth do not have at zero, as decoders take them.
func masked(b []byte, depth byte) []byte {
	out := bytes.Clone(b)
	for i := 0; i+2 <= len(out); i += 2 {
		binary.BigEndian.PutUint16(out[i:], binary.BigEndian.Uint16(out[i:])&(1<<depth-1))
	}
	return out
}

// frameSize is the size of an animation's frame, for its header, which must be one
// that decoders take.
func frameSize(b []byte, p *scan.Photo) (width, height int64, err error) {
	const disposal, blending = 24, 25
	number := func(i int) int64 { return int64(binary.BigEndian.Uint32(b[4*i:])) }
	width, height = number(1), number(2)
	if width <= 0 || height <= 0 || number(3)+width > int64(p.Width) || number(4)+height > int64(p.Height) {
		return 0, 0, errors.New("a frame is larger than the picture")
	}
	if b[disposal] > 2 || b[blending] > 1 {
		return 0, 0, errors.New("a frame's header is damaged")
	}
	return width, height, nil
}

// numbered is b behind its number in the animation: numbers of the copy have no
// gaps.
func numbered(number uint32, b []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, number), b...)
}

// shortDelay is a frame's header behind its number, with the time that it is shown as
// the smallest fraction: all others say the same (PNG, third edition, 11.3.6.2).
func shortDelay(b []byte) []byte {
	const delay, perSecond = 16, 100
	out := bytes.Clone(b)
	n, of := binary.BigEndian.Uint16(b[delay:]), binary.BigEndian.Uint16(b[delay+2:])
	if of == 0 {
		of = perSecond
	}
	by := of
	for rest := n; rest != 0; {
		by, rest = rest, by%rest
	}
	binary.BigEndian.PutUint16(out[delay:], n/by)
	binary.BigEndian.PutUint16(out[delay+2:], of/by)
	return out
}

// animation is an acTL payload for a number of frames. What is played more often
// than anyone will look is played for ever.
func animation(b []byte, frames uint32) []byte {
	const mostPlays = 1 << 16
	plays := binary.BigEndian.Uint32(b[4:])
	if plays > mostPlays {
		plays = 0
	}
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, frames), plays)
}

// blankUnused makes palette entries black and opaque that no pixel uses.
func blankUnused(chunks []chunk, used *[256]bool) {
	for i, c := range chunks {
		switch c.id {
		case "PLTE":
			colours := bytes.Clone(c.payload)
			for j := range colours {
				if !used[j/3] {
					colours[j] = 0
				}
			}
			chunks[i].payload = colours
		case "tRNS":
			opacity := bytes.Clone(c.payload)
			for j := range opacity {
				if !used[j] {
					opacity[j] = 0xFF
				}
			}
			chunks[i].payload = opacity
		}
	}
}

func (w *pngWriter) write(ctx context.Context, p *scan.Photo, k keep) ([]byte, error) {
	picture, err := w.chunks(ctx, p)
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
// are square, or so far from it that no picture is meant.
func physChunk(b []byte) []byte {
	const size, mostStretched = 9, 8
	if len(b) != size {
		return nil
	}
	x, y := reduce(binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:]))
	if x == y || x > mostStretched*y || y > mostStretched*x {
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

func (w *pngWriter) check(c *scan.Photo) error {
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
			ok = ok && pngColour[part.ID] == n && n > 0 && plausibleColour(part.ID, payload)
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

func (w *pngWriter) same(ctx context.Context, original, copied *scan.Photo) error {
	a, err := w.chunks(ctx, original)
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

func (w *pngWriter) sameColour(original, copied *scan.Photo) error {
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
