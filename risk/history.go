package risk

import (
	"regexp"
	"strings"
)

var (
	imageIDTags = []string{
		"ImageUniqueID", "MediaGroupUUID", "ContentIdentifier", "BurstUUID", "PhotoIdentifier", "ImageDataHash", "RawDataUniqueID",
		"DigitalImageGUID", "ImageID", "UniqueID", "UniqueDocumentID", "ImageSupplierImageID", "GUID", "OriginalTransmissionReference",
	}
	documentIDTags = []string{
		"DocumentID", "InstanceID", "OriginalDocumentID", "DerivedFromDocumentID", "DerivedFromInstanceID",
		"DerivedFromOriginalDocumentID", "VersionID", "IngredientsDocumentID", "IngredientsInstanceID", "ManifestReferenceDocumentID",
	}
	fileNameTags = []string{"OriginalRawFileName", "RawFileName", "PreservedFileName", "OriginalFileName", "DocumentName"}
	titleTags    = []string{"Title", "ObjectName", "XPTitle"}
	historyTags  = []string{
		"HistoryAction", "HistoryInstanceID", "HistoryChanged", "HistoryParameters", "DocumentAncestors", "DocumentAncestorID",
		"History", "AlreadyApplied", "HasSettings", "CropTop", "HasCrop", "ToneCurveName2012", "RetouchInfo", "EditStatus", "URL_List", "SlicesGroupName",
	}
	provenanceTags = []string{
		"Provenance", "ClaimSignature", "Claim_generator", "ClaimGenerator", "JUMDLabel", "JUMDType", "DigitalSourceType", "Issuer", "SignatureIssuer", "ClaimGeneratorInfoName", "ActionsAction",
		"C2PA:Signer", "C2PA:SignerIssuer",
	}
)

var historyRules = []Rule{
	{
		ID: "id.unique", Attack: Linkage, Group: "image-id",
		Weights:   Weights{Public: .35, Buyer: .25, Family: .05},
		Adversary: Company,
		Basis:     Basis{Judgement, "Survives cropping and editing in many programs, so two copies are known as one photo; not tied to you by itself."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(imageIDTags...),
		find: taggedWhere(isSerial, imageIDTags...),
	},
	{
		ID: "id.document", Attack: Linkage, Group: "document-id",
		Weights:   Weights{Public: .30, Buyer: .20, Family: .05},
		Adversary: Company,
		Basis:     Basis{Judgement, "As an image's number, given by an editing program; also ties together what was made from one original."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(documentIDTags...),
		find: taggedWhere(isSerial, documentIDTags...),
	},
	{
		ID: "history.file-name", Attack: Linkage, Group: "file.counter",
		Weights:   Weights{Public: .15, Buyer: .10, Family: .02},
		Adversary: Company,
		Basis:     Basis{Judgement, "The name that the photo had: a camera's number, or somebody's words. As a file's name, and it stays when the file is renamed."},
		Fix:       StripMetadata, Values: []string{"Value"}, Evidence: evidenceOf(append(fileNameTags, titleTags...)...),
		find: func(v *view) []match {
			return v.stripped(append(v.facts(fileNameTags...), v.factsWhere(isFileName, titleTags...)...))
		},
	},
	{
		ID: "history.edits", Attack: Linkage, Group: "history",
		Weights:   Weights{Public: .20, Buyer: .20, Family: .03},
		Adversary: Company,
		Basis:     Basis{Judgement, "The list of steps shows that and how a picture was changed, and its settings are much like a signature."},
		Fix:       StripMetadata, Values: nil, Evidence: evidenceOf(historyTags...),
		find: tagged(historyTags...),
	},
	{
		ID: "provenance.c2pa", Attack: Linkage, Group: "provenance",
		Weights:   Weights{Public: .30, Buyer: .25, Family: .05},
		Adversary: Company,
		Basis:     Basis{Judgement, "A signed statement of origin is meant to be read; it may name a person, a device or an account."},
		Fix:       StripMetadata, Values: nil, Evidence: append(evidenceOf(provenanceTags...), "Part"),
		find: provenance,
	},
}

// fileName is the name of a picture file.
var fileName = regexp.MustCompile(`(?i)\.(jpe?g|png|tiff?|heic|heif|avif|webp|gif|bmp|psd|dng|cr[23w]|nef|arw|raf|orf|rw2|raw)$`)

func isFileName(value string) bool { return fileName.MatchString(strings.TrimSpace(value)) }

func provenance(v *view) []match {
	facts := v.facts(provenanceTags...)
	parts := v.parts(isProvenance)
	return both(v, facts, parts)
}

// both is the finding that rests on facts and parts, none if there are neither.
func both(v *view, facts, parts []int) []match {
	if len(facts)+len(parts) == 0 {
		return nil
	}
	return []match{{
		values:   []Value{{"Size", size(v, parts)}},
		evidence: readable(append(v.quote(facts), partEvidence(v, parts)...)),
		fixed:    remainder{facts: facts, parts: parts},
	}}
}
