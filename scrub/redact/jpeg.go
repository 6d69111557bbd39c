package redact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"

	"blindspot/scan"
	"blindspot/scan/pixels"
	"blindspot/scan/turbojpeg"
)

// zigzag gives the natural place of each coefficient of a table in a file.
var zigzag = [64]int{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// frame is what the header of a JPEG says, up to its first scan (T.81, B.2).
type frame struct {
	width, height int
	progressive   bool
	components    []frameComponent
	model         *model
	plainInk      bool // CMYK without an Adobe marker
}

type frameComponent struct {
	h, v  int         // sampling factors
	table *[64]uint16 // quantisation, natural order
}

var errHeader = fmt.Errorf("%w: damaged JPEG header", ErrLayout)

// parseFrame reads the markers of data up to the first SOS. It returns an error
// that wraps [ErrLayout] for what cannot be redacted: arithmetic and Huffman
// coding, sequential and progressive, are taken, with 8 bits a sample.
func parseFrame(data []byte) (*frame, error) {
	var (
		f      *frame
		ids    []byte
		refs   []byte // quantisation table of each component
		tables [4]*[64]uint16
		jfif   bool
		adobe  = -1 // the transform of an Adobe marker
	)
	if len(data) < 2 || data[0] != 0xFF || data[1] != 0xD8 {
		return nil, errHeader
	}
	for data = data[2:]; ; {
		if len(data) < 4 || data[0] != 0xFF {
			return nil, errHeader
		}
		marker := data[1]
		if marker == 0xFF { // a fill byte
			data = data[1:]
			continue
		}
		if marker == 0x01 || marker >= 0xD0 && marker <= 0xD7 { // TEM, RSTn: no length
			data = data[2:]
			continue
		}
		n := int(data[2])<<8 | int(data[3])
		if n < 2 || n+2 > len(data) {
			return nil, errHeader
		}
		segment := data[4 : n+2]
		data = data[n+2:]
		switch marker {
		case 0xC0, 0xC1, 0xC2, 0xC9, 0xCA: // SOF: sequential and progressive DCT
			if f != nil || len(segment) < 6 || len(segment) != 6+3*int(segment[5]) {
				return nil, errHeader
			}
			if segment[0] != 8 {
				return nil, fmt.Errorf("%w: %d bits a sample", ErrLayout, segment[0])
			}
			f = &frame{
				height: int(segment[1])<<8 | int(segment[2]), width: int(segment[3])<<8 | int(segment[4]),
				progressive: marker == 0xC2 || marker == 0xCA,
			}
			for c := segment[6:]; len(c) > 0; c = c[3:] {
				f.components = append(f.components, frameComponent{h: int(c[1] >> 4), v: int(c[1] & 15)})
				ids, refs = append(ids, c[0]), append(refs, c[2])
			}
		case 0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF:
			return nil, fmt.Errorf("%w: lossless or hierarchical JPEG", ErrLayout)
		case 0xDB: // DQT
			if err := parseTables(segment, &tables); err != nil {
				return nil, err
			}
		case 0xE0:
			jfif = jfif || len(segment) >= 5 && string(segment[:5]) == "JFIF\x00"
		case 0xEE:
			if len(segment) >= 12 && string(segment[:5]) == "Adobe" {
				adobe = int(segment[11])
			}
		case 0xD8, 0xD9:
			return nil, errHeader
		case 0xDA: // SOS
			if f == nil {
				return nil, errHeader
			}
			for i := range f.components {
				if refs[i] > 3 || tables[refs[i]] == nil {
					return nil, fmt.Errorf("%w: quantisation table %d is missing", ErrLayout, refs[i])
				}
				f.components[i].table = tables[refs[i]]
			}
			return f, f.judge(ids, jfif, adobe)
		}
	}
}

func parseTables(segment []byte, tables *[4]*[64]uint16) error {
	for len(segment) > 0 {
		wide, id := int(segment[0]>>4), segment[0]&15
		segment = segment[1:]
		if wide > 1 || id > 3 || len(segment) < 64*(wide+1) {
			return errHeader
		}
		t := new([64]uint16)
		for _, k := range zigzag {
			for range wide + 1 {
				t[k] = t[k]<<8 | uint16(segment[0])
				segment = segment[1:]
			}
			if t[k] == 0 {
				return errHeader
			}
		}
		tables[id] = t
	}
	return nil
}

// judge finds the colour model, as libjpeg does (jdapimin.c), and refuses
// layouts that the rest does not follow.
func (f *frame) judge(ids []byte, jfif bool, adobe int) error {
	if f.width == 0 || f.height == 0 {
		return errHeader
	}
	switch len(f.components) {
	case 1:
		f.model = &greyModel
		f.components[0].h, f.components[0].v = 1, 1 // its MCU is one block (T.81, A.2.2)
	case 3:
		f.model = &yccModel
		if !jfif && (adobe == 0 || adobe < 0 && string(ids) == "RGB") {
			f.model = &rgbModel
		}
	case 4:
		switch adobe {
		case 0:
			f.model = &cmykModel
		case 2:
			f.model = &ycckModel
		default:
			f.model, f.plainInk = &inkModel, true
		}
	default:
		return fmt.Errorf("%w: %d components", ErrLayout, len(f.components))
	}
	h, v := f.sampling()
	for _, c := range f.components {
		if c.h < 1 || c.v < 1 || c.h > 4 || c.v > 4 || h%c.h != 0 || v%c.v != 0 {
			return fmt.Errorf("%w: sampling %d×%d of %d×%d", ErrLayout, c.h, c.v, h, v)
		}
	}
	return nil
}

// sampling is the largest factor across and down.
func (f *frame) sampling() (h, v int) {
	for _, c := range f.components {
		h, v = max(h, c.h), max(v, c.v)
	}
	return h, v
}

// samplings are the factors of all components, as "4×2, 1×1, 1×1".
func (f *frame) samplings() string {
	var all []string
	for _, c := range f.components {
		all = append(all, fmt.Sprintf("%d×%d", c.h, c.v))
	}
	return strings.Join(all, ", ")
}

// layout is the frame's grid: cells are MCUs.
func (f *frame) layout() *layout {
	h, v := f.sampling()
	l := &layout{width: f.width, height: f.height, cell: image.Pt(blockSide*h, blockSide*v), model: f.model}
	for _, c := range f.components {
		w, ht := l.cell.X/c.h, l.cell.Y/c.v // a block in pixels
		l.components = append(l.components, component{
			scale: image.Pt(h/c.h, v/c.v),
			grid:  image.Pt((f.width+w-1)/w, (f.height+ht-1)/ht),
		})
	}
	return l
}

// openFrame is the frame of p, whose size is what p says and within bounds.
func openFrame(p *scan.Photo) (*frame, error) {
	f, err := parseFrame(p.Data)
	if err != nil {
		return nil, err
	}
	if f.width != p.Width || f.height != p.Height {
		return nil, fmt.Errorf("%w: %d×%d pixels where %d×%d were announced", ErrLayout, f.width, f.height, p.Width, p.Height)
	}
	if f.width > pixels.MaxPixels/f.height {
		return nil, fmt.Errorf("%w: %d×%d pixels", scan.ErrTooLarge, f.width, f.height)
	}
	return f, nil
}

func applyJPEG(ctx context.Context, p *scan.Photo, plan *Plan, n Noise) (*Result, error) {
	f, err := openFrame(p)
	if err != nil {
		return nil, err
	}
	l := f.layout()
	places, patches, err := l.cover(plan, p.Orientation)
	if err != nil {
		return nil, err
	}
	quantisers := make([]*quantiser, len(f.components))
	for c := range f.components {
		quantisers[c] = newQuantiser(f.components[c].table)
	}
	// regionAt is 1 + the region drawn on a block, 0 for none.
	regionAt := func(q *patch, c, x, y int) int {
		return q.ownerAt(x/f.components[c].h, y/f.components[c].v)
	}
	read := func(b turbojpeg.Blocks) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.agrees(b); err != nil || b.Row >= b.Rows {
			return err
		}
		step := float32(f.components[b.Component].table[0]) / blockSide
		for _, q := range patches {
			field := &q.fields[b.Component]
			if b.Row < field.rect.Min.Y || b.Row >= field.rect.Max.Y {
				continue
			}
			for x := field.rect.Min.X; x < field.rect.Max.X; x++ {
				if regionAt(q, b.Component, x, b.Row) == 0 {
					field.set(x, b.Row, min(max(float32(b.Coeffs[x][0])*step+128, 0), 255))
				}
			}
		}
		return nil
	}
	var a *artist
	write := func(b turbojpeg.Blocks) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if a == nil {
			a = newArtist(l, plan, places, patches, n)
		}
		if b.Row >= b.Rows {
			return nil // padding, which the encoder makes anew
		}
		var block [64]float32
		for _, q := range patches {
			rect := q.fields[b.Component].rect
			if b.Row < rect.Min.Y || b.Row >= rect.Max.Y {
				continue
			}
			for x := rect.Min.X; x < rect.Max.X; x++ {
				region := regionAt(q, b.Component, x, b.Row)
				if region == 0 {
					continue
				}
				a.draw(region-1, b.Component, x, b.Row, &block)
				for i := range block {
					block[i] -= 128
				}
				fdct(&block)
				quantisers[b.Component].quantise(&block, a.noise.between(0, 1), &b.Coeffs[x])
			}
		}
		return nil
	}
	data, err := turbojpeg.Transform(p.Data, f.progressive, read, write)
	if err != nil {
		switch {
		case ctx.Err() != nil:
		case strings.Contains(err.Error(), "Could not determine subsampling"):
			// libjpeg-turbo's words for a layout that it has no name for.
			err = fmt.Errorf("%w: its colours are stored in a rare way (sampling %s), in which no part of it can be covered; without covering, hidden data can be removed", ErrLayout, f.samplings())
		default:
			err = fmt.Errorf("%w: %w", ErrLayout, err)
		}
		return nil, err
	}
	if f.plainInk {
		data = withoutAdobe(data)
	}
	return &Result{Data: data, Covered: l.covered(places)}, nil
}

// withoutAdobe is a JPEG of libjpeg's without its Adobe marker, by which decoders
// take CMYK to be inverted.
func withoutAdobe(data []byte) []byte {
	const soi, marker = 2, 16
	at := bytes.Index(data, []byte("\xFF\xEE\x00\x0EAdobe"))
	if at != soi { // it is the first that libjpeg writes for four components
		return data
	}
	return slices.Delete(data, at, at+marker)
}

// agrees returns an error unless the library sees the component as l does.
func (l *layout) agrees(b turbojpeg.Blocks) error {
	if b.Component >= len(l.components) || l.components[b.Component].grid != image.Pt(len(b.Coeffs), b.Rows) {
		return errors.New("block grid differs from the header's")
	}
	return nil
}
