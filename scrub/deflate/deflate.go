// Package deflate follows compressed streams (RFC 1951) to where what is wanted of them
// ends, and tells what in them no decoder needs: blocks that hold nothing, bits that
// fill up a byte, tables that are larger than what they describe. Start with [Follow].
package deflate

import (
	"context"
	"encoding/binary"
	"errors"
)

// Errors of [Follow].
var (
	ErrCut     = errors.New("deflate: the data ends too early")
	ErrCorrupt = errors.New("deflate: the data is damaged")
)

// Found is what following a stream found.
type Found struct {
	Written int64 // bytes that were unpacked, not more than were wanted
	// Needed is how many bytes had been read when all that is wanted was there, or at
	// the end of the stream.
	Needed int
	// Read is how many bytes the stream takes, if Ended.
	Read  int
	Ended bool // with its last block; else there is more in it than is wanted
	// Fill are the bits of its last byte that are not the stream's.
	Fill byte
	// Spare says that the stream holds what nothing needs before its end.
	Spare bool
}

const (
	window   = 1 << 15
	chunk    = 1 << 16 // bytes that are handed on at a time
	longest  = 258     // of a match
	maxBits  = 15
	endBlock = 256
	// litBits and distBits are the longest codes that are looked up at once.
	litBits  = 11
	distBits = 9
	// maxBare is how many blocks more than others may hold nothing: encoders end some
	// flushes with one.
	maxBare = 16
	// minTables is from how many bits of tables on it matters that they are larger than
	// what they describe.
	minTables = 8 << 10
	// unheard is how many blocks are followed before a cancellation is heard.
	unheard = 64
)

// Follow unpacks b until a byte more than want, the end of the stream, or that of ctx,
// and hands what it unpacks, up to want bytes, to out in pieces that are valid during
// the call. The error is that of out, that of ctx, [ErrCut] or [ErrCorrupt].
func Follow(ctx context.Context, b []byte, want int64, out func([]byte) error) (Found, error) {
	f := follower{in: b, want: want, out: out, buffer: make([]byte, window+chunk+longest)}
	err := f.stream(ctx)
	if err == nil || err == ErrCut {
		if failed := f.flush(); failed != nil {
			err = failed
		}
	}
	f.found.Spare = f.found.Spare || f.bare > f.full+maxBare || f.tableBits > minTables && f.tableBits > f.dataBits
	return f.found, err
}

type follower struct {
	in   []byte
	i    int    // of the next byte
	bits uint64 // ahead, the next one lowest
	n    int    // how many; less than 0 behind the end of the data

	buffer  []byte
	from, w int // what of buffer is to be handed on
	want    int64
	out     func([]byte) error
	found   Found
	done    bool // there is more than is wanted

	lit, dist           *table   // of the current block
	own                 [3]table // as it brings: for literals, distances and its tables
	bare, full          int      // blocks without and with data
	tableBits, dataBits int
}

// fill brings as many bits as are there, 56 at least unless the data ends.
func (f *follower) fill() {
	if f.i+8 <= len(f.in) {
		f.bits |= binary.LittleEndian.Uint64(f.in[f.i:]) << f.n
		f.i += (63 - f.n) >> 3
		f.n |= 56
		return
	}
	for f.n <= 56 && f.i < len(f.in) {
		f.bits |= uint64(f.in[f.i]) << f.n
		f.i++
		f.n += 8
	}
}

// take is the next n bits, at most 16.
func (f *follower) take(n int) (int, error) {
	if f.n < n {
		if f.fill(); f.n < n {
			return 0, ErrCut
		}
	}
	v := int(f.bits & (1<<n - 1))
	f.bits >>= n
	f.n -= n
	return v, nil
}

// at is how many bits have been read.
func (f *follower) at() int { return 8*f.i - f.n }

func (f *follower) stream(ctx context.Context) error {
	for blocks := 0; ; blocks++ {
		if blocks%unheard == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		last, err := f.take(1)
		if err != nil {
			return err
		}
		kind, err := f.take(2)
		if err != nil {
			return err
		}
		before := f.found.Written + int64(f.w-f.from)
		switch kind {
		case 0:
			err = f.stored(ctx)
		case 1:
			f.lit, f.dist = fixedTables()
			err = f.coded(ctx)
		case 2:
			from := f.at()
			if err = f.tables(); err == nil {
				f.tableBits += f.at() - from
				from = f.at()
				err = f.coded(ctx)
				f.dataBits += f.at() - from
			}
		default:
			err = ErrCorrupt
		}
		if err != nil || f.done {
			return err
		}
		if f.found.Written+int64(f.w-f.from) == before {
			f.bare++
			f.found.Spare = f.found.Spare || kind == 2 // it has tables
		} else {
			f.full++
		}
		if last == 1 {
			read := f.at()
			f.found.Read, f.found.Ended = (read+7)/8, true
			f.found.Fill = byte(0xFF << ((read-1)%8 + 1))
			if f.found.Needed == 0 {
				f.found.Needed = f.found.Read
			}
			return nil
		}
	}
}

