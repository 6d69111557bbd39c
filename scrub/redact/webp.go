package redact

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"slices"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/pixels"
	"blindspot/scrub/webp"
)

const (
	macroblock = 16 // pixels: what VP8 codes as one
	// slack is by how much, squared, samples may differ on average beside what the
	// quantisers round: the rounding of the transforms.
	slack = 2
)

// webpFile is what decides how a WebP is redacted.
type webpFile struct {
	lossy []byte // the payload of its VP8 chunk; nil for a lossless one
}

// parseWebP finds the picture among the chunks of data (RFC 9649, 2).
func parseWebP(data []byte) (webpFile, error) {
	const riffHeader, chunkHeader, animation = 12, 8, 1 << 1
	if len(data) < riffHeader || string(data[:4]) != "RIFF" || string(data[8:12]) != "WEBP" {
		return webpFile{}, fmt.Errorf("%w: damaged WebP header", ErrLayout)
	}
	for data = data[riffHeader:]; len(data) >= chunkHeader; {
		id, n := string(data[:4]), int64(binary.LittleEndian.Uint32(data[4:]))
		if n > int64(len(data)-chunkHeader) {
			break
		}
		payload := data[chunkHeader : chunkHeader+n]
		switch id {
		case "VP8X":
			if len(payload) > 0 && payload[0]&animation != 0 {
				return webpFile{}, fmt.Errorf("%w: animated WebP", ErrLayout)
			}
		case "VP8 ":
			return webpFile{lossy: payload}, nil
		case "VP8L":
			return webpFile{}, nil
		}
		data = data[min(chunkHeader+n+n%2, int64(len(data))):]
	}
	return webpFile{}, fmt.Errorf("%w: WebP without pixels", ErrLayout)
}

// Reencodes says whether all of p's picture must be encoded anew for a region of it
// to be covered: in a lossy WebP each block is coded by those before it.
func Reencodes(p *scan.Photo) bool {
	if p.Format != container.WebP {
		return false
	}
	f, err := parseWebP(p.Data)
	return err == nil && f.lossy != nil
}

func applyWebP(ctx context.Context, p *scan.Photo, plan *Plan, n Noise) (*Result, error) {
	f, err := parseWebP(p.Data)
	if err != nil {
		return nil, err
	}
	if f.lossy != nil {
		return applyLossyWebP(ctx, p, f, plan, n)
	}
	return applyCanvas(ctx, p, plan, n, openCanvas, encodeWebP)
}

// encodeWebP writes the canvas without loss.
func encodeWebP(_ *scan.Photo, c *canvas, _ []image.Rectangle) ([]byte, error) {
	img, ok := c.Image.(*image.NRGBA)
	if !ok {
		return nil, fmt.Errorf("%w: decoded to %T", ErrLayout, c.Image)
	}
	data, err := webp.Lossless(img)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLayout, err)
	}
	return riff(c.width, c.height, !img.Opaque(), riffChunk{"VP8L", data}), nil
}

// riffChunk is a chunk of a WebP file.
type riffChunk struct {
	id      string
	payload []byte
}

// riff is a WebP file of w × h pixels, with an extended header where it is
// transparent.
func riff(w, h int, transparent bool, chunks ...riffChunk) []byte {
	const alpha = 1 << 4
	if transparent {
		w, h := w-1, h-1
		header := []byte{alpha, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)}
		chunks = append([]riffChunk{{"VP8X", header}}, chunks...)
	}
	out := []byte("RIFF\x00\x00\x00\x00WEBP")
	for _, c := range chunks {
		out = append(out, c.id...)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(c.payload)))
		out = append(out, c.payload...)
		if len(c.payload)%2 == 1 {
			out = append(out, 0)
		}
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

// film is a decoded lossy WebP: planes of samples, the two of colour at half the
// size, and the transparency, if any.
type film struct {
	picture *image.YCbCr
	alpha   *image.NYCbCrA // nil for none; its YCbCr is picture
	quality webp.Quality
}

func openFilm(p *scan.Photo, f webpFile) (*film, error) {
	quality, err := webp.ReadQuality(f.lossy)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLayout, err)
	}
	img, err := pixels.Native(p)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLayout, err)
	}
	switch m := img.(type) {
	case *image.YCbCr:
		return &film{picture: m, quality: quality}, nil
	case *image.NYCbCrA:
		return &film{picture: &m.YCbCr, alpha: m, quality: quality}, nil
	}
	return nil, fmt.Errorf("%w: decoded to %T", ErrLayout, img)
}

