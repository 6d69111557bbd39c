package portal

import (
	"bufio"
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"blindspot/internal/testenv"
)

// bus starts a session bus for the test alone and returns its address.
func bus(t *testing.T) string {
	t.Helper()
	testenv.Program(t, "dbus-daemon")
	daemon := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	return address
}

// desktop is a portal that answers each request with status and results; without an
// answer it leaves the dialog open.
type desktop struct {
	conn    *dbus.Conn
	mu      sync.Mutex
	answers bool
	status  uint32
	results map[string]dbus.Variant
	asked   map[string]dbus.Variant // of the last request
	title   string
	closed  chan struct{}
}

const handle = dbus.ObjectPath("/org/freedesktop/portal/desktop/request/1_1/t")

// OpenFile is called over the bus.
func (d *desktop) OpenFile(_, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	d.mu.Lock()
	d.title, d.asked = title, options
	d.mu.Unlock()
	if d.answers {
		// Sooner than the call returns, as a quick portal may.
		_ = d.conn.Emit(handle, requests+"."+response, d.status, d.results)
	}
	return handle, nil
}

// Close is called over the bus.
func (d *desktop) Close() *dbus.Error {
	close(d.closed)
	return nil
}

func serve(t *testing.T, address string, d *desktop) {
	t.Helper()
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	d.conn, d.closed = conn, make(chan struct{})
	err = errors.Join(
		conn.Export(d, object, "org.freedesktop.portal.FileChooser"),
		conn.ExportMethodTable(map[string]any{"Close": d.Close}, handle, requests))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(service, dbus.NameFlagReplaceExisting); err != nil {
		t.Fatal(err)
	}
}

func TestOpen(t *testing.T) {
	for name, test := range map[string]struct {
		status uint32
		uris   any
		want   []string
		failed bool
	}{
		"several":      {0, []string{"file:///p/a%20b.jpg", "file:///p/c+d%C3%A9.jpg"}, []string{"/p/a b.jpg", "/p/c+dé.jpg"}, false},
		"cancelled":    {1, []string{}, nil, false},
		"ended":        {2, []string{}, nil, true},
		"no file":      {0, []string{"https://example.org/a.jpg"}, nil, true},
		"not a list":   {0, "file:///p/a.jpg", nil, true},
		"nothing said": {0, nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desktop{answers: true, status: test.status, results: map[string]dbus.Variant{}}
			if test.uris != nil {
				d.results["uris"] = dbus.MakeVariant(test.uris)
			}
			serve(t, bus(t), d)
			got, err := Open(t.Context(), Options{Title: "Add", Multiple: true, Start: "/p", Kind: "Photos", AllKinds: "All", MIMETypes: []string{"image/*"}})
			if !slices.Equal(got, test.want) || (err != nil) != test.failed || errors.Is(err, ErrUnavailable) {
				t.Errorf("%q, %v", got, err)
			}
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.title != "Add" || d.asked["multiple"].Value() != true || d.asked["directory"].Value() != false {
				t.Errorf("asked for %q with %v", d.title, d.asked)
			}
		})
	}
}

// What is asked for has the types that portals take.
func TestOptionsAreTyped(t *testing.T) {
	v := Options{Accept: "Add", Start: "/p", Kind: "Photos", AllKinds: "All", MIMETypes: []string{"image/*"}}.variants()
	for name, want := range map[string]string{"filters": "a(sa(us))", "current_folder": "ay", "multiple": "b", "directory": "b", "modal": "b", "accept_label": "s", "handle_token": "s"} {
		if got := v[name].Signature().String(); got != want {
			t.Errorf("%s has type %s, want %s", name, got, want)
		}
	}
}

func TestOpenEndsWithItsContext(t *testing.T) {
	d := &desktop{}
	serve(t, bus(t), d)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if got, err := Open(ctx, Options{Folder: true}); got != nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%q, %v", got, err)
	}
	select {
	case <-d.closed:
	case <-time.After(5 * time.Second):
		t.Error("the dialog stays")
	}
}

func TestOpenWithoutADesktop(t *testing.T) {
	bus(t)
	if _, err := Open(t.Context(), Options{}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a bus without a portal: %v", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if _, err := Open(t.Context(), Options{}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("no bus: %v", err)
	}
	t.Setenv("XDG_RUNTIME_DIR", "")
	if _, err := Open(t.Context(), Options{}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("no session: %v", err)
	}
}
