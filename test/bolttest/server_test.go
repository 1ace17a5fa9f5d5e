package bolttest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

var numbers = bolttest.Queries{
	"numbers": bolttest.Range("n", 1, 5),
	"nothing": bolttest.Rows([]string{"n"}),
	"write":   bolttest.Changed(records.Counters{NodesCreated: 2}),
}

func TestAutoCommit(t *testing.T) {
	for _, v := range bolt.Supported {
		t.Run(v.String(), func(t *testing.T) {
			s := bolttest.New(t, numbers.Handle)
			c := connect(t, s, v)
			assert.Equal(t, v, c.caps.Version)

			batches := map[int64]int{2: 2, 3: 3}
			if !c.caps.Demand {
				batches = map[int64]int{bolt.All: 5}
			}
			c.send(run("numbers"))
			reply := c.fields()
			assert.Equal(t, []string{"n"}, reply.Fields)
			assert.Equal(t, int64(-1), reply.QID)
			got, end := [][]any{}, bolt.StreamSuccess{HasMore: true}
			for n, arriving := range batches {
				require.True(t, end.HasMore)
				c.send(pull(n))
				var rows [][]any
				rows, end = c.rows(arriving)
				got = append(got, rows...)
			}
			assert.Equal(t, [][]any{{int64(1)}, {int64(2)}, {int64(3)}, {int64(4)}, {int64(5)}}, got)
			assert.False(t, end.HasMore, "no empty batch at the end")
			assert.Equal(t, "bolttest:1", end.Bookmark)
			assert.Equal(t, "neo4j", end.Summary.Database)
			assert.Equal(t, records.QueryTypeRead, end.Summary.QueryType)
		})
	}
}

func TestInMemoryInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const oneWay = 20 * time.Millisecond
		s := bolttest.New(t, numbers.Handle, bolttest.WithLatency(oneWay))
		began := time.Now()
		c := connect(t, s)
		assert.Equal(t, 6*oneWay, time.Since(began), "a round trip each for dialling, the handshake and the login")

		began = time.Now()
		c.send(run("numbers"), pull(bolt.All))
		c.fields()
		c.rows(5)
		assert.Equal(t, 2*oneWay, time.Since(began))
		require.NoError(t, c.nc.Close())
		s.AwaitConnections(t, 0)
	})
}

func TestDiscard(t *testing.T) {
	asked := 0
	s := bolttest.New(t, func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return bolttest.Seq([]string{"n"}, func(yield func([]any, error) bool) {
			for i := 0; yield([]any{i}, nil); i++ {
				asked = i + 1
			}
		}), nil
	})
	c := connect(t, s)
	c.send(run("endless"), pull(10))
	c.fields()
	_, end := c.rows(10)
	assert.True(t, end.HasMore)
	c.send(discard())
	end = c.end()
	assert.False(t, end.HasMore)
	assert.Equal(t, "bolttest:1", end.Bookmark)
	assert.Equal(t, 10, asked, "ten were pulled and one was peeked at, which ended with the discard")

	c.send(run("endless"), discard())
	c.fields()
	assert.Equal(t, "02N42", c.end().Summary.Statuses[0].GQLStatus)
}

func TestWithoutPeek(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle, bolttest.WithoutPeek()))
	c.send(run("numbers"), pull(5))
	c.fields()
	_, end := c.rows(5)
	assert.True(t, end.HasMore)
	c.send(pull(5))
	assert.False(t, c.end().HasMore)
}

func TestOutcomes(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle))
	for query, want := range map[string]string{"numbers": "00000", "nothing": "02000", "write": "00001"} {
		c.send(run(query), pull(bolt.All))
		fields := c.fields().Fields
		if query == "numbers" {
			for range 5 {
				c.record()
			}
		}
		end := c.end()
		assert.Equal(t, want, end.Summary.Statuses[0].GQLStatus, query)
		assert.Equal(t, query == "write", len(fields) == 0)
		assert.Equal(t, query == "write", end.Summary.Counters.NodesCreated == 2)
	}
}

