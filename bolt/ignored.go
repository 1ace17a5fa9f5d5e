package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Ignored is the reply to a request that the server did not look at, because one before it failed or a RESET overtook it.
type Ignored struct{}

// Append appends the message.
func (Ignored) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	return packstream.AppendStruct(dst, TagIgnored, 0), nil
}
