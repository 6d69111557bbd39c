package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"blindspot/internal/testenv"
)

// packages is set by make package-test, which builds them.
var packages = flag.String("packages", "", "folder of the built packages that TestPackage judges")

const (
	appID = "org.blindspot.Blindspot"
	// packageRelease is the system that the packages are tried on.
	packageRelease = "bookworm"
	// packagedPhoto shows six people.
	packagedPhoto  = "dlib-faces/examples/faces/2008_002470.jpg"
	facesInPackage = 6
)

// built is the one file in the folder of packages that pattern fits.
func built(t *testing.T, pattern string) string {
	t.Helper()
	if *packages == "" {
		t.Skip("no -packages: make package-test builds them")
	}
	found, err := filepath.Glob(filepath.Join(*packages, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s in %s: %v, %v", pattern, *packages, found, err)
	}
	return found[0]
}

func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	testenv.Program(t, name)
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// unpacked is the tree of files in the package.
func unpacked(t *testing.T, deb string) string {
	t.Helper()
	dir := t.TempDir()
	command(t, "dpkg-deb", "-x", deb, dir)
	return dir
}

// TestPackage judges the Debian package by Debian's own programs.
func TestPackage(t *testing.T) {
	deb := built(t, "blindspot_*.deb")
	tree := unpacked(t, deb)

	t.Run("files", func(t *testing.T) {
		for _, line := range strings.Split(strings.TrimSpace(command(t, "dpkg-deb", "-c", deb)), "\n") {
			mode, rest, _ := strings.Cut(line, " ")
			owner, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			wantX := strings.HasSuffix(line, "/bin/blindspot") || strings.HasSuffix(line, "/blindspot-window")
			want := "-rw-r--r--"
			if wantX || mode[0] == 'd' {
				want = mode[:1] + "rwxr-xr-x"
			}
			if mode != want || owner != "root/root" {
				t.Errorf("%s: want mode %s, owner root", line, want)
			}
		}
		wanted := []string{
			"bin/blindspot", "lib/blindspot/blindspot-window",
			"share/applications/" + appID + ".desktop", "share/metainfo/" + appID + ".metainfo.xml",
			"share/icons/hicolor/scalable/apps/" + appID + ".svg", "share/man/man1/blindspot.1.gz", "share/doc/blindspot/copyright",
		}
		for _, size := range []int{16, 24, 32, 48, 64, 128, 256, 512} {
			wanted = append(wanted, fmt.Sprintf("share/icons/hicolor/%dx%d/apps/%s.png", size, size, appID))
		}
		for _, m := range manifestFiles(t) {
			wanted = append(wanted, "lib/blindspot/models/"+m)
		}
		for _, w := range wanted {
			if _, err := os.Stat(filepath.Join(tree, "usr", w)); err != nil {
				t.Error(err)
			}
		}
		copyright, err := os.ReadFile(filepath.Join(tree, "usr/share/doc/blindspot/copyright"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range manifestFiles(t) {
			if !bytes.Contains(copyright, []byte(m)) {
				t.Errorf("the copyright file does not name %s", m)
			}
		}
	})
	t.Run("lintian", func(t *testing.T) {
		t.Log(command(t, "lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0", deb))
	})
	t.Run("desktop", func(t *testing.T) {
		desktop := filepath.Join(tree, "usr/share/applications", appID+".desktop")
		command(t, "desktop-file-validate", desktop)
		command(t, "appstreamcli", "validate", "--no-net", filepath.Join(tree, "usr/share/metainfo", appID+".metainfo.xml"))
		data, err := os.ReadFile(desktop)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{"Exec=blindspot %F", "Icon=" + appID, "MimeType=image/jpeg;image/png;image/webp;image/bmp;"} {
			if !slices.Contains(strings.Split(string(data), "\n"), line) {
				t.Errorf("the desktop file lacks %q:\n%s", line, data)
			}
		}
	})
}

// manifestFiles are the files that models/manifest.json names.
func manifestFiles(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Root(t), "models", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct{ Models []struct{ File string } }
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range m.Models {
		files = append(files, e.File)
	}
	return files
}

// machine is a Debian system in a folder, without a network.
type machine struct{ root string }

// newMachine unpacks a Debian that has no more than has to be there, and what is
// included. It is made once, out of Debian's packages, and kept beside the
// packages.
func newMachine(t *testing.T, name string, include ...string) machine {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		testenv.Missing(t, "only root can start another system")
	}
	testenv.Program(t, "unshare")
	base := filepath.Join(*packages, "debian-"+name+".tar")
	if _, err := os.Stat(base); errors.Is(err, fs.ErrNotExist) {
		args := []string{"--quiet", "--variant=minbase"}
		if len(include) > 0 {
			args = append(args, "--include="+strings.Join(include, ","))
		}
		command(t, "mmdebstrap", append(args, packageRelease, base+".tmp.tar")...)
		if err := os.Rename(base+".tmp.tar", base); err != nil {
			t.Fatal(err)
		}
	}
	m := machine{t.TempDir()}
	command(t, "tar", "-C", m.root, "--exclude=./dev/*", "-xf", base)
	if err := os.Mkdir(filepath.Join(m.root, "work"), 0o755); err != nil {
		t.Fatal(err)
	}
	return m
}

// put copies a file into the machine's /work.
func (m machine) put(t *testing.T, path, name string) {
	t.Helper()
	from, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.Create(filepath.Join(m.root, "work", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
}

// run runs a shell script in /work on the machine.
func (m machine) run(t *testing.T, script string) (stdout string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	defer cancel()
	// The device files are the host's, for what is made in a namespace can be none.
	enter := `set -e
mount --rbind /dev "$0/dev"
mount -t proc proc "$0/proc"
mount -t tmpfs tmpfs "$0/tmp"
exec chroot "$0" /bin/sh -euc "cd /work; $1"`
	cmd := exec.CommandContext(ctx, "unshare", "--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "/bin/sh", "-c", enter, m.root, script)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"}
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s\n%v\n%s%s", script, err, out.String(), problems.String())
	}
	return out.String()
}

// facesSeen reads a document of check --json and says how many faces it tells of.
func facesSeen(t *testing.T, document string) int {
	t.Helper()
	doc := result{stdout: []byte(document)}.report(t)
	if len(doc.Photos) != 1 {
		t.Fatalf("%d photos", len(doc.Photos))
	}
	for what, looked := range doc.Photos[0].Checked {
		if !looked && what != "people" {
			t.Errorf("%s were not looked at", what)
		}
	}
	n := 0
	for _, d := range doc.Photos[0].Detections {
		if d.Kind == "face" {
			n++
		}
	}
	return n
}

// On a Debian that has no more than has to be there, and no network, the package
// installs, and the command line finds faces.
func TestPackageOnABareMachine(t *testing.T) {
	deb := built(t, "blindspot_*.deb")
	photo := filepath.Join(testenv.Photos(t), packagedPhoto)
	m := newMachine(t, "bare")
	m.put(t, deb, "blindspot.deb")
	m.put(t, photo, "photo.jpg")

	m.run(t, "dpkg -i blindspot.deb >&2; dpkg -s blindspot | grep -q '^Status: install ok installed$'")
	for _, line := range strings.Split(strings.TrimSpace(m.run(t, "blindspot models list")), "\n") {
		if !strings.Contains(line, " /usr/lib/blindspot/") {
			t.Errorf("not from the package: %s", line)
		}
	}
	m.run(t, "blindspot models verify")
	if n := facesSeen(t, m.run(t, "blindspot check photo.jpg --json")); n != facesInPackage {
		t.Errorf("%d faces, want %d", n, facesInPackage)
	}
	m.run(t, "blindspot clean photo.jpg --out clean --redact faces --json")
	m.run(t, "! blindspot photo.jpg 2>window; grep -q 'shared libraries' window")
	if left := m.run(t, "find /root -mindepth 1 -newer blindspot.deb"); strings.TrimSpace(left) != "" {
		t.Errorf("written to the home folder:\n%s", left)
	}
	m.run(t, "dpkg --purge blindspot >&2; ! test -e /usr/lib/blindspot; ! test -e /usr/bin/blindspot")
}

// On a Debian with a display, and no network, the window opens on a photo, and
// the desktop offers it for photos.
func TestPackageOnADesktop(t *testing.T) {
	deb := built(t, "blindspot_*.deb")
	photo := filepath.Join(testenv.Photos(t), packagedPhoto)
	m := newMachine(t, "desktop", "xvfb", "libgl1", "xdotool", "x11-utils", "imagemagick",
		"desktop-file-utils", "shared-mime-info", "libglib2.0-bin")
	m.put(t, deb, "blindspot.deb")
	m.put(t, photo, "photo.jpg")

	m.run(t, "dpkg -i blindspot.deb >&2")
	for _, mime := range []string{"image/jpeg", "image/png", "image/webp", "image/bmp"} {
		if out := m.run(t, "gio mime "+mime); !strings.Contains(out, appID+".desktop") {
			t.Errorf("%s is not opened with Blindspot:\n%s", mime, out)
		}
	}
	// Prints the milliseconds until the window is there.
	took := strings.TrimSpace(m.run(t, `
mkdir -p /tmp/.X11-unix
Xvfb :7 -screen 0 1280x900x24 -nolisten tcp >xvfb.log 2>&1 &
server=$!
export DISPLAY=:7
until xdpyinfo >/dev/null 2>&1; do sleep 0.1; done
start=$(date +%s%N)
blindspot photo.jpg >window.log 2>&1 &
app=$!
until xdotool search --onlyvisible --name Blindspot >window.id 2>/dev/null; do kill -0 $app; sleep 0.02; done
echo $((($(date +%s%N) - start) / 1000000))
xprop -id $(head -n 1 window.id) WM_CLASS >window.class
sleep 8
import -window root window.png
kill $app $server
wait || true
cat window.log >&2
`))
	ms, err := strconv.Atoi(took)
	if err != nil {
		t.Fatalf("the script printed %q", took)
	}
	t.Logf("the window was there after %v", time.Duration(ms)*time.Millisecond)
	class, err := os.ReadFile(filepath.Join(m.root, "work", "window.class"))
	desktop := m.run(t, "cat /usr/share/applications/"+appID+".desktop")
	_, after, _ := strings.Cut(desktop, "StartupWMClass=")
	want, _, _ := strings.Cut(after, "\n")
	if err != nil || want == "" || !strings.Contains(string(class), strconv.Quote(want)) {
		t.Errorf("the window is of %s, the desktop file expects %q (%v)", class, want, err)
	}
	picture, err := os.ReadFile(filepath.Join(m.root, "work", "window.png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*packages, "package-window.png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The archive works where it is unpacked, and installs by its own Makefile.
func TestArchive(t *testing.T) {
	archive := built(t, "Blindspot-*.tar.xz")
	photo := filepath.Join(testenv.Photos(t), packagedPhoto)
	dir, home := t.TempDir(), t.TempDir()
	command(t, "tar", "-C", dir, "-xJf", archive)
	install := exec.Command("make", "-C", filepath.Join(dir, "blindspot"), "user-install")
	install.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("make user-install: %v\n%s", err, out)
	}
	for _, program := range []string{
		filepath.Join(dir, "blindspot", "usr", "local", "bin", "blindspot"),
		filepath.Join(home, ".local", "bin", "blindspot"),
	} {
		cmd := exec.Command("unshare", "--net", program, "check", photo, "--json")
		cmd.Dir = home
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
		var problems bytes.Buffer
		cmd.Stderr = &problems
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", program, err, problems.String())
		}
		if n := facesSeen(t, string(out)); n != facesInPackage {
			t.Errorf("%s: %d faces, want %d", program, n, facesInPackage)
		}
	}
	desktop, err := os.ReadFile(filepath.Join(home, ".local/share/applications", appID+".desktop"))
	if err != nil || !bytes.Contains(desktop, []byte("Exec="+home+"/.local/bin/blindspot %F\n")) {
		t.Errorf("the desktop file (%v):\n%s", err, desktop)
	}
	uninstall := exec.Command("make", "-C", filepath.Join(dir, "blindspot"), "user-uninstall")
	uninstall.Env = install.Env
	if out, err := uninstall.CombinedOutput(); err != nil {
		t.Fatalf("make user-uninstall: %v\n%s", err, out)
	}
	err = filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
