package xdisplay

import (
	"encoding/binary"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Copy puts text into the clipboard, as a file manager does with the paths of
// files. It stays there until the test ends or something else is copied.
func (d *Display) Copy(text string) {
	d.t.Helper()
	conn := d.connect()
	atom := func(name string) xproto.Atom { return d.atom(conn, name) }
	c := &clipboard{conn: conn, text: text, targets: atom("TARGETS"), utf8: atom("UTF8_STRING")}
	window, err := xproto.NewWindowId(conn)
	if err != nil {
		d.t.Fatal(err)
	}
	err = xproto.CreateWindowChecked(conn, 0, window, d.root, -10, -10, 1, 1, 0, xproto.WindowClassInputOutput, 0, 0, nil).Check()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := xproto.SetSelectionOwnerChecked(conn, window, atom("CLIPBOARD"), xproto.TimeCurrentTime).Check(); err != nil {
		d.t.Fatal(err)
	}
	go c.serve()
}

// clipboard answers those who ask for what was copied (ICCCM 2.0, section 2).
type clipboard struct {
	conn          *xgb.Conn
	text          string
	targets, utf8 xproto.Atom
}

// serve answers until the connection ends.
func (c *clipboard) serve() {
	for {
		event, err := c.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		asked, ok := event.(xproto.SelectionRequestEvent)
		if !ok {
			continue
		}
		answer := xproto.SelectionNotifyEvent{Time: asked.Time, Requestor: asked.Requestor, Selection: asked.Selection, Target: asked.Target}
		switch asked.Target {
		case c.utf8:
			xproto.ChangeProperty(c.conn, xproto.PropModeReplace, asked.Requestor, asked.Property, c.utf8, 8, uint32(len(c.text)), []byte(c.text))
			answer.Property = asked.Property
		case c.targets:
			var list []byte
			for _, a := range []xproto.Atom{c.targets, c.utf8} {
				list = binary.LittleEndian.AppendUint32(list, uint32(a))
			}
			xproto.ChangeProperty(c.conn, xproto.PropModeReplace, asked.Requestor, asked.Property, xproto.AtomAtom, 32, 2, list)
			answer.Property = asked.Property
		}
		xproto.SendEvent(c.conn, false, asked.Requestor, 0, string(answer.Bytes()))
	}
}
