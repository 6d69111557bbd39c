package metadata

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// rdfNamespace holds RDF's own elements; they are containers, never properties.
const rdfNamespace = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

// xmpGroups are exiftool's names for the namespaces of properties. Others are
// named by the prefix that the packet uses.
var xmpGroups = map[string]string{
	"http://purl.org/dc/elements/1.1/":                         "dc",
	"http://purl.org/dc/terms/":                                "dcterms",
	"http://ns.adobe.com/xap/1.0/":                             "xmp",
	"http://ns.adobe.com/xap/1.0/mm/":                          "xmpMM",
	"http://ns.adobe.com/xap/1.0/rights/":                      "xmpRights",
	"http://ns.adobe.com/xap/1.0/bj/":                          "xmpBJ",
	"http://ns.adobe.com/xmp/note/":                            "xmpNote",
	"http://ns.adobe.com/xmp/1.0/DynamicMedia/":                "xmpDM",
	"http://ns.adobe.com/photoshop/1.0/":                       "photoshop",
	"http://ns.adobe.com/camera-raw-settings/1.0/":             "crs",
	"http://ns.adobe.com/camera-raw-saved-settings/1.0/":       "crss",
	"http://ns.adobe.com/tiff/1.0/":                            "tiff",
	"http://ns.adobe.com/exif/1.0/":                            "exif",
	"http://cipa.jp/exif/1.0/":                                 "exifEX",
	"http://ns.adobe.com/exif/1.0/aux/":                        "aux",
	"http://ns.adobe.com/lightroom/1.0/":                       "lr",
	"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/":              "iptcCore",
	"http://iptc.org/std/Iptc4xmpExt/2008-02-29/":              "iptcExt",
	"http://ns.useplus.org/ldf/xmp/1.0/":                       "plus",
	"http://www.metadataworkinggroup.com/schemas/regions/":     "mwg-rs",
	"http://www.metadataworkinggroup.com/schemas/keywords/":    "mwg-kw",
	"http://www.metadataworkinggroup.com/schemas/collections/": "mwg-coll",
	"http://ns.microsoft.com/photo/1.0":                        "microsoft",
	"http://ns.microsoft.com/photo/1.0/":                       "microsoft",
	"http://ns.microsoft.com/photo/1.2/":                       "MP",
	"http://ns.google.com/photos/1.0/camera/":                  "GCamera",
	"http://ns.google.com/photos/1.0/container/":               "Container",
	"http://ns.google.com/photos/1.0/panorama/":                "GPano",
	"http://ns.google.com/photos/1.0/depthmap/":                "GDepth",
	"http://ns.google.com/photos/1.0/image/":                   "GImage",
	"http://ns.google.com/photos/1.0/creations/":               "GCreations",
	"http://ns.adobe.com/hdr-gain-map/1.0/":                    "hdrgm",
	"http://ns.apple.com/faceinfo/1.0/":                        "apple-fi",
	"http://www.dji.com/drone-dji/1.0/":                        "drone-dji",
	"http://ns.camerabits.com/photomechanic/1.0/":              "photomech",
	"http://ns.acdsee.com/iptc/1.0/":                           "acdsee",
	"http://www.digikam.org/ns/1.0/":                           "digiKam",
	"http://xmp.gettyimages.com/gift/1.0/":                     "getty",
	"http://www.gimp.org/xmp/":                                 "GIMP",
	"http://creativecommons.org/ns#":                           "cc",
	"adobe:ns:meta/":                                           "x",
}

