package neorx

import (
	"context"
	"log/slog"
	"net"
	"os"
	"slices"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/settings"
)

// Option configures a driver. Options are checked all together by [Open]; of one that is given
// twice the last counts.
type Option func(*settings.Config)

// WithMaxConnectionPoolSize limits how many connections the driver may have to each server. Work
// that needs one more waits for its turn, for as long as [WithConnectionAcquisitionTimeout]
// permits. It must be at least 1. Default: 100.
func WithMaxConnectionPoolSize(n int) Option {
	return func(c *settings.Config) { c.Pool.MaxSize = n }
}

// WithConnectionAcquisitionTimeout limits how long work waits for a connection: for its turn, and
// for connecting where that is needed. 0 means to fail at once where no connection is free and none
// can be opened; a negative value means no limit. It must not be below the connection timeout where
// both are given; where only this is given, a longer connection timeout is reduced to it. Default:
// 60 s.
func WithConnectionAcquisitionTimeout(d time.Duration) Option {
	return func(c *settings.Config) { c.AcquisitionTimeout = settings.Given(d) }
}

// WithConnectionTimeout limits how long it may take to connect to a server, TLS included; what is
// said over the connection then, such as the login, counts towards the acquisition timeout. In a
// cluster it limits the login too, and how long a router may take to answer, so that a server which
// says nothing does not use up the time for the others. A connection whose server takes nothing of
// what is written for that long is lost. It must be positive. Where only this is given, a shorter
// acquisition timeout is raised to it. Default: 30 s.
func WithConnectionTimeout(d time.Duration) Option {
	return func(c *settings.Config) { c.ConnectionTimeout = settings.Given(d) }
}

// WithMaxConnectionLifetime sets the age from which a connection is not used again. It is checked
// when work takes a connection, which is replaced then, and when it gives one back. Choose less
// than what firewalls and load balancers on the way permit. With 0 every connection serves once; a
// negative value means not checked. Default: 1 h.
func WithMaxConnectionLifetime(d time.Duration) Option {
	return func(c *settings.Config) { c.Pool.MaxLifetime = d }
}

// WithConnectionLivenessCheck has a connection that was idle for at least d prove that it still
// works before it is used, which costs a round trip. 0 means always, a negative value never.
// Default: never.
func WithConnectionLivenessCheck(d time.Duration) Option {
	return func(c *settings.Config) { c.Pool.IdleCheck = d }
}

// WithResetGrace limits how long a server may be silent while a connection proves itself, or is
// made usable again after its work was left in the middle; after that the connection is closed. As
// long as the server sends what it was asked for, it has time. It must be positive. Default: 2 s.
func WithResetGrace(d time.Duration) Option {
	return func(c *settings.Config) { c.Pool.ResetGrace = d }
}

// WithPoolDiagnostics records the stack of everybody who takes a connection, so that an
// *[AcquireTimeoutError] can list who has them all. It costs about a microsecond each time.
// Default: off.
func WithPoolDiagnostics() Option {
	return func(c *settings.Config) { c.Pool.Diagnostics = true }
}

// WithMaxTransactionRetryTime limits how long managed work is retried after failures that may pass,
// such as a lost connection or a deadlock in the database. 0 means no retry; it must not be
// negative. Default: 30 s.
func WithMaxTransactionRetryTime(d time.Duration) Option {
	return func(c *settings.Config) { c.RetryTime = d }
}

// WithFetchSize pins how many records one request to the server asks for, and sends the next
// request only when those are consumed: predictable on the wire, but a stream stands still for a
// round trip between batches. -1 asks for everything at once, which the server then sends whether
// anybody reads or not. Sessions and queries can have a fetch size of their own. Default: 1000 at
// first, and then as many as server, network and consumer move in 15 to 50 ms and a round trip, at
// least 1000.
func WithFetchSize(n int64) Option {
	return func(c *settings.Config) { c.FetchSize = settings.Given(n) }
}

// WithUserAgent names the application to the server, as "name/version"; SHOW TRANSACTIONS and the
// server's logs show it. Default: the driver's own name and version.
func WithUserAgent(name string) Option {
	return func(c *settings.Config) { c.UserAgent = settings.Given(name) }
}

// NotificationFilter says which notifications a server sends: from which severity on, and without
// which kinds. Its zero value leaves it to the server ([bolt.NotificationFilter.IsZero]). A driver
// has one ([WithNotificationFilter]), and each session or query can have its own ([Notifications]).
type NotificationFilter = bolt.NotificationFilter

// WithNotificationFilter says which notifications the server should send with results. It needs
// Bolt 5.2, so Neo4j 5.7; with an older server connecting fails. Default: what the server chooses.
func WithNotificationFilter(f NotificationFilter) Option {
	f.Disabled = slices.Clone(f.Disabled)
	return func(c *settings.Config) { c.Notifications = f }
}

