package container

// Bounds on what a file may make the readers do.
const (
	// maxParts is far above any real file (a 100-megapixel progressive JPEG has
	// some hundred parts, a PNG with 8 kB IDAT chunks some ten thousand) and
	// keeps the list below 50 MB.
	maxParts = 250_000
	// maxTrailerParts bounds what is told apart behind a picture: each piece is
	// searched for by signature. What lies behind is one last part.
	maxTrailerParts = 256
	// maxDimension is the largest width or height; JPEG's own limit is 65535.
	maxDimension = 1 << 24
)