// xmpNames are beginnings of flattened names that exiftool shortens, the longest
// first.
var xmpNames = []struct{ long, short string }{
	{"RegionsRegionListExtensions", "RegionExtensions"},
	{"RegionsRegionList", "Region"},
	{"RegionsAppliedToDimensions", "RegionAppliedToDimensions"},
	{"RegionInfoRegions", "Region"},
	{"ArtworkOrObjectAOCurrentCopyrightOwnerId", "ArtworkCopyrightOwnerID"},
	{"ArtworkOrObjectAOCurrentCopyrightOwner", "ArtworkCopyrightOwner"},
	{"ArtworkOrObjectAOCurrentLicensorId", "ArtworkLicensorID"},
	{"ArtworkOrObjectAOCurrentLicensor", "ArtworkLicensor"},
	{"ArtworkOrObjectAOSourceInvNo", "ArtworkSourceInventoryNo"},
	{"ArtworkOrObjectAO", "Artwork"},
	{"AddlModelInfo", "AdditionalModelInformation"},
	{"DigImageGUID", "DigitalImageGUID"},
	{"ICCProfile", "ICCProfileName"},
	{"CreatorContactInfoCiAdrCtry", "CreatorCountry"},
	{"CreatorContactInfoCiAdrExtadr", "CreatorAddress"},
	{"CreatorContactInfoCiAdrPcode", "CreatorPostalCode"},
	{"CreatorContactInfoCiAdr", "Creator"},
	{"CreatorContactInfoCiEmailWork", "CreatorWorkEmail"},
	{"CreatorContactInfoCiTelWork", "CreatorWorkTelephone"},
	{"CreatorContactInfoCiUrlWork", "CreatorWorkURL"},
	{"RegistryIdRegOrgId", "RegistryOrganisationID"},
	{"RegistryIdRegItemId", "RegistryItemID"},
	{"ThumbnailsImage", "ThumbnailImage"},
	{"ISOSpeedRatings", "ISO"},
	{"BodySerialNumber", "SerialNumber"},
	{"CameraOwnerName", "OwnerName"},
	{"LocationCreatedCountryName", "LocationCreatedCountryName"},
}

// xmpTag is one flattened property.
type xmpTag struct{ group, name string }

// xmpElement is an open element of the packet.
type xmpElement struct {
	path  int // length of the path with this element
	text  strings.Builder
	leaf  bool
	lang  string
	value bool // it is a property or list item, not a container
}

// xmpWalker flattens a packet's RDF as exiftool names it: the names from the top
// property down, each with its first letter in upper case, in the group of the
// top property.
type xmpWalker struct {
	reader *reader
	group  string
	path   []string
	open   []*xmpElement
	order  []xmpTag
	values map[xmpTag][]string
	count  int
	bytes  int
}

// xmp reads an XMP packet. What was read before an error is kept.
//
// Structures matter here (a face region is one, with the name of a person), and
// imagemeta leaves them out, so the packet is walked over encoding/xml, which
// expands no entities of its own and so does not blow up.
func (r *reader) xmp(packet []byte) error {
	if len(packet) > maxXML {
		return errors.New("XMP is too large")
	}
	packet = withoutPadding(withoutControls(toUTF8(packet)))
	w := &xmpWalker{reader: r, values: map[xmpTag][]string{}}
	err := w.walk(packet)
	for _, tag := range w.order {
		r.add(tag.group, tag.name, printable(strings.Join(w.values[tag], ", ")))
	}
	if r.xmpPlace == nil {
		r.xmpPlace = w.place()
	}
	return err
}

// toUTF8 converts a packet in UTF-16.
func toUTF8(b []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}), bytes.HasPrefix(b, []byte{0, '<'}):
		order = binary.BigEndian
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{'<', 0}):
		order = binary.LittleEndian
	default:
		return b
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
}

// withoutControls is a packet with the bytes that XML forbids as spaces: one bad
// byte should not hide the rest.
func withoutControls(b []byte) []byte {
	bad := func(c byte) bool { return c < 0x20 && c != '\n' && c != '\r' && c != '\t' }
	if !slices.ContainsFunc(b, bad) {
		return b
	}
	b = slices.Clone(b)
	for i, c := range b {
		if bad(c) {
			b[i] = ' '
		}
	}
	return b
}

// withoutPadding is a packet without the room to grow that most have before their end,
// half of the packet and more, where nothing but that end follows (XMP specification
// part 1, 7.3.2).
func withoutPadding(b []byte) []byte {
	end := bytes.LastIndex(b, []byte("<?xpacket end"))
	if end < 0 || bytes.IndexByte(b[end:], '>') < len(bytes.TrimRight(b[end:], "\x00 \t\r\n"))-1 {
		return b
	}
	return bytes.TrimRight(b[:end], " \t\r\n")
}

