package neorx_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

func TestNewestBolt(t *testing.T) {
	server := bolttest.New(t, bolttest.Queries{}.Handle)
	for _, c := range []struct {
		major, minor uint8
		want         string
	}{{5, 8, "5.8"}, {5, 5, "5.4"}, {4, 1, "4.1"}, {3, 9, "3.0"}, {9, 9, bolt.Supported[0].String()}} {
		driver, err := neorx.Open(server.URI(), neorx.NoAuth(), neorx.WithNewestBolt(c.major, c.minor))
		require.NoError(t, err)
		info, err := driver.GetServerInfo(t.Context())
		require.NoError(t, err)
		assert.Equal(t, c.want, info.ProtocolVersion)
		require.NoError(t, driver.Close(t.Context()))
	}
	_, err := neorx.Open(server.URI(), neorx.NoAuth(), neorx.WithNewestBolt(2, 0))
	assert.ErrorContains(t, err, "WithNewestBolt: Bolt 2.0 is too old; the oldest version there is is 3.0")
}

func ExampleWithNewestBolt() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithNewestBolt(5, 8))) // for servers of Neo4j 4.1 and 4.2
	// Output: welcome
}
