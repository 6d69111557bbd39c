// Package xdnd drops files onto a window of an X11 display as a file manager
// does, so that a test can do what a user does. It plays the source's side of
// the XDND protocol, version 5 (freedesktop.org/wiki/Specifications/XDND).
// Start with [Drop].
package xdnd

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// version of the protocol, as XdndEnter gives it in its highest byte.
const version = 5

// ErrRefused is returned by [Drop] if the window takes no files.
var ErrRefused = errors.New("the window refused the drop")

var atomNames = []string{
	"XdndEnter", "XdndPosition", "XdndStatus", "XdndDrop", "XdndFinished",
	"XdndSelection", "XdndActionCopy", "text/uri-list",
}

type source struct {
	conn   *xgb.Conn
	root   xproto.Window
	window xproto.Window // our own, which owns the selection
	target xproto.Window
	atoms  map[string]xproto.Atom
	events chan xgb.Event
	data   []byte // the files as text/uri-list
}

// Drop drops files onto window target of the X11 display named display (as
// ":99"), at x, y in pixels from the window's top left, and returns once the
// window has taken them. It blocks until then or until ctx ends.
func Drop(ctx context.Context, display string, target uint32, x, y int, files ...string) error {
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return fmt.Errorf("connect to display %s: %w", display, err)
	}
	data, err := uriList(files)
	if err != nil {
		conn.Close()
		return err
	}
	s := &source{
		conn:   conn,
		root:   xproto.Setup(conn).DefaultScreen(conn).Root,
		target: xproto.Window(target),
		atoms:  map[string]xproto.Atom{},
		events: make(chan xgb.Event),
		data:   data,
	}
	done := make(chan struct{})
	defer func() {
		conn.Close()
		close(done)
	}()
	if err := s.own(); err != nil {
		return fmt.Errorf("prepare the drop: %w", err)
	}
	go s.receive(done)
	return s.play(ctx, x, y)
}

// own makes our window and gives it the selection that the target will ask for.
func (s *source) own() error {
	for _, name := range atomNames {
		reply, err := xproto.InternAtom(s.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		s.atoms[name] = reply.Atom
	}
	var err error
	if s.window, err = xproto.NewWindowId(s.conn); err != nil {
		return err
	}
	err = xproto.CreateWindowChecked(s.conn, 0, s.window, s.root, -10, -10, 1, 1, 0,
		xproto.WindowClassInputOutput, 0, 0, nil).Check()
	if err != nil {
		return err
	}
	return xproto.SetSelectionOwnerChecked(s.conn, s.window, s.atoms["XdndSelection"], xproto.TimeCurrentTime).Check()
}

// play is the conversation: enter, move, drop, until the target has finished.
func (s *source) play(ctx context.Context, x, y int) error {
	at, err := xproto.TranslateCoordinates(s.conn, s.target, s.root, int16(x), int16(y)).Reply()
	if err != nil {
		return fmt.Errorf("find the window to drop on: %w", err)
	}
	place := uint32(uint16(at.DstX))<<16 | uint32(uint16(at.DstY))
	s.send("XdndEnter", version<<24, uint32(s.atoms["text/uri-list"]), 0, 0)
	s.send("XdndPosition", 0, place, xproto.TimeCurrentTime, uint32(s.atoms["XdndActionCopy"]))
	status, err := s.await(ctx, "XdndStatus")
	if err != nil {
		return err
	}
	if status.Data.Data32[1]&1 == 0 {
		return ErrRefused
	}
	s.send("XdndDrop", 0, xproto.TimeCurrentTime, 0, 0)
	// GLFW puts the number of bytes where XdndFinished says whether the drop was
	// accepted, so only XdndStatus can refuse.
	_, err = s.await(ctx, "XdndFinished")
	return err
}

// await serves the target's requests for the files until it sends want.
func (s *source) await(ctx context.Context, want string) (xproto.ClientMessageEvent, error) {
	for {
		select {
		case <-ctx.Done():
			return xproto.ClientMessageEvent{}, fmt.Errorf("wait for %s: %w", want, ctx.Err())
		case event, ok := <-s.events:
			if !ok {
				return xproto.ClientMessageEvent{}, fmt.Errorf("wait for %s: the display is gone", want)
			}
			switch e := event.(type) {
			case xproto.SelectionRequestEvent:
				s.serve(e)
			case xproto.ClientMessageEvent:
				if e.Type == s.atoms[want] {
					return e, nil
				}
			}
		}
	}
}

func (s *source) serve(e xproto.SelectionRequestEvent) {
	xproto.ChangeProperty(s.conn, xproto.PropModeReplace, e.Requestor, e.Property, e.Target, 8,
		uint32(len(s.data)), s.data)
	answer := xproto.SelectionNotifyEvent{
		Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: e.Property,
	}
	xproto.SendEvent(s.conn, false, e.Requestor, 0, string(answer.Bytes()))
}

func (s *source) send(message string, data ...uint32) {
	event := xproto.ClientMessageEvent{
		Format: 32, Window: s.target, Type: s.atoms[message],
		Data: xproto.ClientMessageDataUnionData32New(append([]uint32{uint32(s.window)}, data...)),
	}
	xproto.SendEvent(s.conn, false, s.target, 0, string(event.Bytes()))
}

// receive hands on events until the connection or the drop ends.
func (s *source) receive(done <-chan struct{}) {
	defer close(s.events)
	for {
		event, err := s.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		if event == nil {
			continue // an error of a request that nobody waits for
		}
		select {
		case s.events <- event:
		case <-done:
			return
		}
	}
}

// uriList is files as text/uri-list (RFC 2483).
func uriList(files []string) ([]byte, error) {
	var b strings.Builder
	for _, file := range files {
		absolute, err := filepath.Abs(file)
		if err != nil {
			return nil, err
		}
		b.WriteString((&url.URL{Scheme: "file", Path: absolute}).String() + "\r\n")
	}
	return []byte(b.String()), nil
}
