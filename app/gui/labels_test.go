package gui

import (
	"math/rand/v2"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"blindspot/app/check"
	"blindspot/scrub/redact"
	"blindspot/vision"
)

// labelsOf are the patches behind the labels that are painted, by the box.
func labelsOf(r *boxRenderer) map[*boxShape]area {
	painted := map[fyne.CanvasObject]bool{}
	for _, o := range r.objects {
		painted[o] = true
	}
	all := map[*boxShape]area{}
	for _, s := range r.boxes {
		if painted[s.back] {
			all[s] = s.labelArea()
		}
	}
	return all
}

// people is a view of a photo with n marks at random places, some of them covered,
// new, or the user's own.
func people(random *rand.Rand, n int) *boxView {
	b := newBoxView(func() fyne.KeyModifier { return 0 })
	b.picture = newLevels(picture(400, 300))
	b.view.width, b.view.height = 1600, 1200
	kinds := []vision.Kind{vision.Face, vision.Face, vision.Face, vision.Plate, vision.Text}
	for range n {
		side := 40 + random.IntN(240)
		m := mark{
			box:     redact.Box{X: random.IntN(1600 - side), Y: random.IntN(1200 - side), W: side, H: side * 5 / 4},
			covered: random.IntN(3) == 0, fresh: random.IntN(5) == 0,
		}
		if random.IntN(8) > 0 {
			m.detection = &check.Detection{Kind: string(kinds[random.IntN(len(kinds))])}
		} else {
			m.fresh = false
		}
		b.marks, b.places = append(b.marks, m), append(b.places, m.box)
	}
	b.Resize(fyne.NewSize(700, 525))
	return b
}

// Labels lie on no other label, on no cross, and on no face that is to be seen, in any
// size of text and either language; the mark that is pointed at or selected says all.
func TestLabelsKeepClear(t *testing.T) {
	for _, language := range []string{"en", "de"} {
		for _, scale := range []float32{1, 1.5} {
			tr := newTrial(t)
			tr.setLanguage(language)
			tr.dialog.Dismiss()
			tr.look.scale = scale
			tr.app.Settings().SetTheme(tr.look)
			t.Cleanup(func() { tr.setLanguage("en") })
			random := rand.New(rand.NewPCG(1, 2))
			shown, whole := 0, 0
			for range 60 {
				b := people(random, 1+random.IntN(2*maxLabels))
				r := test.WidgetRenderer(b).(*boxRenderer)
				labels := labelsOf(r)
				for s, a := range labels {
					shown++
					if !s.short {
						whole++
					}
					if a.pos.X < 0 || a.pos.Y < 0 || a.pos.X+a.size.Width > b.view.size.Width || a.pos.Y+a.size.Height > b.view.size.Height {
						t.Errorf("a label at %v, %v lies outside the view", a.pos, a.size)
					}
					for o, other := range labels {
						if o != s && a.meets(other) {
							t.Errorf("labels at %v and %v meet", a, other)
						}
					}
					for i, o := range r.boxes {
						if o.face && a.meets(o.area()) {
							t.Errorf("the label at %v lies on the face at %v", a, o.area())
						}
						if o.own && a.meets(b.cross(i)) {
							t.Errorf("the label at %v lies on the cross at %v", a, b.cross(i))
						}
					}
				}
				for i := range b.marks {
					b.highlight(i)
					if _, ok := labelsOf(r)[r.boxes[i]]; !ok || r.boxes[i].short {
						t.Errorf("mark %d of %d says nothing when pointed at", i, len(b.marks))
					}
				}
				b.highlight(-1)
				b.selected = random.IntN(len(b.marks))
				b.Refresh()
				if _, ok := labelsOf(r)[r.boxes[b.selected]]; !ok || r.boxes[b.selected].short {
					t.Errorf("the selected mark says nothing")
				}
			}
			t.Logf("%s, text %v: %d labels, %d of them whole", language, scale, shown, whole)
			if whole < 200 {
				t.Errorf("only %d whole labels: little is tested", whole)
			}
		}
	}
}

// A single box has its label above it, and one at the upper edge below it.
func TestLabelOfOneBox(t *testing.T) {
	newTrial(t)
	for _, c := range []struct {
		y     int
		below bool
	}{{500, false}, {0, true}} {
		b := newBoxView(func() fyne.KeyModifier { return 0 })
		b.picture = newLevels(picture(400, 300))
		b.view.width, b.view.height = 1600, 1200
		box := redact.Box{X: 500, Y: c.y, W: 300, H: 300}
		b.marks = []mark{{box: box, detection: &check.Detection{Kind: string(vision.Face)}}}
		b.places = []redact.Box{box}
		b.Resize(fyne.NewSize(700, 525))
		r := test.WidgetRenderer(b).(*boxRenderer)
		label, ok := labelsOf(r)[r.boxes[0]]
		if !ok || r.boxes[0].short || (label.pos.Y > r.boxes[0].area().pos.Y) != c.below {
			t.Errorf("box at %v, label at %v", r.boxes[0].area(), label)
		}
	}
}
