package bolt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAuthTokenNeverShowsItsSecrets(t *testing.T) {
	token := CustomAuth("alice", "s3cret", "r1", "saml", map[string]any{"otp": "s3cret"})
	const want = "AuthToken{scheme:saml principal:alice credentials:*** realm:r1 parameters:***}"
	type config struct{ Auth AuthToken }

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T %v"} {
		assert.NotContains(t, fmt.Sprintf(verb, token), "s3cret", verb)
		assert.NotContains(t, fmt.Sprintf(verb, &token), "s3cret", verb)
		assert.NotContains(t, fmt.Sprintf(verb, config{token}), "s3cret", verb)
		assert.NotContains(t, fmt.Sprintf(verb, []AuthToken{token}), "s3cret", verb)
	}
	assert.Equal(t, want, fmt.Sprint(token))
	assert.Equal(t, want, token.GoString())
	assert.Equal(t, "AuthToken{scheme:none}", NoAuth().String())

	encoded, err := json.Marshal(config{token})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Auth":{"scheme":"saml","principal":"alice","credentials":"***","realm":"r1","parameters":"***"}}`, string(encoded))
}

func TestAuthTokenInLogs(t *testing.T) {
	token := BasicAuth("alice", "s3cret")
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("log on", "auth", token, "pointer", &token, "all", []AuthToken{token})
	}
	assert.NotContains(t, out.String(), "s3cret")
	assert.Contains(t, out.String(), "auth.scheme=basic auth.principal=alice auth.credentials=***")
}

func TestAuthTokenEqual(t *testing.T) {
	basic := BasicAuth("alice", "pw")
	assert.True(t, basic.Equal(BasicAuth("alice", "pw")))
	assert.True(t, NoAuth().Equal(AuthToken{}))
	assert.True(t, CustomAuth("a", "b", "", "s", nil).Equal(CustomAuth("a", "b", "", "s", map[string]any{})))
	for _, other := range []AuthToken{
		BasicAuth("bob", "pw"), BasicAuth("alice", "pw2"), BasicAuth("alice", "pw", "realm"), BearerAuth("pw"), KerberosAuth("pw"), NoAuth(),
		CustomAuth("alice", "pw", "", "basic", map[string]any{"a": 1}),
	} {
		assert.False(t, basic.Equal(other), other)
	}
}
