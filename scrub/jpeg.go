package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"blindspot/scan"
	"blindspot/scan/container"
)

// jpegWriter lets through, in this order: SOI, a minimal JFIF header where there
// was one, one EXIF tag for the orientation, the ICC profile, an Adobe segment
// that decides the colours, then tables, headers and scan data as they were, EOI. A
// gain map that is to stay comes behind it, what leads there behind the orientation
// and the Adobe segment.
type jpegWriter struct {
	followed *scan.Photo      // whose scans were followed last; nil for none
	pieces   [][]byte         // its picture
	equal    *scan.Photo      // whose picture is the same, byte for byte; nil for none
	behind   []container.Part // what it held behind its scans
	whole    []container.Part // its scans that could not be followed
	gainMap  *cleanGainMap    // what is written behind the picture; nil for none
}

// jpegPicture are the segments that are the picture. Everything else goes.
var jpegPicture = map[string]bool{
	"SOI": true, "EOI": true, "ECS": true,
	"DQT": true, "DHT": true, "DAC": true, "DRI": true, "DNL": true, "SOS": true,
	"SOF0": true, "SOF1": true, "SOF2": true, "SOF3": true, "SOF9": true, "SOF10": true, "SOF11": true,
}

const (
	iccSignature = "ICC_PROFILE\x00"
	// maxICCChunk is what a segment holds of a profile: 65535 less the length,
	// the signature and two bytes of numbering.
	maxICCChunk = 65535 - 2 - len(iccSignature) - 2
)

func (*jpegWriter) profile(p *scan.Photo) []byte {
	chunks := map[int][]byte{}
	count := 0
	for _, part := range p.Parts {
		if part.ID == "SOS" {
			break
		}
		if part.Name != "APP2 ICC" {
			continue
		}
		b := part.Payload(p.Data)
		if len(b) < 2 {
			return nil
		}
		// As libjpeg does: all chunks agree on their number, each comes once.
		number, of := int(b[0]), int(b[1])
		if count == 0 {
			count = of
		}
		if of != count || number < 1 || number > count || chunks[number] != nil {
			return nil
		}
		chunks[number] = b[2:]
	}
	var profile []byte
	for i := 1; i <= count; i++ {
		if chunks[i] == nil {
			return nil
		}
		profile = append(profile, chunks[i]...)
	}
	return profile
}

func (w *jpegWriter) keeps(p *scan.Photo) func(container.Part) bool {
	return func(part container.Part) bool {
		switch part.Name {
		case "APP0 JFIF":
			return part.Length == int64(len(jfifSegment(1, 1)))
		case "APP2 ICC":
			return true
		case "APP14 Adobe":
			return keepsAdobe(p)
		}
		return jpegPicture[part.ID] || w.gainMap != nil && isGainMap(part)
	}
}

func (w *jpegWriter) write(ctx context.Context, p *scan.Photo, k keep) ([]byte, error) {
	pieces, err := w.assemble(ctx, p, k)
	if err != nil {
		return nil, err
	}
	return bytes.Join(pieces, nil), nil
}

// assemble gives the pieces of the file that write makes; most lie in p's data.
func (w *jpegWriter) assemble(ctx context.Context, p *scan.Photo, k keep) ([][]byte, error) {
	if err := checkPicture(p); err != nil {
		return nil, err
	}
	out := []byte{0xFF, 0xD8}
	if jfif, ok := headerPart(p, "APP0 JFIF"); ok {
		x, y := jfifAspect(jfif.Payload(p.Data))
		out = append(out, jfifSegment(x, y)...)
	}
	if o := k.original.Orientation; o > 1 {
		out = appendSegment(out, 0xE1, []byte(exifHeader), orientationBlock(o))
	}
	describe := k.gainMap
	if w.gainMap != nil {
		describe = w.gainMap.picture()
	}
	out = append(out, describe.segments()...)
	chunks := slices.Collect(slices.Chunk(k.profile, maxICCChunk))
	if len(chunks) > 255 {
		return nil, errors.New("its colour profile is too large for a JPEG")
	}
	for i, c := range chunks {
		out = appendSegment(out, 0xE2, []byte(iccSignature), []byte{byte(i + 1), byte(len(chunks))}, c)
	}
	if keepsAdobe(p) {
		adobe, _ := headerPart(p, "APP14 Adobe")
		out = append(out, adobeSegment(adobe.Payload(p.Data))...)
	}
	picture := slices.Concat(w.picture(ctx, p), [][]byte{{0xFF, 0xD9}})
	if w.gainMap == nil {
		return slices.Concat([][]byte{out}, picture), nil
	}
	length := len(out) + mpfLength
	for _, piece := range picture {
		length += len(piece)
	}
	out = append(out, mpfSegment(len(out), length, len(w.gainMap.file))...)
	return slices.Concat([][]byte{out}, picture, [][]byte{w.gainMap.file}), nil
}

