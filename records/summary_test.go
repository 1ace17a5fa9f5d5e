package records_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// decodeSummary encodes metadata as a server does and reads it.
func decodeSummary(t testing.TB, metadata map[string]any) (*records.Summary, records.SummaryMeta, error) {
	t.Helper()
	b, err := records.AppendResult(nil, metadata, bolt61)
	require.NoError(t, err)
	r := packstream.NewReader(b)
	var s records.Summary
	meta := records.DecodeSummary(&r, r.Map(), &s)
	if r.Err() == nil {
		require.Zero(t, r.Len())
	}
	return &s, meta, r.Err()
}

func TestDecodeSummary(t *testing.T) {
	s, meta, err := decodeSummary(t, map[string]any{
		"bookmark": "bm", "db": "movies", "type": "rw", "t_last": 12, "future": []any{1, map[string]any{}},
		"stats": map[string]any{
			"nodes-created": 1, "nodes-deleted": 2, "relationships-created": 3, "relationships-deleted": 4,
			"properties-set": 5, "labels-added": 6, "labels-removed": 7, "indexes-added": 8, "indexes-removed": 9,
			"constraints-added": 10, "constraints-removed": 11, "system-updates": 12, "future": 1.5,
		},
	})
	require.NoError(t, err)
	assert.Equal(t, records.SummaryMeta{Bookmark: "bm"}, meta)
	assert.Equal(t, "movies", s.Database)
	assert.Equal(t, records.QueryTypeReadWrite, s.QueryType)
	assert.Equal(t, 12*time.Millisecond, s.ResultConsumedAfter)
	assert.Equal(t, records.Counters{
		NodesCreated: 1, NodesDeleted: 2, RelationshipsCreated: 3, RelationshipsDeleted: 4, PropertiesSet: 5,
		LabelsAdded: 6, LabelsRemoved: 7, IndexesAdded: 8, IndexesRemoved: 9, ConstraintsAdded: 10, ConstraintsRemoved: 11,
		SystemUpdates: 12, ContainsUpdates: true, ContainsSystemUpdates: true,
	}, s.Counters)
	assert.Nil(t, s.Plan)
	assert.Nil(t, s.Notifications)
}

func TestSummaryOfABatch(t *testing.T) {
	s, meta, err := decodeSummary(t, map[string]any{"has_more": true})
	require.NoError(t, err)
	assert.True(t, meta.HasMore)
	assert.Equal(t, records.Unknown, s.ResultConsumedAfter)

	s, meta, err = decodeSummary(t, map[string]any{"has_more": nil, "bookmark": nil, "db": nil, "type": nil, "t_last": nil, "stats": nil, "plan": nil})
	require.NoError(t, err)
	assert.Equal(t, records.SummaryMeta{}, meta)
	assert.Equal(t, records.Summary{ResultConsumedAfter: records.Unknown}, *s)

	s.SetAvailableAfter(0, true)
	assert.Zero(t, s.ResultAvailableAfter)
	s.SetAvailableAfter(5, false)
	assert.Equal(t, records.Unknown, s.ResultAvailableAfter)
}

func TestSummaryTypes(t *testing.T) {
	for _, typ := range []records.QueryType{"r", "w", "rw", "s"} {
		s, _, err := decodeSummary(t, map[string]any{"type": string(typ)})
		require.NoError(t, err)
		assert.Equal(t, typ, s.QueryType)
	}
	_, _, err := decodeSummary(t, map[string]any{"type": "wr"})
	require.EqualError(t, err, `packstream: byte 6: the unknown type of query "wr"`)
	_, _, err = decodeSummary(t, map[string]any{"stats": 1})
	require.Error(t, err)
}

func TestCountersSayWhetherAnythingChanged(t *testing.T) {
	tests := []struct {
		stats           map[string]any
		updates, system bool
	}{
		{map[string]any{}, false, false},
		{map[string]any{"labels-removed": 1}, true, false},
		{map[string]any{"system-updates": 1}, false, true},
		{map[string]any{"nodes-created": 1, "contains-updates": false}, false, false},
		{map[string]any{"contains-updates": true, "contains-system-updates": true}, true, true},
		{map[string]any{"system-updates": 3, "contains-system-updates": false}, false, false},
	}
	for _, tt := range tests {
		s, _, err := decodeSummary(t, map[string]any{"stats": tt.stats})
		require.NoError(t, err)
		assert.Equal(t, tt.updates, s.Counters.ContainsUpdates, "%v", tt.stats)
		assert.Equal(t, tt.system, s.Counters.ContainsSystemUpdates, "%v", tt.stats)
	}
}

