package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Goodbye announces that the client closes the connection. It has no reply.
type Goodbye struct{}

// Tag returns TagGoodbye.
func (Goodbye) Tag() byte { return TagGoodbye }

// Append appends the message; see [Request].
func (Goodbye) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	return packstream.AppendStruct(dst, TagGoodbye, 0), nil
}

// Decode has no fields to read; see [Request].
func (Goodbye) Decode(*packstream.Reader, *Capabilities) error { return nil }
