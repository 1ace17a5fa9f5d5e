package neorx

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// fixed is a source of one token, made by the function with that name.
func fixed(name string, token AuthToken) TokenSource {
	if err := checkToken(name, token); err != nil {
		return &unusable{err}
	}
	return pool.Static(token)
}

// unusable stands for credentials that no server can be told. Open refuses it, and so does whatever is told later who logs in.
type unusable struct{ why error }

func (u *unusable) Token(context.Context) (AuthToken, error) { return AuthToken{}, u.refusal() }
func (u *unusable) Rejected(AuthToken, error) bool           { return false }
func (u *unusable) String() string                           { return u.why.Error() }

func (u *unusable) refusal() error { return &UsageError{Message: "neorx: cannot log in", Cause: u.why} }

// noProvider is what stands for a source without a provider.
func noProvider(name string) TokenSource {
	return &unusable{fmt.Errorf("%s(nil): the provider is nil", name)}
}

// checkToken tells what keeps a token from being sent as it was meant. source is what it comes from. No text of a token is repeated, since there are secrets
// in it.
func checkToken(source string, t AuthToken) error {
	if t.Scheme == "" && (t.Principal != "" || t.Credentials != "" || t.Realm != "" || len(t.Parameters) > 0) {
		return noScheme(source)
	}
	for _, part := range []struct{ name, text string }{
		{"scheme", t.Scheme}, {"user (principal)", t.Principal}, {"password, token or ticket (credentials)", t.Credentials}, {"realm", t.Realm},
	} {
		if !utf8.ValidString(part.text) {
			return fmt.Errorf("%s: the %s is not valid UTF-8, as all text that is sent has to be", source, part.name)
		}
	}
	if len(t.Parameters) == 0 {
		return nil
	}
	newest := bolt.Supported[0].Capabilities(false)
	if _, err := (&bolt.Logon{Auth: t}).Append(nil, &newest); err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	return nil
}

func noScheme(source string) error {
	return fmt.Errorf("%s: the scheme is missing: it names the server's authentication provider; NoAuth() is for servers without any", source)
}
