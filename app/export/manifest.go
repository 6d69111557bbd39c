package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ManifestName is the file in an export folder that lists its copies. It says
// nothing of the originals.
const ManifestName = "blindspot.json"

// maxManifestSize bounds a manifest that is read, in bytes.
const maxManifestSize = 64 << 20

// manifest is the content of [ManifestName].
type manifest struct {
	Version int             `json:"version"` // 1
	Copies  []manifestEntry `json:"copies"`
}

type manifestEntry struct {
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	Score   *int   `json:"score"`   // null where no check was asked for
	Regions int    `json:"regions"` // covered
}

// WriteManifest adds the verified copies among results to the manifest of dir,
// so that [Exporter.VerifyFolder] can tell later whether they are still the same. The
// results are those of a run with sums.
func WriteManifest(dir string, results []*Result) error {
	m, err := readManifest(dir)
	if err != nil {
		return err
	}
	for _, r := range results {
		if r == nil || r.Output == nil {
			continue
		}
		m.Copies = append(m.Copies, manifestEntry{
			File: filepath.Base(*r.Output), SHA256: r.outputSHA256, Score: r.ScoreAfter, Regions: len(r.Removed.Regions),
		})
	}
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	d, err := writeDraft(dir, append(data, '\n'))
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	defer d.discard()
	// It may replace another, which lists the copies of other batches.
	if err := d.file.Sync(); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return d.keepAs(filepath.Join(dir, ManifestName))
}

// readManifest reads the manifest of dir; an empty one where there is none.
func readManifest(dir string) (*manifest, error) {
	m := &manifest{Version: 1, Copies: []manifestEntry{}}
	data, err := ReadFile(filepath.Join(dir, ManifestName), maxManifestSize)
	if errors.Is(err, os.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the manifest: %w", err)
	}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("reading the manifest of %s: %w", dir, err)
	}
	if m.Version != 1 {
		return nil, fmt.Errorf("reading the manifest of %s: version %d is not known", dir, m.Version)
	}
	return m, nil
}
