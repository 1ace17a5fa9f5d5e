package bolttest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// TestMisuse: a request that the state does not allow fails, and the server hangs up, as real ones do.
func TestMisuse(t *testing.T) {
	begun := []bolt.Request{&bolt.Begin{}}
	for _, c := range []struct {
		name   string
		before []bolt.Request
		wrong  bolt.Request
	}{
		{"PULL without a result", nil, pull(1)},
		{"COMMIT without a transaction", nil, bolt.Commit{}},
		{"HELLO twice", nil, &bolt.Hello{UserAgent: "a", Agent: bolt.Agent{Product: "p"}}},
		{"LOGON twice", nil, &bolt.Logon{}},
		{"BEGIN twice", begun, &bolt.Begin{}},
		{"ROUTE in a transaction", begun, &bolt.Route{}},
		{"TELEMETRY in a transaction", begun, &bolt.Telemetry{}},
		{"LOGOFF in a transaction", begun, bolt.Logoff{}},
		{"RUN while rows are left", []bolt.Request{run("numbers")}, run("numbers")},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := connect(t, bolttest.New(t, numbers.Handle))
			client.send(append(c.before, c.wrong)...)
			for range c.before {
				client.success()
			}
			assert.Equal(t, "Neo.ClientError.Request.Invalid", client.failure().Code)
			client.hungUp()
		})
	}
}

func TestBeforeTheLogin(t *testing.T) {
	for _, wrong := range []bolt.Request{bolt.Reset{}, run("numbers"), &bolt.Logon{}} {
		c := dial(t, bolttest.New(t, numbers.Handle))
		c.send(wrong)
		assert.ErrorContains(t, c.failure(), "cannot be handled by a session in the NEGOTIATION state")
		c.hungUp()
	}
}

func TestAfterAFailure(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle))
	c.send(run("unknown"), pull(1), run("numbers"), bolt.Commit{}, bolt.Rollback{}, &bolt.Route{}, &bolt.Telemetry{}, discard())
	assert.ErrorContains(t, c.failure(), `bolttest: no answer for "unknown"`)
	for range 7 {
		c.ignored()
	}
	c.reset()
	c.send(run("nothing"))
	c.fields()
}

// TestBeginAfterAFailure costs the connection on real servers, whatever the protocol's tables say.
func TestBeginAfterAFailure(t *testing.T) {
	for _, m := range []bolt.Request{&bolt.Begin{}, &bolt.Logon{}, bolt.Logoff{}} {
		c := connect(t, bolttest.New(t, numbers.Handle))
		c.send(run("unknown"), m)
		c.failure()
		assert.Equal(t, "08N06", c.failure().GQLStatus)
		c.hungUp()
	}
}

func TestMalformedRequestCanBeRecovered(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle))
	c.send(run("numbers"), &bolt.Pull{N: 0, QID: bolt.LastRun}, pull(1))
	c.fields()
	assert.ErrorContains(t, c.failure(), "n is 0")
	c.ignored()
	c.reset()
}

func TestUnknownMessage(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle))
	_, err := c.nc.Write([]byte{0, 2, 0xB0, 0x55, 0, 0})
	assert.NoError(t, err)
	c.hungUp()
}

func TestGoodbye(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle))
	c.send(run("nothing"), bolt.Goodbye{})
	c.fields()
	c.hungUp()
}

func TestLogin(t *testing.T) {
	alice, bob := bolt.BasicAuth("alice", "pw"), bolt.BasicAuth("bob", "pw")
	for _, v := range []bolt.Version{{Major: 4, Minor: 4}, {Major: 5, Minor: 8}} {
		s := bolttest.New(t, numbers.Handle, bolttest.WithAuth(alice))
		dial(t, s, v).login(alice)

		c := dial(t, s, v)
		c.send(&bolt.Hello{UserAgent: "a", Auth: bob, Agent: bolt.Agent{Product: "p"}})
		if c.caps.Logon {
			c.send(&bolt.Logon{Auth: bob})
			c.success()
		}
		assert.Equal(t, "Neo.ClientError.Security.Unauthorized", c.failure().Code)
		c.hungUp()
	}
}

func TestChangeOfUser(t *testing.T) {
	var users []string
	s := bolttest.New(t, func(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		users = append(users, q.Tx.Session.Auth.Principal)
		return nil, nil
	})
	c := connect(t, s)
	c.send(bolt.Logoff{}, &bolt.Logon{Auth: bolt.BasicAuth("alice", "pw")}, run("q"), discard())
	c.success()
	c.success()
	c.fields()
	c.end()
	assert.Equal(t, []string{"alice"}, users)
}
