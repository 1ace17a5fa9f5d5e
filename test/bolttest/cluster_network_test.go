package bolttest_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// table asks for a routing table.
func (c *client) table(q bolt.Route) bolt.RouteSuccess {
	c.t.Helper()
	c.send(&q)
	body := c.success()
	var m bolt.RouteSuccess
	require.NoError(c.t, m.Decode(&body, &c.caps))
	return m
}

func names(members ...*bolttest.Member) []string {
	var list []string
	for _, m := range members {
		list = append(list, m.Address())
	}
	return list
}

func TestTables(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(1))
		m := c.Members()
		want := bolt.RouteSuccess{
			TTL: 7 * time.Second, Database: "neo4j", Routers: names(m[0], m[1], m[2]), Readers: names(m[1], m[2], m[3]), Writers: names(m[0]),
		}
		assert.Equal(t, want, to.table(bolt.Route{}), "the home database")
		want.Database, want.Readers, want.Writers = "movies", names(m[0], m[2], m[3]), names(m[1])
		assert.Equal(t, want, to.table(bolt.Route{Database: "movies"}))

		c.SetHome("alice", "movies")
		c.SetHome("bob", "neo4j")
		assert.Equal(t, "movies", to.table(bolt.Route{}).Database)
		assert.Equal(t, "neo4j", to.table(bolt.Route{ImpersonatedUser: "bob"}).Database)

		to.send(&bolt.Route{Database: "unknown"})
		assert.Equal(t, "Neo.ClientError.Database.DatabaseNotFound", to.failure().Code)
	}, bolttest.WithReadReplicas(1), bolttest.WithDatabases("neo4j", "movies"), bolttest.WithTTL(7*time.Second))
}

func TestTablesTellWhatTheMemberKnows(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		m := c.Members()
		lonely, others := at(t, c, m[0]), at(t, c, m[1])
		c.Partition(m[0])
		assert.Equal(t, names(m[0]), others.table(bolt.Route{}).Writers, "nobody knows it yet")
		pass(10 * time.Second)
		assert.Equal(t, names(c.Leader("neo4j")), others.table(bolt.Route{}).Writers)
		assert.Equal(t, bolt.RouteSuccess{TTL: 300 * time.Second, Database: "neo4j", Routers: names(m[0]), Readers: names(m[0])},
			lonely.table(bolt.Route{}), "it leads no more, and sees no one else")
		c.Heal()
		pass(time.Second)
		assert.Equal(t, others.table(bolt.Route{}), lonely.table(bolt.Route{}))
	})
}

func TestTablesOfASingleMember(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		self := names(c.Member(0))
		want := bolt.RouteSuccess{TTL: 300 * time.Second, Database: "neo4j", Routers: self, Readers: self, Writers: self}
		assert.Equal(t, want, at(t, c, c.Member(0)).table(bolt.Route{}))
	}, bolttest.WithMembers(1))
}

func TestTheProcedureOfBolt42(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(1), bolt.Version{Major: 4, Minor: 2})
		params := map[string]any{"context": map[string]any{}, "database": "movies"}
		to.send(&bolt.Run{Query: "CALL dbms.routing.getRoutingTable($context, $database)", Params: params}, pull(bolt.All))
		to.fields()
		values := to.record()
		to.end()
		assert.Equal(t, int64(300), values[0])
		assert.Contains(t, values[1], map[string]any{"role": "WRITE", "addresses": []any{c.Member(1).Address()}})
	}, bolttest.WithDatabases("neo4j", "movies"))
}

func TestOldAndEmptyTables(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(1))
		old := to.table(bolt.Route{})
		c.Member(1).FreezeTable(true)
		c.SwitchLeader("neo4j")
		assert.Equal(t, old, to.table(bolt.Route{}))
		c.Member(1).FreezeTable(false)
		assert.Equal(t, names(c.Member(1)), to.table(bolt.Route{}).Writers)
		c.Member(1).EmptyTable(true)
		assert.Equal(t, bolt.RouteSuccess{TTL: 300 * time.Second, Database: "neo4j"}, to.table(bolt.Route{}))
		c.Member(1).EmptyTable(false)
		assert.Len(t, to.table(bolt.Route{}).Routers, 3)
	})
}

func TestNotServing(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(1))
		c.Member(1).SetServing(false)
		for _, request := range []bolt.Request{&bolt.Begin{}, &bolt.Route{}, run(bolttest.ListEntries)} {
			to.send(request)
			assert.Equal(t, "Neo.TransientError.General.DatabaseUnavailable", to.failure().Code)
			to.reset()
		}
		c.Member(1).SetServing(true)
		assert.Empty(t, to.ids(bolt.TxConfig{}))
	})
}

func TestCrash(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		m := c.Member(1)
		to := at(t, c, m)
		m.Crash()
		assert.False(t, m.Up())
		_, _, err := to.receive()
		require.Error(t, err, "the connection is gone")
		_, err = c.Dial(t.Context(), "tcp", m.Address())
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		m.Start()
		at(t, c, m)
		m.Disconnect()
		m.Server().AwaitConnections(t, 0)
	})
}