// stored copies a block that is not compressed (3.2.4).
func (f *follower) stored(ctx context.Context) error {
	if filling, err := f.take(f.n & 7); err != nil {
		return err
	} else if filling != 0 {
		f.found.Spare = true
	}
	size, err := f.take(16)
	if err != nil {
		return err
	}
	inverse, err := f.take(16)
	if err != nil {
		return err
	}
	if size != ^inverse&0xFFFF {
		return ErrCorrupt
	}
	f.i -= f.n / 8 // back to the bytes that were taken ahead
	f.bits, f.n = 0, 0
	for size > 0 && !f.done {
		if f.w >= window+chunk {
			if err := f.hand(ctx); err != nil {
				return err
			}
			continue
		}
		if f.i == len(f.in) {
			return ErrCut
		}
		n := copy(f.buffer[f.w:window+chunk], f.in[f.i:min(f.i+size, len(f.in))])
		f.i += n
		f.w += n
		size -= n
		over := f.found.Written + int64(f.w-f.from) - f.want
		if over >= 0 && f.found.Needed == 0 {
			f.found.Needed = f.i - int(over)
		}
	}
	f.note()
	return nil
}

// note looks whether what is wanted is there, without handing it on.
func (f *follower) note() {
	switch have := f.found.Written + int64(f.w-f.from); {
	case have > f.want:
		f.done = true
		fallthrough
	case have == f.want:
		if f.found.Needed == 0 {
			f.found.Needed = (f.at() + 7) / 8
		}
	}
}

// hand hands on what is unpacked and makes room for more.
func (f *follower) hand(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.flush(); err != nil {
		return err
	}
	n := copy(f.buffer, f.buffer[max(0, f.w-window):f.w])
	f.from, f.w = n, n
	return nil
}

// flush hands on what is unpacked, as far as it is wanted.
func (f *follower) flush() error {
	b := f.buffer[f.from:f.w]
	if over := f.found.Written + int64(len(b)) - f.want; over > 0 {
		b = b[:int64(len(b))-over]
		f.done = true
	}
	f.from = f.w
	f.found.Written += int64(len(b))
	if len(b) == 0 {
		return nil
	}
	return f.out(b)
}

// An entry of a table is the length of a code in its lowest 4 bits, 0 for none, how
// many bits follow it in the next 4, what it stands for in 2, and its value from bit
// 16 on.
const (
	literal = iota << 8
	match
	end
	invalid
	kindMask = 3 << 8
)

// coded unpacks a block by its codes (3.2.3).
func (f *follower) coded(ctx context.Context) error {
	for {
		if f.w >= window+chunk {
			if err := f.hand(ctx); err != nil {
				return err
			}
			if f.done {
				return nil
			}
		}
		if f.n < 48 {
			f.fill()
		}
		e := f.lit.lookup[f.bits&(1<<litBits-1)]
		if e&15 == 0 {
			e = f.lit.slow(f.bits)
		}
		f.bits >>= e & 15
		f.n -= int(e & 15)
		if f.n < 0 {
			return ErrCut
		}
		switch e & kindMask {
		case literal:
			f.buffer[f.w] = byte(e >> 16)
			f.w++
			if f.found.Written+int64(f.w-f.from) >= f.want {
				if f.note(); f.done {
					return nil
				}
			}
			continue
		case end:
			f.note()
			return nil
		case invalid:
			if f.n < maxBits && f.i == len(f.in) {
				return ErrCut
			}
			return ErrCorrupt
		}
		extra := int(e >> 4 & 15)
		length := int(e>>16) + int(f.bits&(1<<extra-1))
		f.bits >>= extra
		f.n -= extra
		e = f.dist.lookup[f.bits&(1<<distBits-1)]
		if e&15 == 0 {
			e = f.dist.slow(f.bits)
		}
		f.bits >>= e & 15
		f.n -= int(e & 15)
		if e&kindMask == invalid {
			if f.n < maxBits && f.i == len(f.in) {
				return ErrCut
			}
			return ErrCorrupt
		}
		extra = int(e >> 4 & 15)
		distance := int(e>>16) + int(f.bits&(1<<extra-1))
		f.bits >>= extra
		f.n -= extra
		if f.n < 0 {
			return ErrCut
		}
		if distance > f.w {
			return ErrCorrupt // before the beginning
		}
		if distance >= length {
			copy(f.buffer[f.w:f.w+length], f.buffer[f.w-distance:])
		} else {
			for done := 0; done < length; { // the match repeats itself
				done += copy(f.buffer[f.w+done:f.w+length], f.buffer[f.w-distance:f.w+done])
			}
		}
		f.w += length
		if f.found.Written+int64(f.w-f.from) >= f.want {
			if f.note(); f.done {
				return nil
			}
		}
	}
}
