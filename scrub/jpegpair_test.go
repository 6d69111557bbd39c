package scrub

import (
	"bytes"
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"blindspot/internal/testenv"
	"blindspot/scan"
)

// followed is where a sequential scan without restart markers ends, followed in pairs or
// one code after the other.
func followed(f *scanFollower, header, data []byte, pairs bool) (end int, ok bool, passed, mcus int) {
	s, mcus, ok := f.walk(header)
	if !ok {
		return 0, false, 0, 0
	}
	s.in = bitReader{b: data}
	if pairs {
		passed = s.ahead(context.Background(), mcus)
	}
	ok = s.sequential(mcus-passed) && s.in.sound()
	return s.in.end(), ok, passed, mcus
}

// sequentialScan is the follower of p at its first scan, and that scan; nil where it is
// none that pairs follow.
func sequentialScan(p *scan.Photo) (f *scanFollower, header, data []byte) {
	f = new(scanFollower)
	for id, t := range standardTables() {
		f.dc[id], f.ac[id] = t.dc, t.ac
	}
	for i, part := range p.Parts {
		b := part.Payload(p.Data)
		switch part.ID {
		case "SOF0", "SOF1":
			if checkSegment(part, b) != nil || !f.frame(b, p.Height, false) {
				return nil, nil, nil
			}
		case "DHT":
			f.define(b)
		case "DRI":
			f.interval = int(b[0])<<8 | int(b[1])
		case "SOS":
			if len(f.components) == 0 || checkSegment(part, b) != nil || i+1 == len(p.Parts) || p.Parts[i+1].ID != "ECS" {
				return nil, nil, nil
			}
			return f, b, p.Parts[i+1].Payload(p.Data)
		}
	}
	return nil, nil, nil
}

// TestPairsEndWhereCodesEnd follows the first scan of each sequential photo, whole and
// damaged, in pairs and one code after the other: both end at the same byte, or find the
// same to be no scan.
func TestPairsEndWhereCodesEnd(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	photos, passed, mcus, refused, damaged := 0, 0, 0, 0, 0
	rounds := 40
	if testing.Short() {
		rounds = 4
	}
	for _, e := range testenv.Index(t, "JPEG", "MPO") {
		p, err := scan.Open(t.Context(), filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			continue
		}
		f, header, data := sequentialScan(p)
		if f == nil || f.interval > 0 {
			continue
		}
		photos++
		for round := range rounds {
			scan := data
			if round > 0 {
				scan = damage(random, data)
			}
			want, wantOK, _, _ := followed(f, header, scan, false)
			end, ok, n, of := followed(f, header, scan, true)
			if end, want := min(end, len(scan)), min(want, len(scan)); ok != wantOK || ok && end != want {
				t.Errorf("%s, round %d: in pairs it ends at byte %d (%v), not %d (%v)", e.File, round, end, ok, want, wantOK)
			}
			if round == 0 {
				passed, mcus = passed+n, mcus+of
			} else if damaged++; !ok {
				refused++
			}
		}
	}
	t.Logf("%d photos: %d of %d MCUs in pairs; %d of %d damaged scans are none", photos, passed, mcus, refused, damaged)
	if passed < mcus/2 || refused == 0 || refused == damaged {
		t.Error("too little was followed in pairs, or the damage shows too little")
	}
}

// damage is a copy of a scan in which bytes are changed, gone, twice there or new, at a
// few places, or that goes on behind its end.
func damage(random *rand.Rand, data []byte) []byte {
	b := bytes.Clone(data)
	for range 1 + random.IntN(3) {
		if len(b) < 16 {
			break
		}
		at := random.IntN(len(b) - 8)
		switch random.IntN(6) {
		case 0:
			b[at] ^= 1 << random.IntN(8)
		case 1:
			b = append(b[:at], b[at+1+random.IntN(7):]...)
		case 2:
			b = append(b[:at:at], b[max(0, at-random.IntN(2000)):]...)
		case 3:
			b = append(b[:at:at], append([]byte{0xFF, byte(random.IntN(3))}, b[at:]...)...)
		case 4:
			b = append(b, b[:random.IntN(len(b))]...)
		case 5:
			b[at], b[at+1] = byte(random.Uint32()), byte(random.Uint32())
		}
	}
	return b
}

// TestIntervalsInPairs is TestPairsEndWhereCodesEnd for the intervals between restart
// markers.
func TestIntervalsInPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	photos, intervals, refused := 0, 0, 0
	for _, e := range testenv.Index(t, "JPEG", "MPO") {
		p, err := scan.Open(t.Context(), filepath.Join(testenv.Photos(t), e.File))
		if err != nil {
			continue
		}
		f, header, data := sequentialScan(p)
		if f == nil || f.interval == 0 {
			continue
		}
		var whole [][]byte
		for len(whole) < maxIntervals {
			marker := nextRestart(data)
			if marker < 0 {
				break
			}
			whole, data = append(whole, data[:marker]), data[marker+2:]
		}
		f.visits = 1 << 40
		for round := range 40 {
			pieces := slices.Clone(whole)
			if round > 0 && len(pieces) > 0 {
				i := random.IntN(len(pieces))
				pieces[i] = damage(random, pieces[i])
			}
			s, _, ok := f.walk(header)
			if !ok {
				t.Fatalf("%s: its scan has no beginning", e.File)
			}
			var ends [maxIntervals]int
			n, ok := s.inPairs(t.Context(), pieces, f.interval, &ends)
			if n == 0 && ok {
				break // they are not made for it
			}
			if round == 0 {
				photos, intervals = photos+1, intervals+n
			}
			wantOK := true
			for i, piece := range pieces {
				s.in = bitReader{b: piece}
				if !s.sequential(f.interval) || !s.in.sound() {
					wantOK = false
				} else if ok && ends[i] != s.in.end() {
					t.Errorf("%s, round %d: in pairs interval %d ends at byte %d, not %d", e.File, round, i, ends[i], s.in.end())
				}
			}
			if ok != wantOK {
				t.Errorf("%s, round %d: in pairs the intervals are sound: %v, not %v", e.File, round, ok, wantOK)
			}
			if !ok {
				refused++
			}
		}
	}
	t.Logf("%d photos, %d intervals; %d damaged ones are none", photos, intervals, refused)
	if photos < 10 || refused == 0 {
		t.Error("too little was followed in pairs, or the damage shows too little")
	}
}
