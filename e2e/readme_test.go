package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

// What README shows of the command line is what it prints, but for random names and for
// what "…" leaves out.
func TestReadmeSession(t *testing.T) {
	needDetectors(t)
	readme, err := os.ReadFile(filepath.Join(testenv.Root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	photo, err := os.ReadFile(filepath.Join(testenv.Photos(t), "exif-samples", "jpg", "gps", "DSCN0010.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("garden.jpg", photo, 0o600); err != nil {
		t.Fatal(err)
	}
	const prompt, indent = "    $ ./build/blindspot-headless ", "    "
	copyName := regexp.MustCompile(`photo-[0-9a-f]{8}`)
	env := environment(t, t.TempDir())
	var shown, name string // what is left of a command's output, and the copy's name
	commands := 0
	for line := range strings.Lines(string(readme)) {
		line = strings.TrimRight(line, "\n")
		if args, ok := strings.CutPrefix(line, prompt); ok {
			r := blindspot(t, env, strings.Fields(copyName.ReplaceAllString(args, name))...)
			if r.status != 0 {
				t.Fatalf("%s: status %d: %s", args, r.status, r.stderr)
			}
			if found := copyName.FindString(string(r.stdout)); found != "" {
				name = found
			}
			shown = string(r.stdout)
			commands++
			continue
		}
		text, ok := strings.CutPrefix(line, indent)
		if !ok || commands == 0 {
			if commands > 0 {
				break // the session has ended
			}
			continue
		}
		want, _, _ := strings.Cut(copyName.ReplaceAllString(text, name), " …")
		_, after, found := strings.Cut(shown, want)
		if !found {
			t.Errorf("README shows %q, the program prints\n%s", want, shown)
		}
		shown = after
	}
	if commands < 3 {
		t.Errorf("README shows %d commands", commands)
	}
}