// WithTelemetry says whether servers that ask are told which part of the API is in use: whether it
// was a session's query, a transaction and so on, and nothing of what is in them. Default: on.
func WithTelemetry(on bool) Option {
	return func(c *settings.Config) { c.NoTelemetry = !on }
}

// WithAutoCommitRetry is [AutoCommitRetry] for all sessions and queries that do not say otherwise.
// Default: on.
func WithAutoCommitRetry(on bool) Option {
	return func(c *settings.Config) { c.NoAutoCommitRetry = !on }
}

// WithLogger sets where the driver logs to. At debug level there is a line per message on the wire,
// at warn level what nobody is told otherwise. No level shows credentials, parameters or records.
// slog.New(slog.DiscardHandler) keeps the driver quiet. Default: slog.Default(), as it is when the
// driver is opened.
func WithLogger(log *slog.Logger) Option {
	return func(c *settings.Config) { c.Log = log }
}

// WithConsoleLog logs to standard output, as text, from level on: WithConsoleLog(slog.LevelDebug)
// shows everything. It replaces WithLogger.
func WithConsoleLog(level slog.Level) Option {
	return WithLogger(slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: level})))
}

// WithMaxMessageMemory limits the memory, in bytes, that one message from a server may take, such as
// a record with everything in it. A sixth of it is for the bytes of the message, of which there are
// several copies while it is read and decoded. A third is for what its values take besides their
// texts: each item of a list takes 24 bytes, however short it is on the wire. A larger message ends
// the work with a *[ProtocolError], and closes the connection. A connection takes the memory only as
// a message arrives.
//
// n is at least 1 MiB, and less than 8 GiB. Default: 128 MiB, so that a record may have about
// 21 MiB, and a container of 256 MiB survives it.
func WithMaxMessageMemory(n int) Option {
	return func(c *settings.Config) { c.MaxMessageMemory = settings.Given(n) }
}

// WithNewestBolt limits the versions of the protocol that are offered to servers to major.minor and
// older ones. The two ends settle on the newest that both have, so there is no need for it, but to
// find out whether something is the version's doing, and for servers of Neo4j 4.1 and 4.2: a
// handshake has room for four proposals, and where Bolt 6 is one of them those servers are spoken
// to in Bolt 3.0, which has no databases and no backpressure. WithNewestBolt(5, 8) leaves that room
// to Bolt 4.1. Default: the newest that this package speaks.
func WithNewestBolt(major, minor uint8) Option {
	newest := bolt.Version{Major: major, Minor: minor}
	return func(c *settings.Config) {
		newer := func(v bolt.Version) bool { return v.Compare(newest) > 0 }
		c.Versions = slices.DeleteFunc(slices.Clone(bolt.Supported), newer)
		if len(c.Versions) == 0 {
			oldest := bolt.Supported[len(bolt.Supported)-1]
			c.Problem("WithNewestBolt: Bolt %s is too old; the oldest version there is is %s", newest, oldest)
		}
	}
}

// Resolver maps the address of the URI, as host:port, to the addresses to connect to, which are
// tried in order; an address without a port has port 7687. What it returns goes through DNS as
// usual, has the connection timeout each, and with encryption is the name that the certificate has
// to have. It is called from any goroutine; ctx ends when nobody needs the answer any more.
//
// With a neo4j URI it finds the servers that are asked for a routing table when none of those that
// are known answers; the addresses of a routing table do not go through it. With a bolt URI it is
// asked for each new connection, and the limit on connections is one for all its addresses
// together.
type Resolver func(ctx context.Context, address string) ([]string, error)

// WithResolver sets a hook for finding servers in another way than by DNS. Default: none.
func WithResolver(r Resolver) Option {
	return func(c *settings.Config) { c.Resolver = settings.Given(dial.Resolver(r)) }
}

// Dialer opens a network connection, as the method DialContext of net.Dialer does. network is
// "tcp", address is host:port. It must return soon after the end of ctx.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// WithDialer connects in another way than by TCP from this machine, say through a proxy, over a
// Unix socket or in memory. TLS, where it is on, is spoken over what the dialer returns. Default: a
// net.Dialer.
func WithDialer(d Dialer) Option {
	return func(c *settings.Config) { c.Dialer = settings.Given(dial.Dialer(d)) }
}

// WithKeepAlive sets the interval of TCP keep-alive probes on idle connections; a negative value
// switches them off. A dialer of one's own has to see to that itself. Default: 0, which is 15 s.
func WithKeepAlive(d time.Duration) Option {
	return func(c *settings.Config) { c.KeepAlive = settings.Given(d) }
}
