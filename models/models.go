// Package models knows which detectors and which ONNX Runtime Blindspot uses,
// where they lie, and how they are installed. Start with [Open].
//
// Everything that is installed is pinned in manifest.json by size and SHA-256:
// a source is only a way to get at those bytes. No function but [Store.Install]
// makes a network connection.
//
// # Where files lie
//
// The user's data folder holds what was installed, as models/FILE and lib/FILE. A
// package of the program may bring the same files with it: they lie beside the
// executable or in ../lib/blindspot as seen from it, in folders of the same names.
// Each file is looked for in the user's folder first. What came with the program
// is only read, and compared with its pin as everything else is.
package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// ErrMissing is wrapped where a model or the runtime library is not installed.
var ErrMissing = errors.New("not installed")

// ErrCorrupt is wrapped where a file is not the pinned one.
var ErrCorrupt = errors.New("not the pinned file")

// RuntimeTask is the task that [Store.List] gives the ONNX Runtime library.
const RuntimeTask = "runtime"

// Store is the folder that models are installed in, together with those that came
// with the program. It holds no state of its own and is safe for concurrent use.
type Store struct {
	dir      string   // the user's data folder
	bundled  []string // folders that came with the program, laid out like dir
	manifest manifest
	platform string       // GOOS/GOARCH
	client   *http.Client // for models' upstream addresses
	near     []string     // folders above which shared/models and shared/places are looked for
	exeDir   string       // folder of the executable
	libDirs  []string     // where the system keeps libraries
	getenv   func(string) string
	fetchers fetchers
}

// Open returns the store in the user's data folder: BLINDSPOT_DATA, else
// XDG_DATA_HOME/blindspot, else the platform's own. It creates nothing.
func Open() (*Store, error) {
	m, err := readManifest()
	if err != nil {
		return nil, err
	}
	dir, err := dataDir(runtime.GOOS, os.Getenv, os.UserHomeDir)
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	s := &Store{
		dir:      dir,
		manifest: m,
		platform: runtime.GOOS + "/" + runtime.GOARCH,
		client:   newClient(),
		libDirs:  systemLibDirs(runtime.GOOS, runtime.GOARCH),
		getenv:   os.Getenv,
		fetchers: programs(),
	}
	if exe, err := os.Executable(); err == nil {
		if resolved, err := filepath.EvalSymlinks(exe); err == nil {
			exe = resolved
		}
		s.exeDir = filepath.Dir(exe)
		s.bundled = []string{s.exeDir, filepath.Join(s.exeDir, "..", "lib", "blindspot")}
		s.near = append(s.near, s.exeDir)
	}
	if wd, err := os.Getwd(); err == nil {
		s.near = append(s.near, wd)
	}
	return s, nil
}

// dataDir is the folder for this program's data on the given system.
func dataDir(goos string, getenv func(string) string, home func() (string, error)) (string, error) {
	if dir := getenv("BLINDSPOT_DATA"); dir != "" {
		return filepath.Abs(dir)
	}
	// The XDG specification tells programs to ignore relative paths.
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "blindspot"), nil
	}
	if goos == "windows" {
		if dir := getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "Blindspot"), nil
		}
	}
	h, err := home()
	if err != nil {
		return "", err
	}
	switch goos {
	case "windows":
		return filepath.Join(h, "AppData", "Local", "Blindspot"), nil
	case "darwin":
		return filepath.Join(h, "Library", "Application Support", "Blindspot"), nil
	}
	return filepath.Join(h, ".local", "share", "blindspot"), nil
}

// Dir is the user's data folder, in which models are one folder among others.
func (s *Store) Dir() string { return s.dir }

func modelPath(dir string, m Model) string     { return filepath.Join(dir, "models", m.File) }
func runtimePath(dir string, l Library) string { return filepath.Join(dir, "lib", l.File) }

// dirs are the folders that files are looked for in, the user's first.
func (s *Store) dirs() []string { return append([]string{s.dir}, s.bundled...) }

// modelPaths are the files of m's size, the user's first.
func (s *Store) modelPaths(m Model) []string {
	var found []string
	for _, dir := range s.dirs() {
		if path := modelPath(dir, m); hasSize(path, m.Size) {
			found = append(found, path)
		}
	}
	return found
}

// Status is what [Store.List] says of one model.
type Status struct {
	Model
	Installed bool
	Path      string // empty where not installed
	Bundled   bool   // it came with the program and lies outside the user's folder
}

