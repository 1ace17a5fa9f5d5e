package records_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// roundTrip sends a value and reads it again.
func roundTrip(t testing.TB, v any, d records.Dialect) records.Value {
	t.Helper()
	b, err := records.AppendValue(nil, v, d)
	require.NoError(t, err)
	return decode(t, b)
}

func TestDateTimesMakeTheRoundTrip(t *testing.T) {
	newYork := zone(t, "America/New_York")
	summer, winter := time.Unix(1729989000, 0).In(paris), time.Unix(1729992600, 0).In(paris)
	require.Equal(t, summer.Format(time.DateTime), winter.Format(time.DateTime), "both show 02:30")
	tests := []struct {
		name   string
		t      time.Time
		legacy bool // survives as local seconds, too
	}{
		{"UTC", time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"zone id UTC", time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("UTC", 0)), true},
		{"named zone", time.Date(2024, 7, 1, 12, 0, 0, 999999999, paris), true},
		{"overlap, summer", summer, false},
		{"overlap, winter", winter, false},
		{"just before the gap", time.Date(2024, 3, 31, 1, 59, 59, 999999999, paris), true},
		{"just after the gap", time.Date(2024, 3, 31, 3, 0, 0, 0, paris), true},
		{"gap in New York", time.Date(2024, 3, 10, 3, 0, 0, 0, newYork), true},
		{"offset with seconds", time.Date(1900, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3661)), true},
		{"negative offset", time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", -34200)), true},
		{"largest offset", time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", 18*3600)), true},
		{"local mean time", time.Date(1800, 1, 1, 0, 0, 0, 0, paris), true},
		{"year 1", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"year 1 in a zone", time.Date(1, 1, 1, 0, 0, 0, 0, newYork), true},
		{"year 9999", time.Date(9999, 12, 31, 23, 59, 59, 999999999, paris), true},
		{"last year", time.Date(999_999_999, 12, 31, 23, 59, 59, 999999999, time.UTC), true},
		{"first year", time.Date(-999_999_999, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"before 1970", time.Date(1969, 12, 31, 23, 59, 59, 5e8, time.UTC), true},
		{"beyond UnixNano", time.Date(2263, 1, 1, 0, 0, 0, 1, time.UTC), true},
		{"zero time", time.Time{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dialects := []records.Dialect{bolt58}
			if tt.legacy {
				dialects = append(dialects, bolt44)
			}
			for _, d := range dialects {
				got, ok := roundTrip(t, tt.t, d).AsDateTime()
				require.True(t, ok)
				assert.True(t, tt.t.Equal(got), "got %v, want %v", got, tt.t)
				_, want := tt.t.Zone()
				_, offset := got.Zone()
				assert.Equal(t, want, offset)
				assert.Equal(t, tt.t.Location().String(), got.Location().String())
				assert.Equal(t, tt.t.Format(time.RFC3339Nano), got.Format(time.RFC3339Nano))

				again, ok := roundTrip(t, got, d).AsDateTime()
				require.True(t, ok)
				assert.Equal(t, got, again)
			}
		})
	}
}

func TestWhichFormADateTimeIsSentIn(t *testing.T) {
	instant := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		loc  *time.Location
		tag  byte
	}{
		{"UTC", time.UTC, 'I'},
		{"this machine's zone", time.Local, 'I'},
		{"named", paris, 'i'},
		{"zone id UTC", time.FixedZone("UTC", 0), 'i'},
		{"unnamed", time.FixedZone("", 3600), 'I'},
		{"called Local", time.FixedZone("Local", 3600), 'I'},
		{"abbreviation", time.FixedZone("CEST", 7200), 'I'},
		{"abbreviation that is a zone with other rules", time.FixedZone("CET", 7200), 'I'},
		{"abbreviation that Java does not know", zone(t, "EST"), 'I'},
		{"fixed zone with the name of a real one", time.FixedZone("Europe/Paris", 7200), 'I'},
		{"zone without a slash", zone(t, "Japan"), 'i'},
		{"made up", time.FixedZone("Mars/Olympus", 7200), 'I'},
	}
	for _, tt := range tests {
		b, err := records.AppendValue(nil, instant.In(tt.loc), bolt58)
		require.NoError(t, err)
		r := packstream.NewReader(b)
		tag, _ := r.Struct()
		assert.Equal(t, string(tt.tag), string(tag), tt.name)
	}
}

