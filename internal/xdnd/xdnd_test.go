package xdnd_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"blindspot/internal/xdisplay"
	"blindspot/internal/xdnd"
)

// target is the other side of the protocol: a window that takes a drop, or not.
type target struct {
	conn    *xgb.Conn
	window  xproto.Window
	accepts bool
	got     chan string
}

func newTarget(t *testing.T, display string, accepts bool) *target {
	t.Helper()
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	window, err := xproto.NewWindowId(conn)
	if err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	err = xproto.CreateWindowChecked(conn, 0, window, root, 20, 30, 100, 100, 0, xproto.WindowClassInputOutput, 0, 0, nil).Check()
	if err != nil {
		t.Fatal(err)
	}
	g := &target{conn: conn, window: window, accepts: accepts, got: make(chan string, 1)}
	go g.run()
	return g
}

func (g *target) atom(name string) xproto.Atom {
	reply, err := xproto.InternAtom(g.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0
	}
	return reply.Atom
}

func (g *target) answer(to uint32, name string, data ...uint32) {
	e := xproto.ClientMessageEvent{Format: 32, Window: xproto.Window(to), Type: g.atom(name),
		Data: xproto.ClientMessageDataUnionData32New(append(data, make([]uint32, 5-len(data))...))}
	xproto.SendEvent(g.conn, false, xproto.Window(to), 0, string(e.Bytes()))
}

func (g *target) run() {
	var from uint32
	for {
		event, err := g.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		switch e := event.(type) {
		case xproto.ClientMessageEvent:
			from = e.Data.Data32[0]
			switch e.Type {
			case g.atom("XdndPosition"):
				accept := uint32(0)
				if g.accepts {
					accept = 1
				}
				g.answer(from, "XdndStatus", uint32(g.window), accept)
			case g.atom("XdndDrop"):
				xproto.ConvertSelection(g.conn, g.window, g.atom("XdndSelection"), g.atom("text/uri-list"), g.atom("XdndSelection"), xproto.TimeCurrentTime)
			}
		case xproto.SelectionNotifyEvent:
			p, err := xproto.GetProperty(g.conn, true, g.window, e.Property, xproto.GetPropertyTypeAny, 0, 1024).Reply()
			if err != nil {
				return
			}
			g.got <- string(p.Value)
			g.answer(from, "XdndFinished", uint32(g.window), 1)
		}
	}
}

func TestDropHandsOverTheFiles(t *testing.T) {
	display := xdisplay.Start(t)
	g := newTarget(t, display.Name, true)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	dir := t.TempDir()
	err := xdnd.Drop(ctx, display.Name, uint32(g.window), 10, 10, filepath.Join(dir, "a photo é.jpg"), filepath.Join(dir, "b.png"))
	if err != nil {
		t.Fatal(err)
	}
	want := "file://" + dir + "/a%20photo%20%C3%A9.jpg\r\nfile://" + dir + "/b.png\r\n"
	if got := <-g.got; got != want {
		t.Errorf("the window got %q, want %q", got, want)
	}
}

func TestDropIsRefused(t *testing.T) {
	display := xdisplay.Start(t)
	g := newTarget(t, display.Name, false)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := xdnd.Drop(ctx, display.Name, uint32(g.window), 10, 10, "a.jpg"); !errors.Is(err, xdnd.ErrRefused) {
		t.Errorf("a window that takes nothing: %v, want %v", err, xdnd.ErrRefused)
	}
}

func TestDropEndsWithItsContext(t *testing.T) {
	display := xdisplay.Start(t)
	conn, err := xgb.NewConnDisplay(display.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	root := xproto.Setup(conn).DefaultScreen(conn).Root // answers nothing
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := xdnd.Drop(ctx, display.Name, uint32(root), 10, 10, "a.jpg"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a window that answers nothing: %v, want %v", err, context.DeadlineExceeded)
	}
}
