package xdisplay

import (
	"slices"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/xfixes"
	"github.com/jezek/xgb/xproto"
)

// pause is how long a [Pulse] waits between an answer and its next question.
const pause = 5 * time.Millisecond

// Pulse asks a window over and over whether it still answers, as window managers
// do by the _NET_WM_PING of the Extended Window Manager Hints. The goroutine that
// takes the window's events answers, so that the longest answer tells how long
// that was busy with something else.
type Pulse struct {
	stop  chan struct{}
	done  chan struct{}
	first chan struct{} // closed by the first answer

	times []time.Duration
}

// Pulse starts to ask window.
func (d *Display) Pulse(window uint32) *Pulse {
	d.t.Helper()
	conn := d.connect()
	protocols, ping := d.atom(conn, "WM_PROTOCOLS"), d.atom(conn, "_NET_WM_PING")
	// The answers are sent to the root window.
	err := xproto.ChangeWindowAttributesChecked(conn, d.root, xproto.CwEventMask, []uint32{xproto.EventMaskSubstructureNotify}).Check()
	if err != nil {
		d.t.Fatal(err)
	}
	answers := make(chan uint32)
	p := &Pulse{stop: make(chan struct{}), done: make(chan struct{}), first: make(chan struct{})}
	go each(conn, p.done, func(e xproto.ClientMessageEvent) {
		if e.Window == d.root && e.Type == protocols && xproto.Atom(e.Data.Data32[0]) == ping {
			select {
			case answers <- e.Data.Data32[1]:
			case <-p.done:
			}
		}
	})
	go func() {
		defer conn.Close()
		defer close(p.done)
		for n := uint32(1); ; n++ {
			message := xproto.ClientMessageEvent{Format: 32, Window: xproto.Window(window), Type: protocols,
				Data: xproto.ClientMessageDataUnionData32New([]uint32{uint32(ping), n, window, 0, 0})}
			asked := time.Now()
			xproto.SendEvent(conn, false, xproto.Window(window), 0, string(message.Bytes()))
			for answered := false; !answered; {
				select {
				case got := <-answers:
					answered = got == n
				case <-p.stop:
					p.times = append(p.times, time.Since(asked))
					return
				}
			}
			p.times = append(p.times, time.Since(asked))
			if n == 1 {
				close(p.first)
			}
			select {
			case <-time.After(pause):
			case <-p.stop:
				return
			}
		}
	}()
	return p
}

// Stop ends the questions and returns how long the answers took, the shortest
// first. One that is still missing counts with the time since its question.
func (p *Pulse) Stop() []time.Duration {
	close(p.stop)
	<-p.done
	slices.Sort(p.times)
	return p.times
}

// Answers waits until window answers one question of a [Pulse].
func (d *Display) Answers(window uint32) {
	d.t.Helper()
	p := d.Pulse(window)
	<-p.first
	p.Stop()
}

// Frames counts how often a window is drawn.
type Frames struct {
	conn *xgb.Conn
	done chan struct{}

	mu     sync.Mutex
	pixels int
	whole  int // pixels of the window
}

// Frames starts to count how often window is drawn, by the DAMAGE extension.
func (d *Display) Frames(window uint32) *Frames {
	d.t.Helper()
	conn := d.connect()
	fail := func(err error) {
		if err != nil {
			d.t.Helper()
			d.t.Fatal(err)
		}
	}
	fail(xfixes.Init(conn))
	fail(damage.Init(conn))
	_, err := damage.QueryVersion(conn, 1, 1).Reply() // before all else, says the protocol
	fail(err)
	size, err := xproto.GetGeometry(conn, xproto.Drawable(window)).Reply()
	fail(err)
	id, err := damage.NewDamageId(conn)
	fail(err)
	fail(damage.CreateChecked(conn, id, xproto.Drawable(window), damage.ReportLevelRawRectangles).Check())
	f := &Frames{conn: conn, done: make(chan struct{}), whole: int(size.Width) * int(size.Height)}
	go each(conn, f.done, func(e damage.NotifyEvent) {
		f.mu.Lock()
		f.pixels += int(e.Area.Width) * int(e.Area.Height)
		f.mu.Unlock()
	})
	return f
}

// Stop ends the count and returns how often the whole of the window was drawn.
func (f *Frames) Stop() float64 {
	close(f.done)
	f.conn.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	return float64(f.pixels) / float64(f.whole)
}

// each calls f with every event of its kind, until the connection or done ends.
func each[E xgb.Event](conn *xgb.Conn, done <-chan struct{}, f func(E)) {
	for {
		event, err := conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		select {
		case <-done:
			return
		default:
		}
		if e, ok := event.(E); ok {
			f(e)
		}
	}
}
