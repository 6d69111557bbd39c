package redact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// ExplainJSON is err, which decoding the JSON in data gave, in words for whoever wrote
// it: where in it something else must stand, and what.
func ExplainJSON(data []byte, err error) error {
	var wrong *json.UnmarshalTypeError
	var broken *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("%s must be %s", pathAt(data, wrong.Offset), kindName(wrong.Type))
	case errors.As(err, &broken):
		return fmt.Errorf("line %d: this is no JSON: %s", 1+bytes.Count(data[:min(int(broken.Offset), len(data))], []byte("\n")), broken.Error())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it is empty, or ends too early")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("%s is not known here", name)
	}
	return err
}

// kindName is what a Go type is called in JSON.
func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "a text in quotes"
	case reflect.Slice:
		return "a list in [ ]"
	}
	return "an object in { }"
}

// pathAt names the value in data that ends at an offset or begins there, as
// "regions[2].box.w".
func pathAt(data []byte, offset int64) string {
	type level struct {
		list bool
		n    int // of the value in a list
		key  string
		open bool // the key is known, its value is not
	}
	var levels []level
	path := func() string {
		var b strings.Builder
		for _, l := range levels {
			switch {
			case l.list:
				fmt.Fprintf(&b, "[%d]", l.n)
			case l.key != "":
				if b.Len() > 0 {
					b.WriteByte('.')
				}
				b.WriteString(l.key)
			}
		}
		if b.Len() == 0 {
			return "the whole of it"
		}
		return b.String()
	}
	next := func() { // a value has ended
		if n := len(levels) - 1; n >= 0 {
			levels[n].n++
			levels[n].open = false
		}
	}
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if err != nil {
			return path()
		}
		if text, ok := token.(string); ok && len(levels) > 0 {
			if l := &levels[len(levels)-1]; !l.list && !l.open {
				l.key, l.open = text, true
				continue
			}
		}
		if d.InputOffset() >= offset {
			return path()
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			levels = append(levels, level{list: token == json.Delim('[')})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
			next()
		default:
			next()
		}
	}
}
