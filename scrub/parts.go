package scrub

import (
	"bytes"
	"fmt"

	"blindspot/scan"
	"blindspot/scan/container"
)

// sameParts returns an error unless the parts a of original hold the same as the
// parts b of copied.
func sameParts(original, copied *scan.Photo, a, b []container.Part) error {
	if len(a) != len(b) {
		return fmt.Errorf("%d parts of the picture, not %d", len(b), len(a))
	}
	for i := range a {
		if a[i].ID != b[i].ID || !bytes.Equal(a[i].Payload(original.Data), b[i].Payload(copied.Data)) {
			return fmt.Errorf("%s at byte %d differs from the original", b[i].Name, b[i].Offset)
		}
	}
	return nil
}
