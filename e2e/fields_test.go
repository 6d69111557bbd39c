package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A field describes a value of a document that --json prints.
type field interface {
	// check returns an error if v, decoded from JSON, is not as described.
	check(path string, v any) error
}

// kind is a plain value: "string", "number", "integer" or "bool".
type kind string

// object is one with exactly these names; those that end in "?" may be missing.
type object map[string]field

// list is one whose entries are all alike.
type list struct{ of field }

// table is an object whose names are free, or one of names where given.
type table struct {
	names []string
	of    field
}

// nullable may be null.
type nullable struct{ field }

// oneOf is a string out of a few.
type oneOf []string

func (k kind) check(path string, v any) error {
	ok := false
	switch k {
	case "string":
		_, ok = v.(string)
	case "number":
		_, ok = v.(json.Number)
	case "integer":
		var n json.Number
		if n, ok = v.(json.Number); ok {
			_, err := n.Int64()
			ok = err == nil
		}
	case "bool":
		_, ok = v.(bool)
	}
	if !ok {
		return fmt.Errorf("%s is %v, not a %s", path, v, string(k))
	}
	return nil
}

func (o object) check(path string, v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is %v, not an object", path, v)
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(o)) {
		bare, optional := strings.CutSuffix(name, "?")
		value, there := m[bare]
		switch {
		case there:
			errs = append(errs, o[name].check(path+"."+bare, value))
		case !optional:
			errs = append(errs, fmt.Errorf("%s.%s is missing", path, bare))
		}
	}
	for name := range m {
		if o[name] == nil && o[name+"?"] == nil {
			errs = append(errs, fmt.Errorf("%s.%s is not promised", path, name))
		}
	}
	return errors.Join(errs...)
}

func (l list) check(path string, v any) error {
	entries, ok := v.([]any)
	if !ok {
		return fmt.Errorf("%s is %v, not a list", path, v)
	}
	var errs []error
	for i, entry := range entries {
		errs = append(errs, l.of.check(fmt.Sprintf("%s[%d]", path, i), entry))
	}
	return errors.Join(errs...)
}

func (t table) check(path string, v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is %v, not an object", path, v)
	}
	var errs []error
	for name, value := range m {
		if len(t.names) > 0 && !slices.Contains(t.names, name) {
			errs = append(errs, fmt.Errorf("%s.%s is not promised", path, name))
		}
		errs = append(errs, t.of.check(path+"."+name, value))
	}
	return errors.Join(errs...)
}

func (n nullable) check(path string, v any) error {
	if v == nil {
		return nil
	}
	return n.field.check(path, v)
}

func (o oneOf) check(path string, v any) error {
	if s, ok := v.(string); !ok || !slices.Contains(o, s) {
		return fmt.Errorf("%s is %v, not one of %v", path, v, []string(o))
	}
	return nil
}

// conforms returns an error unless data is one JSON document that is as d says.
func conforms(data []byte, d field) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one document")
	}
	return d.check("", v)
}

const (
	str     kind = "string"
	number  kind = "number"
	integer kind = "integer"
	boolean kind = "bool"
)