func (w *xmpWalker) walk(packet []byte) error {
	d := xml.NewDecoder(bytes.NewReader(packet))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(w.open) >= maxXMLDepth {
				return errors.New("XMP is nested too deep")
			}
			w.start(t)
		case xml.EndElement:
			w.end()
		case xml.CharData:
			if n := len(w.open); n > 0 && w.open[n-1].leaf {
				w.open[n-1].text.Write(t)
			}
		}
	}
}

func (w *xmpWalker) start(t xml.StartElement) {
	if n := len(w.open); n > 0 {
		w.open[n-1].leaf = false
	}
	e := &xmpElement{leaf: true}
	container := t.Name.Space == rdfNamespace || t.Name.Space == "rdf"
	wrapper := t.Name.Local == "xmpmeta" || t.Name.Local == "xapmeta"
	switch {
	case wrapper:
	case container:
		e.value = t.Name.Local == "li" || t.Name.Local == "value"
	default:
		e.value = true
		w.push(t.Name)
	}
	if n := len(w.open); n > 0 {
		e.lang = w.open[n-1].lang
	}
	e.path = len(w.path)
	w.open = append(w.open, e)
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns" || a.Name.Local == "xmlns":
		case a.Name.Local == "lang" && (a.Name.Space == "xml" || strings.HasSuffix(a.Name.Space, "/namespace")):
			e.lang = a.Value
		case wrapper && (a.Name.Local == "xmptk" || a.Name.Local == "xaptk"):
			w.emitAs(xmpTag{"XMP-x", "XMPToolkit"}, a.Value)
		case a.Name.Space == rdfNamespace || a.Name.Space == "rdf":
			if a.Name.Local == "resource" || a.Name.Local == "value" {
				w.emit(a.Value, e.lang)
			}
			if a.Name.Local == "about" {
				w.emitAs(xmpTag{"XMP-rdf", "About"}, a.Value)
			}
		case container && a.Name.Local == "about": // old packets, which keep the instance's ID here
			w.emitAs(xmpTag{"XMP-rdf", "About"}, a.Value)
		case a.Name.Space == "" || wrapper:
		default:
			w.push(a.Name)
			w.emit(a.Value, "")
			w.pop()
		}
	}
}

func (w *xmpWalker) end() {
	n := len(w.open)
	if n == 0 {
		return
	}
	e := w.open[n-1]
	if e.leaf && e.value {
		w.emit(e.text.String(), e.lang)
	}
	w.open = w.open[:n-1]
	for depth := w.depth(); len(w.path) > depth; {
		w.pop()
	}
}

// depth is the length of the path at the innermost open element.
func (w *xmpWalker) depth() int {
	if n := len(w.open); n > 0 {
		return w.open[n-1].path
	}
	return 0
}

func (w *xmpWalker) push(name xml.Name) {
	if len(w.path) == 0 {
		group, ok := xmpGroups[name.Space]
		if !ok {
			group = prefixOf(name.Space)
		}
		w.group = "XMP-" + group
	}
	local := []rune(name.Local)
	if len(local) > 0 {
		local[0] = unicode.ToUpper(local[0])
	}
	w.path = append(w.path, string(local))
}

// prefixOf makes a short name of a namespace that is not known.
func prefixOf(space string) string {
	space = strings.TrimRight(space, "/#")
	if i := strings.LastIndexAny(space, "/:#"); i >= 0 {
		last := space[i+1:]
		if strings.Trim(last, "0123456789.") == "" {
			return prefixOf(space[:i])
		}
		space = last
	}
	return printable(space)
}

func (w *xmpWalker) pop() { w.path = w.path[:len(w.path)-1] }

func (w *xmpWalker) emit(value, lang string) {
	if len(w.path) == 0 {
		return
	}
	name := strings.Join(w.path, "")
	for _, n := range xmpNames {
		if rest, ok := strings.CutPrefix(name, n.long); ok {
			name = n.short + rest
			break
		}
	}
	if lang != "" && lang != "x-default" {
		name += "-" + lang
	}
	w.emitAs(xmpTag{w.group, name}, value)
}

