package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"blindspot/scan/container"
)

// List is what a set of paths holds.
type List struct {
	Paths   []string // photos, in the order given, folders walked by name
	Skipped int      // hidden files and files that are no photo
}

// identifyLength is how many bytes of a file tell its format.
const identifyLength = 4096

// Expand walks paths. A path given by name is always listed, once; in a folder,
// hidden files and files that are no photo by content are skipped and counted.
// Symbolic links within folders are not followed. With noRecurse folders within
// folders are left out.
func Expand(ctx context.Context, paths []string, noRecurse bool) (*List, error) {
	list := &List{}
	seen := map[string]bool{}
	add := func(path string) {
		key := path
		if abs, err := filepath.Abs(path); err == nil {
			key = abs
		}
		if !seen[key] {
			seen[key] = true
			list.Paths = append(list.Paths, path)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("looking at %s: %w", path, err)
		}
		if !info.IsDir() {
			add(path)
			continue
		}
		// WalkDir does not enter a root that is a symbolic link.
		root, err := filepath.EvalSymlinks(path)
		if err != nil {
			return nil, fmt.Errorf("looking at %s: %w", path, err)
		}
		err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				if file == root {
					return fmt.Errorf("reading folder %s: %w", path, err)
				}
				add(filepath.Join(path, relative(root, file))) // its check says why
				return nil
			}
			hidden := strings.HasPrefix(d.Name(), ".") && file != root
			switch {
			case d.IsDir():
				if file != root && (hidden || noRecurse) {
					return filepath.SkipDir
				}
			case hidden || !d.Type().IsRegular() || !isPhoto(file):
				list.Skipped++
			default:
				add(filepath.Join(path, relative(root, file)))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// relative is file, which WalkDir found below root, as seen from root.
func relative(root, file string) string {
	return strings.TrimPrefix(strings.TrimPrefix(file, root), string(filepath.Separator))
}

// isPhoto says whether a file's content is an image of any kind, readable or
// not. A file that can't be opened counts: its check will say why.
func isPhoto(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close()
	head := make([]byte, identifyLength)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	switch container.Identify(head[:n]) {
	case container.Unrecognised, container.Video:
		return false
	}
	return true
}
