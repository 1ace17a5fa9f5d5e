package neorx

import "github.com/neorx/neorx/internal/settings"

// WithMaxMessageBytes limits what a server may send as one message, such as a record with everything in it: with a larger one work ends with a
// *[ProtocolError], and the connection is closed. A connection needs up to four times as much memory to put such a message together, and only as it arrives. It
// must be at least 65536, and less than 2 GiB. Default: 1 GiB.
func WithMaxMessageBytes(n int) Option {
	return func(c *settings.Config) { c.MaxMessageBytes = settings.Given(n) }
}