// plane is one of a film's, without what lies beyond the picture's edges.
type plane struct {
	samples       []byte
	stride        int
	width, height int
}

func (f *film) planes() [3]plane {
	w, h := f.picture.Rect.Dx(), f.picture.Rect.Dy()
	return [3]plane{
		{f.picture.Y, f.picture.YStride, w, h},
		{f.picture.Cb, f.picture.CStride, (w + 1) / 2, (h + 1) / 2},
		{f.picture.Cr, f.picture.CStride, (w + 1) / 2, (h + 1) / 2},
	}
}

// block is what of block (x, y) lies in the plane.
func (p *plane) block(x, y int) image.Rectangle {
	return image.Rect(x*blockSide, y*blockSide, (x+1)*blockSide, (y+1)*blockSide).Intersect(image.Rect(0, 0, p.width, p.height))
}

// layout is the film's grid: cells are macroblocks.
func (f *film) layout() *layout {
	l := &layout{
		width: f.picture.Rect.Dx(), height: f.picture.Rect.Dy(),
		cell: image.Pt(macroblock, macroblock), margin: webp.FilterReach, model: &videoModel,
	}
	for c, p := range f.planes() {
		scale := image.Pt(1, 1)
		if c > 0 {
			scale = image.Pt(2, 2)
		}
		l.components = append(l.components, component{
			scale: scale,
			grid:  image.Pt((p.width+blockSide-1)/blockSide, (p.height+blockSide-1)/blockSide),
		})
	}
	return l
}

// owner is 1 + the region drawn on a block of component c, 0 for none.
func (f *film) owner(q *patch, c, x, y int) int {
	side := 2 // blocks of luminance across a macroblock
	if c > 0 {
		side = 1
	}
	return q.ownerAt(x/side, y/side)
}

func applyLossyWebP(ctx context.Context, p *scan.Photo, file webpFile, plan *Plan, n Noise) (*Result, error) {
	f, err := openFilm(p, file)
	if err != nil {
		return nil, err
	}
	return f.apply(ctx, p, plan, n)
}

// apply covers the plan's regions of p, which f was decoded from, in f.
func (f *film) apply(ctx context.Context, p *scan.Photo, plan *Plan, n Noise) (*Result, error) {
	l := f.layout()
	places, patches, err := l.cover(plan, p.Orientation)
	if err != nil {
		return nil, err
	}
	for _, q := range patches {
		f.readRing(q)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a := newArtist(l, plan, places, patches, n)
	for _, q := range patches {
		f.paint(a, q)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	covered := l.covered(places)
	var chunks []riffChunk
	if f.alpha != nil {
		for _, r := range covered {
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					f.alpha.A[f.alpha.AOffset(x, y)] = 0xFF
				}
			}
		}
		data, err := webp.Alpha(f.alpha.A, f.alpha.AStride, l.width, l.height)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrLayout, err)
		}
		chunks = append(chunks, riffChunk{"ALPH", data})
	}
	data, err := webp.Lossy(f.picture, f.quality)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLayout, err)
	}
	chunks = append(chunks, riffChunk{"VP8 ", data})
	return &Result{Data: riff(l.width, l.height, f.alpha != nil, chunks...), Covered: covered, Reencoded: true}, nil
}

// readRing makes the blocks known that are not covered.
func (f *film) readRing(q *patch) {
	for c, p := range f.planes() {
		field := &q.fields[c]
		for y := field.rect.Min.Y; y < field.rect.Max.Y; y++ {
			for x := field.rect.Min.X; x < field.rect.Max.X; x++ {
				if f.owner(q, c, x, y) != 0 {
					continue
				}
				b, sum := p.block(x, y), 0
				for j := b.Min.Y; j < b.Max.Y; j++ {
					for _, v := range p.samples[j*p.stride+b.Min.X : j*p.stride+b.Max.X] {
						sum += int(v)
					}
				}
				field.set(x, y, float32(sum)/float32(b.Dx()*b.Dy()))
			}
		}
	}
}

