package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"blindspot/scan"
	"blindspot/scan/container"
)

// webpWriter lets through the extended header with its flags mended, the ICC
// profile, the animation's header and frames with their pixels, and one EXIF tag
// for the orientation (RFC 9649).
type webpWriter struct {
	followed *scan.Photo  // whose bitstreams were followed last; nil for none
	written  []webpStream // its bitstreams
	account  account      // of their bytes
}

// Flags of VP8X.
const (
	webpAnimation = 1 << 1
	webpEXIF      = 1 << 3
	webpAlpha     = 1 << 4
	webpICC       = 1 << 5
)

const (
	webpExtended = 10 // payload of VP8X
	webpANIM     = 6
	webpFrame    = 16 // payload of ANMF before its sub-chunks
)

func (*webpWriter) profile(p *scan.Photo) []byte {
	extended := false
	for _, part := range p.Parts {
		switch {
		case strings.HasPrefix(part.Name, "ANMF "): // frames hold pixels only
		case part.ID == "VP8X":
			extended = part.Payload(p.Data)[0]&webpICC != 0
		case part.ID == "ICCP":
			if extended {
				return part.Payload(p.Data)
			}
			return nil
		}
	}
	return nil
}

// kept are the parts of the picture: the header, the animation, and pixels. Frames
// of a file that announces no animation are passed over by viewers, and go.
func (*webpWriter) kept(p *scan.Photo) []container.Part {
	var parts []container.Part
	extended, announced, animated, pixels, alpha := false, false, false, false, false
	for _, part := range p.Parts {
		switch inFrame := strings.HasPrefix(part.Name, "ANMF "); {
		case part.ID == "ANMF":
			if !animated {
				continue
			}
			pixels, alpha = false, false
		case part.Kind == container.Pixels:
			// A picture has one bitstream, and at most one alpha plane before it.
			if inFrame != animated || pixels || part.ID == "ALPH" && (alpha || !extended || !soundAlpha(part.Payload(p.Data))) {
				continue
			}
			if alpha && part.ID == "VP8L" && parts[len(parts)-1].ID == "ALPH" {
				parts = parts[:len(parts)-1] // a lossless bitstream has its own
			}
			alpha = part.ID == "ALPH"
			pixels = part.ID != "ALPH"
		case inFrame:
			continue
		case part.ID == "VP8X":
			if len(parts) > 0 {
				continue // the first counts
			}
			extended = true
			announced = part.Payload(p.Data)[0]&webpAnimation != 0
		case part.ID == "ANIM":
			if !announced || animated {
				continue
			}
			animated = true
		default:
			continue
		}
		parts = append(parts, part)
	}
	return parts
}

func (w *webpWriter) keeps(p *scan.Photo) func(container.Part) bool {
	picture := map[int64]bool{}
	for _, part := range w.kept(p) {
		picture[part.Offset] = true
	}
	return func(part container.Part) bool {
		return part.ID == "RIFF" || part.Name == "ICCP" || picture[part.Offset]
	}
}

