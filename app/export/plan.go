package export

import (
	"image"

	"blindspot/app/check"
	"blindspot/scan"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// Margins that a detection's box grows by, as shares of its own size, half on
// each side. A face box leaves out hair, ears and chin; detectors cut the other
// kinds close, or a little short.
const (
	faceMargin  = 0.30
	otherMargin = 0.10
)

// Region is the region that covers d in style: its box with a margin, clipped to
// p, an ellipse for a face. What is no face is blurred where the style draws faces.
func Region(p *check.Photo, d check.Detection, style redact.Style) redact.Region {
	region := redact.Region{Shape: redact.BoxShape, Style: style}
	margin := otherMargin
	if d.Kind == string(vision.Face) {
		region.Shape, margin = redact.Ellipse, faceMargin
	} else if style == redact.Face {
		region.Style = redact.Blur
	}
	dx, dy := int(float64(d.Box.W)*margin/2+.999), int(float64(d.Box.H)*margin/2+.999)
	x0, y0 := max(0, d.Box.X-dx), max(0, d.Box.Y-dy)
	x1, y1 := min(p.Width, d.Box.X+d.Box.W+dx), min(p.Height, d.Box.Y+d.Box.H+dy)
	region.Box = redact.Box{X: x0, Y: y0, W: x1 - x0, H: y1 - y0}
	return region
}

// Plan is the plan that covers in style those detections of p that cover
// chooses; nil where it chooses none.
func Plan(p *check.Photo, style redact.Style, cover func(check.Detection) bool) *redact.Plan {
	plan := &redact.Plan{Version: 1}
	for _, d := range p.Detections {
		if d.Box.W > 0 && d.Box.H > 0 && cover(d) {
			plan.Regions = append(plan.Regions, Region(p, d, style))
		}
	}
	if len(plan.Regions) == 0 {
		return nil
	}
	return plan
}

// Telling says whether a person would want to decide about d before a photo is posted,
// for it may tell who somebody is: other things that are found are not worth a look each.
func Telling(d check.Detection) bool {
	switch vision.Kind(d.Kind) {
	case vision.Face, vision.Plate, vision.Document, vision.Screen, vision.Code:
		return true
	case vision.Text:
		return d.Personal != ""
	}
	return false
}

// maxMCU is the longest side of an MCU in pixels: how far a region grows at most.
const maxMCU = 32

// coveredBoxes says for each region of plan what was covered for it: the box
// around its share of covered, which is in stored pixels of p.
func coveredBoxes(plan *redact.Plan, covered []image.Rectangle, p *scan.Photo) []check.Box {
	boxes := make([]check.Box, len(plan.Regions))
	for i, region := range plan.Regions {
		reach := rectangle(region.Box).Inset(-maxMCU)
		var all image.Rectangle
		for _, c := range covered {
			all = all.Union(displayed(c, p).Intersect(reach))
		}
		boxes[i] = box(all)
	}
	return boxes
}

// displayed is r, in stored pixels of p, in pixels of the photo as displayed.
func displayed(r image.Rectangle, p *scan.Photo) image.Rectangle {
	w, h := p.DisplaySize()
	return p.ToDisplay(r).Intersect(image.Rect(0, 0, w, h))
}

func rectangle[B check.Box | redact.Box](b B) image.Rectangle {
	c := check.Box(b)
	return image.Rect(c.X, c.Y, c.X+c.W, c.Y+c.H)
}

func box(r image.Rectangle) check.Box {
	return check.Box{X: r.Min.X, Y: r.Min.Y, W: r.Dx(), H: r.Dy()}
}
