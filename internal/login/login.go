// Package login checks what a server is to be told about who logs in, before anything is sent. It
// imports bolt, pool and records, and is imported by dial, settings and the driver.
package login

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
)

// Fixed is a source of one token, made by the function with that name.
func Fixed(name string, token bolt.AuthToken) pool.TokenSource {
	if err := Check(name, token); err != nil {
		return &Unusable{err}
	}
	return pool.Static(token)
}

// Unusable stands for credentials that no server can be told. Open refuses it, and so does whatever
// is told later who logs in.
type Unusable struct{ Why error }

// Token returns the refusal.
func (u *Unusable) Token(context.Context) (bolt.AuthToken, error) {
	return bolt.AuthToken{}, u.Refusal()
}

// Rejected returns false: there is nothing better to come.
func (u *Unusable) Rejected(bolt.AuthToken, error) bool { return false }

// String says what is wrong with it.
func (u *Unusable) String() string { return u.Why.Error() }

// Refusal is the error of work that would log in with it.
func (u *Unusable) Refusal() error {
	return &records.UsageError{Message: "neorx: cannot log in", Cause: u.Why}
}

// NoProvider is what stands for a source without a provider.
func NoProvider(name string) pool.TokenSource {
	return &Unusable{fmt.Errorf("%s(nil): the provider is nil", name)}
}

// Check tells what keeps a token from being sent as it was meant. source is what it comes from. No
// text of a token is repeated, since there are secrets in it.
func Check(source string, t bolt.AuthToken) error {
	if t.Scheme == "" && (t.Principal != "" || t.Credentials != "" || t.Realm != "" || len(t.Parameters) > 0) {
		return NoScheme(source)
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

// NoScheme is the error of credentials from source that name no authentication provider.
func NoScheme(source string) error {
	return fmt.Errorf("%s: the scheme is missing: it names the server's authentication provider; NoAuth() is for servers without any", source)
}
