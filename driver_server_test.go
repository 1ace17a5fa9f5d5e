package neorx_test

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// one answers RETURN 1 AS n, and the range of 1 to 1000.
var one = bolttest.Queries{
	"RETURN 1 AS n":                       bolttest.Column("n", 1),
	"UNWIND range(1, 1000) AS n RETURN n": bolttest.Range("n", 1, 1000),
	"CREATE (:Secret {word: $word})":      {},
	"RETURN $word AS word":                bolttest.Column("word", "hunter2"),
}

// open opens a driver that is closed when the test ends.
func open(t *testing.T, uri string, opts ...neorx.Option) *neorx.Driver {
	t.Helper()
	d, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "secret"), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Close(context.Background())) })
	return d
}

// caFile writes the server's certificate, which has signed itself, as PEM.
func caFile(t *testing.T, s *bolttest.Server) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	require.NoError(t, os.WriteFile(name, block, 0o600))
	return name
}

func TestGetServerInfo(t *testing.T) {
	server := bolttest.New(t, one.Handle, bolttest.WithVersions(bolt.Version{Major: 5, Minor: 8}))
	info, err := open(t, server.URI()).GetServerInfo(t.Context())
	require.NoError(t, err)
	want := neorx.ServerInfo{Address: server.Address(), Agent: "Neo4j/5.26.0", ConnectionID: "bolt-1", ProtocolVersion: "5.8"}
	assert.Equal(t, want, info)
}

func TestVerifyConnectivityProvesIdleConnections(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI())
	require.NoError(t, d.VerifyConnectivity(t.Context()))
	require.NoError(t, d.VerifyConnectivity(t.Context()))
	assert.Equal(t, []string{"HELLO", "LOGON", "RESET"}, server.Conversation(1), "a new connection is proven, an idle one has to answer")
	assert.Equal(t, 1, d.PoolStats().Total.Idle, "the connection was given back")
}

func TestQuery(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI())
	rows, summary, err := d.Query("RETURN 1 AS n", nil).Collect(t.Context())
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.Equal(t, server.Address(), summary.Server.Address)
	assert.Equal(t, []string{"HELLO", "LOGON", "BEGIN", "RUN RETURN 1 AS n", "PULL 1000", "COMMIT"}, server.Conversation(1))
}

func TestSession(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	s := open(t, server.URI()).Session(neorx.Database("movies"))
	_, err := s.Query("RETURN 1 AS n", nil).Exec(t.Context())
	require.NoError(t, err)
	runs := bolttest.Received[*bolt.Run](server)
	require.Len(t, runs, 1)
	assert.Equal(t, "movies", runs[0].Database)
	require.NoError(t, s.Close())
}

// Every call of the driver on a server that refuses the credentials says so at once: nothing is
// retried.
func TestWrongPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := bolttest.New(t, one.Handle, bolttest.InMemory(), bolttest.WithAuth(bolt.BasicAuth("neo4j", "another")))
		d := open(t, server.URI(), neorx.WithDialer(server.Dial))
		_, onQuery := d.Query("RETURN 1 AS n", nil).Exec(t.Context())
		for what, err := range map[string]error{"verify": d.VerifyConnectivity(t.Context()), "query": onQuery} {
			var refused *neorx.ServerError
			require.ErrorAs(t, err, &refused, what)
			assert.Equal(t, "Neo.ClientError.Security.Unauthorized", refused.Code)
			assert.NotContains(t, err.Error(), "secret")
		}
		assert.Equal(t, 2, server.Connections())
	})
}

func TestBoltOverTLS(t *testing.T) {
	server := bolttest.New(t, one.Handle, bolttest.WithTLS())
	custom := neorx.WithTrust(neorx.TrustCustomCAs(caFile(t, server)))
	cases := map[string]struct {
		uri  string
		opts []neorx.Option
	}{
		"any certificate": {server.URI(), nil},
		"custom":          {"bolt://" + server.Address(), []neorx.Option{neorx.WithEncrypted(true), custom}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			d := open(t, test.uri, test.opts...)
			assert.True(t, d.IsEncrypted())
			n, err := d.Query("UNWIND range(1, 1000) AS n RETURN n", nil).Stream().Count(t.Context())
			require.NoError(t, err)
			assert.Equal(t, int64(1000), n)
		})
	}
}

