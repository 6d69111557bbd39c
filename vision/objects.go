package vision

// kinds maps classes of objects to kinds; the others are of kind Object.
var kinds = map[string]Kind{
	"person":     Person,
	"bicycle":    Vehicle,
	"car":        Vehicle,
	"motorcycle": Vehicle,
	"airplane":   Vehicle,
	"bus":        Vehicle,
	"train":      Vehicle,
	"truck":      Vehicle,
	"boat":       Vehicle,
	"tv":         Screen,
	"laptop":     Screen,
	"cell phone": Screen,
}

// plated are the classes that may carry a licence plate.
var plated = map[string]bool{"car": true, "motorcycle": true, "bus": true, "truck": true}

// streets are the classes that stand where vehicles pass.
var streets = map[string]bool{"traffic light": true, "stop sign": true, "parking meter": true}

// objects finds what the object model knows.
func (l *look) objects() error {
	found, labels, err := l.seen()
	if err != nil {
		return err
	}
	limit := l.objectLimit()
	for _, c := range found {
		if c.score < limit {
			continue
		}
		label := labels[c.class]
		kind, ok := kinds[label]
		if !ok {
			kind = Object
		}
		l.add(Objects, l.detection(c, kind, label))
	}
	return nil
}

// objectLimit is the score from which an object counts.
func (l *look) objectLimit() float32 {
	if l.setting == Second {
		return objectScoreSecond
	}
	return objectScore
}

// findObjects runs the object model over the picture, and in a thorough look
// over its quarters too; candidates are in the picture's pixels, vehicles down to
// plateVehicleScore among them.
func (l *look) findObjects() ([]candidate, []string, error) {
	s, err := l.engine.session("objects")
	if err != nil {
		return nil, nil, err
	}
	limit := min(l.objectLimit(), plateVehicleScore)
	W, H := s.net.Width, s.net.Height
	regions := []region{l.pyramid.whole()}
	if pw, ph := regions[0].w, regions[0].h; l.setting == Thorough && max(pw, ph) > float64(2*W) {
		side := max(pw, ph) * .6
		regions = append(regions, tiles(pw, ph, int(side), int(side*.2))...)
	}
	results := make([][]candidate, len(regions))
	err = l.each(len(regions), func(i int) error {
		r := regions[i]
		k := min(float64(W)/r.w, float64(H)/r.h)
		w, h := max(int(r.w*k+.5), 1), max(int(r.h*k+.5), 1)
		return l.infer(s, r, w, h, W, H, func(out []tensor) error {
			found, err := decodeYOLOX(out, W, H, len(s.net.Labels), limit)
			for _, c := range nms(found, objectOverlap) {
				c = c.transform(float32(r.w)/float32(w), float32(r.h)/float32(h), float32(r.x), float32(r.y))
				if i > 0 && cutByTile(c.box, r, regions[0]) {
					continue
				}
				results[i] = append(results[i], c)
			}
			return err
		})
	})
	var all []candidate
	for _, r := range results {
		all = append(all, r...)
	}
	return nms(all, objectOverlap), s.net.Labels, err
}
