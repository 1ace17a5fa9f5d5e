package neorx

// leastMessageBytes is what any message may have that is no record: an error with its causes, a plan.
const leastMessageBytes = 64 << 10

// mostMessageBytes is what the bookkeeping of rows is made for.
const mostMessageBytes = 2 << 30

// WithMaxMessageBytes limits what a server may send as one message, such as a record with everything in it: with a larger one work ends with a
// *[ProtocolError], and the connection is closed. A connection needs up to four times as much memory to put such a message together, and only as it arrives. It
// must be at least 65536, and less than 2 GiB. Default: 1 GiB.
func WithMaxMessageBytes(n int) Option {
	return func(c *config) { c.maxMessageBytes = given(n) }
}
