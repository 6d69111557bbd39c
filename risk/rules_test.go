package risk

import (
	"math"
	"slices"
	"strings"
	"testing"

	"blindspot/vision/personal"
)

// fact makes a photo with one fact, given as "Group:Tag".
func fact(tag, value string) Photo {
	group, name, _ := strings.Cut(tag, ":")
	return Photo{Facts: []Fact{{group, name, value}}}
}

// see makes a photo with one detection.
func see(d Detection) Photo {
	if d.ID == 0 {
		d.ID = 1
	}
	if d.Area == 0 {
		d.Area = .05
	}
	d.Confidence = .9
	return Photo{Detections: []Detection{d}}
}

func object(label string) Photo { return see(Detection{Kind: "object", Label: label}) }

func text(personal string) Photo {
	return see(Detection{Kind: "text", Label: "text", Personal: personal})
}

func code(personal string) Photo {
	return see(Detection{Kind: "code", Label: "QR code", Personal: personal})
}

func part(name, kind string, length int64) Photo {
	return Photo{Parts: []Part{{name, kind, length}}}
}

func at(latitude, longitude float64) Photo {
	return Photo{Position: &Position{latitude, longitude}}
}

// near is a photo at a place that has a name.
func near(p Photo, place Place) Photo {
	p.Place = &place
	return p
}

func preview(source string, differs bool) Photo {
	return Photo{Previews: []Preview{{source, true, differs}}}
}

// from makes a photo with a text that names a country.
func from(personal, country string) Photo {
	return see(Detection{Kind: "text", Label: "phone number", Personal: personal, Country: country})
}

func file(name string) Photo { return Photo{Name: name} }

// plus joins photos.
func plus(photos ...Photo) Photo {
	var all Photo
	for _, p := range photos {
		all.Facts = append(all.Facts, p.Facts...)
		all.Parts = append(all.Parts, p.Parts...)
		all.Previews = append(all.Previews, p.Previews...)
		for _, d := range p.Detections {
			d.ID = len(all.Detections) + 1
			all.Detections = append(all.Detections, d)
		}
		if p.Position != nil {
			all.Position, all.Place = p.Position, p.Place
		}
		if p.Name != "" {
			all.Name = p.Name
		}
	}
	return all
}

var (
	face = see(Detection{Kind: "face", Label: "face"})
	here = at(48.85841, 2.29451)

	stamp = fact("IFD1:ThumbnailImage", "160 × 120 pixels, 4782 bytes")
	paris = Place{Town: "Paris", Region: "Île-de-France", Country: "France", Kilometres: 2}
)

