// Package vision finds what the pixels of a photo show: faces, people, objects,
// plates, text and codes, with ONNX models on this machine. Start with [New] and
// [Engine.Detect].
package vision

import "image"

// Kind is what a detection is, and what a plan can cover.
type Kind string

// The kinds of detection.
const (
	Face     Kind = "face"
	Person   Kind = "person"
	Plate    Kind = "plate"
	Document Kind = "document"
	Screen   Kind = "screen"
	Code     Kind = "code"
	Text     Kind = "text"
	Vehicle  Kind = "vehicle"
	Object   Kind = "object"
)

// Check is a group of detections that runs or does not run as a whole.
type Check string

// The checks. People is the comparison of faces by embedding.
const (
	Faces   Check = "faces"
	Objects Check = "objects"
	Plates  Check = "plates"
	Texts   Check = "text"
	Codes   Check = "codes"
	People  Check = "people"
)

// Box is a rectangle in pixels of the photo as displayed at full size.
type Box struct{ X, Y, W, H float32 }

// Point is a place in the same space as [Box].
type Point struct{ X, Y float32 }

// Picture is what the detectors look at: the photo as displayed, opaque, bounds
// from (0,0), perhaps smaller than the photo, whose full size is Width × Height.
type Picture struct {
	*image.RGBA
	Width, Height int
	// Part draws the photo at full size where RGBA is smaller by a power of two,
	// rounded up: the pixels of r, and perhaps some around it, at the bounds of the
	// result, into buf where that is large enough. nil makes RGBA all that is looked
	// at. It is called from several goroutines.
	Part func(r image.Rectangle, buf []byte) (*image.RGBA, error)
}

// Detection is one thing that was found.
type Detection struct {
	Kind       Kind
	Label      string // the class ("face", "dog", "QR code", "e-mail address")
	Confidence float32
	Box        Box
	// Landmarks of a face: right eye, left eye, nose, right and left mouth
	// corner, right and left being the person's; nil for other kinds.
	Landmarks []Point
	// Bystander marks a face that the photo does not seem to be about.
	Bystander bool
	// Text is what was read, for Text and Code; it is never logged.
	Text string
	// Personal names the pattern that Text matched ("email", "phone", "iban"…),
	// empty where it is not personal.
	Personal string
	// Person numbers the same person across a batch, from 1; 0 where unknown.
	Person int
}

// Setting trades time for recall.
type Setting int

// The settings.
const (
	Fast Setting = iota
	Thorough
	// Second is the other look that verification takes: another scale, a lower
	// threshold, and the second face model where it is installed.
	Second
)

// Options of [Engine.Detect].
type Options struct {
	Setting Setting
	// Only limits the checks that run; nil runs all but People.
	Only []Check
}

// Result of [Engine.Detect].
type Result struct {
	Detections []Detection
	// Ran holds true for each check that looked at the picture to its end.
	Ran map[Check]bool
	// Failed says why a check did not run: its model is missing, or it failed.
	Failed map[Check]error
}
