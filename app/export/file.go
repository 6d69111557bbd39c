package export

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"blindspot/scan/container"
)

// draft is a copy that is written but not yet part of the export folder: it lies
// there under a hidden name until it has been checked. So whatever ends the program,
// a copy stands under its name whole or not at all. A power loss within the seconds in
// which the system writes to the disk can leave it empty or cut: the original is still
// there, and to sync copies takes as long as all the rest, or several times as long
// where each is synced before it is named.
type draft struct {
	path string
	file *os.File // nil once it is closed
	kept bool
}

const (
	draftPrefix = ".blindspot-"
	draftSuffix = ".part"
	// draftAge is how old a draft is at least that a killed program left behind.
	draftAge = time.Hour
)

// writeDraft writes data to a new hidden file in dir, with the permissions that
// the user's mask gives.
func writeDraft(dir string, data []byte) (*draft, error) {
	name, err := randomName()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, draftPrefix+name+draftSuffix)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("making a file in %s: %w", dir, err)
	}
	d := &draft{path: path, file: f}
	if _, err = f.Write(data); err != nil {
		d.discard()
		return nil, fmt.Errorf("writing a copy into %s: %w", dir, err)
	}
	return d, nil
}

// read reads the draft back into buffer, or a larger one where it is too small.
func (d *draft) read(buffer []byte) ([]byte, error) {
	info, err := d.file.Stat()
	if err != nil {
		return nil, err
	}
	buffer = slices.Grow(buffer[:0], int(info.Size()))[:info.Size()]
	if _, err := d.file.ReadAt(buffer, 0); err != nil {
		return nil, err
	}
	return buffer, nil
}

// close closes the draft, where that has not been done.
func (d *draft) close() error {
	f := d.file
	if d.file = nil; f == nil {
		return nil
	}
	return f.Close()
}

// sweep removes drafts that a killed program left in dir.
func sweep(dir string) {
	old, err := filepath.Glob(filepath.Join(dir, draftPrefix+"*"+draftSuffix))
	if err != nil {
		return // dir is no pattern that Glob knows: they are hidden and do no harm
	}
	for _, path := range old {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > draftAge {
			_ = os.Remove(path) // the next export tries again
		}
	}
}

// randomName is eight random hexadecimal digits.
func randomName() (string, error) {
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("choosing a name: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// discard removes the draft unless it was kept.
func (d *draft) discard() {
	if !d.kept {
		_ = d.close()
		_ = os.Remove(d.path) // nothing more can be done, and the name is hidden
	}
}

// keepNew gives the draft a name that nothing has, in one step, and fails where
// another program has taken it meanwhile.
func (d *draft) keepNew(name string) error {
	if err := d.close(); err != nil {
		return fmt.Errorf("writing a copy: %w", err)
	}
	switch err := os.Link(d.path, name); {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("naming a copy: %w", err)
	case err != nil: // no file can have two names there
		return d.keepAs(name)
	}
	d.discard() // its other name
	d.kept = true
	return nil
}

// keepAs gives the draft its name, in one step, in place of what has it.
func (d *draft) keepAs(name string) error {
	if err := d.close(); err != nil {
		return fmt.Errorf("writing a copy: %w", err)
	}
	if err := os.Rename(d.path, name); err != nil {
		return fmt.Errorf("naming a copy: %w", err)
	}
	d.kept = true
	return nil
}

// ReadFile reads a regular file of at most limit bytes. A pipe or a device, which
// might never end, is refused.
func ReadFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s has %d bytes, at most %d are read", path, info.Size(), limit)
	}
	return os.ReadFile(path)
}

func extension(f container.Format) string {
	if f == container.JPEG {
		return ".jpg"
	}
	return "." + string(f)
}
