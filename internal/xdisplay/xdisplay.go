// Package xdisplay is an X11 display without a screen, and a user in front of
// it who looks, moves the mouse and types, for tests. Start with [Start].
package xdisplay

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"blindspot/internal/testenv"
)

// Width and Height are the display's size in pixels.
const (
	Width  = 1400
	Height = 900
)

// step is how long a user takes between two events. A window that draws sixty
// times a second sees each.
const step = 30 * time.Millisecond

// notch is how long a step of a wheel takes that is turned fast.
const notch = time.Second / 60

// Display is one X server. It is not safe for concurrent use.
type Display struct {
	Name string // as DISPLAY wants it, ":99"

	t    testing.TB
	conn *xgb.Conn
	root xproto.Window
	keys map[Key]xproto.Keycode
}

// Start starts Xvfb on a display number of its own and connects to it. The test
// is skipped where Xvfb is missing, and fails where CI is true. The display ends
// with the test.
func Start(t testing.TB) *Display {
	t.Helper()
	xvfb := testenv.Program(t, "Xvfb")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// It writes the number of the display that it found free to descriptor 3.
	cmd := exec.Command(xvfb, "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", Width, Height), "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb gave no display: %v", err)
	}
	xgb.Logger.SetOutput(io.Discard) // it tells of the authority file that we need not
	d := &Display{Name: ":" + strings.TrimSpace(number), t: t}
	if d.conn, err = xgb.NewConnDisplay(d.Name); err != nil {
		t.Fatalf("connect to display %s: %v", d.Name, err)
	}
	t.Cleanup(d.conn.Close)
	if err := xtest.Init(d.conn); err != nil {
		t.Fatalf("display %s: %v", d.Name, err)
	}
	d.root = xproto.Setup(d.conn).DefaultScreen(d.conn).Root
	d.readKeys()
	return d
}

// Window waits until a visible window has a title that holds text, and returns
// its id.
func (d *Display) Window(ctx context.Context, text string) (uint32, error) {
	for {
		tree, err := xproto.QueryTree(d.conn, d.root).Reply()
		if err != nil {
			return 0, err
		}
		for _, w := range tree.Children {
			attributes, err := xproto.GetWindowAttributes(d.conn, w).Reply()
			if err == nil && attributes.MapState == xproto.MapStateViewable && strings.Contains(d.title(uint32(w)), text) {
				return uint32(w), nil
			}
		}
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("no window whose title holds %q: %w", text, ctx.Err())
		case <-time.After(step / 3):
		}
	}
}

// title is a window's title, empty where it has none.
func (d *Display) title(window uint32) string {
	for _, name := range []string{"_NET_WM_NAME", "WM_NAME"} {
		atom, err := xproto.InternAtom(d.conn, true, uint16(len(name)), name).Reply()
		if err != nil || atom.Atom == 0 {
			continue
		}
		p, err := xproto.GetProperty(d.conn, false, xproto.Window(window), atom.Atom, xproto.GetPropertyTypeAny, 0, 1024).Reply()
		if err == nil && len(p.Value) > 0 {
			return string(p.Value)
		}
	}
	return ""
}

// Resize moves a window to the display's corner and gives it a size, as a window
// manager does.
func (d *Display) Resize(window uint32, width, height int) {
	d.t.Helper()
	err := xproto.ConfigureWindowChecked(d.conn, xproto.Window(window),
		xproto.ConfigWindowX|xproto.ConfigWindowY|xproto.ConfigWindowWidth|xproto.ConfigWindowHeight,
		[]uint32{0, 0, uint32(width), uint32(height)}).Check()
	if err != nil {
		d.t.Fatal(err)
	}
}

// Focus gives a window the keyboard, as a window manager does.
func (d *Display) Focus(window uint32) {
	d.t.Helper()
	err := xproto.SetInputFocusChecked(d.conn, xproto.InputFocusPointerRoot, xproto.Window(window), xproto.TimeCurrentTime).Check()
	if err != nil {
		d.t.Fatal(err)
	}
}

// Click presses and releases the left button at p, in pixels of the display.
func (d *Display) Click(p image.Point) {
	const left = 1
	d.t.Helper()
	d.move(p)
	d.fake(xproto.ButtonPress, left)
	d.fake(xproto.ButtonRelease, left)
}

