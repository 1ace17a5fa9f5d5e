package main

import (
	"encoding/json"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// authorization is a token as tests give it.
type authorization struct {
	Data struct {
		Scheme      string         `json:"scheme"`
		Principal   string         `json:"principal"`
		Credentials string         `json:"credentials"`
		Realm       string         `json:"realm"`
		Parameters  map[string]any `json:"parameters"`
	} `json:"data"`
}

// source is the token as the driver takes it.
func (a *authorization) source() neorx.TokenSource { return pool.Static(a.token()) }

func (a *authorization) token() neorx.AuthToken {
	if a == nil {
		return bolt.NoAuth()
	}
	switch t := a.Data; t.Scheme {
	case "none":
		return bolt.NoAuth()
	case "basic":
		return bolt.BasicAuth(t.Principal, t.Credentials, t.Realm)
	case "bearer":
		return bolt.BearerAuth(t.Credentials)
	case "kerberos":
		return bolt.KerberosAuth(t.Credentials)
	default:
		parameters, _ := plain(t.Parameters).(map[string]any)
		return bolt.CustomAuth(t.Principal, t.Credentials, t.Realm, t.Scheme, parameters)
	}
}

// plain makes numbers of JSON, which were kept as text, integers where they are.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			v[key] = plain(item)
		}
	case []any:
		for i, item := range v {
			v[i] = plain(item)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	}
	return v
}
