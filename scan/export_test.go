package scan

// IsSidecar reports whether a file of that name beside a photo is its side car.
func IsSidecar(photo, name string) bool { return newSidecarNames(photo).match(name) }
