package integration_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// TestEveryTypeMakesTheRoundTrip sends each value and compares what comes back, what the server
// itself makes of the same Cypher expression, and whether the server thinks the two are equal.
func TestEveryTypeMakesTheRoundTrip(t *testing.T) {
	all := slices.Concat(basics(), spatials(), durations(), localTemporals(), zonedTemporals(), []roundTrip{longList()})
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		cases := all
		if version.AtLeast(6, 0) {
			cases = slices.Concat(cases, vectors())
		}
		if version.AtLeast(6, 1) {
			cases = slices.Concat(cases, uuids())
		}
		for _, test := range cases {
			t.Run(test.name, func(t *testing.T) { makeRoundTrip(t, driver, test) })
		}
	})
}

func makeRoundTrip(t *testing.T, driver *neorx.Driver, test roundTrip) {
	t.Helper()
	cypher := "RETURN $x AS x"
	if test.cypher != "" {
		cypher = "RETURN $x AS x, " + test.cypher + " AS written, $x = " + test.cypher + " AS equal"
	}
	if isModern(test) {
		cypher = "CYPHER 25 " + cypher
	}
	rec := row(t, driver.Query(cypher, map[string]any{"x": test.sent}, neorx.ReadOnly()))
	assertValue(t, test.expected(), at(t, rec, "x"))
	if test.cypher == "" {
		return
	}
	assertValue(t, test.expected(), at(t, rec, "written"))
	if !holdsNull(test.sent) { // null equals nothing, not even itself
		assert.Equal(t, true, at(t, rec, "equal"), "the server finds the parameter equal to the expression")
	}
}

// isModern tells that the expression needs version 25 of the language, which only newer servers
// know.
func isModern(test roundTrip) bool {
	return slices.ContainsFunc(slices.Concat(vectors(), uuids()), func(r roundTrip) bool { return r.name == test.name })
}

func holdsNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return slices.ContainsFunc(v, holdsNull)
	case map[string]any:
		for _, item := range v {
			if holdsNull(item) {
				return true
			}
		}
	}
	return false
}

// TestNaN has a test of its own: it equals nothing, here and there.
func TestNaN(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		rec := row(t, driver.Query("RETURN $x AS x, 0.0/0.0 AS written", map[string]any{"x": math.NaN()}))
		for _, key := range []string{"x", "written"} {
			got, ok := at(t, rec, key).(float64)
			require.True(t, ok)
			assert.True(t, math.IsNaN(got), key)
		}
	})
}

// TestEverythingInOneValue nests all types in lists and maps, as parameter and as result.
func TestEverythingInOneValue(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		cases := slices.Concat(basics(), spatials(), durations(), localTemporals(), zonedTemporals())
		if version.AtLeast(6, 1) {
			cases = slices.Concat(cases, vectors(), uuids())
		}
		sent := make(map[string]any, len(cases))
		for _, test := range cases {
			sent[test.name] = []any{test.sent, map[string]any{"again": test.sent}}
		}
		rec := row(t, driver.Query("RETURN $x AS x, [$x, {deeper: $x}] AS nested", map[string]any{"x": sent}))
		x, ok := at(t, rec, "x").(map[string]any)
		require.True(t, ok)
		require.Len(t, x, len(cases))
		for _, test := range cases {
			pair, ok := x[test.name].([]any)
			require.True(t, ok, test.name)
			require.Len(t, pair, 2)
			assertValue(t, test.expected(), pair[0])
			assertValue(t, test.expected(), pair[1].(map[string]any)["again"])
		}
		nested, ok := at(t, rec, "nested").([]any)
		require.True(t, ok)
		require.Len(t, nested, 2)
		assert.Len(t, nested[1].(map[string]any)["deeper"], len(cases))
	})
}

// TestStoredValues writes values as properties, and reads them in another query.
func TestStoredValues(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		t.Cleanup(func() { wipe(t, driver, "Stored") })
		properties := map[string]any{}
		want := map[string]any{}
		for _, test := range slices.Concat(spatials(), durations(), localTemporals(), zonedTemporals()) {
			properties[test.name], want[test.name] = test.sent, test.expected()
		}
		_, err := driver.Query("CREATE (:Stored $properties)", map[string]any{"properties": properties}).Exec(limited(t))
		require.NoError(t, err)
		node, ok := at(t, row(t, driver.Query("MATCH (n:Stored) RETURN n", nil, neorx.ReadOnly())), "n").(records.Node)
		require.True(t, ok)
		require.Len(t, node.Props, len(want))
		for name, value := range want {
			assertValue(t, value, node.Props[name])
		}
	})
}