func TestZonesThatArrive(t *testing.T) {
	row := func(zone string) []byte {
		b := packstream.AppendList(nil, 2)
		b = packstream.AppendStruct(b, 'i', 3)
		b = packstream.AppendInt(b, 1700000000)
		b = packstream.AppendInt(b, 0)
		b = packstream.AppendString(b, zone)
		return packstream.AppendInt(b, 42)
	}
	rows := records.NewRows()
	require.NoError(t, rows.Keys([]string{"when", "n"}))
	for _, name := range []string{"Mars/Olympus", "Local", "", "../etc/passwd", "+25:00", "Europe/Paris", "+02:00", "-01:30", "Z", "UTC", "Europe/Paris"} {
		require.NoError(t, rows.Row(row(name)), name)
	}
	var got []string
	for _, rec := range rows.Take() {
		n, _ := rec.Get("n")
		assert.Equal(t, int64(42), n.Any(), "the rest of the record is readable")
		got = append(got, rec.At(0).String())
	}
	assert.Equal(t, []string{
		`!undecodable ZONED DATETIME: unknown time zone Mars/Olympus!`,
		`!undecodable ZONED DATETIME: unknown time zone "Local"!`,
		`!undecodable ZONED DATETIME: unknown time zone ""!`,
		`!undecodable ZONED DATETIME: unknown time zone "../etc/passwd"!`,
		`!undecodable ZONED DATETIME: unknown time zone "+25:00"!`,
		"2023-11-14T23:13:20+01:00[Europe/Paris]",
		"2023-11-15T00:13:20+02:00",
		"2023-11-14T20:43:20-01:30",
		"2023-11-14T22:13:20Z",
		"2023-11-14T22:13:20Z[UTC]",
		"2023-11-14T23:13:20+01:00[Europe/Paris]",
	}, got)
}

func TestTemporalValuesOutOfRange(t *testing.T) {
	tests := map[string]string{
		"day before the first year":    "B1 44 CB FFFFFFAAF5CEC325",
		"largest day":                  "B1 44 CB 7FFFFFFFFFFFFFFF",
		"24 hours":                     "B1 74 CB 00004E94914F0000",
		"negative time":                "B1 74 FF",
		"time, negative":               "B2 54 FF 00",
		"offset beyond 18 hours":       "B2 54 00 CA 0000FD21",
		"offset beyond everything":     "B3 49 00 00 CB 7FFFFFFFFFFFFFFF",
		"seconds beyond everything":    "B3 49 CB 7FFFFFFFFFFFFFFF 00 00",
		"seconds before everything":    "B3 46 CB 8000000000000000 00 00",
		"nanoseconds":                  "B3 49 00 CA 3B9ACA00 00",
		"negative nanoseconds":         "B3 49 00 FF 00",
		"legacy zone, nanoseconds":     "B3 66 00 FF 83 555443",
		"local date-time, seconds":     "B2 64 CB 7FFFFFFFFFFFFFFF 00",
		"local date-time, nanoseconds": "B2 64 00 FF",
		"duration, nanoseconds":        "B4 45 00 00 00 CA 3B9ACA00",
	}
	for name, in := range tests {
		v := decode(t, unhex(t, in))
		assert.Equal(t, records.KindInvalid, v.Kind(), name)
	}
}