// List says for each model of the manifest, and for the ONNX Runtime library
// (task "runtime"), whether it is installed. It checks size, not content.
func (s *Store) List() []Status {
	var all []Status
	for _, m := range s.manifest.Models {
		st := Status{Model: m}
		if paths := s.modelPaths(m); len(paths) > 0 {
			st.Installed, st.Path = true, paths[0]
			st.Bundled = paths[0] != modelPath(s.dir, m)
		}
		all = append(all, st)
	}
	rt := Status{Model: Model{Name: "onnxruntime", Task: RuntimeTask, Licence: "MIT"}}
	if libs := s.libraries(); len(libs) > 0 {
		l := libs[0]
		rt.File, rt.Size, rt.SHA256, rt.Licence, rt.URL = l.File, l.Size, l.SHA256, l.Licence, l.Origin()
	}
	if path, err := s.Runtime(); err == nil {
		rt.Installed, rt.Path = true, path
		for _, dir := range s.bundled {
			rt.Bundled = rt.Bundled || filepath.Dir(path) == filepath.Join(dir, "lib")
		}
	}
	return append(all, rt)
}

// Model is the manifest's entry for task, installed or not.
func (s *Store) Model(task string) (Model, bool) {
	i := slices.IndexFunc(s.manifest.Models, func(m Model) bool { return m.Task == task })
	if i < 0 {
		return Model{}, false
	}
	return s.manifest.Models[i], true
}

// Path is where the model for task lies; it wraps [ErrMissing] where it doesn't.
func (s *Store) Path(task string) (string, error) {
	m, ok := s.Model(task)
	if !ok {
		return "", fmt.Errorf("model for %s: not in the manifest: %w", task, ErrMissing)
	}
	paths := s.modelPaths(m)
	if len(paths) == 0 {
		return "", fmt.Errorf("model for %s (%s): %w", task, m.Name, ErrMissing)
	}
	return paths[0], nil
}

// Read is the content of the model for task. A file that is not the pinned one
// gives way to a bundled one that is. It wraps [ErrMissing] where none is
// installed, and [ErrCorrupt] where none is the pinned one.
func (s *Store) Read(task string) ([]byte, error) {
	if _, err := s.Path(task); err != nil {
		return nil, err
	}
	m, _ := s.Model(task)
	var errs []error
	for _, path := range s.modelPaths(m) {
		data, err := readPinned(path, m)
		if err == nil {
			return data, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("model for %s (%s): %w", task, m.Name, errors.Join(errs...))
}

// readPinned reads the file at path, which has to be m's.
func readPinned(path string, m Model) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, m.Size)
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	sum := sha256.Sum256(data[:n])
	if err := compare(int64(n), m.Size, sum[:], m.SHA256); err != nil {
		return nil, fmt.Errorf("%s is damaged or was changed, install it again: %w", path, err)
	}
	return data, nil
}

// libraries are the pinned ONNX Runtime builds for this platform, best first.
func (s *Store) libraries() []Library {
	var l []Library
	for _, lib := range s.manifest.Runtimes {
		if lib.Platform == s.platform {
			l = append(l, lib)
		}
	}
	return l
}

// Runtime is the path of the ONNX Runtime library: BLINDSPOT_ONNXRUNTIME, beside
// the executable, in the data folder, among what came with the program, where the
// system keeps libraries. It wraps [ErrMissing] where there is none; a
// BLINDSPOT_ONNXRUNTIME that names no file is an error, so that a misspelt path does
// not end in another library.
func (s *Store) Runtime() (string, error) {
	path, ok, err := s.ownRuntime()
	if ok || err != nil {
		return path, err
	}
	for _, dir := range s.libDirs {
		if path, ok := libraryIn(dir); ok {
			return path, nil
		}
	}
	return "", fmt.Errorf("ONNX Runtime library: %w", ErrMissing)
}

// VerifyRuntime compares the library at path, as [Store.Runtime] gives it, with
// the pinned one, and wraps [ErrCorrupt] where it is another. A library that
// neither [Store.Install] nor a package of the program put there is the user's own
// choice and passes.
func (s *Store) VerifyRuntime(path string) error {
	for _, dir := range s.dirs() {
		for _, l := range s.libraries() {
			if path != runtimePath(dir, l) || !hasSize(path, l.Size) {
				continue
			}
			if err := verifyFile(context.Background(), path, l.Size, l.SHA256); err != nil {
				return fmt.Errorf("ONNX Runtime library %s is damaged or was changed, install it again: %w", path, err)
			}
			return nil
		}
	}
	return nil
}

