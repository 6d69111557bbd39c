package gui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"blindspot/scan"
)

func TestSample(t *testing.T) {
	newTrial(t)
	data, err := samplePhoto()
	if err != nil {
		t.Fatal(err)
	}
	p, err := scan.Read(context.Background(), sampleName, data)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Warnings) > 0 {
		t.Errorf("warnings %q", p.Warnings)
	}
	if p.Position == nil || p.Position.Latitude < 48.8583 || p.Position.Latitude > 48.8585 || p.Position.Longitude < 2.2944 || p.Position.Longitude > 2.2946 {
		t.Errorf("position %+v", p.Position)
	}
	found := map[string]string{}
	for _, f := range p.Facts {
		found[f.Tag] = f.Value
	}
	for tag, want := range map[string]string{"Artist": "Sam Sample", "DateTimeOriginal": "2025:06:14 18:30:12"} {
		if found[tag] != want {
			t.Errorf("%s = %q, want %q", tag, found[tag], want)
		}
	}
	serial := false
	for tag, value := range found {
		serial = serial || strings.HasSuffix(tag, "SerialNumber") && value == "SAMPLE-0012345"
	}
	if !serial {
		t.Errorf("no serial number among %v", found)
	}
	thumbnail := false
	for _, part := range p.Parts {
		thumbnail = thumbnail || part.Kind == "thumbnail"
	}
	if _, ok := found["ThumbnailImage"]; !ok && !thumbnail {
		if _, ok := found["ThumbnailLength"]; !ok {
			t.Errorf("no thumbnail among %v", found)
		}
	}
}

func TestTrySample(t *testing.T) {
	tr := newTrial(t)
	tr.checker.photos[sampleName] = street()
	test.Tap(tr.button("Try a sample"))
	if len(tr.items) != 1 || tr.items[0].state != checked {
		t.Fatalf("%d photos", len(tr.items))
	}
	path := tr.items[0].path
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	tr.trySample()
	if len(tr.items) != 1 {
		t.Error("the sample is listed twice")
	}
	tr.close()
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("the sample's folder stays when the window is closed: %v", err)
	}
}
