package assets_test

import (
	"testing"

	"blindspot/assets"
)

func TestEnglishReads(t *testing.T) {
	c, err := assets.English()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Text("attack.identification", nil), "Who you are"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
