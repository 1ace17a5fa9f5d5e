package integration_test

import (
	"math"
	"strings"
	"time"

	"github.com/neorx/neorx/records"
)

// roundTrip is a value in three forms: as Go sends it, as Go gets it back, and as Cypher writes it.
type roundTrip struct {
	name   string
	sent   any
	want   any    // what comes back; nil: the same as sent
	cypher string // an expression with the same value; empty where Cypher has none
}

func (r roundTrip) expected() any {
	if r.want != nil {
		return r.want
	}
	return r.sent
}

// basics are the values that every version of Bolt and Neo4j knows.
func basics() []roundTrip {
	long := strings.Repeat("äöü€😀", 20_000) // 280,000 bytes, so several chunks
	return []roundTrip{
		{name: "null", sent: nil},
		{name: "true", sent: true, cypher: "true"},
		{name: "false", sent: false, cypher: "false"},
		{name: "zero", sent: int64(0), cypher: "0"},
		{name: "tiny int", sent: int64(-16), cypher: "-16"},
		{name: "int8", sent: int64(-17), cypher: "-17"},
		{name: "int16", sent: int64(-129), cypher: "-129"},
		{name: "int32", sent: int64(32768), cypher: "32768"},
		{name: "int64", sent: int64(2147483648), cypher: "2147483648"},
		{name: "smallest int", sent: int64(math.MinInt64), cypher: "-9223372036854775808"},
		{name: "largest int", sent: int64(math.MaxInt64), cypher: "9223372036854775807"},
		{name: "Go int", sent: 42, want: int64(42), cypher: "42"},
		{name: "Go uint8", sent: uint8(200), want: int64(200), cypher: "200"},
		{name: "Go float32", sent: float32(1.5), want: 1.5, cypher: "1.5"},
		{name: "float", sent: 3.14, cypher: "3.14"},
		{name: "smallest float", sent: math.SmallestNonzeroFloat64, cypher: "4.9E-324"},
		{name: "largest float", sent: math.MaxFloat64, cypher: "1.7976931348623157E308"},
		{name: "infinity", sent: math.Inf(1), cypher: "1.0/0.0"},
		{name: "negative infinity", sent: math.Inf(-1), cypher: "-1.0/0.0"},
		{name: "empty string", sent: "", cypher: "''"},
		{name: "string", sent: "Neo4j", cypher: "'Neo4j'"},
		{name: "string beyond ASCII", sent: "Größe ✓ 😀\u0000", cypher: `'Größe ✓ 😀\u0000'`},
		{name: "long string", sent: long},
		{name: "bytes", sent: []byte{0, 1, 0xFF}},
		{name: "no bytes", sent: []byte{}},
		{name: "many bytes", sent: []byte(long)},
		{name: "empty list", sent: []any{}, cypher: "[]"},
		{name: "list", sent: []any{int64(1), "two", 3.0, nil, true}, cypher: "[1, 'two', 3.0, null, true]"},
		{name: "list of lists", sent: []any{[]any{int64(1)}, []any{}, []any{[]any{int64(2)}}}, cypher: "[[1], [], [[2]]]"},
		{name: "Go slice", sent: []string{"a", "b"}, want: []any{"a", "b"}, cypher: "['a', 'b']"},
		{name: "empty map", sent: map[string]any{}, cypher: "{}"},
		{
			name:   "nested map",
			sent:   map[string]any{"a": int64(1), "b": map[string]any{"c": []any{map[string]any{"d": nil}}}},
			cypher: "{a: 1, b: {c: [{d: null}]}}",
		},
		{name: "Go map", sent: map[string]int{"a": 1}, want: map[string]any{"a": int64(1)}, cypher: "{a: 1}"},
	}
}

func longList() roundTrip {
	list := make([]any, 70_000) // needs a 32-bit length
	for i := range list {
		list[i] = int64(i)
	}
	return roundTrip{name: "long list", sent: list, cypher: "range(0, 69999)"}
}

func spatials() []roundTrip {
	return []roundTrip{
		{name: "cartesian", sent: records.Point2D{SRID: records.SRIDCartesian2D, X: 1.5, Y: -2.5}, cypher: "point({x: 1.5, y: -2.5})"},
		{
			name: "cartesian 3D", sent: records.Point3D{SRID: records.SRIDCartesian3D, X: 1, Y: 2, Z: 3},
			cypher: "point({x: 1, y: 2, z: 3})",
		},
		{
			name: "WGS-84", sent: records.Point2D{SRID: records.SRIDWGS84, X: 12.99, Y: 55.61},
			cypher: "point({longitude: 12.99, latitude: 55.61})",
		},
		{
			name: "WGS-84 3D", sent: records.Point3D{SRID: records.SRIDWGS84In3D, X: -180, Y: 90, Z: -1.25},
			cypher: "point({longitude: -180, latitude: 90, height: -1.25})",
		},
	}
}

