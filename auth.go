package neorx

import (
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/login"
	"github.com/neorx/neorx/pool"
)

// NoAuth is for servers with authentication switched off.
func NoAuth() TokenSource { return pool.Static(bolt.NoAuth()) }

// BasicAuth is a user name and a password, also for LDAP. At most one realm is used; it narrows down which of several providers is meant.
func BasicAuth(user, password string, realm ...string) TokenSource {
	return login.Fixed("BasicAuth", bolt.BasicAuth(user, password, realm...))
}

// BearerAuth is a token of an identity provider (single sign-on).
func BearerAuth(token string) TokenSource { return login.Fixed("BearerAuth", bolt.BearerAuth(token)) }

// KerberosAuth is a Kerberos ticket, base64-encoded.
func KerberosAuth(ticket string) TokenSource {
	return login.Fixed("KerberosAuth", bolt.KerberosAuth(ticket))
}

// CustomAuth is for an authentication provider of the server's own, which scheme names. Realm and parameters may be empty; the map is not copied.
func CustomAuth(principal, credentials, realm, scheme string, parameters map[string]any) TokenSource {
	if scheme == "" {
		return &login.Unusable{Why: login.NoScheme("CustomAuth")}
	}
	return login.Fixed("CustomAuth", bolt.CustomAuth(principal, credentials, realm, scheme, parameters))
}
