package integration_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

func summaryOf(t *testing.T, q neorx.Query) *records.Summary {
	t.Helper()
	_, summary, err := q.Collect(limited(t))
	require.NoError(t, err)
	return summary
}

func TestCounters(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Counted") })
		summary := summaryOf(t, driver.Query("CREATE (a:Counted {x: 1})-[:R {y: 2, z: 3}]->(:Counted:More)", nil))
		assert.Equal(t, records.Counters{
			NodesCreated: 2, RelationshipsCreated: 1, PropertiesSet: 3, LabelsAdded: 3, ContainsUpdates: true,
		}, summary.Counters)
		assert.Equal(t, records.QueryTypeWrite, summary.QueryType)
		summary = summaryOf(t, driver.Query("MATCH (n:Counted) RETURN n", nil))
		assert.Equal(t, records.Counters{}, summary.Counters)
		assert.Equal(t, records.QueryTypeRead, summary.QueryType)
		assert.Equal(t, "neo4j", summary.Database)
		assert.Equal(t, "MATCH (n:Counted) RETURN n", summary.Query)
		summary = summaryOf(t, driver.Query("MATCH (n:Counted) DETACH DELETE n", nil))
		assert.Equal(t, 2, summary.Counters.NodesDeleted)
		assert.Equal(t, 1, summary.Counters.RelationshipsDeleted)
	})
}

func TestPlanAndProfile(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		explained := summaryOf(t, driver.Query("EXPLAIN UNWIND range(1, 10) AS x RETURN x", nil))
		require.NotNil(t, explained.Plan)
		assert.Contains(t, explained.Plan.Operator, "ProduceResults")
		assert.NotEmpty(t, explained.Plan.Children)
		assert.Nil(t, explained.Profile)

		profiled := summaryOf(t, driver.Query("PROFILE UNWIND range(1, 10) AS x RETURN x", nil))
		require.NotNil(t, profiled.Plan)
		require.NotNil(t, profiled.Profile)
		rows, known := profiled.Profile.Rows()
		assert.True(t, known)
		assert.Equal(t, int64(10), rows)
	})
}

// TestNotifications: whatever the version sends, notifications and statuses tell the same.
func TestNotifications(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		summary := summaryOf(t, driver.Query("MATCH (n:NobodyHasThisLabel) RETURN n", nil))
		require.Len(t, summary.Notifications, 1)
		notification := summary.Notifications[0]
		assert.Equal(t, "Neo.ClientNotification.Statement.UnknownLabelWarning", notification.Code)
		assert.Equal(t, records.SeverityWarning, notification.Severity)
		require.NotNil(t, notification.Position)
		assert.Equal(t, 1, notification.Position.Line)

		var codes []string
		for _, status := range summary.Statuses {
			codes = append(codes, status.GQLStatus)
		}
		warning := "01N50"
		if !version.AtLeast(5, 6) {
			warning = "01N42" // the server sends no status: this one stands for any warning
		}
		assert.Equal(t, []string{"02000", warning}, codes)
	})
}

func TestOutcomes(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Outcome") })
		for cypher, want := range map[string]string{
			"RETURN 1":                "00000",
			"CREATE (:Outcome)":       "00001",
			"UNWIND [] AS x RETURN x": "02000",
		} {
			summary := summaryOf(t, driver.Query(cypher, nil))
			require.Len(t, summary.Statuses, 1, cypher)
			assert.Equal(t, want, summary.Statuses[0].GQLStatus, cypher)
		}
	})
}
