package export

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"blindspot/scan/container"
)

// Names is how copies are named.
type Names string

// The ways to name copies. The zero value counts as NeutralNames.
const (
	NeutralNames Names = "neutral" // a random one: not the original's, no counter, no date
	NumberNames  Names = "number"  // the place in the batch, from 1
	KeepNames    Names = "keep"    // the original's, with the extension of its format
)

// maxTries bounds the search for a name that is free.
const maxTries = 10_000

// namer gives the copies of one run their names. It is safe for concurrent use.
type namer struct {
	dir   string
	names Names
	jobs  int // of the run

	mu    sync.Mutex
	given map[string]bool
}

func newNamer(dir string, names Names, jobs int) *namer {
	return &namer{dir: dir, names: names, jobs: jobs, given: map[string]bool{}}
}

// free is a path in the folder at which nothing lies, for the copy of job number n,
// from 1.
func (nr *namer) free(original string, n int, f container.Format) (string, error) {
	nr.mu.Lock()
	defer nr.mu.Unlock()
	for try := range maxTries {
		name, err := nr.name(original, n, try)
		if err != nil {
			return "", err
		}
		path := filepath.Join(nr.dir, name+extension(f))
		if nr.given[path] {
			continue
		}
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			nr.given[path] = true
			return path, nil
		}
	}
	return "", fmt.Errorf("no free name in %s", nr.dir)
}

// name is the name without its extension to take in try, from 0.
func (nr *namer) name(original string, n, try int) (string, error) {
	switch nr.names {
	case NumberNames:
		return fmt.Sprintf("%03d", n+try*nr.jobs), nil
	case KeepNames:
		name := filepath.Base(original)
		name = strings.TrimLeft(strings.TrimSuffix(name, filepath.Ext(name)), ".") // a copy is never hidden
		if name == "" {
			name = "photo"
		}
		if try > 0 {
			name = fmt.Sprintf("%s (%d)", name, try+1)
		}
		return name, nil
	default:
		random, err := randomName()
		return "photo-" + random, err
	}
}
