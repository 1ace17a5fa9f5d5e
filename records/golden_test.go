package records_test

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

var (
	bolt44 = records.Dialect{Version: "4.4"}
	bolt58 = records.Dialect{UTC: true, ElementIDs: true, Version: "5.8"}
	bolt60 = records.Dialect{UTC: true, ElementIDs: true, Vectors: true, Version: "6.0"}
	bolt61 = records.Dialect{UTC: true, ElementIDs: true, Vectors: true, UUIDs: true, Version: "6.1"}
)

// unhex reads the notation of protocol documents: hexadecimal with spaces.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// decode reads one value which has to be all there is.
func decode(t testing.TB, b []byte) records.Value {
	t.Helper()
	r := packstream.NewReader(b)
	v := records.DecodeValue(&r)
	require.NoError(t, r.Err())
	require.Zero(t, r.Len())
	return v
}

func zone(t require.TestingT, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// goldens are bytes that were captured from a live server.
var goldens = []struct {
	name, bytes string
	dialect     records.Dialect
	want        any
}{
	{"one", "01", bolt61, int64(1)},
	{"largest integer", "CB 7FFFFFFFFFFFFFFF", bolt61, int64(math.MaxInt64)},
	{"smallest integer", "CB 8000000000000000", bolt61, int64(math.MinInt64)},
	{"infinity", "C1 7FF0000000000000", bolt61, math.Inf(1)},
	{"date", "B1 44 FF", bolt61, records.Date{Year: 1969, Month: 12, Day: 31}},
	{
		"time", "B2 54 CB 0000075DED9F682A C9 0E10", bolt61,
		records.Time{LocalTime: records.LocalTime{Hour: 2, Minute: 15, Nanosecond: 42}, Offset: 3600},
	},
	{
		"local time", "B1 74 CB 00004E94914EFFFF", bolt61,
		records.LocalTime{Hour: 23, Minute: 59, Second: 59, Nanosecond: 999999999},
	},
	{"date-time, offset", "B3 49 C9 1194 2A C9 0E10", bolt61, time.Date(1970, 1, 1, 2, 15, 0, 42, time.FixedZone("", 3600))},
	{"date-time, offset, legacy", "B3 46 C9 1FA4 2A C9 0E10", bolt44, time.Date(1970, 1, 1, 2, 15, 0, 42, time.FixedZone("", 3600))},
	{"date-time, zone", "B3 69 C9 1194 2A 8C 4575726F70652F5061726973", bolt61, "1970-01-01T02:15:00.000000042 Europe/Paris"},
	{"date-time, zone, legacy", "B3 66 C9 1FA4 2A 8C 4575726F70652F5061726973", bolt44, "1970-01-01T02:15:00.000000042 Europe/Paris"},
	{"date-time before 1970", "B3 49 FF CA 1DCD6500 00", bolt61, time.Date(1969, 12, 31, 23, 59, 59, 5e8, time.UTC)},
	{
		"local date-time", "B2 64 FF CA 1DCD6500", bolt61,
		records.LocalDateTimeOf(time.Date(1969, 12, 31, 23, 59, 59, 5e8, time.UTC)),
	},
	{"duration", "B4 45 0E 19 C9 47BF 08", bolt61, records.Duration{Months: 14, Days: 25, Seconds: 18367, Nanos: 8}},
	{"negative duration", "B4 45 00 00 FF CA 1DCD6500", bolt61, records.Duration{Seconds: -1, Nanos: 5e8}},
	{
		"point", "B3 58 C9 1C23 C1 3FF8000000000000 C1 4004000000000000", bolt61,
		records.Point2D{SRID: records.SRIDCartesian2D, X: 1.5, Y: 2.5},
	},
	{
		"point in space", "B4 59 C9 1373 C1 3FF0000000000000 C1 4000000000000000 C1 4008000000000000", bolt61,
		records.Point3D{SRID: records.SRIDWGS84In3D, X: 1, Y: 2, Z: 3},
	},
	{"vector of int8", "B2 56 CC 01 C8 CC 03 01 02 03", bolt60, records.Vector[int8]{1, 2, 3}},
	{"vector of int16", "B2 56 CC 01 C9 CC 06 0001 0002 FFFD", bolt60, records.Vector[int16]{1, 2, -3}},
	{"vector of float32", "B2 56 CC 01 C6 CC 0C 3FC00000 40000000 40400000", bolt60, records.Vector[float32]{1.5, 2, 3}},
	{
		"vector of float64", "B2 56 CC 01 C1 CC 18 3FF8000000000000 4000000000000000 4008000000000000", bolt60,
		records.Vector[float64]{1.5, 2, 3},
	},
	{"empty vector", "B2 56 CC 01 CB CC 00", bolt60, records.Vector[int64]{}},
	{
		"uuid", "E0 550E8400E29B41D4A716446655440000", bolt61,
		records.UUID{0x55, 0x0e, 0x84, 0x00, 0xe2, 0x9b, 0x41, 0xd4, 0xa7, 0x16, 0x44, 0x66, 0x55, 0x44, 0x00, 0x00},
	},
	{"uuid over 6.0", "B4 3F 84 55554944 06 01 A0", bolt60, records.Unsupported{Name: "UUID", MinVersion: "6.1"}},
	{
		"node of 4.4", "B3 4E 03 91 88 50726F6265546D70 A0", bolt44,
		records.Node{ID: 3, ElementID: "3", Labels: []string{"ProbeTmp"}, Props: map[string]any{}},
	},
	{
		"relationship of 4.4", "B5 52 01 02 03 85 4B4E4F5753 A1 81 6B 81 76", bolt44,
		records.Relationship{
			ID: 1, ElementID: "1", StartID: 2, StartElementID: "2", EndID: 3, EndElementID: "3",
			Type: "KNOWS", Props: map[string]any{"k": "v"},
		},
	},
}

func TestGoldenBytes(t *testing.T) {
	for _, tt := range goldens {
		t.Run(tt.name, func(t *testing.T) {
			v := decode(t, unhex(t, tt.bytes))
			if when, ok := v.AsDateTime(); ok {
				assertDateTime(t, tt.want, when)
			} else {
				assert.Equal(t, tt.want, v.Any())
			}
			again, err := records.AppendResult(nil, v, tt.dialect)
			require.NoError(t, err)
			assert.Equal(t, unhex(t, tt.bytes), again, "the value")
			again, err = records.AppendResult(nil, v.Any(), tt.dialect)
			require.NoError(t, err)
			assert.Equal(t, unhex(t, tt.bytes), again, "the Go value")
		})
	}
}

// assertDateTime compares with a time.Time by instant and offset, or with a text of local time and zone.
func assertDateTime(t *testing.T, want any, got time.Time) {
	t.Helper()
	if text, ok := want.(string); ok {
		assert.Equal(t, text, got.Format("2006-01-02T15:04:05.000000000 ")+got.Location().String())
		return
	}
	assert.True(t, want.(time.Time).Equal(got), "got %v, want %v", got, want)
	_, wantOffset := want.(time.Time).Zone()
	_, offset := got.Zone()
	assert.Equal(t, wantOffset, offset)
}
