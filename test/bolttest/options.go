package bolttest

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/neorx/neorx/bolt"
)

// Option configures a server.
type Option func(*config)

type config struct {
	versions []bolt.Version
	agent    string
	hints    bolt.Hints
	database string
	noPatch  bool
	record   bool

	memory  bool
	name    string // the address of a listener in memory, if it is not to be made up
	latency time.Duration
	buffer  int
	address string
	wrap    func(net.Conn) net.Conn // what is between a connection and its client, beside faults; nil: nothing
	tls     bool
	tlsWith *tls.Config // in place of a certificate of the server's own

	keepAlive time.Duration
	noPeek    bool
	faults    []Fault
	faultsOn  map[int][]Fault
	failures  []*plannedFailure

	onLogin      func(ctx context.Context, token bolt.AuthToken) error
	onBegin      func(ctx context.Context, tx *Tx) error
	onCommit     func(ctx context.Context, tx *Tx) (bookmark string, err error)
	onAutoCommit func(ctx context.Context, tx *Tx) (bookmark string, err error) // at the end of a result outside BEGIN and COMMIT
	onRollback   func(ctx context.Context, tx *Tx) error
	onRoute      func(ctx context.Context, s *Session, request *bolt.Route) (*bolt.RouteSuccess, error)
	home         func(s *Session, tx bolt.TxConfig) string // nil: database
}

func newConfig(opts []Option) *config {
	c := &config{
		agent: "Neo4j/5.26.0", database: "neo4j", address: "127.0.0.1:0", buffer: pipeBytes, faultsOn: map[int][]Fault{},
		onLogin:      func(context.Context, bolt.AuthToken) error { return nil },
		onBegin:      func(context.Context, *Tx) error { return nil },
		onCommit:     func(context.Context, *Tx) (string, error) { return "", nil },
		onAutoCommit: func(context.Context, *Tx) (string, error) { return "", nil },
		onRollback:   func(context.Context, *Tx) error { return nil },
	}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// WithVersions restricts the versions of Bolt that the server speaks. Default: all that package bolt supports.
func WithVersions(versions ...bolt.Version) Option { return func(c *config) { c.versions = versions } }

// WithAgent sets what the server calls itself. Default: "Neo4j/5.26.0".
func WithAgent(agent string) Option { return func(c *config) { c.agent = agent } }

// WithHints sets the hints of the reply to HELLO. Default: none. A receive timeout does not make the server send signs of life by itself: see
// [WithKeepAlive].
func WithHints(hints bolt.Hints) Option { return func(c *config) { c.hints = hints } }

// WithKeepAlive makes the server send a NOOP whenever it has been working on requests for this long. Default: never.
func WithKeepAlive(every time.Duration) Option { return func(c *config) { c.keepAlive = every } }

// WithDatabase names the home database. Default: "neo4j".
func WithDatabase(name string) Option { return func(c *config) { c.database = name } }

// WithoutUTCPatch makes the server refuse the patch "utc" of Bolt 4.3 and 4.4. Default: it agrees.
func WithoutUTCPatch() Option { return func(c *config) { c.noPatch = true } }

// WithoutPeek makes the server end a batch without looking whether more rows follow, so that the last batch of a result can be empty: real
// servers do not do that, but they may. Default: it looks one row ahead.
func WithoutPeek() Option { return func(c *config) { c.noPeek = true } }

// WithRecording keeps the requests for [Server.Requests]. Default: on for New, off for Start.
func WithRecording() Option { return func(c *config) { c.record = true } }

// InMemory makes connections that exist in memory only and are reached by [Server.Dial]: in a bubble of testing/synctest they let time go on. They
// are buffered as sockets are. Default: TCP on the loopback interface.
func InMemory() Option { return func(c *config) { c.memory = true } }

// WithLatency makes everything on a connection in memory arrive this much later, in both directions, and dialling take twice as long; what was sent
// earlier keeps its lead. It implies InMemory. Default: 0.
func WithLatency(oneWay time.Duration) Option {
	return func(c *config) { c.memory, c.latency = true, oneWay }
}

// WithBuffer sets how many bytes each direction of a connection in memory holds before its writer waits. It implies InMemory. Default: 256 KiB.
func WithBuffer(bytes int) Option {
	return func(c *config) { c.memory, c.buffer = true, max(1, bytes) }
}

// WithAddress sets the TCP address to listen on. Default: "127.0.0.1:0", a port that is free.
func WithAddress(address string) Option { return func(c *config) { c.address = address } }

// WithTLS makes the server speak TLS with a certificate of its own: see [Server.Certificate]. Default: plain.
func WithTLS() Option { return func(c *config) { c.tls = true } }

// WithTLSConfig makes the server speak TLS as with says: with an expired certificate, or asking for the client's. It must have a certificate.
func WithTLSConfig(with *tls.Config) Option {
	return func(c *config) { c.tls, c.tlsWith = true, with }
}

// WithAuth makes the server accept these tokens only. Default: it accepts all.
func WithAuth(tokens ...bolt.AuthToken) Option {
	return OnLogin(func(_ context.Context, token bolt.AuthToken) error {
		for _, t := range tokens {
			if t.Equal(token) {
				return nil
			}
		}
		return Failure(codeUnauthorized, "The client is unauthorized due to authentication failure.")
	})
}

// OnLogin decides who may log in. An error that is no *bolt.ServerError is reported as Neo.ClientError.Security.Unauthorized. The server closes the
// connection after a failure. Default: everybody may.
func OnLogin(hook func(ctx context.Context, token bolt.AuthToken) error) Option {
	return func(c *config) { c.onLogin = hook }
}

// OnBegin is called for BEGIN. It can set the transaction's Value, and its error fails the transaction.
func OnBegin(hook func(ctx context.Context, tx *Tx) error) Option {
	return func(c *config) { c.onBegin = hook }
}

// OnCommit is called for COMMIT. Whether it fails or not, the transaction has ended. Where it returns no bookmark the server makes one up.
func OnCommit(hook func(ctx context.Context, tx *Tx) (bookmark string, err error)) Option {
	return func(c *config) { c.onCommit = hook }
}

// OnRollback is called once for every transaction between BEGIN and COMMIT that ends in any other way: by ROLLBACK, by RESET, or because the
// connection has ended. Its context does not end with the connection.
func OnRollback(hook func(ctx context.Context, tx *Tx) error) Option {
	return func(c *config) { c.onRollback = hook }
}

// OnRoute answers ROUTE, and the procedure that Bolt up to 4.2 has in its place. Default: a table of 300 seconds in which the server has all roles, under
// the address that the client has called it by.
func OnRoute(hook func(ctx context.Context, request *bolt.Route) (*bolt.RouteSuccess, error)) Option {
	return func(c *config) {
		c.onRoute = func(ctx context.Context, _ *Session, request *bolt.Route) (*bolt.RouteSuccess, error) {
			return hook(ctx, request)
		}
	}
}
