package pool

import (
	"context"
	"errors"
	"fmt"

	"github.com/neorx/neorx/bolt"
)

// TokenSource says with which credentials to log in. Its methods are called concurrently.
type TokenSource interface {
	// Token returns the credentials of now. It is called for every acquisition, so what is expensive to get should be kept; an open connection
	// that has logged in with an equal token needs no message.
	// It runs on the goroutine of the call that needs a connection, which waits for it: it has to
	// return soon after ctx has ended.
	Token(ctx context.Context) (bolt.AuthToken, error)
	// Rejected is told that the server has refused the token, or its further use, with a security error. It returns true if Token will have
	// a better one, so that it makes sense to try again. It should return soon.
	Rejected(token bolt.AuthToken, err error) bool
}

// Static returns a source of one token, for which there is no better one when it is refused.
func Static(token bolt.AuthToken) TokenSource { return &static{&token} }

// login is how a connection has logged in.
type login struct {
	// token is behind a pointer, and so is every login: fmt cannot call the methods of what is in unexported fields, and so would print the
	// secret, but it prints the address of what is two pointers away, whatever the verb.
	token *bolt.AuthToken
	epoch int // host.epoch at that time
}

// static has a pointer for the same reason.
type static struct{ token *bolt.AuthToken }

func (s *static) Token(context.Context) (bolt.AuthToken, error) { return *s.token, nil }
func (s *static) Rejected(bolt.AuthToken, error) bool           { return false }
func (s *static) Format(f fmt.State, verb rune)                 { s.token.Format(f, verb) }

func tokenError(a Address, err error) error {
	return fmt.Errorf("pool: get an auth token for %s: %w", a, err)
}

// Codes of security errors.
const (
	security             = "Neo.ClientError.Security."
	unauthorized         = security + "Unauthorized"
	tokenExpired         = security + "TokenExpired"
	authorizationExpired = security + "AuthorizationExpired"
	locked               = security + "AuthenticationRateLimit"
)

// rejected tells the source about security errors, and returns err marked as retryable where the source has something better. There is no login
// where it was the source that failed.
func rejected(source TokenSource, l *login, err error) error {
	var server *bolt.ServerError
	if l == nil || !errors.As(err, &server) || !server.HasCode(security) {
		return err
	}
	better := source.Rejected(*l.token, err)
	if server.HasCode(tokenExpired) {
		err = &TokenExpiredError{Err: err}
	}
	if better {
		return &TokenRejectedError{Err: err}
	}
	return err
}
