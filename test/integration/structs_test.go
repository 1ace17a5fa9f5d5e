package integration_test

import (
	"database/sql"
	"errors"
	"math"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

// stamp is embedded, address nested, and everything has one field of each kind that a struct can
// have.
type stamp struct {
	Author string    `neo4j:"author"`
	At     time.Time `neo4j:"at"`
}

type address struct {
	Street string `neo4j:"street"`
	Zip    *int   `neo4j:"zip"`
}

type level string

type everything struct {
	stamp
	Yes      bool                  `neo4j:"yes"`
	Small    int8                  `neo4j:"small"`
	Large    int64                 `neo4j:"large"`
	Unsigned uint32                `neo4j:"unsigned"`
	Half     float64               `neo4j:"half"`
	Single   float32               `neo4j:"single"`
	Text     string                `neo4j:"text"`
	Level    level                 `neo4j:"level"`
	Raw      []byte                `neo4j:"raw"`
	Missing  *string               `neo4j:"missing"`
	Present  *string               `neo4j:"present"`
	Null     sql.Null[string]      `neo4j:"null"`
	NotNull  sql.Null[int64]       `neo4j:"notNull"`
	Numbers  []int                 `neo4j:"numbers"`
	Empty    []string              `neo4j:"empty"`
	Pair     [2]float64            `neo4j:"pair"`
	Lists    [][]string            `neo4j:"lists"`
	Home     address               `neo4j:"home"`
	Others   []address             `neo4j:"others"`
	Named    map[string]address    `neo4j:"named"`
	Free     map[string]any        `neo4j:"free"`
	Any      any                   `neo4j:"any"`
	IP       netip.Addr            `neo4j:"ip"` // an encoding.TextUnmarshaler
	Day      records.Date          `neo4j:"day"`
	Clock    records.LocalTime     `neo4j:"clock"`
	Zoned    records.Time          `neo4j:"zoned"`
	Wall     records.LocalDateTime `neo4j:"wall"`
	Old      time.Time             `neo4j:"old"`
	First    time.Time             `neo4j:"first"`
	Last     time.Time             `neo4j:"last"`
	Odd      time.Time             `neo4j:"odd"`
	Summer   time.Time             `neo4j:"summer"` // the first of two half past twos
	Winter   time.Time             `neo4j:"winter"` // the second
	Span     records.Duration      `neo4j:"span"`
	Elapsed  time.Duration         `neo4j:"elapsed"`
	Flat     records.Point2D       `neo4j:"flat"`
	Deep     records.Point3D       `neo4j:"deep"`
}

func sample(t *testing.T) everything {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	zip, word := 75001, "here"
	summer := time.Unix(1729989000, 0).In(paris)
	return everything{
		stamp: stamp{"Ada", time.Date(1843, 7, 10, 12, 0, 0, 5, paris)},
		Yes:   true, Small: math.MinInt8, Large: math.MaxInt64, Unsigned: math.MaxUint32, Half: 0.5, Single: 1.25, Text: "naïve 🙂", Level: "high",
		Raw: []byte{0, 255}, Present: &word, NotNull: sql.Null[int64]{V: 7, Valid: true}, Numbers: []int{1, -2, 3}, Empty: []string{}, Pair: [2]float64{1, 2},
		Lists: [][]string{{"a"}, {}, {"b", "c"}}, Home: address{"Rue A", &zip}, Others: []address{{"Rue B", nil}, {"Rue C", &zip}},
		Named: map[string]address{"work": {"Rue D", nil}}, Free: map[string]any{"n": int64(1), "l": []any{"x", 2.5}}, Any: "anything",
		IP: netip.MustParseAddr("2001:db8::1"), Day: records.Date{Year: 2024, Month: 2, Day: 29}, Clock: records.LocalTime{Hour: 23, Minute: 59, Second: 59, Nanosecond: 999_999_999},
		Zoned: records.Time{LocalTime: records.LocalTime{Hour: 1}, Offset: 3600}, Wall: records.LocalDateTime{Date: records.Date{Year: 1969, Month: 12, Day: 31}, LocalTime: records.LocalTime{Hour: 23}},
		Old: time.Date(1969, 12, 31, 23, 59, 59, 500_000_000, time.UTC), First: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), Last: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		Odd: time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3661)), Summer: summer, Winter: summer.Add(time.Hour),
		Span: records.Duration{Months: 14, Days: 25, Seconds: 18367, Nanos: 8}, Elapsed: 90 * time.Second,
		Flat: records.Point2D{SRID: 4326, X: 1.5, Y: 2.5}, Deep: records.Point3D{SRID: 9157, X: 1, Y: 2, Z: 3},
	}
}

