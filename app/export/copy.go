package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrOtherFile is wrapped where a file is not, or no longer, the copy that was written.
var ErrOtherFile = errors.New("it is not the copy that was written here")

// Copy is a copy that an [Exporter] wrote, as it was when it was checked.
type Copy struct {
	Path   string
	SHA256 string
}

// Copy is the copy that r tells of; false where there is none. One whose sum was left out
// can't be discarded.
func (r *Result) Copy() (Copy, bool) {
	if r.Output == nil {
		return Copy{}, false
	}
	return Copy{Path: *r.Output, SHA256: r.outputSHA256}, true
}

// Discard deletes the copy, if what lies at its path is that copy still, byte for byte.
// Anything else stays, with an error that wraps [ErrOtherFile]. A copy that is gone
// already is no error.
func (c Copy) Discard() error {
	there, err := os.Lstat(c.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("deleting a copy: %w", err)
	}
	if !there.Mode().IsRegular() {
		return fmt.Errorf("deleting %s: %w", c.Path, ErrOtherFile)
	}
	f, err := os.Open(c.Path)
	if err != nil {
		return fmt.Errorf("deleting a copy: %w", err)
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return fmt.Errorf("deleting %s: reading it: %w", c.Path, err)
	}
	read, err := f.Stat()
	if err != nil {
		return fmt.Errorf("deleting a copy: %w", err)
	}
	if !os.SameFile(there, read) || hex.EncodeToString(hash.Sum(nil)) != c.SHA256 {
		return fmt.Errorf("deleting %s: %w", c.Path, ErrOtherFile)
	}
	if err := os.Remove(c.Path); err != nil {
		return fmt.Errorf("deleting a copy: %w", err)
	}
	return nil
}
