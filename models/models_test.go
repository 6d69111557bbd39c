package models

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

const libName = "libtest.so"

var (
	alpha   = []byte("the first model's bytes")
	beta    = bytes.Repeat([]byte("the second model's bytes "), 4000)
	library = bytes.Repeat([]byte{0x7f, 'E', 'L', 'F'}, 1000)
)

// testStore is a store with two models and one runtime library that lives in an
// npm package, in an empty data folder; serve answers for the upstream addresses.
func testStore(t *testing.T, serve http.HandlerFunc) *Store {
	t.Helper()
	srv := httptest.NewServer(serve)
	t.Cleanup(srv.Close)
	return &Store{
		dir: t.TempDir(),
		manifest: manifest{
			Models: []Model{
				{Name: "alpha", Task: "a", File: "alpha.onnx", Size: int64(len(alpha)), SHA256: sum(alpha), URL: srv.URL + "/alpha"},
				{Name: "beta", Task: "b", File: "beta.onnx", Size: int64(len(beta)), SHA256: sum(beta), URL: srv.URL + "/beta"},
			},
			Runtimes: []Library{{Platform: "test/test", File: libName, Size: int64(len(library)), SHA256: sum(library), Npm: "lib@1", Member: "package/lib.so"}},
		},
		platform: "test/test",
		client:   srv.Client(),
		getenv:   func(string) string { return "" },
		fetchers: fetchers{npm: func(_ context.Context, pkg, dir string) (string, error) {
			return writeArchive(t, dir, "package/lib.so", library), nil
		}},
	}
}

func writeArchive(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	w := tar.NewWriter(z)
	for _, f := range []struct {
		name string
		data []byte
	}{{"package/other", []byte("x")}, {name, data}} {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Size: int64(len(f.data)), Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "pkg.tgz")
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func both(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/alpha":
		w.Write(alpha)
	case "/beta":
		w.Write(beta)
	default:
		http.NotFound(w, r)
	}
}

func offline(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusBadGateway) }

// leftovers lists everything in the store that is not an installed file.
func leftovers(t *testing.T, s *Store) []string {
	t.Helper()
	known := map[string]bool{runtimePath(s.dir, s.manifest.Runtimes[0]): true}
	for _, m := range s.manifest.Models {
		known[modelPath(s.dir, m)] = true
	}
	var left []string
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !known[path] {
			left = append(left, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left
}

func TestInstallFromUpstream(t *testing.T) {
	s := testStore(t, both)
	var last = map[string]int64{}
	err := s.Install(context.Background(), InstallOptions{Progress: func(name string, done, total int64) { last[name] = done }})
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range s.List() {
		if !st.Installed || st.Path == "" {
			t.Errorf("%s is not installed", st.Name)
		}
	}
	if last["beta"] != int64(len(beta)) {
		t.Errorf("progress of beta ended at %d of %d", last["beta"], len(beta))
	}
	if got, err := os.ReadFile(mustPath(t, s, "b")); err != nil || !bytes.Equal(got, beta) {
		t.Errorf("beta: %v, right bytes: %v", err, bytes.Equal(got, beta))
	}
	if err := s.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	if left := leftovers(t, s); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func mustPath(t *testing.T, s *Store, task string) string {
	t.Helper()
	p, err := s.Path(task)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestInstallPrefersFolders(t *testing.T) {
	s := testStore(t, func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("connected for %s", r.URL.Path)
		http.NotFound(w, r)
	})
	from, above := t.TempDir(), t.TempDir()
	shared, places := filepath.Join(above, "shared", "models"), filepath.Join(above, "shared", "places")
	deep := filepath.Join(above, "checkout", "sub")
	for _, dir := range []string{shared, places, deep} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for path, data := range map[string][]byte{
		filepath.Join(from, "alpha.onnx"):  alpha,
		filepath.Join(places, "beta.onnx"): beta,
		filepath.Join(shared, libName):     library,
	} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s.near = []string{deep}
	s.fetchers.npm = func(context.Context, string, string) (string, error) {
		t.Error("ran npm")
		return "", errors.New("npm")
	}
	if err := s.Install(context.Background(), InstallOptions{From: from}); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestInstallFailures(t *testing.T) {
	tests := []struct {
		name  string
		serve http.HandlerFunc // for beta; alpha is always served
		want  string
	}{
		{"wrong hash", func(w http.ResponseWriter, r *http.Request) {
			bad := bytes.Clone(beta)
			bad[100] ^= 1
			w.Write(bad)
		}, "SHA-256"},
		{"too long", func(w http.ResponseWriter, r *http.Request) { w.Write(append(bytes.Clone(beta), 'x')) }, "more than"},
		{"too short", func(w http.ResponseWriter, r *http.Request) { w.Write(beta[:50]) }, "50 bytes"},
		{"cut", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(beta)))
			w.Write(beta[:5000])
			panic(http.ErrAbortHandler)
		}, "unexpected EOF"},
		{"not found", http.NotFound, "404"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := testStore(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/alpha" {
					both(w, r)
					return
				}
				tt.serve(w, r)
			})
			err := s.Install(context.Background(), InstallOptions{})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "beta") {
				t.Fatalf("error %v, want one about beta with %q", err, tt.want)
			}
			if _, err := s.Path("b"); !errors.Is(err, ErrMissing) {
				t.Errorf("beta is there: %v", err)
			}
			if left := leftovers(t, s); left != nil {
				t.Errorf("left behind: %v", left)
			}
			mustPath(t, s, "a")
			if _, err := s.Runtime(); err != nil {
				t.Errorf("the runtime was not installed: %v", err)
			}
		})
	}
}