// picture is p's without the bytes behind its scans. These are followed, which takes
// longest, unless they are, byte for byte, those that were followed last: then they
// end where those ended.
func (w *jpegWriter) picture(ctx context.Context, p *scan.Photo) [][]byte {
	if w.followed == p {
		return w.pieces
	}
	whole := jpegPieces(p, nil)
	if w.followed != nil && samePieces(whole, w.pieces) {
		w.equal = p
		return whole
	}
	scans := followScans(ctx, p)
	pieces := jpegPieces(p, scans.runs)
	if ctx.Err() == nil { // else they were not followed to their ends
		w.equal = nil
		w.followed, w.pieces, w.behind, w.whole = p, pieces, scans.unseen, scans.unfollowed
	}
	return pieces
}

// unseen are bytes within parts that stay: behind scans, and tables that no scan
// uses.
func (w *jpegWriter) unseen(ctx context.Context, p *scan.Photo) (hidden, unfollowed []container.Part) {
	if checkPicture(p) != nil {
		return nil, nil // it is not kept
	}
	if w.followed != p {
		w.followed = nil
		w.picture(ctx, p)
	}
	return slices.Concat(unusedTables(p), w.behind), w.whole
}

// checkPicture returns an error unless p's picture can be followed, and is one.
func checkPicture(p *scan.Photo) error {
	if err := checkFrame(p); err != nil {
		return err
	}
	for _, part := range p.Parts {
		if !jpegPicture[part.ID] {
			continue
		}
		payload := part.Payload(p.Data)
		if err := checkSegment(part, payload); err != nil {
			return err
		}
		if part.Kind == container.Pixels || jpegTables[part.ID] {
			continue // of the tables only those in use stay
		}
		if err := checkHolds(part, payload); err != nil {
			return err
		}
	}
	for _, t := range usedTables(p) {
		if !t.inUse {
			continue
		}
		segment := p.Parts[t.part]
		if segment.ID == "DHT" && !distinct(t.data[17:]) {
			return fmt.Errorf("a table of segment DHT at byte %d holds a value twice", segment.Offset)
		}
		if err := checkHolds(segment, t.data); err != nil {
			return err
		}
	}
	return nil
}

// checkFrame asks for one frame, of a kind that decodes without the others, and
// for pixels.
func checkFrame(p *scan.Photo) error {
	frames, pixels := 0, false
	for _, part := range p.Parts {
		switch part.ID {
		case "SOF5", "SOF6", "SOF7", "SOF13", "SOF14", "SOF15", "DHP":
			return errors.New("hierarchical JPEGs are not supported yet")
		case "SOF0", "SOF1", "SOF2", "SOF3", "SOF9", "SOF10", "SOF11":
			frames++
		case "ECS":
			pixels = true
		}
	}
	switch {
	case frames != 1:
		return fmt.Errorf("the file has %d picture headers, not one", frames)
	case !pixels:
		return errors.New("the file ends before its pixels")
	}
	return checkScans(p)
}

