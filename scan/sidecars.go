package scan

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	// maxListed is how many names of a folder are looked at for side cars. With
	// fewer, half of a camera's folder could go unseen; with more, a batch over a
	// large folder, which looks once for each photo, would take minutes.
	maxListed = 1 << 15
	// maxSidecars is how many are told of one photo.
	maxSidecars = 16
)

// sidecarEndings are what programs put behind a photo's name, with or without
// its own ending, for a file that tells of the photo.
var sidecarEndings = map[string]bool{
	".xmp":  true, // edits, keywords, places, faces: Lightroom, darktable, digiKam
	".aae":  true, // edits on an iPhone
	".mov":  true, // the video of a live photo, with a place of its own
	".mp4":  true,
	".json": true, // Google Takeout: place, people, title
	".thm":  true, // a camera's thumbnail
	".wav":  true, // a camera's voice memo
}

// takeoutCopy is how Google Takeout marks the second photo of a name.
var takeoutCopy = regexp.MustCompile(`\(\d+\)$`)

// Sidecars lists the files beside the photo at path that tell of it: of the same
// name, but for upper and lower case, and an ending such as .xmp, .aae, .mov or
// .json. They are full paths, sorted, and at most a few; of a very large folder
// only a part is looked at. A folder that cannot be listed has none.
func Sidecars(path string) []string {
	dir, name := filepath.Split(path)
	folder, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return nil
	}
	defer folder.Close()
	const batch = 1024
	of := newSidecarNames(name)
	var found []string
	for listed := 0; listed < maxListed && len(found) < maxSidecars; {
		names, err := folder.Readdirnames(batch)
		for _, n := range names {
			if of.match(n) {
				found = append(found, dir+n)
			}
		}
		if listed += len(names); err != nil {
			break // the end, or a folder that has gone: what was found counts
		}
	}
	slices.Sort(found)
	return found[:min(len(found), maxSidecars)]
}

// sidecarNames tells the names of one photo's side cars.
type sidecarNames struct {
	name, stem    string // in lower case, with and without ending
	original, nth string // "img.jpg" and "(1)" for "img(1).jpg"; "" for other names
}

func newSidecarNames(name string) sidecarNames {
	name = strings.ToLower(name)
	ext := filepath.Ext(name)
	s := sidecarNames{name: name, stem: strings.TrimSuffix(name, ext)}
	if nth := takeoutCopy.FindString(s.stem); nth != "" {
		s.original, s.nth = strings.TrimSuffix(s.stem, nth)+ext, nth
	}
	return s
}

func (s sidecarNames) match(name string) bool {
	name = strings.ToLower(name)
	if name == s.name {
		return false
	}
	if name == "._"+s.name {
		return true // what macOS keeps of a file: where it came from, among others
	}
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	if !sidecarEndings[ext] {
		return false
	}
	if stem == s.stem || stem == s.name {
		return true
	}
	if ext != ".json" {
		return false
	}
	// "img.jpg.supplemental-metadata.json", cut off where the name gets long. The
	// number of a copy stands behind all of that.
	nth := takeoutCopy.FindString(stem)
	if nth == "" {
		return strings.HasPrefix(stem, s.name+".")
	}
	stem = strings.TrimSuffix(stem, nth)
	return nth == s.nth && (stem == s.original || strings.HasPrefix(stem, s.original+"."))
}
