package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Reset ends whatever is going on: it overtakes the requests before it, interrupts the running one and rolls back. SUCCESS leaves the connection ready.
type Reset struct{}

// Tag returns TagReset.
func (Reset) Tag() byte { return TagReset }

// Append appends the message; see [Request].
func (Reset) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	return packstream.AppendStruct(dst, TagReset, 0), nil
}

// Decode has no fields to read; see [Request].
func (Reset) Decode(*packstream.Reader, *Capabilities) error { return nil }