func (w *xmpWalker) emitAs(tag xmpTag, value string) {
	value = strings.TrimSpace(value)
	if value == "" || w.count >= maxFacts || w.bytes > maxXML {
		return
	}
	w.count++
	if _, ok := w.values[tag]; !ok {
		w.order = append(w.order, tag)
	}
	value = w.embedded(tag, value)
	switch {
	case strings.Contains(tag.name, "GPSL") || strings.Contains(tag.name, "GPSDestL"):
		if v, ok := parseAngle(value); ok {
			value = formatDegrees(v)
		}
	case isDate(value):
		// 2021-02-04T16:57:11 as exiftool writes it.
		value = strings.Replace(strings.Replace(value[:10], "-", ":", 2)+value[10:], "T", " ", 1)
	}
	w.bytes += len(value)
	w.values[tag] = append(w.values[tag], value)
}

func isDate(s string) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	_, err := strconv.Atoi(s[:4])
	return err == nil && (len(s) == 10 || s[10] == 'T')
}

// embedded reads a picture that a property holds in base64, as thumbnails and
// depth maps are kept, and returns what to say instead of it.
func (w *xmpWalker) embedded(tag xmpTag, value string) string {
	if len(value) < maxValue/4 {
		return value
	}
	if !strings.HasPrefix(value, "/9j/") && !strings.HasPrefix(value, "iVBOR") {
		return value
	}
	packed := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, value)
	data, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		data, _ = base64.RawStdEncoding.DecodeString(packed)
	}
	if len(data) > 0 {
		w.reader.guard(tag.group+" "+tag.name, func() error { return w.reader.picture(tag.group+" "+tag.name, data) })
	}
	return binaryValue(len(data))
}

// place is the position that the packet gives, nil if none.
func (w *xmpWalker) place() *Position {
	for _, group := range []string{"XMP-exif", "XMP-drone-dji"} {
		lat, okLat := w.degrees(group, 90, "GPSLatitude", "GpsLatitude")
		lon, okLon := w.degrees(group, 180, "GPSLongitude", "GpsLongitude", "GpsLongtitude")
		if !okLat || !okLon {
			continue
		}
		p := &Position{Latitude: lat, Longitude: lon, Source: group}
		if v := w.values[xmpTag{group, "GPSImgDirection"}]; len(v) > 0 {
			if d, ok := parseRational(v[0]); ok && d >= 0 && d <= 360 {
				p.Direction = &d
			}
		}
		return p
	}
	return nil
}

func (w *xmpWalker) degrees(group string, limit float64, names ...string) (float64, bool) {
	for _, name := range names {
		v := w.values[xmpTag{group, name}]
		if len(v) == 0 {
			continue
		}
		if d, ok := parseAngle(v[0]); ok && d >= -limit && d <= limit {
			return d, true
		}
	}
	return 0, false
}

// parseRational reads "a/b" or a plain number.
func parseRational(s string) (float64, bool) {
	a, b, ok := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(strings.TrimSpace(a), 64)
	if err != nil {
		return 0, false
	}
	if !ok {
		return n, true
	}
	d, err := strconv.ParseFloat(strings.TrimSpace(b), 64)
	return n / d, err == nil && d != 0
}

// extendedXMP joins the pieces of packets that did not fit into one segment (XMP
// specification part 3, 1.1.3.1), by their GUID.
type extendedXMP map[string][]extendedPiece

type extendedPiece struct {
	offset uint32
	data   []byte
}

func (x extendedXMP) add(payload []byte) error {
	const guid, header = 32, 32 + 4 + 4
	if len(payload) < header {
		return errors.New("ExtendedXMP without a header")
	}
	id := string(payload[:guid])
	x[id] = append(x[id], extendedPiece{binary.BigEndian.Uint32(payload[guid+4:]), payload[header:]})
	return nil
}

// packets are the joined packets. A piece that is missing leaves a gap closed:
// what is there is read all the same.
func (x extendedXMP) packets() [][]byte {
	var ids []string
	for id := range x {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var all [][]byte
	for _, id := range ids {
		pieces := slices.Clone(x[id])
		slices.SortStableFunc(pieces, func(a, b extendedPiece) int { return cmp.Compare(a.offset, b.offset) })
		var packet []byte
		for _, p := range pieces {
			packet = append(packet, p.data...)
		}
		all = append(all, packet)
	}
	return all
}
