package scrub

import (
	"bytes"
	"slices"
	"testing"
)

// A sound animation stays as it is; a second header of a frame goes, and the
// numbers behind it close up.
func TestAnimationStays(t *testing.T) {
	still := plainPNG(t)
	idat := bytes.Index(still, []byte("IDAT")) - 4
	pixels := string(still[idat+8 : len(still)-12-4])
	animated := func(frames ...[]byte) []byte {
		file := slices.Concat(still[:idat], appendChunk(nil, "acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}), fcTL(0, ""), still[idat:])
		return beforeEnd(file, frames...)
	}
	want := animated(fcTL(1, ""), fdAT(2, pixels))
	_, r := cleanBytes(t, want)
	if !bytes.Equal(r.Data, want) {
		t.Error("a sound animation was changed")
	}
	_, r = cleanBytes(t, animated(fcTL(1, ""), fcTL(2, canary[:6]), fdAT(3, pixels)))
	if !bytes.Equal(r.Data, want) {
		t.Error("a frame's second header left more than the animation without it")
	}

	frame := riffChunk("ANMF", slices.Concat(make([]byte, 16), plainWebP()[12:]))
	file := riff(riffChunk("VP8X", []byte{webpAnimation, 0, 0, 0, 0, 0, 0, 0, 0, 0}), riffChunk("ANIM", make([]byte, 6)), frame, frame)
	if _, r = cleanBytes(t, file); !bytes.Equal(r.Data, file) {
		t.Error("a sound animated WebP was changed")
	}
}
