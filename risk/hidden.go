package risk

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds of parts that a rule looks at, as scan names them.
const (
	partPixels    = "pixels"
	partMetadata  = "metadata"
	partThumbnail = "thumbnail"
	partTrailer   = "trailer"
	partUnknown   = "unknown"
)

var (
	// Previews that can be compared with the picture, and others.
	thumbnailTags = []string{"IFD1:ThumbnailOffset", "IFD1:ThumbnailLength", "IFD1:JPEGInterchangeFormat", "IFD1:JPEGInterchangeFormatLength", "ThumbnailImage", "PhotoshopThumbnail"}
	previewTags   = append([]string{"ThumbnailTIFF", "PreviewImage", "PreviewImageStart", "PreviewImageLength", "ThumbnailsImage"}, thumbnailTags...)
	videoTags     = []string{"MotionPhoto", "MotionPhotoVersion", "MicroVideo", "MicroVideoVersion", "MicroVideoOffset", "EmbeddedVideoFile", "EmbeddedVideoType"}
	depthTags     = []string{"DepthFormat", "DepthImage", "AuxiliaryImageType", "HDRGainMapVersion", "MPImageType", "NumberOfImages"}
)

var hiddenRules = []Rule{
	{
		ID: "preview.thumbnail", Attack: Linkage, Group: "preview",
		Weights:   Weights{Public: .20, Buyer: .20, Family: .05},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "Editing programs have left the preview as it was before cropping or covering; most often it shows the same picture."},
		Fix:       StripMetadata, Values: nil, Evidence: evidenceOf(previewTags...),
		find: func(v *view) []match {
			if v.samePreviews() {
				return nil
			}
			return previewFacts(v, previewTags)
		},
	},
	{
		ID: "preview.same", Attack: Linkage, Group: "preview",
		Weights:   Weights{Public: .08, Buyer: .08, Family: .03},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "It was compared and shows what the picture shows; at the size of a stamp something small that was covered is missed about half the time."},
		Fix:       StripMetadata, Values: nil, Evidence: evidenceOf(thumbnailTags...),
		find: func(v *view) []match {
			if !v.samePreviews() {
				return nil
			}
			return previewFacts(v, thumbnailTags)
		},
	},
	{
		ID: "preview.differs", Attack: Linkage, Group: "preview",
		Weights:   Weights{Public: .45, Buyer: .45, Family: .20},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "What somebody cut away or covered can be read back without skill; whether that matters is not judged here. Pictures are compared at the size of a stamp: a small change is not seen."},
		Fix:       StripMetadata, Values: nil, Evidence: []string{"Preview"},
		find: differingPreviews,
	},
	{
		ID: "preview.second-picture", Attack: Linkage, Group: "preview.second",
		Weights:   Weights{Public: .30, Buyer: .30, Family: .08},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "A second picture in the same file is not cropped or covered with the first; it may be a large one."},
		Fix:       StripMetadata, Values: []string{"Size"}, Evidence: []string{"Part"},
		find: func(v *view) []match {
			return both(v, nil, v.parts(isSecondPicture))
		},
	},
	{
		ID: "preview.depth", Attack: Linkage, Group: "preview.second",
		Weights:   Weights{Public: .10, Buyer: .10, Family: .03},
		Adversary: Company,
		Basis:     Basis{Judgement, "Says that further pictures (a depth map, a brighter one) belong to the file."},
		Fix:       StripMetadata, Values: nil, Evidence: evidenceOf(depthTags...),
		find: tagged(depthTags...),
	},
	{
		ID: "hidden.video", Attack: Inference, Group: "video",
		Weights:   Weights{Public: .45, Buyer: .45, Family: .15},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "Seconds of moving picture and sound before and after the press of the button: who else is there, and what is said."},
		Fix:       StripMetadata, Values: []string{"Size"}, Evidence: append(evidenceOf(videoTags...), "Part"),
		find: func(v *view) []match { return both(v, v.facts(videoTags...), v.parts(isVideo)) },
	},
	{
		ID: "hidden.trailer", Attack: Linkage, Group: "trailer",
		Weights:   Weights{Public: .30, Buyer: .30, Family: .10},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "What lies behind a picture's end can be the rest of a larger picture that was cropped, another photo, or nothing of note; it is not opened here."},
		Fix:       StripMetadata, Values: []string{"Size"}, Evidence: []string{"Part"},
		find: func(v *view) []match {
			return both(v, nil, v.parts(func(p Part) bool { return p.Kind == partTrailer && !isVideo(p) && !isPadding(p) }))
		},
	},
	{
		ID: "hidden.unknown", Attack: Linkage, Group: "unknown",
		Weights:   Weights{Public: .10, Buyer: .10, Family: .05},
		Adversary: Company,
		Basis:     Basis{Judgement, "Nobody here knows what it holds."},
		Fix:       StripMetadata, Values: []string{"Size"}, Evidence: []string{"Part"},
		find: func(v *view) []match {
			return both(v, nil, v.parts(func(p Part) bool { return p.Kind == partUnknown && !isProvenance(p) && !isVideo(p) && !isPadding(p) }))
		},
	},
	{
		ID: "hidden.unread", Attack: Linkage, Group: "unread",
		Weights:   Weights{Public: .10, Buyer: .10, Family: .05},
		Adversary: Company,
		Basis:     Basis{Judgement, "It is there and could not be read: what others read in it is not known."},
		Fix:       StripMetadata, Values: []string{"Size"}, Evidence: []string{"Part"},
		find: unread,
	},
}

