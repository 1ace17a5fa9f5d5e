package integration_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
)

// The Community edition has neither impersonation nor providers for these schemes: what reaches the
// caller is the server's refusal.
func TestWhatTheCommunityEditionRefuses(t *testing.T) {
	driver := open(t)
	_, err := driver.Query("RETURN 1", nil, neorx.Impersonate("eve")).Exec(limited(t))
	var refused *neorx.ServerError
	require.ErrorAs(t, err, &refused)
	assert.True(t, refused.HasCode("Neo.ClientError."), "the code is %s", refused.Code)
	assert.False(t, refused.Retryable())

	for name, auth := range map[string]neorx.TokenSource{
		"bearer":   neorx.BearerAuth("a-token"),
		"kerberos": neorx.KerberosAuth("YSB0aWNrZXQ="),
		"custom":   neorx.CustomAuth("eve", "secret", "realm", "none-of-yours", nil),
	} {
		t.Run(name, func(t *testing.T) {
			other, err := neorx.Open(realServer(t).URI, auth)
			require.NoError(t, err)
			defer closeDriver(t, other)
			err = other.VerifyConnectivity(limited(t))
			var refused *neorx.ServerError
			require.ErrorAs(t, err, &refused)
			assert.True(t, refused.HasCode("Neo.ClientError.Security."), "the code is %s", refused.Code)
			assert.NotContains(t, err.Error(), "a-token")
		})
	}
}
