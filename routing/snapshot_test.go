package routing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/routing"
)

func TestTablesAreThoseThatAreKnown(t *testing.T) {
	inCluster(t, func(c *cluster) {
		assert.Empty(t, c.router.Tables())
		assert.Empty(t, c.routes(), "nobody is asked")
		c.answer = func(_ pool.Address, m *bolt.Route) (*bolt.RouteSuccess, error) {
			table := c.usual()
			table.Database = m.Database
			return table, nil
		}
		for _, database := range []string{"movies", "actors"} {
			c.get(routing.Request{Database: database})
		}
		tables := c.router.Tables()
		assert.Len(t, tables, 2)
		assert.Equal(t, "actors", tables[0].Database)
		assert.Equal(t, "movies", tables[1].Database)
		assert.Equal(t, []string{string(core)}, tables[1].Writers)
	})
}

func TestTheFirstReaderIsTheFirstThatIsNamed(t *testing.T) {
	inCluster(t, func(c *cluster) { assert.Equal(t, east, c.get(reading)) })
}
