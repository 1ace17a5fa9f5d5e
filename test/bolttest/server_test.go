package bolttest_test

import (
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

			c.send(run("numbers"), pull(2))
			reply := c.fields()
			assert.Equal(t, []string{"n"}, reply.Fields)
			assert.Equal(t, int64(-1), reply.QID)
			rows, end := c.rows(2)
			assert.Equal(t, [][]any{{int64(1)}, {int64(2)}}, rows)
			assert.True(t, end.HasMore)

			c.send(pull(3))
			rows, end = c.rows(3)
			assert.Equal(t, []any{int64(5)}, rows[2])
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
