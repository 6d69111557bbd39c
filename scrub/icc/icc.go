// Package icc takes out of an ICC colour profile what does not define its
// colours: names, dates, devices, private tags, and bytes that nothing points to.
//
// It follows ICC.1:2022 (profile version 4.4) and ICC.1:2001-04 (version 2.4).
package icc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrProfile is wrapped by every error: what was given is no profile that a
// decoder would use.
var ErrProfile = errors.New("not a usable ICC profile")

// MaxSize is the largest profile that is read. Those of printers take some
// megabytes.
const MaxSize = 16 << 20

const (
	headerSize = 128
	entrySize  = 12
	// maxTags bounds the tag table; real profiles have some twenty.
	maxTags = 256
)

// colourTags are the tags that define the colour transform, in the order in
// which they are written.
var colourTags = []string{
	"wtpt", "bkpt", "chad", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC",
	"A2B0", "A2B1", "A2B2", "B2A0", "B2A1", "B2A2", "gamt", "pre0", "pre1", "pre2", "cicp",
	"D2B0", "D2B1", "D2B2", "D2B3", "B2D0", "B2D1", "B2D2", "B2D3",
}

// Neutralise makes a profile that gives the same colours and says nothing else.
// Neutralising its result again changes nothing.
func Neutralise(profile []byte) ([]byte, error) {
	if len(profile) < headerSize+4 || len(profile) > MaxSize || string(profile[36:40]) != "acsp" {
		return nil, fmt.Errorf("%w: %d bytes", ErrProfile, len(profile))
	}
	switch class := string(profile[12:16]); class {
	case "scnr", "mntr", "prtr", "spac":
	default:
		return nil, fmt.Errorf("%w: class %q", ErrProfile, class)
	}
	tags, err := table(profile)
	if err != nil {
		return nil, err
	}
	version4 := profile[8] >= 4
	type tag struct {
		name string
		data []byte
	}
	var kept []tag
	for _, t := range []tag{{"desc", emptyDescription(version4)}, {"cprt", emptyText(version4)}} {
		if tags[t.name] != nil {
			kept = append(kept, t)
		}
	}
	words := len(kept)
	for _, name := range colourTags {
		if data := element(tags[name]); data != nil {
			kept = append(kept, tag{name, data})
		}
	}
	if len(kept) == words {
		return nil, fmt.Errorf("%w: no tag defines colours", ErrProfile)
	}

	out := header(profile)
	out = binary.BigEndian.AppendUint32(out, uint32(len(kept)))
	at := len(out) + entrySize*len(kept)
	var body []byte
	for i, t := range kept {
		from := at + len(body)
		for j, earlier := range kept[:i] { // the same curve for all channels is kept once
			if bytes.Equal(earlier.data, t.data) {
				from = int(binary.BigEndian.Uint32(out[headerSize+4+entrySize*j+4:]))
				break
			}
		}
		if from == at+len(body) {
			body = append(body, t.data...)
			body = append(body, make([]byte, -len(body)&3)...)
		}
		out = append(out, t.name...)
		out = binary.BigEndian.AppendUint32(out, uint32(from))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data)))
	}
	out = append(out, body...)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out, nil
}

// table is the first tag of each name; its data aliases profile.
func table(profile []byte) (map[string][]byte, error) {
	count := int64(binary.BigEndian.Uint32(profile[headerSize:]))
	if count > maxTags || headerSize+4+entrySize*count > int64(len(profile)) {
		return nil, fmt.Errorf("%w: %d tags", ErrProfile, count)
	}
	tags := map[string][]byte{}
	for i := range count {
		e := profile[headerSize+4+entrySize*i:]
		name := string(e[:4])
		from, size := int64(binary.BigEndian.Uint32(e[4:])), int64(binary.BigEndian.Uint32(e[8:]))
		if tags[name] != nil || from+size > int64(len(profile)) || size < 8 {
			continue
		}
		tags[name] = profile[from : from+size]
	}
	return tags, nil
}

// header is a profile header with what does not define colours at zero: CMM,
// date, platform, flags, device, creator and ID.
func header(profile []byte) []byte {
	h := make([]byte, headerSize)
	copy(h[8:24], profile[8:24]) // version, class, colour space, connection space
	clear(h[10:12])
	copy(h[36:40], "acsp")
	h[63] = profile[63] & 15 // reflective, glossy, positive, colour
	copy(h[66:80], profile[66:80])
	return h // from 64: rendering intent, of which two bytes are reserved, and illuminant
}

// emptyText is a text without words, in the type that the version asks for.
func emptyText(version4 bool) []byte {
	if version4 {
		return append([]byte("mluc\x00\x00\x00\x00\x00\x00\x00\x00"), 0, 0, 0, entrySize)
	}
	return []byte("text\x00\x00\x00\x00\x00")
}

// emptyDescription is a description without words.
func emptyDescription(version4 bool) []byte {
	if version4 {
		return emptyText(true)
	}
	// Count and ASCII, Unicode code and count, Macintosh code and count, and the
	// 67 bytes that this type always reserves for it.
	b := append([]byte("desc\x00\x00\x00\x00"), 0, 0, 0, 1, 0)
	return append(b, make([]byte, 4+4+2+1+67)...)
}

