package models

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrElsewhere is wrapped where something is not in the user's data folder, so that
// it is not this program's to remove.
var ErrElsewhere = errors.New("it was installed by something else")

// Own says whether st lies in the user's data folder, so that [Store.Remove] can
// remove it.
func (s *Store) Own(st Status) bool {
	rel, err := filepath.Rel(s.dir, st.Path)
	return st.Installed && err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// Remove deletes the file of the model or library called name, as [Store.List] gives
// it. A session that is open goes on with what it has read. It wraps [ErrMissing]
// where the file is not installed, and [ErrElsewhere] where it lies outside the
// user's data folder.
func (s *Store) Remove(name string) error {
	for _, st := range s.List() {
		switch {
		case st.Name != name:
		case !st.Installed:
			return fmt.Errorf("remove %s: %w", name, ErrMissing)
		case !s.Own(st):
			return fmt.Errorf("remove %s: %w: %s", name, ErrElsewhere, st.Path)
		default:
			return os.Remove(st.Path)
		}
	}
	return fmt.Errorf("remove %s: not in the manifest: %w", name, ErrMissing)
}
