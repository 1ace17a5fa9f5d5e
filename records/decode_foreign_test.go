package records_test

import (
	"encoding/json"
	"math/big"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/records"
)

// textScanner reads itself from text and from a database, as decimal.Decimal does.
type textScanner struct{ from any }

func (s *textScanner) UnmarshalText(text []byte) error { s.from = "text " + string(text); return nil }
func (s *textScanner) Scan(v any) error                { s.from = v; return nil }

func TestForeignTypesAsTargets(t *testing.T) {
	tests := map[string]struct{ in, want any }{
		"json.Number of an INTEGER": {9007199254740993, json.Number("9007199254740993")},
		"json.Number of a FLOAT":    {1.5, json.Number("1.5")},
		"json.RawMessage":           {map[string]any{"a": 1}, json.RawMessage(`{"a":1}`)},
		"big.Int of an INTEGER":     {-7, *big.NewInt(-7)},
		"big.Int of a STRING":       {"-7", *big.NewInt(-7)},
		"scanner":                   {1.5, anyScanner{1.5}},
		"scanner with null":         {nil, nullScanner{}},
		"text before Scan":          {"x", textScanner{"text x"}},
		"Scan for the rest":         {7, textScanner{int64(7)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := records.DecodeRowInto(reflect.TypeOf(tt.want), []string{"v"}, encodeRow(t, tt.in))
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.Interface())
		})
	}
}

// A type whose Scan swallows null would show a value that was never there.
func TestNullThatScanSwallows(t *testing.T) {
	for _, target := range []any{anyScanner{}, textScanner{}} {
		_, err := records.DecodeRowInto(reflect.TypeOf(target), []string{"v"}, encodeRow(t, nil))
		require.ErrorContains(t, err, "NULL does not fit")
	}
}

func TestHintsForFields(t *testing.T) {
	type user struct {
		UserID int `json:"userId"`
	}
	type cased struct{ UserId int } //nolint:staticcheck // ST1003: a name as programs have it
	tests := map[string]struct {
		keys []string
		row  []any
		into reflect.Type
		want string
	}{
		"column by its json tag": {[]string{"userId", "name"}, []any{1, "x"}, reflect.TypeFor[user](), "column \"userID\" (field UserID): the result has no such column; it has userId, name; the json tag of UserID does not count: add the tag `neo4j:\"userId\"`"},
		"column in other case":   {[]string{"userID", "name"}, []any{1, "x"}, reflect.TypeFor[cased](), "column \"userId\" (field UserId): the result has no such column; it has userID, name; for UserId add the tag `neo4j:\"userID\"`"},
		"property":               {[]string{"u"}, []any{map[string]any{"userId": 1}}, reflect.TypeFor[user](), "column \"u\" (field UserID): NULL does not fit int: the value has no \"userID\", only userId; the json tag of UserID does not count: add the tag `neo4j:\"userId\"`; a pointer could hold it, or NullAsZero make it zero"},
		"empty map":              {[]string{"u"}, []any{map[string]any{}}, reflect.TypeFor[user](), "column \"u\" (field UserID): NULL does not fit int: the value is empty; a pointer could hold it, or NullAsZero make it zero"},
		"the only column":        {[]string{"userId"}, []any{1}, reflect.TypeFor[user](), "column \"userId\": INTEGER does not fit records_test.user: the result has the one column \"userId\", and no field of that name; the fields are called userID; the json tag of UserID does not count: add the tag `neo4j:\"userId\"`"},
		"relationship":           {[]string{"r"}, []any{wrote}, reflect.TypeFor[user](), "column \"r\" (field UserID): NULL does not fit int: the value has no \"userID\", only year; a pointer could hold it, or NullAsZero make it zero"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := records.DecodeRowInto(tt.into, tt.keys, encodeRow(t, tt.row...))
			assert.EqualError(t, err, tt.want)
		})
	}
}
