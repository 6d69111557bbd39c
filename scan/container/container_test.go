package container

import (
	"os"
	"path/filepath"
	"testing"

	"blindspot/internal/testenv"
)

// indexFormats is what the index of the photos calls the formats that are read.
var indexFormats = map[string]Format{
	"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "APNG": PNG, "WEBP": WebP, "Extended WEBP": WebP, "BMP": BMP,
	"GIF": GIF, "TIFF": TIFF, "BTF": TIFF, "AVIF": AVIF, "HEIC": HEIC, "HEIF": HEIC,
	"CR2": Raw, "CRW": Raw, "DNG": Raw, "PSD": PSD, "PSB": PSD, "JP2": JPEG2000, "JXL": JPEGXL,
}

// checkCover fails unless the parts are data, from first byte to last.
func checkCover(t *testing.T, name string, data []byte, parts []Part) {
	t.Helper()
	var pos int64
	for _, p := range parts {
		if p.Offset != pos || p.Length <= 0 || p.Header < 0 || p.Footer < 0 || p.Header+p.Footer > p.Length {
			t.Fatalf("%s: part %+v does not follow byte %d", name, p, pos)
		}
		if p.Name == "" || p.ID == "" || p.Kind == "" {
			t.Fatalf("%s: part %+v lacks a name", name, p)
		}
		pos += p.Length
	}
	if pos != int64(len(data)) {
		t.Fatalf("%s: parts cover %d bytes of %d", name, pos, len(data))
	}
}

func TestPartsCoverEveryPhoto(t *testing.T) {
	read := map[Format]int{}
	for _, e := range testenv.Index(t) {
		data, err := os.ReadFile(filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			t.Fatal(err)
		}
		format := Identify(data)
		if want, ok := indexFormats[e.Format]; ok && format != want {
			t.Errorf("%s: identified as %s, want %s", e.File, format, want)
		}
		if !format.Readable() {
			continue
		}
		file, err := Read(data)
		if err != nil {
			if e.Decodes {
				t.Errorf("%s decodes, but: %v", e.File, err)
			}
			continue
		}
		checkCover(t, e.File, data, file.Parts)
		read[format]++
		if e.Decodes && (file.Width != e.Width || file.Height != e.Height) {
			t.Errorf("%s: %d × %d, want %d × %d", e.File, file.Width, file.Height, e.Width, e.Height)
		}
	}
	t.Log("read:", read)
}
