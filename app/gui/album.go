package gui

import "slices"

// album holds the photos of the window, and which of them are shown, chosen and
// selected.
type album struct {
	items    []*item // in the order in which they were added
	shown    []*item // those of items that the list shows, in its order
	order    order
	only     only
	chosen   map[*item]bool // acted on together
	selected *item          // nil where none is
}

func newAlbum() album {
	return album{order: byAdded, only: onlyAll, chosen: map[*item]bool{}}
}

// paths are the paths of all photos.
func (a *album) paths() map[string]bool {
	all := make(map[string]bool, len(a.items))
	for _, it := range a.items {
		all[it.path] = true
	}
	return all
}

// acted are the photos that Clean and Delete act on: those chosen, else the
// selected one.
func (a *album) acted() []*item {
	if len(a.chosen) == 0 {
		if a.selected == nil {
			return nil
		}
		return []*item{a.selected}
	}
	var some []*item
	for _, it := range a.items {
		if a.chosen[it] {
			some = append(some, it)
		}
	}
	return some
}

// dirty are the photos that can be cleaned and have no copy, or one made with other
// places covered than are chosen now.
func (a *album) dirty(c choices) []*item {
	var some []*item
	for _, it := range a.items {
		if it.dirty(c) {
			some = append(some, it)
		}
	}
	return some
}

// drop takes the photos of gone out, and returns where in the list to select next
// if the selected one is among them.
func (a *album) drop(gone map[*item]bool) (next int) {
	for _, it := range a.shown {
		if it == a.selected {
			break
		}
		if !gone[it] {
			next++
		}
	}
	a.items = slices.DeleteFunc(a.items, func(it *item) bool { return gone[it] })
	clear(a.chosen)
	if gone[a.selected] {
		a.selected = nil
	}
	return next
}