// cases holds for each rule photos that it finds, and near misses.
var cases = map[string]struct{ yes, no []Photo }{
	"location.gps":         {[]Photo{here, at(-33.8567844, 151.2152967), at(0, 9.4536), at(39.915556, 116.390833), near(here, paris)}, []Photo{at(0, 0), at(91, 2.29451), at(math.NaN(), 2.29451), at(48.9, 2.3), {}, fact("GPS:GPSVersionID", "2.3.0.0")}},
	"location.area":        {[]Photo{at(48.9, 2.3), at(48, 2), at(51.5, -0.12)}, []Photo{here, at(0, 0)}},
	"location.gps-again":   {[]Photo{fact("XMP-exif:GPSLatitude", "48.8584"), plus(here, fact("Google:GPSLatitude", "48.85841"))}, []Photo{fact("GPS:GPSLatitude", "48.8584"), fact("Composite:GPSPosition", "48 2")}},
	"people.face-place":    {[]Photo{plus(here, face)}, []Photo{here, face, plus(face, at(0, 0)), plus(here, object("cat"))}},
	"location.spot":        {[]Photo{fact("IPTC:Sub-location", "Rue Cler"), fact("XMP-iptcCore:Location", "Kitchen, 5 Elm Road")}, []Photo{fact("IPTC:City", "Paris"), fact("IPTC:Sub-location", " ")}},
	"location.words":       {[]Photo{fact("IPTC:City", "Paris"), fact("XMP-photoshop:State", "Île-de-France")}, []Photo{fact("XMP-photoshop:Country", "France"), fact("IPTC:City", "unknown")}},
	"location.country":     {[]Photo{fact("XMP-photoshop:Country", "France")}, []Photo{fact("IPTC:City", "Paris"), fact("XMP-photoshop:Country", "")}},
	"location.direction":   {[]Photo{fact("GPS:GPSImgDirection", "25.27")}, []Photo{fact("GPS:GPSImgDirectionRef", "True North"), fact("GPS:GPSImgDirection", "0")}},
	"location.altitude":    {[]Photo{fact("GPS:GPSAltitude", "35.2 m")}, []Photo{fact("GPS:GPSAltitude", "0 m"), fact("GPS:GPSAltitudeRef", "Above Sea Level")}},
	"location.destination": {[]Photo{fact("GPS:GPSDestLatitude", "48.8584")}, []Photo{fact("GPS:GPSLatitude", "48.8584"), fact("GPS:GPSDestLatitude", "0")}},
	"location.movement":    {[]Photo{fact("GPS:GPSSpeed", "50")}, []Photo{fact("GPS:GPSSpeed", "0.00"), fact("GPS:GPSSpeedRef", "km/h")}},
	"location.scene-text": {
		[]Photo{see(Detection{Kind: "text", Label: "text", Area: .01})},
		[]Photo{see(Detection{Kind: "text", Label: "text", Area: .001}), text("email"), see(Detection{Kind: "code", Area: .1})},
	},
	"location.text-country":     {[]Photo{from("phone", "Germany")}, []Photo{from("phone", ""), see(Detection{Kind: "text", Area: .01}), see(Detection{Kind: "plate"})}},
	"location.text-language":    {[]Photo{see(Detection{Kind: "text", Label: "text", Language: "German"})}, []Photo{see(Detection{Kind: "text", Label: "text", Area: .01}), see(Detection{Kind: "plate"})}},
	"location.street-furniture": {[]Photo{object("traffic light"), object("stop sign")}, []Photo{object("bench"), object("clock")}},

	"time.exact":        {[]Photo{fact("ExifIFD:DateTimeOriginal", "2003:11:23 18:07:37"), fact("GPS:GPSTimeStamp", "18:07:37"), fact("XMP-xmp:CreateDate", "2007-09-12T16:12:32+02:00")}, []Photo{fact("ExifIFD:DateTimeOriginal", "0000:00:00 00:00:00"), fact("XMP-photoshop:DateCreated", "2003:08:30"), fact("ExifIFD:DateTimeOriginal", "2003:11:23 00:00:00"), fact("ICC-header:ProfileDateTime", "1998:02:09 06:49:00")}},
	"time.place":        {[]Photo{plus(here, fact("ExifIFD:DateTimeOriginal", "2003:11:23 18:07:37"))}, []Photo{here, fact("ExifIFD:DateTimeOriginal", "2003:11:23 18:07:37"), plus(here, fact("IPTC:DateCreated", "2003:08:30"))}},
	"time.zone":         {[]Photo{fact("ExifIFD:OffsetTimeOriginal", "+02:00"), fact("XMP-xmp:CreateDate", "2007:09:12 16:12:32-03:00"), fact("Canon:TimeZone", "+09:00")}, []Photo{fact("ExifIFD:OffsetTime", "+00:00"), fact("XMP-xmp:CreateDate", "2007:09:12 16:12:32Z"), fact("XMP-photoshop:DateCreated", "2007-09-12")}},
	"time.zone-country": {[]Photo{fact("ExifIFD:OffsetTimeOriginal", "+05:45"), fact("XMP-xmp:CreateDate", "2007:09:12 16:12:32-03:30")}, []Photo{fact("ExifIFD:OffsetTimeOriginal", "+05:00"), fact("XMP-xmp:CreateDate", "2007:09:12 16:12:32"), fact("IFD0:ModifyDate", "2007:09:12 16:12:32+05:45")}},
	"time.edited":       {[]Photo{fact("IFD0:ModifyDate", "2007:05:10 19:04:16")}, []Photo{fact("IFD0:ModifyDate", "2007:05:10 00:00:00"), fact("IFD0:ModifyDate", "    :  :     :  :  ")}},

	"people.face":         {[]Photo{face}, []Photo{see(Detection{Kind: "face", Bystander: true}), see(Detection{Kind: "person", Label: "person"})}},
	"people.bystander":    {[]Photo{see(Detection{Kind: "face", Bystander: true})}, []Photo{face}},
	"people.figure":       {[]Photo{see(Detection{Kind: "person", Label: "person"}), plus(face, see(Detection{Kind: "person", Area: .3}))}, []Photo{see(Detection{Kind: "person", Area: .001}), face, plus(see(Detection{Kind: "face", Area: .7}), see(Detection{Kind: "person", Area: .95}))}},
	"people.named-face":   {[]Photo{fact("XMP-mwg-rs:RegionName", "Ada Lovelace"), fact("Panasonic:RecognizedFace1Name", "ADA"), fact("XMP-MP:RegionPersonDisplayName", "Ada")}, []Photo{fact("XMP-mwg-rs:RegionType", "Face"), fact("XMP-mwg-rs:RegionName", "")}},
	"people.face-mark":    {[]Photo{fact("XMP-mwg-rs:RegionType", "Face"), fact("Panasonic:FacesDetected", "2")}, []Photo{fact("Panasonic:FacesDetected", "0"), fact("XMP-mwg-rs:RegionName", "Ada")}},
	"people.child-things": {[]Photo{object("teddy bear")}, []Photo{object("bear"), object("sports ball")}},

	"owner.name":    {[]Photo{fact("IFD0:Artist", "Ada Lovelace"), fact("PNG:Author", "李雷"), fact("IPTC:By-line", "A. Adams"), fact("IFD0:HostComputer", "Ada’s MacBook Air")}, []Photo{fact("IFD0:Artist", "unknown"), fact("IFD0:Copyright", "   "), fact("ICC_Profile:Copyright", "Copyright (c) 1998 Hewlett-Packard Company"), fact("IFD0:Copyright", "(c)"), fact("IFD0:HostComputer", "iPhone 14 Pro Max"), fact("IPTC:By-line", "Picasa")}},
	"owner.contact": {[]Photo{fact("XMP-iptcCore:CreatorWorkEmail", "ada@example.org")}, []Photo{fact("XMP-iptcCore:CreatorWorkEmail", "none"), fact("XMP-dc:Creator", "Ada")}},
	"owner.words":   {[]Photo{fact("IFD0:ImageDescription", "Ada's birthday"), fact("File:Comment", "our new house"), fact("PNG:Comment", "for Tom")}, []Photo{fact("IFD0:ImageDescription", "OLYMPUS DIGITAL CAMERA"), fact("XMP-dc:Title", "IMG_1234.jpg"), fact("File:Comment", "Created with GIMP"), fact("File:Comment", "CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90"), fact("ExifIFD:UserComment", "")}},

	"plate.visible":    {[]Photo{see(Detection{Kind: "plate", Label: "plate"})}, []Photo{see(Detection{Kind: "vehicle", Label: "car"}), text("plate")}},
	"document.visible": {[]Photo{see(Detection{Kind: "document", Label: "passport"})}, []Photo{object("book"), text("passport")}},
	"screen.visible":   {[]Photo{see(Detection{Kind: "screen", Label: "laptop"})}, []Photo{object("keyboard"), object("remote")}},
	"vehicle.visible":  {[]Photo{see(Detection{Kind: "vehicle", Label: "car"})}, []Photo{see(Detection{Kind: "vehicle", Label: "car", Area: .004}), see(Detection{Kind: "vehicle", Label: "train"}), see(Detection{Kind: "vehicle", Label: "bicycle"})}},

	"text.email":         {[]Photo{text("email"), text("e-mail address")}, []Photo{text("phone"), code("email"), text("")}},
	"text.phone":         {[]Photo{text("phone")}, []Photo{text("iban"), code("phone")}},
	"text.name":          {[]Photo{text("name"), text("name badge")}, []Photo{text("handle")}},
	"text.passport":      {[]Photo{text("mrz"), text("passport")}, []Photo{text("card")}},
	"text.birth-date":    {[]Photo{text("date of birth")}, []Photo{text("date")}},
	"text.card":          {[]Photo{text("card")}, []Photo{text("id-card"), text("iban")}},
	"text.iban":          {[]Photo{text("iban")}, []Photo{text("card"), code("iban")}},
	"text.address":       {[]Photo{text("address")}, []Photo{text("web-address"), text("email-address")}},
	"text.street":        {[]Photo{text("house number"), text("street-sign")}, []Photo{text("address"), text("")}},
	"text.plate":         {[]Photo{text("licence plate")}, []Photo{see(Detection{Kind: "plate"})}},
	"text.position":      {[]Photo{text("position")}, []Photo{text("address"), code("position")}},
	"text.boarding-pass": {[]Photo{text("record locator")}, []Photo{code("boarding-pass")}},
	"text.handle":        {[]Photo{text("handle")}, []Photo{text("name")}},
	"text.web":           {[]Photo{text("url")}, []Photo{text("email"), code("url")}},
	"text.login":         {[]Photo{text("password"), text("wifi")}, []Photo{text("handle"), code("wifi")}},
	"text.other":         {[]Photo{text("blood type")}, []Photo{text(""), text("phone")}},

	"code.boarding-pass": {[]Photo{code("boarding-pass")}, []Photo{text("boarding-pass"), code("")}},
	"code.id":            {[]Photo{code("driving-licence"), code("mrz")}, []Photo{text("mrz"), code("vcard")}},
	"code.health":        {[]Photo{code("health-certificate")}, []Photo{code("url"), code("")}},
	"code.login":         {[]Photo{code("password")}, []Photo{text("password"), code("url")}},
	"code.parcel":        {[]Photo{code("parcel")}, []Photo{code(""), code("url")}},
	"code.wifi":          {[]Photo{code("wifi")}, []Photo{text("wifi"), code("url")}},
	"code.contact":       {[]Photo{code("vcard")}, []Photo{code("url")}},
	"code.position":      {[]Photo{code("position")}, []Photo{text("position"), code("url")}},
	"code.payment":       {[]Photo{code("payment"), code("iban"), code("wallet")}, []Photo{text("iban"), code("url")}},
	"code.web":           {[]Photo{code("url")}, []Photo{code(""), text("url")}},
	"code.other":         {[]Photo{code(""), code("serial")}, []Photo{code("url"), object("barcode")}},

	"device.serial":      {[]Photo{fact("ExifIFD:SerialNumber", "1030712320"), fact("Canon:InternalSerialNumber", "AB12")}, []Photo{fact("ExifIFD:SerialNumber", "0000000"), fact("ExifIFD:SerialNumber", "1"), fact("ExifIFD:SerialNumber", "ééé"), fact("ExifIFD:LensSerialNumber", "1030712320")}},
	"device.part-serial": {[]Photo{fact("ExifIFD:LensSerialNumber", "1030712320")}, []Photo{fact("ExifIFD:LensSerialNumber", "0000000000"), fact("ExifIFD:SerialNumber", "1030712320")}},
	"device.model":       {[]Photo{fact("IFD0:Model", "NIKON D2H")}, []Photo{fact("IFD0:Model", ""), fact("ICC-header:DeviceModel", "sRGB"), fact("ExifIFD:LensModel", "GR LENS")}},
	"device.lens":        {[]Photo{fact("ExifIFD:LensModel", "GR LENS")}, []Photo{fact("XMP-exifEX:LensModel", "N/A"), fact("IFD0:Model", "NIKON D2H")}},
	"device.software":    {[]Photo{fact("IFD0:Software", "Adobe Photoshop CS2"), fact("File:Comment", "Created with GIMP")}, []Photo{fact("IFD0:Software", "None"), fact("File:Comment", "our new house")}},
	"device.usage":       {[]Photo{fact("Nikon:ShutterCount", "12345")}, []Photo{fact("Nikon:ShutterCount", "0"), fact("ExifIFD:ShutterSpeedValue", "1/160")}},
	"device.maker-notes": {[]Photo{fact("ExifIFD:MakerNote", "(Binary data 1230 bytes)"), fact("Nikon:Quality", "FINE")}, []Photo{fact("IFD0:Make", "NIKON CORPORATION"), fact("ExifIFD:MakerNote", "")}},

	"id.unique":         {[]Photo{fact("ExifIFD:ImageUniqueID", "8f3a90b2c4"), fact("Apple:ContentIdentifier", "12A4-77")}, []Photo{fact("ExifIFD:ImageUniqueID", "00000000000000000000000000000000"), fact("XMP-xmpMM:DocumentID", "xmp.did:1")}},
	"id.document":       {[]Photo{fact("XMP-xmpMM:DocumentID", "xmp.did:48361733")}, []Photo{fact("XMP-xmpMM:DocumentID", ""), fact("ExifIFD:ImageUniqueID", "8f3a90b2c4")}},
	"history.file-name": {[]Photo{fact("XMP-crs:RawFileName", "P120612PS-0463.CR2"), fact("XMP-dc:Title", "IMG_1234.jpg")}, []Photo{fact("XMP-dc:Title", "The jpg"), file("IMG_1234.jpg")}},
	"history.edits":     {[]Photo{fact("XMP-xmpMM:HistoryAction", "saved, converted"), fact("XMP-crs:HasCrop", "True")}, []Photo{fact("XMP-xmp:CreatorTool", "Adobe Photoshop"), fact("XMP-crs:CropTop", "0")}},
	"provenance.c2pa":   {[]Photo{part("APP11 JUMBF", "metadata", 5000), part("caBX", "metadata", 900), fact("XMP-dcterms:Provenance", "https://cai.example/claim")}, []Photo{part("APP11 JPEG-HDR", "metadata", 5000), part("APP1 XMP", "metadata", 900)}},

	"preview.same":           {[]Photo{plus(stamp, preview("IFD1 ThumbnailImage", false))}, []Photo{stamp, plus(stamp, preview("IFD1 ThumbnailImage", true)), plus(stamp, Photo{Previews: []Preview{{Source: "IFD1 ThumbnailImage"}}}), preview("IFD1 ThumbnailImage", false), plus(stamp, fact("Sony:PreviewImage", "(Binary data 90000 bytes)"), preview("IFD1 ThumbnailImage", false))}},
	"preview.thumbnail":      {[]Photo{stamp, fact("Photoshop:PhotoshopThumbnail", "(Binary data 4782 bytes)"), plus(stamp, preview("IFD1 ThumbnailImage", true)), plus(stamp, fact("Sony:PreviewImage", "(Binary data 90000 bytes)"), preview("IFD1 ThumbnailImage", false))}, []Photo{plus(stamp, preview("IFD1 ThumbnailImage", false)), fact("IFD1:ThumbnailLength", "0"), fact("IFD1:Compression", "JPEG (old-style)")}},
	"preview.differs":        {[]Photo{preview("IFD1 ThumbnailImage", true), plus(preview("IFD1 ThumbnailImage", false), preview("PhotoshopThumbnail", true))}, []Photo{preview("IFD1 ThumbnailImage", false), fact("IFD1:ThumbnailImage", "160 × 120 pixels, 4782 bytes")}},
	"preview.second-picture": {[]Photo{part("MPF picture", "thumbnail", 90_000)}, []Photo{part("APP2 MPF", "metadata", 90), part("scan data", "pixels", 90_000)}},
	"preview.depth":          {[]Photo{fact("MPF0:NumberOfImages", "2"), fact("XMP-HDRGainMap:HDRGainMapVersion", "65536")}, []Photo{fact("MPF0:MPFVersion", "0100"), fact("MPF0:NumberOfImages", "0")}},
	"hidden.video":           {[]Photo{part("motion photo video", "trailer", 2_000_000), fact("XMP-GCamera:MicroVideo", "1")}, []Photo{fact("XMP-GCamera:MicroVideo", "0"), part("trailer", "trailer", 2_000_000)}},
	"hidden.trailer":         {[]Photo{part("trailer", "trailer", 100)}, []Photo{part("trailer", "trailer", 4), part("padding", "trailer", 4096), part("motion photo video", "trailer", 900)}},
	"hidden.unknown":         {[]Photo{part("APP9", "unknown", 100)}, []Photo{part("fill bytes", "unknown", 100), part("stray marker 0xFF01", "unknown", 2)}},
	"hidden.unread":          {[]Photo{part("APP1 Exif", "metadata", 100), plus(part("APP1 XMP", "metadata", 100), fact("IFD0:Make", "NIKON"))}, []Photo{plus(part("APP1 Exif", "metadata", 100), fact("IFD0:Make", "NIKON")), part("pHYs", "metadata", 21), part("APP2 ICC", "colour", 3000)}},

	"habit.alcohol":  {[]Photo{object("wine glass"), object("bottle"), see(Detection{Kind: "text", Label: "text", Topic: "alcohol"})}, []Photo{object("cup"), object("bowl")}},
	"habit.medicine": {[]Photo{object("syringe"), see(Detection{Kind: "text", Label: "text", Topic: "medicine"})}, []Photo{object("bottle"), object("scissors")}},
	"habit.pets":     {[]Photo{object("dog")}, []Photo{object("horse"), object("hot dog"), object("bird")}},
	"habit.sports":   {[]Photo{object("skis")}, []Photo{object("umbrella")}},
	"habit.travel":   {[]Photo{object("suitcase"), see(Detection{Kind: "vehicle", Label: "airplane"})}, []Photo{object("handbag"), object("backpack")}},
	"habit.reading":  {[]Photo{object("book")}, []Photo{object("laptop")}},
	"habit.bicycle":  {[]Photo{see(Detection{Kind: "vehicle", Label: "bicycle"})}, []Photo{see(Detection{Kind: "vehicle", Label: "motorcycle"})}},
	"home.night":     {[]Photo{plus(here, fact("ExifIFD:DateTimeOriginal", "2003:11:23 23:07:37")), plus(here, fact("XMP-xmp:CreateDate", "2007-09-12T04:59:32+02:00"))}, []Photo{plus(here, fact("ExifIFD:DateTimeOriginal", "2003:11:23 21:59:37")), plus(here, fact("ExifIFD:DateTimeOriginal", "2003:11:23 00:00:00")), plus(at(48.9, 2.3), fact("ExifIFD:DateTimeOriginal", "2003:11:23 23:07:37")), plus(here, fact("GPS:GPSTimeStamp", "23:07:37")), fact("ExifIFD:DateTimeOriginal", "2003:11:23 23:07:37")}},
	"home.signals":   {[]Photo{object("bed"), plus(object("oven"), object("sink"))}, []Photo{object("chair"), object("dining table"), object("bench")}},

	"file.name-counter": {[]Photo{file("IMG_1234.jpg"), file("DSC01234.JPG"), file("_DSC1234.jpg"), file("P1010101.JPG")}, []Photo{file("photo-8f3a90b2.jpg"), file("IMG_20230102_101112.jpg"), file("kitchen.jpg"), file("")}},
	"file.name-date":    {[]Photo{file("IMG_20230102_101112.jpg"), file("2023-01-02 10.11.12.jpg"), file("IMG-20230102-WA0001.jpg")}, []Photo{file("photo-20230102.jpg"), file("IMG_1234.jpg"), file("DSC20231302.jpg"), file("120230102.jpg")}},
	"file.name-app":     {[]Photo{file("IMG-20230102-WA0001.jpg"), file("Screenshot_2023.png"), file("PXL_20230102.jpg")}, []Photo{file("IMG_1234.jpg"), file("photo-8f3a90b2.jpg"), file("shot.jpg")}},
	"file.name-words":   {[]Photo{file("holiday-with-anna.jpg"), file("facade 2.jpg"), file("anna 5baad44ca4702949.jpg")}, []Photo{file("IMG_1234.jpg"), file("photo-8f3a90b2.jpg"), file("photo-deadbeef.jpg"), file("DSCF0001 copy.jpg"), file("5baad44ca4702949724234e35c5bb341.jpg"), file("0fadeb1e-c0de-4bad-beef-5baad44ca470.jpg")}},
	"file.name-person":  {[]Photo{plus(file("anna-beach.jpg"), fact("XMP-mwg-rs:RegionName", "Anna Bell"))}, []Photo{file("anna-beach.jpg"), plus(file("beach.jpg"), fact("XMP-mwg-rs:RegionName", "Anna Bell"))}},
}

