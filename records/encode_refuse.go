package records

import (
	"encoding"
	"fmt"
	"reflect"
)

var (
	errorType           = reflect.TypeFor[error]()
	stringerType        = reflect.TypeFor[fmt.Stringer]()
	binaryMarshalerType = reflect.TypeFor[encoding.BinaryMarshaler]()
)

// refuseOpaque returns an error for a type of which something else would be sent than its author
// meant: an error, or a value that shows itself by String() alone, such as a *url.URL.
func refuseOpaque(t reflect.Type) error {
	pointer := reflect.PointerTo(t)
	switch {
	case t.Kind() == reflect.Interface:
		return nil // the value in it is looked at
	case pointer.Implements(errorType):
		return errorString(t.String() + " is an error: send its Error()")
	case t.Kind() != reflect.Struct:
		return nil
	case pointer.Implements(stringerType) && pointer.Implements(binaryMarshalerType):
		return errorString(t.String() + " has its text form in String(): send that")
	}
	return nil
}

// refuseEmpty returns an error for a struct of which nothing would be sent. A struct without any
// field is meant to be an empty MAP.
func refuseEmpty(t reflect.Type, sent int) error {
	if sent > 0 || t.NumField() == 0 {
		return nil
	}
	cure := "implement CypherEncoder, or leave the value out (tag `neo4j:\"-\"`)"
	if reflect.PointerTo(t).Implements(stringerType) {
		cure = "send its String()"
	}
	return errorString(t.String() + " has no exported field to send: " + cure)
}