func TestSummaryIsWhatTheHandlerSays(t *testing.T) {
	answer := bolttest.Column("n", 1)
	answer.Summary = records.Summary{Database: "movies", QueryType: records.QueryTypeSchemaWrite, ResultConsumedAfter: 3 * time.Millisecond}
	answer.Summary.Notifications = []records.Notification{{Code: "c", Title: "t", Description: "d", Severity: records.SeverityWarning}}
	answer.Metadata = map[string]any{"profile": map[string]any{"operatorType": "Scan", "rows": 1}}
	answer.Bookmark = "mine"
	for _, v := range bolt.Supported {
		c := connect(t, bolttest.New(t, bolttest.Queries{"q": answer}.Handle), v)
		c.send(run("q"), pull(bolt.All))
		c.fields()
		_, end := c.rows(1)
		assert.Equal(t, "mine", end.Bookmark)
		assert.Equal(t, "movies", end.Summary.Database)
		assert.Equal(t, records.QueryTypeSchemaWrite, end.Summary.QueryType)
		assert.Equal(t, 3*time.Millisecond, end.Summary.ResultConsumedAfter)
		assert.Equal(t, "Scan", end.Summary.Profile.Operator)
		require.Len(t, end.Summary.Notifications, 1, v)
		assert.Equal(t, "t", end.Summary.Notifications[0].Title)
	}
}

func TestErrorsOfHandlers(t *testing.T) {
	boom := errors.New("boom")
	for _, c := range []struct {
		name   string
		result *bolttest.Result
		err    error
		rows   int
		want   string
	}{
		{"instead of a result", nil, boom, 0, "Neo.DatabaseError.General.UnknownError: boom"},
		{"of a server", nil, bolttest.Failure("Neo.ClientError.Statement.SyntaxError", "no"), 0, "Neo.ClientError.Statement.SyntaxError: no"},
		{"behind rows", bolttest.Column("n", 1, 2).Then(boom), nil, 2, "Neo.DatabaseError.General.UnknownError: boom"},
		{"without rows", (&bolttest.Result{}).Then(boom), nil, 0, "boom"},
		{"a row of another length", bolttest.Rows([]string{"n"}, []any{1, 2}), nil, 0, "a row of 2 values"},
		{"a value without a type", bolttest.Column("n", make(chan int)), nil, 0, "UnknownError"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := bolttest.New(t, func(context.Context, *bolttest.Query) (*bolttest.Result, error) { return c.result, c.err })
			client := connect(t, s)
			client.send(run("q"), pull(bolt.All))
			if c.err == nil {
				client.fields()
			}
			for range c.rows {
				client.record()
			}
			assert.ErrorContains(t, client.failure(), c.want)
			if c.err != nil {
				client.ignored()
			}
			client.reset()
		})
	}
}

func TestHandlerGetsWhatTheClientSaid(t *testing.T) {
	var got *bolttest.Query
	s := bolttest.New(t, func(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		got = q
		return nil, nil
	})
	c := dial(t, s)
	c.login(bolt.BasicAuth("alice", "pw"))
	config := bolt.TxConfig{
		Bookmarks: []string{"b"}, Metadata: map[string]any{"app": "test"}, ReadOnly: true, Database: "movies", ImpersonatedUser: "bob",
	}
	c.send(&bolt.Run{Query: "q", Params: map[string]any{"x": []int{1}}, TxConfig: config}, pull(1))
	c.fields()
	assert.Equal(t, "movies", c.end().Summary.Database)
	assert.Equal(t, "q", got.Text)
	assert.Equal(t, map[string]any{"x": []any{int64(1)}}, got.Params)
	assert.Equal(t, config, got.Tx.TxConfig)
	assert.False(t, got.Tx.Explicit)
	assert.Equal(t, "alice", got.Tx.Session.Auth.Principal)
	assert.Equal(t, "test/1", got.Tx.Session.Hello.UserAgent)
	assert.Equal(t, 1, got.Tx.Session.ID)
	assert.Equal(t, bolt.Supported[0], got.Tx.Session.Version)

	c.send(&bolt.Begin{TxConfig: config}, run("q"))
	c.success()
	c.fields()
	assert.True(t, got.Tx.Explicit)
	assert.Equal(t, config, got.Tx.TxConfig)
	assert.NotNil(t, got.Params)
}

