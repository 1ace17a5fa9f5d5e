package login

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
)

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		token bolt.AuthToken
		want  string // empty: it can be sent
	}{
		"none":            {bolt.NoAuth(), ""},
		"zero":            {bolt.AuthToken{}, ""},
		"basic":           {bolt.BasicAuth("neo4j", "x"), ""},
		"without scheme":  {bolt.AuthToken{Principal: "neo4j"}, "src: the scheme is missing"},
		"no text":         {bolt.BasicAuth("neo4j\xff", "x"), "src: the user (principal) is not valid UTF-8"},
		"a bad parameter": {bolt.CustomAuth("", "", "", "own", map[string]any{"k": make(chan int)}), "src: authentication parameters: "},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			err := Check("src", test.token)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestUnusable(t *testing.T) {
	source := Fixed("BasicAuth", bolt.BasicAuth("neo4j", "hunter2\xff"))
	require.IsType(t, &Unusable{}, source)
	_, err := source.Token(t.Context())
	require.ErrorAs(t, err, new(*records.UsageError))
	assert.ErrorContains(t, err, "neorx: cannot log in: BasicAuth: ")
	assert.NotContains(t, err.Error(), "hunter2")
	assert.False(t, source.Rejected(bolt.AuthToken{}, nil), "there are no better ones")
}
