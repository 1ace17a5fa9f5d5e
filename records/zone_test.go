package records

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
)

// countLookUps counts the names that the time zone database is asked for until the test ends. The cache begins empty.
func countLookUps(t *testing.T) map[string]int {
	t.Helper()
	asked := map[string]int{}
	cached := zones.byName
	zones.byName, locate = map[string]*time.Location{}, func(name string) (*time.Location, error) {
		asked[name]++
		return time.LoadLocation(name)
	}
	t.Cleanup(func() { zones.byName, locate = cached, time.LoadLocation })
	return asked
}

func total(asked map[string]int) (n int) {
	for times := range maps.Values(asked) {
		n += times
	}
	return n
}

// zonedRow is a row of one list, which holds a date-time in each of the zones.
func zonedRow(names ...string) []byte {
	row := packstream.AppendList(packstream.AppendList(nil, 1), len(names))
	for _, name := range names {
		row = packstream.AppendStruct(row, tagDateTimeZone, 3)
		row = packstream.AppendInt(packstream.AppendInt(row, 0), 0)
		row = packstream.AppendString(row, name)
	}
	return row
}

// decodeZoned returns the date-times of a row.
func decodeZoned(t *testing.T, rows *RecordRows, names ...string) []Value {
	t.Helper()
	require.NoError(t, rows.Row(zonedRow(names...)))
	list, ok := rows.Take()[0].At(0).AsList()
	require.True(t, ok)
	require.Len(t, list, len(names))
	return list
}

func newZonedRows(t *testing.T) *RecordRows {
	t.Helper()
	rows := NewRows()
	require.NoError(t, rows.Keys([]string{"x"}))
	return rows
}

func invented(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("Nowhere/N%d", i))
	}
	return names
}

// A result with zones that there are none of costs a bounded number of look-ups, in one row or in many, and says why there are no more.
func TestZonesThatThereAreNoneOf(t *testing.T) {
	for name, perRow := range map[string]int{"in one row": 3 * maxLookUps, "in a row each": 1} {
		t.Run(name, func(t *testing.T) {
			asked := countLookUps(t)
			rows := newZonedRows(t)
			decodeZoned(t, rows, "Europe/Berlin")
			var got []Value
			names := invented(3 * maxLookUps)
			for at := 0; at < len(names); at += perRow {
				got = append(got, decodeZoned(t, rows, names[at:at+perRow]...)...)
			}
			assert.Equal(t, maxLookUps, total(asked))
			for _, v := range got {
				require.Equal(t, KindInvalid, v.Kind())
			}
			assert.Contains(t, got[0].String(), "unknown time zone Nowhere/N0")
			assert.Contains(t, got[len(got)-1].String(), `unknown time zone "Nowhere/N2999": it was not looked up, since 1000 others of the result were`)
			known := decodeZoned(t, rows, "Europe/Berlin", "+01:00", "UTC")
			for _, v := range known {
				assert.Equal(t, KindDateTime, v.Kind(), "what needs no look-up")
			}
			other := decodeZoned(t, newZonedRows(t), "Europe/Paris")
			assert.Equal(t, KindDateTime, other[0].Kind(), "other results have look-ups of their own")
		})
	}
}

// A zone that only the server has comes with every other row: it is looked up once.
func TestAZoneThatThisMachineHasNot(t *testing.T) {
	asked := countLookUps(t)
	rows := newZonedRows(t)
	for range 2 * maxLookUps {
		got := decodeZoned(t, rows, "Mars/Olympus", "Europe/Berlin", "Mars/Hellas")
		require.Equal(t, KindInvalid, got[0].Kind())
		require.Equal(t, KindDateTime, got[1].Kind())
		require.Contains(t, got[2].String(), "unknown time zone Mars/Hellas")
	}
	assert.Equal(t, map[string]int{"Mars/Olympus": 1, "Europe/Berlin": 1, "Mars/Hellas": 1}, asked)
}

// Whatever the cache is full of, a zone that is in use finds its place there.
func TestAFullCacheTakesZones(t *testing.T) {
	asked := countLookUps(t)
	for _, name := range invented(maxZones) {
		zones.byName[name] = time.UTC
	}
	for range 10 {
		loc, err := loadZone("Europe/Berlin")
		require.NoError(t, err)
		require.Equal(t, "Europe/Berlin", loc.String())
		require.Len(t, zones.byName, maxZones)
	}
	assert.Equal(t, map[string]int{"Europe/Berlin": 1}, asked)
	utc, err := loadZone("UTC")
	require.NoError(t, err)
	assert.Same(t, utcID, utc)
}

// A zone has one name. What else leads to the same file is not looked up: there would be no end to it.
func TestOddNamesOfZones(t *testing.T) {
	asked := countLookUps(t)
	for _, name := range []string{
		"", "/", ".", "..", "Local", "Europe//Berlin", "Europe/./Berlin", "./Europe/Berlin", "Europe/Berlin/", "Europe/Berlin/.", "/Europe/Berlin",
		"Europe/../Europe/Berlin", `Europe\Berlin`, "Europe/Berlin.", "Europe/Berlin\x00", "Europe/Berlin ", "Europe/B\u00e9rlin", "zone.tab",
		strings.Repeat("a", maxZoneName+1), "+1:00", "+25:00", "-", "+",
	} {
		_, err := loadZone(name)
		require.ErrorContains(t, err, "unknown time zone", "%q", name)
	}
	assert.Empty(t, asked)
	_, err := loadZone(strings.Repeat("a", 1<<20))
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 2*maxZoneName, "the error of a long name is short")
	for _, name := range []string{
		"Europe/Berlin", "America/Argentina/ComodRivadavia", "America/North_Dakota/New_Salem", "America/Port-au-Prince", "Etc/GMT+12", "Etc/GMT-14",
		"GMT0", "EST5EDT", "W-SU", "GB-Eire", "Zulu",
	} {
		assert.True(t, isZoneName(name), name)
	}
}

// TestNoLookUpsForMetadata: what a server says about a result has no zones, however many it may claim to have.
func TestNoLookUpsForMetadata(t *testing.T) {
	asked := countLookUps(t)
	in := packstream.AppendList(packstream.AppendString(packstream.AppendMap(nil, 1), "statuses"), 50)
	for i := range 50 {
		in = packstream.AppendString(packstream.AppendMap(in, 1), "diagnostic_record")
		in = packstream.AppendString(packstream.AppendMap(in, 1), "x")
		in = append(in, zonedRow(fmt.Sprintf("No/Where%d", i), "Europe/Berlin")[1:]...)
	}
	r := packstream.NewReader(in)
	var s Summary
	DecodeSummary(&r, r.Map(), &s)
	require.NoError(t, r.Err())
	require.Len(t, s.Statuses, 50)
	assert.Empty(t, asked)
}
