package testenv

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// CWebP is img as libwebp's own program encodes it.
func CWebP(t testing.TB, img image.Image, args ...string) []byte {
	t.Helper()
	var in bytes.Buffer
	if err := png.Encode(&in, img); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	from, to := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.webp")
	if err := os.WriteFile(from, in.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(Program(t, "cwebp"), slices.Concat([]string{"-quiet"}, args, []string{from, "-o", to})...).CombinedOutput(); err != nil {
		t.Fatalf("cwebp: %v: %s", err, out)
	}
	data, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
