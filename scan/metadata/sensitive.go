package metadata

import (
	"strings"
	"sync"
)

// sensitiveTags are parts of tag names that tell about a person, place, time or
// device, each with what it tells. They are compared in lower case.
var sensitiveTags = []struct{ contains, tells string }{
	{"gps", "where the photo was taken, and when to the second"},
	{"latitude", "where"}, {"longitude", "where"}, {"altitude", "where"},
	{"location", "where, in words"}, {"city", "where, in words"}, {"country", "where, in words"},
	{"state", "where, in words"}, {"province", "where, in words"}, {"landmark", "where, in words"}, {"venue", "where, in words"},
	{"mccdata", "in which country, by its mobile network"},
	{"serial", "which camera, lens or flash: ties photos of one owner together"},
	{"lensid", "which kit"}, {"shuttercount", "which camera, and how much it was used"},
	{"owner", "whose camera"}, {"artist", "who took it"}, {"author", "who took it"}, {"creator", "who made it"},
	{"by-line", "who took it"}, {"byline", "who took it"}, {"photographer", "who took it"},
	{"copyright", "whose it is"}, {"rights", "whose it is"}, {"credit", "who took it"}, {"contact", "how to reach someone"},
	{"email", "how to reach someone"}, {"phone", "how to reach someone"}, {"address", "where someone is"},
	{"webstatement", "whose it is"}, {"licensor", "whose it is"}, {"licensee", "who uses it"},
	{"baby", "whose child is shown, and how old"}, {"person", "who is shown"}, {"people", "who is shown"}, {"face", "who is shown, and where in the picture"},
	{"region", "who is shown, and where in the picture"}, {"subject", "what and who is shown"}, {"keyword", "what and who is shown"},
	{"title", "what is shown, in words"}, {"caption", "what is shown, in words"}, {"description", "what is shown, in words"},
	{"headline", "what is shown, in words"}, {"comment", "free text"}, {"instructions", "free text"}, {"label", "free text"},
	{"objectname", "what is shown, in words"}, {"documentname", "a file name"}, {"event", "on which occasion"},
	{"uniqueid", "which picture: ties copies of it together"}, {"documentid", "which picture, and its copies"},
	{"instanceid", "which picture, and its copies"}, {"digest", "which picture"}, {"identifier", "which picture"},
	{"contentid", "which live photo: ties photo and video together"}, {"burst", "which series"}, {"mediagroup", "which series"},
	{"about", "which picture: an identifier in old XMP"},
	{"guid", "which picture"}, {"uuid", "which picture"}, {"assetid", "which picture"},
	{"history", "what was done with it, when and with what"}, {"derivedfrom", "what it was made from"},
	{"ingredient", "what it was made from"}, {"pantry", "what it was made from"}, {"preserved", "the earlier file name"},
	{"filename", "a file name, often with a counter or user name"}, {"path", "a file path, often with a user name"},
	{"filenumber", "how many photos the camera has taken"}, {"slicesgroup", "a file name"},
	{"readername", "which program"}, {"writer", "who or what wrote it"}, {"editor", "who or what wrote it"},
	{"originalfile", "the earlier file name"}, {"rawfile", "the earlier file name"},
	{"date", "when"}, {"time", "when"}, {"offset", "in which time zone"},
	{"make", "which kind of device"}, {"model", "which kind of device"}, {"software", "which program"}, {"firmware", "which device"},
	{"hostcomputer", "the name or kind of a computer"}, {"creatortool", "which program"}, {"agent", "which program"},
	{"generator", "which program"}, {"processing", "which program"}, {"prompt", "what an image generator was asked"},
	{"parameters", "what an image generator was asked"}, {"workflow", "what an image generator was asked"},
	{"makernote", "what the maker stores: often serial numbers, faces, places"},
	{"thumbnail", "an earlier look of the picture"}, {"preview", "an earlier look of the picture"},
	{"claim", "who signed it, and its history"}, {"signer", "who signed it"}, {"signature", "who signed it"},
	{"runtime", "how long the phone was on"}, {"acceleration", "how the phone was held"},
	{"rating", "what someone thinks of it"}, {"lens", "which kit"},
}

// insensitiveTags contain one of the words above and tell nothing of the kind.
var insensitiveTags = map[string]bool{
	"ThumbnailOffset": true, "ThumbnailLength": true, "ExposureTime": true, "SubjectDistanceRange": true,
	"SubjectArea": true, "SubjectDistance": true, "StripOffsets": true, "GPSVersionID": true,
	"PreviewImageStart": true, "PreviewImageLength": true, "ColorLabel": true, "CustomRendered": true,
	"PrimaryPlatform": true, "ProfileDescription": true, "SubjectProgram": true,
	"HDRCapacityMin": true, "HDRCapacityMax": true, "OffsetSDR": true, "OffsetHDR": true, "BaseOffset": true, "AlternateOffset": true,
}

// sensitive reports whether a fact tells about a person, place, time or device.
func sensitive(group, tag string) bool {
	if group == "GPS" && !insensitiveTags[tag] {
		return true
	}
	if insensitiveTags[tag] {
		return false
	}
	tag = strings.ToLower(tag)
	parts := sensitiveByLetter()
	for i := range len(tag) {
		for _, part := range parts[tag[i]] {
			if strings.HasPrefix(tag[i:], part) {
				return true
			}
		}
	}
	return false
}

// sensitiveByLetter are the names of sensitiveTags by their first byte.
var sensitiveByLetter = sync.OnceValue(func() *[256][]string {
	parts := new([256][]string)
	for _, s := range sensitiveTags {
		first := s.contains[0]
		parts[first] = append(parts[first], s.contains)
	}
	return parts
})