// TestNewTypesOnOldVersions shows that what a version cannot carry is an error before anything is
// sent, and that what a server sends instead arrives as it is.
func TestNewTypesOnOldVersions(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		if !version.AtLeast(6, 0) {
			refused(t, driver, records.Vector[int8]{1}, "6.0")
		}
		if !version.AtLeast(6, 1) {
			refused(t, driver, records.UUID{}, "6.1")
		}
		assert.Equal(t, int64(1), at(t, row(t, driver.Query("RETURN 1 AS x", nil)), "x"), "the connection is as good as before")
	})
}

func refused(t *testing.T, driver *neorx.Driver, value any, needs string) {
	t.Helper()
	_, err := driver.Query("RETURN $x", map[string]any{"x": map[string]any{"in": []any{value}}}).Exec(limited(t))
	var usage *neorx.UsageError
	require.ErrorAs(t, err, &usage)
	assert.ErrorContains(t, err, "x.in[0]")
	assert.ErrorContains(t, err, needs)
}

// TestNewerResultsOnOldVersions reads a UUID and a vector over versions that have no such thing.
func TestNewerResultsOnOldVersions(t *testing.T) {
	if !slices.Contains(offered(realServer(t).Version), bolt.Version{Major: 6, Minor: 1}) {
		return // this server has no newer types
	}
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		rec := row(t, driver.Query("CYPHER 25 RETURN uuid('"+uuidText+"') AS id, vector([1, 2, 3], 3, INTEGER8) AS v, 7 AS after", nil))
		assert.Equal(t, int64(7), at(t, rec, "after"))
		switch {
		case version.AtLeast(6, 1):
			assert.Equal(t, uuidText, at(t, rec, "id").(records.UUID).String())
		case version.AtLeast(6, 0):
			unsupported, ok := at(t, rec, "id").(records.Unsupported)
			require.True(t, ok)
			assert.Equal(t, "UUID", unsupported.Name)
			assert.Equal(t, "6.1", unsupported.MinVersion)
		default:
			assert.Equal(t, map[string]any{"originalType": "UUID", "reason": "UNKNOWN_TYPE"}, at(t, rec, "id"))
			assert.Equal(t, map[string]any{"originalType": "VECTOR(3, INTEGER8)", "reason": "UNKNOWN_TYPE"}, at(t, rec, "v"))
		}
	})
}

// at returns a column as an ordinary Go value.
func at(t *testing.T, rec *records.Record, key string) any {
	t.Helper()
	value, ok := rec.Get(key)
	require.True(t, ok, "no column %q in %v", key, rec.Keys())
	return value.Any()
}

// assertValue compares, date-times by instant, offset and name of the zone: two time.Time of the
// same zone can differ inside.
func assertValue(t *testing.T, want, got any) {
	t.Helper()
	wantTime, ok := want.(time.Time)
	if !ok {
		assert.Equal(t, want, got)
		return
	}
	gotTime, ok := got.(time.Time)
	if !assert.True(t, ok, "a time.Time, not a %T", got) {
		return
	}
	assert.True(t, wantTime.Equal(gotTime), "the instant %v, got %v", wantTime, gotTime)
	_, wantOffset := wantTime.Zone()
	_, gotOffset := gotTime.Zone()
	assert.Equal(t, wantOffset, gotOffset, "the offset of %v, got %v", wantTime, gotTime)
	if name := wantTime.Location().String(); name != "" && name != "UTC" {
		assert.Equal(t, name, gotTime.Location().String())
	}
}

// wipe deletes all nodes with a label.
func wipe(t *testing.T, driver *neorx.Driver, label string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testLimit)
	defer cancel()
	_, err := driver.Query("MATCH (n:"+label+") DETACH DELETE n", nil).Exec(ctx)
	require.NoError(t, err)
}
