package integration_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
)

func TestServerInfo(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		info, err := driver.GetServerInfo(limited(t))
		require.NoError(t, err)
		assert.Equal(t, realServer(t).Address, info.Address)
		assert.Equal(t, "Neo4j/"+string(realServer(t).Version), info.Agent)
		assert.Equal(t, version.String(), info.ProtocolVersion)
		assert.NotEmpty(t, info.ConnectionID)
	})
}

// TestMetadataReachesTheServer: whoever looks at the server's transactions sees who is behind them.
func TestMetadataReachesTheServer(t *testing.T) {
	metadata := map[string]any{"app": "integration", "since": int64(2026)}
	show := "SHOW TRANSACTIONS YIELD metaData, currentQuery WHERE currentQuery CONTAINS 'metaData' RETURN metaData"
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		session := driver.Session()
		defer session.Close()
		for name, q := range map[string]neorx.Query{
			"of the driver":  driver.Query(show, nil, neorx.Metadata(metadata), neorx.Timeout(time.Minute)),
			"of a session":   session.Query(show, nil, neorx.Metadata(metadata)),
			"of reads alone": driver.Query(show, nil, neorx.Metadata(metadata), neorx.ReadOnly()),
		} {
			t.Run(name, func(t *testing.T) {
				assert.Equal(t, metadata, at(t, row(t, q), "metaData"))
			})
		}
	})
}
