package risk

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	serialTags = []string{
		"SerialNumber", "BodySerialNumber", "CameraSerialNumber", "InternalSerialNumber", "CameraBodySerialNumber",
		"SerialNumber2", "CameraID", "DeviceSerialNumber", "SensorSerialNumber", "UniqueDeviceID", "DeviceID",
	}
	lensSerialTags = []string{"LensSerialNumber", "LensID2", "ConverterSerialNumber", "FlashSerialNumber", "BatterySerialNumber"}
	modelTags      = []string{"Make", "Model", "UniqueCameraModel", "CameraModelName", "DeviceManufacturer", "DeviceModelName", "AndroidModel", "AndroidManufacturer", "DeviceName", "HostComputer"}
	lensTags       = []string{"LensModel", "LensMake", "Lens", "LensType", "LensID", "LensInfo", "LensSpecification", "FlashModel", "FlashType"}
	softwareTags   = []string{
		"Software", "CreatorTool", "ProcessingSoftware", "HistorySoftwareAgent", "FirmwareVersion", "Firmware", "FirmwareRevision",
		"CanonFirmwareVersion", "AndroidVersion", "WriterName", "ReaderName", "OriginatingProgram", "ProgramVersion", "Producer", "XMPToolkit", "ApplicationName",
	}
	usageTags = []string{"ShutterCount", "ImageCount", "MechanicalShutterCount", "ImageNumber", "FileNumber", "FileIndex", "SequenceNumber", "TotalShutterReleases", "CameraTemperature", "BatteryLevel", "RunTimeSincePowerUp"}

	// Comments that name the program which wrote them.
	program = regexp.MustCompile(`(?i)\b(gimp|photoshop|imagemagick|paint\.net|gd-jpeg|lightroom|picasa|snapseed|acdsee|irfanview|ffmpeg|lavc|libjpeg|canva|figma|instagram|facetune)\b|^(created|edited|made|generated) (with|by|in)\b`)
)

var deviceRules = []Rule{
	{
		ID: "device.serial", Attack: Linkage, Group: "serial",
		Weights:   Weights{Public: .50, Buyer: .40, Family: .08},
		Adversary: Company,
		Basis:     Basis{Judgement, "The number is the same in every photo of one camera and no other: it ties what you posted anonymously to what you posted under your name. It takes a collection of photos to use it."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(serialTags...),
		find: taggedWhere(isSerial, serialTags...),
	},
	{
		ID: "device.part-serial", Attack: Linkage, Group: "serial.part",
		Weights:   Weights{Public: .40, Buyer: .30, Family: .05},
		Adversary: Company,
		Basis:     Basis{Judgement, "As the camera's number; lenses are lent and sold more often."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(lensSerialTags...),
		find: taggedWhere(isSerial, lensSerialTags...),
	},
	{
		ID: "device.model", Attack: Inference, Group: "device",
		Weights:   Weights{Public: .10, Buyer: .10, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Tells what you own and what it may have cost; millions own the same."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(modelTags...),
		find: model,
	},
	{
		ID: "device.lens", Attack: Inference, Group: "device",
		Weights:   Weights{Public: .08, Buyer: .08, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "As the camera's model."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(lensTags...),
		find: taggedWhere(hasLetters, lensTags...),
	},
	{
		ID: "device.software", Attack: Inference, Group: "software",
		Weights:   Weights{Public: .08, Buyer: .06, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Version numbers say which known holes a device has, and that a picture was edited."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(append(softwareTags, commentTags...)...),
		find: software,
	},
	{
		ID: "device.usage", Attack: Linkage, Group: "usage",
		Weights:   Weights{Public: .15, Buyer: .10, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Counters that run up put photos of one camera in order; not unique alone."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(usageTags...),
		find: taggedWhere(notZero, usageTags...),
	},
	{
		ID: "device.maker-notes", Attack: Linkage, Group: "maker-notes",
		Weights:   Weights{Public: .15, Buyer: .10, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "Makers' own notes often hold serial numbers and settings that are not documented."},
		Fix:       StripMetadata, Values: nil, Evidence: []string{"MakerNote"},
		find: makerNotes,
	},
}

var (
	commentTags   = []string{"Comment", "UserComment"}
	makerNoteTags = []string{"MakerNote", "MakerNotes", "MakerNoteSafety", "DNGPrivateData"}
	// Groups of maker notes, as exiftool names them.
	makerGroups = []string{"Apple", "Canon", "CanonCustom", "Casio", "FujiFilm", "Google", "Kodak", "Leica", "Minolta", "Nikon", "NikonCustom", "Olympus", "Panasonic", "Pentax", "Ricoh", "Samsung", "Sanyo", "Sigma", "Sony", "MakerNotes"}
)

// isSerial says whether value can be a serial number: three letters or digits
// at least, not all the same.
func isSerial(value string) bool {
	var kept []rune
	for _, r := range value {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			kept = append(kept, r)
		}
	}
	return len(kept) >= 3 && slices.ContainsFunc(kept, func(r rune) bool { return r != kept[0] })
}

// model finds the camera's name. Its value is maker and model, where both are known.
func model(v *view) []match {
	found := v.stripped(v.factsWhere(hasLetters, modelTags...))
	for i := range found {
		var maker, name string
		for _, e := range found[i].evidence {
			switch e.Name {
			case "Make":
				maker = e.Value
			case "Model":
				name = e.Value
			}
		}
		if name != "" && !strings.HasPrefix(strings.ToLower(name), strings.ToLower(maker)) {
			name = maker + " " + name
		}
		if name != "" {
			found[i].values = []Value{{"Value", name}}
		}
	}
	return found
}

func software(v *view) []match {
	return v.stripped(append(v.facts(softwareTags...), v.factsWhere(program.MatchString, commentTags...)...))
}

func makerNotes(v *view) []match {
	indices := v.facts(makerNoteTags...)
	for _, i := range v.makers {
		if !v.goneFacts.has(i) {
			indices = append(indices, i)
		}
	}
	slices.Sort(indices)
	indices = v.given(slices.Compact(indices))
	if len(indices) == 0 {
		return nil
	}
	var evidence []Value
	for _, i := range indices {
		group := v.photo.Facts[i].Group
		if !isMakerGroup(group) {
			group = printable(v.photo.Facts[i].Value)
		}
		evidence = append(evidence, Value{"MakerNote", group})
	}
	return []match{{evidence: readable(evidence), fixed: remainder{facts: indices}}}
}

func isMakerGroup(group string) bool { return slices.Contains(makerGroups, group) }
