// Package portal asks the user for files with the desktop's own dialog, through
// xdg-desktop-portal. Start with [Open].
//
// The protocol is described in
// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.FileChooser.html.
package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// ErrUnavailable is wrapped by every error of [Open] that comes before a dialog was
// shown: this desktop has none to offer.
var ErrUnavailable = errors.New("the desktop offers no file dialog")

// patience is how long a desktop gets to say that it shows a dialog.
const patience = 3 * time.Second

const (
	service   = "org.freedesktop.portal.Desktop"
	object    = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	openFile  = "org.freedesktop.portal.FileChooser.OpenFile"
	requests  = "org.freedesktop.portal.Request"
	response  = "Response"
	closeCall = requests + ".Close"
)

// Options say what is asked for.
type Options struct {
	Parent    string // the window that asks: "x11:" and its number in hexadecimal, or empty
	Title     string
	Accept    string // on the button that ends it
	Folder    bool   // a folder, else files
	Multiple  bool   // more than one
	Start     string // folder in which it starts; empty for the desktop's choice
	Kind      string // what files of Types are called; empty shows all
	AllKinds  string // what all files are called
	MIMETypes []string
}

// filter is one kind of files to choose from.
type filter struct {
	Name  string
	Rules []rule
}

// rule matches files: by a MIME type where Type is 1, by a glob where it is 0.
type rule struct {
	Type    uint32
	Pattern string
}

// Open shows the dialog and waits until the user has chosen or ctx ends, which takes the
// dialog away. It returns nothing, and no error, where the user cancels.
func Open(ctx context.Context, o Options) ([]string, error) {
	conn, err := connect()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer conn.Close()
	if err := conn.AddMatchSignal(dbus.WithMatchInterface(requests), dbus.WithMatchMember(response)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	signals := make(chan *dbus.Signal, 8)
	conn.Signal(signals)

	asked, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var handle dbus.ObjectPath
	call := conn.Object(service, object).CallWithContext(asked, openFile, 0, o.Parent, o.Title, o.variants())
	if err := call.Store(&handle); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	for {
		select {
		case <-ctx.Done():
			conn.Object(service, handle).Call(closeCall, dbus.FlagNoReplyExpected)
			return nil, ctx.Err()
		case s, ok := <-signals:
			if !ok {
				return nil, errors.New("the desktop's file dialog is gone")
			}
			if s.Path == handle && s.Name == requests+"."+response {
				return answer(s.Body)
			}
		}
	}
}

// connect connects to the session's bus, if there is one: none is started.
func connect() (*dbus.Conn, error) {
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if address == "" {
		socket := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")
		if _, err := os.Stat(socket); err != nil || !filepath.IsAbs(socket) {
			return nil, errors.New("the session has no bus")
		}
		address = "unix:path=" + dbus.EscapeBusAddressValue(socket)
	}
	return dbus.Connect(address)
}

func (o Options) variants() map[string]dbus.Variant {
	v := map[string]dbus.Variant{
		"handle_token": dbus.MakeVariant("blindspot" + rand.Text()),
		"modal":        dbus.MakeVariant(true),
		"directory":    dbus.MakeVariant(o.Folder),
		"multiple":     dbus.MakeVariant(o.Multiple),
	}
	if o.Accept != "" {
		v["accept_label"] = dbus.MakeVariant(o.Accept)
	}
	if o.Start != "" {
		v["current_folder"] = dbus.MakeVariant(append([]byte(o.Start), 0))
	}
	if o.Kind != "" && !o.Folder {
		photos := filter{Name: o.Kind}
		for _, t := range o.MIMETypes {
			photos.Rules = append(photos.Rules, rule{1, t})
		}
		v["filters"] = dbus.MakeVariant([]filter{photos, {o.AllKinds, []rule{{0, "*"}}}})
	}
	return v
}

// What a response says of itself.
const (
	chosen    = 0
	cancelled = 1
)

// answer reads the response to a request.
func answer(body []any) ([]string, error) {
	var status uint32
	var results map[string]dbus.Variant
	if err := dbus.Store(body, &status, &results); err != nil {
		return nil, fmt.Errorf("reading what the desktop's file dialog gave: %w", err)
	}
	switch status {
	case chosen:
	case cancelled:
		return nil, nil
	default:
		return nil, fmt.Errorf("the desktop's file dialog ended with status %d", status)
	}
	uris, ok := results["uris"].Value().([]string)
	if !ok {
		return nil, fmt.Errorf("the desktop's file dialog gave %v, which are no files", results["uris"])
	}
	var paths []string
	for _, uri := range uris {
		u, err := url.Parse(uri)
		if err != nil || u.Scheme != "file" || !filepath.IsAbs(u.Path) {
			return nil, fmt.Errorf("the desktop's file dialog gave %q, which is no file", uri)
		}
		paths = append(paths, u.Path)
	}
	return paths, nil
}
