package models

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// downloadTimeout ends a model's download that a stalled server keeps open.
	downloadTimeout = 10 * time.Minute
	// connectTimeout is how long a server may take to be connected to, and
	// answerTimeout how long until it begins to answer: without a network, nobody
	// should wait for long to hear so.
	connectTimeout = 10 * time.Second
	answerTimeout  = 30 * time.Second
	// packageTimeout ends the download of a package, the largest of which has
	// some 100 MB.
	packageTimeout = time.Hour
	// maxArchive bounds what is unpacked of a package (the pinned one holds some
	// 260 MB), so that a forged one cannot keep the reader busy for ever.
	maxArchive = 1 << 30
	// tempPrefix marks files that are being written; staleAfter tells those of a
	// process that was killed from those of one that runs.
	tempPrefix = ".install-"
	staleAfter = time.Hour
)

// newClient makes the client that downloads models.
func newClient() *http.Client {
	dialer := &net.Dialer{Timeout: connectTimeout}
	return &http.Client{Timeout: downloadTimeout, Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: answerTimeout,
	}}
}

// errElsewhere says that a source does not have the file, which is worth no word
// where another one has it.
var errElsewhere = errors.New("not there")

// Progress is called while something is installed; total is 0 where unknown. It
// is called from the goroutine that called [Store.Install].
type Progress func(name string, done, total int64)

// InstallOptions say where to take models from.
type InstallOptions struct {
	From     string // a folder to take files from, first
	Progress Progress
}

// source is one way to get at a pinned file.
type source struct {
	name string
	open func(ctx context.Context, progress func(done, total int64)) (io.ReadCloser, error)
}

// fetchers get a member of a package by a program that is installed; they are
// fields so that tests do without a network.
type fetchers struct {
	npm    func(ctx context.Context, pkg, dir string) (archive string, err error)
	module func(ctx context.Context, module string) (dir string, err error)
}

