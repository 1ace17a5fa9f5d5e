package uri

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
)

// FuzzRoutingContext: a routing context that is accepted means something, says the same in its
// normal form, and arrives at a server as it was meant.
func FuzzRoutingContext(f *testing.F) {
	for _, seed := range []string{
		"policy=europe", "region=eu&policy=a%26b", "a=1&a=2", "=x", "x=", "x", "address=db:7687", "a=%zz", "a=%00", "a= b &c=+", "a=\xff", "\x94=0", "%61=1&a=2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		var problems []string
		context := parseContext(query, func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) })
		if len(problems) > 0 {
			return
		}
		for key, value := range context {
			assert.NotEmpty(t, strings.TrimSpace(key))
			assert.NotEmpty(t, strings.TrimSpace(value))
			assert.NotEqual(t, addressKey, key)
		}
		again := parseContext(encodedContext(context), func(format string, args ...any) { t.Errorf("the normal form: "+format, args...) })
		assert.Equal(t, len(context), len(again))
		for key, value := range context {
			assert.Equal(t, value, again[key])
		}
		arrives(t, Target{Scheme: schemes["neo4j"], Host: "db", Port: "7687", Context: context}.Routing())
	})
}

// arrives sends a context in a HELLO, and reads it at the other end.
func arrives(t *testing.T, context map[string]string) {
	t.Helper()
	caps := bolt.Version{Major: 5, Minor: 8}.Capabilities(false)
	msg, err := (&bolt.Hello{UserAgent: "a/1", Agent: bolt.Agent{Product: "p"}, Routing: context}).Append(nil, &caps)
	require.NoError(t, err)
	got, err := bolt.DecodeRequest(msg, &caps)
	require.NoError(t, err)
	assert.Equal(t, context, got.(*bolt.Hello).Routing)
}
