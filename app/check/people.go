package check

import (
	"context"

	"blindspot/vision"
)

// minFaceSide is the shorter side of the smallest face that is compared, in
// pixels of the decoded picture: below it embeddings say little.
const minFaceSide = 24

// face is a face of a photo that is large enough to be compared. It lives as
// long as its batch.
type face struct {
	detection vision.Detection
	embedding []float32
}

// embed returns the faces among detections that can be compared.
func embed(ctx context.Context, engine *vision.Engine, pic vision.Picture, detections []vision.Detection) ([]face, error) {
	scale := float32(pic.Bounds().Dx()) / float32(pic.Width)
	var faces []face
	for _, d := range detections {
		if d.Kind != vision.Face || d.Landmarks == nil || min(d.Box.W, d.Box.H)*scale < minFaceSide {
			continue
		}
		e, err := engine.Embed(ctx, pic, d)
		if err != nil {
			return nil, err
		}
		faces = append(faces, face{d, e})
	}
	return faces, nil
}

// groupPeople numbers the same person alike across a batch.
func groupPeople(looks []look) {
	embeddings := make([][][]float32, len(looks))
	for i, l := range looks {
		for _, f := range l.faces {
			embeddings[i] = append(embeddings[i], f.embedding)
		}
	}
	for i, persons := range vision.Group(embeddings, vision.SamePerson) {
		photo := looks[i].photo
		for j, person := range persons {
			box := NewDetection(0, looks[i].faces[j].detection, photo.Width, photo.Height).Box
			for k := range photo.Detections {
				if d := &photo.Detections[k]; d.Kind == string(vision.Face) && d.Box == box && d.Person == nil {
					d.Person = &person
					break
				}
			}
		}
	}
}
