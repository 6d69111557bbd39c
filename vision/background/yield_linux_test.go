package background

import (
	"context"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// nice is the nice value of the calling thread.
func nice(t *testing.T) int {
	t.Helper()
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	return 20 - raw // as the system call gives it, getpriority(2)
}

func TestOnlyBackgroundYields(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	usual, own := nice(t), unix.Gettid()
	if usual == lowest {
		t.Skip("the test itself runs with the lowest priority")
	}
	derived, cancel := context.WithCancel(Context(t.Context()))
	defer cancel()
	for range 100 { // threads are used again, these must not
		Do(derived, func() {
			if n := nice(t); n != lowest || unix.Gettid() == own {
				t.Errorf("in the background: nice %d, on the caller's thread: %v", n, unix.Gettid() == own)
			}
		})
		done := make(chan int)
		go func() { done <- nice(t) }()
		if n := <-done; n != usual {
			t.Fatalf("another goroutine has nice %d after it, not %d", n, usual)
		}
	}
	Do(t.Context(), func() {
		if n := nice(t); n != usual || unix.Gettid() != own {
			t.Errorf("in the foreground: nice %d, not %d", n, usual)
		}
	})
}
