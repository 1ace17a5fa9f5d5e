package records

import (
	"reflect"
	"strconv"
	"strings"
)

// DecodeError says which value does not fit into which Go type.
type DecodeError struct {
	Record int          // of the result, counted from 1; 0 where it is not one of many
	Column string       // the name of the column; empty where it is about the whole record
	Field  string       // the way to the field from the Go type of the column, such as Address.Lines[2]; may be empty
	Type   string       // Cypher's name of the value's type; may be empty
	Target reflect.Type // the Go type that it was to go into; may be nil
	Reason string       // what is wrong, where the types do not say it
	Err    error        // of a converter, or of a value that could not be decoded; may be nil
}

// Error implements error.
func (e *DecodeError) Error() string {
	var b strings.Builder
	if e.Record > 0 {
		b.WriteString("record " + strconv.Itoa(e.Record) + ", ")
	}
	switch {
	case e.Column != "" && e.Field != "":
		b.WriteString("column " + strconv.Quote(e.Column) + " (field " + e.Field + ")")
	case e.Column != "":
		b.WriteString("column " + strconv.Quote(e.Column))
	case e.Field != "":
		b.WriteString("field " + e.Field)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(e.what())
	return b.String()
}

func (e *DecodeError) what() string {
	s := e.Reason
	if e.Target != nil && e.Type != "" {
		s = e.Type + " does not fit " + e.Target.String()
		if e.Reason != "" {
			s += ": " + e.Reason
		}
	}
	switch {
	case e.Err == nil:
		return s
	case s == "":
		return e.Err.Error()
	default:
		return s + ": " + e.Err.Error()
	}
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

// inField adds one step to the way to the field.
func inField(err error, step string) error {
	e, ok := err.(*DecodeError) //nolint:errorlint // made by this package, and never wrapped
	if !ok {
		return err
	}
	if e.Field != "" && e.Field[0] != '[' {
		step += "."
	}
	e.Field = step + e.Field
	return e
}

func inItem(err error, i int) error { return inField(err, "["+strconv.Itoa(i)+"]") }

// mismatch returns the error for the value that comes next, which is not of a type that fits t. It reads the value.
func (d *valueDecoder) mismatch(t reflect.Type, reason string) error {
	e := &DecodeError{Target: t, Reason: reason}
	var v Value
	d.value(&v)
	if i, ok := v.AsInvalid(); ok {
		e.Err = i
		return e
	}
	e.Type = v.kind.String()
	if reason == "" {
		e.Reason = cure(&v, t)
	}
	return e
}