// TestInstallUnwritable stands for a full disk: the folder cannot take a file.
func TestInstallUnwritable(t *testing.T) {
	s := testStore(t, both)
	if err := os.WriteFile(filepath.Join(s.dir, "models"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err := s.Install(context.Background(), InstallOptions{})
	if err == nil || !strings.Contains(err.Error(), "alpha") {
		t.Fatalf("error %v, want one about alpha", err)
	}
	if _, err := s.Runtime(); err != nil {
		t.Errorf("the runtime was not installed: %v", err)
	}
}

func TestInstallCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	started := make(chan struct{})
	s := testStore(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(beta[:10])
		w.(http.Flusher).Flush()
		close(started)
		<-r.Context().Done()
	})
	s.manifest.Models = s.manifest.Models[1:]
	go func() { <-started; cancel() }()
	if err := s.Install(ctx, InstallOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want %v", err, context.Canceled)
	}
	if left := leftovers(t, s); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// TestInstallRepairs replaces a file whose size is right and whose bytes are not.
func TestInstallRepairs(t *testing.T) {
	s := testStore(t, both)
	ctx := context.Background()
	if err := s.Install(ctx, InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{mustPath(t, s, "a"), runtimePath(s.dir, s.manifest.Runtimes[0])} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[3] ^= 1
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Verify(ctx)
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "alpha") || !strings.Contains(err.Error(), "onnxruntime") {
		t.Fatalf("Verify: %v, want both damaged files named", err)
	}
	if err := s.Install(ctx, InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(ctx); err != nil {
		t.Error(err)
	}
}

func TestRuntimeArchive(t *testing.T) {
	tests := map[string]struct {
		member string
		data   []byte
	}{
		"absent":     {"package/another.so", library},
		"wrong size": {"package/lib.so", library[:10]},
		"wrong hash": {"package/lib.so", bytes.Repeat([]byte("nope"), 1000)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := testStore(t, both)
			var tmp string
			s.fetchers.npm = func(_ context.Context, _, dir string) (string, error) {
				tmp = dir
				return writeArchive(t, dir, tt.member, tt.data), nil
			}
			if err := s.Install(context.Background(), InstallOptions{}); err == nil || !strings.Contains(err.Error(), "onnxruntime") {
				t.Fatalf("error %v, want one about onnxruntime", err)
			}
			if _, err := s.Runtime(); !errors.Is(err, ErrMissing) {
				t.Errorf("a runtime is there: %v", err)
			}
			if _, err := os.Stat(tmp); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the archive's folder is still there: %v", err)
			}
			mustPath(t, s, "b")
		})
	}
}