func TestLegacyDateTimeInAGapOrOverlap(t *testing.T) {
	for _, local := range []time.Time{
		time.Date(2024, 10, 27, 2, 30, 0, 0, time.UTC), time.Date(2024, 3, 31, 2, 30, 0, 0, time.UTC),
	} {
		b := packstream.AppendStruct(nil, 'f', 3)
		b = packstream.AppendInt(b, local.Unix())
		b = packstream.AppendString(packstream.AppendInt(b, 0), "Europe/Paris")
		got, ok := decode(t, b).AsDateTime()
		require.True(t, ok)
		assert.WithinDuration(t, local, got, 3*time.Hour, "undefined, though not far away")
	}
}

func TestTemporalText(t *testing.T) {
	long := records.Date{Year: -12345, Month: 1, Day: 2}
	tests := []struct {
		text string
		want any
		into interface{ UnmarshalText([]byte) error }
	}{
		{"2024-02-29", &records.Date{Year: 2024, Month: 2, Day: 29}, new(records.Date)},
		{"0001-01-01", &records.Date{Year: 1, Month: 1, Day: 1}, new(records.Date)},
		{"0000-01-01", &records.Date{Year: 0, Month: 1, Day: 1}, new(records.Date)},
		{"-12345-01-02", &long, new(records.Date)},
		{"+999999999-12-31", &records.Date{Year: 999999999, Month: 12, Day: 31}, new(records.Date)},
		{"23:59:59.000000001", &records.LocalTime{Hour: 23, Minute: 59, Second: 59, Nanosecond: 1}, new(records.LocalTime)},
		{"12:00:00", &records.LocalTime{Hour: 12}, new(records.LocalTime)},
		{"12:00:00.5-01:30", &records.Time{LocalTime: records.LocalTime{Hour: 12, Nanosecond: 5e8}, Offset: -5400}, new(records.Time)},
		{"12:00:00+00:09:21", &records.Time{LocalTime: records.LocalTime{Hour: 12}, Offset: 561}, new(records.Time)},
		{"12:00:00Z", &records.Time{LocalTime: records.LocalTime{Hour: 12}}, new(records.Time)},
		{
			"2024-02-29T12:00:00.00000012", &records.LocalDateTime{Date: today, LocalTime: noon},
			new(records.LocalDateTime),
		},
		{"PT0S", &records.Duration{}, new(records.Duration)},
		{"P14M25DT18367.000000008S", &records.Duration{Months: 14, Days: 25, Seconds: 18367, Nanos: 8}, new(records.Duration)},
		{"PT-0.5S", &records.Duration{Seconds: -1, Nanos: 5e8}, new(records.Duration)},
		{"PT-1.5S", &records.Duration{Seconds: -2, Nanos: 5e8}, new(records.Duration)},
		{"P-1M", &records.Duration{Months: -1}, new(records.Duration)},
		{"550e8400-e29b-41d4-a716-446655440000", &someUUID, new(records.UUID)},
	}
	for _, tt := range tests {
		require.NoError(t, tt.into.UnmarshalText([]byte(tt.text)), tt.text)
		assert.Equal(t, tt.want, tt.into)
		b, err := json.Marshal(tt.into)
		require.NoError(t, err)
		assert.Equal(t, `"`+tt.text+`"`, string(b))
	}
	var d records.Duration
	require.NoError(t, d.UnmarshalText([]byte("P1Y2M3W4DT5H6M7.000000008S")))
	assert.Equal(t, records.Duration{Months: 14, Days: 25, Seconds: 18367, Nanos: 8}, d)
	var lt records.LocalTime
	require.NoError(t, lt.UnmarshalText([]byte("12:30")))
	assert.Equal(t, records.LocalTime{Hour: 12, Minute: 30}, lt)
}