func TestEncryptionMismatch(t *testing.T) {
	t.Run("plain driver", func(t *testing.T) {
		server := bolttest.New(t, one.Handle, bolttest.WithTLS())
		err := open(t, "bolt://"+server.Address()).VerifyConnectivity(t.Context())
		require.Error(t, err)
		assert.Regexp(t, "speaks TLS|expect TLS", err.Error())
	})
	t.Run("plain server", func(t *testing.T) {
		server := bolttest.New(t, one.Handle)
		err := open(t, "bolt+s://"+server.Address()).VerifyConnectivity(t.Context())
		var lost *neorx.ConnectivityError
		require.ErrorAs(t, err, &lost)
		assert.ErrorContains(t, err, "is TLS enabled on the server?")
	})
}

func TestResolverFindsTheServerThatIsThere(t *testing.T) {
	server := bolttest.New(t, one.Handle, bolttest.InMemory())
	resolver := func(_ context.Context, address string) ([]string, error) {
		assert.Equal(t, "virtual:7687", address)
		return []string{"192.0.2.254:1", server.Address()}, nil
	}
	d := open(t, "bolt://virtual", neorx.WithResolver(resolver), neorx.WithDialer(bolttest.Dialer(server)))
	info, err := d.GetServerInfo(t.Context())
	require.NoError(t, err)
	assert.Equal(t, server.Address(), info.Address)
}

// A server that refuses the login speaks for the others that the resolver names.
func TestResolverStopsWhereLoginIsRefused(t *testing.T) {
	first := bolttest.New(t, one.Handle, bolttest.InMemory(), bolttest.WithAuth(bolt.NoAuth()))
	second := bolttest.New(t, one.Handle, bolttest.InMemory())
	resolver := func(context.Context, string) ([]string, error) {
		return []string{first.Address(), second.Address()}, nil
	}
	d := open(t, "bolt://virtual", neorx.WithResolver(resolver), neorx.WithDialer(bolttest.Dialer(first, second)))
	var refused *neorx.ServerError
	err := d.VerifyConnectivity(t.Context())
	require.ErrorAs(t, err, &refused)
	assert.NotErrorAs(t, err, new(*neorx.ConnectivityError), "which would be worth a retry")
	assert.Zero(t, second.Connections())
}

func TestWhatTheServerIsTold(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI(), neorx.WithUserAgent("my-app/1.0"), neorx.WithFetchSize(100),
		neorx.WithNotificationFilter(neorx.NotificationFilter{MinimumSeverity: "WARNING"}))
	_, err := d.Query("UNWIND range(1, 1000) AS n RETURN n", nil).Stream().Count(t.Context())
	require.NoError(t, err)

	hello := bolttest.Received[*bolt.Hello](server)[0]
	assert.Equal(t, "my-app/1.0", hello.UserAgent)
	assert.Equal(t, "WARNING", hello.Notifications.MinimumSeverity)
	assert.Nil(t, hello.Routing, "bolt goes to one server")
	pulls := bolttest.Received[*bolt.Pull](server)
	assert.Len(t, pulls, 10)
	for _, pull := range pulls {
		assert.Equal(t, int64(100), pull.N)
	}
}

func TestRetryTime(t *testing.T) {
	failing := func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return nil, bolttest.Failure("Neo.TransientError.Transaction.DeadlockDetected", "again, please")
	}
	cases := map[string]struct {
		limit  time.Duration
		passed time.Duration
	}{
		"none": {0, 0},
		"15 s": {15 * time.Second, 15 * time.Second},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := bolttest.New(t, failing, bolttest.InMemory())
				var log bytes.Buffer
				d := open(t, server.URI(), neorx.WithDialer(server.Dial), neorx.WithMaxTransactionRetryTime(test.limit),
					neorx.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
				began := time.Now()
				_, err := d.Query("RETURN 1 AS n", nil).Exec(t.Context())
				assert.Equal(t, test.passed, time.Since(began))
				var refused *neorx.ServerError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, test.limit > 0, bytes.Contains(log.Bytes(), []byte("work will be retried")))
			})
		})
	}
}

