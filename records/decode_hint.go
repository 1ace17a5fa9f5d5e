package records

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// cure says what lets a value go into a type that it does not fit into; it is empty where nothing does.
func cure(v *Value, t reflect.Type) string {
	switch {
	case v.kind == KindNull:
		return "a pointer could hold it, or NullAsZero make it zero"
	case v.kind == KindUnsupported:
		return v.String()
	case v.kind == KindInt && isFloat(t.Kind()), v.kind == KindFloat && isInteger(t.Kind()):
		return "the option ConvertNumbers allows it where the value stays the same"
	case v.kind == KindDuration && t == reflect.TypeFor[time.Duration]():
		return "months and days have no fixed length, and " + v.String() + " has some: use records.Duration"
	}
	return ""
}

func isFloat(k reflect.Kind) bool { return k == reflect.Float32 || k == reflect.Float64 }

func isInteger(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Uint64 }

// unnamedColumn explains why the value of the only column was taken for the struct itself.
func (s *structPlan) unnamedColumn(err error, column string) error {
	e, ok := err.(*DecodeError) //nolint:errorlint // as inField
	if !ok || e.Field != "" || e.Target != s.typ || e.Type == "" || e.Type == KindNull.String() {
		return err
	}
	names := make([]string, 0, len(s.fields))
	for i := range s.fields {
		if s.fields[i].name != "" {
			names = append(names, s.fields[i].name)
		}
	}
	e.Reason = "the result has the one column " + strconv.Quote(column) + ", and no field of that name; the fields are called " + listed(names)
	if i := s.similar(column); i >= 0 {
		e.Reason += s.fields[i].renamed(column)
	}
	return e
}

// similar returns a field that may have been meant by a name, -1 for none.
func (s *structPlan) similar(name string) int {
	return slices.IndexFunc(s.fields, func(f decodeField) bool { return f.resembles(name) })
}

// resembles reports whether a name differs by upper and lower case only, or is that of the json tag.
func (f *field) resembles(name string) bool {
	return strings.EqualFold(f.goName, name) || f.jsonName == name
}

// renamed is the hint for a field that is called otherwise in the database.
func (f *field) renamed(name string) string {
	if f.jsonName == name {
		return "; the json tag of " + f.goName + " does not count: add the tag `neo4j:\"" + name + "\"`"
	}
	return "; for " + f.goName + " add the tag `neo4j:\"" + name + "\"`"
}

// meant is the hint for a field that has no counterpart among the given names.
func (f *field) meant(names []string) string {
	if i := slices.IndexFunc(names, f.resembles); i >= 0 {
		return f.renamed(names[i])
	}
	return ""
}

// explainAbsence says of a field what there is in its place. r stands at the value of the struct.
func (f *field) explainAbsence(e *DecodeError, r packstream.Reader) {
	names := presentKeys(r)
	missing := "the value has no " + strconv.Quote(f.name) + ", only " + listed(names)
	if len(names) == 0 {
		missing = "the value is empty"
	}
	e.Reason = missing + f.meant(names) + "; " + e.Reason
}

// presentKeys are the keys of a map, or of the properties of an entity.
func presentKeys(r packstream.Reader) (keys []string) {
	if r.Kind() == packstream.Struct {
		before := 2 // id and labels
		if tag, _ := r.Struct(); tag == tagRelationship {
			before = 4 // three ids and the type
		}
		for range before {
			r.Skip()
		}
	}
	for n := r.Map(); n > 0 && r.Err() == nil; n-- {
		keys = append(keys, r.String())
		r.Skip()
	}
	return keys
}
