package export

import "blindspot/scan/container"

// IsHidden says that p is hidden data: a part that a clean copy has nothing of, or, as
// an orientation, next to nothing.
func IsHidden(p container.Part) bool {
	switch p.Kind {
	case container.Pixels, container.Structure, container.Colour:
		return false
	}
	return true
}

// Hidden counts the pieces of hidden data among parts. Whatever tells people how much
// hidden data there is, or was, counts so.
func Hidden(parts []container.Part) int {
	n := 0
	for _, p := range parts {
		if IsHidden(p) {
			n++
		}
	}
	return n
}