func found(p Photo, rule string) (Finding, bool) {
	all := Assess(p, Public).Findings
	i := slices.IndexFunc(all, func(f Finding) bool { return f.Rule == rule })
	if i < 0 {
		return Finding{}, false
	}
	return all[i], true
}

func TestEachRule(t *testing.T) {
	for _, rule := range Rules() {
		c := cases[rule.ID]
		if len(c.yes) == 0 || len(c.no) == 0 {
			t.Errorf("%s has no photo that it finds, or no near miss", rule.ID)
		}
		for _, p := range c.yes {
			f, ok := found(p, rule.ID)
			if !ok {
				t.Errorf("%s does not find %+v", rule.ID, p)
				continue
			}
			checkFinding(t, rule, f)
		}
		for _, p := range c.no {
			if f, ok := found(p, rule.ID); ok {
				t.Errorf("%s finds %+v: %+v", rule.ID, p, f)
			}
		}
	}
	if len(cases) != len(Rules()) {
		t.Errorf("%d cases for %d rules", len(cases), len(Rules()))
	}
}

// checkFinding holds a finding to what its rule promises.
func checkFinding(t *testing.T, rule Rule, f Finding) {
	t.Helper()
	var names []string
	for _, v := range f.Values {
		names = append(names, v.Name)
	}
	slices.Sort(names)
	if want := slices.Sorted(slices.Values(rule.Values)); !slices.Equal(names, want) {
		t.Errorf("%s gives values %v, promises %v", rule.ID, names, want)
	}
	if len(f.Evidence) == 0 {
		t.Errorf("%s gives no evidence", rule.ID)
	}
	for _, e := range f.Evidence {
		if !slices.Contains(rule.Evidence, e.Name) {
			t.Errorf("%s gives evidence %q, promises %v", rule.ID, e.Name, rule.Evidence)
		}
		if e.Value == "" {
			t.Errorf("%s gives empty evidence %q", rule.ID, e.Name)
		}
	}
	if (f.Fix == Cover) != (f.Detection != 0) {
		t.Errorf("%s: fix %q with detection %d", rule.ID, f.Fix, f.Detection)
	}
}

func TestRulesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		seen[r.ID] = true
		if !slices.Contains(Attacks, r.Attack) || r.Group == "" || r.Adversary == "" || r.Basis.Reason == "" || r.find == nil {
			t.Errorf("%s lacks attack, group, adversary, basis or predicate", r.ID)
		}
		for _, w := range []float64{r.Weights.Public, r.Weights.Buyer, r.Weights.Family} {
			if w <= 0 || w >= 1 {
				t.Errorf("%s weighs %v", r.ID, w)
			}
		}
		if r.Weights.Public < r.Weights.Buyer || r.Weights.Buyer < r.Weights.Family {
			t.Errorf("%s weighs more for a smaller audience: %+v", r.ID, r.Weights)
		}
		if !slices.Contains([]Fix{StripMetadata, Cover, Rename, LeaveOut}, r.Fix) {
			t.Errorf("%s has fix %q", r.ID, r.Fix)
		}
	}
}

func TestNeutralNameFindsNothing(t *testing.T) {
	for _, name := range []string{"photo-8f3a90b2.jpg", "photo-20230102.png", "photo-deadbeef.webp", ""} {
		if a := Assess(Photo{Name: name}, Public); a.Score != 100 || len(a.Findings) != 0 {
			t.Errorf("%q: %+v", name, a)
		}
	}
}

