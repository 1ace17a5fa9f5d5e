package routing_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/test/bolttest"
)

func TestErrorTexts(t *testing.T) {
	tried := []routing.Attempt{{Address: core, Err: errors.New("refused")}, {Address: east, Err: errors.New("no route")}}
	refuses := []routing.Attempt{{Address: core, Err: errors.New("refused")}, {Address: east, Err: bolttest.Failure("Neo.ClientError.Procedure.ProcedureNotFound", "what?")}}
	cases := map[string]struct {
		err  error
		want []string
	}{
		"nobody writes":      {&routing.UnavailableError{Database: "movies"}, []string{`no server serves writes of the database "movies" just now`, "try again"}},
		"nobody reads home":  {&routing.UnavailableError{ReadOnly: true}, []string{"no server serves reads of the home database"}},
		"nobody answers":     {&routing.UnavailableError{ReadOnly: true, Tried: tried}, []string{"could be reached", "\ncore:7687: refused\neast:7687: no route"}},
		"no router answers":  {&routing.DiscoveryError{Database: "movies", Tried: tried}, []string{`a routing table of the database "movies" from any router` + "\ncore:7687: refused"}},
		"one does not route": {&routing.DiscoveryError{Tried: refuses}, []string{"use a URI with bolt in place of neo4j\ncore:7687: refused\neast:7687: "}},
		"no router for home": {&routing.DiscoveryError{}, []string{"a routing table of the home database from any router"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			for _, part := range test.want {
				assert.ErrorContains(t, test.err, part)
			}
		})
	}
}

// A scheme is suggested only where a server was reached that does not route: with any other failure it would be of no more use.
func TestDiscoveryErrorHint(t *testing.T) {
	cases := map[string]struct {
		err  error
		want bool
	}{
		"a server without the procedure": {bolttest.Failure("Neo.ClientError.Procedure.ProcedureNotFound", "no"), true},
		"a server that routes nothing":   {bolttest.Failure("Neo.ClientError.General.Forbidden", "no"), true},
		"another vendor's":               {bolttest.Failure("66", "no"), true},
		"a server that is starting":      {bolttest.Failure("Neo.TransientError.General.DatabaseUnavailable", "no"), false},
		"an authorization that is over":  {bolttest.Failure("Neo.ClientError.Security.AuthorizationExpired", "no"), false},
		"a connection that is refused":   {&bolt.ConnectivityError{Op: "connect to", Err: errors.New("refused")}, false},
		"a host that nobody knows":       {&bolt.ConnectivityError{Op: "connect to", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}, false},
		"a resolver that fails":          {&bolt.ConnectivityError{Op: "resolve", Err: errors.New("consul is down")}, false},
		"a certificate":                  {&unreachable{core}, false},
		"no Bolt":                        {&bolt.ProtocolError{Op: "handshake", Reason: "HTTP"}, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			err := &routing.DiscoveryError{Tried: []routing.Attempt{{Address: core, Err: test.err}}}
			assert.Equal(t, test.want, strings.Contains(err.Error(), "use a URI with bolt in place of neo4j"), err.Error())
			assert.ErrorContains(t, err, "\ncore:7687: "+test.err.Error())
		})
	}
}

// An error is worth a retry unless everything in it is there to stay.
func TestErrorsRetryable(t *testing.T) {
	stays, passes, unsaid := &unreachable{core}, &bolt.ConnectivityError{Op: "read", Err: errors.New("lost")}, errors.New("odd")
	cases := map[string]struct {
		causes []error
		want   bool
	}{
		"nothing was tried":      {nil, true},
		"one that stays":         {[]error{stays}, false},
		"several that stay":      {[]error{stays, stays}, false},
		"one that passes":        {[]error{stays, passes}, true},
		"one that does not tell": {[]error{stays, unsaid}, true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var tried []routing.Attempt
			for _, cause := range test.causes {
				tried = append(tried, routing.Attempt{Address: core, Err: cause})
			}
			for _, err := range []error{&routing.UnavailableError{Tried: tried}, &routing.DiscoveryError{Tried: tried}} {
				assert.Equal(t, test.want, retryable(err))
				for _, cause := range test.causes {
					assert.ErrorIs(t, err, cause)
				}
			}
		})
	}
}

