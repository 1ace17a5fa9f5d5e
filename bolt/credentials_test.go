package bolt_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// What a scheme of the server's own does not have is left out, but for the principal.
func TestEmptyCredentials(t *testing.T) {
	capabilities := bolt.Version{Major: 5, Minor: 4}.Capabilities(false)
	for name, tt := range map[string]struct {
		token bolt.AuthToken
		keys  []string
	}{
		"none":     {bolt.NoAuth(), []string{"scheme"}},
		"basic":    {bolt.BasicAuth("", ""), []string{"scheme", "principal", "credentials"}},
		"kerberos": {bolt.KerberosAuth("ticket"), []string{"scheme", "principal", "credentials"}},
		"custom":   {bolt.CustomAuth("", "", "", "mine", nil), []string{"scheme", "principal"}},
	} {
		msg, err := (&bolt.Logon{Auth: tt.token}).Append(nil, &capabilities)
		require.NoError(t, err)
		r := packstream.NewReader(msg)
		r.Struct()
		fields, ok := records.DecodeValue(&r).AsMap()
		require.True(t, ok)
		var keys []string
		for _, f := range fields {
			keys = append(keys, f.Key)
		}
		assert.Equal(t, tt.keys, keys, name)
	}
}
