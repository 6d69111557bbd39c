package metadata

func (r *reader) xmp(b []byte) error  { r.add("XMP", "XMP", binaryValue(len(b))); return nil }
func (r *reader) iptc(b []byte) error { r.add("IPTC", "IPTC", binaryValue(len(b))); return nil }
func (r *reader) photoshop(b []byte) error {
	r.add("Photoshop", "Photoshop", binaryValue(len(b)))
	return nil
}
func (r *reader) icc(b []byte) error                { return nil }
func (r *reader) makerNote(b *block, e entry) error { return nil }
