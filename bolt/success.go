package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Success is a reply without metadata: that of RESET, LOGOFF, ROLLBACK and TELEMETRY.
type Success struct{}

// Append appends the message.
func (Success) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	return packstream.AppendMap(packstream.AppendStruct(dst, TagSuccess, 1), 0), nil
}