// previewFacts is the finding that rests on tags of previews. Where bytes lie tells
// people nothing, so it is no evidence beside a preview's size.
func previewFacts(v *view, tags []string) []match {
	found := v.stripped(v.facts(tags...))
	for i, m := range found {
		told := slices.DeleteFunc(slices.Clone(m.evidence), func(e Value) bool { return !strings.Contains(e.Value, "pixels") })
		if len(told) > 0 {
			found[i].evidence = told
		}
	}
	return found
}

// samePreviews says whether all previews of the whole photo were compared with the
// picture and none differs. A fix does not change it.
func (v *view) samePreviews() bool {
	for _, p := range v.photo.Previews {
		if !p.Compared || p.Differs {
			return false
		}
	}
	whole := view{photo: v.photo, tags: v.tags}
	return len(v.photo.Previews) > 0 && len(whole.facts(previewTags...)) == len(whole.facts(thumbnailTags...))
}

// differingPreviews finds pictures within the file that show more than the
// picture, or something else.
func differingPreviews(v *view) []match {
	found := v.previews(func(p Preview) bool { return p.Differs })
	if len(found) == 0 {
		return nil
	}
	var evidence []Value
	for _, i := range found {
		evidence = append(evidence, Value{"Preview", printable(v.photo.Previews[i].Source)})
	}
	return []match{{
		evidence: readable(evidence),
		fixed:    remainder{previews: found, facts: v.facts(previewTags...), parts: v.parts(isSecondPicture)},
	}}
}

func isSecondPicture(p Part) bool { return p.Kind == partThumbnail }

// minHidden is the length in bytes, header included, below which a part can hold
// no more than a number or two.
const minHidden = 24

func isPadding(p Part) bool { return p.Length < minHidden || named(p, "padding", "fill bytes") }

func isVideo(p Part) bool {
	return p.Kind != partPixels && named(p, "mp4", "video", "motion", "quicktime", "mov ")
}

func isProvenance(p Part) bool {
	return p.Kind != partPixels && named(p, "c2pa", "jumbf", "cabx")
}

func named(p Part, words ...string) bool {
	name := strings.ToLower(p.Name) + " "
	for _, w := range words {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// unread finds metadata parts that gave no fact.
func unread(v *view) []match {
	var found []int
	for _, i := range v.parts(func(p Part) bool { return p.Kind == partMetadata && !isProvenance(p) && !isVideo(p) && !isPadding(p) }) {
		if !v.readParts[i] {
			found = append(found, i)
		}
	}
	return both(v, nil, found)
}

// readParts says for each part whether facts of p came from it, judged by the
// groups of facts that a part of its name holds. A part whose name says nothing
// counts as read if it is not metadata.
func readParts(p Photo) []bool {
	groups := map[string]bool{}
	for _, f := range p.Facts {
		groups[f.Group] = true
	}
	known := make([]bool, len(contents))
	for i, c := range contents {
		for g := range groups {
			known[i] = known[i] || c.holds(g)
		}
	}
	read := make([]bool, len(p.Parts))
	for i, part := range p.Parts {
		c := slices.IndexFunc(contents, func(c content) bool { return named(part, c.names...) })
		read[i] = c >= 0 && known[c]
	}
	return read
}

// content is what parts of some names hold: groups of facts by how they begin.
type content struct {
	names  []string
	groups []string
	makers bool // and camera makers' groups
}

// contents are tried in this order.
var contents = []content{
	{[]string{"xmp"}, []string{"XMP"}, false},
	{[]string{"exif"}, []string{"IFD", "ExifIFD", "GPS", "InteropIFD", "SubIFD", "MakerNotes"}, true},
	{[]string{"mpf"}, []string{"MPF", "MPImage"}, false},
	{[]string{"photoshop", "iptc", "8bim", "app13"}, []string{"IPTC", "Photoshop"}, false},
	{[]string{"com "}, []string{"File"}, false},
	{[]string{"text ", "ztxt", "itxt", "time", "phys"}, []string{"PNG"}, false},
}

// holds says whether facts of group come from such a part.
func (c content) holds(group string) bool {
	return c.makers && isMakerGroup(group) ||
		slices.ContainsFunc(c.groups, func(prefix string) bool { return strings.HasPrefix(group, prefix) })
}

// partEvidence names parts with their lengths.
func partEvidence(v *view, parts []int) []Value {
	if v.silent {
		return nil
	}
	var list []Value
	for _, i := range parts {
		p := v.photo.Parts[i]
		list = append(list, Value{"Part", fmt.Sprintf("%s, %s", printable(p.Name), bytes(p.Length))})
	}
	return list
}

func size(v *view, parts []int) string {
	var total int64
	for _, i := range parts {
		total += v.photo.Parts[i].Length
	}
	return bytes(total)
}

// bytes is a length for people.
func bytes(n int64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d bytes", n)
}