func TestRadius(t *testing.T) {
	for _, c := range []struct {
		latitude, longitude float64
		want                string
	}{
		{48, 2, "56 km"},
		{48.5, 2, "28 km"},
		{48.9, 2.3, "6 km"},
		{48.85, 2.29, "557 m"},
		{48.858, 2.294, "56 m"},
		{39 + 54./60, 116 + 23./60, "928 m"},
		{39 + 54./60 + 56./3600, 116 + 23./60 + 27./3600, "15 m"},
		{48.8584123, 2.2945123, "10 m"},
	} {
		if got := distance(radius(Position{c.latitude, c.longitude})); got != c.want {
			t.Errorf("%v, %v: %s, want %s", c.latitude, c.longitude, got, c.want)
		}
	}
}

func TestPlacesAreNamed(t *testing.T) {
	for _, c := range []struct {
		p             Photo
		near, country string
	}{
		{here, "", ""},
		{near(here, paris), "Paris, Île-de-France, France", ""},
		{near(at(48, 2), paris), "", "France"},
		{near(here, Place{Town: "Tamanrasset", Country: "Algeria", Kilometres: 51}), "", "Algeria"},
		{near(here, Place{Town: "Berlin", Region: "Berlin", Country: "Germany"}), "Berlin, Germany", ""},
		{near(here, Place{Town: "Burbank", Subregion: "Santa Clara County", Region: "California"}), "Burbank, Santa Clara County, California", ""},
		{near(here, Place{Town: "Monaco"}), "Monaco", ""},
		{near(here, Place{Town: "Adamstown", Kilometres: 2000}), "", ""},
	} {
		f := Assess(c.p, Public).Findings[0]
		if got := f.Values[3:]; got[0] != (Value{"Near", c.near}) || got[1] != (Value{"Country", c.country}) {
			t.Errorf("%+v: values %v", c.p.Place, got)
		}
		for _, e := range f.Evidence[2:] {
			if e.Value == "" || (e != Value{"Near", c.near} && e != Value{"Country", c.country}) {
				t.Errorf("%+v: evidence %v", c.p.Place, e)
			}
		}
	}
}

