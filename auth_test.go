package neorx

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/test/bolttest"
)

// notText is what no server can be told, with a secret in it.
const notText = "hunter2\xff"

func TestUnusableCredentials(t *testing.T) {
	notUTF8 := " is not valid UTF-8, as all text that is sent has to be"
	parameters := func(v any) map[string]any { return map[string]any{"key": v} }
	cases := map[string]struct {
		auth TokenSource
		want string
	}{
		"no provider":                {RotatingAuth(nil), "RotatingAuth(nil): the provider is nil"},
		"no provider of what lasts":  {ExpiringAuth(nil, RenewEarly(time.Second)), "ExpiringAuth(nil): the provider is nil"},
		"no scheme":                  {CustomAuth("neo4j", "hunter2", "", "", nil), "CustomAuth: the scheme is missing"},
		"nothing at all":             {CustomAuth("", "", "", "", nil), "CustomAuth: the scheme is missing"},
		"a user":                     {BasicAuth(notText, "x"), "BasicAuth: the user (principal)" + notUTF8},
		"a password":                 {BasicAuth("neo4j", notText), "BasicAuth: the password, token or ticket (credentials)" + notUTF8},
		"a realm":                    {BasicAuth("neo4j", "x", notText), "BasicAuth: the realm" + notUTF8},
		"a bearer token":             {BearerAuth(notText), "BearerAuth: the password, token or ticket (credentials)" + notUTF8},
		"a ticket":                   {KerberosAuth(notText), "KerberosAuth: the password, token or ticket (credentials)" + notUTF8},
		"a scheme":                   {CustomAuth("neo4j", "x", "", notText, nil), "CustomAuth: the scheme" + notUTF8},
		"a parameter":                {CustomAuth("neo4j", "x", "", "own", parameters(notText)), "CustomAuth: authentication parameters: "},
		"a parameter in others":      {CustomAuth("neo4j", "x", "", "own", parameters([]any{parameters(notText)})), "CustomAuth: authentication parameters: value key[0].key: the text is not valid UTF-8"},
		"a parameter without a type": {CustomAuth("neo4j", "x", "", "own", parameters(make(chan int))), "CustomAuth: authentication parameters: "},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Open("bolt://db", test.auth)
			require.ErrorAs(t, err, new(*UsageError))
			assert.ErrorContains(t, err, test.want)
			assert.Equal(t, 1, problemsIn(t, err))
			assert.NotContains(t, err.Error(), "hunter2")

			server := bolttest.New(t, nil)
			d := open(t, server.URI())
			_, onQuery := d.Query("RETURN 1", nil, Auth(test.auth)).Exec(t.Context())
			_, onVerify := d.VerifyAuthentication(t.Context(), test.auth)
			for _, err := range []error{onQuery, onVerify} {
				require.ErrorAs(t, err, new(*UsageError))
				assert.ErrorContains(t, err, "neorx: cannot log in: "+test.want)
				assert.NotContains(t, err.Error(), "hunter2")
			}
			assert.Zero(t, server.Connections(), "nothing was sent")
		})
	}
}

func TestUnusableCredentialsOfProviders(t *testing.T) {
	for want, token := range map[string]AuthToken{
		"the scheme is missing":  {Principal: "neo4j", Credentials: "hunter2"},
		"is not valid UTF-8":     bolt.BasicAuth("neo4j", notText),
		"the text is not valid ": bolt.CustomAuth("neo4j", "x", "", "own", map[string]any{"key": notText}),
	} {
		sources := map[string]TokenSource{
			"the provider of RotatingAuth": RotatingAuth(func(context.Context) (AuthToken, error) { return token, nil }),
			"the provider of ExpiringAuth": ExpiringAuth(func(context.Context) (AuthToken, time.Time, error) { return token, time.Time{}, nil }),
			"the source of credentials":    pool.Static(token),
		}
		for name, source := range sources {
			t.Run(name+", "+want, func(t *testing.T) {
				server := bolttest.New(t, nil)
				d, err := Open(server.URI(), source)
				require.NoError(t, err)
				defer d.Close(t.Context())
				err = d.VerifyConnectivity(t.Context())
				assert.ErrorContains(t, err, name+": ")
				assert.ErrorContains(t, err, want)
				assert.NotContains(t, err.Error(), "hunter2")
				assert.Zero(t, server.Connections(), "nothing was sent")
			})
		}
	}
}

func TestUsableCredentials(t *testing.T) {
	for name, auth := range map[string]TokenSource{
		"none":          NoAuth(),
		"zero":          pool.Static(AuthToken{}),
		"empty":         BasicAuth("", ""),
		"not ASCII":     BasicAuth("jürgen", "größe\x00"),
		"of one's own":  CustomAuth("", "", "", "own", map[string]any{"at": time.Now(), "id": UUID{}}),
		"a scheme only": CustomAuth("", "", "", "none", nil),
	} {
		d, err := Open("bolt://db", auth)
		require.NoError(t, err, name)
		require.NoError(t, d.Close(t.Context()))
	}
}
