package metadata

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"blindspot/scan/isobox"
)

// iso6709 is a place as phones write it into videos: "+48.8584+002.2945/".
var iso6709 = regexp.MustCompile(`^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)`)

// videoContainers are the boxes that hold others.
var videoContainers = map[string]bool{"moov": true, "trak": true, "mdia": true, "udta": true, "meta": true, "ilst": true}

// video reads place and time out of a video behind a picture (ISO/IEC 14496-12
// boxes, QuickTime user data).
func (r *reader) video(b []byte) error {
	return isobox.Walk(b, func(box isobox.Box, _ int) []byte {
		content := box.Content
		switch id := box.Type; {
		case videoContainers[id], id[0] == 0: // items of ilst go by number
			if id == "meta" && len(content) >= 8 && !bytes.Equal(content[4:8], []byte("hdlr")) {
				content = content[4:] // version and flags, where it is a full box
			}
			return content
		case id == "\xa9xyz" && len(content) > 4:
			r.videoPlace(content[4:]) // after length and language
		case id == "data" && len(content) > 8:
			r.videoPlace(content[8:]) // after type and locale
		case id == "mvhd" && len(content) >= 8:
			seconds := int64(binary.BigEndian.Uint32(content[4:]))
			if content[0] == 1 && len(content) >= 12 {
				seconds = int64(binary.BigEndian.Uint64(content[4:]))
			}
			epoch := time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
			if at := time.Unix(seconds+epoch, 0).UTC(); seconds > 0 && at.Year() < 10000 {
				r.add("QuickTime", "CreateDate", at.Format("2006:01:02 15:04:05"))
			}
		}
		return nil
	})
}

func (r *reader) videoPlace(b []byte) {
	m := iso6709.FindSubmatch(b)
	if m == nil {
		return
	}
	lat, errLat := strconv.ParseFloat(string(m[1]), 64)
	lon, errLon := strconv.ParseFloat(string(m[2]), 64)
	if errLat != nil || errLon != nil || lat < -90 || lat > 90 || lon < -180 || lon > 180 {
		return
	}
	r.add("QuickTime", "GPSCoordinates", fmt.Sprintf("%g %g", lat, lon))
	if r.videoAt == nil {
		r.videoAt = &Position{Latitude: lat, Longitude: lon, Source: "QuickTime"}
	}
}