func TestPlanAndProfile(t *testing.T) {
	leaf := map[string]any{"operatorType": "AllNodesScan", "identifiers": []any{"n"}}
	s, _, err := decodeSummary(t, map[string]any{"plan": map[string]any{
		"operatorType": "ProduceResults", "args": map[string]any{"planner": "COST", "EstimatedRows": 1.5},
		"identifiers": []any{"n", "m"}, "children": []any{leaf}, "future": 1,
	}})
	require.NoError(t, err)
	assert.Nil(t, s.Profile)
	assert.Equal(t, &records.Plan{
		Operator: "ProduceResults", Arguments: map[string]any{"planner": "COST", "EstimatedRows": 1.5},
		Identifiers: []string{"n", "m"},
		Children:    []records.Plan{{Operator: "AllNodesScan", Identifiers: []string{"n"}}},
	}, s.Plan)

	leaf["dbHits"], leaf["rows"], leaf["pageCacheHitRatio"], leaf["time"] = 0, 5, 0.5, nil
	s, _, err = decodeSummary(t, map[string]any{"profile": map[string]any{
		"operatorType": "ProduceResults", "children": []any{leaf}, "pageCacheHits": 7, "pageCacheMisses": 8, "time": 9,
	}})
	require.NoError(t, err)
	require.NotNil(t, s.Profile)
	assert.Equal(t, "AllNodesScan", s.Plan.Children[0].Operator)
	root, child := s.Profile, &s.Profile.Children[0]
	_, ok := root.DBHits()
	assert.False(t, ok, "absent is not 0")
	n, ok := child.DBHits()
	assert.True(t, ok)
	assert.Zero(t, n)
	n, _ = child.Rows()
	assert.Equal(t, int64(5), n)
	ratio, ok := child.PageCacheHitRatio()
	assert.True(t, ok)
	assert.InDelta(t, 0.5, ratio, 0)
	_, ok = child.Time()
	assert.False(t, ok)
	n, _ = root.Time()
	assert.Equal(t, int64(9), n)
	n, _ = root.PageCacheHits()
	assert.Equal(t, int64(7), n)
	n, _ = root.PageCacheMisses()
	assert.Equal(t, int64(8), n)
}

func TestPlansAreBoundedInDepth(t *testing.T) {
	var in []byte
	for range 5000 {
		in = packstream.AppendMap(in, 1)
		in = packstream.AppendString(in, "children")
		in = packstream.AppendList(in, 1)
	}
	in = packstream.AppendMap(in, 0)
	in = append(packstream.AppendString(nil, "plan"), in...)
	r := packstream.NewReader(in)
	records.DecodeSummary(&r, 1, new(records.Summary))
	require.ErrorContains(t, r.Err(), "nested deeper than 1000 levels")
}

var position = map[string]any{"offset": 1, "line": 2, "column": 3}

// TestNotificationsOfOlderServers: statuses are made of notifications, and of how the result ended.
func TestNotificationsOfOlderServers(t *testing.T) {
	metadata := map[string]any{"notifications": []any{
		map[string]any{"code": "A", "title": "a", "description": "info", "severity": "INFORMATION", "category": "HINT", "position": position, "future": 1},
		map[string]any{"code": "B", "severity": "WARNING", "position": map[string]any{"line": 1}},
		map[string]any{"code": nil, "severity": "LOUD", "category": "ODD"},
	}}
	s, _, err := decodeSummary(t, metadata)
	require.NoError(t, err)
	s.Finish(true, true, false, false)
	assert.Equal(t, []records.Notification{
		{
			Code: "A", Title: "a", Description: "info", Severity: records.SeverityInformation, RawSeverity: "INFORMATION",
			Category: records.ClassificationHint, RawCategory: "HINT", Position: &records.Position{Offset: 1, Line: 2, Column: 3},
		},
		{Code: "B", Severity: records.SeverityWarning, RawSeverity: "WARNING", Category: records.ClassificationUnknown},
		{Severity: records.SeverityUnknown, RawSeverity: "LOUD", Category: records.ClassificationUnknown, RawCategory: "ODD"},
	}, s.Notifications)

	var seen []string
	for _, st := range s.Statuses {
		seen = append(seen, st.GQLStatus+" "+st.Description)
	}
	assert.Equal(t, []string{
		"01N42 warn: unknown warning", "00000 note: successful completion", "03N42 info", "03N42 info: unknown notification",
	}, seen)
	info := s.Statuses[2]
	assert.True(t, info.IsNotification)
	assert.Equal(t, records.ClassificationHint, info.Classification)
	assert.Equal(t, &records.Position{Offset: 1, Line: 2, Column: 3}, info.Position)
	assert.Equal(t, map[string]any{
		"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/", "_severity": "INFORMATION", "_classification": "HINT",
		"_position": map[string]any{"offset": int64(1), "line": int64(2), "column": int64(3)},
	}, info.Diagnostic())
	assert.Equal(t, map[string]any{"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/"}, s.Statuses[1].Diagnostic())
	assert.False(t, s.Statuses[1].IsNotification)
}

