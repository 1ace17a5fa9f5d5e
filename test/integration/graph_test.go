package integration_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

const twoPeople = `
	CREATE (a:Person:Graph {name: 'Ann'})-[k:KNOWS {since: date('1999-12-31')}]->(b:Graph {name: 'Bob'}),
	       (a)-[l:LIKES]->(b)
	RETURN a, b, k, l`

func TestNodesAndRelationships(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Graph") })
		rec := row(t, driver.Query(twoPeople, nil))
		a, b := at(t, rec, "a").(records.Node), at(t, rec, "b").(records.Node)
		knows, likes := at(t, rec, "k").(records.Relationship), at(t, rec, "l").(records.Relationship)

		slices.Sort(a.Labels)
		assert.Equal(t, []string{"Graph", "Person"}, a.Labels)
		assert.Equal(t, map[string]any{"name": "Ann"}, a.Props)
		assert.NotEmpty(t, a.ElementID)
		assert.NotEqual(t, a.ElementID, b.ElementID)
		assert.Equal(t, "KNOWS", knows.Type)
		assert.Equal(t, map[string]any{"since": records.Date{Year: 1999, Month: 12, Day: 31}}, knows.Props)
		assert.Equal(t, a.ElementID, knows.StartElementID)
		assert.Equal(t, b.ElementID, knows.EndElementID)
		assert.Equal(t, "LIKES", likes.Type)
		assert.Empty(t, likes.Props)
	})
}

func TestElementIDsFindTheirEntity(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Graph") })
		a := at(t, row(t, driver.Query("CREATE (a:Graph {name: 'Ann'}) RETURN a", nil)), "a").(records.Node)
		where := "elementId(n) = $id"
		if !version.AtLeast(5, 0) {
			where = "toString(id(n)) = $id" // older versions have no element ids: the driver fills in the number
		}
		found := row(t, driver.Query("MATCH (n:Graph) WHERE "+where+" RETURN n.name AS name", map[string]any{"id": a.ElementID}))
		assert.Equal(t, "Ann", at(t, found, "name"))
	})
}

func TestPaths(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Graph") })
		_, err := driver.Query(twoPeople, nil).Exec(limited(t))
		require.NoError(t, err)

		circle := path(t, driver, "MATCH p = (a:Person:Graph)-[:KNOWS]->(b)<-[:LIKES]-(a) RETURN p")
		require.Len(t, circle.Nodes, 3)
		require.Len(t, circle.Relationships, 2)
		ann, bob := circle.Nodes[0], circle.Nodes[1]
		assert.Equal(t, ann, circle.Nodes[2], "the path ends where it began")
		assert.Equal(t, "Bob", bob.Props["name"])
		knows, likes := circle.Relationships[0], circle.Relationships[1]
		assert.Equal(t, "KNOWS", knows.Type)
		assert.Equal(t, []string{ann.ElementID, bob.ElementID}, []string{knows.StartElementID, knows.EndElementID})
		assert.Equal(t, "LIKES", likes.Type)
		assert.Equal(t, []string{ann.ElementID, bob.ElementID}, []string{likes.StartElementID, likes.EndElementID}, "walked backwards, it still points forwards")

		point := path(t, driver, "MATCH p = (:Person:Graph) RETURN p")
		assert.Len(t, point.Nodes, 1)
		assert.Empty(t, point.Relationships)
	})
}

func path(t *testing.T, driver *neorx.Driver, cypher string) records.Path {
	t.Helper()
	p, ok := at(t, row(t, driver.Query(cypher, nil, neorx.ReadOnly())), "p").(records.Path)
	require.True(t, ok)
	return p
}

// TestEntitiesAreNoParameters: the server refuses them, so the driver does before it sends
// anything, and names the place.
func TestEntitiesAreNoParameters(t *testing.T) {
	driver := open(t)
	node := at(t, row(t, driver.Query("CREATE (n:Graph) WITH n DELETE n RETURN n", nil)), "n")
	_, err := driver.Query("RETURN $rows", map[string]any{"rows": []any{1, node}}).Exec(limited(t))
	var usage *neorx.UsageError
	require.ErrorAs(t, err, &usage)
	assert.ErrorContains(t, err, "rows[1]")
}
