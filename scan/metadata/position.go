package metadata

import (
	"strconv"
	"strings"

	"github.com/rwcarlsen/goexif/tiff"
)

// GPS IFD tags, EXIF 2.32 section 4.6.6.
const (
	gpsLatitudeRef     = 1
	gpsLatitude        = 2
	gpsLongitudeRef    = 3
	gpsLongitude       = 4
	gpsTimeStamp       = 7
	gpsImgDirection    = 17
	gpsDestLatitude    = 20
	gpsDestLongitude   = 22
	gpsProcessing      = 27
	gpsAreaInformation = 28
)

func (r *reader) gpsEntry(b *block, e entry, name string) error {
	t, err := b.decode(e)
	if err != nil {
		return err
	}
	b.gps[e.id] = t
	switch e.id {
	case gpsLatitude, gpsLongitude, gpsDestLatitude, gpsDestLongitude:
		v, ok := degrees(t)
		if !ok {
			r.warnf("%s is no angle", name)
			return nil
		}
		r.add("GPS", name, formatDegrees(v))
	case gpsTimeStamp:
		var hms []string
		for i := range 3 {
			v, _ := float(t, i)
			s := strconv.FormatFloat(v, 'f', -1, 64)
			if v < 10 {
				s = "0" + s
			}
			hms = append(hms, s)
		}
		r.add("GPS", name, strings.Join(hms, ":"))
	case gpsProcessing, gpsAreaInformation:
		r.add("GPS", name, charsetText(b.order, e.value))
	default:
		value, err := b.format(e)
		if err != nil {
			return err
		}
		r.add("GPS", name, value)
	}
	return nil
}

// degrees is an angle given as degrees, minutes and seconds. Minutes and seconds
// may be missing or 0/0, as some phones write them.
func degrees(t *tiff.Tag) (float64, bool) {
	if t.Format() == tiff.StringVal {
		s := text(t.Val)
		if f := strings.Split(s, ","); len(f) == 6 {
			// Decimal commas: "52,00000,50,00000,34,01180".
			s = f[0] + "." + f[1] + " " + f[2] + "." + f[3] + " " + f[4] + "." + f[5]
		}
		return parseAngle(s)
	}
	v, ok := float(t, 0)
	if !ok {
		return 0, false
	}
	for i, unit := range []float64{60, 3600} {
		if part, ok := float(t, i+1); ok {
			v += part / unit
		}
	}
	return v, true
}

// parseAngle reads an angle in text: numbers for degrees, minutes and seconds
// with anything between, and a sign or a letter for the hemisphere.
func parseAngle(s string) (float64, bool) {
	fields := strings.FieldsFunc(s, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
	if len(fields) == 0 || len(fields) > 3 {
		return 0, false
	}
	v, unit := 0.0, 1.0
	for _, f := range fields {
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0, false
		}
		v += n / unit
		unit *= 60
	}
	s = strings.ToUpper(strings.TrimSpace(s))
	if strings.HasPrefix(s, "-") || strings.HasSuffix(s, "S") || strings.HasSuffix(s, "W") {
		v = -v
	}
	return v, true
}

func formatDegrees(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// place takes the position from a block's GPS IFD.
func (r *reader) place(b *block) {
	if r.exifPlace != nil {
		return
	}
	lat, okLat := r.coordinate(b, gpsLatitude, gpsLatitudeRef, "S", 90)
	lon, okLon := r.coordinate(b, gpsLongitude, gpsLongitudeRef, "W", 180)
	if !okLat || !okLon {
		return
	}
	p := &Position{Latitude: lat, Longitude: lon, Source: "GPS"}
	if t := b.gps[gpsImgDirection]; t != nil {
		if d, ok := float(t, 0); ok && d >= 0 && d <= 360 {
			p.Direction = &d
		}
	}
	r.exifPlace = p
}

// coordinate is a GPS angle with its sign. Where the reference is missing the
// angle counts as north or east: half the world is still too near.
func (r *reader) coordinate(b *block, id, ref uint16, negative string, limit float64) (float64, bool) {
	t := b.gps[id]
	if t == nil {
		return 0, false
	}
	v, ok := degrees(t)
	if !ok {
		return 0, false
	}
	if v > limit || v < -limit {
		r.warnf("%s of %g is out of range", gpsNames[id], v)
		return 0, false
	}
	hemisphere := ""
	if t := b.gps[ref]; t != nil {
		hemisphere = strings.ToUpper(strings.TrimSpace(text(t.Val)))
	}
	if hemisphere == "" {
		r.warnf("%s without a hemisphere", gpsNames[id])
	}
	if strings.HasPrefix(hemisphere, negative) && v > 0 {
		v = -v
	}
	return v, true
}
