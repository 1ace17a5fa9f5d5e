package neorx

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/settings"
	"github.com/neorx/neorx/internal/topology"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/session"
)

// Driver is a program's way to a database: it has the pool of connections and hands out queries and
// sessions. A program usually has one, for as long as it runs. It is safe for concurrent use, and
// its configuration does not change.
type Driver struct {
	config   *settings.Config
	pool     *pool.Pool
	router   *routing.Router
	engine   *session.Engine
	topology *topology.Hub
}

var _ Querier = (*Driver)(nil)

// PoolStats is how things stand with the connections of a driver, in all and for each server.
// [Driver.PoolStats] returns it.
type PoolStats = pool.Stats

// Open returns a driver for the database at uri, such as "neo4j://localhost:7687"; without a port
// it is 7687. The schemes neo4j, neo4j+s (encrypted, with a certificate that the system's
// authorities vouch for) and neo4j+ssc (encrypted, with any certificate) lead to a cluster, or to a
// server that stands alone: the servers tell who serves what, and work goes to one that serves it.
// The query part of the URI is the routing context, such as "?policy=europe": see the server's
// manual. The schemes bolt, bolt+s and bolt+ssc lead to just the server that they name.
//
// Nothing is sent, and no connection opened, before the driver has something to do:
// [Driver.VerifyConnectivity] tells whether it could. Only the files of [TrustCustomCAs] and of
// [ClientCertificateFiles] are read. The error, a *[UsageError], has everything that is wrong with
// the arguments.
func Open(uri string, auth TokenSource, opts ...Option) (*Driver, error) {
	cfg, err := settings.New(uri, auth, opts)
	if err != nil {
		return nil, err
	}
	d := &Driver{config: cfg, topology: topology.New(cfg.Log)}
	c := dial.New(cfg.Dial())
	cfg.Pool.Auth, cfg.Pool.Dial, cfg.Pool.OnDead = auth, c.Open, d.lost
	if d.pool, err = pool.New(cfg.Pool); err != nil {
		return nil, err
	}
	if d.router, err = d.newRouter(c); err != nil {
		return nil, err
	}
	d.engine = d.newEngine()
	cfg.Log.LogAttrs(context.Background(), slog.LevelDebug, "driver opened", slog.Any("driver", d))
	return d, nil
}

// newRouter returns what chooses servers. It does no I/O.
func (d *Driver) newRouter(c *dial.Connector) (*routing.Router, error) {
	seed := d.config.Target.Address()
	if !d.config.Target.Routed {
		return routing.Direct(d.pool, seed), nil
	}
	cfg := routing.Config{
		Pool: d.pool, Seed: seed, Context: d.config.Target.Routing(),
		LookUp: d.config.RouterLookup(), Choose: d.choice(),
		RouterTimeout: d.config.ConnectionTimeout.Value, Observe: d.topology.Publish,
	}
	if d.config.Resolver.Given {
		cfg.Resolve = c.Resolve
	}
	return routing.New(cfg)
}

// noServer is an index that no server has: work that gets it ends with an error.
const noServer = -1

// choice is the hook that chooses servers, if there is one. It runs on the goroutine of whoever
// needs a server, be it the user's or not. A panic chooses none, as a panic of a resolver finds
// none; what it was has no place in an index, so that the log has it.
func (d *Driver) choice() func(routing.Request, []routing.Server) int {
	choose := d.config.Choice.Value
	if choose == nil {
		return nil
	}
	return func(q routing.Request, servers []routing.Server) (index int) {
		defer func() {
			if v := recover(); v != nil {
				index = noServer
				d.config.Log.LogAttrs(context.Background(), slog.LevelError,
					"WithServerChoice has panicked, so that no server is chosen",
					slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
			}
		}()
		return choose(q, servers)
	}
}

// lost is told of servers that cannot be reached. So is whoever needed the connection, by an error.
func (d *Driver) lost(a pool.Address, err error) {
	if d.config.Target.Routed {
		d.router.Dead(a, err)
	}
	d.config.Log.LogAttrs(context.Background(), slog.LevelDebug, "server lost",
		slog.String("address", string(a)), slog.Any("error", err))
}

func (d *Driver) newEngine() *session.Engine {
	return &session.Engine{
		Router: d.router, Retry: d.retryPolicy(), FetchSize: d.config.FetchSize.Value,
		Bookmarks:   session.NewBookmarkManager(session.BookmarkManagerConfig{}),
		NoTelemetry: d.config.NoTelemetry, NoAutoCommitRetry: d.config.NoAutoCommitRetry,
	}
}

// retryPolicy is how managed work is retried. Since nobody sees the errors of attempts that were
// followed by a better one, they are logged.
func (d *Driver) retryPolicy() retry.Policy {
	p := retry.Default()
	p.MaxTime = d.config.RetryTime
	p.OnRetry = func(attempt int, err error, delay time.Duration) {
		d.config.Log.LogAttrs(context.Background(), slog.LevelWarn, "work will be retried",
			slog.Int("attempt", attempt), slog.Duration("delay", delay), slog.Any("error", err))
	}
	return p
}

// Query returns a recipe for a query: a managed transaction of one statement, which runs anew
// whenever the query is observed. See [Query] for what that means, and for the options. params is
// nil, a map with string keys or a struct.
func (d *Driver) Query(cypher string, params any, opts ...QueryOption) Query {
	return d.engine.Query(cypher, params, opts...)
}

// Session returns a session: a chain of work each part of which sees what those before it have
// written. It costs nothing and holds no connection.
func (d *Driver) Session(opts ...SessionOption) *Session { return d.engine.Session(opts...) }

// QueryBookmarks returns the bookmark manager that [Driver.Query] uses, so that each query sees
// what those before it have written. Given to a session by [WithBookmarkManager], it chains the
// session with them.
func (d *Driver) QueryBookmarks() BookmarkManager { return d.engine.Bookmarks }

// Close closes every connection at once. Open transactions roll back, and results that are not
// consumed end with an error. It returns when nothing of the driver runs any more, or with an error
// when ctx ends before that. Closing again does no harm; everything else on a closed driver ends
// with [ErrClosed].
func (d *Driver) Close(ctx context.Context) error {
	defer d.topology.Close()
	d.engine.Close()
	return d.pool.Close(ctx)
}

// Shutdown waits until all work that runs has ended, and then closes the driver; new work ends with
// [ErrClosed]. When ctx ends first, it closes the driver as it is and returns an error.
func (d *Driver) Shutdown(ctx context.Context) error {
	defer d.topology.Close()
	defer d.engine.Close()
	return d.pool.Shutdown(ctx)
}

// PoolStats tells how things stand with the connections. It does not wait.
func (d *Driver) PoolStats() PoolStats { return d.pool.Stats() }

// Target returns the URI that the driver was opened with, in its normal form.
func (d *Driver) Target() string { return d.config.Target.String() }

// IsEncrypted tells whether connections are encrypted.
func (d *Driver) IsEncrypted() bool { return d.config.TLS != nil }

// String names the driver by its target.
func (d *Driver) String() string { return "neorx.Driver(" + d.Target() + ")" }

// Format writes String, whatever the verb: there are credentials in a driver, and it changes while
// it would be printed.
func (d *Driver) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, d.String()) }

// LogValue is String, for slog.
func (d *Driver) LogValue() slog.Value { return slog.StringValue(d.String()) }