// Install fetches what is missing or damaged into the user's folder, verifies it
// and renames it into place; what came with the program whole is not fetched. Each
// file is taken from o.From, else from what came with the program, else from the
// shared/models or shared/places folder above the executable or the working
// directory, else from its upstream address; the ONNX Runtime library from the same
// folders, else from the package that carries it. A server that could not be
// reached for one file is not asked for the next. Errors of single files are
// joined, the others are installed all the same, and nothing is ever left
// half-written under its own name. It ends early when ctx does. This is the only
// function that makes a network connection.
func (s *Store) Install(ctx context.Context, o InstallOptions) error {
	if o.From != "" {
		if info, err := os.Stat(o.From); err != nil {
			return fmt.Errorf("install from %s: %w", o.From, err)
		} else if !info.IsDir() {
			return fmt.Errorf("install from %s: not a folder", o.From)
		}
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	s.sweep()
	folders := s.folders(o.From)
	unreachable := map[string]error{} // by host
	var errs []error
	for _, m := range s.manifest.Models {
		if ctx.Err() != nil {
			break
		}
		dst := modelPath(s.dir, m)
		if !isFile(dst) && s.bundledModel(ctx, m) {
			continue
		}
		sources := append(fromFolders(folders, m.File), s.upstream(m, unreachable))
		if err := s.install(ctx, m.Name, dst, m.Size, m.SHA256, sources, o.Progress); err != nil {
			errs = append(errs, err)
		}
	}
	if ctx.Err() == nil {
		if err := s.installRuntime(ctx, folders, o.Progress); err != nil {
			errs = append(errs, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("install: %w", err)
	}
	return errors.Join(errs...)
}

// bundledModel says whether m came with the program, whole.
func (s *Store) bundledModel(ctx context.Context, m Model) bool {
	return slices.ContainsFunc(s.bundled, func(dir string) bool {
		path := modelPath(dir, m)
		return hasSize(path, m.Size) && verifyFile(ctx, path, m.Size, m.SHA256) == nil
	})
}

// installRuntime installs the first pinned build that can be had. A library that
// the user set or laid beside the executable is left alone.
func (s *Store) installRuntime(ctx context.Context, folders []string, progress Progress) error {
	libs := s.libraries()
	installed, ok, err := s.ownRuntime()
	if err != nil {
		return fmt.Errorf("install onnxruntime: %w", err)
	}
	if ok {
		// A damaged one of ours is replaced; one of the user's own passes.
		if err := s.VerifyRuntime(installed); !errors.Is(err, ErrCorrupt) {
			return err
		}
	}
	if len(libs) == 0 {
		return fmt.Errorf("install onnxruntime: no build is known for %s: set BLINDSPOT_ONNXRUNTIME to a library of version 1.24 or newer", s.platform)
	}
	var errs []error
	for _, l := range libs {
		sources := fromFolders(folders, l.File, path.Base(l.Member))
		if l.Npm != "" {
			sources = append(sources, s.fromNpm(l))
		} else {
			sources = append(sources, s.fromModule(l))
		}
		err := s.install(ctx, "onnxruntime", runtimePath(s.dir, l), l.Size, l.SHA256, sources, progress)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// install writes one pinned file from the first source that has it.
func (s *Store) install(ctx context.Context, name, dst string, size int64, sum string, sources []source, progress Progress) error {
	if hasSize(dst, size) && verifyFile(ctx, dst, size, sum) == nil {
		return nil
	}
	var errs []error
	for _, src := range sources {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := func() error {
			r, err := src.open(ctx, func(done, total int64) { progress(name, done, total) })
			if err != nil {
				return err
			}
			defer r.Close()
			return write(ctx, dst, r, size, sum, func(done int64) { progress(name, done, size) })
		}()
		if err == nil {
			return nil
		}
		if !errors.Is(err, errElsewhere) {
			errs = append(errs, fmt.Errorf("from %s: %w", src.name, err))
		}
	}
	return fmt.Errorf("install %s: %w", name, errors.Join(errs...))
}

// write copies r into dst by way of a temporary file in the same folder, which
// takes dst's name only once its bytes are known to be the pinned ones.
func write(ctx context.Context, dst string, r io.Reader, size int64, sum string, progress func(int64)) (err error) {
	dir := filepath.Dir(dst)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, tempPrefix)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	h := sha256.New()
	counted := &counter{r: io.LimitReader(contextReader{ctx, r}, size+1), report: progress}
	n, err := io.Copy(io.MultiWriter(f, h), counted)
	if err != nil {
		return err
	}
	if err := compare(n, size, h.Sum(nil), sum); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), dst); err != nil {
		return err
	}
	syncDir(dir)
	return nil
}

// syncDir makes a rename last through a power cut where the system lets folders
// be synced; where it doesn't, the file is whole all the same.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

// sweep removes what a killed process left.
func (s *Store) sweep() {
	for _, sub := range []string{"models", "lib"} {
		entries, _ := os.ReadDir(filepath.Join(s.dir, sub))
		for _, e := range entries {
			info, err := e.Info()
			if err == nil && strings.HasPrefix(e.Name(), tempPrefix) && time.Since(info.ModTime()) > staleAfter {
				os.Remove(filepath.Join(s.dir, sub, e.Name()))
			}
		}
	}
}

// counter reports how much was read.
type counter struct {
	r      io.Reader
	n      int64
	report func(int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.report(c.n)
	return n, err
}

// folders are the local folders to look in: from, what came with the program, then
// the first shared/models and shared/places above where the program lies or runs.
func (s *Store) folders(from string) []string {
	var dirs []string
	if from != "" {
		dirs = append(dirs, from)
	}
	for _, dir := range s.bundled {
		dirs = append(dirs, filepath.Join(dir, "models"), filepath.Join(dir, "lib"))
	}
	for _, dir := range s.near {
		for {
			found := len(dirs)
			for _, name := range []string{"models", "places"} {
				shared := filepath.Join(dir, "shared", name)
				if info, err := os.Stat(shared); err == nil && info.IsDir() {
					dirs = append(dirs, shared)
				}
			}
			if len(dirs) > found {
				return dirs
			}
			if filepath.Dir(dir) == dir {
				break
			}
			dir = filepath.Dir(dir)
		}
	}
	return dirs
}

// fromFolders are the sources of a file that may lie under any of names.
func fromFolders(dirs []string, names ...string) []source {
	var all []source
	for _, dir := range dirs {
		for _, name := range names {
			p := filepath.Join(dir, name)
			all = append(all, source{p, func(context.Context, func(int64, int64)) (io.ReadCloser, error) {
				f, err := os.Open(p)
				if errors.Is(err, fs.ErrNotExist) {
					return nil, errElsewhere
				}
				return f, err
			}})
		}
	}
	return all
}

// upstream is the address that m was published at. A host that could not be
// reached is noted in unreachable.
func (s *Store) upstream(m Model, unreachable map[string]error) source {
	return source{m.URL, func(ctx context.Context, _ func(int64, int64)) (io.ReadCloser, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.URL, nil)
		if err != nil {
			return nil, err
		}
		if err := unreachable[req.URL.Host]; err != nil {
			return nil, err
		}
		resp, err := s.client.Do(req)
		if err != nil {
			// Without the address, which the caller says and the next file's isn't.
			var failed *url.Error
			if errors.As(err, &failed) {
				err = failed.Err
			}
			unreachable[req.URL.Host] = err
			return nil, err
		}
		if resp.StatusCode != http.StatusOK {
			resp.Body.Close()
			return nil, fmt.Errorf("the server answered %s", resp.Status)
		}
		return resp.Body, nil
	}}
}

// fromNpm takes the library out of an npm package. Microsoft's release archive of
// the same version holds another build, whose hash is not pinned here: whoever
// has no npm can unpack that one and set BLINDSPOT_ONNXRUNTIME.
func (s *Store) fromNpm(l Library) source {
	return source{l.Origin(), func(ctx context.Context, progress func(int64, int64)) (io.ReadCloser, error) {
		progress(0, 0)
		dir, err := os.MkdirTemp("", "blindspot-npm-")
		if err != nil {
			return nil, err
		}
		archive, err := s.fetchers.npm(ctx, l.Npm, dir)
		if err != nil {
			os.RemoveAll(dir)
			return nil, err
		}
		r, err := openMember(archive, l.Member, l.Size)
		if err != nil {
			os.RemoveAll(dir)
			return nil, err
		}
		return removing{r, dir}, nil
	}}
}

// removing removes a folder when its reader is closed.
type removing struct {
	io.ReadCloser
	dir string
}

func (r removing) Close() error {
	return errors.Join(r.ReadCloser.Close(), os.RemoveAll(r.dir))
}

// member reads one file of an archive.
type member struct {
	io.Reader
	file *os.File
}

func (m member) Close() error { return m.file.Close() }

// openMember finds the regular file name in a gzipped tar archive. It reads no
// more than maxArchive unpacked bytes, and refuses a member of another size.
func openMember(archive, name string, size int64) (_ io.ReadCloser, err error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(archive), err)
	}
	t := tar.NewReader(io.LimitReader(z, maxArchive))
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil, fmt.Errorf("%s holds no %s", filepath.Base(archive), name)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", filepath.Base(archive), err)
		}
		if h.Name != name {
			continue
		}
		if h.Typeflag != tar.TypeReg || h.Size != size {
			return nil, fmt.Errorf("%w: %s in %s", ErrCorrupt, name, filepath.Base(archive))
		}
		return member{t, f}, nil
	}
}

