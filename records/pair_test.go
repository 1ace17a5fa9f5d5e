package records_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

func TestPair(t *testing.T) {
	two := records.NewRecord([]string{"n", "count(*)"}, records.StringValue("x"), records.IntValue(2))
	got, err := records.As[records.Pair[string, float64]](two, records.ConvertNumbers())
	require.NoError(t, err)
	assert.Equal(t, records.Pair[string, float64]{First: "x", Second: 2}, got)

	_, err = records.As[records.Pair[string, bool]](two)
	require.EqualError(t, err, `column "count(*)": INTEGER does not fit bool`)
	_, err = records.As[records.Pair[int, int]](two)
	require.EqualError(t, err, `column "n": STRING does not fit int`)
	_, err = records.As[records.Pair[string, int]](records.NewRecord([]string{"a"}, records.StringValue("x")))
	require.EqualError(t, err, "a Pair takes a row of two columns, and the result has 1: a")
	_, err = records.As[records.Pair[string, chan int]](two)
	require.ErrorContains(t, err, "has no Cypher type")
}

// A struct that embeds a Pair is an ordinary struct.
func TestEmbeddedPair(t *testing.T) {
	type named struct {
		records.Pair[string, int]
		Third bool
	}
	row := records.NewRecord([]string{"second", "third", "first"}, records.IntValue(2), records.BoolValue(true), records.StringValue("x"))
	got, err := records.As[named](row)
	require.NoError(t, err)
	assert.Equal(t, named{records.Pair[string, int]{First: "x", Second: 2}, true}, got)
}

func TestProperty(t *testing.T) {
	props := map[string]any{"name": "Ada", "tags": []any{"maths"}, "died": nil}
	tags, err := records.Property[[]string](records.Relationship{Props: props}, "tags")
	require.NoError(t, err)
	assert.Equal(t, []string{"maths"}, tags)
	died, err := records.Property[*int](props, "died")
	require.NoError(t, err)
	assert.Nil(t, died)
	_, err = records.Property[int](records.Node{Props: props}, "name")
	require.EqualError(t, err, "field name: STRING does not fit int")
	_, err = records.Property[int](records.Node{}, "name")
	require.EqualError(t, err, "field name: there is no such property, only none")
}
