package e2e

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

// allowedTags are what exiftool may still name in a copy, by family 1 group.
// ICC groups may hold anything.
var allowedTags = map[string][]string{
	"File": {"FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "EncodingProcess",
		"BitsPerSample", "ColorComponents", "YCbCrSubSampling", "ExifByteOrder"},
	"Composite": {"ImageSize", "Megapixels"},
	"IFD0":      {"Orientation"},
	"Adobe":     {"DCTEncodeVersion", "APP14Flags0", "APP14Flags1", "ColorTransform"},
	"PNG": {"ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace",
		"Palette", "Transparency", "Gamma", "SRGBRendering", "SignificantBits", "ProfileName",
		"WhitePointX", "WhitePointY", "RedX", "RedY", "GreenX", "GreenY", "BlueX", "BlueY",
		"BackgroundColor", "AnimationFrames", "AnimationPlays", "ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients", "VideoFullRangeFlag"},
	// The aspect ratio of pixels that are not square.
	"PNG-pHYs": {"PixelUnits", "PixelsPerUnitX", "PixelsPerUnitY"},
}

// emptyJFIF is a JFIF segment that says nothing. Decoders take the colour space
// from its presence.
var emptyJFIF = map[string]string{
	"JFIF:JFIFVersion": "1.01", "JFIF:ResolutionUnit": "None", "JFIF:XResolution": "1", "JFIF:YResolution": "1",
}

// describe is what exiftool names in each file, by "group:tag".
func describe(t *testing.T, files []string) map[string]map[string]any {
	t.Helper()
	cmd := exec.Command(testenv.Program(t, "exiftool"), "-config", "", "-a", "-u", "-G1", "-ee3", "-s", "-j", "-@", "-")
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	out, err := cmd.Output() // status 1 where a file is damaged
	var documents []map[string]any
	if jsonErr := json.Unmarshal(out, &documents); jsonErr != nil {
		t.Fatalf("exiftool: %v", errors.Join(err, jsonErr))
	}
	if len(documents) != len(files) {
		t.Fatalf("exiftool read %d files of %d", len(documents), len(files))
	}
	tags := map[string]map[string]any{}
	for _, d := range documents {
		file, _ := d["SourceFile"].(string)
		delete(d, "SourceFile")
		tags[file] = d
	}
	return tags
}

// leftovers are the tags that may not be in a copy.
func leftovers(tags map[string]any) []string {
	var found []string
	for key, value := range tags {
		group, tag, _ := strings.Cut(key, ":")
		switch {
		case group == "System", strings.HasPrefix(group, "ICC"), key == "ExifTool:ExifToolVersion":
		case slices.Contains(allowedTags[group], tag):
		case fmt.Sprint(value) == emptyJFIF[key]:
		default:
			found = append(found, fmt.Sprintf("%s = %v", key, value))
		}
	}
	slices.Sort(found)
	return found
}

// profileTags are those of a colour profile that make colours (ICC.1, clause 9),
// without those that say who made the profile, when and for which device.
var profileTags = []string{
	"ColorSpaceData", "ProfileConnectionSpace", "RenderingIntent", "MediaWhitePoint", "ChromaticAdaptation",
	"RedMatrixColumn", "GreenMatrixColumn", "BlueMatrixColumn",
	"RedTRC", "GreenTRC", "BlueTRC", "GrayTRC", "AToB0", "AToB1", "AToB2", "BToA0", "BToA1", "BToA2",
}

// kept are the tags that a copy has to have as the original has them: how it is
// turned, and what its colour profile does.
func kept(tags map[string]any) map[string]any {
	keep := map[string]any{}
	for key, value := range tags {
		if group, tag, _ := strings.Cut(key, ":"); strings.HasPrefix(group, "ICC") && slices.Contains(profileTags, tag) {
			keep[key] = value
		}
	}
	if o, _ := tags["IFD0:Orientation"].(string); o != "" && o != "Horizontal (normal)" && !strings.HasPrefix(o, "Unknown") {
		keep["Orientation"] = o
	}
	return keep
}

// signatures are ImageMagick's hashes of the decoded pixels of each file, as
// stored. A file that it cannot decode has none.
func signatures(t *testing.T, files []string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for batch := range slices.Chunk(files, 50) {
		args := append([]string{"-quiet", "-format", "%d/%f\t%# %wx%h\n"}, batch...)
		// It goes on after a file that it cannot read, and then gives status 1.
		out, err := exec.Command(testenv.Program(t, "identify"), args...).Output()
		if err != nil && len(out) == 0 {
			t.Logf("identify: %v for a whole batch", err)
		}
		for line := range strings.Lines(string(out)) {
			file, sum, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			sums[file] += sum + " " // an animation gives a line a frame
		}
	}
	return sums
}

// tidy says what is wrong with the bytes of a cleaned file, by a walk of its own
// over the container.
func tidy(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		return tidyJPEG(data)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return tidyPNG(data)
	}
	return errors.New("is neither a JPEG nor a PNG")
}

// The markers that a cleaned JPEG may hold; ITU-T T.81, table B.1.
const (
	markerRST0  = 0xd0
	markerRST7  = 0xd7
	markerEOI   = 0xd9
	markerSOS   = 0xda
	markerDQT   = 0xdb
	markerDNL   = 0xdc
	markerDRI   = 0xdd
	markerAPP0  = 0xe0
	markerAPP1  = 0xe1
	markerAPP2  = 0xe2
	markerAPP14 = 0xee
)