// ownRuntime is [Store.Runtime] without the system's folders, whose library may
// be too old and does not stand in for an installed one.
func (s *Store) ownRuntime() (path string, ok bool, err error) {
	if path := s.getenv("BLINDSPOT_ONNXRUNTIME"); path != "" {
		if !isFile(path) {
			return "", false, fmt.Errorf("BLINDSPOT_ONNXRUNTIME: %s is no file: %w", path, ErrMissing)
		}
		return path, true, nil
	}
	if s.exeDir != "" {
		if path, ok := libraryIn(s.exeDir); ok {
			return path, true, nil
		}
	}
	for _, dir := range s.dirs() {
		for _, l := range s.libraries() {
			if path := runtimePath(dir, l); hasSize(path, l.Size) {
				return path, true, nil
			}
		}
	}
	return "", false, nil
}

// libraryNames are the file names under which ONNX Runtime is shipped.
var libraryNames = map[string][]string{
	"windows": {"onnxruntime.dll"},
	"darwin":  {"libonnxruntime.dylib", "libonnxruntime.1.dylib"},
	"linux":   {"libonnxruntime.so", "libonnxruntime.so.1"},
}

func libraryIn(dir string) (string, bool) {
	for _, name := range libraryNames[runtime.GOOS] {
		if path := filepath.Join(dir, name); isFile(path) {
			return path, true
		}
	}
	return "", false
}

func systemLibDirs(goos, goarch string) []string {
	switch goos {
	case "linux":
		dirs := []string{"/usr/local/lib", "/usr/lib64", "/usr/lib"}
		if triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[goarch]; triplet != "" {
			dirs = append([]string{"/usr/local/lib/" + triplet, "/usr/lib/" + triplet}, dirs...)
		}
		return dirs
	case "darwin":
		return []string{"/opt/homebrew/lib", "/usr/local/lib"}
	}
	return nil
}

// Verify reads every installed and every bundled file and compares its SHA-256.
// Errors of single files wrap [ErrCorrupt] and are joined; what is not there is no
// error. A runtime library of the user's own cannot be judged and is passed over.
func (s *Store) Verify(ctx context.Context) error {
	var errs []error
	check := func(name, path string, size int64, sum string) {
		if !isFile(path) || ctx.Err() != nil {
			return
		}
		if err := verifyFile(ctx, path, size, sum); err != nil {
			errs = append(errs, fmt.Errorf("verify %s: %s: %w", name, path, err))
		}
	}
	libs := s.libraries()
	for _, dir := range s.dirs() {
		for _, m := range s.manifest.Models {
			check(m.Name, modelPath(dir, m), m.Size, m.SHA256)
		}
		if len(libs) == 0 {
			continue
		}
		// Platforms with two pinned builds keep either under one name.
		l := libs[0]
		if i := slices.IndexFunc(libs, func(l Library) bool { return hasSize(runtimePath(dir, l), l.Size) }); i >= 0 {
			l = libs[i]
		}
		check("onnxruntime", runtimePath(dir, l), l.Size, l.SHA256)
	}
	return errors.Join(append(errs, ctx.Err())...)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func hasSize(path string, size int64) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() == size
}

// verifyFile reads path and compares it with what is pinned.
func verifyFile(ctx context.Context, path string, size int64, sum string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(contextReader{ctx, f}, size+1))
	if err != nil {
		return err
	}
	return compare(n, size, h.Sum(nil), sum)
}

func compare(n, size int64, sum []byte, want string) error {
	if n != size {
		return fmt.Errorf("%w: %s bytes, %d expected", ErrCorrupt, atMost(n, size), size)
	}
	if got := hex.EncodeToString(sum); got != want {
		return fmt.Errorf("%w: its SHA-256 is %s, %s expected", ErrCorrupt, got, want)
	}
	return nil
}

// atMost writes n, of which no more than limit+1 were counted.
func atMost(n, limit int64) string {
	if n > limit {
		return fmt.Sprintf("more than %d", limit)
	}
	return fmt.Sprint(n)
}

// contextReader ends reading when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
