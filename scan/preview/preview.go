// Package preview compares the pictures within a photo's file (thumbnails,
// previews, second pictures) with the picture that the photo shows. Editing
// programs have left them as they were before something was cut away or covered.
// Start with [Compare].
package preview

import (
	"context"
	"strings"

	"blindspot/scan"
	"blindspot/scan/container"
	"blindspot/scan/metadata"
	"blindspot/scan/pixels"
)

const (
	// maxPictures bounds how many pictures within one file are decoded.
	maxPictures = 16
	// maxPixels bounds the width times height of one that is decoded, as of a photo.
	maxPixels = pixels.MaxPixels
	// side is the longer side that pictures are brought to, in pixels.
	side = 256
)

// Shows says what a picture within a photo shows.
type Shows string

// What a picture can show.
const (
	Unknown   Shows = "unknown"   // it could not be decoded
	Same      Shows = "same"      // what the photo shows, or a part of it
	More      Shows = "more"      // what the photo shows, and more around it
	Different Shows = "different" // something else, or a part of the photo changed
)

// Picture is one picture within a photo.
type Picture struct {
	Source        string // where it lies, as [metadata.Picture] has it
	Width, Height int    // as stored
	Shows         Shows
}

// Differs says that the picture shows what the photo doesn't.
func (p Picture) Differs() bool { return p.Shows == More || p.Shows == Different }

// Compare compares each picture within p with p itself, decoded as pic. Gain maps
// and depth maps are passed over: they show brightness and distance. What can't be
// decoded is [Unknown]. It ends early when ctx does.
func Compare(ctx context.Context, p *scan.Photo, pic *pixels.Picture) []Picture {
	var found []Picture
	var photo *plane
	for _, q := range p.Pictures {
		if len(found) == maxPictures || ctx.Err() != nil {
			break
		}
		if isMap(q.Source) {
			continue
		}
		result := Picture{Source: q.Source, Width: q.Width, Height: q.Height, Shows: Unknown}
		if small, ok := decode(ctx, q); ok {
			if photo == nil {
				photo = planeOf(pic.RGBA)
			}
			result.Shows = compare(photo, small)
		}
		found = append(found, result)
	}
	return found
}

func isMap(source string) bool {
	return strings.Contains(source, "gain map") || strings.Contains(source, "depth map")
}

func decode(ctx context.Context, q metadata.Picture) (*plane, bool) {
	if q.Width < 1 || q.Height < 1 || q.Width > maxPixels/q.Height {
		return nil, false
	}
	pic, err := pixels.Decode(ctx, &scan.Photo{
		Path: q.Source, Data: q.Data, Format: container.Identify(q.Data), Width: q.Width, Height: q.Height, Orientation: 1,
	}, side)
	if err != nil {
		return nil, false
	}
	return planeOf(pic.RGBA), true
}
