package export

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"blindspot/scan/container"
)

// draft is a copy that is written but not yet part of the export folder: it lies
// there under a hidden name until it has been checked.
type draft struct {
	path   string
	sha256 string // of the bytes that were written, lower-case hex
	kept   bool
}

// writeDraft writes data to a new hidden file in dir.
func writeDraft(dir string, data []byte) (*draft, error) {
	f, err := os.CreateTemp(dir, ".blindspot-*.part")
	if err != nil {
		return nil, fmt.Errorf("making a file in %s: %w", dir, err)
	}
	sum := sha256.Sum256(data)
	d := &draft{path: f.Name(), sha256: hex.EncodeToString(sum[:])}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644) // CreateTemp's 0600 would keep a family from its folder
	}
	if err == nil {
		err = f.Sync() // a name must not appear before its bytes, even after a power loss
	}
	if err = errors.Join(err, f.Close()); err != nil {
		d.discard()
		return nil, fmt.Errorf("writing a copy into %s: %w", dir, err)
	}
	return d, nil
}

// discard removes the draft unless it was kept.
func (d *draft) discard() {
	if !d.kept {
		_ = os.Remove(d.path) // nothing more can be done, and the name is hidden
	}
}

// freeName is a path beside the draft that says nothing: not the original's
// name, no counter, no date.
func (d *draft) freeName(f container.Format) (string, error) {
	for range 100 {
		var b [4]byte
		if _, err := rand.Read(b[:]); err != nil {
			return "", fmt.Errorf("choosing a name: %w", err)
		}
		name := filepath.Join(filepath.Dir(d.path), "photo-"+hex.EncodeToString(b[:])+extension(f))
		if _, err := os.Lstat(name); errors.Is(err, os.ErrNotExist) {
			return name, nil
		}
	}
	return "", fmt.Errorf("no free name in %s", filepath.Dir(d.path))
}

// keepAs gives the draft its name, in one step.
func (d *draft) keepAs(name string) error {
	if err := os.Rename(d.path, name); err != nil {
		return fmt.Errorf("naming a copy: %w", err)
	}
	d.kept = true
	return nil
}

func extension(f container.Format) string {
	if f == container.JPEG {
		return ".jpg"
	}
	return "." + string(f)
}