func TestHomeDatabase(t *testing.T) {
	c := connect(t, bolttest.New(t, numbers.Handle, bolttest.WithDatabase("home")))
	c.send(run("nothing"), pull(1), &bolt.Run{Query: "nothing", TxConfig: bolt.TxConfig{Database: "named"}}, pull(1))
	assert.Equal(t, "home", c.fields().Database)
	assert.Equal(t, "home", c.end().Summary.Database)
	assert.Empty(t, c.fields().Database)
	assert.Equal(t, "named", c.end().Summary.Database)

	c.send(&bolt.Begin{})
	body := c.success()
	var begun bolt.BeginSuccess
	require.NoError(t, begun.Decode(&body, &c.caps))
	assert.Equal(t, "home", begun.Database)
}

func TestRoute(t *testing.T) {
	s := bolttest.New(t, numbers.Handle)
	for _, v := range []bolt.Version{{Major: 4, Minor: 3}, {Major: 6, Minor: 1}} {
		c := connect(t, s, v)
		for asked, want := range map[string]string{"": s.Address(), "db.example:9": "db.example:9", "db.example": "db.example:7687"} {
			c.send(&bolt.Route{Routing: map[string]string{"address": asked}})
			body := c.success()
			var table bolt.RouteSuccess
			require.NoError(t, table.Decode(&body, &c.caps))
			assert.Equal(t, []string{want}, table.Writers)
			assert.Equal(t, 300*time.Second, table.TTL)
		}
	}
}

func TestRouteByHook(t *testing.T) {
	table := &bolt.RouteSuccess{TTL: time.Second, Routers: []string{"a:1"}, Readers: []string{"b:2"}, Writers: []string{"c:3"}}
	var asked *bolt.Route
	s := bolttest.New(t, numbers.Handle, bolttest.OnRoute(func(_ context.Context, m *bolt.Route) (*bolt.RouteSuccess, error) {
		asked = m
		return table, nil
	}))
	c := connect(t, s, bolt.Version{Major: 4, Minor: 2})
	c.send(&bolt.Run{
		Query:  "CALL dbms.routing.getRoutingTable($context, $database)",
		Params: map[string]any{"context": map[string]string{"address": "x:1"}, "database": "movies"},
	}, pull(bolt.All))
	assert.Equal(t, []string{"ttl", "servers"}, c.fields().Fields)
	rows, _ := c.rows(1)
	assert.Equal(t, int64(1), rows[0][0])
	assert.Equal(t, map[string]any{"role": "WRITE", "addresses": []any{"c:3"}}, rows[0][1].([]any)[2])
	assert.Equal(t, "movies", asked.Database)
	assert.Equal(t, "x:1", asked.Routing["address"])
}

func TestPatchOfOldVersions(t *testing.T) {
	at := time.Date(2024, 7, 1, 12, 0, 0, 0, time.FixedZone("", 7200))
	for _, c := range []struct {
		name string
		opts []bolttest.Option
		tag  byte
	}{{"agreed", nil, 0x49}, {"refused", []bolttest.Option{bolttest.WithoutUTCPatch()}, 0x46}} {
		t.Run(c.name, func(t *testing.T) {
			s := bolttest.New(t, bolttest.Queries{"q": bolttest.Column("t", at)}.Handle, c.opts...)
			client := connect(t, s, bolt.Version{Major: 4, Minor: 4})
			client.send(run("q"), pull(1))
			client.fields()
			body := client.expect(bolt.TagRecord)
			body.List()
			tag, _ := body.Struct()
			assert.Equal(t, c.tag, tag)
		})
	}
}

