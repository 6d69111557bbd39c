package isobox

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
)

func box(kind, content string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(content)))) + kind + content
}

// paths are the boxes of b with those that they lie in; boxes of type "in  " hold
// others.
func paths(b string) (found []string, err error) {
	var at []string
	err = Walk([]byte(b), func(x Box, depth int) []byte {
		at = append(at[:depth], x.Type)
		found = append(found, strings.Join(at, "/")+"="+string(x.Content))
		if x.Type == "in  " {
			found[len(found)-1] = strings.Join(at, "/")
			return x.Content
		}
		return nil
	})
	return found, err
}

func TestWalk(t *testing.T) {
	large := "\x00\x00\x00\x01big \x00\x00\x00\x00\x00\x00\x00\x12ab"
	for name, c := range map[string]struct {
		file   string
		want   []string
		broken bool
	}{
		"none":             {"", nil, false},
		"rest of 7 bytes":  {box("one ", "1") + "1234567", []string{"one =1"}, false},
		"two":              {box("one ", "1") + box("two ", ""), []string{"one =1", "two ="}, false},
		"within":           {box("in  ", box("one ", "1")+box("in  ", box("two ", "2"))) + box("end ", ""), []string{"in  ", "in  /one =1", "in  /in  ", "in  /in  /two =2", "end ="}, false},
		"large size":       {large + box("end ", ""), []string{"big =ab", "end ="}, false},
		"to the end":       {"\x00\x00\x00\x00restab", []string{"rest=ab"}, false},
		"cut off":          {box("one ", "1") + "\x00\x00\x00\x20two ", []string{"one =1"}, true},
		"too small":        {"\x00\x00\x00\x07two .", nil, true},
		"large, too small": {"\x00\x00\x00\x01big \x00\x00\x00\x00\x00\x00\x00\x0f", nil, true},
		"large, cut":       {"\x00\x00\x00\x01big \xff\xff\xff\xff\xff\xff\xff\xff", nil, true},
		"cut off within":   {box("in  ", "\x00\x00\x00\x09two "), []string{"in  "}, true},
	} {
		got, err := paths(c.file)
		if !slices.Equal(got, c.want) || errors.Is(err, ErrBox) != c.broken {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestWalkIsBounded(t *testing.T) {
	deep := ""
	for range MaxDepth + 1 {
		deep = box("in  ", deep+box("x   ", ""))
	}
	for name, file := range map[string]string{"deep": deep, "many": strings.Repeat(box("x   ", ""), MaxBoxes+1)} {
		if got, err := paths(file); !errors.Is(err, ErrBox) || len(got) > MaxBoxes {
			t.Errorf("%s: %d boxes, %v", name, len(got), err)
		}
	}
}

// FuzzWalk checks that a walk stays within its bounds and the file.
func FuzzWalk(f *testing.F) {
	f.Add([]byte(box("in  ", box("one ", "1")) + "\x00\x00\x00\x00rest"))
	f.Add([]byte("\x00\x00\x00\x01big \x00\x00\x00\x00\x00\x00\x00\x12ab"))
	f.Fuzz(func(t *testing.T, file []byte) {
		boxes := 0
		_ = Walk(file, func(b Box, depth int) []byte {
			boxes++
			if depth > MaxDepth || boxes > MaxBoxes || len(b.Type) != 4 || b.Header+len(b.Content) > len(file) {
				t.Fatalf("box %d: %q of %d bytes at depth %d", boxes, b.Type, len(b.Content), depth)
			}
			return b.Content
		})
	})
}