func TestTextThatIsNone(t *testing.T) {
	tests := []struct {
		into  interface{ UnmarshalText([]byte) error }
		texts []string
	}{
		{new(records.Date), []string{"", "2024-2-29", "2023-02-29", "2024-02-29T", "12345-01-01", "2024-13-01", "x"}},
		{new(records.LocalTime), []string{"", "24:00:00", "12", "12:60", "12:00:61", "12:00:00.", "12:00:00.1234567890", "12:00Z"}},
		{new(records.Time), []string{"", "12:00:00", "12:00:00+19:00", "12:00:00+1"}},
		{new(records.LocalDateTime), []string{"", "2024-02-29", "2024-02-29 12:00:00", "2024-02-30T12:00:00", "2024-02-29T25:00:00"}},
		{new(records.Duration), []string{
			"", "P", "PT", "P1", "P1X", "PT1D", "P1D1M", "P1M1M", "1D", "PT1.S", "PT1.5H", "P9223372036854775807Y",
			"P9223372036854775807D1D", "PT9223372036854775807H", "PT.5S", "P1DT", "P9223372036854775807W9D", "PT1.0000000001S",
		}},
		{new(records.UUID), []string{"", "550e8400e29b41d4a716446655440000", "550e8400-e29b-41d4-a716-44665544000x"}},
	}
	for _, tt := range tests {
		for _, text := range tt.texts {
			require.Error(t, tt.into.UnmarshalText([]byte(text)), "%T %q", tt.into, text)
		}
	}
	_, err := records.Date{Year: 2023, Month: 2, Day: 29}.MarshalText()
	require.Error(t, err)
	_, err = records.ParseUUID("x")
	require.EqualError(t, err, `records: "x" is no UUID`)
}

func TestTemporalConversions(t *testing.T) {
	when := time.Date(2024, 2, 29, 12, 0, 0, 120, paris)
	assert.Equal(t, today, records.DateOf(when))
	assert.Equal(t, noon, records.LocalTimeOf(when))
	assert.Equal(t, records.Time{LocalTime: noon, Offset: 3600}, records.TimeOf(when))
	assert.Equal(t, records.LocalDateTime{Date: today, LocalTime: noon}, records.LocalDateTimeOf(when))

	assert.Equal(t, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), today.Time())
	assert.Equal(t, time.Date(0, 1, 1, 12, 0, 0, 120, time.UTC), noon.Time())
	assert.Equal(t, time.Date(2024, 2, 29, 12, 0, 0, 120, time.UTC), records.LocalDateTimeOf(when).Time())
	assert.True(t, when.Equal(records.LocalDateTimeOf(when).In(paris)))
	assert.Equal(t, "12:00:00.00000012 +0100", records.TimeOf(when).Time().Format("15:04:05.999999999 -0700"))

	d, ok := records.DurationOf(-1500 * time.Millisecond).Time()
	assert.True(t, ok)
	assert.Equal(t, -1500*time.Millisecond, d)
	for _, d := range []records.Duration{{Months: 1}, {Days: 1}, {Seconds: math.MaxInt64 / 1_000_000_000}, {Seconds: math.MinInt64}} {
		_, ok := d.Time()
		assert.False(t, ok, "%v", d)
	}
}

func TestTemporalOrder(t *testing.T) {
	assert.Equal(t, -1, today.Compare(records.Date{Year: 2024, Month: 3, Day: 1}))
	assert.Equal(t, 1, today.Compare(records.Date{Year: 2023, Month: 12, Day: 31}))
	assert.Equal(t, 0, today.Compare(today))
	assert.Equal(t, -1, noon.Compare(records.LocalTime{Hour: 12, Nanosecond: 121}))
	early := records.Time{LocalTime: records.LocalTime{Hour: 13}, Offset: 7200}
	assert.Equal(t, -1, early.Compare(records.Time{LocalTime: records.LocalTime{Hour: 12}}))
	assert.Equal(t, 1, early.Compare(records.Time{LocalTime: records.LocalTime{Hour: 11}}))
	a, b := records.LocalDateTime{Date: today, LocalTime: noon}, records.LocalDateTime{Date: today}
	assert.Equal(t, 1, a.Compare(b))
	assert.Equal(t, -1, records.LocalDateTime{}.Compare(a))
}
