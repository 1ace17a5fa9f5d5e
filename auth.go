package neorx

import (
	"context"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/login"
	"github.com/neorx/neorx/pool"
)

type (
	// TokenSource says with which credentials a connection logs in. [NoAuth], [BasicAuth],
	// [BearerAuth], [KerberosAuth] and [CustomAuth] return one that always says the same,
	// [RotatingAuth] and [ExpiringAuth] one that finds new credentials. A program can have its own:
	//   - [pool.TokenSource.Token] returns the credentials of the moment. It is called at every
	//     acquisition of a connection.
	//   - [pool.TokenSource.Rejected] hears that a server has refused them, and reports whether
	//     there are better ones.
	TokenSource = pool.TokenSource

	// AuthToken is a set of credentials, as a [TokenSource] returns it. [bolt.NoAuth],
	// [bolt.BasicAuth], [bolt.BearerAuth], [bolt.KerberosAuth] and [bolt.CustomAuth] make one.
	//   - [bolt.AuthToken.Equal] reports whether two tokens are the same.
	//
	// Its secrets are redacted however it is printed: [bolt.AuthToken.String],
	// [bolt.AuthToken.GoString], [bolt.AuthToken.Format], [bolt.AuthToken.LogValue] for slog,
	// [bolt.AuthToken.MarshalJSON].
	AuthToken = bolt.AuthToken

	// ExpiringOption configures [ExpiringAuth]. [RenewEarly] returns one.
	ExpiringOption = pool.ExpiringOption
)

// NoAuth is for servers with authentication switched off.
func NoAuth() TokenSource { return pool.Static(bolt.NoAuth()) }

// BasicAuth is a user name and a password, also for LDAP. At most one realm is used; it narrows
// down which of several providers is meant.
func BasicAuth(user, password string, realm ...string) TokenSource {
	return login.Fixed("BasicAuth", bolt.BasicAuth(user, password, realm...))
}

// BearerAuth is a token of an identity provider (single sign-on).
func BearerAuth(token string) TokenSource { return login.Fixed("BearerAuth", bolt.BearerAuth(token)) }

// KerberosAuth is a Kerberos ticket, base64-encoded.
func KerberosAuth(ticket string) TokenSource {
	return login.Fixed("KerberosAuth", bolt.KerberosAuth(ticket))
}

// CustomAuth is for an authentication provider of the server's own, which scheme names. Realm and
// parameters may be empty; the map is not copied.
func CustomAuth(principal, credentials, realm, scheme string, parameters map[string]any) TokenSource {
	if scheme == "" {
		return &login.Unusable{Why: login.NoScheme("CustomAuth")}
	}
	return login.Fixed("CustomAuth", bolt.CustomAuth(principal, credentials, realm, scheme, parameters))
}

// RotatingAuth is for credentials that change from time to time, such as a password that is
// rotated. The driver asks provider once and keeps the answer. When a server refuses it
// (Neo.ClientError.Security.Unauthorized), provider is asked again, and the error says that it is
// worth a retry: managed work, which the queries of a driver are, is done again with the new
// credentials, and the program sees no error. So is it when the server has locked the user out for
// a while, as it does after too many attempts with the old ones (AuthenticationRateLimit).
// Connections that are open log in with the new ones as they are used next.
//
// Calls of provider never overlap, and what it returns goes to everybody who waits. Its context has
// the values of the first who has asked, and ends when nobody waits any more; whoever waits leaves
// when their own context ends. An error of provider is an error for all who wait, and so are a
// panic and runtime.Goexit; the next who comes asks again. provider must not use the driver that it
// is for.
func RotatingAuth(provider func(ctx context.Context) (AuthToken, error)) TokenSource {
	if provider == nil {
		return login.NoProvider("RotatingAuth")
	}
	return pool.Rotating(func(ctx context.Context) (AuthToken, error) {
		token, err := provider(ctx)
		if err == nil {
			err = login.Check("the provider of RotatingAuth", token)
		}
		return token, err
	})
}

// ExpiringAuth is for credentials that hold for a while, such as the bearer tokens of an identity
// provider. The driver asks provider for the next ones a moment before they expire ([RenewEarly]),
// and when a server refuses them earlier, as expired or unauthorized; the rest is as with
// [RotatingAuth]. Where provider returns the zero time they hold until they are refused. Those at
// hand serve everybody else while one asks for the next, and go on to serve where provider fails,
// until they expire.
func ExpiringAuth(
	provider func(ctx context.Context) (token AuthToken, expires time.Time, err error), opts ...ExpiringOption,
) TokenSource {
	if provider == nil {
		return login.NoProvider("ExpiringAuth")
	}
	return pool.Expiring(func(ctx context.Context) (AuthToken, time.Time, error) {
		token, expires, err := provider(ctx)
		if err == nil {
			err = login.Check("the provider of ExpiringAuth", token)
		}
		return token, expires, err
	}, opts...)
}

// RenewEarly says how long before they expire credentials are renewed: time enough for the provider
// to answer, for a login to reach the server, and for the difference of the clocks. It is never
// more than half of what was left when they came, and a negative value counts as 0. Default: 30 s.
func RenewEarly(d time.Duration) ExpiringOption { return pool.RenewEarly(d) }
