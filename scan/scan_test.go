package scan_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
)

// TestOpenErrors tries what is no photo, and what cannot be read.
func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	large := write("large.jpg", "\xff\xd8\xff\xe0")
	if err := os.Truncate(large, scan.MaxFileSize+1); err != nil { // a sparse file
		t.Fatal(err)
	}
	fifo := filepath.Join(dir, "fifo.jpg")
	if out, err := exec.Command("mkfifo", fifo).CombinedOutput(); err != nil {
		testenv.Missing(t, "no mkfifo: "+string(out))
	}
	link := filepath.Join(dir, "link.jpg")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path   string
		want   error
		format container.Format // of the Photo; "" for none
	}{
		"FIFO":        {fifo, scan.ErrNotPhoto, ""},
		"device":      {os.DevNull, scan.ErrNotPhoto, ""},
		"folder":      {dir, scan.ErrNotPhoto, ""},
		"empty":       {write("empty.jpg", ""), scan.ErrNotPhoto, ""},
		"text":        {write("text.jpg", "hello"), scan.ErrNotPhoto, ""},
		"missing":     {filepath.Join(dir, "nowhere"), fs.ErrNotExist, ""},
		"broken link": {link, fs.ErrNotExist, ""},
		"too large":   {large, scan.ErrTooLarge, ""},
		"GIF as JPEG": {write("gif.jpg", "GIF89a......"), scan.ErrUnsupported, container.GIF},
		"cut off":     {write("cut.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF"), scan.ErrDamaged, container.JPEG},
	} {
		p, err := scan.Open(context.Background(), c.path)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if err != nil && !strings.Contains(err.Error(), filepath.Base(c.path)) {
			t.Errorf("%s: the error does not name the file: %v", name, err)
		}
		if c.format == "" && p != nil || c.format != "" && (p == nil || p.Format != c.format) {
			t.Errorf("%s: got photo %+v, want format %q", name, p, c.format)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := scan.Open(ctx, large); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

func TestDisplaySize(t *testing.T) {
	for o := 1; o <= 8; o++ {
		p := scan.Photo{Width: 3, Height: 2, Orientation: o}
		w, h := p.DisplaySize()
		if turned := o >= 5; turned != (w == 2 && h == 3) {
			t.Errorf("orientation %d: %d × %d", o, w, h)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	var path string
	var size int64
	for _, e := range testenv.Index(b, "JPEG") {
		full := filepath.Join(testenv.Photos(b), e.File)
		if info, err := os.Stat(full); err == nil && info.Size() > size {
			path, size = full, info.Size()
		}
	}
	b.SetBytes(size)
	for b.Loop() {
		if _, err := scan.Open(context.Background(), path); err != nil {
			b.Fatal(err)
		}
	}
}
