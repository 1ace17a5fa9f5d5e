package bolt

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"reflect"
)

// AuthToken is what a client proves with who it is. Make one with [NoAuth], [BasicAuth], [BearerAuth], [KerberosAuth] or [CustomAuth]; the zero
// value is NoAuth.
//
// No way of printing a token shows its credentials or parameters: every verb of fmt, slog and encoding/json see "***".
type AuthToken struct {
	// Scheme names the provider: "none", "basic", "bearer", "kerberos" or one of the server's own.
	Scheme string
	// Principal is the user's name, where the scheme has one.
	Principal string
	// Credentials is the secret: password, bearer token or ticket.
	Credentials string
	// Realm narrows down which of several providers is meant; empty is the default.
	Realm string
	// Parameters goes to providers of the server's own, encoded as any parameter is.
	Parameters map[string]any
}

// NoAuth is for servers with authentication switched off.
func NoAuth() AuthToken { return AuthToken{Scheme: schemeNone} }

const schemeNone = "none"

func (t *AuthToken) scheme() string { return cmp.Or(t.Scheme, schemeNone) }

// BasicAuth is a user name and a password, also for LDAP. At most one realm is used.
func BasicAuth(user, password string, realm ...string) AuthToken {
	t := AuthToken{Scheme: "basic", Principal: user, Credentials: password}
	if len(realm) > 0 {
		t.Realm = realm[0]
	}
	return t
}

// BearerAuth is a token of an identity provider (single sign-on).
func BearerAuth(token string) AuthToken { return AuthToken{Scheme: "bearer", Credentials: token} }

// KerberosAuth is a base64-encoded Kerberos ticket.
func KerberosAuth(ticket string) AuthToken { return AuthToken{Scheme: "kerberos", Credentials: ticket} }

// CustomAuth is for an authentication provider of the server's own. Realm and parameters may be empty; the map is not copied.
func CustomAuth(principal, credentials, realm, scheme string, parameters map[string]any) AuthToken {
	return AuthToken{Scheme: scheme, Principal: principal, Credentials: credentials, Realm: realm, Parameters: parameters}
}

// Equal tells whether both tokens prove the same.
func (t AuthToken) Equal(u AuthToken) bool {
	return t.scheme() == u.scheme() && t.Principal == u.Principal && t.Credentials == u.Credentials && t.Realm == u.Realm &&
		(len(t.Parameters) == 0 && len(u.Parameters) == 0 || reflect.DeepEqual(t.Parameters, u.Parameters))
}

const redacted = "***"

// fields calls f for each part of the token that is set, secrets redacted.
func (t AuthToken) fields(f func(name, value string)) {
	f("scheme", t.scheme())
	if t.Principal != "" {
		f("principal", t.Principal)
	}
	if t.Credentials != "" {
		f("credentials", redacted)
	}
	if t.Realm != "" {
		f("realm", t.Realm)
	}
	if len(t.Parameters) > 0 {
		f("parameters", redacted)
	}
}

// String returns the token with its secrets redacted.
func (t AuthToken) String() string {
	s := "AuthToken{"
	t.fields(func(name, value string) {
		if name != "scheme" {
			s += " "
		}
		s += name + ":" + value
	})
	return s + "}"
}

// GoString is String, for the verb %#v.
func (t AuthToken) GoString() string { return t.String() }

// Format writes String, whatever the verb.
func (t AuthToken) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, t.String()) }

// LogValue is the token as a group with its secrets redacted.
func (t AuthToken) LogValue() slog.Value {
	var attrs []slog.Attr
	t.fields(func(name, value string) { attrs = append(attrs, slog.String(name, value)) })
	return slog.GroupValue(attrs...)
}

// MarshalJSON redacts the secrets too, since many loggers print through it.
func (t AuthToken) MarshalJSON() ([]byte, error) {
	m := map[string]string{}
	t.fields(func(name, value string) { m[name] = value })
	return json.Marshal(m)
}
