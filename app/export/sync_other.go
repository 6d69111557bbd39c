//go:build !linux

package export

import (
	"errors"
	"fmt"
	"os"
)

// syncFiles has the disk hold files, which lie in dir.
func syncFiles(_ string, files []string) error {
	for _, path := range files {
		f, err := os.OpenFile(path, os.O_RDWR, 0) // some systems sync no file that is only read
		if err == nil {
			err = errors.Join(f.Sync(), f.Close())
		}
		if err != nil {
			return fmt.Errorf("syncing %s: %w", path, err)
		}
	}
	return nil
}
