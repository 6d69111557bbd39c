package testenv

import (
	"runtime/metrics"
	"testing"
)

// Allocates fails the test if fn takes more than most bytes of memory, all
// together, however soon it gives them back. Nothing else may run meanwhile.
func Allocates(t testing.TB, most int64, fn func()) {
	t.Helper()
	taken := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(taken)
	before := taken[0].Value.Uint64()
	fn()
	metrics.Read(taken)
	if n := int64(taken[0].Value.Uint64() - before); n > most {
		t.Errorf("%d bytes of memory were taken, not %d", n, most)
	}
}