// fromModule takes the library out of a Go module in the module cache, to which
// the Go toolchain downloads it where it isn't there yet.
func (s *Store) fromModule(l Library) source {
	return source{l.Origin(), func(ctx context.Context, progress func(int64, int64)) (io.ReadCloser, error) {
		progress(0, 0)
		dir, err := s.fetchers.module(ctx, l.Module)
		if err != nil {
			return nil, err
		}
		return os.Open(filepath.Join(dir, filepath.FromSlash(l.Member)))
	}}
}

// programs are the fetchers that run npm and go.
func programs() fetchers {
	return fetchers{npm: npmPack, module: moduleDir}
}

// npmPack downloads a package's archive into dir, running no script of it.
func npmPack(ctx context.Context, pkg, dir string) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errors.New("npm is not installed; install it, or set BLINDSPOT_ONNXRUNTIME to an ONNX Runtime library of version 1.24 or newer")
	}
	ctx, cancel := context.WithTimeout(ctx, packageTimeout)
	defer cancel()
	// By itself npm tries again for minutes where there is no network.
	cmd := exec.CommandContext(ctx, npm, "pack", pkg, "--ignore-scripts", "--silent", "--pack-destination", dir,
		"--fetch-retries=0", fmt.Sprintf("--fetch-timeout=%d", answerTimeout.Milliseconds()))
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm pack: %w: %s", err, lastLine(out))
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", errors.New("npm pack wrote no archive")
	}
	return found[0], nil
}

// moduleDir is the folder of a module in the module cache.
func moduleDir(ctx context.Context, module string) (string, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("there is no Go toolchain; set BLINDSPOT_ONNXRUNTIME to an ONNX Runtime library of version 1.24 or newer")
	}
	// "go list -m" knows only modules of the module it runs in, and has no folder
	// for one that is not downloaded; this works anywhere and downloads.
	cmd := exec.CommandContext(ctx, goTool, "mod", "download", "-json", module)
	cmd.Dir = os.TempDir()
	cmd.WaitDelay = 5 * time.Second
	return downloadedDir(cmd.Output())
}

// downloadedDir reads the answer of "go mod download -json".
func downloadedDir(out []byte, runErr error) (string, error) {
	var answer struct{ Dir, Error string }
	if err := json.Unmarshal(out, &answer); err != nil {
		if runErr != nil {
			return "", fmt.Errorf("go mod download: %w", runErr)
		}
		return "", fmt.Errorf("read the answer of go mod download: %w", err)
	}
	if answer.Error != "" || answer.Dir == "" {
		return "", fmt.Errorf("go mod download: %s", answer.Error)
	}
	return answer.Dir, nil
}

// lastLine is the last line of a program's output that says something.
func lastLine(out []byte) string {
	out = bytes.TrimSpace(out)
	return string(out[bytes.LastIndexByte(out, '\n')+1:])
}
