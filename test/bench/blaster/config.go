// Package blaster is a Bolt server that answers every query with records encoded beforehand, from memory, so that whoever reads them is the
// bottleneck. The text of a query is the number of its records.
package blaster

import "time"

// Config says what a server sends.
type Config struct {
	// Shape names the kind of the rows.
	Shape string
	// RecvTimeout makes the server promise a sign of life every 120 seconds, as every real one does.
	RecvTimeout bool
	// Latency is how far away the client is: everything that it sends arrives so much later, from
	// its handshake on.
	Latency time.Duration
}

func (c Config) recvTimeout() time.Duration {
	if c.RecvTimeout {
		return 120 * time.Second
	}
	return 0
}