func TestAPreviewAndItsFactsCountOnce(t *testing.T) {
	p := plus(stamp, preview("IFD1 ThumbnailImage", true))
	a := Assess(p, Public)
	if a.Score != 55 || a.Findings[0].Rule != "preview.differs" || a.Findings[0].ScoreWithout != 100 {
		t.Errorf("%+v", a)
	}
}

func TestStatedRadiusCounts(t *testing.T) {
	f, _ := found(plus(here, fact("GPS:GPSHPositioningError", "1414 m")), "location.gps")
	if f.Values[2] != (Value{"Radius", "1 km"}) {
		t.Errorf("%+v", f.Values)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	var p Photo
	for i := range 100 {
		p.Facts = append(p.Facts, Fact{"XMP-dc", "Subject", strings.Repeat("x\n\x00", i+1000)})
	}
	f, ok := found(p, "owner.words")
	if !ok || len(f.Evidence) > maxEvidence {
		t.Fatalf("%d values", len(f.Evidence))
	}
	for _, e := range f.Evidence {
		if n := len([]rune(e.Value)); n > maxQuoted || strings.ContainsAny(e.Value, "\n\x00") {
			t.Errorf("%d runes, %q", n, e.Value)
		}
	}
}

// What vision calls personal must not fall to the rules for the rest.
func TestEachPersonalKindHasARule(t *testing.T) {
	for _, kind := range []personal.Kind{
		personal.Email, personal.Phone, personal.Card, personal.IBAN, personal.MRZ, personal.Plate, personal.URL, personal.Handle,
		personal.Street, personal.Address, personal.BirthDate, personal.Password, personal.BoardingPass, personal.Name, personal.WiFi,
		personal.VCard, personal.Position,
	} {
		_, other := found(text(string(kind)), "text.other")
		if other && kind != personal.VCard {
			t.Errorf("text that is %q falls to the rest", kind)
		}
	}
	for _, kind := range []personal.Kind{personal.BoardingPass, personal.WiFi, personal.VCard, personal.URL, personal.Position, personal.Email, personal.Phone, personal.IBAN,
		personal.Card, personal.MRZ, personal.Password, personal.Licence, personal.Health, personal.Parcel, personal.Wallet} {
		if _, other := found(code(string(kind)), "code.other"); other {
			t.Errorf("a code that is %q falls to the rest", kind)
		}
	}
}

func TestADocumentAndItsTextCountOnce(t *testing.T) {
	lines := plus(text("mrz"), text("mrz"))
	both := plus(lines, see(Detection{Kind: "document", Label: "passport", Personal: "mrz"}))
	one, two, three := Assess(text("mrz"), Public), Assess(lines, Public), Assess(both, Public)
	if one.Score != two.Score || one.Score != three.Score {
		t.Errorf("a line %d, two lines %d, with their document %d", one.Score, two.Score, three.Score)
	}
	letter := see(Detection{Kind: "document", Label: "letter"})
	if a := Assess(plus(letter, letter), Public); a.Score >= Assess(letter, Public).Score {
		t.Errorf("two documents count as one: %d", a.Score)
	}
}
