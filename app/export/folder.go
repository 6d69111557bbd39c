package export

import "fmt"

// InsideError says that an export folder is, or lies in, what is to be cleaned: copies
// would be taken for photos. It wraps [ErrFolder].
type InsideError struct{ Folder, Root string }

func (e *InsideError) Error() string {
	return fmt.Sprintf("%v %s is inside %s, which is to be cleaned: choose another", ErrFolder, e.Folder, e.Root)
}

func (e *InsideError) Unwrap() error { return ErrFolder }