// requireSame compares instants by what they are, and the rest by what it holds.
func requireSame(t *testing.T, want, got everything) {
	t.Helper()
	for _, pair := range [][2]*time.Time{
		{&want.At, &got.At},
		{&want.Old, &got.Old},
		{&want.First, &got.First},
		{&want.Last, &got.Last},
		{&want.Odd, &got.Odd},
		{&want.Summer, &got.Summer},
		{&want.Winter, &got.Winter},
	} {
		require.Equal(t, pair[0].Format(time.RFC3339Nano), pair[1].Format(time.RFC3339Nano))
		*pair[1] = *pair[0]
	}
	require.Equal(t, want, got)
}

func TestStructsMakeTheRoundTrip(t *testing.T) {
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, _ bolt.Version) {
		want := sample(t)
		got, err := neorx.One[everything](limited(t), driver.Query("RETURN $p AS p", map[string]any{"p": want}))
		require.NoError(t, err)
		requireSame(t, want, got)

		rows, err := neorx.List[everything](limited(t), driver.Query("UNWIND $rows AS row RETURN row", map[string]any{"rows": []everything{want, want, want}}))
		require.NoError(t, err)
		require.Len(t, rows, 3)
		requireSame(t, want, rows[2])
	})
}

type person struct {
	ElementID string   `neo4j:",elementId"`
	Labels    []string `neo4j:",labels"`
	Name      string   `neo4j:"name"`
	Nick      *string  `neo4j:"nick"`
}

type knows struct {
	Type  string `neo4j:",type"`
	Start string `neo4j:",start"`
	End   string `neo4j:",end"`
	Since int    `neo4j:"since"`
}

type friendship struct {
	A person `neo4j:"a"`
	R knows  `neo4j:"r"`
	B person `neo4j:"b"`
}

func TestEntitiesIntoStructs(t *testing.T) {
	driver := open(t)
	t.Cleanup(func() { wipe(t, driver, "Mapped") })
	got, err := neorx.One[friendship](limited(t), driver.Query(
		"CREATE (a:Mapped:Author {name: 'Ada', nick: 'countess'})-[r:KNOWS {since: 1833}]->(b:Mapped {name: 'Charles'}) RETURN a, r, b", nil))
	require.NoError(t, err)
	assert.Equal(t, "Ada", got.A.Name)
	assert.ElementsMatch(t, []string{"Mapped", "Author"}, got.A.Labels)
	assert.Equal(t, "countess", *got.A.Nick)
	assert.Nil(t, got.B.Nick)
	assert.Equal(t, knows{"KNOWS", got.A.ElementID, got.B.ElementID, 1833}, got.R)

	people, err := neorx.List[person](limited(t), driver.Query("MATCH (p:Mapped) RETURN p ORDER BY p.name", nil))
	require.NoError(t, err)
	require.Len(t, people, 2)
	assert.Equal(t, got.A, people[0])
}

func TestStructsAreStrict(t *testing.T) {
	driver := open(t)
	tests := map[string]struct {
		cypher string
		one    func(t *testing.T, q neorx.Query) error
		want   string
	}{
		"null into a value": {"RETURN null AS author, datetime() AS at", one[stamp], "author"},
		"missing column":    {"RETURN 'Ada' AS author", one[stamp], "at"},
		"wrong type":        {"RETURN 1 AS author, datetime() AS at", one[stamp], "INTEGER"},
		"overflow":          {"RETURN 128 AS x", one[int8], "128"},
		"null":              {"RETURN null AS x", one[string], "NULL"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := tt.one(t, driver.Query(tt.cypher, nil, neorx.ReadOnly()))
			require.ErrorContains(t, err, tt.want)
			var decode *neorx.DecodeError
			assert.True(t, errors.As(err, &decode), "%T: %v", err, err)
		})
	}
}

func one[T any](t *testing.T, q neorx.Query) error {
	_, err := neorx.One[T](limited(t), q)
	return err
}
