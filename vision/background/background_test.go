package background

import (
	"context"
	"runtime"
	"testing"
)

func TestDoInForeground(t *testing.T) {
	ran := false
	Do(t.Context(), func() { ran = true })
	if !ran {
		t.Error("nothing ran")
	}
}

func TestPanicIsHandedOn(t *testing.T) {
	for name, ctx := range map[string]context.Context{"foreground": t.Context(), "background": Context(t.Context())} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if p := recover(); p != "broken" {
					t.Errorf("panic %v", p)
				}
			}()
			Do(ctx, func() { panic("broken") })
		})
	}
}

func BenchmarkDo(b *testing.B) {
	ctx, cancel := context.WithCancel(Context(b.Context()))
	defer cancel()
	for b.Loop() {
		Do(ctx, runtime.Gosched)
	}
}