// paint draws the covered blocks of a patch.
func (f *film) paint(a *artist, q *patch) {
	var drawn [64]float32
	for c, p := range f.planes() {
		rect := q.fields[c].rect
		for y := rect.Min.Y; y < rect.Max.Y; y++ {
			for x := rect.Min.X; x < rect.Max.X; x++ {
				region := f.owner(q, c, x, y)
				if region == 0 {
					continue
				}
				a.draw(region-1, c, x, y, &drawn)
				b := p.block(x, y)
				for j := b.Min.Y; j < b.Max.Y; j++ {
					for i := b.Min.X; i < b.Max.X; i++ {
						p.samples[j*p.stride+i] = uint8(drawn[(j-y*blockSide)*blockSide+i-x*blockSide] + 0.5)
					}
				}
			}
		}
	}
}

// Changed are the runs of macroblocks, row by row and as far as they lie in the
// picture, that differ in two lossy WebPs of the same size by more than encoding the
// original again at its own quality explains.
func Changed(ctx context.Context, original, copied *scan.Photo) ([]image.Rectangle, error) {
	before, err := lossyFilm(original)
	if err != nil {
		return nil, err
	}
	after, err := lossyFilm(copied)
	if err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	if before.picture.Rect != after.picture.Rect || (before.alpha == nil) != (after.alpha == nil) {
		return nil, errors.New("the size or transparency changed")
	}
	var all []image.Rectangle
	bounds := before.picture.Rect
	encoded := webp.Compare(before.picture, after.picture, before.quality)
	for y := 0; y < bounds.Max.Y; y += macroblock {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for x := 0; x < bounds.Max.X; x += macroblock {
			r := image.Rect(x, y, x+macroblock, y+macroblock).Intersect(bounds)
			if !before.differs(after, r) && encoded.Explains(x/macroblock, y/macroblock) {
				continue
			}
			if n := len(all) - 1; n >= 0 && all[n].Min.Y == y && all[n].Max.X == x {
				all[n].Max.X = r.Max.X
			} else {
				all = append(all, r)
			}
		}
	}
	return all, nil
}

func lossyFilm(p *scan.Photo) (*film, error) {
	f, err := parseWebP(p.Data)
	if err != nil {
		return nil, err
	}
	if f.lossy == nil {
		return nil, fmt.Errorf("%w: lossless WebP in place of a lossy one", ErrLayout)
	}
	return openFilm(p, f)
}

// differs compares the macroblock r of two films on average, for where samples were
// cut off at black or white nothing closer can be said.
func (f *film) differs(g *film, r image.Rectangle) bool {
	step := f.quality.Step()
	after := g.planes()
	for c, p := range f.planes() {
		q, s := after[c], r
		if c > 0 {
			s = image.Rect(r.Min.X/2, r.Min.Y/2, (r.Max.X+1)/2, (r.Max.Y+1)/2)
		}
		sum := 0
		for y := s.Min.Y; y < s.Max.Y; y++ {
			for x := s.Min.X; x < s.Max.X; x++ {
				d := int(p.samples[y*p.stride+x]) - int(q.samples[y*q.stride+x])
				sum += d * d
			}
		}
		// Uniform rounding of every coefficient gives a 48th of the square of a step.
		if sum > (step*step/8+slack)*s.Dx()*s.Dy() {
			return true
		}
	}
	if f.alpha == nil {
		return false
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		i, j := f.alpha.AOffset(r.Min.X, y), g.alpha.AOffset(r.Min.X, y)
		if string(f.alpha.A[i:i+r.Dx()]) != string(g.alpha.A[j:j+r.Dx()]) {
			return true
		}
	}
	return false
}

func unchangedWebP(ctx context.Context, original, redacted *scan.Photo, covered []image.Rectangle) error {
	if !Reencodes(original) {
		if Reencodes(redacted) {
			return fmt.Errorf("%w: lossy WebP in place of a lossless one", ErrLayout)
		}
		return unchangedCanvas(ctx, original, redacted, covered)
	}
	changed, err := Changed(ctx, original, redacted)
	if err != nil {
		return err
	}
	l := &layout{width: original.Width, height: original.Height, cell: image.Pt(macroblock, macroblock)}
	runs := coveredCells(l, covered)
	for _, r := range changed {
		for x := r.Min.X; x < r.Max.X; x += macroblock {
			inside := func(run [2]int) bool { return x/macroblock >= run[0] && x/macroblock < run[1] }
			if !slices.ContainsFunc(runs[r.Min.Y/macroblock], inside) {
				return fmt.Errorf("pixels differ outside the covered regions, at %d,%d", x, r.Min.Y)
			}
		}
	}
	return nil
}
