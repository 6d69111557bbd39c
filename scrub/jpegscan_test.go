package scrub

import (
	"bytes"
	"context"
	"encoding/binary"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
	"blindspot/scan/container"
)

// TestFollowScans plants the canary behind each scan of each photo and before each
// restart marker: what is left is what was left without it.
func TestFollowScans(t *testing.T) {
	scans, followed, found := 0, 0, 0
	for _, e := range testenv.Index(t, "JPEG", "MPO") {
		p, err := scan.Open(context.Background(), filepath.Join(testenv.Photos(t), e.File))
		if err != nil || !e.Decodes {
			continue
		}
		before := followScans(t.Context(), p).runs
		var planted []byte
		for i, part := range p.Parts {
			b := p.Data[part.Offset : part.Offset+part.Length]
			if part.ID != "ECS" || before[i] == nil {
				planted = append(planted, b...)
				continue
			}
			for _, run := range before[i] {
				restart := len(run) == 2 && run[0] == 0xFF && run[1] >= 0xD0 && run[1] <= 0xD7
				if restart {
					planted = append(planted, canary...)
				}
				planted = append(planted, run...)
			}
			planted = append(planted, canary...)
		}
		q, err := scan.Read(context.Background(), e.File, planted)
		if err != nil {
			t.Fatal(err)
		}
		after := followScans(t.Context(), q).runs
		for i, part := range p.Parts {
			if part.ID != "ECS" {
				continue
			}
			scans++
			if before[i] == nil {
				t.Logf("%s: %s at byte %d is not followed", e.File, part.Name, part.Offset)
				continue
			}
			followed++
			if samePieces(before[i], after[i]) {
				found++
			} else {
				t.Logf("%s: not found behind the scan at byte %d", e.File, part.Offset)
			}
		}
	}
	t.Logf("%d scans, %d followed, %d plants found", scans, followed, found)
	if followed < scans*98/100 || found < followed*98/100 {
		t.Error("too few were followed or found")
	}
}

// recoded is plainJPEG as jpegtran writes it.
func recoded(t testing.TB, options ...string) []byte {
	t.Helper()
	return recodedFile(t, plainJPEG(t), options...)
}

func recodedFile(t testing.TB, file []byte, options ...string) []byte {
	t.Helper()
	in := filepath.Join(t.TempDir(), "in.jpg")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(testenv.Program(t, "jpegtran"), append(options, in)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// decoded is what djpeg makes of a JPEG: image/jpeg cannot read progressive
// pictures with restart markers.
func decoded(t testing.TB, file []byte) []byte {
	t.Helper()
	cmd := exec.Command(testenv.Program(t, "djpeg"))
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestNothingSurvivesBehindAScan plants the canary behind scans of each kind that
// can be followed.
func TestNothingSurvivesBehindAScan(t *testing.T) {
	for name, options := range map[string][]string{
		"baseline": {}, "optimised": {"-optimize"}, "progressive": {"-progressive"}, "restarts": {"-restart", "1"},
		"progressive with restarts": {"-progressive", "-restart", "1B"}, "grey": {"-grayscale"},
		"arithmetic": {"-arithmetic"}, "progressive arithmetic": {"-arithmetic", "-progressive"},
		"arithmetic with restarts": {"-arithmetic", "-restart", "1"},
	} {
		file := recoded(t, options...)
		p, err := scan.Read(context.Background(), name, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range p.Parts {
			if part.ID != "ECS" {
				continue
			}
			at := part.Offset + part.Length
			before := file[:at]
			if strings.Contains(name, "arithmetic") {
				// Its decoder reads ahead, where there is nothing zeros.
				before = append(bytes.Clone(before), 0, 0)
				at += 2
			}
			planted := slices.Concat(before, []byte(canary), file[part.Offset+part.Length:])
			_, r := cleanBytes(t, planted)
			if bytes.Contains(r.Data, []byte(canary)) {
				t.Errorf("%s: the string behind the scan at byte %d is still there", name, part.Offset)
			}
			if !listed(r, at) || !listed(r, at+int64(len(canary))-1) {
				t.Errorf("%s: the string behind the scan at byte %d is not listed as removed", name, part.Offset)
			}
			q, err := scan.Read(context.Background(), name, planted)
			if err != nil {
				t.Fatal(err)
			}
			checkParts(t, name, q, at)
			if !bytes.Equal(decoded(t, r.Data), decoded(t, file)) {
				t.Errorf("%s: the pixels differ without what lay at byte %d", name, at)
			}
		}
	}
}

// partsOf are p's with what no decoder looks at.
func partsOf(t testing.TB, p *scan.Photo) []container.Part {
	parts, _ := Parts(t.Context(), p)
	return parts
}

// checkParts checks that Parts cover p without a gap, and that the byte at offset is
// in one that is unknown.
func checkParts(t *testing.T, name string, p *scan.Photo, offset int64) {
	t.Helper()
	end, known := int64(0), true
	for _, part := range partsOf(t, p) {
		if part.Offset != end || part.Length <= 0 || part.Header > part.Length {
			t.Errorf("%s: %s at byte %d follows byte %d", name, part.Name, part.Offset, end)
		}
		end = part.Offset + part.Length
		if offset >= part.Offset && offset < end {
			known = part.Kind != container.Unknown
		}
	}
	if end != int64(len(p.Data)) || known {
		t.Errorf("%s: the parts end at byte %d of %d; what is behind the scan at byte %d is listed: %v", name, end, len(p.Data), offset, !known)
	}
}

// A picture whose height was cut in its header alone still holds the rest.
func TestRowsBelowTheHeightAreGone(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	cut := bytes.Clone(whole)
	sof := bytes.Index(cut, []byte{0xFF, 0xC0})
	binary.BigEndian.PutUint16(cut[sof+5:], 16)
	p, err := scan.Read(t.Context(), "cut.jpg", cut)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Clean(t.Context(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Data) > len(whole)*2/3 {
		t.Errorf("%d bytes of %d are left for a third of the rows", len(r.Data), len(whole))
	}
	if err := Verify(t.Context(), p, r.Data, nil); err != nil {
		t.Error(err)
	}
}

func BenchmarkFollowScans(b *testing.B) {
	for name, options := range map[string][]string{"baseline": {}, "progressive": {"-progressive"}} {
		b.Run(name, func(b *testing.B) {
			var data []byte
			for _, e := range testenv.Index(b, "JPEG") {
				d, err := os.ReadFile(filepath.Join(testenv.Photos(b), e.File))
				if err != nil {
					b.Fatal(err)
				}
				if e.Decodes && len(d) > len(data) {
					data = d
				}
			}
			cmd := exec.Command(testenv.Program(b, "jpegtran"), options...)
			cmd.Stdin = bytes.NewReader(data)
			data, err := cmd.Output()
			if err != nil {
				b.Fatal(err)
			}
			p, err := scan.Read(context.Background(), name, data)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if len(followScans(b.Context(), p).runs) == 0 {
					b.Fatal("not followed")
				}
			}
		})
	}
}
