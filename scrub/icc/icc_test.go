package icc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
)

// profiles are the distinct profiles in the folder of photos.
func profiles(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	seen := map[[32]byte]bool{}
	for _, e := range testenv.Index(t) {
		path := filepath.Join(testenv.Photos(t), e.File)
		p, err := scan.Open(context.Background(), path)
		if err != nil {
			continue
		}
		var profile []byte
		for _, part := range p.Parts {
			if part.Name == "APP2 ICC" {
				profile = append(profile, part.Payload(p.Data)[2:]...)
			}
			if p.Format == container.WebP && part.ID == "ICCP" {
				profile = part.Payload(p.Data)
			}
		}
		if sum := sha256.Sum256(profile); len(profile) > 0 && !seen[sum] {
			seen[sum] = true
			found[e.File] = profile
		}
	}
	return found
}

// TestColoursStay converts pixels by each profile and its neutral copy.
func TestColoursStay(t *testing.T) {
	convert := testenv.Program(t, "convert")
	dir := t.TempDir()
	all := profiles(t)
	srgb := filepath.Join(dir, "srgb.icc")
	for _, p := range all {
		if bytes.Contains(p, []byte("sRGB IEC61966-2.1")) && string(p[16:20]) == "RGB " {
			// With another year: ImageMagick converts nothing between equal profiles.
			p = bytes.Clone(p)
			p[25]++
			if err := os.WriteFile(srgb, p, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	n := 0
	gradient(t, filepath.Join(dir, "in.png"))
	for file, profile := range all {
		neutral, err := Neutralise(profile)
		if err != nil {
			t.Logf("%s: %v", file, err)
			continue
		}
		if again, err := Neutralise(neutral); err != nil || !bytes.Equal(again, neutral) {
			t.Errorf("%s: neutralising again changes it: %v", file, err)
		}
		if len(neutral) > len(profile) {
			t.Errorf("%s: grows from %d to %d bytes", file, len(profile), len(neutral))
		}
		space := map[string]string{"RGB ": "sRGB", "GRAY": "Gray", "CMYK": "CMYK"}[string(profile[16:20])]
		if space == "" {
			t.Errorf("%s: colour space %q", file, profile[16:20])
			continue
		}
		picture := filepath.Join(dir, "in.png")
		hash := func(p []byte) string {
			path := filepath.Join(dir, "p.icc")
			if err := os.WriteFile(path, p, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(convert, picture, "-strip", "-colorspace", space, "-profile", path, "-profile", srgb, "-depth", "16", "rgb:-").Output()
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			return fmt.Sprintf("%x of %d", sha256.Sum256(out), len(out))
		}
		if a, b := hash(profile), hash(neutral); a != b {
			t.Errorf("%s: colours differ", file)
		}
		n++
	}
	if n < 15 {
		t.Errorf("only %d profiles compared", n)
	}
	t.Logf("%d profiles compared", n)
}

func gradient(t *testing.T, path string) {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 64 {
			m.Set(x, y, color.RGBA{uint8(4 * x), uint8(4 * y), uint8(x*y/16 + 1), 255})
		}
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
}

// canary is what no neutral profile may hold.
const canary = "CANARY-7f3a"

// profileWithCanaries is a version 2 RGB profile with the canary in every place
// that does not define colours.
func profileWithCanaries() []byte {
	xyz := func() []byte { return append([]byte("XYZ CAN\x00"), append(make([]byte, 12), canary...)...) }
	curve := append([]byte("curvCAN\x00\x00\x00\x00\x01\x02\x00"), canary...)
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", append([]byte("desc\x00\x00\x00\x00\x00\x00\x00\x0c"), append([]byte(canary), make([]byte, 80)...)...)},
		{"cprt", []byte("text\x00\x00\x00\x00" + canary + "\x00")},
		{"dmnd", []byte("desc\x00\x00\x00\x00\x00\x00\x00\x0c" + canary + "\x00")},
		{"vcgt", []byte("vcgt\x00\x00\x00\x00" + canary)},
		{"priv", []byte("data\x00\x00\x00\x00" + canary)},
		{"wtpt", xyz()}, {"rXYZ", xyz()}, {"gXYZ", xyz()}, {"bXYZ", xyz()},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
		{"A2B0", []byte("weirCAN\x00" + canary + canary)},
	}
	h := make([]byte, headerSize)
	copy(h[4:], "CANA")
	h[8] = 2
	copy(h[12:], "mntrRGB XYZ ")
	copy(h[24:], canary)
	copy(h[36:], "acspCANACANA"+"CANACANA")
	copy(h[80:], canary+canary+canary+canary)
	out := binary.BigEndian.AppendUint32(h, uint32(len(tags)))
	at := len(out) + entrySize*len(tags)
	var body []byte
	for _, t := range tags {
		out = append(out, t.name...)
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data)))
		body = append(body, t.data...)
		body = append(body, canary...) // between tags
	}
	out = append(append(out, body...), canary...)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

func TestNoCanarySurvives(t *testing.T) {
	p := profileWithCanaries()
	neutral, err := Neutralise(p)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(neutral), "CAN") {
		t.Errorf("canary survives: %q", neutral)
	}
	tags, err := table(neutral)
	if err != nil {
		t.Fatal(err)
	}
	if len(tags) != 9 {
		t.Errorf("%d tags, want 9: %v", len(tags), tags)
	}
}

func TestHostileProfiles(t *testing.T) {
	good := profileWithCanaries()
	change := func(at int, b ...byte) []byte {
		p := bytes.Clone(good)
		copy(p[at:], b)
		return p
	}
	for name, p := range map[string][]byte{
		"empty":     nil,
		"header":    good[:headerSize],
		"no magic":  change(36, 'x'),
		"link":      change(12, []byte("link")...),
		"tag count": change(headerSize, 0xFF, 0xFF, 0xFF, 0xFF),
	} {
		if _, err := Neutralise(p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzNeutralise(f *testing.F) {
	f.Add(profileWithCanaries())
	n := 0
	for _, p := range profiles(f) {
		if len(p) < 8<<10 && n < 20 {
			f.Add(p)
			n++
		}
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		neutral, err := Neutralise(p)
		if err != nil {
			return
		}
		again, err := Neutralise(neutral)
		if err != nil || !bytes.Equal(again, neutral) {
			t.Errorf("neutralising again changes it: %v", err)
		}
	})
}