func TestInstallOffline(t *testing.T) {
	s := testStore(t, offline)
	s.fetchers.npm = func(context.Context, string, string) (string, error) { return "", errors.New("npm is not installed") }
	err := s.Install(context.Background(), InstallOptions{})
	for _, want := range []string{"alpha", "beta", "onnxruntime", "502", "npm"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
}

func TestRuntimeOrder(t *testing.T) {
	s := testStore(t, both)
	if _, err := s.Runtime(); !errors.Is(err, ErrMissing) {
		t.Fatalf("nothing is installed, and Runtime says %v", err)
	}
	put := func(path string, data []byte) string {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	names := libraryNames[runtime.GOOS]
	sys, exe := t.TempDir(), t.TempDir()
	s.libDirs, s.exeDir = []string{sys}, exe
	expect := func(want string) {
		t.Helper()
		if got, err := s.Runtime(); err != nil || got != want {
			t.Errorf("Runtime is %s, %v; want %s", got, err, want)
		}
	}
	expect(put(filepath.Join(sys, names[len(names)-1]), library))
	expect(put(runtimePath(s.dir, s.manifest.Runtimes[0]), library))
	expect(put(filepath.Join(exe, names[0]), library))
	own := put(filepath.Join(t.TempDir(), "mine.so"), library)
	s.getenv = func(string) string { return own }
	expect(own)
	s.getenv = func(string) string { return own + "x" }
	if _, err := s.Runtime(); !errors.Is(err, ErrMissing) {
		t.Errorf("a misspelt override gives %v", err)
	}
}

// bundle lays alpha, beta and the library into a folder that came with the program.
func bundle(t *testing.T, s *Store) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s.bundled = []string{filepath.Join(dir, "none"), dir}
	for _, f := range []struct {
		path string
		data []byte
	}{
		{modelPath(dir, s.manifest.Models[0]), alpha},
		{modelPath(dir, s.manifest.Models[1]), beta},
		{runtimePath(dir, s.manifest.Runtimes[0]), library},
	} {
		if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.path, f.data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// damage changes one bit of the file at path and nothing of its size.
func damage(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func unreached(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("connected for %s", r.URL.Path)
		http.NotFound(w, r)
	}
}

// TestBundled finds what came with the program, and fetches none of it.
func TestBundled(t *testing.T) {
	s := testStore(t, unreached(t))
	dir := bundle(t, s)
	for _, st := range s.List() {
		if !st.Installed || !st.Bundled || !strings.HasPrefix(st.Path, dir) {
			t.Errorf("%s: installed %v, bundled %v, at %s", st.Name, st.Installed, st.Bundled, st.Path)
		}
	}
	if data, err := s.Read("b"); err != nil || !bytes.Equal(data, beta) {
		t.Errorf("Read: right bytes %v, %v", bytes.Equal(data, beta), err)
	}
	if err := errors.Join(s.Install(t.Context(), InstallOptions{}), s.Verify(t.Context())); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
		t.Errorf("the user's folder holds %v, %v", entries, err)
	}
}

// TestBundledAndInstalled prefers the user's files, and falls back on the others.
func TestBundledAndInstalled(t *testing.T) {
	s := testStore(t, both)
	if err := s.Install(t.Context(), InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	bundle(t, s)
	for _, st := range s.List() {
		if st.Bundled || !strings.HasPrefix(st.Path, s.dir) {
			t.Errorf("%s: bundled %v, at %s", st.Name, st.Bundled, st.Path)
		}
	}
	damage(t, mustPath(t, s, "a"))
	if data, err := s.Read("a"); err != nil || !bytes.Equal(data, alpha) {
		t.Errorf("with a damaged file of the user's: %v, %v", data, err)
	}
	if err := s.Verify(t.Context()); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), s.dir) {
		t.Errorf("Verify: %v, want one that names the user's file", err)
	}
	// What came with the program mends the user's, without a network.
	s.client = &http.Client{Transport: noNetwork{t}}
	if err := errors.Join(s.Install(t.Context(), InstallOptions{}), s.Verify(t.Context())); err != nil {
		t.Error(err)
	}
}

// TestBundledDamaged fetches what came damaged into the user's folder.
func TestBundledDamaged(t *testing.T) {
	s := testStore(t, both)
	dir := bundle(t, s)
	lib := runtimePath(dir, s.manifest.Runtimes[0])
	damage(t, modelPath(dir, s.manifest.Models[0]))
	damage(t, lib)
	if _, err := s.Read("a"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("Read: %v", err)
	}
	if err := s.VerifyRuntime(lib); !errors.Is(err, ErrCorrupt) {
		t.Errorf("VerifyRuntime: %v", err)
	}
	err := s.Verify(t.Context())
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "alpha") || !strings.Contains(err.Error(), lib) {
		t.Errorf("Verify: %v, want both damaged files named", err)
	}
	if err := s.Install(t.Context(), InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	if data, err := s.Read("a"); err != nil || !bytes.Equal(data, alpha) {
		t.Errorf("Read: %q, %v", data, err)
	}
	if path, err := s.Runtime(); err != nil || path != runtimePath(s.dir, s.manifest.Runtimes[0]) || s.VerifyRuntime(path) != nil {
		t.Errorf("Runtime: %s, %v", path, err)
	}
	if p := mustPath(t, s, "b"); !strings.HasPrefix(p, dir) {
		t.Errorf("beta was whole and is now at %s", p)
	}
}

// noNetwork fails a test that makes a connection.
type noNetwork struct{ t *testing.T }

func (n noNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("connected for %s", r.URL)
	return nil, errors.New("no network")
}

// TestInstallUnreachable asks a server that is not there once, not for each file.
func TestInstallUnreachable(t *testing.T) {
	s := testStore(t, both)
	asked := 0
	s.client = &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		asked++
		return nil, errors.New("no route to host")
	})}
	err := s.Install(t.Context(), InstallOptions{})
	for _, want := range []string{"install alpha: from " + s.manifest.Models[0].URL, "install beta: from " + s.manifest.Models[1].URL, "no route to host"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %q", err, want)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	if _, err := s.Runtime(); err != nil {
		t.Errorf("the runtime was not installed: %v", err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDataDir(t *testing.T) {
	home := func() (string, error) { return "/home/u", nil }
	tests := []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", nil, "/home/u/.local/share/blindspot"},
		{"linux", map[string]string{"XDG_DATA_HOME": "/x"}, "/x/blindspot"},
		{"linux", map[string]string{"XDG_DATA_HOME": "relative"}, "/home/u/.local/share/blindspot"},
		{"linux", map[string]string{"XDG_DATA_HOME": "/x", "BLINDSPOT_DATA": "/d"}, "/d"},
		{"darwin", nil, "/home/u/Library/Application Support/Blindspot"},
		{"windows", map[string]string{"LOCALAPPDATA": "/l"}, "/l/Blindspot"},
	}
	for _, tt := range tests {
		got, err := dataDir(tt.goos, func(k string) string { return tt.env[k] }, home)
		if err != nil || got != filepath.FromSlash(tt.want) {
			t.Errorf("%s %v: %s, %v; want %s", tt.goos, tt.env, got, err, tt.want)
		}
	}
}

func TestManifest(t *testing.T) {
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	tasks := map[string]bool{}
	for _, e := range m.Models {
		if tasks[e.Task] {
			t.Errorf("two models for %s", e.Task)
		}
		tasks[e.Task] = true
		u, err := url.Parse(e.URL)
		if err != nil || u.Scheme != "https" {
			t.Errorf("%s: address %s", e.Name, e.URL)
		}
		if len(e.SHA256) != 64 || e.Size <= 0 || e.Licence == "" || filepath.Base(e.File) != e.File {
			t.Errorf("%s: incomplete", e.Name)
		}
		if n := e.Network; n != nil && (n.Decoder == "" || n.Input == "" || len(n.Outputs) == 0 || n.Std[0] == 0) {
			t.Errorf("%s: incomplete network", e.Name)
		}
	}
	for task, isNetwork := range map[string]bool{
		"faces": true, "faces-second": true, "objects": true, "plates": true, "text-regions": true, "text-reading": true, "face-embedding": true,
		"places": false, "outline-countries": false, "outline-land": false,
	} {
		i := slices.IndexFunc(m.Models, func(e Model) bool { return e.Task == task })
		if i < 0 {
			t.Errorf("nothing for %s", task)
		} else if (m.Models[i].Network != nil) != isNetwork {
			t.Errorf("%s: network %v", task, m.Models[i].Network)
		}
	}
	for _, l := range m.Runtimes {
		if len(l.SHA256) != 64 || l.Size <= 0 || (l.Npm == "") == (l.Module == "") {
			t.Errorf("%s: incomplete", l.Platform)
		}
	}
}

// TestRead gives the pinned bytes and no others, whatever the file's size.
func TestRead(t *testing.T) {
	s := testStore(t, both)
	if _, err := s.Read("a"); !errors.Is(err, ErrMissing) {
		t.Errorf("nothing installed: %v", err)
	}
	if err := s.Install(t.Context(), InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	if data, err := s.Read("a"); err != nil || !bytes.Equal(data, alpha) {
		t.Errorf("read %q, %v", data, err)
	}
	lib := runtimePath(s.dir, s.manifest.Runtimes[0])
	if err := s.VerifyRuntime(lib); err != nil {
		t.Error(err)
	}
	for _, path := range []string{mustPath(t, s, "a"), lib} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)-1] ^= 1
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Read("a"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("one bit changed in a model: %v", err)
	}
	if err := s.VerifyRuntime(lib); !errors.Is(err, ErrCorrupt) {
		t.Errorf("one bit changed in the library: %v", err)
	}
	other := filepath.Join(t.TempDir(), libName)
	if err := os.WriteFile(other, library[1:], 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.VerifyRuntime(other); err != nil {
		t.Errorf("a library of the user's own: %v", err)
	}
}

// BenchmarkVerifyRuntime is what every start pays for it.
func BenchmarkVerifyRuntime(b *testing.B) {
	s, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	path, err := s.Runtime()
	if err != nil {
		testenv.Missing(b, "the runtime library is not installed (make deps): "+err.Error())
	}
	for b.Loop() {
		if err := s.VerifyRuntime(path); err != nil {
			b.Fatal(err)
		}
	}
}

// TestPinnedFiles compares the manifest with the files that it pins.
func TestPinnedFiles(t *testing.T) {
	networks, data := testenv.Models(t), testenv.Places(t)
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range m.Models {
		dir := networks
		if e.Network == nil {
			dir = data
		}
		if err := verifyFile(context.Background(), filepath.Join(dir, e.File), e.Size, e.SHA256); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
		if e.Task == "text-reading" {
			dict, err := os.ReadFile(filepath.Join(dir, "en_dict.txt"))
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(string(dict), "\n", "") + " "; e.Network.Alphabet != want {
				t.Errorf("alphabet %q, want %q", e.Network.Alphabet, want)
			}
		}
	}
}

func TestDownloadedDir(t *testing.T) {
	if dir, err := downloadedDir([]byte(`{"Path":"m","Dir":"/cache/m@v1"}`), nil); err != nil || dir != "/cache/m@v1" {
		t.Errorf("%s, %v", dir, err)
	}
	if _, err := downloadedDir([]byte(`{"Error":"no such module"}`), errors.New("exit status 1")); err == nil || !strings.Contains(err.Error(), "no such module") {
		t.Errorf("error %v", err)
	}
	if _, err := downloadedDir(nil, errors.New("exit status 1")); err == nil {
		t.Error("no error")
	}
}

// TestInstallManifest installs every model of the manifest from a server that has
// the files under the paths that the manifest names.
func TestInstallManifest(t *testing.T) {
	networks, data := testenv.Models(t), testenv.Places(t)
	m, err := readManifest()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{} // by path on the server
	for _, e := range m.Models {
		u, err := url.Parse(e.URL)
		if err != nil {
			t.Fatal(err)
		}
		files[u.Path] = filepath.Join(networks, e.File)
		if e.Network == nil {
			files[u.Path] = filepath.Join(data, e.File)
		}
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, ok := files[r.URL.Path]; ok {
			http.ServeFile(w, r, path)
			return
		}
		http.NotFound(w, r)
	}))
	defer srv.Close()
	server, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "mine.so")
	if err := os.WriteFile(own, library, 0o644); err != nil {
		t.Fatal(err)
	}
	client := newClient()
	transport := client.Transport
	client.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Host = server.Scheme, server.Host
		return transport.RoundTrip(r)
	})
	s := &Store{dir: t.TempDir(), manifest: m, platform: "test/test", client: client, getenv: func(string) string { return own }}
	if err := errors.Join(s.Install(t.Context(), InstallOptions{}), s.Verify(t.Context())); err != nil {
		t.Fatal(err)
	}
	for _, st := range s.List() {
		if !st.Installed {
			t.Errorf("%s is not installed", st.Name)
		}
	}
}
