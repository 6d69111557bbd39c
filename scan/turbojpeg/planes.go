package turbojpeg

/*
#include <stdlib.h>
#include <turbojpeg.h>

// The arrays of pointers are made here: Go memory must not hold C pointers to it.
static int decodePlanes(tjhandle h, const unsigned char *src, unsigned long len, unsigned char *buf,
                        const unsigned long *at, int planes, int *strides, int width, int height) {
	unsigned char *p[3] = {NULL, NULL, NULL};
	for (int i = 0; i < planes; i++) p[i] = buf + at[i];
	return tjDecompressToYUVPlanes(h, src, len, p, width, strides, height, TJFLAG_LIMITSCANS);
}

static int drawPlanes(tjhandle h, const unsigned char *buf, const unsigned long *at, int planes,
                      const int *strides, int subsampling, unsigned char *dst, int width, int pitch, int height) {
	const unsigned char *p[3] = {NULL, NULL, NULL};
	for (int i = 0; i < planes; i++) p[i] = buf + at[i];
	return tjDecodeYUVPlanes(h, p, strides, subsampling, dst, width, pitch, height, TJPF_RGBA, 0);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"image"
	"sync"
	"unsafe"
)

// ErrNoPlanes is returned by [DecodePlanes] for a picture that is not YCbCr or grey.
var ErrNoPlanes = errors.New("turbojpeg: the picture is not YCbCr or grey")

// Planes is a whole picture at full size as the file holds it, luma and subsampled
// chroma: 1.5 bytes a pixel in 4:2:0, where RGBA takes 4. [Planes.Draw] makes the
// pixels of a part. It lies outside the memory that Go manages until it is closed.
type Planes struct {
	Width, Height int // pixels as stored

	mu          sync.RWMutex // held for writing by Close
	buf         *C.uchar
	at          [3]C.ulong // where each plane starts in buf
	strides     [3]C.int
	planes      C.int // 3, or 1 for grey
	subsampling C.int
}

// DecodePlanes decodes data, a picture of at most maxPixels. It returns
// [ErrNoPlanes] for colours that are not YCbCr or grey.
func DecodePlanes(data []byte, maxPixels int) (*Planes, error) {
	d, err := newDecoder(data)
	if err != nil {
		return nil, err
	}
	defer d.close()
	if d.colourSpace != C.TJCS_YCbCr && d.colourSpace != C.TJCS_GRAY {
		return nil, ErrNoPlanes
	}
	p := &Planes{Width: int(d.w), Height: int(d.h), planes: 3, subsampling: d.subsampling}
	if p.Width > maxPixels/p.Height {
		return nil, fmt.Errorf("turbojpeg: decode planes: %d×%d pixels are too many", p.Width, p.Height)
	}
	if d.subsampling == C.TJSAMP_GRAY {
		p.planes = 1
	}
	size := C.ulong(0)
	for i := range p.planes {
		p.at[i] = size
		p.strides[i] = C.tjPlaneWidth(i, d.w, d.subsampling)
		n := C.tjPlaneSizeYUV(i, d.w, 0, d.h, d.subsampling)
		if p.strides[i] <= 0 || n == 0 || n == ^C.ulong(0) {
			return nil, errors.New("turbojpeg: decode planes: no plane size")
		}
		size += n
	}
	if p.buf = (*C.uchar)(C.malloc(C.size_t(size))); p.buf == nil {
		return nil, errNoHandle
	}
	rc := C.decodePlanes(d.handle, bytePointer(data), C.ulong(len(data)), p.buf, &p.at[0], p.planes, &p.strides[0], d.w, d.h)
	if rc != 0 {
		p.Close()
		return nil, failure(d.handle, "decode planes")
	}
	return p, nil
}

// align is a multiple of the width and the height of every kind of MCU.
const align = 32

// Aligned is the least rectangle around r, cut to the picture, that [Planes.Draw]
// takes: its left and top are multiples of whole MCUs.
func (p *Planes) Aligned(r image.Rectangle) image.Rectangle {
	r = r.Intersect(image.Rect(0, 0, p.Width, p.Height))
	r.Min.X, r.Min.Y = r.Min.X/align*align, r.Min.Y/align*align
	return r
}

// Draw writes the pixels of r, as [Planes.Aligned] gives it, into the top left of
// dst, opaque. Chroma is not interpolated. It may be called from several goroutines
// at once.
func (p *Planes) Draw(dst *image.RGBA, r image.Rectangle) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	switch {
	case p.buf == nil:
		return errors.New("turbojpeg: draw planes: they are closed")
	case r.Empty() || r != p.Aligned(r):
		return fmt.Errorf("turbojpeg: draw planes: %v is not aligned within %d×%d", r, p.Width, p.Height)
	case dst.Rect.Dx() < r.Dx() || dst.Rect.Dy() < r.Dy():
		return fmt.Errorf("turbojpeg: draw planes: %v does not fit %v", r, dst.Rect)
	}
	h := C.tjInitDecompress()
	if h == nil {
		return errNoHandle
	}
	defer C.tjDestroy(h)
	at, strides := p.at, p.strides
	for i := range p.planes {
		// Widths of whole MCUs are scaled without a rest.
		x, y := C.ulong(0), C.ulong(0)
		if r.Min.X > 0 {
			x = C.ulong(C.tjPlaneWidth(i, C.int(r.Min.X), p.subsampling))
		}
		if r.Min.Y > 0 {
			y = C.ulong(C.tjPlaneHeight(i, C.int(r.Min.Y), p.subsampling))
		}
		at[i] += y*C.ulong(strides[i]) + x
	}
	start := dst.Pix[dst.PixOffset(dst.Rect.Min.X, dst.Rect.Min.Y):]
	rc := C.drawPlanes(h, p.buf, &at[0], p.planes, &strides[0], p.subsampling,
		bytePointer(start), C.int(r.Dx()), C.int(dst.Stride), C.int(r.Dy()))
	if rc != 0 {
		return failure(h, "draw planes")
	}
	return nil
}

// Close frees the planes. It may be called more than once, not for nothing: what
// it frees the garbage collector does not see.
func (p *Planes) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	C.free(unsafe.Pointer(p.buf))
	p.buf = nil
}
