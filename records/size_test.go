package records

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSizeCountsWhatIsInside(t *testing.T) {
	long := strings.Repeat("x", 1000)
	text := StringValue(long)
	tests := map[string]Value{
		"string": text,
		"bytes":  BytesValue([]byte(long)),
		"list":   ListValue(IntValue(1), text),
		"map":    MapValue(Entry{Key: "k", Value: text}),
		"nested": ListValue(ListValue(MapValue(Entry{Key: "k", Value: ListValue(text)}))),
	}
	for name, v := range tests {
		t.Run(name, func(t *testing.T) {
			size := NewRecord([]string{"a"}, v).Size()
			assert.Greater(t, size, 1000)
			assert.Less(t, size, 1300)
		})
	}
	assert.Equal(t, 2*valueSize, NewRecord([]string{"a", "b"}, IntValue(1)).Size())
}
