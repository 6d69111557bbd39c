package gui

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"github.com/disintegration/imaging"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// sampleName is a name as phones give it.
const sampleName = "IMG_20250614_183012.jpg"

// trySample adds a photo that was made up, so that one can try Blindspot at once.
// It lies in a folder of its own until the window closes.
func (w *Window) trySample() {
	if w.sampleDir != "" {
		w.Add([]string{filepath.Join(w.sampleDir, sampleName)})
		return
	}
	w.spawn(func() {
		dir, err := writeSample()
		w.do(func() {
			if err != nil {
				dialog.ShowError(err, w.win)
				return
			}
			w.sampleDir = dir
			w.Add([]string{filepath.Join(dir, sampleName)})
		})
	})
}

// forgetSample removes what [Window.trySample] wrote.
func (w *Window) forgetSample() {
	if w.sampleDir != "" {
		if err := os.RemoveAll(w.sampleDir); err != nil {
			fyne.LogError("removing the sample", err)
		}
		w.sampleDir = ""
	}
}

// writeSample writes the sample into a new folder, which it returns.
func writeSample() (string, error) {
	data, err := samplePhoto()
	if err != nil {
		return "", fmt.Errorf("making the sample: %w", err)
	}
	dir, err := os.MkdirTemp("", "blindspot-sample-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the sample: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, sampleName), data, 0o600); err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("writing the sample: %w", err)
	}
	return dir, nil
}

// samplePhoto is a JPEG of a drawn scene, with the metadata of a phone planted in
// it. Its person, device, network and address do not exist; its place is the
// Eiffel tower's.
func samplePhoto() ([]byte, error) {
	scene, err := sampleScene()
	if err != nil {
		return nil, err
	}
	var picture, thumb bytes.Buffer
	if err := jpeg.Encode(&picture, scene, &jpeg.Options{Quality: 88}); err != nil {
		return nil, err
	}
	if err := jpeg.Encode(&thumb, imaging.Resize(scene, 160, 0, imaging.Box), nil); err != nil {
		return nil, err
	}
	exif := append([]byte("Exif\x00\x00"), sampleTIFF(thumb.Bytes())...)
	const soi = 2 // bytes
	out := append([]byte{}, picture.Bytes()[:soi]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(exif)+2))
	out = append(out, exif...)
	return append(out, picture.Bytes()[soi:]...), nil
}

// sampleScene draws a wall with a notice on it: a code and an address to be read.
func sampleScene() (image.Image, error) {
	const width, height = 1600, 1200
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{uint8(120 + 90*y/height), uint8(170 + 50*y/height), 235, 255} // the sky
			if y > 820 {
				c = color.RGBA{uint8(96 + (x*7+y*13)%9), uint8(140 + (x*5+y*3)%11), 84, 255} // grass
			}
			img.SetRGBA(x, y, c)
		}
	}
	fill := func(r image.Rectangle, c color.RGBA) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(image.Rect(180, 260, 1420, 900), color.RGBA{0xe9, 0xdc, 0xc4, 0xff}) // the wall
	fill(image.Rect(140, 200, 1460, 280), color.RGBA{0x9a, 0x4b, 0x3c, 0xff}) // the roof's edge
	fill(image.Rect(250, 380, 480, 900), color.RGBA{0x4b, 0x6a, 0x58, 0xff})  // the door
	fill(image.Rect(440, 640, 458, 660), color.RGBA{0xd8, 0xb4, 0x4a, 0xff})
	notice := image.Rect(600, 360, 1340, 800)
	fill(notice.Inset(-8), color.RGBA{0x50, 0x46, 0x3a, 0xff})
	fill(notice, color.RGBA{0xff, 0xff, 0xff, 0xff})

	const side = 300
	code, err := qrcode.NewQRCodeWriter().Encode("WIFI:T:WPA;S:Sample guests;P:not-a-real-password;;",
		gozxing.BarcodeFormat_QR_CODE, side, side, nil)
	if err != nil {
		return nil, err
	}
	for y := range side {
		for x := range side {
			if code.Get(x, y) {
				img.SetRGBA(notice.Min.X+30+x, notice.Min.Y+70+y, color.RGBA{A: 0xff})
			}
		}
	}
	parsed, err := opentype.Parse(theme.DefaultTextFont().Content())
	if err != nil {
		return nil, err
	}
	for _, line := range []struct {
		text string
		x, y int
		size float64
	}{
		{"Guest Wi-Fi", 350, 130, 52},
		{"Questions?", 350, 220, 40},
		{"sam@example.org", 350, 280, 40},
		{"12 Sample Street", 350, 340, 40},
	} {
		face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: line.size, DPI: 72})
		if err != nil {
			return nil, err
		}
		d := font.Drawer{Dst: img, Src: image.Black, Face: face, Dot: fixed.P(notice.Min.X+line.x, notice.Min.Y+line.y)}
		d.DrawString(line.text)
	}
	return img, nil
}

