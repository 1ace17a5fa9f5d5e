package bolt

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

var fullSummary = &records.Summary{
	Database: "movies", QueryType: records.QueryTypeReadWrite, ResultConsumedAfter: 7 * time.Millisecond,
	Counters: records.Counters{
		NodesCreated: 1, NodesDeleted: 2, RelationshipsCreated: 3, RelationshipsDeleted: 4, PropertiesSet: 5, LabelsAdded: 6, LabelsRemoved: 7,
		IndexesAdded: 8, IndexesRemoved: 9, ConstraintsAdded: 10, ConstraintsRemoved: 11, SystemUpdates: 12, ContainsUpdates: true,
		ContainsSystemUpdates: true,
	},
	Plan: &records.Plan{
		Operator: "ProduceResults", Arguments: map[string]any{"Details": "n"}, Identifiers: []string{"n"},
		Children: []records.Plan{{Operator: "AllNodesScan", Identifiers: []string{"n"}}},
	},
	Notifications: []records.Notification{{
		Code: "Neo.ClientNotification.Statement.CartesianProduct", Title: "a product", Description: "of all with all",
		Severity: records.SeverityWarning, RawSeverity: "WARNING", Category: records.ClassificationPerformance, RawCategory: "PERFORMANCE",
		Position: &records.Position{Offset: 3, Line: 1, Column: 4},
	}},
}

func streamRoundTrip(t *testing.T, v Version, m *StreamSuccess) *StreamSuccess {
	t.Helper()
	caps := v.Capabilities(false)
	body, err := m.Append(nil, &caps)
	require.NoError(t, err)
	r := packstream.NewReader(body[2:])
	var got StreamSuccess
	require.NoError(t, got.Decode(&r, &caps))
	assert.Zero(t, r.Len())
	return &got
}

func TestStreamSuccessRoundTrip(t *testing.T) {
	for _, v := range Supported {
		caps := v.Capabilities(false)
		sent := *fullSummary
		sent.Statuses = []records.Status{{GQLStatus: "02000", Description: "note: no data"}}
		got := streamRoundTrip(t, v, &StreamSuccess{Bookmark: "b", Summary: &sent})
		got.Summary.Finish(false, true, false, caps.Statuses)

		want := *fullSummary
		assert.Equal(t, "b", got.Bookmark)
		require.Len(t, got.Summary.Statuses, 2, v)
		assert.Equal(t, "02000", got.Summary.Statuses[0].GQLStatus)
		assert.Equal(t, "01N42", got.Summary.Statuses[1].GQLStatus)
		assert.Equal(t, "of all with all", got.Summary.Statuses[1].Description)
		got.Summary.Statuses = nil
		assert.Equal(t, &want, got.Summary, v)
	}
}

func TestStreamSuccessThatHasMore(t *testing.T) {
	got := streamRoundTrip(t, Version{5, 8}, &StreamSuccess{HasMore: true, Bookmark: "not yet", Summary: fullSummary})
	assert.True(t, got.HasMore)
	assert.Empty(t, got.Bookmark)
	assert.Empty(t, got.Summary.Database)
}

func TestStreamSuccessWithMetadata(t *testing.T) {
	profile := map[string]any{"operatorType": "P", "dbHits": int64(3), "identifiers": []any{}}
	got := streamRoundTrip(t, Version{5, 8}, &StreamSuccess{Metadata: map[string]any{"profile": profile}})
	hits, ok := got.Summary.Profile.DBHits()
	assert.True(t, ok)
	assert.Equal(t, int64(3), hits)
}

func TestStreamSuccessOfUnknownType(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	body, err := (&StreamSuccess{Summary: &records.Summary{QueryType: "x"}}).Append(nil, &caps)
	require.NoError(t, err)
	r := packstream.NewReader(body[2:])
	var protocol *ProtocolError
	require.ErrorAs(t, new(StreamSuccess).Decode(&r, &caps), &protocol)
}

func TestStreamSuccessOfTooManyEntries(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	many := map[string]any{}
	for i := range 16 {
		many[string(rune('a'+i))] = i
	}
	dst, err := (&StreamSuccess{Metadata: many}).Append([]byte("kept"), &caps)
	assert.ErrorContains(t, err, "16 entries")
	assert.Equal(t, "kept", string(dst))
}