func TestPoolLimits(t *testing.T) {
	server := bolttest.New(t, one.Handle, bolttest.InMemory())
	d := open(t, server.URI(), neorx.WithDialer(server.Dial), neorx.WithMaxConnectionPoolSize(1), neorx.WithConnectionAcquisitionTimeout(0),
		neorx.WithPoolDiagnostics())
	tx, err := d.Session().Begin(t.Context())
	require.NoError(t, err)
	stats := d.PoolStats().Total
	assert.Equal(t, []int{1, 1, 0}, []int{stats.Limit, stats.InUse, stats.Idle})

	err = d.VerifyConnectivity(t.Context())
	var timeout *neorx.AcquireTimeoutError
	require.ErrorAs(t, err, &timeout, "fails at once")
	assert.NotEmpty(t, timeout.Holders)
	require.NoError(t, tx.Close(t.Context()))
	assert.NoError(t, d.VerifyConnectivity(t.Context()))
}

func TestLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := bolttest.New(t, one.Handle, bolttest.InMemory())
		d := open(t, server.URI(), neorx.WithDialer(server.Dial), neorx.WithMaxConnectionLifetime(time.Minute))
		for range 2 {
			require.NoError(t, d.VerifyConnectivity(t.Context()))
			<-time.After(time.Minute) // of the bubble
		}
		assert.Equal(t, 2, server.Connections())
	})
}

func TestLivenessCheck(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI(), neorx.WithConnectionLivenessCheck(0))
	for range 2 {
		_, err := d.Query("RETURN 1 AS n", nil, neorx.ReadOnly()).Exec(t.Context())
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"HELLO", "LOGON", "RUN RETURN 1 AS n", "PULL 1000", "RESET", "RUN RETURN 1 AS n", "PULL 1000"}, server.Conversation(1))
}

func TestCloseEndsWhatRuns(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI())
	rolledBack, err := d.Session().Begin(t.Context())
	require.NoError(t, err)

	seen := 0
	err = d.Query("UNWIND range(1, 1000) AS n RETURN n", nil, neorx.FetchSize(10)).Stream().ForEach(t.Context(), func(*neorx.Record) error {
		if seen++; seen == 5 {
			require.NoError(t, d.Close(t.Context()))
		}
		return nil
	})
	require.Error(t, err)
	assert.Less(t, seen, 1000)
	assert.Error(t, rolledBack.Commit(t.Context()))
	_, err = d.Query("RETURN 1 AS n", nil).Exec(t.Context())
	assert.ErrorIs(t, err, neorx.ErrClosed)
	server.AwaitConnections(t, 0)
}

func TestShutdownWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := bolttest.New(t, one.Handle, bolttest.InMemory())
		d := open(t, server.URI(), neorx.WithDialer(server.Dial))
		tx, err := d.Session().Begin(t.Context())
		require.NoError(t, err)
		down := make(chan error)
		go func() { down <- d.Shutdown(t.Context()) }()
		synctest.Wait()
		_, err = d.Query("RETURN 1 AS n", nil).Exec(t.Context())
		assert.ErrorIs(t, err, neorx.ErrClosed, "nothing new begins")
		_, err = tx.Query("RETURN 1 AS n", nil).Exec(t.Context())
		require.NoError(t, err, "what runs goes on")
		require.NoError(t, tx.Commit(t.Context()))
		assert.NoError(t, <-down)
	})
}

// TestLogShowsNoSecrets has every kind of work done at debug level, and looks for the secrets in
// it.
func TestLogShowsNoSecrets(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d, err := neorx.Open(server.URI(), neorx.BasicAuth("neo4j", "hunter2"), neorx.WithLogger(logger))
	require.NoError(t, err)
	params := map[string]any{"word": "hunter2"}
	_, err = d.Query("CREATE (:Secret {word: $word})", params).Exec(t.Context())
	require.NoError(t, err)
	_, _, err = d.Query("RETURN $word AS word", params, neorx.ReadOnly()).Collect(t.Context())
	require.NoError(t, err)
	_, err = d.Query("NO CYPHER", params).Exec(t.Context())
	require.Error(t, err)
	require.NoError(t, d.Close(t.Context()))

	for _, shown := range []string{"driver opened", "connected", "HELLO", "LOGON", "RUN", "SUCCESS", "FAILURE"} {
		assert.Contains(t, log.String(), shown)
	}
	assert.NotContains(t, log.String(), "hunter2")
	assert.NotContains(t, err.Error(), "hunter2")
}