func TestHints(t *testing.T) {
	hints := bolt.Hints{RecvTimeout: time.Minute, Telemetry: true, SSR: true}
	c := dial(t, bolttest.New(t, numbers.Handle, bolttest.WithHints(hints), bolttest.WithAgent("Neo4j/9")))
	c.send(&bolt.Hello{UserAgent: "a", Agent: bolt.Agent{Product: "p"}})
	body := c.success()
	var hello bolt.HelloSuccess
	require.NoError(t, hello.Decode(&body, &c.caps))
	assert.Equal(t, bolt.HelloSuccess{Server: "Neo4j/9", ConnectionID: "bolt-1", ProtocolVersion: "6.1", Hints: hints}, hello)
}

func TestTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, numbers.Handle, bolttest.InMemory(), bolttest.WithTLS())
		assert.Equal(t, "bolt+ssc://"+s.Address(), s.URI())
		assert.Equal(t, "neo4j+ssc://"+s.Address(), s.RoutingURI())
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		for _, name := range []string{"localhost", strings.Split(s.Address(), ":")[0]} {
			nc, err := s.Dial(t.Context(), "tcp", s.Address())
			require.NoError(t, err)
			c := handshake(t, tls.Client(nc, &tls.Config{RootCAs: roots, ServerName: name}))
			c.login(bolt.NoAuth())
			require.NoError(t, c.nc.Close())
		}
		nc, err := s.Dial(t.Context(), "tcp", s.Address())
		require.NoError(t, err)
		_, err = bolt.Negotiate(nc)
		assert.ErrorContains(t, err, "does it expect TLS?")
		require.NoError(t, nc.Close())
	})
}

func TestTLSWithAConfigOfOnesOwn(t *testing.T) {
	own := bolttest.New(t, numbers.Handle, bolttest.WithTLS())
	var asked atomic.Bool
	s := bolttest.New(t, numbers.Handle, bolttest.WithTLSConfig(&tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		asked.Store(true)
		return nil, errors.New("none")
	}}))
	assert.NotNil(t, own.Certificate())
	assert.Nil(t, s.Certificate())
	nc, err := s.Dial(t.Context(), "tcp", "")
	require.NoError(t, err)
	defer nc.Close()
	assert.Error(t, tls.Client(nc, &tls.Config{InsecureSkipVerify: true}).Handshake())
	assert.True(t, asked.Load())
}

func TestConnectionsAreCounted(t *testing.T) {
	s := bolttest.New(t, numbers.Handle)
	a, b := connect(t, s), connect(t, s)
	assert.Equal(t, 2, s.OpenConnections())
	require.NoError(t, a.nc.Close())
	s.AwaitConnections(t, 1)
	s.CloseConnections()
	b.hungUp()
	s.AwaitConnections(t, 0)
	connect(t, s)
	assert.Equal(t, 3, s.Connections())
}

func TestBusyConnections(t *testing.T) {
	s := bolttest.New(t, numbers.Handle)
	a, b := connect(t, s), connect(t, s)
	s.AwaitIdle(t)
	assert.Zero(t, s.BusyConnections())
	a.send(run("numbers"), pull(1))
	a.fields()
	a.rows(1)
	b.send(&bolt.Begin{})
	b.success()
	assert.Equal(t, 2, s.BusyConnections())
	a.reset()
	b.send(bolt.Commit{})
	b.success()
	s.AwaitIdle(t)
}

func TestAwaitConnectionsGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, numbers.Handle, bolttest.InMemory())
		r := &recorder{TB: t}
		left := make(chan struct{})
		go func() { // FailNow ends it; joined below
			defer close(left)
			s.AwaitConnections(r, 1)
		}()
		<-left
		assert.Equal(t, []string{"bolttest: 0 connections are open, not 1"}, r.errors)
	})
}

