package records

import "unsafe"

// Invalid stands for a value that could not be decoded, such as a date-time in a time zone that this machine does not
// know, or a structure that does not exist. The other values of its record are good. It is the error that says what is
// wrong.
type Invalid struct {
	Type string // Cypher's name of the type, empty when not even that is known
	Err  error
}

// Error implements error.
func (i Invalid) Error() string {
	if i.Type == "" {
		return "undecodable value: " + i.Err.Error()
	}
	return "undecodable " + i.Type + ": " + i.Err.Error()
}

// Unwrap returns the cause.
func (i Invalid) Unwrap() error { return i.Err }

// AsInvalid returns an INVALID value.
func (v Value) AsInvalid() (i Invalid, ok bool) {
	if v.kind != KindInvalid {
		return Invalid{}, false
	}
	return *v.invalid(), true
}

func (v Value) invalid() *Invalid { return (*Invalid)(v.ptr) }

// invalidValue returns an INVALID value in place of one of kind k; KindInvalid stands for an unknown kind.
func invalidValue(k Kind, err error) Value {
	i := &Invalid{Err: err}
	if k != KindInvalid {
		i.Type = k.String()
	}
	return Value{kind: KindInvalid, ptr: unsafe.Pointer(i)}
}