// A dialer can go anywhere: here to a Unix socket that leads to the server.
func TestUnixSocket(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	socket := filepath.Join(t.TempDir(), "bolt.sock")
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	defer l.Close()
	relayed := make(chan error, 1)
	go func() { relayed <- relay(l, server.Address()) }() // ends with the driver's connection, and is joined below

	d := open(t, "bolt://localhost", neorx.WithDialer(func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}))
	require.NoError(t, d.VerifyConnectivity(t.Context()))
	require.NoError(t, d.Close(t.Context()))
	require.NoError(t, <-relayed)
}

// relay connects one client of l to an address.
func relay(l net.Listener, address string) error {
	client, err := l.Accept()
	if err != nil {
		return err
	}
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer server.Close()
	back := make(chan error, 1)
	go func() {
		_, err := io.Copy(client, server)
		back <- err
	}()
	_, err = io.Copy(server, client)
	_ = server.(*net.TCPConn).CloseWrite()
	return errors.Join(err, <-back)
}

func TestBadCypher(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	_, err := open(t, server.URI()).Query("RETRUN 1", nil).Exec(t.Context())
	var refused *neorx.ServerError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "Neo.ClientError.Statement.SyntaxError", refused.Code)
	assert.False(t, refused.Retryable())
}

func TestUnsupportedParameter(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	params := map[string]any{"rows": []any{1, map[string]any{"when": make(chan int)}}}
	_, err := open(t, server.URI()).Query("RETURN 1 AS n", params).Exec(t.Context())
	var usage *neorx.UsageError
	require.ErrorAs(t, err, &usage)
	assert.ErrorContains(t, err, "rows[1].when")
	assert.Empty(t, bolttest.Received[*bolt.Run](server), "nothing was sent")
}

func TestServerDiesInTheMiddle(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI())
	query := d.Query("UNWIND range(1, 1000) AS n RETURN n", nil, neorx.ReadOnly(), neorx.FetchSize(10))
	seen := 0
	err := query.Stream().ForEach(t.Context(), func(*neorx.Record) error {
		if seen++; seen == 5 {
			server.CloseConnections()
		}
		return nil
	})
	var lost *neorx.ConnectivityError
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, server.Address(), lost.Address)
	assert.GreaterOrEqual(t, seen, 5)
	assert.NoError(t, d.VerifyConnectivity(t.Context()), "the next one dials anew")
}

// The options of package session pass through the names of this one unchanged.
func TestWorkOptions(t *testing.T) {
	off := neorx.NotificationFilter{MinimumSeverity: "OFF"}
	cases := map[string]struct {
		option neorx.QueryOption
		told   func(*bolt.Run) any
		want   any
	}{
		"Database":      {neorx.Database("movies"), func(r *bolt.Run) any { return r.Database }, "movies"},
		"ReadOnly":      {neorx.ReadOnly(), func(r *bolt.Run) any { return r.ReadOnly }, true},
		"Impersonate":   {neorx.Impersonate("alice"), func(r *bolt.Run) any { return r.ImpersonatedUser }, "alice"},
		"Timeout":       {neorx.Timeout(time.Second), func(r *bolt.Run) any { return r.Timeout }, time.Second},
		"Metadata":      {neorx.Metadata(map[string]any{"a": "b"}), func(r *bolt.Run) any { return r.Metadata }, map[string]any{"a": "b"}},
		"Notifications": {neorx.Notifications(off), func(r *bolt.Run) any { return r.Notifications }, off},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			server := bolttest.New(t, one.Handle)
			_, err := open(t, server.URI()).Query("RETURN 1 AS n", nil, neorx.AutoCommit(), test.option).Exec(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.want, test.told(bolttest.Received[*bolt.Run](server)[0]))
		})
	}
}

