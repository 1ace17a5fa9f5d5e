package records_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

type optional struct {
	Name    string         `neo4j:",omitempty"`
	Count   int            `neo4j:"n,omitempty"`
	List    []int          `neo4j:"list,omitempty"`
	Map     map[string]int `neo4j:",omitempty"`
	Pointer *int           `neo4j:",omitempty"`
	When    time.Time      `neo4j:",omitempty"`
	Any     any            `neo4j:",omitempty"`
	Struct  Address        `neo4j:",omitempty"`
	Always  bool
	*Link
}

func encoded(t *testing.T, v any) any {
	t.Helper()
	b, err := records.AppendValue(nil, v, bolt61)
	require.NoError(t, err)
	return decode(t, b).Any()
}

func TestStructsAsParameters(t *testing.T) {
	zip := 1
	when := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, map[string]any{"always": false}, encoded(t, optional{List: []int{}, Map: map[string]int{}}))
	assert.Equal(t, map[string]any{
		"name": "x", "n": int64(1), "list": []any{int64(1)}, "map": map[string]any{"a": int64(1)}, "pointer": int64(1), "when": when,
		"any": int64(0), "struct": map[string]any{"street": "s", "zip": nil}, "always": true, "url": "u",
	}, encoded(t, &optional{
		Name: "x", Count: 1, List: []int{1}, Map: map[string]int{"a": 1}, Pointer: &zip, When: when, Any: 0,
		Struct: Address{Street: "s"}, Always: true, Link: &Link{"u"},
	}))
	assert.Equal(t, []any{
		map[string]any{"street": "a", "zip": int64(1)}, map[string]any{"street": "b", "zip": nil},
	}, encoded(t, []Address{{"a", &zip}, {"b", nil}}))
	assert.Equal(t, map[string]any{"x": map[string]any{"url": "u"}}, encoded(t, map[string]*Link{"x": {"u"}}))
}

func TestPartsOfEntitiesAreSentWhereTheyHaveAName(t *testing.T) {
	type node struct {
		ElementID string   `neo4j:"eid,elementId"`
		Labels    []string `neo4j:",labels"`
		Name      string
	}
	assert.Equal(t, map[string]any{"eid": "4:x:7", "name": "Ada"}, encoded(t, node{"4:x:7", []string{"L"}, "Ada"}))

	n, err := decodeRow[node](t, []string{"n"}, []any{records.Node{
		ElementID: "4:x:7", Labels: []string{"L"}, Props: map[string]any{"name": "Ada", "eid": "a property of that name"},
	}})
	require.NoError(t, err)
	assert.Equal(t, node{"4:x:7", []string{"L"}, "Ada"}, n)
	n, err = decodeRow[node](t, []string{"n"}, []any{map[string]any{"eid": "x", "name": "y"}}, records.NullAsZero())
	require.NoError(t, err)
	assert.Equal(t, node{ElementID: "x", Name: "y"}, n)
}

func TestParameterErrorsInStructs(t *testing.T) {
	type row struct {
		When time.Time
		IDs  []records.UUID
		Next *row
		Null sql.Null[uint64]
	}
	rows := []row{{}, {Next: &row{Null: sql.Null[uint64]{V: 1 << 63, Valid: true}}}}
	_, err := records.AppendParameters(nil, struct{ Rows []row }{rows}, bolt58)
	require.EqualError(t, err, "parameter rows[1].next.null: the unsigned integer 9223372036854775808 is beyond the range of INTEGER")
	_, err = records.AppendParameters(nil, map[string]any{"rows": []row{{IDs: []records.UUID{{}}}}}, bolt58)
	require.EqualError(t, err, "parameter rows[0].ids[0]: UUID needs Bolt 6.1; this connection speaks 5.8")
	rows[0].Next = &rows[0]
	_, err = records.AppendParameters(nil, map[string]any{"rows": rows}, bolt58)
	require.ErrorContains(t, err, "it contains itself")
}

func TestStructParametersAllocateLittle(t *testing.T) {
	type row struct {
		ID    int
		Name  string
		Score float64
		Tags  []string
	}
	rows := make([]row, 1000)
	for i := range rows {
		rows[i] = row{i, "someone", 1.5, []string{"a", "b"}}
	}
	buf := make([]byte, 0, 1<<20)
	params := map[string]any{"rows": rows}
	allocs := testing.AllocsPerRun(10, func() {
		if _, err := records.AppendParameters(buf, params, bolt58); err != nil {
			t.Error(err)
		}
	})
	assert.LessOrEqual(t, allocs/float64(len(rows)), 0.01)
}
