package bolt

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestExpectedQueueIsFIFO(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q expectedQueue
		var model []byte
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				tag := rapid.Byte().Draw(t, "tag")
				q.push(expectation{tag: tag})
				model = append(model, tag)
			},
			"pop": func(t *rapid.T) {
				if len(model) == 0 {
					t.Skip("empty")
				}
				require.Equal(t, model[0], q.pop().tag)
				model = model[1:]
			},
			"": func(t *rapid.T) {
				require.Equal(t, len(model), q.n)
				front, ok := q.front()
				require.Equal(t, len(model) > 0, ok)
				if ok {
					require.Equal(t, model[0], front.tag)
				}
			},
		})
	})
}

func TestExpectedQueueAny(t *testing.T) {
	var q expectedQueue
	q.push(expectation{tag: TagRun})
	q.push(expectation{tag: TagPull})
	assert.True(t, q.any(TagBegin, TagPull))
	assert.False(t, q.any(TagBegin, TagLogon))
}
