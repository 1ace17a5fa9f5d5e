package records_test

import (
	"container/list"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"iter"
	"math/big"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

// nullable has a text form of its null and a null for databases, as uuid.NullUUID has.
type nullable struct{ valid bool }

func (n nullable) MarshalText() ([]byte, error) { return []byte("null"), nil }
func (n nullable) Value() (driver.Value, error) {
	if !n.valid {
		return nil, nil
	}
	return "text", nil
}

type failingValuer struct{ private int }

func (failingValuer) Value() (driver.Value, error) { return nil, errors.New("no value today") }

type endlessValuer struct{ private int }

func (endlessValuer) Value() (driver.Value, error) { return endlessValuer{}, nil }

type counter struct {
	sync.Mutex
	N int
}

func TestForeignTypesAsParameters(t *testing.T) {
	var noSequence iter.Seq[int]
	tests := map[string]struct{ in, want any }{
		"json.Number beyond 2^53":     {json.Number("9007199254740993"), int64(9007199254740993)},
		"json.Number with exponent":   {json.Number("1e3"), 1000.0},
		"json.RawMessage":             {json.RawMessage(` {"a": [1, 2.5, null, "x"]} `), map[string]any{"a": []any{int64(1), 2.5, nil, "x"}}},
		"json.RawMessage, null":       {json.RawMessage("null"), nil},
		"json.RawMessage, nil":        {json.RawMessage(nil), nil},
		"*big.Int":                    {big.NewInt(-7), int64(-7)},
		"*big.Int, nil":               {(*big.Int)(nil), nil},
		"*big.Float":                  {big.NewFloat(0.1), 0.1},
		"*big.Rat":                    {big.NewRat(-1, 4), -0.25},
		"valuer before text":          {nullable{true}, "text"},
		"valuer, null":                {nullable{}, nil},
		"slice of valuers":            {[]nullable{{true}, {}}, []any{"text", nil}},
		"sequence":                    {slices.Values([]string{"a", "b"}), []any{"a", "b"}},
		"sequence without items":      {slices.Values([]string{}), []any{}},
		"sequence, nil":               {noSequence, nil},
		"sequence of sequences":       {slices.Values([]iter.Seq[int]{slices.Values([]int{1})}), []any{[]any{int64(1)}}},
		"sequence in a struct":        {struct{ S iter.Seq[int] }{slices.Values([]int{1})}, map[string]any{"s": []any{int64(1)}}},
		"timestamppb.Timestamp":       {&fakeTimestamp{}, time.Unix(7, 0).UTC()},
		"durationpb.Duration":         {&fakeDuration{}, records.DurationOf(time.Second)},
		"wrapperspb.Int64Value":       {&Int64Value{Value: 9}, int64(9)},
		"struct with embedded mutex":  {&counter{N: 1}, map[string]any{"n": int64(1)}},
		"struct without fields":       {struct{}{}, map[string]any{}},
		"named integer with String()": {time.March, int64(3)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := records.AppendValue(nil, tt.in, bolt61)
			require.NoError(t, err)
			got := decode(t, data).Any()
			if want, ok := tt.want.(time.Time); ok {
				assert.True(t, want.Equal(got.(time.Time)))
				return
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestForeignTypesThatAreRefused(t *testing.T) {
	seven := func(yield func(any) bool) { _ = yield(7) && yield(make(chan int)) }
	tests := map[string]struct {
		in   any
		want string
	}{
		"error":                   {errors.New("boom"), `parameter v: errors.errorString is an error: send its Error()`},
		"*url.URL":                {&url.URL{}, `parameter v: url.URL has its text form in String(): send that`},
		"mutex":                   {&sync.Mutex{}, "parameter v: sync.Mutex has no exported field to send: implement CypherEncoder, or leave the value out (tag `neo4j:\"-\"`)"},
		"list.List":               {[]any{1, list.New()}, "parameter v[1]: list.List has no exported field to send: implement CypherEncoder, or leave the value out (tag `neo4j:\"-\"`)"},
		"String() only":           {map[string]any{"price": cents{}}, `parameter v.price: records_test.cents has no exported field to send: send its String()`},
		"field of a struct":       {struct{ Mu sync.Mutex }{}, "parameter v.mu: sync.Mutex has no exported field to send: implement CypherEncoder, or leave the value out (tag `neo4j:\"-\"`)"},
		"json.Number, too large":  {json.Number("9223372036854775808"), `parameter v: the json.Number "9223372036854775808" is not an INTEGER of 64 bits`},
		"json.Number, empty":      {json.Number(""), `parameter v: the json.Number "" is not an INTEGER of 64 bits`},
		"json.Number, no float":   {json.Number("1.x"), `parameter v: the json.Number "1.x" is not a FLOAT`},
		"json.RawMessage, broken": {json.RawMessage("{"), `parameter v: the json.RawMessage is not valid JSON: unexpected EOF`},
		"json.RawMessage, two":    {json.RawMessage("1 2"), `parameter v: the json.RawMessage is not valid JSON: more than one value`},
		"json.RawMessage, number": {json.RawMessage(`{"a":1e999}`), `parameter v.a: the json.Number "1e999" is not a FLOAT`},
		"*big.Int":                {new(big.Int).Lsh(big.NewInt(1), 63), `parameter v: the big.Int is beyond the range of INTEGER: send its String() or a FLOAT`},
		"*big.Rat":                {big.NewRat(1, 3), `parameter v: the big.Rat is not exactly a FLOAT: send its Float64() or its text`},
		"failing Value()":         {failingValuer{}, `parameter v: no value today`},
		"Value() of Value()":      {endlessValuer{}, `parameter v: its Value() returns another driver.Valuer`},
		"item of a sequence":      {iter.Seq[any](seven), `parameter v[1]: chan int has no Cypher type`},
		"sequence of pairs":       {slices.All([]int{1}), `parameter v: iter.Seq2[int,int] has no Cypher type; of functions only an iter.Seq has one`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := records.AppendParameters(nil, map[string]any{"v": tt.in}, bolt61)
			var usage *records.UsageError
			require.ErrorAs(t, err, &usage)
			assert.EqualError(t, err, tt.want)
		})
	}
}

// A sequence that contains itself ends with an error, as every other endless value does.
func TestSequenceWithinItself(t *testing.T) {
	var endless iter.Seq[any]
	endless = func(yield func(any) bool) { yield(endless) }
	_, err := records.AppendValue(nil, endless, bolt61)
	require.ErrorContains(t, err, "it nests deeper than 1000 levels")
}