// Types of values in TIFF 6.0, and the sizes of their parts.
const (
	tiffASCII    = 2
	tiffShort    = 3
	tiffLong     = 4
	tiffRational = 5

	tiffHeader = 8
	tiffEntry  = 12
)

// field is one entry of an IFD.
type field struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

func ascii(tag uint16, s string) field {
	return field{tag, tiffASCII, uint32(len(s) + 1), append([]byte(s), 0)}
}

func short16(tag, v uint16) field {
	return field{tag, tiffShort, 1, binary.LittleEndian.AppendUint16(nil, v)}
}

func long(tag uint16, v uint32) field {
	return field{tag, tiffLong, 1, binary.LittleEndian.AppendUint32(nil, v)}
}

// degrees is an angle as three rationals: degrees, minutes, hundredths of seconds.
func degrees(tag uint16, d, m, hundredths uint32) field {
	var b []byte
	for _, v := range []uint32{d, 1, m, 1, hundredths, 100} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return field{tag, tiffRational, 3, b}
}

// ifdSize is the number of bytes that fields take, with what follows their IFD.
func ifdSize(fields []field) uint32 {
	n := uint32(2 + tiffEntry*len(fields) + 4)
	for _, f := range fields {
		if len(f.value) > 4 {
			n += uint32(len(f.value)+1) &^ 1
		}
	}
	return n
}

// appendIFD appends an IFD that begins at offset and names next as the one after
// it; 0 means none.
func appendIFD(b []byte, offset uint32, fields []field, next uint32) []byte {
	data := offset + uint32(2+tiffEntry*len(fields)+4)
	var tail []byte
	b = binary.LittleEndian.AppendUint16(b, uint16(len(fields)))
	for _, f := range fields {
		b = binary.LittleEndian.AppendUint16(b, f.tag)
		b = binary.LittleEndian.AppendUint16(b, f.kind)
		b = binary.LittleEndian.AppendUint32(b, f.count)
		if len(f.value) <= 4 {
			b = append(b, append(f.value, make([]byte, 4-len(f.value))...)...)
			continue
		}
		b = binary.LittleEndian.AppendUint32(b, data+uint32(len(tail)))
		tail = append(tail, f.value...)
		if len(tail)%2 == 1 {
			tail = append(tail, 0)
		}
	}
	b = binary.LittleEndian.AppendUint32(b, next)
	return append(b, tail...)
}

// sampleTIFF is the Exif block of the sample (CIPA DC-008), with thumb as its
// thumbnail.
func sampleTIFF(thumb []byte) []byte {
	main := []field{
		ascii(0x010f, "Example"), ascii(0x0110, "Sample Phone 1"), short16(0x0112, 1), ascii(0x0131, "Sample OS 4.2"),
		ascii(0x0132, "2025:06:14 18:30:12"), ascii(0x013b, "Sam Sample"), long(0x8769, 0), long(0x8825, 0),
	}
	exif := []field{ascii(0x9003, "2025:06:14 18:30:12"), ascii(0x9011, "+02:00"), ascii(0xa431, "SAMPLE-0012345")}
	gps := []field{ascii(1, "N"), degrees(2, 48, 51, 3024), ascii(3, "E"), degrees(4, 2, 17, 4020)}
	small := []field{short16(0x0103, 6), long(0x0201, 0), long(0x0202, uint32(len(thumb)))}

	exifAt := tiffHeader + ifdSize(main)
	gpsAt := exifAt + ifdSize(exif)
	smallAt := gpsAt + ifdSize(gps)
	main[6], main[7] = long(0x8769, exifAt), long(0x8825, gpsAt)
	small[1] = long(0x0201, smallAt+ifdSize(small))

	b := binary.LittleEndian.AppendUint32([]byte{'I', 'I', 42, 0}, tiffHeader)
	b = appendIFD(b, tiffHeader, main, smallAt)
	b = appendIFD(b, exifAt, exif, 0)
	b = appendIFD(b, gpsAt, gps, 0)
	b = appendIFD(b, smallAt, small, 0)
	return append(b, thumb...)
}