func TestAuthOfASession(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	seen := neorx.CombineBookmarks([]string{"a"}, []string{"b", "a"})
	s := open(t, server.URI()).Session(neorx.Auth(neorx.BasicAuth("alice", "hers")), neorx.WithBookmarks(seen...))
	_, err := s.Query("RETURN 1 AS n", nil).Exec(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "alice", bolttest.Received[*bolt.Logon](server)[0].Auth.Principal)
	assert.Equal(t, []string{"a", "b"}, bolttest.Received[*bolt.Run](server)[0].Bookmarks)
}

func TestFlowAndHold(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	s := open(t, server.URI()).Session()
	all := func(tx *neorx.Transaction) neorx.Stream[*neorx.Record] {
		return tx.Query("UNWIND range(1, 1000) AS n RETURN n", nil).Stream()
	}
	_, err := neorx.WriteStream(s, all, neorx.Flow()).First(t.Context())
	assert.ErrorIs(t, err, neorx.ErrStoppedBeforeCommit, "what flows and is stopped is rolled back")
	_, err = neorx.WriteStream(s, all, neorx.Hold()).First(t.Context())
	assert.NoError(t, err, "what is held is committed first")
	_, err = neorx.ReadTx(t.Context(), s, func(ctx context.Context, tx *neorx.Transaction) (int64, error) { return all(tx).Count(ctx) },
		neorx.TimeoutFromContext())
	assert.NoError(t, err)
}

func TestDecodeOptions(t *testing.T) {
	server := bolttest.New(t, bolttest.Queries{"ROW": bolttest.Rows([]string{"a", "b"}, []any{nil, 1})}.Handle)
	query := open(t, server.URI()).Query("ROW", nil, neorx.ReadOnly())
	type row struct {
		A int     `neo4j:"a"`
		B float64 `neo4j:"b"`
		C string  `neo4j:"c"`
	}
	_, err := neorx.One[row](t.Context(), query)
	assert.ErrorAs(t, err, new(*neorx.DecodeError))
	got, err := neorx.One[row](t.Context(), query, neorx.NullAsZero(), neorx.ConvertNumbers(), neorx.AllowMissing())
	require.NoError(t, err)
	assert.Equal(t, row{B: 1}, got)
	_, err = neorx.One[struct{ B int }](t.Context(), query, neorx.RejectUnknown())
	assert.ErrorAs(t, err, new(*neorx.DecodeError))
}

func TestTelemetry(t *testing.T) {
	for on, want := range map[bool]int{true: 1, false: 0} {
		server := bolttest.New(t, one.Handle, bolttest.WithHints(bolt.Hints{Telemetry: true}))
		_, err := open(t, server.URI(), neorx.WithTelemetry(on)).Query("RETURN 1 AS n", nil).Exec(t.Context())
		require.NoError(t, err)
		assert.Len(t, bolttest.Received[*bolt.Telemetry](server), want)
	}
}

func TestAutoCommitRetry(t *testing.T) {
	harmless := bolttest.Failure("Neo.DatabaseError.General.UnknownError", "nothing has happened")
	harmless.Diagnostic = map[string]any{"_idempotent": true}
	for on, want := range map[bool]int{true: 2, false: 1} {
		server := bolttest.New(t, one.Handle, bolttest.FailRequest(bolt.TagRun, 1, harmless))
		_, err := open(t, server.URI(), neorx.WithAutoCommitRetry(on)).Session().Query("RETURN 1 AS n", nil).Exec(t.Context())
		assert.Equal(t, on, err == nil)
		assert.Len(t, bolttest.Received[*bolt.Run](server), want)
	}
}

func TestQueryBookmarks(t *testing.T) {
	server := bolttest.New(t, one.Handle)
	d := open(t, server.URI())
	for range 2 {
		_, err := d.Query("RETURN 1 AS n", nil).Exec(t.Context())
		require.NoError(t, err)
	}
	_, err := d.Session(neorx.WithBookmarkManager(d.QueryBookmarks())).Query("RETURN 1 AS n", nil).Exec(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"bolttest:1"}, bolttest.Received[*bolt.Begin](server)[1].Bookmarks, "a query sees what those before it have done")
	runs := bolttest.Received[*bolt.Run](server)
	assert.Equal(t, []string{"bolttest:2"}, runs[len(runs)-1].Bookmarks, "and so does the session")
}