func durations() []roundTrip {
	return []roundTrip{
		{name: "no duration", sent: records.Duration{}, cypher: "duration({seconds: 0})"},
		{
			name: "all parts", sent: records.Duration{Months: 14, Days: 25, Seconds: 18367, Nanos: 8},
			cypher: "duration('P1Y2M3W4DT5H6M7.000000008S')",
		},
		{name: "half a second back", sent: records.Duration{Seconds: -1, Nanos: 500_000_000}, cypher: "duration('PT-0.5S')"},
		{
			name: "mixed signs", sent: records.Duration{Months: 1, Days: -2, Seconds: 3, Nanos: -4},
			want:   records.Duration{Months: 1, Days: -2, Seconds: 2, Nanos: 999_999_996},
			cypher: "duration({months: 1, days: -2, seconds: 3, nanoseconds: -4})",
		},
		{name: "Go duration", sent: 90 * time.Minute, want: records.Duration{Seconds: 5400}, cypher: "duration('PT1H30M')"},
	}
}

func localTemporals() []roundTrip {
	lastNano := records.LocalTime{Hour: 23, Minute: 59, Second: 59, Nanosecond: 999_999_999}
	day := func(year int, month time.Month, day int) records.Date {
		return records.Date{Year: year, Month: month, Day: day}
	}
	return []roundTrip{
		{name: "date", sent: day(2024, 2, 29), cypher: "date('2024-02-29')"},
		{name: "date before 1970", sent: day(1969, 12, 31), cypher: "date('1969-12-31')"},
		{name: "date in year 1", sent: day(1, 1, 1), cypher: "date('0001-01-01')"},
		{name: "date in year 9999", sent: day(9999, 12, 31), cypher: "date('9999-12-31')"},
		{name: "date before year 1", sent: day(-44, 3, 15), cypher: "date('-0044-03-15')"},
		{name: "first date", sent: day(-999_999_999, 1, 1), cypher: "date('-999999999-01-01')"},
		{name: "last date", sent: day(999_999_999, 12, 31), cypher: "date('+999999999-12-31')"},
		{name: "midnight", sent: records.LocalTime{}, cypher: "localtime('00:00')"},
		{name: "last nanosecond", sent: lastNano, cypher: "localtime('23:59:59.999999999')"},
		{name: "time", sent: records.Time{LocalTime: records.LocalTime{Hour: 2, Minute: 15, Nanosecond: 42}, Offset: 3600}, cypher: "time('02:15:00.000000042+01:00')"},
		{name: "time west", sent: records.Time{LocalTime: lastNano, Offset: -18 * 3600}, cypher: "time('23:59:59.999999999-18:00')"},
		{name: "time with odd offset", sent: records.Time{Offset: 3661}}, // Neo4j 5 cannot parse such offsets
		{name: "local date-time", sent: records.LocalDateTime{Date: day(2024, 2, 29), LocalTime: lastNano}, cypher: "localdatetime('2024-02-29T23:59:59.999999999')"},
		{
			name: "local date-time before 1970", sent: records.LocalDateTime{Date: day(1969, 12, 31), LocalTime: records.LocalTime{Hour: 23, Minute: 59, Second: 59, Nanosecond: 500_000_000}},
			cypher: "localdatetime('1969-12-31T23:59:59.5')",
		},
		{name: "local date-time in year 1", sent: records.LocalDateTime{Date: day(1, 1, 1)}, cypher: "localdatetime('0001-01-01T00:00')"},
		{name: "local date-time in year 9999", sent: records.LocalDateTime{Date: day(9999, 12, 31), LocalTime: lastNano}, cypher: "localdatetime('9999-12-31T23:59:59.999999999')"},
	}
}

