package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Logoff makes the server forget who is authenticated, so that LOGON can follow (Bolt 5.1 and newer).
type Logoff struct{}

// Tag returns TagLogoff.
func (Logoff) Tag() byte { return TagLogoff }

// Append appends the message; see [Request].
func (Logoff) Append(dst []byte, c *Capabilities) ([]byte, error) {
	if err := c.require(c.Logon, "LOGOFF", Version{5, 1}); err != nil {
		return dst, err
	}
	return packstream.AppendStruct(dst, TagLogoff, 0), nil
}

// Decode has no fields to read; see [Request].
func (Logoff) Decode(*packstream.Reader, *Capabilities) error { return nil }
