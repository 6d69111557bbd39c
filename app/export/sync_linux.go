package export

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// syncFiles has the disk hold the files of dir, and all else of its file system: in
// one go, many times as fast as file by file.
func syncFiles(dir string, _ []string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	defer d.Close()
	if err := unix.Syncfs(int(d.Fd())); err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	return nil
}
