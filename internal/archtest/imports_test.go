package archtest

import (
	"debug/elf"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

const module = "blindspot"

// reach says, for each part of the project, which other parts it may reach,
// directly or through others. A part is a folder and all folders within it; the
// longest that fits counts.
var reach = map[string][]string{
	"scan":       {},
	"vision":     {"models"},
	"risk":       {},
	"scrub":      {"scan"},
	"models":     {},
	"assets":     {},
	"app/check":  {"scan", "vision", "risk", "scrub", "models", "assets"},
	"app/export": {"scan", "vision", "risk", "scrub", "models", "assets", "app/check"},
	"app/cli":    {"scan", "vision", "risk", "scrub", "models", "assets", "app/check", "app/export"},
	"app/gui":    {"scan", "vision", "risk", "scrub", "models", "assets", "app/check", "app/export"},
	"":           {"scan", "vision", "risk", "scrub", "models", "assets", "app"},
}

// aside are the parts that no program is made of: tests, what tests need, and
// programs that measure or generate. They may reach anything but the window.
var aside = []string{"internal", "e2e", "vision/cmd", "risk/cmd", "assets/cmd", "scan/cmd", "scrub/cmd", "models/cmd"}

// window are the parts that may reach Fyne.
var window = []string{"", "app/gui"}

type goPackage struct {
	ImportPath string
	Name       string
	Standard   bool
	Deps       []string
}

// goList lists packages with what they reach, without their tests.
func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Name,Standard,Deps"}, args...)...)
	cmd.Dir = testenv.Root(t)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	for d := json.NewDecoder(out); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("go list: %v", err)
	}
	if len(packages) == 0 {
		t.Fatal("go list gave no package")
	}
	return packages
}

// within cuts the module's name off path; ok is false for another module's.
func within(path string) (folder string, ok bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

func inside(folder, part string) bool {
	return folder == part || strings.HasPrefix(folder, part+"/")
}

// partOf is the longest part that holds folder.
func partOf(folder string) (part string, ok bool) {
	for p := range reach {
		if inside(folder, p) && (!ok || len(p) > len(part)) {
			part, ok = p, true
		}
	}
	return part, ok
}

func isAside(folder string) bool {
	return slices.ContainsFunc(aside, func(a string) bool { return inside(folder, a) })
}

func TestImportsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range goList(t, "./...") {
		folder, _ := within(p.ImportPath)
		if isAside(folder) {
			continue
		}
		part, ok := partOf(folder)
		if !ok {
			t.Errorf("%s: no rule says what it may reach", p.ImportPath)
			continue
		}
		seen[part] = true
		for _, dep := range p.Deps {
			d, ours := within(dep)
			if !ours || part != "" && inside(d, part) {
				continue
			}
			if !slices.ContainsFunc(reach[part], func(allowed string) bool { return inside(d, allowed) }) || isAside(d) {
				t.Errorf("%s reaches %s", p.ImportPath, dep)
			}
		}
	}
	for part := range reach {
		if !seen[part] {
			t.Errorf("the rule for %q holds for no package", part)
		}
	}
}

func TestRiskNeedsTheStandardLibraryOnly(t *testing.T) {
	for _, p := range goList(t, "-deps", "./risk") {
		if !p.Standard && p.ImportPath != module+"/risk" {
			t.Errorf("risk reaches %s", p.ImportPath)
		}
	}
}

func TestOnlyTheWindowReachesFyne(t *testing.T) {
	reached := map[string]bool{}
	for _, p := range goList(t, "./...") {
		folder, _ := within(p.ImportPath)
		for _, dep := range p.Deps {
			if strings.HasPrefix(dep, "fyne.io/") {
				reached[folder] = true
				if !slices.Contains(window, folder) && !(strings.HasPrefix(folder, "app/gui/")) {
					t.Errorf("%s reaches %s", p.ImportPath, dep)
					break
				}
			}
		}
		for _, dep := range p.Deps {
			// These link GL and X11, and open a display.
			if folder != "" && (dep == "fyne.io/fyne/v2/app" || strings.HasPrefix(dep, "github.com/go-gl/")) {
				t.Errorf("%s reaches %s, which only main.go may", p.ImportPath, dep)
			}
		}
	}
	for _, folder := range window {
		if !reached[folder] {
			t.Errorf("%q does not reach Fyne: the rule tests nothing", folder)
		}
	}
}

func TestHeadlessHasNoWindow(t *testing.T) {
	packages := goList(t, "-tags", "headless", "-deps", ".")
	for _, p := range packages {
		if strings.HasPrefix(p.ImportPath, "fyne.io/") || strings.HasPrefix(p.ImportPath, "github.com/go-gl/") {
			t.Errorf("the headless program reaches %s", p.ImportPath)
		}
	}
	if !slices.ContainsFunc(packages, func(p goPackage) bool { return p.ImportPath == module+"/app/cli" }) {
		t.Error("the headless program has no command line")
	}
}

// A machine without GL and X11 has to be able to load the program.
func TestHeadlessLinksNoDisplay(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ELF only")
	}
	binary := filepath.Join(t.TempDir(), "blindspot")
	build := exec.Command("go", "build", "-tags", "headless", "-o", binary, ".")
	build.Dir = testenv.Root(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build -tags headless: %v\n%s", err, out)
	}
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"libturbojpeg.so", "libc.so", "libm.so", "libdl.so", "libpthread.so", "libresolv.so", "libgcc_s.so", "ld-linux"}
	for _, library := range libraries {
		if !slices.ContainsFunc(allowed, func(a string) bool { return strings.HasPrefix(library, a) }) {
			t.Errorf("the headless program needs %s", library)
		}
	}
	if !slices.ContainsFunc(libraries, func(l string) bool { return strings.HasPrefix(l, "libturbojpeg.so") }) {
		t.Errorf("the headless program does not need TurboJPEG: %v", libraries)
	}
}