// dialFor tries for some time.
func dialFor(t testing.TB, c *bolttest.Cluster, address string, patience time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	nc, err := c.Dial(ctx, "tcp", address)
	if err == nil {
		_ = nc.Close()
	}
	return err
}

func TestPowerOff(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		m := c.Member(1)
		to := at(t, c, m)
		m.PowerOff()
		m.Server().AwaitConnections(t, 0)
		began := time.Now()
		require.NoError(t, to.nc.SetReadDeadline(began.Add(time.Minute)))
		_, _, err := to.receive()
		require.ErrorContains(t, err, "timeout", "the client hears nothing")
		require.ErrorIs(t, dialFor(t, c, m.Address(), time.Minute), context.DeadlineExceeded)
		assert.Equal(t, 2*time.Minute, time.Since(began))
		m.Start()
		require.NoError(t, to.nc.SetReadDeadline(time.Time{}))
		_, _, err = to.receive()
		require.ErrorIs(t, err, syscall.ECONNRESET)
		require.NoError(t, dialFor(t, c, m.Address(), time.Minute))
	})
}

func TestCutOff(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		m := c.Member(0)
		to := at(t, c, m)
		m.CutOff()
		require.Error(t, dialFor(t, c, m.Address(), time.Second))
		began := time.Now()
		time.AfterFunc(time.Minute, m.Reconnect)
		bookmark := to.write(1, bolt.TxConfig{})
		assert.GreaterOrEqual(t, time.Since(began), time.Minute, "what was under way arrives in the end")
		assert.Equal(t, []any{int64(1)}, at(t, c, c.Member(1)).ids(behind(bookmark)))
	})
}

func TestAClientMayLeaveAMemberThatItDoesNotReach(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		m := c.Member(0)
		to := at(t, c, m)
		m.CutOff()
		require.NoError(t, to.nc.Close())
		pass(time.Minute)
		assert.Equal(t, 1, m.Server().OpenConnections(), "the member does not know")
		m.Reconnect()
		m.Server().AwaitConnections(t, 0)
	})
}

func TestSlow(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		to := at(t, c, c.Member(0))
		c.Member(0).Slow(time.Minute)
		began := time.Now()
		to.ids(bolt.TxConfig{})
		assert.GreaterOrEqual(t, time.Since(began), time.Minute)
		c.Member(0).Slow(0)
		began = time.Now()
		to.ids(bolt.TxConfig{})
		assert.Zero(t, time.Since(began))
	})
}

func TestReceiveTimeout(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		nc, err := c.Dial(t.Context(), "tcp", c.Member(2).Address())
		require.NoError(t, err)
		conn, err := bolt.NewConn(t.Context(), nc, bolt.Config{Auth: bolt.NoAuth()})
		require.NoError(t, err)
		defer conn.Close()
		_, err = conn.Begin(t.Context(), behind("neo4j:99"))
		require.ErrorContains(t, err, "BookmarkTimeout", "NOOPs tell that the member lives")
		require.NoError(t, conn.Reset(t.Context()))

		c.Member(2).CutOff()
		began := time.Now()
		_, err = conn.Begin(t.Context(), bolt.TxConfig{})
		require.ErrorContains(t, err, "receive")
		assert.Equal(t, 3*time.Second, time.Since(began))
	}, bolttest.WithReceiveTimeout(3*time.Second))
}

func TestNames(t *testing.T) {
	inCluster(t, func(t *testing.T, c *bolttest.Cluster) {
		seeds, err := c.LookUp(t.Context(), "cluster.test")
		require.NoError(t, err)
		require.Len(t, seeds, 3, "read replicas are no seeds")
		m := c.Member(1)
		for _, address := range []string{"cluster.test:7687", m.Address(), seeds[1] + ":7687"} {
			require.NoError(t, dialFor(t, c, address, time.Second), address)
		}
		to := at(t, c, m)
		m.Move()
		_, _, err = to.receive()
		require.Error(t, err)
		moved, err := c.LookUp(t.Context(), "core-1.cluster.test")
		require.NoError(t, err)
		assert.NotEqual(t, seeds[1:2], moved)
		require.NoError(t, dialFor(t, c, m.Address(), time.Second))
		require.ErrorIs(t, dialFor(t, c, seeds[1]+":7687", time.Second), context.DeadlineExceeded)

		c.BadNames(true)
		require.ErrorIs(t, dialFor(t, c, "cluster.test:7687", time.Second), context.DeadlineExceeded)
		c.BadNames(false)
		require.NoError(t, dialFor(t, c, "cluster.test:7687", time.Second))

		_, err = c.LookUp(t.Context(), "elsewhere.test")
		require.ErrorContains(t, err, "no such host")
		require.ErrorIs(t, dialFor(t, c, "192.0.2.1:7687", time.Second), syscall.EHOSTUNREACH)
		assert.Equal(t, "neo4j://cluster.test:7687", c.URI())
	}, bolttest.WithReadReplicas(1))
}
