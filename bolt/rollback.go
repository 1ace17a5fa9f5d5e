package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Rollback undoes the open transaction. The metadata of its SUCCESS are empty.
type Rollback struct{}

// Tag returns TagRollback.
func (Rollback) Tag() byte { return TagRollback }

// Append appends the message; see [Request].
func (Rollback) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	return packstream.AppendStruct(dst, TagRollback, 0), nil
}

// Decode has no fields to read; see [Request].
func (Rollback) Decode(*packstream.Reader, *Capabilities) error { return nil }
