package neorx

import (
	"slices"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/settings"
)

// WithNewestBolt limits the versions of the protocol that are offered to servers to major.minor and older ones. The two ends settle on the newest that
// both have, so there is no need for it, but to find out whether something is the version's doing, and for servers of Neo4j 4.1 and 4.2: a handshake
// has room for four proposals, and where Bolt 6 is one of them those servers are spoken to in Bolt 3.0, which has no databases and no
// backpressure. WithNewestBolt(5, 8) leaves that room to Bolt 4.1. Default: the newest that this package speaks.
func WithNewestBolt(major, minor uint8) Option {
	newest := bolt.Version{Major: major, Minor: minor}
	return func(c *settings.Config) {
		c.Versions = slices.DeleteFunc(slices.Clone(bolt.Supported), func(v bolt.Version) bool { return v.Compare(newest) > 0 })
		if len(c.Versions) == 0 {
			c.Problem("WithNewestBolt: Bolt %s is too old; the oldest version there is is %s", newest, bolt.Supported[len(bolt.Supported)-1])
		}
	}
}
