package vision

// All limits of the detectors lie here. Scores are those of the networks, 0 to 1;
// sides are in pixels of the network's input unless said otherwise. The figures
// that chose them come from cmd/evaluate.
const (
	// fastSide is the longer side of what the fast setting looks at: faces of
	// some 10 pixels at this scale are the smallest that YuNet finds.
	fastSide = 1280
	// secondSide lies above the largest scale of a second look.
	secondSide = 1600

	// tileSide and tileOverlap cut what YuNet sees in a thorough look. A face that
	// is larger than the overlap is seen at a coarser scale. A run takes some 85
	// bytes of memory for each pixel of its input.
	tileSide    = 640
	tileOverlap = 160
	// maxUpscale bounds how much a small picture is enlarged: beyond it nothing
	// is gained.
	maxUpscale = 2

	// faceScore is lower than the 0.6 of YuNet's authors: a missed face hurts
	// more than a box too many.
	faceScore = 0.5
	// faceScoreTile holds in tiles, where textures give more false boxes.
	faceScoreTile = 0.6
	// faceScoreTurned holds in pictures turned by quarters.
	faceScoreTurned = 0.7
	// A face of less than faceScoreDoubt is looked at again from near: scaled to
	// each of nearSides it must give faceScoreNear at one of them. Of 89 such boxes on
	// a folder of photos 42 gave none at two of the sizes; four of these lay on faces
	// that another program had blurred, one on a face, out of focus and masked. A
	// turned face must give the score for turned ones at nearSideTurned. From
	// nearOverlap (IoU) on it is the same.
	faceScoreDoubt = 0.7
	faceScoreNear  = 0.2
	nearSideTurned = 96
	nearOverlap    = 0.4
	// faceScoreSecond and ultraFaceScore hold in a second look.
	faceScoreSecond = 0.4
	ultraFaceScore  = 0.7
	faceOverlap     = 0.3 // IoU from which two boxes are one face
	// A face of blankSide and more whose detail lies below blankDetail is a smooth
	// patch where hair and shoulders make YuNet expect one, as on a copy whose
	// faces are covered: 20 of 39 such boxes, and of 555 others 11, all on faces
	// that another program had blurred. A second look keeps them.
	blankSide   = 30
	blankDetail = 4.0
	// smallestFace is the width, in pixels of the largest scale that is looked at,
	// from which 9 of 10 faces are found, smallestBelow how many of 10 that are
	// narrower, down to six tenths of that; the same in tiles of a thorough look,
	// which believe less.
	smallestFace      = 8
	smallestBelow     = 4
	smallestFaceTile  = 10
	smallestBelowTile = 6
	// minFaceSide is the smallest face that is kept, in pixels of the picture.
	minFaceSide = 4

	objectScore       = 0.3
	objectScoreSecond = 0.2
	objectOverlap     = 0.45

	// plateScore holds on a whole picture, plateScoreCrop on a vehicle grown by
	// plateGrow on each side.
	plateScore     = 0.8
	plateScoreCrop = 0.6
	plateOverlap   = 0.3
	// A plate is wider than high, also seen from the side or tilted, and no more
	// than plateMaxShare of what it was found in.
	plateMinAspect = 1.1
	plateMaxAspect = 8
	plateMaxShare  = 0.4
	plateGrow      = 0.1
	// plateVehicleScore is the score from which an object may be the vehicle around
	// a plate: at night most score less than objectScore.
	plateVehicleScore = 0.15
	// maxCrops bounds the vehicles that are looked at one by one.
	maxCrops = 24
)

var nearSides = []float32{48, 64, 96, 128}