func (w *webpWriter) write(ctx context.Context, p *scan.Photo, k keep) ([]byte, error) {
	parts := w.kept(p)
	extended := len(parts) > 0 && parts[0].ID == "VP8X"
	if !extended && (k.original.Orientation > 1 || k.profile != nil) {
		// A redacted picture may come without the header that these need.
		parts = append([]container.Part{{ID: "VP8X"}}, parts...)
	}
	out := append(make([]byte, 0, len(p.Data)+64), "RIFF\x00\x00\x00\x00WEBP"...)
	streams, err := w.streams(ctx, p)
	if err != nil {
		return nil, err
	}
	pixels := false
	stream := func(out []byte) []byte {
		s := streams[0]
		pixels, streams = true, streams[1:]
		return appendRIFF(out, s.id, s.payload)
	}
	for i := 0; i < len(parts); i++ {
		part := parts[i]
		switch part.ID {
		case "VP8X":
			out = appendRIFF(out, "VP8X", w.header(p, part, k))
			if k.profile != nil {
				out = appendRIFF(out, "ICCP", k.profile)
			}
		case "ANIM":
			b := part.Payload(p.Data)
			if len(b) < webpANIM {
				return nil, errors.New("the header of the animation is cut off")
			}
			if pixels {
				return nil, errors.New("the file is a still picture and an animation at once")
			}
			out = appendRIFF(out, "ANIM", b[:webpANIM])
		case "ANMF":
			frame := bytes.Clone(part.Payload(p.Data))
			frame[webpFrame-1] &= 3 // blending and disposal; the rest is reserved
			for i+1 < len(parts) && strings.HasPrefix(parts[i+1].Name, "ANMF ") {
				i++
				frame = stream(frame)
			}
			out = appendRIFF(out, "ANMF", frame)
		default:
			out = stream(out)
		}
	}
	if !pixels {
		return nil, errors.New("the file ends before its pixels")
	}
	if o := k.original.Orientation; o > 1 {
		out = appendRIFF(out, "EXIF", orientationBlock(o))
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

// frameSides is the width and height of a frame, for the payload of ANMF.
func frameSides(b []byte) (width, height int) {
	number := func(i int) int { return int(b[i]) | int(b[i+1])<<8 | int(b[i+2])<<16 }
	return 1 + number(6), 1 + number(9)
}

// streams are the bitstreams of the picture as they are written. They are followed,
// which takes longest, unless p's are, byte for byte, those that were written last.
func (w *webpWriter) streams(ctx context.Context, p *scan.Photo) ([]webpStream, error) {
	if w.followed == p {
		return w.written, nil
	}
	streams := w.stored(p)
	same := func(a, b webpStream) bool {
		return a.id == b.id && a.width == b.width && a.height == b.height && bytes.Equal(a.payload, b.payload)
	}
	if w.followed != nil && slices.EqualFunc(streams, w.written, same) {
		return w.written, nil
	}
	var t trimmer
	for i := range streams {
		if err := t.trim(ctx, &streams[i]); err != nil {
			return nil, err
		}
	}
	w.followed, w.written, w.account = p, streams, t.account
	return streams, nil
}

// unseen are bytes behind what is read of bitstreams.
func (w *webpWriter) unseen(ctx context.Context, p *scan.Photo) (hidden, unfollowed []container.Part) {
	if w.followed != p {
		w.followed = nil
		if _, err := w.streams(ctx, p); err != nil {
			return nil, nil // it is not kept
		}
	}
	return w.account.hidden, w.account.unfollowed
}

// stored are the bitstreams of the picture as they lie in p.
func (w *webpWriter) stored(p *scan.Photo) []webpStream {
	var list []webpStream
	width, height := p.Width, p.Height
	for _, part := range w.kept(p) {
		switch payload := part.Payload(p.Data); part.ID {
		case "ANMF":
			width, height = frameSides(payload)
		case "VP8X", "ANIM":
		default:
			list = append(list, webpStream{part.ID, part, payload, width, height})
		}
	}
	return list
}

// header is the VP8X payload for what the copy holds.
func (w *webpWriter) header(p *scan.Photo, part container.Part, k keep) []byte {
	b := make([]byte, webpExtended)
	if part.Length > 0 {
		copy(b, part.Payload(p.Data)[:webpExtended])
	} else {
		w, h := p.Width-1, p.Height-1
		copy(b[4:], []byte{byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
	}
	flags := b[0]&webpAnimation | w.alphaFlag(p, b[0])
	if k.profile != nil {
		flags |= webpICC
	}
	if k.original.Orientation > 1 {
		flags |= webpEXIF
	}
	b[0], b[1], b[2], b[3] = flags, 0, 0, 0
	return b
}

// alphaFlag is that of a header with these flags: true to the alpha planes that are
// kept, for decoders differ in whether they look there for one.
func (w *webpWriter) alphaFlag(p *scan.Photo, flags byte) byte {
	isAlpha := func(part container.Part) bool { return part.ID == "ALPH" }
	kept := w.kept(p)
	switch {
	case slices.ContainsFunc(kept, isAlpha):
		return webpAlpha
	case slices.ContainsFunc(p.Parts, isAlpha) && !slices.ContainsFunc(kept, func(part container.Part) bool { return part.ID == "VP8L" }):
		return 0
	}
	return flags & webpAlpha
}

func appendRIFF(out []byte, id string, payload []byte) []byte {
	out = append(out, id...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(payload)))
	out = append(out, payload...)
	if len(payload)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func (w *webpWriter) check(c *scan.Photo) error {
	if size := binary.LittleEndian.Uint32(c.Data[4:]); int64(size)+8 != int64(len(c.Data)) {
		return errors.New("the size of the file is not what its header says")
	}
	seen := map[string]bool{}
	kept := map[int64]bool{}
	for _, part := range w.kept(c) {
		kept[part.Offset] = true
	}
	for _, part := range c.Parts {
		payload := part.Payload(c.Data)
		footer := c.Data[part.Offset+part.Length-part.Footer : part.Offset+part.Length]
		ok := len(bytes.Trim(footer, "\x00")) == 0
		switch {
		case part.ID == "RIFF":
		case part.ID == "ICCP":
			ok = ok && !seen["ICCP"]
		case part.ID == "EXIF":
			ok = ok && !seen["EXIF"] && isOrientationBlock(payload)
		case part.ID == "VP8X":
			ok = ok && len(payload) == webpExtended && payload[0]&^(webpAnimation|webpAlpha|webpICC|webpEXIF) == 0 &&
				payload[1]|payload[2]|payload[3] == 0
		case part.ID == "ANIM":
			ok = ok && len(payload) == webpANIM
		case part.ID == "ANMF":
			ok = ok && len(payload) == webpFrame && payload[webpFrame-1]&^3 == 0
		default:
			ok = ok && part.Kind == container.Pixels && kept[part.Offset]
		}
		seen[part.ID] = true
		if !ok {
			return fmt.Errorf("%s at byte %d should not be there", part.Name, part.Offset)
		}
	}
	return nil
}

// webpStream is a bitstream of a picture or frame of that size.
type webpStream struct {
	id            string
	part          container.Part
	payload       []byte
	width, height int
}

func (w *webpWriter) same(ctx context.Context, original, copied *scan.Photo) error {
	a, err := w.streams(ctx, original)
	if err != nil {
		return err
	}
	b := w.stored(copied)
	if len(a) != len(b) {
		return fmt.Errorf("%d parts of the picture, not %d", len(b), len(a))
	}
	for i := range a {
		if a[i].id != b[i].id || !bytes.Equal(a[i].payload, b[i].payload) {
			return fmt.Errorf("%s at byte %d differs from the original", b[i].part.Name, b[i].part.Offset)
		}
	}
	// Headers: everything but the flags that tell of metadata.
	header := func(p *scan.Photo) []byte {
		var b []byte
		for _, part := range w.kept(p) {
			payload := part.Payload(p.Data)
			switch part.ID {
			case "VP8X":
				b = append(b, payload[0]&webpAnimation|w.alphaFlag(p, payload[0]))
				b = append(b, payload[4:webpExtended]...)
			case "ANMF":
				b = append(b, payload[:webpFrame-1]...)
				b = append(b, payload[webpFrame-1]&3)
			case "ANIM":
				b = append(b, payload[:min(len(payload), webpANIM)]...)
			}
		}
		return b
	}
	if !bytes.Equal(header(original), header(copied)) {
		return errors.New("the header or the timing of frames differs from the original")
	}
	return nil
}

// sameColour has nothing to add: a WebP's colours lie in its profile.
func (*webpWriter) sameColour(_, _ *scan.Photo) error { return nil }
