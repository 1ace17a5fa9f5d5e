package bolt

import (
	"fmt"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// Logon authenticates (Bolt 5.1 and newer).
type Logon struct{ Auth AuthToken }

// Tag returns TagLogon.
func (*Logon) Tag() byte { return TagLogon }

// Append appends the message; see [Request].
func (m *Logon) Append(dst []byte, c *Capabilities) ([]byte, error) {
	if err := c.require(c.Logon, "LOGON", Version{5, 1}); err != nil {
		return dst, err
	}
	d := newDict(packstream.AppendStruct(dst, TagLogon, 1))
	if err := m.Auth.append(&d, c); err != nil {
		return dst, err
	}
	return d.dst, nil
}

// Decode reads the fields of the message; see [Request].
func (m *Logon) Decode(r *packstream.Reader, _ *Capabilities) error {
	*m = Logon{}
	for range r.Map() {
		key := string(r.Text())
		if !isNull(r) && !m.Auth.decode(key, r) {
			r.Skip()
		}
	}
	return malformed("LOGON", r)
}

// append appends the entries of the token, as LOGON and old HELLOs have them.
func (t *AuthToken) append(d *dict, c *Capabilities) error {
	d.text("scheme", t.scheme())
	switch t.scheme() {
	case schemeNone:
	case "bearer":
		d.text("credentials", t.Credentials)
	case "basic", "kerberos": // which want an empty password, and an empty principal, to be sent
		d.text("principal", t.Principal)
		d.text("credentials", t.Credentials)
	default:
		d.text("principal", t.Principal)
		d.optional("credentials", t.Credentials)
	}
	d.optional("realm", t.Realm)
	if len(t.Parameters) == 0 {
		return nil
	}
	d.key("parameters")
	var err error
	if d.dst, err = records.AppendValue(d.dst, t.Parameters, c.Dialect); err != nil {
		return fmt.Errorf("authentication parameters: %w", err)
	}
	return nil
}

// decode reads the value of a key of the token; ok is false where key is none.
func (t *AuthToken) decode(key string, r *packstream.Reader) (ok bool) {
	switch key {
	case "scheme":
		t.Scheme = r.String()
	case "principal":
		t.Principal = r.String()
	case "credentials":
		t.Credentials = r.String()
	case "realm":
		t.Realm = r.String()
	case "parameters":
		t.Parameters = valueMap(r)
	default:
		return false
	}
	return true
}

// LogonSuccess is the reply to LOGON.
type LogonSuccess struct {
	// AdvertisedAddress is where the server thinks it can be reached (Bolt 5.8), which need not be true from here.
	AdvertisedAddress string
	// CredentialsExpired: the user must change the password before anything else.
	CredentialsExpired bool
}

// Append appends a SUCCESS with the reply's metadata, as far as the version has it.
func (m *LogonSuccess) Append(dst []byte, c *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagSuccess, 1))
	if c.HomeDatabase {
		d.optional("advertised_address", m.AdvertisedAddress)
	}
	d.flag("credentials_expired", m.CredentialsExpired)
	return d.dst, nil
}

// Decode reads the metadata of the SUCCESS; r stands before the dictionary.
func (m *LogonSuccess) Decode(r *packstream.Reader, _ *Capabilities) error {
	*m = LogonSuccess{}
	for range r.Map() {
		key := string(r.Text())
		if isNull(r) {
			continue
		}
		switch key {
		case "advertised_address":
			m.AdvertisedAddress = r.String()
		case "credentials_expired":
			m.CredentialsExpired = r.Bool()
		default:
			r.Skip()
		}
	}
	return malformed("SUCCESS of LOGON", r)
}
