package scan

import (
	"strings"

	"blindspot/scan/container"
)

// frames is how many pictures follow each other in parts, at least 1. Those that no
// viewer shows, as they are announced nowhere, count as well.
func frames(parts []container.Part) int {
	still, moving := 0, 0
	next := true // PNG: whether the next fdAT begins a frame
	for _, part := range parts {
		switch {
		case part.ID == "fcTL":
			next = true
		case part.ID == "fdAT":
			if next {
				moving++
			}
			next = false
		case part.ID == "ANMF":
			moving++
		case part.Kind == container.Pixels && !strings.HasPrefix(part.Name, "ANMF "):
			still = 1
		}
	}
	return max(1, still+moving)
}