// checkScans refuses a file that codes a part of its picture twice: of the two only
// one is shown, and which one depends on the decoder (ISO/IEC 10918-1, B.2.3, G.1.1.1).
func checkScans(p *scan.Photo) error {
	const coefficients = 64
	// By component, how many low bits of each coefficient are still to come, plus 1;
	// 0 before its first scan.
	var open [256]*[coefficients]int
	progressive := false
	for _, part := range p.Parts {
		b := part.Payload(p.Data)
		if part.ID == "SOF2" || part.ID == "SOF10" {
			progressive = true
		}
		if part.ID != "SOS" || checkSegment(part, b) != nil {
			continue // write refuses the second
		}
		n := int(b[0])
		first, last, high, low := 0, coefficients-1, 0, 0
		if progressive {
			end := b[1+2*n:]
			first, last = int(end[0]), min(int(end[1]), coefficients-1)
			high, low = int(end[2]>>4), int(end[2]&15)
		}
		for i := range n {
			id := b[1+2*i]
			if open[id] == nil {
				open[id] = new([coefficients]int)
			}
			left := open[id]
			for k := first; k <= last; k++ {
				if left[k] > 0 && high == 0 || left[k] == 1 {
					return errors.New("it holds a second picture in place of the first")
				}
				left[k] = low + 1
			}
		}
	}
	return nil
}

// checkSegment refuses a table or header segment that holds more or less than it
// says: decoders refuse it too, and the rest could be anything.
func checkSegment(part container.Part, b []byte) error {
	ok := true
	switch part.ID {
	case "DQT":
		for ok && len(b) > 0 {
			size := 1 + 64
			if b[0]>>4 != 0 {
				size += 64
			}
			ok = b[0]>>4 <= 1 && b[0]&15 <= 3 && len(b) >= size
			b = b[min(size, len(b)):]
		}
	case "DHT":
		for ok && len(b) > 0 {
			size := 17
			for i := 1; i <= 16 && i < len(b); i++ {
				size += int(b[i])
			}
			ok = len(b) >= size && size <= 17+256 && b[0]>>4 <= 1 && b[0]&15 <= 3
			b = b[min(size, len(b)):]
		}
	case "DAC":
		ok = len(b)%2 == 0 && len(b) <= 2*32
	case "DRI", "DNL":
		ok = len(b) == 2
	case "SOS":
		ok = len(b) > 0 && b[0] >= 1 && b[0] <= 4 && len(b) == 4+2*int(b[0])
	case "ECS", "SOI", "EOI":
	default: // SOFn
		ok = len(b) >= 6 && b[5] >= 1 && b[5] <= 4 && len(b) == 6+3*int(b[5])
	}
	if !ok {
		return fmt.Errorf("the picture is damaged: the length of segment %s at byte %d is wrong", part.ID, part.Offset)
	}
	return nil
}

