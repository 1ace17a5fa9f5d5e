package bolttest_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// anything is what a client can say once it has logged in.
var anything = []bolt.Request{
	run("numbers"), run("nothing"), run("unknown"), pull(1), pull(2), pull(bolt.All), &bolt.Pull{N: 1, QID: 0}, discard(), &bolt.Discard{N: 1, QID: 1},
	&bolt.Begin{},
	bolt.Commit{},
	bolt.Rollback{},
	bolt.Reset{},
	bolt.Reset{},
	bolt.Logoff{},
	&bolt.Logon{}, &bolt.Route{}, &bolt.Telemetry{},
}

// TestEveryRequestIsAnswered: whatever is said, in whatever order, each request gets one reply, in order, until the server hangs up; no transaction
// is left behind, and the server can be closed.
func TestEveryRequestIsAnswered(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var h hooks
		s, err := bolttest.Start(numbers.Handle, append(h.options(), bolttest.InMemory())...)
		require.NoError(rt, err)
		defer s.Close()
		c := connect(t, s)
		said := rapid.SliceOfN(rapid.SampledFrom(anything), 1, 30).Draw(rt, "said")
		for len(said) > 0 {
			n := rapid.IntRange(1, len(said)).Draw(rt, "at once")
			if c.say(said[:n]...) != nil || !c.answered(n) {
				break // the server has hung up
			}
			said = said[n:]
		}
		require.NoError(rt, c.nc.Close())
		s.AwaitConnections(t, 0)
		require.Equal(rt, h.begun.Load(), h.committed.Load()+h.rolledBack.Load())
	})
}

// answered reads n replies with the records before them, and tells whether they came.
func (c *client) answered(n int) bool {
	for n > 0 {
		tag, _, err := c.receive()
		if err == io.EOF {
			return false
		}
		require.NoError(c.t, err)
		if tag != bolt.TagRecord {
			n--
		}
	}
	return true
}
