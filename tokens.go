package neorx

import (
	"context"
	"time"

	"github.com/neorx/neorx/internal/login"
	"github.com/neorx/neorx/pool"
)

// ExpiringOption configures what [ExpiringAuth] returns.
type ExpiringOption = pool.ExpiringOption

// RotatingAuth is for credentials that change from time to time, such as a password that is rotated. The driver asks provider once and keeps the answer.
// When a server refuses it (Neo.ClientError.Security.Unauthorized), provider is asked again, and the error says that it is worth a retry: managed work, which
// the queries of a driver are, is done again with the new credentials, and the program sees no error. So is it when the server has locked the user out for a
// while, as it does after too many attempts with the old ones (AuthenticationRateLimit). Connections that are open log in with the new ones as they are used
// next.
//
// Calls of provider never overlap, and what it returns goes to everybody who waits. Its context has the values of the first who has asked, and ends when
// nobody waits any more; whoever waits leaves when their own context ends. An error of provider is an error for all who wait, and so are a panic and
// runtime.Goexit; the next who comes asks again. provider must not use the driver that it is for.
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

// ExpiringAuth is for credentials that hold for a while, such as the bearer tokens of an identity provider. The driver asks provider for the next ones a moment
// before they expire ([RenewEarly]), and when a server refuses them earlier, as expired or unauthorized; the rest is as with [RotatingAuth]. Where
// provider returns the zero time they hold until they are refused. Those at hand serve everybody else while one asks for the next, and go on to serve where
// provider fails, until they expire.
func ExpiringAuth(provider func(ctx context.Context) (token AuthToken, expires time.Time, err error), opts ...ExpiringOption) TokenSource {
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

// RenewEarly says how long before they expire credentials are renewed: time enough for the provider to answer, for a login to reach the server, and for
// the difference of the clocks. It is never more than half of what was left when they came, and a negative value counts as 0. Default: 30 s.
func RenewEarly(d time.Duration) ExpiringOption { return pool.RenewEarly(d) }
