package neorx

// leastMessageMemory leaves room for what any message may have that is no record: an error with its causes, a plan.
const leastMessageMemory = 1 << 20

// mostMessageMemory is what the bookkeeping of rows is made for.
const mostMessageMemory = 8 << 30

// WithMaxMessageMemory limits the memory, in bytes, that one message from a server may take, such as a record with everything in it. A sixth of it is for the bytes
// of the message, of which there are several copies while it is read and decoded. A third is for what its values take besides their texts: each item of a list takes
// 24 bytes, however short it is on the wire. A larger message ends the work with a *[ProtocolError], and closes the connection. A connection takes the memory only
// as a message arrives.
//
// n is at least 1 MiB, and less than 8 GiB. Default: 128 MiB, so that a record may have about 21 MiB, and a container of 256 MiB survives it.
func WithMaxMessageMemory(n int) Option {
	return func(c *config) { c.maxMessageMemory = given(n) }
}