// element is a tag's data as far as its type needs it, nil for a type that no
// colour tag has and for damage: a decoder does not use those either.
func element(b []byte) []byte {
	if len(b) < 12 {
		return nil
	}
	var out []byte
	switch string(b[:4]) {
	case "XYZ ":
		out = exactly(b, 20)
	case "sf32":
		out = exactly(b, 8+9*4)
	case "cicp":
		out = exactly(b, 12)
	case "curv", "para":
		out = exactly(b, curveSize(b))
	case "mft1", "mft2":
		out = exactly(b, lutSize(b))
		if len(out) > 11 {
			out[11] = 0 // padding
		}
	case "mAB ", "mBA ":
		out = pipeline(b)
	case "mpet":
		out = bytes.Clone(b)
	}
	if out != nil {
		clear(out[4:8]) // reserved
	}
	return out
}

func exactly(b []byte, size int64) []byte {
	if size <= 0 || size > int64(len(b)) {
		return nil
	}
	return bytes.Clone(b[:size])
}

// curveSize is the size of a curve, 0 for damage (ICC.1:2022, 10.6 and 10.18).
func curveSize(b []byte) int64 {
	if len(b) < 12 {
		return 0
	}
	switch string(b[:4]) {
	case "curv":
		return 12 + 2*int64(binary.BigEndian.Uint32(b[8:]))
	case "para":
		parameters := [...]int64{1, 3, 4, 5, 7}
		if f := binary.BigEndian.Uint16(b[8:]); int(f) < len(parameters) {
			return 12 + 4*parameters[f]
		}
	}
	return 0
}

// lutSize is the size of a lut8Type or lut16Type, 0 for damage (10.10, 10.11).
func lutSize(b []byte) int64 {
	const matrixEnd = 48
	if len(b) < matrixEnd+4 {
		return 0
	}
	in, out, grid := int64(b[8]), int64(b[9]), int64(b[10])
	cells := clut([]int64{grid}, in, out)
	if cells == 0 {
		return 0
	}
	if string(b[:4]) == "mft1" {
		return matrixEnd + 256*in + cells + 256*out
	}
	inputs, outputs := int64(binary.BigEndian.Uint16(b[48:])), int64(binary.BigEndian.Uint16(b[50:]))
	return matrixEnd + 4 + 2*(in*inputs+cells+out*outputs)
}

// clut is the number of values in a colour table with the grid given for each
// input (the last for all that follow), 0 where it cannot be.
func clut(grid []int64, in, out int64) int64 {
	if in < 1 || in > 15 || out < 1 || out > 15 {
		return 0
	}
	cells := out
	for i := range in {
		cells *= grid[min(int(i), len(grid)-1)]
		if cells <= 0 || cells > MaxSize {
			return 0
		}
	}
	return cells
}

// pipeline is a lutAToBType or lutBToAType with nothing but its curves, matrix
// and table, where they were (10.12, 10.13).
func pipeline(b []byte) []byte {
	const size, matrixSize, gridSize = 32, 48, 16
	if len(b) < size {
		return nil
	}
	in, outputs := int64(b[8]), int64(b[9])
	out := make([]byte, len(b))
	copy(out[:10], b[:10])
	copy(out[12:size], b[12:size])
	end := int64(size)
	take := func(from, n int64) bool {
		if n <= 0 || from < size || from+n > int64(len(b)) {
			return false
		}
		copy(out[from:from+n], b[from:from+n])
		end = max(end, from+n)
		return true
	}
	offset := func(i int) int64 { return int64(binary.BigEndian.Uint32(b[12+4*i:])) }
	curves := func(from, n int64) bool {
		for range n {
			if from < size || from >= int64(len(b)) {
				return false
			}
			length := curveSize(b[from:])
			if !take(from, length) {
				return false
			}
			clear(out[from+4 : from+8])
			from += (length + 3) &^ 3
		}
		return true
	}
	// B curves and M curves belong to the connection space, A curves to the
	// device.
	pcs, device := outputs, in
	if string(b[:4]) == "mBA " {
		pcs, device = in, outputs
	}
	if at := offset(0); at != 0 && !curves(at, pcs) {
		return nil
	}
	if at := offset(1); at != 0 && !take(at, matrixSize) {
		return nil
	}
	if at := offset(2); at != 0 && !curves(at, pcs) {
		return nil
	}
	if at := offset(3); at != 0 {
		if at < size || at+gridSize+4 > int64(len(b)) {
			return nil
		}
		var grid []int64
		for _, g := range b[at : at+min(max(in, 1), gridSize)] {
			grid = append(grid, int64(g))
		}
		width := int64(b[at+gridSize])
		cells := clut(grid, in, outputs)
		if cells == 0 || width < 1 || width > 2 || !take(at, gridSize+4+cells*width) {
			return nil
		}
		clear(out[at+in : at+gridSize])
		clear(out[at+gridSize+1 : at+gridSize+4])
	}
	if at := offset(4); at != 0 && !curves(at, device) {
		return nil
	}
	return out[:end]
}
