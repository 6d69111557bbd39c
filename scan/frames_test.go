package scan

import (
	"context"
	"path/filepath"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan/container"
)

func TestFrames(t *testing.T) {
	part := func(id string) container.Part {
		kind := container.Structure
		if id == "IDAT" || id == "fdAT" || id == "VP8" || id == "ANMF VP8" || id == "ECS" {
			kind = container.Pixels
		}
		return container.Part{ID: id, Name: id, Kind: kind}
	}
	for name, c := range map[string]struct {
		ids  []string
		want int
	}{
		"nothing":                {nil, 1},
		"still PNG":              {[]string{"IHDR", "IDAT", "IDAT", "IEND"}, 1},
		"progressive JPEG":       {[]string{"SOS", "ECS", "SOS", "ECS"}, 1},
		"animated PNG":           {[]string{"acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fdAT", "fcTL", "fdAT"}, 3},
		"a PNG with a poster":    {[]string{"acTL", "IDAT", "fcTL", "fdAT"}, 2},
		"a frame cut by a chunk": {[]string{"acTL", "IDAT", "fcTL", "fdAT", "tEXt", "fdAT"}, 2},
		"unannounced frames":     {[]string{"IDAT", "fdAT"}, 2},
		"still WebP":             {[]string{"VP8X", "ALPH", "VP8"}, 1},
		"animated WebP":          {[]string{"VP8X", "ANIM", "ANMF", "ANMF VP8", "ANMF", "ANMF VP8"}, 2},
		"still and moving WebP":  {[]string{"VP8X", "VP8", "ANMF", "ANMF VP8"}, 2},
	} {
		var parts []container.Part
		for _, id := range c.ids {
			parts = append(parts, part(id))
		}
		if got := frames(parts); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

// The photos of the folder are stills, but for the animated ones.
func TestFramesOfFolder(t *testing.T) {
	stills, animated := 0, 0
	for _, e := range testenv.Index(t, "JPEG", "PNG", "APNG", "WEBP", "Extended WEBP", "BMP") {
		p, err := Open(context.Background(), filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			continue
		}
		if p.Frames > 1 {
			t.Logf("%s (%s): %d frames", e.File, e.Format, p.Frames)
			animated++
			if p.Format != container.PNG && p.Format != container.WebP {
				t.Errorf("%s: %d frames in a %s", e.File, p.Frames, p.Format)
			}
		} else {
			stills++
		}
	}
	if animated == 0 || stills == 0 {
		t.Errorf("%d animated, %d stills: want some of both", animated, stills)
	}
}