// maxOrientationBlock is the most bytes that an EXIF block needs that holds an
// orientation and nothing else: signature, TIFF header, one IFD of one entry.
const maxOrientationBlock = 6 + 8 + 2 + 12 + 4

func tidyJPEG(data []byte) error {
	at := 2
	for {
		if at+4 > len(data) {
			return fmt.Errorf("ends at byte %d without an end of image", at)
		}
		if data[at] != 0xff {
			return fmt.Errorf("byte %d is no marker", at)
		}
		marker := data[at+1]
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if at+2+length > len(data) {
			return fmt.Errorf("the segment at byte %d is cut off", at)
		}
		payload := data[at+4 : at+2+length]
		switch {
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc8, marker == markerDQT, marker == markerDNL, marker == markerDRI, marker == markerSOS:
		case marker == markerAPP0:
			// Version 1.1, no unit, density 1 by 1, a thumbnail of 0 × 0.
			if !bytes.Equal(payload, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")) {
				return fmt.Errorf("APP0 %.20q", payload)
			}
		case marker == markerAPP1:
			if !bytes.HasPrefix(payload, []byte("Exif\x00\x00")) || len(payload) > maxOrientationBlock {
				return fmt.Errorf("APP1 of %d bytes, %.20q", len(payload), payload)
			}
		case marker == markerAPP2:
			if !bytes.HasPrefix(payload, []byte("ICC_PROFILE\x00")) {
				return fmt.Errorf("APP2 %.20q", payload)
			}
		case marker == markerAPP14:
			if !bytes.HasPrefix(payload, []byte("Adobe")) || len(payload) != 12 {
				return fmt.Errorf("APP14 of %d bytes, %.20q", len(payload), payload)
			}
		default:
			return fmt.Errorf("marker %#x, %.20q", marker, payload)
		}
		at += 2 + length
		if marker != markerSOS {
			continue
		}
		// Entropy-coded data goes to the next marker that is no restart.
		for at+1 < len(data) && (data[at] != 0xff || data[at+1] == 0 || data[at+1] >= markerRST0 && data[at+1] <= markerRST7) {
			at++
		}
		if at+2 <= len(data) && data[at+1] == markerEOI {
			if rest := len(data) - at - 2; rest != 0 {
				return fmt.Errorf("%d bytes after the end of image", rest)
			}
			return nil
		}
	}
}

// pngChunks are the chunks that a cleaned PNG may hold.
var pngChunks = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT", "bKGD",
	"pHYs", "acTL", "fcTL", "fdAT", "eXIf"}

func tidyPNG(data []byte) error {
	var picture []byte
	for at := 8; ; {
		if at+12 > len(data) {
			return fmt.Errorf("ends at byte %d without IEND", at)
		}
		length := int(binary.BigEndian.Uint32(data[at:]))
		name := string(data[at+4 : at+8])
		if length > len(data)-at-12 {
			return fmt.Errorf("chunk %q at byte %d is cut off", name, at)
		}
		payload := data[at+8 : at+8+length]
		if !slices.Contains(pngChunks, name) {
			return fmt.Errorf("chunk %q", name)
		}
		if name == "eXIf" && length > maxOrientationBlock {
			return fmt.Errorf("eXIf of %d bytes", length)
		}
		if name == "pHYs" && !onlyAspect(payload) {
			return fmt.Errorf("pHYs %x", payload)
		}
		if name == "IDAT" {
			picture = append(picture, payload...)
		}
		at += 12 + length
		if name != "IEND" {
			continue
		}
		if length != 0 {
			return fmt.Errorf("IEND of %d bytes", length)
		}
		if rest := len(data) - at; rest != 0 {
			return fmt.Errorf("%d bytes after IEND", rest)
		}
		break
	}
	// Nothing may hide behind the end of the deflate stream either.
	stream := bytes.NewReader(picture)
	z, err := zlib.NewReader(stream)
	if err != nil {
		return fmt.Errorf("IDAT: %w", err)
	}
	if _, err := io.Copy(io.Discard, z); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) { // as cut off as the original
		return fmt.Errorf("IDAT: %w", err)
	}
	if stream.Len() > 0 {
		return fmt.Errorf("%d bytes in IDAT after the picture's end", stream.Len())
	}
	return nil
}

// onlyAspect says whether the payload of a pHYs chunk gives an aspect ratio in
// lowest terms, and no resolution.
func onlyAspect(payload []byte) bool {
	if len(payload) != 9 || payload[8] != 0 {
		return false
	}
	x, y := binary.BigEndian.Uint32(payload), binary.BigEndian.Uint32(payload[4:])
	a, b := x, y
	for b != 0 {
		a, b = b, a%b
	}
	return a == 1 && x != y
}

// photosOf are the paths of all photos of the folder in the formats that are
// cleaned, and which of them ImageMagick decodes.
func photosOf(t testing.TB) (paths []string, decodes map[string]bool) {
	t.Helper()
	dir, err := filepath.Abs(testenv.Photos(t))
	if err != nil {
		t.Fatal(err)
	}
	decodes = map[string]bool{}
	for _, entry := range testenv.Index(t) {
		if !slices.Contains([]string{"JPEG", "MPO", "PNG", "APNG"}, strings.ToUpper(entry.Format)) {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(entry.File))
		paths = append(paths, path)
		decodes[path] = entry.Decodes
	}
	if len(paths) == 0 {
		t.Fatal("the index names no JPEG and no PNG")
	}
	return paths, decodes
}