// zonedTemporals are date-times, those that a zone's rules make difficult included.
func zonedTemporals() []roundTrip {
	east := time.FixedZone("", 3600)
	paris, newYork, kathmandu := zone("Europe/Paris"), zone("America/New_York"), zone("Asia/Kathmandu")
	return []roundTrip{
		{name: "epoch", sent: time.Unix(0, 0).UTC(), cypher: "datetime('1970-01-01T00:00:00Z')"},
		{name: "offset", sent: time.Date(1970, 1, 1, 2, 15, 0, 42, east), cypher: "datetime('1970-01-01T02:15:00.000000042+01:00')"},
		{name: "before 1970", sent: time.Date(1969, 12, 31, 23, 59, 59, 500_000_000, time.UTC), cypher: "datetime('1969-12-31T23:59:59.5Z')"},
		{name: "year 1", sent: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), cypher: "datetime('0001-01-01T00:00:00Z')"},
		{name: "year 9999", sent: time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), cypher: "datetime('9999-12-31T23:59:59.999999999Z')"},
		{name: "year 9999 in a zone", sent: time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, paris), cypher: "datetime('9999-12-31T23:59:59.999999999[Europe/Paris]')"},
		{name: "odd offset", sent: time.Date(2024, 1, 2, 3, 4, 5, 6, time.FixedZone("", -3661))},
		{name: "largest offset", sent: time.Date(2024, 1, 2, 3, 4, 5, 0, time.FixedZone("", 18*3600)), cypher: "datetime('2024-01-02T03:04:05+18:00')"},
		{name: "named zone in winter", sent: time.Date(2024, 1, 15, 12, 0, 0, 0, paris), cypher: "datetime('2024-01-15T12:00[Europe/Paris]')"},
		{name: "named zone in summer", sent: time.Date(2024, 7, 15, 12, 0, 0, 0, newYork), cypher: "datetime('2024-07-15T12:00[America/New_York]')"},
		{name: "zone with three quarters", sent: time.Date(2024, 7, 15, 12, 0, 0, 0, kathmandu), cypher: "datetime('2024-07-15T12:00[Asia/Kathmandu]')"},
		{name: "named zone before 1970", sent: time.Date(1950, 7, 1, 12, 0, 0, 0, newYork), cypher: "datetime('1950-07-01T12:00[America/New_York]')"},
		{name: "named zone in local mean time", sent: time.Date(1900, 1, 1, 0, 0, 0, 0, paris), cypher: "datetime('1900-01-01T00:00[Europe/Paris]')"},
		{name: "last second before the gap", sent: time.Date(2024, 3, 31, 0, 59, 59, 0, time.UTC).In(paris), cypher: "datetime('2024-03-31T01:59:59+01:00[Europe/Paris]')"},
		{name: "first second after the gap", sent: time.Date(2024, 3, 31, 1, 0, 0, 0, time.UTC).In(paris), cypher: "datetime('2024-03-31T03:00:00+02:00[Europe/Paris]')"},
		{name: "overlap, first", sent: time.Unix(1729989000, 0).In(paris), cypher: "datetime('2024-10-27T02:30:00+02:00[Europe/Paris]')"},
		{name: "overlap, second", sent: time.Unix(1729992600, 0).In(paris), cypher: "datetime('2024-10-27T02:30:00+01:00[Europe/Paris]')"},
	}
}

func vectors() []roundTrip {
	return []roundTrip{
		{name: "vector of int8", sent: records.Vector[int8]{1, -128, 127}, cypher: "vector([1, -128, 127], 3, INTEGER8)"},
		{name: "vector of int16", sent: records.Vector[int16]{1, 2, -3}, cypher: "vector([1, 2, -3], 3, INTEGER16)"},
		{name: "vector of int32", sent: records.Vector[int32]{math.MinInt32, math.MaxInt32}, cypher: "vector([-2147483648, 2147483647], 2, INTEGER32)"},
		{name: "vector of int64", sent: records.Vector[int64]{math.MinInt64, math.MaxInt64}, cypher: "vector([-9223372036854775808, 9223372036854775807], 2, INTEGER64)"},
		{name: "vector of float32", sent: records.Vector[float32]{1.5, 2, 3}, cypher: "vector([1.5, 2, 3], 3, FLOAT32)"},
		{name: "vector of float64", sent: records.Vector[float64]{math.SmallestNonzeroFloat64, -0.1}, cypher: "vector([4.9E-324, -0.1], 2, FLOAT64)"},
		{name: "long vector", sent: make(records.Vector[float64], 4096)},
	}
}

const uuidText = "550e8400-e29b-41d4-a716-446655440000"

func uuids() []roundTrip {
	id := records.UUID{0x55, 0x0e, 0x84, 0, 0xe2, 0x9b, 0x41, 0xd4, 0xa7, 0x16, 0x44, 0x66, 0x55, 0x44, 0, 0}
	return []roundTrip{
		{name: "UUID", sent: id, cypher: "uuid('" + uuidText + "')"},
		{name: "nil UUID", sent: records.UUID{}, cypher: "uuid('00000000-0000-0000-0000-000000000000')"},
		{name: "UUIDs inside", sent: map[string]any{"ids": []any{id, id}}, cypher: "{ids: [uuid('" + uuidText + "'), uuid('" + uuidText + "')]}"},
	}
}

func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the Go distribution has the time zones, if the system has not
	}
	return location
}
