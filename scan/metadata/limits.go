package metadata

// Bounds on what a file may make the readers do. Real files stay far below.
const (
	// maxFacts and maxWarnings bound what one photo yields; the largest count
	// seen in a real file is some 2000 facts.
	maxFacts    = 20_000
	maxWarnings = 100
	// maxValue is the longest value kept, in bytes; a longer one is cut.
	maxValue = 4 << 10
	// maxIFDs and maxEntries bound one EXIF block. A block is 64 kB in a JPEG,
	// but may be of any size elsewhere.
	maxIFDs    = 64
	maxEntries = 10_000
	// maxNumbers is how many numbers of a list are written out.
	maxNumbers = 64
	// maxNesting is how deep pictures within pictures are followed.
	maxNesting = 3
	// maxPictures is how many pictures within the picture are told.
	maxPictures = 64
	// maxInflated is the most that a compressed text or profile may grow to.
	// maxInflatedAll is the most that all of a photo's grow to together.
	maxInflated    = 16 << 20
	maxInflatedAll = 64 << 20
	// maxXML and maxXMLDepth bound an XMP packet.
	maxXML      = 32 << 20
	maxXMLDepth = 64
	// maxDataDepth is how deep lists and maps of JSON and CBOR are followed.
	maxDataDepth = 16
)
