package risk

import (
	"regexp"
	"strings"
)

var (
	ownerTags = []string{
		"Artist", "XPAuthor", "Author", "Creator", "By-line", "OwnerName", "CameraOwnerName", "Photographer",
		"Copyright", "CopyrightNotice", "Rights", "RightsHolder", "CopyrightOwnerName", "Owner", "Credit", "CaptionWriter",
		"Writer-Editor", "Source", "LocalCaption", "ImageCreatorName", "Contributor", "Publisher",
	}
	contactTags = []string{
		"CreatorWorkEmail", "CreatorWorkTelephone", "CreatorWorkURL", "CreatorAddress", "CreatorCity", "CreatorPostalCode",
		"CreatorRegion", "CreatorCountry", "Contact", "CiAdrExtadr", "CiAdrCity", "CiEmailWork", "CiTelWork", "CiUrlWork",
		"CiAdrPcode", "WebStatement", "BaseURL", "Photoshop:URL",
	}
	wordTags = []string{
		"ImageDescription", "UserComment", "XPComment", "XPTitle", "XPSubject", "XPKeywords", "Description", "Title",
		"Subject", "Keywords", "Caption-Abstract", "Headline", "ObjectName", "SpecialInstructions", "Instructions", "Comment",
		"File:Comment", "HierarchicalSubject", "LastKeywordXMP", "Label", "Notes", "Event", "AlbumName", "SupplementalCategories",
		"Category", "TransmissionReference", "JobID", "Disclaimer", "Warning", "Text", "ExtDescrAccessibility", "AltTextAccessibility",
	}
	hostTags = []string{"HostComputer", "DeviceName"}
	// belongsTo is how computers and phones are named by default: "Ada's iPhone".
	belongsTo = regexp.MustCompile(`(?i)\p{L}['’]s\b|\p{L}s-(macbook|imac|iphone|ipad|mbp|pc|laptop)|\b(von|de|van)\b`)
	// What programs and cameras write on their own where people write words.
	boilerplate = regexp.MustCompile(`(?i)^(created|generated|made|edited|file written) (with|by|in)\b|^(creator|software|file source|compressed by|optimi[sz]ed|lead technologies|appleMark|ascii$|` +
		`olympus digital camera|sony dsc|minolta digital camera|konica minolta|digital ?camera|dcim|exif.?jpe?g|jpeg image|samsung|kodak|screenshot|untitled|default|` +
		`picture|photo|image|cover|x-default|charset=|processed by)\b|\bdigital camera$|\bquality ?=|\bimagemagick\b|\bpaint\.net\b|\bgd-jpeg\b`)
)

var ownerRules = []Rule{
	{
		ID: "owner.name", Attack: Identification, Group: "name",
		Weights:   Weights{Public: .55, Buyer: .50, Family: .05},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "A full name is one search away from a person; some names are shared, and some are a firm's."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(append(hostTags, ownerTags...)...),
		find: owner,
	},
	{
		ID: "owner.contact", Attack: Identification, Group: "contact",
		Weights:   Weights{Public: .60, Buyer: .55, Family: .05},
		Adversary: Stranger,
		Basis:     Basis{Judgement, "An address, number or site leads to one person or firm."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(contactTags...),
		find: taggedWhere(hasLetters, contactTags...),
	},
	{
		ID: "owner.words", Attack: Inference, Group: "words",
		Weights:   Weights{Public: .25, Buyer: .20, Family: .05},
		Adversary: Acquaintance,
		Basis:     Basis{Judgement, "What people write about a photo names people, places and events; often it is meant to be read."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(wordTags...),
		find: taggedWhere(isPeoplesWords, wordTags...),
	},
}

func owner(v *view) []match {
	named := func(value string) bool { return hasLetters(value) && !program.MatchString(value) }
	return v.stripped(append(v.factsWhere(named, ownerTags...), v.factsWhere(belongsTo.MatchString, hostTags...)...))
}

func hasLetters(value string) bool {
	letters := 0
	for _, r := range value {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 127 {
			letters++
		}
	}
	return letters >= 2
}

func isPeoplesWords(value string) bool {
	return hasLetters(value) && !boilerplate.MatchString(strings.TrimSpace(value)) && !isFileName(value)
}
