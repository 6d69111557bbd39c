// Package turbojpeg is the little of libturbojpeg's 2.x API that the program
// needs: a scaled decode, one into planes of which parts are looked at, and a
// transform whose filters see the DCT coefficients.
//
// Every function makes its own handle and destroys it: a handle that is used
// again keeps options and errors of the call before. Every function may be
// called from any goroutine.
//
// The library returns -1 for warnings too and does not tell them apart from
// errors, so a picture with a warning is refused here.
package turbojpeg

/*
#cgo LDFLAGS: -lturbojpeg
#include <stdint.h>
#include <string.h>
#include <turbojpeg.h>

extern int blindspotFilter(short *, tjregion, tjregion, int, int, uintptr_t);

static int filter(short *coeffs, tjregion array, tjregion plane, int component,
                  int pass, struct tjtransform *t) {
	return blindspotFilter(coeffs, array, plane, component, pass, (uintptr_t)t->data);
}

// transform runs one or two passes over one entropy decode. Only the second writes a file.
static int transform(tjhandle h, const unsigned char *src, unsigned long len, uintptr_t data,
                     int passes, int options, unsigned char **dst, unsigned long *dstLen) {
	tjtransform t[2];
	unsigned char *bufs[2] = {NULL, NULL};
	unsigned long lens[2] = {0, 0};
	int rc;
	memset(t, 0, sizeof t);
	for (int i = 0; i < 2; i++) {
		t[i].op = TJXOP_NONE;
		t[i].options = options;
		t[i].customFilter = filter;
		t[i].data = (void *)data;
	}
	t[0].options |= TJXOPT_NOOUTPUT;
	rc = tjTransform(h, src, len, passes, bufs, lens, t, TJFLAG_LIMITSCANS);
	*dst = bufs[1];
	*dstLen = lens[1];
	return rc;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"image"
	"math"
	"runtime/cgo"
	"unsafe"
)

var errNoHandle = errors.New("turbojpeg: out of memory")

// Header is what a JPEG says about its picture.
type Header struct {
	Width, Height int // pixels as stored, both at least 1
}

// ReadHeader reads the size of the picture in data. It fails for a file without
// a frame header and for sampling factors that the library does not know.
func ReadHeader(data []byte) (Header, error) {
	d, err := newDecoder(data)
	if err != nil {
		return Header{}, err
	}
	defer d.close()
	return Header{int(d.w), int(d.h)}, nil
}

// decoder is a handle for one operation on data, and the frame header of data as the
// library understands it.
type decoder struct {
	handle                         C.tjhandle
	data                           []byte
	w, h, subsampling, colourSpace C.int
}

// newDecoder reads the frame header of data. The caller closes the decoder.
func newDecoder(data []byte) (*decoder, error) {
	if len(data) == 0 {
		return nil, errors.New("turbojpeg: read header: no data")
	}
	d := &decoder{handle: C.tjInitDecompress(), data: data}
	if d.handle == nil {
		return nil, errNoHandle
	}
	if C.tjDecompressHeader3(d.handle, bytePointer(data), C.ulong(len(data)), &d.w, &d.h, &d.subsampling, &d.colourSpace) != 0 {
		defer d.close()
		return nil, failure(d.handle, "read header")
	}
	if d.w < 1 || d.h < 1 { // seen without an error
		d.close()
		return nil, errors.New("turbojpeg: read header: no picture size")
	}
	return d, nil
}

func (d *decoder) close() { C.tjDestroy(d.handle) }

// pixels decodes the whole picture, scaled to w × h, into pix, whose rows are stride
// bytes apart.
func (d *decoder) pixels(pix []byte, stride int, w, h, format C.int) error {
	rc := C.tjDecompress2(d.handle, bytePointer(d.data), C.ulong(len(d.data)), bytePointer(pix),
		w, C.int(stride), h, format, C.TJFLAG_LIMITSCANS)
	if rc != 0 {
		return failure(d.handle, "decode")
	}
	return nil
}

// Decode decodes the picture in data, 1/denom as wide and as high, rounded up.
// denom is 1, 2, 4 or 8. The caller bounds the size, by [ReadHeader]: 4 bytes
// are taken for each pixel of the result. CMYK and YCCK are refused.
func Decode(data []byte, denom int) (*image.RGBA, error) {
	switch denom {
	case 1, 2, 4, 8:
	default:
		return nil, fmt.Errorf("turbojpeg: decode at 1/%d", denom)
	}
	d, err := newDecoder(data)
	if err != nil {
		return nil, err
	}
	defer d.close()
	n := C.int(denom)
	w, h := (d.w+n-1)/n, (d.h+n-1)/n
	img := image.NewRGBA(image.Rect(0, 0, int(w), int(h)))
	if err := d.pixels(img.Pix, img.Stride, w, h, C.TJPF_RGBA); err != nil {
		return nil, err
	}
	return img, nil
}

// DecodeCMYK decodes the picture in data as it is stored, which must be in CMYK. The
// caller bounds the size, by [ReadHeader]: 4 bytes are taken for each pixel.
func DecodeCMYK(data []byte) (*image.CMYK, error) {
	d, err := newDecoder(data)
	if err != nil {
		return nil, err
	}
	defer d.close()
	if d.colourSpace != C.TJCS_CMYK {
		return nil, errors.New("turbojpeg: decode: not in CMYK")
	}
	img := image.NewCMYK(image.Rect(0, 0, int(d.w), int(d.h)))
	if err := d.pixels(img.Pix, img.Stride, d.w, d.h, C.TJPF_CMYK); err != nil {
		return nil, err
	}
	return img, nil
}

// Blocks is one row of DCT blocks of one component.
type Blocks struct {
	Component int // index in the frame header
	Row       int // from the top, in blocks
	Rows      int // rows of the component that hold picture; Row may lie past them
	// Coeffs are the quantised coefficients of each block in natural order, from
	// the left. They are valid, and may be changed, until the filter returns.
	Coeffs [][64]int16
}

// Filter is called for every row of blocks, component after component.
type Filter func(Blocks) error

// Read entropy-decodes data and shows all coefficients to read. It returns the
// error of read as it is; a panic in read becomes an error.
func Read(data []byte, read Filter) error {
	_, err := transform(data, 0, read)
	return err
}

// Transform entropy-decodes data, shows all coefficients to read, then all to
// write, and encodes them as write left them: with the standard Huffman tables,
// or progressively with tables of its own. No metadata is copied, save for what
// a JFIF and an Adobe marker say. It returns the error of a filter as it is; a
// panic in a filter becomes an error.
func Transform(data []byte, progressive bool, read, write Filter) ([]byte, error) {
	options := C.TJXOPT_COPYNONE
	if progressive {
		options |= C.TJXOPT_PROGRESSIVE
	}
	return transform(data, C.int(options), read, write)
}

func transform(data []byte, options C.int, filters ...Filter) ([]byte, error) {
	if len(data) == 0 {
		return nil, errors.New("turbojpeg: transform: no data")
	}
	h := C.tjInitTransform()
	if h == nil {
		return nil, errNoHandle
	}
	defer C.tjDestroy(h)
	call := &transformCall{filters: filters}
	self := cgo.NewHandle(call)
	defer self.Delete()
	var dst *C.uchar
	var n C.ulong
	rc := C.transform(h, bytePointer(data), C.ulong(len(data)), C.uintptr_t(self),
		C.int(len(filters)), options, &dst, &n)
	defer C.tjFree(dst)
	if call.err != nil {
		return nil, call.err
	}
	if rc != 0 {
		return nil, failure(h, "transform")
	}
	if len(filters) == 1 {
		return nil, nil
	}
	if n == 0 || n > math.MaxInt32 {
		return nil, fmt.Errorf("turbojpeg: transform: result of %d bytes", uint64(n))
	}
	return C.GoBytes(unsafe.Pointer(dst), C.int(n)), nil
}

type transformCall struct {
	filters []Filter // by pass
	err     error
}

//export blindspotFilter
func blindspotFilter(coeffs *C.short, array, plane C.tjregion, component, pass C.int, data C.uintptr_t) (rc C.int) {
	call := cgo.Handle(data).Value().(*transformCall)
	defer func() { // a panic must not unwind the library's frames
		if p := recover(); p != nil {
			call.err = fmt.Errorf("turbojpeg: filter: %v", p)
			rc = -1
		}
	}()
	call.err = call.filters[pass](Blocks{
		Component: int(component),
		Row:       int(array.y) / 8,
		Rows:      int(plane.h) / 8,
		Coeffs:    unsafe.Slice((*[64]int16)(unsafe.Pointer(coeffs)), int(array.w)/8),
	})
	if call.err != nil {
		return -1
	}
	return 0
}

func bytePointer(b []byte) *C.uchar { return (*C.uchar)(unsafe.Pointer(unsafe.SliceData(b))) }

func failure(h C.tjhandle, doing string) error {
	return fmt.Errorf("turbojpeg: %s: %s", doing, C.GoString(C.tjGetErrorStr2(h)))
}
