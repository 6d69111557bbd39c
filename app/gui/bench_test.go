package gui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2/test"

	"blindspot/app/check"
	"blindspot/risk"
)

// manyPhotos is how many photos the list is measured with.
const manyPhotos = 5000

// crowd is a photo with many faces and findings.
func crowd() *check.Photo {
	p := street()
	p.Detections, p.Findings = nil, p.Findings[:2]
	for i := range 40 {
		p.Detections = append(p.Detections, check.Detection{ID: i + 1, Kind: "face", Label: "face", Confidence: .9,
			Box: check.Box{X: 90 * i, Y: 60 * i, W: 80, H: 100}})
		p.Findings = append(p.Findings, check.Finding{Rule: fmt.Sprint("test.face.", i%12), Attack: risk.Attacks[i%4], Severity: risk.High,
			Title: "A face can be recognised", Explanation: "Face search finds other photos of the same person.",
			Evidence: []string{"Seen: face", "How sure: 90 %"}, Detection: ptr(i + 1), Fix: ptr(risk.Cover)})
	}
	return p
}

// longList is a trial with n photos that are checked, all the same.
func longList(b *testing.B, n int, p *check.Photo) *trial {
	b.Helper()
	a := test.NewTempApp(b)
	tr := newTrialIn(b, a)
	thumb := thumbnail(picture(400, 300))
	for i := range n {
		tr.items = append(tr.items, &item{path: fmt.Sprintf("/photos/%04d.jpg", i), state: checked, photo: p, marks: newMarks(p), thumb: thumb})
	}
	tr.enlisted(&check.List{}, 0)
	return tr
}

// What the window's own goroutine does when another photo is selected.
func BenchmarkSelect(b *testing.B) {
	tr := longList(b, 2, crowd())
	for i := 0; b.Loop(); i++ {
		tr.list.Select(i % 2)
	}
}

// What it does for one step of the wheel over a long list.
func BenchmarkScroll(b *testing.B) {
	tr := longList(b, manyPhotos, street())
	for i := 0; b.Loop(); i++ {
		tr.list.ScrollToOffset(float32(i%(60*manyPhotos)) * 40)
	}
}

// What it does when one more photo of a long list was checked, seen or not.
func BenchmarkProgress(b *testing.B) {
	for name, i := range map[string]int{"seen": 3, "unseen": 4000} {
		b.Run(name, func(b *testing.B) {
			tr := longList(b, manyPhotos, street())
			for b.Loop() {
				tr.progressed(tr.items[i], tr.items[i].photo, tr.items[i].thumb)
			}
		})
	}
}

// What it does when a long list is sorted and filtered anew.
func BenchmarkArrange(b *testing.B) {
	tr := longList(b, manyPhotos, street())
	tr.order, tr.only = byScore, onlyDoubtful
	for b.Loop() {
		tr.arrange()
	}
}
