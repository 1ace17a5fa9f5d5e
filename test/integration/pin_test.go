package integration_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/boltversion"
	"github.com/neorx/neorx/test/integration/neo4jserver"
)

// offered lists the versions of Bolt that a server has, the newest first.
func offered(version neo4jserver.Version) []bolt.Version {
	old := []bolt.Version{
		{Major: 5, Minor: 8},
		{Major: 5, Minor: 7},
		{Major: 5, Minor: 6},
		{Major: 5, Minor: 4},
		{Major: 5, Minor: 3},
		{Major: 5, Minor: 2},
		{Major: 5, Minor: 1},
		{Major: 5, Minor: 0},
		{Major: 4, Minor: 4},
	}
	if version == neo4jserver.V5 {
		return old
	}
	return append([]bolt.Version{{Major: 6, Minor: 1}, {Major: 6, Minor: 0}}, old...)
}

// pin limits a driver to one version.
func pin(version bolt.Version) neorx.Option { return boltversion.Only[neorx.Option](version) }

// eachBolt runs a test over each Bolt version of the server, with a driver that can speak nothing
// else.
func eachBolt(t *testing.T, test func(t *testing.T, driver *neorx.Driver, version bolt.Version)) {
	for _, version := range offered(realServer(t).Version) {
		t.Run("Bolt "+version.String(), func(t *testing.T) {
			test(t, open(t, pin(version)), version)
		})
	}
}

func TestPinnedVersions(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		_, summary, err := driver.Query("RETURN 1", nil).Collect(limited(t))
		require.NoError(t, err)
		assert.Equal(t, version.String(), summary.Server.ProtocolVersion)
		assert.Equal(t, "Neo4j/"+string(realServer(t).Version), summary.Server.Agent)
		assert.Equal(t, realServer(t).Address, summary.Server.Address)
	})
}
