// Package background lets long work yield to whoever sits before the program. A
// window that works under a context of [Context] stays quick while every core is
// busy, for what is run by [Do] then takes the time that is left.
package background

import (
	"context"
	"runtime"
)

type key struct{}

// Context is parent for work that yields.
func Context(parent context.Context) context.Context {
	return context.WithValue(parent, key{}, true)
}

// Do calls f and returns when f does. Where ctx is one of [Context], or made of one,
// f runs on a thread of its own, with the lowest priority where the system knows
// priorities of threads. f should spend its time outside Go: a collection of garbage
// waits for every thread that runs Go. A panic of f is one of Do.
func Do(ctx context.Context, f func()) {
	if yields, _ := ctx.Value(key{}).(bool); !yields {
		f()
		return
	}
	ended := make(chan any)
	go func() {
		// Never unlocked: the thread ends with the goroutine, for who may lower a
		// priority may not raise it again.
		runtime.LockOSThread()
		defer func() { ended <- recover() }()
		yield()
		f()
	}()
	if p := <-ended; p != nil {
		panic(p)
	}
}
