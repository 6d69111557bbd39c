package vision

// plates looks for licence plates in the whole picture and, where they are
// small, in each vehicle.
func (l *look) plates() error {
	s, err := l.engine.session("plates")
	if err != nil {
		return err
	}
	type part struct {
		region
		limit float32
	}
	pic := l.pyramid.whole()
	parts := []part{{pic, plateScore}}
	// Without the object model the whole picture is still looked at.
	if found, labels, err := l.seen(); err == nil {
		for _, c := range found {
			if !plated[labels[c.class]] || c.score < l.objectLimit() || len(parts) > maxCrops {
				continue
			}
			b := c.box.grow(plateGrow).clip(l.width(), l.height())
			if b.W >= 1 && b.H >= 1 {
				parts = append(parts, part{b.region(), plateScoreCrop})
			}
		}
	}
	W, H := s.net.Width, s.net.Height
	results := make([][]candidate, len(parts))
	err = l.each(len(parts), func(i int) error {
		r := parts[i].region
		return l.infer(s, r, W, H, W, H, func(out []tensor) error {
			found, err := decodeLPD(out, W, H, parts[i].limit)
			for _, c := range nms(found, plateOverlap) {
				c = c.transform(float32(r.w)/float32(W), float32(r.h)/float32(H), float32(r.x), float32(r.y))
				if plateSized(c.box, float32(r.w), float32(r.h)) {
					results[i] = append(results[i], c)
				}
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	var all []candidate
	for _, r := range results {
		all = append(all, r...)
	}
	for _, c := range nms(all, plateOverlap) {
		l.add(Plates, l.detection(c, Plate, "licence plate"))
	}
	return nil
}

// plateSized says whether a box found in a part of w × h has a plate's proportions:
// the model takes whole drawings for plates.
func plateSized(b Box, w, h float32) bool {
	return b.W >= plateMinAspect*b.H && b.W <= plateMaxAspect*b.H && b.W*b.H <= plateMaxShare*w*h
}

// mergePlates makes one of plates that the plate model and the text reader found
// in one place: the box around both, with what was read.
func mergePlates(all []Detection) []Detection {
	kept := all[:0]
next:
	for _, d := range all {
		if d.Kind == Plate {
			for i := range kept {
				k := &kept[i]
				if k.Kind != Plate || intersection(k.Box, d.Box) < .4*min(k.Box.W*k.Box.H, d.Box.W*d.Box.H) {
					continue
				}
				k.Box, k.Confidence = k.Box.union(d.Box), max(k.Confidence, d.Confidence)
				if k.Text == "" {
					k.Text, k.Personal = d.Text, d.Personal
				}
				continue next
			}
		}
		kept = append(kept, d)
	}
	return kept
}
