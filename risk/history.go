package risk

var (
	imageIDTags = []string{
		"ImageUniqueID", "MediaGroupUUID", "ContentIdentifier", "BurstUUID", "PhotoIdentifier", "ImageDataHash", "RawDataUniqueID",
		"OriginalRawFileName", "RawFileName", "PreservedFileName", "DigitalImageGUID", "ImageID", "UniqueID", "UniqueDocumentID",
		"DateTimeOriginalUUID", "ImageSupplierImageID", "GUID", "OriginalTransmissionReference", "CamReverse", "MediaUniqueID",
	}
	documentIDTags = []string{
		"DocumentID", "InstanceID", "OriginalDocumentID", "DerivedFromDocumentID", "DerivedFromInstanceID",
		"DerivedFromOriginalDocumentID", "VersionID", "IngredientsDocumentID", "IngredientsInstanceID", "ManifestReferenceDocumentID",
	}
	historyTags = []string{
		"HistoryAction", "HistoryInstanceID", "HistoryChanged", "HistoryParameters", "DocumentAncestors", "DocumentAncestorID",
		"History", "AlreadyApplied", "HasSettings", "CropTop", "HasCrop", "ToneCurveName2012", "RetouchInfo", "EditStatus", "URL_List", "SlicesGroupName",
	}
	provenanceTags = []string{
		"Provenance", "ClaimSignature", "Claim_generator", "ClaimGenerator", "JUMDLabel", "JUMDType", "DigitalSourceType", "Issuer", "SignatureIssuer", "ClaimGeneratorInfoName", "ActionsAction",
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
