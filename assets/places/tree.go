package places

// A slice of towns is a k-d tree (Bentley 1975) in place: its middle element
// divides it along one axis, x, y and z in turn, and each half is a tree again.
// On the unit sphere the chord grows with the great-circle distance, so the
// nearest point is the nearest town, across the date line and at the poles too.

// build orders towns into a tree.
func build(towns []town, axis int) {
	if len(towns) < 2 {
		return
	}
	mid := len(towns) / 2
	selectNth(towns, mid, axis)
	build(towns[:mid], (axis+1)%3)
	build(towns[mid+1:], (axis+1)%3)
}

// selectNth is Hoare's quickselect: afterwards no element before n is larger
// along axis than element n, and none behind it smaller.
func selectNth(towns []town, n, axis int) {
	for lo, hi := 0, len(towns)-1; lo < hi; {
		pivot := towns[lo+(hi-lo)/2].at[axis]
		i, j := lo, hi
		for i <= j {
			for towns[i].at[axis] < pivot {
				i++
			}
			for towns[j].at[axis] > pivot {
				j--
			}
			if i <= j {
				towns[i], towns[j] = towns[j], towns[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return
		}
	}
}

// nearest is the index of the town nearest to p; towns is a tree and not empty.
func nearest(towns []town, p [3]float32) int {
	best, bestSquare := 0, float32(16) // more than any two points of the sphere
	var search func(lo, hi, axis int)
	search = func(lo, hi, axis int) {
		if lo >= hi {
			return
		}
		mid := lo + (hi-lo)/2
		t := &towns[mid]
		if d := square(t.at, p); d < bestSquare {
			best, bestSquare = mid, d
		}
		offset := p[axis] - t.at[axis]
		near, far := [2]int{lo, mid}, [2]int{mid + 1, hi}
		if offset > 0 {
			near, far = far, near
		}
		search(near[0], near[1], (axis+1)%3)
		if offset*offset <= bestSquare {
			search(far[0], far[1], (axis+1)%3)
		}
	}
	search(0, len(towns), 0)
	return best
}

func square(a, b [3]float32) float32 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return x*x + y*y + z*z
}
