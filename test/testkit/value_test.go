package main

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
)

func TestParametersComeBackAsTheyWereSent(t *testing.T) {
	for _, text := range []string{
		`{"name": "CypherNull", "data": {"value": null}}`,
		`{"name": "CypherBool", "data": {"value": true}}`,
		`{"name": "CypherInt", "data": {"value": 9223372036854775807}}`,
		`{"name": "CypherFloat", "data": {"value": 1.5}}`,
		`{"name": "CypherFloat", "data": {"value": "-Infinity"}}`,
		`{"name": "CypherFloat", "data": {"value": "NaN"}}`,
		`{"name": "CypherString", "data": {"value": "Grüße"}}`,
		`{"name": "CypherBytes", "data": {"value": "00 ff"}}`,
		`{"name": "CypherList", "data": {"value": [{"name": "CypherInt", "data": {"value": 1}}]}}`,
		`{"name": "CypherMap", "data": {"value": {"a": {"name": "CypherInt", "data": {"value": 1}}}}}`,
		`{"name": "CypherPoint", "data": {"system": "cartesian", "x": 1, "y": 2}}`,
		`{"name": "CypherPoint", "data": {"system": "wgs84", "x": 1, "y": 2, "z": 3}}`,
		`{"name": "CypherDate", "data": {"year": 2024, "month": 2, "day": 29}}`,
		`{"name": "CypherTime", "data": {"hour": 1, "minute": 2, "second": 3, "nanosecond": 4}}`,
		`{"name": "CypherTime", "data": {"hour": 1, "minute": 2, "second": 3, "nanosecond": 4, "utc_offset_s": -3600}}`,
		`{"name": "CypherDateTime", "data": {"year": 2024, "month": 2, "day": 29, "hour": 1, "minute": 2, "second": 3, "nanosecond": 4}}`,
		`{"name": "CypherDateTime", "data": {"year": 2024, "month": 2, "day": 29, "hour": 1, "minute": 2, "second": 3, "nanosecond": 4, "utc_offset_s": 90}}`,
		`{"name": "CypherDateTime", "data": {"year": 2024, "month": 2, "day": 29, "hour": 1, "minute": 2, "second": 3, "nanosecond": 4, "utc_offset_s": 0,
			"timezone_id": "UTC"}}`,
		`{"name": "CypherDateTime", "data": {"year": 2024, "month": 10, "day": 27, "hour": 2, "minute": 30, "second": 0, "nanosecond": 0, "utc_offset_s": 3600,
			"timezone_id": "Europe/Berlin"}}`,
		`{"name": "CypherDuration", "data": {"months": 1, "days": 2, "seconds": 3, "nanoseconds": 4}}`,
	} {
		var m message
		require.NoError(t, json.Unmarshal([]byte(text), &m))
		sent, err := parameter(m)
		require.NoError(t, err, text)
		v, err := records.ValueOf(sent)
		require.NoError(t, err, text)
		back, err := fromGo(v.Any())
		require.NoError(t, err, text)
		got, err := json.Marshal(back)
		require.NoError(t, err)
		assert.JSONEq(t, text, string(got))
	}
}

func TestParametersThatMakeNoSense(t *testing.T) {
	for _, text := range []string{
		`{"name": "CypherShoe", "data": {}}`,
		`{"name": "CypherInt", "data": {"value": "one"}}`,
		`{"name": "CypherFloat", "data": {"value": null}}`,
		`{"name": "CypherBytes", "data": {"value": "zz"}}`,
		`{"name": "CypherPoint", "data": {"system": "mars", "x": 1, "y": 2}}`,
		`{"name": "CypherDateTime", "data": {"year": 2024, "utc_offset_s": 0, "timezone_id": "Not/There"}}`,
	} {
		var m message
		require.NoError(t, json.Unmarshal([]byte(text), &m))
		_, err := parameter(m)
		require.Error(t, err, text)
		_, err = parameters(map[string]message{"p": {"CypherList", json.RawMessage(`{"value": [` + text + `]}`)}})
		require.ErrorAs(t, err, &backendError{}, text)
	}
}

func TestAnOffsetOfLongAgoIsRoundedElsewhere(t *testing.T) {
	got, err := parameter(message{"CypherDateTime", json.RawMessage(
		`{"year": 1, "month": 1, "day": 2, "hour": 0, "minute": 0, "second": 0, "nanosecond": 0, "utc_offset_s": -960, "timezone_id": "Africa/Abidjan"}`)})
	require.NoError(t, err)
	assert.Equal(t, "0001-01-02T00:00:00", got.(time.Time).Format("2006-01-02T15:04:05"))
}

func TestGraphs(t *testing.T) {
	n := neorx.Node{ID: 1, ElementID: "e1", Labels: []string{"L"}, Props: map[string]any{"p": int64(1)}}
	r := neorx.Relationship{ID: 2, ElementID: "e2", StartID: 1, StartElementID: "e1", EndID: 1, EndElementID: "e1", Type: "T"}
	got, err := fromGo(neorx.Path{Nodes: []neorx.Node{n, n}, Relationships: []neorx.Relationship{r}})
	require.NoError(t, err)
	assert.Equal(t, "Path", got.Name)
	assert.Len(t, got.Data["nodes"].(value).Data["value"], 2)
	assert.Len(t, got.Data["relationships"].(value).Data["value"], 1)
}

func TestAValueThatCouldNotBeDecodedIsAnErrorWhereverItIs(t *testing.T) {
	bad := errors.New("unknown time zone")
	invalid := neorx.Invalid{Type: "ZONED DATETIME", Err: bad}
	for _, v := range []any{
		invalid,
		[]any{int64(1), invalid},
		map[string]any{"a": invalid},
		neorx.Node{Props: map[string]any{"a": invalid}},
	} {
		_, err := fromGo(v)
		require.ErrorIs(t, err, bad)
	}
	_, err := fromGo(time.Second)
	require.ErrorAs(t, err, &backendError{})
}