func TestClosedServerRefuses(t *testing.T) {
	for _, opts := range [][]bolttest.Option{{bolttest.InMemory()}, nil} {
		s := bolttest.New(t, numbers.Handle, opts...)
		s.Close()
		s.Close()
		_, err := s.Dial(t.Context(), "tcp", "")
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
}

func TestDialer(t *testing.T) {
	a, b := bolttest.New(t, numbers.Handle, bolttest.InMemory()), bolttest.New(t, numbers.Handle, bolttest.InMemory())
	dial := bolttest.Dialer(a, b)
	assert.NotEqual(t, a.Address(), b.Address())
	nc, err := dial(t.Context(), "tcp", b.Address())
	require.NoError(t, err)
	assert.Equal(t, b.Address(), nc.RemoteAddr().String())
	assert.Zero(t, a.Connections())
	require.NoError(t, nc.Close())
	_, err = dial(t.Context(), "tcp", "elsewhere:7687")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
}

func TestDialEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, numbers.Handle, bolttest.WithLatency(time.Minute))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.Dial(ctx, "", "")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestAddressInUse(t *testing.T) {
	s := bolttest.New(t, numbers.Handle)
	_, err := bolttest.Start(numbers.Handle, bolttest.WithAddress(s.Address()))
	assert.ErrorContains(t, err, "bolttest: listen tcp "+s.Address())
}

func TestRequests(t *testing.T) {
	s := bolttest.New(t, numbers.Handle)
	a, b := connect(t, s), connect(t, s)
	a.send(run("nothing"), pull(3))
	a.fields()
	a.end()
	b.send(&bolt.Begin{}, run("numbers"), &bolt.Pull{N: 1, QID: 0}, discard(), bolt.Rollback{})
	b.success()
	b.fields()
	b.rows(1)
	b.end()
	b.success()
	assert.Equal(t, []string{"HELLO", "LOGON", "RUN nothing", "PULL 3"}, s.Conversation(1))
	assert.Equal(t, []string{"HELLO", "LOGON", "BEGIN", "RUN numbers", "PULL 1 of 0", "DISCARD -1", "ROLLBACK"}, s.Conversation(2))
	assert.Len(t, s.Requests(), 11)
	runs := bolttest.Received[*bolt.Run](s)
	require.Len(t, runs, 2)
	assert.Equal(t, "numbers", runs[1].Query)
}

func TestStartKeepsNoRequests(t *testing.T) {
	s, err := bolttest.Start(numbers.Handle)
	require.NoError(t, err)
	defer s.Close()
	connect(t, s)
	assert.Empty(t, s.Requests())
}

// TestBackpressure: a client that does not read stops the rows, and does not fill memory.
func TestBackpressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var yielded atomic.Int64
		s := bolttest.New(t, func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
			return bolttest.Seq([]string{"n"}, func(yield func([]any, error) bool) {
				for yield([]any{make([]byte, 1000)}, nil) {
					yielded.Add(1)
				}
			}), nil
		}, bolttest.InMemory())
		c := connect(t, s)
		c.send(run("endless"), pull(bolt.All))
		synctest.Wait()
		assert.Less(t, yielded.Load(), int64(1000))
	})
}

func BenchmarkRows(b *testing.B) {
	const rows = 10_000
	s := bolttest.New(b, bolttest.Queries{"q": bolttest.Range("n", 1, rows)}.Handle)
	c := connect(b, s)
	b.ReportAllocs()
	for b.Loop() {
		c.send(run("q"), pull(bolt.All))
		for range 2 { // the replies to RUN and PULL
			for tag := bolt.TagRecord; tag == bolt.TagRecord; {
				tag, _, _ = c.receive()
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

func TestMetadataThatCannotBeSent(t *testing.T) {
	answer := bolttest.Column("n", 1)
	answer.Metadata = map[string]any{"profile": make(chan int)}
	c := connect(t, bolttest.New(t, answer.Handle))
	c.send(run("q"), pull(1))
	c.fields()
	c.record()
	assert.ErrorContains(t, c.failure(), "UnknownError")
	c.reset()
}

func TestWithVersions(t *testing.T) {
	s := bolttest.New(t, numbers.Handle, bolttest.WithVersions(bolt.Version{Major: 4, Minor: 4}, bolt.Version{Major: 5, Minor: 2}))
	assert.Equal(t, bolt.Version{Major: 5, Minor: 2}, connect(t, s).caps.Version)
	assert.Equal(t, "bolt://"+s.Address(), s.URI())
}

func TestWithBuffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, bolttest.New(t, numbers.Handle, bolttest.WithBuffer(1)))
		c.send(run("numbers"), pull(bolt.All))
		c.fields()
		c.rows(5)
	})
}
