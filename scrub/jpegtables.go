package scrub

import (
	"blindspot/scan"
	"blindspot/scan/container"
)

// jpegTable is one table of a DQT or DHT segment, or one setting of a DAC, DRI or DNL
// segment.
type jpegTable struct {
	data  []byte // with the byte that names it, where there is one
	part  int    // index of its segment
	from  int    // where in the segment's payload it begins
	inUse bool
}

// tableKind is what a table or setting is for.
type tableKind int

const (
	quantisation tableKind = iota
	huffmanCodes
	conditioning
	restartInterval
	lineCount
	tableKinds
)

// jpegTables are the segments that are made of tables and settings.
var jpegTables = map[string]bool{"DQT": true, "DHT": true, "DAC": true, "DRI": true, "DNL": true}

// jpegPieces are the segments and scans of the picture, in order, without SOI
// and EOI. Tables and settings that no scan uses are left out: a decoder never looks
// at them, so they could hold anything. Of a scan that is in scans, by its part's index, its
// pieces there are taken. Segments must have passed checkSegment.
func jpegPieces(p *scan.Photo, scans map[int][][]byte) [][]byte {
	tables := usedTables(p)
	var pieces [][]byte
	for i, part := range p.Parts {
		switch {
		case !jpegPicture[part.ID] || part.ID == "SOI" || part.ID == "EOI":
		case jpegTables[part.ID]:
			var kept [][]byte
			for _, t := range tables {
				if t.part == i && t.inUse {
					kept = append(kept, t.data)
				}
			}
			if len(kept) > 0 {
				pieces = append(pieces, appendSegment(nil, p.Data[part.Offset+1], kept...))
			}
		case scans[i] != nil:
			pieces = append(pieces, scans[i]...)
		default:
			pieces = append(pieces, p.Data[part.Offset:part.Offset+part.Length])
		}
	}
	return pieces
}

// unusedTables are those that jpegPieces leaves out, each as a part of its own.
func unusedTables(p *scan.Photo) []container.Part {
	var unused []container.Part
	for _, t := range usedTables(p) {
		if segment := p.Parts[t.part]; !t.inUse {
			unused = append(unused, container.Part{
				ID: segment.ID, Name: "unused table in " + segment.Name, Kind: container.Unknown,
				Offset: segment.Offset + segment.Header + int64(t.from), Length: int64(len(t.data)),
			})
		}
	}
	return unused
}

// usedTables lists all tables and marks those that a scan uses, following which
// definition of a slot is in force when the scan begins.
func usedTables(p *scan.Photo) []jpegTable {
	all := make([]jpegTable, 0, 16)
	var current [tableKinds][16][16]int32 // by kind, class and id: which of all, from 1
	define := func(i int, kind tableKind, slot byte, data []byte, from int) {
		all = append(all, jpegTable{data: data, part: i, from: from})
		current[kind][slot>>4][slot&15] = int32(len(all))
	}
	use := func(kind tableKind, class, id byte) {
		if id < 16 && current[kind][class][id] > 0 {
			all[current[kind][class][id]-1].inUse = true
		}
	}
	var frame container.Part
	for i, part := range p.Parts {
		b := part.Payload(p.Data)
		switch part.ID {
		case "DQT":
			for len(b) > 0 {
				size := min(1+64*(1+int(b[0]>>4)), len(b))
				define(i, quantisation, b[0]&15, b[:size], len(part.Payload(p.Data))-len(b))
				b = b[size:]
			}
		case "DHT":
			for len(b) > 0 {
				size := 17
				for j := 1; j <= 16 && j < len(b); j++ {
					size += int(b[j])
				}
				size = min(size, len(b))
				define(i, huffmanCodes, b[0], b[:size], len(part.Payload(p.Data))-len(b))
				b = b[size:]
			}
		case "DAC":
			for at := 0; at+2 <= len(b); at += 2 {
				define(i, conditioning, b[at], b[at:at+2], at)
			}
		case "DRI":
			define(i, restartInterval, 0, b, 0)
		case "DNL":
			first := current[lineCount][0][0] == 0
			define(i, lineCount, 0, b, 0)
			if f := frame.Payload(p.Data); first && len(f) >= 3 && f[1]|f[2] == 0 {
				use(lineCount, 0, 0) // the height was left open
			}
		case "SOF0", "SOF1", "SOF2", "SOF3", "SOF9", "SOF10", "SOF11":
			frame = part
		case "SOS":
			if frame.ID == "" || len(b) == 0 || len(b) < 4+2*int(b[0]) {
				continue
			}
			use(restartInterval, 0, 0)
			scanTables(frame, frame.Payload(p.Data), b, use)
		}
	}
	return all
}

// scanTables calls use for each table that a scan needs; b is its header.
func scanTables(frame container.Part, f, b []byte, use func(kind tableKind, class, id byte)) {
	const components = 6 // offset of the component list in a frame header
	n := int(b[0])
	first, approximation := b[1+2*n], b[3+2*n]
	for i := range n {
		id, selectors := b[1+2*i], b[2+2*i]
		for c := components; c+3 <= len(f); c += 3 {
			if f[c] == id {
				use(quantisation, 0, f[c+2])
			}
		}
		dc, ac := selectors>>4, selectors&15
		switch frame.ID {
		case "SOF2":
			if first > 0 {
				use(huffmanCodes, 1, ac)
			} else if approximation>>4 == 0 {
				use(huffmanCodes, 0, dc) // a refinement of DC has no codes
			}
		case "SOF3":
			use(huffmanCodes, 0, dc)
		case "SOF0", "SOF1":
			use(huffmanCodes, 0, dc)
			use(huffmanCodes, 1, ac)
		case "SOF9":
			use(conditioning, 0, dc)
			use(conditioning, 1, ac)
		case "SOF10":
			if first > 0 {
				use(conditioning, 1, ac)
			} else if approximation>>4 == 0 {
				use(conditioning, 0, dc)
			}
		case "SOF11":
			use(conditioning, 0, dc)
		}
	}
}
