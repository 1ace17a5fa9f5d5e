package bolt

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

// since says with which version each capability begins; Patches, which also ends, is tested by itself.
var since = map[string]Version{
	"Demand": {4, 0}, "Databases": {4, 0}, "RoutingContext": {4, 1},
	"Hints": {4, 3}, "Route": {4, 3}, "RouteExtra": {4, 4}, "Impersonation": {4, 4}, "Logon": {5, 1}, "NotificationFilters": {5, 2},
	"BoltAgent": {5, 3}, "Telemetry": {5, 4}, "Classifications": {5, 6}, "Statuses": {5, 6}, "GQLErrors": {5, 7}, "HomeDatabase": {5, 8},
}

func TestCapabilitiesBeginWithTheirVersion(t *testing.T) {
	for _, v := range Supported {
		c := reflect.ValueOf(v.Capabilities(false))
		for name, first := range since {
			assert.Equal(t, v.Compare(first) >= 0, c.FieldByName(name).Bool(), "%s on %s", name, v)
		}
	}
}

func TestDialects(t *testing.T) {
	for _, c := range []struct {
		version Version
		patch   bool
		want    records.Dialect
	}{
		{Version{3, 0}, true, records.Dialect{Version: "3.0"}},
		{Version{4, 2}, true, records.Dialect{Version: "4.2"}},
		{Version{4, 4}, false, records.Dialect{Version: "4.4"}},
		{Version{4, 4}, true, records.Dialect{Version: "4.4", UTC: true}},
		{Version{5, 0}, false, records.Dialect{Version: "5.0", UTC: true, ElementIDs: true}},
		{Version{6, 0}, false, records.Dialect{Version: "6.0", UTC: true, ElementIDs: true, Vectors: true}},
		{Version{6, 1}, false, records.Dialect{Version: "6.1", UTC: true, ElementIDs: true, Vectors: true, UUIDs: true}},
	} {
		assert.Equal(t, c.want, c.version.Capabilities(c.patch).Dialect)
	}
}

func TestPatchesBelongToTwoVersions(t *testing.T) {
	for _, v := range Supported {
		want := v == Version{4, 3} || v == Version{4, 4}
		assert.Equal(t, want, v.Capabilities(false).Patches, v.String())
	}
}

// TestWhatAVersionLacksIsNotSent encodes, on the last version without it, everything that newer versions have added.
func TestWhatAVersionLacksIsNotSent(t *testing.T) {
	filter := NotificationFilter{MinimumSeverity: "OFF"}
	for _, c := range []struct {
		message Request
		version Version
		want    string
	}{
		{&Pull{N: 1000, QID: LastRun}, Version{3, 0}, "asking for a part of a result needs Bolt 4.0; this connection speaks 3.0"},
		{&Pull{N: All, QID: 0}, Version{3, 0}, "asking for one of several results needs Bolt 4.0; this connection speaks 3.0"},
		{&Discard{N: 1, QID: LastRun}, Version{3, 0}, "asking for a part of a result needs Bolt 4.0; this connection speaks 3.0"},
		{&Begin{TxConfig{Database: "movies"}}, Version{3, 0}, "choosing a database needs Bolt 4.0; this connection speaks 3.0"},
		{&Run{TxConfig: TxConfig{Database: "movies"}}, Version{3, 0}, "choosing a database needs Bolt 4.0; this connection speaks 3.0"},
		{&Begin{TxConfig{ImpersonatedUser: "eve"}}, Version{4, 3}, "impersonation needs Bolt 4.4; this connection speaks 4.3"},
		{&Run{TxConfig: TxConfig{ImpersonatedUser: "eve"}}, Version{4, 2}, "impersonation needs Bolt 4.4; this connection speaks 4.2"},
		{&Route{ImpersonatedUser: "eve"}, Version{4, 3}, "impersonation needs Bolt 4.4; this connection speaks 4.3"},
		{&Route{}, Version{4, 2}, "ROUTE needs Bolt 4.3; this connection speaks 4.2"},
		{&Logon{}, Version{5, 0}, "LOGON needs Bolt 5.1; this connection speaks 5.0"},
		{Logoff{}, Version{5, 0}, "LOGOFF needs Bolt 5.1; this connection speaks 5.0"},
		{&Hello{Notifications: filter}, Version{5, 1}, "a notification filter needs Bolt 5.2; this connection speaks 5.1"},
		{&Begin{TxConfig{Notifications: filter}}, Version{5, 1}, "a notification filter needs Bolt 5.2; this connection speaks 5.1"},
		{&Run{TxConfig: TxConfig{Notifications: filter}}, Version{5, 1}, "a notification filter needs Bolt 5.2; this connection speaks 5.1"},
		{&Telemetry{}, Version{5, 3}, "TELEMETRY needs Bolt 5.4; this connection speaks 5.3"},
	} {
		caps := c.version.Capabilities(false)
		dst, err := c.message.Append([]byte("kept"), &caps)
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		assert.Equal(t, c.want, usage.Message)
		assert.Equal(t, "kept", string(dst), "nothing is appended")
	}
}

// TestValuesThatCannotBeSent are named by where they are, whatever message they are in.
func TestValuesThatCannotBeSent(t *testing.T) {
	bad := map[string]any{"when": map[string]any{"x": make(chan int)}}
	for _, c := range []struct {
		message Request
		want    string
	}{
		{&Run{Params: bad}, "when.x"},
		{&Run{TxConfig: TxConfig{Metadata: bad}}, "transaction metadata: "},
		{&Begin{TxConfig{Metadata: bad}}, "transaction metadata: "},
		{&Logon{CustomAuth("u", "c", "", "s", bad)}, "authentication parameters: "},
	} {
		caps := Version{5, 8}.Capabilities(false)
		dst, err := c.message.Append([]byte("kept"), &caps)
		var usage *records.UsageError
		require.ErrorAs(t, err, &usage)
		assert.ErrorContains(t, err, c.want)
		assert.Equal(t, "kept", string(dst), "nothing is appended")
	}
	caps := Version{5, 0}.Capabilities(false)
	_, err := (&Hello{UserAgent: "a", Auth: CustomAuth("u", "c", "", "s", bad)}).Append(nil, &caps)
	assert.ErrorContains(t, err, "authentication parameters: ")
}
