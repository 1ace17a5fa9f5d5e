package records

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// part says which part of an entity a field stands for.
type part uint8

const (
	partProperty part = iota // or a column, or an entry of a map
	partID
	partElementID
	partLabels
	partType
	partStart
	partEnd
)

// parts are the options of tags that name parts of entities.
var parts = map[string]part{
	"id": partID, "elementId": partElementID, "labels": partLabels, "type": partType, "start": partStart, "end": partEnd,
}

// field is one field of a struct that takes part in mapping, after embedded structs have been flattened.
type field struct {
	name      string // empty for a part of an entity that has no name of its own
	goName    string // for the text of errors
	jsonName  string // of its json tag, which counts for hints only
	typ       reflect.Type
	through   []embedded // embedded pointers to follow, from the outermost
	offset    uintptr
	omitEmpty bool
	part      part
	depth     int
	tagged    bool
}

// embedded is an embedded pointer to a struct.
type embedded struct {
	offset uintptr
	elem   reflect.Type
}

// fieldsOf returns the fields of a struct in their order. Fields of embedded structs without a tag are taken for the
// struct's own; of fields with the same name the one least deep counts, then the tagged one.
func fieldsOf(t reflect.Type) ([]field, error) {
	var all []field
	if err := collectFields(t, field{}, &all, map[reflect.Type]bool{}); err != nil {
		return nil, err
	}
	return dominant(all), nil
}

func collectFields(t reflect.Type, at field, all *[]field, within map[reflect.Type]bool) error {
	if within[t] {
		return nil // a struct that embeds itself: its fields are there already
	}
	within[t] = true
	defer delete(within, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		tag, tagged := sf.Tag.Lookup("neo4j")
		if tag == "-" {
			continue
		}
		f := at
		f.depth++
		f.offset += sf.Offset
		if inner := embeddedStruct(sf); inner != nil && !tagged {
			if sf.Type.Kind() == reflect.Pointer {
				f.through = append(f.through[:len(f.through):len(f.through)], embedded{f.offset, inner})
				f.offset = 0
			}
			if err := collectFields(inner, f, all, within); err != nil {
				return err
			}
			continue
		}
		if !sf.IsExported() {
			continue
		}
		f.typ, f.goName, f.tagged = sf.Type, sf.Name, tagged
		if err := f.parseTag(t, tag, sf.Tag.Get("json")); err != nil {
			return err
		}
		*all = append(*all, f)
	}
	return nil
}

// embeddedStruct returns the struct that is embedded by a field, nil where the field is an ordinary one. A pointer to an
// unexported struct cannot be set, and is no embedded struct either.
func embeddedStruct(sf reflect.StructField) reflect.Type {
	if !sf.Anonymous {
		return nil
	}
	t := sf.Type
	if t.Kind() == reflect.Pointer {
		if !sf.IsExported() {
			return nil
		}
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isScalar(t) {
		return nil
	}
	return t
}

func (f *field) parseTag(owner reflect.Type, tag, jsonTag string) error {
	name, options, _ := strings.Cut(tag, ",")
	for option := range strings.SplitSeq(options, ",") {
		switch p, ok := parts[option]; {
		case ok:
			f.part = p
		case option == "omitempty":
			f.omitEmpty = true
		case option != "":
			return errorString("the tag of " + owner.String() + "." + f.goName + " has the unknown option " + quoted([]byte(option)))
		}
	}
	f.name = name
	f.jsonName, _, _ = strings.Cut(jsonTag, ",")
	if name == "" && f.part == partProperty {
		f.name = lowerCamel(f.goName)
	}
	return nil
}

// dominant drops the fields that others with the same name hide.
func dominant(all []field) []field {
	best := make(map[string]int, len(all))
	for i, f := range all {
		if j, ok := best[f.key()]; !ok || f.hides(&all[j]) {
			best[f.key()] = i
		}
	}
	out := make([]field, 0, len(best))
	for i, f := range all {
		if best[f.key()] == i {
			out = append(out, f)
		}
	}
	return out
}

func (f *field) key() string {
	if f.part != partProperty {
		return "," + string(rune('0'+f.part))
	}
	return f.name
}

func (f *field) hides(other *field) bool {
	if f.depth != other.depth {
		return f.depth < other.depth
	}
	return f.tagged && !other.tagged
}

// lowerCamel turns the name of a Go field into that of a property: Name into name, ElementID into elementID, URLPath
// into urlPath, ID into id, IDs into ids.
func lowerCamel(s string) string {
	upper := 0 // bytes of the upper-case letters that s begins with
	last := 0  // where the last of them begins
	for upper < len(s) {
		c, size := utf8.DecodeRuneInString(s[upper:])
		if !unicode.IsUpper(c) {
			break
		}
		last = upper
		upper += size
	}
	if last > 0 && beginsWord(s[upper:]) {
		upper = last
	}
	return strings.ToLower(s[:upper]) + s[upper:]
}

// beginsWord reports whether rest goes on with the word that the upper-case letter before it begins: not where there is
// no letter, and not for the plural of an initialism.
func beginsWord(rest string) bool {
	c, size := utf8.DecodeRuneInString(rest)
	if c == 's' {
		after, _ := utf8.DecodeRuneInString(rest[size:])
		return unicode.IsLower(after)
	}
	return unicode.IsLetter(c)
}
