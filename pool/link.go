package pool

import (
	"context"

	"github.com/neorx/neorx/bolt"
)

// Link is what the pool needs of a connection. Alive and Clean do not wait. Close is called once, possibly while another method runs, and
// must not take long. The other methods are called by one goroutine at a time and return soon after their context has ended.
type Link interface {
	// Alive tells whether the connection is not known to be dead.
	Alive() bool
	// Clean tells whether somebody else could start at once: nothing outstanding, nothing failed, nothing open.
	Clean() bool
	// Reset stops whatever the server still does for this connection and makes it clean. It costs a round trip, which also proves that the
	// server is there.
	Reset(ctx context.Context) error
	// CanReauthenticate returns nil, or an error that wraps errors.ErrUnsupported: then the protocol has no such thing as changing the user.
	CanReauthenticate() error
	// Reauthenticate logs in as somebody else, or once more, at the latest with the next request on the connection, which ends with the server's error if
	// the token is refused. It does no I/O. Its error is that of CanReauthenticate, and the connection is as it was.
	Reauthenticate(token bolt.AuthToken) error
	// Close ends the connection.
	Close() error
}

var (
	_ Link    = (*bolt.Conn)(nil)
	_ watched = (*bolt.Conn)(nil)
	_ hearing = (*bolt.Conn)(nil)
)