// Wheel turns the wheel at p, by steps towards the user or, below 0, away. It takes a
// notch for each, however long the display takes to hear of it.
func (d *Display) Wheel(p image.Point, steps int) {
	d.t.Helper()
	button := byte(5)
	if steps < 0 {
		button, steps = 4, -steps
	}
	d.move(p)
	began := time.Now()
	for i := range steps {
		xtest.FakeInput(d.conn, xproto.ButtonPress, button, 0, d.root, 0, 0, 0)
		released := xtest.FakeInputChecked(d.conn, xproto.ButtonRelease, button, 0, d.root, 0, 0, 0)
		if i == steps-1 {
			if err := released.Check(); err != nil { // all before it have come through too
				d.t.Fatal(err)
			}
		}
		time.Sleep(time.Until(began.Add(time.Duration(i+1) * notch)))
	}
}

// Drag draws a line with the left button held down.
func (d *Display) Drag(from, to image.Point) {
	d.t.Helper()
	d.move(from)
	d.fake(xproto.ButtonPress, 1)
	const steps = 8
	for i := 1; i <= steps; i++ {
		d.move(from.Add(to.Sub(from).Mul(i).Div(steps)))
	}
	d.fake(xproto.ButtonRelease, 1)
}

// Type presses keys together, in the order given: Type(KeyControl, 'o').
func (d *Display) Type(keys ...Key) {
	d.t.Helper()
	for _, key := range keys {
		d.fake(xproto.KeyPress, byte(d.keycode(key)))
	}
	for i := len(keys) - 1; i >= 0; i-- {
		d.fake(xproto.KeyRelease, byte(d.keycode(keys[i])))
	}
}

// Key is a keysym: a key that writes a letter has that letter's number.
type Key = xproto.Keysym

// Keys that write nothing, from X11's keysymdef.h.
const (
	KeyTab     Key = 0xff09
	KeyReturn  Key = 0xff0d
	KeyEscape  Key = 0xff1b
	KeyLeft    Key = 0xff51
	KeyUp      Key = 0xff52
	KeyRight   Key = 0xff53
	KeyDown    Key = 0xff54
	KeyF1      Key = 0xffbe
	KeyF2      Key = 0xffbf
	KeyShift   Key = 0xffe1
	KeyControl Key = 0xffe3
)

func (d *Display) keycode(key Key) xproto.Keycode {
	d.t.Helper()
	code, ok := d.keys[key]
	if !ok {
		d.t.Fatalf("the keyboard has no key %#x", key)
	}
	return code
}

func (d *Display) readKeys() {
	d.t.Helper()
	setup := xproto.Setup(d.conn)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	mapping, err := xproto.GetKeyboardMapping(d.conn, setup.MinKeycode, count).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	d.keys = map[Key]xproto.Keycode{}
	per := int(mapping.KeysymsPerKeycode)
	for i := 0; i < len(mapping.Keysyms); i += per {
		if key := mapping.Keysyms[i]; key != 0 {
			if _, ok := d.keys[key]; !ok {
				d.keys[key] = setup.MinKeycode + xproto.Keycode(i/per)
			}
		}
	}
}

func (d *Display) move(p image.Point) {
	d.t.Helper()
	err := xtest.FakeInputChecked(d.conn, xproto.MotionNotify, 0, 0, d.root, int16(p.X), int16(p.Y), 0).Check()
	if err != nil {
		d.t.Fatal(err)
	}
	time.Sleep(step)
}

func (d *Display) fake(kind, detail byte) {
	d.t.Helper()
	if err := xtest.FakeInputChecked(d.conn, kind, detail, 0, d.root, 0, 0, 0).Check(); err != nil {
		d.t.Fatal(err)
	}
	time.Sleep(step)
}

// PictureOf is what r of the display shows.
func (d *Display) PictureOf(r image.Rectangle) *image.RGBA {
	d.t.Helper()
	reply, err := xproto.GetImage(d.conn, xproto.ImageFormatZPixmap, xproto.Drawable(d.root),
		int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), ^uint32(0)).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	picture := image.NewRGBA(r)
	for i := 0; i+3 < len(reply.Data) && i+3 < len(picture.Pix); i += 4 { // BGRX, as Xvfb stores depth 24
		picture.Pix[i], picture.Pix[i+1], picture.Pix[i+2], picture.Pix[i+3] = reply.Data[i+2], reply.Data[i+1], reply.Data[i], 0xff
	}
	return picture
}

// connect is a further connection, for what goes on beside all else. It ends with
// the test.
func (d *Display) connect() *xgb.Conn {
	d.t.Helper()
	conn, err := xgb.NewConnDisplay(d.Name)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(conn.Close)
	return conn
}

func (d *Display) atom(conn *xgb.Conn, name string) xproto.Atom {
	d.t.Helper()
	reply, err := xproto.InternAtom(conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	return reply.Atom
}
