package export

import "sync"

// maxKeptBuffer bounds the memory that is kept for the next photo: almost all photos
// are smaller.
const maxKeptBuffer = 64 << 20

// buffers are memory for whole files, used for one photo after the other: without,
// most of the time that a batch takes beside its photos goes to new memory. They are
// safe for concurrent use.
type buffers struct{ pool sync.Pool }

// get is a buffer that nothing else uses. Where it was too small, the caller leaves a
// larger one in its place.
func (b *buffers) get() *[]byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok {
		return buffer
	}
	return new([]byte)
}

// put takes back a buffer that nothing uses any more.
func (b *buffers) put(buffer *[]byte) {
	if cap(*buffer) <= maxKeptBuffer {
		b.pool.Put(buffer)
	}
}
