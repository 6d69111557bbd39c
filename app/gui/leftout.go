package gui

import (
	"path/filepath"
	"strings"

	"blindspot/app/check"
)

// within tells of folders whether they are a folder or lie in it, by where links lead.
type within struct {
	folder string // resolved; empty where it is not there, and nothing lies in it
	known  map[string]bool
}

func newWithin(folder string) *within {
	in := &within{known: map[string]bool{}}
	if real, err := filepath.EvalSymlinks(folder); err == nil && folder != "" {
		in.folder = real
	}
	return in
}

// is says that dir is the folder.
func (in *within) is(dir string) bool {
	real, err := filepath.EvalSymlinks(dir)
	return err == nil && real == in.folder
}

// holds says that dir is the folder or lies in it.
func (in *within) holds(dir string) bool {
	if in.folder == "" {
		return false
	}
	holds, ok := in.known[dir]
	if !ok {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			rel, err := filepath.Rel(in.folder, real)
			holds = err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
		}
		in.known[dir] = holds
	}
	return holds
}

// walked says that a folder was added with the photo at path in it: root, as
// [rootOf] gives it.
func walked(path, root string) bool { return path != root }

// leaveOut takes the photos in the export folder out of list where a folder around it
// was given: they are copies. One that was given itself, or with the export folder or
// a folder in it, stays. It returns how many were taken out.
func leaveOut(list *check.List, given []string, folder string) int {
	in := newWithin(folder)
	var kept []string
	for _, path := range list.Paths {
		root := rootOf(path, given)
		if walked(path, root) && in.holds(filepath.Dir(path)) && !in.holds(root) {
			continue
		}
		kept = append(kept, path)
	}
	left := len(list.Paths) - len(kept)
	list.Paths = kept
	return left
}

// roots are the export folder, if photos of items were added with it or with a folder
// around it and lie in it: copies would then lie among them. A folder around the export
// folder whose photos all lie elsewhere does no harm, for what lies in the export folder
// is left out of it.
func roots(items []*item, folder string) []string {
	in := newWithin(folder)
	for _, it := range items {
		if walked(it.path, it.root) && in.holds(filepath.Dir(it.path)) && (in.is(it.root) || !in.holds(it.root)) {
			return []string{folder}
		}
	}
	return nil
}
