package assets_test

import (
	"bytes"
	"image/png"
	"testing"

	"blindspot/assets"
)

func TestIcon(t *testing.T) {
	const most = 40_000 // bytes: it is part of every binary
	if len(assets.Icon) > most {
		t.Errorf("%d bytes, want %d at most", len(assets.Icon), most)
	}
	m, err := png.Decode(bytes.NewReader(assets.Icon))
	if err != nil {
		t.Fatal(err)
	}
	if b := m.Bounds(); b.Dx() != 512 || b.Dy() != 512 {
		t.Errorf("%v, want 512×512", b)
	}
	if _, _, _, corner := m.At(0, 0).RGBA(); corner != 0 {
		t.Error("the corners are not transparent")
	}
}
