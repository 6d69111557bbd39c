package archtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

// Whatever is linked or installed has its licence named.
func TestNoticeIsComplete(t *testing.T) {
	root := testenv.Root(t)
	notice, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for line := range strings.Lines(string(notice)) {
		if fields := strings.Fields(line); len(fields) > 1 {
			named[fields[0]] = true
		}
	}

	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", ".")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked := strings.Fields(string(out))
	if len(linked) == 0 {
		t.Fatal("no module is linked")
	}
	missing := map[string]bool{}
	for _, module := range linked {
		if !named[module] && !missing[module] {
			missing[module] = true
			t.Errorf("NOTICE does not name the module %s", module)
		}
	}

	data, err := os.ReadFile(filepath.Join(root, "models", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Models []struct{ File, Licence string }
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest.Models) == 0 {
		t.Fatal("the manifest names no model")
	}
	for _, model := range manifest.Models {
		if !named[model.File] {
			t.Errorf("NOTICE does not name the model %s, %s", model.File, model.Licence)
		}
	}
}