// distinct reports whether no value of a Huffman table comes twice. An encoder has no
// use for that, but codes that no scan has could spell a text.
func distinct(values []byte) bool {
	var seen [256]bool
	for _, v := range values {
		if seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

// headerPart is the first part of that name before the first scan.
func headerPart(p *scan.Photo, name string) (container.Part, bool) {
	for _, part := range p.Parts {
		if part.ID == "SOS" {
			break
		}
		if part.Name == name {
			return part, true
		}
	}
	return container.Part{}, false
}

// components is how many components the frame has.
func components(p *scan.Photo) int {
	for _, part := range p.Parts {
		if len(part.ID) >= 4 && part.ID[:3] == "SOF" {
			if b := part.Payload(p.Data); len(b) >= 6 {
				return int(b[5])
			}
		}
	}
	return 0
}

// Adobe's segment, as in Adobe technical note 5116.
const (
	adobePayload   = 12
	adobeTransform = 11 // offset of the colour transform
	adobeYCC       = 1
)

// keepsAdobe reports whether the Adobe segment decides the colours: always with
// four components; with three, unless it says what a JFIF header says.
func keepsAdobe(p *scan.Photo) bool {
	part, ok := headerPart(p, "APP14 Adobe")
	if !ok {
		return false
	}
	b := part.Payload(p.Data)
	if len(b) < adobePayload {
		return false
	}
	switch components(p) {
	case 4:
		return true
	case 3:
		_, jfif := headerPart(p, "APP0 JFIF")
		return !jfif || b[adobeTransform] != adobeYCC
	}
	return false
}

// adobeSegment holds nothing but the transform.
func adobeSegment(b []byte) []byte {
	return appendSegment(nil, 0xEE, []byte("Adobe\x00\x64\x00\x00\x00\x00"), b[adobeTransform:adobeTransform+1])
}

// jfifSegment holds nothing but the pixels' aspect ratio.
func jfifSegment(x, y uint16) []byte {
	b := []byte("JFIF\x00\x01\x01\x00")
	b = binary.BigEndian.AppendUint16(b, x)
	b = binary.BigEndian.AppendUint16(b, y)
	return appendSegment(nil, 0xE0, b, []byte{0, 0})
}

// jfifAspect is a JFIF header's density as the smallest ratio; b follows the
// signature.
func jfifAspect(b []byte) (x, y uint16) {
	const density = 3 // after version and units
	if len(b) < density+4 {
		return 1, 1
	}
	return reduce(binary.BigEndian.Uint16(b[density:]), binary.BigEndian.Uint16(b[density+2:]))
}

// maxAspect bounds the numbers of an aspect ratio: a thousandth is finer than
// anyone sees, and larger numbers could hold a message.
const maxAspect = 1000

// reduce is x:y in small numbers, 1:1 where either is 0.
func reduce[T uint16 | uint32](x, y T) (T, T) {
	if x == 0 || y == 0 {
		return 1, 1
	}
	a, b := uint64(x), uint64(y)
	if m := max(a, b); m > maxAspect {
		a, b = max(1, (a*maxAspect+m/2)/m), max(1, (b*maxAspect+m/2)/m)
	}
	x, y = T(a), T(b)
	for b != 0 {
		a, b = b, a%b
	}
	return x / T(a), y / T(a)
}

func appendSegment(out []byte, marker byte, pieces ...[]byte) []byte {
	length := 2
	for _, piece := range pieces {
		length += len(piece)
	}
	out = append(out, 0xFF, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(length))
	for _, piece := range pieces {
		out = append(out, piece...)
	}
	return out
}

func (w *jpegWriter) check(c *scan.Photo) error {
	for _, part := range c.Parts {
		b := c.Data[part.Offset : part.Offset+part.Length]
		ok := true
		switch {
		case part.Name == "APP0 JFIF":
			ok = bytes.Equal(b, jfifSegment(jfifAspect(part.Payload(c.Data))))
		case part.Name == "APP1 Exif":
			ok = isOrientationBlock(part.Payload(c.Data)) && bytes.HasPrefix(b[4:], []byte(exifHeader))
		case part.Name == "APP14 Adobe":
			ok = keepsAdobe(c) && bytes.Equal(b, adobeSegment(part.Payload(c.Data)))
		case part.Name == "APP2 ICC", jpegPicture[part.ID], w.gainMapPart(part, c):
		default:
			ok = false
		}
		if !ok {
			return fmt.Errorf("%s at byte %d should not be there", part.Name, part.Offset)
		}
	}
	return nil
}

func (w *jpegWriter) same(ctx context.Context, original, copied *scan.Photo) error {
	if keepsAdobe(original) != keepsAdobe(copied) {
		return errors.New("the Adobe segment that decides the colours differs")
	}
	_, before := headerPart(original, "APP0 JFIF")
	_, after := headerPart(copied, "APP0 JFIF")
	if before != after {
		return errors.New("the JFIF header that decides the colours differs")
	}
	if w.followed == original && w.equal == copied {
		return nil // it was found to be the same when copied was read
	}
	if err := checkPicture(original); err != nil {
		return err // it cannot be followed
	}
	b := jpegPieces(copied, nil)
	if samePieces(jpegPieces(original, nil), b) || samePieces(w.picture(ctx, original), b) {
		return nil
	}
	return errors.New("the picture differs from the original")
}

// samePieces reports whether a and b are the same bytes, however they are cut. Where
// both are the same memory, nothing is compared.
func samePieces(a, b [][]byte) bool {
	var restA, restB []byte
	for {
		for len(restA) == 0 && len(a) > 0 {
			restA, a = a[0], a[1:]
		}
		for len(restB) == 0 && len(b) > 0 {
			restB, b = b[0], b[1:]
		}
		n := min(len(restA), len(restB))
		if n == 0 {
			return len(restA) == len(restB)
		}
		if &restA[0] != &restB[0] && !bytes.Equal(restA[:n], restB[:n]) {
			return false
		}
		restA, restB = restA[n:], restB[n:]
	}
}

// sameColour has nothing to add: a JPEG's colours lie in its profile and, with
// the picture, in its headers.
func (*jpegWriter) sameColour(_, _ *scan.Photo) error { return nil }