func TestOutcomesOfOlderServers(t *testing.T) {
	tests := []struct {
		records, fields, discarded bool
		want                       string
	}{
		{true, true, false, "00000 note: successful completion"},
		{true, true, true, "00000 note: successful completion"},
		{false, false, false, "00001 note: successful completion - omitted result"},
		{false, false, true, "00001 note: successful completion - omitted result"},
		{false, true, false, "02000 note: no data"},
		{false, true, true, "02N42 note: no data - unknown subcondition"},
	}
	for _, tt := range tests {
		var s records.Summary
		s.Finish(tt.records, tt.fields, tt.discarded, false)
		require.Len(t, s.Statuses, 1)
		assert.Equal(t, tt.want, s.Statuses[0].GQLStatus+" "+s.Statuses[0].Description)
		assert.Equal(t, records.SeverityUnknown, s.Statuses[0].Severity)
		assert.Nil(t, s.Notifications)
	}
	var s records.Summary
	s.Notifications = []records.Notification{{Severity: records.SeverityWarning}}
	s.Finish(false, true, false, false)
	assert.Equal(t, "02000", s.Statuses[0].GQLStatus, "before the warning")
}

// TestStatusesOfNewerServers: the notifications are those statuses that have a code.
func TestStatusesOfNewerServers(t *testing.T) {
	s, _, err := decodeSummary(t, map[string]any{"statuses": []any{
		map[string]any{"gql_status": "00000", "status_description": "note: successful completion"},
		map[string]any{
			"gql_status": "03N90", "status_description": "info: cartesian", "neo4j_code": "Neo.X", "title": "T", "description": "D",
			"diagnostic_record": map[string]any{
				"_classification": "PERFORMANCE", "_severity": "WARNING", "_position": position, "OPERATION": "op", "_status_parameters": map[string]any{},
			},
		},
		map[string]any{
			"gql_status": "01N00", "status_description": "odd", "neo4j_code": "Neo.Y",
			"diagnostic_record": map[string]any{"_classification": 42, "_severity": "LOUD"},
		},
	}})
	require.NoError(t, err)
	s.Finish(true, true, false, true)
	require.Len(t, s.Statuses, 3)
	assert.False(t, s.Statuses[0].IsNotification)
	assert.Equal(t, "note: successful completion", s.Statuses[0].Description)
	second := s.Statuses[1]
	assert.Equal(t, records.ClassificationPerformance, second.Classification)
	assert.Equal(t, "WARNING", second.RawSeverity)
	assert.Equal(t, "op", second.Diagnostic()["OPERATION"])
	assert.Equal(t, "/", second.Diagnostic()["CURRENT_SCHEMA"])
	assert.Equal(t, int64(42), s.Statuses[2].Diagnostic()["_classification"])
	assert.Equal(t, []records.Notification{
		{
			Code: "Neo.X", Title: "T", Description: "D", Severity: records.SeverityWarning, RawSeverity: "WARNING",
			Category: records.ClassificationPerformance, RawCategory: "PERFORMANCE", Position: &records.Position{Offset: 1, Line: 2, Column: 3},
		},
		{Code: "Neo.Y", Severity: records.SeverityUnknown, RawSeverity: "LOUD", Category: records.ClassificationUnknown},
	}, s.Notifications)

	s, _, err = decodeSummary(t, map[string]any{"statuses": []any{}})
	require.NoError(t, err)
	s.Finish(false, false, false, true)
	assert.NotNil(t, s.Notifications)
	assert.Empty(t, s.Notifications)
}

func TestSummaryOfATrivialQueryIsCheap(t *testing.T) {
	b, err := records.AppendResult(nil, map[string]any{
		"type": "r", "t_last": 0, "db": "neo4j",
		"statuses": []any{map[string]any{"gql_status": "00000", "status_description": "note: successful completion"}},
	}, bolt61)
	require.NoError(t, err)
	s := records.Summary{Database: "neo4j"}
	allocs := testing.AllocsPerRun(100, func() {
		r := packstream.NewReader(b)
		records.DecodeSummary(&r, r.Map(), &s)
		s.Finish(true, true, false, true)
	})
	assert.LessOrEqual(t, allocs, 2.0, "the reader, which escapes here, and the list of statuses")
}