// retryable asks the outermost error that knows, as package retry does.
func retryable(err error) bool {
	var knows interface{ Retryable() bool }
	return errors.As(err, &knows) && knows.Retryable()
}

func TestEventKinds(t *testing.T) {
	assert.Equal(t, "routing table changed", routing.TableChanged.String())
	assert.Equal(t, "member dropped", routing.MemberDropped.String())
	assert.Equal(t, "home database resolved", routing.HomeResolved.String())
	assert.Equal(t, "refresh failed", routing.RefreshFailed.String())
	assert.Equal(t, "unknown", routing.EventKind(0).String())
	assert.Equal(t, "unknown", routing.EventKind(99).String())
}

// Somebody who holds the only connection, and needs another one for the table, is told so and does not wait for himself.
func TestRefreshDeadlock(t *testing.T) {
	inCluster(t, func(c *cluster) {
		c.table(func(m *bolt.RouteSuccess) {
			m.Routers, m.Readers, m.Writers = []string{string(seed)}, []string{string(seed)}, []string{string(seed)}
			m.TTL = 0
		})
		p, err := c.router.Get(c.t.Context(), reading)
		require.NoError(t, err)
		defer p.Conn.Release()
		_, err = c.router.Get(pool.WithLease(c.t.Context(), p.Conn), reading)
		assert.ErrorAs(t, err, new(*pool.DeadlockError))
		assert.ErrorAs(t, err, new(*routing.DiscoveryError))
		assert.False(t, retryable(err))
		assert.Empty(t, c.told(routing.MemberDropped))
	}, func(_ *cluster, cfg *pool.Config, _ *routing.Config) { cfg.MaxSize = 1 })
}

// mute is a connection that cannot be asked for a routing table.
type mute struct{ pool.Link }

func TestConnectionThatCannotRoute(t *testing.T) {
	inCluster(t, func(c *cluster) {
		assert.ErrorContains(t, c.fails(reading), "connections of type routing_test.mute cannot be asked for routing tables")
	}, func(_ *cluster, p *pool.Config, _ *routing.Config) {
		dial := p.Dial
		p.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
			l, err := dial(ctx, a, token)
			return mute{l}, err
		}
	})
}

// cut is a connection that is closed, by a pool that is about to say so, while it is asked for a routing table.
type cut struct{ *bolt.Conn }

func (cut) Route(context.Context, bolt.Route) (*bolt.RouteSuccess, error) { return nil, bolt.ErrClosed }

// Closing a pool ends its connections and what waits for them in either order: it is told in the same way.
func TestConnectionClosedFirst(t *testing.T) {
	inCluster(t, func(c *cluster) {
		assert.ErrorIs(t, c.fails(reading), pool.ErrClosed)
	}, func(_ *cluster, p *pool.Config, _ *routing.Config) {
		dial := p.Dial
		p.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
			l, err := dial(ctx, a, token)
			if err != nil {
				return nil, err
			}
			return cut{l.(*bolt.Conn)}, nil
		}
	})
}

// closedVault is a token source that has none.
type closedVault struct{}

var errVault = errors.New("the vault is closed")

func (closedVault) Token(context.Context) (bolt.AuthToken, error) { return bolt.AuthToken{}, errVault }
func (closedVault) Rejected(bolt.AuthToken, error) bool           { return false }

// Without a token nobody is asked, and nobody is blamed.
func TestNoToken(t *testing.T) {
	inCluster(t, func(c *cluster) {
		own := reading
		own.Conn.Auth = closedVault{}
		assert.ErrorIs(t, c.fails(own), errVault)
		assert.Empty(t, c.dials())
		c.get(reading)
		assert.ErrorIs(t, c.fails(own), errVault)
		assert.Empty(t, c.told(routing.MemberDropped))
		_, err := routing.Direct(c.pool, core).Get(c.t.Context(), own)
		assert.ErrorIs(t, err, errVault)
	})
	inCluster(t, func(c *cluster) {
		assert.ErrorIs(t, c.fails(reading), errVault)
	}, func(_ *cluster, p *pool.Config, _ *routing.Config) { p.Auth = closedVault{} })
}