var (
	attacks    = []string{"identification", "re-identification", "inference", "linkage"}
	severities = oneOf{"low", "medium", "high"}
	fixes      = nullable{oneOf{"strip-metadata", "cover", "rename", "leave-out"}}
	boxFields  = object{"x": integer, "y": integer, "w": integer, "h": integer}
	partFields = object{
		"name":   str,
		"kind":   oneOf{"pixels", "metadata", "thumbnail", "colour", "structure", "trailer", "unknown"},
		"offset": integer,
		"length": integer,
	}
	detectionFields = object{
		"id": integer, "kind": oneOf{"face", "person", "plate", "document", "screen", "code", "text", "vehicle", "object"},
		"label": str, "confidence": number, "box": boxFields, "person": nullable{integer},
		"bystander?": boolean, "personal?": str, "text?": str,
	}
	planFields = object{
		"version": integer,
		"regions": list{object{
			"box": boxFields, "shape?": oneOf{"box", "ellipse"}, "angle?": number, "style": oneOf{"solid", "mosaic", "blur", "face"}, "tone?": integer,
		}},
	}
	photoFields = object{
		"path": str, "sha256": str, "format": str, "width": integer, "height": integer, "orientation": integer,
		"score": nullable{integer}, "score_is_upper_bound": boolean, "score_if_fixed": nullable{integer},
		"attacks": nullable{table{attacks, integer}},
		"checked": object{
			"metadata": boolean, "faces": boolean, "objects": boolean, "plates": boolean, "text": boolean, "codes": boolean, "people": boolean,
		},
		"parts":      list{partFields},
		"metadata":   list{object{"group": str, "tag": str, "value": str, "sensitive": boolean}},
		"detections": list{detectionFields},
		"findings": list{object{
			"rule": str, "attack": oneOf(attacks), "severity": severities, "risk": number, "group": str,
			"title": str, "explanation": str, "evidence": list{str}, "fix": fixes, "detection": nullable{integer}, "score_without": integer,
		}},
		"warnings": list{str},
		"error":    nullable{str},
	}
	envelope = object{
		"version": integer,
		"photos":  list{photoFields},
		"links": list{object{
			"rule": str, "attack": oneOf(attacks), "severity": severities, "risk": number, "photos": list{integer},
			"title": str, "explanation": str, "evidence": list{str}, "fix": fixes,
		}},
		"summary": object{
			"photos": integer, "failed": integer, "skipped": integer, "lowest_score": nullable{integer}, "set_score": nullable{integer},
		},
	}
)

// with is o with more names.
func (o object) with(more object) object {
	all := maps.Clone(o)
	maps.Copy(all, more)
	return all
}

// documents are what each verb prints with --json.
var documents = map[string]field{
	"check": envelope,
	"clean": envelope.with(object{"photos": list{photoFields.with(object{
		"output": nullable{str}, "score_after": nullable{integer}, "score_after_is_upper_bound": boolean, "looked_again": boolean, "lossless": boolean, "encoded_again": boolean, "verified": boolean, "needs_look": boolean, "gain_map": str,
		"unfollowed": list{partFields},
		"removed":    object{"parts": list{partFields}, "regions": list{boxFields}},
		"plan":       nullable{planFields}, "new": list{detectionFields},
	})}}),
	"verify": object{
		"version": integer, "verified": boolean,
		"copies": list{object{
			"path": str, "original?": str, "verified": boolean, "problems": list{str}, "warnings": list{str},
			"changed": list{boxFields}, "visible": list{detectionFields},
		}},
	},
}

// The judge of documents has to see what is wrong with one.
func TestConforms(t *testing.T) {
	d := object{"a": integer, "b?": list{nullable{str}}, "c?": table{[]string{"x"}, number}}
	for document, wrong := range map[string]string{
		`{"a": 1}`:                            "",
		`{"a": 1, "b": ["x", null], "c": {}}`: "",
		`{"a": 1, "c": {"x": 0.5}}`:           "",
		`{}`:                                  ".a is missing",
		`{"a": 1.5}`:                          ".a is 1.5",
		`{"a": null}`:                         ".a is <nil>",
		`{"a": 1, "b": null}`:                 ".b is <nil>",
		`{"a": 1, "b": [1]}`:                  ".b[0] is 1",
		`{"a": 1, "c": {"y": 1}}`:             ".c.y is not promised",
		`{"a": 1, "A": 1}`:                    ".A is not promised",
		`{"a": 1} {"a": 1}`:                   "more than one document",
		`{"a": 1`:                             "unexpected EOF",
	} {
		err := conforms([]byte(document), d)
		if (err == nil) != (wrong == "") || err != nil && !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v, want %q", document, err, wrong)
		}
	}
}
