package records

import "unsafe"

// Unsupported stands for a value that the server could not send in the negotiated Bolt version.
type Unsupported struct {
	Name       string // of the type: "UUID"
	MinVersion string // the Bolt version that has it: "6.1"
	Message    string // what the server has to say about it, often nothing
}

// String returns what the value would be and what it needs.
func (u Unsupported) String() string {
	s := u.Name + " (needs Bolt " + u.MinVersion
	if u.Message != "" {
		s += ": " + u.Message
	}
	return s + ")"
}

// UnsupportedValue returns an UNSUPPORTED value, which only a server can send.
func UnsupportedValue(u Unsupported) Value {
	return Value{kind: KindUnsupported, ptr: unsafe.Pointer(&u)}
}

// AsUnsupported returns an UNSUPPORTED value.
func (v Value) AsUnsupported() (u Unsupported, ok bool) {
	if v.kind != KindUnsupported {
		return Unsupported{}, false
	}
	return *(*Unsupported)(v.ptr), true
}
